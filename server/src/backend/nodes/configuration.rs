//! A node's configuration, asked of the broker itself, and compared with what the others have.
//!
//! Nobody but a broker knows its own values, and their documentation is large; so they are not polled but asked for when somebody
//! looks, kept for a few seconds for all who do, and kept longer for when the broker does not answer.

use super::exists;
use crate::backend::{now, problems, sight::Sight};
use futures::{StreamExt, stream};
use penstock_api::AppError;
use penstock_domain::{
    config::ConfigEntry,
    ids::NodeId,
    node::configuration::{NodeConfiguration, Values, comparable, compare},
    time::Timestamp,
};
use penstock_kafka::{Client, KafkaError};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How long a page waits for a broker's configuration.
const PATIENCE: Duration = Duration::from_secs(3);
/// For so long an answer counts as new.
const FRESH_MILLIS: u64 = 10_000;
/// For so long the values of the other nodes are compared with.
const COMPARED_MILLIS: u64 = 60_000;
/// Brokers that are asked at once.
const AT_ONCE: usize = 8;
/// Nodes whose documented configuration is kept.
const KEPT: usize = 32;

/// What brokers told of themselves.
#[derive(Default)]
pub struct NodeConfigurations {
    known: Mutex<BTreeMap<NodeId, Known>>,
}

/// What one broker told.
#[derive(Clone, Default)]
struct Known {
    /// Everything, with documentation.
    full: Option<(Timestamp, Arc<Vec<ConfigEntry>>)>,
    /// What may be compared.
    values: Option<(Timestamp, Arc<Values>)>,
}

/// A node's configuration.
pub async fn of_node(sight: &Sight, node: NodeId) -> Result<NodeConfiguration, AppError> {
    if !exists(sight, node) {
        return Err(problems::no_node(sight.cluster(), node));
    }
    let client = sight
        .client()
        .ok_or_else(|| problems::not_connected(sight))?;
    let known = sight.node_configurations();
    let (as_of, entries, missing) = match full(known, client, node).await {
        Ok((as_of, entries)) => (as_of, entries, None),
        Err(error) => match known.lock().get(&node).and_then(|known| known.full.clone()) {
            Some((as_of, entries)) => {
                let why = problems::sentence(&error.to_string());
                (as_of, entries, Some(why))
            }
            None => return Err(problems::kafka(&error)),
        },
    };
    let others = others(sight, client, node).await;
    Ok(NodeConfiguration {
        unlike: compare(&comparable(&entries), &others),
        compared: others.iter().map(|(node, _)| *node).collect(),
        entries: entries.to_vec(),
        as_of: Some(as_of),
        missing,
        declared: sight
            .kafka()
            .map(|kafka| kafka.body.config.keys().cloned().collect()),
    })
}

async fn full(
    known: &NodeConfigurations,
    client: &Client,
    node: NodeId,
) -> Result<(Timestamp, Arc<Vec<ConfigEntry>>), KafkaError> {
    let full = known.lock().get(&node).and_then(|known| known.full.clone());
    if let Some((as_of, entries)) = full
        && as_of.millis_until(now()) < FRESH_MILLIS
    {
        return Ok((as_of, entries));
    }
    let entries = Arc::new(client.broker_configuration(node, PATIENCE).await?);
    let as_of = now();
    known.put(node, |known| {
        known.values = Some((as_of, Arc::new(comparable(&entries))));
        known.full = Some((as_of, entries.clone()));
    });
    Ok((as_of, entries))
}

/// The values of the other brokers, of those that answer.
async fn others(sight: &Sight, client: &Client, node: NodeId) -> Vec<(NodeId, Arc<Values>)> {
    let others: Vec<NodeId> = sight
        .brokers()
        .into_iter()
        .flat_map(|brokers| &brokers.brokers)
        .filter(|broker| broker.id != node && !broker.fenced && broker.reach.error().is_none())
        .map(|broker| broker.id)
        .collect();
    let known = sight.node_configurations();
    let mut values: Vec<(NodeId, Arc<Values>)> = stream::iter(others)
        .map(|other| async move {
            let values = values(known, client, other).await?;
            Some((other, values))
        })
        .buffer_unordered(AT_ONCE)
        .filter_map(|values| async move { values })
        .collect()
        .await;
    values.sort_by_key(|(node, _)| *node);
    values
}

async fn values(known: &NodeConfigurations, client: &Client, node: NodeId) -> Option<Arc<Values>> {
    let values = known
        .lock()
        .get(&node)
        .and_then(|known| known.values.clone());
    if let Some((as_of, values)) = values
        && as_of.millis_until(now()) < COMPARED_MILLIS
    {
        return Some(values);
    }
    // Who does not answer is left out of the comparison, which says with whom it was.
    let entries = client.broker_values(node, PATIENCE).await.ok()?;
    let values = Arc::new(comparable(&entries));
    known.put(node, |known| known.values = Some((now(), values.clone())));
    Some(values)
}

impl NodeConfigurations {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<NodeId, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, node: NodeId, change: impl FnOnce(&mut Known)) {
        let mut known = self.lock();
        change(known.entry(node).or_default());
        let full = |known: &Known| known.full.as_ref().map(|(as_of, _)| *as_of);
        while known.values().filter(|known| known.full.is_some()).count() > KEPT {
            let oldest = known
                .iter()
                .filter_map(|(node, known)| Some((full(known)?, *node)))
                .min();
            let Some(oldest) = oldest.and_then(|(_, node)| known.get_mut(&node)) else {
                break;
            };
            oldest.full = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_documentation_goes_first_and_values_stay() {
        let known = NodeConfigurations::default();
        for node in 0..40 {
            known.put(NodeId(node), |known| {
                known.full = Some((Timestamp(node.into()), Arc::default()));
                known.values = Some((Timestamp(node.into()), Arc::default()));
            });
        }
        let known = known.lock();
        let kept: Vec<i32> = known
            .iter()
            .filter(|(_, known)| known.full.is_some())
            .map(|(node, _)| node.0)
            .collect();
        assert_eq!(kept, (8..40).collect::<Vec<_>>());
        assert!(known.values().all(|known| known.values.is_some()));
    }
}
