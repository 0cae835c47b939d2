//! Lag in words: records, time, when retention comes, how it went. What is not known is said, never zero.

use super::words;
use leptos::prelude::*;
use penstock_domain::{
    group::{GroupHealth, GroupKind, Lag, RetentionRisk, SecondsKind},
    ids::{PartitionId, TopicName},
    units,
};
use penstock_ui::spark::{Line, sparkline};

/// What stands where nobody knows.
pub const UNKNOWN: &str = "unknown";
/// Retention that comes sooner is shown as bad.
const SOON_SECONDS: f64 = 7.0 * 86_400.0;

/// `1 204 112`, `≥ 18 204` where some partition is missing, `unknown`.
pub fn records(lag: &Lag) -> String {
    match lag.records {
        None => UNKNOWN.to_owned(),
        Some(records) if lag.incomplete => format!("≥ {}", count(records)),
        Some(records) => count(records),
    }
}

/// With thin separators.
pub fn count(records: u64) -> String {
    units::thousands(i64::try_from(records).unwrap_or(i64::MAX))
}

/// `3 d 19 h`, `2.6 s`, `0 s`, `unknown`.
pub fn behind(seconds: Option<f64>) -> String {
    seconds.map_or_else(|| UNKNOWN.to_owned(), span)
}

/// A duration in its two largest units; seconds with a digit behind the point where there are few.
pub fn span(seconds: f64) -> String {
    if !seconds.is_finite() {
        return UNKNOWN.to_owned();
    }
    if seconds < 0.05 {
        return "0 s".to_owned();
    }
    if seconds < 9.95 {
        let text = format!("{seconds:.1}");
        return format!("{} s", text.strip_suffix(".0").unwrap_or(&text));
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a positive number of seconds; what is longer than all time saturates"
    )]
    let millis = (seconds * 1_000.0) as u64;
    units::duration_millis(millis)
}

/// How the age of the oldest unread record is known, for a hover.
pub const fn how_known(kind: SecondsKind) -> &'static str {
    match kind {
        SecondsKind::Exact => "From the timestamp of the record at the committed offset",
        SecondsKind::Estimate => {
            "Estimated from when the end offset was where the group stands now"
        }
        SecondsKind::Unknown => {
            "Not known: the console has not looked long enough, or offsets are missing"
        }
    }
}

/// When unread records will be deleted: the class of the words, the words, what stands behind them.
pub fn loses(risk: RetentionRisk) -> (&'static str, String, &'static str) {
    match risk {
        RetentionRisk::None => (
            "t3",
            "no risk".to_owned(),
            "Nothing is unread, or it is read before retention comes to it",
        ),
        RetentionRisk::Unknown => (
            "t3",
            words::NOTHING.to_owned(),
            "Not known: retention, rates or offsets are missing",
        ),
        RetentionRisk::Lost { records } => (
            "c-bad m",
            format!("lost {}", count(records)),
            "Retention has deleted records that were not read",
        ),
        RetentionRisk::In { seconds, by_size } => (
            if seconds < SOON_SECONDS {
                "c-bad m"
            } else {
                ""
            },
            format!("in {}", span(seconds)),
            if by_size {
                "Retention by size comes to the oldest unread record, at the present rates"
            } else {
                "Retention by time comes to the oldest unread record"
            },
        ),
    }
}

/// Lag over the last hours, in the colour of the verdict; nothing where fewer than two moments are known.
#[allow(clippy::cast_precision_loss, reason = "a line twenty pixels high")]
pub fn trend(values: &[Option<u64>], health: GroupHealth) -> AnyView {
    let values: Vec<f64> = values
        .iter()
        .map(|value| value.map_or(f64::NAN, |value| value as f64))
        .collect();
    let all_zero = values.iter().all(|value| value.is_nan() || *value == 0.0);
    let line = match health {
        _ if all_zero => Line::Mute,
        GroupHealth::Healthy | GroupHealth::CatchingUp | GroupHealth::Unknown => Line::Accent,
        GroupHealth::Unsettled | GroupHealth::FallingBehind => Line::Warn,
        GroupHealth::Stalled | GroupHealth::Stopped | GroupHealth::LosingData => Line::Bad,
    };
    sparkline(&values, line, 72, 20)
}

/// `0 members`, `1 member`; nothing where the coordinator did not say.
pub fn members(members: Option<u32>, kind: GroupKind) -> String {
    let (one, many) = match kind {
        GroupKind::Connect => ("worker", "workers"),
        _ => ("member", "members"),
    };
    members.map_or_else(String::new, |members| {
        units::count(members as usize, one, many)
    })
}

/// `billing-invoices`, `task-completed, task-created`, `3 topics`, `no topic`.
pub fn topics(topics: &[TopicName]) -> String {
    match topics {
        [] => "no topic".to_owned(),
        [one] => one.to_string(),
        [one, other] => format!("{one}, {other}"),
        all => units::count(all.len(), "topic", "topics"),
    }
}

/// `0–3, 7`: numbers in their order, runs of three and more in short.
pub fn partitions(numbers: &[PartitionId]) -> String {
    let mut numbers: Vec<i32> = numbers.iter().map(|number| number.0).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut runs: Vec<(i32, i32)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => runs.push((number, number)),
        }
    }
    runs.into_iter()
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            1 => format!("{first}, {last}"),
            _ => format!("{first}–{last}"),
        })
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_said() {
        let lag = |records, incomplete| Lag {
            records,
            seconds: None,
            seconds_kind: SecondsKind::Unknown,
            incomplete,
        };
        assert_eq!(records(&lag(None, true)), "unknown");
        assert_eq!(records(&lag(Some(0), false)), "0");
        assert_eq!(records(&lag(Some(18_204), true)), "≥ 18\u{202f}204");
        assert_eq!(behind(None), "unknown");
        assert_eq!(behind(Some(f64::NAN)), "unknown");
    }

    #[test]
    fn spans_are_short() {
        for (seconds, written) in [
            (0.0, "0 s"),
            (2.6, "2.6 s"),
            (3.0, "3 s"),
            (9.96, "9 s"),
            (10.4, "10 s"),
            (385.0, "6 min 25 s"),
            (4_320.0, "1 h 12 min"),
            (327_600.0, "3 d 19 h"),
        ] {
            assert_eq!(span(seconds), written);
        }
    }

    #[test]
    fn risks_have_words() {
        let words = |risk| loses(risk).1;
        assert_eq!(words(RetentionRisk::None), "no risk");
        assert_eq!(words(RetentionRisk::Unknown), "–");
        assert_eq!(words(RetentionRisk::Lost { records: 12 }), "lost 12");
        let soon = RetentionRisk::In {
            seconds: 273_600.0,
            by_size: false,
        };
        assert_eq!(loses(soon).0, "c-bad m");
        assert_eq!(words(soon), "in 3 d 4 h");
    }

    #[test]
    fn partitions_come_in_runs() {
        let list = |numbers: &[i32]| {
            partitions(&numbers.iter().copied().map(PartitionId).collect::<Vec<_>>())
        };
        assert_eq!(list(&[]), "");
        assert_eq!(list(&[3, 1, 2, 0, 7]), "0–3, 7");
        assert_eq!(list(&[4, 5, 9]), "4, 5, 9");
        assert_eq!(list(&[i32::MAX, 0]), "0, 2147483647");
    }

    #[test]
    fn topics_are_named_or_counted() {
        assert_eq!(topics(&[]), "no topic");
        assert_eq!(topics(&["a".into(), "b".into()]), "a, b");
        assert_eq!(topics(&["a".into(), "b".into(), "c".into()]), "3 topics");
    }
}
