//! Metadata of any object, read without trusting any of it.

use crate::{kind::Kind, resource::lenient};
use penstock_domain::{
    ids::{ClusterName, Namespace, ResourceName},
    resource::ResourceRef,
    time::Timestamp,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// The label that binds a resource to its cluster.
pub const CLUSTER_LABEL: &str = "strimzi.io/cluster";

/// The annotation that stops reconciliation while it says `true`.
pub const PAUSE_ANNOTATION: &str = "strimzi.io/pause-reconciliation";

/// `kubectl apply`'s copy of what it was given: twice the text, and it may hold what has since been removed on purpose.
pub(crate) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// `metadata`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Its namespace.
    pub namespace: Namespace,
    /// Its name.
    pub name: ResourceName,
    /// Distinguishes it from an earlier object of the same name.
    pub uid: Box<str>,
    /// The API server's version of the object, opaque.
    pub resource_version: Box<str>,
    /// Counts changes of the specification, and the request for its deletion.
    pub generation: Option<i64>,
    /// When it was created, whole seconds.
    pub created: Option<Timestamp>,
    /// Whether its deletion was asked for.
    pub deleting: bool,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Annotations without `kubectl`'s copy of the object.
    pub annotations: BTreeMap<String, String>,
    /// Who wrote it, of `managedFields` only the summary.
    pub managers: Vec<FieldManager>,
}

/// One writer of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldManager {
    /// `kubectl-client-side-apply`, `strimzi-topic-operator`.
    pub manager: Box<str>,
    /// `Apply` or `Update`.
    pub operation: Option<Box<str>>,
    /// `status`, or nothing for the object itself.
    pub subresource: Option<Box<str>>,
    /// When it wrote last.
    pub time: Option<Timestamp>,
    /// Whether any field of the specification is its.
    pub owns_specification: bool,
}

// === impl Metadata ===

impl Metadata {
    /// Reads what is readable; the rest stays empty.
    pub fn read(object: &Value) -> Self {
        let null = Value::Null;
        let metadata = object.get("metadata").unwrap_or(&null);
        let text = |field: &str| {
            metadata
                .get(field)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let time = |field: &str| {
            metadata
                .get(field)
                .and_then(Value::as_str)
                .and_then(Timestamp::parse)
        };
        let mut annotations = lenient::texts(metadata.get("annotations"));
        annotations.remove(LAST_APPLIED);
        Self {
            namespace: Namespace::new(text("namespace")),
            name: ResourceName::new(text("name")),
            uid: text("uid").into(),
            resource_version: text("resourceVersion").into(),
            generation: metadata.get("generation").and_then(Value::as_i64),
            created: time("creationTimestamp"),
            deleting: metadata
                .get("deletionTimestamp")
                .is_some_and(|value| !value.is_null()),
            labels: lenient::texts(metadata.get("labels")),
            annotations,
            managers: metadata
                .get("managedFields")
                .and_then(Value::as_array)
                .map(|entries| entries.iter().filter_map(FieldManager::read).collect())
                .unwrap_or_default(),
        }
    }

    /// The cluster in its label.
    pub fn cluster_label(&self) -> Option<ClusterName> {
        self.labels
            .get(CLUSTER_LABEL)
            .filter(|name| !name.is_empty())
            .map(|name| ClusterName::new(name.as_str()))
    }

    /// Whether an annotation says `true`.
    pub fn annotated_true(&self, annotation: &str) -> bool {
        self.annotations
            .get(annotation)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// Whether somebody asked the operator to pause; the condition follows when it has seen that.
    pub fn pause_requested(&self) -> bool {
        self.annotated_true(PAUSE_ANNOTATION)
    }

    /// Who wrote the specification last, as `managedFields` tells.
    pub fn specification_manager(&self) -> Option<&str> {
        self.managers
            .iter()
            .filter(|manager| manager.owns_specification && manager.subresource.is_none())
            .max_by_key(|manager| manager.time)
            .map(|manager| &*manager.manager)
    }

    pub(crate) fn reference(&self, kind: Kind, api_version: &str) -> ResourceRef {
        ResourceRef {
            kind: kind.name().to_owned(),
            api_version: api_version.to_owned(),
            namespace: self.namespace.clone(),
            name: self.name.clone(),
        }
    }
}

// === impl FieldManager ===

impl FieldManager {
    fn read(entry: &Value) -> Option<Self> {
        let text = |field: &str| entry.get(field).and_then(Value::as_str);
        Some(Self {
            manager: text("manager")?.into(),
            operation: text("operation").map(Into::into),
            subresource: text("subresource")
                .filter(|name| !name.is_empty())
                .map(Into::into),
            time: text("time").and_then(Timestamp::parse),
            owns_specification: entry.pointer("/fieldsV1/f:spec").is_some(),
        })
    }
}
