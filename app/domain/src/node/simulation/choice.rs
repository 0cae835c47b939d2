//! Which nodes stop, as an address carries it: `?stop=2&rack=eu-central-1c`, each as often as one likes.

use crate::{
    ids::NodeId,
    query::{encode, pairs},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most nodes or racks that one address may name; more are passed over.
const MOST: usize = 1_000;

/// What stops.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Choice {
    /// These nodes.
    pub stop: BTreeSet<NodeId>,
    /// Every node of these racks.
    pub rack: BTreeSet<String>,
}

impl Choice {
    /// One node.
    pub fn node(node: NodeId) -> Self {
        Self {
            stop: BTreeSet::from([node]),
            rack: BTreeSet::new(),
        }
    }

    /// Reads a raw query string without `?`; what is no node id is passed over.
    pub fn of(query: &str) -> Self {
        let mut choice = Self::default();
        for (key, value) in pairs(query) {
            match key.as_str() {
                "stop" if choice.stop.len() < MOST => {
                    choice.stop.extend(value.parse().ok().map(NodeId));
                }
                "rack" if choice.rack.len() < MOST && !value.is_empty() => {
                    choice.rack.insert(value);
                }
                _ => {}
            }
        }
        choice
    }

    /// Writes it back; begins without `?`.
    pub fn to_query_string(&self) -> String {
        let nodes = self.stop.iter().map(|node| format!("stop={node}"));
        let racks = self
            .rack
            .iter()
            .map(|rack| format!("rack={}", encode(rack)));
        nodes.chain(racks).collect::<Vec<_>>().join("&")
    }

    /// Whether nothing stops.
    pub fn is_empty(&self) -> bool {
        self.stop.is_empty() && self.rack.is_empty()
    }

    /// The nodes that stop, of those that there are with their racks.
    pub fn among<'a>(
        &self,
        nodes: impl IntoIterator<Item = (NodeId, Option<&'a str>)>,
    ) -> BTreeSet<NodeId> {
        nodes
            .into_iter()
            .filter(|(node, rack)| {
                self.stop.contains(node) || rack.is_some_and(|rack| self.rack.contains(rack))
            })
            .map(|(node, _)| node)
            .collect()
    }
}
