//! `/api/v1`: the backend as JSON, documented by OpenAPI 3.1 from the same code.

use super::{App, problem::ApiError};
use axum::{
    Json, Router,
    extract::{Path, RawQuery},
    response::{IntoResponse, Response},
    routing::get,
};
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::{
    cluster::{ClusterList, ClusterOverview},
    config::ConfigEntry,
    drift::FieldDifference,
    envelope::{Freshness, Listing, Missing, Page},
    ids::{ClusterRef, TopicName},
    problem::{Problem, ProblemKind},
    query::{ListQuery, value_of},
    search::{SearchAnswer, SearchQuery},
    session::SessionInfo,
    time::Timestamp,
    topic::{PartitionRow, TopicDetail, TopicList},
};
use serde::{Deserialize, Serialize};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) type Answer<T> = Result<Json<T>, ApiError>;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Penstock",
        description = "The console for Apache Kafka on Strimzi. Kubernetes RBAC decides what a token may see; without a right the answer is 403, whether the thing exists or not."
    ),
    components(schemas(Problem)),
    modifiers(&Security),
    security(("bearer" = []))
)]
struct Document;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", scheme);
    }
}

/// Routes with a deadline, those that are streams, and those whose bodies may be of any length. One document describes all.
pub fn routers() -> (Router<App>, Router<App>, Router<App>) {
    let (router, document) = documented().split_for_parts();
    let (streams, of_streams) = super::streams::router().split_for_parts();
    let (imports, of_imports) = super::rest_produce::imports().split_for_parts();
    let text = document
        .merge_from(of_streams)
        .merge_from(of_imports)
        .to_pretty_json()
        .unwrap_or_default();
    let router = router
        .route(
            "/api/v1/openapi.json",
            get(move || async move {
                (
                    [(http::header::CONTENT_TYPE, "application/json")],
                    text.clone(),
                )
            }),
        )
        .route("/api/{*any}", get(unknown));
    (router, streams, imports)
}

/// The document itself, for `penstock openapi` and the tests.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (_, document) = documented().split_for_parts();
    let (_, of_streams) = super::streams::router().split_for_parts();
    let (_, of_imports) = super::rest_produce::imports().split_for_parts();
    document.merge_from(of_streams).merge_from(of_imports)
}

fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(session))
        .routes(routes!(clusters))
        .routes(routes!(search))
        .routes(routes!(cluster))
        .routes(routes!(topics))
        .routes(routes!(topic))
        .routes(routes!(partitions))
        .routes(routes!(configs))
        .routes(routes!(drift))
        .merge(super::rest_nodes::router())
        .merge(super::rest_resources::router())
        .merge(super::rest_groups::router())
        .merge(super::rest_users::router())
        .merge(super::rest_group_acts::router())
        .merge(super::rest_records::router())
        .merge(super::rest_produce::router())
        .merge(super::rest_schemas::router())
}

/// A cluster's address in a path.
#[derive(Deserialize, utoipa::IntoParams)]
pub(super) struct InCluster {
    /// Namespace of the `Kafka` resource; `-` for clusters of the configuration file.
    namespace: String,
    /// Its name.
    cluster: String,
}

impl InCluster {
    pub(super) fn cluster(&self) -> ClusterRef {
        ClusterRef::new(self.namespace.as_str(), self.cluster.as_str())
    }
}

/// A topic's address in a path.
#[derive(Deserialize, utoipa::IntoParams)]
struct OfTopic {
    /// Namespace of the `Kafka` resource.
    namespace: String,
    /// Its name.
    cluster: String,
    /// The topic's name in Kafka, percent-encoded.
    topic: String,
}

/// What lists take that are files as well.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what `Asked::listed` reads")]
pub(super) struct FormatParameter {
    /// `csv`: the list as a file, over all pages.
    format: Option<String>,
}

/// What lists take that come in pages.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what `ListQuery::parse` reads")]
pub(super) struct PageParameters {
    /// Rows per page, at most 500.
    #[param(rename = "page[size]")]
    size: Option<u32>,
    /// `page.next` of the answer before.
    #[param(rename = "page[after]")]
    after: Option<String>,
}

/// What the list of topics takes besides.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what `ListQuery::parse` reads")]
struct ListParameters {
    /// A filter, see docs/FILTERS.md: `task-* state:drifted partitions>12 size>1GiB config.cleanup.policy=compact`.
    q: Option<String>,
    /// `managed`, `drifted`, `error`, `declaredOnly`, `unmanaged`, `undeclared`, `internal`, `paused`, `offline`, `underMinIsr`, `underReplicated`.
    state: Option<String>,
    /// `name`, `state`, `partitions`, `records`, `size` or `in`; with `-` before it largest first.
    sort: Option<String>,
}

/// Who asks, and whom.
pub(super) struct Asked {
    pub(super) app: App,
    pub(super) cx: RequestContext,
}

impl Asked {
    pub(super) fn answer<T>(&self, result: Result<T, AppError>) -> Answer<T> {
        result
            .map(Json)
            .map_err(|error| ApiError::new(error, &self.cx))
    }

    /// A list as JSON, or where the query wants `format=csv` as a file of this name. Only what is wanted is looked up.
    pub(super) async fn listed<T: Serialize>(
        &self,
        raw: &str,
        name: &'static str,
        file: impl Future<Output = Result<String, AppError>> + Send,
        list: impl Future<Output = Result<T, AppError>> + Send,
    ) -> Result<Response, ApiError> {
        if value_of(raw, "format").as_deref() == Some("csv") {
            return self.csv(name, file.await);
        }
        self.answer(list.await).map(IntoResponse::into_response)
    }

    fn csv(
        &self,
        name: &'static str,
        file: Result<String, AppError>,
    ) -> Result<Response, ApiError> {
        use http::header;
        let file = file.map_err(|error| ApiError::new(error, &self.cx))?;
        let headers = [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (
                header::CONTENT_DISPOSITION,
                format!("attachment; filename=\"{name}.csv\""),
            ),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ];
        Ok((headers, file).into_response())
    }
}

impl<S: Sync> axum::extract::FromRequestParts<S> for Asked
where
    App: axum::extract::FromRef<S>,
    S: Send,
{
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut http::request::Parts,
        state: &S,
    ) -> Result<Self, Self::Rejection> {
        let app = <App as axum::extract::FromRef<S>>::from_ref(state);
        let cx = parts
            .extensions
            .get::<RequestContext>()
            .cloned()
            .unwrap_or(RequestContext {
                request_id: "".into(),
                credential: None,
            });
        Ok(Self { app, cx })
    }
}

/// Who the token is, as the API server says.
#[utoipa::path(get, path = "/api/v1/session", responses((status = 200, body = SessionInfo), (status = 401, body = Problem)))]
async fn session(asked: Asked) -> Answer<SessionInfo> {
    asked.answer(asked.app.backend().session(&asked.cx).await)
}

/// The clusters that the token may see, worst first.
#[utoipa::path(get, path = "/api/v1/clusters", params(FormatParameter), responses((status = 200, body = ClusterList), (status = 401, body = Problem)))]
async fn clusters(asked: Asked, RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    let raw = query.unwrap_or_default();
    let (console, backend) = (&asked.app.console, asked.app.backend());
    let file = console.clusters_csv(&asked.cx);
    let list = backend.clusters(&asked.cx);
    asked.listed(&raw, "clusters", file, list).await
}

/// What a search takes.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what is read of the query")]
struct SearchParameters {
    /// What is looked for; its words may stand in any order.
    q: String,
    /// `namespace/name` of the cluster whose things stand first.
    cluster: Option<String>,
}

/// Clusters, topics, consumer groups and nodes whose name fits, best first, as far as the token may list them.
#[utoipa::path(get, path = "/api/v1/search", params(SearchParameters), responses((status = 200, body = SearchAnswer), (status = 401, body = Problem)))]
async fn search(asked: Asked, RawQuery(query): RawQuery) -> Answer<SearchAnswer> {
    let raw = query.unwrap_or_default();
    let query = SearchQuery {
        text: value_of(&raw, "q").unwrap_or_default(),
        cluster: value_of(&raw, "cluster").as_deref().and_then(cluster_of),
    };
    asked.answer(asked.app.backend().search(&asked.cx, &query).await)
}

/// `namespace/name`.
fn cluster_of(text: &str) -> Option<ClusterRef> {
    let (namespace, name) = text.split_once('/')?;
    Some(ClusterRef::new(namespace, name))
}

/// One cluster: verdict with reasons, conditions, listeners, quorum, versions.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}", params(InCluster), responses((status = 200, body = ClusterOverview), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn cluster(asked: Asked, Path(path): Path<InCluster>) -> Answer<ClusterOverview> {
    asked.answer(
        asked
            .app
            .backend()
            .cluster(&asked.cx, &path.cluster())
            .await,
    )
}

/// One page of topics, live ones joined with their KafkaTopics.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/topics", params(InCluster, ListParameters), responses((status = 200, body = TopicList), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn topics(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let raw = query.unwrap_or_default();
    let query = ListQuery::parse(&raw);
    let cluster = path.cluster();
    let (console, backend) = (&asked.app.console, asked.app.backend());
    let file = console.topics_csv(&asked.cx, &cluster, &query);
    let list = backend.topics(&asked.cx, &cluster, &query);
    asked.listed(&raw, "topics", file, list).await
}

/// One topic in full.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}", params(OfTopic), responses((status = 200, body = TopicDetail), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn topic(asked: Asked, Path(path): Path<OfTopic>) -> Answer<TopicDetail> {
    let detail = detail(&asked, &path).await;
    asked.answer(detail)
}

/// A topic's partitions: leader, replicas, offsets, size.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}/partitions", params(OfTopic), responses((status = 200, body = Listing<PartitionRow>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn partitions(asked: Asked, Path(path): Path<OfTopic>) -> Answer<Listing<PartitionRow>> {
    let detail = detail(&asked, &path).await;
    asked.answer(detail.map(|detail| {
        let ages = [
            &detail.metadata_freshness,
            &detail.offsets_freshness,
            &detail.size_freshness,
        ];
        let (as_of, missing) = together(&ages);
        listing(detail.partitions, as_of, missing)
    }))
}

/// A topic's configuration with the source of each value and Kafka's documentation.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}/configs", params(OfTopic), responses((status = 200, body = Listing<ConfigEntry>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn configs(asked: Asked, Path(path): Path<OfTopic>) -> Answer<Listing<ConfigEntry>> {
    let detail = detail(&asked, &path).await;
    asked.answer(detail.map(|detail| {
        let configuration = detail.configuration;
        let missing = configuration
            .missing
            .map(|why| Missing {
                what: "configuration".to_owned(),
                why,
            })
            .into_iter()
            .collect();
        listing(configuration.entries, configuration.as_of, missing)
    }))
}

/// What a topic's KafkaTopic declares against what is live, field by field.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}/drift", params(OfTopic), responses((status = 200, body = Listing<FieldDifference>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn drift(asked: Asked, Path(path): Path<OfTopic>) -> Answer<Listing<FieldDifference>> {
    let detail = detail(&asked, &path).await;
    asked.answer(detail.map(|detail| {
        let (as_of, missing) = together(&[&detail.metadata_freshness]);
        listing(detail.differences, as_of, missing)
    }))
}

/// An address of the API that there is none.
async fn unknown(asked: Asked) -> ApiError {
    let problem = Problem::new(
        ProblemKind::NotFound,
        "No such address",
        "The API has nothing at this address.",
    )
    .with_remedy("See /api/v1/openapi.json.");
    // Nobody learns without signing in which addresses there are.
    match asked.app.console.gate().identity(&asked.cx).await {
        Ok(_) => ApiError::new(problem.into(), &asked.cx),
        Err(error) => ApiError::new(error, &asked.cx),
    }
}

async fn detail(asked: &Asked, path: &OfTopic) -> Result<TopicDetail, AppError> {
    let cluster = ClusterRef::new(path.namespace.as_str(), path.cluster.as_str());
    asked
        .app
        .backend()
        .topic(&asked.cx, &cluster, &TopicName::new(&path.topic))
        .await
}

pub(super) fn listing<T>(
    items: Vec<T>,
    as_of: Option<Timestamp>,
    missing: Vec<Missing>,
) -> Listing<T> {
    Listing {
        page: Page {
            total: items.len() as u64,
            next: None,
            previous: None,
        },
        items,
        as_of: as_of.unwrap_or_else(crate::backend::now),
        missing,
    }
}

/// The oldest age and everything missing of several parts.
pub(super) fn together(parts: &[&Freshness]) -> (Option<Timestamp>, Vec<Missing>) {
    let as_of = parts.iter().filter_map(|part| part.as_of).min();
    let mut missing: Vec<Missing> = parts
        .iter()
        .flat_map(|part| part.missing.iter().cloned())
        .collect();
    missing.sort();
    missing.dedup();
    (as_of, missing)
}
