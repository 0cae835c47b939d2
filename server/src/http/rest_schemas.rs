//! `/api/v1/…/schemas` and `…/schema`: subjects of a cluster's schema registry.
//!
//! A subject's name may be any text, and no path carries every text through every proxy: one subject is addressed with its name in
//! the query (`…/schema?subject=orders-value`, decision 10), and for reading also as a segment (`…/schemas/orders-value`).

use super::{
    App,
    problem::ApiError,
    rest::{Answer, Asked, FormatParameter, InCluster, PageParameters},
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
    ids::{ClusterRef, SubjectName},
    problem::{Problem, ProblemKind},
    query::{ListQuery, value_of},
    schema::{
        Compared, SchemaText, SubjectDetail, SubjectList,
        act::{
            Candidate, CheckOutcome, DeleteSubject, LevelOutcome, RegisterOutcome, SetLevel,
            SubjectDeleteOutcome, SubjectLoss,
        },
        impact::SubjectImpact,
    },
};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(subjects))
        .routes(routes!(subject))
        .routes(routes!(subject_by_query))
        .routes(routes!(text))
        .routes(routes!(impact))
        .routes(routes!(check))
        .routes(routes!(register))
        .routes(routes!(compatibility))
        .routes(routes!(global_compatibility))
        .routes(routes!(delete))
}

type Body<T> = Result<Json<T>, JsonRejection>;

/// A subject's address in a path.
#[derive(Deserialize, utoipa::IntoParams)]
struct OfSubject {
    /// Namespace of the `Kafka` resource.
    namespace: String,
    /// Its name.
    cluster: String,
    /// The subject's name, percent-encoded.
    subject: String,
}

/// A subject's name in the query.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what is read of the query")]
struct SubjectParameter {
    /// The subject's name.
    subject: String,
}

/// Which versions stand side by side.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what is read of the query")]
struct ComparedParameters {
    /// The older version; without it, the one before the other.
    from: Option<i32>,
    /// The newer version; without it, the newest.
    to: Option<i32>,
}

/// What a schema's text takes.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what is read of the query")]
struct TextParameters {
    /// Which version.
    version: i32,
    /// `raw`: the text alone, as a file.
    format: Option<String>,
}

/// What the list takes besides.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what `ListQuery::parse` reads")]
struct SubjectListParameters {
    /// A filter, see docs/FILTERS.md: `orders format:avro rule:none topic:orders versions>5`.
    q: Option<String>,
    /// `attention`, `own` (a level of their own) or `deleted` (soft-deleted subjects, which are in no other list).
    state: Option<String>,
    /// `finding`, `name`, `format`, `versions`, `id`, `rule` or `references`; with `-` before it largest first.
    sort: Option<String>,
}

/// What deleting takes.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what is read of the query")]
struct DeleteParameters {
    /// `true`: says what depends on it (`SubjectLoss`), and deletes nothing.
    #[param(rename = "dryRun")]
    dry_run: Option<bool>,
}

/// A subject and its cluster.
struct Named {
    cluster: ClusterRef,
    subject: SubjectName,
}

impl Named {
    /// Without a name it is the subject without one: the right is asked first, as for any other.
    fn of(path: &InCluster, raw: &str) -> Self {
        Self {
            cluster: path.cluster(),
            subject: value_of(raw, "subject").unwrap_or_default().into(),
        }
    }
}

/// One page of subjects, those that a person should look at first.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/schemas", params(InCluster, SubjectListParameters, PageParameters, FormatParameter), responses((status = 200, body = SubjectList), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn subjects(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let raw = query.unwrap_or_default();
    let query = ListQuery::parse(&raw);
    let cluster = path.cluster();
    let (console, backend) = (&asked.app.console, asked.app.backend());
    let file = console.subjects_csv(&asked.cx, &cluster, &query);
    let list = backend.subjects(&asked.cx, &cluster, &query);
    asked.listed(&raw, "schemas", file, list).await
}

/// One subject in full, with two of its versions side by side.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/schemas/{subject}", params(OfSubject, ComparedParameters), responses((status = 200, body = SubjectDetail), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn subject(
    asked: Asked,
    Path(path): Path<OfSubject>,
    RawQuery(query): RawQuery,
) -> Answer<SubjectDetail> {
    let named = Named {
        cluster: ClusterRef::new(path.namespace.as_str(), path.cluster.as_str()),
        subject: SubjectName::new(&path.subject),
    };
    let detail = detail_of(&asked, &named, &query.unwrap_or_default()).await;
    asked.answer(detail)
}

/// One subject in full, its name in the query.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/schema", params(InCluster, SubjectParameter, ComparedParameters), responses((status = 200, body = SubjectDetail), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn subject_by_query(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Answer<SubjectDetail> {
    let raw = query.unwrap_or_default();
    let detail = detail_of(&asked, &Named::of(&path, &raw), &raw).await;
    asked.answer(detail)
}

/// The text of one version with its fields, or with `format=raw` the text alone as a file.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/schema/text", params(InCluster, SubjectParameter, TextParameters), responses((status = 200, body = SchemaText), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn text(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let raw = query.unwrap_or_default();
    let named = Named::of(&path, &raw);
    let version = number(&raw, "version").unwrap_or_default();
    let text = asked
        .app
        .backend()
        .schema_text(&asked.cx, &named.cluster, &named.subject, version)
        .await;
    if value_of(&raw, "format").as_deref() != Some("raw") {
        return asked.answer(text).map(IntoResponse::into_response);
    }
    let text = text.map_err(|error| ApiError::new(error, &asked.cx))?;
    Ok(file(&named.subject, text))
}

/// What the subject's topics carry, from a sample of their newest records, and who reads them.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/schema/impact", params(InCluster, SubjectParameter), responses((status = 200, body = SubjectImpact), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn impact(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Answer<SubjectImpact> {
    let named = Named::of(&path, &query.unwrap_or_default());
    let impact = asked
        .app
        .backend()
        .subject_impact(&asked.cx, &named.cluster, &named.subject)
        .await;
    asked.answer(impact)
}

/// What registering a schema would do; writes nothing.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/schema/versions:check", params(InCluster, SubjectParameter), request_body = Candidate, responses((status = 200, body = CheckOutcome), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn check(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
    body: Body<Candidate>,
) -> Answer<CheckOutcome> {
    let named = Named::of(&path, &query.unwrap_or_default());
    let outcome = async {
        let candidate = read(
            &asked,
            Verb::Get,
            &named.cluster,
            Some(&named.subject),
            body,
        )
        .await?;
        let backend = asked.app.backend();
        backend
            .schema_check(&asked.cx, &named.cluster, &named.subject, candidate)
            .await
    };
    let outcome = outcome.await;
    asked.answer(outcome)
}

/// Registers a schema as the subject's next version.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/schema/versions", params(InCluster, SubjectParameter), request_body = Candidate, responses((status = 200, body = RegisterOutcome), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn register(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
    body: Body<Candidate>,
) -> Answer<RegisterOutcome> {
    let named = Named::of(&path, &query.unwrap_or_default());
    let outcome = async {
        let subject = Some(&named.subject);
        let candidate = read(&asked, Verb::Create, &named.cluster, subject, body).await?;
        let backend = asked.app.backend();
        backend
            .schema_register(&asked.cx, &named.cluster, &named.subject, candidate)
            .await
    };
    let outcome = outcome.await;
    asked.answer(outcome)
}

/// Sets the compatibility level of a subject; `level: null` takes its own away.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/schema/compatibility", params(InCluster, SubjectParameter), request_body = SetLevel, responses((status = 200, body = LevelOutcome), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn compatibility(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
    body: Body<SetLevel>,
) -> Answer<LevelOutcome> {
    let named = Named::of(&path, &query.unwrap_or_default());
    let outcome = set_level(&asked, &named.cluster, Some(&named.subject), body).await;
    asked.answer(outcome)
}

/// Sets the global compatibility level of the cluster's registry.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/schemas:compatibility", params(InCluster), request_body = SetLevel, responses((status = 200, body = LevelOutcome), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn global_compatibility(
    asked: Asked,
    Path(path): Path<InCluster>,
    body: Body<SetLevel>,
) -> Answer<LevelOutcome> {
    let outcome = set_level(&asked, &path.cluster(), None, body).await;
    asked.answer(outcome)
}

/// Deletes a version or the whole subject, softly or, what is soft-deleted, for good.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/schema/versions:delete", params(InCluster, SubjectParameter, DeleteParameters), request_body = DeleteSubject, responses((status = 200, body = SubjectDeleteOutcome), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn delete(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
    body: Body<DeleteSubject>,
) -> Result<Response, ApiError> {
    let raw = query.unwrap_or_default();
    let named = Named::of(&path, &raw);
    let dry = value_of(&raw, "dryRun").as_deref() == Some("true");
    let answered = delete_or_preview(&asked, &named, dry, body).await;
    answered.map_err(|error| ApiError::new(error, &asked.cx))
}

async fn delete_or_preview(
    asked: &Asked,
    named: &Named,
    dry: bool,
    body: Body<DeleteSubject>,
) -> Result<Response, AppError> {
    let Named { cluster, subject } = named;
    let verb = if dry { Verb::Get } else { Verb::Delete };
    let what = read(asked, verb, cluster, Some(subject), body).await?;
    let backend = asked.app.backend();
    if dry {
        let preview: SubjectLoss = backend
            .subject_delete_preview(&asked.cx, cluster, subject, what)
            .await?;
        return Ok(Json(preview).into_response());
    }
    let outcome = backend
        .subject_delete(&asked.cx, cluster, subject, what)
        .await?;
    Ok(Json(outcome).into_response())
}

async fn detail_of(asked: &Asked, named: &Named, raw: &str) -> Result<SubjectDetail, AppError> {
    let compared = Compared {
        from: number(raw, "from"),
        to: number(raw, "to"),
    };
    let backend = asked.app.backend();
    backend
        .subject(&asked.cx, &named.cluster, &named.subject, compared)
        .await
}

async fn set_level(
    asked: &Asked,
    cluster: &ClusterRef,
    subject: Option<&SubjectName>,
    body: Body<SetLevel>,
) -> Result<LevelOutcome, AppError> {
    let level = read(asked, Verb::Update, cluster, subject, body).await?;
    let backend = asked.app.backend();
    backend
        .schema_level_set(&asked.cx, cluster, subject, level)
        .await
}

fn number(raw: &str, name: &str) -> Option<i32> {
    value_of(raw, name)?.parse().ok()
}

/// A schema as a file. Its name keeps what every file system takes.
fn file(subject: &SubjectName, text: SchemaText) -> Response {
    use http::header;
    let name: String = subject
        .as_str()
        .chars()
        .map(|c| match c {
            c if c.is_ascii_alphanumeric() => c,
            '-' | '_' | '.' => c,
            _ => '_',
        })
        .take(100)
        .collect();
    let name = format!("{name}-v{}.{}", text.version, text.schema_type.extension());
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, text.text).into_response()
}

/// What was sent; where it can't be read, the right comes before what the request looks like.
async fn read<T>(
    asked: &Asked,
    verb: Verb,
    cluster: &ClusterRef,
    subject: Option<&SubjectName>,
    body: Body<T>,
) -> Result<T, AppError> {
    match body {
        Ok(Json(body)) => Ok(body),
        Err(rejection) => {
            let console = &asked.app.console;
            console
                .may_subject(&asked.cx, verb, cluster, subject)
                .await?;
            if rejection.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
                return Err(Problem::new(
                    ProblemKind::Invalid,
                    "The request is too large",
                    problems::sentence(&rejection.body_text()),
                )
                .into());
            }
            Err(problems::unreadable(&rejection.body_text(), "it takes"))
        }
    }
}
