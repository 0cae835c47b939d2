//! Addresses of resources beside a cluster.

use super::{CLUSTER_AND_QUERY, Need, Route, VIEW_CLUSTER, Way, route};
use penstock_domain::access::{Resource, Verb};

const LIST_CONNECTORS: Need = Need::Right(Verb::List, Resource::Connectors);
const VIEW_CONNECTOR: Need = Need::Right(Verb::Get, Resource::Connectors);
const CLUSTER_AND_RESOURCE: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"plural":"kafkaconnectors","namespace":"kafka","name":"sink"}"#;

/// Every one.
pub(super) const TABLE: &[Route] = &[
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
];
