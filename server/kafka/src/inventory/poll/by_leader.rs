//! Partitions by their leader, in requests of a bounded size: what polls of offsets ask with. Pure.

use crate::api::offsets::TopicPartitions;
use penstock_domain::ids::{NodeId, TopicName};
use std::collections::BTreeMap;

/// Keeps one answer small enough to be read in a few milliseconds.
pub(super) const PARTITIONS_PER_REQUEST: usize = 5_000;

/// What to ask each leader, a request an item.
pub(super) type Requests = BTreeMap<NodeId, Vec<Vec<TopicPartitions>>>;

/// See the module.
#[derive(Default)]
pub(super) struct ByLeader {
    requests: Requests,
    /// Partitions that the last request to each leader still takes.
    room: BTreeMap<NodeId, usize>,
}

impl ByLeader {
    /// Takes a partition in; those of one topic come one after another.
    pub(super) fn add(&mut self, leader: NodeId, topic: &TopicName, partition: i32) {
        let room = self.room.entry(leader).or_default();
        let requests = self.requests.entry(leader).or_default();
        if *room == 0 {
            *room = PARTITIONS_PER_REQUEST;
            requests.push(Vec::new());
        }
        *room -= 1;
        let Some(request) = requests.last_mut() else {
            return;
        };
        match request.last_mut() {
            Some(last) if last.topic == *topic => last.partitions.push(partition),
            _ => request.push(TopicPartitions {
                topic: topic.clone(),
                partitions: vec![partition],
            }),
        }
    }

    /// The requests.
    pub(super) fn requests(self) -> Requests {
        self.requests
    }
}
