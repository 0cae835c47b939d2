//! Which of several KafkaTopics has a topic.

use super::super::objects::{annotated, belongs_to, name};
use super::{MANAGED, finalized, topic_name};
use kube::api::DynamicObject;

/// Another, older KafkaTopic for the same topic.
pub(super) fn owner<'a>(
    object: &DynamicObject,
    all: impl Iterator<Item = &'a DynamicObject>,
    cluster: &str,
) -> Option<&'a DynamicObject> {
    let topic = topic_name(object);
    let order = |object: &DynamicObject| {
        let created = object
            .metadata
            .creation_timestamp
            .as_ref()
            .map(|time| format!("{:?}", time.0));
        // Of two in one second any may win; the one that owns the topic stays its owner.
        let owns = finalized(object);
        (created, !owns, name(object))
    };
    let mine = order(object);
    all.filter(|other| belongs_to(other, cluster) && topic_name(other) == topic)
        .filter(|other| !annotated(other, MANAGED, "false") && name(other) != name(object))
        .filter(|other| order(other) < mine)
        .min_by_key(|other| order(other))
}

/// Whether its last status says that another one has its topic.
pub(super) fn conflicts(object: &DynamicObject) -> bool {
    object
        .data
        .pointer("/status/conditions/0/reason")
        .is_some_and(|reason| reason == "ResourceConflict")
}
