//! librdkafka's errors as the console's own: by Kafka's name where a broker refused, with the ACL that is missing where one is.

use crate::error::{AuthenticationFault, KafkaError, Stage, code_name, tame};
use rdkafka::error::{KafkaError as DriverError, RDKafkaErrorCode};
use std::{sync::Arc, time::Duration};

/// About what an error is.
pub(super) struct Context<'a> {
    pub broker: &'a Arc<str>,
    pub patience: Duration,
    pub topic: &'a str,
    pub transactional_id: Option<&'a str>,
    /// What was asked: `Produce`, `InitProducerId`, `EndTxn`.
    pub request: &'static str,
}

impl Context<'_> {
    /// The error in own words.
    pub fn explain(&self, error: &DriverError) -> KafkaError {
        let Some(code) = error.rdkafka_error_code() else {
            return unusable(error);
        };
        self.explain_code(code)
    }

    fn explain_code(&self, code: RDKafkaErrorCode) -> KafkaError {
        use RDKafkaErrorCode as Code;
        match code {
            Code::MessageTimedOut
            | Code::QueueFull
            | Code::OperationTimedOut
            | Code::RequestTimedOut => KafkaError::Timeout {
                broker: self.broker.clone(),
                stage: Stage::Request(self.request),
                after: self.patience,
            },
            Code::Authentication => KafkaError::Authentication {
                broker: self.broker.clone(),
                mechanism: "the producer",
                fault: AuthenticationFault::Credentials,
                detail: "see the log for the broker's words".to_owned(),
            },
            Code::BrokerTransportFailure | Code::AllBrokersDown | Code::Resolve => {
                KafkaError::Unreachable {
                    broker: self.broker.clone(),
                    cause: tame(&code.to_string()),
                    since: None,
                }
            }
            Code::TopicAuthorizationFailed => KafkaError::Authorization {
                operation: "Write",
                resource: format!("topic {}", self.topic),
            },
            Code::ClusterAuthorizationFailed => KafkaError::Authorization {
                operation: "IdempotentWrite",
                resource: "cluster".to_owned(),
            },
            Code::TransactionalIdAuthorizationFailed => KafkaError::Authorization {
                operation: "Write",
                resource: format!("transactionalId {}", self.transactional_id.unwrap_or("*")),
            },
            // librdkafka's own words for what brokers have codes for.
            Code::UnknownTopic | Code::UnknownPartition => broker(self.request, 3),
            Code::Fenced => broker(self.request, 90),
            Code::PurgeQueue | Code::PurgeInflight => KafkaError::Stopped,
            other => of_code(self.request, other),
        }
    }
}

/// A broker's refusal by its number.
pub(super) fn broker(api: &'static str, code: i16) -> KafkaError {
    KafkaError::Broker {
        api,
        code,
        name: code_name(code),
        message: None,
    }
}

fn of_code(api: &'static str, code: RDKafkaErrorCode) -> KafkaError {
    // librdkafka's own codes are negative, those of brokers are Kafka's.
    let number = i16::try_from(code as i32).unwrap_or(-1);
    if number > 0 {
        return broker(api, number);
    }
    KafkaError::Broker {
        api,
        code: number,
        name: tame(&code.to_string()),
        message: None,
    }
}

/// An error of librdkafka's settings, without the value that caused it.
pub(super) fn unusable(error: &DriverError) -> KafkaError {
    let cause = match error {
        DriverError::ClientConfig(_, description, name, _) => {
            format!("{}: {}", tame(name), without_values(description))
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

/// librdkafka quotes refused values; they may be secrets.
fn without_values(description: &str) -> String {
    let mut out = String::new();
    for (index, part) in tame(description).split('"').enumerate() {
        // Between the first and the second quote stands what was refused, between the next two the setting's name.
        out.push_str(if index == 1 { "…" } else { part });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(code: RDKafkaErrorCode) -> KafkaError {
        Context {
            broker: &Arc::from("b:9092"),
            patience: Duration::from_secs(10),
            topic: "orders",
            transactional_id: Some("penstock-alice-1"),
            request: "Produce",
        }
        .explain(&DriverError::MessageProduction(code))
    }

    #[test]
    fn refusals_have_kafkas_own_names() {
        for (code, words) in [
            (
                RDKafkaErrorCode::NotEnoughReplicas,
                "Produce failed with NOT_ENOUGH_REPLICAS",
            ),
            (
                RDKafkaErrorCode::MessageSizeTooLarge,
                "Produce failed with MESSAGE_TOO_LARGE",
            ),
            (
                RDKafkaErrorCode::InvalidTimestamp,
                "Produce failed with INVALID_TIMESTAMP",
            ),
            (
                RDKafkaErrorCode::UnknownPartition,
                "Produce failed with UNKNOWN_TOPIC_OR_PARTITION",
            ),
            (
                RDKafkaErrorCode::TopicAuthorizationFailed,
                "not allowed: Write on topic orders",
            ),
            (
                RDKafkaErrorCode::TransactionalIdAuthorizationFailed,
                "not allowed: Write on transactionalId penstock-alice-1",
            ),
        ] {
            assert_eq!(explained(code).to_string(), words);
        }
        assert!(matches!(
            explained(RDKafkaErrorCode::MessageTimedOut),
            KafkaError::Timeout { .. }
        ));
    }
}
