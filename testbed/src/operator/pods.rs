//! The pod set and the pods of a cluster: no kubelet runs them; they mirror the processes that the supervisor runs.

use super::Bed;
use super::cluster::{MANAGER, set_name};
use super::objects::{now, rfc3339};
use crate::supervisor::facts::{NodeStatus, Phase};
use anyhow::{Context, Result};
use kube::api::{DynamicObject, Patch, PatchParams};
use serde_json::{Value, json};

const CONTAINER: &str = "kafka";

/// Makes the pod set and its pods, where they are not there.
pub(super) async fn make(bed: &Bed, pool: &DynamicObject) -> Result<()> {
    let cluster = &bed.cluster;
    let resources = pool
        .data
        .pointer("/spec/resources")
        .cloned()
        .unwrap_or_else(|| json!({}));
    let roles: Vec<&str> = pool
        .data
        .pointer("/spec/roles")
        .and_then(Value::as_array)
        .map(|roles| roles.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let pods: Vec<Value> = cluster
        .nodes
        .iter()
        .map(|node| pod(bed, node.id, &roles, &resources))
        .collect();
    let selector = json!({ "matchLabels": {
        "strimzi.io/cluster": cluster.name,
        "strimzi.io/kind": "Kafka",
        "strimzi.io/pool-name": cluster.pool,
    }});
    let set = json!({
        "apiVersion": bed.objects.api_version().replace("kafka.", "core."),
        "kind": "StrimziPodSet",
        "metadata": {
            "name": set_name(bed),
            "labels": {
                "strimzi.io/cluster": cluster.name,
                "strimzi.io/kind": "Kafka",
                "strimzi.io/pool-name": cluster.pool,
            },
        },
        "spec": { "selector": selector, "pods": pods },
    });
    apply(bed, "StrimziPodSet", &set).await?;
    for pod in &pods {
        let name = pod.pointer("/metadata/name").and_then(Value::as_str);
        let there = bed
            .objects
            .api("Pod", &cluster.namespace)
            .get_opt(name.unwrap_or_default())
            .await?;
        // A pod's specification can't be changed, and nothing here would.
        if there.is_none() {
            apply(bed, "Pod", pod).await?;
        }
    }
    Ok(())
}

async fn apply(bed: &Bed, kind: &str, object: &Value) -> Result<()> {
    let name = object
        .pointer("/metadata/name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    bed.objects
        .api(kind, &bed.cluster.namespace)
        .patch(
            name,
            &PatchParams::apply(MANAGER).force(),
            &Patch::Apply(object),
        )
        .await
        .with_context(|| format!("{kind} {name}"))?;
    Ok(())
}

fn pod(bed: &Bed, id: i32, roles: &[&str], resources: &Value) -> Value {
    let cluster = &bed.cluster;
    let role = |role: &str| roles.contains(&role).to_string();
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": cluster.pod_name(id),
            "labels": {
                "strimzi.io/cluster": cluster.name,
                "strimzi.io/kind": "Kafka",
                "strimzi.io/name": format!("{}-kafka", cluster.name),
                "strimzi.io/component-type": "kafka",
                "strimzi.io/pool-name": cluster.pool,
                "strimzi.io/pod-name": cluster.pod_name(id),
                "strimzi.io/controller": "strimzipodset",
                "strimzi.io/controller-name": set_name(bed),
                "strimzi.io/broker-role": role("broker"),
                "strimzi.io/controller-role": role("controller"),
            },
        },
        "spec": {
            "automountServiceAccountToken": false,
            "restartPolicy": "Always",
            // No scheduler runs; this one never would look at it.
            "schedulerName": "testbed",
            "containers": [{
                "name": CONTAINER,
                "image": format!("quay.io/strimzi/kafka:1.2.0-kafka-{}", cluster.kafka_version),
                "resources": resources,
            }],
        },
    })
}

/// Writes what the supervisor says of a node's process into its pod, where that is news.
pub(super) async fn write(bed: &Bed, pod: &DynamicObject, node: &NodeStatus) -> Result<()> {
    let status = status(node);
    let old = pod.data.get("status").unwrap_or(&Value::Null);
    if old.get("containerStatuses") == status.get("containerStatuses") {
        return Ok(());
    }
    bed.objects
        .write_status("Pod", pod, status, &[], "kubelet")
        .await
}

fn status(node: &NodeStatus) -> Value {
    // A frozen process runs, and its probe no longer passes.
    let runs = matches!(node.phase, Phase::Running | Phase::Paused | Phase::Starting);
    let ready = node.phase == Phase::Running;
    let ended = node.last_exit.as_ref().map(|exit| {
        json!({ "terminated": {
            "exitCode": exit.code,
            "reason": if exit.code == 0 || exit.code == 143 { "Completed" } else { "Error" },
            "startedAt": seconds(exit.started_at),
            "finishedAt": seconds(exit.finished_at),
        }})
    });
    let state = match (&ended, runs) {
        (Some(ended), false) => ended.clone(),
        _ => json!({ "running": { "startedAt": seconds(node.started_at) } }),
    };
    let mut container = json!({
        "name": CONTAINER,
        "image": "quay.io/strimzi/kafka",
        "imageID": "",
        "ready": ready,
        "started": runs,
        "restartCount": node.restarts,
        "state": state,
    });
    if let (Some(ended), true) = (ended, runs) {
        container["lastState"] = ended;
    }
    let truth = if ready { "True" } else { "False" };
    json!({
        "phase": "Running",
        "podIP": "127.0.0.1",
        "startTime": seconds(node.started_at),
        "conditions": [
            { "type": "Ready", "status": truth, "lastTransitionTime": seconds(node.since) },
            { "type": "ContainersReady", "status": truth, "lastTransitionTime": seconds(node.since) },
            { "type": "PodScheduled", "status": "True", "lastTransitionTime": seconds(node.started_at) },
        ],
        "containerStatuses": [container],
    })
}

/// Kubernetes' own times have whole seconds.
fn seconds(time: time::OffsetDateTime) -> String {
    time.replace_nanosecond(0).map_or_else(|_| now(), rfc3339)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supervisor::facts::{Exit, NodeRef};
    use time::OffsetDateTime;

    #[test]
    fn a_killed_node_is_a_terminated_container_until_it_runs_again() {
        let at = OffsetDateTime::UNIX_EPOCH;
        let mut node = NodeStatus {
            node: NodeRef {
                namespace: "kafka".to_owned(),
                cluster: "task-events".to_owned(),
                id: 1,
            },
            phase: Phase::Down,
            pid: None,
            started_at: at,
            since: at,
            restarts: 0,
            last_exit: Some(Exit {
                code: 137,
                started_at: at,
                finished_at: at,
            }),
        };
        let down = status(&node);
        assert_eq!(
            down.pointer("/containerStatuses/0/state/terminated/exitCode"),
            Some(&json!(137))
        );
        assert_eq!(down.pointer("/conditions/0/status"), Some(&json!("False")));
        node.phase = Phase::Running;
        node.restarts = 1;
        let up = status(&node);
        assert_eq!(up.pointer("/containerStatuses/0/ready"), Some(&json!(true)));
        assert_eq!(
            up.pointer("/containerStatuses/0/lastState/terminated/exitCode"),
            Some(&json!(137))
        );
    }
}
