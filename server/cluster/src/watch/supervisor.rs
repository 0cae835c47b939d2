//! Owns all watches: starts those of kinds that are served, stops those of kinds that no longer are, begins again what has
//! ended.

use super::{Scope, Shared, board::WatchKey, jittered, probe, task::Task};
use crate::{
    discovery::{self, Availability},
    kind::Kind,
    wire,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};
use tokio::{
    task::{Id, JoinSet},
    time::Instant,
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// Between two discoveries that watches ask for.
const SHORTEST_PERIOD: Duration = Duration::from_secs(2);
/// Between two discoveries while a kind is not served: nothing else tells that Strimzi was installed, and whoever does that looks
/// at the console next. It costs a few small questions.
const ABSENT_PERIOD: Duration = Duration::from_secs(3);

struct Running {
    api_version: Arc<str>,
    cancel: CancellationToken,
    task: Id,
}

struct Supervisor {
    shared: Shared,
    cancel: CancellationToken,
    running: BTreeMap<WatchKey, Running>,
    tasks: JoinSet<()>,
    names: HashMap<Id, WatchKey>,
}

/// Runs until cancelled.
pub(super) async fn run(shared: Shared, cancel: CancellationToken) {
    let mut supervisor = Supervisor {
        shared,
        cancel: cancel.clone(),
        running: BTreeMap::new(),
        tasks: JoinSet::new(),
        names: HashMap::new(),
    };
    let probe = probe::run(supervisor.shared.clone(), cancel.clone());
    supervisor
        .tasks
        .spawn(probe.instrument(tracing::info_span!("api server")));
    supervisor.supervise().await;
    while supervisor.tasks.join_next().await.is_some() {}
}

impl Supervisor {
    async fn supervise(&mut self) {
        let client = wire::observed(
            self.shared.client.clone(),
            self.shared.settings.request_deadline,
            wire::Ears::server(self.shared.heard.clone()),
        );
        let mut pause = self.shared.settings.backoff.0;
        loop {
            let begun = Instant::now();
            let found = tokio::select! {
                found = discovery::served(&client) => found,
                () = self.cancel.cancelled() => return,
            };
            let wait = match found {
                Ok(found) => {
                    pause = self.shared.settings.backoff.0;
                    self.shared.reached(Ok(()));
                    let absent = found
                        .values()
                        .any(|availability| *availability == Availability::Absent);
                    for (kind, availability) in found {
                        self.settle(kind, availability);
                    }
                    let period = self.shared.settings.discovery_period;
                    if absent {
                        period.min(ABSENT_PERIOD)
                    } else {
                        period
                    }
                }
                Err(error) => {
                    tracing::debug!(error = %wire::explain(&error), "served kinds can't be looked up");
                    let wait = jittered(pause);
                    pause = (pause * 2).min(self.shared.settings.backoff.1);
                    wait
                }
            };
            if !self.rest(begun, wait).await {
                return;
            }
        }
    }

    /// Waits for the next discovery; `false`: cancelled.
    async fn rest(&mut self, begun: Instant, wait: Duration) -> bool {
        let shared = self.shared.clone();
        let mut until = Instant::now() + wait;
        loop {
            tokio::select! {
                () = self.cancel.cancelled() => return false,
                () = tokio::time::sleep_until(until) => return true,
                () = shared.signals.returned.notified() => return true,
                () = shared.signals.rediscover.notified() => until = until.min(begun + SHORTEST_PERIOD),
                Some(ended) = self.tasks.join_next_with_id() => {
                    let id = ended.as_ref().map_or_else(tokio::task::JoinError::id, |(id, ())| *id);
                    if let Err(error) = &ended && error.is_panic() {
                        tracing::error!(%error, "a watch has ended by a defect; it is begun again");
                    }
                    // The next discovery begins it again.
                    if let Some(key) = self.names.remove(&id)
                        && self.running.get(&key).is_some_and(|running| running.task == id)
                    {
                        self.running.remove(&key);
                        until = until.min(begun + SHORTEST_PERIOD);
                    }
                }
            }
        }
    }

    /// Makes the watches of a kind as discovery says.
    fn settle(&mut self, kind: Kind, availability: Availability) {
        for key in self.keys(kind) {
            match &availability {
                Availability::Served {
                    version,
                    api_version,
                } => {
                    let same = self
                        .running
                        .get(&key)
                        .is_some_and(|running| running.api_version == *api_version);
                    if !same {
                        self.end(&key);
                        self.begin(key, version, api_version.clone());
                    }
                }
                Availability::Absent => {
                    self.end(&key);
                    self.shared
                        .index
                        .replace_all(kind, key.1.as_ref(), Vec::new());
                    if self.shared.board.absent(key) {
                        tracing::info!(%kind, "the API server does not serve this kind");
                        self.shared.index.watches_changed();
                    }
                }
            }
        }
    }

    fn keys(&self, kind: Kind) -> Vec<WatchKey> {
        match &self.shared.settings.scope {
            Scope::All => vec![(kind, None)],
            Scope::Namespaces(namespaces) => namespaces
                .iter()
                .map(|namespace| (kind, Some(namespace.clone())))
                .collect(),
        }
    }

    fn begin(&mut self, key: WatchKey, version: &'static str, api_version: Arc<str>) {
        let cancel = self.cancel.child_token();
        let task = Task {
            shared: self.shared.clone(),
            key: key.clone(),
            version,
            api_version: api_version.clone(),
        };
        let namespace = key.1.as_ref().map_or("all", |namespace| namespace.as_str());
        let span = tracing::info_span!("watch", kind = %key.0, namespace);
        let task = self
            .tasks
            .spawn(task.run(cancel.clone()).instrument(span))
            .id();
        self.names.insert(task, key.clone());
        self.running.insert(
            key,
            Running {
                api_version,
                cancel,
                task,
            },
        );
    }

    fn end(&mut self, key: &WatchKey) {
        if let Some(running) = self.running.remove(key) {
            running.cancel.cancel();
        }
    }
}
