//! "If these nodes stop": what becomes of every partition and of the metadata quorum, and what would help. Pure: whoever knows the
//! partitions feeds them in, one topic after the other, and nothing is changed anywhere.
//!
//! The rules are Kafka's own: a leader is chosen among the replicas in sync (KIP-631), writes with acks=all need
//! `min.insync.replicas` of them, and both take a controller that can write the metadata log. `words` says it in sentences.

mod cause;
mod choice;
#[cfg(test)]
mod tests;
mod words;

pub use self::{
    cause::{Cause, Fix},
    choice::Choice,
};

use crate::{
    cluster::Quorum,
    envelope::Freshness,
    ids::{NodeId, TopicName},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most topics that are named one by one; the others are summed up.
const NAMED: usize = 50;

/// What becomes of a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Simulation {
    /// The nodes that stop: those that were named, and those of the racks that were.
    pub stopping: Vec<NodeId>,
    /// Partitions by what becomes of them.
    pub counts: FateCounts,
    /// Partitions that get another leader.
    pub new_leaders: u32,
    /// Topics that feel it, worst first.
    pub effects: Vec<TopicEffect>,
    /// Topics beyond those that are named, which feel it too.
    pub more: Option<MoreTopics>,
    /// The metadata quorum; `None` while it is not known.
    pub quorum: Option<QuorumEffect>,
    /// How old the replicas are from which it was worked out.
    pub freshness: Freshness,
}

/// What becomes of one partition, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Fate {
    /// Writable, and could lose one more replica.
    Spare,
    /// Writable, with exactly as many replicas in sync as `min.insync.replicas` asks for.
    AtMinimum,
    /// Readable; writes with acks=all are refused, or wait.
    RefusesWrites,
    /// A replica that is not in sync becomes leader, because the topic allows it (`unclean.leader.election.enable`): acknowledged records are lost.
    LosesRecords,
    /// Without a leader: neither readable nor writable.
    Offline,
}

/// Partitions counted by fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FateCounts {
    /// All partitions.
    pub total: u32,
    /// Writable, and could lose one more replica.
    pub spare: u32,
    /// Writable, at `min.insync.replicas`.
    pub at_minimum: u32,
    /// Refuse acks=all.
    pub refuse_writes: u32,
    /// Would lose acknowledged records.
    pub lose_records: u32,
    /// Without a leader.
    pub offline: u32,
    /// Of those that refuse: do so already.
    pub refuse_already: u32,
    /// Of those that are offline: are so already.
    pub offline_already: u32,
}

/// What one topic feels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TopicEffect {
    /// The topic.
    pub topic: TopicName,
    /// How many of its partitions feel it this way.
    pub hit: u32,
    /// How many it has.
    pub partitions: u32,
    /// What becomes of them; `None`: nothing but another leader.
    pub fate: Option<Fate>,
    /// Why.
    pub cause: Cause,
    /// What would help, or nothing to do.
    pub fix: Option<Fix>,
    /// `cause` in words.
    pub why: String,
    /// `fix` in words.
    pub remedy: Option<String>,
}

/// Topics that are not named one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MoreTopics {
    /// How many.
    pub topics: u32,
    /// How many of their partitions feel it.
    pub hit: u32,
    /// How many they have.
    pub partitions: u32,
    /// The worst that becomes of any; `None`: only other leaders.
    pub worst: Option<Fate>,
}

/// What becomes of the metadata quorum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct QuorumEffect {
    /// Voters there are.
    pub voters: u32,
    /// Voters that stop.
    pub stopping: Vec<NodeId>,
    /// Voters that have stopped following already, beside those.
    pub gone: Vec<NodeId>,
    /// Voters that remain.
    pub remaining: u32,
    /// Voters that must remain (a majority, KIP-595).
    pub needed: u32,
    /// Whether too few remain: no leader is elected and nothing is changed until voters are back.
    pub lost: bool,
    /// Whether another voter must become leader.
    pub new_leader: bool,
}

/// One partition as it stands.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// Its leader; `None`: offline.
    pub leader: Option<NodeId>,
    /// Its replicas.
    pub replicas: &'a [NodeId],
    /// Those in sync.
    pub in_sync: &'a [NodeId],
}

/// What a topic's configuration says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// `min.insync.replicas`; `None` where it is not known, and then nothing is said to refuse writes.
    pub min_in_sync: Option<usize>,
    /// `unclean.leader.election.enable`
    pub unclean: bool,
}

/// Works it out; see [`Simulator::topic`].
#[derive(Debug)]
pub struct Simulator {
    world: World,
    counts: FateCounts,
    new_leaders: u32,
    effects: Vec<TopicEffect>,
    quorum: Option<QuorumEffect>,
}

/// What stops, and what goes on.
#[derive(Debug)]
struct World {
    stopping: BTreeSet<NodeId>,
    /// Nodes that do not run already.
    down: BTreeSet<NodeId>,
    /// Brokers that there are.
    brokers: usize,
    /// Whether a controller goes on electing leaders.
    elects: bool,
}

/// A topic that is being fed in.
#[derive(Debug)]
pub struct TopicSimulation<'a> {
    simulator: &'a mut Simulator,
    name: TopicName,
    rules: Rules,
    partitions: u32,
    /// By fate and cause.
    tallies: BTreeMap<(Fate, Cause), (u32, Option<Fix>)>,
    moved: u32,
}

// === impl Simulator ===

impl Simulator {
    /// For nodes that stop; `down` are those that do not run already, `brokers` how many there are.
    pub fn new(
        stopping: BTreeSet<NodeId>,
        down: BTreeSet<NodeId>,
        brokers: usize,
        quorum: Option<&Quorum>,
    ) -> Self {
        let quorum = quorum.map(|quorum| QuorumEffect::of(quorum, &stopping));
        Self {
            world: World {
                elects: quorum.as_ref().is_none_or(|quorum| !quorum.lost),
                stopping,
                down,
                brokers,
            },
            counts: FateCounts::default(),
            new_leaders: 0,
            effects: Vec::new(),
            quorum,
        }
    }

    /// Begins a topic; add its partitions, then call [`TopicSimulation::done`].
    pub fn topic(&mut self, name: &TopicName, rules: Rules) -> TopicSimulation<'_> {
        TopicSimulation {
            simulator: self,
            name: name.clone(),
            rules,
            partitions: 0,
            tallies: BTreeMap::new(),
            moved: 0,
        }
    }

    /// The outcome.
    pub fn finish(mut self, freshness: Freshness) -> Simulation {
        self.effects.sort_by(|a, b| {
            b.fate
                .cmp(&a.fate)
                .then_with(|| b.hit.cmp(&a.hit))
                .then_with(|| a.topic.cmp(&b.topic))
        });
        let rest = self.effects.split_off(self.effects.len().min(NAMED));
        Simulation {
            stopping: self.world.stopping.into_iter().collect(),
            counts: self.counts,
            new_leaders: self.new_leaders,
            more: MoreTopics::of(&rest),
            effects: self.effects,
            quorum: self.quorum,
            freshness,
        }
    }
}

// === impl World ===

impl World {
    fn stops(&self, node: NodeId) -> bool {
        self.stopping.contains(&node)
    }

    /// In-sync replicas that stay.
    fn staying(&self, partition: &Standing<'_>) -> usize {
        partition
            .in_sync
            .iter()
            .filter(|node| !self.stops(**node))
            .count()
    }

    fn fate(&self, partition: &Standing<'_>, rules: Rules) -> Fate {
        let Some(leader) = partition.leader else {
            return Fate::Offline;
        };
        let staying = self.staying(partition);
        if !self.elects {
            // Nobody elects a leader, and nobody takes a stopped replica out of the in-sync set: acks=all waits for it.
            if self.stops(leader) {
                return Fate::Offline;
            }
            if staying < partition.in_sync.len() {
                return Fate::RefusesWrites;
            }
        }
        if staying == 0 {
            let another = partition
                .replicas
                .iter()
                .any(|node| !self.stops(*node) && !self.down.contains(node));
            return if rules.unclean && another {
                Fate::LosesRecords
            } else {
                Fate::Offline
            };
        }
        match staying.cmp(&rules.min_in_sync.unwrap_or(1)) {
            std::cmp::Ordering::Less => Fate::RefusesWrites,
            std::cmp::Ordering::Equal => Fate::AtMinimum,
            std::cmp::Ordering::Greater => Fate::Spare,
        }
    }
}

/// How a partition is now, before anything stops.
fn now(partition: &Standing<'_>, rules: Rules) -> Fate {
    let nothing = World {
        stopping: BTreeSet::new(),
        down: BTreeSet::new(),
        brokers: 0,
        elects: true,
    };
    nothing.fate(partition, rules)
}

// === impl TopicSimulation ===

impl TopicSimulation<'_> {
    /// Adds a partition.
    pub fn add(&mut self, partition: &Standing<'_>) {
        let world = &self.simulator.world;
        let (before, after) = (
            now(partition, self.rules),
            world.fate(partition, self.rules),
        );
        self.partitions += 1;
        self.simulator.counts.add(before, after);
        let worse = after > before && after >= Fate::RefusesWrites;
        if worse {
            let (cause, fix) = cause::of(world, partition, self.rules, after);
            let tally = self.tallies.entry((after, cause)).or_insert((0, fix));
            tally.0 += 1;
        } else if after < Fate::LosesRecords && partition.leader.is_some_and(|l| world.stops(l)) {
            self.moved += 1;
        }
        if after != Fate::Offline && partition.leader.is_some_and(|l| world.stops(l)) {
            self.simulator.new_leaders += 1;
        }
    }

    /// Ends the topic: what it feels becomes a line, or several where its partitions feel it for different reasons.
    pub fn done(self) {
        let quiet = self.tallies.is_empty();
        for ((fate, cause), (hit, fix)) in self.tallies {
            self.simulator.effects.push(TopicEffect {
                topic: self.name.clone(),
                hit,
                partitions: self.partitions,
                fate: Some(fate),
                why: cause.words(),
                remedy: fix.as_ref().map(Fix::words),
                cause,
                fix,
            });
        }
        if quiet && self.moved > 0 {
            let cause = Cause::LeadersMove;
            self.simulator.effects.push(TopicEffect {
                topic: self.name,
                hit: self.moved,
                partitions: self.partitions,
                fate: None,
                why: cause.words(),
                remedy: None,
                cause,
                fix: None,
            });
        }
    }
}

// === impl FateCounts ===

impl FateCounts {
    fn add(&mut self, before: Fate, after: Fate) {
        self.total += 1;
        match after {
            Fate::Spare => self.spare += 1,
            Fate::AtMinimum => self.at_minimum += 1,
            Fate::RefusesWrites => {
                self.refuse_writes += 1;
                self.refuse_already += u32::from(before == after);
            }
            Fate::LosesRecords => self.lose_records += 1,
            Fate::Offline => {
                self.offline += 1;
                self.offline_already += u32::from(before == after);
            }
        }
    }
}

// === impl MoreTopics ===

impl MoreTopics {
    fn of(rest: &[TopicEffect]) -> Option<Self> {
        if rest.is_empty() {
            return None;
        }
        let names: BTreeSet<&TopicName> = rest.iter().map(|effect| &effect.topic).collect();
        Some(Self {
            topics: u32::try_from(names.len()).unwrap_or(u32::MAX),
            hit: rest.iter().map(|effect| effect.hit).sum(),
            partitions: rest.iter().map(|effect| effect.partitions).sum(),
            worst: rest.iter().filter_map(|effect| effect.fate).max(),
        })
    }
}

// === impl QuorumEffect ===

impl QuorumEffect {
    /// What becomes of a quorum.
    pub fn of(quorum: &Quorum, stopping: &BTreeSet<NodeId>) -> Self {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let voters = quorum.voters.len();
        let stop: Vec<NodeId> = quorum
            .voters
            .iter()
            .map(|voter| voter.node)
            .filter(|node| stopping.contains(node))
            .collect();
        let gone: Vec<NodeId> = quorum
            .voters
            .iter()
            .filter(|voter| voter.gone && !stopping.contains(&voter.node))
            .map(|voter| voter.node)
            .collect();
        let remaining = voters - stop.len() - gone.len();
        let needed = voters / 2 + 1;
        Self {
            voters: count(voters),
            lost: voters > 0 && remaining < needed,
            new_leader: quorum
                .leader
                .is_some_and(|leader| stopping.contains(&leader)),
            stopping: stop,
            gone,
            remaining: count(remaining),
            needed: count(needed),
        }
    }
}
