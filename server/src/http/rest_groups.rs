//! `/api/v1/…/groups`: consumer groups as JSON, their list as CSV too.
//!
//! A group's name may be any text, and no path carries every text through every proxy: each address of one group exists twice, with
//! the name as a segment (`…/groups/billing-export/lag`) and with it in the query (`…/group/lag?group=billing-export`, decision 10).

use super::{
    App,
    problem::ApiError,
    rest::{Answer, Asked, FormatParameter, InCluster, PageParameters, listing},
};
use axum::{
    extract::{Path, RawQuery},
    response::Response,
};
use penstock_api::AppError;
use penstock_domain::{
    envelope::Listing,
    group::{
        GroupAges, GroupConfiguration, GroupDetail, GroupList, LagRow,
        readers::TopicReaders,
        span::{GroupHistory, HistorySpan},
    },
    ids::{ClusterRef, GroupName, TopicName},
    problem::{Problem, ProblemKind},
    query::{ListQuery, value_of},
};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(groups))
        .routes(routes!(group))
        .routes(routes!(lag))
        .routes(routes!(history))
        .routes(routes!(ages))
        .routes(routes!(ages_by_query))
        .routes(routes!(configs))
        .routes(routes!(configs_by_query))
        .routes(routes!(group_by_query))
        .routes(routes!(lag_by_query))
        .routes(routes!(history_by_query))
        .routes(routes!(readers))
}

/// A group's address in a path.
#[derive(Deserialize, utoipa::IntoParams)]
pub(super) struct OfGroup {
    /// Namespace of the `Kafka` resource.
    namespace: String,
    /// Its name.
    cluster: String,
    /// The group's name, percent-encoded.
    group: String,
}

impl OfGroup {
    pub(super) fn named(&self) -> Named {
        Named {
            cluster: ClusterRef::new(self.namespace.as_str(), self.cluster.as_str()),
            group: GroupName::new(&self.group),
        }
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

/// A group's name in the query.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what is read of the query")]
pub(super) struct GroupParameter {
    /// The group's name.
    group: String,
}

/// What a history takes.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what is read of the query")]
struct HistoryParameters {
    /// How far back: `1h`, `24h` or `14d`.
    span: Option<String>,
}

/// What the list takes besides.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what `ListQuery::parse` reads")]
struct GroupListParameters {
    /// A filter, see docs/FILTERS.md: `billing topic:invoices kind:classic state:empty verdict:stopped lag>1000 behind>5m`.
    q: Option<String>,
    /// Only groups of this verdict: `losingData`, `stopped`, `stalled`, `fallingBehind`, `unsettled`, `unknown`, `catchingUp`, `healthy`.
    state: Option<String>,
    /// `verdict`, `name`, `state`, `lag`, `behind` or `loses`; with `-` before it largest first. Without it, worst first.
    sort: Option<String>,
}

/// A group and its cluster.
pub(super) struct Named {
    pub(super) cluster: ClusterRef,
    pub(super) group: GroupName,
}

impl Named {
    /// With the name in the query. Without one it is the group without a name: the right is asked first, as for any other.
    pub(super) fn of(path: &InCluster, raw: &str) -> Self {
        Self {
            cluster: path.cluster(),
            group: value_of(raw, "group").unwrap_or_default().into(),
        }
    }
}

/// One page of consumer groups, worst first.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/groups", params(InCluster, GroupListParameters, PageParameters, FormatParameter), responses((status = 200, body = GroupList), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn groups(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let raw = query.unwrap_or_default();
    let query = ListQuery::parse(&raw);
    let cluster = path.cluster();
    let (console, backend) = (&asked.app.console, asked.app.backend());
    let file = console.groups_csv(&asked.cx, &cluster, &query);
    let list = backend.groups(&asked.cx, &cluster, &query);
    asked.listed(&raw, "groups", file, list).await
}

/// One group in full.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/groups/{group}", params(OfGroup), responses((status = 200, body = GroupDetail), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn group(asked: Asked, Path(path): Path<OfGroup>) -> Answer<GroupDetail> {
    let detail = detail(&asked, &path.named()).await;
    asked.answer(detail)
}

/// One group in full, its name in the query.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/group", params(InCluster, GroupParameter), responses((status = 200, body = GroupDetail), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn group_by_query(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Answer<GroupDetail> {
    let named = Named::of(&path, &query.unwrap_or_default());
    let detail = detail(&asked, &named).await;
    asked.answer(detail)
}

/// Where a group stands, partition by partition.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/groups/{group}/lag", params(OfGroup), responses((status = 200, body = Listing<LagRow>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn lag(asked: Asked, Path(path): Path<OfGroup>) -> Answer<Listing<LagRow>> {
    let rows = lag_of(&asked, &path.named()).await;
    asked.answer(rows)
}

/// Where a group stands, partition by partition; its name in the query.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/group/lag", params(InCluster, GroupParameter), responses((status = 200, body = Listing<LagRow>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn lag_by_query(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Answer<Listing<LagRow>> {
    let named = Named::of(&path, &query.unwrap_or_default());
    let rows = lag_of(&asked, &named).await;
    asked.answer(rows)
}

/// Offsets of a group over time, by topic.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/groups/{group}/history", params(OfGroup, HistoryParameters), responses((status = 200, body = GroupHistory), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn history(
    asked: Asked,
    Path(path): Path<OfGroup>,
    RawQuery(query): RawQuery,
) -> Answer<GroupHistory> {
    let history = history_of(&asked, &path.named(), &query.unwrap_or_default()).await;
    asked.answer(history)
}

/// Offsets of a group over time, by topic; its name in the query.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/group/history", params(InCluster, GroupParameter, HistoryParameters), responses((status = 200, body = GroupHistory), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn history_by_query(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Answer<GroupHistory> {
    let raw = query.unwrap_or_default();
    let history = history_of(&asked, &Named::of(&path, &raw), &raw).await;
    asked.answer(history)
}

/// How far behind a group is, from the timestamps of the records at its committed offsets.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/groups/{group}/ages", params(OfGroup), responses((status = 200, body = GroupAges), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn ages(asked: Asked, Path(path): Path<OfGroup>) -> Answer<GroupAges> {
    let ages = ages_of(&asked, &path.named()).await;
    asked.answer(ages)
}

/// How far behind a group is, its name in the query.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/group/ages", params(InCluster, GroupParameter), responses((status = 200, body = GroupAges), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn ages_by_query(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Answer<GroupAges> {
    let named = Named::of(&path, &query.unwrap_or_default());
    let ages = ages_of(&asked, &named).await;
    asked.answer(ages)
}

/// Configuration of a group at the broker; classic groups have none there.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/groups/{group}/configs", params(OfGroup), responses((status = 200, body = GroupConfiguration), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn configs(asked: Asked, Path(path): Path<OfGroup>) -> Answer<GroupConfiguration> {
    let configuration = configuration_of(&asked, &path.named()).await;
    asked.answer(configuration)
}

/// Configuration of a group, its name in the query.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/group/configs", params(InCluster, GroupParameter), responses((status = 200, body = GroupConfiguration), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn configs_by_query(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Answer<GroupConfiguration> {
    let named = Named::of(&path, &query.unwrap_or_default());
    let configuration = configuration_of(&asked, &named).await;
    asked.answer(configuration)
}

/// Who reads a topic, who has stopped, and which partitions nobody reads.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}/groups", params(OfTopic), responses((status = 200, body = TopicReaders), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn readers(asked: Asked, Path(path): Path<OfTopic>) -> Answer<TopicReaders> {
    let cluster = ClusterRef::new(path.namespace.as_str(), path.cluster.as_str());
    let topic = TopicName::new(&path.topic);
    let readers = asked
        .app
        .backend()
        .topic_readers(&asked.cx, &cluster, &topic)
        .await;
    asked.answer(readers)
}

async fn detail(asked: &Asked, named: &Named) -> Result<GroupDetail, AppError> {
    asked
        .app
        .backend()
        .group(&asked.cx, &named.cluster, &named.group)
        .await
}

async fn ages_of(asked: &Asked, named: &Named) -> Result<GroupAges, AppError> {
    asked
        .app
        .backend()
        .group_ages(&asked.cx, &named.cluster, &named.group)
        .await
}

async fn configuration_of(asked: &Asked, named: &Named) -> Result<GroupConfiguration, AppError> {
    asked
        .app
        .backend()
        .group_configuration(&asked.cx, &named.cluster, &named.group)
        .await
}

async fn lag_of(asked: &Asked, named: &Named) -> Result<Listing<LagRow>, AppError> {
    let detail = detail(asked, named).await?;
    Ok(listing(
        detail.partitions,
        detail.freshness.as_of,
        detail.freshness.missing,
    ))
}

async fn history_of(asked: &Asked, named: &Named, raw: &str) -> Result<GroupHistory, AppError> {
    let written = value_of(raw, "span");
    let span = match &written {
        None => Some(HistorySpan::default()),
        Some(name) => HistorySpan::of_name(name),
    };
    let history = asked
        .app
        .backend()
        .group_history(
            &asked.cx,
            &named.cluster,
            &named.group,
            span.unwrap_or_default(),
        )
        .await?;
    // The right comes before what the request looks like; whoever has it is told.
    match span {
        Some(_) => Ok(history),
        None => Err(Problem::new(
            ProblemKind::Invalid,
            "Not a span",
            "A history goes back 1h, 24h or 14d.",
        )
        .with_field("span")
        .into()),
    }
}
