//! The one place where the state of every supervised process is written and watched.

use super::facts::{Exit, Phase};
use std::collections::BTreeMap;
use time::OffsetDateTime;
use tokio::sync::watch;

/// A supervised process as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitStatus {
    /// How it is.
    pub phase: Phase,
    /// Its id, when there is a process.
    pub pid: Option<u32>,
    /// When it was started last.
    pub started_at: OffsetDateTime,
    /// When the phase became what it is.
    pub since: OffsetDateTime,
    /// Starts after the first.
    pub restarts: u32,
    /// How the last process ended.
    pub last_exit: Option<Exit>,
    /// Whether it was ever [`Phase::Running`].
    pub was_running: bool,
}

impl UnitStatus {
    /// Before its first start.
    pub fn new() -> Self {
        let now = OffsetDateTime::now_utc();
        Self {
            phase: Phase::Starting,
            pid: None,
            started_at: now,
            since: now,
            restarts: 0,
            last_exit: None,
            was_running: false,
        }
    }

    /// Goes to a phase; `since` moves only when it is another one.
    pub fn enter(&mut self, phase: Phase) {
        if self.phase != phase {
            self.phase = phase;
            self.since = OffsetDateTime::now_utc();
        }
        if phase == Phase::Running {
            self.was_running = true;
        }
    }
}

impl Default for UnitStatus {
    fn default() -> Self {
        Self::new()
    }
}

/// Every unit's status by name. Cloning gives another handle on the same board.
#[derive(Clone, Debug)]
pub struct Board {
    sender: watch::Sender<BTreeMap<String, UnitStatus>>,
}

impl Board {
    /// An empty board.
    pub fn new() -> Self {
        Self {
            sender: watch::Sender::new(BTreeMap::new()),
        }
    }

    /// Writes a unit's status.
    pub fn put(&self, name: &str, status: UnitStatus) {
        self.sender.send_if_modified(|units| {
            if units.get(name) == Some(&status) {
                return false;
            }
            units.insert(name.to_owned(), status);
            true
        });
    }

    /// Forgets a unit that ended for good.
    pub fn remove(&self, name: &str) {
        self.sender
            .send_if_modified(|units| units.remove(name).is_some());
    }

    /// One unit now.
    pub fn get(&self, name: &str) -> Option<UnitStatus> {
        self.sender.borrow().get(name).cloned()
    }

    /// All units, with every change.
    pub fn subscribe(&self) -> watch::Receiver<BTreeMap<String, UnitStatus>> {
        self.sender.subscribe()
    }
}

impl Default for Board {
    fn default() -> Self {
        Self::new()
    }
}
