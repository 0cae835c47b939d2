//! Who is in the groups and what they have committed: chunks per coordinator and kind, a few under way at once for each.

use super::{GROUPS_PER_REQUEST, Lists, PARTITIONS_PER_REQUEST, PATIENCE};
use crate::{
    api::groups::{committed::CommittedByGroup, describe::Descriptions},
    error::{KafkaError, code_name},
    groups::{group::Group, round::Seen},
    inventory::{groups::Groups, poll::Poller},
};
use futures::stream::{self, StreamExt};
use penstock_domain::{
    group::{GroupKind, GroupState},
    ids::{GroupName, NodeId},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// Requests under way at once for each coordinator.
const AT_ONCE: usize = 4;

/// One request to one coordinator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) node: NodeId,
    pub(super) kind: GroupKind,
    pub(super) what: What,
    pub(super) groups: Vec<GroupName>,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum What {
    /// Who is in them.
    Members,
    /// What they have committed.
    Offsets,
}

enum Answer {
    Members(Result<Descriptions, KafkaError>),
    Offsets(Result<CommittedByGroup, KafkaError>),
}

impl Poller {
    /// Describes and reads all groups that were listed.
    pub(super) async fn ask_groups(
        &self,
        lists: &Lists,
        known: &Groups,
    ) -> BTreeMap<GroupName, Seen> {
        let mut seen = listed(lists);
        let partitions = |group: &GroupName| {
            known
                .group(group.as_str())
                .map_or(1, |group| group.partitions.len())
        };
        let questions = questions(&seen, partitions);
        for (question, answer) in self.ask_all(questions).await {
            take_in(&mut seen, &question, answer);
        }
        // Between the list and the description it went.
        seen.retain(|_, group| exists(group));
        seen
    }

    /// Groups that nobody listed, looked for at their coordinators. Those that are there after all are put into `seen`; those of
    /// which nothing can be told are given back with the reason; the others are gone.
    pub(super) async fn ask_missing(
        &self,
        seen: &mut BTreeMap<GroupName, Seen>,
        doubtful: &[Arc<Group>],
    ) -> HashMap<GroupName, String> {
        let names: Vec<GroupName> = doubtful
            .iter()
            .map(|group| group.row.group.clone())
            .collect();
        let coordinators = self.client.coordinators(&names, PATIENCE).await;
        let mut kept = HashMap::new();
        let mut found: BTreeMap<GroupName, Seen> = BTreeMap::new();
        for group in doubtful {
            let name = group.row.group.clone();
            match coordinators.get(&name) {
                Some(Ok(node)) => {
                    found.insert(name, unasked(group.row.kind, GroupState::Unknown, *node));
                }
                Some(Err(error)) => {
                    kept.insert(name, error.to_string());
                }
                None => {}
            }
        }
        let questions = questions(&found, |_| 1);
        for (question, answer) in self.ask_all(questions).await {
            take_in(&mut found, &question, answer);
        }
        for (name, mut group) in found {
            let failed = [
                group.described.as_ref().and_then(|one| one.as_ref().err()),
                group.committed.as_ref().and_then(|one| one.as_ref().err()),
            ];
            let failed = failed
                .into_iter()
                .flatten()
                .find(|error| !is_absence(error));
            if let Some(error) = failed {
                kept.insert(name, error.to_string());
            } else if exists(&mut group) && is_known(&group) {
                seen.insert(name, group);
            }
        }
        kept
    }

    async fn ask_all(&self, questions: Vec<Question>) -> Vec<(Question, Answer)> {
        let mut by_node: BTreeMap<NodeId, Vec<Question>> = BTreeMap::new();
        for question in questions {
            by_node.entry(question.node).or_default().push(question);
        }
        let nodes = by_node.into_values().map(|questions| {
            stream::iter(questions)
                .map(|question| self.ask_one(question))
                .buffer_unordered(AT_ONCE)
                .collect::<Vec<_>>()
        });
        futures::future::join_all(nodes)
            .await
            .into_iter()
            .flatten()
            .collect()
    }

    async fn ask_one(&self, question: Question) -> (Question, Answer) {
        let (node, kind, groups) = (question.node, question.kind, &question.groups);
        let answer = match (question.what, kind) {
            (What::Members, _) => Answer::Members(
                self.client
                    .describe_groups(node, kind, groups, PATIENCE)
                    .await,
            ),
            (What::Offsets, GroupKind::Share) => {
                Answer::Offsets(self.client.share_offsets_of(node, groups, PATIENCE).await)
            }
            (What::Offsets, _) => {
                Answer::Offsets(self.client.committed_of(node, groups, PATIENCE).await)
            }
        };
        (question, answer)
    }
}

fn unasked(kind: GroupKind, state: GroupState, coordinator: NodeId) -> Seen {
    Seen {
        kind,
        state,
        coordinator,
        described: None,
        committed: None,
    }
}

/// All lists as one. While a group moves two brokers may list it; the one that has taken over everything is right.
fn listed(lists: &Lists) -> BTreeMap<GroupName, Seen> {
    let mut seen: BTreeMap<GroupName, Seen> = BTreeMap::new();
    let mut lists: Vec<_> = lists
        .iter()
        .filter_map(|(node, list)| Some((*node, list.as_ref().ok()?)))
        .collect();
    lists.sort_by_key(|(_, listed)| !listed.loading);
    for (node, list) in lists {
        for group in &list.groups {
            seen.insert(group.name.clone(), unasked(group.kind, group.state, node));
        }
    }
    seen
}

/// Every group once for its members and once for its offsets, in chunks.
pub(super) fn questions(
    seen: &BTreeMap<GroupName, Seen>,
    partitions: impl Fn(&GroupName) -> usize,
) -> Vec<Question> {
    let mut chunks: Vec<Question> = Vec::new();
    // The open chunk of each coordinator and kind, and how much room it has left.
    let mut open: HashMap<(NodeId, What, GroupKind), (usize, usize)> = HashMap::new();
    let mut add = |what: What, kind: GroupKind, group: &GroupName, node: NodeId, weight: usize| {
        let key = (node, what, kind);
        let full = open.get(&key).is_none_or(|(chunk, room)| {
            *room < weight
                || chunks
                    .get(*chunk)
                    .is_none_or(|chunk| chunk.groups.len() >= GROUPS_PER_REQUEST)
        });
        if full {
            open.insert(key, (chunks.len(), PARTITIONS_PER_REQUEST));
            chunks.push(Question {
                node,
                kind,
                what,
                groups: Vec::new(),
            });
        }
        if let Some((chunk, room)) = open.get_mut(&key)
            && let Some(chunk) = chunks.get_mut(*chunk)
        {
            chunk.groups.push(group.clone());
            *room = room.saturating_sub(weight);
        }
    };
    for (name, group) in seen {
        let weight = partitions(name).clamp(1, PARTITIONS_PER_REQUEST);
        // One request describes every kind of the classic protocol.
        match group.kind {
            GroupKind::Streams => {}
            GroupKind::Connect | GroupKind::Unknown | GroupKind::Classic => {
                add(
                    What::Members,
                    GroupKind::Classic,
                    name,
                    group.coordinator,
                    1,
                );
            }
            kind => add(What::Members, kind, name, group.coordinator, 1),
        }
        match group.kind {
            GroupKind::Connect => {}
            GroupKind::Share => {
                add(
                    What::Offsets,
                    GroupKind::Share,
                    name,
                    group.coordinator,
                    weight,
                );
            }
            _ => add(
                What::Offsets,
                GroupKind::Classic,
                name,
                group.coordinator,
                weight,
            ),
        }
    }
    chunks
}

fn take_in(seen: &mut BTreeMap<GroupName, Seen>, question: &Question, answer: Answer) {
    match answer {
        Answer::Members(answer) => {
            let mut answers: HashMap<GroupName, _> = match answer {
                Ok(answers) => answers.into_iter().collect(),
                Err(error) => all(question, &error),
            };
            for name in &question.groups {
                if let Some(group) = seen.get_mut(name.as_str()) {
                    group.described = Some(match answers.remove(name.as_str()) {
                        Some(Ok(Some(described))) => Ok(described),
                        Some(Ok(None)) => Err(gone()),
                        Some(Err(error)) => Err(error),
                        None => Err(unanswered("DescribeGroups")),
                    });
                }
            }
        }
        Answer::Offsets(answer) => {
            let mut answers: HashMap<GroupName, _> = match answer {
                Ok(answers) => answers.into_iter().collect(),
                Err(error) => all(question, &error),
            };
            for name in &question.groups {
                if let Some(group) = seen.get_mut(name.as_str()) {
                    let answer = answers.remove(name.as_str());
                    group.committed =
                        Some(answer.unwrap_or_else(|| Err(unanswered("OffsetFetch"))));
                }
            }
        }
    }
}

fn all<T>(question: &Question, error: &KafkaError) -> HashMap<GroupName, Result<T, KafkaError>> {
    question
        .groups
        .iter()
        .map(|name| (name.clone(), Err(error.clone())))
        .collect()
}

fn gone() -> KafkaError {
    let code = crate::api::groups::NOT_FOUND;
    KafkaError::Broker {
        api: "DescribeGroups",
        code,
        name: code_name(code),
        message: None,
    }
}

fn unanswered(api: &'static str) -> KafkaError {
    KafkaError::Broker {
        api,
        code: -1,
        name: code_name(-1),
        message: Some("the coordinator left it out of its answer".to_owned()),
    }
}

fn is_absence(error: &KafkaError) -> bool {
    matches!(error, KafkaError::Broker { code, .. } if *code == crate::api::groups::NOT_FOUND)
}

/// Whether a coordinator knows the group. One that can't be described by its kind's request, because it changes over to another
/// protocol at this moment or is of a kind that is not known here, still has its offsets.
fn exists(group: &mut Seen) -> bool {
    let absent = matches!(&group.described, Some(Err(error)) if is_absence(error));
    if absent && has_offsets(group) {
        group.described = None;
        return true;
    }
    !absent
}

/// Whether a group that stands in no list is there after all.
fn is_known(group: &Seen) -> bool {
    let alive = matches!(&group.described, Some(Ok(group)) if group.state != GroupState::Dead);
    alive || has_offsets(group)
}

fn has_offsets(group: &Seen) -> bool {
    matches!(&group.committed, Some(Ok(committed)) if !committed.is_empty())
}

#[cfg(test)]
mod tests;
