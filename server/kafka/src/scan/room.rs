//! What all scans of the process share: processor time, memory for fetched bytes, and how many there may be.
//!
//! Fair between users, then between the scans of one: who walks a chunk takes a permit of the user first and one of the
//! process then, both in the order of asking, so that a user with ten scans has no more of the processor than one with one.
//! Every scan has a small allowance of memory of its own, so that one whose reader is slow can't stop the others.

use super::fault::ScanError;
use crate::batch::Scratch;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;

/// Budgets of scanning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomSettings {
    /// Chunks walked at once: as many as there are processors.
    pub workers: usize,
    /// Scans at once.
    pub scans: usize,
    /// Scans at once of one user.
    pub scans_per_user: usize,
    /// Bytes of fetched answers in memory or on their way, over all scans.
    pub bytes: usize,
    /// The same for one scan.
    pub bytes_per_scan: usize,
    /// Longest time for one scan; then it ends and says where to go on.
    pub longest: Duration,
}

impl Default for RoomSettings {
    fn default() -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(2, Into::into),
            scans: 16,
            scans_per_user: 4,
            bytes: 48 * 1024 * 1024,
            bytes_per_scan: 24 * 1024 * 1024,
            longest: Duration::from_secs(30 * 60),
        }
    }
}

/// Memory that is every scan's own, whatever others hold.
pub(crate) const OWN: usize = 1024 * 1024;

/// See the module. Cheap to clone; all clones are the same room.
#[derive(Clone)]
pub struct ScanRoom {
    inner: Arc<Inner>,
}

struct Inner {
    settings: RoomSettings,
    workers: Arc<Semaphore>,
    users: Mutex<HashMap<Arc<str>, User>>,
    scans: AtomicUsize,
    bytes: AtomicUsize,
    freed: Notify,
    rate: AtomicU64,
    scratches: Mutex<Vec<Scratch>>,
    tasks: TaskTracker,
}

struct User {
    scans: usize,
    workers: Arc<Semaphore>,
}

/// A place in the room for one scan. Dropping it gives it back.
pub struct Seat {
    room: ScanRoom,
    user: Arc<str>,
    workers: Arc<Semaphore>,
    used: Arc<Used>,
}

/// What one scan holds.
#[derive(Default)]
struct Used {
    bytes: AtomicUsize,
    /// Whether what is the scan's own is in use.
    own: AtomicBool,
}

/// The right to walk one chunk.
pub(crate) struct Turn {
    _user: OwnedSemaphorePermit,
    _room: OwnedSemaphorePermit,
}

/// Memory that a fetched answer may take. Dropping it gives it back.
pub(crate) struct Allowance {
    room: ScanRoom,
    used: Arc<Used>,
    bytes: usize,
    /// Whether it counts in the room; else it is the scan's own.
    shared: bool,
}

// === impl ScanRoom ===

impl ScanRoom {
    /// An empty room.
    pub fn new(settings: RoomSettings) -> Self {
        let workers = settings.workers.max(1);
        Self {
            inner: Arc::new(Inner {
                workers: Arc::new(Semaphore::new(workers)),
                users: Mutex::default(),
                scans: AtomicUsize::new(0),
                bytes: AtomicUsize::new(0),
                freed: Notify::new(),
                rate: AtomicU64::new(0),
                scratches: Mutex::default(),
                tasks: TaskTracker::new(),
                settings: RoomSettings {
                    workers,
                    ..settings
                },
            }),
        }
    }

    /// Its budgets.
    pub fn settings(&self) -> &RoomSettings {
        &self.inner.settings
    }

    /// A place for one scan of a user; refused while there are too many ([`ScanError::Busy`]).
    pub fn for_user(&self, user: &str) -> Result<Seat, ScanError> {
        let settings = &self.inner.settings;
        let mut users = self.users();
        let scans = self.inner.scans.load(Ordering::Relaxed);
        let own = users.get(user).map_or(0, |user| user.scans);
        if own >= settings.scans_per_user {
            return Err(ScanError::Busy {
                yours: true,
                running: own,
                most: settings.scans_per_user,
            });
        }
        if scans >= settings.scans {
            return Err(ScanError::Busy {
                yours: false,
                running: scans,
                most: settings.scans,
            });
        }
        let name: Arc<str> = Arc::from(user);
        let entry = users.entry(name.clone()).or_insert_with(|| User {
            scans: 0,
            workers: Arc::new(Semaphore::new(settings.workers)),
        });
        entry.scans += 1;
        self.inner.scans.fetch_add(1, Ordering::Relaxed);
        Ok(Seat {
            room: self.clone(),
            user: name,
            workers: entry.workers.clone(),
            used: Arc::default(),
        })
    }

    /// Scans that run now.
    pub fn running(&self) -> usize {
        self.inner.scans.load(Ordering::Relaxed)
    }

    /// Bytes of fetched answers that are held or on their way now.
    pub fn bytes_held(&self) -> usize {
        self.inner.bytes.load(Ordering::Relaxed)
    }

    /// Records a second that scans of this process went through lately; `None` before the first.
    pub fn rate(&self) -> Option<f64> {
        let rate = f64::from_bits(self.inner.rate.load(Ordering::Relaxed));
        (rate > 0.0).then_some(rate)
    }

    /// Takes a measured rate in: an eighth of the difference each time.
    pub(crate) fn learn_rate(&self, measured: f64) {
        if !measured.is_finite() || measured <= 0.0 {
            return;
        }
        let blend = match self.rate() {
            Some(known) => known + (measured - known) / 8.0,
            None => measured,
        };
        // Two scans that learn at once lose one of two measurements, no more.
        self.inner.rate.store(blend.to_bits(), Ordering::Relaxed);
    }

    /// Waits until no scan's task runs any more; for an orderly end of the process.
    pub async fn idle(&self) {
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }

    pub(crate) fn tasks(&self) -> &TaskTracker {
        &self.inner.tasks
    }

    /// Told whenever memory was given back.
    pub(crate) fn freed(&self) -> &Notify {
        &self.inner.freed
    }

    /// A buffer to inflate into, used before or new.
    pub(crate) fn scratch(&self) -> Scratch {
        self.scratches().pop().unwrap_or_default()
    }

    /// Gives a buffer back.
    pub(crate) fn put_back(&self, scratch: Scratch) {
        let mut kept = self.scratches();
        // While nobody scans, nothing is kept.
        if kept.len() < self.inner.settings.workers && self.running() > 0 {
            kept.push(scratch);
        }
    }

    fn scratches(&self) -> MutexGuard<'_, Vec<Scratch>> {
        self.inner
            .scratches
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn users(&self) -> MutexGuard<'_, HashMap<Arc<str>, User>> {
        self.inner
            .users
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for ScanRoom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScanRoom")
            .field("settings", &self.inner.settings)
            .field("running", &self.running())
            .finish_non_exhaustive()
    }
}

// === impl Seat ===

impl Seat {
    /// The room that it is in.
    pub fn room(&self) -> &ScanRoom {
        &self.room
    }

    /// Waits for the right to walk a chunk.
    pub(crate) fn turn(&self) -> impl Future<Output = Option<Turn>> + Send + use<> {
        let (user, room) = (self.workers.clone(), self.room.inner.workers.clone());
        async move {
            // Neither is ever closed.
            let user = user.acquire_owned().await.ok()?;
            let room = room.acquire_owned().await.ok()?;
            Some(Turn {
                _user: user,
                _room: room,
            })
        }
    }

    /// Memory for an answer of so many bytes; `None`: not now. `urgent` may use what is the scan's own.
    pub(crate) fn allow(&self, bytes: usize, urgent: bool) -> Option<Allowance> {
        let settings = self.room.settings();
        let running = self.room.running().max(1);
        let share = settings
            .bytes_per_scan
            .min((settings.bytes / running).max(OWN));
        let mine = self.used.bytes.load(Ordering::Relaxed);
        let fits = mine + bytes <= share;
        let shared = fits && self.take_shared(bytes);
        if !shared && (!urgent || self.used.own.swap(true, Ordering::Relaxed)) {
            return None;
        }
        self.used.bytes.fetch_add(bytes, Ordering::Relaxed);
        Some(Allowance {
            room: self.room.clone(),
            used: self.used.clone(),
            bytes,
            shared,
        })
    }

    /// Bytes that this scan holds or has on their way.
    #[cfg(test)]
    pub(crate) fn held(&self) -> usize {
        self.used.bytes.load(Ordering::Relaxed)
    }

    fn take_shared(&self, bytes: usize) -> bool {
        let most = self.room.settings().bytes;
        self.room
            .inner
            .bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| {
                (held + bytes <= most).then_some(held + bytes)
            })
            .is_ok()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut users = self.room.users();
        if let Some(user) = users.get_mut(&self.user) {
            user.scans -= 1;
            if user.scans == 0 {
                users.remove(&self.user);
            }
        }
        drop(users);
        if self.room.inner.scans.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.room.scratches().clear();
        }
    }
}

impl std::fmt::Debug for Seat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seat").finish_non_exhaustive()
    }
}

// === impl Allowance ===

impl Allowance {
    /// The answer has come and takes so much.
    pub(crate) fn settle(&mut self, bytes: usize) {
        if bytes >= self.bytes {
            // A batch larger than what was asked for is answered whole; it counts as what it is.
            self.used
                .bytes
                .fetch_add(bytes - self.bytes, Ordering::Relaxed);
        } else {
            self.used
                .bytes
                .fetch_sub(self.bytes - bytes, Ordering::Relaxed);
        }
        if self.shared && bytes >= self.bytes {
            self.room
                .inner
                .bytes
                .fetch_add(bytes - self.bytes, Ordering::Relaxed);
        } else if self.shared {
            self.room
                .inner
                .bytes
                .fetch_sub(self.bytes - bytes, Ordering::Relaxed);
            self.room.inner.freed.notify_waiters();
        }
        self.bytes = bytes;
    }
}

impl Drop for Allowance {
    fn drop(&mut self) {
        self.used.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
        if self.shared {
            self.room
                .inner
                .bytes
                .fetch_sub(self.bytes, Ordering::Relaxed);
        } else {
            self.used.own.store(false, Ordering::Relaxed);
        }
        self.room.inner.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room() -> ScanRoom {
        ScanRoom::new(RoomSettings {
            workers: 2,
            scans: 3,
            scans_per_user: 2,
            bytes: 8 * OWN,
            bytes_per_scan: 6 * OWN,
            ..RoomSettings::default()
        })
    }

    #[test]
    fn users_and_the_process_have_a_limit_and_places_come_back() {
        let room = room();
        let first = room.for_user("a").unwrap();
        let second = room.for_user("a").unwrap();
        assert!(matches!(
            room.for_user("a"),
            Err(ScanError::Busy {
                yours: true,
                most: 2,
                ..
            })
        ));
        let third = room.for_user("b").unwrap();
        assert!(matches!(
            room.for_user("c"),
            Err(ScanError::Busy {
                yours: false,
                most: 3,
                ..
            })
        ));
        drop(second);
        assert!(room.for_user("c").is_ok());
        drop((first, third));
        assert_eq!(room.running(), 0);
        assert!(room.users().is_empty());
    }

    #[test]
    fn memory_is_shared_and_each_has_a_little_of_its_own() {
        let room = room();
        let alone = room.for_user("a").unwrap();
        let whole = alone.allow(6 * OWN, false).unwrap();
        assert!(alone.allow(1, false).is_none(), "its share is used up");
        let other = room.for_user("b").unwrap();
        let mut rest = other.allow(2 * OWN, false).unwrap();
        assert_eq!(room.bytes_held(), 8 * OWN);
        assert!(other.allow(OWN, false).is_none());
        let own = other.allow(OWN, true).unwrap();
        assert!(other.allow(OWN, true).is_none(), "one at a time");
        assert_eq!(room.bytes_held(), 8 * OWN);
        assert_eq!(other.held(), 3 * OWN);
        rest.settle(OWN / 2);
        assert_eq!(room.bytes_held(), 6 * OWN + OWN / 2);
        rest.settle(OWN);
        assert_eq!(room.bytes_held(), 7 * OWN);
        drop((whole, rest, own));
        assert_eq!((room.bytes_held(), alone.held(), other.held()), (0, 0, 0));
    }

    #[tokio::test]
    async fn a_user_with_many_scans_has_no_more_turns_than_one_with_one() {
        let room = room();
        let (many, more, one) = (
            room.for_user("a").unwrap(),
            room.for_user("a").unwrap(),
            room.for_user("b").unwrap(),
        );
        let (first, second) = (many.turn().await.unwrap(), more.turn().await.unwrap());
        let mut greedy = Box::pin(more.turn());
        let mut modest = Box::pin(one.turn());
        assert!(futures::poll!(greedy.as_mut()).is_pending());
        assert!(futures::poll!(modest.as_mut()).is_pending());
        drop(first);
        // The other user has it, although the first user asked before.
        assert!(futures::poll!(greedy.as_mut()).is_pending());
        assert!(futures::poll!(modest.as_mut()).is_ready());
        drop(second);
        assert!(futures::poll!(greedy.as_mut()).is_ready());
    }

    #[test]
    fn the_rate_is_learnt_slowly() {
        let room = room();
        assert_eq!(room.rate(), None);
        room.learn_rate(800.0);
        room.learn_rate(1600.0);
        room.learn_rate(f64::NAN);
        assert_eq!(room.rate(), Some(900.0));
    }
}
