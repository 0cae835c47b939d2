//! How a connection comes to be: TCP, TLS, the first answer, signing in. All under one deadline, and an error that says how
//! far it came.

use super::{
    Connection, QUEUE, Settings, Target,
    task::{Stream, Task},
};
use crate::{
    call::{self, Call},
    config::{Sasl, SaslMechanism},
    error::{AuthenticationFault, KafkaError, NotKafkaHint, Stage, code_name, tame},
    frame::{FIRST_FRAME_CAP, FrameError, FrameReader, guess},
    scram::{self, ScramError, ScramHash},
    versions::{self, ApiVersions, FirstAnswer, NEWEST, VersionsError},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use bytes::{Buf, BufMut, Bytes, BytesMut};
use kafka_protocol::{
    messages::{SaslAuthenticateRequest, SaslHandshakeRequest},
    protocol::StrBytes,
};
use std::{
    sync::{Arc, atomic::AtomicI32},
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    sync::mpsc,
    time::{Instant, timeout_at},
};
use tokio_rustls::TlsConnector;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Opens a connection; its task runs on `tracker` until `stop`.
pub(crate) async fn open(
    target: Target,
    settings: Arc<Settings>,
    deadline: Instant,
    tracker: &TaskTracker,
    stop: &CancellationToken,
) -> Result<Connection, KafkaError> {
    let began = Instant::now();
    let stage = std::sync::Mutex::new(Stage::Connect);
    let at = |now: Stage| {
        if let Ok(mut stage) = stage.lock() {
            *stage = now;
        }
    };
    let connecting = async {
        let tcp = TcpStream::connect((&*target.address.host, target.address.port))
            .await
            .map_err(|error| unreachable(&target.label, &error.to_string()))?;
        // Requests are small and waited for.
        let _ = tcp.set_nodelay(true);
        match &settings.tls {
            None => greet(tcp, &target, &settings, &at, tracker, stop).await,
            Some(config) => {
                at(Stage::Handshake);
                let name = crate::tls::server_name(&target.address.host)?;
                let stream = TlsConnector::from(config.clone())
                    .connect(name, tcp)
                    .await
                    .map_err(|error| handshake_error(&target.label, &error))?;
                greet(stream, &target, &settings, &at, tracker, stop).await
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => Err(KafkaError::Stopped),
        done = timeout_at(deadline, connecting) => done.unwrap_or_else(|_| Err(KafkaError::Timeout {
            broker: target.label.clone(),
            stage: stage.lock().map_or(Stage::Connect, |stage| *stage),
            after: deadline.saturating_duration_since(began),
        })),
    }
}

fn unreachable(label: &Arc<str>, cause: &str) -> KafkaError {
    KafkaError::Unreachable {
        broker: label.clone(),
        cause: tame(cause),
        since: None,
    }
}

fn handshake_error(label: &Arc<str>, error: &std::io::Error) -> KafkaError {
    if let Some(explained) = crate::tls::explain(label, error) {
        return explained;
    }
    if error.kind() == std::io::ErrorKind::UnexpectedEof {
        // What a plaintext listener of Kafka does with a TLS greeting: it reads an absurd length and hangs up.
        return KafkaError::NotKafka {
            broker: label.clone(),
            hint: NotKafkaHint::NotTls,
        };
    }
    unreachable(label, &error.to_string())
}

async fn greet<S: Stream + 'static>(
    stream: S,
    target: &Target,
    settings: &Settings,
    at: &impl Fn(Stage),
    tracker: &TaskTracker,
    stop: &CancellationToken,
) -> Result<Connection, KafkaError> {
    let mut greeting = Greeting {
        stream,
        reader: FrameReader::new(FIRST_FRAME_CAP),
        label: target.label.clone(),
        client_id: settings.connection.client_id.clone(),
        next_correlation: 1,
    };
    at(Stage::FirstAnswer);
    let (versions, versions_version) = greeting.versions().await?;
    let mut expires = None;
    if let Some(sasl) = &settings.connection.sasl {
        at(Stage::SignIn);
        let lifetime = greeting.sign_in(sasl, &versions).await?;
        // Reconnecting at 80 % of the session's life is simpler than signing in again on a busy connection.
        expires = lifetime.map(|lifetime| Instant::now() + lifetime.mul_f32(0.8));
    }
    greeting.reader.set_cap(target.class.frame_cap());
    if let Some(again) = target.class.large() {
        greeting.reader.expect_large(again);
    }
    let (requests, receiver) = mpsc::channel(QUEUE);
    let closed = CancellationToken::new();
    let task = Task {
        stream: greeting.stream,
        reader: greeting.reader,
        requests: receiver,
        in_flight: target.class.in_flight(),
        idle: target.class.idle(),
        label: target.label.clone(),
        signed_in: settings.connection.sasl.is_some(),
        answered_once: false,
        closed: closed.clone(),
        stop: stop.clone(),
    };
    tracker.spawn(task.run());
    Ok(Connection {
        label: target.label.clone(),
        client_id: settings.connection.client_id.clone(),
        versions,
        versions_version,
        requests,
        next_correlation: AtomicI32::new(greeting.next_correlation),
        expires,
        closed,
    })
}

/// A connection before it is one: one question at a time.
struct Greeting<S> {
    stream: S,
    reader: FrameReader,
    label: Arc<str>,
    client_id: Arc<str>,
    next_correlation: i32,
}

impl<S: Stream> Greeting<S> {
    /// Asks for versions, from the newest question down to one that the broker knows.
    async fn versions(&mut self) -> Result<(ApiVersions, i16), KafkaError> {
        let mut asked = NEWEST;
        loop {
            let correlation = self.next_correlation;
            self.next_correlation += 1;
            let mut frame = BytesMut::new();
            frame.put_i32(0);
            frame.unsplit(versions::encode_request(
                asked,
                correlation,
                &self.client_id,
            ));
            call::seal(&mut frame).ok_or_else(|| self.stranger(NotKafkaHint::OtherBytes))?;
            let mut answer = self.ask(frame.freeze(), true).await?;
            if answer.try_get_i32() != Ok(correlation) {
                return Err(self.stranger(NotKafkaHint::WrongCorrelation));
            }
            match versions::decode_answer(asked, &answer) {
                Ok(FirstAnswer::Versions(versions)) => return Ok((versions, asked)),
                // `decode_answer` only ever steps down, so this ends.
                Ok(FirstAnswer::AskWith(older)) => asked = older,
                Err(VersionsError::Code(code)) => {
                    return Err(KafkaError::Broker {
                        api: "ApiVersions",
                        code,
                        name: code_name(code),
                        message: None,
                    });
                }
                Err(VersionsError::Short | VersionsError::Malformed) => {
                    return Err(self.stranger(NotKafkaHint::OtherBytes));
                }
            }
        }
    }

    /// Proves who we are; the time until the session ends, where the broker sets one (KIP-368).
    async fn sign_in(
        &mut self,
        sasl: &Sasl,
        versions: &ApiVersions,
    ) -> Result<Option<Duration>, KafkaError> {
        let mechanism = sasl.mechanism.name();
        let handshake =
            SaslHandshakeRequest::default().with_mechanism(StrBytes::from_static_str(mechanism));
        // Version 1 means that SaslAuthenticate requests follow; every supported broker knows it.
        let answer = self.call_once(&handshake, versions, Some(1)).await?;
        match answer.error_code {
            0 => {}
            33 => {
                let offered: Vec<&str> = answer.mechanisms.iter().map(|name| &**name).collect();
                return Err(self.refused(
                    mechanism,
                    AuthenticationFault::Mechanism,
                    &format!("this listener offers {}", offered.join(", ")),
                ));
            }
            34 => {
                return Err(self.refused(
                    mechanism,
                    AuthenticationFault::NotOffered,
                    "this listener has no SASL",
                ));
            }
            code => {
                return Err(self.refused(
                    mechanism,
                    AuthenticationFault::Credentials,
                    &code_name(code),
                ));
            }
        }
        match ScramHash::of(sasl.mechanism) {
            None => {
                let message = format!("\0{}\0{}", sasl.username, sasl.password.reveal());
                let (_, lifetime) = self
                    .authenticate(sasl.mechanism, message.into_bytes(), versions)
                    .await?;
                Ok(lifetime)
            }
            Some(hash) => self.scram(hash, sasl, versions).await,
        }
    }

    async fn scram(
        &mut self,
        hash: ScramHash,
        sasl: &Sasl,
        versions: &ApiVersions,
    ) -> Result<Option<Duration>, KafkaError> {
        let mechanism = sasl.mechanism;
        let nonce = BASE64.encode(rand::random::<[u8; 24]>());
        let (started, first) = scram::start(hash, &sasl.username, nonce);
        let (challenge, _) = self.authenticate(mechanism, first, versions).await?;
        let password = sasl.password.clone();
        // Thousands of hash rounds: not on a thread of the runtime.
        let proved =
            tokio::task::spawn_blocking(move || started.prove(&challenge, &password)).await;
        let (proved, last) = match proved {
            Ok(Ok(proved)) => proved,
            Ok(Err(error)) => return Err(self.scram_error(mechanism, &error)),
            Err(_) => return Err(KafkaError::Stopped),
        };
        let (signature, lifetime) = self.authenticate(mechanism, last, versions).await?;
        proved
            .finish(&signature)
            .map_err(|error| self.scram_error(mechanism, &error))?;
        Ok(lifetime)
    }

    async fn authenticate(
        &mut self,
        mechanism: SaslMechanism,
        message: Vec<u8>,
        versions: &ApiVersions,
    ) -> Result<(Bytes, Option<Duration>), KafkaError> {
        let request = SaslAuthenticateRequest::default().with_auth_bytes(Bytes::from(message));
        let answer = self.call_once(&request, versions, None).await?;
        if answer.error_code != 0 {
            let words = answer
                .error_message
                .as_deref()
                .filter(|text| !text.is_empty())
                .map_or_else(|| code_name(answer.error_code), tame);
            return Err(self.refused(mechanism.name(), AuthenticationFault::Credentials, &words));
        }
        let lifetime = u64::try_from(answer.session_lifetime_ms)
            .ok()
            .filter(|millis| *millis > 0)
            .map(Duration::from_millis);
        Ok((answer.auth_bytes, lifetime))
    }

    fn scram_error(&self, mechanism: SaslMechanism, error: &ScramError) -> KafkaError {
        let fault = match error {
            ScramError::Signature | ScramError::Nonce | ScramError::Iterations(_) => {
                AuthenticationFault::Server
            }
            ScramError::Malformed | ScramError::Refused(_) => AuthenticationFault::Credentials,
        };
        self.refused(mechanism.name(), fault, &error.to_string())
    }

    fn refused(
        &self,
        mechanism: &'static str,
        fault: AuthenticationFault,
        detail: &str,
    ) -> KafkaError {
        KafkaError::Authentication {
            broker: self.label.clone(),
            mechanism,
            fault,
            detail: tame(detail),
        }
    }

    fn stranger(&self, hint: NotKafkaHint) -> KafkaError {
        KafkaError::NotKafka {
            broker: self.label.clone(),
            hint,
        }
    }

    async fn call_once<R: Call>(
        &mut self,
        request: &R,
        versions: &ApiVersions,
        fixed: Option<i16>,
    ) -> Result<R::Answer, KafkaError> {
        let range = R::VERSIONS;
        let unsupported = || KafkaError::Unsupported {
            broker: self.label.clone(),
            api: R::NAME,
        };
        let version = versions
            .pick(R::KEY, range.min, fixed.unwrap_or(range.max))
            .filter(|version| fixed.is_none_or(|fixed| fixed == *version))
            .ok_or_else(unsupported)?;
        let correlation = self.next_correlation;
        self.next_correlation += 1;
        let frame = call::encode(request, version, correlation, &self.client_id, &self.label)?;
        let answer = self.ask(frame, false).await?;
        if answer.first_chunk::<4>().map(|id| i32::from_be_bytes(*id)) != Some(correlation) {
            return Err(self.stranger(NotKafkaHint::WrongCorrelation));
        }
        call::decode::<R>(answer, version, &self.label)
    }

    /// Sends one frame and reads one; `first`: nothing has shown yet that a broker is there.
    async fn ask(&mut self, frame: Bytes, first: bool) -> Result<Bytes, KafkaError> {
        let broken = |label: &Arc<str>, error: &std::io::Error| {
            crate::tls::explain(label, error)
                .unwrap_or_else(|| unreachable(label, &error.to_string()))
        };
        let label = self.label.clone();
        let sent = async {
            self.stream.write_all(&frame).await?;
            self.stream.flush().await
        };
        // A refused client certificate shows here with TLS 1.3, as an alert that waits to be read: so read on.
        let sent = sent.await;
        loop {
            match self.reader.next() {
                Ok(Some(frame)) => return Ok(frame),
                Ok(None) => {}
                Err(_) if first => return Err(self.stranger(guess(self.reader.received()))),
                Err(error @ (FrameError::Nonsense(_) | FrameError::TooLarge { .. })) => {
                    return Err(KafkaError::Decode {
                        broker: label,
                        api: "SASL",
                        cause: error.to_string(),
                    });
                }
            }
            match self.reader.fill(&mut self.stream).await {
                Ok(0) => return Err(self.hung_up(first, sent.as_ref().err())),
                Ok(_) => {}
                Err(error) => {
                    return Err(broken(&label, &error));
                }
            }
        }
    }

    fn hung_up(&self, first: bool, sent: Option<&std::io::Error>) -> KafkaError {
        if let Some(error) = sent {
            return unreachable(&self.label, &error.to_string());
        }
        if first {
            return self.stranger(guess(self.reader.received()));
        }
        unreachable(&self.label, "it closed the connection while signing in")
    }
}
