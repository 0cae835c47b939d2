//! Addresses of consumer groups, and of what is done to them.

use super::{CLUSTER_AND_QUERY, CLUSTER_AND_TOPIC, Need, Route, Way, route};
use penstock_domain::access::{Resource, Verb};

const LIST_GROUPS: Need = Need::Right(Verb::List, Resource::Groups);
const VIEW_GROUP: Need = Need::Right(Verb::Get, Resource::Groups);
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

/// Every one.
pub(super) const TABLE: &[Route] = &[
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
];
