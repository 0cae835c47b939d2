//! What every request to the API server passes: a deadline, and a stamp for each piece of the answer.
//!
//! kube's watcher swallows bookmarks, so it cannot tell how old its view is; the bytes of the answer can (decision 25).
//! Answers other than watches must be complete by the deadline; a watch only has to begin by then, it ends by its own
//! timeout and is given up by the watcher when nothing came for that long.

use bytes::Bytes;
use http::Request;
use http_body::{Body as HttpBody, Frame, SizeHint};
use kube::client::{Body, Client};
use penstock_domain::time::Timestamp;
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, SystemTime},
};
use tokio::{sync::Notify, time::Sleep};

/// When something was last heard, and how often.
#[derive(Debug, Default)]
pub(crate) struct Heartbeat {
    last: AtomicI64,
    beats: AtomicU64,
    begun: Notify,
}

/// The API server took too long.
#[derive(Debug, thiserror::Error)]
#[error("no complete answer within {} s", .0.as_secs())]
pub(crate) struct TooLate(Duration);

/// Who wants to know that something was heard.
#[derive(Clone, Default)]
pub(crate) struct Ears {
    /// Beats with every piece of every answer: the API server is there.
    pub server: Option<Arc<Heartbeat>>,
    /// Beats with every piece of the answers that are no refusals: this watch sees what there is.
    pub watch: Option<Arc<Heartbeat>>,
}

/// A client that keeps a deadline on every request and stamps each piece of every answer.
pub(crate) fn observed(client: Client, deadline: Duration, ears: Ears) -> Client {
    let namespace = client.default_namespace().to_owned();
    let service = tower::service_fn(move |request: Request<Body>| {
        let (client, mut ears) = (client.clone(), ears.clone());
        async move {
            let watch = is_watch(&request);
            let until = (!watch).then(|| Box::pin(tokio::time::sleep(deadline)));
            let response = tokio::time::timeout(deadline, client.send(request))
                .await
                .map_err(|_| tower::BoxError::from(TooLate(deadline)))??;
            if !response.status().is_success() {
                ears.watch = None;
            }
            ears.heard();
            if watch && let Some(heartbeat) = &ears.watch {
                heartbeat.begun.notify_one();
            }
            Ok::<_, tower::BoxError>(response.map(|body| Observed {
                body,
                until,
                deadline,
                ears,
            }))
        }
    });
    Client::new(service, namespace)
}

fn is_watch(request: &Request<Body>) -> bool {
    request
        .uri()
        .query()
        .is_some_and(|query| query.split('&').any(|pair| pair == "watch=true"))
}

/// An answer's body under observation.
struct Observed {
    body: Body,
    until: Option<Pin<Box<Sleep>>>,
    deadline: Duration,
    ears: Ears,
}

// === impl Ears ===

impl Ears {
    /// Only the API server itself matters.
    pub(crate) fn server(heartbeat: Arc<Heartbeat>) -> Self {
        Self {
            server: Some(heartbeat),
            watch: None,
        }
    }

    fn heard(&self) {
        for heartbeat in [&self.server, &self.watch].into_iter().flatten() {
            heartbeat.beat();
        }
    }
}

// === impl Heartbeat ===

impl Heartbeat {
    /// Something was heard now.
    pub(crate) fn beat(&self) {
        self.last.store(
            Timestamp::from_system(SystemTime::now()).0,
            Ordering::Relaxed,
        );
        self.beats.fetch_add(1, Ordering::Relaxed);
    }

    /// When; `None`: never.
    pub(crate) fn last(&self) -> Option<Timestamp> {
        match self.last.load(Ordering::Relaxed) {
            0 => None,
            millis => Some(Timestamp(millis)),
        }
    }

    /// Waits until the API server accepts a watch. The watcher tells nothing before something changes.
    pub(crate) async fn begun(&self) {
        self.begun.notified().await;
    }

    /// How often; tells whether anything was heard between two looks, whatever the clock does.
    pub(crate) fn beats(&self) -> u64 {
        self.beats.load(Ordering::Relaxed)
    }
}

// === impl Observed ===

impl HttpBody for Observed {
    type Data = Bytes;
    type Error = tower::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, tower::BoxError>>> {
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.ears.heard();
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                let late = self
                    .until
                    .as_mut()
                    .is_some_and(|until| until.as_mut().poll(cx).is_ready());
                if late {
                    Poll::Ready(Some(Err(TooLate(self.deadline).into())))
                } else {
                    Poll::Pending
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The innermost cause of an error: of a chain like "service error: connect error: Connection refused" the part that tells.
pub(crate) fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// What went wrong with a request, in words for a page.
pub(crate) fn explain(error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) if status.code == 401 => {
            "The API server does not accept the console's credential.".to_owned()
        }
        kube::Error::Api(status) => {
            format!("The API server answers {}: {}", status.code, status.message)
        }
        kube::Error::SerdeError(error) => format!("The API server's answer can't be read: {error}"),
        other => format!("The API server can't be reached: {}", root_cause(other)),
    }
}

/// HTTP status of an error, where the API server gave one.
pub(crate) fn status_code(error: &kube::Error) -> Option<u16> {
    match error {
        kube::Error::Api(status) => Some(status.code),
        _ => None,
    }
}
