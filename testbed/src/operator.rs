//! The operator stand-in: what Strimzi's operators do, against the bed's real brokers. Honest test equipment: what it writes
//! about topics and users follows the records of the real topic and user operators 1.2.0; there are no records of the
//! cluster operator, so what it writes about clusters, pools, pod sets and pods is modelled on Strimzi's documentation.
//!
//! Per Kafka cluster four loops: [`topics`], [`users`], [`cluster`] and [`rolls`]. The first three watch their objects,
//! reconcile what changed at once and everything at a timed interval, and write a status only if more than its times would
//! change.
//!
//! Left out, because nothing here needs it: Cruise Control, the renewal of certificates that end, most settings of the
//! operators, and what an object as a configuration value of an existing topic does to its neighbours. Rolling begins at once
//! instead of at the next timed reconciliation. `tests/replay` compares all of it with the records.

mod acls;
mod cluster;
mod objects;
mod pods;
mod rolls;
mod secrets;
pub mod settings;
mod topics;
mod users;

use crate::admin::{Admin, KafkaFailure};
use crate::state::{Cluster, State};
use crate::supervisor::facts::{NodeRequest, NodeStatus, OperatorConfig};
use anyhow::{Context as _, Result};
use futures::future::try_join_all;
use objects::Objects;
use settings::Settings;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// What the loops of one cluster share.
struct Bed {
    cluster: Cluster,
    settings: Settings,
    /// Every node of every cluster.
    nodes: watch::Receiver<Vec<NodeStatus>>,
    admin: Admin,
    objects: Objects,
}

impl Bed {
    fn new(
        cluster: &Cluster,
        settings: Settings,
        nodes: watch::Receiver<Vec<NodeStatus>>,
        objects: &Objects,
    ) -> Result<Arc<Self>> {
        Ok(Arc::new(Self {
            cluster: cluster.clone(),
            settings,
            nodes,
            admin: Admin::new(cluster)
                .with_context(|| format!("no way to the brokers of {}", cluster.name))?,
            objects: objects.clone(),
        }))
    }
}

/// Runs the stand-in until `cancel`.
///
/// # Errors
/// The API server's kubeconfig or a cluster's certificates can't be used, or a loop failed; the caller begins again.
pub async fn run(config: OperatorConfig, cancel: CancellationToken) -> Result<()> {
    let objects = Objects::new(&config.state).await?;
    let mut loops = Vec::new();
    for cluster in &config.state.clusters {
        let settings = Settings::every(config.reconcile_interval);
        let bed = Bed::new(cluster, settings, config.nodes.clone(), &objects)?;
        loops.push(one(bed, config.requests.clone()));
    }
    tokio::select! {
        () = cancel.cancelled() => Ok(()),
        ended = try_join_all(loops) => ended.map(|_| ()),
    }
}

async fn one(bed: Arc<Bed>, requests: mpsc::Sender<NodeRequest>) -> Result<()> {
    tokio::try_join!(
        cluster::run(bed.clone()),
        topics::run(bed.clone()),
        users::run(bed.clone()),
        rolls::run(bed, requests)
    )?;
    Ok(())
}

/// Runs the topic and the user operator of one cluster alone, with settings of their own, until `cancel`. The test that
/// replays the records has one for each, in a namespace of its own, beside the daemon's.
///
/// # Errors
/// As [`run`].
pub async fn run_entity(
    state: &State,
    cluster: &Cluster,
    settings: Settings,
    cancel: CancellationToken,
) -> Result<()> {
    let objects = Objects::new(state).await?;
    // Nodes matter to the users' operator when they start; whoever calls this is not about that.
    let (_nodes, receiver) = watch::channel(Vec::new());
    let bed = Bed::new(cluster, settings, receiver, &objects)?;
    tokio::select! {
        () = cancel.cancelled() => Ok(()),
        ended = topics::run(bed.clone()) => ended,
        ended = users::run(bed) => ended,
    }
}

/// Pauses before brokers that find a new controller or leader are asked again.
const PATIENCE: [Duration; 5] = [
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1600),
];

/// Asks again, a few times, as long as the answer is a failure that passes by itself.
async fn patiently<T, Failure, Asked: Future<Output = Result<T, Failure>>>(
    passes: impl Fn(&Failure) -> bool,
    ask: impl Fn() -> Asked,
) -> Result<T, Failure> {
    for pause in PATIENCE {
        match ask().await {
            Err(failure) if passes(&failure) => tokio::time::sleep(pause).await,
            other => return other,
        }
    }
    ask().await
}

/// Whether a timed reconciliation leaves the status alone: an outage says nothing about an object that nobody edited.
fn outage_of_settled(object: &kube::api::DynamicObject, failure: &KafkaFailure) -> bool {
    let observed = object
        .data
        .pointer("/status/observedGeneration")
        .and_then(serde_json::Value::as_i64);
    failure.is_unreachable() && observed.is_some() && observed == object.metadata.generation
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use kafka_protocol::messages::ApiKey;
    use serde_json::json;

    #[test]
    fn an_outage_is_told_only_of_what_was_edited() {
        let object = |observed: i64| -> kube::api::DynamicObject {
            serde_json::from_value(json!({
                "metadata": { "name": "a", "generation": 2 },
                "status": { "observedGeneration": observed },
            }))
            .unwrap()
        };
        let outage = KafkaFailure::unreachable(ApiKey::Metadata, String::new());
        let refused = KafkaFailure::of(40, None).unwrap();
        assert!(outage_of_settled(&object(2), &outage));
        assert!(!outage_of_settled(&object(1), &outage));
        assert!(!outage_of_settled(&object(2), &refused));
    }

    #[tokio::test]
    async fn what_passes_is_asked_again_and_what_stays_is_told() {
        let asked = std::cell::Cell::new(0);
        let answer = patiently(
            |failure: &&str| *failure == "passes",
            || {
                asked.set(asked.get() + 1);
                let turn = asked.get();
                async move { if turn < 3 { Err("passes") } else { Ok(turn) } }
            },
        )
        .await;
        assert_eq!(answer, Ok(3));
        let answer = patiently(
            |failure: &&str| *failure == "passes",
            || async { Err::<(), _>("stays") },
        )
        .await;
        assert_eq!(answer, Err("stays"));
    }
}
