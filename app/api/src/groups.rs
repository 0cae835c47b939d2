//! Server functions about consumer groups.

use crate::error::AppError;
use leptos::prelude::*;
use penstock_domain::{
    group::{
        GroupAges, GroupConfiguration, GroupDetail, GroupList,
        act::{
            ApplyOffsets, DeleteGroups, DeleteOutcome, DeletePreview, KeptChanges, OffsetsOutcome,
            ResetPreview,
        },
        readers::TopicReaders,
        reset::ResetSpec,
        span::{GroupHistory, HistorySpan},
    },
    ids::{ClusterRef, GroupName, TopicName},
    query::ListQuery,
};
use server_fn::codec::Json;

/// One page of a cluster's groups.
#[server(input = Json, output = Json)]
pub async fn groups_list(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Filter, order and page.
    query: ListQuery,
) -> Result<GroupList, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.groups(&cx, &cluster, &query)).await
}

/// One group in full.
#[server(input = Json, output = Json)]
pub async fn group_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Which one.
    group: GroupName,
) -> Result<GroupDetail, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.group(&cx, &cluster, &group)).await
}

/// Offsets of a group over time.
#[server(input = Json, output = Json)]
pub async fn group_history_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Of which group.
    group: GroupName,
    /// How far back.
    span: HistorySpan,
) -> Result<GroupHistory, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.group_history(&cx, &cluster, &group, span)).await
}

/// Who reads a topic.
#[server(input = Json, output = Json)]
pub async fn topic_readers_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Which topic.
    topic: TopicName,
) -> Result<TopicReaders, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.topic_readers(&cx, &cluster, &topic)).await
}

/// How far behind a group is, from the records themselves.
#[server(input = Json, output = Json)]
pub async fn group_ages_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Of which group.
    group: GroupName,
) -> Result<GroupAges, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.group_ages(&cx, &cluster, &group)).await
}

/// Configuration of a group at the broker.
#[server(input = Json, output = Json)]
pub async fn group_configuration_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Of which group.
    group: GroupName,
) -> Result<GroupConfiguration, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.group_configuration(&cx, &cluster, &group)).await
}

/// What was done to a group through the console, and may be undone.
#[server(input = Json, output = Json)]
pub async fn group_changes_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// To which group.
    group: GroupName,
) -> Result<KeptChanges, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.group_changes(&cx, &cluster, &group)).await
}

/// What setting a group's offsets would do.
#[server(input = Json, output = Json)]
pub async fn offsets_preview(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Of which group.
    group: GroupName,
    /// Where to, and in which partitions.
    spec: ResetSpec,
) -> Result<ResetPreview, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.offsets_preview(&cx, &cluster, &group, spec)).await
}

/// Sets or deletes a group's offsets.
#[server(input = Json, output = Json)]
pub async fn offsets_apply(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Of which group.
    group: GroupName,
    /// As a preview showed them.
    asked: ApplyOffsets,
) -> Result<OffsetsOutcome, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.offsets_apply(&cx, &cluster, &group, asked)).await
}

/// What deleting groups would lose.
#[server(input = Json, output = Json)]
pub async fn groups_delete_preview(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Which groups.
    asked: DeleteGroups,
) -> Result<DeletePreview, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.groups_delete_preview(&cx, &cluster, asked)).await
}

/// Deletes groups.
#[server(input = Json, output = Json)]
pub async fn groups_delete(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Which groups.
    asked: DeleteGroups,
) -> Result<DeleteOutcome, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.groups_delete(&cx, &cluster, asked)).await
}
