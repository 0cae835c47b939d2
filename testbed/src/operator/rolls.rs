//! Rolling on request: the annotation on a pod set or a pod really restarts brokers, one after the other, through the
//! supervisor. Like the real operator it waits before each that the partitions are in sync again, and takes the annotation
//! away at the end; one that ends in between begins again.

use super::Bed;
use super::cluster::{MANAGER, mine, node_of, set_name};
use super::objects::{Told, annotated};
use crate::supervisor::facts::{NodeRef, NodeRequest};
use anyhow::{Context, Result, anyhow, bail};
use kube::api::{DynamicObject, Patch, PatchParams};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout};

const ROLL: &str = "strimzi.io/manual-rolling-update";
const SETS: &str = "StrimziPodSet";
const PODS: &str = "Pod";
/// How long partitions may take to be in sync.
const IN_SYNC: Duration = Duration::from_secs(120);
/// How long one restart may take.
const RESTART: Duration = Duration::from_secs(180);
const LOOK: Duration = Duration::from_millis(500);

/// Follows the annotations of one cluster's pod set and pods. One roll at a time: what is asked meanwhile waits in the watch.
pub(super) async fn run(bed: Arc<Bed>, requests: mpsc::Sender<NodeRequest>) -> Result<()> {
    let namespace = &bed.cluster.namespace;
    let mut sets = bed.objects.watch(SETS, namespace);
    let mut pods = bed.objects.watch(PODS, namespace);
    loop {
        tokio::select! {
            told = sets.next() => if let Told::Changed(name) = told?
                && name == set_name(&bed)
                && sets.known.get(&name).is_some_and(asks)
            {
                roll(&bed, &requests, SETS, &name).await?;
            },
            told = pods.next() => if let Told::Changed(name) = told?
                && pods.known.get(&name).is_some_and(asks)
            {
                roll(&bed, &requests, PODS, &name).await?;
            },
        }
    }
}

fn asks(object: &DynamicObject) -> bool {
    annotated(object, ROLL, "true")
}

async fn roll(
    bed: &Bed,
    requests: &mpsc::Sender<NodeRequest>,
    kind: &str,
    name: &str,
) -> Result<()> {
    let api = bed.objects.api(kind, &bed.cluster.namespace);
    // What the watch told may be from before a roll that has ended.
    let Some(object) = api.get_opt(name).await?.filter(asks) else {
        return Ok(());
    };
    let nodes: Vec<NodeRef> = if kind == SETS {
        mine(bed).into_iter().map(|node| node.node).collect()
    } else {
        node_of(bed, &object)
            .map(|node| node.node)
            .into_iter()
            .collect()
    };
    for node in nodes {
        if let Err(error) = restart(bed, requests, &node).await {
            tracing::warn!(%node, error = format!("{error:#}"), "could not be rolled");
            break;
        }
        tracing::info!(%node, "rolled");
    }
    let patch = Patch::Merge(json!({ "metadata": { "annotations": { ROLL: null } } }));
    let params = PatchParams {
        field_manager: Some(MANAGER.to_owned()),
        ..PatchParams::default()
    };
    match api.patch(name, &params, &patch).await {
        Ok(_) => Ok(()),
        Err(kube::Error::Api(status)) if status.code == 404 => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn restart(bed: &Bed, requests: &mpsc::Sender<NodeRequest>, node: &NodeRef) -> Result<()> {
    in_sync(bed).await?;
    let (done, outcome) = oneshot::channel();
    let request = NodeRequest::Restart {
        node: node.clone(),
        done,
    };
    requests.send(request).await?;
    timeout(RESTART, outcome)
        .await
        .context("it did not come back")??
        .map_err(|error| anyhow!(error))
}

/// Until every partition has all its replicas; a failure to ask is one more reason to wait.
async fn in_sync(bed: &Bed) -> Result<()> {
    let end = Instant::now() + IN_SYNC;
    while !bed.admin.in_sync().await.unwrap_or(false) {
        if Instant::now() >= end {
            bail!("partitions are not in sync");
        }
        sleep(LOOK).await;
    }
    Ok(())
}
