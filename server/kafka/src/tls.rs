//! From PEM texts to a rustls configuration, and from rustls errors to causes for people.

use crate::{
    config::{ServerNamePolicy, TlsSettings},
    error::{KafkaError, NotKafkaHint, TlsFault, tame},
};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore,
    SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::ring,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject};
use std::{io, sync::Arc};

/// Reads the settings. Fails with the name of the setting that can't be used; key material is never in the text.
pub(crate) fn client_config(settings: &TlsSettings) -> Result<Arc<ClientConfig>, KafkaError> {
    let wrong = |field, cause: String| KafkaError::Configuration { field, cause };
    let roots = roots(&settings.ca_pem)?;
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong("TLS", error.to_string()))?;
    let builder = match settings.server_name {
        ServerNamePolicy::Verify => builder.with_root_certificates(roots),
        ServerNamePolicy::ChainOnly => {
            let chain = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
                .build()
                .map_err(|error| wrong("the CA certificate", error.to_string()))?;
            builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(AnyName { chain }))
        }
    };
    let config = match &settings.client {
        None => builder.with_no_client_auth(),
        Some(client) => {
            let chain = certificates("the client certificate", &client.certificate_pem)?;
            let key = PrivateKeyDer::from_pem_slice(client.key_pem.reveal().as_bytes()).map_err(
                |_| {
                    wrong(
                        "the client key",
                        "it is not a private key in PEM".to_owned(),
                    )
                },
            )?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|error| wrong("the client certificate", error.to_string()))?
        }
    };
    Ok(Arc::new(config))
}

/// The name to check the broker's certificate against.
pub(crate) fn server_name(host: &str) -> Result<ServerName<'static>, KafkaError> {
    ServerName::try_from(host.to_owned()).map_err(|_| KafkaError::Configuration {
        field: "bootstrap",
        cause: format!("“{}” is no host name", tame(host)),
    })
}

/// What an I/O error of a TLS stream means; `None` where it is an ordinary one.
pub(crate) fn explain(broker: &Arc<str>, error: &io::Error) -> Option<KafkaError> {
    let inner = error.get_ref()?.downcast_ref::<rustls::Error>()?;
    let fault = match inner {
        rustls::Error::InvalidMessage(_) => {
            return Some(KafkaError::NotKafka {
                broker: broker.clone(),
                hint: NotKafkaHint::NotTls,
            });
        }
        rustls::Error::InvalidCertificate(_) => fault(inner),
        rustls::Error::AlertReceived(alert) => match alert {
            AlertDescription::CertificateRequired | AlertDescription::NoCertificate => {
                TlsFault::CertificateRequired
            }
            AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied => TlsFault::CertificateRefused,
            _ => TlsFault::Other,
        },
        _ => TlsFault::Other,
    };
    Some(KafkaError::Tls {
        broker: broker.clone(),
        fault,
        detail: tame(&inner.to_string()),
    })
}

/// What is wrong with a presented certificate.
pub(crate) fn fault(error: &rustls::Error) -> TlsFault {
    let rustls::Error::InvalidCertificate(error) = error else {
        return TlsFault::Other;
    };
    match error {
        // What rustls says of a certificate signed by another key of the same name.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => TlsFault::UnknownIssuer,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsFault::WrongName
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => TlsFault::OutOfTime,
        _ => TlsFault::Other,
    }
}

/// The authorities in a PEM text.
pub(crate) fn roots(pem: &str) -> Result<RootCertStore, KafkaError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates("the CA certificate", pem)? {
        roots
            .add(certificate)
            .map_err(|error| KafkaError::Configuration {
                field: "the CA certificate",
                cause: error.to_string(),
            })?;
    }
    Ok(roots)
}

fn certificates(
    field: &'static str,
    pem: &str,
) -> Result<Vec<CertificateDer<'static>>, KafkaError> {
    let wrong = |cause: &str| KafkaError::Configuration {
        field,
        cause: cause.to_owned(),
    };
    let list = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| wrong("it is not PEM"))?;
    if list.is_empty() {
        return Err(wrong("there is no certificate in it"));
    }
    Ok(list)
}

/// Checks the chain as ever and lets any name pass (`ServerNamePolicy::ChainOnly`).
#[derive(Debug)]
struct AnyName {
    chain: Arc<WebPkiServerVerifier>,
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match self.chain.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        ) {
            // The name is the last thing that is checked: everything before it held.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chain
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chain
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chain.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ClientCertificate, Secret};

    fn settings(ca: &str) -> TlsSettings {
        TlsSettings {
            ca_pem: ca.into(),
            client: None,
            server_name: ServerNamePolicy::Verify,
        }
    }

    #[test]
    fn unusable_pem_names_the_setting_and_never_shows_it() {
        let authority = rcgen::generate_simple_self_signed(vec!["ca".to_owned()]).unwrap();
        let pem = authority.cert.pem();
        assert!(client_config(&settings(&pem)).is_ok());
        for nothing in ["", "hello"] {
            assert!(matches!(
                client_config(&settings(nothing)),
                Err(KafkaError::Configuration {
                    field: "the CA certificate",
                    ..
                })
            ));
        }
        let wrong_key = TlsSettings {
            client: Some(ClientCertificate {
                certificate_pem: pem.as_str().into(),
                key_pem: Secret::new("top-secret"),
            }),
            ..settings(&pem)
        };
        let error = client_config(&wrong_key).unwrap_err();
        assert!(
            error.to_string().contains("client key") && !error.to_string().contains("top-secret")
        );
    }
}
