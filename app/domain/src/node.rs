//! Nodes: what pools declare, pods run and brokers answer, in one row each (here) and one in full (`detail`, `configuration`);
//! what would happen if some stopped (`simulation`).

pub mod configuration;
mod detail;
pub mod simulation;

pub use self::{
    configuration::NodeConfiguration,
    detail::{
        NodeDetail, NodeDisks, NodeLoad, NodeLogDir, NodePartition, NodePartitionList,
        NodePartitionState, NodePartitionTotals, NodePod, NodeQuorum, QuorumRole, ReplicaOnDisk,
        TopicOnDisk,
    },
};

use crate::{cluster::Quorum, envelope::Freshness, ids::NodeId, time::Timestamp};
use serde::{Deserialize, Serialize};

/// The nodes page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Nodes {
    /// Pools with their nodes; nodes that belong to no pool stand in a last pool without a name.
    pub pools: Vec<Pool>,
    /// Replica and leader figures.
    pub metadata_freshness: Freshness,
    /// Disk figures.
    pub disk_freshness: Freshness,
    /// The quorum.
    pub quorum: Option<Quorum>,
    /// How old the quorum's figures are.
    pub quorum_freshness: Freshness,
}

/// A KafkaNodePool and its nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Pool {
    /// Its name; `None` for nodes without a pool (configured clusters).
    pub name: Option<String>,
    /// `controller`, `broker`.
    pub roles: Vec<String>,
    /// `persistent-claim 100Gi, class gp3`, as declared.
    pub storage: Option<String>,
    /// `2 CPU, 4 GiB`, as declared.
    pub resources: Option<String>,
    /// `metadata.generation` and whether it is applied.
    pub generation: Option<i64>,
    /// Whether the status speaks of an older generation.
    pub stale: bool,
    /// Its nodes by id.
    pub nodes: Vec<NodeRow>,
}

/// How a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum NodeState {
    /// It answers, or it is registered and unfenced.
    Running,
    /// Its pod starts.
    Starting,
    /// Its pod runs, but it does not answer the console.
    Silent,
    /// Its pod does not run, or it is not registered.
    Down,
    /// Nobody tells.
    Unknown,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodeRow {
    /// Its id.
    pub node: NodeId,
    /// Name of its pod; `None` outside Kubernetes.
    pub pod: Option<String>,
    /// Roles it has.
    pub roles: Vec<String>,
    /// How it is.
    pub state: NodeState,
    /// Why it is not running: `killed, exit code 137`.
    pub why: Option<String>,
    /// Since when it is in this state, where somebody tells.
    pub since: Option<Timestamp>,
    /// Its rack, from metadata.
    pub rack: Option<String>,
    /// Advertised address on the console's listener.
    pub address: Option<String>,
    /// Whether it leads the metadata quorum.
    pub leads_quorum: bool,
    /// Its lag in the metadata log, if it votes or observes.
    pub quorum_lag: Option<i64>,
    /// Whether it votes.
    pub voter: bool,
    /// Partitions it leads.
    pub leaders: Option<u32>,
    /// Replicas it has.
    pub replicas: Option<u32>,
    /// Replicas of it that are not in sync.
    pub replicas_out_of_sync: Option<u32>,
    /// Bytes of its logs.
    pub log_bytes: Option<u64>,
    /// Bytes of its volumes.
    pub disk_total: Option<u64>,
    /// Usable bytes of its volumes.
    pub disk_usable: Option<u64>,
    /// When its disk figures were true, if older than the panel.
    pub disk_as_of: Option<Timestamp>,
    /// Container restarts that the pod tells.
    pub restarts: Option<u32>,
    /// When its container started.
    pub started: Option<Timestamp>,
}

/// A node of the list with its pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NodeInPool {
    /// Its facts.
    pub row: NodeRow,
    /// Its pool.
    pub pool: Option<String>,
}
