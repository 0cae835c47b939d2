//! The control endpoint: loopback, bearer token, JSON. The command line and tests drive a running bed through it.
//!
//! `GET /progress` (one JSON event a line until the bed is up) · `GET /status` · `POST /fault` · `POST /proxy` ·
//! `POST /clear` · `POST /start` · `POST /end`. A refusal is a status of 4xx with the reason as text.

use super::Contact;
use super::bed::Bed;
use super::extras::{self, Extras};
use super::progress::Event;
use crate::kubernetes::identities::random_secret;
use crate::process::boot;
use crate::proxy::Fault;
use crate::state::{Process, State};
use crate::supervisor::board::UnitStatus;
use crate::supervisor::facts::{Exit, Phase};
use crate::supervisor::unit::Action;
use anyhow::{Context, Result};
use axum::body::{Body, Bytes};
use axum::extract::{Request, State as Handle};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::{Stream, stream};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// A fault of a process.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProcessFault {
    /// Which process: `kafka/task-events/1`, `apiserver`.
    pub target: String,
    /// What happens to it.
    pub act: Act,
}

/// What happens to a process.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Act {
    /// SIGKILL; started again after so many milliseconds, or not until asked for.
    Kill {
        /// How long it stays away.
        down_ms: Option<u64>,
    },
    /// SIGTERM; stays down.
    Stop,
    /// Started again.
    Start,
    /// SIGSTOP.
    Pause,
    /// SIGCONT.
    Resume,
    /// SIGTERM and started again.
    Restart,
}

impl From<Act> for Action {
    fn from(act: Act) -> Self {
        match act {
            Act::Kill { down_ms } => Self::Kill(down_ms.map(Duration::from_millis)),
            Act::Stop => Self::Stop,
            Act::Start => Self::Start,
            Act::Pause => Self::Pause,
            Act::Resume => Self::Resume,
            Act::Restart => Self::Restart,
        }
    }
}

/// A fault on the way to a node.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProxyFault {
    /// Which node: `kafka/task-events/1`.
    pub target: String,
    /// What is wrong.
    pub fault: Fault,
}

/// A process in the status.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnitView {
    /// How it is.
    pub phase: Phase,
    /// Its id.
    pub pid: Option<u32>,
    /// Starts after the first.
    pub restarts: u32,
    /// How the last process ended.
    pub last_exit: Option<Exit>,
}

impl From<UnitStatus> for UnitView {
    fn from(status: UnitStatus) -> Self {
        Self {
            phase: status.phase,
            pid: status.pid,
            restarts: status.restarts,
            last_exit: status.last_exit,
        }
    }
}

/// What runs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// Whether everything is up.
    pub ready: bool,
    /// Whether the demo's workload runs.
    pub workload: bool,
    /// Every process.
    pub units: BTreeMap<String, UnitView>,
    /// Every way to a node.
    pub proxies: BTreeMap<String, Fault>,
}

struct Refusal(StatusCode, String);

impl Refusal {
    fn not_found(text: String) -> Self {
        Self(StatusCode::NOT_FOUND, text)
    }

    fn conflict(text: String) -> Self {
        Self(StatusCode::CONFLICT, text)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, self.1).into_response()
    }
}

/// Opens the endpoint; it ends with the bed.
///
/// # Errors
/// No port on loopback.
pub async fn serve(bed: Arc<Bed>) -> Result<Contact> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .context("no port for the control endpoint")?;
    let contact = Contact {
        process: Process::current()?,
        boot: boot(),
        url: format!("http://{}", listener.local_addr()?),
        token: random_secret(),
    };
    let expected: Arc<str> = format!("Bearer {}", contact.token.expose()).into();
    let router = Router::new()
        .route("/progress", get(progress))
        .route("/status", get(status))
        .route("/fault", post(fault))
        .route("/proxy", post(proxy))
        .route("/clear", post(clear))
        .route("/start", post(start))
        .route("/end", post(end))
        .layer(middleware::from_fn(move |request, next| {
            authorize(Arc::clone(&expected), request, next)
        }))
        .with_state(Arc::clone(&bed));
    let ended = bed.token();
    bed.tasks().spawn(async move {
        let serve = axum::serve(listener, router).with_graceful_shutdown(ended.cancelled_owned());
        if let Err(error) = serve.await {
            tracing::error!(%error, "the control endpoint failed");
        }
    });
    Ok(contact)
}

async fn authorize(expected: Arc<str>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION);
    // The token has 256 random bits; comparing in constant time would protect nothing more on loopback.
    if given.is_none_or(|given| given.as_bytes() != expected.as_bytes()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    next.run(request).await
}

async fn progress(Handle(bed): Handle<Arc<Bed>>) -> Response {
    let body = Body::from_stream(lines(bed.progress().subscribe()));
    ([(header::CONTENT_TYPE, "application/jsonl")], body).into_response()
}

/// Events as JSON lines, ending behind the last one.
fn lines(
    receiver: watch::Receiver<Vec<Event>>,
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    let begin = (receiver, 0_usize, VecDeque::new(), false);
    stream::unfold(
        begin,
        |(mut receiver, mut seen, mut queue, mut over)| async move {
            loop {
                if let Some(line) = queue.pop_front() {
                    return Some((Ok(line), (receiver, seen, queue, over)));
                }
                if over {
                    return None;
                }
                let fresh: Vec<Event> = receiver
                    .borrow_and_update()
                    .get(seen..)
                    .unwrap_or_default()
                    .to_vec();
                if fresh.is_empty() {
                    receiver.changed().await.ok()?;
                    continue;
                }
                seen += fresh.len();
                over = fresh.iter().any(|event| event.kind.last());
                for event in fresh {
                    let mut line = serde_json::to_vec(&event).ok()?;
                    line.push(b'\n');
                    queue.push_back(Bytes::from(line));
                }
            }
        },
    )
}

async fn status(Handle(bed): Handle<Arc<Bed>>) -> Json<Status> {
    let units = bed.supervisor().board().subscribe().borrow().clone();
    Json(Status {
        ready: bed.state().is_some(),
        workload: bed.workload_runs(),
        units: units
            .into_iter()
            .map(|(name, unit)| (name, unit.into()))
            .collect(),
        proxies: bed.proxy().faults(),
    })
}

async fn fault(
    Handle(bed): Handle<Arc<Bed>>,
    Json(fault): Json<ProcessFault>,
) -> Result<StatusCode, Refusal> {
    let Some(unit) = bed.supervisor().unit(&fault.target) else {
        let units = bed.supervisor().board().subscribe().borrow().clone();
        let names: Vec<String> = units.into_keys().collect();
        return Err(Refusal::not_found(format!(
            "there is no process {}; there are {}",
            fault.target,
            names.join(", ")
        )));
    };
    unit.ask(fault.act.into())
        .await
        .map_err(Refusal::conflict)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn proxy(
    Handle(bed): Handle<Arc<Bed>>,
    Json(fault): Json<ProxyFault>,
) -> Result<StatusCode, Refusal> {
    bed.proxy()
        .set(&fault.target, fault.fault)
        .map_err(|error| Refusal::not_found(error.to_string()))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends every fault: clears the proxies, resumes what is paused, starts what is down.
async fn clear(Handle(bed): Handle<Arc<Bed>>) -> Result<StatusCode, Refusal> {
    bed.proxy().clear();
    let units = bed.supervisor().board().subscribe().borrow().clone();
    for (name, status) in units {
        let action = match status.phase {
            Phase::Paused => Action::Resume,
            Phase::Down | Phase::Stopped => Action::Start,
            Phase::Starting | Phase::Running => continue,
        };
        if let Some(unit) = bed.supervisor().unit(&name) {
            unit.ask(action).await.map_err(Refusal::conflict)?;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn start(
    Handle(bed): Handle<Arc<Bed>>,
    Json(extras): Json<Extras>,
) -> Result<Json<State>, Refusal> {
    extras::start(&bed, &extras)
        .await
        .map(Json)
        .map_err(|error| Refusal::conflict(format!("{error:#}")))
}

async fn end(Handle(bed): Handle<Arc<Bed>>) -> StatusCode {
    bed.cancel();
    StatusCode::ACCEPTED
}
