//! What can go wrong between the console and a broker, each with a cause for people and, where there is one, a remedy.
//!
//! Errors are cheap to clone: one failed connection answers many waiting calls, and the last error of each data set stands
//! in the snapshot. Text that came from a broker is cut and cleaned (`tame`) before it is kept.

use kafka_protocol::error::ResponseError;
use penstock_domain::time::Timestamp;
use std::{sync::Arc, time::Duration};

/// An error of the wire path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KafkaError {
    /// No connection: refused, reset, closed, name not found.
    #[error("{broker} can't be reached: {cause}")]
    Unreachable {
        /// Which broker, as `node 1 at host:port` or `host:port`.
        broker: Arc<str>,
        /// What the system said.
        cause: String,
        /// Since when, where that is known.
        since: Option<Timestamp>,
    },
    /// The deadline passed.
    #[error("{broker} did not answer within {} ({})", seconds(*.after), .stage.words())]
    Timeout {
        /// Which broker.
        broker: Arc<str>,
        /// What it was asked.
        stage: Stage,
        /// How long was waited.
        after: Duration,
    },
    /// The first answer is not Kafka's.
    #[error("{broker} does not speak Kafka here: {}", .hint.words())]
    NotKafka {
        /// Which address.
        broker: Arc<str>,
        /// What it seems to be instead.
        hint: NotKafkaHint,
    },
    /// The TLS handshake failed.
    #[error("TLS with {broker} failed: {}", .fault.words(.detail))]
    Tls {
        /// Which broker.
        broker: Arc<str>,
        /// What about.
        fault: TlsFault,
        /// In the words of the TLS library.
        detail: String,
    },
    /// The brokers do not accept the identity.
    #[error("{broker} refused {mechanism}: {detail}")]
    Authentication {
        /// Which broker.
        broker: Arc<str>,
        /// `SCRAM-SHA-512`, `PLAIN`, or `SASL` where none was tried.
        mechanism: &'static str,
        /// What about.
        fault: AuthenticationFault,
        /// In the broker's words, or ours.
        detail: String,
    },
    /// The brokers know the identity and deny the act.
    #[error("not allowed: {operation} on {resource}")]
    Authorization {
        /// The operation of the missing ACL: `Describe`.
        operation: &'static str,
        /// On what: `cluster`, `topic orders`.
        resource: String,
    },
    /// A broker answered with an error code.
    #[error("{api} failed with {name}{}", .message.as_deref().map(|m| format!(": {m}")).unwrap_or_default())]
    Broker {
        /// Which request.
        api: &'static str,
        /// The code on the wire.
        code: i16,
        /// Kafka's name of it: `NOT_CONTROLLER`.
        name: String,
        /// The broker's own words.
        message: Option<String>,
    },
    /// The answer does not follow the protocol.
    #[error("the answer of {broker} to {api} could not be read: {cause}")]
    Decode {
        /// Which broker.
        broker: Arc<str>,
        /// Which request.
        api: &'static str,
        /// Why.
        cause: String,
    },
    /// The broker speaks no version of this request that the console knows.
    #[error("{broker} does not offer {api} in a version this console speaks")]
    Unsupported {
        /// Which broker.
        broker: Arc<str>,
        /// Which request.
        api: &'static str,
    },
    /// The connection's own settings can't be used.
    #[error("{field} can't be used: {cause}")]
    Configuration {
        /// Which setting.
        field: &'static str,
        /// Why.
        cause: String,
    },
    /// This client was stopped or its settings replaced while the call was under way.
    #[error("the connection was closed by the console")]
    Stopped,
}

/// What was under way when a deadline passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// TCP.
    Connect,
    /// TLS.
    Handshake,
    /// The first answer of a connection.
    FirstAnswer,
    /// SASL.
    SignIn,
    /// A request, by its name.
    Request(&'static str),
}

impl Stage {
    /// In words, after "did not answer".
    pub const fn words(self) -> &'static str {
        match self {
            Stage::Connect => "connecting",
            Stage::Handshake => "TLS handshake",
            Stage::FirstAnswer => "first answer",
            Stage::SignIn => "signing in",
            Stage::Request(api) => api,
        }
    }
}

/// What answers at a port that is not Kafka's, or not Kafka as it was addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotKafkaHint {
    /// TLS records came back on a plaintext connection.
    SpeaksTls,
    /// Something else than TLS came back to a TLS greeting.
    NotTls,
    /// An HTTP answer.
    Http,
    /// It closed the connection without a word.
    ClosedAtOnce,
    /// Bytes that are no answer to the question.
    OtherBytes,
    /// A first frame larger than any answer could be.
    TooLarge,
    /// The answer is to another question.
    WrongCorrelation,
}

impl NotKafkaHint {
    /// In words, after a colon.
    pub const fn words(self) -> &'static str {
        match self {
            NotKafkaHint::SpeaksTls => "the port expects TLS",
            NotKafkaHint::NotTls => "the port does not speak TLS",
            NotKafkaHint::Http => "an HTTP server answers",
            NotKafkaHint::ClosedAtOnce => "it closed the connection without an answer",
            NotKafkaHint::OtherBytes => "what it answers is no Kafka frame",
            NotKafkaHint::TooLarge => "it announces a first answer larger than Kafka's can be",
            NotKafkaHint::WrongCorrelation => "it answers a question that was not asked",
        }
    }

    const fn remedy(self) -> &'static str {
        match self {
            NotKafkaHint::SpeaksTls => {
                "Use the listener with TLS and give the cluster's CA certificate."
            }
            NotKafkaHint::NotTls => "Use a listener with TLS, or connect to this one without.",
            NotKafkaHint::ClosedAtOnce => {
                "Check that the port belongs to a client listener of a broker, and whether that listener expects TLS."
            }
            NotKafkaHint::Http
            | NotKafkaHint::OtherBytes
            | NotKafkaHint::TooLarge
            | NotKafkaHint::WrongCorrelation => {
                "Check host and port: a client listener of a Kafka broker is needed."
            }
        }
    }
}

/// Why TLS failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// The broker's certificate does not come from the given authority.
    UnknownIssuer,
    /// It is for another name.
    WrongName,
    /// It has run out, or is not valid yet.
    OutOfTime,
    /// The broker wants a client certificate.
    CertificateRequired,
    /// The broker does not accept ours.
    CertificateRefused,
    /// Anything else.
    Other,
}

impl TlsFault {
    fn words(self, detail: &str) -> String {
        match self {
            TlsFault::UnknownIssuer => {
                "its certificate is not issued by the trusted authority".to_owned()
            }
            TlsFault::WrongName => "its certificate is for another name".to_owned(),
            TlsFault::OutOfTime => "its certificate is not valid at this time".to_owned(),
            TlsFault::CertificateRequired => "it asks for a client certificate".to_owned(),
            TlsFault::CertificateRefused => "it refused our client certificate".to_owned(),
            TlsFault::Other => detail.to_owned(),
        }
    }

    const fn remedy(self) -> Option<&'static str> {
        match self {
            TlsFault::UnknownIssuer => Some(
                "Give the CA certificate of this cluster; after a renewal of its CA, the new one.",
            ),
            TlsFault::WrongName => Some(
                "Connect by a name in the certificate, or add this name to the listener's alternative names.",
            ),
            TlsFault::OutOfTime => {
                Some("Renew the broker's certificate, or set the clock of this machine right.")
            }
            TlsFault::CertificateRequired => {
                Some("Use the certificate of a KafkaUser with authentication tls.")
            }
            TlsFault::CertificateRefused => Some(
                "Check that the certificate was issued by this cluster's clients CA and has not run out.",
            ),
            TlsFault::Other => None,
        }
    }
}

/// Why signing in failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthenticationFault {
    /// Wrong user or password.
    Credentials,
    /// The listener does not offer the mechanism.
    Mechanism,
    /// The listener asks for SASL and none is configured.
    Required,
    /// The listener has no SASL at all.
    NotOffered,
    /// The broker could not prove that it knows the password: it may be an impostor.
    Server,
}

impl AuthenticationFault {
    const fn remedy(self) -> &'static str {
        match self {
            AuthenticationFault::Credentials => {
                "Check the KafkaUser: its Secret holds the password in force, and the user operator must have reconciled it."
            }
            AuthenticationFault::Mechanism => {
                "Use a mechanism that this listener offers, or another listener."
            }
            AuthenticationFault::Required => {
                "Give user name and password of a KafkaUser, or use another listener."
            }
            AuthenticationFault::NotOffered => {
                "Connect without SASL, or use the listener that has it."
            }
            AuthenticationFault::Server => {
                "Do not sign in there: the broker did not prove that it knows the password."
            }
        }
    }
}

impl KafkaError {
    /// What helps, as a sentence for people; `None` where nothing general does.
    pub fn remedy(&self) -> Option<String> {
        match self {
            KafkaError::Unreachable { .. } => Some(
                "Check that the broker runs, that its advertised address can be reached from the console, and network policies between them.".to_owned(),
            ),
            KafkaError::Timeout { .. } => Some(
                "The broker may be overloaded or paused, or something between drops packets.".to_owned(),
            ),
            KafkaError::NotKafka { hint, .. } => Some(hint.remedy().to_owned()),
            KafkaError::Tls { fault, .. } => fault.remedy().map(str::to_owned),
            KafkaError::Authentication { fault, .. } => Some(fault.remedy().to_owned()),
            KafkaError::Authorization { operation, resource } => Some(acl_remedy(operation, resource)),
            KafkaError::Unsupported { .. } => {
                Some("The broker is too old or too new for this; upgrade whichever is older.".to_owned())
            }
            KafkaError::Broker { .. }
            | KafkaError::Decode { .. }
            | KafkaError::Configuration { .. }
            | KafkaError::Stopped => None,
        }
    }

    /// Whether the broker could not be talked to at all, as opposed to a broker that answered with an error.
    pub fn is_transport(&self) -> bool {
        match self {
            KafkaError::Unreachable { .. }
            | KafkaError::Timeout { .. }
            | KafkaError::NotKafka { .. }
            | KafkaError::Tls { .. }
            | KafkaError::Authentication { .. }
            | KafkaError::Configuration { .. } => true,
            KafkaError::Authorization { .. }
            | KafkaError::Broker { .. }
            | KafkaError::Decode { .. }
            | KafkaError::Unsupported { .. }
            | KafkaError::Stopped => false,
        }
    }

    /// Whether new credentials could help.
    pub fn is_about_credentials(&self) -> bool {
        match self {
            KafkaError::Authentication { fault, .. } => *fault != AuthenticationFault::Server,
            KafkaError::Tls { fault, .. } => matches!(
                fault,
                TlsFault::UnknownIssuer
                    | TlsFault::CertificateRequired
                    | TlsFault::CertificateRefused
            ),
            _ => false,
        }
    }

    /// How much this error tells when several brokers fail each in its own way; the most telling one is shown.
    pub(crate) fn weight(&self) -> u8 {
        match self {
            KafkaError::Configuration { .. } => 6,
            KafkaError::Authentication { .. } => 5,
            KafkaError::Tls { .. } => 4,
            KafkaError::NotKafka { .. } => 3,
            KafkaError::Timeout { .. } => 1,
            KafkaError::Stopped => 0,
            _ => 2,
        }
    }

    /// The same error, saying since when, where it has a place for that.
    pub(crate) fn with_since(self, at: Timestamp) -> Self {
        match self {
            KafkaError::Unreachable {
                broker,
                cause,
                since: None,
            } => KafkaError::Unreachable {
                broker,
                cause,
                since: Some(at),
            },
            other => other,
        }
    }

    /// From an error code in an answer; `None` for code 0. `operation` and `resource` name the ACL that a denial misses.
    pub(crate) fn from_code(
        api: &'static str,
        code: i16,
        message: Option<&str>,
        operation: &'static str,
        resource: impl FnOnce() -> String,
    ) -> Option<Self> {
        match code {
            0 => None,
            29..=31 | 53 | 65 => Some(KafkaError::Authorization {
                operation,
                resource: resource(),
            }),
            _ => Some(KafkaError::Broker {
                api,
                code,
                name: code_name(code),
                message: message.filter(|text| !text.is_empty()).map(tame),
            }),
        }
    }
}

/// Kafka's name of an error code (`org.apache.kafka.common.protocol.Errors`): `NOT_CONTROLLER`; `error 999` where unknown.
pub fn code_name(code: i16) -> String {
    match ResponseError::try_from_code(code) {
        None => "NONE".to_owned(),
        Some(ResponseError::Unknown(code)) => format!("error {code}"),
        Some(known) => screaming(&known.to_string()),
    }
}

fn screaming(camel: &str) -> String {
    let mut out = String::with_capacity(camel.len() + 8);
    for (index, letter) in camel.chars().enumerate() {
        if index > 0 && letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_uppercase());
    }
    out
}

/// Text from outside, fit for a page or a log line: no control characters, at most 400 characters.
pub fn tame(text: &str) -> String {
    const LONGEST: usize = 400;
    let mut out: String = text
        .chars()
        .take(LONGEST)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

fn acl_remedy(operation: &str, resource: &str) -> String {
    let (kind, name) = resource.split_once(' ').unwrap_or((resource, ""));
    let resource = if kind == "cluster" || name.is_empty() {
        format!("{{type: {kind}}}")
    } else {
        format!("{{type: {kind}, name: {name:?}}}")
    };
    format!(
        "Add to spec.authorization.acls of the console's KafkaUser: {{resource: {resource}, operations: [{operation}]}}"
    )
}

fn seconds(duration: Duration) -> String {
    penstock_domain::units::duration_millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_kafkas_own_names() {
        assert_eq!(code_name(41), "NOT_CONTROLLER");
        assert_eq!(code_name(6), "NOT_LEADER_OR_FOLLOWER");
        assert_eq!(code_name(999), "error 999");
    }

    #[test]
    fn a_denial_names_the_rule_to_add() {
        let error =
            KafkaError::from_code("DescribeLogDirs", 31, None, "Describe", || "cluster".into())
                .unwrap();
        assert_eq!(error.to_string(), "not allowed: Describe on cluster");
        assert!(
            error
                .remedy()
                .unwrap()
                .contains("{resource: {type: cluster}, operations: [Describe]}")
        );
        let error =
            KafkaError::from_code("ListOffsets", 29, None, "Describe", || "topic a b".into())
                .unwrap();
        assert!(
            error
                .remedy()
                .unwrap()
                .contains(r#"{type: topic, name: "a b"}"#)
        );
    }

    #[test]
    fn words_of_brokers_are_cut_and_cleaned() {
        let tamed = tame(&format!("a\r\n\u{1b}[31m{}", "x".repeat(1000)));
        assert!(tamed.chars().count() == 401 && !tamed.contains('\n') && !tamed.contains('\u{1b}'));
    }

    #[test]
    fn a_timeout_says_what_was_waited_for() {
        let error = KafkaError::Timeout {
            broker: "node 1 at b:9092".into(),
            stage: Stage::Request("Metadata"),
            after: Duration::from_secs(3),
        };
        assert_eq!(
            error.to_string(),
            "node 1 at b:9092 did not answer within 3 s (Metadata)"
        );
    }
}
