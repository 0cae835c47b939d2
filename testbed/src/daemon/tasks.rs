//! Keeps the two long-running tasks of the bed alive: an error or a panic is logged and they begin again.

use crate::supervisor::facts::{OperatorConfig, WorkloadConfig};
use anyhow::Result;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const PAUSE: Duration = Duration::from_secs(2);

/// Runs what `begin` makes again and again until `cancel`.
pub(super) fn keep<F>(
    name: &'static str,
    tasks: &TaskTracker,
    cancel: CancellationToken,
    begin: impl Fn(CancellationToken) -> F + Send + 'static,
) where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let inner = tasks.clone();
    tasks.spawn(async move {
        while !cancel.is_cancelled() {
            match inner.spawn(begin(cancel.clone())).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::error!(
                        task = name,
                        error = format!("{error:#}"),
                        "failed; begins again"
                    );
                }
                Err(error) => tracing::error!(task = name, %error, "panicked; begins again"),
            }
            tokio::select! {
                () = cancel.cancelled() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    });
}

/// The operator stand-in.
pub(super) async fn operator(config: OperatorConfig, cancel: CancellationToken) -> Result<()> {
    tracing::info!(interval = ?config.reconcile_interval, "resources are reconciled");
    crate::operator::run(config, cancel).await
}

/// The demo's workload.
pub(super) async fn workload(config: WorkloadConfig, cancel: CancellationToken) -> Result<()> {
    crate::workload::run(config, cancel).await
}
