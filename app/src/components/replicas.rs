//! Replicas of a partition as small squares.

use leptos::prelude::*;
use penstock_domain::ids::NodeId;

/// Replicas in their order: the leader framed, those not in sync marked, those on nodes that are down crossed out.
pub fn squares(
    leader: Option<NodeId>,
    replicas: &[NodeId],
    in_sync: &[NodeId],
    offline: &[NodeId],
) -> AnyView {
    let class = |node: &NodeId| {
        if offline.contains(node) {
            "gone"
        } else if !in_sync.contains(node) {
            "late"
        } else if leader == Some(*node) {
            "l"
        } else {
            "f"
        }
    };
    let nodes = replicas
        .iter()
        .map(|node| view! { <i class=class(node)>{node.to_string()}</i> })
        .collect_view();
    view! { <span class="reps">{nodes}</span> }.into_any()
}
