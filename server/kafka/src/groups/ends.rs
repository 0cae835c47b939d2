//! End offsets of partitions over time: when an offset was written, estimated from samples. Pure. Shared by all groups that read a
//! partition.

use super::series::Series;
use penstock_domain::{
    ids::{PartitionId, TopicId, TopicName},
    time::Timestamp,
};
use std::collections::{HashMap, HashSet};

/// Samples by topic.
#[derive(Debug, Default)]
pub struct Ends {
    topics: HashMap<TopicName, TopicEnds>,
}

#[derive(Debug, Default)]
struct TopicEnds {
    id: Option<TopicId>,
    partitions: Vec<Series<1>>,
}

impl Ends {
    /// Takes one measurement in. An end before the last one, or another topic id, is another log: what was known of it goes.
    pub fn add(
        &mut self,
        topic: &TopicName,
        id: Option<&TopicId>,
        partition: PartitionId,
        at: Timestamp,
        end: i64,
    ) {
        let Ok(index) = usize::try_from(partition.0) else {
            return;
        };
        let known = self.topics.entry(topic.clone()).or_default();
        if id.is_some() && known.id.as_ref() != id {
            if known.id.is_some() {
                known.partitions.clear();
            }
            known.id = id.cloned();
        }
        if known.partitions.len() <= index {
            known.partitions.resize_with(index + 1, Series::default);
        }
        if let Some(series) = known.partitions.get_mut(index) {
            if series.last().is_some_and(|last| last.values[0] > end) {
                series.clear();
            }
            series.add(at, [end]);
        }
    }

    /// When the record at `offset` was written. `None`: it is not yet, or was before the oldest sample.
    pub fn written(&self, topic: &str, partition: PartitionId, offset: i64) -> Option<Timestamp> {
        self.series(topic, partition)?.passed(offset)
    }

    /// The oldest sample: when, and the end then.
    pub fn oldest(&self, topic: &str, partition: PartitionId) -> Option<(Timestamp, i64)> {
        let point = self.series(topic, partition)?.first()?;
        Some((point.at, point.values[0]))
    }

    /// Forgets topics that nobody reads.
    pub fn retain(&mut self, topics: &HashSet<TopicName>) {
        self.topics.retain(|topic, _| topics.contains(topic));
    }

    fn series(&self, topic: &str, partition: PartitionId) -> Option<&Series<1>> {
        let index = usize::try_from(partition.0).ok()?;
        self.topics.get(topic)?.partitions.get(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_made_anew_forgets_the_old_one() {
        let mut ends = Ends::default();
        let (topic, partition) = (TopicName::from("t"), PartitionId(3));
        let old = TopicId::from("old");
        ends.add(&topic, Some(&old), partition, Timestamp(0), 0);
        ends.add(&topic, Some(&old), partition, Timestamp(10_000), 100);
        assert_eq!(ends.written("t", partition, 49), Some(Timestamp(5_000)));
        assert_eq!(ends.oldest("t", partition), Some((Timestamp(0), 0)));
        ends.add(&topic, Some(&old), partition, Timestamp(20_000), 5);
        assert_eq!(ends.written("t", partition, 4), None, "cut");
        ends.add(&topic, Some(&old), partition, Timestamp(30_000), 10);
        assert!(ends.written("t", partition, 7).is_some());
        let new = TopicId::from("new");
        ends.add(&topic, Some(&new), partition, Timestamp(40_000), 50);
        assert_eq!(ends.written("t", partition, 7), None, "another topic");
        ends.retain(&HashSet::new());
        assert_eq!(ends.oldest("t", partition), None);
    }
}
