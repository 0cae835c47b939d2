//! The sentences of verdicts.

use super::{BEHIND, Evidence, Pace, catch_up_seconds};
use crate::{
    group::{GroupKind, GroupState},
    units::{count, duration_millis, thousands},
};

fn number(records: u64) -> String {
    thousands(i64::try_from(records).unwrap_or(i64::MAX))
}

fn of_records(records: u64) -> String {
    count(
        usize::try_from(records).unwrap_or(usize::MAX),
        "record",
        "records",
    )
}

fn seconds(seconds: f64) -> String {
    // What is negative or no number is nothing.
    duration_millis((seconds.max(0.0) * 1_000.0) as u64)
}

/// Whole seconds and larger, because what is told in sentences is not known better.
fn span(millis: u64) -> String {
    duration_millis(millis.max(1_000) / 1_000 * 1_000)
}

/// Three figures: `104`, `42.6`, `3.66`.
fn rate(per_second: f64) -> String {
    if per_second >= 99.95 {
        thousands(per_second.round() as i64)
    } else if per_second >= 9.995 {
        format!("{per_second:.1}")
    } else if per_second >= 0.005 {
        format!("{per_second:.2}")
    } else {
        "0".to_owned()
    }
}

fn wait(records: u64) -> String {
    match records {
        1 => "1 record waits".to_owned(),
        records => format!("{} records wait", number(records)),
    }
}

pub(super) fn lost(records: u64) -> String {
    match records {
        1 => "1 record was deleted by retention before it read it.".to_owned(),
        records => format!(
            "{} were deleted by retention before it read them.",
            of_records(records)
        ),
    }
}

pub(super) fn losing(left: f64, by_size: bool) -> String {
    let cause = if by_size {
        "the size of its topic"
    } else {
        "retention"
    };
    if left < 1.0 {
        return format!("At its pace {cause} deletes records before it reads them, from now on.");
    }
    format!(
        "At its pace {cause} deletes records before it reads them, from {} on.",
        seconds(left)
    )
}

pub(super) fn stopped(evidence: &Evidence) -> String {
    let records = evidence.lag.records.unwrap_or(0);
    match evidence.left_at {
        Some(left) => format!(
            "The last member left {} ago. Nothing has been read since.",
            span(left.millis_until(evidence.now))
        ),
        None if evidence.kind == GroupKind::Unknown => format!(
            "Nothing has been committed for {}; {}.",
            span(evidence.still_for()),
            wait(records)
        ),
        None => format!("It has no member; {}.", wait(records)),
    }
}

pub(super) fn stalled(evidence: &Evidence) -> String {
    let since = evidence
        .stalled_since
        .map_or(super::STILL, |since| since.millis_until(evidence.now));
    let of = if evidence.stalled >= evidence.partitions {
        match evidence.partitions {
            1 => "its partition has".to_owned(),
            all => format!("all {all} partitions have"),
        }
    } else if evidence.stalled == 1 {
        format!("1 of {} partitions has", evidence.partitions)
    } else {
        format!(
            "{} of {} partitions have",
            evidence.stalled, evidence.partitions
        )
    };
    let mut letters = of.chars();
    let of: String = letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default();
    format!("{of} not moved for {} while records arrive.", span(since))
}

pub(super) fn falling_behind(evidence: &Evidence) -> String {
    format!(
        "Reads {} of {} records/s; will not catch up alone.",
        rate(evidence.out_per_second.unwrap_or(0.0)),
        rate(evidence.in_per_second.unwrap_or(0.0))
    )
}

pub(super) fn more_members(evidence: &Evidence) -> String {
    match evidence.members {
        Some(members) if members > 0 && members < evidence.partitions => format!(
            "Add members: {} for {}.",
            count(members as usize, "member", "members"),
            count(evidence.partitions as usize, "partition", "partitions")
        ),
        _ => "Make its members faster: it has one for each partition already.".to_owned(),
    }
}

pub(super) fn unsettled(often: f64) -> String {
    format!("{} rebalances in an hour.", often.round() as i64)
}

pub(super) fn catching_up(evidence: &Evidence) -> String {
    let (comes, goes) = (
        evidence.in_per_second.unwrap_or(0.0),
        evidence.out_per_second.unwrap_or(0.0),
    );
    let even = catch_up_seconds(
        evidence.lag.records,
        evidence.in_per_second,
        evidence.out_per_second,
    )
    .map(|left| format!("; even in {}", seconds(left.max(1.0))))
    .unwrap_or_default();
    let verb = if rate(comes) == "1.00" {
        "comes"
    } else {
        "come"
    };
    format!(
        "Reads {} records/s while {} {verb} in{even}.",
        rate(goes),
        rate(comes)
    )
}

pub(super) fn unknown(evidence: &Evidence) -> String {
    if let Some(why) = &evidence.why {
        return format!("Its offsets are not known: {why}.");
    }
    if evidence.state == GroupState::Dead {
        return "Its coordinator calls it dead.".to_owned();
    }
    let known = evidence.first_seen.millis_until(evidence.now);
    if evidence.partitions == 0 {
        return format!(
            "Never committed an offset; first seen here {} ago.",
            span(known)
        );
    }
    if evidence.kind == GroupKind::Share {
        return "What it has not read is not told: brokers tell its start offsets alone."
            .to_owned();
    }
    "The ends of its partitions are not known.".to_owned()
}

pub(super) fn healthy(evidence: &Evidence) -> String {
    if evidence.kind == GroupKind::Connect && evidence.lag.records.is_none() {
        return "Workers of Kafka Connect; they commit no offsets here.".to_owned();
    }
    if let Some((topic, partition, share)) = &evidence.hot {
        return format!("One hot partition: {topic} {partition} holds {share} % of the lag.");
    }
    let records = evidence.lag.records.unwrap_or(0);
    if evidence.is_empty() && records == 0 {
        return "Nothing is unread; it has no member.".to_owned();
    }
    match (evidence.in_per_second, evidence.lag.seconds) {
        (Some(comes), Some(age)) if age >= BEHIND && evidence.pace() == Pace::Same => {
            if rate(comes) == "0" {
                format!("{} unread; nothing arrives.", of_records(records))
            } else {
                format!(
                    "Stays {} behind: reads as fast as {} records/s come in.",
                    seconds(age),
                    rate(comes)
                )
            }
        }
        (Some(comes), _) if rate(comes) != "0" => {
            format!("Keeps up with {} records/s.", rate(comes))
        }
        (Some(_), _) if records == 0 => "Nothing is unread; nothing arrives.".to_owned(),
        (Some(_), _) => format!("{} unread; nothing arrives.", of_records(records)),
        (None, _) if records == 0 => "Nothing is unread.".to_owned(),
        (None, _) => format!("{} unread; rates are not known yet.", of_records(records)),
    }
}
