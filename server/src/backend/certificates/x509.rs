//! From DER and PEM to what pages show. What comes in is anybody's bytes: it is parsed within bounds, and what can't be read is said.

use penstock_domain::{certificate::Certificate, time::Timestamp};
use penstock_kafka::error::tame;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use std::net::{Ipv4Addr, Ipv6Addr};
use x509_parser::{
    certificate::X509Certificate, extensions::GeneralName, prelude::FromDer, public_key::PublicKey,
    x509::SubjectPublicKeyInfo,
};

/// Larger certificates are not looked at.
const LARGEST: usize = 64 * 1024;
/// More certificates in one text are passed over.
const MOST: usize = 32;
/// More names in one certificate are passed over.
const MOST_NAMES: usize = 200;

/// Every certificate of a PEM text, and what of it can't be read.
pub fn read_pem(text: &str) -> (Vec<Certificate>, Option<String>) {
    let mut certificates = Vec::new();
    let mut unreadable = None;
    for der in CertificateDer::pem_slice_iter(text.as_bytes()).take(MOST) {
        match der {
            Ok(der) => match read(&der) {
                Ok(certificate) => certificates.push(certificate),
                Err(why) => unreadable = Some(why),
            },
            Err(_) => {
                unreadable = Some("It is not PEM.".to_owned());
                break;
            }
        }
    }
    if certificates.is_empty() && unreadable.is_none() {
        unreadable = Some("There is no certificate in it.".to_owned());
    }
    (certificates, unreadable)
}

/// Every certificate of a chain, and what of it can't be read.
pub fn read_ders(chain: &[Vec<u8>]) -> (Vec<Certificate>, Option<String>) {
    let mut certificates = Vec::new();
    let mut unreadable = None;
    for der in chain.iter().take(MOST) {
        match read(der) {
            Ok(certificate) => certificates.push(certificate),
            Err(why) => unreadable = Some(why),
        }
    }
    (certificates, unreadable)
}

fn read(der: &[u8]) -> Result<Certificate, String> {
    if der.len() > LARGEST {
        return Err("A certificate is too large to be looked at.".to_owned());
    }
    let (_, parsed) =
        X509Certificate::from_der(der).map_err(|_| "A certificate is no X.509.".to_owned())?;
    let at = |time: &x509_parser::time::ASN1Time| Timestamp(time.timestamp().saturating_mul(1000));
    let validity = parsed.validity();
    Ok(Certificate {
        subject: name(&parsed.subject().to_string()),
        issuer: name(&parsed.issuer().to_string()),
        names: names(&parsed),
        not_before: at(&validity.not_before),
        not_after: at(&validity.not_after),
        authority: parsed.is_ca(),
        self_issued: parsed.subject() == parsed.issuer(),
        key: key(parsed.public_key()),
        serial: tame(&parsed.raw_serial_as_string()),
        fingerprint: fingerprint(der),
    })
}

fn name(text: &str) -> String {
    if text.is_empty() {
        "without a name".to_owned()
    } else {
        tame(text)
    }
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(alternative)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    alternative
        .value
        .general_names
        .iter()
        .filter_map(|name| match name {
            GeneralName::DNSName(name) | GeneralName::URI(name) | GeneralName::RFC822Name(name) => {
                Some(tame(name))
            }
            GeneralName::IPAddress(bytes) => address(bytes),
            _ => None,
        })
        .take(MOST_NAMES)
        .collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(four).to_string());
    }
    let sixteen = <[u8; 16]>::try_from(bytes).ok()?;
    Some(Ipv6Addr::from(sixteen).to_string())
}

fn key(info: &SubjectPublicKeyInfo<'_>) -> String {
    match info.parsed() {
        Ok(PublicKey::RSA(key)) => format!("RSA {}", key.key_size()),
        Ok(PublicKey::EC(point)) => format!("EC {}", point.key_size()),
        // Ed25519 and whatever comes: the algorithm's number says it.
        _ => match info.algorithm.algorithm.to_id_string().as_str() {
            "1.3.101.112" => "Ed25519".to_owned(),
            other => tame(other),
        },
    }
}

fn fingerprint(der: &[u8]) -> String {
    ring::digest::digest(&ring::digest::SHA256, der)
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certificate of a test authority, `O=io.strimzi, CN=a`, for `a.example` and 127.0.0.1, valid for 2026.
    const PEM: &str = include_str!("fixtures/leaf.pem");

    #[test]
    fn a_certificate_says_whose_it_is_and_until_when() {
        let (certificates, unreadable) = read_pem(PEM);
        assert_eq!(unreadable, None);
        let [certificate] = certificates.as_slice() else {
            panic!("{certificates:?}");
        };
        assert_eq!(certificate.subject, "O=io.strimzi, CN=task-events-kafka");
        assert_eq!(certificate.issuer, "O=io.strimzi, CN=cluster-ca v0");
        assert_eq!(
            certificate.names,
            ["task-events-kafka-bootstrap.kafka.svc", "127.0.0.1", "::1"]
        );
        assert_eq!(
            certificate.not_before.to_string(),
            "2026-01-01T00:00:00.000Z"
        );
        assert_eq!(
            certificate.not_after.to_string(),
            "2026-12-31T00:00:00.000Z"
        );
        assert_eq!(certificate.key, "EC 256");
        assert!(!certificate.authority && !certificate.self_issued);
        assert_eq!(certificate.fingerprint.len(), 32 * 3 - 1);
    }

    #[test]
    fn what_is_no_certificate_is_said() {
        assert_eq!(
            read_pem("hello").1.as_deref(),
            Some("There is no certificate in it.")
        );
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(
            read_pem(broken),
            (Vec::new(), Some("A certificate is no X.509.".to_owned()))
        );
        let (kept, unreadable) = read_pem(&format!("{broken}{PEM}"));
        assert!(kept.len() == 1 && unreadable.is_some());
        let huge = vec![vec![0x30; LARGEST + 1]];
        assert!(read_ders(&huge).1.is_some_and(|why| why.contains("large")));
    }
}
