//! Server functions about topics.

use crate::error::AppError;
use leptos::prelude::*;
use penstock_domain::{
    ids::{ClusterRef, TopicName},
    query::ListQuery,
    topic::{TopicDetail, TopicList},
};
use server_fn::codec::Json;

/// One page of a cluster's topics.
#[server(input = Json, output = Json)]
pub async fn topics_list(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Filter, order and page.
    query: ListQuery,
) -> Result<TopicList, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.topics(&cx, &cluster, &query)).await
}

/// One topic in full.
#[server(input = Json, output = Json)]
pub async fn topic_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Which one.
    topic: TopicName,
) -> Result<TopicDetail, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.topic(&cx, &cluster, &topic)).await
}
