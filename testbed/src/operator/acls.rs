//! From the rules of a KafkaUser to the bindings that Kafka keeps.

use crate::admin::users::Acl;
use serde_json::Value;
use std::collections::BTreeSet;

/// The bindings of a principal; the error is the operator's own.
pub(super) fn bindings(rules: &[Value], principal: &str) -> Result<BTreeSet<Acl>, String> {
    let mut acls = BTreeSet::new();
    for rule in rules {
        let text = |pointer: &str| rule.pointer(pointer).and_then(Value::as_str);
        let kind = text("/resource/type").unwrap_or_default();
        let (resource_type, java_name) = resource_type(kind);
        let resource_name = match (kind, text("/resource/name")) {
            ("cluster", _) => "kafka-cluster",
            (_, Some(name)) => name,
            (_, None) => return Err(format!("Name is required for resource type: {java_name}")),
        };
        let pattern_type = match text("/resource/patternType") {
            Some("prefix") => 4,
            _ => 3,
        };
        let permission = match text("/type") {
            Some("deny") => 2,
            _ => 3,
        };
        let operations = rule.get("operations").and_then(Value::as_array);
        for operation in operations.into_iter().flatten().filter_map(Value::as_str) {
            acls.insert(Acl {
                resource_type,
                resource_name: resource_name.to_owned(),
                pattern_type,
                principal: principal.to_owned(),
                host: text("/host").unwrap_or("*").to_owned(),
                operation: operation_code(operation),
                permission,
            });
        }
    }
    Ok(acls)
}

/// `org.apache.kafka.common.resource.ResourceType`, and its name there.
fn resource_type(kind: &str) -> (i8, &'static str) {
    match kind {
        "topic" => (2, "TOPIC"),
        "group" => (3, "GROUP"),
        "cluster" => (4, "CLUSTER"),
        "transactionalId" => (5, "TRANSACTIONAL_ID"),
        _ => (0, "UNKNOWN"),
    }
}

/// `org.apache.kafka.common.acl.AclOperation`
fn operation_code(operation: &str) -> i8 {
    match operation {
        "All" => 2,
        "Read" => 3,
        "Write" => 4,
        "Create" => 5,
        "Delete" => 6,
        "Alter" => 7,
        "Describe" => 8,
        "ClusterAction" => 9,
        "DescribeConfigs" => 10,
        "AlterConfigs" => 11,
        "IdempotentWrite" => 12,
        _ => 0,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_binding_per_operation_and_duplicates_collapse() {
        let rules = [
            json!({"resource": {"type": "topic", "name": "task-", "patternType": "prefix"}, "operations": ["Read", "Describe", "Read"]}),
        ];
        let acls = bindings(&rules, "User:audit-log").unwrap();
        assert_eq!(acls.len(), 2);
        assert!(
            acls.iter()
                .all(|acl| acl.pattern_type == 4 && acl.permission == 3 && acl.host == "*")
        );
    }

    #[test]
    fn a_rule_without_a_name_is_refused_in_the_operators_words() {
        let rules = [json!({"resource": {"type": "topic"}, "operations": ["Read"]})];
        assert_eq!(
            bindings(&rules, "User:x").unwrap_err(),
            "Name is required for resource type: TOPIC"
        );
        let cluster = [json!({"resource": {"type": "cluster"}, "operations": ["Describe"]})];
        assert_eq!(
            bindings(&cluster, "User:x")
                .unwrap()
                .first()
                .unwrap()
                .resource_name,
            "kafka-cluster"
        );
    }
}
