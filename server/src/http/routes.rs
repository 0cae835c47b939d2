//! The route table: every address of the console and the right that it requires (decision 11).
//!
//! It decides nothing: the backend authorises. It says what must hold, and a test over the real router holds every route
//! against it: each one that exists stands here, none answers without an identity, and none answers without its right.

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
const LIST_NODES: Need = Need::Right(Verb::List, Resource::Brokers);
const VIEW_NODE: Need = Need::Right(Verb::Get, Resource::Brokers);
const LIST_TOPICS: Need = Need::Right(Verb::List, Resource::Topics);
const VIEW_TOPIC: Need = Need::Right(Verb::Get, Resource::Topics);

/// Of a cluster, as server functions take it.
const CLUSTER: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"}}"#;
const CLUSTER_AND_QUERY: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"query":{}}"#;
const CLUSTER_AND_TOPIC: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"topic":"task-created"}"#;

/// Every address but the assets, which hold nothing of anybody.
pub const TABLE: &[Route] = &[
    route(Way::Page, "/", Need::Identity),
    route(
        Way::Page,
        "/sign-in",
        Need::Nothing("it is where one signs in"),
    ),
    route(Way::Page, "/clusters/{namespace}/{name}", VIEW_CLUSTER),
    route(Way::Page, "/clusters/{namespace}/{name}/nodes", LIST_NODES),
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/topics",
        LIST_TOPICS,
    ),
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/topics/{topic}",
        VIEW_TOPIC,
    ),
    // The topic's name travels in the query where no path can carry it.
    route(Way::Page, "/clusters/{namespace}/{name}/topic", VIEW_TOPIC),
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
        Way::Function(CLUSTER),
        "/_fn/penstock_api/clusters/cluster_get",
        VIEW_CLUSTER,
    ),
    route(
        Way::Function(CLUSTER),
        "/_fn/penstock_api/nodes/nodes_list",
        LIST_NODES,
    ),
    route(
        Way::Function(CLUSTER_AND_QUERY),
        "/_fn/penstock_api/topics/topics_list",
        LIST_TOPICS,
    ),
    route(
        Way::Function(CLUSTER_AND_TOPIC),
        "/_fn/penstock_api/topics/topic_get",
        VIEW_TOPIC,
    ),
    route(Way::Rest, "/api/v1/session", Need::Identity),
    route(Way::Rest, "/api/v1/clusters", Need::Identity),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}",
        VIEW_CLUSTER,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/nodes",
        LIST_NODES,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/nodes/{node}",
        VIEW_NODE,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/nodes/{node}/configs",
        VIEW_NODE,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/topics",
        LIST_TOPICS,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}",
        VIEW_TOPIC,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}/partitions",
        VIEW_TOPIC,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}/configs",
        VIEW_TOPIC,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}/drift",
        VIEW_TOPIC,
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
];
