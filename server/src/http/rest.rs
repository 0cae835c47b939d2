//! `/api/v1`: the backend as JSON, documented by OpenAPI 3.1 from the same code.

use super::{App, problem::ApiError};
use axum::{
    Json, Router,
    extract::{Path, RawQuery},
    routing::get,
};
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::{
    cluster::{ClusterList, ClusterOverview},
    config::ConfigEntry,
    drift::FieldDifference,
    envelope::{Freshness, Listing, Missing, Page},
    ids::{ClusterRef, NodeId, TopicName},
    node::{NodeConfiguration, NodeDetail},
    problem::{Problem, ProblemKind},
    query::ListQuery,
    session::SessionInfo,
    time::Timestamp,
    topic::{PartitionRow, TopicDetail, TopicList},
};
use serde::Deserialize;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};

type Answer<T> = Result<Json<T>, ApiError>;

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

/// Routes.
pub fn router() -> Router<App> {
    let (router, document) = documented().split_for_parts();
    let text = document.to_pretty_json().unwrap_or_default();
    router
        .route(
            "/api/v1/openapi.json",
            get(move || async move {
                (
                    [(http::header::CONTENT_TYPE, "application/json")],
                    text.clone(),
                )
            }),
        )
        .route("/api/{*any}", get(unknown))
}

/// The document itself, for `penstock openapi` and the tests.
pub fn openapi() -> utoipa::openapi::OpenApi {
    documented().split_for_parts().1
}

fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(session))
        .routes(routes!(clusters))
        .routes(routes!(cluster))
        .routes(routes!(nodes))
        .routes(routes!(node))
        .routes(routes!(node_configs))
        .routes(routes!(topics))
        .routes(routes!(topic))
        .routes(routes!(partitions))
        .routes(routes!(configs))
        .routes(routes!(drift))
}

/// A cluster's address in a path.
#[derive(Deserialize, utoipa::IntoParams)]
struct InCluster {
    /// Namespace of the `Kafka` resource; `-` for clusters of the configuration file.
    namespace: String,
    /// Its name.
    cluster: String,
}

impl InCluster {
    fn cluster(&self) -> ClusterRef {
        ClusterRef::new(self.namespace.as_str(), self.cluster.as_str())
    }
}

/// A node's address in a path.
#[derive(Deserialize, utoipa::IntoParams)]
struct OfNode {
    /// Namespace of the `Kafka` resource.
    namespace: String,
    /// Its name.
    cluster: String,
    /// The node's id.
    node: String,
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

/// What lists take.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what `ListQuery::parse` reads")]
struct ListParameters {
    /// Text that the name must contain, letter case aside.
    q: Option<String>,
    /// `managed`, `drifted`, `error`, `declaredOnly`, `unmanaged`, `undeclared`, `internal`, `paused`, `offline`, `underMinIsr`, `underReplicated`.
    state: Option<String>,
    /// `name`, `state`, `partitions`, `records`, `size` or `in`; with `-` before it largest first.
    sort: Option<String>,
    /// Rows per page, at most 500.
    #[param(rename = "page[size]")]
    size: Option<u32>,
    /// `page.next` of the answer before.
    #[param(rename = "page[after]")]
    after: Option<String>,
}

struct Asked {
    app: App,
    cx: RequestContext,
}

impl Asked {
    fn answer<T>(&self, result: Result<T, AppError>) -> Answer<T> {
        result
            .map(Json)
            .map_err(|error| ApiError::new(error, &self.cx))
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
#[utoipa::path(get, path = "/api/v1/clusters", responses((status = 200, body = ClusterList), (status = 401, body = Problem)))]
async fn clusters(asked: Asked) -> Answer<ClusterList> {
    asked.answer(asked.app.backend().clusters(&asked.cx).await)
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

/// Nodes with what pools, pods, brokers and the quorum say.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/nodes", params(InCluster), responses((status = 200, body = Listing<NodeDetail>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn nodes(asked: Asked, Path(path): Path<InCluster>) -> Answer<Listing<NodeDetail>> {
    let nodes = asked.app.backend().nodes(&asked.cx, &path.cluster()).await;
    asked.answer(nodes.map(|nodes| {
        let ages = [&nodes.metadata_freshness, &nodes.disk_freshness];
        let (as_of, missing) = together(&ages);
        let items: Vec<NodeDetail> = nodes
            .pools
            .into_iter()
            .flat_map(|pool| {
                let name = pool.name;
                pool.nodes.into_iter().map(move |row| NodeDetail {
                    row,
                    pool: name.clone(),
                })
            })
            .collect();
        listing(items, as_of, missing)
    }))
}

/// One node.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/nodes/{node}", params(OfNode), responses((status = 200, body = NodeDetail), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn node(asked: Asked, Path(path): Path<OfNode>) -> Answer<NodeDetail> {
    let cluster = ClusterRef::new(path.namespace.as_str(), path.cluster.as_str());
    let node = node_id(&path.node);
    asked.answer(match node {
        Ok(node) => asked.app.backend().node(&asked.cx, &cluster, node).await,
        Err(error) => Err(error),
    })
}

/// A node's configuration, asked of the broker itself.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/nodes/{node}/configs", params(OfNode), responses((status = 200, body = NodeConfiguration), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn node_configs(asked: Asked, Path(path): Path<OfNode>) -> Answer<NodeConfiguration> {
    let cluster = ClusterRef::new(path.namespace.as_str(), path.cluster.as_str());
    asked.answer(match node_id(&path.node) {
        Ok(node) => {
            asked
                .app
                .backend()
                .node_configuration(&asked.cx, &cluster, node)
                .await
        }
        Err(error) => Err(error),
    })
}

/// One page of topics, live ones joined with their KafkaTopics.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/topics", params(InCluster, ListParameters), responses((status = 200, body = TopicList), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn topics(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Answer<TopicList> {
    let query = ListQuery::parse(&query.unwrap_or_default());
    asked.answer(
        asked
            .app
            .backend()
            .topics(&asked.cx, &path.cluster(), &query)
            .await,
    )
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

fn node_id(text: &str) -> Result<NodeId, AppError> {
    text.parse().map(NodeId).map_err(|_| {
        Problem::new(
            ProblemKind::Invalid,
            "Not a node id",
            "A node id is a whole number.",
        )
        .with_field("node")
        .into()
    })
}

fn listing<T>(items: Vec<T>, as_of: Option<Timestamp>, missing: Vec<Missing>) -> Listing<T> {
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
fn together(parts: &[&Freshness]) -> (Option<Timestamp>, Vec<Missing>) {
    let as_of = parts.iter().filter_map(|part| part.as_of).min();
    let mut missing: Vec<Missing> = parts
        .iter()
        .flat_map(|part| part.missing.iter().cloned())
        .collect();
    missing.sort();
    missing.dedup();
    (as_of, missing)
}
