//! `KafkaUser`: a user as declared and as the user operator reports it. Its credentials are in a Secret that is not read here.

use crate::{
    kind::Kind,
    resource::{AnyResource, Body, Metadata, Resource, part},
};
use penstock_domain::{
    acl::{
        Principal, Rule,
        declared::{self, DeclaredError, DeclaredRule},
    },
    user::{
        credential::Mechanism,
        quota::{DECLARED_KEYS, QuotaValue},
    },
};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// A `KafkaUser` resource.
pub type KafkaUser = Resource<KafkaUserBody>;

/// Fields of a `KafkaUser`.
#[derive(Clone, Debug, PartialEq)]
pub struct KafkaUserBody {
    /// `spec.authentication.type`: `scram-sha-512`, `tls`, `tls-external`; `None`: no credentials are made.
    pub authentication: Option<String>,
    /// `spec.authorization.type`: `simple`, or none.
    pub authorization: Option<String>,
    /// `spec.authorization.acls`, as written.
    pub acls: Vec<DeclaredRule>,
    /// `spec.quotas`, by the brokers' names for them; `None`: it declares none.
    pub quotas: Option<Vec<QuotaValue>>,
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
    quotas: Option<Map<String, Value>>,
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
    acls: Option<Vec<DeclaredRule>>,
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
            acls: authorization.acls.unwrap_or_default(),
            quotas: spec.quotas.as_ref().map(quotas),
            username: status.username,
            secret: status.secret,
        })
    }
}

/// Quotas by the brokers' names, in the order of Strimzi's documentation; what is not a number is left to the API server, which refuses it.
fn quotas(declared: &Map<String, Value>) -> Vec<QuotaValue> {
    DECLARED_KEYS
        .into_iter()
        .filter_map(|(field, key)| {
            Some(QuotaValue {
                key: key.to_owned(),
                value: declared.get(field)?.as_f64()?,
            })
        })
        .collect()
}

impl KafkaUser {
    /// What the brokers take it for: as its status says, else as the operator will name it.
    pub fn principal(&self) -> Principal {
        match &self.body.username {
            Some(username) => Principal::user(username),
            None => declared::principal(
                self.metadata.name.as_str(),
                matches!(
                    self.mechanism(),
                    Some(Mechanism::Tls | Mechanism::TlsExternal)
                ),
            ),
        }
    }

    /// How it shows who it is; `None` where it declares no credentials.
    pub fn mechanism(&self) -> Option<Mechanism> {
        Mechanism::of_resource(self.body.authentication.as_deref()?)
    }

    /// The rules that it declares, one for each operation, in their order.
    ///
    /// # Errors
    /// An entry that can't be a rule; the operator then stores none.
    pub fn rules(&self) -> Result<Vec<Rule>, DeclaredError> {
        declared::rules(&self.principal(), &self.body.acls)
    }
}
