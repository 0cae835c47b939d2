//! What all viewers of a cluster share: the partitions that are followed, one feed per broker and kind of reader, and the
//! router that finds leaders.

use super::{
    TailRoom, feed,
    part::{Key, Part, Wanted},
    router,
    wire::Wire,
};
use crate::{batch::Scratch, scan::source::Led};
use penstock_domain::ids::{NodeId, TopicId, TopicName};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Notify, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A partition that nobody follows is given up after this: long enough for a page that is loaded anew.
pub(super) const LINGER: Duration = Duration::from_secs(5);

/// See the module.
pub(super) struct Hub {
    pub(super) wire: Arc<dyn Wire>,
    pub(super) room: TailRoom,
    pub(super) stop: CancellationToken,
    pub(super) tasks: TaskTracker,
    /// Wakes the router.
    pub(super) lost: Notify,
    /// Slices walked at once.
    pub(super) workers: Arc<Semaphore>,
    /// Bytes of records fetched since the beginning, by feeds and for single viewers.
    pub(super) fetched: AtomicU64,
    scratches: Mutex<Vec<Scratch>>,
    /// Partitions of the topics that are followed, as the router saw them last.
    counts: Mutex<HashMap<(TopicName, Option<TopicId>), usize>>,
    shared: Mutex<Shared>,
}

#[derive(Default)]
struct Shared {
    parts: HashMap<Key, Arc<Part>>,
    feeds: HashMap<(NodeId, bool), Arc<Notify>>,
    routing: bool,
}

impl Hub {
    pub(super) fn new(wire: Arc<dyn Wire>, room: TailRoom, stop: CancellationToken) -> Arc<Self> {
        let workers = std::thread::available_parallelism().map_or(2, Into::into);
        Arc::new(Self {
            wire,
            room,
            stop,
            tasks: TaskTracker::new(),
            lost: Notify::new(),
            workers: Arc::new(Semaphore::new(workers)),
            fetched: AtomicU64::new(0),
            scratches: Mutex::default(),
            counts: Mutex::default(),
            shared: Mutex::default(),
        })
    }

    /// The shared partition of a key, made where it is new; `prepare` runs on it before anyone could find it unused.
    pub(super) fn part(self: &Arc<Self>, key: &Key, prepare: impl FnOnce(&Arc<Part>)) -> Arc<Part> {
        let mut shared = self.lock();
        let part = shared
            .parts
            .entry(key.clone())
            .or_insert_with(|| Part::new(key.clone(), self.room.clone()))
            .clone();
        prepare(&part);
        if !shared.routing {
            shared.routing = true;
            self.tasks.spawn(router::run(self.clone()));
        }
        drop(shared);
        self.lost.notify_one();
        part
    }

    pub(super) fn parts(&self) -> Vec<Arc<Part>> {
        self.lock().parts.values().cloned().collect()
    }

    /// Partitions of a topic under another id: it was made anew.
    pub(super) fn of_another_id(&self, topic: &TopicName, id: &TopicId) -> Vec<Arc<Part>> {
        self.lock()
            .parts
            .values()
            .filter(|part| {
                part.key.topic == *topic && part.key.id.as_ref().is_some_and(|other| other != id)
            })
            .cloned()
            .collect()
    }

    /// Gives up what nobody follows. `false`: nothing is left, and the router has ended.
    pub(super) fn sweep(&self) -> bool {
        let mut shared = self.lock();
        shared.parts.retain(|_, part| !part.is_unused(LINGER));
        shared.routing = !shared.parts.is_empty();
        shared.routing
    }

    /// A feed for a broker is to run, and to look at what there is to fetch.
    pub(super) fn feed(self: &Arc<Self>, node: NodeId, uncommitted: bool) {
        let mut shared = self.lock();
        let wake = shared
            .feeds
            .entry((node, uncommitted))
            .or_insert_with(|| {
                let wake = Arc::new(Notify::new());
                let run = feed::run(self.clone(), node, uncommitted, wake.clone());
                self.tasks.spawn(run);
                wake
            })
            .clone();
        drop(shared);
        wake.notify_one();
    }

    /// Ends a feed that has nothing to fetch; `false`: something has come.
    pub(super) fn end_feed(&self, node: NodeId, uncommitted: bool) -> bool {
        let mut shared = self.lock();
        let busy = shared
            .parts
            .values()
            .any(|part| part.key.uncommitted == uncommitted && part.wanted(node).is_some());
        if !busy {
            shared.feeds.remove(&(node, uncommitted));
        }
        !busy
    }

    /// What a feed is to ask for, by topic.
    pub(super) fn wanted(&self, node: NodeId, uncommitted: bool) -> Vec<Wanted> {
        let mut wanted: Vec<Wanted> = self
            .lock()
            .parts
            .values()
            .filter(|part| part.key.uncommitted == uncommitted)
            .filter_map(|part| part.wanted(node))
            .collect();
        wanted.sort_by(|a, b| {
            let key = |wanted: &Wanted| {
                let key = &wanted.part.key;
                (key.topic.clone(), key.id.clone(), key.partition)
            };
            key(a).cmp(&key(b))
        });
        wanted
    }

    /// Makes room after `grown` has grown: it gives up its own oldest bytes while it has more than its share, else the ring that
    /// has most gives.
    pub(super) fn make_room(&self, grown: &Part) {
        if !self.room.is_full() {
            return;
        }
        let parts = self.parts();
        let share = self.room.limit() / parts.len().max(1);
        while self.room.is_full() {
            if grown.held() > share && grown.evict() {
                continue;
            }
            let largest = parts
                .iter()
                .filter(|part| part.held() > share)
                .max_by_key(|part| part.held());
            if !largest.is_some_and(|part| part.evict()) {
                return;
            }
        }
    }

    /// Notes how many partitions the topics that are followed have.
    pub(super) fn count_partitions(&self, led: &[Led]) {
        let counts = led
            .iter()
            .filter(|led| led.exists && led.allowed)
            .map(|led| ((led.topic.clone(), led.id.clone()), led.partitions.len()))
            .collect();
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner) = counts;
    }

    /// How many partitions a topic has, as far as is known.
    pub(super) fn partitions(&self, topic: &TopicName, id: &Option<TopicId>) -> Option<usize> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(&(topic.clone(), id.clone())).copied()
    }

    pub(super) fn count_fetched(&self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.fetched.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn scratch(&self) -> Scratch {
        self.scratches().pop().unwrap_or_default()
    }

    /// There are never more than workers.
    pub(super) fn give_back(&self, scratch: Scratch) {
        self.scratches().push(scratch);
    }

    fn scratches(&self) -> MutexGuard<'_, Vec<Scratch>> {
        self.scratches
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
