//! Readings that run on: a search and a tail as streams of events, for as long as their rights hold.

use super::{prepare::Prepared, shape::Shaper};
use crate::backend::{Console, gate::Gate, problems};
use futures::{FutureExt, future::BoxFuture};
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::{
    access::{Right, Verb},
    ids::ClusterRef,
    problem::ProblemKind,
    read::{Estimate, Notice, Reading, SearchEvent, TailEvent},
};
use penstock_kafka::{
    scan::{self, Plan, Scan, ScanEvent, What},
    tail::{FollowSpec, FollowTopic, Tail, TailNews},
};
use std::{collections::VecDeque, sync::Arc, time::Duration};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

/// Whether the rights still hold is asked this often; the answer may be up to 30 s old.
const RECHECK: Duration = Duration::from_secs(15);
/// How long offsets are waited for before a search begins.
pub const PLAN_PATIENCE: Duration = Duration::from_secs(5);
/// Matches that a search tells unless asked otherwise.
const DEFAULT_MATCHES: u32 = 500;
/// Matches that it tells at most in one stream; it can be continued.
const MOST_MATCHES: u32 = 20_000;

/// A stream of events that ends by itself.
pub struct Opened<E> {
    source: Source<E>,
    guard: Guard,
}

enum Source<E> {
    Running(Box<dyn Events<E>>),
    Ended,
}

/// What a reading tells, one after the other.
trait Events<E>: Send {
    /// The next event; `None` after the last.
    fn next(&mut self) -> BoxFuture<'_, Option<E>>;
    /// The last event, when something else ends it.
    fn last(&self, reason: String, again: bool) -> E;
}

impl<E> Opened<E> {
    /// The next event; `None` ends the stream. Safe to drop at any point: that ends the work.
    pub async fn next(&mut self, stop: &CancellationToken) -> Option<E> {
        let Source::Running(events) = &mut self.source else {
            return None;
        };
        let ended = tokio::select! {
            biased;
            () = stop.cancelled() => ("The console is being restarted.".to_owned(), true),
            reason = self.guard.lost() => (reason, false),
            event = events.next() => {
                if event.is_none() {
                    self.source = Source::Ended;
                }
                return event;
            }
        };
        let last = events.last(ended.0, ended.1);
        self.source = Source::Ended;
        Some(last)
    }
}

/// Watches over the rights of a reading.
struct Guard {
    gate: Gate,
    cx: RequestContext,
    rights: Vec<Right>,
    tick: Interval,
}

impl Guard {
    fn new(gate: Gate, cx: &RequestContext, rights: Vec<Right>) -> Self {
        let mut tick = interval_at(Instant::now() + RECHECK, RECHECK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            gate,
            cx: cx.clone(),
            rights,
            tick,
        }
    }

    /// Returns when a right is lost, with the reason. An API server that is away is no loss: what is known holds for a while.
    async fn lost(&mut self) -> String {
        loop {
            self.tick.tick().await;
            for right in &self.rights {
                match self.gate.may(&self.cx, right.clone()).await {
                    Ok(Some(_)) => {}
                    Ok(None) => return format!("You may no longer {}.", right.words()),
                    Err(error) if error.problem().kind == ProblemKind::Unauthenticated => {
                        return "Your session has ended.".to_owned();
                    }
                    // The access layer keeps known grants as long as decision 6 allows and then says no.
                    Err(error) if error.problem().kind == ProblemKind::Unavailable => {
                        return error.problem().detail.clone();
                    }
                    Err(_) => {}
                }
            }
        }
    }
}

impl Console {
    /// Begins a search.
    pub async fn search(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        reading: &Reading,
    ) -> Result<Opened<SearchEvent>, AppError> {
        let limit = reading
            .limit
            .unwrap_or(DEFAULT_MATCHES)
            .clamp(1, MOST_MATCHES);
        let prepared = self
            .prepare_reading(cx, Verb::List, cluster, reading, Some(limit as usize))
            .await?;
        let (scan, plan) = self.scan(cx, &prepared).await?;
        let mut first = VecDeque::new();
        let rate = self.records.room.rate().filter(|rate| *rate > 0.0);
        first.push_back(SearchEvent::Estimate {
            estimate: Estimate {
                records: plan.records,
                bytes: super::estimate::bytes(&prepared.readable.sight, &plan),
                seconds: rate.map(|rate| plan.records as f64 / rate),
            },
            partitions: plan.partitions,
            positions: plan.positions,
        });
        let notices = prepared.readable.notices.iter().cloned();
        first.extend(notices.map(SearchEvent::Notice));
        Ok(Opened {
            guard: Guard::new(self.gate.clone(), cx, prepared.rights),
            source: Source::Running(Box::new(Search {
                scan,
                shaper: prepared.shaper,
                first,
                told: Told::default(),
            })),
        })
    }

    /// Plans and starts the engine on a prepared reading.
    pub(crate) async fn scan(
        &self,
        cx: &RequestContext,
        prepared: &Prepared,
    ) -> Result<(Scan, Plan), AppError> {
        let identity = self.gate.identity(cx).await?;
        let seat = self
            .records
            .room
            .for_user(&identity.user)
            .map_err(|error| problems::scan(&error))?;
        let bounds = prepared.matcher.bounds();
        let plan = scan::plan(&prepared.client, &prepared.spec, &bounds, PLAN_PATIENCE)
            .await
            .map_err(|error| problems::scan(&error))?;
        let what = What {
            matcher: prepared.matcher.clone(),
            lens: Arc::new(prepared.shaper.lens.clone()),
        };
        let scan = scan::start(
            prepared.client.clone(),
            plan.clone(),
            what,
            seat,
            &self.records.stop,
        );
        Ok((scan, plan))
    }

    /// Begins to follow.
    pub async fn tail(
        &self,
        cx: &RequestContext,
        cluster: &ClusterRef,
        reading: &Reading,
    ) -> Result<Opened<TailEvent>, AppError> {
        let prepared = self
            .prepare_reading(cx, Verb::Tail, cluster, reading, None)
            .await?;
        let hub = prepared
            .readable
            .sight
            .tails()
            .cloned()
            .ok_or_else(|| problems::not_connected(&prepared.readable.sight))?;
        let uncommitted = prepared.uncommitted();
        let tail = hub
            .follow(FollowSpec {
                topics: prepared
                    .spec
                    .topics
                    .iter()
                    .map(|topic| FollowTopic {
                        name: topic.name.clone(),
                        id: topic.id.clone(),
                        partitions: topic.partitions.clone(),
                    })
                    .collect(),
                positions: prepared.spec.positions.clone(),
                uncommitted,
                matcher: prepared.matcher.clone(),
                lens: Arc::new(prepared.shaper.lens.clone()),
            })
            .await
            .map_err(|error| problems::scan(&error))?;
        let first: VecDeque<Notice> = prepared.readable.notices.iter().cloned().collect();
        Ok(Opened {
            guard: Guard::new(self.gate.clone(), cx, prepared.rights),
            source: Source::Running(Box::new(Follow {
                tail,
                shaper: prepared.shaper,
                first,
            })),
        })
    }
}

/// How far a search came, for its last event.
#[derive(Default)]
struct Told {
    scanned: u64,
    scanned_bytes: u64,
    matches: u64,
    positions: Vec<penstock_domain::read::Position>,
}

struct Search {
    scan: Scan,
    shaper: Shaper,
    first: VecDeque<SearchEvent>,
    told: Told,
}

impl Events<SearchEvent> for Search {
    fn next(&mut self) -> BoxFuture<'_, Option<SearchEvent>> {
        async move {
            if let Some(event) = self.first.pop_front() {
                if let SearchEvent::Estimate { positions, .. } = &event {
                    self.told.positions.clone_from(positions);
                }
                return Some(event);
            }
            Some(match self.scan.next().await? {
                ScanEvent::Found(found) => SearchEvent::Match {
                    record: Box::new(self.shaper.shape(&found).await),
                },
                ScanEvent::Progress(progress) => {
                    self.told = Told {
                        scanned: progress.scanned.records,
                        scanned_bytes: progress.scanned.bytes,
                        matches: progress.matches,
                        positions: progress.positions.clone(),
                    };
                    SearchEvent::Progress {
                        scanned: progress.scanned.records,
                        scanned_bytes: progress.scanned.bytes,
                        matches: progress.matches,
                        per_second: progress.per_second,
                        seconds_left: progress.seconds_left,
                        at: progress.at,
                        positions: progress.positions,
                    }
                }
                ScanEvent::Notice(notice) => SearchEvent::Notice(notice),
                ScanEvent::End(end) => SearchEvent::End {
                    scanned: end.scanned.records,
                    scanned_bytes: end.scanned.bytes,
                    matches: end.matches,
                    complete: end.complete,
                    reason: end.reason,
                    positions: end.positions,
                },
            })
        }
        .boxed()
    }

    fn last(&self, reason: String, _again: bool) -> SearchEvent {
        SearchEvent::End {
            scanned: self.told.scanned,
            scanned_bytes: self.told.scanned_bytes,
            matches: self.told.matches,
            complete: false,
            reason: Some(reason),
            positions: self.told.positions.clone(),
        }
    }
}

struct Follow {
    tail: Tail,
    shaper: Shaper,
    first: VecDeque<Notice>,
}

impl Events<TailEvent> for Follow {
    fn next(&mut self) -> BoxFuture<'_, Option<TailEvent>> {
        async move {
            if let Some(notice) = self.first.pop_front() {
                return Some(TailEvent::Notice(notice));
            }
            Some(match self.tail.next().await? {
                TailNews::Found(found) => {
                    let mut records = Vec::with_capacity(found.len());
                    for found in &found {
                        records.push(self.shaper.shape(found).await);
                    }
                    TailEvent::Records { records }
                }
                TailNews::Dropped { count, gaps } => TailEvent::Dropped { count, gaps },
                TailNews::Progress(progress) => TailEvent::Progress {
                    arrived: progress.arrived,
                    matches: progress.matches,
                    per_second: progress.per_second,
                    matches_per_second: progress.matches_per_second,
                    dropped: progress.dropped,
                    positions: progress.positions,
                },
                TailNews::Notice(notice) => TailEvent::Notice(notice),
                TailNews::End { reason, again } => TailEvent::End { reason, again },
            })
        }
        .boxed()
    }

    fn last(&self, reason: String, again: bool) -> TailEvent {
        TailEvent::End { reason, again }
    }
}
