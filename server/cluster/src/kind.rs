//! The kinds that are watched: where they are served, in which versions they are understood, which objects are asked for.
//!
//! Whether a kind is served at all is `discovery`'s question.

use kube::core::{ApiResource, GroupVersionKind};
use penstock_domain::{live::MarkKind, resource::kind::ResourceKind};
use std::fmt;

/// A watched kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `Kafka`: a cluster.
    Kafka,
    /// `KafkaNodePool`: nodes of a cluster with the same roles and storage.
    KafkaNodePool,
    /// `KafkaTopic`: a declared topic.
    KafkaTopic,
    /// `KafkaUser`: a declared user.
    KafkaUser,
    /// `StrimziPodSet`: the operator's own set of pods.
    StrimziPodSet,
    /// `Pod`, of Kafka clusters only.
    Pod,
    /// What stands beside a Kafka cluster: Connect, connectors, MirrorMaker 2, bridges, rebalances.
    Attached(ResourceKind),
}

impl Kind {
    /// Every watched kind.
    pub const ALL: [Kind; 11] = [
        Kind::Kafka,
        Kind::KafkaNodePool,
        Kind::KafkaTopic,
        Kind::KafkaUser,
        Kind::StrimziPodSet,
        Kind::Pod,
        Kind::Attached(ResourceKind::KafkaConnect),
        Kind::Attached(ResourceKind::KafkaConnector),
        Kind::Attached(ResourceKind::KafkaMirrorMaker2),
        Kind::Attached(ResourceKind::KafkaBridge),
        Kind::Attached(ResourceKind::KafkaRebalance),
    ];

    /// `KafkaTopic`
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Kafka => "Kafka",
            Kind::KafkaNodePool => "KafkaNodePool",
            Kind::KafkaTopic => "KafkaTopic",
            Kind::KafkaUser => "KafkaUser",
            Kind::StrimziPodSet => "StrimziPodSet",
            Kind::Pod => "Pod",
            Kind::Attached(kind) => kind.name(),
        }
    }

    /// `kafkatopics`, as in URLs and in RBAC rules.
    pub const fn plural(self) -> &'static str {
        match self {
            Kind::Kafka => "kafkas",
            Kind::KafkaNodePool => "kafkanodepools",
            Kind::KafkaTopic => "kafkatopics",
            Kind::KafkaUser => "kafkausers",
            Kind::StrimziPodSet => "strimzipodsets",
            Kind::Pod => "pods",
            Kind::Attached(kind) => kind.plural(),
        }
    }

    /// API group; empty for Kubernetes' own core.
    pub const fn group(self) -> &'static str {
        match self {
            Kind::StrimziPodSet => "core.strimzi.io",
            Kind::Pod => "",
            _ => "kafka.strimzi.io",
        }
    }

    /// Versions that are understood, best first. Strimzi serves `v1` since 0.49 and nothing else since 1.0.
    pub const fn versions(self) -> &'static [&'static str] {
        match self {
            Kind::Pod => &["v1"],
            _ => &["v1", "v1beta2"],
        }
    }

    /// Label selector of the watch: of all pods of a Kubernetes cluster only those that Strimzi runs for a Kafka resource.
    pub const fn selector(self) -> Option<&'static str> {
        match self {
            Kind::Pod => Some("strimzi.io/cluster,strimzi.io/kind=Kafka"),
            _ => None,
        }
    }

    /// What a change of this kind means to a page.
    pub const fn mark(self) -> MarkKind {
        match self {
            Kind::Kafka => MarkKind::Cluster,
            Kind::KafkaNodePool | Kind::StrimziPodSet | Kind::Pod => MarkKind::Nodes,
            Kind::KafkaTopic => MarkKind::Topics,
            Kind::KafkaUser => MarkKind::Users,
            Kind::Attached(_) => MarkKind::Resources,
        }
    }

    /// Whether the console knows too little without it. It does well without the others: an older role may not let it watch them.
    pub const fn is_essential(self) -> bool {
        !matches!(self, Kind::Attached(_))
    }

    /// How the client library addresses it in a version.
    pub(crate) fn api_resource(self, version: &str) -> ApiResource {
        let kind = GroupVersionKind::gvk(self.group(), version, self.name());
        ApiResource::from_gvk_with_plural(&kind, self.plural())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
