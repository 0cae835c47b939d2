//! Keys and certificates of the bed: ECDSA P-256 throughout, valid for a year, made anew for every bed.
//!
//! Subjects follow Strimzi (`O=io.strimzi`), because principals are made from them.

use crate::files;
use crate::state::Authority;
use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, SanType,
};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use time::{Duration, OffsetDateTime};

/// A certificate authority in memory.
pub struct CertificateAuthority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate with its key.
pub struct Certified {
    /// Certificate, PEM.
    pub certificate: String,
    /// PKCS#8 private key, PEM.
    pub key: String,
}

/// Who a certificate is for.
pub struct Subject<'a> {
    /// `O`, when there is one.
    pub organization: Option<&'a str>,
    /// `CN`.
    pub common_name: &'a str,
    /// Host names it serves.
    pub names: &'a [&'a str],
    /// Addresses it serves.
    pub addresses: &'a [IpAddr],
}

impl CertificateAuthority {
    /// Makes one.
    ///
    /// # Errors
    /// The random generator or the encoder failed.
    pub fn new(organization: &str, common_name: &str) -> Result<Self> {
        let mut params = parameters(&Subject {
            organization: Some(organization),
            common_name,
            names: &[],
            addresses: &[],
        })?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().context("no key could be made")?;
        let issuer = CertifiedIssuer::self_signed(params, key)
            .context("the authority could not sign itself")?;
        Ok(Self { issuer })
    }

    /// Its certificate, PEM.
    pub fn certificate(&self) -> String {
        self.issuer.pem()
    }

    /// Signs a certificate good for servers and clients alike (a broker is both).
    ///
    /// # Errors
    /// A name is not a host name, or the encoder failed.
    pub fn certify(&self, subject: &Subject<'_>) -> Result<Certified> {
        let mut params = parameters(subject)?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        let key = KeyPair::generate().context("no key could be made")?;
        let certificate = params
            .signed_by(&key, &self.issuer)
            .with_context(|| format!("no certificate for {}", subject.common_name))?;
        Ok(Certified {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        })
    }

    /// Writes certificate and key as `<name>.crt` and `<name>.key`.
    ///
    /// # Errors
    /// The folder can't be written.
    pub fn write(&self, folder: &Path, name: &str) -> Result<Authority> {
        let authority = Authority {
            certificate_file: folder.join(format!("{name}.crt")),
            key_file: folder.join(format!("{name}.key")),
        };
        files::write_public(&authority.certificate_file, self.certificate().as_bytes())?;
        files::write_private(
            &authority.key_file,
            self.issuer.key().serialize_pem().as_bytes(),
        )?;
        Ok(authority)
    }
}

impl Certified {
    /// Writes certificate and key as `<name>.crt` and `<name>.key`; gives both paths.
    ///
    /// # Errors
    /// The folder can't be written.
    pub fn write(&self, folder: &Path, name: &str) -> Result<(PathBuf, PathBuf)> {
        let certificate = folder.join(format!("{name}.crt"));
        let key = folder.join(format!("{name}.key"));
        files::write_public(&certificate, self.certificate.as_bytes())?;
        files::write_private(&key, self.key.as_bytes())?;
        Ok((certificate, key))
    }

    /// Key and certificate in one file, as Kafka's PEM key stores want them.
    pub fn key_store(&self) -> String {
        format!("{}{}", self.key, self.certificate)
    }
}

/// Writes a key pair for signing service account tokens (ES256) as `<name>.key` and `<name>.pub`.
///
/// # Errors
/// The folder can't be written.
pub fn write_signing_key(folder: &Path, name: &str) -> Result<(PathBuf, PathBuf)> {
    let key = KeyPair::generate().context("no key could be made")?;
    let private = folder.join(format!("{name}.key"));
    let public = folder.join(format!("{name}.pub"));
    files::write_private(&private, key.serialize_pem().as_bytes())?;
    files::write_public(&public, key.public_key_pem().as_bytes())?;
    Ok((private, public))
}

fn parameters(subject: &Subject<'_>) -> Result<CertificateParams> {
    let names: Vec<String> = subject
        .names
        .iter()
        .map(|name| (*name).to_owned())
        .collect();
    let mut params = CertificateParams::new(names).context("not a host name")?;
    params
        .subject_alt_names
        .extend(subject.addresses.iter().copied().map(SanType::IpAddress));
    let mut name = DistinguishedName::new();
    // Organization first: written backwards, as Java does, it reads `CN=…,O=…`, which is how Kafka's principals look.
    if let Some(organization) = subject.organization {
        name.push(DnType::OrganizationName, organization);
    }
    name.push(DnType::CommonName, subject.common_name);
    params.distinguished_name = name;
    let now = OffsetDateTime::now_utc();
    params.not_before = now - Duration::hours(1);
    params.not_after = now + Duration::days(365);
    Ok(params)
}
