//! Nodes: what pools declare, pods run, brokers answer and the quorum says, joined by node id. Pure, but for `configuration`,
//! which asks the brokers.

pub mod configuration;
mod detail;
mod partitions;
mod simulation;

pub use self::{detail::detail, partitions::partitions, simulation::simulation};

pub mod csv;

use super::sight::Sight;
use penstock_cluster::resource::{KafkaNodePool, Pod};
use penstock_domain::{
    cluster::{Quorum, QuorumReplica},
    envelope::Freshness,
    ids::NodeId,
    node::{NodeRow, NodeState, Nodes, Pool},
    time::Timestamp,
};
use penstock_kafka::inventory::{Broker, ClusterReach, Reach, Snapshot, topics::NodeLoad};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

const BROKER: &str = "broker";
const CONTROLLER: &str = "controller";
/// Answers of one round of questions are at most this far apart.
const SAME_ROUND_MILLIS: u64 = 5_000;

/// The page of nodes.
pub fn page(sight: &Sight) -> Nodes {
    let rows = rows(sight);
    let mut pools: Vec<Pool> = sight
        .view()
        .node_pools(sight.cluster())
        .map(|pool| declared(pool))
        .collect();
    let mut poolless = Vec::new();
    for (pool, row) in rows {
        let home = pool.and_then(|name| {
            pools
                .iter_mut()
                .find(|pool| pool.name.as_deref() == Some(&name))
        });
        match home {
            Some(home) => home.nodes.push(row),
            None => poolless.push(row),
        }
    }
    if !poolless.is_empty() {
        let roles: BTreeSet<String> = poolless
            .iter()
            .flat_map(|row| row.roles.iter().cloned())
            .collect();
        pools.push(Pool {
            name: None,
            roles: roles.into_iter().collect(),
            storage: None,
            resources: None,
            generation: None,
            stale: false,
            nodes: poolless,
        });
    }
    let snapshot = sight.snapshot();
    Nodes {
        pools,
        metadata_freshness: freshness(snapshot, |s| s.topics.freshness()),
        disk_freshness: freshness(snapshot, |s| s.log_dirs.freshness()),
        quorum: quorum(sight),
        quorum_freshness: freshness(snapshot, |s| s.quorum.freshness()),
    }
}

/// Whether anybody knows a node.
pub fn exists(sight: &Sight, node: NodeId) -> bool {
    Join::of(sight).ids().contains(&node)
}

/// The quorum, if known.
pub fn quorum(sight: &Sight) -> Option<Quorum> {
    sight.snapshot()?.quorum.value.as_deref().cloned()
}

/// The age of a part of the snapshot; of none, nothing was ever had.
pub fn freshness(
    snapshot: Option<&Snapshot>,
    part: impl FnOnce(&Snapshot) -> Freshness,
) -> Freshness {
    snapshot.map_or(
        Freshness {
            as_of: None,
            answered: 0,
            expected: 0,
            missing: Vec::new(),
        },
        part,
    )
}

/// Every node that anybody knows, by id, with the name of its pool.
pub fn rows(sight: &Sight) -> Vec<(Option<String>, NodeRow)> {
    let join = Join::of(sight);
    join.ids()
        .into_iter()
        .map(|node| (join.pool_of(node), join.row(node)))
        .collect()
}

fn declared(pool: &KafkaNodePool) -> Pool {
    let body = &pool.body;
    Pool {
        name: Some(pool.metadata.name.to_string()),
        roles: body.roles.clone(),
        storage: body.storage.clone(),
        resources: body.resources.clone(),
        generation: pool.metadata.generation,
        stale: pool.readiness.stale,
        nodes: Vec::new(),
    }
}

/// What is known of nodes, by source.
struct Join<'a> {
    sight: &'a Sight,
    pods: BTreeMap<NodeId, &'a Arc<Pod>>,
    pools: Vec<&'a Arc<KafkaNodePool>>,
    loads: BTreeMap<NodeId, NodeLoad>,
    quorum: Option<&'a Quorum>,
}

impl<'a> Join<'a> {
    fn of(sight: &'a Sight) -> Self {
        Self {
            sight,
            pods: sight
                .view()
                .pods(sight.cluster())
                .filter_map(|pod| Some((pod.body.node?, pod)))
                .collect(),
            pools: sight.view().node_pools(sight.cluster()).collect(),
            loads: sight
                .topics()
                .map(|topics| topics.by_node())
                .unwrap_or_default(),
            quorum: sight
                .snapshot()
                .and_then(|snapshot| snapshot.quorum.value.as_deref()),
        }
    }

    fn ids(&self) -> BTreeSet<NodeId> {
        let declared = self.pools.iter().flat_map(|pool| pool.body.node_ids.iter());
        let brokers = self
            .sight
            .brokers()
            .into_iter()
            .flat_map(|brokers| brokers.brokers.iter().map(|broker| broker.id));
        let voters = self
            .quorum
            .into_iter()
            .flat_map(|quorum| quorum.voters.iter().map(|voter| voter.node));
        declared
            .copied()
            .chain(self.pods.keys().copied())
            .chain(brokers)
            .chain(voters)
            .collect()
    }

    fn pool_of(&self, node: NodeId) -> Option<String> {
        let by_pod = self.pods.get(&node).and_then(|pod| pod.body.pool.clone());
        by_pod.or_else(|| {
            self.pools
                .iter()
                .find(|pool| pool.body.node_ids.contains(&node))
                .map(|pool| pool.metadata.name.to_string())
        })
    }

    fn broker(&self, node: NodeId) -> Option<&'a Broker> {
        self.sight.brokers()?.get(node)
    }

    fn voter(&self, node: NodeId) -> Option<&'a QuorumReplica> {
        self.quorum?.voters.iter().find(|voter| voter.node == node)
    }

    fn observer(&self, node: NodeId) -> Option<&'a QuorumReplica> {
        self.quorum?
            .observers
            .iter()
            .find(|observer| observer.node == node)
    }

    fn roles(&self, node: NodeId) -> Vec<String> {
        if let Some(pod) = self.pods.get(&node)
            && !pod.body.roles.is_empty()
        {
            return pod.body.roles.clone();
        }
        let pool = self
            .pools
            .iter()
            .find(|pool| pool.body.node_ids.contains(&node));
        if let Some(pool) = pool {
            let current = &pool.body.current_roles;
            return if current.is_empty() {
                pool.body.roles.clone()
            } else {
                current.clone()
            };
        }
        let broker = self.broker(node).is_some().then(|| BROKER.to_owned());
        let controller = self.voter(node).is_some().then(|| CONTROLLER.to_owned());
        broker.into_iter().chain(controller).collect()
    }

    fn row(&self, node: NodeId) -> NodeRow {
        let pod = self.pods.get(&node).copied();
        let broker = self.broker(node);
        let roles = self.roles(node);
        let condition = self.condition(node, pod.map(|pod| &**pod), broker, &roles);
        let load = self.loads.get(&node);
        let known_topics = self.sight.topics().is_some() && roles.iter().any(|role| role == BROKER);
        let log_dirs = self.sight.snapshot().map(|snapshot| &snapshot.log_dirs);
        let disk = log_dirs
            .and_then(|data| data.value.as_ref())
            .and_then(|dirs| dirs.get(node));
        let disk_sum = disk.map(|disk| disk.sum());
        let replica = self.voter(node).or_else(|| self.observer(node));
        NodeRow {
            node,
            pod: pod.map(|pod| pod.metadata.name.to_string()),
            roles,
            state: condition.state,
            why: condition.why,
            since: condition.since,
            rack: broker.and_then(|broker| broker.rack.as_deref().map(str::to_owned)),
            address: broker
                .filter(|broker| !broker.host.is_empty())
                .map(|broker| format!("{}:{}", broker.host, broker.port)),
            leads_quorum: self
                .quorum
                .is_some_and(|quorum| quorum.leader == Some(node)),
            quorum_lag: replica.and_then(|replica| replica.lag),
            voter: self.voter(node).is_some(),
            leaders: known_topics.then(|| load.map_or(0, |load| load.leaders)),
            replicas: known_topics.then(|| load.map_or(0, |load| load.replicas)),
            replicas_out_of_sync: known_topics.then(|| load.map_or(0, |load| load.out_of_sync)),
            log_bytes: disk_sum.map(|sum| sum.logs),
            disk_total: disk_sum.and_then(|sum| sum.total),
            disk_usable: disk_sum.and_then(|sum| sum.usable),
            disk_as_of: disk.map(|disk| disk.as_of).filter(|as_of| {
                let newest = log_dirs.and_then(|data| data.as_of);
                newest.is_some_and(|newest| as_of.millis_until(newest) > SAME_ROUND_MILLIS)
            }),
            restarts: pod.map(|pod| pod.body.restarts),
            started: pod.and_then(|pod| pod.body.started),
        }
    }

    fn condition(
        &self,
        node: NodeId,
        pod: Option<&Pod>,
        broker: Option<&Broker>,
        roles: &[String],
    ) -> Condition {
        if let Some(pod) = pod
            && let Some(down) = down_by_pod(pod)
        {
            return down;
        }
        if let Some(broker) = broker
            && let Some(condition) = by_broker(broker, pod)
        {
            return condition;
        }
        let is_broker = roles.iter().any(|role| role == BROKER);
        let cluster_answers = matches!(
            self.sight.snapshot().map(|snapshot| &snapshot.reach),
            Some(ClusterReach::Answering { .. })
        );
        let voter_gone = self.voter(node).map(|voter| voter.gone);
        let unregistered = is_broker && broker.is_none() && cluster_answers;
        by_pod(pod, voter_gone, is_broker, unregistered)
    }
}

/// What is left to say of a node that no connection tells of.
fn by_pod(
    pod: Option<&Pod>,
    voter_gone: Option<bool>,
    is_broker: bool,
    unregistered: bool,
) -> Condition {
    match (pod, voter_gone) {
        (Some(pod), _) if pod.body.is_starting() => Condition {
            state: NodeState::Starting,
            why: Some("its pod is not ready yet".to_owned()),
            since: pod.body.started,
        },
        _ if unregistered => Condition {
            state: NodeState::Down,
            why: Some("it is not registered with the controllers".to_owned()),
            since: None,
        },
        (_, Some(true)) => Condition {
            state: NodeState::Down,
            why: Some("it has stopped following the metadata log".to_owned()),
            since: None,
        },
        (Some(pod), _) if !pod.body.ready => Condition {
            state: NodeState::Silent,
            why: Some("its pod is no longer ready".to_owned()),
            since: pod.body.ready_since,
        },
        (_, Some(false)) if !is_broker => Condition {
            state: NodeState::Running,
            why: None,
            since: pod.and_then(|pod| pod.body.ready_since),
        },
        (Some(pod), None) if !is_broker => Condition {
            state: NodeState::Running,
            why: None,
            since: pod.body.ready_since,
        },
        _ => Condition {
            state: NodeState::Unknown,
            why: None,
            since: None,
        },
    }
}

/// A node's state with its reason.
struct Condition {
    state: NodeState,
    why: Option<String>,
    since: Option<Timestamp>,
}

/// The pod comes first where it says that nothing runs: it is told at once, connections only when they break.
fn down_by_pod(pod: &Pod) -> Option<Condition> {
    let body = &pod.body;
    let trouble = body.trouble.as_ref().filter(|_| !body.ready)?;
    Some(Condition {
        state: NodeState::Down,
        why: Some(format!("its container does not run ({trouble})")),
        since: body.ended,
    })
}

fn by_broker(broker: &Broker, pod: Option<&Pod>) -> Option<Condition> {
    match &broker.reach {
        _ if broker.fenced => Some(Condition {
            // A broker that starts is fenced until it has caught up.
            state: if pod.is_some_and(|pod| pod.body.is_starting()) {
                NodeState::Starting
            } else {
                NodeState::Down
            },
            why: Some("the controllers have fenced it".to_owned()),
            since: match &broker.reach {
                Reach::Silent { since, .. } => Some(*since),
                Reach::Untried | Reach::Answering { .. } => None,
            },
        }),
        Reach::Answering { since } => Some(Condition {
            state: NodeState::Running,
            why: None,
            since: pod.and_then(|pod| pod.body.ready_since).or(Some(*since)),
        }),
        Reach::Silent { since, error } => Some(Condition {
            state: if pod.is_some_and(|pod| pod.body.is_starting()) {
                NodeState::Starting
            } else {
                NodeState::Silent
            },
            why: Some(error.to_string()),
            since: Some(*since),
        }),
        // Registered and unfenced says enough until it was tried.
        Reach::Untried => Some(Condition {
            state: NodeState::Running,
            why: None,
            since: pod.and_then(|pod| pod.body.ready_since),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_cluster::{kind::Kind, resource::AnyResource};
    use serde_json::json;

    #[test]
    fn a_controller_that_hangs_has_stopped_following_as_soon_as_the_quorum_says_so() {
        let object = json!({
            "metadata": {"name": "bed-controller-0", "namespace": "kafka", "uid": "1", "labels": {"strimzi.io/cluster": "bed", "strimzi.io/pool-name": "controller"}},
            "status": {
                "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "2026-11-23T09:00:00Z"}],
                "containerStatuses": [{"name": "kafka", "state": {"running": {"startedAt": "2026-11-23T08:00:00Z"}}}],
            },
        });
        let AnyResource::Pod(pod) = AnyResource::read(Kind::Pod, &Arc::from("v1"), object) else {
            panic!()
        };
        let state = |voter_gone| by_pod(Some(&pod), voter_gone, false, false).state;
        assert_eq!(state(Some(true)), NodeState::Down);
        assert_eq!(state(Some(false)), NodeState::Silent);
        assert_eq!(state(None), NodeState::Silent);
    }
}
