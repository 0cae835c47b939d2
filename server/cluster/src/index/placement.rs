//! To which cluster something beside it belongs. A rebalance says so by its label; a connector through its Connect cluster; a Connect
//! cluster, a mirror or a bridge by the addresses that it dials, which are a cluster's if its Kafka resource tells them, or if they are
//! the service that Strimzi makes for it (`<cluster>-kafka-bootstrap`, in any of Kubernetes' spellings).
//!
//! Where none of that holds it can't be told: an address of a load balancer, a cluster that the console doesn't watch.

use super::View;
use crate::resource::{Attached, Kafka, attached::Link};
use penstock_domain::{
    ids::{ClusterName, ClusterRef, Namespace},
    resource::{kind::ResourceKind, list::Belonging},
};

/// Services that Strimzi makes for a cluster, by what follows its name.
const SERVICES: [&str; 2] = ["-kafka-bootstrap", "-kafka-brokers"];

/// Where something belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// To these clusters, and how that is known; a mirror belongs to several, its target first.
    Known(Vec<(ClusterRef, Belonging)>),
    /// It can't be told, and why.
    Unknown(String),
}

impl View {
    /// Where a resource beside clusters belongs.
    pub fn placement(&self, attached: &Attached) -> Placement {
        let namespace = &attached.metadata.namespace;
        match &attached.body.link {
            Link::Kafka(Some(name)) => self.by_label(namespace, name),
            Link::Kafka(None) => {
                Placement::Unknown("It has no label strimzi.io/cluster, so no operator looks at it.".to_owned())
            }
            Link::Connect(Some(name)) => self.through_connect(namespace, name),
            Link::Connect(None) => Placement::Unknown(
                "It has no label strimzi.io/cluster, so it belongs to no Connect cluster and no operator looks at it.".to_owned(),
            ),
            Link::Bootstrap(_) => self.by_bootstrap(attached),
        }
    }

    /// The first cluster that a resource belongs to.
    pub fn first_place(&self, attached: &Attached) -> Option<ClusterRef> {
        match self.placement(attached) {
            Placement::Known(places) => places.into_iter().next().map(|(cluster, _)| cluster),
            Placement::Unknown(_) => None,
        }
    }

    /// How it is known that a resource belongs to `cluster`; `None` where it belongs elsewhere. What can't be placed stands with every
    /// cluster of its namespace.
    pub fn belonging(&self, attached: &Attached, cluster: &ClusterRef) -> Option<Belonging> {
        match self.placement(attached) {
            Placement::Known(places) => places
                .into_iter()
                .find(|(place, _)| place == cluster)
                .map(|(_, belonging)| belonging),
            Placement::Unknown(why) => (attached.metadata.namespace == cluster.namespace)
                .then_some(Belonging::Unknown { why }),
        }
    }

    fn by_label(&self, namespace: &Namespace, name: &ClusterName) -> Placement {
        let cluster = ClusterRef {
            namespace: namespace.clone(),
            name: name.clone(),
        };
        if self.cluster(&cluster).is_some() {
            Placement::Known(vec![(cluster, Belonging::Label)])
        } else {
            Placement::Unknown(format!(
                "Its label names Kafka {name}, which is not in namespace {namespace}."
            ))
        }
    }

    fn through_connect(&self, namespace: &Namespace, name: &ClusterName) -> Placement {
        let Some(connect) = self.attached_one(ResourceKind::KafkaConnect, namespace, name.as_str())
        else {
            return Placement::Unknown(format!(
                "Its label names Connect cluster {name}, which is not in namespace {namespace}."
            ));
        };
        match self.by_bootstrap(connect) {
            Placement::Known(places) => Placement::Known(
                places
                    .into_iter()
                    .map(|(cluster, _)| {
                        let name = name.to_string();
                        (cluster, Belonging::Connect { name })
                    })
                    .collect(),
            ),
            Placement::Unknown(why) => {
                Placement::Unknown(format!("It belongs to Connect cluster {name}. {why}"))
            }
        }
    }

    fn by_bootstrap(&self, attached: &Attached) -> Placement {
        let Link::Bootstrap(bootstraps) = &attached.body.link else {
            return Placement::Unknown("It names no bootstrap servers.".to_owned());
        };
        let mut places: Vec<(ClusterRef, Belonging)> = Vec::new();
        for bootstrap in bootstraps {
            let found = self.clusters().find(|kafka| {
                placed_by_address(kafka, &bootstrap.servers, &attached.metadata.namespace)
            });
            if let Some(kafka) = found {
                let cluster = kafka.cluster();
                if !places.iter().any(|(place, _)| *place == cluster) {
                    let role = bootstrap.role.map(str::to_owned);
                    places.push((cluster, Belonging::Bootstrap { role }));
                }
            }
        }
        if !places.is_empty() {
            return Placement::Known(places);
        }
        let servers: Vec<&str> = bootstraps
            .iter()
            .map(|bootstrap| bootstrap.servers.as_str())
            .filter(|servers| !servers.is_empty())
            .collect();
        Placement::Unknown(if servers.is_empty() {
            "It names no bootstrap servers.".to_owned()
        } else {
            format!(
                "No watched cluster has the bootstrap servers {}.",
                servers.join(", ")
            )
        })
    }
}

/// Whether any of `servers` (`host:port,host:port`), as they are written in `namespace`, is an address of the cluster.
pub fn placed_by_address(kafka: &Kafka, servers: &str, namespace: &Namespace) -> bool {
    servers
        .split(',')
        .map(str::trim)
        .filter(|server| !server.is_empty())
        .any(|server| is_told(kafka, server) || is_service(kafka, server, namespace))
}

/// Whether the status tells the address.
fn is_told(kafka: &Kafka, server: &str) -> bool {
    kafka.body.status.listeners.iter().any(|listener| {
        listener
            .bootstrap_servers
            .as_deref()
            .is_some_and(|bootstrap| bootstrap.split(',').any(|told| told.trim() == server))
    })
}

/// Whether it is the cluster's service: `a-kafka-bootstrap`, `….kafka`, `….kafka.svc`, `….kafka.svc.cluster.local`.
fn is_service(kafka: &Kafka, server: &str, namespace: &Namespace) -> bool {
    let host = server.rsplit_once(':').map_or(server, |(host, _)| host);
    let mut parts = host.splitn(3, '.');
    let service = parts.next().unwrap_or_default();
    let in_namespace = parts.next().unwrap_or(namespace.as_str());
    let domain = parts.next().unwrap_or("svc");
    in_namespace == kafka.metadata.namespace.as_str()
        && (domain == "svc" || domain.starts_with("svc."))
        && SERVICES
            .iter()
            .any(|suffix| service.strip_suffix(suffix) == Some(kafka.metadata.name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixtures::{self, cluster, object, read},
        index::Index,
        kind::Kind,
    };
    use serde_json::{Value, json};

    fn put(
        index: &mut Index,
        kind: ResourceKind,
        namespace: &str,
        name: &str,
        label: Option<&str>,
        spec: Value,
    ) {
        let mut object = object(Kind::Attached(kind), namespace, name, label, 1);
        object["spec"] = spec;
        index.apply(read(Kind::Attached(kind), object));
    }

    fn belongs(
        index: &Index,
        kind: ResourceKind,
        namespace: &str,
        name: &str,
    ) -> Option<Belonging> {
        let view = index.view();
        let attached = view
            .attached_one(kind, &namespace.into(), name)
            .unwrap()
            .clone();
        view.belonging(&attached, &cluster("kafka", "bed"))
    }

    #[test]
    fn addresses_are_found_in_every_spelling() {
        let kafka = fixtures::kafka(fixtures::full_cluster());
        let is =
            |servers: &str, namespace: &str| placed_by_address(&kafka, servers, &namespace.into());
        assert!(is("bed-kafka-bootstrap:9093", "kafka"));
        assert!(
            !is("bed-kafka-bootstrap:9093", "dev"),
            "another namespace's service"
        );
        assert!(is("bed-kafka-bootstrap.kafka:9092", "dev"));
        assert!(is(
            "other:1, bed-kafka-bootstrap.kafka.svc.cluster.local:9092",
            "dev"
        ));
        assert!(!is("bed-kafka-bootstrap.kafka.example.com:9092", "kafka"));
        assert!(!is("notbed-kafka-bootstrap:9092", "kafka"));
        assert!(!is("", "kafka"));
    }

    #[test]
    fn connectors_follow_their_connect_cluster_and_the_rest_stays_in_its_namespace() {
        let mut index = Index::default();
        let at_bed = json!({"bootstrapServers": "bed-kafka-bootstrap.kafka:9092"});
        index.apply(read(Kind::Kafka, fixtures::full_cluster()));
        put(
            &mut index,
            ResourceKind::KafkaConnect,
            "apps",
            "events",
            None,
            at_bed,
        );
        put(
            &mut index,
            ResourceKind::KafkaConnector,
            "apps",
            "sink",
            Some("events"),
            json!({}),
        );
        put(
            &mut index,
            ResourceKind::KafkaConnector,
            "apps",
            "lost",
            Some("absent"),
            json!({}),
        );
        put(
            &mut index,
            ResourceKind::KafkaBridge,
            "kafka",
            "far",
            None,
            json!({"bootstrapServers": "lb.example.com:443"}),
        );
        put(
            &mut index,
            ResourceKind::KafkaRebalance,
            "kafka",
            "all",
            Some("bed"),
            json!({}),
        );
        put(
            &mut index,
            ResourceKind::KafkaRebalance,
            "kafka",
            "none",
            None,
            json!({}),
        );
        assert_eq!(
            belongs(&index, ResourceKind::KafkaConnect, "apps", "events"),
            Some(Belonging::Bootstrap { role: None })
        );
        assert_eq!(
            belongs(&index, ResourceKind::KafkaConnector, "apps", "sink"),
            Some(Belonging::Connect {
                name: "events".to_owned()
            })
        );
        assert_eq!(
            belongs(&index, ResourceKind::KafkaConnector, "apps", "lost"),
            None
        );
        assert_eq!(
            belongs(&index, ResourceKind::KafkaRebalance, "kafka", "all"),
            Some(Belonging::Label)
        );
        for (kind, name) in [
            (ResourceKind::KafkaBridge, "far"),
            (ResourceKind::KafkaRebalance, "none"),
        ] {
            assert!(
                matches!(
                    belongs(&index, kind, "kafka", name),
                    Some(Belonging::Unknown { .. })
                ),
                "{name}"
            );
        }
    }

    #[test]
    fn a_first_list_is_no_news_and_later_changes_tell_what_was_before() {
        let mut index = Index::default();
        let kind = Kind::Attached(ResourceKind::KafkaRebalance);
        let of = |version| read(kind, object(kind, "kafka", "all", Some("bed"), version));
        index.apply(read(Kind::Kafka, fixtures::full_cluster()));
        index.replace_all(kind, None, vec![of(1)]);
        assert!(index.take_observations().is_empty());
        index.replace_all(kind, None, vec![of(2)]);
        let seen = index.take_observations();
        assert_eq!(seen.len(), 1);
        assert!(seen[0].before.is_some() && seen[0].after.is_some());
        assert_eq!(seen[0].cluster, Some(cluster("kafka", "bed")));
        index.apply(of(2));
        assert!(index.take_observations().is_empty(), "the same again");
        index.delete(kind, &"kafka".into(), &"all".into());
        let seen = index.take_observations();
        assert!(seen[0].before.is_some() && seen[0].after.is_none());
        index.apply(of(3));
        assert!(index.take_observations()[0].before.is_none());
    }
}
