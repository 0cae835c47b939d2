//! Whether the API server is there. Watches are silent for many seconds when nothing changes, and a dead connection looks
//! the same; so when nothing was heard for a while, its version is asked.

use super::{Shared, jittered};
use crate::wire;
use penstock_domain::time::Timestamp;
use std::time::{Duration, SystemTime};
use tokio_util::sync::CancellationToken;

/// A probe is a small question: an answer that takes longer is none.
const DEADLINE: Duration = Duration::from_secs(3);
/// Between two probes while it is away.
const AWAY: Duration = Duration::from_secs(2);

/// Runs until cancelled.
pub(super) async fn run(shared: Shared, cancel: CancellationToken) {
    let client = wire::observed(shared.client.clone(), DEADLINE, vec![shared.heard.clone()]);
    loop {
        let mut pause = shared.settings.probe_period;
        if !heard_lately(&shared) || !shared.board.version_known() {
            let answer = tokio::select! {
                answer = client.apiserver_version() => answer,
                () = cancel.cancelled() => return,
            };
            match answer {
                Ok(info) => {
                    shared.board.version(info.git_version);
                    reached(&shared, Ok(()));
                }
                // Whoever refuses is there.
                Err(error) if wire::status_code(&error).is_some_and(|code| code < 500) => {
                    reached(&shared, Ok(()))
                }
                Err(error) => {
                    reached(&shared, Err(wire::explain(&error)));
                    pause = jittered(AWAY);
                }
            }
        } else {
            reached(&shared, Ok(()));
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = cancel.cancelled() => return,
        }
    }
}

fn heard_lately(shared: &Shared) -> bool {
    let now = Timestamp::from_system(SystemTime::now());
    shared.heard.last().is_some_and(|heard| {
        u128::from(heard.millis_until(now)) < shared.settings.probe_period.as_millis()
    })
}

fn reached(shared: &Shared, outcome: Result<(), String>) {
    let (returned, error) = (outcome.is_ok(), outcome.as_ref().err().cloned());
    if !shared.board.reached(outcome) {
        return;
    }
    match error {
        None => tracing::info!("the API server answers"),
        Some(error) => tracing::warn!(%error, "the API server does not answer"),
    }
    if returned {
        shared.signals.returned.notify_waiters();
    }
    shared.index.watches_changed();
}
