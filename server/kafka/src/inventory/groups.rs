//! Consumer groups as a snapshot holds them: rows for lists, and what a group's page, a topic's page and charts are made from.
//!
//! Pure. The poll that fills it is `poll::groups`, the figures come from [`crate::groups`]. A list is borrowed as it is; details
//! are put together for whoever asks.

use crate::groups::{group::Group, standing::lag_of};
use penstock_domain::{
    group::{GroupDetail, GroupRow, LagHistory, Member, TopicReader},
    ids::{GroupName, TopicName},
    time::Timestamp,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// All groups that the console's identity may see.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    rows: Vec<Arc<GroupRow>>,
    /// In the order of `rows`.
    groups: Vec<Arc<Group>>,
    /// Positions in `groups`, in their order.
    by_topic: HashMap<TopicName, Vec<u32>>,
}

impl Groups {
    /// From groups in any order; of two with one name the later stays.
    pub fn new(groups: impl IntoIterator<Item = Arc<Group>>) -> Self {
        let by_name: BTreeMap<GroupName, Arc<Group>> = groups
            .into_iter()
            .map(|group| (group.row.group.clone(), group))
            .collect();
        let mut by_topic: HashMap<TopicName, Vec<u32>> = HashMap::new();
        for (position, group) in (0_u32..).zip(by_name.values()) {
            for topic in &group.row.topics {
                by_topic.entry(topic.clone()).or_default().push(position);
            }
        }
        Self {
            rows: by_name.values().map(|group| group.row.clone()).collect(),
            groups: by_name.into_values().collect(),
            by_topic,
        }
    }

    /// Every group, by name.
    pub fn rows(&self) -> &[Arc<GroupRow>] {
        &self.rows
    }

    /// One group in full.
    pub fn get(&self, name: &str) -> Option<GroupDetail> {
        self.group(name).map(|group| group.detail())
    }

    /// Members of one group, without putting its page together; `None` where they are not known.
    pub fn members(&self, name: &str) -> Option<&[Member]> {
        self.group(name)?.members.as_deref()
    }

    /// Who reads a topic or has committed to it, by the groups' names.
    pub fn of_topic(&self, topic: &str) -> Vec<TopicReader> {
        let positions = self.by_topic.get(topic).into_iter().flatten();
        positions
            .filter_map(|position| self.groups.get(usize::try_from(*position).ok()?))
            .map(|group| reader(group, topic))
            .collect()
    }

    /// Offsets of a group since then, by topic; none for a group that is not known.
    pub fn history(&self, name: &str, since: Timestamp) -> Vec<LagHistory> {
        self.group(name)
            .map(|group| group.history.since(since))
            .unwrap_or_default()
    }

    pub(crate) fn group(&self, name: &str) -> Option<&Arc<Group>> {
        self.groups
            .binary_search_by(|group| group.row.group.as_str().cmp(name))
            .ok()
            .and_then(|position| self.groups.get(position))
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<Group>> {
        self.groups.iter()
    }
}

fn reader(group: &Group, topic: &str) -> TopicReader {
    let standings: Vec<_> = group
        .partitions
        .iter()
        .filter(|standing| standing.topic == *topic)
        .collect();
    TopicReader {
        group: group.row.group.clone(),
        kind: group.row.kind,
        state: group.row.state,
        members: group.row.members,
        lag: lag_of(standings.iter().copied()),
        verdict: group.row.verdict.clone(),
        partitions: standings
            .iter()
            .filter(|standing| standing.committed.is_some())
            .map(|standing| standing.partition)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups::{group::tests::group, standing::tests::standing};

    #[test]
    fn groups_are_found_by_name_and_by_topic() {
        let groups = Groups::new([
            Arc::new(group("b", vec![standing("orders", 0, 5, 9)])),
            Arc::new(group(
                "a",
                vec![standing("orders", 0, 8, 9), standing("tasks", 1, 1, 4)],
            )),
        ]);
        let names: Vec<_> = groups.rows().iter().map(|row| row.group.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(groups.get("b").unwrap().partitions.len(), 1);
        assert!(groups.get("c").is_none());
        let readers = groups.of_topic("orders");
        let lags: Vec<_> = readers.iter().map(|reader| reader.lag.records).collect();
        assert_eq!(lags, [Some(1), Some(4)], "of this topic alone");
        assert!(groups.of_topic("none").is_empty());
        assert!(groups.history("c", Timestamp(0)).is_empty());
    }
}
