//! One group as a snapshot holds it, and how its page is put together from that.

use super::{history::GroupHistory, standing::Standing};
use penstock_domain::{
    envelope::{Freshness, Missing},
    group::{GroupDetail, GroupEvent, GroupRow, Member},
    time::Timestamp,
};
use std::sync::Arc;

/// What is known of one group.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its row.
    pub row: Arc<GroupRow>,
    /// Assignor or protocol.
    pub protocol: Option<Arc<str>>,
    /// Its epoch (KIP-848).
    pub epoch: Option<i32>,
    /// Epoch of the target assignment (KIP-848).
    pub assignment_epoch: Option<i32>,
    /// Whether it reads committed records only, as far as that can be told.
    pub read_committed: Option<bool>,
    /// Partitions, by topic and number.
    pub partitions: Arc<[Standing]>,
    /// Members, by id.
    pub members: Option<Arc<[Member]>>,
    /// Newest first.
    pub events: Arc<[GroupEvent]>,
    /// Rebalances within the last hour.
    pub rebalances_per_hour: Option<f64>,
    /// Since when the console knows it.
    pub first_seen: Timestamp,
    /// When its committed offsets were true.
    pub as_of: Option<Timestamp>,
    /// Whether the newest refresh brought them.
    pub current: bool,
    /// Its offsets over time; grows while snapshots come and go.
    pub history: GroupHistory,
}

impl Group {
    /// Its page.
    pub fn detail(&self) -> GroupDetail {
        let members = self.members.as_deref();
        let member_of = |standing: &Standing| {
            let position = usize::try_from(standing.member?).ok()?;
            Some(members?.get(position)?.member.clone())
        };
        GroupDetail {
            row: GroupRow::clone(&self.row),
            protocol: self.protocol.as_deref().map(str::to_owned),
            epoch: self.epoch,
            assignment_epoch: self.assignment_epoch,
            read_committed: self.read_committed,
            partitions: self
                .partitions
                .iter()
                .map(|standing| standing.row(member_of(standing)))
                .collect(),
            members: members.map(<[Member]>::to_vec),
            events: self.events.to_vec(),
            rebalances_per_hour: self.rebalances_per_hour,
            first_seen: self.first_seen,
            freshness: self.freshness(),
        }
    }

    fn freshness(&self) -> Freshness {
        Freshness {
            as_of: self.as_of,
            answered: u32::from(self.current),
            expected: 1,
            missing: self
                .row
                .why
                .iter()
                .map(|why| Missing {
                    what: "part of this group".to_owned(),
                    why: why.clone(),
                })
                .collect(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::groups::standing::lag_of;
    use penstock_domain::group::{
        GroupHealth, GroupKind, GroupState, GroupVerdict, RetentionRisk, TopicAssignment,
    };

    pub(crate) fn group(name: &str, partitions: Vec<Standing>) -> Group {
        let mut topics: Vec<_> = partitions.iter().map(|one| one.topic.clone()).collect();
        topics.dedup();
        Group {
            row: Arc::new(GroupRow {
                group: name.into(),
                kind: GroupKind::Classic,
                state: GroupState::Stable,
                coordinator: None,
                members: None,
                topics,
                lag: lag_of(&partitions),
                verdict: GroupVerdict {
                    state: GroupHealth::Unknown,
                    reason: "Too little is known.".to_owned(),
                    remedy: None,
                },
                in_per_second: None,
                out_per_second: None,
                catch_up_seconds: None,
                retention: RetentionRisk::Unknown,
                trend: Vec::new(),
                why: None,
            }),
            protocol: None,
            epoch: None,
            assignment_epoch: None,
            read_committed: None,
            partitions: partitions.into(),
            members: None,
            events: Arc::new([]),
            rebalances_per_hour: None,
            first_seen: Timestamp(0),
            as_of: None,
            current: false,
            history: GroupHistory::default(),
        }
    }

    #[test]
    fn partitions_name_the_member_that_has_them() {
        let mut standing = crate::groups::standing::tests::standing("t", 0, 1, 2);
        standing.member = Some(0);
        let mut group = group("g", vec![standing]);
        group.members = Some(Arc::new([Member {
            member: "m-1".to_owned(),
            instance: None,
            client: "c".to_owned(),
            host: "/10.0.0.1".to_owned(),
            rack: None,
            epoch: None,
            subscribed: Vec::new(),
            assigned: vec![TopicAssignment {
                topic: "t".into(),
                partitions: Vec::new(),
            }],
            target: None,
            lag: None,
        }]));
        let detail = group.detail();
        assert_eq!(detail.partitions[0].member.as_deref(), Some("m-1"));
        assert_eq!(detail.partitions[0].lag, Some(1));
        assert!(!detail.freshness.complete());
    }
}
