//! The route table: every address of the console and the right that it requires (decision 11).
//!
//! It decides nothing: the backend authorises. It says what must hold, and a test over the real router holds every route
//! against it: each one that exists stands here, none answers without an identity, and none answers without its right.

mod schemas;
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
const LIST_NODES: Need = Need::Right(Verb::List, Resource::Brokers);
const VIEW_NODE: Need = Need::Right(Verb::Get, Resource::Brokers);
const LIST_TOPICS: Need = Need::Right(Verb::List, Resource::Topics);
const VIEW_TOPIC: Need = Need::Right(Verb::Get, Resource::Topics);
const LIST_GROUPS: Need = Need::Right(Verb::List, Resource::Groups);
const VIEW_GROUP: Need = Need::Right(Verb::Get, Resource::Groups);

const LIST_CONNECTORS: Need = Need::Right(Verb::List, Resource::Connectors);
const VIEW_CONNECTOR: Need = Need::Right(Verb::Get, Resource::Connectors);
const CLUSTER_AND_RESOURCE: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"plural":"kafkaconnectors","namespace":"kafka","name":"sink"}"#;

/// Something to look for.
const SEARCH: &str = r#"{"query":{"text":"task"}}"#;
/// Of a cluster, as server functions take it.
const CLUSTER: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"}}"#;
const CLUSTER_AND_QUERY: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"query":{}}"#;
const CLUSTER_AND_NODE: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"node":0}"#;
const CLUSTER_NODE_AND_QUERY: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"node":0,"query":{}}"#;
const CLUSTER_AND_CHOICE: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"choice":{"stop":[0]}}"#;
const CLUSTER_AND_TOPIC: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"topic":"task-created"}"#;
const CLUSTER_AND_GROUP: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"group":"billing-export"}"#;
const CLUSTER_GROUP_AND_SPAN: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"group":"billing-export","span":"1h"}"#;

const CHANGE_GROUP: Need = Need::Right(Verb::Update, Resource::Groups);
const DELETE_GROUP: Need = Need::Right(Verb::Delete, Resource::Groups);
const RESET: &str = r#"{"to":"earliest"}"#;
const CLUSTER_GROUP_AND_RESET: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"group":"billing-export","spec":{"to":"earliest"}}"#;
const OFFSETS: &str = r#"{"changes":[{"topic":"task-created","partition":0,"old":null,"new":0}]}"#;
const CLUSTER_GROUP_AND_OFFSETS: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"group":"billing-export","asked":{"changes":[{"topic":"task-created","partition":0,"old":null,"new":0}]}}"#;
const UNDO: &str = r#"{"change":1}"#;
const GROUPS: &str = r#"{"groups":["billing-export"]}"#;
const CLUSTER_AND_GROUPS: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"asked":{"groups":["billing-export"]}}"#;

const LIST_RECORDS: Need = Need::Right(Verb::List, Resource::Records);
const READ_RECORD: Need = Need::Right(Verb::Get, Resource::Records);
const TAIL_RECORDS: Need = Need::Right(Verb::Tail, Resource::Records);
const PRODUCE_RECORDS: Need = Need::Right(Verb::Produce, Resource::Records);

/// A reading of one topic.
const READING: &str = r#"{"topics":["task-created"]}"#;
const CLUSTER_AND_READING: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"reading":{"topics":["task-created"]}}"#;
const CLUSTER_AND_TOPICS: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"topics":["task-created"]}"#;
const CLUSTER_AND_RECORD: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"query":{"topic":"task-created","partition":0,"offset":0}}"#;

/// A send of one record.
const SEND: &str = r#"{"records":[{"value":{"format":"text","text":"a"}}]}"#;
const CLUSTER_AND_SEND: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"topic":"task-created","request":{"records":[{"value":{"format":"text","text":"a"}}]}}"#;
const CLUSTER_AND_LINES: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"topic":"task-created","settings":{},"first_line":1,"lines":"1"}"#;

/// Every address but the assets, which hold nothing of anybody.
pub const TABLE: &[Route] =
    &joined::<{ MAIN.len() + schemas::TABLE.len() + users::TABLE.len() }>([
        MAIN,
        schemas::TABLE,
        users::TABLE,
    ]);

/// Several tables as one.
const fn joined<const ROWS: usize>(parts: [&[Route]; 3]) -> [Route; ROWS] {
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
    route(Way::Page, "/clusters/{namespace}/{name}/nodes", LIST_NODES),
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/nodes/{node}",
        VIEW_NODE,
    ),
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/certificates",
        VIEW_CLUSTER,
    ),
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
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/groups",
        LIST_GROUPS,
    ),
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/groups/{group}",
        VIEW_GROUP,
    ),
    // The group's name travels in the query where no path can carry it.
    route(Way::Page, "/clusters/{namespace}/{name}/group", VIEW_GROUP),
    // Without a topic the page offers topics; with one it asks for the right to its records itself.
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/messages",
        LIST_TOPICS,
    ),
    // Of all kinds that the user may see.
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/resources",
        VIEW_CLUSTER,
    ),
    // Of one kind, and the right that goes with it: for what Connect runs that on connectors, else that on the cluster.
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/resources/{plural}",
        LIST_CONNECTORS,
    ),
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/resources/{plural}/{of}/{resource}",
        VIEW_CONNECTOR,
    ),
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
        Way::Function(CLUSTER),
        "/_fn/penstock_api/nodes/nodes_list",
        LIST_NODES,
    ),
    route(
        Way::Function(CLUSTER_AND_CHOICE),
        "/_fn/penstock_api/nodes/nodes_simulation_get",
        LIST_NODES,
    ),
    route(
        Way::Function(CLUSTER_AND_NODE),
        "/_fn/penstock_api/nodes/node_get",
        VIEW_NODE,
    ),
    route(
        Way::Function(CLUSTER_NODE_AND_QUERY),
        "/_fn/penstock_api/nodes/node_configuration_get",
        VIEW_NODE,
    ),
    route(
        Way::Function(CLUSTER_NODE_AND_QUERY),
        "/_fn/penstock_api/nodes/node_partitions_list",
        VIEW_NODE,
    ),
    route(
        Way::Function(CLUSTER),
        "/_fn/penstock_api/nodes/certificates_get",
        VIEW_CLUSTER,
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
    route(
        Way::Function(CLUSTER_AND_QUERY),
        "/_fn/penstock_api/groups/groups_list",
        LIST_GROUPS,
    ),
    route(
        Way::Function(CLUSTER_AND_GROUP),
        "/_fn/penstock_api/groups/group_get",
        VIEW_GROUP,
    ),
    route(
        Way::Function(CLUSTER_GROUP_AND_SPAN),
        "/_fn/penstock_api/groups/group_history_get",
        VIEW_GROUP,
    ),
    route(
        Way::Function(CLUSTER_AND_GROUP),
        "/_fn/penstock_api/groups/group_ages_get",
        VIEW_GROUP,
    ),
    route(
        Way::Function(CLUSTER_AND_GROUP),
        "/_fn/penstock_api/groups/group_configuration_get",
        VIEW_GROUP,
    ),
    route(
        Way::Function(CLUSTER_AND_GROUP),
        "/_fn/penstock_api/groups/group_changes_get",
        VIEW_GROUP,
    ),
    // Says whether it may be done, too.
    route(
        Way::Function(CLUSTER_GROUP_AND_RESET),
        "/_fn/penstock_api/groups/offsets_preview",
        VIEW_GROUP,
    ),
    route(
        Way::Function(CLUSTER_GROUP_AND_OFFSETS),
        "/_fn/penstock_api/groups/offsets_apply",
        CHANGE_GROUP,
    ),
    route(
        Way::Function(CLUSTER_AND_GROUPS),
        "/_fn/penstock_api/groups/groups_delete_preview",
        VIEW_GROUP,
    ),
    route(
        Way::Function(CLUSTER_AND_GROUPS),
        "/_fn/penstock_api/groups/groups_delete",
        DELETE_GROUP,
    ),
    // Who reads a topic: the right to see the topic is asked for too.
    route(
        Way::Function(CLUSTER_AND_TOPIC),
        "/_fn/penstock_api/groups/topic_readers_get",
        LIST_GROUPS,
    ),
    route(
        Way::Function(CLUSTER_AND_READING),
        "/_fn/penstock_api/records/records_browse",
        LIST_RECORDS,
    ),
    route(
        Way::Function(CLUSTER_AND_RECORD),
        "/_fn/penstock_api/records/record_get",
        READ_RECORD,
    ),
    route(
        Way::Function(CLUSTER_AND_TOPICS),
        "/_fn/penstock_api/records/record_fields",
        LIST_RECORDS,
    ),
    // Who may only see the topic is answered too, with what is missing.
    route(
        Way::Function(CLUSTER_AND_TOPIC),
        "/_fn/penstock_api/records/produce_facts_get",
        PRODUCE_RECORDS,
    ),
    route(
        Way::Function(CLUSTER_AND_SEND),
        "/_fn/penstock_api/records/produce_send",
        PRODUCE_RECORDS,
    ),
    route(
        Way::Function(CLUSTER_AND_LINES),
        "/_fn/penstock_api/records/produce_lines",
        PRODUCE_RECORDS,
    ),
    route(
        Way::Function(CLUSTER_AND_QUERY),
        "/_fn/penstock_api/resources/resources_list",
        VIEW_CLUSTER,
    ),
    route(
        Way::Function(CLUSTER_AND_RESOURCE),
        "/_fn/penstock_api/resources/resource_get",
        VIEW_CONNECTOR,
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
        "/api/v1/clusters/{namespace}/{cluster}/nodes/{node}/partitions",
        VIEW_NODE,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/nodes/simulation",
        LIST_NODES,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/certificates",
        VIEW_CLUSTER,
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
        "/api/v1/clusters/{namespace}/{cluster}/groups",
        LIST_GROUPS,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/groups/{group}",
        VIEW_GROUP,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/groups/{group}/lag",
        VIEW_GROUP,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/groups/{group}/history",
        VIEW_GROUP,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/group",
        VIEW_GROUP,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/group/lag",
        VIEW_GROUP,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/group/history",
        VIEW_GROUP,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/groups/{group}/ages",
        VIEW_GROUP,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/groups/{group}/configs",
        VIEW_GROUP,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/groups/{group}/changes",
        VIEW_GROUP,
    ),
    route(
        Way::Post(RESET),
        "/api/v1/clusters/{namespace}/{cluster}/groups/{group}/offsets:preview",
        VIEW_GROUP,
    ),
    route(
        Way::Post(OFFSETS),
        "/api/v1/clusters/{namespace}/{cluster}/groups/{group}/offsets:apply",
        CHANGE_GROUP,
    ),
    route(
        Way::Post(UNDO),
        "/api/v1/clusters/{namespace}/{cluster}/groups/{group}/offsets:undo",
        CHANGE_GROUP,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/group/ages",
        VIEW_GROUP,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/group/configs",
        VIEW_GROUP,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/group/changes",
        VIEW_GROUP,
    ),
    route(
        Way::Post(RESET),
        "/api/v1/clusters/{namespace}/{cluster}/group/offsets:preview",
        VIEW_GROUP,
    ),
    route(
        Way::Post(OFFSETS),
        "/api/v1/clusters/{namespace}/{cluster}/group/offsets:apply",
        CHANGE_GROUP,
    ),
    route(
        Way::Post(UNDO),
        "/api/v1/clusters/{namespace}/{cluster}/group/offsets:undo",
        CHANGE_GROUP,
    ),
    route(
        Way::Post(GROUPS),
        "/api/v1/clusters/{namespace}/{cluster}/groups:delete",
        DELETE_GROUP,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}/groups",
        LIST_GROUPS,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}/records",
        LIST_RECORDS,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}/records/{partition}/{offset}",
        READ_RECORD,
    ),
    route(
        Way::Post(SEND),
        "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}/records",
        PRODUCE_RECORDS,
    ),
    route(
        Way::Post("1"),
        "/api/v1/clusters/{namespace}/{cluster}/topics/{topic}/records/import",
        PRODUCE_RECORDS,
    ),
    route(
        Way::Post(READING),
        "/api/v1/clusters/{namespace}/{cluster}/searches",
        LIST_RECORDS,
    ),
    route(
        Way::Post(READING),
        "/api/v1/clusters/{namespace}/{cluster}/tails",
        TAIL_RECORDS,
    ),
    route(
        Way::PostForm("format=jsonl&reading=%7B%22topics%22%3A%5B%22task-created%22%5D%7D"),
        "/api/v1/clusters/{namespace}/{cluster}/exports",
        LIST_RECORDS,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/resources",
        VIEW_CLUSTER,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/resources/{plural}",
        LIST_CONNECTORS,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/resources/{plural}/{of}/{resource}",
        VIEW_CONNECTOR,
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
