//! `KafkaRebalance`: a rebalance of a cluster by Cruise Control. Its state is the type of its one condition that is true
//! (`KafkaRebalanceState` of Strimzi); only some of the states are a `Ready` or `NotReady`.

use super::{Link, Parts, text};
use crate::resource::Metadata;
use penstock_domain::resource::list::ResourceState;
use serde_json::Value;

/// Columns: mode, data to move, session.
pub(super) fn read(metadata: &Metadata, spec: &Value, status: &Value) -> Parts {
    let result = status.get("optimizationResult").unwrap_or(&Value::Null);
    let moves = text(result, "/numReplicaMovements");
    let megabytes = text(result, "/dataToMoveMB");
    let plan = match (megabytes, moves) {
        (Some(megabytes), Some(moves)) => format!("{megabytes} MB, {moves} replicas"),
        (Some(megabytes), None) => format!("{megabytes} MB"),
        (None, Some(moves)) => format!("{moves} replicas"),
        (None, None) => String::new(),
    };
    Parts {
        link: Link::Kafka(metadata.cluster_label()),
        cells: vec![
            text(spec, "/mode").unwrap_or_else(|| "full".to_owned()),
            plan,
            text(status, "/sessionId").unwrap_or_default(),
        ],
        spoken: spoken(status),
    }
}

fn spoken(status: &Value) -> Option<(ResourceState, String)> {
    status
        .get("conditions")?
        .as_array()?
        .iter()
        .filter(|condition| condition.get("status").and_then(Value::as_str) == Some("True"))
        .filter_map(|condition| condition.get("type")?.as_str())
        .find_map(|kind| {
            let (state, word) = match kind {
                "New" => (ResourceState::Working, "New"),
                "PendingProposal" => (ResourceState::Working, "Pending proposal"),
                "ProposalReady" => (ResourceState::Waiting, "Proposal ready"),
                "Rebalancing" => (ResourceState::Working, "Rebalancing"),
                "Stopped" => (ResourceState::Stopped, "Stopped"),
                // `Ready` of a rebalance says that it is done.
                "Ready" => (ResourceState::Ready, "Done"),
                _ => return None,
            };
            Some((state, word.to_owned()))
        })
}
