//! Shapes of what is done to consumer groups: previews, what is asked for, what came of it, and what is kept to undo it. No rules:
//! those are in `reset`.

use super::{GroupKind, GroupState, reset::ResetPlan};
use crate::{
    ids::{GroupName, PartitionId, TopicName},
    problem::Problem,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Most partitions of one act.
pub const MOST_PARTITIONS: usize = 20_000;
/// Most groups that are deleted at once.
pub const MOST_GROUPS: usize = 500;
/// How long replaced offsets are kept, in days.
pub const KEPT_DAYS: i64 = 30;

/// What setting offsets would do. Nothing is written for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResetPreview {
    /// Partition by partition, with sums.
    pub plan: ResetPlan,
    /// When the records between old and new were written, row by row of the plan; `None` where there are none, or it is not known.
    pub spans: Vec<Option<TimeSpan>>,
    /// From the oldest to the newest of them.
    pub span: Option<TimeSpan>,
    /// The same with Kafka's own tool; `None` where it can't be said to it.
    pub command: Option<String>,
    /// Lines of the file that the command reads, where it reads one.
    pub file: Option<String>,
    /// Why it may not be done now: the group is active, say, or the right is missing.
    pub refused: Option<Problem>,
    /// Whether what is replaced outlives a restart of the console.
    pub durable: bool,
    /// When it was looked up.
    pub as_of: Timestamp,
}

/// Between two moments, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TimeSpan {
    /// The earlier.
    pub from: Timestamp,
    /// The later.
    pub to: Timestamp,
}

impl TimeSpan {
    /// Around two moments in any order.
    pub fn around(one: Timestamp, other: Timestamp) -> Self {
        Self {
            from: one.min(other),
            to: one.max(other),
        }
    }

    /// Around both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            from: self.from.min(other.from),
            to: self.to.max(other.to),
        }
    }
}

/// The committed offset of one partition, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OffsetChange {
    /// Topic.
    pub topic: TopicName,
    /// Partition.
    pub partition: PartitionId,
    /// Where the group stood; `None`: nothing was committed.
    pub old: Option<i64>,
    /// Where it stands afterwards; `None`: nothing is committed.
    pub new: Option<i64>,
}

/// Offsets to set or to delete, as a preview showed them. Refused as a whole where the group no longer stands at `old`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplyOffsets {
    /// One per partition.
    pub changes: Vec<OffsetChange>,
    /// Whether this goes back to what an earlier change had replaced, for the record.
    #[serde(default)]
    pub undoes: Option<u64>,
}

impl ApplyOffsets {
    /// What a plan says, without what it leaves as it is.
    pub fn of(plan: &ResetPlan) -> Self {
        let changes = plan.rows.iter().filter(|row| row.old != Some(row.new));
        Self {
            changes: changes
                .map(|row| OffsetChange {
                    topic: row.topic.clone(),
                    partition: row.partition,
                    old: row.old,
                    new: Some(row.new),
                })
                .collect(),
            undoes: None,
        }
    }
}

/// Which earlier change to undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UndoOffsets {
    /// Its number.
    pub change: u64,
}

/// What came of setting or forgetting offsets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OffsetsOutcome {
    /// One per partition.
    pub partitions: Vec<PartitionOutcome>,
    /// How many were changed.
    pub changed: u64,
    /// Under which number the replaced offsets are kept; `None` where nothing was changed, or they could not be kept.
    pub kept: Option<u64>,
    /// When it was done.
    pub at: Timestamp,
}

/// What became of one partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PartitionOutcome {
    /// What was asked for.
    #[serde(flatten)]
    pub change: OffsetChange,
    /// Why it was not done.
    pub problem: Option<Problem>,
}

/// Which groups to delete.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeleteGroups {
    /// Their names.
    pub groups: Vec<GroupName>,
}

/// What deleting groups would lose. Nothing is done for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeletePreview {
    /// One per group.
    pub groups: Vec<GroupLoss>,
    /// The same with Kafka's own tools, a line per tool.
    pub command: Option<String>,
    /// Whether what is deleted outlives a restart of the console.
    pub durable: bool,
}

/// What is lost with one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GroupLoss {
    /// The group.
    pub group: GroupName,
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: GroupKind,
    /// Its state.
    pub state: GroupState,
    /// Committed offsets that go with it.
    pub offsets: u64,
    /// Topics of these offsets, sorted.
    pub topics: Vec<TopicName>,
    /// Records it had not read.
    pub unread: u64,
    /// Why it can't be deleted now.
    pub refused: Option<Problem>,
}

/// What came of deleting groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeleteOutcome {
    /// One per group, in the order asked for.
    pub groups: Vec<DeletedGroup>,
    /// When it was done.
    pub at: Timestamp,
}

/// What became of one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeletedGroup {
    /// Which.
    pub group: GroupName,
    /// Why it is still there.
    pub problem: Option<Problem>,
    /// Under which number its offsets are kept.
    pub kept: Option<u64>,
}

/// Something that was done to a group's offsets, with what it replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeptChange {
    /// Its number; later ones are greater.
    pub change: u64,
    /// What was done.
    pub what: KeptKind,
    /// When.
    pub at: Timestamp,
    /// Until when it is kept.
    pub until: Timestamp,
    /// Who did it.
    pub who: String,
    /// Partitions that were changed.
    pub changes: Vec<OffsetChange>,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum KeptKind {
    /// Offsets were set.
    Reset,
    /// Offsets were set back to what an earlier change had replaced.
    Undo,
    /// Offsets of topics were deleted.
    Forgotten,
    /// The group was deleted.
    Deleted,
}

impl KeptKind {
    /// As a page says it.
    pub const fn words(self) -> &'static str {
        match self {
            KeptKind::Reset => "Offsets set",
            KeptKind::Undo => "Offsets restored",
            KeptKind::Forgotten => "Offsets deleted",
            KeptKind::Deleted => "Group deleted",
        }
    }
}

/// What was done to one group, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeptChanges {
    /// The changes.
    pub items: Vec<KeptChange>,
    /// Whether they outlive a restart of the console.
    pub durable: bool,
}
