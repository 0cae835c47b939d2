//! The demo's workload: a small task-tracking company that runs forever at a gentle rate, on the bed's real brokers.
//!
//! ```text
//! task-api ─▶ task-created, task-updated ─▶ task-worker ─▶ task-completed ─▶ notification-service ─▶ notifications
//!                                  all of them ─▶ audit-log ─▶ task-audit (compacted)
//! ```
//! Besides: `task-analytics` falls behind and catches up, `billing-export` has stopped, `load-test-2026-10` is declared by
//! nobody, and somebody changes the configuration of `task-updated` behind the operator's back. Each part is a loop of its
//! own that begins again after a failure, so brokers may come and go.

mod account;
mod disturbances;
mod events;
mod services;

use crate::admin::Admin;
use crate::state::State;
use crate::supervisor::facts::WorkloadConfig;
use account::Accounts;
use anyhow::{Context, Result};
use events::Author;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const PAUSE: Duration = Duration::from_secs(3);
/// The cluster with all the parts.
const MAIN: (&str, &str) = ("kafka", "task-events");
/// The cluster of one team's trials.
const SANDBOX: (&str, &str) = ("dev", "sandbox");

/// Runs the workload until `cancel`.
///
/// # Errors
/// The bed has not the clusters that it needs, or its files can't be read.
pub async fn run(config: WorkloadConfig, cancel: CancellationToken) -> Result<()> {
    let accounts = Arc::new(Accounts::new(&config.state).await?);
    let admin = Admin::new(cluster(&config.state, MAIN)?)?;
    let mut parts = JoinSet::new();
    let all = accounts.clone();
    part(&mut parts, "task-api", move |author| {
        services::task_api(all.clone(), author)
    });
    let all = accounts.clone();
    part(&mut parts, "task-worker", move |author| {
        services::task_worker(all.clone(), author)
    });
    let all = accounts.clone();
    part(&mut parts, "notification-service", move |author| {
        services::notification_service(all.clone(), author)
    });
    let all = accounts.clone();
    part(&mut parts, "audit-log", move |author| {
        services::audit_log(all.clone(), author)
    });
    let all = accounts.clone();
    part(&mut parts, "sandbox", move |author| {
        services::sandbox(all.clone(), author)
    });
    let all = accounts.clone();
    part(&mut parts, "task-analytics", move |_| {
        disturbances::analytics(all.clone())
    });
    let all = accounts.clone();
    part(&mut parts, "billing-export", move |_| {
        disturbances::billing_export(all.clone())
    });
    let (all, brokers) = (accounts.clone(), admin.clone());
    part(&mut parts, "load-test", move |author| {
        disturbances::load_test(all.clone(), brokers.clone(), author)
    });
    part(&mut parts, "drift", move |_| {
        disturbances::drift(admin.clone())
    });
    cancel.cancelled().await;
    parts.shutdown().await;
    Ok(())
}

/// Runs a part again and again, each time with an author of its own.
fn part<F>(
    parts: &mut JoinSet<()>,
    name: &'static str,
    begin: impl Fn(Author) -> F + Send + 'static,
) where
    F: Future<Output = Result<()>> + Send + 'static,
{
    parts.spawn(async move {
        for beginning in 0.. {
            if let Err(error) = begin(Author::new(name, beginning)).await {
                tracing::debug!(
                    part = name,
                    error = format!("{error:#}"),
                    "a part of the workload begins again"
                );
            }
            tokio::time::sleep(PAUSE).await;
        }
    });
}

fn cluster<'a>(
    state: &'a State,
    (namespace, name): (&str, &str),
) -> Result<&'a crate::state::Cluster> {
    state
        .cluster(namespace, name)
        .with_context(|| format!("the bed has no cluster {namespace}/{name}"))
}
