//! Which addresses the console shakes hands with: the TLS listeners of a cluster, and on its own listener each broker. Pure.

use crate::backend::{link::Link, sight::Sight};
use penstock_cluster::resource::Kafka;
use penstock_domain::ids::NodeId;
use penstock_kafka::HostPort;
use std::sync::Arc;

/// The name under which the listener of the configuration file is shown.
pub const CONFIGURED: &str = "bootstrap";
/// Most addresses of one listener; behind one there may be hundreds of brokers, whose certificates are made together.
const MOST: usize = 64;

/// One address, and what its clients have to trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Name of the listener.
    pub listener: String,
    /// Where.
    pub address: HostPort,
    /// The node behind it, where it is one node's.
    pub node: Option<NodeId>,
    /// PEM; `None` where nobody says what to trust.
    pub trust: Option<Arc<str>>,
}

/// Every address, listener by listener.
pub fn targets(sight: &Sight) -> Vec<Target> {
    let brokers = brokers(sight);
    let own = console_listener(sight);
    match sight.kafka() {
        Some(kafka) => of_resource(kafka, own, &brokers),
        None => {
            let Some(connection) = sight.client().map(|client| client.connection()) else {
                return Vec::new();
            };
            let Some(tls) = connection.tls else {
                return Vec::new();
            };
            joined(
                CONFIGURED,
                connection.bootstrap,
                &brokers,
                true,
                Some(tls.ca_pem),
            )
        }
    }
}

/// The listener on which the console itself comes; only there it knows the address of each broker.
pub fn console_listener(sight: &Sight) -> Option<&str> {
    match sight.link() {
        Link::Planned { listener, .. } => Some(listener),
        Link::NoCredentials { .. } | Link::Waiting { .. } | Link::Broken { .. } => None,
    }
}

fn brokers(sight: &Sight) -> Vec<(NodeId, HostPort)> {
    sight
        .brokers()
        .into_iter()
        .flat_map(|brokers| &brokers.brokers)
        .filter(|broker| !broker.fenced && !broker.host.is_empty())
        .map(|broker| (broker.id, HostPort::new(&broker.host, broker.port)))
        .collect()
}

fn of_resource(kafka: &Kafka, own: Option<&str>, brokers: &[(NodeId, HostPort)]) -> Vec<Target> {
    kafka
        .body
        .listeners
        .iter()
        .filter(|listener| listener.tls)
        .flat_map(|listener| {
            let status = kafka.status_of(&listener.name);
            // Addresses that are none are told by the plan of the connection.
            let bootstrap = status
                .and_then(|status| status.bootstrap())
                .and_then(|text| HostPort::parse_list(&text).ok())
                .unwrap_or_default();
            joined(
                &listener.name,
                bootstrap,
                brokers,
                own == Some(listener.name.as_str()),
                status.and_then(|status| status.trust()).map(Arc::from),
            )
        })
        .collect()
}

/// Addresses of the bootstrap list, and of each broker where they are of this listener; each once.
fn joined(
    listener: &str,
    bootstrap: Vec<HostPort>,
    brokers: &[(NodeId, HostPort)],
    own: bool,
    trust: Option<Arc<str>>,
) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    let nodes = brokers
        .iter()
        .filter(|_| own)
        .map(|(node, address)| (Some(*node), address.clone()));
    let listed = bootstrap.into_iter().map(|address| (None, address));
    for (node, address) in nodes.chain(listed) {
        if targets.len() < MOST && targets.iter().all(|target| target.address != address) {
            targets.push(Target {
                listener: listener.to_owned(),
                address,
                node,
                trust: trust.clone(),
            });
        }
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_looked_at_once_and_as_its_nodes() {
        let broker = |id: i32| {
            (
                NodeId(id),
                HostPort::new("b", 9000 + u16::try_from(id).unwrap()),
            )
        };
        let brokers = [broker(0), broker(1)];
        let bootstrap = vec![HostPort::new("b", 9001), HostPort::new("bootstrap", 9093)];
        let shown = |own| -> Vec<(String, Option<NodeId>)> {
            joined("tls", bootstrap.clone(), &brokers, own, None)
                .into_iter()
                .map(|target| (target.address.to_string(), target.node))
                .collect()
        };
        assert_eq!(
            shown(true),
            [
                ("b:9000".to_owned(), Some(NodeId(0))),
                ("b:9001".to_owned(), Some(NodeId(1))),
                ("bootstrap:9093".to_owned(), None)
            ]
        );
        assert_eq!(
            shown(false),
            [
                ("b:9001".to_owned(), None),
                ("bootstrap:9093".to_owned(), None)
            ]
        );
    }
}
