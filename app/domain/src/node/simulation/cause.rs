//! Why a partition suffers when nodes stop, and what would have helped.

use super::{Fate, Rules, Standing, World};
use crate::ids::NodeId;
use serde::{Deserialize, Serialize};

/// Why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Cause {
    /// Its leaders stop, and others take over.
    LeadersMove,
    /// It has one replica, and that stops.
    OnlyReplica,
    /// Each of its replicas stops.
    EveryReplicaStops {
        /// How many it has.
        replicas: u32,
    },
    /// The replicas that stay are not in sync now.
    OthersBehind {
        /// On which nodes.
        nodes: Vec<NodeId>,
    },
    /// The replicas that stay are on nodes that do not run.
    OthersDown {
        /// Which nodes.
        nodes: Vec<NodeId>,
    },
    /// Its leader stops, and too few controllers remain to elect another.
    NobodyElects,
    /// A replica in sync stops, and too few controllers remain to take it out of the in-sync set.
    NobodyShrinks,
    /// `min.insync.replicas` asks for every replica.
    #[serde(rename_all = "camelCase")]
    MinimumIsAll {
        /// The setting, which is the number of replicas too.
        min_in_sync: u32,
    },
    /// Fewer replicas stay than `min.insync.replicas` asks for.
    #[serde(rename_all = "camelCase")]
    TooFewStay {
        /// How many stay.
        staying: u32,
        /// How many there are.
        replicas: u32,
        /// The setting.
        min_in_sync: u32,
    },
}

/// What would help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Fix {
    /// More replicas.
    RaiseReplication {
        /// To how many.
        to: u32,
    },
    /// Another broker first: there is none to put a replica on.
    AddBroker,
    /// Replicas on other nodes: a reassignment.
    Spread,
    /// Patience: replicas catch up by themselves.
    WaitFor {
        /// On which nodes.
        nodes: Vec<NodeId>,
    },
    /// Nodes that do not run.
    Start {
        /// Which.
        nodes: Vec<NodeId>,
    },
    /// Fewer controllers at once.
    KeepQuorum,
    /// A smaller `min.insync.replicas`.
    LowerMinimum {
        /// To what.
        to: u32,
    },
    /// Fewer of its replicas at once.
    StopFewer {
        /// How many at most.
        most: u32,
    },
}

/// Replicas that a topic needs so that one may stop while another is already missing.
const COMFORTABLE: usize = 3;

/// Why a partition comes to `fate`, and what helps.
pub(super) fn of(
    world: &World,
    partition: &Standing<'_>,
    rules: Rules,
    fate: Fate,
) -> (Cause, Option<Fix>) {
    let leader_stops = partition.leader.is_some_and(|leader| world.stops(leader));
    if !world.elects && fate == Fate::Offline && leader_stops && world.staying(partition) > 0 {
        return (Cause::NobodyElects, Some(Fix::KeepQuorum));
    }
    if !world.elects && fate == Fate::RefusesWrites {
        return (Cause::NobodyShrinks, Some(Fix::KeepQuorum));
    }
    let (down, behind): (Vec<NodeId>, Vec<NodeId>) = partition
        .replicas
        .iter()
        .copied()
        .filter(|node| !world.stops(*node) && !partition.in_sync.contains(node))
        .partition(|node| world.down.contains(node));
    match fate {
        Fate::RefusesWrites => refuses(world, partition, rules, down, behind),
        _ => leaderless(world, partition, down, behind),
    }
}

fn leaderless(
    world: &World,
    partition: &Standing<'_>,
    down: Vec<NodeId>,
    behind: Vec<NodeId>,
) -> (Cause, Option<Fix>) {
    if !behind.is_empty() {
        let fix = Fix::WaitFor {
            nodes: behind.clone(),
        };
        return (Cause::OthersBehind { nodes: behind }, Some(fix));
    }
    if !down.is_empty() {
        let fix = Fix::Start {
            nodes: down.clone(),
        };
        return (Cause::OthersDown { nodes: down }, Some(fix));
    }
    let replicas = partition.replicas.len();
    if replicas <= 1 {
        let to = COMFORTABLE.min(world.brokers);
        let fix = if to > 1 {
            Fix::RaiseReplication { to: count(to) }
        } else {
            Fix::AddBroker
        };
        return (Cause::OnlyReplica, Some(fix));
    }
    let fix = if world.brokers > world.stopping.len() {
        Fix::Spread
    } else {
        Fix::AddBroker
    };
    let cause = Cause::EveryReplicaStops {
        replicas: count(replicas),
    };
    (cause, Some(fix))
}

fn refuses(
    world: &World,
    partition: &Standing<'_>,
    rules: Rules,
    down: Vec<NodeId>,
    behind: Vec<NodeId>,
) -> (Cause, Option<Fix>) {
    let replicas = partition.replicas.len();
    let minimum = rules.min_in_sync.unwrap_or(1);
    let stopping = partition
        .replicas
        .iter()
        .filter(|node| world.stops(**node))
        .count();
    if minimum == replicas {
        let cause = Cause::MinimumIsAll {
            min_in_sync: count(minimum),
        };
        let to = count(minimum.saturating_sub(1).max(1));
        return (cause, Some(Fix::LowerMinimum { to }));
    }
    // With every replica that stays in sync there would be enough of them.
    if replicas - stopping >= minimum {
        if !behind.is_empty() {
            let fix = Fix::WaitFor {
                nodes: behind.clone(),
            };
            return (Cause::OthersBehind { nodes: behind }, Some(fix));
        }
        let fix = Fix::Start {
            nodes: down.clone(),
        };
        return (Cause::OthersDown { nodes: down }, Some(fix));
    }
    let cause = Cause::TooFewStay {
        staying: count(world.staying(partition)),
        replicas: count(replicas),
        min_in_sync: count(minimum),
    };
    let fix = match replicas.checked_sub(minimum) {
        Some(most) if most > 0 => Fix::StopFewer { most: count(most) },
        _ => Fix::LowerMinimum {
            to: count(replicas.saturating_sub(1).max(1)),
        },
    };
    (cause, Some(fix))
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
