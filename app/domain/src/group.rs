//! Consumer groups of every kind: who reads what, how far behind in records and in time, and what to make of it.
//!
//! Shapes that pages and the API show; the rules behind them are in `verdict` and need no I/O. Filled by `penstock-kafka`'s
//! inventory, which reads committed offsets before end offsets: lag is never negative, and what nobody committed is unknown.

pub mod act;
mod names;
pub mod query;
pub mod readers;
pub mod reset;
pub mod span;
pub mod verdict;

use crate::{
    envelope::{Freshness, Missing, Page},
    ids::{GroupName, NodeId, PartitionId, TopicName},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// What kind of group it is, by its protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum GroupKind {
    /// JoinGroup and SyncGroup, protocol type `consumer`.
    Classic,
    /// The broker assigns (KIP-848).
    Consumer,
    /// Records are handed out one by one (KIP-932).
    Share,
    /// Kafka Streams (KIP-1071).
    Streams,
    /// Workers of Kafka Connect: a classic group of protocol type `connect`; it commits nothing.
    Connect,
    /// Known by its commits alone, or of a protocol type that is not known here.
    Unknown,
}

/// State of a group, as its coordinator says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum GroupState {
    /// Members have their partitions.
    Stable,
    /// A classic group waits for its members to join.
    PreparingRebalance,
    /// A classic group waits for its leader's assignment.
    CompletingRebalance,
    /// The broker computes an assignment.
    Assigning,
    /// Members take over what was assigned.
    Reconciling,
    /// A streams group lacks its topics.
    NotReady,
    /// No member.
    Empty,
    /// It is going away.
    Dead,
    /// Its coordinator did not say.
    Unknown,
}

/// How the age of the oldest unread record is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum SecondsKind {
    /// From the timestamp of the record at the committed offset.
    Exact,
    /// From samples of end offsets over time.
    Estimate,
    /// Not known.
    Unknown,
}

/// How far behind.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Lag {
    /// Records between the committed and the end offset, over all partitions that tell both; `None` if none does.
    pub records: Option<u64>,
    /// Age of the oldest unread record in seconds; 0 where nothing is unread.
    pub seconds: Option<f64>,
    /// How `seconds` is known.
    pub seconds_kind: SecondsKind,
    /// Whether some partition's lag is missing in `records`.
    pub incomplete: bool,
}

/// What to make of a group; worst last, so that the greatest is the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum GroupHealth {
    /// It keeps up.
    Healthy,
    /// Behind, and faster than what comes in.
    CatchingUp,
    /// Too little is known.
    Unknown,
    /// It rebalances all the time.
    Unsettled,
    /// Behind, and slower than what comes in.
    FallingBehind,
    /// It has members, and commits stand still while records arrive.
    Stalled,
    /// No member, and records wait.
    Stopped,
    /// Retention deletes what it has not read, now or soon.
    LosingData,
}

/// The verdict over a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GroupVerdict {
    /// The state.
    pub state: GroupHealth,
    /// Why, as one sentence with its full stop: `Reads 104 of 118 records/s; will not catch up alone.`
    pub reason: String,
    /// What helps, if anything is wrong.
    pub remedy: Option<String>,
}

/// When unread records will be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "risk"
)]
pub enum RetentionRisk {
    /// Nothing is unread, or it is read before retention comes to it, or the topic deletes nothing.
    None,
    /// Retention comes to the oldest unread record in so many seconds, at the present rates.
    In {
        /// Seconds from `asOf`.
        seconds: f64,
        /// By size rather than by time.
        by_size: bool,
    },
    /// The committed offset lies before the first offset: so many records are gone unread.
    Lost {
        /// Offsets between the committed and the first offset.
        records: u64,
    },
    /// Retention, rates or offsets are not known.
    Unknown,
}

/// One row of the list of groups, and the head of a group's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GroupRow {
    /// Its name.
    pub group: GroupName,
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: GroupKind,
    /// Its state.
    pub state: GroupState,
    /// The node that coordinates it.
    pub coordinator: Option<NodeId>,
    /// How many members; `None` where the coordinator did not say.
    pub members: Option<u32>,
    /// Topics it reads or has committed to, sorted.
    pub topics: Vec<TopicName>,
    /// How far behind.
    pub lag: Lag,
    /// What to make of it.
    pub verdict: GroupVerdict,
    /// Records per second written to its partitions.
    pub in_per_second: Option<f64>,
    /// Records per second it commits.
    pub out_per_second: Option<f64>,
    /// Seconds until it has caught up at the present rates; `None` where it does not, or nothing is known.
    pub catch_up_seconds: Option<f64>,
    /// When unread records will be deleted: the nearest of all partitions.
    pub retention: RetentionRisk,
    /// Lag in records over the last six hours, oldest first, evenly spaced; `None`: not known then.
    pub trend: Vec<Option<u64>>,
    /// What could not be had of it: `offsets: no answer from node 2`.
    pub why: Option<String>,
}

/// The page of groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GroupList {
    /// The rows of this page.
    pub items: Vec<GroupRow>,
    /// Where this page stands.
    pub page: Page,
    /// When committed offsets were true.
    pub as_of: Option<Timestamp>,
    /// What could not be had.
    pub missing: Vec<Missing>,
    /// Sums over all groups that the user may see, whatever the filter.
    pub totals: GroupTotals,
    /// Age and completeness.
    pub freshness: Freshness,
}

/// Sums over all groups.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GroupTotals {
    /// Groups.
    pub groups: u64,
    /// Members.
    pub members: u64,
    /// Lag in records.
    pub lag: u64,
    /// Groups that need a person: unsettled or worse.
    pub attention: u64,
    /// Groups by verdict, those there are.
    pub by_health: Vec<(GroupHealth, u64)>,
}

/// Where a group stands in one partition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LagRow {
    /// Topic.
    pub topic: TopicName,
    /// Partition.
    pub partition: PartitionId,
    /// Committed offset; `None`: nobody committed one. For a share group, its start offset.
    pub committed: Option<i64>,
    /// End offset; the last stable offset where the group is known to read committed records only.
    pub end: Option<i64>,
    /// First offset.
    pub log_start: Option<i64>,
    /// Records between; never negative.
    pub lag: Option<u64>,
    /// Age of the oldest unread record in seconds.
    pub seconds: Option<f64>,
    /// How `seconds` is known.
    pub seconds_kind: SecondsKind,
    /// When unread records will be deleted.
    pub retention: RetentionRisk,
    /// Member id of who has it.
    pub member: Option<String>,
    /// Text committed beside the offset.
    pub metadata: Option<String>,
    /// Records per second written.
    pub in_per_second: Option<f64>,
    /// Records per second committed.
    pub out_per_second: Option<f64>,
    /// Commits stand still while records arrive, since then.
    pub stalled_since: Option<Timestamp>,
    /// For a share group, records handed out and not yet acknowledged.
    pub in_flight: Option<u64>,
    /// What could not be had: `no leader`, `the topic does not exist`.
    pub why: Option<String>,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// Its id.
    pub member: String,
    /// Its static id, `group.instance.id` (KIP-345).
    pub instance: Option<String>,
    /// Its client id.
    pub client: String,
    /// Where it connects from.
    pub host: String,
    /// Its rack.
    pub rack: Option<String>,
    /// Its epoch (KIP-848).
    pub epoch: Option<i32>,
    /// Topics or a pattern it subscribed to.
    pub subscribed: Vec<String>,
    /// What it has.
    pub assigned: Vec<TopicAssignment>,
    /// What it shall have, where that differs (KIP-848).
    pub target: Option<Vec<TopicAssignment>>,
    /// Lag in records over its partitions.
    pub lag: Option<u64>,
}

/// Partitions of one topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TopicAssignment {
    /// Topic.
    pub topic: TopicName,
    /// Partitions, sorted.
    pub partitions: Vec<PartitionId>,
}

/// Something that happened to a group while the console looked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GroupEvent {
    /// When it was noticed.
    pub at: Timestamp,
    /// What.
    pub what: GroupEventKind,
    /// In words: `billing-export-0 left`.
    pub text: String,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum GroupEventKind {
    /// A member came.
    Joined,
    /// A member left.
    Left,
    /// A rebalance: the state, or for KIP-848 the epoch.
    Rebalanced,
    /// The state changed otherwise.
    State,
    /// A committed offset went back.
    WentBack,
    /// Its coordinator moved.
    Moved,
    /// Retention deleted what it had not read.
    Lost,
}

/// A group's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GroupDetail {
    /// What the list says too.
    pub row: GroupRow,
    /// Assignor or protocol: `range`, `uniform`.
    pub protocol: Option<String>,
    /// Its epoch (KIP-848).
    pub epoch: Option<i32>,
    /// Epoch of the target assignment (KIP-848).
    pub assignment_epoch: Option<i32>,
    /// Whether it reads committed records only, as far as that can be told.
    pub read_committed: Option<bool>,
    /// Partitions, by topic and number.
    pub partitions: Vec<LagRow>,
    /// Members, by id; `None` where the coordinator did not say.
    pub members: Option<Vec<Member>>,
    /// Newest first.
    pub events: Vec<GroupEvent>,
    /// Rebalances within the last hour, or since the console looks.
    pub rebalances_per_hour: Option<f64>,
    /// Since when the console knows this group.
    pub first_seen: Timestamp,
    /// Age and completeness.
    pub freshness: Freshness,
}

/// How old the oldest unread record of each partition is, from the records themselves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GroupAges {
    /// The oldest of all; `None` where nothing is unread, or no record could be read.
    pub seconds: Option<f64>,
    /// Partitions that lag, by topic and number.
    pub partitions: Vec<ExactAge>,
    /// When it was read.
    pub as_of: Timestamp,
}

/// When the oldest unread record of one partition was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExactAge {
    /// Topic.
    pub topic: TopicName,
    /// Partition.
    pub partition: PartitionId,
    /// The committed offset.
    pub committed: i64,
    /// When the record there was written, or the next that is left after it.
    pub written: Option<Timestamp>,
    /// Why that is not known.
    pub why: Option<String>,
}

/// A group's configuration at the broker, asked for at this moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GroupConfiguration {
    /// Every setting by name; none for a classic group, whose settings are its members' own.
    pub entries: Vec<crate::config::ConfigEntry>,
    /// When it was true.
    pub as_of: Option<Timestamp>,
}

/// Offsets of a group over time, summed over the partitions of one topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LagHistory {
    /// Topic.
    pub topic: TopicName,
    /// Oldest first.
    pub points: Vec<LagPoint>,
}

/// One moment of a [`LagHistory`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LagPoint {
    /// When.
    pub at: Timestamp,
    /// Sum of committed offsets.
    pub committed: Option<i64>,
    /// Sum of end offsets, of the partitions in `committed`.
    pub end: Option<i64>,
    /// Sum of first offsets, of the same.
    pub log_start: Option<i64>,
}

/// Who reads a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TopicReader {
    /// The group.
    pub group: GroupName,
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: GroupKind,
    /// Its state.
    pub state: GroupState,
    /// Members.
    pub members: Option<u32>,
    /// How far behind in this topic alone.
    pub lag: Lag,
    /// Its verdict, over all its topics.
    pub verdict: GroupVerdict,
    /// Partitions of this topic that it has committed to.
    pub partitions: Vec<PartitionId>,
}
