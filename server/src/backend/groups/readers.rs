//! Who reads a topic: groups by topic, held against the partitions that it has.

use crate::backend::{nodes::freshness, sight::Sight};
use penstock_domain::{
    group::readers::TopicReaders,
    ids::{PartitionId, TopicName},
};

/// Every group that reads the topic or has committed in it.
pub fn of(sight: &Sight, topic: &TopicName) -> TopicReaders {
    let freshness = freshness(sight.snapshot(), |snapshot| snapshot.groups.freshness());
    let readers = sight
        .groups()
        .map(|groups| groups.of_topic(topic.as_str()))
        .unwrap_or_default();
    // Without groups nothing can be said about partitions that nobody reads.
    let partitions: Option<Vec<PartitionId>> = sight.groups().and_then(|_| {
        let topic = sight.topics()?.get(topic.as_str())?;
        Some(
            topic
                .partitions()
                .map(|partition| partition.number)
                .collect(),
        )
    });
    TopicReaders::of(readers, partitions.as_deref(), freshness)
}
