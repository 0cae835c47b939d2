//! What happens to a group between two looks: members come and go, it rebalances, its coordinator moves. Pure; bounded.

use crate::api::groups::describe::DescribedGroup;
use penstock_domain::{
    group::{GroupEvent, GroupEventKind, GroupKind, GroupState, Member},
    ids::NodeId,
    time::Timestamp,
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// Events kept of one group.
const MOST: usize = 200;
/// Events of one group that a store keeps.
const SAVED: usize = 50;
/// Members named one by one in one look; more are counted.
const NAMED: usize = 5;
const HOUR: u64 = 3_600_000;

/// Events and rebalances of one group.
#[derive(Clone, Debug, Default)]
pub struct EventLog {
    /// Newest first.
    events: VecDeque<GroupEvent>,
    /// The same for snapshots, until something is noted.
    shared: Option<Arc<[GroupEvent]>>,
    /// Oldest first: when, and how many.
    rebalances: VecDeque<(Timestamp, u32)>,
    left_at: Option<Timestamp>,
}

/// What of it outlives the console.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SavedEvents {
    /// Newest first, the newest of them.
    pub events: Vec<GroupEvent>,
    /// Oldest first: when, and how many.
    pub rebalances: Vec<(Timestamp, u32)>,
    /// When the last member was seen to leave.
    pub left_at: Option<Timestamp>,
}

/// What a look compares.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// Its kind.
    pub kind: GroupKind,
    /// Its state.
    pub state: GroupState,
    /// The node that coordinates it.
    pub coordinator: NodeId,
    /// How it was described.
    pub described: Option<&'a DescribedGroup>,
}

impl EventLog {
    /// What a later console takes back with [`EventLog::restored`].
    pub fn saved(&self) -> SavedEvents {
        SavedEvents {
            events: self.events.iter().take(SAVED).cloned().collect(),
            rebalances: self.rebalances.iter().copied().collect(),
            left_at: self.left_at,
        }
    }

    /// Goes on from what an earlier console noted.
    pub fn restored(saved: SavedEvents) -> Self {
        Self {
            events: saved.events.into_iter().take(MOST).collect(),
            shared: None,
            rebalances: saved.rebalances.into_iter().take(MOST).collect(),
            left_at: saved.left_at,
        }
    }

    /// Notes one event.
    pub fn note(&mut self, at: Timestamp, what: GroupEventKind, text: String) {
        self.events.push_front(GroupEvent { at, what, text });
        self.events.truncate(MOST);
        self.shared = None;
    }

    /// Newest first.
    pub fn events(&mut self) -> Arc<[GroupEvent]> {
        self.shared
            .get_or_insert_with(|| self.events.iter().cloned().collect())
            .clone()
    }

    /// Rebalances within the last hour.
    pub fn rebalances(&self, now: Timestamp) -> u32 {
        self.rebalances
            .iter()
            .filter(|(at, _)| at.millis_until(now) < HOUR)
            .fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// When the last member was seen to leave.
    pub fn left_at(&self) -> Option<Timestamp> {
        self.left_at
    }

    /// Compares two looks.
    pub fn compare(&mut self, at: Timestamp, old: &Look<'_>, new: &Look<'_>) {
        if old.coordinator != new.coordinator {
            self.note(
                at,
                GroupEventKind::Moved,
                format!(
                    "its coordinator moved from node {} to node {}",
                    old.coordinator, new.coordinator
                ),
            );
        }
        let changed = self.members(at, old, new);
        self.rebalance(at, old, new, changed);
    }

    /// Whether somebody came or went.
    fn members(&mut self, at: Timestamp, old: &Look<'_>, new: &Look<'_>) -> bool {
        let (Some(old), Some(new)) = (old.described, new.described) else {
            return false;
        };
        let by_id = |group: &'_ DescribedGroup| -> BTreeMap<String, String> {
            let members = group.members.iter();
            members
                .map(|member| (member.member.clone(), label(member)))
                .collect()
        };
        let (before, after) = (by_id(old), by_id(new));
        let gone = before.iter().filter(|(id, _)| !after.contains_key(*id));
        let come = after.iter().filter(|(id, _)| !before.contains_key(*id));
        let gone: Vec<&String> = gone.map(|(_, label)| label).collect();
        let come: Vec<&String> = come.map(|(_, label)| label).collect();
        self.name(at, GroupEventKind::Left, &gone, "left");
        self.name(at, GroupEventKind::Joined, &come, "joined");
        if after.is_empty() && !before.is_empty() {
            self.left_at = Some(at);
        } else if !after.is_empty() {
            self.left_at = None;
        }
        !gone.is_empty() || !come.is_empty()
    }

    fn name(&mut self, at: Timestamp, what: GroupEventKind, labels: &[&String], verb: &str) {
        let (named, counted) = labels.split_at(labels.len().min(NAMED));
        for label in named {
            self.note(at, what, format!("{label} {verb}"));
        }
        match counted.len() {
            0 => {}
            1 => self.note(at, what, format!("1 more member {verb}")),
            more => self.note(at, what, format!("{more} more members {verb}")),
        }
    }

    fn rebalance(&mut self, at: Timestamp, old: &Look<'_>, new: &Look<'_>, members_changed: bool) {
        let epochs = old
            .described
            .and_then(|old| old.epoch)
            .zip(new.described.and_then(|new| new.epoch));
        let moving = |state| {
            matches!(
                state,
                GroupState::PreparingRebalance | GroupState::CompletingRebalance
            )
        };
        let count = match epochs {
            Some((before, after)) => u32::try_from(after.saturating_sub(before)).unwrap_or(0),
            // A whole rebalance fits between two looks; then only its members tell.
            None if moving(new.state) && !moving(old.state) => 1,
            None if members_changed && !moving(old.state) => 1,
            None => 0,
        };
        if count > 0 {
            self.rebalances.push_back((at, count));
            while self.rebalances.len() > MOST {
                self.rebalances.pop_front();
            }
            let text = match (epochs, new.described.map(|group| group.members.len())) {
                (Some((_, epoch)), _) => format!("rebalanced: group epoch {epoch}"),
                (None, Some(1)) => "rebalanced: 1 member".to_owned(),
                (None, Some(members)) => format!("rebalanced: {members} members"),
                (None, None) => "rebalanced".to_owned(),
            };
            self.note(at, GroupEventKind::Rebalanced, text);
        }
        let settled = |state| {
            matches!(
                state,
                GroupState::Empty | GroupState::Dead | GroupState::NotReady
            )
        };
        if old.state != new.state && (settled(old.state) || settled(new.state)) {
            let text = format!("{} → {}", old.state.words(), new.state.words());
            self.note(at, GroupEventKind::State, text);
        }
    }
}

/// What people know a member by.
fn label(member: &Member) -> String {
    let name = match &member.instance {
        Some(instance) => instance,
        None if member.client.is_empty() => &member.member,
        None => &member.client,
    };
    if member.host.is_empty() {
        name.clone()
    } else {
        format!("{name} ({})", member.host)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn member(id: &str) -> Member {
        Member {
            member: format!("{id}-7f"),
            instance: None,
            client: id.to_owned(),
            host: "10.2.14.7".to_owned(),
            rack: None,
            epoch: None,
            subscribed: Vec::new(),
            assigned: Vec::new(),
            target: None,
            lag: None,
        }
    }

    pub(crate) fn described(members: &[&str], epoch: Option<i32>) -> DescribedGroup {
        DescribedGroup {
            state: GroupState::Stable,
            protocol: None,
            epoch,
            assignment_epoch: epoch,
            members: members.iter().map(|id| member(id)).collect(),
        }
    }

    fn look(described: &DescribedGroup, state: GroupState) -> Look<'_> {
        Look {
            kind: GroupKind::Classic,
            state,
            coordinator: NodeId(1),
            described: Some(described),
        }
    }

    #[test]
    fn members_come_and_go_by_name() {
        let mut log = EventLog::default();
        let (two, one, none) = (
            described(&["a", "b"], None),
            described(&["a"], None),
            described(&[], None),
        );
        log.compare(
            Timestamp(1),
            &look(&two, GroupState::Stable),
            &look(&two, GroupState::Stable),
        );
        assert!(log.events().is_empty());
        log.compare(
            Timestamp(2),
            &look(&two, GroupState::Stable),
            &look(&one, GroupState::Stable),
        );
        log.compare(
            Timestamp(3),
            &look(&one, GroupState::Stable),
            &look(&none, GroupState::Empty),
        );
        let events = log.events();
        let texts: Vec<_> = events.iter().map(|event| event.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "Stable → Empty",
                "rebalanced: 0 members",
                "a (10.2.14.7) left",
                "rebalanced: 1 member",
                "b (10.2.14.7) left",
            ]
        );
        assert_eq!(log.left_at(), Some(Timestamp(3)));
        assert_eq!(log.rebalances(Timestamp(4)), 2);
        assert_eq!(log.rebalances(Timestamp(3_600_002)), 1);
    }

    #[test]
    fn epochs_count_rebalances_between_looks() {
        let mut log = EventLog::default();
        let (old, new) = (described(&["a"], Some(4)), described(&["a"], Some(7)));
        log.compare(
            Timestamp(1),
            &look(&old, GroupState::Stable),
            &look(&new, GroupState::Stable),
        );
        assert_eq!(log.rebalances(Timestamp(1)), 3);
    }

    #[test]
    fn a_thousand_members_are_not_a_thousand_lines() {
        let mut log = EventLog::default();
        let ids: Vec<String> = (0..1_000).map(|id| id.to_string()).collect();
        let all: Vec<&str> = ids.iter().map(String::as_str).collect();
        let (none, many) = (described(&[], None), described(&all, None));
        for round in 0..100 {
            let (old, new) = if round % 2 == 0 {
                (&none, &many)
            } else {
                (&many, &none)
            };
            log.compare(
                Timestamp(round),
                &look(old, GroupState::Stable),
                &look(new, GroupState::Stable),
            );
        }
        assert_eq!(log.events().len(), MOST);
        assert!(
            log.events()
                .iter()
                .any(|event| event.text == "995 more members joined")
        );
    }
}
