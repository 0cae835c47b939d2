//! Which listener the console uses, and with what.
//!
//! With a credential: a listener that accepts its kind, TLS before plaintext, internal before external ones, else in the
//! order of declaration. Without one, or where none accepts it: a listener that asks nobody who he is, unless the cluster
//! has authorization and a listener that does ask; there an anonymous console would be refused everything, and a KafkaUser
//! is what helps.

use super::kafka_user::{Ceiling, kafka_user_yaml};
use crate::{
    credentials::{CONSOLE_USER, CredentialKind, CredentialState, SecretRef},
    resource::{Kafka, KafkaUser, kafka::DeclaredListener},
};
use penstock_domain::condition::ReadinessState;

/// What the console can do about connecting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// It can.
    Connect(ConnectionPlan),
    /// It has no credential that a listener accepts.
    NoCredentials {
        /// Cause in a sentence.
        why: String,
        /// The KafkaUser to create, ready to copy.
        kafka_user_yaml: String,
    },
    /// Something has to happen first that the operator does by itself: addresses or certificates are not in the status yet.
    NotYet {
        /// Cause in a sentence.
        why: String,
    },
}

/// Where and how to connect. Two equal plans with the same Secret version lead to the same connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionPlan {
    /// Name of the listener.
    pub listener: String,
    /// `host:port,host:port`
    pub bootstrap: String,
    /// PEM certificates to trust; `None`: no TLS.
    pub trust: Option<String>,
    /// How the console says who it is.
    pub authentication: PlannedAuthentication,
    /// What brokers will see: `User:penstock`, `User:CN=penstock`, `User:ANONYMOUS`.
    pub principal: String,
}

/// How the console says who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlannedAuthentication {
    /// Not at all.
    None,
    /// SCRAM-SHA-512 with the password of this Secret.
    Scram(SecretRef),
    /// The certificate of this Secret.
    Tls(SecretRef),
}

/// Decides. `credential` is what the Secret `penstock` in [`Kafka::user_namespace`] says, `user` the KafkaUser of that name.
pub fn plan(kafka: &Kafka, user: Option<&KafkaUser>, credential: &CredentialState) -> Plan {
    if kafka.body.listeners.is_empty() {
        return Plan::NotYet {
            why: "The cluster declares no listener.".to_owned(),
        };
    }
    if let Some(kind) = credential.kind()
        && let Some(listener) = best(kafka, |listener| accepted_kind(listener) == Some(kind))
    {
        return connect(kafka, listener, Some(kind));
    }
    let asks = best(kafka, |listener| accepted_kind(listener).is_some());
    let open = best(kafka, |listener| listener.authentication.is_none());
    match (open, asks) {
        (Some(open), asks) if kafka.body.authorization.is_none() || asks.is_none() => {
            connect(kafka, open, None)
        }
        (_, asks) => match waiting_for_credential(user, credential) {
            Some(why) if asks.is_some() => Plan::NotYet { why },
            _ => Plan::NoCredentials {
                why: why_none(kafka, user, credential, asks.is_some()),
                kafka_user_yaml: kafka_user_yaml(
                    kafka,
                    asks.and_then(accepted_kind)
                        .unwrap_or(CredentialKind::Scram),
                    Ceiling::ReadOnly,
                ),
            },
        },
    }
}

/// What comes by itself: the API server's answer, or the Secret of a KafkaUser that is on its way.
fn waiting_for_credential(
    user: Option<&KafkaUser>,
    credential: &CredentialState,
) -> Option<String> {
    match (credential, user) {
        (CredentialState::Unknown { why }, _) => Some(why.clone()),
        (CredentialState::Absent, Some(user))
            if user.body.authentication.is_some()
                && matches!(
                    user.readiness.state,
                    ReadinessState::Ready | ReadinessState::Unobserved
                ) =>
        {
            Some(format!(
                "The user operator has not made the Secret of the KafkaUser {CONSOLE_USER} yet."
            ))
        }
        _ => None,
    }
}

fn accepted_kind(listener: &DeclaredListener) -> Option<CredentialKind> {
    match listener.authentication.as_deref() {
        Some("scram-sha-512") => Some(CredentialKind::Scram),
        Some("tls") => Some(CredentialKind::Tls),
        _ => None,
    }
}

/// The best of the suitable listeners; of equal ones the first, SCRAM before certificates (its Secret is simpler to rotate).
fn best(kafka: &Kafka, suitable: impl Fn(&DeclaredListener) -> bool) -> Option<&DeclaredListener> {
    kafka
        .body
        .listeners
        .iter()
        .filter(|listener| suitable(listener))
        .min_by_key(|listener| {
            let addressed = kafka
                .status_of(&listener.name)
                .is_some_and(|status| status.bootstrap().is_some());
            (
                !addressed,
                !listener.tls,
                listener.kind.as_deref() != Some("internal"),
                accepted_kind(listener) != Some(CredentialKind::Scram),
            )
        })
}

fn connect(kafka: &Kafka, listener: &DeclaredListener, kind: Option<CredentialKind>) -> Plan {
    let name = &listener.name;
    let status = kafka.status_of(name);
    let Some(bootstrap) = status.and_then(|status| status.bootstrap()) else {
        return Plan::NotYet {
            why: format!(
                "The cluster operator has not written the addresses of listener {name} yet."
            ),
        };
    };
    let trust = status.and_then(|status| status.trust());
    if listener.tls && trust.is_none() {
        return Plan::NotYet {
            why: format!(
                "The cluster operator has not written the certificates of listener {name} yet."
            ),
        };
    }
    let secret = SecretRef::console(kafka.user_namespace().clone());
    let (authentication, principal) = match kind {
        None => (PlannedAuthentication::None, "User:ANONYMOUS".to_owned()),
        Some(CredentialKind::Scram) => (
            PlannedAuthentication::Scram(secret),
            format!("User:{CONSOLE_USER}"),
        ),
        Some(CredentialKind::Tls) => (
            PlannedAuthentication::Tls(secret),
            format!("User:CN={CONSOLE_USER}"),
        ),
    };
    Plan::Connect(ConnectionPlan {
        listener: name.clone(),
        bootstrap,
        trust: trust.filter(|_| listener.tls),
        authentication,
        principal,
    })
}

fn why_none(
    kafka: &Kafka,
    user: Option<&KafkaUser>,
    credential: &CredentialState,
    any_accepts: bool,
) -> String {
    let namespace = kafka.user_namespace();
    if !any_accepts {
        return "No listener of the cluster accepts scram-sha-512 or tls, which are what a KafkaUser can have. Add such a listener, \
                or name the cluster in the configuration file with credentials of another kind."
            .to_owned();
    }
    match (credential, user) {
        (CredentialState::Present { credential, .. }, _) => {
            let (has, accepts) = match credential.kind() {
                CredentialKind::Scram => ("a password", "scram-sha-512"),
                CredentialKind::Tls => ("a certificate", "tls"),
            };
            format!(
                "The Secret {CONSOLE_USER} in namespace {namespace} holds {has}, but no listener of the cluster has authentication {accepts}."
            )
        }
        (CredentialState::Unusable { why } | CredentialState::Unknown { why }, _) => why.clone(),
        (CredentialState::Absent, None) => {
            format!("There is no KafkaUser {CONSOLE_USER} in namespace {namespace}.")
        }
        (CredentialState::Absent, Some(user)) => absent_although_declared(user),
    }
}

fn absent_although_declared(user: &KafkaUser) -> String {
    let readiness = &user.readiness;
    let message = readiness
        .message
        .as_deref()
        .unwrap_or("it gives no message");
    match readiness.state {
        ReadinessState::NotReady => {
            format!("The KafkaUser {CONSOLE_USER} is in error and has no Secret: {message}")
        }
        ReadinessState::Paused => {
            format!("The KafkaUser {CONSOLE_USER} is paused and has no Secret.")
        }
        _ if user.body.authentication.is_none() => {
            format!(
                "The KafkaUser {CONSOLE_USER} declares no authentication, so it has no credentials."
            )
        }
        _ => format!("The KafkaUser {CONSOLE_USER} has no Secret yet."),
    }
}
