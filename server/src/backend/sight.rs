//! Everything known of one cluster at one moment, opened for one authorised request: resources, snapshot, connection.
//!
//! Holds references to immutable data only; the joins read it without locks and without waiting.

use super::{
    certificates::book::CertificateBook,
    configuration::Configurations,
    fleet::Member,
    link::Link,
    nodes::configuration::NodeConfigurations,
    topics::table::{TopicTable, TopicTables},
    users::table::{UserTable, UserTables},
};
use penstock_cluster::{index::View, resource::Kafka, watch::Health};
use penstock_domain::{cluster::Origin, ids::ClusterRef, time::Timestamp};
use penstock_kafka::tail::TailHub;
use penstock_kafka::{
    Client,
    inventory::{Brokers, Snapshot, groups::Groups, principals::Principals, topics::Topics},
};
use std::sync::Arc;

/// One cluster as one request sees it.
pub struct Sight {
    member: Arc<Member>,
    view: Arc<View>,
    kafka: Option<Arc<Kafka>>,
    snapshot: Option<Arc<Snapshot>>,
    health: Option<Health>,
    now: Timestamp,
}

impl Sight {
    /// Takes the parts as they are now.
    pub(super) fn new(
        member: Arc<Member>,
        view: Arc<View>,
        health: Option<Health>,
        now: Timestamp,
    ) -> Self {
        let kafka = view.cluster(&member.cluster).cloned();
        let snapshot = member
            .inventory
            .as_ref()
            .map(|inventory| inventory.snapshot());
        Self {
            member,
            view,
            kafka,
            snapshot,
            health,
            now,
        }
    }

    /// Which cluster.
    pub fn cluster(&self) -> &ClusterRef {
        &self.member.cluster
    }

    /// Where it comes from.
    pub fn origin(&self) -> Origin {
        self.member.origin
    }

    /// How the console reaches it.
    pub fn link(&self) -> &Link {
        &self.member.link
    }

    /// The wire client, where there is one.
    pub fn client(&self) -> Option<&Client> {
        self.member
            .inventory
            .as_ref()
            .map(|inventory| inventory.client())
    }

    /// Who follows the ends of its topics for everybody, where there is a connection.
    pub fn tails(&self) -> Option<&TailHub> {
        self.member.tails.as_ref()
    }

    /// Every resource.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Its `Kafka` resource.
    pub fn kafka(&self) -> Option<&Kafka> {
        self.kafka.as_deref()
    }

    /// What its brokers said.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.snapshot.as_deref()
    }

    /// The brokers, once known.
    pub fn brokers(&self) -> Option<&Brokers> {
        self.snapshot()?.brokers.value.as_deref()
    }

    /// The topics, once known.
    pub fn topics(&self) -> Option<&Topics> {
        self.snapshot()?.topics.value.as_deref()
    }

    /// The consumer groups, once known.
    pub fn groups(&self) -> Option<&Groups> {
        self.snapshot()?.groups.value.as_deref()
    }

    /// Rules, passwords and quotas, once known.
    pub fn principals(&self) -> Option<&Principals> {
        self.snapshot()?.principals.value.as_deref()
    }

    /// Principals joined with their KafkaUsers; joined once per revision, whoever asks.
    pub fn users(&self) -> Arc<UserTable> {
        self.user_tables().of(self)
    }

    /// Why the console is not connected, where that is why something is not known.
    pub fn why_not_connected(&self) -> Option<String> {
        match self.link() {
            Link::NoCredentials { why, .. } | Link::Waiting { why } | Link::Broken { why, .. } => {
                Some(why.clone())
            }
            Link::Planned { .. } => None,
        }
    }

    /// How the watches are; `None` without Kubernetes.
    pub fn health(&self) -> Option<&Health> {
        self.health.as_ref()
    }

    /// When this sight was taken.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Topics joined with their KafkaTopics; joined once per revision, whoever asks.
    pub fn table(&self) -> Arc<TopicTable> {
        self.tables().of(self)
    }

    /// Configurations with documentation that were asked for lately.
    pub fn configurations(&self) -> &Configurations {
        &self.member.configurations
    }

    /// What handshakes and Secrets told of certificates.
    pub fn certificates(&self) -> &CertificateBook {
        &self.member.certificates
    }

    /// Configurations of brokers that were asked for lately.
    pub fn node_configurations(&self) -> &NodeConfigurations {
        &self.member.node_configurations
    }

    fn tables(&self) -> &TopicTables {
        &self.member.tables
    }

    fn user_tables(&self) -> &UserTables {
        &self.member.users
    }
}
