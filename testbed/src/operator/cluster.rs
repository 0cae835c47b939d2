//! Kafka, KafkaNodePool and StrimziPodSet: kept true from what the supervisor says of the nodes.
//!
//! Modelled on the cluster operator's documentation. As with the real one, pods follow their processes at once, while the
//! `Kafka` resource follows only a reconciliation: a timed one, or one after its specification changed. A reconciliation
//! waits for pods that are not ready, and says that the cluster is not only when it has waited for its time
//! ([`Patience`]); a broker that restarts leaves the resource alone. Rolling is in [`super::rolls`].

use super::objects::{Told, condition, name, paused};
use super::{Bed, pods, secrets};
use crate::state::Cluster;
use crate::supervisor::facts::NodeStatus;
use anyhow::{Context, Result};
use kube::api::DynamicObject;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// What the cluster operator is known by.
pub(super) const MANAGER: &str = "strimzi-cluster-operator";
const STRIMZI: &str = "1.2.0";
const METADATA: &str = "4.3-IV0";
/// How long a reconciliation waits for pods to be ready: the default of `STRIMZI_OPERATION_TIMEOUT_MS`.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(300);

/// A reconciliation of the Kafka resource that may be waiting for pods.
#[derive(Default)]
struct Patience {
    /// When the one under way gives up; `None` while none waits.
    gives_up: Option<Instant>,
}

impl Patience {
    /// Whether a reconciliation that is at its end if the pods are `ready` ends now, by success or by giving up.
    fn ends(&mut self, ready: bool, now: Instant) -> bool {
        let ends = ready || now >= *self.gives_up.get_or_insert(now + OPERATION_TIMEOUT);
        if ends {
            self.gives_up = None;
        }
        ends
    }

    fn waits(&self) -> bool {
        self.gives_up.is_some()
    }
}

/// Keeps one cluster's resources true.
pub(super) async fn run(bed: Arc<Bed>) -> Result<()> {
    let mut nodes = bed.nodes.clone();
    let namespace = &bed.cluster.namespace;
    let mut kafkas = bed.objects.watch("Kafka", namespace);
    let mut pools = bed.objects.watch("KafkaNodePool", namespace);
    let mut sets = bed.objects.watch("StrimziPodSet", namespace);
    let mut watched_pods = bed.objects.watch("Pod", namespace);
    secrets::authorities(&bed).await?;
    let interval = bed.settings.interval;
    let mut timed = Instant::now();
    let mut patience = Patience::default();
    loop {
        let due = patience
            .gives_up
            .map_or(timed, |gives_up| gives_up.min(timed));
        tokio::select! {
            told = kafkas.next() => if let Told::Changed(changed) = told?
                && changed == bed.cluster.name
                && let Some(kafka) = kafkas.known.get(&changed)
            {
                let observed = kafka.data.pointer("/status/observedGeneration").and_then(Value::as_i64);
                // Pausing and resuming are annotations, which leave the generation alone.
                let stale = says_paused(kafka) != paused(kafka);
                if observed != kafka.metadata.generation || stale {
                    reconcile(&bed, kafka, &mut patience).await?;
                }
            },
            told = pools.next() => if let Told::Changed(changed) = told?
                && changed == bed.cluster.pool
                && let Some(pool) = pools.known.get(&changed)
            {
                write_pool(&bed, pool).await?;
                pods::make(&bed, pool).await?;
            },
            told = sets.next() => if let Told::Changed(changed) = told?
                && let Some(set) = sets.known.get(&changed)
            {
                write_set(&bed, set).await?;
            },
            told = watched_pods.next() => if let Told::Changed(changed) = told?
                && let Some(pod) = watched_pods.known.get(&changed)
                && let Some(node) = node_of(&bed, pod)
            {
                pods::write(&bed, pod, &node).await?;
            },
            changed = nodes.changed() => {
                changed.context("the supervisor ended")?;
                nodes.borrow_and_update();
                for pod in watched_pods.known.values() {
                    if let Some(node) = node_of(&bed, pod) {
                        pods::write(&bed, pod, &node).await?;
                    }
                }
                for set in sets.known.values() {
                    write_set(&bed, set).await?;
                }
                if patience.waits() && let Some(kafka) = kafkas.known.get(&bed.cluster.name) {
                    reconcile(&bed, kafka, &mut patience).await?;
                }
            }
            () = sleep_until(due) => {
                timed = Instant::now() + interval;
                if let Some(kafka) = kafkas.known.get(&bed.cluster.name) {
                    reconcile(&bed, kafka, &mut patience).await?;
                }
                if let Some(pool) = pools.known.get(&bed.cluster.pool) {
                    write_pool(&bed, pool).await?;
                    pods::make(&bed, pool).await?;
                }
            }
        }
    }
}

/// The nodes of this cluster as the supervisor sees them now.
pub(super) fn mine(bed: &Bed) -> Vec<NodeStatus> {
    let all = bed.nodes.borrow();
    all.iter()
        .filter(|node| {
            node.node.namespace == bed.cluster.namespace && node.node.cluster == bed.cluster.name
        })
        .cloned()
        .collect()
}

/// The name of the cluster's pod set.
pub(super) fn set_name(bed: &Bed) -> String {
    format!("{}-{}", bed.cluster.name, bed.cluster.pool)
}

/// The node that a pod stands for.
pub(super) fn node_of(bed: &Bed, pod: &DynamicObject) -> Option<NodeStatus> {
    let pod = name(pod);
    mine(bed)
        .into_iter()
        .find(|node| bed.cluster.pod_name(node.node.id) == pod)
}

/// Whether the status says that reconciliation is paused.
fn says_paused(kafka: &DynamicObject) -> bool {
    kafka
        .data
        .pointer("/status/conditions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .any(|condition| {
            condition.get("type").and_then(Value::as_str) == Some("ReconciliationPaused")
        })
}

/// Begins or goes on with a reconciliation of the Kafka resource, and writes its status when that ends.
async fn reconcile(bed: &Bed, kafka: &DynamicObject, patience: &mut Patience) -> Result<()> {
    let ready = paused(kafka) || mine(bed).iter().all(NodeStatus::ready);
    if patience.ends(ready, Instant::now()) {
        write_kafka(bed, kafka).await?;
    }
    Ok(())
}

async fn write_kafka(bed: &Bed, kafka: &DynamicObject) -> Result<()> {
    let cluster = &bed.cluster;
    if paused(kafka) {
        let mut status = kafka
            .data
            .get("status")
            .cloned()
            .unwrap_or_else(|| json!({}));
        status["conditions"] = json!([condition("ReconciliationPaused", true, None, None)]);
        return bed
            .objects
            .write_status("Kafka", kafka, status, &[], MANAGER)
            .await;
    }
    let authority = tokio::fs::read_to_string(&cluster.ca_file).await?;
    let status = json!({
        "observedGeneration": kafka.metadata.generation,
        "conditions": [readiness(cluster, &mine(bed))],
        "clusterId": cluster.cluster_id,
        "kafkaVersion": cluster.kafka_version,
        "kafkaMetadataVersion": METADATA,
        "kafkaMetadataState": "KRaft",
        "operatorLastSuccessfulVersion": STRIMZI,
        "kafkaNodePools": [{ "name": cluster.pool }],
        "listeners": listeners(cluster, &authority),
    });
    bed.objects
        .write_status("Kafka", kafka, status, &[], MANAGER)
        .await
}

fn readiness(cluster: &Cluster, nodes: &[NodeStatus]) -> Value {
    let away: Vec<String> = nodes
        .iter()
        .filter(|node| !node.ready())
        .map(|node| cluster.pod_name(node.node.id))
        .collect();
    if away.is_empty() {
        return condition("Ready", true, None, None);
    }
    let message = format!("Pod {} is not ready", away.join(", "));
    condition("NotReady", true, Some("TimeoutException"), Some(&message))
}

/// The listeners with the addresses that clients use, and the authority to trust where they speak TLS.
fn listeners(cluster: &Cluster, authority: &str) -> Vec<Value> {
    cluster
        .listeners
        .iter()
        .map(|(name, bootstrap)| {
            let addresses: Vec<Value> = bootstrap
                .split(',')
                .filter_map(|address| address.rsplit_once(':'))
                .map(|(host, port)| json!({ "host": host, "port": port.parse::<u16>().unwrap_or_default() }))
                .collect();
            let mut listener = json!({
                "name": name,
                "addresses": addresses,
                "bootstrapServers": bootstrap,
            });
            if cluster.listener_kinds.get(name).is_some_and(|kind| kind.tls) {
                listener["certificates"] = json!([authority]);
            }
            listener
        })
        .collect()
}

async fn write_pool(bed: &Bed, pool: &DynamicObject) -> Result<()> {
    let nodes = &bed.cluster.nodes;
    let ids: Vec<i32> = nodes.iter().map(|node| node.id).collect();
    let status = json!({
        "observedGeneration": pool.metadata.generation,
        "clusterId": bed.cluster.cluster_id,
        "replicas": ids.len(),
        "nodeIds": ids,
        "roles": pool.data.pointer("/spec/roles").cloned().unwrap_or_else(|| json!([])),
        "labelSelector": format!(
            "strimzi.io/cluster={},strimzi.io/name={}-kafka,strimzi.io/kind=Kafka,strimzi.io/pool-name={}",
            bed.cluster.name, bed.cluster.name, bed.cluster.pool
        ),
    });
    bed.objects
        .write_status("KafkaNodePool", pool, status, &[], MANAGER)
        .await
}

async fn write_set(bed: &Bed, set: &DynamicObject) -> Result<()> {
    if name(set) != set_name(bed) {
        return Ok(());
    }
    let nodes = mine(bed);
    let status = json!({
        "observedGeneration": set.metadata.generation,
        "pods": nodes.len(),
        "currentPods": nodes.len(),
        "readyPods": nodes.iter().filter(|node| node.ready()).count(),
    });
    bed.objects
        .write_status("StrimziPodSet", set, status, &[], MANAGER)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_that_restarts_is_waited_for() {
        let began = Instant::now();
        let mut patience = Patience::default();
        assert!(patience.ends(true, began));
        assert!(!patience.ends(false, began), "it waits");
        assert!(!patience.ends(false, began + Duration::from_secs(299)));
        assert!(patience.waits());
        assert!(
            patience.ends(true, began + Duration::from_secs(299)),
            "back in time"
        );
        assert!(!patience.waits());
    }

    #[test]
    fn a_broker_that_stays_away_is_told_once_and_waited_for_again() {
        let began = Instant::now();
        let mut patience = Patience::default();
        assert!(!patience.ends(false, began));
        assert!(
            patience.ends(false, began + OPERATION_TIMEOUT),
            "it gives up"
        );
        assert!(
            !patience.ends(false, began + OPERATION_TIMEOUT),
            "the next one waits anew"
        );
    }
}
