//! What one round of questions brought, and what else is known of the cluster then.

use super::risk::Limits;
use crate::{
    api::groups::{committed::Committed, describe::DescribedGroup},
    error::KafkaError,
    inventory::{
        configs::TopicConfigs, log_dirs::LogDirs, offsets::Offsets, snapshot::Snapshot,
        topics::Topics,
    },
};
use penstock_domain::{
    group::{GroupKind, GroupState},
    ids::{GroupName, NodeId, PartitionId, TopicId, TopicName},
    time::Timestamp,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// One round. Committed offsets were read before ends.
#[derive(Debug, Default)]
pub struct Round {
    /// When the ends were true.
    pub at: Timestamp,
    /// Groups that some broker listed.
    pub seen: BTreeMap<GroupName, Seen>,
    /// Groups that were known, and of which this round does not say that they are gone, with the reason.
    pub kept: HashMap<GroupName, String>,
    /// Ends by topic and partition number, of partitions that some group has committed to.
    pub ends: HashMap<TopicName, Vec<EndSeen>>,
}

/// A group, as its coordinator told.
#[derive(Debug)]
pub struct Seen {
    /// Its kind.
    pub kind: GroupKind,
    /// Its state in the list.
    pub state: GroupState,
    /// Who told.
    pub coordinator: NodeId,
    /// Who is in it; `None` where its kind can't be described.
    pub described: Option<Result<DescribedGroup, KafkaError>>,
    /// What it has committed; `None` where its kind commits nothing.
    pub committed: Option<Result<Vec<Committed>, KafkaError>>,
}

/// The end of one partition, as its leader told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndSeen {
    /// The high watermark.
    pub end: Option<i64>,
    /// The last stable offset, where it was seen to differ before.
    pub stable: Option<i64>,
    /// Why there is no end.
    pub why: Option<Arc<str>>,
}

/// What else is known: as of before committed offsets were read, so that a first offset is none that a group has passed meanwhile.
#[derive(Clone, Debug, Default)]
pub struct Ground {
    /// Topics.
    pub topics: Option<Arc<Topics>>,
    /// Offsets, for the first ones.
    pub offsets: Option<Arc<Offsets>>,
    /// Configuration of topics, for retention.
    pub configs: Option<Arc<TopicConfigs>>,
    /// Log directories, for sizes.
    pub log_dirs: Option<Arc<LogDirs>>,
}

impl Ground {
    /// From a snapshot.
    pub fn of(snapshot: &Snapshot) -> Self {
        Self {
            topics: snapshot.topics.value.clone(),
            offsets: snapshot.offsets.value.clone(),
            configs: snapshot.topic_configs.value.clone(),
            log_dirs: snapshot.log_dirs.value.clone(),
        }
    }

    /// Whether a topic is known to be there; a topic that the console may not see is not.
    pub fn has_topic(&self, topic: &str) -> bool {
        self.topics
            .as_ref()
            .is_some_and(|topics| topics.get(topic).is_some())
    }

    /// A topic's id.
    pub fn topic_id(&self, topic: &str) -> Option<&TopicId> {
        self.topics.as_ref()?.get(topic)?.id.as_ref()
    }

    /// The first offset.
    pub fn log_start(&self, topic: &str, partition: PartitionId) -> Option<i64> {
        self.offsets
            .as_ref()?
            .get(topic)?
            .partition(partition)?
            .earliest()
    }

    /// What a topic's settings let go; `None` where they are not known.
    pub fn limits(&self, topic: &str) -> Option<Limits> {
        let config = self.configs.as_ref()?.get(topic)?;
        let policy = config.value("cleanup.policy")?;
        if !policy.split(',').any(|one| one.trim() == "delete") {
            return Some(Limits::default());
        }
        let limit = |name| u64::try_from(config.number(name)?).ok();
        Some(Limits {
            millis: limit("retention.ms"),
            bytes: limit("retention.bytes"),
        })
    }

    /// Bytes of the leader's log.
    pub fn bytes(&self, topic: &str, partition: PartitionId) -> Option<u64> {
        let leader = self
            .topics
            .as_ref()?
            .get(topic)?
            .partition(partition)?
            .leader()?;
        self.log_dirs
            .as_ref()?
            .replica_bytes(leader, topic, partition)
    }
}
