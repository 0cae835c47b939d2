//! Resources for the tests of this crate: recorded ones from `fixtures/`, and builders after the resource definitions for
//! those that have no recording.

use crate::{
    kind::Kind,
    resource::{AnyResource, Kafka, KafkaTopic, KafkaUser},
};
use penstock_domain::ids::ClusterRef;
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) const V1: &str = "kafka.strimzi.io/v1";

macro_rules! recorded {
    ($($name:literal),* $(,)?) => {
        /// The text of a recorded resource.
        fn recorded_text(name: &str) -> &'static str {
            match name {
                $($name => include_str!(concat!("../fixtures/", $name, ".yaml")),)*
                other => panic!("no fixture {other}"),
            }
        }
    };
}

recorded!(
    "topic-ready",
    "topic-failed",
    "topic-paused",
    "topic-unmanaged",
    "topic-conflict-older",
    "topic-conflict-younger",
    "topic-renamed",
    "topic-warning",
    "topic-config-types",
    "topic-deleting",
    "topic-replicas-change",
    "user-failed",
    "user-scram",
    "user-tls",
    "user-paused",
);

/// A recorded resource as JSON.
pub(crate) fn recorded(name: &str) -> Value {
    serde_yaml_ng::from_str(recorded_text(name)).unwrap()
}

pub(crate) fn read(kind: Kind, object: Value) -> AnyResource {
    AnyResource::read(kind, &Arc::from(V1), object)
}

pub(crate) fn topic(object: Value) -> Arc<KafkaTopic> {
    match read(Kind::KafkaTopic, object) {
        AnyResource::KafkaTopic(topic) => topic,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn user(object: Value) -> Arc<KafkaUser> {
    match read(Kind::KafkaUser, object) {
        AnyResource::KafkaUser(user) => user,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn kafka(object: Value) -> Arc<Kafka> {
    match read(Kind::Kafka, object) {
        AnyResource::Kafka(kafka) => kafka,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn cluster(namespace: &str, name: &str) -> ClusterRef {
    ClusterRef::new(namespace, name)
}

/// An object of any kind with a label and a version.
pub(crate) fn object(
    kind: Kind,
    namespace: &str,
    name: &str,
    cluster: Option<&str>,
    version: u64,
) -> Value {
    let mut object = json!({
        "apiVersion": V1,
        "kind": kind.name(),
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": format!("{namespace}/{name}"),
            "resourceVersion": version.to_string(),
            "generation": 1,
            "creationTimestamp": "2026-11-23T08:00:00Z",
        },
        "spec": {},
    });
    if let Some(cluster) = cluster {
        object["metadata"]["labels"] = json!({"strimzi.io/cluster": cluster});
    }
    object
}

/// A topic of cluster `bed` in namespace `kafka`.
pub(crate) fn simple_topic(name: &str, version: u64) -> Value {
    object(Kind::KafkaTopic, "kafka", name, Some("bed"), version)
}

/// A cluster with the bed's listeners: plain, tls (mTLS) and scram, authorization simple.
pub(crate) fn full_cluster() -> Value {
    let mut kafka = object(Kind::Kafka, "kafka", "bed", None, 1);
    kafka["spec"] = json!({
        "kafka": {
            "version": "4.3.1",
            "listeners": [
                {"name": "plain", "port": 9092, "type": "internal", "tls": false},
                {"name": "tls", "port": 9093, "type": "internal", "tls": true, "authentication": {"type": "tls"}},
                {"name": "scram", "port": 9094, "type": "internal", "tls": true, "authentication": {"type": "scram-sha-512"}},
            ],
            "authorization": {"type": "simple", "superUsers": ["admin"]},
            "config": {"min.insync.replicas": 2, "auto.create.topics.enable": false},
        },
        "entityOperator": {"topicOperator": {}, "userOperator": {}},
    });
    let listener = |name: &str, port: i32| {
        json!({
            "name": name,
            "addresses": [{"host": "bed-kafka-bootstrap.kafka.svc", "port": port}],
            "bootstrapServers": format!("bed-kafka-bootstrap.kafka.svc:{port}"),
            "certificates": if name == "plain" { json!([]) } else { json!(["-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"]) },
        })
    };
    kafka["status"] = json!({
        "observedGeneration": 1,
        "clusterId": "vjEM7JIf1T5p4Br4SPTlCg",
        "kafkaVersion": "4.3.1",
        "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-11-23T08:00:00.5Z"}],
        "listeners": [listener("plain", 9092), listener("tls", 9093), listener("scram", 9094)],
        "kafkaNodePools": [{"name": "dual"}],
    });
    kafka
}
