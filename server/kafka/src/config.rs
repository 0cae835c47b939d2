//! How one cluster is reached: addresses, trust, identity. One struct feeds the wire client and librdkafka alike.
//!
//! Nothing connects here. The server fills these from a connection plan (`penstock-cluster`) or from the configuration file.

use crate::error::KafkaError;
pub use penstock_domain::secret::Secret;
use std::{fmt, str::FromStr, sync::Arc};

/// A host name or address and its port.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostPort {
    /// Name or address, an IPv6 address without its brackets.
    pub host: Arc<str>,
    /// TCP port.
    pub port: u16,
}

impl HostPort {
    /// Joins both parts.
    pub fn new(host: impl AsRef<str>, port: u16) -> Self {
        Self {
            host: Arc::from(host.as_ref()),
            port,
        }
    }

    /// Reads a comma-separated bootstrap list as Kafka clients take it; blanks around the commas are allowed.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, KafkaError> {
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(Self::from_str)
            .collect()
    }
}

impl FromStr for HostPort {
    type Err = KafkaError;

    fn from_str(text: &str) -> Result<Self, KafkaError> {
        let wrong = || KafkaError::Configuration {
            field: "bootstrap",
            cause: format!("“{}” is not host:port", crate::error::tame(text)),
        };
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let host = match host.strip_prefix('[') {
            Some(rest) => rest.strip_suffix(']').ok_or_else(wrong)?,
            None if host.contains(':') => return Err(wrong()),
            None => host,
        };
        let port: u16 = port.parse().map_err(|_| wrong())?;
        if host.is_empty() || port == 0 {
            return Err(wrong());
        }
        Ok(Self::new(host, port))
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Debug for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether the name in a broker's certificate must be the one that was dialled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServerNamePolicy {
    /// It must. Strimzi's certificates carry the names of its services and advertised hosts.
    #[default]
    Verify,
    /// The chain must lead to the given authority; the name may be any (clients behind a tunnel or a node port).
    ChainOnly,
}

/// Trust in the brokers, and a certificate of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSettings {
    /// Certificates of the authorities to trust, PEM, one or several in a row. The system's trust is never used.
    pub ca_pem: Arc<str>,
    /// One's own certificate, for listeners that ask for one.
    pub client: Option<ClientCertificate>,
    /// What is checked of the broker's name.
    pub server_name: ServerNamePolicy,
}

/// A client certificate with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The certificate and its intermediates, PEM.
    pub certificate_pem: Arc<str>,
    /// Its private key, PEM: PKCS#8, PKCS#1 or SEC1, not encrypted.
    pub key_pem: Secret,
}

/// Identity by user name and password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sasl {
    /// How the password is proved.
    pub mechanism: SaslMechanism,
    /// Who.
    pub username: Arc<str>,
    /// The password.
    pub password: Secret,
}

/// The mechanisms spoken here, by their names on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaslMechanism {
    /// `PLAIN` (RFC 4616): the password itself; only sensible over TLS.
    Plain,
    /// `SCRAM-SHA-256` (RFC 7677).
    ScramSha256,
    /// `SCRAM-SHA-512`, what Strimzi's `scram-sha-512` means.
    ScramSha512,
}

impl SaslMechanism {
    /// Name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            SaslMechanism::Plain => "PLAIN",
            SaslMechanism::ScramSha256 => "SCRAM-SHA-256",
            SaslMechanism::ScramSha512 => "SCRAM-SHA-512",
        }
    }
}

/// Everything needed to reach one cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterConnection {
    /// Addresses of one listener; the others are learnt from metadata.
    pub bootstrap: Vec<HostPort>,
    /// `None`: plaintext.
    pub tls: Option<TlsSettings>,
    /// `None`: no SASL.
    pub sasl: Option<Sasl>,
    /// `client.id` in the brokers' request logs and quotas.
    pub client_id: Arc<str>,
}

impl ClusterConnection {
    /// Plaintext, no identity.
    pub fn plain(bootstrap: Vec<HostPort>) -> Self {
        Self {
            bootstrap,
            tls: None,
            sasl: None,
            client_id: Arc::from("penstock"),
        }
    }

    /// The value of `security.protocol` that this amounts to.
    pub fn security_protocol(&self) -> &'static str {
        match (&self.tls, &self.sasl) {
            (None, None) => "PLAINTEXT",
            (Some(_), None) => "SSL",
            (None, Some(_)) => "SASL_PLAINTEXT",
            (Some(_), Some(_)) => "SASL_SSL",
        }
    }

    /// The principal that brokers see, as far as this side can tell: with a client certificate they make it of the subject.
    pub fn principal(&self) -> Option<String> {
        match (&self.sasl, &self.tls) {
            (Some(sasl), _) => Some(format!("User:{}", sasl.username)),
            (
                None,
                Some(TlsSettings {
                    client: Some(_), ..
                }),
            ) => None,
            (None, _) => Some("User:ANONYMOUS".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_clients_write_them() {
        let list = HostPort::parse_list("a:9092, [::1]:9093 ,b.example:1").unwrap();
        assert_eq!(
            list.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["a:9092", "[::1]:9093", "b.example:1"]
        );
        for wrong in [
            "a", "a:", ":9", "a:0", "a:65536", "::1:9092", "[::1:9", "a:b",
        ] {
            assert!(HostPort::from_str(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn secrets_stay_out_of_debug_output() {
        let connection = ClusterConnection {
            sasl: Some(Sasl {
                mechanism: SaslMechanism::ScramSha512,
                username: "u".into(),
                password: Secret::new("hunter2"),
            }),
            tls: Some(TlsSettings {
                ca_pem: "ca".into(),
                client: Some(ClientCertificate {
                    certificate_pem: "c".into(),
                    key_pem: Secret::new("hunter2"),
                }),
                server_name: ServerNamePolicy::Verify,
            }),
            ..ClusterConnection::plain(vec![])
        };
        assert!(!format!("{connection:?}").contains("hunter2"));
    }
}
