//! The one path by which records are written: librdkafka's producer, fed by the same connection settings as everything else.
//! Consuming is not here and will not be: librdkafka only produces.
//!
//! Records go to the partition that Kafka's own clients would choose ([`partition_for_key`]). The queue is bounded, every
//! record has a deadline, and a broker's refusal is told by its own name rather than as a deadline that passed. Topics are
//! never created by writing to them. [`Producers`] keeps producers for the next send; [`transact`] writes in a transaction.

mod cache;
mod fault;
mod partition;
mod settings;
mod target;
mod transaction;

pub use self::{
    cache::Producers,
    partition::{murmur2, partition_for_key},
    transaction::{Transacted, transact},
};
pub use penstock_domain::produce::Acks;

use self::settings::{Quiet, check_name, client_config};
use crate::{config::ClusterConnection, error::KafkaError};
use bytes::Bytes;
use penstock_domain::{
    ids::{PartitionId, TopicName},
    record::Codec,
    time::Timestamp,
};
use rdkafka::{
    ClientConfig,
    config::RDKafkaLogLevel,
    error::{KafkaError as DriverError, RDKafkaErrorCode},
    message::{Header, OwnedHeaders},
    producer::{FutureProducer, FutureRecord, future_producer::OwnedDeliveryResult},
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

/// How a producer behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProducerOptions {
    /// Longest time from handing a record over to its acknowledgement.
    pub patience: Duration,
    /// Whose acknowledgement is waited for. Only with [`Acks::All`] the producer is idempotent.
    pub acks: Acks,
    /// How batches are compressed.
    pub compression: Codec,
    /// Bytes of one batch at most, before compression; a larger record has a batch of its own. No larger than the topic's
    /// `max.message.bytes`, or brokers refuse records that would fit one by one.
    pub largest_batch: u32,
    /// Records in the queue at most.
    pub queue_records: u32,
    /// KiB in the queue at most.
    pub queue_kib: u32,
    /// Further settings of librdkafka, out of a short list: compression level, linger, largest record.
    pub extra: BTreeMap<String, String>,
}

impl Default for ProducerOptions {
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(10),
            acks: Acks::All,
            compression: Codec::None,
            largest_batch: 1_000_000,
            queue_records: 10_000,
            queue_kib: 32 * 1024,
            extra: BTreeMap::new(),
        }
    }
}

/// A record to write. `None` is null, which is not the same as empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecord {
    /// Where to.
    pub topic: TopicName,
    /// Which partition; `None`: by the key, as Kafka's own clients do.
    pub partition: Option<PartitionId>,
    /// The key.
    pub key: Option<Bytes>,
    /// The value; `None` is a tombstone in a compacted topic.
    pub value: Option<Bytes>,
    /// Headers in order; names may repeat.
    pub headers: Vec<(String, Option<Bytes>)>,
    /// The record's time in milliseconds after 0; `None`: now. librdkafka takes 0 for now, so 0 is refused.
    pub timestamp: Option<Timestamp>,
}

/// Where a record came to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its partition.
    pub partition: PartitionId,
    /// Its offset; `None` where nobody was asked for an acknowledgement.
    pub offset: Option<i64>,
    /// Its time, as the broker keeps it.
    pub timestamp: Option<Timestamp>,
}

/// A producer. Cheap to clone; the last clone ends it, away from the runtime's threads.
#[derive(Clone)]
pub struct Producer {
    inner: Arc<Inner>,
}

struct Inner {
    /// `None` only while it is being dropped.
    driver: Option<FutureProducer<Quiet>>,
    patience: Duration,
    label: Arc<str>,
    transactional_id: Option<String>,
}

impl Producer {
    /// Makes a producer. Connects in the background; settings that can't be used are told at once.
    pub async fn new(
        connection: &ClusterConnection,
        options: ProducerOptions,
    ) -> Result<Self, KafkaError> {
        Self::make(connection, &options, None).await
    }

    async fn make(
        connection: &ClusterConnection,
        options: &ProducerOptions,
        transactional_id: Option<String>,
    ) -> Result<Self, KafkaError> {
        let config = client_config(connection, options, transactional_id.as_deref())?;
        let mut native = ClientConfig::new();
        native.set_log_level(RDKafkaLogLevel::Warning);
        for (name, value) in &config {
            native.set(*name, value);
        }
        // Starts threads and reads key material.
        let driver = tokio::task::spawn_blocking(move || {
            native.create_with_context::<_, FutureProducer<Quiet>>(Quiet)
        })
        .await
        .map_err(|_| KafkaError::Stopped)?
        .map_err(|error| fault::unusable(&error))?;
        let label = connection
            .bootstrap
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(",");
        Ok(Self {
            inner: Arc::new(Inner {
                driver: Some(driver),
                patience: options.patience,
                label: label.into(),
                transactional_id,
            }),
        })
    }

    /// Writes one record and waits for its acknowledgement.
    pub async fn produce(&self, record: NewRecord) -> Result<Written, KafkaError> {
        let mut results = self.produce_all(std::slice::from_ref(&record)).await;
        results.pop().unwrap_or(Err(KafkaError::Stopped))
    }

    /// Writes records in their order and waits for all acknowledgements: a result for each, in the same order. One that is
    /// refused does not stop the others. Where the queue is full, earlier ones are waited for.
    pub async fn produce_all(&self, records: &[NewRecord]) -> Vec<Result<Written, KafkaError>> {
        let mut results: Vec<Result<Written, KafkaError>> = Vec::with_capacity(records.len());
        let mut under_way = VecDeque::new();
        for (index, record) in records.iter().enumerate() {
            results.push(Err(KafkaError::Stopped));
            let Some(driver) = &self.inner.driver else {
                continue;
            };
            if let Err(error) = check(record) {
                set(&mut results, index, Err(error));
                continue;
            }
            let mut native = Some(native(record));
            while let Some(record_now) = native.take() {
                match driver.send_result(record_now) {
                    Ok(delivery) => under_way.push_back((index, delivery)),
                    Err((DriverError::MessageProduction(RDKafkaErrorCode::QueueFull), back))
                        if !under_way.is_empty() =>
                    {
                        if let Some((earlier, delivery)) = under_way.pop_front() {
                            let told = self.told(records, earlier, delivery.await.ok());
                            set(&mut results, earlier, told);
                        }
                        native = Some(back);
                    }
                    Err((error, _)) => {
                        let refused = self.refused(record.topic.as_str(), &error);
                        set(&mut results, index, Err(refused));
                    }
                }
            }
        }
        for (index, delivery) in under_way {
            let told = self.told(records, index, delivery.await.ok());
            set(&mut results, index, told);
        }
        results
    }

    /// A delivery report in own words; `None` where the producer ended before it came.
    fn told(
        &self,
        records: &[NewRecord],
        index: usize,
        report: Option<OwnedDeliveryResult>,
    ) -> Result<Written, KafkaError> {
        match report {
            None => Err(KafkaError::Stopped),
            Some(Ok(delivery)) => Ok(Written {
                partition: PartitionId(delivery.partition),
                // Negative where nobody acknowledged.
                offset: (delivery.offset >= 0).then_some(delivery.offset),
                timestamp: delivery.timestamp.to_millis().map(Timestamp),
            }),
            Some(Err((error, _))) => {
                let topic = records
                    .get(index)
                    .map_or("", |record| record.topic.as_str());
                Err(self.refused(topic, &error))
            }
        }
    }

    fn refused(&self, topic: &str, error: &DriverError) -> KafkaError {
        let id = self.inner.transactional_id.as_deref();
        fault::Context {
            broker: &self.inner.label,
            patience: self.inner.patience,
            topic,
            transactional_id: id,
            request: "Produce",
        }
        .explain(error)
    }
}

fn set(
    results: &mut [Result<Written, KafkaError>],
    index: usize,
    result: Result<Written, KafkaError>,
) {
    if let Some(place) = results.get_mut(index) {
        *place = result;
    }
}

/// What librdkafka would take wrongly or panic at.
fn check(record: &NewRecord) -> Result<(), KafkaError> {
    check_name(record.topic.as_str())?;
    match record.timestamp {
        Some(Timestamp(time)) if time <= 0 => Err(KafkaError::Configuration {
            field: "the record's time",
            cause: "it must lie after 1970-01-01T00:00:00Z".to_owned(),
        }),
        _ => Ok(()),
    }
}

fn native(record: &NewRecord) -> FutureRecord<'_, [u8], [u8]> {
    let mut native = FutureRecord::to(record.topic.as_str());
    native.partition = record.partition.map(|partition| partition.0);
    native.key = record.key.as_deref();
    native.payload = record.value.as_deref();
    native.timestamp = record.timestamp.map(|time| time.0);
    if !record.headers.is_empty() {
        let headers = record.headers.iter().fold(
            OwnedHeaders::new_with_capacity(record.headers.len()),
            |headers, (name, value)| {
                headers.insert(Header {
                    key: name,
                    value: value.as_deref(),
                })
            },
        );
        native.headers = Some(headers);
    }
    native
}

impl std::fmt::Debug for Producer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Producer")
            .field("brokers", &self.inner.label)
            .finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Dropping waits for librdkafka's threads, up to half a second.
        let driver = self.driver.take();
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || drop(driver))),
            Err(_) => drop(driver),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{HostPort, Sasl, SaslMechanism, Secret};

    fn record() -> NewRecord {
        NewRecord {
            topic: "t".into(),
            partition: None,
            key: None,
            value: Some(Bytes::from_static(b"v")),
            headers: vec![("a".into(), None), ("a".into(), Some(Bytes::new()))],
            timestamp: None,
        }
    }

    fn impatient() -> ProducerOptions {
        ProducerOptions {
            patience: Duration::from_millis(300),
            ..ProducerOptions::default()
        }
    }

    #[tokio::test]
    async fn a_setting_that_cannot_be_used_is_told_without_secrets() {
        let connection = ClusterConnection {
            sasl: Some(Sasl {
                mechanism: SaslMechanism::ScramSha512,
                username: "u".into(),
                password: Secret::new("hunter2"),
            }),
            ..ClusterConnection::plain(vec![HostPort::new("127.0.0.1", 1)])
        };
        let options = ProducerOptions {
            extra: BTreeMap::from([("compression.level".to_owned(), "hunter2".to_owned())]),
            ..ProducerOptions::default()
        };
        let error = Producer::new(&connection, options).await.unwrap_err();
        assert!(matches!(error, KafkaError::Configuration { .. }));
        assert!(error.to_string().contains("compression"), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
        let producer = Producer::new(&connection, ProducerOptions::default())
            .await
            .unwrap();
        assert!(!format!("{producer:?}").contains("hunter2"));
    }

    #[tokio::test]
    async fn records_that_cannot_be_delivered_meet_their_deadline_each_with_its_reason() {
        let plain = ClusterConnection::plain(vec![HostPort::new("127.0.0.1", 1)]);
        let producer = Producer::new(&plain, impatient()).await.unwrap();
        let mut without_topic = record();
        without_topic.topic = "a\0b".into();
        let mut at_zero = record();
        at_zero.timestamp = Some(Timestamp(0));
        let results = producer
            .produce_all(&[record(), without_topic, at_zero, record()])
            .await;
        let [first, second, third, fourth] = &results[..] else {
            panic!("a result for each record");
        };
        for result in [first, fourth] {
            assert!(
                matches!(
                    result,
                    Err(KafkaError::Timeout { .. } | KafkaError::Unreachable { .. })
                ),
                "{result:?}"
            );
        }
        assert_eq!(
            second.as_ref().unwrap_err().to_string(),
            "Produce failed with INVALID_TOPIC_EXCEPTION"
        );
        assert!(third.as_ref().unwrap_err().to_string().contains("1970"));
    }

    #[tokio::test]
    async fn a_full_queue_is_waited_for() {
        let plain = ClusterConnection::plain(vec![HostPort::new("127.0.0.1", 1)]);
        let options = ProducerOptions {
            queue_records: 2,
            ..impatient()
        };
        let producer = Producer::new(&plain, options).await.unwrap();
        let records: Vec<NewRecord> = (0..5).map(|_| record()).collect();
        let results = producer.produce_all(&records).await;
        assert_eq!(results.len(), 5);
        // Nobody answers, so each meets its deadline; none is refused for want of room.
        assert!(results.iter().all(|result| matches!(
            result,
            Err(KafkaError::Timeout { .. } | KafkaError::Unreachable { .. })
        )));
    }
}
