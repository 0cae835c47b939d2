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
    /// KafkaUser resources.
    Users,
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
