//! Topics: what brokers have joined with what KafkaTopics declare. Pure.

pub mod csv;
pub mod detail;
pub mod list;
pub mod table;

use super::sight::Sight;
use penstock_cluster::kind::Kind;
use penstock_domain::ids::TopicName;

/// Whether brokers have it or a KafkaTopic declares it, even an unreadable one.
pub fn exists(sight: &Sight, topic: &TopicName) -> bool {
    let live = sight
        .topics()
        .is_some_and(|topics| topics.get(topic.as_str()).is_some());
    live || sight.view().topics(sight.cluster()).get(topic).is_some()
        || sight
            .view()
            .malformed(sight.cluster())
            .any(|malformed| malformed.kind == Kind::KafkaTopic && malformed.topic_name() == *topic)
}
