//! One connection to one broker: requests in order, answers in order, each with a deadline.
//!
//! A broker serves one request per connection at a time and answers in the order of asking, so the correlation id only
//! confirms what the order says; a wrong one closes the connection. A request that misses its deadline closes it too,
//! because everything behind it would wait as well (as Kafka's own clients do). `open` builds it, `task` drives it.

mod open;
mod task;

pub(crate) use self::open::open;

use crate::{
    call::{self, Call},
    config::{ClusterConnection, HostPort},
    error::{KafkaError, Stage},
    frame::CONTROL_FRAME_CAP,
    versions::{self, ApiVersions, FirstAnswer},
};
use bytes::{Buf, BufMut, Bytes, BytesMut};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout_at},
};
use tokio_util::sync::CancellationToken;

/// What a connection is for. Traffic of one class never waits behind another's (decision 22).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConnectionClass {
    /// Short questions and answers; several may be under way.
    Control,
    /// Following the end of partitions: a broker may hold the answer back for a while. The number is a lane, as below.
    Tail(u8),
    /// Reading much. The number is a lane: a broker serves one request per connection at a time, so one reading may use several.
    Scan(u8),
}

impl ConnectionClass {
    /// Requests under way at once. While one answer of a scan is worked on, the next is already on its way.
    pub(crate) const fn in_flight(self) -> usize {
        match self {
            ConnectionClass::Control => 16,
            ConnectionClass::Tail(_) => 1,
            ConnectionClass::Scan(_) => 2,
        }
    }

    /// Largest answer in bytes.
    pub(crate) const fn frame_cap(self) -> usize {
        CONTROL_FRAME_CAP
    }

    /// Whether its answers are large, and then whether they are let go of soon: a tail's stay in its rings.
    pub(crate) const fn large(self) -> Option<bool> {
        match self {
            ConnectionClass::Control => None,
            ConnectionClass::Tail(_) => Some(false),
            ConnectionClass::Scan(_) => Some(true),
        }
    }

    /// After this long without a request the connection closes by itself. Control connections are kept: the next poll is near.
    pub(crate) const fn idle(self) -> Option<Duration> {
        match self {
            ConnectionClass::Control => None,
            ConnectionClass::Tail(_) | ConnectionClass::Scan(_) => Some(IDLE),
        }
    }
}

/// Connections for readings that nobody uses are closed after this.
const IDLE: Duration = Duration::from_secs(60);
/// Requests that may wait for their turn on one connection.
const QUEUE: usize = 64;
/// Answers larger than this are decoded away from the runtime's threads.
const DECODE_APART: usize = 256 * 1024;

/// What a connection is made from.
pub(crate) struct Settings {
    pub(crate) connection: ClusterConnection,
    pub(crate) tls: Option<Arc<rustls::ClientConfig>>,
}

impl Settings {
    /// Checks the settings once, so that a wrong PEM is told before anything is dialled.
    pub(crate) fn new(connection: ClusterConnection) -> Result<Self, KafkaError> {
        if connection.bootstrap.is_empty() {
            return Err(KafkaError::Configuration {
                field: "bootstrap",
                cause: "there is no address".to_owned(),
            });
        }
        let tls = connection
            .tls
            .as_ref()
            .map(crate::tls::client_config)
            .transpose()?;
        Ok(Self { connection, tls })
    }
}

/// Whom to connect to, and what for.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) address: HostPort,
    /// As errors name it: `node 1 at host:port`.
    pub(crate) label: Arc<str>,
    pub(crate) class: ConnectionClass,
}

/// A connection that is open, signed in, and has told its versions.
pub(crate) struct Connection {
    label: Arc<str>,
    client_id: Arc<str>,
    versions: ApiVersions,
    versions_version: i16,
    requests: mpsc::Sender<Outgoing>,
    next_correlation: AtomicI32,
    /// When the broker will close it unless it signs in again (KIP-368), less a margin.
    expires: Option<Instant>,
    closed: CancellationToken,
}

/// A request on its way.
struct Outgoing {
    correlation: i32,
    frame: Bytes,
    deadline: Instant,
    patience: Duration,
    api: &'static str,
    deliver: oneshot::Sender<Result<Bytes, KafkaError>>,
}

impl Connection {
    /// Whether a new request may be given to it.
    pub(crate) fn is_usable(&self) -> bool {
        !self.closed.is_cancelled() && self.expires.is_none_or(|at| Instant::now() < at)
    }

    /// Ends when the connection has ended, whatever the reason.
    pub(crate) fn closed(&self) -> CancellationToken {
        self.closed.clone()
    }

    /// Asks and waits for the answer, at most until the deadline.
    pub(crate) async fn call<R: Call>(
        &self,
        request: &R,
        deadline: Instant,
    ) -> Result<R::Answer, KafkaError> {
        let range = R::VERSIONS;
        let version = self
            .versions
            .pick(R::KEY, range.min, request.newest())
            .ok_or_else(|| KafkaError::Unsupported {
                broker: self.label.clone(),
                api: R::NAME,
            })?;
        let correlation = self.next_correlation.fetch_add(1, Ordering::Relaxed);
        let frame = call::encode(request, version, correlation, &self.client_id, &self.label)?;
        let frame = self.exchange(R::NAME, correlation, frame, deadline).await?;
        if !R::APART || frame.len() <= DECODE_APART {
            return call::decode::<R>(frame, version, &self.label);
        }
        let label = self.label.clone();
        tokio::task::spawn_blocking(move || call::decode::<R>(frame, version, &label))
            .await
            .unwrap_or_else(|_| {
                Err(KafkaError::Decode {
                    broker: self.label.clone(),
                    api: R::NAME,
                    cause: "decoding was broken off".to_owned(),
                })
            })
    }

    /// Asks for the versions again: the cheapest question there is, and the one that tells finalized features.
    pub(crate) async fn ping(&self, deadline: Instant) -> Result<ApiVersions, KafkaError> {
        const API: &str = "ApiVersions";
        let correlation = self.next_correlation.fetch_add(1, Ordering::Relaxed);
        let mut frame = BytesMut::new();
        frame.put_i32(0);
        frame.unsplit(versions::encode_request(
            self.versions_version,
            correlation,
            &self.client_id,
        ));
        let decode_error = |cause: String| KafkaError::Decode {
            broker: self.label.clone(),
            api: API,
            cause,
        };
        call::seal(&mut frame).ok_or_else(|| decode_error("it is too long".to_owned()))?;
        let mut answer = self
            .exchange(API, correlation, frame.freeze(), deadline)
            .await?;
        answer.advance(answer.len().min(4));
        match versions::decode_answer(self.versions_version, &answer) {
            Ok(FirstAnswer::Versions(versions)) => Ok(versions),
            Ok(FirstAnswer::AskWith(_)) => Err(decode_error("it changed its mind".to_owned())),
            Err(error) => Err(decode_error(error.to_string())),
        }
    }

    async fn exchange(
        &self,
        api: &'static str,
        correlation: i32,
        frame: Bytes,
        deadline: Instant,
    ) -> Result<Bytes, KafkaError> {
        let patience = deadline.saturating_duration_since(Instant::now());
        let (deliver, delivered) = oneshot::channel();
        let outgoing = Outgoing {
            correlation,
            frame,
            deadline,
            patience,
            api,
            deliver,
        };
        let lost = || KafkaError::Unreachable {
            broker: self.label.clone(),
            cause: "the connection was closed".to_owned(),
            since: None,
        };
        let asked = async {
            self.requests.send(outgoing).await.map_err(|_| lost())?;
            delivered.await.unwrap_or_else(|_| Err(lost()))
        };
        timeout_at(deadline, asked).await.unwrap_or_else(|_| {
            Err(KafkaError::Timeout {
                broker: self.label.clone(),
                stage: Stage::Request(api),
                after: patience,
            })
        })
    }
}
