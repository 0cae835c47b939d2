//! Entries for a KafkaUser.

use super::allow;
use crate::acl::{CLUSTER, Operation, ResourceType, yaml};
use Operation::{ClusterAction, CreateTokens, Describe, Read, TwoPhaseCommit, Write};

const API: &str = "User:api";

#[test]
fn an_entry_has_the_operations_of_a_resource() {
    let rules = [
        allow(API, Describe, "task-").prefix(),
        allow(API, Read, "task-").prefix(),
        allow(API, Read, "task-").prefix(),
        allow(API, Write, "task-").prefix().denied().at("10.0.0.1"),
        allow(API, Read, "*").on(ResourceType::Group),
        allow(API, ClusterAction, CLUSTER).on(ResourceType::Cluster),
    ];
    assert_eq!(
        yaml(&rules),
        r#"- resource:
    type: topic
    name: task-
    patternType: prefix
  operations: [Read, Describe]
- resource:
    type: topic
    name: task-
    patternType: prefix
  type: deny
  host: "10.0.0.1"
  operations: [Write]
- resource:
    type: group
    name: "*"
    patternType: literal
  operations: [Read]
- resource:
    type: cluster
  operations: [ClusterAction]
"#
    );
    assert_eq!(yaml(&[]), "");
}

#[test]
fn names_stay_text_on_one_line() {
    for (name, written) in [
        ("task.events_v2-A", "task.events_v2-A"),
        ("null", "\"null\""),
        ("Yes", "\"Yes\""),
        ("123", "\"123\""),
        ("1e3", "\"1e3\""),
        ("", "\"\""),
        ("-", "\"-\""),
        ("a: b", "\"a: b\""),
        ("a #b", "\"a #b\""),
        ("a\"\\", "\"a\\\"\\\\\""),
        ("a\n- x\u{85}\u{2028}", "\"a\\u000a- x\\u0085\\u2028\""),
        ("é", "\"é\""),
    ] {
        let text = yaml(&[allow(API, Read, name)]);
        assert!(text.contains(&format!("    name: {written}\n")), "{text}");
        assert_eq!(text.lines().count(), 5, "{text}");
    }
}

#[test]
fn what_a_user_can_not_declare_is_a_comment() {
    let rules = [
        allow(API, CreateTokens, "User:a\n- x").on(ResourceType::User),
        allow(API, TwoPhaseCommit, "t").on(ResourceType::TransactionalId),
        allow(API, Write, "t").on(ResourceType::TransactionalId),
    ];
    assert_eq!(
        yaml(&rules),
        r#"- resource:
    type: transactionalId
    name: t
    patternType: literal
  operations: [Write]
# A KafkaUser can't declare: Allow TwoPhaseCommit on TransactionalId "t" from host "*"
# A KafkaUser can't declare: Allow CreateTokens on User "User:a\u000a- x" from host "*"
"#
    );
}
