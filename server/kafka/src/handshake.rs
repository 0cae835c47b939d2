//! What a TLS listener presents: a handshake and nothing after it. Nobody signs in, nothing of Kafka is spoken, and whatever the
//! server presents is written down, also what a client would refuse.
//!
//! Called by the server's background look at certificates; clients of brokers verify in `tls`.

use crate::{
    config::HostPort,
    error::{KafkaError, TlsFault, tame},
    tls,
};
use rustls::{
    ClientConfig, DigitallySignedStruct, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout_at},
};
use tokio_rustls::TlsConnector;

/// Longer chains are cut: a broker's has two or three certificates.
const LONGEST_CHAIN: usize = 10;

/// What a listener presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// DER, the server's own certificate first.
    pub chain: Vec<Vec<u8>>,
    /// Whether a client with this trust accepts it, or why not; `None` where no trust was given.
    pub verdict: Option<Result<(), Refusal>>,
}

/// Why a client refuses what was presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind.
    pub fault: TlsFault,
    /// The library's own words.
    pub detail: String,
}

/// Shakes hands with a listener. `trust` are the certificates that its clients have to trust, PEM. A server that wants a client
/// certificate has presented its own by then, so that it refuses the console is no failure here.
pub async fn look(
    address: &HostPort,
    trust: Option<&str>,
    patience: Duration,
) -> Result<Presented, KafkaError> {
    let label: Arc<str> = address.to_string().into();
    let provider = Arc::new(ring::default_provider());
    let witness = Arc::new(Witness::new(provider.clone(), trust)?);
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| KafkaError::Configuration {
            field: "TLS",
            cause: error.to_string(),
        })?
        .dangerous()
        .with_custom_certificate_verifier(witness.clone())
        .with_no_client_auth();
    let name = tls::server_name(&address.host)?;
    let began = Instant::now();
    let shaking = async {
        let tcp = TcpStream::connect((&*address.host, address.port))
            .await
            .map_err(|error| unreachable(&label, &error.to_string()))?;
        TlsConnector::from(Arc::new(config))
            .connect(name, tcp)
            .await
            .map(drop)
            .map_err(|error| {
                tls::explain(&label, &error)
                    .unwrap_or_else(|| unreachable(&label, &error.to_string()))
            })
    };
    let done = timeout_at(began + patience, shaking).await;
    match (witness.seen(), done) {
        (Some(presented), _) => Ok(presented),
        (None, Ok(Err(error))) => Err(error),
        (None, Ok(Ok(()))) => Err(unreachable(&label, "it presented no certificate")),
        (None, Err(_)) => Err(KafkaError::Timeout {
            broker: label,
            stage: crate::error::Stage::Handshake,
            after: patience,
        }),
    }
}

fn unreachable(label: &Arc<str>, cause: &str) -> KafkaError {
    KafkaError::Unreachable {
        broker: label.clone(),
        cause: tame(cause),
        since: None,
    }
}

/// Accepts every certificate and remembers it with what a real client would have said. That the server holds its key is checked.
#[derive(Debug)]
struct Witness {
    provider: Arc<CryptoProvider>,
    judge: Option<Arc<WebPkiServerVerifier>>,
    seen: Mutex<Option<Presented>>,
}

impl Witness {
    fn new(provider: Arc<CryptoProvider>, trust: Option<&str>) -> Result<Self, KafkaError> {
        let judge = trust
            .map(|pem| {
                let roots = Arc::new(tls::roots(pem)?);
                WebPkiServerVerifier::builder_with_provider(roots, provider.clone())
                    .build()
                    .map_err(|error| KafkaError::Configuration {
                        field: "the CA certificate",
                        cause: error.to_string(),
                    })
            })
            .transpose()?;
        Ok(Self {
            provider,
            judge,
            seen: Mutex::default(),
        })
    }

    fn seen(&self) -> Option<Presented> {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict = self.judge.as_ref().map(|judge| {
            judge
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
                .map(drop)
                .map_err(|error| Refusal {
                    fault: tls::fault(&error),
                    detail: tame(&error.to_string()),
                })
        });
        let chain = std::iter::once(end_entity)
            .chain(intermediates)
            .take(LONGEST_CHAIN)
            .map(|certificate| certificate.to_vec())
            .collect();
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Presented { chain, verdict });
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    use rustls::ServerConfig;
    use rustls_pki_types::PrivateKeyDer;
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn authority() -> CertifiedIssuer<'static, KeyPair> {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }

    /// A server that shakes hands once, with a certificate for `name`; its own address.
    async fn server(
        authority: &CertifiedIssuer<'static, KeyPair>,
        name: &str,
    ) -> (HostPort, Vec<u8>) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec![name.to_owned()])
            .unwrap()
            .signed_by(&key, authority)
            .unwrap();
        let der = certificate.der().to_vec();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (tcp, _) = listener.accept().await.unwrap();
            let _ = TlsAcceptor::from(Arc::new(config)).accept(tcp).await;
        });
        (HostPort::new("127.0.0.1", port), der)
    }

    #[tokio::test]
    async fn what_is_presented_is_judged_and_told_whatever_the_verdict() {
        let (trusted, stranger) = (authority(), authority());
        let (address, der) = server(&trusted, "127.0.0.1").await;
        let seen = look(&address, Some(&trusted.pem()), PATIENCE)
            .await
            .unwrap();
        assert_eq!(seen.chain, [der]);
        assert_eq!(seen.verdict, Some(Ok(())));

        let (address, der) = server(&stranger, "127.0.0.1").await;
        let seen = look(&address, Some(&trusted.pem()), PATIENCE)
            .await
            .unwrap();
        assert_eq!(seen.chain, [der], "it is told all the same");
        let refusal = seen.verdict.unwrap().unwrap_err();
        assert_eq!(refusal.fault, TlsFault::UnknownIssuer);

        let (address, _) = server(&trusted, "elsewhere.example").await;
        let seen = look(&address, Some(&trusted.pem()), PATIENCE)
            .await
            .unwrap();
        let refusal = seen.verdict.unwrap().unwrap_err();
        assert_eq!(refusal.fault, TlsFault::WrongName);

        let (address, _) = server(&trusted, "127.0.0.1").await;
        assert_eq!(look(&address, None, PATIENCE).await.unwrap().verdict, None);
    }

    #[tokio::test]
    async fn nobody_there_is_an_error_within_the_deadline() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let silent = HostPort::new("127.0.0.1", port);
        let error = look(&silent, None, Duration::from_millis(50))
            .await
            .unwrap_err();
        assert!(matches!(error, KafkaError::Timeout { .. }), "{error:?}");
        drop(listener);
        let error = look(&silent, None, PATIENCE).await.unwrap_err();
        assert!(matches!(error, KafkaError::Unreachable { .. }), "{error:?}");
    }
}
