//! The task that owns a connection's stream: writes requests, reads answers, watches deadlines, and ends with the stream.

use super::Outgoing;
use crate::{
    error::{KafkaError, Stage, tame},
    frame::FrameReader,
};
use bytes::Bytes;
use std::{collections::VecDeque, io, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    sync::mpsc,
    time::{Instant, sleep_until, timeout_at},
};
use tokio_util::sync::CancellationToken;

/// What a stream must be able to do.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// State of a running connection.
pub(super) struct Task<S> {
    pub(super) stream: S,
    pub(super) reader: FrameReader,
    pub(super) requests: mpsc::Receiver<Outgoing>,
    pub(super) in_flight: usize,
    /// How long it stays open without a request.
    pub(super) idle: Option<Duration>,
    pub(super) label: Arc<str>,
    /// Whether the broker was ever told an identity; see [`Task::closed_by_broker`].
    pub(super) signed_in: bool,
    pub(super) answered_once: bool,
    pub(super) closed: CancellationToken,
    pub(super) stop: CancellationToken,
}

impl<S: Stream> Task<S> {
    /// Runs until the stream ends, a deadline passes, nobody holds the connection any more, or it is stopped.
    pub(super) async fn run(mut self) {
        let mut waiting: VecDeque<Outgoing> = VecDeque::new();
        let error = self.drive(&mut waiting).await;
        self.closed.cancel();
        for request in waiting {
            // Whoever asked may have gone; then nobody needs to know.
            let _ = request.deliver.send(Err(error.clone()));
        }
        self.requests.close();
        while let Ok(request) = self.requests.try_recv() {
            let _ = request.deliver.send(Err(error.clone()));
        }
        tracing::debug!(broker = %self.label, %error, "connection ended");
    }

    async fn drive(&mut self, waiting: &mut VecDeque<Outgoing>) -> KafkaError {
        let stop = self.stop.clone();
        let mut open = true;
        let mut used = Instant::now();
        loop {
            if !open && waiting.is_empty() {
                return KafkaError::Stopped;
            }
            let nearest = waiting
                .iter()
                .map(|request| request.deadline)
                .min()
                .unwrap_or_else(Instant::now);
            let idle_until = used + self.idle.unwrap_or_default();
            tokio::select! {
                () = stop.cancelled() => return KafkaError::Stopped,
                () = sleep_until(idle_until), if self.idle.is_some() && waiting.is_empty() => return self.unused(),
                () = sleep_until(nearest), if !waiting.is_empty() => return self.too_late(waiting),
                request = self.requests.recv(), if open && waiting.len() < self.in_flight => match request {
                    None => open = false,
                    Some(request) => {
                        used = Instant::now();
                        // Kept before writing, so that a failed write reaches it like everyone else.
                        let (frame, deadline) = (request.frame.clone(), request.deadline);
                        waiting.push_back(request);
                        match timeout_at(deadline, write(&mut self.stream, &frame)).await {
                            Err(_) => return self.too_late(waiting),
                            Ok(Err(error)) => return self.broken(&error),
                            Ok(Ok(())) => {}
                        }
                    }
                },
                read = self.reader.fill(&mut self.stream) => match read {
                    Err(error) => return self.broken(&error),
                    Ok(0) => return self.closed_by_broker(waiting),
                    Ok(_) => {
                        used = Instant::now();
                        if let Err(error) = self.deliver(waiting) {
                            return error;
                        }
                    }
                },
            }
        }
    }

    /// Hands every whole frame to whoever waits for it.
    fn deliver(&mut self, waiting: &mut VecDeque<Outgoing>) -> Result<(), KafkaError> {
        loop {
            let frame = match self.reader.next() {
                Ok(None) => return Ok(()),
                Ok(Some(frame)) => frame,
                Err(error) => return Err(self.nonsense(waiting, error.to_string())),
            };
            let correlation = frame.first_chunk::<4>().map(|id| i32::from_be_bytes(*id));
            let Some(request) = waiting.pop_front() else {
                return Err(self.nonsense(waiting, "it answered without being asked".to_owned()));
            };
            if correlation != Some(request.correlation) {
                waiting.push_front(request);
                return Err(self.nonsense(waiting, "it answered another question".to_owned()));
            }
            self.answered_once = true;
            let _ = request.deliver.send(Ok(frame));
        }
    }

    /// A request that comes at this very moment finds the connection lost and is made anew on another.
    fn unused(&self) -> KafkaError {
        KafkaError::Unreachable {
            broker: self.label.clone(),
            cause: "the connection was closed because nobody used it".to_owned(),
            since: None,
        }
    }

    fn too_late(&self, waiting: &VecDeque<Outgoing>) -> KafkaError {
        let now = Instant::now();
        let late = waiting
            .iter()
            .find(|request| request.deadline <= now)
            .or_else(|| waiting.front());
        KafkaError::Timeout {
            broker: self.label.clone(),
            stage: Stage::Request(late.map_or("request", |request| request.api)),
            after: late.map_or_else(Default::default, |request| request.patience),
        }
    }

    fn nonsense(&self, waiting: &VecDeque<Outgoing>, cause: String) -> KafkaError {
        KafkaError::Decode {
            broker: self.label.clone(),
            api: waiting.front().map_or("request", |request| request.api),
            cause,
        }
    }

    fn broken(&self, error: &io::Error) -> KafkaError {
        crate::tls::explain(&self.label, error).unwrap_or_else(|| KafkaError::Unreachable {
            broker: self.label.clone(),
            cause: tame(&error.to_string()),
            since: None,
        })
    }

    /// A listener with SASL answers ApiVersions to anyone and closes the connection at the next question
    /// (Kafka class `SaslServerAuthenticator`).
    fn closed_by_broker(&self, waiting: &VecDeque<Outgoing>) -> KafkaError {
        if !self.signed_in && !self.answered_once && !waiting.is_empty() {
            return KafkaError::Authentication {
                broker: self.label.clone(),
                mechanism: "a connection without SASL",
                fault: crate::error::AuthenticationFault::Required,
                detail: "it closed the connection at the first request, as listeners with SASL do"
                    .to_owned(),
            };
        }
        KafkaError::Unreachable {
            broker: self.label.clone(),
            cause: "it closed the connection".to_owned(),
            since: None,
        }
    }
}

async fn write(stream: &mut (impl AsyncWrite + Unpin), frame: &Bytes) -> io::Result<()> {
    stream.write_all(frame).await?;
    stream.flush().await
}
