//! The KafkaUser that the console needs, as YAML ready to copy. Its ACLs are the ceiling of what anybody can do in Kafka
//! through the console (decision 8).
//!
//! A cluster without `authorization` gets a user without ACLs: the user operator refuses them there ("Simple authorization
//! ACL rules are configured but not supported in the Kafka cluster configuration.").

use crate::{
    credentials::{CONSOLE_USER, CredentialKind},
    resource::Kafka,
};

/// How much the console shall be able to do at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ceiling {
    /// See everything, records included; change nothing.
    ReadOnly,
    /// Also create, change and delete topics, produce, reset and delete groups.
    Managing,
}

/// The resource. Rules for cluster, topics, groups and transactional ids; the same as in `k8s/`.
pub fn kafka_user_yaml(kafka: &Kafka, kind: CredentialKind, ceiling: Ceiling) -> String {
    let namespace = kafka.user_namespace();
    let cluster = &kafka.metadata.name;
    let api_version = &kafka.api_version;
    let authentication = match kind {
        CredentialKind::Scram => "scram-sha-512",
        CredentialKind::Tls => "tls",
    };
    let mut yaml = format!(
        "apiVersion: {api_version}\n\
         kind: KafkaUser\n\
         metadata:\n  \
           name: {CONSOLE_USER}\n  \
           namespace: {namespace}\n  \
           labels:\n    \
             strimzi.io/cluster: {cluster}\n\
         spec:\n  \
           authentication:\n    \
             type: {authentication}\n"
    );
    if kafka.body.authorization.as_deref() == Some("simple") {
        yaml.push_str("  authorization:\n    type: simple\n    acls:\n");
        for (resource, operations) in rules(ceiling) {
            yaml.push_str(&format!(
                "      - resource: {resource}\n        operations: [{operations}]\n"
            ));
        }
    }
    yaml
}

fn rules(ceiling: Ceiling) -> [(&'static str, &'static str); 4] {
    let cluster = "{ type: cluster }";
    let topics = r#"{ type: topic, name: "*" }"#;
    let groups = r#"{ type: group, name: "*" }"#;
    let transactions = r#"{ type: transactionalId, name: "*" }"#;
    match ceiling {
        Ceiling::ReadOnly => [
            (cluster, "Describe, DescribeConfigs"),
            (topics, "Read, Describe, DescribeConfigs"),
            (groups, "Describe, DescribeConfigs"),
            (transactions, "Describe"),
        ],
        Ceiling::Managing => [
            (
                cluster,
                "Create, Alter, AlterConfigs, Describe, DescribeConfigs, IdempotentWrite",
            ),
            (
                topics,
                "Read, Write, Create, Delete, Alter, AlterConfigs, Describe, DescribeConfigs",
            ),
            (
                groups,
                "Read, Delete, Describe, DescribeConfigs, AlterConfigs",
            ),
            (transactions, "Write, Describe"),
        ],
    }
}
