//! `KafkaTopic`: a topic as declared and as the topic operator reports it. `v1` and `v1beta2` have the same shape.

use crate::{
    kind::Kind,
    resource::{AnyResource, Body, Metadata, Resource, lenient, part},
};
use penstock_domain::{
    drift::TopicShape,
    ids::{TopicId, TopicName},
};
use serde::Deserialize;
use serde_json::Value;
use std::{cmp::Ordering, collections::BTreeMap, sync::Arc};

/// A `KafkaTopic` resource.
pub type KafkaTopic = Resource<KafkaTopicBody>;

/// The annotation that takes a KafkaTopic out of the operator's hands when it says `false`.
pub const MANAGED_ANNOTATION: &str = "strimzi.io/managed";

/// Fields of a `KafkaTopic`.
#[derive(Clone, Debug, PartialEq)]
pub struct KafkaTopicBody {
    /// Kafka's name of the topic. The operator refuses to change it and goes on with the one in the status, so that one
    /// counts first; then `spec.topicName`, then `metadata.name`.
    pub topic: TopicName,
    /// `spec.partitions`
    pub partitions: Option<i32>,
    /// `spec.replicas`
    pub replicas: Option<i32>,
    /// `spec.config`, values as Kafka writes them.
    pub config: BTreeMap<String, String>,
    /// Whether it says `managed: "false"`.
    pub unmanaged: bool,
    /// `status.topicId`
    pub topic_id: Option<TopicId>,
    /// A replication factor being changed by Cruise Control.
    pub replicas_change: Option<ReplicasChange>,
}

/// `status.replicasChange`; while it lasts the resource stays Ready.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicasChange {
    /// `pending` or `ongoing`.
    pub state: Option<String>,
    /// The factor first asked for; later edits do not show.
    pub target_replicas: Option<i32>,
    /// Cruise Control's words.
    pub message: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    topic_name: Option<String>,
    partitions: Option<i32>,
    replicas: Option<i32>,
    #[serde(deserialize_with = "lenient::config")]
    config: BTreeMap<String, String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    topic_name: Option<String>,
    topic_id: Option<String>,
    replicas_change: Option<ReplicasChange>,
}

// === impl KafkaTopicBody ===

impl Body for KafkaTopicBody {
    fn any(resource: Arc<Resource<Self>>) -> AnyResource {
        AnyResource::KafkaTopic(resource)
    }

    fn read(_: Kind, metadata: &Metadata, spec: &Value, status: &Value) -> Result<Self, String> {
        let spec: Spec = part("spec", spec)?;
        let status: Status = part("status", status)?;
        let topic = status
            .topic_name
            .or(spec.topic_name)
            .unwrap_or_else(|| metadata.name.as_str().to_owned());
        Ok(Self {
            topic: TopicName::from(topic),
            partitions: spec.partitions,
            replicas: spec.replicas,
            config: spec.config,
            unmanaged: metadata
                .annotations
                .get(MANAGED_ANNOTATION)
                .is_some_and(|value| value.eq_ignore_ascii_case("false")),
            topic_id: status.topic_id.map(TopicId::from),
            replicas_change: status.replicas_change,
        })
    }
}

impl KafkaTopic {
    /// The declared shape, to compare with the live one.
    pub fn shape(&self) -> TopicShape {
        TopicShape {
            partitions: self.body.partitions,
            replicas: self.body.replicas,
            config: self.body.config.clone(),
        }
    }

    /// Whether the operator refuses it because another KafkaTopic names the same topic.
    pub fn conflicted(&self) -> bool {
        self.readiness.reason.as_deref() == Some("ResourceConflict")
    }

    /// Of several KafkaTopics for one topic the smallest is the one that counts: the operator keeps the oldest and refuses
    /// the others; an unmanaged one decides nothing.
    pub(crate) fn precedence(&self, other: &Self) -> Ordering {
        let key = |topic: &Self| {
            (
                topic.conflicted(),
                topic.body.unmanaged,
                topic.metadata.created,
            )
        };
        key(self)
            .cmp(&key(other))
            .then_with(|| self.metadata.name.cmp(&other.metadata.name))
    }
}
