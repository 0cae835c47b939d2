//! Certificates as pages show them: whose, by whom, for which names, until when. Public parts only; a private key has no shape here.

use crate::{cluster::Origin, ids::NodeId, resource::ResourceRef, time::Timestamp};
use serde::{Deserialize, Serialize};

/// Fewer days than this need somebody.
pub const SOON_DAYS: i64 = 30;
/// Fewer days than this need somebody now.
pub const CRITICAL_DAYS: i64 = 7;

const MILLIS_PER_DAY: i64 = 86_400_000;

/// One X.509 certificate (RFC 5280).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// Whose: `O=io.strimzi, CN=task-events-kafka`.
    pub subject: String,
    /// By whom.
    pub issuer: String,
    /// Names and addresses it is good for (subject alternative names), in their order.
    pub names: Vec<String>,
    /// Valid from.
    pub not_before: Timestamp,
    /// Valid until.
    pub not_after: Timestamp,
    /// Whether it may sign others.
    pub authority: bool,
    /// Whether it is signed by its own key, as far as names tell.
    pub self_issued: bool,
    /// Kind and size of its key: `EC P-256`, `RSA 4096`.
    pub key: String,
    /// Serial number in hexadecimal.
    pub serial: String,
    /// SHA-256 over the whole certificate, in hexadecimal with colons.
    pub fingerprint: String,
}

/// How urgent a certificate's end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Urgency {
    /// It has time.
    Fine,
    /// Fewer than thirty days.
    Soon,
    /// Fewer than seven days.
    Critical,
    /// It is not valid yet.
    NotYet,
    /// It has ended.
    Expired,
}

impl Certificate {
    /// Whole days until it ends; negative once it has.
    pub fn days_left(&self, now: Timestamp) -> i64 {
        self.not_after
            .0
            .saturating_sub(now.0)
            .div_euclid(MILLIS_PER_DAY)
    }

    /// How urgent its end is.
    pub fn urgency(&self, now: Timestamp) -> Urgency {
        if now > self.not_after {
            Urgency::Expired
        } else if now < self.not_before {
            Urgency::NotYet
        } else {
            match self.days_left(now) {
                ..CRITICAL_DAYS => Urgency::Critical,
                CRITICAL_DAYS..SOON_DAYS => Urgency::Soon,
                _ => Urgency::Fine,
            }
        }
    }
}

/// Every certificate of a cluster that the console can see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Certificates {
    /// Where the cluster comes from.
    pub origin: Origin,
    /// Listeners, those without TLS too.
    pub listeners: Vec<ListenerCertificates>,
    /// Authorities from Secrets; none for clusters of the configuration file.
    pub authorities: Vec<Authority>,
    /// When handshakes and Secrets were last gone through; `None` before the first time.
    pub as_of: Option<Timestamp>,
}

/// The certificates of one listener.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListenerCertificates {
    /// Its name.
    pub listener: String,
    /// Whether it speaks TLS.
    pub tls: bool,
    /// Whether the console itself comes this way.
    pub console: bool,
    /// What clients have to trust: of the Kafka resource's status, or of the configuration file.
    pub trusted: Vec<Certificate>,
    /// What of that can't be read.
    pub unreadable: Option<String>,
    /// What its addresses present.
    pub presented: Vec<Presented>,
}

/// What one address presents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Presented {
    /// Host and port.
    pub address: String,
    /// The node behind it, where the address is one node's.
    pub node: Option<NodeId>,
    /// The certificates of the handshake, the server's own first.
    pub chain: Vec<Certificate>,
    /// Whether what clients have to trust vouches for it; `None` without a handshake.
    pub agreement: Option<Agreement>,
    /// Why there was no handshake, or why it is not vouched for.
    pub why: Option<String>,
    /// When the handshake was.
    pub as_of: Option<Timestamp>,
}

/// Whether a presented chain and what clients have to trust agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Agreement {
    /// A client that trusts what the status says accepts it.
    Trusted,
    /// It is signed by somebody else.
    UnknownIssuer,
    /// It is not good for this address.
    WrongName,
    /// It is not valid now.
    OutOfTime,
    /// It is refused for another reason.
    Refused,
    /// The status does not say what to trust.
    NothingToTrust,
}

/// Whose certificates an authority signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum AuthorityRole {
    /// Brokers, controllers and operators.
    Cluster,
    /// Users.
    Clients,
}

impl AuthorityRole {
    /// Both.
    pub const ALL: [AuthorityRole; 2] = [AuthorityRole::Cluster, AuthorityRole::Clients];

    /// As Strimzi calls it.
    pub const fn words(self) -> &'static str {
        match self {
            AuthorityRole::Cluster => "Cluster CA",
            AuthorityRole::Clients => "Clients CA",
        }
    }

    /// The Secret with its public certificates (Strimzi class `AbstractModel`: `<cluster>-cluster-ca-cert`).
    pub fn secret(self, cluster: &str) -> String {
        match self {
            AuthorityRole::Cluster => format!("{cluster}-cluster-ca-cert"),
            AuthorityRole::Clients => format!("{cluster}-clients-ca-cert"),
        }
    }
}

/// An authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Authority {
    /// Which.
    pub role: AuthorityRole,
    /// Its Secret.
    pub secret: ResourceRef,
    /// Its certificates: the one in use, and earlier ones that are still trusted. Each with its key in the Secret.
    pub certificates: Vec<NamedCertificate>,
    /// Why there are none, or why they are old.
    pub why: Option<String>,
    /// What helps.
    pub remedy: Option<String>,
    /// The rule that would let the console read the Secret, where it may not.
    pub grant: Option<String>,
    /// When the Secret was read.
    pub as_of: Option<Timestamp>,
}

/// A certificate under its name in a Secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct NamedCertificate {
    /// `ca.crt`, or `ca-2026-01-02T03-04-05Z.crt` for one that was replaced.
    pub name: String,
    /// The certificate.
    pub certificate: Certificate,
}

impl Certificates {
    /// Every certificate once, the one that ends first at the front.
    pub fn by_end(&self) -> Vec<&Certificate> {
        let trusted = self.listeners.iter().flat_map(|listener| {
            let presented = listener
                .presented
                .iter()
                .flat_map(|presented| &presented.chain);
            listener.trusted.iter().chain(presented)
        });
        let authorities = self.authorities.iter().flat_map(|authority| {
            authority
                .certificates
                .iter()
                .map(|named| &named.certificate)
        });
        let mut all: Vec<&Certificate> = trusted.chain(authorities).collect();
        all.sort_by(|a, b| (a.not_after, &a.fingerprint).cmp(&(b.not_after, &b.fingerprint)));
        all.dedup_by(|a, b| a.fingerprint == b.fingerprint);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(from_days: i64, until_days: i64) -> Certificate {
        Certificate {
            subject: "CN=a".into(),
            issuer: "CN=b".into(),
            names: Vec::new(),
            not_before: Timestamp(from_days * MILLIS_PER_DAY),
            not_after: Timestamp(until_days * MILLIS_PER_DAY),
            authority: false,
            self_issued: false,
            key: "EC P-256".into(),
            serial: "01".into(),
            fingerprint: format!("{until_days}"),
        }
    }

    #[test]
    fn the_last_days_are_told_apart() {
        let certificate = certificate(10, 100);
        let at = |days: i64| {
            let now = Timestamp(days * MILLIS_PER_DAY);
            (certificate.days_left(now), certificate.urgency(now))
        };
        assert_eq!(at(9).1, Urgency::NotYet);
        assert_eq!(at(70), (30, Urgency::Fine));
        assert_eq!(at(71), (29, Urgency::Soon));
        assert_eq!(at(93), (7, Urgency::Soon));
        assert_eq!(at(94), (6, Urgency::Critical));
        assert_eq!(at(101), (-1, Urgency::Expired));
    }

    #[test]
    fn each_certificate_is_named_once_and_the_first_to_end_first() {
        let presented = |chain| Presented {
            address: "a:1".into(),
            node: None,
            chain,
            agreement: None,
            why: None,
            as_of: None,
        };
        let certificates = Certificates {
            origin: Origin::Resource,
            listeners: vec![ListenerCertificates {
                listener: "tls".into(),
                tls: true,
                console: false,
                trusted: vec![certificate(0, 50)],
                unreadable: None,
                presented: vec![
                    presented(vec![certificate(0, 20), certificate(0, 50)]),
                    presented(vec![certificate(0, 30)]),
                ],
            }],
            authorities: Vec::new(),
            as_of: None,
        };
        let ends: Vec<&str> = certificates
            .by_end()
            .iter()
            .map(|certificate| certificate.fingerprint.as_str())
            .collect();
        assert_eq!(ends, ["20", "30", "50"]);
    }
}
