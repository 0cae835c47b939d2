//! One node in full: its pod, its part in the metadata quorum, what it leads and holds, its log directories.

use super::NodeRow;
use crate::{
    envelope::{Freshness, Missing, Page},
    ids::{NodeId, PartitionId, TopicName},
    time::Timestamp,
    topic::PartitionState,
};
use serde::{Deserialize, Serialize};

/// Everything of a node but its settings and its list of partitions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodeDetail {
    /// The facts of the list.
    pub row: NodeRow,
    /// Its pool.
    pub pool: Option<String>,
    /// The pool's storage as declared.
    pub storage: Option<String>,
    /// The pool's resources as declared.
    pub resources: Option<String>,
    /// Name of the listener whose address the row tells.
    pub listener: Option<String>,
    /// Its pod; `None` outside Kubernetes, or while there is none.
    pub pod: Option<NodePod>,
    /// Its part in the metadata quorum; `None` where it has none, or nobody told.
    pub quorum: Option<NodeQuorum>,
    /// How old the quorum's figures are.
    pub quorum_freshness: Freshness,
    /// What it leads and holds; `None` for a node that is no broker, and while topics are not known.
    pub load: Option<NodeLoad>,
    /// How old leaders and replicas are.
    pub metadata_freshness: Freshness,
    /// Its log directories; `None` while it has not told.
    pub disks: Option<NodeDisks>,
    /// How old log directories are.
    pub disk_freshness: Freshness,
}

/// A node's pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodePod {
    /// Its name.
    pub name: String,
    /// `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`.
    pub phase: Option<String>,
    /// Whether the kubelet says it is ready.
    pub ready: bool,
    /// Since when it is (not) ready.
    pub ready_since: Option<Timestamp>,
    /// Whether its deletion was asked for.
    pub deleting: bool,
    /// The machine it runs on; `None` until it is scheduled.
    pub machine: Option<String>,
    /// Restarts of its containers.
    pub restarts: u32,
    /// When its Kafka container started.
    pub started: Option<Timestamp>,
    /// Why its container does not run now.
    pub trouble: Option<String>,
    /// How its container ended the time before, if it did: `OOMKilled, exit code 137`.
    pub last_end: Option<String>,
    /// When that was.
    pub last_ended: Option<Timestamp>,
}

/// A node's role in the metadata quorum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum QuorumRole {
    /// It leads.
    Leader,
    /// It votes.
    Voter,
    /// It follows without a vote.
    Observer,
}

impl QuorumRole {
    /// In a word.
    pub const fn words(self) -> &'static str {
        match self {
            QuorumRole::Leader => "Leader",
            QuorumRole::Voter => "Voter",
            QuorumRole::Observer => "Observer",
        }
    }
}

/// A node's part in the metadata quorum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodeQuorum {
    /// Its role.
    pub role: QuorumRole,
    /// Who leads; `None` during an election.
    pub leader: Option<NodeId>,
    /// The leader's epoch.
    pub epoch: i32,
    /// The node's end offset of the metadata log.
    pub log_end_offset: Option<i64>,
    /// High watermark of the metadata log.
    pub high_watermark: i64,
    /// Records behind the leader.
    pub lag: Option<i64>,
    /// When the leader last saw a fetch of it.
    pub last_fetch: Option<Timestamp>,
    /// When it last had everything.
    pub last_caught_up: Option<Timestamp>,
    /// Whether it has stopped following.
    pub gone: bool,
}

/// What a node leads and holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodeLoad {
    /// Partitions it leads.
    pub leads: u32,
    /// Partitions it follows.
    pub follows: u32,
    /// Replicas of it that are not in sync.
    pub out_of_sync: u32,
    /// Partitions with a replica here that lack a replica somewhere, at or above `min.insync.replicas`.
    pub under_replicated: u32,
    /// Partitions with a replica here that refuse acks=all.
    pub under_min_isr: u32,
    /// Partitions with a replica here that have no leader.
    pub offline: u32,
    /// Partitions whose only replica is here.
    pub only_here: u32,
    /// Partitions it should lead as their preferred replica, and another leads.
    pub preferred_elsewhere: u32,
}

/// A node's log directories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodeDisks {
    /// When the broker said so.
    pub as_of: Timestamp,
    /// The directories by path.
    pub directories: Vec<NodeLogDir>,
    /// The topics that take most, largest first.
    pub topics: Vec<TopicOnDisk>,
    /// How many others there are.
    pub other_topics: u32,
    /// Bytes of the others.
    pub other_bytes: u64,
}

/// One log directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodeLogDir {
    /// Its path on the node.
    pub path: String,
    /// Kafka's name of its error; an offline directory says `KAFKA_STORAGE_ERROR`.
    pub error: Option<String>,
    /// Bytes of replicas in it.
    pub log_bytes: u64,
    /// Bytes of its volume; `None` from brokers before 3.3.
    pub total: Option<u64>,
    /// Usable bytes of its volume.
    pub usable: Option<u64>,
    /// Replicas in it.
    pub replicas: u32,
    /// Replicas that are being moved into it from another directory.
    pub incoming: u32,
    /// Its largest replicas, largest first.
    pub largest: Vec<ReplicaOnDisk>,
}

/// One replica in a log directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReplicaOnDisk {
    /// Its topic.
    pub topic: TopicName,
    /// Its partition.
    pub partition: PartitionId,
    /// Bytes of its log segments.
    pub bytes: u64,
    /// Whether it is being moved here from another directory.
    pub incoming: bool,
}

/// What a topic takes on a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TopicOnDisk {
    /// The topic.
    pub topic: TopicName,
    /// Bytes of its replicas here.
    pub bytes: u64,
}

/// One page of the partitions of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodePartitionList {
    /// The rows.
    pub items: Vec<NodePartition>,
    /// Where this page stands.
    pub page: Page,
    /// How many there are of each kind, whatever the filter.
    pub totals: NodePartitionTotals,
    /// How old leaders and replicas are.
    pub freshness: Freshness,
    /// What could not be had.
    pub missing: Vec<Missing>,
}

/// A node's partitions counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodePartitionTotals {
    /// All.
    pub all: u32,
    /// It leads.
    pub leads: u32,
    /// It follows.
    pub follows: u32,
    /// Something is wrong with the partition.
    pub troubled: u32,
    /// It is not the leader that it should be.
    pub preferred_elsewhere: u32,
}

/// Which of a node's partitions are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodePartitionState {
    /// It leads.
    Leads,
    /// It follows.
    Follows,
    /// Something is wrong with the partition.
    Troubled,
    /// It is not the leader that it should be.
    PreferredElsewhere,
}

impl NodePartitionState {
    /// Every choice in its order.
    pub const ALL: [NodePartitionState; 4] = [
        NodePartitionState::Leads,
        NodePartitionState::Follows,
        NodePartitionState::Troubled,
        NodePartitionState::PreferredElsewhere,
    ];

    /// The name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            NodePartitionState::Leads => "leads",
            NodePartitionState::Follows => "follows",
            NodePartitionState::Troubled => "troubled",
            NodePartitionState::PreferredElsewhere => "preferredElsewhere",
        }
    }

    /// The words on the page.
    pub const fn words(self) -> &'static str {
        match self {
            NodePartitionState::Leads => "Leads",
            NodePartitionState::Follows => "Follows",
            NodePartitionState::Troubled => "In trouble",
            NodePartitionState::PreferredElsewhere => "Led elsewhere",
        }
    }

    /// By its name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether a partition is one of these.
    pub fn has(self, partition: &NodePartition) -> bool {
        match self {
            NodePartitionState::Leads => partition.leads,
            NodePartitionState::Follows => !partition.leads,
            NodePartitionState::Troubled => partition.state != PartitionState::InSync,
            NodePartitionState::PreferredElsewhere => partition.preferred_elsewhere,
        }
    }

    /// How many there are.
    pub const fn of(self, totals: &NodePartitionTotals) -> u32 {
        match self {
            NodePartitionState::Leads => totals.leads,
            NodePartitionState::Follows => totals.follows,
            NodePartitionState::Troubled => totals.troubled,
            NodePartitionState::PreferredElsewhere => totals.preferred_elsewhere,
        }
    }
}

/// One partition with a replica on the node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodePartition {
    /// Its topic.
    pub topic: TopicName,
    /// Its number.
    pub partition: PartitionId,
    /// Whether the node leads it.
    pub leads: bool,
    /// Its leader; `None`: offline.
    pub leader: Option<NodeId>,
    /// Its replicas, preferred leader first.
    pub replicas: Vec<NodeId>,
    /// Those in sync.
    pub in_sync: Vec<NodeId>,
    /// Those on nodes that are down.
    pub offline_replicas: Vec<NodeId>,
    /// How the partition is.
    pub state: PartitionState,
    /// Whether the node is its preferred leader, and another leads.
    pub preferred_elsewhere: bool,
    /// Bytes of the replica here.
    pub bytes: Option<u64>,
    /// The log directory that holds it, where the node has several.
    pub directory: Option<String>,
}

impl NodePartitionTotals {
    /// Counts one in.
    pub fn add(&mut self, partition: &NodePartition) {
        let add = |count: &mut u32, state: NodePartitionState| {
            *count += u32::from(state.has(partition));
        };
        self.all += 1;
        add(&mut self.leads, NodePartitionState::Leads);
        add(&mut self.follows, NodePartitionState::Follows);
        add(&mut self.troubled, NodePartitionState::Troubled);
        add(
            &mut self.preferred_elsewhere,
            NodePartitionState::PreferredElsewhere,
        );
    }
}
