//! Recorded resources, both API versions, and objects that cannot be read.

mod hostile;

use super::*;
use crate::fixtures::{self, kafka, object, read, recorded, topic, user};
use penstock_domain::{condition::ReadinessState, ids::NodeId};
use serde_json::json;

#[test]
fn recorded_topics_have_the_readiness_that_the_operator_meant() {
    let of = |name: &str| topic(recorded(name)).readiness.clone();
    assert_eq!(of("topic-ready").state, ReadinessState::Ready);
    assert_eq!(of("topic-paused").state, ReadinessState::Paused);
    assert_eq!(of("topic-unmanaged").state, ReadinessState::Unmanaged);
    let failed = of("topic-failed");
    assert_eq!(failed.state, ReadinessState::NotReady);
    assert_eq!(failed.reason.as_deref(), Some("KafkaError"));
    assert!(
        failed
            .message
            .unwrap()
            .contains("Unknown topic config name")
    );
    let warned = of("topic-warning");
    assert_eq!(
        (warned.state, warned.warnings.len()),
        (ReadinessState::Ready, 2)
    );
    let deleting = of("topic-deleting");
    assert!(deleting.deleting && !deleting.stale);
    assert_eq!(deleting.state, ReadinessState::NotReady);
}

#[test]
fn recorded_users_have_the_readiness_that_the_operator_meant() {
    let failed = user(recorded("user-failed"));
    assert_eq!(failed.readiness.state, ReadinessState::NotReady);
    assert_eq!(
        failed.readiness.reason.as_deref(),
        Some("ExecutionException")
    );
    assert_eq!(failed.body.secret, None);
    let scram = user(recorded("user-scram"));
    assert_eq!(scram.readiness.state, ReadinessState::Ready);
    assert_eq!(scram.body.authentication.as_deref(), Some("scram-sha-512"));
    assert!(!scram.body.acls.is_empty());
    let tls = user(recorded("user-tls"));
    assert_eq!(tls.body.username.as_deref(), Some("CN=rec-tls"));
    let paused = user(recorded("user-paused"));
    assert_eq!(paused.readiness.state, ReadinessState::Paused);
    assert!(
        paused.readiness.stale,
        "a user created paused keeps observedGeneration 0"
    );
}

#[test]
fn a_topic_that_nobody_looked_at_is_unobserved() {
    let new = topic(fixtures::simple_topic("new", 1));
    assert_eq!(new.readiness.state, ReadinessState::Unobserved);
    assert_eq!(new.body.topic.as_str(), "new");
}

#[test]
fn the_name_in_the_status_outlives_a_refused_rename() {
    let renamed = topic(recorded("topic-renamed"));
    assert_eq!(renamed.body.topic.as_str(), "Real_Topic.With.UPPER_case");
    assert_eq!(renamed.metadata.name.as_str(), "kt-alias");
}

#[test]
fn configuration_is_written_as_kafka_would_be_told() {
    let topic = topic(recorded("topic-config-types"));
    let config: Vec<(&str, &str)> = topic
        .body
        .config
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    assert_eq!(
        config,
        [
            ("cleanup.policy", "delete,compact"),
            ("min.cleanable.dirty.ratio", "0.25"),
            ("retention.ms", "-1"),
            ("segment.bytes", "1073741824"),
            ("unclean.leader.election.enable", "true"),
        ]
    );
}

#[test]
fn a_change_of_replicas_under_way_is_told() {
    let topic = topic(recorded("topic-replicas-change"));
    let change = topic.body.replicas_change.as_ref().unwrap();
    assert_eq!(
        (change.state.as_deref(), change.target_replicas),
        (Some("ongoing"), Some(2))
    );
}

#[test]
fn the_detail_names_the_writer_and_leaves_out_bookkeeping() {
    let mut object = recorded("topic-ready");
    object["metadata"]["annotations"] = json!({"kubectl.kubernetes.io/last-applied-configuration": "{\"was\":\"removed\"}", "kept": "yes"});
    let detail = topic(object).detail();
    assert_eq!(detail.manager.as_deref(), Some("unknown"));
    assert_eq!(
        (detail.generation, detail.observed_generation),
        (Some(1), Some(1))
    );
    assert!(detail.yaml.starts_with(
        "apiVersion: kafka.strimzi.io/v1\nkind: KafkaTopic\nmetadata:\n  name: kt-plain\n"
    ));
    assert!(detail.yaml.contains("retention.ms: 7200000"));
    assert!(detail.yaml.contains("kept: 'yes'"), "{}", detail.yaml);
    assert!(!detail.yaml.contains("managedFields") && !detail.yaml.contains("last-applied"));
}

#[test]
fn both_versions_of_a_cluster_end_in_one_model() {
    let new = kafka(fixtures::full_cluster());
    let mut object = fixtures::full_cluster();
    object["apiVersion"] = json!("kafka.strimzi.io/v1beta2");
    object["spec"]["kafka"]["replicas"] = json!(3);
    object["spec"]["kafka"]["storage"] = json!({"type": "ephemeral"});
    object["spec"]["zookeeper"] = json!({"replicas": 3});
    object["status"]["kafkaMetadataState"] = json!("KRaft");
    for listener in object["status"]["listeners"].as_array_mut().unwrap() {
        let name = listener["name"].take();
        listener["type"] = name;
    }
    let old = kafka(object);
    assert_eq!(new.body.listeners, old.body.listeners);
    for name in ["plain", "tls", "scram"] {
        assert_eq!(
            new.status_of(name).unwrap().bootstrap(),
            old.status_of(name).unwrap().bootstrap()
        );
    }
    assert_eq!(
        new.body
            .config
            .get("min.insync.replicas")
            .map(String::as_str),
        Some("2")
    );
}

#[test]
fn what_cannot_be_read_is_kept_and_says_why() {
    let mut object = fixtures::simple_topic("bad", 7);
    object["spec"] = json!({"topicName": "Bad.Topic", "partitions": "three"});
    let AnyResource::Malformed(malformed) = read(Kind::KafkaTopic, object) else {
        panic!("partitions in words can't be read");
    };
    assert_eq!(malformed.topic_name().as_str(), "Bad.Topic");
    assert!(
        malformed.why.starts_with("spec: ") && malformed.why.contains("three"),
        "{}",
        malformed.why
    );
    assert!(malformed.yaml().contains("partitions: three"));

    for (kind, object) in [
        (Kind::Kafka, json!({"metadata": {"name": "a"}, "spec": []})),
        (
            Kind::KafkaTopic,
            json!({"metadata": {"name": "a"}, "spec": "a: b"}),
        ),
        (
            Kind::Kafka,
            json!({"metadata": {"name": "a"}, "status": {"conditions": "none"}}),
        ),
        (
            Kind::KafkaUser,
            json!({"metadata": {"name": "a"}, "spec": {"authentication": "tls"}}),
        ),
        (
            Kind::KafkaNodePool,
            json!({"metadata": {"name": "a"}, "status": {"nodeIds": ["x"]}}),
        ),
        (
            Kind::Pod,
            json!({"metadata": {"name": "a"}, "status": {"conditions": {"a": 1}}}),
        ),
    ] {
        assert!(
            matches!(read(kind, object.clone()), AnyResource::Malformed(_)),
            "{object}"
        );
    }
}

#[test]
fn nothing_that_is_missing_or_null_hurts() {
    for kind in Kind::ALL {
        for object in [
            json!(null),
            json!({}),
            json!({"metadata": null, "spec": null, "status": null}),
            json!({"metadata": {"name": "a", "labels": null}, "spec": {"kafka": null, "config": null, "storage": null}}),
            json!({"metadata": {"name": 3, "labels": {"x": 1}}, "status": {"conditions": null, "listeners": null}}),
        ] {
            assert!(
                !matches!(read(kind, object.clone()), AnyResource::Malformed(_)),
                "{kind} {object}"
            );
        }
    }
}

#[test]
fn pools_are_told_in_words() {
    let mut object = object(Kind::KafkaNodePool, "kafka", "dual", Some("bed"), 1);
    object["spec"] = json!({
        "replicas": 3, "roles": ["controller", "broker"],
        "storage": {"type": "jbod", "volumes": [
            {"id": 0, "type": "persistent-claim", "size": "100Gi", "class": "gp3"},
            {"id": 1, "type": "persistent-claim", "size": "100Gi", "class": "gp3"},
        ]},
        "resources": {"requests": {"cpu": "250m", "memory": "512Mi"}, "limits": {"cpu": 2}},
    });
    object["status"] = json!({"nodeIds": [0, 1, 2], "roles": ["controller", "broker"]});
    let AnyResource::KafkaNodePool(pool) = read(Kind::KafkaNodePool, object) else {
        panic!()
    };
    assert_eq!(
        pool.body.storage.as_deref(),
        Some("2 × persistent-claim 100 GiB, class gp3")
    );
    assert_eq!(pool.body.resources.as_deref(), Some("2 CPU, 512 MiB"));
    assert_eq!(pool.body.node_ids, [NodeId(0), NodeId(1), NodeId(2)]);
    assert!(!pool.body.ephemeral);
}

#[test]
fn a_pod_tells_its_node_and_its_trouble_and_keeps_no_specification() {
    let mut object = object(Kind::Pod, "kafka", "bed-dual-2", Some("bed"), 1);
    object["metadata"]["labels"]["strimzi.io/pool-name"] = json!("dual");
    object["metadata"]["labels"]["strimzi.io/broker-role"] = json!("true");
    object["metadata"]["labels"]["strimzi.io/controller-role"] = json!("false");
    object["spec"] =
        json!({"containers": [{"name": "kafka", "env": [{"name": "X", "value": "hidden"}]}]});
    object["status"] = json!({
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "2026-11-23T08:00:01Z"}],
        "containerStatuses": [{"name": "kafka", "restartCount": 2,
            "state": {"terminated": {"reason": "Error", "exitCode": 137, "finishedAt": "2026-11-23T08:00:00Z"}},
            "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137, "finishedAt": "2026-11-23T07:00:00Z"}}}],
    });
    let AnyResource::Pod(pod) = read(Kind::Pod, object) else {
        panic!()
    };
    assert_eq!(
        (pod.body.node, pod.body.ready, pod.body.restarts),
        (Some(NodeId(2)), false, 2)
    );
    assert_eq!(pod.body.roles, ["broker"]);
    assert_eq!(pod.body.trouble.as_deref(), Some("Error, exit code 137"));
    assert_eq!(
        pod.body.last_end.as_deref(),
        Some("OOMKilled, exit code 137")
    );
    assert!(!format!("{pod:?}").contains("hidden") && pod.yaml().is_empty());
}

#[test]
fn a_pod_that_was_ready_and_is_no_more_does_not_start() {
    let starting = |started: &str, ready: &str, changed: &str| {
        let mut object = object(Kind::Pod, "kafka", "bed-dual-2", Some("bed"), 1);
        object["status"] = json!({
            "conditions": [{"type": "Ready", "status": ready, "lastTransitionTime": changed}],
            "containerStatuses": [{"name": "kafka", "state": {"running": {"startedAt": started}}}],
        });
        let AnyResource::Pod(pod) = read(Kind::Pod, object) else {
            panic!()
        };
        pod.body.is_starting()
    };
    let (eight, nine) = ("2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z");
    assert!(
        starting(nine, "False", eight),
        "its container was started again"
    );
    assert!(starting(eight, "False", eight), "both within one second");
    assert!(!starting(eight, "False", nine));
    assert!(!starting(eight, "True", eight));
}

#[test]
fn a_pod_without_roles_runs_no_node() {
    let object = object(
        Kind::Pod,
        "kafka",
        "bed-entity-operator-6d5f-2",
        Some("bed"),
        1,
    );
    let AnyResource::Pod(pod) = read(Kind::Pod, object) else {
        panic!()
    };
    assert_eq!(pod.body.node, None);
}
