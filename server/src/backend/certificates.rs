//! Certificates of a cluster: what clients have to trust, what listeners present, what authorities there are.
//!
//! A pure join over a [`Sight`]: the Kafka resource's status says what to trust, [`book`] holds what handshakes and Secrets told
//! (`fleet::certificates` fills it in the background). Public parts only; no private key is ever asked for.

pub mod book;
pub mod targets;
mod x509;

pub use x509::read_pem;

use self::book::{Look, Told};
use super::sight::Sight;
use penstock_cluster::{
    credentials::{AuthorityState, SecretRef},
    listeners::listeners,
    resource::Kafka,
};
use penstock_domain::{
    certificate::{
        Agreement, Authority, AuthorityRole, Certificate, Certificates, ListenerCertificates,
        NamedCertificate, Presented,
    },
    resource::ResourceRef,
    time::Timestamp,
};
use penstock_kafka::error::TlsFault;

/// Everything that the page shows.
pub fn of(sight: &Sight) -> Certificates {
    let book = sight.certificates();
    Certificates {
        origin: sight.origin(),
        listeners: match sight.kafka() {
            Some(kafka) => of_resource(sight, kafka),
            None => configured(sight).into_iter().collect(),
        },
        authorities: sight
            .kafka()
            .map(|kafka| {
                AuthorityRole::ALL
                    .into_iter()
                    .map(|role| authority(kafka, role, book.authority(role)))
                    .collect()
            })
            .unwrap_or_default(),
        as_of: book.as_of(),
    }
}

fn of_resource(sight: &Sight, kafka: &Kafka) -> Vec<ListenerCertificates> {
    listeners(kafka)
        .into_iter()
        .map(|listener| {
            let trust = kafka
                .status_of(&listener.name)
                .and_then(|status| status.trust());
            let (trusted, unreadable) = trust.as_deref().map(x509::read_pem).unwrap_or_default();
            ListenerCertificates {
                console: targets::console_listener(sight) == Some(listener.name.as_str()),
                tls: listener.tls,
                trusted,
                unreadable,
                presented: presented(sight, &listener.name),
                listener: listener.name,
            }
        })
        .collect()
}

/// The listener that the configuration file names, where it speaks TLS.
fn configured(sight: &Sight) -> Option<ListenerCertificates> {
    let tls = sight.client()?.connection().tls;
    let (trusted, unreadable) = tls
        .as_ref()
        .map(|tls| x509::read_pem(&tls.ca_pem))
        .unwrap_or_default();
    Some(ListenerCertificates {
        listener: targets::CONFIGURED.to_owned(),
        tls: tls.is_some(),
        console: true,
        trusted,
        unreadable,
        presented: presented(sight, targets::CONFIGURED),
    })
}

fn presented(sight: &Sight, listener: &str) -> Vec<Presented> {
    let mut presented: Vec<Presented> = targets::targets(sight)
        .into_iter()
        .filter(|target| target.listener == listener)
        .map(|target| {
            let look = sight.certificates().look(&target);
            let (chain, agreement, why) = match look.as_ref().map(|look| &look.told) {
                Some(told) => shown(told),
                None => (Vec::new(), None, None),
            };
            Presented {
                address: target.address.to_string(),
                node: target.node,
                chain,
                agreement,
                why,
                as_of: look.map(|Look { as_of, .. }| as_of),
            }
        })
        .collect();
    presented.sort_by_key(|presented| (presented.node.is_none(), presented.node));
    presented
}

fn shown(told: &Told) -> (Vec<Certificate>, Option<Agreement>, Option<String>) {
    match told {
        Told::Nothing { why } => (Vec::new(), None, Some(why.clone())),
        Told::Presented(seen) => {
            let (chain, unreadable) = x509::read_ders(&seen.chain);
            let (agreement, why) = match &seen.verdict {
                None => (Agreement::NothingToTrust, None),
                Some(Ok(())) => (Agreement::Trusted, None),
                Some(Err(refusal)) => (agreement(refusal.fault), Some(refusal.detail.clone())),
            };
            (chain, Some(agreement), why.or(unreadable))
        }
    }
}

fn agreement(fault: TlsFault) -> Agreement {
    match fault {
        TlsFault::UnknownIssuer => Agreement::UnknownIssuer,
        TlsFault::WrongName => Agreement::WrongName,
        TlsFault::OutOfTime => Agreement::OutOfTime,
        TlsFault::CertificateRequired | TlsFault::CertificateRefused | TlsFault::Other => {
            Agreement::Refused
        }
    }
}

/// The Secret with the public certificates of an authority.
pub fn secret_of(kafka: &Kafka, role: AuthorityRole) -> SecretRef {
    SecretRef {
        namespace: kafka.metadata.namespace.clone(),
        name: role.secret(kafka.metadata.name.as_str()).into(),
    }
}

fn authority(
    kafka: &Kafka,
    role: AuthorityRole,
    known: Option<(AuthorityState, Timestamp)>,
) -> Authority {
    let secret = secret_of(kafka, role);
    let mut authority = Authority {
        role,
        secret: ResourceRef {
            kind: "Secret".to_owned(),
            api_version: "v1".to_owned(),
            namespace: secret.namespace.clone(),
            name: secret.name.clone(),
        },
        certificates: Vec::new(),
        why: None,
        remedy: None,
        grant: None,
        as_of: known.as_ref().map(|(_, as_of)| *as_of),
    };
    match known.map(|(state, _)| state) {
        None => authority.why = Some("The console has not asked for it yet.".to_owned()),
        Some(AuthorityState::Present(texts)) => {
            for (name, text) in texts {
                let (certificates, unreadable) = x509::read_pem(&text);
                authority.why = authority
                    .why
                    .or(unreadable.map(|why| format!("{name}: {why}")));
                authority
                    .certificates
                    .extend(
                        certificates
                            .into_iter()
                            .map(|certificate| NamedCertificate {
                                name: name.clone(),
                                certificate,
                            }),
                    );
            }
            if authority.certificates.is_empty() && authority.why.is_none() {
                authority.why = Some("There is no certificate in it.".to_owned());
            }
        }
        Some(AuthorityState::Absent) => {
            authority.why = Some(format!("There is no Secret {secret}."));
            authority.remedy =
                Some("The cluster operator makes it when it reconciles the cluster.".to_owned());
        }
        Some(AuthorityState::Forbidden) => {
            authority.why = Some(format!("The console may not read the Secret {secret}."));
            authority.remedy = Some(
                "It holds public certificates only. Bind this role to the console’s own identity, the ServiceAccount penstock."
                    .to_owned(),
            );
            authority.grant = Some(grant(kafka));
        }
        Some(AuthorityState::Unknown(why)) => authority.why = Some(why),
    }
    authority
}

/// The smallest Role that lets the console read both Secrets.
fn grant(kafka: &Kafka) -> String {
    // A JSON string is a YAML string: no name can become YAML of its own.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let names: Vec<String> = AuthorityRole::ALL
        .into_iter()
        .map(|role| quoted(&role.secret(kafka.metadata.name.as_str())))
        .collect();
    format!(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: {}\n  namespace: {}\nrules:\n  - apiGroups: [\"\"]\n    resources: [\"secrets\"]\n    verbs: [\"get\"]\n    resourceNames: [{}]\n",
        quoted(&format!("penstock-certificates-{}", kafka.metadata.name)),
        quoted(kafka.metadata.namespace.as_str()),
        names.join(", "),
    )
}
