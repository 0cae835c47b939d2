//! Addresses of nodes, what they hold, what follows if some stop, and certificates.

use super::{CLUSTER, Need, Route, VIEW_CLUSTER, Way, route};
use penstock_domain::access::{Resource, Verb};

const LIST_NODES: Need = Need::Right(Verb::List, Resource::Brokers);
const VIEW_NODE: Need = Need::Right(Verb::Get, Resource::Brokers);
const CLUSTER_AND_NODE: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"node":0}"#;
const CLUSTER_NODE_AND_QUERY: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"node":0,"query":{}}"#;
const CLUSTER_AND_CHOICE: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"choice":{"stop":[0]}}"#;

/// Every one.
pub(super) const TABLE: &[Route] = &[
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
];
