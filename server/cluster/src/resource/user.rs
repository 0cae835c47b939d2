//! `KafkaUser`: a user as declared and as the user operator reports it. Its credentials are in a Secret that is not read here.

use crate::{
    kind::Kind,
    resource::{AnyResource, Body, Metadata, Resource, part},
};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// A `KafkaUser` resource.
pub type KafkaUser = Resource<KafkaUserBody>;

/// Fields of a `KafkaUser`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KafkaUserBody {
    /// `spec.authentication.type`: `scram-sha-512`, `tls`, `tls-external`; `None`: no credentials are made.
    pub authentication: Option<String>,
    /// `spec.authorization.type`: `simple`, or none.
    pub authorization: Option<String>,
    /// How many ACL rules it declares.
    pub rules: usize,
    /// `status.username`: the principal's name, `CN=<name>` with certificates; absent while it is in error.
    pub username: Option<String>,
    /// `status.secret`: where its credentials are.
    pub secret: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Spec {
    authentication: Option<Typed>,
    authorization: Option<Authorization>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Authorization {
    #[serde(rename = "type")]
    kind: Option<String>,
    acls: Option<Vec<Value>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Status {
    username: Option<String>,
    secret: Option<String>,
}

impl Body for KafkaUserBody {
    fn any(resource: Arc<Resource<Self>>) -> AnyResource {
        AnyResource::KafkaUser(resource)
    }

    fn read(_: Kind, _: &Metadata, spec: &Value, status: &Value) -> Result<Self, String> {
        let spec: Spec = part("spec", spec)?;
        let status: Status = part("status", status)?;
        let authorization = spec.authorization.unwrap_or_default();
        Ok(Self {
            authentication: spec.authentication.and_then(|typed| typed.kind),
            authorization: authorization.kind,
            rules: authorization
                .acls
                .map(|acls| acls.len())
                .unwrap_or_default(),
            username: status.username,
            secret: status.secret,
        })
    }
}
