//! The route table: every address of the console and the right that it requires (decision 11).
//!
//! It decides nothing: the backend authorises. It says what must hold, and a test over the real router holds every route
//! against it: each one that exists stands here, none answers without an identity, and none answers without its right.

mod groups;
mod nodes;
mod records;
mod resources;
mod schemas;
mod topics;
mod users;

use penstock_domain::access::{Resource, Verb};

/// How an address is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A page: HTML, and a true status.
    Page,
    /// A server function: POST of JSON.
    Function(&'static str),
    /// REST: GET of JSON.
    Rest,
    /// REST: POST of JSON.
    Post(&'static str),
    /// REST: POST of a form, answered by a file.
    PostForm(&'static str),
    /// A stream of events.
    Stream,
    /// A form: POST.
    Form,
}

/// What an address requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing, and why that is right.
    Nothing(&'static str),
    /// That somebody is signed in; what he sees is filtered by his rights.
    Identity,
    /// A right on the cluster, or on the object in it.
    Right(Verb, Resource),
}

/// One address.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// How it is asked.
    pub way: Way,
    /// Its pattern, with parameters in braces.
    pub path: &'static str,
    /// What it requires.
    pub need: Need,
}

const fn route(way: Way, path: &'static str, need: Need) -> Route {
    Route { way, path, need }
}

const VIEW_CLUSTER: Need = Need::Right(Verb::Get, Resource::Clusters);
const LIST_TOPICS: Need = Need::Right(Verb::List, Resource::Topics);

/// Something to look for.
const SEARCH: &str = r#"{"query":{"text":"task"}}"#;
/// Of a cluster, as server functions take it.
const CLUSTER: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"}}"#;
const CLUSTER_AND_QUERY: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"query":{}}"#;
const CLUSTER_AND_TOPIC: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"topic":"task-created"}"#;

/// Every address but the assets, which hold nothing of anybody.
pub const TABLE: &[Route] = &joined::<{ rows(&TABLES) }>(&TABLES);

const TABLES: [&[Route]; 8] = [
    MAIN,
    nodes::TABLE,
    topics::TABLE,
    groups::TABLE,
    records::TABLE,
    resources::TABLE,
    schemas::TABLE,
    users::TABLE,
];

const fn rows(parts: &[&[Route]]) -> usize {
    let (mut part, mut all) = (0, 0);
    while part < parts.len() {
        all += parts[part].len();
        part += 1;
    }
    all
}

/// Several tables as one.
const fn joined<const ROWS: usize>(parts: &[&[Route]]) -> [Route; ROWS] {
    let mut all = [route(Way::Page, "", Need::Identity); ROWS];
    let (mut part, mut at) = (0, 0);
    while part < parts.len() {
        let mut row = 0;
        while row < parts[part].len() {
            all[at] = parts[part][row];
            (row, at) = (row + 1, at + 1);
        }
        part += 1;
    }
    all
}

/// Addresses of what has no table of its own.
const MAIN: &[Route] = &[
    route(Way::Page, "/", Need::Identity),
    route(
        Way::Page,
        "/sign-in",
        Need::Nothing("it is where one signs in"),
    ),
    // Finds what each list would show to whoever asks.
    route(Way::Page, "/search", Need::Identity),
    route(Way::Page, "/clusters/{namespace}/{name}", VIEW_CLUSTER),
    // Events about what the user may not see are left out.
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/activity",
        VIEW_CLUSTER,
    ),
    route(Way::Page, "/_gallery", Need::Identity),
    route(Way::Page, "/{*any}", Need::Identity),
    route(
        Way::Function("{}"),
        "/_fn/penstock_api/session/session_get",
        Need::Identity,
    ),
    route(
        Way::Function("{}"),
        "/_fn/penstock_api/clusters/clusters_list",
        Need::Identity,
    ),
    route(
        Way::Function(SEARCH),
        "/_fn/penstock_api/search/search_find",
        Need::Identity,
    ),
    route(
        Way::Function(CLUSTER),
        "/_fn/penstock_api/clusters/cluster_get",
        VIEW_CLUSTER,
    ),
    route(
        Way::Function(CLUSTER_AND_QUERY),
        "/_fn/penstock_api/activity/activity_list",
        VIEW_CLUSTER,
    ),
    route(Way::Rest, "/api/v1/session", Need::Identity),
    route(Way::Rest, "/api/v1/clusters", Need::Identity),
    route(Way::Rest, "/api/v1/search", Need::Identity),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}",
        VIEW_CLUSTER,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/activity",
        VIEW_CLUSTER,
    ),
    route(
        Way::Rest,
        "/api/v1/openapi.json",
        Need::Nothing("it describes the program, not anybody's data"),
    ),
    route(Way::Rest, "/api/{*any}", Need::Identity),
    route(Way::Stream, "/events", Need::Identity),
    route(
        Way::Form,
        "/auth/sign-in",
        Need::Nothing("the token in the form is checked"),
    ),
    route(
        Way::Form,
        "/auth/sign-out",
        Need::Nothing("it ends a session, if there is one"),
    ),
    route(
        Way::Form,
        "/auth/theme",
        Need::Nothing("it sets the look of one's own browser"),
    ),
    route(
        Way::Form,
        "/auth/looks",
        Need::Nothing("it sets how lists look in one's own browser"),
    ),
];
