//! `/api/v1/…/resources` and `/api/v1/…/activity`: resources beside a cluster and what happened in it, as JSON, their lists as CSV too.

use super::{
    App,
    problem::ApiError,
    rest::{Answer, Asked, FormatParameter, InCluster, PageParameters},
};
use axum::{
    extract::{Path, RawQuery},
    response::Response,
};
use penstock_domain::{
    activity::{ActivityPage, query::ActivityQuery},
    ids::{ClusterRef, Namespace, ResourceName},
    problem::Problem,
    query::ListQuery,
    resource::list::{ResourceList, ResourcePage},
};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(resources))
        .routes(routes!(of_kind))
        .routes(routes!(resource))
        .routes(routes!(activity))
}

/// A kind of resource in a path.
#[derive(Deserialize, utoipa::IntoParams)]
struct OfKind {
    /// Namespace of the `Kafka` resource.
    namespace: String,
    /// Its name.
    cluster: String,
    /// `kafkaconnects`, `kafkaconnectors`, `kafkamirrormaker2s`, `kafkabridges` or `kafkarebalances`.
    plural: String,
}

/// A resource's address in a path.
#[derive(Deserialize, utoipa::IntoParams)]
struct OfResource {
    /// Namespace of the `Kafka` resource.
    namespace: String,
    /// Its name.
    cluster: String,
    /// The plural of the resource's kind.
    plural: String,
    /// The resource's own namespace.
    of: String,
    /// Its name.
    resource: String,
}

/// What lists of resources take besides.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what `ListQuery::parse` reads")]
struct ResourceListParameters {
    /// Words that must all be found in what the row shows, letter case aside.
    q: Option<String>,
    /// `unreadable`, `notReady`, `waiting`, `working`, `paused`, `stopped`, `unobserved` or `ready`.
    state: Option<String>,
    /// `state`, `name`, `kind` or `created`; with `-` before it largest first. Without it, worst first.
    sort: Option<String>,
}

/// What activity takes besides.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what `ActivityQuery::parse` reads")]
struct ActivityParameters {
    /// Words that must all be found: `by:argocd kind:KafkaTopic object:orders field:retention`, or anywhere.
    q: Option<String>,
    /// `resources`, `status`, `pods` or `kafka`.
    lane: Option<String>,
    /// How far back: `1h`, `12h`, `7d` or `30d`.
    span: Option<String>,
    /// The number of an event to be answered as `chosen`.
    event: Option<u64>,
}

/// Resources beside a cluster, of every kind that the token may see; worst first.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/resources", params(InCluster, ResourceListParameters, PageParameters, FormatParameter), responses((status = 200, body = ResourceList), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn resources(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    list(&asked, &path.cluster(), None, &query.unwrap_or_default()).await
}

/// Resources of one kind beside a cluster, worst first.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/resources/{plural}", params(OfKind, ResourceListParameters, PageParameters, FormatParameter), responses((status = 200, body = ResourceList), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn of_kind(
    asked: Asked,
    Path(path): Path<OfKind>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let cluster = ClusterRef::new(path.namespace.as_str(), path.cluster.as_str());
    let plural = Some(path.plural.as_str());
    list(&asked, &cluster, plural, &query.unwrap_or_default()).await
}

async fn list(
    asked: &Asked,
    cluster: &ClusterRef,
    plural: Option<&str>,
    raw: &str,
) -> Result<Response, ApiError> {
    let query = ListQuery::parse(raw);
    let (console, backend) = (&asked.app.console, asked.app.backend());
    let file = console.resources_csv(&asked.cx, cluster, plural, &query);
    let list = backend.resources(&asked.cx, cluster, plural, &query);
    asked.listed(raw, "resources", file, list).await
}

/// One resource beside a cluster, with its conditions, its YAML and what happened to it.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/resources/{plural}/{of}/{resource}", params(OfResource), responses((status = 200, body = ResourcePage), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn resource(asked: Asked, Path(path): Path<OfResource>) -> Answer<ResourcePage> {
    let cluster = ClusterRef::new(path.namespace.as_str(), path.cluster.as_str());
    let page = asked
        .app
        .backend()
        .resource(
            &asked.cx,
            &cluster,
            &path.plural,
            &Namespace::new(&path.of),
            &ResourceName::new(&path.resource),
        )
        .await;
    asked.answer(page)
}

/// What happened in a cluster while the console looked, newest first.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/activity", params(InCluster, ActivityParameters, PageParameters, FormatParameter), responses((status = 200, body = ActivityPage), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn activity(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let raw = query.unwrap_or_default();
    let query = ActivityQuery::parse(&raw);
    let cluster = path.cluster();
    let (console, backend) = (&asked.app.console, asked.app.backend());
    let file = console.activity_csv(&asked.cx, &cluster, &query);
    let page = backend.activity(&asked.cx, &cluster, &query);
    asked.listed(&raw, "activity", file, page).await
}
