//! Watches: the tasks that keep the index like the API server, and what they say of themselves.
//!
//! ```text
//! supervisor ─▶ discovery (which kinds) ─▶ one task per kind and namespace ─▶ SharedIndex
//!     └▶ probe (is the API server there?)         └────────▶ Board ─▶ Health
//! ```
//! Everything runs from `start` on, API server or not: what was last known stays, its age and the reason are told. One
//! supervisor owns all tasks; cancelling the token ends them.

mod board;
mod object;
mod probe;
mod supervisor;
mod task;

pub use board::{ApiServerHealth, Health, WatchState, WatchStatus};

use crate::{index::SharedIndex, wire::Heartbeat};
use board::Board;
use kube::Client;
use penstock_domain::ids::Namespace;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// What is watched, and how patiently.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where.
    pub scope: Scope,
    /// The API server ends each watch after this long, and it is begun again; so its age cannot grow further unnoticed.
    /// At most a minute (decision 25).
    pub watch_timeout: Duration,
    /// How long one list page, the beginning of a watch, or a discovery request may take.
    pub request_deadline: Duration,
    /// The API server is asked for its version when it was not heard for this long.
    pub probe_period: Duration,
    /// Served kinds are looked up again this often, and more often while one is missing.
    pub discovery_period: Duration,
    /// First and longest pause after a failure; jittered, and cut short when the API server is back.
    pub backoff: (Duration, Duration),
}

/// Where resources are watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In all namespaces with one watch per kind: needs a ClusterRole.
    All,
    /// In these, with a watch per kind and namespace: Roles there are enough.
    Namespaces(Vec<Namespace>),
}

/// The running watches, or none.
#[derive(Debug)]
pub struct Watches {
    index: SharedIndex,
    board: Arc<Board>,
    cancel: CancellationToken,
    supervisor: Option<JoinHandle<()>>,
}

/// What the tasks share.
#[derive(Clone)]
struct Shared {
    client: Client,
    settings: Arc<Settings>,
    index: SharedIndex,
    board: Arc<Board>,
    signals: Arc<Signals>,
    /// Any answer of the API server.
    heard: Arc<Heartbeat>,
}

/// What the tasks tell each other.
#[derive(Default)]
struct Signals {
    /// A kind is not served as it was: look again.
    rediscover: Notify,
    /// A watch could not reach the API server: ask whether it is there.
    suspected: Notify,
    /// The API server answers again: no need to wait for the end of a pause.
    returned: Notify,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            scope: Scope::All,
            watch_timeout: Duration::from_secs(30),
            request_deadline: Duration::from_secs(20),
            probe_period: Duration::from_secs(3),
            discovery_period: Duration::from_secs(30),
            backoff: (Duration::from_millis(250), Duration::from_secs(15)),
        }
    }
}

impl Watches {
    /// Starts them on the current runtime. `cancel` ends them, as does [`Watches::stop`].
    pub fn start(client: Client, settings: Settings, cancel: CancellationToken) -> Self {
        let cancel = cancel.child_token();
        let index = SharedIndex::default();
        let board = Arc::new(Board::new(settings.watch_timeout));
        let heard = board.heard();
        let shared = Shared {
            client,
            settings: Arc::new(settings),
            index: index.clone(),
            board: board.clone(),
            signals: Arc::default(),
            heard,
        };
        let supervisor = tokio::spawn(supervisor::run(shared, cancel.clone()));
        Self {
            index,
            board,
            cancel,
            supervisor: Some(supervisor),
        }
    }

    /// Without Kubernetes: nothing is known and nothing is wrong.
    pub fn none() -> Self {
        Self {
            index: SharedIndex::default(),
            board: Arc::new(Board::new(Duration::ZERO)),
            cancel: CancellationToken::new(),
            supervisor: None,
        }
    }

    /// What the watches fill.
    pub fn index(&self) -> &SharedIndex {
        &self.index
    }

    /// How the API server and every watch are now; `None` without Kubernetes.
    pub fn health(&self) -> Option<Health> {
        self.supervisor
            .as_ref()
            .map(|_| self.board.health(&self.index.view()))
    }

    /// Ends all tasks and waits for them.
    pub async fn stop(mut self) {
        self.cancel.cancel();
        if let Some(supervisor) = self.supervisor.take() {
            // A panicked supervisor has ended as well; it has been logged.
            let _ = supervisor.await;
        }
    }
}

impl Drop for Watches {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

impl Shared {
    /// Notes whether the API server answered, and wakes whoever waits for that.
    fn reached(&self, outcome: Result<(), String>) {
        let error = outcome.as_ref().err().cloned();
        if !self.board.reached(outcome) {
            return;
        }
        match error {
            None => {
                tracing::info!("the API server answers");
                self.signals.returned.notify_waiters();
            }
            Some(error) => tracing::warn!(%error, "the API server does not answer"),
        }
        self.index.watches_changed();
    }
}

/// A pause of a length between half and whole, so that many do not come back at once.
fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(rand::random_range(0.5..1.0))
}

#[cfg(test)]
mod tests;
