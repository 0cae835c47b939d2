//! When retention will delete what a group has not read. Pure.
//!
//! By time a record goes when it is older than `retention.ms`; by size when the log behind it is larger than `retention.bytes`.
//! Brokers delete whole segments and never the active one (class `UnifiedLog`), so this is the earliest moment, not the exact one.

use penstock_domain::group::RetentionRisk;

/// What a topic's settings let go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// `retention.ms`; `None`: for ever, or the topic deletes nothing.
    pub millis: Option<u64>,
    /// `retention.bytes` of one partition; `None`: any size.
    pub bytes: Option<u64>,
}

/// Where a group stands in one partition.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Position {
    /// Committed offset.
    pub committed: i64,
    /// First offset, as of before the committed one was read.
    pub log_start: Option<i64>,
    /// End offset.
    pub end: i64,
    /// Age of the oldest unread record in seconds.
    pub seconds: Option<f64>,
    /// Records per second written.
    pub in_per_second: Option<f64>,
    /// Records per second committed.
    pub out_per_second: Option<f64>,
    /// Bytes of the partition's log.
    pub bytes: Option<u64>,
}

/// The risk; `limits` is `None` where the topic's configuration is not known.
pub fn risk(limits: Option<Limits>, position: &Position) -> RetentionRisk {
    let lag = position.end.saturating_sub(position.committed);
    if lag <= 0 {
        return RetentionRisk::None;
    }
    if let Some(start) = position.log_start
        && let Ok(records @ 1..) = u64::try_from(start.saturating_sub(position.committed))
    {
        return RetentionRisk::Lost { records };
    }
    let Some(limits) = limits else {
        return RetentionRisk::Unknown;
    };
    let (time, size) = (by_time(limits, position), by_size(limits, position, lag));
    match (time, size) {
        (Some(Some(time)), Some(Some(size))) => soon(time.min(size), size < time),
        (Some(Some(seconds)), _) => soon(seconds, false),
        (_, Some(Some(seconds))) => soon(seconds, true),
        (None, _) | (_, None) => RetentionRisk::Unknown,
        (Some(None), Some(None)) => RetentionRisk::None,
    }
}

fn soon(seconds: f64, by_size: bool) -> RetentionRisk {
    if seconds.is_finite() {
        RetentionRisk::In {
            seconds: seconds.max(0.0),
            by_size,
        }
    } else {
        RetentionRisk::None
    }
}

/// Seconds until the oldest unread record is too old. `None`: not known. `Some(None)`: never, at these rates.
fn by_time(limits: Limits, position: &Position) -> Option<Option<f64>> {
    let Some(millis) = limits.millis else {
        return Some(None);
    };
    let (comes, goes) = (position.in_per_second?, position.out_per_second?);
    if goes > 0.0 && goes >= comes {
        return Some(None);
    }
    // Of what is read at half the speed at which it comes, the age grows by half a second each second.
    let grows = if comes > 0.0 { 1.0 - goes / comes } else { 1.0 };
    let left = millis as f64 / 1_000.0 - position.seconds?;
    Some(Some(left.max(0.0) / grows))
}

/// Seconds until the log behind the oldest unread record is too large.
fn by_size(limits: Limits, position: &Position, lag: i64) -> Option<Option<f64>> {
    let Some(most) = limits.bytes else {
        return Some(None);
    };
    let records = position.end.saturating_sub(position.log_start?);
    if records <= 0 {
        return Some(None);
    }
    let per_record = position.bytes? as f64 / records as f64;
    let gain = position.in_per_second? - position.out_per_second?;
    let left = most as f64 - lag as f64 * per_record;
    if gain <= 0.0 || per_record <= 0.0 {
        return Some((left <= 0.0 && position.out_per_second? <= 0.0).then_some(0.0));
    }
    Some(Some(left.max(0.0) / (gain * per_record)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WEEK: Limits = Limits {
        millis: Some(7 * 86_400_000),
        bytes: None,
    };

    fn standing_still() -> Position {
        Position {
            committed: 1_000,
            log_start: Some(0),
            end: 2_000,
            seconds: Some(86_400.0),
            in_per_second: Some(1.0),
            out_per_second: Some(0.0),
            bytes: Some(2_000_000),
        }
    }

    #[test]
    fn who_stands_still_loses_when_the_record_is_too_old() {
        assert_eq!(
            risk(Some(WEEK), &standing_still()),
            RetentionRisk::In {
                seconds: 6.0 * 86_400.0,
                by_size: false
            }
        );
        let half = Position {
            out_per_second: Some(0.5),
            ..standing_still()
        };
        assert_eq!(
            risk(Some(WEEK), &half),
            RetentionRisk::In {
                seconds: 12.0 * 86_400.0,
                by_size: false
            }
        );
        let even = Position {
            out_per_second: Some(1.0),
            ..standing_still()
        };
        assert_eq!(risk(Some(WEEK), &even), RetentionRisk::None);
    }

    #[test]
    fn size_may_come_first() {
        // 1000 unread bytes a record; 3 MB are kept, so 2000 more records fit.
        let limits = Limits {
            bytes: Some(3_000_000),
            ..WEEK
        };
        assert_eq!(
            risk(Some(limits), &standing_still()),
            RetentionRisk::In {
                seconds: 2_000.0,
                by_size: true
            }
        );
        let unsized_log = Position {
            bytes: None,
            ..standing_still()
        };
        assert!(matches!(
            risk(Some(limits), &unsized_log),
            RetentionRisk::In { by_size: false, .. }
        ));
    }

    #[test]
    fn what_is_gone_is_counted() {
        let late = Position {
            log_start: Some(1_200),
            ..standing_still()
        };
        assert_eq!(
            risk(Some(WEEK), &late),
            RetentionRisk::Lost { records: 200 }
        );
        let even = Position {
            committed: 2_000,
            ..late
        };
        assert_eq!(risk(Some(WEEK), &even), RetentionRisk::None);
    }

    #[test]
    fn what_is_not_known_is_not_promised() {
        assert_eq!(risk(None, &standing_still()), RetentionRisk::Unknown);
        let no_age = Position {
            seconds: None,
            ..standing_still()
        };
        assert_eq!(risk(Some(WEEK), &no_age), RetentionRisk::Unknown);
        assert_eq!(
            risk(Some(Limits::default()), &no_age),
            RetentionRisk::None,
            "nothing is ever deleted"
        );
    }

    proptest! {
        #[test]
        fn a_risk_is_a_number(
            committed in any::<i64>(), start in any::<i64>(), end in any::<i64>(),
            seconds in prop::option::of(0.0_f64..1e12),
            rates in prop::option::of((0.0_f64..1e9, 0.0_f64..1e9)),
            bytes in prop::option::of(any::<u64>()), limit in prop::option::of(any::<u64>()),
        ) {
            let position = Position {
                committed, end, seconds, bytes,
                log_start: Some(start),
                in_per_second: rates.map(|(comes, _)| comes),
                out_per_second: rates.map(|(_, goes)| goes),
            };
            let limits = Limits { millis: limit, bytes: limit };
            if let RetentionRisk::In { seconds, .. } = risk(Some(limits), &position) {
                prop_assert!(seconds.is_finite() && seconds >= 0.0);
            }
        }
    }
}
