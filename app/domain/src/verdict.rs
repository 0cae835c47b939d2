//! The verdict over a cluster: one state, and the sentences that explain it, worst first.
//!
//! Pure: the server gathers [`Facts`] from brokers, pods and resources, and [`judge`] says what they mean. Brokers and pods
//! come first, because the `Kafka` resource follows only after the operator's timed reconciliation (decision 30).

use crate::{ids::NodeId, time::Timestamp, units};
use serde::{Deserialize, Serialize};

/// How a cluster is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Health {
    /// Everything the console can see is in order.
    Healthy,
    /// The console can't see enough to say.
    Unknown,
    /// Reconciliation is paused.
    Paused,
    /// It works, and something needs a person.
    AtRisk,
    /// Something does not work now.
    Degraded,
    /// No broker answers.
    Down,
}

impl Health {
    /// As the API writes it, and addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Unknown => "unknown",
            Self::Paused => "paused",
            Self::AtRisk => "atRisk",
            Self::Degraded => "degraded",
            Self::Down => "down",
        }
    }
}

/// How much one reason weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Needs a person, nothing is lost now.
    Warn,
    /// Hurts now.
    Bad,
}

/// Where a reason leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// The page of a node.
    Node(NodeId),
    /// The list of nodes.
    Nodes,
    /// The page of a topic.
    Topic(String),
    /// The list of topics, in a state.
    Topics(Option<String>),
    /// The `Kafka` resource itself.
    Resource,
    /// A user's resource; its own page comes with users.
    User(String),
    /// The console's connection: credentials, reachability.
    Connection,
}

/// One sentence of a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// How much it weighs.
    pub severity: Severity,
    /// What is wrong, as a sentence without its full stop.
    pub what: String,
    /// What follows from it or what helps.
    pub then: Option<String>,
    /// Since when, where somebody tells.
    pub since: Option<Timestamp>,
    /// Where to look.
    pub place: Option<Place>,
}

/// The verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// The state.
    pub health: Health,
    /// The sentence to read first.
    pub headline: String,
    /// Why, worst first.
    pub reasons: Vec<Reason>,
}

/// A node that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeDown {
    /// Which.
    pub node: NodeId,
    /// Why, as far as pods or brokers tell: `its pod was killed (exit code 137)`.
    pub why: Option<String>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Its rack.
    pub rack: Option<String>,
}

/// Replica state counted over all partitions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PartitionCounts {
    /// All partitions.
    pub total: u32,
    /// All replicas in sync.
    pub in_sync: u32,
    /// Fewer in-sync replicas than replicas, at or above min.insync.replicas.
    pub under_replicated: u32,
    /// Below min.insync.replicas: writes with acks=all are refused.
    pub under_min_isr: u32,
    /// Without a leader.
    pub offline: u32,
    /// Replicas over all partitions.
    pub replicas: u32,
    /// Replicas that are not in sync.
    pub replicas_missing: u32,
}

/// What the console knows of a cluster when it judges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Nodes that should run, `None` where nobody declares it.
    pub nodes_expected: Option<u32>,
    /// Nodes that do not run.
    pub nodes_down: Vec<NodeDown>,
    /// Whether any broker answers now; `None` before the first attempt ended.
    pub brokers_answer: Option<bool>,
    /// Why none does.
    pub unreachable: Option<String>,
    /// The console has no usable credentials, in a sentence.
    pub no_credentials: Option<String>,
    /// Partitions, where metadata was had.
    pub partitions: Option<PartitionCounts>,
    /// Topics with offline partitions, a few names.
    pub offline_topics: Vec<String>,
    /// Topics that refuse acks=all, a few names.
    pub under_min_isr_topics: Vec<String>,
    /// Quorum: voters, voters that do not follow, whether a leader is known.
    pub quorum: Option<QuorumFacts>,
    /// The `Kafka` resource failed: message.
    pub resource_failed: Option<String>,
    /// The `Kafka` resource is paused.
    pub resource_paused: bool,
    /// The `Kafka` resource's status speaks of an older generation.
    pub resource_stale: bool,
    /// Warnings of the `Kafka` resource.
    pub resource_warnings: Vec<String>,
    /// KafkaTopics in error, with the operator's words.
    pub topics_in_error: Vec<(String, String)>,
    /// Topics whose live values differ from the declared ones.
    pub topics_drifted: Vec<String>,
    /// KafkaUsers in error, with the operator's words.
    pub users_in_error: Vec<(String, String)>,
    /// The watch of the API server is silent: resource facts are of this time.
    pub resources_as_of: Option<Timestamp>,
}

/// The quorum as far as judging needs it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuorumFacts {
    /// Voters.
    pub voters: u32,
    /// Voters that have stopped fetching.
    pub voters_gone: u32,
    /// Whether there is a leader.
    pub has_leader: bool,
}

/// More topics than this with the same trouble are one sentence.
const NAMED_ONE_BY_ONE: usize = 5;

/// Says what the facts mean.
pub fn judge(facts: &Facts) -> Verdict {
    let mut reasons = Vec::new();
    connection_reasons(facts, &mut reasons);
    node_reasons(facts, &mut reasons);
    partition_reasons(facts, &mut reasons);
    quorum_reasons(facts, &mut reasons);
    resource_reasons(facts, &mut reasons);
    topic_and_user_reasons(facts, &mut reasons);
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.severity));

    let worst = reasons.iter().map(|reason| reason.severity).max();
    let health = if facts.brokers_answer == Some(false) {
        Health::Down
    } else if worst == Some(Severity::Bad) {
        Health::Degraded
    } else if facts.resource_paused {
        Health::Paused
    } else if facts.brokers_answer.is_none() || facts.no_credentials.is_some() {
        Health::Unknown
    } else if worst == Some(Severity::Warn) && endangered(facts) {
        Health::AtRisk
    } else {
        Health::Healthy
    };
    Verdict {
        health,
        headline: headline(health, facts, &reasons),
        reasons,
    }
}

/// Warnings that mean the next failure hurts, unlike a resource in error, which waits for its owner.
fn endangered(facts: &Facts) -> bool {
    facts.partitions.is_some_and(|p| p.under_replicated > 0)
        || facts.quorum.is_some_and(|q| q.voters_gone > 0)
        || facts.resource_failed.is_some()
}

fn headline(health: Health, facts: &Facts, reasons: &[Reason]) -> String {
    match (health, reasons.first()) {
        (Health::Healthy, _) => match facts.partitions {
            Some(p) => format!(
                "{} in sync",
                units::count(p.total as usize, "partition", "partitions")
            ),
            None => "Every broker answers".to_owned(),
        },
        (Health::Unknown, None) => "Waiting for the first answer of the brokers".to_owned(),
        (_, Some(reason)) => reason.what.clone(),
        (_, None) => String::new(),
    }
}

fn reason(severity: Severity, what: impl Into<String>, place: Place) -> Reason {
    Reason {
        severity,
        what: what.into(),
        then: None,
        since: None,
        place: Some(place),
    }
}

fn connection_reasons(facts: &Facts, reasons: &mut Vec<Reason>) {
    if let Some(why) = &facts.no_credentials {
        reasons.push(Reason {
            then: Some("Create the KafkaUser that the overview shows".to_owned()),
            ..reason(Severity::Warn, why.clone(), Place::Connection)
        });
    }
    if facts.brokers_answer == Some(false) {
        reasons.push(Reason {
            then: facts.unreachable.clone(),
            ..reason(Severity::Bad, "No broker answers", Place::Nodes)
        });
    }
}

fn node_reasons(facts: &Facts, reasons: &mut Vec<Reason>) {
    for down in &facts.nodes_down {
        let mut what = format!("Node {} is down", down.node);
        if let Some(why) = &down.why {
            what.push_str(": ");
            what.push_str(why);
        }
        reasons.push(Reason {
            then: down.rack.as_ref().map(|rack| format!("rack {rack}")),
            since: down.since,
            ..reason(Severity::Bad, what, Place::Node(down.node))
        });
    }
}

fn partition_reasons(facts: &Facts, reasons: &mut Vec<Reason>) {
    let Some(counts) = facts.partitions else {
        return;
    };
    let partitions = |number: u32| units::count(number as usize, "partition", "partitions");
    if counts.offline > 0 {
        let is_are = if counts.offline == 1 { "is" } else { "are" };
        reasons.push(Reason {
            then: Some(names("topics", &facts.offline_topics)),
            ..reason(
                Severity::Bad,
                format!("{} {is_are} offline", partitions(counts.offline)),
                Place::Topics(Some("offline".into())),
            )
        });
    }
    if counts.under_min_isr > 0 {
        let refuse = if counts.under_min_isr == 1 {
            "refuses"
        } else {
            "refuse"
        };
        reasons.push(Reason {
            then: Some(names("topics", &facts.under_min_isr_topics)),
            ..reason(
                Severity::Bad,
                format!(
                    "{} {refuse} writes with acks=all",
                    partitions(counts.under_min_isr)
                ),
                Place::Topics(Some("underMinIsr".into())),
            )
        });
    }
    if counts.under_replicated > 0 {
        reasons.push(Reason {
            then: Some("Writable, but a replica is missing".to_owned()),
            ..reason(
                Severity::Warn,
                format!("{} short of a replica", partitions(counts.under_replicated)),
                Place::Topics(Some("underReplicated".into())),
            )
        });
    }
}

fn quorum_reasons(facts: &Facts, reasons: &mut Vec<Reason>) {
    let Some(quorum) = facts.quorum else { return };
    if !quorum.has_leader {
        reasons.push(reason(
            Severity::Bad,
            "The metadata quorum has no leader",
            Place::Nodes,
        ));
    } else if quorum.voters_gone > 0 {
        let spare = (quorum.voters.saturating_sub(1) / 2).saturating_sub(quorum.voters_gone);
        reasons.push(Reason {
            then: Some(if spare == 0 {
                "One more loss stops the quorum".to_owned()
            } else {
                format!("{spare} more may fail")
            }),
            ..reason(
                Severity::Warn,
                format!(
                    "{} of {} voters do not follow",
                    quorum.voters_gone, quorum.voters
                ),
                Place::Nodes,
            )
        });
    }
}

fn resource_reasons(facts: &Facts, reasons: &mut Vec<Reason>) {
    if let Some(message) = &facts.resource_failed {
        reasons.push(Reason {
            then: Some(message.clone()),
            ..reason(
                Severity::Warn,
                "The operator reports the Kafka resource as not ready",
                Place::Resource,
            )
        });
    }
    if facts.resource_paused {
        reasons.push(reason(
            Severity::Warn,
            "Reconciliation is paused",
            Place::Resource,
        ));
    }
    if facts.resource_stale && !facts.resource_paused {
        reasons.push(reason(
            Severity::Info,
            "The operator has not yet looked at the newest generation",
            Place::Resource,
        ));
    }
    for warning in &facts.resource_warnings {
        reasons.push(reason(Severity::Info, warning.clone(), Place::Resource));
    }
}

fn topic_and_user_reasons(facts: &Facts, reasons: &mut Vec<Reason>) {
    let number = facts.topics_in_error.len();
    if number > NAMED_ONE_BY_ONE {
        reasons.push(reason(
            Severity::Warn,
            format!("{number} KafkaTopics are in error"),
            Place::Topics(Some("error".to_owned())),
        ));
    } else {
        for (topic, message) in &facts.topics_in_error {
            reasons.push(Reason {
                then: Some(message.clone()).filter(|message| !message.is_empty()),
                ..reason(
                    Severity::Warn,
                    format!("KafkaTopic {topic} is in error"),
                    Place::Topic(topic.clone()),
                )
            });
        }
    }
    let reverted = "The operator reverts it at its next reconciliation".to_owned();
    let number = facts.topics_drifted.len();
    if number > NAMED_ONE_BY_ONE {
        reasons.push(Reason {
            then: Some(reverted),
            ..reason(
                Severity::Warn,
                format!("Live values of {number} topics differ from their declarations"),
                Place::Topics(Some("drifted".to_owned())),
            )
        });
    } else {
        for topic in &facts.topics_drifted {
            reasons.push(Reason {
                then: Some(reverted.clone()),
                ..reason(
                    Severity::Warn,
                    format!("Live values of {topic} differ from its declaration"),
                    Place::Topic(topic.clone()),
                )
            });
        }
    }
    for (user, message) in &facts.users_in_error {
        reasons.push(Reason {
            then: Some(message.clone()),
            ..reason(
                Severity::Warn,
                format!("KafkaUser {user} is in error"),
                Place::User(user.clone()),
            )
        });
    }
}

fn names(what: &str, names: &[String]) -> String {
    format!("{what}: {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn healthy() -> Facts {
        Facts {
            brokers_answer: Some(true),
            partitions: Some(PartitionCounts {
                total: 10,
                in_sync: 10,
                ..PartitionCounts::default()
            }),
            quorum: Some(QuorumFacts {
                voters: 3,
                voters_gone: 0,
                has_leader: true,
            }),
            ..Facts::default()
        }
    }

    #[test]
    fn nothing_wrong_is_healthy() {
        let verdict = judge(&healthy());
        assert_eq!(
            (verdict.health, verdict.headline.as_str()),
            (Health::Healthy, "10 partitions in sync")
        );
    }

    #[test]
    fn a_killed_node_is_named_first() {
        let mut facts = healthy();
        facts.nodes_down = vec![NodeDown {
            node: NodeId(2),
            why: Some("its pod was killed".into()),
            since: None,
            rack: None,
        }];
        facts.partitions = Some(PartitionCounts {
            total: 10,
            in_sync: 4,
            under_replicated: 6,
            ..PartitionCounts::default()
        });
        let verdict = judge(&facts);
        assert_eq!(
            (verdict.health, verdict.headline.as_str()),
            (Health::Degraded, "Node 2 is down: its pod was killed")
        );
    }

    #[test]
    fn a_resource_in_error_does_not_make_the_cluster_ill() {
        let mut facts = healthy();
        facts.topics_in_error = vec![("billing-invoices".into(), String::new())];
        let verdict = judge(&facts);
        assert_eq!(verdict.health, Health::Healthy);
        assert_eq!(verdict.reasons.len(), 1);
    }

    #[test]
    fn silence_is_down_and_no_answer_yet_is_unknown() {
        assert_eq!(
            judge(&Facts {
                brokers_answer: Some(false),
                ..Facts::default()
            })
            .health,
            Health::Down
        );
        assert_eq!(judge(&Facts::default()).health, Health::Unknown);
    }

    #[test]
    fn refusing_writes_is_said_in_the_right_number() {
        let mut facts = healthy();
        facts.partitions = Some(PartitionCounts {
            total: 3,
            under_min_isr: 1,
            offline: 2,
            ..PartitionCounts::default()
        });
        let words: Vec<_> = judge(&facts).reasons.into_iter().map(|r| r.what).collect();
        assert_eq!(
            words,
            [
                "2 partitions are offline",
                "1 partition refuses writes with acks=all"
            ]
        );
    }
}
