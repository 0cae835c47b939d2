//! The one path by which records are written: librdkafka's idempotent producer, fed by the same connection settings as
//! everything else. Consuming is not here and will not be: librdkafka only produces.
//!
//! Records go to the partition that Kafka's own clients would choose. The queue is bounded and every record has a deadline.

use crate::{
    config::{ClusterConnection, ServerNamePolicy},
    error::{KafkaError, Stage, code_name, tame},
};
use bytes::Bytes;
use penstock_domain::{
    ids::{PartitionId, TopicName},
    time::Timestamp,
};
use rdkafka::{
    ClientConfig, ClientContext,
    config::RDKafkaLogLevel,
    error::{KafkaError as DriverError, RDKafkaErrorCode},
    message::{Header, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
    util::Timeout,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Settings that a caller may choose; everything else follows from the connection or from safety.
const CHOOSABLE: [&str; 4] = [
    "compression.type",
    "compression.level",
    "linger.ms",
    "message.max.bytes",
];

/// How a producer behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProducerOptions {
    /// Longest time from handing a record over to its acknowledgement.
    pub patience: Duration,
    /// Records in the queue at most.
    pub queue_records: u32,
    /// KiB in the queue at most.
    pub queue_kib: u32,
    /// Further settings of librdkafka, out of a short list: compression, linger, largest record.
    pub extra: BTreeMap<String, String>,
}

impl Default for ProducerOptions {
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(10),
            queue_records: 10_000,
            queue_kib: 16 * 1024,
            extra: BTreeMap::new(),
        }
    }
}

/// A record to write. `None` is null, which is not the same as empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecord {
    /// Where to. The caller checks that the topic exists: brokers may be set to create what is written to.
    pub topic: TopicName,
    /// Which partition; `None`: by the key, as Kafka's own clients do.
    pub partition: Option<PartitionId>,
    /// The key.
    pub key: Option<Bytes>,
    /// The value; `None` is a tombstone in a compacted topic.
    pub value: Option<Bytes>,
    /// Headers in order; names may repeat.
    pub headers: Vec<(String, Option<Bytes>)>,
    /// The record's time; `None`: now.
    pub timestamp: Option<Timestamp>,
}

/// Where a record came to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its partition.
    pub partition: PartitionId,
    /// Its offset.
    pub offset: i64,
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
}

impl Producer {
    /// Makes a producer. Connects in the background; settings that can't be used are told at once.
    pub async fn new(
        connection: &ClusterConnection,
        options: ProducerOptions,
    ) -> Result<Self, KafkaError> {
        let config = client_config(connection, &options)?;
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
        .map_err(|error| unusable(&error))?;
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
            }),
        })
    }

    /// Writes one record and waits for the acknowledgement of all in-sync replicas.
    pub async fn produce(&self, record: NewRecord) -> Result<Written, KafkaError> {
        let topic = record.topic.as_str();
        check_name(topic)?;
        let mut native: FutureRecord<'_, [u8], [u8]> = FutureRecord::to(topic);
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
        let Some(driver) = &self.inner.driver else {
            return Err(KafkaError::Stopped);
        };
        match driver
            .send(native, Timeout::After(self.inner.patience))
            .await
        {
            Ok(delivery) => Ok(Written {
                partition: PartitionId(delivery.partition),
                offset: delivery.offset,
                timestamp: delivery.timestamp.to_millis().map(Timestamp),
            }),
            Err((error, _)) => Err(self.refused(topic, &error)),
        }
    }

    fn refused(&self, topic: &str, error: &DriverError) -> KafkaError {
        let timeout = || KafkaError::Timeout {
            broker: self.inner.label.clone(),
            stage: Stage::Request("Produce"),
            after: self.inner.patience,
        };
        let Some(code) = error.rdkafka_error_code() else {
            return unusable(error);
        };
        match code {
            RDKafkaErrorCode::MessageTimedOut
            | RDKafkaErrorCode::QueueFull
            | RDKafkaErrorCode::OperationTimedOut
            | RDKafkaErrorCode::RequestTimedOut => timeout(),
            RDKafkaErrorCode::Authentication => KafkaError::Authentication {
                broker: self.inner.label.clone(),
                mechanism: "the producer",
                fault: crate::error::AuthenticationFault::Credentials,
                detail: "see the log for the broker's words".to_owned(),
            },
            RDKafkaErrorCode::BrokerTransportFailure
            | RDKafkaErrorCode::AllBrokersDown
            | RDKafkaErrorCode::Resolve => KafkaError::Unreachable {
                broker: self.inner.label.clone(),
                cause: tame(&code.to_string()),
                since: None,
            },
            RDKafkaErrorCode::TopicAuthorizationFailed => KafkaError::Authorization {
                operation: "Write",
                resource: format!("topic {topic}"),
            },
            RDKafkaErrorCode::ClusterAuthorizationFailed => KafkaError::Authorization {
                operation: "IdempotentWrite",
                resource: "cluster".to_owned(),
            },
            other => broker_error(other),
        }
    }
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

/// What librdkafka is told, by name. Secrets are in it: never to be logged.
fn client_config(
    connection: &ClusterConnection,
    options: &ProducerOptions,
) -> Result<BTreeMap<&'static str, String>, KafkaError> {
    if connection.bootstrap.is_empty() {
        return Err(KafkaError::Configuration {
            field: "bootstrap",
            cause: "there is no address".to_owned(),
        });
    }
    let bootstrap: Vec<String> = connection
        .bootstrap
        .iter()
        .map(ToString::to_string)
        .collect();
    let patience = options.patience.as_millis().to_string();
    let mut config = BTreeMap::from([
        ("bootstrap.servers", bootstrap.join(",")),
        ("client.id", connection.client_id.to_string()),
        (
            "security.protocol",
            connection.security_protocol().to_owned(),
        ),
        ("enable.idempotence", "true".to_owned()),
        ("acks", "all".to_owned()),
        // Kafka's own clients hash with murmur2; librdkafka's default is another hash.
        ("partitioner", "murmur2_random".to_owned()),
        ("delivery.timeout.ms", patience.clone()),
        (
            "queue.buffering.max.messages",
            options.queue_records.max(1).to_string(),
        ),
        (
            "queue.buffering.max.kbytes",
            options.queue_kib.max(1).to_string(),
        ),
        ("socket.connection.setup.timeout.ms", "3000".to_owned()),
        ("enable.metrics.push", "false".to_owned()),
        ("log.connection.close", "false".to_owned()),
    ]);
    if let Some(tls) = &connection.tls {
        config.insert("ssl.ca.pem", tls.ca_pem.to_string());
        let check = match tls.server_name {
            ServerNamePolicy::Verify => "https",
            ServerNamePolicy::ChainOnly => "none",
        };
        config.insert("ssl.endpoint.identification.algorithm", check.to_owned());
        if let Some(client) = &tls.client {
            config.insert("ssl.certificate.pem", client.certificate_pem.to_string());
            config.insert("ssl.key.pem", client.key_pem.expose().to_owned());
        }
    }
    if let Some(sasl) = &connection.sasl {
        config.insert("sasl.mechanism", sasl.mechanism.name().to_owned());
        config.insert("sasl.username", sasl.username.to_string());
        config.insert("sasl.password", sasl.password.expose().to_owned());
    }
    for (name, value) in &options.extra {
        let known = CHOOSABLE
            .iter()
            .find(|known| *known == name)
            .ok_or_else(|| KafkaError::Configuration {
                field: "the producer's settings",
                cause: format!(
                    "{} may not be set; only {} may",
                    tame(name),
                    CHOOSABLE.join(", ")
                ),
            })?;
        config.insert(known, value.clone());
    }
    Ok(config)
}

/// Kafka's rule for topic names (class `org.apache.kafka.common.internals.Topic`). librdkafka panics on a NUL in a name.
fn check_name(topic: &str) -> Result<(), KafkaError> {
    let legal = !topic.is_empty()
        && topic.len() <= 249
        && topic != "."
        && topic != ".."
        && topic
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    if legal {
        return Ok(());
    }
    Err(KafkaError::Broker {
        api: "Produce",
        code: 17,
        name: code_name(17),
        message: None,
    })
}

fn broker_error(code: RDKafkaErrorCode) -> KafkaError {
    // librdkafka's own codes are negative, those of brokers are Kafka's.
    let number = i16::try_from(code as i32).unwrap_or(-1);
    KafkaError::Broker {
        api: "Produce",
        code: number,
        name: if number > 0 {
            code_name(number)
        } else {
            tame(&code.to_string())
        },
        message: None,
    }
}

/// An error of librdkafka's settings, without the value that caused it.
fn unusable(error: &DriverError) -> KafkaError {
    let cause = match error {
        DriverError::ClientConfig(_, description, name, _) => {
            format!("{name}: {}", tame(description))
        }
        DriverError::ClientCreation(description) => tame(description),
        DriverError::Nul(_) => "a value has a zero byte in it".to_owned(),
        other => tame(&other.to_string()),
    };
    KafkaError::Configuration {
        field: "the producer's settings",
        cause,
    }
}

/// Takes librdkafka's words into our own log; statistics are off.
struct Quiet;

impl ClientContext for Quiet {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        match level {
            RDKafkaLogLevel::Emerg
            | RDKafkaLogLevel::Alert
            | RDKafkaLogLevel::Critical
            | RDKafkaLogLevel::Error
            | RDKafkaLogLevel::Warning => {
                tracing::warn!(facility, message = %tame(message), "librdkafka");
            }
            _ => tracing::debug!(facility, message = %tame(message), "librdkafka"),
        }
    }

    fn error(&self, error: DriverError, reason: &str) {
        tracing::warn!(%error, reason = %tame(reason), "librdkafka");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{HostPort, Sasl, SaslMechanism, Secret};

    fn connection() -> ClusterConnection {
        ClusterConnection {
            sasl: Some(Sasl {
                mechanism: SaslMechanism::ScramSha512,
                username: "u".into(),
                password: Secret::new("hunter2"),
            }),
            ..ClusterConnection::plain(vec![HostPort::new("127.0.0.1", 1)])
        }
    }

    #[test]
    fn only_listed_settings_may_be_chosen() {
        let with = |name: &str| ProducerOptions {
            extra: BTreeMap::from([(name.to_owned(), "zstd".to_owned())]),
            ..ProducerOptions::default()
        };
        let config = client_config(&connection(), &with("compression.type")).unwrap();
        assert_eq!(config["compression.type"], "zstd");
        assert_eq!(config["partitioner"], "murmur2_random");
        assert_eq!(config["security.protocol"], "SASL_PLAINTEXT");
        for refused in [
            "ssl.ca.location",
            "plugin.library.paths",
            "acks",
            "sasl.jaas.config",
        ] {
            let error = client_config(&connection(), &with(refused)).unwrap_err();
            assert!(error.to_string().contains(refused));
        }
    }

    #[tokio::test]
    async fn a_setting_that_cannot_be_used_is_told_without_secrets() {
        let options = ProducerOptions {
            extra: BTreeMap::from([("compression.type".to_owned(), "hunter2".to_owned())]),
            ..ProducerOptions::default()
        };
        let error = Producer::new(&connection(), options).await.unwrap_err();
        assert!(matches!(error, KafkaError::Configuration { .. }));
        assert!(error.to_string().contains("compression"), "{error}");
        let producer = Producer::new(&connection(), ProducerOptions::default())
            .await
            .unwrap();
        assert!(!format!("{producer:?}").contains("hunter2"));
    }

    #[tokio::test]
    async fn a_record_that_cannot_be_delivered_meets_its_deadline() {
        let options = ProducerOptions {
            patience: Duration::from_millis(300),
            ..ProducerOptions::default()
        };
        let plain = ClusterConnection::plain(vec![HostPort::new("127.0.0.1", 1)]);
        let producer = Producer::new(&plain, options).await.unwrap();
        let mut record = NewRecord {
            topic: "t".into(),
            partition: None,
            key: None,
            value: Some(Bytes::from_static(b"v")),
            headers: vec![("a".into(), None), ("a".into(), Some(Bytes::new()))],
            timestamp: None,
        };
        let error = producer.produce(record.clone()).await.unwrap_err();
        assert!(
            matches!(
                error,
                KafkaError::Timeout { .. } | KafkaError::Unreachable { .. }
            ),
            "{error}"
        );
        record.topic = "a\0b".into();
        let error = producer.produce(record).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "Produce failed with INVALID_TOPIC_EXCEPTION"
        );
    }
}
