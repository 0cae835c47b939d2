//! KafkaUsers as the operator reads them.

use super::allow;
use crate::acl::{
    CLUSTER, Operation, Principal, ResourceType, Rule,
    declared::{DeclaredError, DeclaredRule, compare, principal, rules},
};
use serde_json::json;

fn of(acls: serde_json::Value) -> Result<Vec<Rule>, DeclaredError> {
    let declared: Vec<DeclaredRule> = serde_json::from_value(acls).unwrap();
    rules(&Principal::user("api"), &declared)
}

#[test]
fn principals_are_of_the_way_to_log_in() {
    assert_eq!(principal("api", false), "User:api");
    assert_eq!(principal("api", true), "User:CN=api");
}

#[test]
fn what_is_not_written_has_the_operators_defaults() {
    let told = of(json!([
        { "resource": { "type": "topic", "name": "task" }, "operations": ["Read", "Describe"] },
        { "resource": { "type": "group", "name": "g-", "patternType": "prefix" }, "operations": ["Read"], "host": "10.0.0.1", "type": "deny" },
        { "resource": { "type": "transactionalId", "name": "*" }, "operation": "All" },
        { "resource": { "type": "cluster", "name": "ignored", "patternType": "prefix" }, "operations": ["ClusterAction"] },
    ]))
    .unwrap();
    let api = "User:api";
    assert_eq!(
        told,
        [
            allow(api, Operation::Read, "task"),
            allow(api, Operation::Describe, "task"),
            allow(api, Operation::Read, "g-")
                .on(ResourceType::Group)
                .prefix()
                .denied()
                .at("10.0.0.1"),
            allow(api, Operation::All, "*").on(ResourceType::TransactionalId),
            allow(api, Operation::ClusterAction, CLUSTER).on(ResourceType::Cluster),
        ]
    );
}

#[test]
fn what_can_not_be_a_rule_is_said() {
    let topic = |more: serde_json::Value| {
        let mut entry =
            json!({ "resource": { "type": "topic", "name": "task" }, "operations": ["Read"] });
        for (key, value) in more.as_object().unwrap() {
            entry[key] = value.clone();
        }
        of(json!([entry])).unwrap_err()
    };
    let value = |text: &str| text.to_owned();
    assert_eq!(
        topic(json!({ "resource": { "type": "user", "name": "a" } })),
        DeclaredError::ResourceType {
            value: value("user")
        }
    );
    assert_eq!(
        topic(json!({ "resource": { "type": "topic" } })),
        DeclaredError::NoName {
            resource_type: ResourceType::Topic
        }
    );
    assert_eq!(
        topic(json!({ "resource": { "type": "topic", "name": "a", "patternType": "prefixed" } })),
        DeclaredError::PatternType {
            value: value("prefixed")
        }
    );
    assert_eq!(
        topic(json!({ "operations": ["Read", "CreateTokens"] })),
        DeclaredError::Operation {
            value: value("CreateTokens")
        }
    );
    assert_eq!(
        topic(json!({ "operations": ["read"] })),
        DeclaredError::Operation {
            value: value("read")
        }
    );
    assert_eq!(
        topic(json!({ "type": "Allow" })),
        DeclaredError::Effect {
            value: value("Allow")
        }
    );
    assert_eq!(
        topic(json!({ "operation": "Read" })),
        DeclaredError::BothOperations
    );
    assert_eq!(
        topic(json!({ "operations": null })),
        DeclaredError::NoOperation
    );
    assert_eq!(
        topic(json!({ "resource": {} })).to_string(),
        "there is no resource type “”"
    );
}

#[test]
fn drift_is_of_sets() {
    let (a, b, c) = (
        allow("User:api", Operation::Read, "a"),
        allow("User:api", Operation::Read, "b"),
        allow("User:api", Operation::Read, "c"),
    );
    let drift = compare(&[b.clone(), a.clone(), a.clone()], &[c.clone(), b.clone()]);
    assert_eq!(
        (drift.missing.clone(), drift.extra.clone()),
        (vec![a.clone()], vec![c])
    );
    assert!(!drift.is_none());
    assert!(compare(&[a.clone(), a.clone()], &[a]).is_none());
}
