//! The clusters that the console knows: one member per `Kafka` resource and per configured cluster, each with its link and,
//! where it can be dialled, its inventory.
//!
//! Three tasks: `forward` hands every change of resources to the hub, `reconcile` follows resources and credentials and starts,
//! updates and stops inventories, `certificates` looks at what listeners present. A further one per inventory hands its revisions to the hub, another keeps the past of its groups (`past`). Nobody gets at a member's data
//! without an [`Authorised`] for that cluster.

mod certificates;
mod forward;
mod past;
mod reconcile;

use super::{
    activity::{Activity, keeper},
    certificates::book::CertificateBook,
    configuration::Configurations,
    link::Link,
    nodes::configuration::NodeConfigurations,
    problems,
    sight::Sight,
    topics::table::TopicTables,
    users::table::UserTables,
};
use crate::{hub::Hub, store::Store};
use penstock_api::AppError;
use penstock_auth::Authorised;
use penstock_cluster::{
    credentials::{Credentials, SecretRef},
    kind::Kind,
    watch::{Health, Watches},
};
use penstock_domain::{
    cluster::Origin,
    envelope::Missing,
    ids::{ClusterRef, Namespace},
};
use penstock_kafka::tail::{TailHub, TailRoom};
use penstock_kafka::{ClusterConnection, Inventory, Periods};
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A cluster that only the configuration file names.
#[derive(Clone, Debug)]
pub struct PlainCluster {
    /// Its name, in the reserved namespace.
    pub cluster: ClusterRef,
    /// The namespace in which rights on it are reviewed (decision 9).
    pub authorization_namespace: Namespace,
    /// How it is reached, or why its settings can't be used.
    pub connection: Result<ClusterConnection, String>,
}

/// One cluster.
pub struct Member {
    /// Its address.
    pub cluster: ClusterRef,
    /// The address under which rights on it are reviewed.
    pub reviewed_as: ClusterRef,
    /// Where it comes from.
    pub origin: Origin,
    /// How it is reached.
    pub link: Link,
    /// What its brokers say.
    pub inventory: Option<Inventory>,
    /// Follows the ends of topics, once for all who look.
    pub tails: Option<TailHub>,
    /// The Secret behind the link.
    secret: Option<SecretRef>,
    /// Ends what belongs to the inventory.
    stop: CancellationToken,
    /// Topics joined with resources, kept from one request to the next.
    pub tables: Arc<TopicTables>,
    /// Principals joined likewise.
    pub users: Arc<UserTables>,
    /// Configurations with documentation, kept likewise.
    pub configurations: Arc<Configurations>,
    /// Those of brokers.
    pub node_configurations: Arc<NodeConfigurations>,
    /// What handshakes and Secrets told of certificates.
    pub certificates: Arc<CertificateBook>,
}

/// Where clusters come from.
pub struct Sources {
    /// Resources.
    pub watches: Watches,
    /// Secrets beside them; `None` without Kubernetes.
    pub credentials: Option<Credentials>,
    /// The configuration file.
    pub plain: Vec<PlainCluster>,
}

/// All clusters.
pub struct Fleet {
    hub: Hub,
    watches: Watches,
    credentials: Option<Credentials>,
    plain: Vec<PlainCluster>,
    periods: Periods,
    /// Where the past of groups outlives a restart.
    store: Store,
    /// What happened in every cluster.
    activity: Activity,
    /// Memory for records that are followed, over all clusters.
    tail_room: TailRoom,
    members: RwLock<BTreeMap<ClusterRef, Arc<Member>>>,
    /// Asks for a reconciliation.
    wake: Notify,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Fleet {
    /// Starts following. Needs a Tokio runtime; ends with `stop`.
    pub fn start(
        hub: Hub,
        sources: Sources,
        periods: Periods,
        store: Store,
        stop: &CancellationToken,
    ) -> Arc<Self> {
        let Sources {
            watches,
            credentials,
            plain,
        } = sources;
        let activity = Activity::new(hub.clone(), super::now());
        let fleet = Arc::new(Self {
            hub,
            watches,
            credentials,
            plain,
            periods,
            store,
            activity,
            tail_room: TailRoom::default(),
            members: RwLock::default(),
            wake: Notify::new(),
            tracker: TaskTracker::new(),
            stop: stop.child_token(),
        });
        let changes = fleet.watches.index().subscribe();
        let observed = fleet.watches.index().observe();
        fleet.tracker.spawn(forward::run(fleet.clone(), changes));
        fleet
            .tracker
            .spawn(keeper::observe(fleet.clone(), observed));
        fleet.tracker.spawn(keeper::keep(fleet.clone()));
        fleet.tracker.spawn(reconcile::run(fleet.clone()));
        fleet.tracker.spawn(certificates::run(fleet.clone()));
        fleet
    }

    /// Every cluster with the address under which rights on it are reviewed. Names only.
    pub fn names(&self) -> Vec<(ClusterRef, ClusterRef)> {
        self.read(|members| {
            members
                .values()
                .map(|member| (member.cluster.clone(), member.reviewed_as.clone()))
                .collect()
        })
    }

    /// The address under which rights on a cluster are reviewed; of unknown ones their own.
    pub fn reviewed_as(&self, cluster: &ClusterRef) -> ClusterRef {
        self.member(cluster)
            .map_or_else(|| cluster.clone(), |member| member.reviewed_as.clone())
    }

    /// Opens a cluster for whoever holds a right on it.
    pub fn open(&self, grant: &Authorised, cluster: &ClusterRef) -> Result<Sight, AppError> {
        let granted = grant.right().cluster.as_ref();
        let Some(member) = self.member(cluster) else {
            return Err(self.absence(cluster));
        };
        if granted != Some(&member.reviewed_as) {
            // A right on one cluster opens no other. Callers ask for the right one; this holds if they ever do not.
            return Err(problems::forbidden(grant.right()));
        }
        if let Some(inventory) = &member.inventory {
            inventory.touch();
        }
        Ok(Sight::new(
            member,
            self.watches.index().view(),
            self.watches.health(),
            super::now(),
        ))
    }

    /// Somebody has a page open that may show this cluster: its polls keep their pace.
    pub fn touch(&self, grant: &Authorised) {
        let inventories: Vec<Inventory> = self.read(|members| {
            members
                .values()
                .filter(|member| grant.right().cluster.as_ref() == Some(&member.reviewed_as))
                .filter_map(|member| member.inventory.clone())
                .collect()
        });
        for inventory in inventories {
            inventory.touch();
        }
    }

    /// What an annotation of a cluster's resource says.
    pub fn annotation(&self, cluster: &ClusterRef, name: &str) -> Option<String> {
        let view = self.watches.index().view();
        let kafka = view.cluster(cluster)?;
        kafka.metadata.annotations.get(name).cloned()
    }

    /// Groups of a cluster were changed: they are read again at once.
    pub fn refresh_groups(&self, cluster: &ClusterRef) {
        let inventory = self
            .member(cluster)
            .and_then(|member| member.inventory.clone());
        if let Some(inventory) = inventory {
            inventory.refresh_now(penstock_kafka::Kind::Groups);
        }
    }

    /// How the watches are; `None` without Kubernetes.
    pub fn health(&self) -> Option<Health> {
        self.watches.health()
    }

    /// Why the resources shown may be old, in a sentence.
    pub fn resources_silent(&self) -> Option<String> {
        let health = self.watches.health()?;
        if let (Some(false), Some(error)) = (health.api_server.reachable, &health.api_server.error)
        {
            return Some(error.clone());
        }
        let now = super::now();
        health
            .watches
            .iter()
            .filter(|watch| watch.kind.is_essential())
            .find_map(|watch| watch.trouble(health.silence, now))
    }

    /// `Kafka` resources that can't be read, with the address under which rights on them are reviewed.
    pub fn malformed_clusters(&self) -> Vec<(ClusterRef, Missing)> {
        self.watches
            .index()
            .view()
            .all_malformed()
            .filter(|malformed| malformed.kind == Kind::Kafka)
            .map(|malformed| {
                let cluster = ClusterRef::new(
                    malformed.metadata.namespace.clone(),
                    malformed.metadata.name.as_str(),
                );
                let missing = Missing {
                    what: format!("cluster {cluster}"),
                    why: format!("Its Kafka resource can't be read: {}", malformed.why),
                };
                (cluster, missing)
            })
            .collect()
    }

    /// How many questions were put to the brokers of each cluster since it is followed. Counts only, for metrics.
    pub fn asked(&self) -> Vec<(ClusterRef, u64)> {
        self.read(|members| {
            members
                .values()
                .filter_map(|member| {
                    let inventory = member.inventory.as_ref()?;
                    Some((member.cluster.clone(), inventory.client().asked()))
                })
                .collect()
        })
    }

    /// Whether everything was listed once, so that the console can answer truly.
    pub fn synced(&self) -> bool {
        self.watches.health().is_none_or(|health| health.synced())
    }

    /// Ends every task and connection, and waits for that.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// Tasks that are waited for when the fleet stops; each must end by itself or with it.
    pub fn tasks(&self) -> &TaskTracker {
        &self.tracker
    }

    /// What happened in every cluster.
    pub fn activity(&self) -> &Activity {
        &self.activity
    }

    /// What outlives a restart.
    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// Ends with the fleet.
    pub(super) fn stopped(&self) -> &CancellationToken {
        &self.stop
    }

    /// For the marks.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    fn member(&self, cluster: &ClusterRef) -> Option<Arc<Member>> {
        self.read(|members| members.get(cluster).cloned())
    }

    fn read<T>(&self, look: impl FnOnce(&BTreeMap<ClusterRef, Arc<Member>>) -> T) -> T {
        look(&self.members.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Why a cluster can't be opened by somebody who may.
    fn absence(&self, cluster: &ClusterRef) -> AppError {
        let view = self.watches.index().view();
        if let Some(malformed) = view.all_malformed().find(|malformed| {
            malformed.kind == Kind::Kafka
                && malformed.metadata.namespace == cluster.namespace
                && malformed.metadata.name.as_str() == cluster.name.as_str()
        }) {
            return problems::malformed_cluster(cluster, &malformed.why);
        }
        // Its resource is known a moment before it is followed.
        let awaited = view.cluster(cluster).is_some();
        if awaited || !self.synced() {
            return problems::not_listed_yet(self.resources_silent().as_deref());
        }
        problems::no_cluster(cluster)
    }
}
