//! A group's offsets over time, summed by topic, for charts. Shared by all snapshots of the group: it grows while they come and go.

use super::series::Series;
use penstock_domain::{
    group::{LagHistory, LagPoint},
    ids::TopicName,
    time::Timestamp,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What stands for a first offset that is not known.
const UNKNOWN: i64 = -1;

/// Sums of committed, end and first offsets by topic.
#[derive(Clone, Debug, Default)]
pub struct GroupHistory {
    /// Held for one push or one copy, never longer.
    topics: Arc<Mutex<BTreeMap<TopicName, Series<3>>>>,
}

/// Sums over the partitions of one topic that have both, a committed and an end offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Committed offsets.
    pub committed: i64,
    /// End offsets.
    pub end: i64,
    /// First offsets; `None` where one is not known.
    pub log_start: Option<i64>,
}

impl GroupHistory {
    /// With a past.
    pub(super) fn of(topics: BTreeMap<TopicName, Series<3>>) -> Self {
        Self {
            topics: Arc::new(Mutex::new(topics)),
        }
    }

    /// A copy of everything, for a store.
    pub(super) fn topics(&self) -> BTreeMap<TopicName, Series<3>> {
        self.lock().clone()
    }

    /// Takes one round in; topics that are not among them are forgotten.
    pub(crate) fn add(&self, at: Timestamp, sums: &BTreeMap<TopicName, Option<Sums>>) {
        let mut topics = self.lock();
        topics.retain(|topic, _| sums.contains_key(topic));
        for (topic, sums) in sums {
            let Some(sums) = sums else { continue };
            let start = sums.log_start.unwrap_or(UNKNOWN);
            let series = topics.entry(topic.clone()).or_default();
            series.add(at, [sums.committed, sums.end, start]);
        }
    }

    /// Since a moment, by topic.
    pub fn since(&self, since: Timestamp) -> Vec<LagHistory> {
        self.lock()
            .iter()
            .map(|(topic, series)| LagHistory {
                topic: topic.clone(),
                points: series
                    .since(since)
                    .into_iter()
                    .map(|point| {
                        let [committed, end, start] = point.values;
                        LagPoint {
                            at: point.at,
                            committed: Some(committed),
                            end: Some(end),
                            log_start: (start != UNKNOWN).then_some(start),
                        }
                    })
                    .collect(),
            })
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<TopicName, Series<3>>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_come_and_go() {
        let history = GroupHistory::default();
        let sums = |committed| {
            Some(Sums {
                committed,
                end: 10,
                log_start: None,
            })
        };
        history.add(
            Timestamp(1_000),
            &BTreeMap::from([("a".into(), sums(1)), ("b".into(), sums(2))]),
        );
        history.add(
            Timestamp(6_000),
            &BTreeMap::from([("a".into(), sums(4)), ("b".into(), None)]),
        );
        let all = history.since(Timestamp(0));
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].points.len(), 2);
        assert_eq!(all[0].points[1].committed, Some(4));
        assert_eq!((all[1].points.len(), all[1].points[0].log_start), (1, None));
        assert_eq!(history.since(Timestamp(5_000))[0].points.len(), 1);
        history.add(Timestamp(9_000), &BTreeMap::from([("a".into(), sums(5))]));
        assert_eq!(history.since(Timestamp(0)).len(), 1);
    }
}
