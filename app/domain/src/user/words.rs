//! The user operator's own words, explained; and findings about rules as sentences.
//!
//! Messages are those that Strimzi 1.2.0 was recorded with (`testbed/tests/replay`). A message that is not known stays as it is.

use crate::{
    acl::{
        self, PatternType, ResourceType, Rule,
        declared::DeclaredError,
        findings::{Finding, RuleFinding},
    },
    advice::Advice,
    units,
    verdict::Severity,
};

/// An operator's message without the Java classes before it.
pub fn plain(message: &str) -> &str {
    let mut rest = message.trim();
    while let Some((first, after)) = rest.split_once(": ") {
        let is_class = first.contains('.')
            && !first.contains(' ')
            && (first.ends_with("Exception") || first.ends_with("Error"));
        if !is_class {
            break;
        }
        rest = after;
    }
    rest
}

/// What the operator says of a user that failed, with what helps.
pub fn explain(message: &str) -> Advice {
    let text = plain(message);
    let (what, then) = if text.contains("ACL rules are configured but not supported") {
        (
            format!("NotReady: {}", text.trim_end_matches('.')),
            Some("The cluster has no authorization, so that rules have no place to go. Add spec.kafka.authorization to its Kafka resource, or take the rules out.".to_owned()),
        )
    } else if text.contains("AclCache is not ready") {
        (
            "NotReady: the brokers have no authorizer".to_owned(),
            Some("The operator asks for rules that brokers without an authorizer can’t keep; so every user fails, with or without rules. Add spec.kafka.authorization to the Kafka resource.".to_owned()),
        )
    } else if text.contains("Timed out") || text.contains("ScramShaCredentialsCache is not ready") {
        (
            "NotReady: the operator can’t reach the brokers".to_owned(),
            Some(
                "It tries again by itself, at the latest with the resync every 5 minutes."
                    .to_owned(),
            ),
        )
    } else if text.contains("TimeoutException") {
        (
            "NotReady: its old Secret was not removed within 5 minutes".to_owned(),
            Some("The operator waits for Kubernetes’ garbage collector. Look for finalizers on the Secret.".to_owned()),
        )
    } else if text.starts_with("Secret ") && text.ends_with("not found") {
        (
            format!("NotReady: {text}"),
            Some("The operator does not watch that Secret: once it is there, the next run finds it within 2 min.".to_owned()),
        )
    } else if text.contains("Name is required for resource type") {
        (
            format!("NotReady: {text}"),
            Some(
                "A rule names no resource. None of its rules is in force until each has a name."
                    .to_owned(),
            ),
        )
    } else {
        (format!("NotReady: {}", text.trim_end_matches('.')), None)
    };
    Advice {
        severity: Severity::Bad,
        what,
        then,
        yaml: None,
    }
}

/// Why declared rules can't be read.
pub fn unreadable(error: &DeclaredError) -> Advice {
    Advice {
        severity: Severity::Bad,
        what: format!("A rule can’t be one: {error}"),
        then: Some("None of its rules is in force until each is right.".to_owned()),
        yaml: None,
    }
}

/// Findings about rules as sentences; what is found of several operations on one pattern is one sentence, and one correction.
pub fn of_rules<'f>(findings: impl IntoIterator<Item = &'f RuleFinding>) -> Vec<Advice> {
    let mut all: Vec<(Advice, Vec<Rule>)> = Vec::new();
    for finding in findings {
        let Some((severity, what, then)) = words(&finding.rule, &finding.kind) else {
            continue;
        };
        let corrected = finding.corrected.clone();
        match all.iter_mut().find(|(known, _)| known.what == what) {
            Some((_, rules)) => rules.extend(corrected),
            None => all.push((
                Advice {
                    severity,
                    what,
                    then,
                    yaml: None,
                },
                corrected.into_iter().collect(),
            )),
        }
    }
    all.into_iter()
        .map(|(advice, rules)| with_correction(advice, &rules))
        .collect()
}

fn with_correction(advice: Advice, rules: &[Rule]) -> Advice {
    let Some(first) = rules.first() else {
        return advice;
    };
    let meant = match first.pattern_type {
        PatternType::Prefix => format!("Meant is probably the prefix {}.", first.name),
        PatternType::Literal => format!("Meant is probably {}.", first.name),
    };
    Advice {
        then: Some(match advice.then {
            Some(then) => format!("{then} {meant}"),
            None => meant,
        }),
        yaml: Some(acl::yaml(rules)),
        ..advice
    }
}

fn words(rule: &Rule, finding: &Finding) -> Option<(Severity, String, Option<String>)> {
    let kind = noun(rule.resource_type);
    let name = &rule.name;
    let warn =
        |what: String, then: Option<&str>| Some((Severity::Warn, what, then.map(str::to_owned)));
    let info =
        |what: String, then: Option<&str>| Some((Severity::Info, what, then.map(str::to_owned)));
    match finding {
        Finding::Matches { .. } => None,
        Finding::MatchesNothing => info(
            format!("The rule for {kind} {name} matches nothing now"),
            None,
        ),
        Finding::StarInPrefix => warn(
            format!("A prefix is taken literally: it matches only names that begin with {name}"),
            Some("A star is no wildcard in a prefix."),
        ),
        Finding::StarInLiteral => warn(
            format!("A name is taken literally: it matches only the {kind} called {name}"),
            Some("A star is a wildcard only when it stands alone."),
        ),
        Finding::Whitespace => warn(
            format!("The name “{name}” has white space around it, which is taken literally"),
            None,
        ),
        Finding::OperationNeverAsked => warn(
            format!("{} is never asked for on a {kind}", rule.operation.label()),
            Some("Kafka stores the rule, and it has no effect."),
        ),
        Finding::NotTheCluster => warn(
            format!("A rule for the cluster “{name}” has no effect"),
            Some("The only cluster there is for rules is called kafka-cluster."),
        ),
        Finding::Repeated { times } => info(
            format!("The same rule for {kind} {name} stands there {times} times"),
            None,
        ),
        Finding::Covered { by } => info(
            format!(
                "{} on {kind} {name} is covered by the wider rule for {}",
                rule.operation.label(),
                pattern(by)
            ),
            Some("It can go without changing anything."),
        ),
        Finding::Void { by } => warn(
            format!(
                "{} on {kind} {name} is denied by the rule for {}",
                rule.operation.label(),
                pattern(by)
            ),
            Some("What denies wins over what allows."),
        ),
        Finding::ReadWithoutGroup => warn(
            "It may read topics, but use no consumer group".to_owned(),
            Some("A consumer that joins a group needs Read on the group too."),
        ),
        Finding::WriteWithoutTransactionalId => info(
            "It may write, but use no transactional id".to_owned(),
            Some("Only transactional producers need one."),
        ),
        Finding::TransactionalIdWithoutWrite => warn(
            "It may use a transactional id, but write no topic".to_owned(),
            None,
        ),
        Finding::GroupWithoutRead => warn(
            "It may use consumer groups, but read no topic".to_owned(),
            None,
        ),
        Finding::LiteralLikePrefix { names } => warn(
            format!(
                "No {kind} is called {name}; {} so",
                units::count(*names, "name begins", "names begin")
            ),
            Some("It is declared literal."),
        ),
        Finding::IdempotentWriteImplied => info(
            "IdempotentWrite on the cluster is not needed".to_owned(),
            Some(
                "Since Kafka 3.0 whoever may write any topic may write it idempotently (KIP-679).",
            ),
        ),
    }
}

/// `topics that begin with task-`, `topic orders`, `all topics`.
pub fn pattern(rule: &Rule) -> String {
    let kind = noun(rule.resource_type);
    match rule.pattern_type {
        _ if rule.resource_type == ResourceType::Cluster => "the cluster".to_owned(),
        PatternType::Prefix => format!("every {kind} that begins with {}", rule.name),
        PatternType::Literal if rule.name == acl::ANY => format!("every {kind}"),
        PatternType::Literal => format!("{kind} {}", rule.name),
    }
}

/// `topic`, `transactional id`.
pub const fn noun(of: ResourceType) -> &'static str {
    match of {
        ResourceType::Topic => "topic",
        ResourceType::Group => "group",
        ResourceType::Cluster => "cluster",
        ResourceType::TransactionalId => "transactional id",
        ResourceType::DelegationToken => "delegation token",
        ResourceType::User => "user",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn java_is_taken_off_and_what_helps_is_added() {
        let message = "io.strimzi.operator.common.ReconciliationException: io.strimzi.operator.common.model.InvalidResourceException: Simple authorization ACL rules are configured but not supported in the Kafka cluster configuration.";
        assert_eq!(
            plain(message),
            "Simple authorization ACL rules are configured but not supported in the Kafka cluster configuration."
        );
        let finding = explain(message);
        assert!(finding.what.starts_with("NotReady: Simple authorization"));
        assert!(finding.then.unwrap().contains("spec.kafka.authorization"));
        let secret = explain(
            "java.util.concurrent.CompletionException: io.strimzi.operator.common.model.InvalidResourceException: Secret a-source in namespace kafka not found",
        );
        assert_eq!(
            secret.what,
            "NotReady: Secret a-source in namespace kafka not found"
        );
        assert_eq!(plain("Something: else"), "Something: else");
        assert_eq!(explain("Something new.").what, "NotReady: Something new");
        let gone = explain(
            "java.util.concurrent.CompletionException: java.lang.RuntimeException: AclCache is not ready!",
        );
        assert!(gone.what.contains("no authorizer"));
    }
}
