//! What librdkafka is told. Everything follows from the connection, from the options or from safety.

use super::{Acks, ProducerOptions, fault};
use crate::{
    config::{ClusterConnection, ServerNamePolicy},
    error::{KafkaError, tame},
};
use rdkafka::{ClientContext, config::RDKafkaLogLevel, error::KafkaError as DriverError};
use std::collections::BTreeMap;

/// Settings that a caller may choose by name.
const CHOOSABLE: [&str; 3] = ["compression.level", "linger.ms", "message.max.bytes"];
/// Largest record that librdkafka hands on: the topic's own limit is for the brokers to say.
const LARGEST_RECORD: u32 = 100_000_000;
/// Tries of a record that brokers refuse for the moment. With pauses from 100 ms to a second they end before the default
/// patience does, so that the last refusal is told and not just that time ran out.
const RETRIES: u32 = 8;
/// After so long the brokers abort a transaction that was left open.
const TRANSACTION_TIMEOUT: &str = "30000";

/// Settings by name. Secrets are in it: never to be logged.
pub(super) fn client_config(
    connection: &ClusterConnection,
    options: &ProducerOptions,
    transactional_id: Option<&str>,
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
    let acks = match options.acks {
        Acks::All => "all",
        Acks::Leader => "1",
        Acks::None => "0",
    };
    let mut config = BTreeMap::from([
        ("bootstrap.servers", bootstrap.join(",")),
        ("client.id", connection.client_id.to_string()),
        (
            "security.protocol",
            connection.security_protocol().to_owned(),
        ),
        (
            "enable.idempotence",
            (options.acks == Acks::All).to_string(),
        ),
        ("acks", acks.to_owned()),
        // Kafka's own clients hash with murmur2; librdkafka's default is another hash.
        ("partitioner", "murmur2_random".to_owned()),
        // Brokers may be set to create whatever topic is asked about.
        ("allow.auto.create.topics", "false".to_owned()),
        ("topic.metadata.propagation.max.ms", "3000".to_owned()),
        ("delivery.timeout.ms", patience),
        ("message.send.max.retries", RETRIES.to_string()),
        ("compression.type", options.compression.name().to_owned()),
        ("batch.size", options.largest_batch.max(1).to_string()),
        ("message.max.bytes", LARGEST_RECORD.to_string()),
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
    if let Some(id) = transactional_id {
        config.insert("transactional.id", id.to_owned());
        config.insert("transaction.timeout.ms", TRANSACTION_TIMEOUT.to_owned());
    }
    if let Some(tls) = &connection.tls {
        config.insert("ssl.ca.pem", tls.ca_pem.to_string());
        let check = match tls.server_name {
            ServerNamePolicy::Verify => "https",
            ServerNamePolicy::ChainOnly => "none",
        };
        config.insert("ssl.endpoint.identification.algorithm", check.to_owned());
        if let Some(client) = &tls.client {
            config.insert("ssl.certificate.pem", client.certificate_pem.to_string());
            config.insert("ssl.key.pem", client.key_pem.reveal().to_owned());
        }
    }
    if let Some(sasl) = &connection.sasl {
        config.insert("sasl.mechanism", sasl.mechanism.name().to_owned());
        config.insert("sasl.username", sasl.username.to_string());
        config.insert("sasl.password", sasl.password.reveal().to_owned());
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

/// Kafka's rule for topic names (class `org.apache.kafka.common.internals.Topic`).
pub(super) fn check_name(topic: &str) -> Result<(), KafkaError> {
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
    Err(fault::broker("Produce", 17))
}

/// Takes librdkafka's words into our own log; statistics are off.
pub(super) struct Quiet;

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
    use penstock_domain::record::Codec;

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
            extra: BTreeMap::from([(name.to_owned(), "7".to_owned())]),
            compression: Codec::Zstd,
            ..ProducerOptions::default()
        };
        let config = client_config(&connection(), &with("compression.level"), None).unwrap();
        assert_eq!(config["compression.level"], "7");
        assert_eq!(config["compression.type"], "zstd");
        assert_eq!(config["partitioner"], "murmur2_random");
        assert_eq!(config["allow.auto.create.topics"], "false");
        assert_eq!(config["security.protocol"], "SASL_PLAINTEXT");
        for refused in [
            "ssl.ca.location",
            "plugin.library.paths",
            "acks",
            "allow.auto.create.topics",
            "sasl.jaas.config",
        ] {
            let error = client_config(&connection(), &with(refused), None).unwrap_err();
            assert!(error.to_string().contains(refused));
        }
    }

    #[test]
    fn only_with_all_acknowledgements_a_producer_is_idempotent() {
        for (acks, name, idempotent) in [
            (Acks::All, "all", "true"),
            (Acks::Leader, "1", "false"),
            (Acks::None, "0", "false"),
        ] {
            let options = ProducerOptions {
                acks,
                ..ProducerOptions::default()
            };
            let config = client_config(&connection(), &options, None).unwrap();
            assert_eq!(config["acks"], name);
            assert_eq!(config["enable.idempotence"], idempotent);
        }
    }

    #[test]
    fn names_that_no_topic_can_have_are_refused() {
        for wrong in ["", ".", "..", "a b", "a\0b", "ä", &"x".repeat(250)] {
            assert!(check_name(wrong).is_err(), "{wrong}");
        }
        assert!(check_name("a.b_c-9").is_ok());
    }
}
