//! Server functions about resources beside a cluster.

use crate::error::AppError;
use leptos::prelude::*;
use penstock_domain::{
    ids::{ClusterRef, Namespace, ResourceName},
    query::ListQuery,
    resource::list::{ResourceList, ResourcePage},
};
use server_fn::codec::Json;

/// One page of the resources beside a cluster.
#[server(input = Json, output = Json)]
pub async fn resources_list(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Of one kind, by its plural; without it of all that the user may see.
    plural: Option<String>,
    /// Filter, order and page.
    query: ListQuery,
) -> Result<ResourceList, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.resources(&cx, &cluster, plural.as_deref(), &query)).await
}

/// One resource in full.
#[server(input = Json, output = Json)]
pub async fn resource_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Its kind's plural.
    plural: String,
    /// Its namespace.
    namespace: Namespace,
    /// Its name.
    name: ResourceName,
) -> Result<ResourcePage, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.resource(&cx, &cluster, &plural, &namespace, &name)).await
}
