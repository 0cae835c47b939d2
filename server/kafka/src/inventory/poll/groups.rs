//! Consumer groups: listed from every broker, described and read in batches per coordinator, then the ends of their partitions.
//!
//! The order is what makes lag true: first offsets come from the snapshot before, then committed offsets, then ends. Requests grow
//! with brokers and chunks: one list per broker, one description and one reading per [`GROUPS_PER_REQUEST`] groups of a
//! coordinator, one question for ends per leader. Who coordinates a group is known from whose list it stands in.

mod ask;
mod ends;

use super::{Poller, completeness, failed, now, refreshed};
use crate::{
    api::groups::list::Listed,
    error::KafkaError,
    groups::{
        group::Group,
        round::{Ground, Round, Seen},
        tracker::{AgeWanted, Tracker},
    },
    inventory::{
        groups::Groups,
        kinds::{Changes, Kind},
        snapshot::DataSet,
    },
};
use penstock_domain::{
    envelope::Missing,
    group::GroupRow,
    ids::{GroupName, NodeId},
    units,
};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// For one request.
const PATIENCE: Duration = Duration::from_secs(4);
/// Groups of one description or reading: an answer of some hundred kilobytes.
const GROUPS_PER_REQUEST: usize = 250;
/// Partitions over the groups of one reading, as of the last round.
const PARTITIONS_PER_REQUEST: usize = 20_000;

/// What the loop keeps from round to round. Locked by its blocking part alone.
pub(super) type SharedTracker = Arc<Mutex<Tracker>>;

/// What the lists of all brokers brought.
type Lists = Vec<(NodeId, Result<Listed, KafkaError>)>;

impl Poller {
    pub(super) async fn refresh_groups(&self) {
        let snapshot = self.published.current();
        let ground = Ground::of(&snapshot);
        let previous = snapshot.groups.clone();
        let lists = self.client.list_groups(PATIENCE).await;
        if let Some(error) = all_failed(&lists) {
            let mut set = failed(&previous, error);
            set.expected = u32::try_from(lists.len()).unwrap_or(u32::MAX);
            self.publish_groups(set);
            return;
        }
        let known = previous.value.clone().unwrap_or_default();
        let mut seen = self.ask_groups(&lists, &known).await;
        let kept = self.look_for_missing(&mut seen, &lists, &known).await;
        let ends = self.ask_ends(&seen, &snapshot).await;
        let round = Round {
            at: now(),
            seen,
            kept,
            ends,
        };
        let tracker = self.groups.clone();
        let taken = tokio::task::spawn_blocking(move || take(&tracker, round, &ground, &lists));
        let Ok((set, wanted)) = taken.await else {
            return;
        };
        self.publish_groups(set);
        self.ask_ages(wanted).await;
    }

    fn publish_groups(&self, set: DataSet<Groups>) {
        self.published.publish(|snapshot| {
            let changes = difference(&snapshot.groups, &set);
            snapshot.groups = set;
            changes
        });
    }

    /// Groups that were known and stand in no list now: whether they are gone is asked of whoever coordinates them. Gives those of
    /// which that can't be told, with the reason.
    async fn look_for_missing(
        &self,
        seen: &mut BTreeMap<GroupName, Seen>,
        lists: &Lists,
        known: &Groups,
    ) -> HashMap<GroupName, String> {
        let silent: BTreeMap<NodeId, String> = lists
            .iter()
            .filter_map(|(node, list)| match list {
                Err(error) => Some((*node, error.to_string())),
                Ok(listed) if listed.loading => Some((
                    *node,
                    format!("node {node} takes over groups at this moment"),
                )),
                Ok(_) => None,
            })
            .collect();
        let mut kept = HashMap::new();
        let mut doubtful: Vec<Arc<Group>> = Vec::new();
        for group in known.iter() {
            if seen.contains_key(&group.row.group) {
                continue;
            }
            match group.row.coordinator.and_then(|node| silent.get(&node)) {
                Some(why) => {
                    kept.insert(group.row.group.clone(), why.clone());
                }
                None => doubtful.push(group.clone()),
            }
        }
        if !doubtful.is_empty() {
            kept.extend(self.ask_missing(seen, &doubtful).await);
        }
        kept
    }

    /// Asks for the timestamps of records that samples of ends know nothing of, once the round is published.
    async fn ask_ages(&self, wanted: Vec<AgeWanted>) {
        if wanted.is_empty() {
            return;
        }
        let places: Vec<_> = wanted
            .iter()
            .map(|one| (one.topic.clone(), one.partition, one.offset))
            .collect();
        let ages = self.client.exact_lag(&places, PATIENCE).await;
        let told = wanted
            .into_iter()
            .zip(ages)
            .filter_map(|(wanted, age)| Some((wanted, age.ok()??)));
        self.groups
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .learn_ages(told);
    }
}

/// The most telling error where no broker listed anything.
fn all_failed(lists: &Lists) -> Option<KafkaError> {
    if lists.iter().any(|(_, list)| list.is_ok()) {
        return None;
    }
    let errors = lists.iter().filter_map(|(_, list)| list.as_ref().err());
    let worst = errors.max_by_key(|error| error.weight()).cloned();
    Some(worst.unwrap_or(KafkaError::Configuration {
        field: "bootstrap",
        cause: "no broker is known".to_owned(),
    }))
}

fn take(
    tracker: &SharedTracker,
    round: Round,
    ground: &Ground,
    lists: &Lists,
) -> (DataSet<Groups>, Vec<AgeWanted>) {
    let at = round.at;
    let (groups, wanted) = {
        let mut tracker = tracker.lock().unwrap_or_else(PoisonError::into_inner);
        let groups = tracker.take(round, ground);
        let wanted = tracker.ages_wanted(&groups, at);
        (groups, wanted)
    };
    let heard = lists.iter().filter(|(_, list)| list.is_ok()).count();
    let missing = missing(lists, &groups);
    let groups = Arc::new(Groups::new(groups));
    let set = refreshed(groups, at, (heard, lists.len()), missing);
    (set, wanted)
}

/// What a round did not bring, gathered into few lines.
fn missing(lists: &Lists, groups: &[Arc<Group>]) -> Vec<Missing> {
    let mut missing: Vec<Missing> = lists
        .iter()
        .filter_map(|(node, list)| {
            Some(Missing {
                what: format!("groups coordinated by node {node}"),
                why: list.as_ref().err()?.to_string(),
            })
        })
        .collect();
    let silent: HashSet<NodeId> = lists
        .iter()
        .filter(|(_, list)| list.is_err())
        .map(|(node, _)| *node)
        .collect();
    let mut partial: BTreeMap<&str, (&GroupName, usize)> = BTreeMap::new();
    for group in groups {
        let told = group
            .row
            .coordinator
            .is_some_and(|node| silent.contains(&node));
        if let Some(why) = group.row.why.as_deref().filter(|_| !told) {
            partial.entry(why).or_insert((&group.row.group, 0)).1 += 1;
        }
    }
    // A few reasons are told; each row has its own.
    missing.extend(
        partial
            .into_iter()
            .take(10)
            .map(|(why, (group, count))| Missing {
                what: match count {
                    1 => format!("part of group {group}"),
                    more => format!(
                        "parts of {}, {group} among them",
                        units::count(more, "group", "groups")
                    ),
                },
                why: why.to_owned(),
            }),
    );
    missing
}

/// Which groups there are, who is in them and how they are judged is structure; everything else is figures.
fn difference(old: &DataSet<Groups>, new: &DataSet<Groups>) -> Changes {
    let changes = completeness(Kind::Groups, old, new);
    let (Some(before), Some(after)) = (&old.value, &new.value) else {
        return changes;
    };
    if Arc::ptr_eq(before, after) {
        return changes;
    }
    let (before, after) = (before.rows(), after.rows());
    let shape = |row: &GroupRow| (row.state, row.members, row.coordinator, row.verdict.state);
    let reshaped = before.len() != after.len()
        || before
            .iter()
            .zip(after)
            .any(|(old, new)| old.group != new.group || shape(old) != shape(new));
    if reshaped {
        return changes.and(Changes::structure(Kind::Groups));
    }
    let same = before
        .iter()
        .zip(after)
        .all(|(old, new)| Arc::ptr_eq(old, new) || old == new);
    if same {
        changes
    } else {
        changes.and(Changes::figures(Kind::Groups))
    }
}

#[cfg(test)]
mod tests;
