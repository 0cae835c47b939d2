//! A custom resource as the console shows it: where it is, what it says of itself, and its YAML. Below: the kinds that have a list
//! and a page of the same make ([`kind`]), and the shapes of both ([`list`]).

pub mod kind;
pub mod list;

use crate::{
    condition::Condition,
    condition::Readiness,
    ids::{Namespace, ResourceName},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Where a resource is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResourceRef {
    /// `KafkaTopic`
    pub kind: String,
    /// `kafka.strimzi.io/v1`
    pub api_version: String,
    /// Its namespace.
    pub namespace: Namespace,
    /// Its name.
    pub name: ResourceName,
}

/// A resource in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResourceDetail {
    /// Where it is.
    pub reference: ResourceRef,
    /// `metadata.generation`
    pub generation: Option<i64>,
    /// `status.observedGeneration`
    pub observed_generation: Option<i64>,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// Its conditions as written.
    pub conditions: Vec<Condition>,
    /// What they say together.
    pub readiness: Readiness,
    /// Who wrote its specification last (field manager), as `metadata.managedFields` tells; `None` where it does not.
    pub manager: Option<String>,
    /// The object without managed fields, as YAML.
    pub yaml: String,
}
