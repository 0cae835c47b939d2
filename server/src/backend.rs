//! What pages and the API are answered: authorise, join resources with what brokers say, return domain types.
//!
//! [`Console`] implements the port of `penstock-api`. Every method authorises first; without the proof of it
//! ([`penstock_auth::Authorised`]) the [`fleet`] opens no cluster. The joins themselves (`clusters`, `nodes`, `topics`) are
//! pure functions over a [`sight::Sight`], which is memory only: no request waits for a broker, except for the documentation
//! of a topic's settings.

pub mod clusters;
pub mod configuration;
pub mod fleet;
pub mod gate;
pub mod link;
pub mod nodes;
pub mod problems;
pub mod sight;
pub mod topics;

use self::{fleet::Fleet, gate::Gate, sight::Sight};
use async_trait::async_trait;
use penstock_api::{
    AppError,
    context::RequestContext,
    port::{ClustersPort, NodesPort, SessionPort, TopicsPort},
};
use penstock_domain::{
    access::{Resource, Right, Verb},
    cluster::{ClusterList, ClusterOverview},
    envelope::Missing,
    ids::{ClusterRef, NodeId, TopicName},
    node::{NodeConfiguration, NodeDetail, Nodes},
    query::ListQuery,
    session::SessionInfo,
    time::Timestamp,
    topic::{TopicDetail, TopicList},
};
use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

/// How long a page waits for a broker's configuration, which is not kept in memory.
const CONFIGURATION_PATIENCE: Duration = Duration::from_secs(3);

/// The backend.
pub struct Console {
    fleet: Arc<Fleet>,
    gate: Gate,
    read_only: bool,
}

impl Console {
    /// Joins the parts.
    pub fn new(fleet: Arc<Fleet>, gate: Gate, read_only: bool) -> Self {
        Self {
            fleet,
            gate,
            read_only,
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

    /// KafkaUsers in a verdict are for those who may list users.
    async fn sees_users(&self, cx: &RequestContext, cluster: &ClusterRef) -> bool {
        let right = Right::on_cluster(
            Verb::List,
            Resource::Users,
            &self.fleet.reviewed_as(cluster),
        );
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
            let sees_users = self.sees_users(cx, &cluster).await;
            items.push(clusters::summary(&sight, sees_users));
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
        let sees_users = self.sees_users(cx, cluster).await;
        Ok(clusters::overview(&sight, sees_users))
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
        if nodes::detail(&sight, node).is_none() {
            return Err(problems::no_node(cluster, node));
        }
        let client = sight
            .client()
            .ok_or_else(|| problems::not_connected(&sight))?;
        let entries = client
            .broker_configuration(node, CONFIGURATION_PATIENCE)
            .await
            .map_err(|error| problems::kafka(&error))?;
        Ok(NodeConfiguration {
            entries,
            as_of: Some(now()),
        })
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
        Ok(topics::list::page(&sight, query))
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
