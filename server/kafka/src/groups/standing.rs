//! Where a group stands in one partition, and sums over partitions. Pure.

use penstock_domain::{
    group::{Lag, LagRow, RetentionRisk, SecondsKind},
    ids::{PartitionId, TopicName},
    time::Timestamp,
};
use std::sync::Arc;

/// Where a group stands in one partition: [`LagRow`], held compactly.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Topic.
    pub topic: TopicName,
    /// Partition.
    pub partition: PartitionId,
    /// Committed offset; for a share group, its start offset.
    pub committed: Option<i64>,
    /// End offset, or the last stable one for a reader of committed records.
    pub end: Option<i64>,
    /// For a share group, how many records it is not done with, as its coordinator counts them.
    pub told: Option<u64>,
    /// First offset.
    pub log_start: Option<i64>,
    /// Age of the oldest unread record in seconds.
    pub seconds: Option<f32>,
    /// How `seconds` is known.
    pub seconds_kind: SecondsKind,
    /// When unread records will be deleted.
    pub retention: RetentionRisk,
    /// Who has it, by its position among the members.
    pub member: Option<u32>,
    /// Text committed beside the offset.
    pub metadata: Option<Arc<str>>,
    /// Records per second written.
    pub in_per_second: Option<f32>,
    /// Records per second committed.
    pub out_per_second: Option<f32>,
    /// Commits stand still while records arrive, since then.
    pub stalled_since: Option<Timestamp>,
    /// For a share group, records handed out and not yet acknowledged.
    pub in_flight: Option<u64>,
    /// What could not be had.
    pub why: Option<Arc<str>>,
}

impl Standing {
    /// Nothing is known of it.
    pub fn unknown(topic: TopicName, partition: PartitionId) -> Self {
        Self {
            topic,
            partition,
            committed: None,
            end: None,
            told: None,
            log_start: None,
            seconds: None,
            seconds_kind: SecondsKind::Unknown,
            retention: RetentionRisk::Unknown,
            member: None,
            metadata: None,
            in_per_second: None,
            out_per_second: None,
            stalled_since: None,
            in_flight: None,
            why: None,
        }
    }

    /// Records between the committed and the end offset; of a share group those that it is not done with. `None` where one of both is missing, and where the committed offset lies
    /// beyond the end: the log was cut or made anew, and where the group goes on is its own setting's to say.
    pub fn lag(&self) -> Option<u64> {
        let between = u64::try_from(self.end?.checked_sub(self.committed?)?).ok()?;
        // Counted a moment before the end was read.
        Some(self.told.map_or(between, |told| told.min(between)))
    }

    /// Takes in what a share group's coordinator tells beside the start offset. Records beyond that may be done with already, so where
    /// it does not tell (brokers before 4.2) what would follow from an end is left out.
    pub(super) fn share(&mut self, told: Option<u64>) {
        self.told = told;
        if told.is_some() {
            return;
        }
        self.end = None;
        (self.seconds, self.seconds_kind) = (None, SecondsKind::Unknown);
        self.retention = RetentionRisk::Unknown;
        self.stalled_since = None;
        self.out_per_second = None;
        self.why = Some(Arc::from(
            "what is read beyond the start offset is not told",
        ));
    }

    /// As pages and the API have it; `member` is the id of who has it.
    pub fn row(&self, member: Option<String>) -> LagRow {
        LagRow {
            topic: self.topic.clone(),
            partition: self.partition,
            committed: self.committed,
            end: self.end,
            log_start: self.log_start,
            lag: self.lag(),
            seconds: self.seconds.map(f64::from),
            seconds_kind: self.seconds_kind,
            retention: self.retention,
            member,
            metadata: self.metadata.as_deref().map(str::to_owned),
            in_per_second: self.in_per_second.map(f64::from),
            out_per_second: self.out_per_second.map(f64::from),
            stalled_since: self.stalled_since,
            in_flight: self.in_flight,
            why: self.why.as_deref().map(str::to_owned),
        }
    }
}

/// How far behind over several partitions. The age is that of the oldest unread record, so it is unknown as soon as one lagging
/// partition's is.
pub fn lag_of<'a>(standings: impl IntoIterator<Item = &'a Standing>) -> Lag {
    let mut lag = Lag {
        records: None,
        seconds: None,
        seconds_kind: SecondsKind::Unknown,
        incomplete: false,
    };
    let mut oldest: Option<(f64, SecondsKind)> = None;
    let mut all_known = true;
    for standing in standings {
        let Some(records) = standing.lag() else {
            lag.incomplete = true;
            continue;
        };
        lag.records = Some(lag.records.unwrap_or(0).saturating_add(records));
        if records == 0 {
            // Nothing unread is known exactly, and older than nothing.
            oldest = oldest.or(Some((0.0, SecondsKind::Exact)));
            continue;
        }
        match standing.seconds {
            Some(seconds) => {
                let seconds = f64::from(seconds);
                if oldest.is_none_or(|(known, _)| seconds >= known) {
                    oldest = Some((seconds, standing.seconds_kind));
                }
            }
            None => all_known = false,
        }
    }
    if let Some((seconds, kind)) = oldest.filter(|_| all_known) {
        lag.seconds = Some(seconds);
        lag.seconds_kind = kind;
    }
    lag
}

/// The nearest loss of several partitions: what is lost already, then what is lost soonest; unknown only where nothing worse is
/// known.
pub fn nearest(risks: impl IntoIterator<Item = RetentionRisk>) -> RetentionRisk {
    let weight = |risk: &RetentionRisk| match risk {
        RetentionRisk::None => 0,
        RetentionRisk::Unknown => 1,
        RetentionRisk::In { .. } => 2,
        RetentionRisk::Lost { .. } => 3,
    };
    risks
        .into_iter()
        .reduce(|nearest, risk| match (nearest, risk) {
            (RetentionRisk::In { seconds: a, .. }, RetentionRisk::In { seconds: b, .. }) => {
                if b < a { risk } else { nearest }
            }
            (RetentionRisk::Lost { records: a }, RetentionRisk::Lost { records: b }) => {
                RetentionRisk::Lost {
                    records: a.saturating_add(b),
                }
            }
            _ if weight(&risk) > weight(&nearest) => risk,
            _ => nearest,
        })
        .unwrap_or(RetentionRisk::Unknown)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn standing(topic: &str, partition: i32, committed: i64, end: i64) -> Standing {
        Standing {
            committed: Some(committed),
            end: Some(end),
            log_start: Some(0),
            ..Standing::unknown(topic.into(), PartitionId(partition))
        }
    }

    #[test]
    fn lag_is_never_negative_and_never_invented() {
        assert_eq!(standing("t", 0, 5, 9).lag(), Some(4));
        assert_eq!(standing("t", 0, 9, 5).lag(), None, "a log made anew");
        assert_eq!(standing("t", 0, i64::MIN, i64::MAX).lag(), None);
        assert_eq!(Standing::unknown("t".into(), PartitionId(0)).lag(), None);
    }

    #[test]
    fn the_oldest_unread_record_decides_the_age() {
        let aged = |committed, end, seconds| Standing {
            seconds,
            seconds_kind: SecondsKind::Estimate,
            ..standing("t", 0, committed, end)
        };
        let lag = lag_of(&[
            aged(0, 5, Some(10.0)),
            aged(0, 7, Some(30.0)),
            aged(3, 3, None),
        ]);
        assert_eq!((lag.records, lag.seconds), (Some(12), Some(30.0)));
        assert_eq!(
            (lag.seconds_kind, lag.incomplete),
            (SecondsKind::Estimate, false)
        );
        let lag = lag_of(&[aged(0, 5, Some(10.0)), aged(0, 7, None)]);
        assert_eq!((lag.records, lag.seconds), (Some(12), None));
        let lag = lag_of(&[aged(4, 4, None)]);
        assert_eq!((lag.records, lag.seconds), (Some(0), Some(0.0)));
        let unknown = Standing::unknown("t".into(), PartitionId(1));
        let lag = lag_of(&[aged(0, 5, Some(1.0)), unknown.clone()]);
        assert_eq!((lag.records, lag.incomplete), (Some(5), true));
        assert_eq!(lag_of(&[unknown]).records, None);
        assert_eq!(lag_of(&[]).records, None);
    }

    #[test]
    fn the_nearest_loss_is_told() {
        let soon = |seconds| RetentionRisk::In {
            seconds,
            by_size: false,
        };
        assert_eq!(
            nearest([soon(9.0), soon(4.0), RetentionRisk::None]),
            soon(4.0)
        );
        assert_eq!(
            nearest([
                RetentionRisk::Lost { records: 2 },
                soon(1.0),
                RetentionRisk::Lost { records: 3 }
            ]),
            RetentionRisk::Lost { records: 5 }
        );
        assert_eq!(nearest([RetentionRisk::None]), RetentionRisk::None);
        assert_eq!(nearest([]), RetentionRisk::Unknown);
    }
}
