//! What the server can be asked, by noun. Filled by `penstock-server`'s backend; a fake one serves tests.
//!
//! Each method authorises before it looks: without the right the answer is the same `Forbidden`, whether the thing exists
//! or not (decision 7).

use crate::{context::RequestContext, error::AppError};
use async_trait::async_trait;
use penstock_domain::{
    cluster::{ClusterList, ClusterOverview},
    ids::{ClusterRef, NodeId, TopicName},
    node::{NodeConfiguration, NodeDetail, Nodes},
    query::ListQuery,
    session::SessionInfo,
    topic::{TopicDetail, TopicList},
};

/// Everything.
pub trait Backend: SessionPort + ClustersPort + NodesPort + TopicsPort + Send + Sync {}

impl<T: SessionPort + ClustersPort + NodesPort + TopicsPort + Send + Sync> Backend for T {}

/// Who am I?
#[async_trait]
pub trait SessionPort {
    /// The signed-in user.
    async fn session(&self, cx: &RequestContext) -> Result<SessionInfo, AppError>;
}

/// Clusters.
#[async_trait]
pub trait ClustersPort {
    /// Those that the user may see.
    async fn clusters(&self, cx: &RequestContext) -> Result<ClusterList, AppError>;
    /// One in full.
    async fn cluster(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
    ) -> Result<ClusterOverview, AppError>;
}

/// Nodes of a cluster.
#[async_trait]
pub trait NodesPort {
    /// All, by pool.
    async fn nodes(&self, cx: &RequestContext, cluster: &ClusterRef) -> Result<Nodes, AppError>;
    /// One.
    async fn node(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        node: NodeId,
    ) -> Result<NodeDetail, AppError>;
    /// Its configuration, asked of the broker itself.
    async fn node_configuration(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        node: NodeId,
    ) -> Result<NodeConfiguration, AppError>;
}

/// Topics of a cluster.
#[async_trait]
pub trait TopicsPort {
    /// One page of them.
    async fn topics(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        query: &ListQuery,
    ) -> Result<TopicList, AppError>;
    /// One in full.
    async fn topic(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        topic: &TopicName,
    ) -> Result<TopicDetail, AppError>;
}
