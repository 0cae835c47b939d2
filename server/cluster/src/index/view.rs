//! What readers see: everything as it was at one revision, by cluster.

use super::group::{Group, TopicNames};
use crate::{
    kind::Kind,
    resource::{
        Attached, Kafka, KafkaNodePool, KafkaTopic, KafkaUser, Malformed, Pod, StrimziPodSet,
        attached::AttachedBody, cluster_of, kafka::KafkaBody, node_pool::KafkaNodePoolBody,
        pod::PodBody, pod_set::StrimziPodSetBody, topic::KafkaTopicBody, user::KafkaUserBody,
    },
};
use penstock_domain::{
    ids::{ClusterName, ClusterRef, Namespace, ResourceName, TopicName},
    resource::kind::ResourceKind,
};
use std::{collections::BTreeMap, sync::Arc};

/// All resources at one revision.
#[derive(Clone, Debug, Default)]
pub struct View {
    pub(super) revision: u64,
    pub(super) kafkas: Group<KafkaBody>,
    pub(super) node_pools: Group<KafkaNodePoolBody>,
    pub(super) topics: Group<KafkaTopicBody, TopicNames>,
    pub(super) users: Group<KafkaUserBody>,
    pub(super) pod_sets: Group<StrimziPodSetBody>,
    pub(super) pods: Group<PodBody>,
    pub(super) attached: BTreeMap<ResourceKind, Group<AttachedBody>>,
    pub(super) malformed: Arc<BTreeMap<(Kind, Namespace, ResourceName), Arc<Malformed>>>,
}

/// The KafkaTopics of one cluster by Kafka's name of the topic.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClusterTopics<'a>(Option<&'a TopicNames>);

/// What declares a topic.
#[derive(Clone, Copy, Debug)]
pub struct Declaration<'a> {
    /// The KafkaTopic that counts.
    pub topic: &'a Arc<KafkaTopic>,
    /// Others that name the same topic; the operator refuses them.
    pub rivals: &'a [Arc<KafkaTopic>],
}

// === impl View ===

impl View {
    /// Grows with every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Every cluster that a readable `Kafka` declares, by namespace and name.
    pub fn clusters(&self) -> impl Iterator<Item = &Arc<Kafka>> {
        self.kafkas.objects()
    }

    /// One cluster.
    pub fn cluster(&self, cluster: &ClusterRef) -> Option<&Arc<Kafka>> {
        self.kafkas
            .shelf(&cluster.namespace, &cluster.name)?
            .objects
            .get(cluster.name.as_str())
    }

    /// Node pools of a cluster by name.
    pub fn node_pools(&self, cluster: &ClusterRef) -> impl Iterator<Item = &Arc<KafkaNodePool>> {
        let shelf = self.node_pools.shelf(&cluster.namespace, &cluster.name);
        shelf.into_iter().flat_map(|shelf| shelf.objects.values())
    }

    /// Pods of a cluster by name, those without a Kafka node as well.
    pub fn pods(&self, cluster: &ClusterRef) -> impl Iterator<Item = &Arc<Pod>> {
        let shelf = self.pods.shelf(&cluster.namespace, &cluster.name);
        shelf.into_iter().flat_map(|shelf| shelf.objects.values())
    }

    /// Pod sets of a cluster by name.
    pub fn pod_sets(&self, cluster: &ClusterRef) -> impl Iterator<Item = &Arc<StrimziPodSet>> {
        let shelf = self.pod_sets.shelf(&cluster.namespace, &cluster.name);
        shelf.into_iter().flat_map(|shelf| shelf.objects.values())
    }

    /// KafkaTopics of a cluster.
    pub fn topics(&self, cluster: &ClusterRef) -> ClusterTopics<'_> {
        let shelf = self
            .topics
            .shelf(self.topic_namespace(cluster), &cluster.name);
        ClusterTopics(shelf.map(|shelf| &shelf.names))
    }

    /// KafkaUsers of a cluster by name.
    pub fn users(&self, cluster: &ClusterRef) -> impl Iterator<Item = &Arc<KafkaUser>> {
        let shelf = self
            .users
            .shelf(self.user_namespace(cluster), &cluster.name);
        shelf.into_iter().flat_map(|shelf| shelf.objects.values())
    }

    /// A KafkaUser of a cluster.
    pub fn user(&self, cluster: &ClusterRef, name: &str) -> Option<&Arc<KafkaUser>> {
        self.users
            .shelf(self.user_namespace(cluster), &cluster.name)?
            .objects
            .get(name)
    }

    /// Resources of a kind beside clusters, wherever they are.
    pub fn attached(&self, kind: ResourceKind) -> impl Iterator<Item = &Arc<Attached>> {
        self.attached
            .get(&kind)
            .into_iter()
            .flat_map(Group::objects)
    }

    /// One of them.
    pub fn attached_one(
        &self,
        kind: ResourceKind,
        namespace: &Namespace,
        name: &str,
    ) -> Option<&Arc<Attached>> {
        self.attached.get(&kind)?.get(namespace, name)
    }

    /// Resources of a cluster that could not be read, the cluster's own included.
    pub fn malformed(&self, cluster: &ClusterRef) -> impl Iterator<Item = &Arc<Malformed>> {
        self.malformed.values().filter(move |malformed| {
            let named = cluster_of(malformed.kind, &malformed.metadata);
            self.owner(
                malformed.kind,
                &malformed.metadata.namespace,
                named.as_ref(),
            )
            .as_ref()
                == Some(cluster)
        })
    }

    /// Every resource that could not be read.
    pub fn all_malformed(&self) -> impl Iterator<Item = &Arc<Malformed>> {
        self.malformed.values()
    }

    /// KafkaTopics without a cluster label: no operator looks at them.
    pub fn unlabelled_topics(&self) -> impl Iterator<Item = &Arc<KafkaTopic>> {
        self.topics.unlabelled()
    }

    /// KafkaUsers without a cluster label: no operator looks at them.
    pub fn unlabelled_users(&self) -> impl Iterator<Item = &Arc<KafkaUser>> {
        self.users.unlabelled()
    }

    /// Number of readable and malformed objects of a kind, in one namespace or in all.
    pub fn count(&self, kind: Kind, namespace: Option<&Namespace>) -> usize {
        let here = |candidate: &Namespace| namespace.is_none_or(|namespace| namespace == candidate);
        let readable = match kind {
            Kind::Kafka => self.kafkas.names().filter(|(ns, _)| here(ns)).count(),
            Kind::KafkaNodePool => self.node_pools.names().filter(|(ns, _)| here(ns)).count(),
            Kind::KafkaTopic => self.topics.names().filter(|(ns, _)| here(ns)).count(),
            Kind::KafkaUser => self.users.names().filter(|(ns, _)| here(ns)).count(),
            Kind::StrimziPodSet => self.pod_sets.names().filter(|(ns, _)| here(ns)).count(),
            Kind::Pod => self.pods.names().filter(|(ns, _)| here(ns)).count(),
            Kind::Attached(kind) => self
                .attached(kind)
                .filter(|attached| here(&attached.metadata.namespace))
                .count(),
        };
        let malformed = self
            .malformed
            .keys()
            .filter(|(malformed_kind, ns, _)| *malformed_kind == kind && here(ns))
            .count();
        readable + malformed
    }

    /// The cluster that an object of this place belongs to. Topic and user operators may watch another namespace than the
    /// cluster's (`watchedNamespace`), so a label alone does not say it.
    pub(super) fn owner(
        &self,
        kind: Kind,
        namespace: &Namespace,
        cluster: Option<&ClusterName>,
    ) -> Option<ClusterRef> {
        let name = cluster?;
        let here = ClusterRef {
            namespace: namespace.clone(),
            name: name.clone(),
        };
        let watches: fn(&Kafka) -> &Namespace = match kind {
            Kind::KafkaTopic => Kafka::topic_namespace,
            Kind::KafkaUser => Kafka::user_namespace,
            // Labels of these name other things; `placement` looks at all of an object.
            Kind::Attached(_) => return None,
            _ => return Some(here),
        };
        if self
            .cluster(&here)
            .is_some_and(|kafka| watches(kafka) == namespace)
        {
            return Some(here);
        }
        self.clusters()
            .find(|kafka| {
                kafka.metadata.name.as_str() == name.as_str() && watches(kafka) == namespace
            })
            .map(|kafka| kafka.cluster())
            .or(Some(here))
    }

    fn topic_namespace<'a>(&'a self, cluster: &'a ClusterRef) -> &'a Namespace {
        self.cluster(cluster)
            .map_or(&cluster.namespace, |kafka| kafka.topic_namespace())
    }

    fn user_namespace<'a>(&'a self, cluster: &'a ClusterRef) -> &'a Namespace {
        self.cluster(cluster)
            .map_or(&cluster.namespace, |kafka| kafka.user_namespace())
    }
}

// === impl ClusterTopics ===

impl<'a> ClusterTopics<'a> {
    /// Declared topics by name.
    pub fn iter(self) -> impl Iterator<Item = (&'a TopicName, Declaration<'a>)> {
        self.0
            .into_iter()
            .flatten()
            .filter_map(|(name, declared)| Some((name, Declaration::of(declared)?)))
    }

    /// What declares a topic.
    pub fn get(self, topic: &TopicName) -> Option<Declaration<'a>> {
        Declaration::of(self.0?.get(topic)?)
    }

    /// How many topics are declared.
    pub fn len(self) -> usize {
        self.0.map_or(0, BTreeMap::len)
    }

    /// Whether none is.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl<'a> Declaration<'a> {
    fn of(declared: &'a [Arc<KafkaTopic>]) -> Option<Self> {
        let (topic, rivals) = declared.split_first()?;
        Some(Self { topic, rivals })
    }
}
