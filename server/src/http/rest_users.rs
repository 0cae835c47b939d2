//! `/api/v1/…/users`, `…/acls`, `…/quotas`: principals, rules and quotas as JSON, lists as CSV too; and what somebody may do.
//!
//! A principal's name may be any text; each address of one user exists twice, with the name as a segment (`…/users/task-api`) and with
//! it in the query (`…/user?user=CN%3Dtask-api`, decision 10). The name is the principal's without `User:`, or all of it.

use super::{
    App,
    problem::ApiError,
    rest::{Answer, Asked, FormatParameter, InCluster, PageParameters},
    rest_group_acts::unreadable,
};
use axum::{
    Json,
    extract::{Path, RawQuery, rejection::JsonRejection},
    response::Response,
};
use penstock_api::AppError;
use penstock_domain::{
    acl::Principal,
    ids::ClusterRef,
    problem::Problem,
    query::{ListQuery, value_of},
    user::{
        RuleList, UserDetail, UserList,
        credential::{RevealForm, Revealed, SecretFacts},
        may::{Holders, MayAnswer, ResourceQuestion, principal},
        quota::QuotaList,
    },
};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Routes.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(users))
        .routes(routes!(user))
        .routes(routes!(user_by_query))
        .routes(routes!(rules))
        .routes(routes!(quotas))
        .routes(routes!(may))
        .routes(routes!(may_by_query))
        .routes(routes!(holders))
        .routes(routes!(secret))
        .routes(routes!(secret_by_query))
        .routes(routes!(reveal))
        .routes(routes!(reveal_by_query))
}

/// A user's address in a path.
#[derive(Deserialize, utoipa::IntoParams)]
struct OfUser {
    /// Namespace of the `Kafka` resource.
    namespace: String,
    /// Its name.
    cluster: String,
    /// The principal's name, percent-encoded: `task-api`, `CN=task-api`.
    user: String,
}

impl OfUser {
    fn named(&self) -> Named {
        Named {
            cluster: ClusterRef::new(self.namespace.as_str(), self.cluster.as_str()),
            user: principal(&self.user),
        }
    }
}

/// A user and its cluster.
struct Named {
    cluster: ClusterRef,
    user: Principal,
}

impl Named {
    /// With the name in the query. Without one it is the user without a name: the right is asked first, as for any other.
    fn of(path: &InCluster, raw: &str) -> Self {
        Self {
            cluster: path.cluster(),
            user: principal(&value_of(raw, "user").unwrap_or_default()),
        }
    }
}

/// A user's name in the query.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what is read of the query")]
struct UserParameter {
    /// The principal's name.
    user: String,
}

/// What the list of principals takes besides.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what `ListQuery::parse` reads")]
struct UserListParameters {
    /// A filter, see docs/FILTERS.md: `task-* state:drifted mechanism:tls rules>10`.
    q: Option<String>,
    /// `attention`, `declared`, or a state: `managed`, `pending`, `paused`, `liveOnly`, `drifted`, `notHandled`, `inError`.
    state: Option<String>,
    /// `finding`, `name`, `state`, `rules` or `quotas`; with `-` before it largest first. Without it, worst first.
    sort: Option<String>,
}

/// What the list of rules takes besides.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what `ListQuery::parse` reads")]
struct RuleListParameters {
    /// A filter, see docs/FILTERS.md: `principal:task-api type:Topic operation:Read effect:Deny`.
    q: Option<String>,
}

/// A question.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documents what `ResourceQuestion::parse` reads")]
struct QuestionParameters {
    /// `Topic`, `Group`, `Cluster`, `TransactionalId`, `DelegationToken` or `User`.
    r#type: Option<String>,
    /// Which one; not for the cluster.
    name: Option<String>,
    /// `Read`, `Write`, …
    operation: Option<String>,
    /// From which address; without it, from a host that no rule names.
    host: Option<String>,
}

/// One page of principals, worst first.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/users", params(InCluster, UserListParameters, PageParameters, FormatParameter), responses((status = 200, body = UserList), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn users(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let raw = query.unwrap_or_default();
    let query = ListQuery::parse(&raw);
    let cluster = path.cluster();
    let (console, backend) = (&asked.app.console, asked.app.backend());
    let file = console.users_csv(&asked.cx, &cluster, &query);
    let list = backend.users(&asked.cx, &cluster, &query);
    asked.listed(&raw, "users", file, list).await
}

/// One page of the rules in force.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/acls", params(InCluster, RuleListParameters, PageParameters, FormatParameter), responses((status = 200, body = RuleList), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn rules(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let raw = query.unwrap_or_default();
    let query = ListQuery::parse(&raw);
    let cluster = path.cluster();
    let (console, backend) = (&asked.app.console, asked.app.backend());
    let file = console.rules_csv(&asked.cx, &cluster, &query);
    let list = backend.rules(&asked.cx, &cluster, &query);
    asked.listed(&raw, "acls", file, list).await
}

/// Every quota in force.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/quotas", params(InCluster), responses((status = 200, body = QuotaList), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn quotas(asked: Asked, Path(path): Path<InCluster>) -> Answer<QuotaList> {
    let list = asked.app.backend().quotas(&asked.cx, &path.cluster()).await;
    asked.answer(list)
}

/// One principal in full.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/users/{user}", params(OfUser), responses((status = 200, body = UserDetail), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn user(asked: Asked, Path(path): Path<OfUser>) -> Answer<UserDetail> {
    let detail = detail(&asked, &path.named()).await;
    asked.answer(detail)
}

/// One principal in full, its name in the query.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/user", params(InCluster, UserParameter), responses((status = 200, body = UserDetail), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn user_by_query(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Answer<UserDetail> {
    let detail = detail(&asked, &Named::of(&path, &query.unwrap_or_default())).await;
    asked.answer(detail)
}

async fn detail(asked: &Asked, named: &Named) -> Result<UserDetail, AppError> {
    let backend = asked.app.backend();
    backend
        .user(&asked.cx, &named.cluster, &named.user, None)
        .await
}

/// Whether a principal may do something, and by which rule.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/users/{user}/may", params(OfUser, QuestionParameters), responses((status = 200, body = MayAnswer), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn may(
    asked: Asked,
    Path(path): Path<OfUser>,
    RawQuery(query): RawQuery,
) -> Answer<MayAnswer> {
    let answer = answer(&asked, &path.named(), &query.unwrap_or_default()).await;
    asked.answer(answer)
}

/// Whether a principal may do something, and by which rule; its name in the query.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/user/may", params(InCluster, UserParameter, QuestionParameters), responses((status = 200, body = MayAnswer), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn may_by_query(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Answer<MayAnswer> {
    let raw = query.unwrap_or_default();
    let answer = answer(&asked, &Named::of(&path, &raw), &raw).await;
    asked.answer(answer)
}

async fn answer(asked: &Asked, named: &Named, raw: &str) -> Result<MayAnswer, AppError> {
    let question = ResourceQuestion::parse(raw);
    let backend = asked.app.backend();
    backend
        .may(&asked.cx, &named.cluster, &named.user, &question)
        .await
}

/// Who may do something to a resource.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/acls:holders", params(InCluster, QuestionParameters), responses((status = 200, body = Holders), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn holders(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Answer<Holders> {
    let question = ResourceQuestion::parse(&query.unwrap_or_default());
    let backend = asked.app.backend();
    let holders = backend.holders(&asked.cx, &path.cluster(), &question).await;
    asked.answer(holders)
}

/// What a user's Secret tells without what it holds; needs the right to get that Secret.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/users/{user}/secret", params(OfUser), responses((status = 200, body = SecretFacts), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn secret(asked: Asked, Path(path): Path<OfUser>) -> Answer<SecretFacts> {
    let facts = facts(&asked, &path.named()).await;
    asked.answer(facts)
}

/// What a user's Secret tells without what it holds; its name in the query.
#[utoipa::path(get, path = "/api/v1/clusters/{namespace}/{cluster}/user/secret", params(InCluster, UserParameter), responses((status = 200, body = SecretFacts), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn secret_by_query(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
) -> Answer<SecretFacts> {
    let facts = facts(&asked, &Named::of(&path, &query.unwrap_or_default())).await;
    asked.answer(facts)
}

async fn facts(asked: &Asked, named: &Named) -> Result<SecretFacts, AppError> {
    let backend = asked.app.backend();
    backend
        .user_secret(&asked.cx, &named.cluster, &named.user)
        .await
}

type Body = Result<Json<RevealBody>, JsonRejection>;

/// Which form of the credentials is wanted.
#[derive(Deserialize, utoipa::ToSchema)]
struct RevealBody {
    /// `password`, `properties` or `pem`.
    form: RevealForm,
}

/// What a user's Secret holds; needs the right to get that Secret, and is audited.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/users/{user}/credentials:reveal", params(OfUser), request_body = RevealBody, responses((status = 200, body = Revealed), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn reveal(asked: Asked, Path(path): Path<OfUser>, body: Body) -> Answer<Revealed> {
    let revealed = revealed(&asked, &path.named(), body).await;
    asked.answer(revealed)
}

/// What a user's Secret holds; its name in the query.
#[utoipa::path(post, path = "/api/v1/clusters/{namespace}/{cluster}/user/credentials:reveal", params(InCluster, UserParameter), request_body = RevealBody, responses((status = 200, body = Revealed), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
async fn reveal_by_query(
    asked: Asked,
    Path(path): Path<InCluster>,
    RawQuery(query): RawQuery,
    body: Body,
) -> Answer<Revealed> {
    let named = Named::of(&path, &query.unwrap_or_default());
    let revealed = revealed(&asked, &named, body).await;
    asked.answer(revealed)
}

async fn revealed(asked: &Asked, named: &Named, body: Body) -> Result<Revealed, AppError> {
    let backend = asked.app.backend();
    let form = match body {
        Ok(Json(body)) => body.form,
        Err(rejection) => {
            // Who may not see the user learns nothing else.
            backend
                .user(&asked.cx, &named.cluster, &named.user, None)
                .await?;
            return Err(unreadable(&rejection.body_text()));
        }
    };
    backend
        .reveal(&asked.cx, &named.cluster, &named.user, form)
        .await
}
