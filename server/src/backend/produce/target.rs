//! What there is to know of a topic before records are written to it: partitions with their replicas, and the settings that
//! decide what brokers take. From memory; a topic that memory does not have yet is asked for.

use super::super::{problems, sight::Sight};
use penstock_api::AppError;
use penstock_domain::{
    ids::{NodeId, PartitionId, TopicName},
    problem::{Problem, ProblemKind},
    record::TimestampType,
};
use penstock_kafka::inventory::{configs::TopicConfig, topics::Topic};
use std::{sync::Arc, time::Duration};

/// How long brokers are asked for a topic that memory does not have.
const PATIENCE: Duration = Duration::from_secs(3);

/// A topic that can be written to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Its name.
    pub topic: Option<TopicName>,
    /// Its partitions by number.
    pub partitions: Vec<Replicas>,
    /// `min.insync.replicas`.
    pub min_in_sync: Option<u32>,
    /// `max.message.bytes`.
    pub max_message_bytes: Option<u64>,
    /// `cleanup.policy`.
    pub cleanup_policy: Option<String>,
    /// `message.timestamp.type`.
    pub timestamp_type: Option<TimestampType>,
}

/// A partition's replicas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replicas {
    /// The one that is written to.
    pub leader: Option<NodeId>,
    /// Those that have everything.
    pub in_sync: Vec<NodeId>,
    /// Those that do not.
    pub out: Vec<NodeId>,
}

impl Target {
    /// Looks in memory, then asks. Fails where there is no such topic, or none that clients may write to.
    pub async fn find(sight: &Sight, topic: &TopicName) -> Result<Self, AppError> {
        let known = sight
            .topics()
            .and_then(|topics| topics.get(topic.as_str()))
            .cloned();
        let live = match known {
            Some(live) => live,
            None => asked(sight, topic).await?,
        };
        if live.internal {
            return Err(internal(topic));
        }
        let configuration = sight
            .snapshot()
            .and_then(|snapshot| snapshot.topic_configs.value.as_ref())
            .and_then(|configs| configs.get(topic.as_str()));
        Ok(Self::of(&live, configuration.map(|config| &**config)))
    }

    /// Joins what is known.
    pub fn of(topic: &Topic, configuration: Option<&TopicConfig>) -> Self {
        let number = |name: &str| configuration.and_then(|config| config.number(name));
        let text = |name: &str| configuration.and_then(|config| config.value(name));
        Self {
            topic: Some(topic.name.clone()),
            partitions: topic
                .partitions()
                .map(|partition| {
                    let in_sync: Vec<NodeId> = partition.in_sync().collect();
                    Replicas {
                        leader: partition.leader(),
                        out: partition
                            .replicas()
                            .filter(|replica| !in_sync.contains(replica))
                            .collect(),
                        in_sync,
                    }
                })
                .collect(),
            min_in_sync: number("min.insync.replicas").and_then(|n| u32::try_from(n).ok()),
            max_message_bytes: number("max.message.bytes").and_then(|n| u64::try_from(n).ok()),
            cleanup_policy: text("cleanup.policy").map(str::to_owned),
            timestamp_type: text("message.timestamp.type").map(|text| match text {
                "LogAppendTime" => TimestampType::LogAppendTime,
                _ => TimestampType::CreateTime,
            }),
        }
    }

    /// The topic's name.
    pub fn name(&self) -> &str {
        self.topic.as_ref().map_or("", |topic| topic.as_str())
    }

    /// One partition.
    pub fn partition(&self, partition: PartitionId) -> Option<&Replicas> {
        self.partitions.get(usize::try_from(partition.0).ok()?)
    }

    /// Whether the policy keeps the newest record of each key; `None` where it is not known.
    pub fn compacted(&self) -> Option<bool> {
        self.cleanup_policy
            .as_ref()
            .map(|policy| policy.split(',').any(|one| one.trim() == "compact"))
    }
}

/// A topic that was made a moment ago is not in memory yet.
async fn asked(sight: &Sight, topic: &TopicName) -> Result<Arc<Topic>, AppError> {
    let client = sight
        .client()
        .ok_or_else(|| problems::not_connected(sight))?;
    match client.live_topic(topic, PATIENCE).await {
        Ok(Some(live)) => Ok(Arc::new(live)),
        Ok(None) => Err(not_live(sight, topic)),
        Err(error) => Err(problems::kafka(&error)),
    }
}

fn not_live(sight: &Sight, topic: &TopicName) -> AppError {
    if sight.topics().is_some() && super::super::topics::exists(sight, topic) {
        return Problem::new(
            ProblemKind::NotFound,
            "The topic does not live yet",
            format!("A KafkaTopic declares “{topic}”, and Kafka has no such topic to write to."),
        )
        .with_remedy("See the topic’s page for what keeps the operator from making it.")
        .into();
    }
    problems::no_topic(sight, topic)
}

fn internal(topic: &TopicName) -> AppError {
    Problem::new(
        ProblemKind::Invalid,
        "Kafka’s own topic",
        format!("“{topic}” is written by brokers alone."),
    )
    .with_remedy("Choose a topic of your own.")
    .with_field("topic")
    .into()
}
