//! `/events`: one stream of marks per tab, only of what the tab's user may see (decision 13).
//!
//! The stream reads the hub's ring directly, so a slow reader costs nothing: it loses the oldest marks and is told how
//! many. Rights come from the access layer, whose memory is at most 30 s old, so a right that was taken away ends what is
//! told within that time; a token that is no longer taken ends the stream.

use super::{
    App,
    problem::{ApiError, refuse},
};
use crate::backend::{fleet::Fleet, gate::Gate};
use axum::{
    Router,
    extract::{Extension, State},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
    routing::get,
};
use futures::stream;
use http::StatusCode;
use penstock_api::context::RequestContext;
use penstock_domain::{
    access::{Resource, Right, Verb},
    ids::ClusterRef,
    live::{LiveEvent, Mark, MarkKind},
    problem::ProblemKind,
};
use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, broadcast},
    task::JoinSet,
    time::{Instant, Interval, MissedTickBehavior, interval_at},
};
use tokio_util::sync::CancellationToken;

/// A sign of life; browsers take a stream that is silent for much longer for dead, and so do proxies.
const BEAT: Duration = Duration::from_secs(10);
/// Whether the token is still taken is asked this often.
const RECHECK: Duration = Duration::from_secs(30);

/// Routes.
pub fn router() -> Router<App> {
    Router::new().route("/events", get(events))
}

/// Streams by user.
#[derive(Debug, Default)]
pub struct PerUser {
    open: Mutex<HashMap<Arc<str>, usize>>,
}

/// One open stream's place in the counts; gives it back when the stream ends, however it ends.
struct Place {
    _room: OwnedSemaphorePermit,
    by_user: Arc<PerUser>,
    user: Arc<str>,
}

impl PerUser {
    /// Takes a place of a user; whether there was one.
    pub(super) fn enter(self: &Arc<Self>, user: &Arc<str>, most: usize) -> bool {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(user.clone()).or_default();
        if *count >= most {
            return false;
        }
        *count += 1;
        true
    }

    /// Gives it back.
    pub(super) fn leave(&self, user: &Arc<str>) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(user) {
            *count -= 1;
            if *count == 0 {
                open.remove(user);
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.by_user.leave(&self.user);
        metrics::gauge!("penstock_event_streams").decrement(1);
    }
}

/// Opens a stream.
async fn events(State(app): State<App>, Extension(cx): Extension<RequestContext>) -> Response {
    let gate = app.console.gate();
    let identity = match gate.identity(&cx).await {
        Ok(identity) => identity,
        Err(error) => return ApiError::new(error, &cx).into_response(),
    };
    let Ok(room) = app.streams.clone().try_acquire_owned() else {
        return too_many("The console has as many open streams as it was given room for.");
    };
    let user = identity.user.clone();
    if !app
        .streams_by_user
        .enter(&user, app.settings.streams_per_user)
    {
        return too_many("You have too many pages of the console open at once.");
    }
    metrics::gauge!("penstock_event_streams").increment(1);
    let place = Place {
        _room: room,
        by_user: app.streams_by_user.clone(),
        user,
    };
    let (revision, marks) = app.hub().subscribe();
    let hello = LiveEvent::Hello {
        epoch: app.hub().epoch().to_owned(),
        revision,
    };
    let reader = Reader {
        cx,
        marks,
        due: VecDeque::from([hello]),
        pace: JoinSet::new(),
        beat: every(BEAT),
        recheck: every(RECHECK),
        stop: app.stop.clone(),
        ended: false,
        app,
        _place: place,
    };
    let events = stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        let id = format!(
            "{}-{}",
            reader.app.hub().epoch(),
            reader.app.hub().revision()
        );
        Some((Ok::<_, Infallible>(encode(&event, &id)), reader))
    });
    let mut response = Sse::new(events).into_response();
    // Proxies must not gather what is meant to arrive now.
    response.headers_mut().insert(
        http::HeaderName::from_static("x-accel-buffering"),
        http::HeaderValue::from_static("no"),
    );
    response
}

fn too_many(detail: &str) -> Response {
    refuse(StatusCode::TOO_MANY_REQUESTS, "Too many streams", detail)
}

fn every(period: Duration) -> Interval {
    let mut interval = interval_at(Instant::now() + period, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

fn encode(event: &LiveEvent, id: &str) -> Event {
    // An event is texts and numbers: it always serialises.
    let data = serde_json::to_string(event).unwrap_or_default();
    Event::default().event(event.name()).id(id).data(data)
}

/// One open stream.
struct Reader {
    app: App,
    cx: RequestContext,
    marks: broadcast::Receiver<Mark>,
    /// What is told next.
    due: VecDeque<LiveEvent>,
    /// At most one task, see [`Reader::keep_pace`]; ends with the stream.
    pace: JoinSet<()>,
    beat: Interval,
    recheck: Interval,
    stop: CancellationToken,
    ended: bool,
    _place: Place,
}

impl Reader {
    /// The next event; `None` ends the stream.
    async fn next(&mut self) -> Option<LiveEvent> {
        if self.ended {
            return None;
        }
        if let Some(event) = self.due.pop_front() {
            return Some(event);
        }
        loop {
            let event = tokio::select! {
                biased;
                () = self.stop.cancelled() => {
                    self.ended = true;
                    Some(LiveEvent::Restart)
                }
                _ = self.recheck.tick() => self.recheck().await,
                _ = self.beat.tick() => {
                    self.keep_pace();
                    Some(self.beat())
                }
                mark = self.marks.recv() => match mark {
                    Ok(mark) => {
                        if mark.kind == MarkKind::Watches {
                            // The pill must not say for another beat what has just ended.
                            self.due.push_back(self.beat());
                        }
                        self.visible(mark).await
                    }
                    Err(broadcast::error::RecvError::Lagged(count)) => Some(LiveEvent::Dropped { count }),
                    Err(broadcast::error::RecvError::Closed) => return None,
                },
            };
            if event.is_some() {
                return event;
            }
        }
    }

    async fn recheck(&mut self) -> Option<LiveEvent> {
        match self.gate().identity(&self.cx).await {
            Err(error) if error.problem().kind == ProblemKind::Unauthenticated => {
                self.ended = true;
                Some(LiveEvent::SignedOut)
            }
            _ => None,
        }
    }

    /// A sign of life, and how well the API server is heard.
    fn beat(&self) -> LiveEvent {
        let fleet = self.fleet();
        LiveEvent::Beat {
            revision: self.app.hub().revision(),
            watch_age_millis: fleet
                .health()
                .and_then(|health| health.age_millis(crate::backend::now())),
            watch_stale: fleet.resources_silent(),
        }
    }

    /// The clusters that this user sees keep the pace of their polls. Asked beside the stream: while the API server is away
    /// each question takes its deadline, and just then the stream has to say so.
    fn keep_pace(&mut self) {
        while self.pace.try_join_next().is_some() {}
        if !self.pace.is_empty() {
            return;
        }
        let (app, cx) = (self.app.clone(), self.cx.clone());
        self.pace.spawn(async move {
            let fleet = app.console.fleet();
            for (_, reviewed_as) in fleet.names() {
                let right = Right::on_cluster(Verb::Get, Resource::Clusters, &reviewed_as);
                if let Ok(Some(grant)) = app.console.gate().may(&cx, right).await {
                    fleet.touch(&grant);
                }
            }
        });
    }

    async fn visible(&self, mark: Mark) -> Option<LiveEvent> {
        let Some(cluster) = &mark.cluster else {
            // That something changed somewhere tells nothing; the page asks what it may see of it.
            return Some(LiveEvent::Mark(mark));
        };
        let right = right_for(mark.kind, &self.fleet().reviewed_as(cluster));
        match self.gate().may(&self.cx, right).await {
            Ok(Some(_)) => Some(LiveEvent::Mark(mark)),
            Ok(None) | Err(_) => None,
        }
    }

    fn gate(&self) -> &Gate {
        self.app.console.gate()
    }

    fn fleet(&self) -> &Fleet {
        self.app.console.fleet()
    }
}

/// The right without which a mark is not told: the one that the page behind it asks for.
fn right_for(kind: MarkKind, cluster: &ClusterRef) -> Right {
    let (verb, resource) = match kind {
        MarkKind::Cluster | MarkKind::Watches | MarkKind::Resources | MarkKind::Activity => {
            (Verb::Get, Resource::Clusters)
        }
        MarkKind::Nodes => (Verb::List, Resource::Brokers),
        MarkKind::Topics | MarkKind::Offsets => (Verb::List, Resource::Topics),
        MarkKind::Groups => (Verb::List, Resource::Groups),
        MarkKind::Users => (Verb::List, Resource::Users),
        MarkKind::Schemas => (Verb::List, Resource::Schemas),
    };
    Right::on_cluster(verb, resource, cluster)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_by_user() {
        let by_user = Arc::new(PerUser::default());
        let (alice, bob): (Arc<str>, Arc<str>) = ("alice".into(), "bob".into());
        assert!(by_user.enter(&alice, 2) && by_user.enter(&alice, 2));
        assert!(!by_user.enter(&alice, 2) && by_user.enter(&bob, 2));
        by_user.leave(&alice);
        assert!(by_user.enter(&alice, 2));
    }
}
