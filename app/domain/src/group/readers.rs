//! Who reads a topic, who has stopped, and which partitions nobody reads.

use super::{GroupHealth, GroupState, TopicReader};
use crate::{envelope::Freshness, ids::PartitionId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Every group that reads a topic or has committed in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TopicReaders {
    /// The groups, worst first.
    pub readers: Vec<TopicReader>,
    /// Partitions in which no group has committed; `None` where the partitions of the topic are not known.
    pub unread: Option<Vec<PartitionId>>,
    /// Partitions in which only groups without members have committed.
    pub left_behind: Vec<PartitionId>,
    /// Age and completeness of committed offsets.
    pub freshness: Freshness,
}

impl TopicReaders {
    /// From the readers and the partitions that the topic has.
    pub fn of(
        mut readers: Vec<TopicReader>,
        partitions: Option<&[PartitionId]>,
        freshness: Freshness,
    ) -> Self {
        readers.sort_by(|a, b| {
            b.verdict
                .state
                .cmp(&a.verdict.state)
                .then_with(|| b.lag.records.cmp(&a.lag.records))
                .then_with(|| a.group.cmp(&b.group))
        });
        let of = |accept: fn(&TopicReader) -> bool| -> BTreeSet<PartitionId> {
            readers
                .iter()
                .filter(|reader| accept(reader))
                .flat_map(|reader| reader.partitions.iter().copied())
                .collect()
        };
        let read = of(|_| true);
        let alive = of(|reader| !has_stopped(reader));
        Self {
            unread: partitions.map(|all| {
                all.iter()
                    .copied()
                    .filter(|partition| !read.contains(partition))
                    .collect()
            }),
            left_behind: read.difference(&alive).copied().collect(),
            readers,
            freshness,
        }
    }

    /// How many of the groups have stopped.
    pub fn stopped(&self) -> usize {
        self.readers
            .iter()
            .filter(|reader| has_stopped(reader))
            .count()
    }
}

/// Nobody is in it. A group whose coordinator is silent may be alive.
fn has_stopped(reader: &TopicReader) -> bool {
    matches!(reader.state, GroupState::Empty | GroupState::Dead)
        || reader.verdict.state == GroupHealth::Stopped
}

/// How many groups of a cluster wait for a person, for whoever may list them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GroupsAttention {
    /// Unsettled or worse.
    pub groups: u64,
    /// Whether one of them is stalled, stopped or losing data.
    pub hurts: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::{GroupKind, GroupVerdict, Lag, SecondsKind};

    fn reader(
        name: &str,
        state: GroupState,
        health: GroupHealth,
        partitions: &[i32],
    ) -> TopicReader {
        TopicReader {
            group: name.into(),
            kind: GroupKind::Classic,
            state,
            members: None,
            lag: Lag {
                records: Some(1),
                seconds: None,
                seconds_kind: SecondsKind::Unknown,
                incomplete: false,
            },
            verdict: GroupVerdict {
                state: health,
                reason: String::new(),
                remedy: None,
            },
            partitions: partitions.iter().copied().map(PartitionId).collect(),
        }
    }

    fn fresh() -> Freshness {
        Freshness {
            as_of: None,
            answered: 0,
            expected: 0,
            missing: Vec::new(),
        }
    }

    #[test]
    fn partitions_are_read_left_behind_or_never_read() {
        let all: Vec<PartitionId> = (0..5).map(PartitionId).collect();
        let found = TopicReaders::of(
            vec![
                reader("alive", GroupState::Stable, GroupHealth::Healthy, &[0, 1]),
                reader("gone", GroupState::Empty, GroupHealth::Stopped, &[1, 2, 3]),
            ],
            Some(&all),
            fresh(),
        );
        assert_eq!(found.unread, Some(vec![PartitionId(4)]));
        assert_eq!(found.left_behind, [PartitionId(2), PartitionId(3)]);
        assert_eq!(found.stopped(), 1);
        assert_eq!(found.readers[0].group, "gone", "the worst stands first");
    }

    #[test]
    fn without_metadata_nothing_is_accused() {
        let found = TopicReaders::of(Vec::new(), None, fresh());
        assert_eq!((found.unread, found.left_behind.len()), (None, 0));
    }
}
