//! Pairs of objects as the API server sends them, and what is told of each.

use super::*;
use serde_json::json;
use std::sync::Arc;

fn read(kind: Kind, object: Value) -> AnyResource {
    AnyResource::read(kind, &Arc::from("kafka.strimzi.io/v1"), object)
}

fn topic(change: impl FnOnce(&mut Value)) -> AnyResource {
    let mut object = json!({
        "metadata": {
            "name": "orders", "namespace": "kafka", "uid": "1", "resourceVersion": "1", "generation": 6,
            "labels": {"strimzi.io/cluster": "events"},
            "managedFields": [
                {"manager": "argocd", "operation": "Apply", "time": "2026-11-23T08:00:00Z", "fieldsV1": {"f:spec": {}}},
                {"manager": "strimzi-topic-operator", "operation": "Update", "subresource": "status", "time": "2026-11-23T08:00:01Z", "fieldsV1": {}},
            ],
        },
        "spec": {"partitions": 3, "config": {"retention.ms": 1}},
        "status": {"observedGeneration": 6, "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-11-23T08:00:01Z"}]},
    });
    change(&mut object);
    read(Kind::KafkaTopic, object)
}

fn told(before: Option<AnyResource>, after: Option<AnyResource>) -> Vec<(ActivityKind, String)> {
    events(&Observation {
        cluster: None,
        before,
        after,
    })
    .into_iter()
    .map(|event| (event.kind, event.one))
    .collect()
}

#[test]
fn a_resource_comes_changes_and_goes() {
    let edited = |object: &mut Value| {
        object["metadata"]["generation"] = json!(7);
        object["metadata"]["managedFields"][0] = json!({"manager": "kubectl-edit", "operation": "Update", "time": "2026-11-23T09:00:00Z", "fieldsV1": {"f:spec": {}}});
        object["spec"]["partitions"] = json!(6);
        object["spec"]["config"]["retention.ms"] = json!(2);
    };
    assert_eq!(
        told(None, Some(topic(|_| ()))),
        [(ActivityKind::Created, "was created".to_owned())]
    );
    let seen = events(&Observation {
        cluster: None,
        before: Some(topic(|_| ())),
        after: Some(topic(edited)),
    });
    assert_eq!(seen.len(), 1);
    assert_eq!(
        seen[0].one,
        "generation 6 → 7, 2 fields: config.retention.ms, partitions"
    );
    let by = seen[0].by.as_ref().unwrap();
    assert_eq!(
        (by.manager.as_str(), by.operation.as_deref()),
        ("kubectl-edit", Some("Update"))
    );
    assert_eq!(seen[0].fields[1].after.as_deref(), Some("6"));
    assert_eq!(
        told(Some(topic(|_| ())), None),
        [(ActivityKind::Deleted, "is gone".to_owned())]
    );
}

#[test]
fn who_writes_twice_within_a_second_is_told_and_one_of_two_is_not() {
    let by = |change: fn(&mut Value)| {
        let after = |object: &mut Value| {
            change(object);
            object["metadata"]["generation"] = json!(7);
            object["spec"]["partitions"] = json!(6);
        };
        let seen = events(&Observation {
            cluster: None,
            before: Some(topic(change)),
            after: Some(topic(after)),
        });
        seen[0].by.as_ref().map(|by| by.manager.clone())
    };
    assert_eq!(by(|_| ()).as_deref(), Some("argocd"));
    let finalizer_at_once = |object: &mut Value| {
        object["metadata"]["managedFields"][1] = json!({"manager": "strimzi-topic-operator", "operation": "Update", "time": "2026-11-23T08:00:00Z", "fieldsV1": {"f:metadata": {"f:finalizers": {}}}});
    };
    assert_eq!(by(finalizer_at_once).as_deref(), Some("argocd"));
    let two_at_once = |object: &mut Value| {
        object["metadata"]["managedFields"][1] = json!({"manager": "kubectl-edit", "operation": "Update", "time": "2026-11-23T08:00:00Z", "fieldsV1": {"f:spec": {}}});
    };
    assert_eq!(by(two_at_once), None);
}

#[test]
fn a_status_is_news_when_it_says_something_else() {
    let written_again = topic(|object| {
        object["status"]["conditions"][0]["lastTransitionTime"] = json!("2026-11-23T08:02:00Z");
    });
    assert_eq!(told(Some(topic(|_| ())), Some(written_again)), []);
    let failed = |object: &mut Value| {
        object["status"]["conditions"][0] = json!({"type": "Ready", "status": "False", "reason": "NotSupported", "message": "Decreasing partitions not supported"});
    };
    let seen = events(&Observation {
        cluster: None,
        before: Some(topic(|_| ())),
        after: Some(topic(failed)),
    });
    assert_eq!(seen[0].one, "ready → not ready: NotSupported");
    assert_eq!(
        seen[0].detail.as_deref(),
        Some("Decreasing partitions not supported")
    );
    assert_eq!(seen[0].severity, Severity::Bad);
    assert_eq!(
        told(Some(topic(failed)), Some(topic(|_| ()))),
        [(ActivityKind::Status, "not ready → ready".to_owned())]
    );
}

#[test]
fn a_lost_label_and_a_deletion_are_told() {
    let lost = topic(|object| object["metadata"]["labels"] = json!({}));
    let seen = events(&Observation {
        cluster: None,
        before: Some(topic(|_| ())),
        after: Some(lost),
    });
    assert_eq!(seen[0].severity, Severity::Bad);
    assert!(seen[0].one.starts_with("lost its label"));
    let deleting = topic(|object| {
        object["metadata"]["deletionTimestamp"] = json!("2026-11-23T08:02:00Z");
        object["metadata"]["generation"] = json!(7);
    });
    assert_eq!(
        told(Some(topic(|_| ())), Some(deleting)),
        [(ActivityKind::Deleted, "is being deleted".to_owned())]
    );
    let again = topic(|object| object["metadata"]["uid"] = json!("2"));
    assert_eq!(
        told(Some(topic(|_| ())), Some(again)),
        [
            (ActivityKind::Deleted, "is gone".to_owned()),
            (ActivityKind::Created, "was created".to_owned())
        ]
    );
}

fn pod(uid: &str, restarts: u32, ready: bool) -> AnyResource {
    let state = if ready {
        json!({"running": {"startedAt": "2026-11-23T08:00:00Z"}})
    } else {
        json!({"terminated": {"reason": "Error", "exitCode": 137}})
    };
    read(
        Kind::Pod,
        json!({
            "metadata": {"name": "events-dual-1", "namespace": "kafka", "uid": uid, "labels": {"strimzi.io/cluster": "events", "strimzi.io/pool-name": "dual"}},
            "status": {
                "conditions": [{"type": "Ready", "status": if ready { "True" } else { "False" }}],
                "containerStatuses": [{"name": "kafka", "restartCount": restarts, "state": state}],
            },
        }),
    )
}

#[test]
fn pods_restart_fail_and_are_replaced() {
    let told = |before, after| {
        told(Some(before), Some(after))
            .into_iter()
            .map(|(_, words)| words)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told(pod("1", 0, true), pod("1", 0, false)),
        ["is no longer ready: Error, exit code 137"]
    );
    assert_eq!(
        told(pod("1", 0, false), pod("1", 1, true)),
        ["was restarted"]
    );
    assert_eq!(told(pod("1", 1, false), pod("1", 1, true)), ["is ready"]);
    assert_eq!(told(pod("1", 0, true), pod("2", 0, true)), ["was replaced"]);
    assert_eq!(told(pod("1", 0, true), pod("1", 0, true)), [""; 0]);
}

#[test]
fn what_operators_do_to_pod_sets_is_no_news_and_a_roll_that_is_asked_for_is() {
    let set = |generation: i64, roll: bool| {
        let annotations = if roll {
            json!({"strimzi.io/manual-rolling-update": "true"})
        } else {
            json!({})
        };
        read(
            Kind::StrimziPodSet,
            json!({"metadata": {"name": "events-dual", "namespace": "kafka", "uid": "1", "resourceVersion": generation.to_string(), "generation": generation, "annotations": annotations},
                "spec": {"pods": [{"a": generation}]}}),
        )
    };
    assert_eq!(told(Some(set(1, false)), Some(set(2, false))), []);
    assert_eq!(
        told(Some(set(1, false)), Some(set(2, true))),
        [(
            ActivityKind::Changed,
            "annotation strimzi.io/manual-rolling-update".to_owned()
        )]
    );
}
