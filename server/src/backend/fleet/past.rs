//! The past of groups on its way to the store and back, so that a restart of the console does not begin every history anew. Without
//! a file there is nothing to do: memory goes with the console.

use super::Fleet;
use penstock_domain::ids::{ClusterRef, GroupName};
use penstock_kafka::Inventory;
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// How often it is written; what a crash would lose.
const EVERY: Duration = Duration::from_secs(600);

/// What the store has of a cluster.
pub(super) async fn load(fleet: Arc<Fleet>, cluster: ClusterRef) -> Vec<(GroupName, Vec<u8>)> {
    if !fleet.store.is_durable() {
        return Vec::new();
    }
    fleet
        .store
        .histories(&cluster)
        .await
        .unwrap_or_else(|error| {
            tracing::warn!(%error, %cluster, "histories of groups can't be read; they begin anew");
            Vec::new()
        })
}

/// Writes it every now and then, and at the end.
pub(super) async fn keep(
    fleet: Arc<Fleet>,
    cluster: ClusterRef,
    inventory: Inventory,
    stop: CancellationToken,
) {
    if !fleet.store.is_durable() {
        return;
    }
    loop {
        let stopped = tokio::time::timeout(EVERY, stop.cancelled()).await.is_ok();
        save(&fleet, &cluster, &inventory).await;
        if stopped {
            return;
        }
    }
}

async fn save(fleet: &Fleet, cluster: &ClusterRef, inventory: &Inventory) {
    let inventory = inventory.clone();
    let Ok(groups) = tokio::task::spawn_blocking(move || inventory.saved_groups()).await else {
        return;
    };
    // Brokers that were never reached have not said that there is no group.
    if groups.is_empty() {
        return;
    }
    if let Err(error) = fleet.store.keep_histories(cluster, groups).await {
        tracing::warn!(%error, %cluster, "histories of groups can't be kept");
    }
}
