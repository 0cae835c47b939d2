//! How the console reaches one cluster, decided from resources or from the configuration file: a plan made into settings of
//! the wire client, or the reason why there is none. Pure; the fleet calls it.

use penstock_cluster::{
    credentials::{Credential, CredentialState, SecretRef},
    listeners::{ConnectionPlan, Plan, PlannedAuthentication},
};
use penstock_domain::cluster::Connection;
use penstock_kafka::{
    ClientCertificate, ClusterConnection, HostPort, Sasl, SaslMechanism, Secret, ServerNamePolicy,
    TlsSettings,
    inventory::{ClusterReach, Snapshot},
};

use super::problems::sentence;

/// How one cluster is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// The console knows where and how.
    Planned {
        /// Name of the listener.
        listener: String,
        /// The principal that brokers see.
        principal: String,
    },
    /// No credential that a listener accepts.
    NoCredentials {
        /// Cause in a sentence.
        why: String,
        /// The KafkaUser to create.
        kafka_user_yaml: String,
    },
    /// Something comes by itself.
    Waiting {
        /// Cause in a sentence.
        why: String,
    },
    /// The settings can't be used.
    Broken {
        /// Cause in a sentence.
        why: String,
        /// What helps.
        remedy: String,
    },
}

/// A link, and what the wire client needs for it.
pub struct Prepared {
    /// As pages show it.
    pub link: Link,
    /// `None` where nothing can be dialled.
    pub connection: Option<ClusterConnection>,
    /// The Secret that it came from, to read it anew when brokers refuse it.
    pub secret: Option<SecretRef>,
}

impl Prepared {
    /// From the plan over a `Kafka` resource and the console's credential.
    pub fn of_plan(plan: Plan, credential: &CredentialState) -> Self {
        let without = |link| Self {
            link,
            connection: None,
            secret: None,
        };
        match plan {
            Plan::NoCredentials {
                why,
                kafka_user_yaml,
            } => without(Link::NoCredentials {
                why,
                kafka_user_yaml,
            }),
            Plan::NotYet { why } => without(Link::Waiting { why }),
            Plan::Connect(plan) => match connection(&plan, credential) {
                Ok(connection) => Self {
                    connection: Some(connection),
                    secret: secret_of(&plan).cloned(),
                    link: Link::Planned {
                        listener: plan.listener,
                        principal: plan.principal,
                    },
                },
                Err(why) => without(Link::Broken {
                    why: sentence(&why),
                    remedy: "Look at the listener's addresses in the status of the Kafka resource."
                        .to_owned(),
                }),
            },
        }
    }
}

/// As pages show it, joined with what the brokers answer.
pub fn connection_of(link: &Link, snapshot: Option<&Snapshot>) -> Connection {
    match link {
        Link::NoCredentials {
            why,
            kafka_user_yaml,
        } => Connection::NoCredentials {
            why: why.clone(),
            kafka_user_yaml: kafka_user_yaml.clone(),
        },
        Link::Broken { why, remedy } => Connection::Unreachable {
            why: why.clone(),
            remedy: Some(remedy.clone()),
            since: None,
        },
        Link::Waiting { why } => match snapshot.map(|snapshot| &snapshot.reach) {
            Some(ClusterReach::Silent { since, error }) => Connection::Unreachable {
                why: sentence(&error.to_string()),
                remedy: error.remedy(),
                since: Some(*since),
            },
            _ => Connection::Unreachable {
                why: why.clone(),
                remedy: None,
                since: None,
            },
        },
        Link::Planned {
            listener,
            principal,
        } => match snapshot.map(|snapshot| &snapshot.reach) {
            Some(ClusterReach::Answering { .. }) => Connection::Connected {
                listener: listener.clone(),
                principal: principal.clone(),
            },
            Some(ClusterReach::Silent { since, error }) => Connection::Unreachable {
                why: sentence(&error.to_string()),
                remedy: error.remedy(),
                since: Some(*since),
            },
            Some(ClusterReach::Connecting) | None => Connection::Connecting,
        },
    }
}

fn secret_of(plan: &ConnectionPlan) -> Option<&SecretRef> {
    match &plan.authentication {
        PlannedAuthentication::None => None,
        PlannedAuthentication::Scram(secret) | PlannedAuthentication::Tls(secret) => Some(secret),
    }
}

fn connection(
    plan: &ConnectionPlan,
    credential: &CredentialState,
) -> Result<ClusterConnection, String> {
    let bootstrap = HostPort::parse_list(&plan.bootstrap).map_err(|error| error.to_string())?;
    let mut connection = ClusterConnection::plain(bootstrap);
    let mut certificate = None;
    match (&plan.authentication, credential) {
        (PlannedAuthentication::None, _) => {}
        (
            PlannedAuthentication::Scram(_),
            CredentialState::Present {
                credential: Credential::Scram { username, password },
                ..
            },
        ) => {
            connection.sasl = Some(Sasl {
                mechanism: SaslMechanism::ScramSha512,
                username: username.as_str().into(),
                password: Secret::new(password.reveal()),
            });
        }
        (
            PlannedAuthentication::Tls(_),
            CredentialState::Present {
                credential:
                    Credential::Tls {
                        certificate: own,
                        key,
                    },
                ..
            },
        ) => {
            certificate = Some(ClientCertificate {
                certificate_pem: own.reveal().into(),
                key_pem: Secret::new(key.reveal()),
            });
        }
        _ => return Err("the credential went away while it was read".to_owned()),
    }
    if let Some(trust) = &plan.trust {
        connection.tls = Some(TlsSettings {
            ca_pem: trust.as_str().into(),
            client: certificate,
            server_name: ServerNamePolicy::Verify,
        });
    }
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> ConnectionPlan {
        ConnectionPlan {
            listener: "plain".to_owned(),
            bootstrap: "127.0.0.1:9092".to_owned(),
            trust: None,
            authentication: PlannedAuthentication::None,
            principal: "User:ANONYMOUS".to_owned(),
        }
    }

    #[test]
    fn an_open_listener_needs_no_credential() {
        let prepared = Prepared::of_plan(Plan::Connect(plan()), &CredentialState::Absent);
        assert!(prepared.connection.is_some() && prepared.secret.is_none());
    }

    #[test]
    fn an_address_that_is_none_is_said_and_not_dialled() {
        let mut plan = plan();
        plan.bootstrap = "nonsense".to_owned();
        let prepared = Prepared::of_plan(Plan::Connect(plan), &CredentialState::Absent);
        assert!(prepared.connection.is_none());
        assert!(matches!(prepared.link, Link::Broken { .. }));
    }
}
