//! Addresses of users, rules, quotas, and of what somebody may do.

use super::{CLUSTER, CLUSTER_AND_QUERY, Need, Route, Way, route};
use penstock_domain::access::{Resource, Verb};

const LIST_USERS: Need = Need::Right(Verb::List, Resource::Users);
const VIEW_USER: Need = Need::Right(Verb::Get, Resource::Users);
const LIST_QUOTAS: Need = Need::Right(Verb::List, Resource::Quotas);
const CLUSTER_AND_USER: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"user":"User:task-api"}"#;
const CLUSTER_AND_QUESTION: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"user":"User:task-api","question":{"resourceType":"topic","name":"task-created","operation":"read","principal":null,"host":null}}"#;
const CLUSTER_AND_REVEAL: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"user":"User:task-api","form":"password"}"#;
const REVEAL: &str = r#"{"form":"password"}"#;

/// Every one.
pub(super) const TABLE: &[Route] = &[
    route(Way::Page, "/clusters/{namespace}/{name}/users", LIST_USERS),
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/users/{user}",
        VIEW_USER,
    ),
    // The principal's name travels in the query where no path can carry it.
    route(Way::Page, "/clusters/{namespace}/{name}/user", VIEW_USER),
    route(Way::Page, "/clusters/{namespace}/{name}/acls", LIST_USERS),
    route(Way::Page, "/clusters/{namespace}/{name}/access", LIST_USERS),
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/quotas",
        LIST_QUOTAS,
    ),
    route(
        Way::Function(CLUSTER_AND_QUERY),
        "/_fn/penstock_api/users/users_list",
        LIST_USERS,
    ),
    route(
        Way::Function(CLUSTER_AND_USER),
        "/_fn/penstock_api/users/user_get",
        VIEW_USER,
    ),
    route(
        Way::Function(CLUSTER_AND_QUERY),
        "/_fn/penstock_api/users/rules_list",
        LIST_USERS,
    ),
    route(
        Way::Function(CLUSTER),
        "/_fn/penstock_api/users/quotas_list",
        LIST_QUOTAS,
    ),
    route(
        Way::Function(CLUSTER_AND_QUESTION),
        "/_fn/penstock_api/users/holders_get",
        LIST_USERS,
    ),
    route(
        Way::Function(CLUSTER_AND_USER),
        "/_fn/penstock_api/users/user_secret_get",
        VIEW_USER,
    ),
    route(
        Way::Function(CLUSTER_AND_REVEAL),
        "/_fn/penstock_api/users/user_reveal",
        VIEW_USER,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/users",
        LIST_USERS,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/acls",
        LIST_USERS,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/acls:holders",
        LIST_USERS,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/quotas",
        LIST_QUOTAS,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/users/{user}",
        VIEW_USER,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/users/{user}/may",
        VIEW_USER,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/users/{user}/secret",
        VIEW_USER,
    ),
    route(
        Way::Post(REVEAL),
        "/api/v1/clusters/{namespace}/{cluster}/users/{user}/credentials:reveal",
        VIEW_USER,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/user",
        VIEW_USER,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/user/may",
        VIEW_USER,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/user/secret",
        VIEW_USER,
    ),
    route(
        Way::Post(REVEAL),
        "/api/v1/clusters/{namespace}/{cluster}/user/credentials:reveal",
        VIEW_USER,
    ),
];
