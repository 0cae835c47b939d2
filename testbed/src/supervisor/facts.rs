//! What the supervisor of the Kafka nodes tells the operator stand-in, and what the stand-in may ask of it.
//!
//! Facts travel through a `watch` (only the newest matters), requests through a bounded `mpsc` that the supervisor owns.
//! The configurations of the two long-running tasks are here as well, so that they and the daemon agree on one place.

use crate::state::State;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::sync::{mpsc, oneshot, watch};

/// Which Kafka node: `<namespace>/<cluster>/<id>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeRef {
    /// Namespace of the Kafka resource.
    pub namespace: String,
    /// Name of the Kafka resource.
    pub cluster: String,
    /// `node.id`.
    pub id: i32,
}

impl fmt::Display for NodeRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}/{}", self.namespace, self.cluster, self.id)
    }
}

impl FromStr for NodeRef {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || {
            format!(
                "`{text}` is not a node; write <namespace>/<cluster>/<node id>, such as kafka/task-events/1"
            )
        };
        let mut parts = text.split('/');
        let (Some(namespace), Some(cluster), Some(id), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(refuse());
        };
        if namespace.is_empty() || cluster.is_empty() {
            return Err(refuse());
        }
        Ok(Self {
            namespace: namespace.to_owned(),
            cluster: cluster.to_owned(),
            id: id.parse().map_err(|_| refuse())?,
        })
    }
}

/// How a node's process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// Started, does not answer ApiVersions yet.
    Starting,
    /// Answers.
    Running,
    /// Frozen by a fault (SIGSTOP): connections are open, nothing answers.
    Paused,
    /// Ended and will be started again by the supervisor, as a kubelet would.
    Down,
    /// Ended by `testbed fault stop` (or `kill --stay`) and stays so until `start`.
    Stopped,
}

/// How the last process of a node ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exit {
    /// Exit code as a container runtime gives it: 128 + signal for a killed process (137 for SIGKILL).
    pub code: i32,
    /// When that process was started.
    #[serde(with = "rfc3339")]
    pub started_at: OffsetDateTime,
    /// When it ended.
    #[serde(with = "rfc3339")]
    pub finished_at: OffsetDateTime,
}

/// One node as the supervisor sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeStatus {
    /// Which.
    pub node: NodeRef,
    /// How its process is.
    pub phase: Phase,
    /// The process, when there is one.
    pub pid: Option<u32>,
    /// When it was started last.
    #[serde(with = "rfc3339")]
    pub started_at: OffsetDateTime,
    /// When the phase became what it is.
    #[serde(with = "rfc3339")]
    pub since: OffsetDateTime,
    /// Starts after the first.
    pub restarts: u32,
    /// How the last process ended, when one did.
    pub last_exit: Option<Exit>,
}

impl NodeStatus {
    /// Whether a readiness probe would pass.
    pub fn ready(&self) -> bool {
        self.phase == Phase::Running
    }
}

/// What may be asked of the supervisor.
#[derive(Debug)]
pub enum NodeRequest {
    /// Stop the node cleanly (SIGTERM), start it again, and answer when it is [`Phase::Running`].
    Restart {
        /// Which.
        node: NodeRef,
        /// Gets the outcome; a dropped receiver does not stop the restart.
        done: oneshot::Sender<Result<(), String>>,
    },
}

/// What the operator stand-in needs (`operator::run`).
#[derive(Clone, Debug)]
pub struct OperatorConfig {
    /// The bed.
    pub state: State,
    /// Time between two timed reconciliations (Strimzi: 120 s).
    pub reconcile_interval: Duration,
    /// Every node of every cluster, newest facts.
    pub nodes: watch::Receiver<Vec<NodeStatus>>,
    /// The supervisor.
    pub requests: mpsc::Sender<NodeRequest>,
}

/// What the demo workload needs (`workload::run`).
#[derive(Clone, Debug)]
pub struct WorkloadConfig {
    /// The bed.
    pub state: State,
}

/// Times as RFC 3339 text.
mod rfc3339 {
    use serde::{Deserialize, Deserializer, Serializer};
    use time::OffsetDateTime;
    use time::format_description::well_known::Rfc3339;

    pub(super) fn serialize<S: Serializer>(
        time: &OffsetDateTime,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let text = time.format(&Rfc3339).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<OffsetDateTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        OffsetDateTime::parse(&text, &Rfc3339).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_written_and_read_alike() {
        let node: NodeRef = "kafka/task-events/2".parse().unwrap();
        assert_eq!(node.id, 2);
        assert_eq!(node.to_string().parse::<NodeRef>().unwrap(), node);
        for wrong in [
            "",
            "kafka/task-events",
            "kafka/task-events/x",
            "/a/1",
            "a/b/1/2",
        ] {
            assert!(wrong.parse::<NodeRef>().is_err(), "{wrong}");
        }
    }
}
