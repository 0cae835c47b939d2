//! `StrimziPodSet`: the operator's set of pods of one pool.

use crate::{
    kind::Kind,
    resource::{AnyResource, Body, Metadata, Resource, part},
};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// A `StrimziPodSet` resource.
pub type StrimziPodSet = Resource<StrimziPodSetBody>;

/// The annotation that asks the operator to roll a set's pods, or one pod.
pub const ROLL_ANNOTATION: &str = "strimzi.io/manual-rolling-update";

/// Fields of a `StrimziPodSet`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrimziPodSetBody {
    /// Names of the declared pods.
    pub pod_names: Vec<String>,
    /// `status.pods`: pods that there are.
    pub pods: Option<u32>,
    /// `status.readyPods`
    pub ready_pods: Option<u32>,
    /// `status.currentPods`: pods of the declared revision.
    pub current_pods: Option<u32>,
    /// Whether a roll was asked for and has not begun.
    pub roll_requested: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Spec {
    pods: Option<Vec<Value>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    pods: Option<u32>,
    ready_pods: Option<u32>,
    current_pods: Option<u32>,
}

impl Body for StrimziPodSetBody {
    fn any(resource: Arc<Resource<Self>>) -> AnyResource {
        AnyResource::StrimziPodSet(resource)
    }

    fn read(_: Kind, metadata: &Metadata, spec: &Value, status: &Value) -> Result<Self, String> {
        let spec: Spec = part("spec", spec)?;
        let status: Status = part("status", status)?;
        Ok(Self {
            pod_names: spec
                .pods
                .unwrap_or_default()
                .iter()
                .filter_map(|pod| Some(pod.pointer("/metadata/name")?.as_str()?.to_owned()))
                .collect(),
            pods: status.pods,
            ready_pods: status.ready_pods,
            current_pods: status.current_pods,
            roll_requested: metadata.annotated_true(ROLL_ANNOTATION),
        })
    }
}
