//! Everything known of one cluster, kept fresh in the background: polls per kind of data, one snapshot for all readers.
//!
//! A page never asks a broker: it reads [`Inventory::snapshot`]. Requests per refresh grow with brokers, not with topics or
//! readers. A silent broker costs its own cells only, and its own deadline. `poll` holds the loops, `publish` the one place
//! where snapshots change.

pub mod configs;
pub mod groups;
pub mod kinds;
pub mod log_dirs;
pub mod offsets;
mod poll;
pub mod principals;
mod publish;
pub mod snapshot;
pub mod topics;

pub use self::{
    kinds::{Changes, Kind},
    poll::Periods,
    snapshot::{Broker, Brokers, ClusterReach, DataSet, Feature, LastError, Reach, Snapshot},
};

use self::{poll::Poller, publish::Published};
use crate::{client::Client, config::ClusterConnection, groups::saved};
use penstock_domain::ids::{ClusterRef, GroupName};
use std::{future::Future, sync::Arc};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument;

/// The inventory of one cluster. Cheap to clone; all clones are the same inventory.
#[derive(Clone)]
pub struct Inventory {
    client: Client,
    published: Published,
    poller: Arc<Poller>,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Inventory {
    /// Starts polling. Returns at once; the snapshot says `Connecting` until the first answer or failure. Ends with `stop`.
    /// Must be called within a tokio runtime.
    pub fn start(
        cluster: &ClusterRef,
        connection: ClusterConnection,
        periods: Periods,
        stop: &CancellationToken,
    ) -> Self {
        Self::start_with(cluster, connection, periods, async { Vec::new() }, stop)
    }

    /// The same, with what an earlier inventory of the cluster gave as [`Inventory::saved_groups`]: awaited before groups are first
    /// asked for. Entries that can't be read are passed over.
    pub fn start_with(
        cluster: &ClusterRef,
        connection: ClusterConnection,
        periods: Periods,
        saved: impl Future<Output = Vec<(GroupName, Vec<u8>)>> + Send + 'static,
        stop: &CancellationToken,
    ) -> Self {
        let stop = stop.child_token();
        let client = Client::new(connection, stop.clone());
        let published = Published::default();
        let poller = Arc::new(Poller::new(client.clone(), published.clone(), periods));
        let tracker = TaskTracker::new();
        let mut saved = Some(saved);
        for kind in Kind::ALL {
            let span = tracing::info_span!("inventory", %cluster, ?kind);
            let (poller, stop) = (poller.clone(), stop.clone());
            let saved = saved.take_if(|_| kind == Kind::Groups);
            let run = async move {
                if let Some(saved) = saved {
                    let pasts = saved.await.into_iter();
                    let readable =
                        pasts.filter_map(|(name, bytes)| Some((name, saved::read(&bytes)?)));
                    poller.restore_groups(readable.collect());
                }
                poller.run(kind, &stop).await;
            };
            tracker.spawn(run.instrument(span));
        }
        tracker.close();
        Self {
            client,
            published,
            poller,
            tracker,
            stop,
        }
    }

    /// What is known now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.published.current()
    }

    /// Wakes at every new revision; a mere renewal does not wake. Readers that sleep long see only the newest, and learn
    /// from [`Snapshot::changes_since`] what they missed.
    pub fn subscribe(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.published.subscribe()
    }

    /// Somebody looks at this cluster: polls keep their short periods for a while.
    pub fn touch(&self) {
        self.poller.touch();
    }

    /// Refreshes one kind as soon as possible: after a write of the console's own, or because a resource changed.
    pub fn refresh_now(&self, kind: Kind) {
        self.poller.ask(kind);
    }

    /// What is known of the past of groups, as bytes for a store; see [`Inventory::start_with`]. Takes milliseconds for thousands of
    /// groups: for a thread that may block.
    pub fn saved_groups(&self) -> Vec<(GroupName, Vec<u8>)> {
        self.poller.saved_groups()
    }

    /// For questions on demand: configuration with documentation, offsets by time.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Takes new settings (a rotated password, another listener) and refreshes everything. What was known stays.
    pub fn update(&self, connection: ClusterConnection) {
        let changed = self.client.connection() != connection;
        self.client.update(connection);
        if changed {
            for kind in Kind::ALL {
                self.poller.ask(kind);
            }
        }
    }

    /// Stops polling and closes all connections.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tracker.wait().await;
        self.client.close().await;
    }
}

impl std::fmt::Debug for Inventory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inventory")
            .field("revision", &self.snapshot().revision)
            .finish_non_exhaustive()
    }
}
