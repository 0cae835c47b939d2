//! Which clusters the bed runs. The Kafka resources in `testbed/resources` say the same in Strimzi's words; a test compares.

use crate::state::{Authentication, ListenerKind};

/// One cluster.
#[derive(Clone, Debug)]
pub struct ClusterPlan {
    /// Namespace of its Kafka resource.
    pub namespace: &'static str,
    /// Name of its Kafka resource.
    pub name: &'static str,
    /// Name of its KafkaNodePool.
    pub pool: &'static str,
    /// Whether the standard authorizer runs.
    pub authorization: bool,
    /// Listeners for clients.
    pub listeners: &'static [ListenerPlan],
    /// Racks of the nodes, by node id from 0; `None` for a cluster without racks.
    pub racks: &'static [Option<&'static str>],
    /// Settings of `spec.kafka.config`.
    pub config: &'static [(&'static str, &'static str)],
}

/// A listener for clients.
#[derive(Clone, Copy, Debug)]
pub struct ListenerPlan {
    /// Name in the Kafka resource.
    pub name: &'static str,
    /// Port in the Kafka resource; part of the listener's name on the broker, as Strimzi builds it.
    pub port: u16,
    /// How it is secured.
    pub kind: ListenerKind,
}

impl ListenerPlan {
    /// Name on the broker: `SCRAM-9094`.
    pub fn broker_name(&self) -> String {
        format!("{}-{}", self.name.to_uppercase(), self.port)
    }
}

impl ClusterPlan {
    /// Names of the nodes' units.
    pub fn unit(&self, id: usize) -> String {
        format!("{}/{}/{id}", self.namespace, self.name)
    }

    /// Principal of the brokers.
    pub fn broker_common_name(&self) -> String {
        format!("{}-kafka", self.name)
    }
}

const PLAIN: ListenerPlan = ListenerPlan {
    name: "plain",
    port: 9092,
    kind: ListenerKind {
        tls: false,
        authentication: Authentication::None,
    },
};

/// Every cluster of the bed.
pub const CLUSTERS: [ClusterPlan; 2] = [
    ClusterPlan {
        namespace: "kafka",
        name: "task-events",
        pool: "dual",
        authorization: true,
        listeners: &[
            PLAIN,
            ListenerPlan {
                name: "tls",
                port: 9093,
                kind: ListenerKind {
                    tls: true,
                    authentication: Authentication::Tls,
                },
            },
            ListenerPlan {
                name: "scram",
                port: 9094,
                kind: ListenerKind {
                    tls: true,
                    authentication: Authentication::ScramSha512,
                },
            },
        ],
        racks: &[
            Some("eu-central-1a"),
            Some("eu-central-1b"),
            Some("eu-central-1c"),
        ],
        config: &[
            ("auto.create.topics.enable", "false"),
            ("default.replication.factor", "3"),
            ("group.initial.rebalance.delay.ms", "0"),
            ("min.insync.replicas", "2"),
            ("num.partitions", "1"),
            ("offsets.topic.num.partitions", "6"),
            ("offsets.topic.replication.factor", "3"),
            ("share.coordinator.state.topic.min.isr", "2"),
            ("share.coordinator.state.topic.num.partitions", "6"),
            ("share.coordinator.state.topic.replication.factor", "3"),
            ("transaction.state.log.min.isr", "2"),
            ("transaction.state.log.num.partitions", "6"),
            ("transaction.state.log.replication.factor", "3"),
        ],
    },
    ClusterPlan {
        namespace: "dev",
        name: "sandbox",
        pool: "dual-role",
        authorization: false,
        listeners: &[
            PLAIN,
            ListenerPlan {
                name: "tls",
                port: 9093,
                kind: ListenerKind {
                    tls: true,
                    authentication: Authentication::None,
                },
            },
        ],
        racks: &[None],
        config: &[
            ("auto.create.topics.enable", "false"),
            ("default.replication.factor", "1"),
            ("group.initial.rebalance.delay.ms", "0"),
            ("min.insync.replicas", "1"),
            ("offsets.topic.num.partitions", "6"),
            ("offsets.topic.replication.factor", "1"),
            ("share.coordinator.state.topic.min.isr", "1"),
            ("share.coordinator.state.topic.num.partitions", "6"),
            ("share.coordinator.state.topic.replication.factor", "1"),
            ("transaction.state.log.min.isr", "1"),
            ("transaction.state.log.num.partitions", "6"),
            ("transaction.state.log.replication.factor", "1"),
        ],
    },
];

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::kubernetes::apply;
    use serde_json::Value;
    use std::collections::BTreeMap;
    use std::path::Path;

    fn resource(plan: &ClusterPlan, kind: &str, name: &str) -> Value {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("resources");
        apply::read(&apply::files_of(&folder).unwrap())
            .unwrap()
            .into_iter()
            .find(|document| {
                document["kind"] == kind
                    && document["metadata"]["name"] == name
                    && document["metadata"]["namespace"] == plan.namespace
            })
            .unwrap()
    }

    #[test]
    fn the_resources_declare_what_runs() {
        for plan in &CLUSTERS {
            let kafka = resource(plan, "Kafka", plan.name);
            let spec = &kafka["spec"]["kafka"];
            let declared: BTreeMap<String, String> = spec["config"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(key, value)| (key.clone(), value.to_string()))
                .collect();
            let runs: BTreeMap<String, String> = plan
                .config
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect();
            assert_eq!(declared, runs, "{}", plan.name);
            assert_eq!(
                spec["authorization"]["type"] == "simple",
                plan.authorization
            );
            let listeners = spec["listeners"].as_array().unwrap();
            assert_eq!(listeners.len(), plan.listeners.len());
            for (declared, runs) in listeners.iter().zip(plan.listeners) {
                assert_eq!(declared["name"], runs.name);
                assert_eq!(declared["port"], runs.port);
                assert_eq!(declared["tls"], runs.kind.tls);
                let authentication = match runs.kind.authentication {
                    Authentication::None => Value::Null,
                    other => serde_json::to_value(other).unwrap(),
                };
                assert_eq!(declared["authentication"]["type"], authentication);
            }
            let pool = resource(plan, "KafkaNodePool", plan.pool);
            assert_eq!(pool["spec"]["replicas"], plan.racks.len());
        }
    }
}
