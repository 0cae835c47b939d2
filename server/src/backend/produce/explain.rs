//! Why a record was not written, joined with what is known of its topic: cause, remedy, and the ACL that is missing. Pure.

use super::{
    prepare,
    target::{Replicas, Target},
};
use crate::backend::problems;
use penstock_domain::{
    ids::{NodeId, PartitionId},
    problem::{KafkaErrorCode, Problem, ProblemKind},
    produce::Acks,
};
use penstock_kafka::KafkaError;

/// About which record, and how it was sent.
pub struct Sent<'a> {
    /// The topic as it is after the failure.
    pub target: &'a Target,
    /// Where the record went, where that is known.
    pub partition: Option<PartitionId>,
    /// Whose acknowledgement was asked for.
    pub acks: Acks,
    /// Bytes of a batch with the record alone, before compression.
    pub batch: usize,
    /// Whether it was sent without compression.
    pub plain: bool,
}

impl Sent<'_> {
    /// The problem of one record.
    pub fn explain(&self, error: &KafkaError) -> Problem {
        match error {
            KafkaError::Authorization {
                operation,
                resource,
            } => denied(operation, resource, error),
            KafkaError::Broker { code, name, .. } => self.refused(*code, name, error),
            KafkaError::Timeout { .. } | KafkaError::Unreachable { .. } => self.unanswered(error),
            KafkaError::Stopped => Problem::new(
                ProblemKind::Unavailable,
                "Not sent",
                "The producer was ended before the record was sent.",
            )
            .with_remedy("Send it again."),
            _ => problems::kafka(error).into_problem(),
        }
    }

    fn refused(&self, code: i16, name: &str, error: &KafkaError) -> Problem {
        let topic = self.target.name();
        let invalid = |title: &str, detail: String, remedy: &str| {
            Problem::new(ProblemKind::Invalid, title, detail).with_remedy(remedy)
        };
        let mut problem = match code {
            10 | 18 => {
                prepare::too_large(self.batch, self.target.max_message_bytes, topic, self.plain)
            }
            19 | 20 => return coded(self.too_few_in_sync(code == 20), name, code),
            3 => invalid(
                "No such partition",
                match self.partition {
                    Some(partition) => {
                        format!("“{topic}” has no partition {partition} (any more).")
                    }
                    None => format!("There is no topic “{topic}” (any more)."),
                },
                "Look at the topic’s page; it may have been deleted or made anew.",
            ),
            32 => invalid(
                "The time is refused",
                format!(
                    "The record’s time is further from the broker’s clock than “{topic}” allows."
                ),
                "Choose a time nearer to now, or raise message.timestamp.before.max.ms and message.timestamp.after.max.ms of the topic.",
            ),
            87 => invalid(
                "The record is refused",
                match self.target.compacted() {
                    Some(true) => {
                        format!("“{topic}” is compacted: it takes no record without a key.")
                    }
                    _ => format!("“{topic}” does not take a record like this (INVALID_RECORD)."),
                },
                "Give the record a key, or correct what the topic’s settings ask for.",
            ),
            44 => invalid(
                "A policy refuses it",
                "The brokers’ own policy refuses the record.".to_owned(),
                "Ask whoever runs the brokers which policy that is.",
            ),
            47 | 90 => Problem::new(
                ProblemKind::Conflict,
                "The producer was fenced",
                "Another producer took over the same transactional id.",
            )
            .with_remedy("Send again: every transaction has an id of its own."),
            _ => {
                let mut problem = problems::kafka(error).into_problem();
                problem.title = "Kafka refused the record".to_owned();
                problem
            }
        };
        if code > 0 {
            problem = coded(problem, name, code);
        }
        problem
    }

    /// Nobody answered in time: perhaps because nobody could.
    fn unanswered(&self, error: &KafkaError) -> Problem {
        let partition = self
            .partition
            .and_then(|partition| self.target.partition(partition).zip(Some(partition)));
        if let Some((replicas, partition)) = partition
            && replicas.leader.is_none()
        {
            return Problem::new(
                ProblemKind::Unavailable,
                "Nobody leads the partition",
                format!(
                    "Partition {partition} of “{}” has no leader: {}.",
                    self.target.name(),
                    down(&replicas.out)
                ),
            )
            .with_remedy("Bring one of its nodes back, or choose another partition.");
        }
        if self.acks == Acks::All && self.short().is_some() {
            return self.too_few_in_sync(false);
        }
        let mut problem = problems::kafka(error).into_problem();
        problem.title = "No acknowledgement".to_owned();
        problem.detail = format!(
            "{} The record may have been written all the same.",
            problem.detail
        );
        problem.remedy = Some("Look for it in the topic before you send it again.".to_owned());
        problem
    }

    /// A partition with fewer replicas in sync than asked for: the record's own, else any.
    fn short(&self) -> Option<(PartitionId, &Replicas)> {
        let least = self.target.min_in_sync? as usize;
        let short = |replicas: &&Replicas| replicas.in_sync.len() < least;
        match self.partition {
            Some(partition) => self
                .target
                .partition(partition)
                .filter(short)
                .map(|replicas| (partition, replicas)),
            None => (0..)
                .map(PartitionId)
                .zip(&self.target.partitions)
                .find(|(_, replicas)| short(replicas)),
        }
    }

    fn too_few_in_sync(&self, after_append: bool) -> Problem {
        let topic = self.target.name();
        let mut detail = match self.target.min_in_sync {
            Some(least) => format!(
                "“{topic}” accepts a record with acks=all only when {least} {} it.",
                if least == 1 {
                    "replica has"
                } else {
                    "replicas have"
                }
            ),
            None => format!(
                "“{topic}” accepts a record with acks=all only when min.insync.replicas of them have it."
            ),
        };
        match self.short() {
            Some((partition, replicas)) => detail.push_str(&format!(
                " Partition {partition} has {}: {}.",
                replicas.in_sync.len(),
                down(&replicas.out)
            )),
            None => detail.push_str(" By now the brokers tell of enough replicas in sync."),
        }
        if after_append {
            detail.push_str(" The leader had written it before it noticed: readers may see it.");
        }
        Problem::new(ProblemKind::Unavailable, "Too few replicas are in sync", detail).with_remedy(
            "Wait until the replicas have caught up, lower min.insync.replicas of the topic, or send with acks=1: then a record is lost if its leader stops before a replica has fetched it.",
        )
    }
}

fn coded(mut problem: Problem, name: &str, code: i16) -> Problem {
    problem.kafka_error = Some(KafkaErrorCode {
        name: name.to_owned(),
        code,
    });
    problem
}

fn down(nodes: &[NodeId]) -> String {
    let names: Vec<String> = nodes.iter().map(ToString::to_string).collect();
    match names.as_slice() {
        [] => "no replica is missing".to_owned(),
        [one] => format!("node {one} is behind or down"),
        several => format!("nodes {} are behind or down", several.join(", ")),
    }
}

/// The console's own Kafka user lacks an ACL: the ceiling of what anybody can do through it.
fn denied(operation: &str, resource: &str, error: &KafkaError) -> Problem {
    let (kind, name) = resource.split_once(' ').unwrap_or((resource, ""));
    let (code, code_name, words, rule) = match kind {
        "cluster" => (
            31,
            "CLUSTER_AUTHORIZATION_FAILED",
            "write idempotently".to_owned(),
            "      - resource: { type: cluster }\n".to_owned(),
        ),
        "transactionalId" => (
            53,
            "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
            "write in transactions".to_owned(),
            // Every transaction has an id of its own.
            "      - resource: { type: transactionalId, name: penstock-, patternType: prefix }\n"
                .to_owned(),
        ),
        _ => (
            29,
            "TOPIC_AUTHORIZATION_FAILED",
            format!("write to “{name}”"),
            format!("      - resource: {{ type: topic, name: {name:?} }}\n"),
        ),
    };
    let operations = match kind {
        "cluster" => operation.to_owned(),
        _ => format!("{operation}, Describe"),
    };
    let problem = Problem::new(
        ProblemKind::Forbidden,
        "Kafka denies it to the console",
        format!("You may produce, but the console’s own Kafka user may not {words}; what it may is the most that anybody can do through the console."),
    )
    .with_remedy(error.remedy().map_or_else(
        || "Add an ACL to the console’s KafkaUser.".to_owned(),
        |_| "Add this ACL to the console’s KafkaUser; the user operator puts it in force.".to_owned(),
    ))
    .with_grant(format!(
        "apiVersion: kafka.strimzi.io/v1\nkind: KafkaUser\nmetadata:\n  name: penstock\nspec:\n  authorization:\n    type: simple\n    acls:\n{rule}        operations: [{operations}]\n"
    ));
    coded(problem, code_name, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        let whole = Replicas {
            leader: Some(NodeId(1)),
            in_sync: vec![NodeId(1), NodeId(0)],
            out: Vec::new(),
        };
        let short = Replicas {
            leader: Some(NodeId(1)),
            in_sync: vec![NodeId(1)],
            out: vec![NodeId(2)],
        };
        let headless = Replicas {
            leader: None,
            in_sync: Vec::new(),
            out: vec![NodeId(0), NodeId(2)],
        };
        Target {
            topic: Some("email-events".into()),
            partitions: vec![whole, short, headless],
            min_in_sync: Some(2),
            max_message_bytes: Some(1_048_588),
            cleanup_policy: Some("compact".to_owned()),
            timestamp_type: None,
        }
    }

    fn explained(partition: Option<i32>, acks: Acks, error: &KafkaError) -> Problem {
        Sent {
            target: &target(),
            partition: partition.map(PartitionId),
            acks,
            batch: 2_000_000,
            plain: true,
        }
        .explain(error)
    }

    fn broker(code: i16) -> KafkaError {
        KafkaError::Broker {
            api: "Produce",
            code,
            name: penstock_kafka::error::code_name(code),
            message: None,
        }
    }

    fn timeout() -> KafkaError {
        KafkaError::Timeout {
            broker: "b:9092".into(),
            stage: penstock_kafka::error::Stage::Request("Produce"),
            after: std::time::Duration::from_secs(10),
        }
    }

    #[test]
    fn too_few_replicas_are_told_with_who_is_missing() {
        for error in [broker(19), timeout()] {
            let problem = explained(Some(1), Acks::All, &error);
            assert_eq!(
                problem.detail,
                "“email-events” accepts a record with acks=all only when 2 replicas have it. Partition 1 has 1: node 2 is behind or down."
            );
        }
        let problem = explained(Some(1), Acks::All, &broker(19));
        assert_eq!(problem.kafka_error.unwrap().name, "NOT_ENOUGH_REPLICAS");
        // Without a partition the first that is short is named.
        let problem = explained(None, Acks::All, &broker(19));
        assert!(problem.detail.contains("Partition 1"));
    }

    #[test]
    fn silence_is_explained_by_what_is_known() {
        let problem = explained(Some(2), Acks::Leader, &timeout());
        assert!(
            problem.detail.contains("no leader: nodes 0, 2"),
            "{}",
            problem.detail
        );
        let problem = explained(Some(0), Acks::All, &timeout());
        assert!(problem.detail.contains("may have been written"));
        let problem = explained(Some(1), Acks::Leader, &timeout());
        assert_eq!(problem.title, "No acknowledgement");
    }

    #[test]
    fn a_denial_comes_with_the_acl() {
        let error = KafkaError::Authorization {
            operation: "Write",
            resource: "topic a: {b}".to_owned(),
        };
        let problem = explained(None, Acks::All, &error);
        assert_eq!(problem.kafka_error.as_ref().unwrap().code, 29);
        let grant = problem.grant.unwrap();
        assert!(
            grant.contains("{ type: topic, name: \"a: {b}\" }"),
            "{grant}"
        );
        assert!(grant.contains("operations: [Write, Describe]"));
        let error = KafkaError::Authorization {
            operation: "Write",
            resource: "transactionalId penstock-alice-1f".to_owned(),
        };
        let grant = explained(None, Acks::All, &error).grant.unwrap();
        assert!(grant.contains("patternType: prefix"), "{grant}");
    }

    #[test]
    fn refusals_say_which_setting_is_meant() {
        for (code, setting) in [
            (10, "max.message.bytes"),
            (18, "max.message.bytes"),
            (32, "message.timestamp"),
            (87, "without a key"),
            (3, "no topic"),
        ] {
            let problem = explained(None, Acks::All, &broker(code));
            let words = format!("{} {}", problem.detail, problem.remedy.unwrap());
            assert!(words.contains(setting), "{code}: {words}");
            assert_eq!(problem.kafka_error.unwrap().code, code);
        }
    }
}
