//! The pod set and the pods of a cluster: no kubelet runs them; they mirror the processes that the supervisor runs.

use super::Bed;
use super::cluster::{MANAGER, set_name};
use super::objects::{now, rfc3339};
use crate::state::{Cluster, Node};
use crate::supervisor::facts::{NodeStatus, Phase};
use anyhow::{Context, Result};
use kube::api::{DynamicObject, Patch, PatchParams};
use serde_json::{Value, json};

const CONTAINER: &str = "kafka";
/// Kubernetes copies this label from the node to the pods on it (since 1.35); the racks of the bed have no nodes.
const ZONE: &str = "topology.kubernetes.io/zone";

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
        .map(|node| pod(cluster, node, &roles, &resources))
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
            "ownerReferences": [owner(pool)],
        },
        "spec": { "selector": selector, "pods": pods },
    });
    let set = apply(bed, "StrimziPodSet", &set).await?;
    for mut pod in pods {
        pod["metadata"]["ownerReferences"] = json!([owner(&set)]);
        let name = pod.pointer("/metadata/name").and_then(Value::as_str);
        let there = bed
            .objects
            .api("Pod", &cluster.namespace)
            .get_opt(name.unwrap_or_default())
            .await?;
        // A pod's specification can't be changed, and nothing here would.
        if there.is_none() {
            apply(bed, "Pod", &pod).await?;
        }
    }
    Ok(())
}

/// A reference that lets Kubernetes take away what belongs to `object` with it.
fn owner(object: &DynamicObject) -> Value {
    let types = object.types.clone().unwrap_or_default();
    json!({
        "apiVersion": types.api_version,
        "kind": types.kind,
        "name": object.metadata.name,
        "uid": object.metadata.uid,
        "controller": false,
        "blockOwnerDeletion": false,
    })
}

async fn apply(bed: &Bed, kind: &str, object: &Value) -> Result<DynamicObject> {
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
        .with_context(|| format!("{kind} {name}"))
}

fn image(kafka_version: &str) -> String {
    format!("quay.io/strimzi/kafka:1.2.0-kafka-{kafka_version}")
}

fn pod(cluster: &Cluster, node: &Node, roles: &[&str], resources: &Value) -> Value {
    let id = node.id;
    let role = |role: &str| roles.contains(&role).to_string();
    let mut pod = json!({
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
                "strimzi.io/controller-name": format!("{}-{}", cluster.name, cluster.pool),
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
                "image": image(&cluster.kafka_version),
                "resources": resources,
            }],
        },
    });
    if let Some(rack) = &node.rack {
        pod["metadata"]["labels"][ZONE] = json!(rack);
    }
    pod
}

/// Writes what the supervisor says of a node's process into its pod, where that is news.
pub(super) async fn write(bed: &Bed, pod: &DynamicObject, node: &NodeStatus) -> Result<()> {
    let status = status(node, &image(&bed.cluster.kafka_version));
    let old = pod.data.get("status").unwrap_or(&Value::Null);
    if old.get("containerStatuses") == status.get("containerStatuses") {
        return Ok(());
    }
    bed.objects
        .write_status("Pod", pod, status, &[], "kubelet")
        .await
}

fn status(node: &NodeStatus, image: &str) -> Value {
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
        "image": image,
        "imageID": "",
        "ready": ready,
        "started": runs,
        "restartCount": node.restarts,
        "state": state,
        "lastState": {},
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
        let down = status(&node, "kafka");
        assert_eq!(
            down.pointer("/containerStatuses/0/state/terminated/exitCode"),
            Some(&json!(137))
        );
        assert_eq!(down.pointer("/conditions/0/status"), Some(&json!("False")));
        node.phase = Phase::Running;
        node.restarts = 1;
        let up = status(&node, "kafka");
        assert_eq!(up.pointer("/containerStatuses/0/ready"), Some(&json!(true)));
        assert_eq!(
            up.pointer("/containerStatuses/0/lastState/terminated/exitCode"),
            Some(&json!(137))
        );
    }
}
