//! `Kafka`: a cluster as declared and as the cluster operator reports it.
//!
//! Node counts and storage are in `KafkaNodePool`s only (since Strimzi 0.46); what `v1beta2` still has of them is not read.

use crate::{
    kind::Kind,
    resource::{AnyResource, Body, Metadata, Resource, lenient, part},
};
use penstock_domain::ids::{ClusterName, ClusterRef, Namespace};
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};

/// A `Kafka` resource.
pub type Kafka = Resource<KafkaBody>;

/// Fields of a `Kafka`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KafkaBody {
    /// `spec.kafka.version`
    pub version: Option<String>,
    /// `spec.kafka.metadataVersion`
    pub metadata_version: Option<String>,
    /// `spec.kafka.listeners`
    pub listeners: Vec<DeclaredListener>,
    /// `spec.kafka.authorization.type`; `None`: everybody may everything.
    pub authorization: Option<String>,
    /// `spec.kafka.authorization.superUsers`: names, without `User:`.
    pub super_users: Vec<String>,
    /// `spec.kafka.config`, values as Kafka writes them.
    pub config: BTreeMap<String, String>,
    /// `spec.kafka.rack.topologyKey`
    pub rack_topology_key: Option<String>,
    /// The topic operator, if one is deployed with the cluster.
    pub topic_operator: Option<EntityOperator>,
    /// The user operator, if one is deployed with the cluster.
    pub user_operator: Option<EntityOperator>,
    /// What the cluster operator reports.
    pub status: KafkaStatus,
}

/// A topic or user operator of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EntityOperator {
    /// The namespace whose resources it reconciles; `None`: the cluster's own.
    pub watched_namespace: Option<Namespace>,
}

/// One entry of `spec.kafka.listeners`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredListener {
    /// Its name.
    pub name: String,
    /// Its port inside Kubernetes.
    pub port: Option<i32>,
    /// `internal`, `route`, `tlsroute`, `loadbalancer`, `nodeport`, `ingress`, `cluster-ip`.
    pub kind: Option<String>,
    /// Whether it speaks TLS.
    pub tls: bool,
    /// `tls`, `scram-sha-512`, `custom`, in v1beta2 also `oauth`; `None`: anybody may connect.
    pub authentication: Option<String>,
}

/// `status`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KafkaStatus {
    /// Listeners with addresses.
    #[serde(deserialize_with = "lenient::null_as_default")]
    pub listeners: Vec<StatusListener>,
    /// Kafka's cluster id.
    pub cluster_id: Option<String>,
    /// The running version, set when a roll-out has finished.
    pub kafka_version: Option<String>,
    /// `metadata.version` in effect.
    pub kafka_metadata_version: Option<String>,
    /// The operator that last reconciled successfully.
    pub operator_last_successful_version: Option<String>,
    /// Pools that belong to the cluster.
    #[serde(deserialize_with = "lenient::null_as_default")]
    pub kafka_node_pools: Vec<PoolName>,
}

/// One entry of `status.kafkaNodePools`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PoolName {
    /// Name of the pool.
    pub name: String,
}

/// One entry of `status.listeners`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StatusListener {
    name: Option<String>,
    /// The name's former place; v1beta2 may have both.
    #[serde(rename = "type")]
    former_name: Option<String>,
    /// Addresses of the bootstrap service, or of the nodes.
    #[serde(deserialize_with = "lenient::null_as_default")]
    pub addresses: Vec<Address>,
    /// The same, joined with commas.
    pub bootstrap_servers: Option<String>,
    /// PEM certificates that clients of this listener have to trust.
    #[serde(deserialize_with = "lenient::null_as_default")]
    pub certificates: Vec<String>,
}

/// Host and port.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Address {
    /// Name or address; IPv6 without brackets.
    pub host: Option<String>,
    /// Port.
    pub port: Option<i32>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    kafka: Option<SpecKafka>,
    entity_operator: Option<SpecEntityOperator>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct SpecKafka {
    version: Option<String>,
    metadata_version: Option<String>,
    #[serde(deserialize_with = "lenient::null_as_default")]
    listeners: Vec<SpecListener>,
    authorization: Option<SpecAuthorization>,
    #[serde(deserialize_with = "lenient::config")]
    config: BTreeMap<String, String>,
    rack: Option<SpecRack>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SpecListener {
    name: String,
    port: Option<i32>,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(deserialize_with = "lenient::null_as_default")]
    tls: bool,
    authentication: Option<Typed>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct SpecAuthorization {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(deserialize_with = "lenient::null_as_default")]
    super_users: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct SpecRack {
    topology_key: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct SpecEntityOperator {
    topic_operator: Option<EntityOperator>,
    user_operator: Option<EntityOperator>,
}

// === impl KafkaBody ===

impl Body for KafkaBody {
    fn any(resource: Arc<Resource<Self>>) -> AnyResource {
        AnyResource::Kafka(resource)
    }

    fn read(_: Kind, _: &Metadata, spec: &Value, status: &Value) -> Result<Self, String> {
        let spec: Spec = part("spec", spec)?;
        let status: KafkaStatus = part("status", status)?;
        let kafka = spec.kafka.unwrap_or_default();
        let entity_operator = spec.entity_operator.unwrap_or_default();
        let authorization = kafka.authorization.unwrap_or_default();
        Ok(Self {
            version: kafka.version,
            metadata_version: kafka.metadata_version,
            listeners: kafka
                .listeners
                .into_iter()
                .map(|listener| DeclaredListener {
                    name: listener.name,
                    port: listener.port,
                    kind: listener.kind,
                    tls: listener.tls,
                    authentication: listener.authentication.and_then(|typed| typed.kind),
                })
                .collect(),
            authorization: authorization.kind,
            super_users: authorization.super_users,
            config: kafka.config,
            rack_topology_key: kafka.rack.and_then(|rack| rack.topology_key),
            topic_operator: entity_operator.topic_operator,
            user_operator: entity_operator.user_operator,
            status,
        })
    }
}

impl Kafka {
    /// The cluster's address in Penstock.
    pub fn cluster(&self) -> ClusterRef {
        ClusterRef {
            namespace: self.metadata.namespace.clone(),
            name: ClusterName::new(self.metadata.name.as_str()),
        }
    }

    /// The namespace whose KafkaTopics belong to the cluster.
    pub fn topic_namespace(&self) -> &Namespace {
        watched(&self.body.topic_operator).unwrap_or(&self.metadata.namespace)
    }

    /// The namespace whose KafkaUsers belong to the cluster; their Secrets are there too.
    pub fn user_namespace(&self) -> &Namespace {
        watched(&self.body.user_operator).unwrap_or(&self.metadata.namespace)
    }

    /// What the status says of a declared listener.
    pub fn status_of(&self, listener: &str) -> Option<&StatusListener> {
        self.body
            .status
            .listeners
            .iter()
            .find(|status| status.name() == Some(listener))
    }
}

fn watched(operator: &Option<EntityOperator>) -> Option<&Namespace> {
    operator
        .as_ref()?
        .watched_namespace
        .as_ref()
        .filter(|namespace| !namespace.as_str().is_empty())
}

// === impl StatusListener ===

impl StatusListener {
    /// Its name.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref().or(self.former_name.as_deref())
    }

    /// Bootstrap addresses as clients take them, `host:port,host:port`; `None` until there are any.
    pub fn bootstrap(&self) -> Option<String> {
        if let Some(servers) = self
            .bootstrap_servers
            .as_deref()
            .filter(|text| !text.is_empty())
        {
            return Some(servers.to_owned());
        }
        let joined = self
            .addresses
            .iter()
            .filter_map(Address::joined)
            .collect::<Vec<_>>()
            .join(",");
        (!joined.is_empty()).then_some(joined)
    }

    /// The certificates to trust in one PEM text; `None` until there are any.
    pub fn trust(&self) -> Option<String> {
        let joined = self.certificates.join("\n");
        (!joined.trim().is_empty()).then_some(joined)
    }
}

impl Address {
    fn joined(&self) -> Option<String> {
        let (host, port) = (self.host.as_deref()?, self.port?);
        Some(if host.contains(':') && !host.starts_with('[') {
            format!("[{host}]:{port}")
        } else {
            format!("{host}:{port}")
        })
    }
}
