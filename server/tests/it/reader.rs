//! Reads a topic as an application would: by librdkafka's consumer, which shares nothing with the console's own reading.

use crate::{bed, writer::Topic};
use rdkafka::{
    Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    message::Headers,
};
use std::time::{Duration, Instant};

/// Only what committed transactions wrote.
pub const COMMITTED: &str = "read_committed";
/// Everything.
pub const UNCOMMITTED: &str = "read_uncommitted";

const PATIENCE: Duration = Duration::from_secs(20);

/// A record as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    pub partition: i32,
    pub offset: i64,
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<(String, Option<Vec<u8>>)>,
    pub timestamp: Option<i64>,
}

/// Every record of a topic up to its ends as they are now.
pub async fn all(topic: &Topic, isolation: &'static str) -> Vec<Read> {
    let (name, partitions) = (topic.name.clone(), topic.partitions);
    tokio::task::spawn_blocking(move || read(&name, partitions, isolation))
        .await
        .unwrap()
}

fn read(topic: &str, partitions: usize, isolation: &str) -> Vec<Read> {
    let consumer: BaseConsumer = bed::client_config()
        .set("group.id", "test-produce-reader")
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .set("isolation.level", isolation)
        .create()
        .unwrap();
    let mut assignment = TopicPartitionList::new();
    for partition in 0..i32::try_from(partitions).unwrap() {
        assignment
            .add_partition_offset(topic, partition, Offset::Beginning)
            .unwrap();
    }
    consumer.assign(&assignment).unwrap();
    let deadline = Instant::now() + PATIENCE;
    let mut records = Vec::new();
    let mut ended = 0;
    while ended < partitions {
        assert!(Instant::now() < deadline, "{topic} could not be read");
        match consumer.poll(Duration::from_millis(200)) {
            Some(Ok(message)) => records.push(Read {
                partition: message.partition(),
                offset: message.offset(),
                key: message.key().map(<[u8]>::to_vec),
                value: message.payload().map(<[u8]>::to_vec),
                headers: message
                    .headers()
                    .map(|headers| {
                        headers
                            .iter()
                            .map(|header| (header.key.to_owned(), header.value.map(<[u8]>::to_vec)))
                            .collect()
                    })
                    .unwrap_or_default(),
                timestamp: message.timestamp().to_millis(),
            }),
            Some(Err(rdkafka::error::KafkaError::PartitionEOF(_))) => ended += 1,
            // A topic that was made a moment ago is not everywhere yet.
            Some(Err(_)) | None => {}
        }
    }
    records
}
