//! Server functions about nodes and the certificates of their listeners.

use crate::error::AppError;
use leptos::prelude::*;
use penstock_domain::{
    certificate::Certificates,
    ids::{ClusterRef, NodeId},
    node::{
        NodeDetail, NodePartitionList, Nodes,
        configuration::{ConfigurationPage, ConfigurationQuery},
        simulation::{Choice, Simulation},
    },
    query::ListQuery,
};
use server_fn::codec::Json;

/// A cluster's nodes.
#[server(input = Json, output = Json)]
pub async fn nodes_list(
    /// Of which cluster.
    cluster: ClusterRef,
) -> Result<Nodes, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.nodes(&cx, &cluster)).await
}

/// What would happen if nodes stopped.
#[server(input = Json, output = Json)]
pub async fn nodes_simulation_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Which nodes.
    choice: Choice,
) -> Result<Simulation, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.nodes_simulation(&cx, &cluster, &choice)).await
}

/// One node.
#[server(input = Json, output = Json)]
pub async fn node_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Which one.
    node: NodeId,
) -> Result<NodeDetail, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.node(&cx, &cluster, node)).await
}

/// The part of a node's configuration that an address asks for: all of it, with documentation, is large.
#[server(input = Json, output = Json)]
pub async fn node_configuration_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Of which node.
    node: NodeId,
    /// Which settings.
    query: ConfigurationQuery,
) -> Result<ConfigurationPage, AppError> {
    let (cx, backend) = crate::context::request()?;
    let configuration = backend.node_configuration(&cx, &cluster, node);
    crate::context::answer(async { Ok(configuration.await?.page(&query)) }).await
}

/// One page of the partitions that a node leads and follows.
#[server(input = Json, output = Json)]
pub async fn node_partitions_list(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Of which node.
    node: NodeId,
    /// Filter, order and page.
    query: ListQuery,
) -> Result<NodePartitionList, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.node_partitions(&cx, &cluster, node, &query)).await
}

/// Certificates of a cluster's listeners and authorities.
#[server(input = Json, output = Json)]
pub async fn certificates_get(
    /// Of which cluster.
    cluster: ClusterRef,
) -> Result<Certificates, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.certificates(&cx, &cluster)).await
}
