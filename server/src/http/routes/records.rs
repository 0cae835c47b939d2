//! Addresses of records: reading, searching, following, exporting, producing.

use super::{CLUSTER_AND_TOPIC, LIST_TOPICS, Need, Route, Way, route};
use penstock_domain::access::{Resource, Verb};

const LIST_RECORDS: Need = Need::Right(Verb::List, Resource::Records);
const READ_RECORD: Need = Need::Right(Verb::Get, Resource::Records);
const TAIL_RECORDS: Need = Need::Right(Verb::Tail, Resource::Records);
const PRODUCE_RECORDS: Need = Need::Right(Verb::Produce, Resource::Records);
const READING: &str = r#"{"topics":["task-created"]}"#;
const CLUSTER_AND_READING: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"reading":{"topics":["task-created"]}}"#;
const CLUSTER_AND_TOPICS: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"topics":["task-created"]}"#;
const CLUSTER_AND_RECORD: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"query":{"topic":"task-created","partition":0,"offset":0}}"#;
const SEND: &str = r#"{"records":[{"value":{"format":"text","text":"a"}}]}"#;
const CLUSTER_AND_SEND: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"topic":"task-created","request":{"records":[{"value":{"format":"text","text":"a"}}]}}"#;
const CLUSTER_AND_LINES: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"topic":"task-created","settings":{},"first_line":1,"lines":"1"}"#;

/// Every one.
pub(super) const TABLE: &[Route] = &[
    // Without a topic the page offers topics; with one it asks for the right to its records itself.
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/messages",
        LIST_TOPICS,
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
];
