//! A node's configuration file, in the shape Strimzi gives it: listener names, mutual TLS between the nodes and to the
//! controllers, super users by certificate name, PEM files. Pure text; [`super::cluster`] writes it.

use super::plan::{ClusterPlan, ListenerPlan};
use crate::state::Authentication;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// Name of the listener between brokers.
pub const REPLICATION: &str = "REPLICATION-9091";
/// Name of the listener of the controllers.
pub const CONTROL_PLANE: &str = "CONTROLPLANE-9090";

/// What a node's file depends on besides the plan.
#[derive(Debug)]
pub struct NodeFiles<'a> {
    /// `node.id`.
    pub id: usize,
    /// Ports it listens on, by broker listener name.
    pub ports: &'a BTreeMap<String, u16>,
    /// Ports it tells clients, by broker listener name: those of the fault proxy.
    pub advertised: &'a BTreeMap<String, u16>,
    /// Controller ports of all nodes, by node id.
    pub voters: &'a [u16],
    /// `log.dirs`.
    pub data: &'a Path,
    /// Key and certificate of the brokers, PEM.
    pub key_store: &'a Path,
    /// The authority of the brokers' certificates, PEM.
    pub cluster_ca: &'a Path,
    /// The authority of clients' certificates, PEM.
    pub clients_ca: &'a Path,
}

/// The file.
pub fn properties(plan: &ClusterPlan, node: &NodeFiles<'_>) -> String {
    let mut text = Text::default();
    text.line("process.roles", "broker,controller");
    text.line("node.id", node.id);
    if let Some(Some(rack)) = plan.racks.get(node.id) {
        text.line("broker.rack", rack);
    }
    text.line("log.dirs", node.data.display());
    quorum(&mut text, node);
    listeners(&mut text, plan, node);
    internal_listener(&mut text, REPLICATION, node);
    internal_listener(&mut text, CONTROL_PLANE, node);
    for listener in plan.listeners {
        client_listener(&mut text, listener, node);
    }
    if plan.authorization {
        authorization(&mut text, plan);
    }
    for (key, value) in plan.config {
        text.line(key, value);
    }
    text.0
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, key: &str, value: impl std::fmt::Display) {
        // Writing to a String does not fail.
        let _ = writeln!(self.0, "{key}={value}");
    }
}

fn quorum(text: &mut Text, node: &NodeFiles<'_>) {
    let voters: Vec<String> = node
        .voters
        .iter()
        .enumerate()
        .map(|(id, port)| format!("{id}@127.0.0.1:{port}"))
        .collect();
    text.line("controller.quorum.voters", voters.join(","));
    text.line("controller.listener.names", CONTROL_PLANE);
    text.line("inter.broker.listener.name", REPLICATION);
}

fn listeners(text: &mut Text, plan: &ClusterPlan, node: &NodeFiles<'_>) {
    let addresses = |ports: &BTreeMap<String, u16>| {
        let list: Vec<String> = ports
            .iter()
            .map(|(name, port)| format!("{name}://127.0.0.1:{port}"))
            .collect();
        list.join(",")
    };
    text.line("listeners", addresses(node.ports));
    text.line("advertised.listeners", addresses(node.advertised));
    let mut protocols = vec![format!("{REPLICATION}:SSL"), format!("{CONTROL_PLANE}:SSL")];
    protocols.extend(plan.listeners.iter().map(|listener| {
        let protocol = match (listener.kind.tls, listener.kind.authentication) {
            (true, Authentication::ScramSha512) => "SASL_SSL",
            (false, Authentication::ScramSha512) => "SASL_PLAINTEXT",
            (true, _) => "SSL",
            (false, _) => "PLAINTEXT",
        };
        format!("{}:{protocol}", listener.broker_name())
    }));
    text.line("listener.security.protocol.map", protocols.join(","));
}

/// Nodes prove themselves to each other; so does the operator stand-in, which is a client of these listeners.
fn internal_listener(text: &mut Text, name: &str, node: &NodeFiles<'_>) {
    let prefix = format!("listener.name.{}", name.to_lowercase());
    key_store(text, &prefix, node);
    trust_store(text, &prefix, node.cluster_ca);
    text.line(&format!("{prefix}.ssl.client.auth"), "required");
}

fn client_listener(text: &mut Text, listener: &ListenerPlan, node: &NodeFiles<'_>) {
    let prefix = format!("listener.name.{}", listener.broker_name().to_lowercase());
    if listener.kind.tls {
        key_store(text, &prefix, node);
    }
    match listener.kind.authentication {
        Authentication::None => {}
        Authentication::Tls => {
            trust_store(text, &prefix, node.clients_ca);
            text.line(&format!("{prefix}.ssl.client.auth"), "required");
        }
        Authentication::ScramSha512 => {
            text.line(
                &format!("{prefix}.sasl.enabled.mechanisms"),
                "SCRAM-SHA-512",
            );
            text.line(
                &format!("{prefix}.scram-sha-512.sasl.jaas.config"),
                "org.apache.kafka.common.security.scram.ScramLoginModule required;",
            );
        }
    }
}

fn key_store(text: &mut Text, prefix: &str, node: &NodeFiles<'_>) {
    text.line(&format!("{prefix}.ssl.keystore.type"), "PEM");
    text.line(
        &format!("{prefix}.ssl.keystore.location"),
        node.key_store.display(),
    );
}

fn trust_store(text: &mut Text, prefix: &str, authority: &Path) {
    text.line(&format!("{prefix}.ssl.truststore.type"), "PEM");
    text.line(
        &format!("{prefix}.ssl.truststore.location"),
        authority.display(),
    );
}

/// `User:ANONYMOUS` is no super user, so the plain listener may nothing until an ACL says otherwise.
fn authorization(text: &mut Text, plan: &ClusterPlan) {
    text.line(
        "authorizer.class.name",
        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    );
    text.line(
        "super.users",
        format!(
            "User:CN={},O=io.strimzi;User:CN=cluster-operator,O=io.strimzi;User:admin",
            plan.broker_common_name()
        ),
    );
    text.line("allow.everyone.if.no.acl.found", "false");
}

#[cfg(test)]
mod tests {
    use super::super::plan::CLUSTERS;
    use super::*;

    #[test]
    fn a_node_advertises_the_proxy_and_listens_elsewhere() {
        let [plan, _] = &CLUSTERS;
        let ports = BTreeMap::from([
            (REPLICATION.to_owned(), 1),
            (CONTROL_PLANE.to_owned(), 2),
            ("SCRAM-9094".to_owned(), 3),
        ]);
        let advertised =
            BTreeMap::from([(REPLICATION.to_owned(), 1), ("SCRAM-9094".to_owned(), 13)]);
        let text = properties(
            plan,
            &NodeFiles {
                id: 1,
                ports: &ports,
                advertised: &advertised,
                voters: &[7, 8, 9],
                data: Path::new("/data"),
                key_store: Path::new("/broker.pem"),
                cluster_ca: Path::new("/cluster-ca.crt"),
                clients_ca: Path::new("/clients-ca.crt"),
            },
        );
        for line in [
            "node.id=1",
            "broker.rack=eu-central-1b",
            "controller.quorum.voters=0@127.0.0.1:7,1@127.0.0.1:8,2@127.0.0.1:9",
            "listeners=CONTROLPLANE-9090://127.0.0.1:2,REPLICATION-9091://127.0.0.1:1,SCRAM-9094://127.0.0.1:3",
            "advertised.listeners=REPLICATION-9091://127.0.0.1:1,SCRAM-9094://127.0.0.1:13",
            "listener.security.protocol.map=REPLICATION-9091:SSL,CONTROLPLANE-9090:SSL,PLAIN-9092:PLAINTEXT,TLS-9093:SSL,SCRAM-9094:SASL_SSL",
            "listener.name.tls-9093.ssl.truststore.location=/clients-ca.crt",
            "listener.name.replication-9091.ssl.client.auth=required",
            "super.users=User:CN=task-events-kafka,O=io.strimzi;User:CN=cluster-operator,O=io.strimzi;User:admin",
        ] {
            assert!(text.lines().any(|other| other == line), "{line} in\n{text}");
        }
        assert!(!text.contains("ANONYMOUS"));
    }
}
