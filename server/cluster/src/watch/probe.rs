//! Whether the API server is there. Watches are silent for many seconds when nothing changes, and a dead connection looks
//! the same; so when nothing was heard for a while, or a watch could not reach it, its version is asked.

use super::{Shared, jittered};
use crate::wire;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A probe is a small question: an answer that takes longer is none.
const DEADLINE: Duration = Duration::from_secs(3);
/// Between two probes while it is away.
const AWAY: Duration = Duration::from_secs(2);

/// Runs until cancelled.
pub(super) async fn run(shared: Shared, cancel: CancellationToken) {
    let client = wire::observed(
        shared.client.clone(),
        DEADLINE,
        wire::Ears::server(shared.heard.clone()),
    );
    let mut beats = 0;
    let mut suspected = false;
    loop {
        let mut pause = shared.settings.probe_period;
        let heard = shared.heard.beats() != beats;
        if !heard || suspected || !shared.board.version_known() {
            let answer = tokio::select! {
                answer = client.apiserver_version() => answer,
                () = cancel.cancelled() => return,
            };
            match answer {
                Ok(info) => {
                    shared.board.version(info.git_version);
                    shared.reached(Ok(()));
                }
                // Whoever refuses is there.
                Err(error) if wire::status_code(&error).is_some_and(|code| code < 500) => {
                    shared.reached(Ok(()))
                }
                Err(error) => {
                    shared.reached(Err(wire::explain(&error)));
                    pause = jittered(AWAY);
                }
            }
        } else {
            shared.reached(Ok(()));
        }
        // Its own answer is no news: heard is only what comes from now on.
        beats = shared.heard.beats();
        suspected = false;
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = shared.signals.suspected.notified() => suspected = true,
            () = cancel.cancelled() => return,
        }
    }
}
