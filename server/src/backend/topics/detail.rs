//! One topic in full: partitions with offsets and sizes, declared against live, its KafkaTopic.

use super::table::{Live, config_of, min_in_sync};
use crate::backend::{nodes::freshness, sight::Sight};
use penstock_cluster::kind::Kind;
use penstock_domain::{
    advice::{self, Advice},
    drift::{self, TopicShape},
    ids::{NodeId, TopicName},
    topic::{PartitionRow, PartitionState, TopicConfiguration, TopicDetail, TopicRow, TopicState},
};
use penstock_kafka::inventory::{
    Snapshot,
    offsets::PartitionOffsets,
    topics::{Partition, Topic},
};
use std::{collections::BTreeMap, sync::Arc};

/// Everything that the topic's page shows. The topic must exist, live or declared.
pub fn of(sight: &Sight, name: &TopicName, configuration: TopicConfiguration) -> TopicDetail {
    let snapshot = sight.snapshot();
    let table = sight.table();
    let topic = sight.topics().and_then(|topics| topics.get(name.as_str()));
    let declaration = sight.view().topics(sight.cluster()).get(name);
    let declared = declaration.map(|declaration| &**declaration.topic);
    let differences = match (topic, declared) {
        (Some(topic), Some(declared)) => Live::of(snapshot).differences(topic, declared),
        (None, Some(declared)) => drift::compare(
            &declared.shape(),
            &TopicShape::default(),
            false,
            &BTreeMap::new(),
        ),
        _ => Vec::new(),
    };
    let malformed = sight
        .view()
        .malformed(sight.cluster())
        .find(|malformed| malformed.kind == Kind::KafkaTopic && malformed.topic_name() == *name);
    TopicDetail {
        row: table.row(name).cloned().unwrap_or_else(|| absent(name)),
        partitions: topic
            .map(|topic| partitions(topic, snapshot))
            .unwrap_or_default(),
        metadata_freshness: freshness(snapshot, |snapshot| snapshot.topics.freshness()),
        offsets_freshness: freshness(snapshot, |snapshot| snapshot.offsets.freshness()),
        size_freshness: freshness(snapshot, |snapshot| snapshot.log_dirs.freshness()),
        differences,
        resource: declared
            .map(|declared| declared.detail())
            .or_else(|| malformed.map(|malformed| malformed.detail())),
        rivals: declaration
            .map(|declaration| {
                declaration
                    .rivals
                    .iter()
                    .map(|rival| rival.reference())
                    .collect()
            })
            .unwrap_or_default(),
        advice: advised(sight, topic, snapshot),
        configuration,
    }
}

fn advised(sight: &Sight, topic: Option<&Arc<Topic>>, snapshot: Option<&Snapshot>) -> Vec<Advice> {
    let Some(topic) = topic else {
        return Vec::new();
    };
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let replicas = topic
        .partitions()
        .map(|partition| partition.replicas().count());
    let min_in_sync = min_in_sync(config_of(snapshot, topic.name.as_str()));
    let brokers = sight.brokers().map_or(0, |brokers| brokers.brokers.len());
    advice::on_topic(
        replicas.min().map(count),
        min_in_sync.map(count),
        count(brokers),
    )
}

fn partitions(topic: &Topic, snapshot: Option<&Snapshot>) -> Vec<PartitionRow> {
    let min_in_sync = min_in_sync(config_of(snapshot, topic.name.as_str()));
    topic
        .partitions()
        .map(|partition| row(topic, partition, snapshot, min_in_sync))
        .collect()
}

fn row(
    topic: &Topic,
    partition: Partition<'_>,
    snapshot: Option<&Snapshot>,
    min_in_sync: Option<usize>,
) -> PartitionRow {
    let leader = partition.leader();
    let replicas: Vec<NodeId> = partition.replicas().collect();
    let in_sync: Vec<NodeId> = partition.in_sync().collect();
    let offsets = snapshot
        .and_then(|snapshot| snapshot.offsets.value.as_ref())
        .and_then(|offsets| offsets.get(topic.name.as_str()))
        .and_then(|offsets| offsets.partition(partition.number));
    let dirs = snapshot.and_then(|snapshot| snapshot.log_dirs.value.as_deref());
    let bytes_on = |node: NodeId| dirs?.replica_bytes(node, topic.name.as_str(), partition.number);
    PartitionRow {
        partition: partition.number,
        leader,
        state: PartitionState::of(leader.is_some(), replicas.len(), in_sync.len(), min_in_sync),
        first: offsets.and_then(|offsets| offsets.earliest()),
        stable: offsets.and_then(|offsets| offsets.stable()),
        end: offsets.and_then(|offsets| offsets.end()),
        why: why_no_offsets(leader, offsets, snapshot),
        size_bytes: leader
            .and_then(bytes_on)
            .or_else(|| replicas.iter().copied().find_map(bytes_on)),
        records_in_per_second: offsets.and_then(|offsets| offsets.records_in_per_second()),
        offline_replicas: partition.offline().collect(),
        replicas,
        in_sync,
    }
}

/// Why a partition's offsets are missing or old.
fn why_no_offsets(
    leader: Option<NodeId>,
    offsets: Option<&PartitionOffsets>,
    snapshot: Option<&Snapshot>,
) -> Option<String> {
    if offsets.is_some_and(|offsets| offsets.is_current()) {
        return None;
    }
    let old = offsets
        .and_then(|offsets| offsets.as_of())
        .map(|as_of| format!("; as of {as_of}"))
        .unwrap_or_default();
    let why = match leader {
        None => "no leader".to_owned(),
        Some(leader) => {
            let error = snapshot
                .and_then(|snapshot| snapshot.brokers.value.as_ref())
                .and_then(|brokers| brokers.get(leader))
                .and_then(|broker| broker.reach.error());
            match error {
                Some(error) => error.to_string(),
                None if offsets.is_none() => "not asked yet".to_owned(),
                None => format!("node {leader} did not tell"),
            }
        }
    };
    Some(format!("{why}{old}"))
}

/// It went between the check and now; the next mark says so.
fn absent(name: &TopicName) -> TopicRow {
    TopicRow {
        name: name.clone(),
        id: None,
        internal: false,
        partitions: None,
        replication_factor: None,
        state: TopicState::Undeclared,
        paused: false,
        deleting: false,
        finding: None,
        drifted_fields: 0,
        replicas: None,
        size_bytes: None,
        size_incomplete: false,
        records: None,
        records_in_per_second: None,
        retention_ms: None,
        cleanup_policy: None,
        resource: None,
    }
}
