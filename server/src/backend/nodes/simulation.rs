//! What would happen if nodes stopped: feeds what brokers told into the simulator of `penstock-domain`.

use super::{Join, freshness};
use crate::backend::{
    sight::Sight,
    topics::table::{config_of, min_in_sync},
};
use penstock_domain::{
    ids::NodeId,
    node::{
        NodeState,
        simulation::{Choice, Rules, Simulation, Simulator, Standing},
    },
};
use penstock_kafka::inventory::configs::TopicConfig;
use std::collections::BTreeSet;

/// The simulation for a choice. Nodes that nobody knows are passed over.
pub fn simulation(sight: &Sight, choice: &Choice) -> Simulation {
    let join = Join::of(sight);
    let rows: Vec<_> = join.ids().into_iter().map(|node| join.row(node)).collect();
    let stopping = choice.among(rows.iter().map(|row| (row.node, row.rack.as_deref())));
    let down: BTreeSet<NodeId> = rows
        .iter()
        .filter(|row| matches!(row.state, NodeState::Down | NodeState::Starting))
        .map(|row| row.node)
        .collect();
    let brokers = sight.brokers().map_or(0, |brokers| brokers.brokers.len());
    let mut simulator = Simulator::new(stopping, down, brokers, join.quorum);
    let (mut replicas, mut in_sync) = (Vec::new(), Vec::new());
    for topic in sight.topics().into_iter().flat_map(|topics| topics.iter()) {
        let mut simulated = simulator.topic(
            &topic.name,
            rules(config_of(sight.snapshot(), topic.name.as_str())),
        );
        for partition in topic.partitions() {
            replicas.clear();
            replicas.extend(partition.replicas());
            in_sync.clear();
            in_sync.extend(partition.in_sync());
            simulated.add(&Standing {
                leader: partition.leader(),
                replicas: &replicas,
                in_sync: &in_sync,
            });
        }
        simulated.done();
    }
    simulator.finish(freshness(sight.snapshot(), |snapshot| {
        snapshot.topics.freshness()
    }))
}

fn rules(config: Option<&TopicConfig>) -> Rules {
    Rules {
        min_in_sync: min_in_sync(config),
        unclean: config.and_then(|config| config.value("unclean.leader.election.enable"))
            == Some("true"),
    }
}
