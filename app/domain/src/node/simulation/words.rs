//! A simulation in sentences.

use super::{Cause, Fate, Fix, QuorumEffect, Simulation};
use crate::{ids::NodeId, units};

impl Fate {
    /// What becomes of partitions, as a state.
    pub const fn words(self) -> &'static str {
        match self {
            Fate::Spare => "Spare left",
            Fate::AtMinimum => "At min ISR",
            Fate::RefusesWrites => "Refuses writes",
            Fate::LosesRecords => "Loses records",
            Fate::Offline => "Offline",
        }
    }
}

impl Cause {
    /// Why, in a few words.
    pub fn words(&self) -> String {
        match self {
            Cause::LeadersMove => "other replicas in sync take over".to_owned(),
            Cause::OnlyReplica => "one replica only".to_owned(),
            Cause::EveryReplicaStops { replicas } => {
                format!("all {replicas} replicas are on nodes that stop")
            }
            Cause::OthersBehind { nodes } => {
                format!("the replica on {} is not in sync now", named(nodes))
            }
            Cause::OthersDown { nodes } => {
                let verb = if nodes.len() == 1 { "does" } else { "do" };
                format!("{} {verb} not run now", named(nodes))
            }
            Cause::NobodyElects => "too few controllers remain to elect a leader".to_owned(),
            Cause::NobodyShrinks => {
                "too few controllers remain to take stopped replicas out of the in-sync set"
                    .to_owned()
            }
            Cause::MinimumIsAll { min_in_sync } => {
                format!("min.insync.replicas {min_in_sync} of {min_in_sync} replicas")
            }
            Cause::TooFewStay {
                staying,
                replicas,
                min_in_sync,
            } => format!(
                "{staying} of {replicas} replicas {}, min.insync.replicas {min_in_sync}",
                if *staying == 1 { "remains" } else { "remain" }
            ),
        }
    }
}

impl Fix {
    /// What to do.
    pub fn words(&self) -> String {
        match self {
            Fix::RaiseReplication { to } => format!("Give it {to} replicas"),
            Fix::AddBroker => "Add a broker to hold another replica".to_owned(),
            Fix::Spread => "Move a replica to a node that stays".to_owned(),
            Fix::WaitFor { nodes } => format!("Wait until {} has caught up", named(nodes)),
            Fix::Start { nodes } => format!("Start {} first", named(nodes)),
            Fix::KeepQuorum => "Stop fewer controllers at once".to_owned(),
            Fix::LowerMinimum { to } => format!("Set min.insync.replicas to {to}"),
            Fix::StopFewer { most: 1 } => "Stop its nodes one at a time".to_owned(),
            Fix::StopFewer { most } => format!("Stop at most {most} of its nodes at once"),
        }
    }
}

impl Simulation {
    /// What is worst, as the beginning of a sentence, and the rest of it.
    pub fn headline(&self) -> (String, String) {
        let counts = &self.counts;
        let (offline, refuse) = (
            counts.offline - counts.offline_already,
            counts.refuse_writes - counts.refuse_already,
        );
        let partitions = |number: u32| units::count(number as usize, "partition", "partitions");
        let writable = counts.spare + counts.at_minimum;
        let rest = self.rest(writable);
        if offline > 0 {
            let verb = if offline == 1 { "goes" } else { "go" };
            let more = match refuse {
                0 => String::new(),
                1 => " and 1 more refuses writes".to_owned(),
                _ => format!(
                    " and {} more refuse writes",
                    units::thousands(refuse.into())
                ),
            };
            return (
                format!("{} {verb} offline", partitions(offline)),
                format!("{more}. {rest}"),
            );
        }
        if counts.lose_records > 0 {
            let verb = if counts.lose_records == 1 {
                "loses"
            } else {
                "lose"
            };
            return (
                format!(
                    "{} {verb} acknowledged records",
                    partitions(counts.lose_records)
                ),
                format!(", because replicas that are not in sync may lead. {rest}"),
            );
        }
        if refuse > 0 {
            let verb = if refuse == 1 { "refuses" } else { "refuse" };
            return (
                format!("{} {verb} writes with acks=all", partitions(refuse)),
                format!(
                    " and {} readable. {rest}",
                    if refuse == 1 { "stays" } else { "stay" }
                ),
            );
        }
        let moved = match self.new_leaders {
            0 => "no leader moves".to_owned(),
            1 => "1 leader moves".to_owned(),
            moved => format!("{} leaders move", units::thousands(moved.into())),
        };
        (
            "Everything goes on".to_owned(),
            format!("; {moved}. {rest}"),
        )
    }

    fn rest(&self, writable: u32) -> String {
        let counts = &self.counts;
        if writable == 0 {
            return "None stays writable.".to_owned();
        }
        let all = if writable == counts.total {
            "All"
        } else {
            "The other"
        };
        let spare = match counts.at_minimum {
            0 => String::new(),
            at if at == writable => ", without a replica to spare".to_owned(),
            at => format!(
                ", {} of them without a replica to spare",
                units::thousands(at.into())
            ),
        };
        format!(
            "{all} {} {} readable and writable{spare}.",
            units::thousands(writable.into()),
            if writable == 1 { "stays" } else { "stay" },
        )
    }
}

impl QuorumEffect {
    /// What becomes of the quorum, in a sentence; nothing where no voter stops.
    pub fn words(&self) -> Option<String> {
        if self.stopping.is_empty() && !self.lost {
            return None;
        }
        let remain = format!("{} of {} voters remain", self.remaining, self.voters);
        if self.lost {
            return Some(format!(
                "The metadata quorum is lost: {remain}, {} are needed. Until they are back no leader is elected and nothing is changed.",
                self.needed
            ));
        }
        let spare = self.remaining - self.needed;
        let leader = if self.new_leader {
            " another voter becomes leader,"
        } else {
            ""
        };
        let more = match spare {
            0 => "one more loss stops it".to_owned(),
            spare => format!("{spare} more may fail"),
        };
        Some(format!(
            "The metadata quorum holds:{leader} {remain}; {more}."
        ))
    }
}

/// `node 2`, `nodes 1 and 2`
fn named(nodes: &[NodeId]) -> String {
    match nodes {
        [] => "another node".to_owned(),
        [one] => format!("node {one}"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(ToString::to_string).collect();
            format!("nodes {} and {last}", first.join(", "))
        }
    }
}
