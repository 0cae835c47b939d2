//! Pods of Kafka clusters: which node each is, and how its container is. Of the specification nothing is kept.

use crate::{
    kind::Kind,
    resource::{AnyResource, Body, Metadata, Resource, bounded, lenient, part},
};
use penstock_domain::{ids::NodeId, time::Timestamp};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// A `Pod`.
pub type Pod = Resource<PodBody>;

const POOL_LABEL: &str = "strimzi.io/pool-name";
const BROKER_LABEL: &str = "strimzi.io/broker-role";
const CONTROLLER_LABEL: &str = "strimzi.io/controller-role";

/// Fields of a `Pod`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodBody {
    /// The Kafka node it runs; `None` for other pods of the cluster (entity operator, exporters).
    pub node: Option<NodeId>,
    /// Its pool.
    pub pool: Option<String>,
    /// `controller`, `broker`, from its labels.
    pub roles: Vec<String>,
    /// `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`.
    pub phase: Option<String>,
    /// Whether the kubelet says it is ready.
    pub ready: bool,
    /// Whether its deletion was asked for.
    pub deleting: bool,
    /// Restarts of its containers.
    pub restarts: u32,
    /// When its Kafka container started; `None` while it does not run.
    pub started: Option<Timestamp>,
    /// Since when it is (not) ready.
    pub ready_since: Option<Timestamp>,
    /// Why its container does not run, or why it ended last time: `OOMKilled, exit code 137`.
    pub trouble: Option<String>,
    /// When its container ended, if it does not run.
    pub ended: Option<Timestamp>,
    /// How its container ended the time before, if it was started again: `OOMKilled, exit code 137`.
    pub last_end: Option<String>,
    /// When that was.
    pub last_ended: Option<Timestamp>,
    /// `spec.nodeName`: the machine.
    pub machine: Option<String>,
}

impl PodBody {
    /// Whether it is on its way up: not ready, and not yet ready since its container started. One that was and no longer is hangs.
    pub fn is_starting(&self) -> bool {
        let was_ready = matches!(
            (self.started, self.ready_since),
            (Some(started), Some(changed)) if changed > started
        );
        !self.ready && !was_ready
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    node_name: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    phase: Option<String>,
    reason: Option<String>,
    message: Option<String>,
    #[serde(deserialize_with = "lenient::null_as_default")]
    conditions: Vec<Condition>,
    #[serde(deserialize_with = "lenient::null_as_default")]
    container_statuses: Vec<Container>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Condition {
    #[serde(rename = "type")]
    kind: Option<String>,
    status: Option<String>,
    message: Option<String>,
    last_transition_time: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Container {
    name: String,
    restart_count: u32,
    state: Option<State>,
    last_state: Option<State>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct State {
    running: Option<Running>,
    waiting: Option<Waiting>,
    terminated: Option<Terminated>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Running {
    started_at: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Waiting {
    reason: Option<String>,
    message: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Terminated {
    reason: Option<String>,
    exit_code: Option<i32>,
    finished_at: Option<String>,
}

impl Terminated {
    /// `OOMKilled, exit code 137`
    fn words(&self) -> Option<String> {
        let code = self.exit_code.map(|code| format!("exit code {code}"));
        joined(self.reason.as_deref(), code.as_deref())
    }
}

// === impl PodBody ===

impl Body for PodBody {
    const KEEPS_SOURCE: bool = false;

    fn any(resource: Arc<Resource<Self>>) -> AnyResource {
        AnyResource::Pod(resource)
    }

    fn read(_: Kind, metadata: &Metadata, spec: &Value, status: &Value) -> Result<Self, String> {
        let spec: Spec = part("spec", spec)?;
        let status: Status = part("status", status)?;
        let ready = status
            .conditions
            .iter()
            .find(|condition| condition.kind.as_deref() == Some("Ready"));
        let kafka = status
            .container_statuses
            .iter()
            .find(|container| container.name == "kafka")
            .or(status.container_statuses.first());
        let state = kafka.and_then(|container| container.state.as_ref());
        let terminated = state.and_then(|state| state.terminated.as_ref());
        let running = state.and_then(|state| state.running.as_ref());
        let before = kafka
            .and_then(|container| container.last_state.as_ref())
            .and_then(|state| state.terminated.as_ref());
        Ok(Self {
            node: node_of(metadata),
            pool: metadata.labels.get(POOL_LABEL).cloned(),
            roles: roles_of(metadata),
            ready: ready.is_some_and(|condition| condition.status.as_deref() == Some("True")),
            ready_since: ready.and_then(|condition| time(&condition.last_transition_time)),
            deleting: metadata.deleting,
            restarts: status.container_statuses.iter().fold(0, |sum, container| {
                sum.saturating_add(container.restart_count)
            }),
            started: running.and_then(|running| time(&running.started_at)),
            ended: terminated.and_then(|terminated| time(&terminated.finished_at)),
            last_end: before.and_then(Terminated::words),
            last_ended: before.and_then(|before| time(&before.finished_at)),
            trouble: trouble(&status, state),
            phase: status.phase,
            machine: spec.node_name,
        })
    }
}

/// Strimzi names pods `<cluster>-<pool>-<node id>` and says their roles in labels; only such pods run a node.
fn node_of(metadata: &Metadata) -> Option<NodeId> {
    if !metadata.labels.contains_key(POOL_LABEL) && roles_of(metadata).is_empty() {
        return None;
    }
    let (_, id) = metadata.name.as_str().rsplit_once('-')?;
    id.parse().ok().map(NodeId)
}

fn roles_of(metadata: &Metadata) -> Vec<String> {
    [(CONTROLLER_LABEL, "controller"), (BROKER_LABEL, "broker")]
        .into_iter()
        .filter(|(label, _)| {
            metadata
                .labels
                .get(*label)
                .is_some_and(|value| value == "true")
        })
        .map(|(_, role)| role.to_owned())
        .collect()
}

/// Why it does not run, in Kubernetes' own words: the container's state, else the pod's, else its scheduling.
fn trouble(status: &Status, state: Option<&State>) -> Option<String> {
    if let Some(terminated) = state.and_then(|state| state.terminated.as_ref()) {
        return terminated.words();
    }
    if let Some(waiting) = state.and_then(|state| state.waiting.as_ref()) {
        return joined(waiting.reason.as_deref(), waiting.message.as_deref());
    }
    joined(status.reason.as_deref(), status.message.as_deref()).or_else(|| {
        status
            .conditions
            .iter()
            .find(|condition| {
                condition.kind.as_deref() == Some("PodScheduled")
                    && condition.status.as_deref() == Some("False")
            })
            .and_then(|condition| condition.message.clone())
            .map(bounded)
    })
}

fn joined(first: Option<&str>, second: Option<&str>) -> Option<String> {
    match (first, second) {
        (Some(first), Some(second)) => Some(format!("{first}, {second}")),
        (one, None) | (None, one) => one.map(str::to_owned),
    }
    .map(bounded)
}

fn time(text: &Option<String>) -> Option<Timestamp> {
    text.as_deref().and_then(Timestamp::parse)
}
