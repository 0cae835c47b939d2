//! A small Kafka admin client for test equipment: what the operator stand-in and the workload change in the brokers.
//!
//! On purpose not the console's own client, so that a mistake in one does not hide one in the other. It speaks as the cluster
//! operator on the replication listener, with the fixed versions of Kafka 4.3.1, one connection per question.

pub mod error;
pub mod topics;
pub mod users;

use crate::state::{AdminAccess, ClientTls, Cluster};
use anyhow::{Context, Result, bail};
use bytes::{Buf, BufMut, Bytes, BytesMut};
use kafka_protocol::messages::{ApiKey, RequestHeader, ResponseHeader};
use kafka_protocol::protocol::{Decodable, Encodable, StrBytes};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

pub use error::KafkaFailure;

/// How long one broker may take. Longer than any broker of a laptop needs, shorter than a person's patience.
const DEADLINE: Duration = Duration::from_secs(8);
const LARGEST_ANSWER: usize = 32 << 20;

/// The admin client of one cluster. Cheap to clone.
#[derive(Clone)]
pub struct Admin {
    bootstrap: Arc<[String]>,
    /// Which of them answered last; it is asked first, so that a frozen broker costs its deadline only once.
    answering: Arc<AtomicUsize>,
    tls: TlsConnector,
}

impl Admin {
    /// For a cluster of the bed.
    ///
    /// # Errors
    /// Its certificates can't be read.
    pub fn new(cluster: &Cluster) -> Result<Self> {
        let AdminAccess { bootstrap, tls } = &cluster.admin;
        Ok(Self {
            bootstrap: bootstrap.clone().into(),
            answering: Arc::default(),
            tls: connector(tls)?,
        })
    }

    /// Asks any broker; each passes on to the controller what only that can do (KIP-590).
    async fn ask<Request: Encodable, Answer: Decodable>(
        &self,
        key: ApiKey,
        version: i16,
        request: &Request,
    ) -> Result<Answer, KafkaFailure> {
        let mut last = None;
        let first = self.answering.load(Ordering::Relaxed);
        let brokers = self.bootstrap.iter().enumerate();
        for (index, address) in brokers.clone().skip(first).chain(brokers.take(first)) {
            let asked = tokio::time::timeout(DEADLINE, self.ask_at(address, key, version, request));
            match asked.await {
                Ok(Ok(answer)) => {
                    self.answering.store(index, Ordering::Relaxed);
                    return Ok(answer);
                }
                Ok(Err(error)) => last = Some(format!("{address}: {error:#}")),
                Err(_) => last = Some(format!("{address} did not answer")),
            }
        }
        Err(KafkaFailure::unreachable(key, last.unwrap_or_default()))
    }

    async fn ask_at<Request: Encodable, Answer: Decodable>(
        &self,
        address: &str,
        key: ApiKey,
        version: i16,
        request: &Request,
    ) -> Result<Answer> {
        let address: SocketAddr = address.parse().context("no address")?;
        let stream = TcpStream::connect(address).await?;
        let name = ServerName::IpAddress(address.ip().into());
        let mut stream = self.tls.connect(name, stream).await?;

        let mut frame = BytesMut::new();
        frame.put_i32(0);
        RequestHeader::default()
            .with_request_api_key(key as i16)
            .with_request_api_version(version)
            .with_correlation_id(1)
            .with_client_id(Some(StrBytes::from_static_str("testbed-operator")))
            .encode(&mut frame, key.request_header_version(version))?;
        request.encode(&mut frame, version)?;
        let length = i32::try_from(frame.len() - 4).context("the request is too long")?;
        if let Some(head) = frame.get_mut(..4) {
            head.copy_from_slice(&length.to_be_bytes());
        }
        stream.write_all(&frame).await?;
        stream.flush().await?;

        let length = usize::try_from(stream.read_i32().await?).context("a negative length")?;
        if length > LARGEST_ANSWER {
            bail!("an answer of {length} bytes");
        }
        let mut answer = vec![0; length];
        stream.read_exact(&mut answer).await?;
        let mut answer = Bytes::from(answer);
        ResponseHeader::decode(&mut answer, key.response_header_version(version))?;
        let decoded = Answer::decode(&mut answer, version)?;
        if answer.has_remaining() {
            bail!("the answer is longer than it says");
        }
        Ok(decoded)
    }
}

fn connector(files: &ClientTls) -> Result<TlsConnector> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(&files.ca_file)? {
        roots.add(certificate?)?;
    }
    let chain =
        CertificateDer::pem_file_iter(&files.certificate_file)?.collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_file(&files.key_file)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)?;
    Ok(TlsConnector::from(Arc::new(config)))
}

fn text(text: impl Into<String>) -> StrBytes {
    StrBytes::from_string(text.into())
}
