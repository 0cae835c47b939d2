//! `POST /api/v1/…/groups/{group}/offsets:…` and `…/groups:delete`: acting upon consumer groups. What is done is decided in
//! `backend::groups::act`.
//!
//! As for reading, each address of one group exists twice: with its name as a segment, and in the query (decision 10).

use super::{
    App,
    problem::ApiError,
    rest::{Answer, Asked, InCluster},
    rest_groups::{GroupParameter, Named, OfGroup},
};
use crate::backend::problems;
use axum::{
    Json,
    extract::{Path, RawQuery, rejection::JsonRejection},
    response::{IntoResponse, Response},
};
use penstock_api::AppError;
use penstock_domain::{
    access::Verb,
    group::{
        act::{
            ApplyOffsets, DeleteGroups, DeleteOutcome, KeptChanges, OffsetsOutcome, ResetPreview,
            UndoOffsets,
        },
        reset::ResetSpec,
    },
    problem::{Problem, ProblemKind},
    query::value_of,
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(changes))
        .routes(routes!(changes_by_query))
        .routes(routes!(preview))
        .routes(routes!(preview_by_query))
        .routes(routes!(apply))
        .routes(routes!(apply_by_query))
        .routes(routes!(undo))
        .routes(routes!(undo_by_query))
        .routes(routes!(delete))
}

type Body<T> = Result<Json<T>, JsonRejection>;

/// What deleting takes.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what is read of the query")]
struct DeleteParameters {
    /// `true`: says what would be lost (`DeletePreview`), and deletes nothing.
    #[param(rename = "dryRun")]
    dry_run: Option<bool>,
}

/// What was done to a group through the console, newest first, with the offsets that were replaced.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/groups/{group}/changes", params(OfGroup), responses((status = 200, body = KeptChanges), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn changes(asked: Asked, Path(path): Path<OfGroup>) -> Answer<KeptChanges> {
    let changes = changes_of(&asked, &path.named()).await;
    asked.answer(changes)
}

/// What was done to a group, its name in the query.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/group/changes", params(InCluster, GroupParameter), responses((status = 200, body = KeptChanges), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn changes_by_query(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Answer<KeptChanges> {
    let named = Named::of(&path, &query.unwrap_or_default());
    let changes = changes_of(&asked, &named).await;
    asked.answer(changes)
}

/// What setting offsets would do; writes nothing.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/groups/{group}/offsets:preview", params(OfGroup), request_body = ResetSpec, responses((status = 200, body = ResetPreview), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn preview(
    asked: Asked,
    Path(path): Path<OfGroup>,
    body: Body<ResetSpec>,
) -> Answer<ResetPreview> {
    let preview = preview_of(&asked, &path.named(), body).await;
    asked.answer(preview)
}

/// What setting offsets would do, the group's name in the query.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/group/offsets:preview", params(InCluster, GroupParameter), request_body = ResetSpec, responses((status = 200, body = ResetPreview), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn preview_by_query(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
    body: Body<ResetSpec>,
) -> Answer<ResetPreview> {
    let named = Named::of(&path, &query.unwrap_or_default());
    let preview = preview_of(&asked, &named, body).await;
    asked.answer(preview)
}

/// Sets offsets (`new`) or deletes them (`new` is null) where the group still stands at `old`, else changes nothing.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/groups/{group}/offsets:apply", params(OfGroup), request_body = ApplyOffsets, responses((status = 200, body = OffsetsOutcome), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn apply(
    asked: Asked,
    Path(path): Path<OfGroup>,
    body: Body<ApplyOffsets>,
) -> Answer<OffsetsOutcome> {
    let outcome = apply_to(&asked, &path.named(), body).await;
    asked.answer(outcome)
}

/// Sets or deletes offsets, the group's name in the query.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/group/offsets:apply", params(InCluster, GroupParameter), request_body = ApplyOffsets, responses((status = 200, body = OffsetsOutcome), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn apply_by_query(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
    body: Body<ApplyOffsets>,
) -> Answer<OffsetsOutcome> {
    let named = Named::of(&path, &query.unwrap_or_default());
    let outcome = apply_to(&asked, &named, body).await;
    asked.answer(outcome)
}

/// Sets back what a change replaced, if the group still stands where it left it.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/groups/{group}/offsets:undo", params(OfGroup), request_body = UndoOffsets, responses((status = 200, body = OffsetsOutcome), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 503, body = Problem)))]
async fn undo(
    asked: Asked,
    Path(path): Path<OfGroup>,
    body: Body<UndoOffsets>,
) -> Answer<OffsetsOutcome> {
    let outcome = undo_in(&asked, &path.named(), body).await;
    asked.answer(outcome)
}

/// Sets back what a change replaced, the group's name in the query.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/group/offsets:undo", params(InCluster, GroupParameter), request_body = UndoOffsets, responses((status = 200, body = OffsetsOutcome), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 503, body = Problem)))]
async fn undo_by_query(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
    body: Body<UndoOffsets>,
) -> Answer<OffsetsOutcome> {
    let named = Named::of(&path, &query.unwrap_or_default());
    let outcome = undo_in(&asked, &named, body).await;
    asked.answer(outcome)
}

/// Deletes groups, one or many; each has its own fate in the answer.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/groups:delete", params(InCluster, DeleteParameters), request_body = DeleteGroups, responses((status = 200, body = DeleteOutcome), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn delete(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
    body: Body<DeleteGroups>,
) -> Result<Response, ApiError> {
    let dry = value_of(&query.unwrap_or_default(), "dryRun").as_deref() == Some("true");
    let cluster = path.cluster();
    // What can't be read names no group: the right is asked first, as for any other request.
    let unread = body.as_ref().err().map(JsonRejection::body_text);
    let groups = body.map(|Json(groups)| groups).unwrap_or_default();
    let backend = asked.app.backend();
    let answered = if dry {
        backend
            .groups_delete_preview(&asked.cx, &cluster, groups)
            .await
            .map(|preview| Json(preview).into_response())
    } else {
        backend
            .groups_delete(&asked.cx, &cluster, groups)
            .await
            .map(|outcome| Json(outcome).into_response())
    };
    answered.map_err(|error| {
        let error = match unread {
            Some(why) if error.problem().kind == ProblemKind::Invalid => unreadable(&why),
            _ => error,
        };
        ApiError::new(error, &asked.cx)
    })
}

async fn changes_of(asked: &Asked, named: &Named) -> Result<KeptChanges, AppError> {
    let backend = asked.app.backend();
    backend
        .group_changes(&asked.cx, &named.cluster, &named.group)
        .await
}

async fn preview_of(
    asked: &Asked,
    named: &Named,
    body: Body<ResetSpec>,
) -> Result<ResetPreview, AppError> {
    let spec = read(asked, named, Verb::Get, body).await?;
    let backend = asked.app.backend();
    backend
        .offsets_preview(&asked.cx, &named.cluster, &named.group, spec)
        .await
}

async fn apply_to(
    asked: &Asked,
    named: &Named,
    body: Body<ApplyOffsets>,
) -> Result<OffsetsOutcome, AppError> {
    let changes = read(asked, named, Verb::Update, body).await?;
    let backend = asked.app.backend();
    backend
        .offsets_apply(&asked.cx, &named.cluster, &named.group, changes)
        .await
}

async fn undo_in(
    asked: &Asked,
    named: &Named,
    body: Body<UndoOffsets>,
) -> Result<OffsetsOutcome, AppError> {
    let UndoOffsets { change } = read(asked, named, Verb::Update, body).await?;
    let backend = asked.app.backend();
    backend
        .offsets_undo(&asked.cx, &named.cluster, &named.group, change)
        .await
}

/// What was sent; where it can't be read, the right comes before what the request looks like.
async fn read<T>(asked: &Asked, named: &Named, verb: Verb, body: Body<T>) -> Result<T, AppError> {
    match body {
        Ok(Json(body)) => Ok(body),
        Err(rejection) => {
            let console = &asked.app.console;
            console
                .may_group(&asked.cx, verb, &named.cluster, &named.group)
                .await?;
            Err(unreadable(&rejection.body_text()))
        }
    }
}

pub(super) fn unreadable(why: &str) -> AppError {
    problems::unreadable(why, "it takes")
}
