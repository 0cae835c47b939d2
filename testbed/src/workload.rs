//! The demo's workload: a small task-tracking company that runs forever at a gentle rate, on the bed's real brokers.
//!
//! ```text
//! task-api ─▶ task-created, task-updated ─▶ task-worker ─▶ task-completed ─▶ notification-service ─▶ notifications
//!                                  all of them ─▶ audit-log ─▶ task-audit (compacted)
//! ```
//! A shop beside it writes with the registry's schemas (`orders-avro`, `shipments-proto`, `invoices-jsonschema`) where the bed
//! has a registry, a ledger in transactions; `attachments` and `device-signals` hold what is hard to show.
//!
//! Besides: `task-analytics` falls behind and catches up, `billing-export` has stopped, `search-indexer` has its partitions from the
//! brokers (KIP-848), `reports/2026 100%` has an odd name, `load-test-2026-10` is declared by nobody, and somebody changes the
//! configuration of `task-updated` behind the operator's back. Each part is a loop of its own that begins again after a failure,
//! so brokers may come and go.

mod account;
mod disturbances;
mod events;
mod groups;
mod ledger;
mod oddities;
mod schemas;
mod services;
mod shop;
mod wire;

use crate::admin::Admin;
use crate::state::State;
use crate::supervisor::facts::WorkloadConfig;
use account::Accounts;
use anyhow::{Context, Result};
use events::Author;
use schemas::Schemas;
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
    let all = accounts.clone();
    part(&mut parts, "search-indexer", move |_| {
        groups::indexer(all.clone())
    });
    let all = accounts.clone();
    part(&mut parts, "reports", move |_| {
        groups::oddly_named(all.clone())
    });
    let (all, brokers) = (accounts.clone(), admin.clone());
    part(&mut parts, "load-test", move |author| {
        disturbances::load_test(all.clone(), brokers.clone(), author)
    });
    part(&mut parts, "drift", move |_| {
        disturbances::drift(admin.clone())
    });
    let all = accounts.clone();
    part(&mut parts, "ledger-book", move |author| {
        ledger::book(all.clone(), author)
    });
    let all = accounts.clone();
    part(&mut parts, "ledger-clerk", move |author| {
        ledger::forgotten(all.clone(), author)
    });
    let all = accounts.clone();
    part(&mut parts, "attachments", move |author| {
        oddities::attachments(all.clone(), author)
    });
    let all = accounts.clone();
    part(&mut parts, "device-signals", move |author| {
        oddities::device_signals(all.clone(), author)
    });
    if let Some(registry) = &config.state.registry {
        shop(&mut parts, &accounts, &registry.url);
    }
    cancel.cancelled().await;
    parts.shutdown().await;
    Ok(())
}

/// The parts that write with schemas.
fn shop(parts: &mut JoinSet<()>, accounts: &Arc<Accounts>, registry: &str) {
    let (all, url) = (accounts.clone(), registry.to_owned());
    part(parts, "orders", move |author| {
        let (all, url) = (all.clone(), url.clone());
        async move { shop::orders(all, Schemas::register(&url).await?, author).await }
    });
    let (all, url) = (accounts.clone(), registry.to_owned());
    part(parts, "shipments", move |author| {
        let (all, url) = (all.clone(), url.clone());
        async move { shop::shipments(all, Schemas::register(&url).await?, author).await }
    });
    let (all, url) = (accounts.clone(), registry.to_owned());
    part(parts, "invoices", move |author| {
        let (all, url) = (all.clone(), url.clone());
        async move { shop::invoices(all, Schemas::register(&url).await?, author).await }
    });
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
