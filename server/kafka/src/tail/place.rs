//! Where partitions end at this moment: where following begins.

use super::{hub::Hub, part::Part, router::PATIENCE};
use crate::{
    api::offsets::{OffsetSpec, TopicPartitions},
    error::KafkaError,
    scan::{
        fault::{self, Cure},
        source::broker_error,
    },
};
use futures::future::join_all;
use penstock_domain::ids::{NodeId, PartitionId, TopicName};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// Asks leaders for the ends of their partitions, begins rings there and has them fed.
pub(super) async fn ends(hub: &Arc<Hub>, parts: Vec<(Arc<Part>, NodeId)>) {
    let mut asked: BTreeMap<(NodeId, bool), Vec<Arc<Part>>> = BTreeMap::new();
    for (part, leader) in parts {
        asked
            .entry((leader, part.key.uncommitted))
            .or_default()
            .push(part);
    }
    let questions = asked
        .into_iter()
        .map(|((leader, uncommitted), parts)| async move {
            let listed = list(hub, leader, end_of(uncommitted), &parts).await;
            for part in parts {
                let key = &part.key;
                match listed.get(&(key.topic.clone(), key.partition)) {
                    Some(Ok(end)) => {
                        part.place(*end);
                        part.lead(leader);
                    }
                    Some(Err(error)) => {
                        part.failed(fault::lost_partition(
                            &key.topic,
                            key.partition,
                            None,
                            error,
                        ));
                    }
                    None => {
                        part.failed(fault::lost_partition(
                            &key.topic,
                            key.partition,
                            None,
                            &broker_error("ListOffsets", -1),
                        ));
                    }
                }
            }
            hub.feed(leader, uncommitted);
        });
    join_all(questions).await;
}

/// Which end a reader has: committed records end at the last stable offset.
pub(super) fn end_of(uncommitted: bool) -> OffsetSpec {
    if uncommitted {
        OffsetSpec::End
    } else {
        OffsetSpec::Stable
    }
}

/// One kind of offset of partitions of one leader.
pub(super) async fn list(
    hub: &Hub,
    leader: NodeId,
    spec: OffsetSpec,
    parts: &[Arc<Part>],
) -> HashMap<(TopicName, PartitionId), Result<i64, KafkaError>> {
    let mut topics: BTreeMap<TopicName, Vec<i32>> = BTreeMap::new();
    for part in parts {
        topics
            .entry(part.key.topic.clone())
            .or_default()
            .push(part.key.partition.0);
    }
    let topics: Vec<TopicPartitions> = topics
        .into_iter()
        .map(|(topic, partitions)| TopicPartitions { topic, partitions })
        .collect();
    match hub.wire.list(leader, spec, &topics, PATIENCE).await {
        Ok(listed) => listed
            .into_iter()
            .flat_map(|(topic, listed)| {
                listed.into_iter().map(move |listed| {
                    let key = (topic.clone(), PartitionId(listed.partition));
                    let offset = match (listed.code, Cure::of(listed.code)) {
                        (0, _) => Ok(listed.offset),
                        (_, Cure::Forbidden) => Err(KafkaError::Authorization {
                            operation: "Describe",
                            resource: format!("topic {topic}"),
                        }),
                        (code, _) => Err(broker_error("ListOffsets", code)),
                    };
                    (key, offset)
                })
            })
            .collect(),
        Err(error) => parts
            .iter()
            .map(|part| {
                let key = (part.key.topic.clone(), part.key.partition);
                (key, Err(error.clone()))
            })
            .collect(),
    }
}
