//! Topics of a test, and records written to them just as an application writes them.

use crate::bed::{self, admin};
use penstock_testbed::admin::topics::NewTopic;
use rdkafka::{
    message::{Header, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// A producer as the super user `admin`, with further settings of librdkafka.
pub async fn producer(settings: &[(&str, &str)]) -> FutureProducer {
    let mut config = bed::client_config();
    config.set("message.timeout.ms", "20000");
    for (name, value) in settings {
        config.set(*name, *value);
    }
    config.create().unwrap()
}

/// A topic that only the test knows.
pub struct Topic {
    pub name: String,
    pub partitions: usize,
}

impl Topic {
    /// Makes it anew.
    pub async fn create(name: &str, partitions: i32) -> Self {
        Self::create_with(name, partitions, &[]).await
    }

    /// Makes it anew, with settings. Records of tests are of any time, 1970 too: without a setting of its own it keeps them all, or a
    /// round of the brokers' retention would take them away.
    pub async fn create_with(name: &str, partitions: i32, settings: &[(&str, &str)]) -> Self {
        let admin = admin();
        admin.delete_topic(name).await.unwrap();
        let config = [("retention.ms", "-1")]
            .iter()
            .chain(settings)
            .map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned())))
            .collect();
        let new = NewTopic {
            partitions: Some(partitions),
            replicas: Some(3),
            config,
        };
        bed::eventually(async || admin.create_topic(name, &new).await.ok())
            .await
            .unwrap();
        Self {
            name: name.to_owned(),
            partitions: usize::try_from(partitions).unwrap(),
        }
    }

    /// Writes one record and waits for its acknowledgement.
    pub async fn write(
        &self,
        producer: &FutureProducer,
        partition: i32,
        key: Option<&str>,
        value: Option<&str>,
        timestamp: Option<i64>,
    ) {
        let mut record = FutureRecord::to(&self.name).partition(partition);
        record.key = key;
        record.payload = value;
        record.timestamp = timestamp;
        producer.send(record, PATIENCE).await.unwrap();
    }

    /// Writes one record; the future ends with its acknowledgement.
    pub async fn send(
        &self,
        producer: &FutureProducer,
        partition: i32,
        value: impl AsRef<str>,
        time: i64,
    ) {
        let record: FutureRecord<'_, str, str> = FutureRecord::to(&self.name)
            .partition(partition)
            .payload(value.as_ref())
            .timestamp(time);
        producer.send(record, PATIENCE).await.unwrap();
    }

    /// Writes a value that is no text.
    pub async fn write_bytes(&self, producer: &FutureProducer, value: &[u8]) {
        let record: FutureRecord<'_, [u8], [u8]> =
            FutureRecord::to(&self.name).partition(0).payload(value);
        producer.send(record, PATIENCE).await.unwrap();
    }

    /// Writes a record with headers in this order.
    pub async fn write_with_headers(
        &self,
        producer: &FutureProducer,
        headers: &[(&str, Option<&[u8]>)],
    ) {
        let headers = headers
            .iter()
            .fold(OwnedHeaders::new(), |all, (key, value)| {
                all.insert(Header { key, value: *value })
            });
        let record: FutureRecord<'_, str, str> = FutureRecord::to(&self.name)
            .partition(0)
            .payload("v")
            .headers(headers);
        producer.send(record, PATIENCE).await.unwrap();
    }

    /// Takes it away.
    pub async fn delete(self) {
        admin().delete_topic(&self.name).await.unwrap();
    }
}
