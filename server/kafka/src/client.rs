//! The client of one cluster: knows its brokers, finds the right one for a request, and keeps a connection to each.
//!
//! A broker that fails is left alone for a moment (`slot`), so that it costs its own deadline and nobody else's time.
//! Callers give a patience per call; nothing here waits longer. `api` holds the typed questions on top.

mod any;
mod generation;
mod route;
mod slot;

pub use self::route::{CoordinatorKind, Route};
pub use crate::connection::ConnectionClass;

use self::generation::Generation;
use crate::{
    call::Call, config::ClusterConnection, error::KafkaError, inventory::snapshot::Reach,
    versions::ApiVersions,
};
use futures::future::join_all;
use penstock_domain::ids::NodeId;
use std::{
    collections::HashMap,
    sync::{
        Arc, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{sync::watch, time::Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Longest wait for one broker's answer, unless a call has less patience. Long enough for a busy cluster's metadata, short
/// enough that a page that waits for a refresh stays a page.
pub const BROKER_PATIENCE: Duration = Duration::from_secs(3);

/// Address of a broker, as metadata tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeAddress {
    /// Its id.
    pub id: NodeId,
    /// Where it listens.
    pub address: crate::config::HostPort,
}

/// A client. Cheap to clone; all clones are the same client.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    generation: RwLock<Arc<Generation>>,
    /// Counts connections that ended, so that a poll can look at once.
    lost: watch::Sender<u64>,
    /// Counts questions, for those who measure what a page or a poll costs brokers.
    asked: AtomicU64,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Client {
    /// Makes a client. Nothing is dialled before the first call; settings that can't be used answer every call with the
    /// reason, so that a cluster with broken settings is still a cluster on the page.
    pub fn new(connection: ClusterConnection, stop: CancellationToken) -> Self {
        let tracker = TaskTracker::new();
        let (lost, _) = watch::channel(0);
        let generation = Generation::new(connection, tracker.clone(), lost.clone(), &stop);
        Self {
            inner: Arc::new(Inner {
                generation: RwLock::new(Arc::new(generation)),
                lost,
                asked: AtomicU64::new(0),
                tracker,
                stop,
            }),
        }
    }

    /// Takes new settings: a changed password, another listener. Connections of the old ones end; calls that were under way
    /// are made anew where that is harmless. Equal settings change nothing, except that a broker left alone for failing
    /// credentials is tried again at once.
    pub fn update(&self, connection: ClusterConnection) {
        let new = Generation::new(
            connection,
            self.inner.tracker.clone(),
            self.inner.lost.clone(),
            &self.inner.stop,
        );
        if let Ok(mut current) = self.inner.generation.write() {
            if current.same_settings(&new) {
                current.forgive();
                return;
            }
            let old = std::mem::replace(&mut *current, Arc::new(new));
            old.stop();
        }
        self.inner.lost.send_modify(|count| *count += 1);
    }

    /// The settings in force.
    pub fn connection(&self) -> ClusterConnection {
        self.generation().connection().clone()
    }

    /// Brokers known so far.
    pub fn nodes(&self) -> Arc<[NodeAddress]> {
        self.generation().nodes()
    }

    /// Takes addresses from metadata in. Connections to addresses that are no longer a broker's end when nobody uses them.
    pub fn learn(&self, nodes: &[NodeAddress]) {
        self.generation().learn(nodes);
    }

    /// How the connection to each known broker stands.
    pub fn reach(&self) -> HashMap<NodeId, Reach> {
        self.generation().reach()
    }

    /// How many questions were put to brokers so far; pings aside.
    pub fn asked(&self) -> u64 {
        self.inner.asked.load(Ordering::Relaxed)
    }

    /// Moves whenever a connection ended or settings changed.
    pub fn lost_connections(&self) -> watch::Receiver<u64> {
        self.inner.lost.subscribe()
    }

    /// Asks one broker, chosen by the route.
    pub async fn call<R: Call>(
        &self,
        route: &Route,
        request: &R,
        patience: Duration,
    ) -> Result<R::Answer, KafkaError> {
        self.call_on(ConnectionClass::Control, route, request, patience)
            .await
    }

    /// As [`Client::call`], on a connection of the given class.
    pub async fn call_on<R: Call>(
        &self,
        class: ConnectionClass,
        route: &Route,
        request: &R,
        patience: Duration,
    ) -> Result<R::Answer, KafkaError> {
        let deadline = Instant::now() + patience;
        self.inner.asked.fetch_add(1, Ordering::Relaxed);
        loop {
            let generation = self.generation();
            let result = match route {
                Route::Any if R::REPEATABLE => generation.call_any(class, request, deadline).await,
                Route::Any | Route::Controller => {
                    generation.call_one(class, request, deadline).await
                }
                Route::Node(node) => generation.call_node(*node, class, request, deadline).await,
                Route::Leader(..) | Route::Coordinator(..) => {
                    match self.resolve(route, deadline).await {
                        Ok(node) => generation.call_node(node, class, request, deadline).await,
                        Err(error) => Err(error),
                    }
                }
            };
            // Settings were replaced under the call: once more with the new ones.
            if result.as_ref().err() == Some(&KafkaError::Stopped)
                && R::REPEATABLE
                && !self.inner.stop.is_cancelled()
                && !Arc::ptr_eq(&generation, &self.generation())
                && Instant::now() < deadline
            {
                continue;
            }
            return result;
        }
    }

    /// Asks every known broker at once, each with its own patience. `request` makes the question for a node; `None`: not
    /// that one.
    pub async fn call_every<R: Call>(
        &self,
        request: impl Fn(NodeId) -> Option<R>,
        patience: Duration,
    ) -> Vec<(NodeId, Result<R::Answer, KafkaError>)> {
        let nodes = self.nodes();
        let asked = nodes.iter().filter_map(|node| {
            let id = node.id;
            let request = request(id)?;
            Some(async move { (id, self.call(&Route::Node(id), &request, patience).await) })
        });
        join_all(asked).await
    }

    /// Asks every known broker for its versions, the cheapest question there is.
    pub async fn ping_every(
        &self,
        patience: Duration,
    ) -> Vec<(NodeId, Result<ApiVersions, KafkaError>)> {
        let generation = self.generation();
        let deadline = Instant::now() + patience;
        let nodes = generation.nodes();
        join_all(nodes.iter().map(|node| {
            let generation = generation.clone();
            async move { (node.id, generation.ping(node.id, deadline).await) }
        }))
        .await
    }

    /// Ends all connections and waits for their tasks.
    pub async fn close(&self) {
        self.inner.stop.cancel();
        self.inner.tracker.close();
        self.inner.tracker.wait().await;
    }

    fn generation(&self) -> Arc<Generation> {
        match self.inner.generation.read() {
            Ok(current) => current.clone(),
            // Nothing panics while it holds this lock; were it so, the value is still whole.
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("connection", &self.connection())
            .finish_non_exhaustive()
    }
}
