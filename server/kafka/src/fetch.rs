//! Fetch: the bytes of partitions as they lie in the log, from their leaders.
//!
//! Requests are encoded by the message codec; answers are read by an own decoder (`answer`) that cuts record bytes out of the
//! received frame without copying them and allocates nothing by a count from the wire. The bytes are walked by
//! [`crate::batch`]. [`FetchSession`] asks for the same partitions again and again without naming them each time.

mod answer;
mod session;

pub use self::session::FetchSession;

use crate::{
    api,
    batch::AbortedTransaction,
    call::Call,
    client::{Client, ConnectionClass, Route},
    error::KafkaError,
};
use bytes::Bytes;
use kafka_protocol::messages::{
    self, BrokerId,
    fetch_request::{FetchPartition as WirePartition, FetchTopic as WireTopic},
};
use penstock_domain::{
    ids::{NodeId, PartitionId, TopicId, TopicName},
    read::Isolation,
};
use std::{collections::HashMap, time::Duration};
use uuid::Uuid;

/// The first version that names topics by their ids (KIP-516).
const IDS: i16 = 13;

/// What is asked of one broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchRequest {
    /// Partitions that it leads. The broker fills the answer in this order.
    pub topics: Vec<FetchTopic>,
    /// Bytes of the whole answer; the first batch comes whole even where it is larger.
    pub max_bytes: i32,
    /// The broker holds the answer back until there are so many bytes, or `max_wait` is over.
    pub min_bytes: i32,
    /// See `min_bytes`.
    pub max_wait: Duration,
    /// Whether to stop at the last stable offset, and to name aborted transactions.
    pub isolation: Isolation,
}

/// Partitions of one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchTopic {
    /// Its name.
    pub name: TopicName,
    /// Its id: only with ids does a broker tell a recreated topic from the one that was meant. Where one topic of a request has
    /// none, all are asked for by name.
    pub id: Option<TopicId>,
    /// The partitions.
    pub partitions: Vec<FetchPartition>,
}

/// From where to read one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchPartition {
    /// Which.
    pub partition: PartitionId,
    /// The first offset wanted. The answer begins with the batch that holds it, so earlier records may come with it.
    pub offset: i64,
    /// Bytes of this partition; the first batch comes whole even where it is larger.
    pub max_bytes: i32,
    /// The leader epoch that the caller knows, so that a deposed leader refuses; `None`: not checked.
    pub leader_epoch: Option<i32>,
}

/// What a broker answers for one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedPartition {
    /// In which topic.
    pub topic: TopicName,
    /// Which partition.
    pub partition: PartitionId,
    /// Kafka's error code; 0: none.
    pub code: i16,
    /// The same as an error.
    pub error: Option<KafkaError>,
    /// The high watermark; -1 with an error.
    pub high: i64,
    /// The last stable offset; -1 where the broker does not tell.
    pub stable: i64,
    /// The first offset that is still there; -1 where the broker does not tell.
    pub first: i64,
    /// Aborted transactions that the bytes have part in; with [`Isolation::ReadCommitted`] only.
    pub aborted: Vec<AbortedTransaction>,
    /// Batches, the last of which may be cut off.
    pub records: Bytes,
    /// The leader that the broker knows of, where it is not the leader itself.
    pub new_leader: Option<NodeId>,
}

impl FetchedPartition {
    /// Whether the partition is led by another broker now, or about to be: ask for its leader anew.
    pub fn is_moved(&self) -> bool {
        // LEADER_NOT_AVAILABLE, NOT_LEADER_OR_FOLLOWER, REPLICA_NOT_AVAILABLE, KAFKA_STORAGE_ERROR, FENCED_LEADER_EPOCH,
        // UNKNOWN_LEADER_EPOCH
        matches!(self.code, 5 | 6 | 9 | 56 | 74..=75)
    }

    /// Whether the topic that was meant is not there: UNKNOWN_TOPIC_ID, INCONSISTENT_TOPIC_ID. Without ids a deleted topic is
    /// UNKNOWN_TOPIC_OR_PARTITION, which may also mean that a broker has not heard of it yet.
    pub fn is_other_topic(&self) -> bool {
        matches!(self.code, 100 | 103)
    }

    /// Whether the offset is not there (OFFSET_OUT_OF_RANGE): before the first, or beyond the end.
    pub fn is_out_of_range(&self) -> bool {
        self.code == 1
    }
}

impl Call for messages::FetchRequest {
    const KEY: i16 = 1;
    const NAME: &'static str = "Fetch";
    const REPEATABLE: bool = true;
    const APART: bool = false;
    type Answer = answer::Answer;

    fn read(answer: Bytes, version: i16) -> Result<Self::Answer, String> {
        answer::Answer::read(answer, version)
            .ok_or_else(|| "it is cut short or malformed".to_owned())
    }

    /// The newest that the codec knows; by names alone, the last that has them.
    fn newest(&self) -> i16 {
        let by_name = self.topics.iter().any(|topic| topic.topic_id.is_nil())
            || self
                .forgotten_topics_data
                .iter()
                .any(|topic| topic.topic_id.is_nil());
        if by_name {
            IDS - 1
        } else {
            <Self as kafka_protocol::protocol::Message>::VERSIONS.max
        }
    }
}

impl Client {
    /// Fetches from one broker. Each partition has its own error; an `Err` is about the request as a whole. The broker may take
    /// `max_wait`; `patience` counts on top of it.
    pub async fn fetch(
        &self,
        node: NodeId,
        class: ConnectionClass,
        request: &FetchRequest,
        patience: Duration,
    ) -> Result<Vec<FetchedPartition>, KafkaError> {
        let wire = wire(request);
        let patience = patience.saturating_add(request.max_wait);
        let answer = self
            .call_on(class, &Route::Node(node), &wire, patience)
            .await?;
        if let Some(error) = whole_error(answer.code) {
            return Err(error);
        }
        let names = names(request);
        Ok(partitions(answer, |id| names.get(id).cloned()))
    }
}

/// An error of the whole answer.
fn whole_error(code: i16) -> Option<KafkaError> {
    KafkaError::from_code("Fetch", code, None, "Read", || "cluster".to_owned())
}

/// The request as the codec takes it, outside of any session.
fn wire(request: &FetchRequest) -> messages::FetchRequest {
    let topics = request
        .topics
        .iter()
        .map(|topic| {
            let partitions = topic.partitions.iter().map(wire_partition).collect();
            wire_topic(&topic.name, topic.id.as_ref(), partitions)
        })
        .collect();
    wire_head(request).with_topics(topics)
}

fn wire_head(request: &FetchRequest) -> messages::FetchRequest {
    messages::FetchRequest::default()
        .with_replica_id(BrokerId(-1))
        .with_max_wait_ms(i32::try_from(request.max_wait.as_millis()).unwrap_or(i32::MAX))
        .with_min_bytes(request.min_bytes)
        .with_max_bytes(request.max_bytes)
        .with_isolation_level(match request.isolation {
            Isolation::ReadUncommitted => 0,
            Isolation::ReadCommitted => 1,
        })
}

fn wire_topic(name: &TopicName, id: Option<&TopicId>, partitions: Vec<WirePartition>) -> WireTopic {
    WireTopic::default()
        .with_topic(api::topic_name(name.as_str()))
        .with_topic_id(id.and_then(api::uuid).unwrap_or_default())
        .with_partitions(partitions)
}

fn wire_partition(partition: &FetchPartition) -> WirePartition {
    WirePartition::default()
        .with_partition(partition.partition.0)
        .with_fetch_offset(partition.offset)
        .with_partition_max_bytes(partition.max_bytes)
        .with_current_leader_epoch(partition.leader_epoch.unwrap_or(-1))
}

fn names(request: &FetchRequest) -> HashMap<Uuid, TopicName> {
    request
        .topics
        .iter()
        .filter_map(|topic| Some((api::uuid(topic.id.as_ref()?)?, topic.name.clone())))
        .collect()
}

/// The answer's partitions in own types. Those of topics that nobody asked for are left out.
fn partitions(
    answer: answer::Answer,
    name: impl Fn(&Uuid) -> Option<TopicName>,
) -> Vec<FetchedPartition> {
    let mut out = Vec::new();
    for topic in answer.topics {
        let Some(topic_name) = topic.name.or_else(|| name(&topic.id)) else {
            continue;
        };
        for partition in topic.partitions {
            let error = KafkaError::from_code("Fetch", partition.code, None, "Read", || {
                format!("topic {topic_name}")
            });
            out.push(FetchedPartition {
                topic: topic_name.clone(),
                partition: PartitionId(partition.index),
                code: partition.code,
                error,
                high: partition.high,
                stable: partition.stable,
                first: partition.first,
                aborted: partition.aborted,
                records: partition.records,
                new_leader: partition.leader.map(NodeId),
            });
        }
    }
    out
}
