//! The engine of a scan: one task that keeps fetches and walks going and tells hits in their order.
//!
//! ```text
//! leaders ── Fetch ──> pieces ── walk (blocking threads) ──> steps ── in order ──> merge ──> events
//!    fetching: the next request is on its way while the last answer is walked; the lane that is waited for goes first
//!    walking:  as many at once as there are processors, several chunks of one partition too; taken in in their order
//!    trouble:  leaders that moved, offsets that are gone, topics that are others now
//! ```
//! Bounded: bytes fetched and not yet walked (`room`), hits that wait for others to be told first ([`HELD`]), events that
//! wait for the reader. A reader that does not come for a while makes the engine let go of what it fetched.

mod fetching;
mod output;
#[cfg(test)]
mod tests;
mod trouble;
mod walking;

use self::trouble::Trouble;
use super::{
    Found,
    cursor::{Cursor, Sizes},
    found::Origin,
    merge::Merge,
    plan::Plan,
    progress::{Pace, ScanEvent},
    room::{Allowance, Seat},
    source::{Led, Source},
    spec::What,
    walk::{Job, Looking, Step},
};
use crate::{batch::Limits, error::KafkaError, fetch::FetchedPartition};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use penstock_domain::{
    ids::NodeId,
    read::{Isolation, Order},
};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};
use tokio_util::sync::CancellationToken;

/// Bytes of hits that may wait for others to be told first. Beyond that only the lane that is waited for goes on.
const HELD: usize = 8 * 1024 * 1024;
/// The same in hits.
const HELD_HITS: usize = 32 * 1024;
/// Events are handed on in lots, so that the reader is not woken for each.
const LOT: usize = 256;
/// Bytes of hits in a lot.
const LOT_WEIGHT: usize = 256 * 1024;
/// Lots that may wait for the reader.
pub(crate) const LOTS: usize = 4;
/// How often progress is told.
const TELL: Duration = Duration::from_millis(250);
/// A reader that takes nothing for so long makes the engine let go of its buffers.
const STALL: Duration = Duration::from_secs(2);
/// All partitions together aim at so many bytes in one round of requests.
const ROUND: usize = 12 * 1024 * 1024;
/// The largest request for one partition, unless a batch is larger.
const LARGEST_ASK: usize = 4 * 1024 * 1024;
/// The smallest such largest, however many partitions there are.
const SMALLEST_ASK: usize = 64 * 1024;

/// A partition.
struct Lane {
    origin: Arc<Origin>,
    leader: Option<NodeId>,
    epoch: Option<i32>,
    /// Up to here brokers tell aborted transactions.
    stable: i64,
    from: i64,
    to: i64,
    cursor: Cursor<Arc<Allowance>>,
    queue: VecDeque<Slot>,
    /// What was looked at without a gap, in the order of reading: its position.
    walked: i64,
    /// Whether it is being asked what offsets there are: no fetch until that is known.
    sounding: bool,
    /// Whether the next request must be for this partition alone.
    alone: bool,
    trouble: Trouble,
    /// Whether its end was told to the merge.
    over: bool,
}

/// A piece on its way through the walk, in the order of reading.
struct Slot {
    serial: u64,
    state: State,
}

enum State {
    /// To be walked.
    Waiting(Job),
    /// On a thread.
    Walking,
    /// Needs schemas that are being fetched.
    Asking(Job),
    /// Walked; those before it were not.
    Walked(Box<Step>),
}

/// Something that the engine waited for.
enum Done {
    Fetched(Box<Fetched>),
    Walked {
        /// Lanes, and serial numbers there.
        ids: Vec<(usize, u64)>,
        outcomes: Option<Vec<State>>,
    },
    Schemas {
        lane: usize,
        serial: u64,
    },
    Led(Result<Vec<Led>, KafkaError>),
    Extent {
        lane: usize,
        answer: Result<(i64, i64), KafkaError>,
    },
}

/// A question in a request.
struct Asked {
    lane: usize,
    stretch: u32,
    offset: i64,
}

/// An answer, or why there is none.
struct Fetched {
    node: NodeId,
    /// Which connection.
    channel: u8,
    asked: Vec<Asked>,
    allowance: Allowance,
    answer: Result<Vec<FetchedPartition>, KafkaError>,
}

/// See the module.
pub(crate) struct Engine {
    source: Arc<dyn Source>,
    seat: Seat,
    looking: Arc<Looking>,
    order: Order,
    isolation: Isolation,
    limit: Option<u64>,
    lanes: Vec<Lane>,
    merge: Merge<Found>,
    work: FuturesUnordered<BoxFuture<'static, Done>>,
    /// Connections in use, by broker.
    busy: HashMap<NodeId, u8>,
    walking: usize,
    serial: u64,
    /// Weight of hits in steps that wait for those before them.
    walked_ahead: usize,
    reroute: bool,
    rerouting: bool,
    rerouted: Option<Instant>,
    /// Whether something could not be asked for because memory was short.
    starved: bool,
    out: mpsc::Sender<Vec<ScanEvent>>,
    lot: Vec<ScanEvent>,
    lot_weight: usize,
    waiting_since: Option<Instant>,
    stalled: bool,
    started: Instant,
    pace: Pace,
    records: u64,
    bytes: u64,
    fetched: u64,
    matches: u64,
    /// Batches that were named: lane and first offset.
    bad_batches: HashSet<(usize, i64)>,
    /// Why parts of the range were not looked at.
    losses: Vec<String>,
    stop: CancellationToken,
}

// === impl Engine ===

impl Engine {
    pub(crate) fn new(
        source: Arc<dyn Source>,
        plan: Plan,
        what: What,
        seat: Seat,
        out: mpsc::Sender<Vec<ScanEvent>>,
        stop: CancellationToken,
    ) -> Self {
        let now = Instant::now();
        let sizes = sizes(&plan);
        let order = plan.order;
        let lanes: Vec<Lane> = plan
            .lanes
            .into_iter()
            .map(|planned| Lane {
                cursor: Cursor::new(order, planned.from, planned.to, sizes),
                walked: match order {
                    Order::Oldest => planned.from,
                    Order::Newest => planned.to,
                },
                origin: Arc::new(planned.origin),
                leader: planned.leader,
                epoch: planned.epoch,
                stable: planned.stable,
                from: planned.from,
                to: planned.to.max(planned.from),
                queue: VecDeque::new(),
                sounding: false,
                alone: false,
                trouble: Trouble::default(),
                over: false,
            })
            .collect();
        Self {
            source,
            seat,
            looking: Arc::new(Looking {
                what,
                order,
                uncommitted: plan.isolation == Isolation::ReadUncommitted,
                since: plan.since,
                limits: Limits::default(),
                stop: AtomicBool::new(false),
            }),
            order,
            isolation: plan.isolation,
            limit: plan.limit.map(|limit| limit as u64),
            merge: Merge::new(lanes.iter().map(|lane| lane.walked)),
            lanes,
            work: FuturesUnordered::new(),
            busy: HashMap::new(),
            walking: 0,
            serial: 0,
            walked_ahead: 0,
            reroute: false,
            rerouting: false,
            rerouted: None,
            starved: false,
            out,
            lot: Vec::new(),
            lot_weight: 0,
            waiting_since: None,
            stalled: false,
            started: now,
            pace: Pace::new(now),
            records: 0,
            bytes: 0,
            fetched: 0,
            matches: 0,
            bad_batches: HashSet::new(),
            losses: plan.losses,
            stop,
        }
    }

    /// Runs until the range, the limit, the time or the reader's interest ends.
    pub(crate) async fn run(mut self) {
        let mut tell = interval(TELL);
        tell.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tell.reset();
        for lane in 0..self.lanes.len() {
            self.settle(lane);
        }
        loop {
            if let Some(end) = self.release() {
                self.finish(end).await;
                return;
            }
            self.waiting_since = match self.lot.is_empty() {
                true => None,
                false => self.waiting_since.or_else(|| Some(Instant::now())),
            };
            // Registered before memory is asked for, so that none that is given back meanwhile is missed.
            let room = self.seat.room().clone();
            let freed = room.freed().notified();
            tokio::pin!(freed);
            freed.as_mut().enable();
            self.launch();
            let again = self.next_attempt();
            let done = tokio::select! {
                biased;
                () = self.stop.cancelled() => return,
                open = has_room(&self.out), if !self.lot.is_empty() => {
                    if !open {
                        return;
                    }
                    self.hand_on();
                    continue;
                }
                Some(done) = self.work.next(), if !self.work.is_empty() => done,
                _ = tell.tick() => {
                    self.tick();
                    continue;
                }
                () = sleep_until(again.unwrap_or_else(Instant::now)), if again.is_some() => continue,
                () = freed, if self.starved => continue,
            };
            self.take(done);
            while let Some(Some(done)) = self.work.next().now_or_never() {
                self.take(done);
            }
        }
    }

    fn launch(&mut self) {
        self.starved = false;
        if self.stalled {
            return;
        }
        self.launch_walks();
        self.launch_fetches();
        self.launch_reroute();
    }

    fn take(&mut self, done: Done) {
        match done {
            Done::Fetched(fetched) => self.take_answer(*fetched),
            Done::Walked { ids, outcomes } => self.take_walked(&ids, outcomes),
            Done::Schemas { lane, serial } => self.take_schemas(lane, serial),
            Done::Led(answer) => self.take_leaders(answer),
            Done::Extent { lane, answer } => self.take_extent(lane, answer),
        }
    }

    /// Whether hits that wait leave room for more of this lane.
    fn has_room(&self, lane: usize, blocking: Option<usize>) -> bool {
        blocking == Some(lane)
            || (self.merge.held() + self.walked_ahead < HELD && self.merge.held_hits() < HELD_HITS)
    }

    /// Offsets that were not looked at yet.
    fn left(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.left(self.order)).sum()
    }
}

impl Lane {
    fn left(&self, order: Order) -> u64 {
        let left = match order {
            Order::Oldest => self.to.saturating_sub(self.walked),
            Order::Newest => self.walked.saturating_sub(self.from),
        };
        if self.over {
            0
        } else {
            u64::try_from(left).unwrap_or_default()
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Threads look at this before every batch.
        self.looking.stop.store(true, Ordering::Relaxed);
    }
}

/// Waits until the reader takes more. `false`: there is none any more.
async fn has_room(out: &mpsc::Sender<Vec<ScanEvent>>) -> bool {
    out.reserve().await.is_ok()
}

/// Sizes of requests for a plan: small where few records are wanted, and so that a round of all partitions stays within
/// [`ROUND`].
fn sizes(plan: &Plan) -> Sizes {
    let lanes = plan
        .lanes
        .iter()
        .filter(|lane| lane.from < lane.to)
        .count()
        .max(1);
    let most = (ROUND / lanes).clamp(SMALLEST_ASK, LARGEST_ASK);
    match plan.limit {
        Some(limit) => {
            let records = (limit / lanes).saturating_mul(2).max(16);
            Sizes {
                first: records.saturating_mul(512).min(most),
                first_offsets: i64::try_from(records).unwrap_or(i64::MAX).min(4096),
                most,
            }
        }
        None => Sizes {
            first: most,
            first_offsets: 4096,
            most,
        },
    }
}
