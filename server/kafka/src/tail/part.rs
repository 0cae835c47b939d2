//! A partition that somebody follows: its ring, who leads it as far as is known, and who is to be told of news.

use super::{
    TailRoom,
    inbox::Inbox,
    ring::{Read, Ring},
};
use crate::scan::{Origin, chunk::Chunk};
use penstock_domain::{ids::NodeId, read::Notice};
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;

/// First pause before a partition is tried again; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// Longest pause. A new leader is found within this and one question.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// Trouble that lasts so long is told.
const TELL_AFTER: Duration = Duration::from_secs(5);
/// Bytes that are asked for at once.
const FETCH: i32 = 1024 * 1024;

/// What makes one shared reading of a partition the same as another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) topic: penstock_domain::ids::TopicName,
    pub(super) id: Option<penstock_domain::ids::TopicId>,
    pub(super) partition: penstock_domain::ids::PartitionId,
    /// Readers of committed records are a reading of their own: only brokers know what is committed, and hold it back until then.
    pub(super) uncommitted: bool,
}

impl Key {
    pub(super) fn origin(&self) -> Origin {
        Origin {
            topic: self.topic.clone(),
            topic_id: self.id.clone(),
            partition: self.partition,
        }
    }
}

/// See the module.
pub(super) struct Part {
    pub(super) key: Key,
    room: TailRoom,
    /// Bytes in its ring.
    held: AtomicUsize,
    inner: Mutex<Inner>,
}

struct Inner {
    /// None before the end of the log is known.
    ring: Option<Ring>,
    leader: Option<NodeId>,
    trouble: Option<Trouble>,
    /// Why it can't be followed any more.
    ended: Option<Notice>,
    viewers: Vec<(Arc<Inbox>, usize)>,
    /// Since when nobody follows it.
    unused: Option<Instant>,
    fetch: i32,
    /// How often in a row its topic was not there.
    absent: u32,
}

/// It can't be read at the moment.
struct Trouble {
    since: Instant,
    attempts: u32,
    retry_at: Instant,
    notice: Notice,
    told: bool,
}

/// What a feed is to ask for.
pub(super) struct Wanted {
    pub(super) part: Arc<Part>,
    pub(super) offset: i64,
    pub(super) max_bytes: i32,
}

/// What a viewer finds.
pub(super) enum Found {
    /// What the ring says.
    Ring(Read),
    /// The end of the log is not known yet.
    Unplaced,
    /// There will be nothing any more.
    Ended(Notice),
}

impl Part {
    pub(super) fn new(key: Key, room: TailRoom) -> Arc<Self> {
        Arc::new(Self {
            key,
            room,
            held: AtomicUsize::new(0),
            inner: Mutex::new(Inner {
                ring: None,
                leader: None,
                trouble: None,
                ended: None,
                viewers: Vec::new(),
                unused: Some(Instant::now()),
                fetch: FETCH,
                absent: 0,
            }),
        })
    }

    // --- viewers

    /// Adds one; it knows the partition by `number`.
    pub(super) fn join(&self, inbox: &Arc<Inbox>, number: usize) {
        let mut inner = self.lock();
        inner.viewers.push((inbox.clone(), number));
        inner.unused = None;
        inbox.news(number);
        if let Some(trouble) = inner.trouble.as_ref().filter(|trouble| trouble.told) {
            inbox.tell(trouble.notice.clone());
        }
    }

    pub(super) fn leave(&self, inbox: &Arc<Inbox>) {
        let mut inner = self.lock();
        inner
            .viewers
            .retain(|(other, _)| !Arc::ptr_eq(other, inbox));
        if inner.viewers.is_empty() {
            inner.unused = Some(Instant::now());
        }
    }

    /// What there is at a viewer's cursor.
    pub(super) fn read(&self, cursor: i64, epoch: u32) -> Found {
        let inner = self.lock();
        match (&inner.ended, &inner.ring) {
            (Some(ended), ring) => match ring.as_ref().map(|ring| ring.read(cursor, epoch)) {
                // What was there before the end is still told.
                Some(chunk @ Read::Chunk(_)) => Found::Ring(chunk),
                _ => Found::Ended(ended.clone()),
            },
            (None, Some(ring)) => Found::Ring(ring.read(cursor, epoch)),
            (None, None) => Found::Unplaced,
        }
    }

    /// Where the ring ends, and its epoch; `None` while that is not known.
    pub(super) fn end(&self) -> Option<(i64, u32)> {
        let inner = self.lock();
        inner.ring.as_ref().map(|ring| (ring.next(), ring.epoch()))
    }

    pub(super) fn leader(&self) -> Option<NodeId> {
        self.lock().leader
    }

    /// Whether nobody has followed it for so long.
    pub(super) fn is_unused(&self, for_: Duration) -> bool {
        self.lock()
            .unused
            .is_some_and(|since| since.elapsed() >= for_)
    }

    // --- the feed

    /// What this broker is to be asked for, if it is to be asked.
    pub(super) fn wanted(self: &Arc<Self>, node: NodeId) -> Option<Wanted> {
        let inner = self.lock();
        let ring = inner.ring.as_ref()?;
        let asked =
            inner.leader == Some(node) && inner.ended.is_none() && !inner.viewers.is_empty();
        asked.then(|| Wanted {
            part: self.clone(),
            offset: ring.next(),
            max_bytes: inner.fetch,
        })
    }

    /// Takes in what was fetched from `offset`, whole batches that end before `to`.
    pub(super) fn take_in(&self, offset: i64, chunk: Chunk, to: i64) {
        let mut inner = self.lock();
        inner.trouble = None;
        inner.fetch = FETCH;
        let Some(ring) = inner.ring.as_mut().filter(|ring| ring.next() == offset) else {
            return;
        };
        ring.push(chunk, to);
        self.account(ring.bytes());
        inner.news();
    }

    /// The broker answered, and there was nothing new.
    pub(super) fn is_well(&self) {
        self.lock().trouble = None;
    }

    /// Whether reading it has not failed since it last went well.
    pub(super) fn is_untroubled(&self) -> bool {
        self.lock().trouble.is_none()
    }

    /// The first batch does not fit into what is asked for.
    pub(super) fn ask_for(&self, bytes: i32) {
        let mut inner = self.lock();
        inner.fetch = inner.fetch.max(bytes);
    }

    /// Gives up the oldest chunk; `false`: there is nothing to give.
    pub(super) fn evict(&self) -> bool {
        let mut inner = self.lock();
        let Some(ring) = &mut inner.ring else {
            return false;
        };
        let gave = ring.evict();
        self.account(ring.bytes());
        gave
    }

    /// Bytes in its ring.
    pub(super) fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    /// The log ends here: where the ring begins, unless it has begun.
    pub(super) fn place(&self, end: i64) {
        let mut inner = self.lock();
        if inner.ring.is_none() {
            inner.ring = Some(Ring::new(end));
            inner.news();
        }
    }

    /// The log does not hold the ring's end: it goes on here.
    pub(super) fn reset(&self, next: i64, why: Notice) {
        let mut inner = self.lock();
        if let Some(ring) = &mut inner.ring {
            ring.reset(next);
            self.account(0);
        }
        for (inbox, _) in &inner.viewers {
            inbox.tell(why.clone());
        }
        inner.news();
    }

    fn account(&self, bytes: usize) {
        let before = self.held.swap(bytes, Ordering::Relaxed);
        self.room.account(before, bytes);
    }

    // --- the router

    /// Whether its leader is to be found out now.
    pub(super) fn is_lost(&self, now: Instant) -> bool {
        let inner = self.lock();
        inner.ended.is_none()
            && !inner.viewers.is_empty()
            && (inner.leader.is_none() || inner.ring.is_none())
            && inner
                .trouble
                .as_ref()
                .is_none_or(|trouble| trouble.retry_at <= now)
    }

    pub(super) fn has_ended(&self) -> bool {
        self.lock().ended.is_some()
    }

    pub(super) fn is_placed(&self) -> bool {
        self.lock().ring.is_some()
    }

    /// It is led by this broker.
    pub(super) fn lead(&self, leader: NodeId) {
        let mut inner = self.lock();
        inner.leader = Some(leader);
        inner.absent = 0;
        // Viewers that catch up wait for this.
        inner.news();
    }

    /// Its topic is not there; how often that was so in a row.
    pub(super) fn is_absent(&self) -> u32 {
        let mut inner = self.lock();
        inner.absent += 1;
        inner.absent
    }

    /// It could not be read. Tried again after a pause, and told when it lasts.
    pub(super) fn failed(&self, notice: Notice) {
        let now = Instant::now();
        let mut inner = self.lock();
        inner.leader = None;
        let trouble = inner.trouble.get_or_insert_with(|| Trouble {
            since: now,
            attempts: 0,
            retry_at: now,
            notice: notice.clone(),
            told: false,
        });
        let pause = FIRST_PAUSE.saturating_mul(1 << trouble.attempts.min(4));
        trouble.attempts += 1;
        trouble.retry_at = now + pause.min(LONGEST_PAUSE);
        trouble.notice = notice;
        if !trouble.told && now.saturating_duration_since(trouble.since) >= TELL_AFTER {
            trouble.told = true;
            let notice = trouble.notice.clone();
            for (inbox, _) in &inner.viewers {
                inbox.tell(notice.clone());
            }
        }
    }

    /// Nothing will come any more.
    pub(super) fn end_with(&self, notice: Notice) {
        let mut inner = self.lock();
        if inner.ended.is_none() {
            inner.ended = Some(notice);
            inner.news();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn news(&self) {
        for (inbox, number) in &self.viewers {
            inbox.news(*number);
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.account(0);
    }
}
