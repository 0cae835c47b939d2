//! Server functions about subjects of a schema registry.

use crate::error::AppError;
use leptos::prelude::*;
use penstock_domain::{
    ids::{ClusterRef, SubjectName},
    query::ListQuery,
    schema::{
        Compared, SubjectDetail, SubjectList,
        act::{
            Candidate, CheckOutcome, DeleteSubject, LevelOutcome, RegisterOutcome, SetLevel,
            SubjectDeleteOutcome, SubjectLoss,
        },
        impact::SubjectImpact,
    },
};
use server_fn::codec::Json;

/// One page of a cluster's subjects.
#[server(input = Json, output = Json)]
pub async fn subjects_list(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Filter, order and page.
    query: ListQuery,
) -> Result<SubjectList, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.subjects(&cx, &cluster, &query)).await
}

/// One subject in full.
#[server(input = Json, output = Json)]
pub async fn subject_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Which one.
    subject: SubjectName,
    /// Which versions side by side.
    compared: Compared,
) -> Result<SubjectDetail, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.subject(&cx, &cluster, &subject, compared)).await
}

/// What a subject's topics carry, from a sample of their newest records.
#[server(input = Json, output = Json)]
pub async fn subject_impact_get(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Of which subject.
    subject: SubjectName,
) -> Result<SubjectImpact, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.subject_impact(&cx, &cluster, &subject)).await
}

/// What registering a schema would do.
#[server(input = Json, output = Json)]
pub async fn schema_check(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Under which subject.
    subject: SubjectName,
    /// The schema.
    candidate: Candidate,
) -> Result<CheckOutcome, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.schema_check(&cx, &cluster, &subject, candidate)).await
}

/// Registers a schema.
#[server(input = Json, output = Json)]
pub async fn schema_register(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Under which subject.
    subject: SubjectName,
    /// The schema.
    candidate: Candidate,
) -> Result<RegisterOutcome, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.schema_register(&cx, &cluster, &subject, candidate)).await
}

/// Sets the level of a subject, or takes its own away.
#[server(input = Json, output = Json)]
pub async fn subject_level_set(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Of which subject.
    subject: SubjectName,
    /// Which level.
    asked: SetLevel,
) -> Result<LevelOutcome, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.schema_level_set(&cx, &cluster, Some(&subject), asked)).await
}

/// Sets the global level of the cluster's registry.
#[server(input = Json, output = Json)]
pub async fn global_level_set(
    /// Of which cluster's registry.
    cluster: ClusterRef,
    /// Which level.
    asked: SetLevel,
) -> Result<LevelOutcome, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.schema_level_set(&cx, &cluster, None, asked)).await
}

/// What deleting a version or a subject would do.
#[server(input = Json, output = Json)]
pub async fn subject_delete_preview(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Of which subject.
    subject: SubjectName,
    /// What of it.
    asked: DeleteSubject,
) -> Result<SubjectLoss, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.subject_delete_preview(&cx, &cluster, &subject, asked)).await
}

/// Deletes a version or a subject.
#[server(input = Json, output = Json)]
pub async fn subject_delete(
    /// Of which cluster.
    cluster: ClusterRef,
    /// Of which subject.
    subject: SubjectName,
    /// What of it.
    asked: DeleteSubject,
) -> Result<SubjectDeleteOutcome, AppError> {
    let (cx, backend) = crate::context::request()?;
    crate::context::answer(backend.subject_delete(&cx, &cluster, &subject, asked)).await
}
