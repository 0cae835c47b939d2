//! The two tasks behind the activity: one reads what the index observes, one keeps what is new in the store and brings back what an
//! earlier process has kept. Both belong to the fleet and end with it.
//!
//! Without a file nothing is kept; without a first reading of it nothing is written, so that a store that can't be read is not
//! overwritten.

use super::{resources, unplaced};
use crate::backend::{fleet::Fleet, now};
use penstock_cluster::index::{Observation, Observed};
use penstock_domain::ids::ClusterRef;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// How often what is new is written; what a crash would lose.
const EVERY: Duration = Duration::from_secs(2);
/// How often it is written that somebody looks.
const LOOKED_EVERY: u32 = 30;

/// Reads observations until the fleet stops.
pub async fn observe(fleet: Arc<Fleet>, mut observed: Receiver<Observed>) {
    loop {
        tokio::select! {
            () = fleet.stopped().cancelled() => return,
            seen = observed.recv() => match seen {
                Ok(seen) => take_in(&fleet, &seen),
                Err(RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "resources changed faster than their activity could be noted");
                }
                Err(RecvError::Closed) => return,
            },
        }
    }
}

fn take_in(fleet: &Fleet, seen: &[Observation]) {
    let mut by_cluster: BTreeMap<ClusterRef, Vec<super::NewEvent>> = BTreeMap::new();
    for observation in seen {
        let events = resources::events(observation);
        if events.is_empty() {
            continue;
        }
        let Some(cluster) = place(observation) else {
            continue;
        };
        by_cluster.entry(cluster).or_default().extend(events);
    }
    let now = now();
    for (cluster, events) in by_cluster {
        fleet.activity().note(&cluster, events, now);
    }
}

/// Whose activity it is; what belongs to no cluster is its namespace's.
fn place(observation: &Observation) -> Option<ClusterRef> {
    if let Some(cluster) = &observation.cluster {
        return Some(cluster.clone());
    }
    let object = observation.after.as_ref().or(observation.before.as_ref())?;
    Some(unplaced(&object.metadata().namespace))
}

/// Brings back what was kept, then keeps what is new until the fleet stops, and at the end.
pub async fn keep(fleet: Arc<Fleet>) {
    if !fleet.store().is_durable() {
        return;
    }
    match fleet.store().activity(now()).await {
        Ok(kept) => fleet.activity().restore(kept),
        Err(error) => {
            tracing::warn!(%error, "the activity of before can't be read, and that of now is not kept");
            return;
        }
    }
    let mut turn = 0_u32;
    loop {
        let stopped = tokio::time::timeout(EVERY, fleet.stopped().cancelled())
            .await
            .is_ok();
        write(&fleet).await;
        if turn == 0 || stopped {
            looked(&fleet).await;
        }
        if stopped {
            return;
        }
        turn = (turn + 1) % LOOKED_EVERY;
    }
}

async fn write(fleet: &Fleet) {
    let unkept = fleet.activity().take_unkept();
    if unkept.is_empty() {
        return;
    }
    if let Err(error) = fleet.store().keep_activity(unkept).await {
        tracing::warn!(%error, "some activity can't be kept");
    }
}

async fn looked(fleet: &Fleet) {
    let mut clusters = fleet.activity().clusters();
    clusters.extend(fleet.names().into_iter().map(|(cluster, _)| cluster));
    clusters.sort();
    clusters.dedup();
    if let Err(error) = fleet.store().keep_looked(clusters, now()).await {
        tracing::warn!(%error, "until when the console looked can't be kept");
    }
}
