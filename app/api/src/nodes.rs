//! Server functions about nodes.

use crate::error::AppError;
use leptos::prelude::*;
use penstock_domain::{ids::ClusterRef, node::Nodes};
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
