//! What stands beside a Kafka cluster: Connect clusters, connectors, MirrorMaker 2, bridges and rebalances. One body for all of them;
//! what differs between kinds is how the few shown fields are read, one function each below.
//!
//! Nothing here knows to which cluster an object belongs: it reads what the object says of that, `index::placement` finds it.

mod bridge;
mod connect;
mod connector;
mod mirror_maker;
mod rebalance;

use crate::{
    kind::Kind,
    resource::{AnyResource, Body, Metadata, Resource, lenient},
};
use penstock_domain::{
    ids::ClusterName,
    resource::{kind::ResourceKind, list::ResourceState},
};
use serde_json::Value;
use std::sync::Arc;

/// A resource beside a cluster.
pub type Attached = Resource<AttachedBody>;

/// What is read of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachedBody {
    /// Which of the kinds.
    pub kind: ResourceKind,
    /// What it says of the cluster that it belongs to.
    pub link: Link,
    /// A value for each of the kind's columns (`ResourceKind::columns`); empty where it does not tell.
    pub cells: Vec<String>,
    /// A state that its kind tells otherwise than by `Ready`, with the operator's or Connect's own word.
    pub spoken: Option<(ResourceState, String)>,
}

/// What a resource says of the cluster that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// The name of the `Kafka` resource in its namespace, by label.
    Kafka(Option<ClusterName>),
    /// The name of the `KafkaConnect` resource in its namespace, by label.
    Connect(Option<ClusterName>),
    /// Addresses, each with what the resource does there.
    Bootstrap(Vec<Bootstrap>),
}

/// Addresses of one cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bootstrap {
    /// `source`, `target`; nothing where there is only one.
    pub role: Option<&'static str>,
    /// `bed-kafka-bootstrap:9092,other:9092`
    pub servers: String,
}

/// What one kind's reader finds.
struct Parts {
    link: Link,
    cells: Vec<String>,
    spoken: Option<(ResourceState, String)>,
}

impl Body for AttachedBody {
    fn any(resource: Arc<Resource<Self>>) -> AnyResource {
        AnyResource::Attached(resource)
    }

    fn read(kind: Kind, metadata: &Metadata, spec: &Value, status: &Value) -> Result<Self, String> {
        let Kind::Attached(kind) = kind else {
            return Err(format!("{kind} is read elsewhere"));
        };
        for (name, part) in [("spec", spec), ("status", status)] {
            if !part.is_null() && !part.is_object() {
                return Err(format!("{name}: an object is expected"));
            }
        }
        let read = match kind {
            ResourceKind::KafkaConnect => connect::read,
            ResourceKind::KafkaConnector => connector::read,
            ResourceKind::KafkaMirrorMaker2 => mirror_maker::read,
            ResourceKind::KafkaBridge => bridge::read,
            ResourceKind::KafkaRebalance => rebalance::read,
        };
        let parts = read(metadata, spec, status);
        Ok(Self {
            kind,
            link: parts.link,
            cells: parts.cells,
            spoken: parts.spoken,
        })
    }
}

/// A text or a number at a place, else nothing.
fn text(value: &Value, pointer: &str) -> Option<String> {
    value
        .pointer(pointer)
        .and_then(lenient::scalar)
        .filter(|text| !text.is_empty())
}

/// The same as a cell.
fn cell(value: &Value, pointer: &str) -> String {
    text(value, pointer).unwrap_or_default()
}

/// `2 of 3`: how many there are of how many are declared; only one of the numbers where the other is not told.
fn replicas(spec: &Value, status: &Value) -> String {
    match (text(status, "/replicas"), text(spec, "/replicas")) {
        (Some(there), Some(declared)) if there != declared => format!("{there} of {declared}"),
        (Some(there), _) => there,
        (None, Some(declared)) => format!("{declared} declared"),
        (None, None) => String::new(),
    }
}

/// The state of a connector as Connect tells it: `{"connector": {"state": "RUNNING"}, "tasks": [{"state": "FAILED"}]}`.
struct ConnectorStatus {
    /// `RUNNING`, `PAUSED`, `STOPPED`, `FAILED`, `UNASSIGNED`.
    state: Option<String>,
    /// Tasks that run.
    running: usize,
    /// Tasks.
    tasks: usize,
}

impl ConnectorStatus {
    fn read(value: &Value) -> Self {
        let tasks = value
            .get("tasks")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let runs = |task: &&Value| task.get("state").and_then(Value::as_str) == Some("RUNNING");
        Self {
            state: text(value, "/connector/state"),
            running: tasks.iter().filter(runs).count(),
            tasks: tasks.len(),
        }
    }

    /// What Connect's word means beside a `Ready` that only says that the operator has done its part.
    fn spoken(&self) -> Option<(ResourceState, String)> {
        let state = self.state.as_deref()?;
        let meaning = match state {
            "PAUSED" => ResourceState::Paused,
            "STOPPED" => ResourceState::Stopped,
            "FAILED" => ResourceState::NotReady,
            "UNASSIGNED" | "RESTARTING" => ResourceState::Working,
            _ => return None,
        };
        Some((meaning, capitalised(state)))
    }
}

/// `PAUSED` → `Paused`
fn capitalised(word: &str) -> String {
    let mut out = word.to_ascii_lowercase();
    if let Some(first) = out.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    out
}

#[cfg(test)]
mod tests;
