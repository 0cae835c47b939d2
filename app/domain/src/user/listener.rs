//! Whether a user can connect, listener by listener: does the listener take what the user has to show?
//!
//! Pure. Rules: Strimzi's `spec.kafka.listeners[].authentication` (`scram-sha-512`, `tls`, `oauth`, `custom`, none) against the
//! user's mechanisms. Where a listener asks for nothing, everybody is `User:ANONYMOUS` there, so that the user's rules don't count.

use super::credential::Mechanism;
use crate::cluster::Listener;
use serde::{Deserialize, Serialize};

/// Whether one listener takes a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListenerAnswer {
    /// Its name.
    pub listener: String,
    /// Its port inside of the cluster.
    pub port: Option<i32>,
    /// Where a client begins: `host:port`.
    pub bootstrap: Option<String>,
    /// Whether what passes is encrypted.
    pub tls: bool,
    /// What comes of it.
    pub outcome: ConnectOutcome,
    /// The same as a sentence without its full stop.
    pub why: String,
}

/// What comes of a user connecting to a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ConnectOutcome {
    /// It is let in under its name.
    Accepted,
    /// It gets in, and is nobody there.
    Anonymous,
    /// It is not let in.
    Refused,
    /// The listener asks in a way that is not known here.
    Unknown,
}

/// Asks every listener.
pub fn answers(listeners: &[Listener], mechanisms: &[Mechanism]) -> Vec<ListenerAnswer> {
    listeners
        .iter()
        .map(|listener| {
            let (outcome, why) = answer(listener.authentication.as_deref(), mechanisms);
            ListenerAnswer {
                listener: listener.name.clone(),
                port: listener.port,
                bootstrap: listener.bootstrap.clone(),
                tls: listener.tls,
                outcome,
                why,
            }
        })
        .collect()
}

fn answer(asked: Option<&str>, mechanisms: &[Mechanism]) -> (ConnectOutcome, String) {
    let certificate = mechanisms
        .iter()
        .any(|mechanism| matches!(mechanism, Mechanism::Tls | Mechanism::TlsExternal));
    match asked {
        None => (
            ConnectOutcome::Anonymous,
            "asks for nothing; everybody is User:ANONYMOUS there".to_owned(),
        ),
        Some("scram-sha-512") if mechanisms.contains(&Mechanism::ScramSha512) => {
            (ConnectOutcome::Accepted, "SCRAM-SHA-512".to_owned())
        }
        Some("scram-sha-512") => (
            ConnectOutcome::Refused,
            "asks for SCRAM-SHA-512; this user has no password".to_owned(),
        ),
        Some("tls") if certificate => (
            ConnectOutcome::Accepted,
            "mTLS with a client certificate".to_owned(),
        ),
        Some("tls") => (
            ConnectOutcome::Refused,
            "asks for a client certificate; this user has none".to_owned(),
        ),
        Some("oauth") => (
            ConnectOutcome::Refused,
            "asks for a token of an OAuth provider; a KafkaUser has none".to_owned(),
        ),
        Some(other) => (
            ConnectOutcome::Unknown,
            format!("asks in a way of its own ({other}); the console can't tell"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_opens_what_asks_for_one() {
        let scram = [Mechanism::ScramSha512];
        let outcome = |asked: Option<&str>, has: &[Mechanism]| answer(asked, has).0;
        assert_eq!(
            outcome(Some("scram-sha-512"), &scram),
            ConnectOutcome::Accepted
        );
        assert_eq!(outcome(Some("tls"), &scram), ConnectOutcome::Refused);
        assert_eq!(
            outcome(Some("tls"), &[Mechanism::TlsExternal]),
            ConnectOutcome::Accepted
        );
        assert_eq!(outcome(None, &scram), ConnectOutcome::Anonymous);
        assert_eq!(outcome(Some("oauth"), &scram), ConnectOutcome::Refused);
        assert_eq!(outcome(Some("custom"), &scram), ConnectOutcome::Unknown);
        assert_eq!(
            outcome(Some("scram-sha-512"), &[Mechanism::ScramSha256]),
            ConnectOutcome::Refused,
            "Strimzi's listeners take SHA-512 only"
        );
    }
}
