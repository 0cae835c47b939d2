//! Resources as the console holds them: the few fields that are used, read leniently, and the whole object for the YAML view.
//!
//! Unknown fields are ignored, `v1` and `v1beta2` end in the same model, and an object that cannot be read is kept as
//! [`Malformed`], so that it is shown instead of stopping a watch (decision 26).

pub mod attached;
pub mod kafka;
mod lenient;
pub mod metadata;
pub mod node_pool;
pub mod pod;
pub mod pod_set;
mod secrecy;
mod source;
pub mod topic;
pub mod user;

pub use attached::Attached;
pub use kafka::Kafka;
pub use metadata::Metadata;
pub use node_pool::KafkaNodePool;
pub use pod::Pod;
pub use pod_set::StrimziPodSet;
pub use secrecy::{HIDDEN as SECRET_HIDDEN, is_sensitive};
pub use topic::KafkaTopic;
pub use user::KafkaUser;

use crate::{kind::Kind, readiness};
pub(crate) use lenient::{bounded, part};
use penstock_domain::{
    condition::{Condition, Readiness},
    ids::ClusterName,
    resource::{ResourceDetail, ResourceRef},
};
use serde_json::Value;
use source::Source;
use std::sync::Arc;

/// What is read of one kind besides metadata and conditions.
pub trait Body: Sized + PartialEq + Send + Sync + 'static {
    /// Whether the whole object is kept. Not for pods: their specification is long, is not shown, and its environment may
    /// hold what nobody should see.
    const KEEPS_SOURCE: bool = true;

    /// Reads specification and status; the error says in words which field is not as expected.
    fn read(kind: Kind, metadata: &Metadata, spec: &Value, status: &Value) -> Result<Self, String>;

    /// The resource as any.
    fn any(resource: Arc<Resource<Self>>) -> AnyResource;
}

/// A resource that could be read.
#[derive(Debug)]
pub struct Resource<B> {
    /// Which kind.
    pub kind: Kind,
    /// Name, labels, generation, ….
    pub metadata: Metadata,
    /// `kafka.strimzi.io/v1`, as it was read.
    pub api_version: Arc<str>,
    /// `status.observedGeneration`
    pub observed_generation: Option<i64>,
    /// `status.conditions` as written.
    pub conditions: Vec<Condition>,
    /// What they say together.
    pub readiness: Readiness,
    /// The fields of its kind.
    pub body: B,
    source: Source,
}

/// A resource that could not be read.
#[derive(Debug)]
pub struct Malformed {
    /// Which kind.
    pub kind: Kind,
    /// As far as it could be read.
    pub metadata: Metadata,
    /// `kafka.strimzi.io/v1`, as it was read.
    pub api_version: Arc<str>,
    /// What is not as expected: `spec: invalid type: string "three", expected i32`.
    pub why: String,
    source: Source,
}

/// Any object of a watched kind.
#[derive(Clone, Debug)]
pub enum AnyResource {
    /// A cluster.
    Kafka(Arc<Kafka>),
    /// A node pool.
    KafkaNodePool(Arc<KafkaNodePool>),
    /// A declared topic.
    KafkaTopic(Arc<KafkaTopic>),
    /// A declared user.
    KafkaUser(Arc<KafkaUser>),
    /// A pod set.
    StrimziPodSet(Arc<StrimziPodSet>),
    /// A pod.
    Pod(Arc<Pod>),
    /// Something beside a cluster.
    Attached(Arc<Attached>),
    /// Could not be read.
    Malformed(Arc<Malformed>),
}

// === impl Resource ===

impl<B: Body> Resource<B> {
    /// Reads an object; `api_version` is the one that was asked for (items of built-in lists do not repeat it).
    pub fn read(kind: Kind, api_version: &Arc<str>, object: Value) -> Result<Self, Box<Malformed>> {
        let metadata = Metadata::read(&object);
        let null = Value::Null;
        let spec = object.get("spec").unwrap_or(&null);
        let status = object.get("status").unwrap_or(&null);
        let read = readiness::Status::read(status)
            .and_then(|status_read| Ok((status_read, B::read(kind, &metadata, spec, status)?)));
        match read {
            Ok((status, body)) => Ok(Self {
                kind,
                readiness: Readiness::of(
                    &status.conditions,
                    metadata.generation,
                    status.observed_generation,
                    metadata.deleting,
                ),
                observed_generation: status.observed_generation,
                conditions: status.conditions,
                body,
                api_version: api_version.clone(),
                source: if B::KEEPS_SOURCE {
                    Source::keep(object)
                } else {
                    Source::default()
                },
                metadata,
            }),
            Err(why) => Err(Box::new(Malformed {
                kind,
                metadata,
                api_version: api_version.clone(),
                // It may quote what was found in the place of what was expected.
                why: bounded(why),
                source: if B::KEEPS_SOURCE {
                    Source::keep(object)
                } else {
                    Source::default()
                },
            })),
        }
    }

    /// Where it is.
    pub fn reference(&self) -> ResourceRef {
        self.metadata.reference(self.kind, &self.api_version)
    }

    /// The object as YAML, without managed fields; empty for pods.
    pub fn yaml(&self) -> String {
        self.source.yaml()
    }

    /// The object itself, `null` for pods. What it hides from readers is in it: for comparing, not for showing.
    pub fn object(&self) -> Value {
        self.source.value()
    }

    /// Everything that a page shows of a resource.
    pub fn detail(&self) -> ResourceDetail {
        ResourceDetail {
            reference: self.reference(),
            generation: self.metadata.generation,
            observed_generation: self.observed_generation,
            created: self.metadata.created,
            conditions: self.conditions.clone(),
            readiness: self.readiness.clone(),
            manager: self.metadata.specification_manager().map(str::to_owned),
            yaml: self.yaml(),
        }
    }

    /// Whether a reader could tell it from `other`. Objects that are kept whole differ when their version does; pods, whose
    /// status the kubelet writes all the time, only when something that was read did.
    pub(crate) fn looks_like(&self, other: &Self) -> bool {
        if self.metadata.resource_version == other.metadata.resource_version {
            return true;
        }
        !B::KEEPS_SOURCE
            && self.body == other.body
            && self.readiness == other.readiness
            && self.metadata.labels == other.metadata.labels
            && self.metadata.uid == other.metadata.uid
    }
}

// === impl Malformed ===

impl Malformed {
    /// Where it is.
    pub fn reference(&self) -> ResourceRef {
        self.metadata.reference(self.kind, &self.api_version)
    }

    /// The object as YAML, without managed fields; empty for pods.
    pub fn yaml(&self) -> String {
        self.source.yaml()
    }

    /// What a page shows of it: its YAML and why it can't be read. Its conditions could not be trusted and are left out.
    pub fn detail(&self) -> ResourceDetail {
        let mut readiness = Readiness::of(&[], None, None, self.metadata.deleting);
        readiness.warnings.push(self.why.clone());
        ResourceDetail {
            reference: self.reference(),
            generation: self.metadata.generation,
            observed_generation: None,
            created: self.metadata.created,
            conditions: Vec::new(),
            readiness,
            manager: self.metadata.specification_manager().map(str::to_owned),
            yaml: self.yaml(),
        }
    }

    /// Kafka's name of the topic that a malformed KafkaTopic probably means.
    pub fn topic_name(&self) -> penstock_domain::ids::TopicName {
        self.source
            .value()
            .pointer("/spec/topicName")
            .and_then(Value::as_str)
            .unwrap_or(self.metadata.name.as_str())
            .into()
    }
}

// === impl AnyResource ===

impl AnyResource {
    /// Reads an object of a kind.
    pub fn read(kind: Kind, api_version: &Arc<str>, object: Value) -> Self {
        fn one<B: Body>(kind: Kind, api_version: &Arc<str>, object: Value) -> AnyResource {
            match Resource::<B>::read(kind, api_version, object) {
                Ok(resource) => B::any(Arc::new(resource)),
                Err(malformed) => AnyResource::Malformed(malformed.into()),
            }
        }
        let read = match kind {
            Kind::Kafka => one::<kafka::KafkaBody>,
            Kind::KafkaNodePool => one::<node_pool::KafkaNodePoolBody>,
            Kind::KafkaTopic => one::<topic::KafkaTopicBody>,
            Kind::KafkaUser => one::<user::KafkaUserBody>,
            Kind::StrimziPodSet => one::<pod_set::StrimziPodSetBody>,
            Kind::Pod => one::<pod::PodBody>,
            Kind::Attached(_) => one::<attached::AttachedBody>,
        };
        read(kind, api_version, object)
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            AnyResource::Kafka(_) => Kind::Kafka,
            AnyResource::KafkaNodePool(_) => Kind::KafkaNodePool,
            AnyResource::KafkaTopic(_) => Kind::KafkaTopic,
            AnyResource::KafkaUser(_) => Kind::KafkaUser,
            AnyResource::StrimziPodSet(_) => Kind::StrimziPodSet,
            AnyResource::Pod(_) => Kind::Pod,
            AnyResource::Attached(resource) => resource.kind,
            AnyResource::Malformed(malformed) => malformed.kind,
        }
    }

    /// Its metadata.
    pub fn metadata(&self) -> &Metadata {
        match self {
            AnyResource::Kafka(resource) => &resource.metadata,
            AnyResource::KafkaNodePool(resource) => &resource.metadata,
            AnyResource::KafkaTopic(resource) => &resource.metadata,
            AnyResource::KafkaUser(resource) => &resource.metadata,
            AnyResource::StrimziPodSet(resource) => &resource.metadata,
            AnyResource::Pod(resource) => &resource.metadata,
            AnyResource::Attached(resource) => &resource.metadata,
            AnyResource::Malformed(malformed) => &malformed.metadata,
        }
    }
}

/// The cluster that an object says it belongs to: a `Kafka` to itself, all others to the one in their label.
pub(crate) fn cluster_of(kind: Kind, metadata: &Metadata) -> Option<ClusterName> {
    match kind {
        Kind::Kafka => Some(ClusterName::new(metadata.name.as_str())),
        _ => metadata.cluster_label(),
    }
}

#[cfg(test)]
mod tests;
