//! Errors of the brokers in the words of Kafka's Java client, because Strimzi copies those into its statuses.

use kafka_protocol::messages::ApiKey;
use kafka_protocol::protocol::StrBytes;
use std::fmt;

/// Code of a topic that is not there.
pub const UNKNOWN_TOPIC: i16 = 3;
/// Code of a topic that is there already.
pub const TOPIC_EXISTS: i16 = 36;
/// Code of a name that no topic may have.
pub const INVALID_TOPIC: i16 = 17;
const UNREACHABLE: i16 = -100;

/// What a broker refused, or that none could be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KafkaFailure {
    /// Code on the wire.
    pub code: i16,
    /// As the Java client tells it: `org.apache.kafka.common.errors.InvalidTopicException: …`.
    pub words: String,
}

impl KafkaFailure {
    /// A broker's error; `None` for success.
    pub fn of(code: i16, message: Option<&StrBytes>) -> Option<Self> {
        if code == 0 {
            return None;
        }
        let (class, usual) = class(code);
        let message = message.map_or_else(|| usual.to_owned(), |message| message.to_string());
        Some(Self {
            code,
            words: format!("org.apache.kafka.common.errors.{class}: {message}"),
        })
    }

    /// A name that Kafka's own client does not even send.
    pub fn unspeakable(name: &str) -> Self {
        let (class, _) = class(INVALID_TOPIC);
        Self {
            code: INVALID_TOPIC,
            words: format!(
                "org.apache.kafka.common.errors.{class}: The given topic name '{name}' cannot be represented in a request."
            ),
        }
    }

    /// No broker answered. The log gets the cause; the Java client says no more than this.
    pub fn unreachable(key: ApiKey, cause: String) -> Self {
        tracing::warn!(?key, cause, "no broker could be asked");
        Self {
            code: UNREACHABLE,
            words: format!(
                "org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a node assignment. Call: {}",
                call_name(key)
            ),
        }
    }

    /// Whether it passes by itself: a new controller or leader is being found. Kafka's own client asks again.
    pub fn passes(&self) -> bool {
        matches!(self.code, 5 | 6 | 7 | 41)
    }

    /// Whether no broker could be asked.
    pub fn is_unreachable(&self) -> bool {
        self.code == UNREACHABLE
    }
}

impl fmt::Display for KafkaFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words)
    }
}

impl std::error::Error for KafkaFailure {}

/// Class and usual message (`org.apache.kafka.common.protocol.Errors`).
const fn class(code: i16) -> (&'static str, &'static str) {
    match code {
        3 => (
            "UnknownTopicOrPartitionException",
            "This server does not host this topic-partition.",
        ),
        5 => (
            "LeaderNotAvailableException",
            "There is no leader for this topic-partition as we are in the middle of a leadership election.",
        ),
        6 => (
            "NotLeaderOrFollowerException",
            "For requests intended only for the leader, this error indicates that the broker is not the current leader. For requests intended for any replica, this error indicates that the broker is not a replica of the topic partition.",
        ),
        7 => ("TimeoutException", "The request timed out."),
        17 => (
            "InvalidTopicException",
            "The request attempted to perform an operation on an invalid topic.",
        ),
        29 => ("TopicAuthorizationException", "Topic authorization failed."),
        31 => (
            "ClusterAuthorizationException",
            "Cluster authorization failed.",
        ),
        36 => (
            "TopicExistsException",
            "Topic with this name already exists.",
        ),
        37 => (
            "InvalidPartitionsException",
            "Number of partitions is below 1.",
        ),
        38 => (
            "InvalidReplicationFactorException",
            "Replication factor is below 1 or larger than the number of available brokers.",
        ),
        40 => ("InvalidConfigurationException", "Configuration is invalid."),
        41 => (
            "NotControllerException",
            "This is not the correct controller for this cluster.",
        ),
        42 => (
            "InvalidRequestException",
            "This most likely occurs because of a request being malformed by the client library or the message was sent to an incompatible broker. See the broker logs for more details.",
        ),
        44 => (
            "PolicyViolationException",
            "Request parameters do not satisfy the configured policy.",
        ),
        54 => (
            "SecurityDisabledException",
            "Security features are disabled.",
        ),
        60 => (
            "ReassignmentInProgressException",
            "A partition reassignment is in progress.",
        ),
        73 => (
            "TopicDeletionDisabledException",
            "Topic deletion is disabled.",
        ),
        _ => (
            "UnknownServerException",
            "The server experienced an unexpected error when processing the request.",
        ),
    }
}

fn call_name(key: ApiKey) -> &'static str {
    match key {
        ApiKey::CreateTopics => "createTopics",
        ApiKey::DeleteTopics => "deleteTopics",
        ApiKey::CreatePartitions => "createPartitions",
        ApiKey::IncrementalAlterConfigs => "incrementalAlterConfigs",
        ApiKey::AlterUserScramCredentials => "alterUserScramCredentials",
        ApiKey::CreateAcls => "createAcls",
        ApiKey::DeleteAcls => "deleteAcls",
        ApiKey::DescribeAcls => "describeAcls",
        ApiKey::AlterClientQuotas => "alterClientQuotas",
        ApiKey::DescribeClientQuotas => "describeClientQuotas",
        _ => "describeConfigs",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_records() {
        let message = StrBytes::from_static_str("Unknown topic config name: no.such.key");
        assert_eq!(
            KafkaFailure::of(40, Some(&message)).unwrap().words,
            "org.apache.kafka.common.errors.InvalidConfigurationException: Unknown topic config name: no.such.key"
        );
        assert_eq!(
            KafkaFailure::of(73, None).unwrap().words,
            "org.apache.kafka.common.errors.TopicDeletionDisabledException: Topic deletion is disabled."
        );
        assert!(KafkaFailure::of(0, None).is_none());
    }
}
