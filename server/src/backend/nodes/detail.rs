//! One node in full: its row of the list, its pod, its part in the quorum, what it leads and holds, its log directories.

use super::{BROKER, Join, freshness};
use crate::backend::{
    link::Link,
    sight::Sight,
    topics::table::{config_of, min_in_sync},
};
use penstock_cluster::resource::Pod;
use penstock_domain::{
    cluster::QuorumReplica,
    ids::{NodeId, PartitionId, TopicName},
    node::{
        NodeDetail, NodeDisks, NodeLoad, NodeLogDir, NodePod, NodeQuorum, QuorumRole,
        ReplicaOnDisk, TopicOnDisk,
    },
    topic::PartitionState,
};
use penstock_kafka::inventory::log_dirs::{NodeLogDirs, ReplicaSize};
use std::cmp::Reverse;

/// Replicas named in each log directory.
const LARGEST_REPLICAS: usize = 20;
/// Topics named of what takes most.
const LARGEST_TOPICS: usize = 5;

/// One node; `None` where nobody knows it.
pub fn detail(sight: &Sight, node: NodeId) -> Option<NodeDetail> {
    let join = Join::of(sight);
    if !join.ids().contains(&node) {
        return None;
    }
    let row = join.row(node);
    let pool = join.pool_of(node);
    let declared = sight
        .view()
        .node_pools(sight.cluster())
        .find(|declared| Some(declared.metadata.name.as_str()) == pool.as_deref());
    let snapshot = sight.snapshot();
    let is_broker = row.roles.iter().any(|role| role == BROKER);
    Some(NodeDetail {
        storage: declared.and_then(|pool| pool.body.storage.clone()),
        resources: declared.and_then(|pool| pool.body.resources.clone()),
        listener: match sight.link() {
            Link::Planned { listener, .. } => row.address.is_some().then(|| listener.clone()),
            Link::NoCredentials { .. } | Link::Waiting { .. } | Link::Broken { .. } => None,
        },
        pod: join.pods.get(&node).map(|shown| pod(shown)),
        quorum: quorum(&join, node),
        quorum_freshness: freshness(snapshot, |snapshot| snapshot.quorum.freshness()),
        load: is_broker.then(|| load(sight, node)).flatten(),
        metadata_freshness: freshness(snapshot, |snapshot| snapshot.topics.freshness()),
        disks: snapshot
            .and_then(|snapshot| snapshot.log_dirs.value.as_deref())
            .and_then(|dirs| dirs.get(node))
            .map(|dirs| disks(dirs)),
        disk_freshness: freshness(snapshot, |snapshot| snapshot.log_dirs.freshness()),
        row,
        pool,
    })
}

fn pod(pod: &Pod) -> NodePod {
    let body = &pod.body;
    NodePod {
        name: pod.metadata.name.to_string(),
        phase: body.phase.clone(),
        ready: body.ready,
        ready_since: body.ready_since,
        deleting: body.deleting,
        machine: body.machine.clone(),
        restarts: body.restarts,
        started: body.started,
        trouble: body.trouble.clone().filter(|_| !body.ready),
        last_end: body.last_end.clone(),
        last_ended: body.last_ended,
    }
}

fn quorum(join: &Join<'_>, node: NodeId) -> Option<NodeQuorum> {
    let quorum = join.quorum?;
    let part = |replica: &QuorumReplica, role| NodeQuorum {
        role,
        leader: quorum.leader,
        epoch: quorum.epoch,
        log_end_offset: replica.log_end_offset,
        high_watermark: quorum.high_watermark,
        lag: replica.lag,
        last_fetch: replica.last_fetch,
        last_caught_up: replica.last_caught_up,
        gone: replica.gone,
    };
    if let Some(voter) = join.voter(node) {
        let role = if quorum.leader == Some(node) {
            QuorumRole::Leader
        } else {
            QuorumRole::Voter
        };
        return Some(part(voter, role));
    }
    join.observer(node)
        .map(|observer| part(observer, QuorumRole::Observer))
}

fn load(sight: &Sight, node: NodeId) -> Option<NodeLoad> {
    let mut load = NodeLoad::default();
    for topic in sight.topics()?.iter() {
        let minimum = min_in_sync(config_of(sight.snapshot(), topic.name.as_str()));
        for partition in topic.partitions() {
            if !partition.replicas().any(|replica| replica == node) {
                continue;
            }
            let leads = partition.leader() == Some(node);
            load.leads += u32::from(leads);
            load.follows += u32::from(!leads);
            load.out_of_sync += u32::from(!partition.in_sync().any(|other| other == node));
            load.only_here += u32::from(partition.replicas().len() == 1);
            let preferred = partition.replicas().next() == Some(node);
            load.preferred_elsewhere +=
                u32::from(preferred && !leads && partition.leader().is_some());
            match PartitionState::of(
                partition.leader().is_some(),
                partition.replicas().len(),
                partition.in_sync().len(),
                minimum,
            ) {
                PartitionState::InSync => {}
                PartitionState::UnderReplicated => load.under_replicated += 1,
                PartitionState::UnderMinIsr => load.under_min_isr += 1,
                PartitionState::Offline => load.offline += 1,
            }
        }
    }
    Some(load)
}

fn disks(dirs: &NodeLogDirs) -> NodeDisks {
    let mut by_dir: Vec<Vec<(&TopicName, &ReplicaSize)>> = vec![Vec::new(); dirs.dirs.len()];
    let mut topics: Vec<TopicOnDisk> = Vec::new();
    for (topic, replica) in dirs.replicas() {
        if let Some(list) = by_dir.get_mut(usize::from(replica.dir)) {
            list.push((topic, replica));
        }
        match topics.last_mut() {
            Some(last) if last.topic == *topic => last.bytes += replica.bytes,
            _ => topics.push(TopicOnDisk {
                topic: topic.clone(),
                bytes: replica.bytes,
            }),
        }
    }
    topics.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.topic.cmp(&b.topic)));
    let others = topics.split_off(topics.len().min(LARGEST_TOPICS));
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    NodeDisks {
        as_of: dirs.as_of,
        directories: dirs
            .dirs
            .iter()
            .zip(by_dir)
            .map(|(dir, mut replicas)| {
                replicas.sort_by_key(|(topic, replica)| {
                    (Reverse(replica.bytes), *topic, replica.partition)
                });
                NodeLogDir {
                    path: dir.path.clone(),
                    error: dir.error.clone(),
                    log_bytes: dir.bytes,
                    total: dir.total,
                    usable: dir.usable,
                    replicas: count(replicas.len()),
                    incoming: count(
                        replicas
                            .iter()
                            .filter(|(_, replica)| replica.future)
                            .count(),
                    ),
                    largest: replicas
                        .into_iter()
                        .take(LARGEST_REPLICAS)
                        .map(|(topic, replica)| ReplicaOnDisk {
                            topic: topic.clone(),
                            partition: PartitionId(replica.partition),
                            bytes: replica.bytes,
                            incoming: replica.future,
                        })
                        .collect(),
                }
            })
            .collect(),
        topics,
        other_topics: count(others.len()),
        other_bytes: others.iter().map(|topic| topic.bytes).sum(),
    }
}
