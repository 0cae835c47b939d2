//! Which rule was meant.

use super::{allow, question, set};
use crate::acl::{
    CLUSTER, Effect, Miss, Operation, PatternType, Principal, Question, ResourceType, Rule,
};
use Operation::{All, CreateTokens, Describe, Read, Write};

const API: &str = "User:task-api";

/// What is said of a rule to the question whether `User:task-api` may read the topic `task-created`.
fn near(rule: Rule) -> Option<(Miss, Option<Rule>)> {
    set(vec![rule])
        .nearest(&question(API, Read, "task-created"))
        .map(|near| (near.why, near.corrected))
}

#[test]
fn a_star_is_a_character_in_prefixes_and_literal_names() {
    let meant = allow(API, Read, "task-").prefix();
    assert_eq!(
        near(allow(API, Read, "task-*").prefix()),
        Some((Miss::LiteralStarInPrefix, Some(meant.clone())))
    );
    assert_eq!(
        near(allow(API, Read, "task-*")),
        Some((Miss::StarInLiteral, Some(meant)))
    );
    assert_eq!(
        near(allow(API, Read, "*").prefix()),
        Some((Miss::LiteralStarInPrefix, Some(allow(API, Read, "*"))))
    );
    // Kafka can't say what was meant.
    assert_eq!(
        near(allow(API, Read, "*-created")),
        Some((Miss::StarInLiteral, None))
    );
    assert_eq!(near(allow(API, Read, "event-*")), None);
    assert_eq!(near(allow(API, Read, "*-deleted")), None);
}

#[test]
fn case_white_space_and_pattern_types_are_slips() {
    assert_eq!(
        near(allow(API, Read, "Task-Created")),
        Some((Miss::Case, Some(allow(API, Read, "task-created"))))
    );
    assert_eq!(
        near(allow(API, Read, "TASK").prefix()),
        Some((Miss::Case, Some(allow(API, Read, "task").prefix())))
    );
    assert_eq!(
        near(allow(API, Read, " task-created\n")),
        Some((Miss::Whitespace, Some(allow(API, Read, "task-created"))))
    );
    let has = PatternType::Literal;
    assert_eq!(
        near(allow(API, Read, "task-")),
        Some((
            Miss::OtherPatternType { has },
            Some(allow(API, Read, "task-").prefix())
        ))
    );
    // May be a topic of its own.
    assert_eq!(near(allow(API, Read, "task")), None);
}

#[test]
fn the_principal_of_the_other_way_to_log_in() {
    for other in [
        "User:CN=task-api",
        "User:Task-API",
        "task-api",
        "User:CN=task-api,OU=x",
        "User: task-api",
    ] {
        let has = Principal::new(other);
        assert_eq!(
            near(allow(other, Read, "task-created")),
            Some((
                Miss::OtherPrincipal { has },
                Some(allow(API, Read, "task-created"))
            ))
        );
    }
    assert_eq!(near(allow("User:task-apis", Read, "task-created")), None);
    assert_eq!(
        near(allow("User:task-api,OU=x", Read, "task-created")),
        None
    );
}

#[test]
fn other_hosts_operations_and_types() {
    let has = "10.0.0.1".to_owned();
    assert_eq!(
        near(allow(API, Read, "task-created").at("10.0.0.1")),
        Some((
            Miss::OtherHost { has },
            Some(allow(API, Read, "task-created"))
        ))
    );
    assert_eq!(
        near(allow(API, Write, "task-").prefix()),
        Some((
            Miss::OtherOperation { has: Write },
            Some(allow(API, Read, "task-").prefix())
        ))
    );
    // Everyone's rule is not widened for one.
    assert_eq!(
        near(allow("User:*", Write, "task-created")),
        Some((Miss::OtherOperation { has: Write }, None))
    );
    let has = ResourceType::Group;
    let group = allow(API, Read, "task-").prefix().on(has);
    assert_eq!(
        near(group),
        Some((
            Miss::OtherResourceType { has },
            Some(allow(API, Read, "task-").prefix())
        ))
    );
    assert_eq!(near(allow(API, Read, "*").on(has)), None);
}

#[test]
fn a_topic_rule_may_have_been_meant_for_a_group() {
    let rules = set(vec![allow(API, Read, "task-worker")]);
    let asked = Question {
        resource_type: ResourceType::Group,
        ..question(API, Read, "task-worker")
    };
    let near = rules.nearest(&asked).unwrap();
    assert_eq!(
        near.why,
        Miss::OtherResourceType {
            has: ResourceType::Topic
        }
    );
    assert_eq!(near.corrected.unwrap().resource_type, ResourceType::Group);
}

#[test]
fn the_cluster_is_called_otherwise() {
    let rules = set(vec![
        allow(API, Describe, "events").on(ResourceType::Cluster),
    ]);
    let asked = Question {
        resource_type: ResourceType::Cluster,
        ..question(API, Describe, CLUSTER)
    };
    let near = rules.nearest(&asked).unwrap();
    assert_eq!(near.why, Miss::NotTheCluster);
    assert_eq!(near.corrected.unwrap().name, CLUSTER);
}

#[test]
fn two_slips_are_not_near_and_plain_ones_come_first() {
    assert_eq!(near(allow(API, Write, "task-*")), None);
    assert_eq!(near(allow("User:CN=task-api", Write, "task-created")), None);
    let rules = set(vec![
        allow(API, Write, "task-created"),
        allow("User:CN=task-api", All, "task-created"),
        allow(API, Read, "*").prefix(),
        allow(API, Read, "task-*").prefix(),
    ]);
    let near = rules.nearest(&question(API, Read, "task-created")).unwrap();
    assert_eq!(near.rule.name, "task-*");
}

#[test]
fn only_a_no_that_no_rule_says_has_a_nearest() {
    let yes = set(vec![allow(API, Read, "*"), allow(API, Read, "task-*")]);
    assert_eq!(yes.nearest(&question(API, Read, "task-created")), None);
    let denied = set(vec![
        allow(API, Read, "task-created").denied(),
        allow(API, Read, "task-*"),
    ]);
    assert_eq!(denied.nearest(&question(API, Read, "task-created")), None);
    // A denial is never what was meant.
    let denial = allow(API, Read, "task-*").denied();
    assert_eq!(denial.effect, Effect::Deny);
    assert_eq!(near(denial), None);
}

#[test]
fn an_operation_that_is_never_asked_is_not_proposed() {
    let rules = set(vec![allow(API, Read, "task")]);
    let near = rules.nearest(&question(API, CreateTokens, "task")).unwrap();
    assert_eq!(near.corrected, None);
}
