//! All groups of a cluster from round to round. Pure.

use super::{
    ends::Ends,
    group::Group,
    places::{Place, Sight},
    progress::Written,
    round::{Ground, Round},
    saved::Past,
    tracked::Tracked,
};
use penstock_domain::{
    ids::{GroupName, NodeId, PartitionId, TopicName},
    time::Timestamp,
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// A record whose age would be known only from the record itself is asked for again after this long: a minute.
const AGE_AGAIN: u64 = 60_000;
/// What was silent for two weeks has no past: its course would be empty.
const PAST: u64 = 14 * 24 * 3_600_000;
/// Ages asked for in one round.
const AGES: usize = 500;

/// See the module.
#[derive(Debug, Default)]
pub struct Tracker {
    groups: HashMap<GroupName, Tracked>,
    ends: Ends,
    /// What an earlier console knew, of groups that were not seen again yet.
    pasts: HashMap<GroupName, Past>,
    /// When ages were last asked for, of places that still lack them.
    asked: HashMap<(GroupName, Place), Timestamp>,
}

/// A record whose timestamp would tell the age of what a group has not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgeWanted {
    /// The group.
    pub group: GroupName,
    /// Topic.
    pub topic: TopicName,
    /// Partition.
    pub partition: PartitionId,
    /// The committed offset.
    pub offset: i64,
}

impl Tracker {
    /// Takes in what an earlier console knew, but for what has been silent for as long as courses go back. Before the first round.
    pub fn restore(&mut self, now: Timestamp, pasts: impl IntoIterator<Item = (GroupName, Past)>) {
        let alive = |past: &Past| {
            let newest = past.newest().unwrap_or(past.first_seen);
            newest.millis_until(now) < PAST
        };
        self.pasts
            .extend(pasts.into_iter().filter(|(_, past)| alive(past)));
    }

    /// Every group's past as bytes, for a store; one at a time, because they are many. Also of groups that were not seen again yet:
    /// their coordinator may be away.
    pub fn saved(&self) -> impl Iterator<Item = (&GroupName, Vec<u8>)> {
        let tracked = self.groups.iter();
        let pasts = self.pasts.iter();
        tracked
            .map(|(name, tracked)| (name, tracked.saved()))
            .chain(pasts.map(|(name, past)| (name, past.saved())))
    }

    /// The coordinator that each known group was last seen at.
    pub fn coordinators(&self) -> impl Iterator<Item = (&GroupName, Option<NodeId>)> {
        self.groups
            .iter()
            .map(|(name, tracked)| (name, tracked.coordinator()))
    }

    /// Takes a round in. Groups that it neither saw nor keeps are gone, with everything that was known of them.
    pub fn take(&mut self, round: Round, ground: &Ground) -> Vec<Arc<Group>> {
        let Round {
            at,
            seen,
            kept,
            ends,
        } = round;
        for (topic, partitions) in &ends {
            let id = ground.topic_id(topic.as_str());
            for (number, one) in (0_i32..).zip(partitions) {
                if let Some(end) = one.end {
                    self.ends.add(topic, id, PartitionId(number), at, end);
                }
            }
        }
        self.groups
            .retain(|name, _| seen.contains_key(name) || kept.contains_key(name));
        let sight = Sight {
            at,
            ends: &self.ends,
            seen: &ends,
            ground,
        };
        let mut groups: Vec<Arc<Group>> = Vec::with_capacity(self.groups.len());
        for (name, why) in &kept {
            if !seen.contains_key(name)
                && let Some(tracked) = self.groups.get_mut(name)
            {
                groups.extend(tracked.keep(why));
            }
        }
        for (name, seen) in seen {
            let tracked =
                self.groups
                    .entry(name.clone())
                    .or_insert_with(|| match self.pasts.remove(&name) {
                        Some(past) => Tracked::with_past(past),
                        None => Tracked::new(at),
                    });
            groups.push(tracked.take(&name, seen, &sight));
        }
        let read: HashSet<TopicName> = groups
            .iter()
            .flat_map(|group| group.row.topics.iter().cloned())
            .collect();
        self.ends.retain(&read);
        groups
    }

    /// Which ages are worth asking records for: partitions that lag behind everything that samples tell.
    pub fn ages_wanted(&mut self, groups: &[Arc<Group>], now: Timestamp) -> Vec<AgeWanted> {
        self.asked
            .retain(|_, asked| asked.0 <= now.0 && asked.millis_until(now) < AGE_AGAIN);
        let mut wanted = Vec::new();
        for group in groups.iter().filter(|group| group.current) {
            for standing in group.partitions.iter() {
                let (Some(offset), Some(1..), None) =
                    (standing.committed, standing.lag(), standing.seconds)
                else {
                    continue;
                };
                if wanted.len() >= AGES {
                    return wanted;
                }
                let place = (standing.topic.clone(), standing.partition);
                let key = (group.row.group.clone(), place);
                if self.asked.contains_key(&key) {
                    continue;
                }
                self.asked.insert(key, now);
                wanted.push(AgeWanted {
                    group: group.row.group.clone(),
                    topic: standing.topic.clone(),
                    partition: standing.partition,
                    offset,
                });
            }
        }
        wanted
    }

    /// Takes in when such records were written; the next round counts from there.
    pub fn learn_ages(&mut self, ages: impl IntoIterator<Item = (AgeWanted, Timestamp)>) {
        for (wanted, at) in ages {
            let place = (wanted.topic, wanted.partition);
            if let Some(tracked) = self.groups.get_mut(&wanted.group) {
                let written = Written {
                    offset: wanted.offset,
                    at,
                    exact: true,
                };
                tracked.learn(&place, written);
            }
        }
    }
}

#[cfg(test)]
mod tests;
