//! Resources that somebody made to hurt: wrong types everywhere, markup, texts of 100 kB. Each is read or named as unreadable, and
//! whatever is shown of it has a bound.

use super::*;
use crate::{kind::Kind, resource::lenient::LONGEST_TEXT};
use serde_json::Value;

const MARKUP: &str = "</script><script>alert(1)</script>";

/// A resource of every kind with as many fields as the tests know.
fn full() -> Vec<(Kind, Value)> {
    let mut pool = object(Kind::KafkaNodePool, "kafka", "dual", Some("bed"), 1);
    pool["spec"] = json!({
        "replicas": 3,
        "roles": ["controller", "broker"],
        "storage": {"type": "jbod", "volumes": [{"id": 0, "type": "persistent-claim", "size": "100Gi", "class": "gp3"}]},
        "resources": {"requests": {"cpu": 2, "memory": "4Gi"}, "limits": {"cpu": "2", "memory": "4Gi"}},
    });
    pool["status"] = json!({"observedGeneration": 1, "nodeIds": [0, 1, 2], "roles": ["controller", "broker"], "clusterId": "x", "conditions": []});
    let mut set = object(Kind::StrimziPodSet, "kafka", "bed-dual", Some("bed"), 1);
    set["spec"] =
        json!({"pods": [{"metadata": {"name": "bed-dual-0"}}], "selector": {"matchLabels": {}}});
    set["status"] = json!({"pods": 1, "readyPods": 1, "currentPods": 1, "observedGeneration": 1});
    let mut pod = object(Kind::Pod, "kafka", "bed-dual-0", Some("bed"), 1);
    pod["metadata"]["labels"] = json!({
        "strimzi.io/cluster": "bed", "strimzi.io/pool-name": "dual", "strimzi.io/broker-role": "true", "strimzi.io/controller-role": "true",
    });
    pod["spec"] = json!({"nodeName": "a", "containers": [{"name": "kafka"}]});
    pod["status"] = json!({
        "phase": "Running", "reason": "x", "message": "y", "startTime": "2026-11-23T08:00:00Z",
        "conditions": [{"type": "PodScheduled", "status": "False", "message": "no node"}],
        "containerStatuses": [{
            "name": "kafka", "ready": true, "restartCount": 1,
            "state": {"running": {"startedAt": "2026-11-23T08:00:00Z"}, "waiting": {"reason": "a", "message": "b"}, "terminated": {"reason": "Error", "exitCode": 137, "finishedAt": "x"}},
            "lastState": {"terminated": {"reason": "Error", "exitCode": 137}},
        }],
    });
    vec![
        (Kind::Kafka, fixtures::full_cluster()),
        (Kind::KafkaNodePool, pool),
        (Kind::StrimziPodSet, set),
        (Kind::Pod, pod),
        (Kind::KafkaTopic, recorded("topic-replicas-change")),
        (Kind::KafkaTopic, recorded("topic-failed")),
        (Kind::KafkaUser, recorded("user-tls")),
        (Kind::KafkaUser, recorded("user-failed")),
    ]
}

fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(value, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                places(value, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// What is wrong with it, and everything else that a page would say; nothing of it may panic or be without an end.
fn said(resource: &AnyResource) -> Vec<String> {
    let of = |detail: ResourceDetail| {
        let mut said: Vec<String> = detail
            .conditions
            .into_iter()
            .flat_map(|condition| {
                [
                    Some(condition.kind),
                    Some(condition.status),
                    condition.reason,
                    condition.message,
                ]
            })
            .flatten()
            .collect();
        said.extend(detail.readiness.warnings);
        said.extend(detail.readiness.message);
        said
    };
    match resource {
        AnyResource::Kafka(kafka) => of(kafka.detail()),
        AnyResource::KafkaNodePool(pool) => of(pool.detail()),
        AnyResource::KafkaTopic(topic) => of(topic.detail()),
        AnyResource::KafkaUser(user) => of(user.detail()),
        AnyResource::StrimziPodSet(set) => of(set.detail()),
        AnyResource::Pod(pod) => of(pod.detail()),
        AnyResource::Attached(attached) => of(attached.detail()),
        AnyResource::Malformed(malformed) => {
            let mut said = of(malformed.detail());
            assert!(!malformed.why.is_empty());
            said.push(malformed.why.clone());
            said
        }
    }
}

#[test]
fn wrong_types_in_every_place_are_read_or_named() {
    let long = "x".repeat(100_000);
    let wrong = [
        json!(null),
        json!(true),
        json!(-1),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!(MARKUP),
        json!(long),
        json!([]),
        json!([[null]]),
        json!({}),
        json!({"": {"a": [1]}}),
    ];
    let mut unreadable = 0;
    for (kind, object) in full() {
        let mut found = Vec::new();
        places(&object, "", &mut found);
        for place in found {
            for value in &wrong {
                let mut changed = object.clone();
                *changed.pointer_mut(&place).unwrap() = value.clone();
                let resource = read(kind, changed);
                unreadable += usize::from(matches!(resource, AnyResource::Malformed(_)));
                for text in said(&resource) {
                    assert!(
                        text.len() <= LONGEST_TEXT + 40,
                        "{kind:?} {place}: {} bytes",
                        text.len()
                    );
                }
            }
        }
    }
    assert!(
        unreadable > 100,
        "wrong types are not overlooked: {unreadable}"
    );
}

#[test]
fn conditions_have_a_bound_in_length_and_number() {
    let mut object = fixtures::simple_topic("long", 1);
    let condition = json!({"type": "Ready", "status": "False", "reason": "x".repeat(100_000), "message": format!("{MARKUP}{}", "ü".repeat(100_000))});
    object["status"] = json!({"observedGeneration": 1, "conditions": vec![condition; 1_000]});
    let topic = topic(object);
    assert_eq!(topic.conditions.len(), 100);
    let message = topic.readiness.message.clone().unwrap();
    assert!(
        message.starts_with(MARKUP),
        "kept as it is: pages escape it"
    );
    assert!(message.ends_with(" bytes more)") && message.len() < LONGEST_TEXT + 40);
}

#[test]
fn the_yaml_of_a_huge_object_has_an_end_and_says_so() {
    let mut object = fixtures::simple_topic("long", 1);
    object["spec"] = json!({"config": {"a": "ü".repeat(500_000)}});
    let yaml = topic(object).yaml();
    assert!(yaml.len() < 201_000, "{}", yaml.len());
    assert!(yaml.ends_with(" bytes more: read it with kubectl\n"));
}
