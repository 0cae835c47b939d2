//! The client under one set of settings: slots by broker, known addresses, and how each broker was last found.

use super::{
    NodeAddress,
    slot::{Slot, Surroundings},
};
use crate::{
    call::Call,
    config::ClusterConnection,
    connection::{Connection, ConnectionClass, Settings, Target},
    error::KafkaError,
    inventory::snapshot::Reach,
    versions::ApiVersions,
};
use penstock_domain::{
    ids::{NodeId, TopicName},
    time::Timestamp,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};
use tokio::{sync::watch, time::Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A place to connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// A bootstrap address, by its position.
    Bootstrap(usize),
    /// A known broker.
    Node(NodeId),
}

/// See the module.
pub(super) struct Generation {
    connection: ClusterConnection,
    around: Result<Surroundings, KafkaError>,
    stop: CancellationToken,
    known: Mutex<Known>,
}

/// What is learnt while talking.
#[derive(Default)]
struct Known {
    nodes: Arc<[NodeAddress]>,
    slots: HashMap<(Place, ConnectionClass), Arc<Slot>>,
    reach: HashMap<NodeId, Reach>,
    leaders: HashMap<TopicName, Vec<Option<NodeId>>>,
    coordinators: HashMap<(i8, String), NodeId>,
}

/// Topics whose leaders are remembered for routing; more than a page of anything ever asks for.
const MOST_ROUTES: usize = 2_000;

impl Generation {
    pub(super) fn new(
        connection: ClusterConnection,
        tracker: TaskTracker,
        lost: watch::Sender<u64>,
        parent: &CancellationToken,
    ) -> Self {
        let stop = parent.child_token();
        let around = Settings::new(connection.clone()).map(|settings| Surroundings {
            settings: Arc::new(settings),
            tracker,
            stop: stop.clone(),
            lost,
        });
        Self {
            connection,
            around,
            stop,
            known: Mutex::new(Known::default()),
        }
    }

    pub(super) fn connection(&self) -> &ClusterConnection {
        &self.connection
    }

    pub(super) fn same_settings(&self, other: &Self) -> bool {
        self.connection == other.connection
    }

    pub(super) fn stop(&self) {
        self.stop.cancel();
    }

    pub(super) fn forgive(&self) {
        for slot in self.lock().slots.values() {
            slot.forgive();
        }
    }

    pub(super) fn nodes(&self) -> Arc<[NodeAddress]> {
        self.lock().nodes.clone()
    }

    pub(super) fn reach(&self) -> HashMap<NodeId, Reach> {
        self.lock().reach.clone()
    }

    pub(super) fn learn(&self, nodes: &[NodeAddress]) {
        let mut known = self.lock();
        if *known.nodes == *nodes {
            return;
        }
        known.nodes = nodes.into();
        known
            .reach
            .retain(|id, _| nodes.iter().any(|node| node.id == *id));
        known.slots.retain(|(place, _), slot| match place {
            // From here on the brokers themselves are asked; if all fail, bootstrap addresses are dialled anew.
            Place::Bootstrap(_) => nodes.is_empty(),
            Place::Node(id) => nodes
                .iter()
                .any(|node| node.id == *id && node.address == slot.target().address),
        });
    }

    /// All places, the most promising first: known brokers, then bootstrap addresses.
    pub(super) fn places(&self, class: ConnectionClass) -> Vec<Place> {
        let known = self.lock();
        let mut nodes: Vec<(u8, Place)> = known
            .nodes
            .iter()
            .map(|node| {
                let place = Place::Node(node.id);
                let rank = known
                    .slots
                    .get(&(place, class))
                    .map_or(1, |slot| slot.rank());
                (rank, place)
            })
            .collect();
        nodes.sort_by_key(|(rank, _)| *rank);
        let bootstrap = (0..self.connection.bootstrap.len()).map(Place::Bootstrap);
        nodes
            .into_iter()
            .map(|(_, place)| place)
            .chain(bootstrap)
            .collect()
    }

    pub(super) async fn call_node<R: Call>(
        &self,
        node: NodeId,
        class: ConnectionClass,
        request: &R,
        deadline: Instant,
    ) -> Result<R::Answer, KafkaError> {
        self.call_place(Place::Node(node), class, request, deadline)
            .await
    }

    pub(super) async fn call_place<R: Call>(
        &self,
        place: Place,
        class: ConnectionClass,
        request: &R,
        deadline: Instant,
    ) -> Result<R::Answer, KafkaError> {
        let result = self
            .with_connection(
                place,
                class,
                R::REPEATABLE,
                deadline,
                |connection| async move { connection.call(request, deadline).await },
            )
            .await;
        // How a broker stands is for polls to say: readings wait long, and a late one means little.
        if class == ConnectionClass::Control {
            self.note(place, result.as_ref().err());
        }
        result
    }

    pub(super) async fn ping(
        &self,
        node: NodeId,
        deadline: Instant,
    ) -> Result<ApiVersions, KafkaError> {
        let place = Place::Node(node);
        let result = self
            .with_connection(
                place,
                ConnectionClass::Control,
                true,
                deadline,
                |connection| async move { connection.ping(deadline).await },
            )
            .await;
        self.note(place, result.as_ref().err());
        result
    }

    /// Runs `act` on the place's connection. A connection that broke under a repeatable act is opened anew once: brokers
    /// close idle connections, and a restarted broker leaves dead ones.
    async fn with_connection<T, F: Future<Output = Result<T, KafkaError>>>(
        &self,
        place: Place,
        class: ConnectionClass,
        repeatable: bool,
        deadline: Instant,
        act: impl Fn(Arc<Connection>) -> F,
    ) -> Result<T, KafkaError> {
        let around = self.around.as_ref().map_err(Clone::clone)?;
        let slot = self.slot(place, class)?;
        let connection = slot.connection(around, deadline).await?;
        match act(connection).await {
            Err(KafkaError::Unreachable { .. }) if repeatable && Instant::now() < deadline => {
                act(slot.connection(around, deadline).await?).await
            }
            result => result,
        }
    }

    /// Only connects, for acts that must not be made twice.
    pub(super) async fn connect(
        &self,
        place: Place,
        class: ConnectionClass,
        deadline: Instant,
    ) -> Result<(), KafkaError> {
        let around = self.around.as_ref().map_err(Clone::clone)?;
        let result = self.slot(place, class)?.connection(around, deadline).await;
        self.note(place, result.as_ref().err());
        result.map(drop)
    }

    fn slot(&self, place: Place, class: ConnectionClass) -> Result<Arc<Slot>, KafkaError> {
        let mut known = self.lock();
        if let Some(slot) = known.slots.get(&(place, class)) {
            return Ok(slot.clone());
        }
        let target = match place {
            Place::Bootstrap(position) => {
                let address = self
                    .connection
                    .bootstrap
                    .get(position)
                    .cloned()
                    .ok_or(KafkaError::Stopped)?;
                Target {
                    label: address.to_string().into(),
                    address,
                    class,
                }
            }
            Place::Node(id) => {
                let node = known
                    .nodes
                    .iter()
                    .find(|node| node.id == id)
                    .ok_or_else(|| KafkaError::Unreachable {
                        broker: format!("node {id}").into(),
                        cause: "it is not registered with the cluster".to_owned(),
                        since: None,
                    })?;
                Target {
                    label: format!("node {id} at {}", node.address).into(),
                    address: node.address.clone(),
                    class,
                }
            }
        };
        let slot = Slot::new(target);
        known.slots.insert((place, class), slot.clone());
        Ok(slot)
    }

    /// Keeps how a broker was found.
    fn note(&self, place: Place, error: Option<&KafkaError>) {
        let Place::Node(node) = place else { return };
        let mut known = self.lock();
        if !known.nodes.iter().any(|other| other.id == node) {
            return;
        }
        let reach = known.reach.entry(node).or_default();
        let now = Timestamp::from_system(SystemTime::now());
        match error {
            Some(KafkaError::Stopped) => {}
            Some(error) if error.is_transport() => {
                let since = match reach {
                    Reach::Silent { since, .. } => *since,
                    Reach::Untried | Reach::Answering { .. } => now,
                };
                *reach = Reach::Silent {
                    since,
                    error: error.clone(),
                };
            }
            // An answer with an error code is an answer.
            _ => {
                if !reach.answers() {
                    *reach = Reach::Answering { since: now };
                }
            }
        }
    }

    pub(super) fn leader(&self, topic: &TopicName, partition: i32) -> Option<NodeId> {
        let index = usize::try_from(partition).ok()?;
        self.lock()
            .leaders
            .get(topic)?
            .get(index)
            .copied()
            .flatten()
    }

    pub(super) fn learn_leaders(&self, topic: TopicName, leaders: Vec<Option<NodeId>>) {
        let mut known = self.lock();
        if known.leaders.len() >= MOST_ROUTES {
            known.leaders.clear();
        }
        known.leaders.insert(topic, leaders);
    }

    pub(super) fn forget_leaders(&self, topic: &TopicName) {
        self.lock().leaders.remove(topic);
    }

    pub(super) fn coordinator(&self, kind: i8, key: &str) -> Option<NodeId> {
        self.lock()
            .coordinators
            .get(&(kind, key.to_owned()))
            .copied()
    }

    pub(super) fn learn_coordinator(&self, kind: i8, key: &str, node: NodeId) {
        let mut known = self.lock();
        if known.coordinators.len() >= MOST_ROUTES {
            known.coordinators.clear();
        }
        known.coordinators.insert((kind, key.to_owned()), node);
    }

    pub(super) fn forget_coordinator(&self, kind: i8, key: &str) {
        self.lock().coordinators.remove(&(kind, key.to_owned()));
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
