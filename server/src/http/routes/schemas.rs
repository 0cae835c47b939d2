//! Addresses of subjects of a schema registry.

use super::{CLUSTER_AND_QUERY, Need, Route, Way, route};
use penstock_domain::access::{Resource, Verb};

const LIST_SCHEMAS: Need = Need::Right(Verb::List, Resource::Schemas);
const VIEW_SCHEMA: Need = Need::Right(Verb::Get, Resource::Schemas);
const REGISTER_SCHEMA: Need = Need::Right(Verb::Create, Resource::Schemas);
const CHANGE_SCHEMA: Need = Need::Right(Verb::Update, Resource::Schemas);
const DELETE_SCHEMA: Need = Need::Right(Verb::Delete, Resource::Schemas);

/// A schema to check or to register.
const CANDIDATE: &str = r#"{"schemaType":"avro","text":"\"string\""}"#;
const LEVEL: &str = r#"{"level":"full"}"#;
const CLUSTER_AND_SUBJECT: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"subject":"orders-value"}"#;
const CLUSTER_SUBJECT_AND_COMPARED: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"subject":"orders-value","compared":{}}"#;
const CLUSTER_SUBJECT_AND_CANDIDATE: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"subject":"orders-value","candidate":{"schemaType":"avro","text":"\"string\""}}"#;
const CLUSTER_SUBJECT_AND_LEVEL: &str = r#"{"cluster":{"namespace":"kafka","name":"task-events"},"subject":"orders-value","asked":{"level":"full"}}"#;
const CLUSTER_AND_LEVEL: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"asked":{"level":"full"}}"#;
const CLUSTER_SUBJECT_AND_DELETE: &str =
    r#"{"cluster":{"namespace":"kafka","name":"task-events"},"subject":"orders-value","asked":{}}"#;

/// See the module.
pub(super) const TABLE: &[Route] = &[
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/schemas",
        LIST_SCHEMAS,
    ),
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/schemas/{subject}",
        VIEW_SCHEMA,
    ),
    // The subject's name travels in the query where no path can carry it.
    route(
        Way::Page,
        "/clusters/{namespace}/{name}/schema",
        VIEW_SCHEMA,
    ),
    route(
        Way::Function(CLUSTER_AND_QUERY),
        "/_fn/penstock_api/schemas/subjects_list",
        LIST_SCHEMAS,
    ),
    route(
        Way::Function(CLUSTER_SUBJECT_AND_COMPARED),
        "/_fn/penstock_api/schemas/subject_get",
        VIEW_SCHEMA,
    ),
    route(
        Way::Function(CLUSTER_AND_SUBJECT),
        "/_fn/penstock_api/schemas/subject_impact_get",
        VIEW_SCHEMA,
    ),
    route(
        Way::Function(CLUSTER_SUBJECT_AND_CANDIDATE),
        "/_fn/penstock_api/schemas/schema_check",
        VIEW_SCHEMA,
    ),
    route(
        Way::Function(CLUSTER_SUBJECT_AND_CANDIDATE),
        "/_fn/penstock_api/schemas/schema_register",
        REGISTER_SCHEMA,
    ),
    route(
        Way::Function(CLUSTER_SUBJECT_AND_LEVEL),
        "/_fn/penstock_api/schemas/subject_level_set",
        CHANGE_SCHEMA,
    ),
    route(
        Way::Function(CLUSTER_AND_LEVEL),
        "/_fn/penstock_api/schemas/global_level_set",
        CHANGE_SCHEMA,
    ),
    route(
        Way::Function(CLUSTER_SUBJECT_AND_DELETE),
        "/_fn/penstock_api/schemas/subject_delete_preview",
        VIEW_SCHEMA,
    ),
    route(
        Way::Function(CLUSTER_SUBJECT_AND_DELETE),
        "/_fn/penstock_api/schemas/subject_delete",
        DELETE_SCHEMA,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/schemas",
        LIST_SCHEMAS,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/schemas/{subject}",
        VIEW_SCHEMA,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/schema",
        VIEW_SCHEMA,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/schema/text",
        VIEW_SCHEMA,
    ),
    route(
        Way::Rest,
        "/api/v1/clusters/{namespace}/{cluster}/schema/impact",
        VIEW_SCHEMA,
    ),
    route(
        Way::Post(CANDIDATE),
        "/api/v1/clusters/{namespace}/{cluster}/schema/versions:check",
        VIEW_SCHEMA,
    ),
    route(
        Way::Post(CANDIDATE),
        "/api/v1/clusters/{namespace}/{cluster}/schema/versions",
        REGISTER_SCHEMA,
    ),
    route(
        Way::Post(LEVEL),
        "/api/v1/clusters/{namespace}/{cluster}/schema/compatibility",
        CHANGE_SCHEMA,
    ),
    route(
        Way::Post(LEVEL),
        "/api/v1/clusters/{namespace}/{cluster}/schemas:compatibility",
        CHANGE_SCHEMA,
    ),
    route(
        Way::Post("{}"),
        "/api/v1/clusters/{namespace}/{cluster}/schema/versions:delete",
        DELETE_SCHEMA,
    ),
];
