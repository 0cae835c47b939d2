//! `KafkaNodePool`: nodes with the same roles, storage and resources.

use crate::{
    kind::Kind,
    resource::{AnyResource, Body, Metadata, Resource, lenient, part},
};
use penstock_domain::ids::NodeId;
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};

/// A `KafkaNodePool` resource.
pub type KafkaNodePool = Resource<KafkaNodePoolBody>;

/// Fields of a `KafkaNodePool`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KafkaNodePoolBody {
    /// `spec.replicas`
    pub replicas: Option<u32>,
    /// `spec.roles`: `controller`, `broker`.
    pub roles: Vec<String>,
    /// `persistent-claim 100 GiB, class gp3`, as declared.
    pub storage: Option<String>,
    /// `2 CPU, 4 GiB`: limits, else requests.
    pub resources: Option<String>,
    /// Whether any volume is lost with its pod.
    pub ephemeral: bool,
    /// `status.nodeIds`
    pub node_ids: Vec<NodeId>,
    /// `status.roles`: what the running nodes have.
    pub current_roles: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Spec {
    replicas: Option<u32>,
    #[serde(deserialize_with = "lenient::null_as_default")]
    roles: Vec<String>,
    storage: Option<Storage>,
    resources: Option<Resources>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Storage {
    #[serde(rename = "type")]
    kind: Option<String>,
    size: Option<String>,
    size_limit: Option<String>,
    class: Option<String>,
    #[serde(deserialize_with = "lenient::null_as_default")]
    volumes: Vec<Storage>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Resources {
    #[serde(deserialize_with = "lenient::null_as_default")]
    limits: BTreeMap<String, Value>,
    #[serde(deserialize_with = "lenient::null_as_default")]
    requests: BTreeMap<String, Value>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    #[serde(deserialize_with = "lenient::null_as_default")]
    node_ids: Vec<i32>,
    #[serde(deserialize_with = "lenient::null_as_default")]
    roles: Vec<String>,
}

// === impl KafkaNodePoolBody ===

impl Body for KafkaNodePoolBody {
    fn any(resource: Arc<Resource<Self>>) -> AnyResource {
        AnyResource::KafkaNodePool(resource)
    }

    fn read(_: Kind, _: &Metadata, spec: &Value, status: &Value) -> Result<Self, String> {
        let spec: Spec = part("spec", spec)?;
        let status: Status = part("status", status)?;
        Ok(Self {
            replicas: spec.replicas,
            roles: spec.roles,
            storage: spec.storage.as_ref().and_then(Storage::words),
            resources: spec.resources.as_ref().and_then(Resources::words),
            ephemeral: spec.storage.as_ref().is_some_and(Storage::any_ephemeral),
            node_ids: status.node_ids.into_iter().map(NodeId).collect(),
            current_roles: status.roles,
        })
    }
}

// === impl Storage ===

impl Storage {
    fn any_ephemeral(&self) -> bool {
        self.kind.as_deref() == Some("ephemeral") || self.volumes.iter().any(Storage::any_ephemeral)
    }

    /// One volume: `persistent-claim 100 GiB, class gp3`; several: `2 × persistent-claim 100 GiB`, or each by itself.
    fn words(&self) -> Option<String> {
        if self.kind.as_deref() != Some("jbod") {
            return self.volume();
        }
        let volumes: Vec<String> = self.volumes.iter().filter_map(Storage::volume).collect();
        match volumes.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            [first, rest @ ..] if rest.iter().all(|other| other == first) => {
                Some(format!("{} × {first}", volumes.len()))
            }
            _ => Some(volumes.join("; ")),
        }
    }

    fn volume(&self) -> Option<String> {
        let mut words = self.kind.clone()?;
        if let Some(size) = self.size.as_deref().or(self.size_limit.as_deref()) {
            words.push(' ');
            words.push_str(&quantity(size));
        }
        if let Some(class) = &self.class {
            words.push_str(", class ");
            words.push_str(class);
        }
        Some(words)
    }
}

// === impl Resources ===

impl Resources {
    fn words(&self) -> Option<String> {
        let of = |name: &str| {
            self.limits
                .get(name)
                .or_else(|| self.requests.get(name))
                .and_then(lenient::scalar)
        };
        let parts: Vec<String> = [
            of("cpu").map(|cpu| format!("{cpu} CPU")),
            of("memory").map(|memory| quantity(&memory)),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Kubernetes' `100Gi` as people write it; anything else as it stands.
fn quantity(text: &str) -> String {
    for suffix in ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] {
        if let Some(number) = text.strip_suffix(suffix) {
            return format!("{number} {suffix}B");
        }
    }
    text.to_owned()
}
