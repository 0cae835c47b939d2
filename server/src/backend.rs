//! What pages and the API are answered: authorise, join resources with what brokers say, return domain types.
//!
//! [`Console`] implements the port of `penstock-api`. Every method authorises first; without the proof of it
//! ([`penstock_auth::Authorised`]) the [`fleet`] opens no cluster. The joins themselves (`clusters`, `nodes`, `topics`) are
//! pure functions over a [`sight::Sight`], which is memory only: no request waits for a broker, except for a node's settings, for the
//! documentation of a topic's, and for records (`records`), which nobody keeps.

pub mod activity;
pub mod certificates;
pub mod clusters;
pub mod configuration;
mod csv;
pub mod fleet;
pub mod gate;
pub mod groups;
pub mod link;
pub mod nodes;
mod paging;
pub mod problems;
pub mod produce;
pub mod records;
pub mod resources;
pub mod schemas;
mod search;
pub mod sight;
pub mod topics;
pub mod users;

use self::{fleet::Fleet, gate::Gate, records::RecordServices, sight::Sight};
use crate::{audit::Audit, store::Store};
use async_trait::async_trait;
use penstock_api::{
    AppError,
    context::RequestContext,
    port::{ClustersPort, NodesPort, SessionPort, TopicsPort},
};
use penstock_cluster::credentials::UserSecrets;
use penstock_domain::{
    access::{Resource, Right, Verb},
    certificate::Certificates,
    cluster::{ClusterList, ClusterOverview},
    envelope::Missing,
    ids::{ClusterRef, NodeId, TopicName},
    node::{
        NodeConfiguration, NodeDetail, NodePartitionList, Nodes,
        simulation::{Choice, Simulation},
    },
    query::ListQuery,
    session::SessionInfo,
    time::Timestamp,
    topic::{TopicDetail, TopicList},
};
use std::{sync::Arc, time::SystemTime};

/// The backend.
pub struct Console {
    fleet: Arc<Fleet>,
    gate: Gate,
    read_only: bool,
    records: RecordServices,
    audit: Arc<Audit>,
    store: Store,
    produce: produce::Desk,
    secrets: Option<UserSecrets>,
    subjects: schemas::Tables,
}

/// What the backend needs beside clusters and rights.
#[derive(Clone)]
pub struct Services {
    /// Whether every change is refused.
    pub read_only: bool,
    /// For reading records.
    pub records: RecordServices,
    /// Where it is noted who did what.
    pub audit: Arc<Audit>,
    /// What outlives a restart.
    pub store: Store,
    /// The way to Secrets, for whoever may read them; `None` without Kubernetes.
    pub secrets: Option<UserSecrets>,
}

impl Console {
    /// Joins the parts.
    pub fn new(fleet: Arc<Fleet>, gate: Gate, services: Services) -> Self {
        schemas::follow::start(&fleet, &services.records.registries);
        Self {
            fleet,
            gate,
            read_only: services.read_only,
            records: services.records,
            audit: services.audit,
            store: services.store,
            produce: produce::Desk::default(),
            secrets: services.secrets,
            subjects: schemas::Tables::default(),
        }
    }

    /// Who asks, and what they may.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// The clusters behind it.
    pub fn fleet(&self) -> &Arc<Fleet> {
        &self.fleet
    }

    /// Authorises `verb` on all `resource` of a cluster, then opens it.
    async fn open(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        verb: Verb,
        resource: Resource,
    ) -> Result<Sight, AppError> {
        let right = Right::on_cluster(verb, resource, &self.fleet.reviewed_as(cluster));
        let grant = self.gate.authorise(cx, right).await?;
        self.fleet.open(&grant, cluster)
    }

    /// KafkaUsers in a verdict are for those who may list users, the count of troubled groups for those who may list groups.
    async fn sees(&self, cx: &RequestContext, cluster: &ClusterRef) -> clusters::Sees {
        clusters::Sees {
            users: self.may_list_all(cx, cluster, Resource::Users).await,
            groups: self.may_list_all(cx, cluster, Resource::Groups).await,
        }
    }

    /// Every cluster that the user may see, as a file.
    pub async fn clusters_csv(&self, cx: &RequestContext) -> Result<String, AppError> {
        Ok(clusters::csv::file(&self.clusters(cx).await?))
    }

    /// Every node of a cluster, as a file.
    pub async fn nodes_csv(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
    ) -> Result<String, AppError> {
        Ok(nodes::csv::file(&self.nodes(cx, cluster).await?))
    }

    /// Every topic that passes a filter, as a file.
    pub async fn topics_csv(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ListQuery,
    ) -> Result<String, AppError> {
        let sight = self.open(cx, cluster, Verb::List, Resource::Topics).await?;
        topics::csv::file(&sight, query).map_err(|error| problems::filter(&error))
    }

    async fn may_list_all(&self, cx: &RequestContext, cluster: &ClusterRef, of: Resource) -> bool {
        let right = Right::on_cluster(Verb::List, of, &self.fleet.reviewed_as(cluster));
        matches!(self.gate.may(cx, right).await, Ok(Some(_)))
    }
}

/// The clock.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_system(SystemTime::now())
}

#[async_trait]
impl SessionPort for Console {
    async fn session(&self, cx: &RequestContext) -> Result<SessionInfo, AppError> {
        let identity = self.gate.identity(cx).await?;
        let health = self.fleet.health();
        Ok(SessionInfo {
            user: identity.user.to_string(),
            groups: identity.groups.clone(),
            expires: cx
                .credential
                .as_ref()
                .and_then(|credential| credential.expires),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            read_only: self.read_only,
            watches_as_of: health
                .as_ref()
                .and_then(|health| health.api_server.last_heard),
            watches_stale: health.and_then(|health| health.api_server.error),
        })
    }
}

#[async_trait]
impl ClustersPort for Console {
    async fn clusters(&self, cx: &RequestContext) -> Result<ClusterList, AppError> {
        self.gate.identity(cx).await?;
        let mut items = Vec::new();
        let mut missing = Vec::new();
        let mut some_hidden = false;
        for (cluster, reviewed_as) in self.fleet.names() {
            let right = Right::on_cluster(Verb::Get, Resource::Clusters, &reviewed_as);
            let Some(grant) = self.gate.may(cx, right).await? else {
                some_hidden = true;
                continue;
            };
            // It may have gone since its name was read.
            let Ok(sight) = self.fleet.open(&grant, &cluster) else {
                continue;
            };
            let sees = self.sees(cx, &cluster).await;
            items.push(clusters::summary(&sight, sees));
        }
        for (reviewed_as, malformed) in self.fleet.malformed_clusters() {
            let right = Right::on_cluster(Verb::Get, Resource::Clusters, &reviewed_as);
            if self.gate.may(cx, right).await?.is_some() {
                missing.push(malformed);
            } else {
                some_hidden = true;
            }
        }
        if let Some(why) = self.fleet.resources_silent() {
            missing.push(Missing {
                what: "the newest state of Kubernetes resources".to_owned(),
                why,
            });
        }
        Ok(clusters::list(items, missing, some_hidden))
    }

    async fn cluster(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
    ) -> Result<ClusterOverview, AppError> {
        let sight = self
            .open(cx, cluster, Verb::Get, Resource::Clusters)
            .await?;
        let sees = self.sees(cx, cluster).await;
        Ok(clusters::overview(&sight, sees))
    }
}

#[async_trait]
impl NodesPort for Console {
    async fn nodes(&self, cx: &RequestContext, cluster: &ClusterRef) -> Result<Nodes, AppError> {
        let sight = self
            .open(cx, cluster, Verb::List, Resource::Brokers)
            .await?;
        Ok(nodes::page(&sight))
    }

    async fn node(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        node: NodeId,
    ) -> Result<NodeDetail, AppError> {
        let sight = self.open(cx, cluster, Verb::Get, Resource::Brokers).await?;
        nodes::detail(&sight, node).ok_or_else(|| problems::no_node(cluster, node))
    }

    async fn node_configuration(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        node: NodeId,
    ) -> Result<NodeConfiguration, AppError> {
        let sight = self.open(cx, cluster, Verb::Get, Resource::Brokers).await?;
        nodes::configuration::of_node(&sight, node).await
    }

    async fn node_partitions(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        node: NodeId,
        query: &ListQuery,
    ) -> Result<NodePartitionList, AppError> {
        let sight = self.open(cx, cluster, Verb::Get, Resource::Brokers).await?;
        if !nodes::exists(&sight, node) {
            return Err(problems::no_node(cluster, node));
        }
        Ok(nodes::partitions(&sight, node, query))
    }

    async fn nodes_simulation(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        choice: &Choice,
    ) -> Result<Simulation, AppError> {
        let sight = self
            .open(cx, cluster, Verb::List, Resource::Brokers)
            .await?;
        Ok(nodes::simulation(&sight, choice))
    }

    async fn certificates(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
    ) -> Result<Certificates, AppError> {
        let sight = self
            .open(cx, cluster, Verb::Get, Resource::Clusters)
            .await?;
        Ok(certificates::of(&sight))
    }
}

#[async_trait]
impl TopicsPort for Console {
    async fn topics(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ListQuery,
    ) -> Result<TopicList, AppError> {
        let sight = self.open(cx, cluster, Verb::List, Resource::Topics).await?;
        topics::list::page(&sight, query).map_err(|error| problems::filter(&error))
    }

    async fn topic(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        topic: &TopicName,
    ) -> Result<TopicDetail, AppError> {
        let right = Right::on_object(
            Verb::Get,
            Resource::Topics,
            &self.fleet.reviewed_as(cluster),
            topic.as_str(),
        );
        let grant = self.gate.authorise(cx, right).await?;
        let sight = self.fleet.open(&grant, cluster)?;
        if !topics::exists(&sight, topic) {
            return Err(problems::no_topic(&sight, topic));
        }
        let configuration = configuration::of_topic(&sight, topic).await;
        Ok(topics::detail::of(&sight, topic, configuration))
    }
}
