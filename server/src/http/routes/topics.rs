//! Addresses of topics, without their records.

use super::{CLUSTER_AND_QUERY, CLUSTER_AND_TOPIC, LIST_TOPICS, Need, Route, Way, route};
use penstock_domain::access::{Resource, Verb};

const VIEW_TOPIC: Need = Need::Right(Verb::Get, Resource::Topics);

/// Every one.
pub(super) const TABLE: &[Route] = &[
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
];
