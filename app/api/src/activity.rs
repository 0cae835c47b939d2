//! Server functions about activity.

use crate::error::AppError;
use leptos::prelude::*;
use penstock_domain::{
    activity::{ActivityPage, query::ActivityQuery},
    ids::ClusterRef,
};
use server_fn::codec::Json;

/// One page of what happened in a cluster.
#[server(input = Json, output = Json)]
pub async fn activity_list(
    /// In which cluster.
    cluster: ClusterRef,
    /// Span, lane, words, page.
    query: ActivityQuery,
) -> Result<ActivityPage, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.activity(&cx, &cluster, &query)).await
}
