//! Topics: what brokers have, what KafkaTopics declare, and what both say together.

pub mod query;

use crate::{
    advice::Advice,
    config::ConfigEntry,
    drift::FieldDifference,
    envelope::Freshness,
    ids::{NodeId, PartitionId, TopicId, TopicName},
    resource::{ResourceDetail, ResourceRef},
    time::Timestamp,
    verdict::PartitionCounts,
};
use serde::{Deserialize, Serialize};

/// State of a topic (decision 27).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum TopicState {
    /// A KafkaTopic declares it, and both agree.
    Managed,
    /// Its KafkaTopic says `managed: "false"`.
    Unmanaged,
    /// No KafkaTopic.
    Undeclared,
    /// A KafkaTopic and no topic.
    DeclaredOnly,
    /// Live values differ from the declared ones.
    Drifted,
    /// Its KafkaTopic is in error, or can't be read.
    Error,
}

impl TopicState {
    /// Every state, in the order of the filter.
    pub const ALL: [TopicState; 6] = [
        TopicState::Managed,
        TopicState::Drifted,
        TopicState::Error,
        TopicState::DeclaredOnly,
        TopicState::Unmanaged,
        TopicState::Undeclared,
    ];

    /// The name in URLs and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            TopicState::Managed => "managed",
            TopicState::Unmanaged => "unmanaged",
            TopicState::Undeclared => "undeclared",
            TopicState::DeclaredOnly => "declaredOnly",
            TopicState::Drifted => "drifted",
            TopicState::Error => "error",
        }
    }

    /// The word on the page.
    pub const fn words(self) -> &'static str {
        match self {
            TopicState::Managed => "Managed",
            TopicState::Unmanaged => "Unmanaged",
            TopicState::Undeclared => "Undeclared",
            TopicState::DeclaredOnly => "Declared only",
            TopicState::Drifted => "Drifted",
            TopicState::Error => "In error",
        }
    }

    /// By its name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A row of the list of topics, and the head of a topic's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TopicRow {
    /// Its name in Kafka.
    pub name: TopicName,
    /// Kafka's id; `None` where only a resource exists.
    pub id: Option<TopicId>,
    /// Whether Kafka itself made it.
    pub internal: bool,
    /// Partitions, live, else as declared.
    pub partitions: Option<u32>,
    /// Replication factor, live, else as declared.
    pub replication_factor: Option<u32>,
    /// What both sides say together.
    pub state: TopicState,
    /// Its KafkaTopic is paused.
    pub paused: bool,
    /// Its KafkaTopic is being deleted.
    pub deleting: bool,
    /// The operator's words, or what stands against the state; for the second line of the row.
    pub finding: Option<String>,
    /// Fields that differ, for `Drifted`.
    pub drifted_fields: u32,
    /// Replica state over its partitions.
    pub replicas: Option<PartitionCounts>,
    /// Bytes over all replicas that answered.
    pub size_bytes: Option<u64>,
    /// Whether some replica's size is missing in `size_bytes`.
    pub size_incomplete: bool,
    /// Offsets between first and end, summed: an upper bound of the records there are (compaction, transactions).
    pub records: Option<i64>,
    /// Records per second, from end offsets.
    pub records_in_per_second: Option<f64>,
    /// `retention.ms` in effect.
    pub retention_ms: Option<i64>,
    /// `cleanup.policy` in effect.
    pub cleanup_policy: Option<String>,
    /// Its KafkaTopic.
    pub resource: Option<ResourceRef>,
}

/// The topics page: rows of one page and sums over all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TopicList {
    /// The rows.
    pub items: Vec<TopicRow>,
    /// Where this page stands.
    pub page: crate::envelope::Page,
    /// When the oldest of the data was true.
    pub as_of: Option<Timestamp>,
    /// What could not be had.
    pub missing: Vec<crate::envelope::Missing>,
    /// Sums over all topics of the cluster, whatever the filter.
    pub totals: TopicTotals,
    /// Age of metadata.
    pub freshness: Freshness,
}

/// Sums over all topics.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TopicTotals {
    /// Topics, live or declared.
    pub all: u32,
    /// Topics that live.
    pub live: u32,
    /// How many in each state, in the order of [`TopicState::ALL`].
    pub by_state: Vec<StateCount>,
    /// Replica state over all partitions.
    pub partitions: PartitionCounts,
    /// Bytes over all replicas.
    pub size_bytes: Option<u64>,
}

/// How many topics are in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StateCount {
    /// The state.
    pub state: TopicState,
    /// How many.
    pub count: u32,
}

/// Everything that a topic's page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TopicDetail {
    /// The head.
    pub row: TopicRow,
    /// Its partitions by number; empty where the topic does not live.
    pub partitions: Vec<PartitionRow>,
    /// Age of leaders and replicas.
    pub metadata_freshness: Freshness,
    /// Age of offsets.
    pub offsets_freshness: Freshness,
    /// Age of sizes.
    pub size_freshness: Freshness,
    /// Declared against live, field by field; empty without a KafkaTopic.
    pub differences: Vec<FieldDifference>,
    /// Its KafkaTopic in full.
    pub resource: Option<ResourceDetail>,
    /// Other KafkaTopics that name the same topic.
    pub rivals: Vec<ResourceRef>,
    /// Its configuration; `Err` in words where it could not be had.
    pub configuration: TopicConfiguration,
    /// What a person should know of it.
    pub advice: Vec<Advice>,
}

/// A topic's configuration, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TopicConfiguration {
    /// Every setting in effect.
    pub entries: Vec<ConfigEntry>,
    /// When it was true.
    pub as_of: Option<Timestamp>,
    /// Why it is missing.
    pub missing: Option<String>,
}

/// One partition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PartitionRow {
    /// Its number.
    pub partition: PartitionId,
    /// Its leader; `None`: offline.
    pub leader: Option<NodeId>,
    /// Its replicas, preferred leader first.
    pub replicas: Vec<NodeId>,
    /// Those in sync.
    pub in_sync: Vec<NodeId>,
    /// Those on nodes that are down.
    pub offline_replicas: Vec<NodeId>,
    /// How it is.
    pub state: PartitionState,
    /// First offset.
    pub first: Option<i64>,
    /// Last stable offset.
    pub stable: Option<i64>,
    /// End offset (high watermark).
    pub end: Option<i64>,
    /// Why offsets are missing.
    pub why: Option<String>,
    /// Bytes of the leader's replica, else of any that answered.
    pub size_bytes: Option<u64>,
    /// Records per second.
    pub records_in_per_second: Option<f64>,
}

/// How a partition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum PartitionState {
    /// All replicas in sync.
    InSync,
    /// Some are not; still at min.insync.replicas or above.
    UnderReplicated,
    /// Below min.insync.replicas.
    UnderMinIsr,
    /// No leader.
    Offline,
}

impl PartitionState {
    /// From the numbers; `min_isr` is `None` where the configuration is not known, and then never accuses.
    pub fn of(has_leader: bool, replicas: usize, in_sync: usize, min_isr: Option<usize>) -> Self {
        if !has_leader {
            PartitionState::Offline
        } else if min_isr.is_some_and(|min| in_sync < min) {
            PartitionState::UnderMinIsr
        } else if in_sync < replicas {
            PartitionState::UnderReplicated
        } else {
            PartitionState::InSync
        }
    }
}

impl PartitionCounts {
    /// Counts one partition in.
    pub fn add(&mut self, state: PartitionState, replicas: usize, in_sync: usize) {
        self.total += 1;
        match state {
            PartitionState::InSync => self.in_sync += 1,
            PartitionState::UnderReplicated => self.under_replicated += 1,
            PartitionState::UnderMinIsr => self.under_min_isr += 1,
            PartitionState::Offline => self.offline += 1,
        }
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.replicas += count(replicas);
        self.replicas_missing += count(replicas.saturating_sub(in_sync));
    }

    /// Adds another count.
    pub fn merge(&mut self, other: &PartitionCounts) {
        self.total += other.total;
        self.in_sync += other.in_sync;
        self.under_replicated += other.under_replicated;
        self.under_min_isr += other.under_min_isr;
        self.offline += other.offline;
        self.replicas += other.replicas;
        self.replicas_missing += other.replicas_missing;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_partition_has_one_state() {
        assert_eq!(
            PartitionState::of(false, 3, 0, Some(2)),
            PartitionState::Offline
        );
        assert_eq!(
            PartitionState::of(true, 3, 1, Some(2)),
            PartitionState::UnderMinIsr
        );
        assert_eq!(
            PartitionState::of(true, 3, 2, Some(2)),
            PartitionState::UnderReplicated
        );
        assert_eq!(
            PartitionState::of(true, 3, 3, Some(2)),
            PartitionState::InSync
        );
        assert_eq!(
            PartitionState::of(true, 3, 1, None),
            PartitionState::UnderReplicated
        );
    }

    #[test]
    fn counts_add_up() {
        let mut counts = PartitionCounts::default();
        counts.add(PartitionState::InSync, 3, 3);
        counts.add(PartitionState::Offline, 1, 0);
        let mut twice = counts;
        twice.merge(&counts);
        assert_eq!(
            (
                twice.total,
                twice.in_sync,
                twice.offline,
                twice.replicas,
                twice.replicas_missing
            ),
            (4, 2, 2, 8, 2)
        );
    }

    #[test]
    fn names_lead_back_to_states() {
        for state in TopicState::ALL {
            assert_eq!(TopicState::of_name(state.name()), Some(state));
        }
    }
}
