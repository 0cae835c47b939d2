//! A cluster as lists and its overview show it: declared by a `Kafka` resource or by the configuration file, joined with
//! what its brokers answer.

use crate::{
    advice::ClusterAdvice,
    envelope::Freshness,
    group::readers::GroupsAttention,
    ids::{ClusterId, ClusterRef, NodeId},
    resource::ResourceDetail,
    time::Timestamp,
    verdict::{PartitionCounts, Verdict},
};
use serde::{Deserialize, Serialize};

/// A row of the list of clusters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClusterSummary {
    /// Its address.
    pub cluster: ClusterRef,
    /// Where it comes from.
    pub origin: Origin,
    /// How it is.
    pub verdict: Verdict,
    /// Nodes that answer or run.
    pub nodes_running: u32,
    /// Nodes that are declared or known.
    pub nodes_expected: u32,
    /// Replica state over all partitions; `None` while unknown.
    pub partitions: Option<PartitionCounts>,
    /// Records written per second over all topics, from offsets; `None` until two samples exist.
    pub records_in_per_second: Option<f64>,
    /// Consumer groups that wait for a person; `None` while unknown, and for those who may not list groups.
    pub groups: Option<GroupsAttention>,
    /// Versions.
    pub versions: Versions,
    /// When its brokers were last heard.
    pub freshness: Freshness,
}

/// Where a cluster comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// A `Kafka` resource.
    Resource,
    /// The configuration file.
    Configuration,
}

/// Versions as far as anybody tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Versions {
    /// `status.operatorLastSuccessfulVersion`
    pub strimzi: Option<String>,
    /// `status.kafkaVersion`
    pub kafka: Option<String>,
    /// Finalized feature `metadata.version`, from the brokers, else from the status.
    pub metadata: Option<String>,
    /// API version in which the resource is read: `kafka.strimzi.io/v1`.
    pub api: Option<String>,
}

/// Everything that the overview shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClusterOverview {
    /// The facts of the list.
    pub summary: ClusterSummary,
    /// Kafka's cluster id.
    pub cluster_id: Option<ClusterId>,
    /// Topics that the brokers know, internal ones included.
    pub topics: Option<u32>,
    /// Bytes over all log directories that answered.
    pub disk: Option<DiskSum>,
    /// Listeners, declared and as the status tells.
    pub listeners: Vec<Listener>,
    /// The metadata quorum.
    pub quorum: Option<Quorum>,
    /// How old the quorum's figures are.
    pub quorum_freshness: Freshness,
    /// The `Kafka` resource; `None` for configured clusters.
    pub resource: Option<ResourceDetail>,
    /// How the console itself reaches the cluster.
    pub connection: Connection,
    /// Age of the API server's watch for this cluster's resources; `None` for configured clusters.
    pub resources_as_of: Option<Timestamp>,
    /// Why the watch is silent, if it is.
    pub resources_stale: Option<String>,
    /// What a person should know of how it is declared, worst first; users only for those who may list them.
    pub advice: Vec<ClusterAdvice>,
}

/// Bytes over log directories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DiskSum {
    /// Bytes used by Kafka's logs.
    pub logs: u64,
    /// Bytes of the volumes; `None` where a broker does not tell (before DescribeLogDirs v4).
    pub total: Option<u64>,
    /// Bytes still usable on the volumes.
    pub usable: Option<u64>,
}

/// One listener.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Listener {
    /// Its name.
    pub name: String,
    /// `internal`, `route`, `ingress`, `nodeport`, `loadbalancer`, `cluster-ip`, `tlsroute`.
    pub kind: Option<String>,
    /// The declared port.
    pub port: Option<i32>,
    /// Whether it speaks TLS.
    pub tls: bool,
    /// `tls`, `scram-sha-512`, `oauth`, `custom`; `None`: anybody may connect.
    pub authentication: Option<String>,
    /// Bootstrap addresses from the status, to copy; `None` until the operator has written them.
    pub bootstrap: Option<String>,
    /// Whether the status carries certificates.
    pub has_certificates: bool,
}

/// The KRaft metadata quorum (DescribeQuorum, KIP-595, KIP-836).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Quorum {
    /// The leader; `None` during an election.
    pub leader: Option<NodeId>,
    /// Its epoch.
    pub epoch: i32,
    /// High watermark of the metadata log.
    pub high_watermark: i64,
    /// Those who vote.
    pub voters: Vec<QuorumReplica>,
    /// Those who follow without a vote (brokers).
    pub observers: Vec<QuorumReplica>,
}

/// One replica of the metadata log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct QuorumReplica {
    /// Which node.
    pub node: NodeId,
    /// Its end offset of the metadata log; `None` where the leader does not know.
    pub log_end_offset: Option<i64>,
    /// Records behind the leader.
    pub lag: Option<i64>,
    /// When the leader last saw a fetch of it.
    pub last_fetch: Option<Timestamp>,
    /// When it last had everything.
    pub last_caught_up: Option<Timestamp>,
    /// Whether it has stopped following (no fetch for several seconds, or its node is down).
    pub gone: bool,
}

/// How the console reaches a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum Connection {
    /// At least one broker answers.
    Connected {
        /// Name of the listener used.
        listener: String,
        /// The principal the brokers see: `User:penstock`, or `User:ANONYMOUS`.
        principal: String,
    },
    /// The first attempt is still under way.
    Connecting,
    /// Nobody answers.
    Unreachable {
        /// Cause in a sentence.
        why: String,
        /// What helps.
        remedy: Option<String>,
        /// Since when.
        since: Option<Timestamp>,
    },
    /// The console has no credentials that a listener accepts.
    #[serde(rename_all = "camelCase")]
    NoCredentials {
        /// Cause in a sentence.
        why: String,
        /// The KafkaUser to create, ready to copy.
        kafka_user_yaml: String,
    },
}

/// The page of clusters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClusterList {
    /// The clusters that the user may see, worst first, then by name.
    pub items: Vec<ClusterSummary>,
    /// When the oldest of the data was true.
    pub as_of: Option<Timestamp>,
    /// What could not be had: silent watches, resources that can't be read.
    pub missing: Vec<crate::envelope::Missing>,
    /// Namespaces with clusters that the user may not see are not told; whether any were left out.
    pub some_hidden: bool,
}
