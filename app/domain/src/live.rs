//! Marks: what the event stream tells a page. Never data, only "this changed"; the page refetches what it shows through
//! the authorised path (decision 13).

use crate::ids::ClusterRef;
use serde::{Deserialize, Serialize};

/// What kind of thing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum MarkKind {
    /// A `Kafka` resource, its conditions, listeners, quorum or reachability.
    Cluster,
    /// Nodes, pods, pools, log directories.
    Nodes,
    /// Topics: metadata, KafkaTopic resources, configuration.
    Topics,
    /// Offsets and sizes only: numbers that move all the time.
    Offsets,
    /// Consumer groups: which there are, their members, offsets and lag.
    Groups,
    /// KafkaUser resources.
    Users,
    /// Subjects of a schema registry.
    Schemas,
    /// Resources beside clusters: Connect, connectors, MirrorMaker 2, bridges, rebalances.
    Resources,
    /// What happened in a cluster: something was added to its activity.
    Activity,
    /// The console's own connection to the API server.
    Watches,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Mark {
    /// In which cluster; `None` for the list of clusters as a whole.
    pub cluster: Option<ClusterRef>,
    /// What kind.
    pub kind: MarkKind,
    /// The server's counter when it happened; grows within one process.
    pub revision: u64,
}

impl Mark {
    /// Whether a page that shows `kinds` of `cluster` (`None`: of all clusters) wants to know.
    pub fn concerns(&self, cluster: Option<&ClusterRef>, kinds: &[MarkKind]) -> bool {
        kinds.contains(&self.kind)
            && match (&self.cluster, cluster) {
                (Some(changed), Some(shown)) => changed == shown,
                _ => true,
            }
    }
}

/// What the stream says, one server-sent event each; the event's name is the variant in camel case, its data this value.
///
/// The id of every event is `<epoch>-<revision>`. A client that reconnects with an id of another epoch gets `hello` and
/// refetches everything it shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "event")]
pub enum LiveEvent {
    /// First on every stream.
    Hello {
        /// Identifies the server process.
        epoch: String,
        /// Its counter now.
        revision: u64,
    },
    /// Something changed.
    Mark(Mark),
    /// Every few seconds: the stream lives, and how old the console's own view of the API server is.
    Beat {
        /// The server's counter now.
        revision: u64,
        /// Milliseconds since the API server was last heard; `None` when no API server is configured.
        watch_age_millis: Option<u64>,
        /// Why it is silent, if it is.
        watch_stale: Option<String>,
    },
    /// This reader was too slow: so many marks were dropped; refetch.
    Dropped {
        /// How many.
        count: u64,
    },
    /// The server stops; reconnect after a moment.
    Restart,
    /// The session has ended or the right was taken away; the stream ends.
    SignedOut,
}

impl LiveEvent {
    /// The name of the server-sent event.
    pub const fn name(&self) -> &'static str {
        match self {
            LiveEvent::Hello { .. } => "hello",
            LiveEvent::Mark(_) => "mark",
            LiveEvent::Beat { .. } => "beat",
            LiveEvent::Dropped { .. } => "dropped",
            LiveEvent::Restart => "restart",
            LiveEvent::SignedOut => "signedOut",
        }
    }
}
