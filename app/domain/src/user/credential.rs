//! How a principal shows who it is, and what is kept of that where: never the password or the key itself, except in [`Revealed`],
//! which is made for one answer to one question.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How a client shows who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Mechanism {
    /// SCRAM with SHA-256; Strimzi makes none.
    ScramSha256,
    /// SCRAM with SHA-512, `authentication.type: scram-sha-512`.
    ScramSha512,
    /// A client certificate that the user operator issues, `authentication.type: tls`.
    Tls,
    /// A client certificate of another authority, `authentication.type: tls-external`.
    TlsExternal,
}

impl Mechanism {
    /// Every one.
    pub const ALL: [Self; 4] = [
        Self::ScramSha256,
        Self::ScramSha512,
        Self::Tls,
        Self::TlsExternal,
    ];

    /// As people write it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha512 => "SCRAM-SHA-512",
            Self::Tls => "mTLS",
            Self::TlsExternal => "mTLS, external",
        }
    }

    /// As filters and the API write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ScramSha256 => "scram-sha-256",
            Self::ScramSha512 => "scram-sha-512",
            Self::Tls => "tls",
            Self::TlsExternal => "tls-external",
        }
    }

    /// `spec.authentication.type` of a KafkaUser.
    pub fn of_resource(kind: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|mechanism| mechanism.name() == kind)
    }

    /// `DescribeUserScramCredentials`: 1 and 2 (`org.apache.kafka.clients.admin.ScramMechanism`).
    pub const fn of_scram_code(code: i8) -> Option<Self> {
        match code {
            1 => Some(Self::ScramSha256),
            2 => Some(Self::ScramSha512),
            _ => None,
        }
    }

    /// Whether it is a password.
    pub const fn is_scram(self) -> bool {
        matches!(self, Self::ScramSha256 | Self::ScramSha512)
    }
}

/// That the brokers know a password of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ScramCredential {
    /// For which mechanism.
    pub mechanism: Mechanism,
    /// Rounds of hashing.
    pub iterations: i32,
}

/// What a user's Secret tells without telling what it holds. Read with the right of who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SecretFacts {
    /// `namespace/name`
    pub name: String,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When its content was last written, as `metadata.managedFields` tells.
    pub written: Option<Timestamp>,
    /// Its keys, by name.
    pub keys: Vec<String>,
    /// When the client certificate in it ends.
    pub certificate_ends: Option<Timestamp>,
}

/// What is shown of a Secret, by which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum RevealForm {
    /// The password alone.
    Password,
    /// `client.properties` of the Java client.
    Properties,
    /// Certificate and key, PEM.
    Pem,
}

impl RevealForm {
    /// As the log of who did what writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Properties => "client properties",
            Self::Pem => "certificate and key",
        }
    }
}

/// Credentials, for the one who asked; not kept, not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Revealed {
    /// The text to show and copy.
    pub text: String,
}

impl std::fmt::Debug for Revealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Revealed(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_revealed_is_not_printed() {
        let revealed = Revealed {
            text: "hunter2".to_owned(),
        };
        assert_eq!(format!("{revealed:?}"), "Revealed(…)");
        assert_eq!(Mechanism::of_resource("tls"), Some(Mechanism::Tls));
        assert_eq!(Mechanism::of_scram_code(2), Some(Mechanism::ScramSha512));
    }
}
