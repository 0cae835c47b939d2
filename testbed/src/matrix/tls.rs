//! A new certificate for the brokers, from the same authority: written where they read it, and one restart after the other, as
//! Strimzi rolls them.

use super::ground::Ground;
use crate::daemon::control::{Act, ProcessFault};
use crate::files;
use crate::kafka::plan::CLUSTERS;
use anyhow::{Context, Result, bail};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

const DEADLINE: Duration = Duration::from_secs(10);

/// Does it, and says that all of them serve the new one.
pub(super) async fn renew(ground: &Ground) -> Result<String> {
    let [plan, _] = &CLUSTERS;
    let folder = ground
        .layout
        .running()
        .join(format!("{}-{}/pki", plan.namespace, plan.name));
    let store = certify(&folder, &plan.broker_common_name())?;
    files::write_private(&folder.join("broker.pem"), store.as_bytes())?;
    let cluster = ground
        .state
        .cluster(plan.namespace, plan.name)
        .context("no cluster")?;
    for node in &cluster.nodes {
        let fault = ProcessFault {
            target: format!("{}/{}/{}", plan.namespace, plan.name, node.id),
            act: Act::Restart,
        };
        ground.link.post("/fault", &fault).await?;
        // The next one only when this one has everything, or partitions would lose their leaders.
        ground.whole().await?;
        let address = node.direct.get("scram").context("no listener scram")?;
        let served = served(address, &cluster.ca_file).await?;
        let wanted = CertificateDer::from_pem_slice(store.as_bytes())?;
        if served != wanted {
            bail!("node {} serves another certificate", node.id);
        }
    }
    Ok("every broker serves the new certificate".to_owned())
}

/// Key and certificate in one text.
fn certify(folder: &Path, common_name: &str) -> Result<String> {
    let authority = std::fs::read_to_string(folder.join("cluster-ca.crt"))?;
    let key = KeyPair::from_pem(&std::fs::read_to_string(folder.join("cluster-ca.key"))?)?;
    let issuer = Issuer::from_ca_cert_pem(&authority, key)?;
    let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
    params
        .subject_alt_names
        .push(SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    params.distinguished_name = DistinguishedName::new();
    // In the order that makes the same principal as before.
    params
        .distinguished_name
        .push(DnType::OrganizationName, "io.strimzi");
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params.not_before = time::OffsetDateTime::now_utc() - time::Duration::hours(1);
    params.not_after = params.not_before + time::Duration::days(365);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
    ];
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &issuer)?;
    Ok(format!("{}{}", key.serialize_pem(), certificate.pem()))
}

/// The certificate that a listener shows to whoever trusts the authority.
async fn served(address: &str, authority: &Path) -> Result<CertificateDer<'static>> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(authority)? {
        roots.add(certificate?)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let address: SocketAddr = address.parse()?;
    let connect = async {
        let stream = TcpStream::connect(address).await?;
        let name = ServerName::IpAddress(address.ip().into());
        TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
    };
    let stream = tokio::time::timeout(DEADLINE, connect).await??;
    let (_, session) = stream.get_ref();
    let chain = session.peer_certificates().unwrap_or_default();
    let first = chain.first().context("no certificate was shown")?;
    Ok(first.clone().into_owned())
}
