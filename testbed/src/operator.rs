//! The operator stand-in: what Strimzi's operators do, against the bed's real brokers. Honest test equipment: what it writes
//! about topics and users follows the records of the real topic and user operators 1.2.0; there are no records of the
//! cluster operator, so what it writes about clusters, pools, pod sets and pods is modelled on Strimzi's documentation.
//!
//! Per Kafka cluster three loops: [`topics`], [`users`] and [`cluster`]. Each watches its objects, reconciles what changed at
//! once and everything at a timed interval, and writes a status only if more than its times would change.

mod acls;
mod cluster;
mod objects;
mod pods;
mod secrets;
mod topics;
mod users;

use crate::admin::Admin;
use crate::state::Cluster;
use crate::supervisor::facts::OperatorConfig;
use anyhow::{Context as _, Result};
use futures::future::try_join_all;
use objects::Objects;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What the loops of one cluster share.
struct Bed {
    config: OperatorConfig,
    cluster: Cluster,
    admin: Admin,
    objects: Objects,
}

/// Runs the stand-in until `cancel`.
///
/// # Errors
/// The API server's kubeconfig or a cluster's certificates can't be used, or a loop failed; the caller begins again.
pub async fn run(config: OperatorConfig, cancel: CancellationToken) -> Result<()> {
    let objects = Objects::new(&config.state).await?;
    let mut loops = Vec::new();
    for cluster in &config.state.clusters {
        let bed = Arc::new(Bed {
            config: config.clone(),
            cluster: cluster.clone(),
            admin: Admin::new(cluster)
                .with_context(|| format!("no way to the brokers of {}", cluster.name))?,
            objects: objects.clone(),
        });
        loops.push(one(bed));
    }
    tokio::select! {
        () = cancel.cancelled() => Ok(()),
        ended = try_join_all(loops) => ended.map(|_| ()),
    }
}

async fn one(bed: Arc<Bed>) -> Result<()> {
    tokio::try_join!(
        cluster::run(bed.clone()),
        topics::run(bed.clone()),
        users::run(bed)
    )?;
    Ok(())
}
