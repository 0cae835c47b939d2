//! Server functions about clusters.

use crate::error::AppError;
use leptos::prelude::*;
use penstock_domain::{
    cluster::{ClusterList, ClusterOverview},
    ids::ClusterRef,
};
use server_fn::codec::Json;

/// Clusters that the user may see.
#[server(input = Json, output = Json)]
pub async fn clusters_list() -> Result<ClusterList, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.clusters(&cx)).await
}

/// One cluster's overview.
#[server(input = Json, output = Json)]
pub async fn cluster_get(
    /// Which one.
    cluster: ClusterRef,
) -> Result<ClusterOverview, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.cluster(&cx, &cluster)).await
}
