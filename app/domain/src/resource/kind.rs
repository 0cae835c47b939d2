//! The kinds of resources beside a Kafka cluster that share one list and one page, and the little in which they differ: names, columns,
//! and the right that seeing them takes.

use crate::access::Resource;
use serde::{Deserialize, Serialize};

/// A kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ResourceKind {
    /// Workers that run connectors.
    KafkaConnect,
    /// A connector of a Connect cluster.
    KafkaConnector,
    /// Copies topics from cluster to cluster.
    KafkaMirrorMaker2,
    /// Kafka over HTTP.
    KafkaBridge,
    /// A rebalance by Cruise Control.
    KafkaRebalance,
}

impl ResourceKind {
    /// Every kind, in the order of tabs.
    pub const ALL: [ResourceKind; 5] = [
        ResourceKind::KafkaConnect,
        ResourceKind::KafkaConnector,
        ResourceKind::KafkaMirrorMaker2,
        ResourceKind::KafkaBridge,
        ResourceKind::KafkaRebalance,
    ];

    /// `KafkaConnect`
    pub const fn name(self) -> &'static str {
        match self {
            ResourceKind::KafkaConnect => "KafkaConnect",
            ResourceKind::KafkaConnector => "KafkaConnector",
            ResourceKind::KafkaMirrorMaker2 => "KafkaMirrorMaker2",
            ResourceKind::KafkaBridge => "KafkaBridge",
            ResourceKind::KafkaRebalance => "KafkaRebalance",
        }
    }

    /// `kafkaconnects`, as in Kubernetes' addresses and in the console's.
    pub const fn plural(self) -> &'static str {
        match self {
            ResourceKind::KafkaConnect => "kafkaconnects",
            ResourceKind::KafkaConnector => "kafkaconnectors",
            ResourceKind::KafkaMirrorMaker2 => "kafkamirrormaker2s",
            ResourceKind::KafkaBridge => "kafkabridges",
            ResourceKind::KafkaRebalance => "kafkarebalances",
        }
    }

    /// The kind of a plural.
    pub fn of_plural(plural: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.plural() == plural)
    }

    /// Many of them in words; of a tab.
    pub const fn words(self) -> &'static str {
        match self {
            ResourceKind::KafkaConnect => "Connect clusters",
            ResourceKind::KafkaConnector => "Connectors",
            ResourceKind::KafkaMirrorMaker2 => "MirrorMaker 2",
            ResourceKind::KafkaBridge => "Bridges",
            ResourceKind::KafkaRebalance => "Rebalances",
        }
    }

    /// Heads of the columns that only this kind has.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            ResourceKind::KafkaConnect => &["Workers", "Version", "Group"],
            ResourceKind::KafkaConnector => &["Connect cluster", "Class", "Tasks"],
            ResourceKind::KafkaMirrorMaker2 => &["Mirrors", "Connectors", "Workers"],
            ResourceKind::KafkaBridge => &["Instances", "Address"],
            ResourceKind::KafkaRebalance => &["Mode", "Would move", "Session"],
        }
    }

    /// All that [`ResourceKind::right`] gives, each once.
    pub const RIGHTS: [Resource; 2] = [Resource::Connectors, Resource::Clusters];

    /// The kinds that a right on something shows.
    pub fn shown_by(right: Resource) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |kind| kind.right() == right)
    }

    /// On which of a cluster's things one needs a right to see it: what Connect runs are connectors; a bridge is a client, and a
    /// rebalance an act, of the cluster as a whole.
    pub const fn right(self) -> Resource {
        match self {
            ResourceKind::KafkaConnect
            | ResourceKind::KafkaConnector
            | ResourceKind::KafkaMirrorMaker2 => Resource::Connectors,
            ResourceKind::KafkaBridge | ResourceKind::KafkaRebalance => Resource::Clusters,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_shown_by_one_of_the_rights() {
        let shown = ResourceKind::RIGHTS
            .into_iter()
            .flat_map(ResourceKind::shown_by);
        let mut shown: Vec<_> = shown.collect();
        shown.sort_unstable();
        assert_eq!(shown, ResourceKind::ALL);
    }

    #[test]
    fn plurals_lead_back() {
        for kind in ResourceKind::ALL {
            assert_eq!(ResourceKind::of_plural(kind.plural()), Some(kind));
        }
        assert_eq!(ResourceKind::of_plural("kafkatopics"), None);
    }
}
