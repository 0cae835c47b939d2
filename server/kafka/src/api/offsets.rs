//! ListOffsets: first, last stable and end offsets, offsets by time.

use super::topic_name;
use crate::{
    client::{Client, Route},
    error::KafkaError,
};
use kafka_protocol::messages::{
    BrokerId, ListOffsetsRequest,
    list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic},
};
use penstock_domain::{
    ids::{NodeId, TopicName},
    time::Timestamp,
};
use std::time::Duration;

/// Which offset is asked for (Kafka class `ListOffsetsRequest`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetSpec {
    /// The first that is still there.
    Earliest,
    /// The end: the high watermark.
    End,
    /// The last stable offset: the end for read-committed readers.
    Stable,
    /// The record with the greatest timestamp (KIP-734).
    MaxTimestamp,
    /// The first record at or after a time.
    At(Timestamp),
}

impl OffsetSpec {
    const fn timestamp(self) -> i64 {
        match self {
            OffsetSpec::End | OffsetSpec::Stable => -1,
            OffsetSpec::Earliest => -2,
            OffsetSpec::MaxTimestamp => -3,
            OffsetSpec::At(time) => time.0,
        }
    }

    const fn isolation(self) -> i8 {
        match self {
            OffsetSpec::Stable => 1,
            _ => 0,
        }
    }
}

/// Partitions of one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicPartitions {
    /// The topic.
    pub topic: TopicName,
    /// Its partitions by number.
    pub partitions: Vec<i32>,
}

/// What a leader says of one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedOffset {
    /// Partition number.
    pub partition: i32,
    /// Error code; 0 is none.
    pub code: i16,
    /// The offset; -1: there is none, as for a time after the last record.
    pub offset: i64,
    /// Timestamp of the record, where one was looked for.
    pub timestamp: i64,
}

impl Client {
    /// Asks one leader for one kind of offset of many of its partitions, in one request.
    pub async fn list_offsets(
        &self,
        leader: NodeId,
        spec: OffsetSpec,
        partitions: &[TopicPartitions],
        patience: Duration,
    ) -> Result<Vec<(TopicName, Vec<ListedOffset>)>, KafkaError> {
        let topics = partitions
            .iter()
            .map(|topic| {
                ListOffsetsTopic::default()
                    .with_name(topic_name(topic.topic.as_str()))
                    .with_partitions(
                        topic
                            .partitions
                            .iter()
                            .map(|number| {
                                ListOffsetsPartition::default()
                                    .with_partition_index(*number)
                                    .with_timestamp(spec.timestamp())
                            })
                            .collect(),
                    )
            })
            .collect();
        let request = ListOffsetsRequest::default()
            .with_replica_id(BrokerId(-1))
            .with_isolation_level(spec.isolation())
            .with_timeout_ms(i32::try_from(patience.as_millis()).unwrap_or(i32::MAX))
            .with_topics(topics);
        let answer = self.call(&Route::Node(leader), &request, patience).await?;
        Ok(answer
            .topics
            .into_iter()
            .map(|topic| {
                let listed = topic
                    .partitions
                    .iter()
                    .map(|partition| ListedOffset {
                        partition: partition.partition_index,
                        code: partition.error_code,
                        offset: partition.offset,
                        timestamp: partition.timestamp,
                    })
                    .collect();
                (TopicName::new(&*topic.name.0), listed)
            })
            .collect())
    }
}
