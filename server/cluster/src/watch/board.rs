//! What the watches say of themselves: state, age and reason, per watch and for the API server as a whole.
//!
//! Written by the tasks, read by pages and metrics. The lock is held for a look or a note, never across an await.

use crate::{index::View, kind::Kind, wire::Heartbeat};
use penstock_domain::{ids::Namespace, time::Timestamp};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

/// How long after its timeout a watch may be silent before that is told: the margin in which it is begun again.
const MARGIN: Duration = Duration::from_secs(15);

/// Which watch: a kind, in one namespace or in all.
pub(crate) type WatchKey = (Kind, Option<Namespace>);

/// How a watch is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchState {
    /// The first complete list has not come yet.
    Starting,
    /// The index follows the API server.
    Live,
    /// The last attempt failed; the index has what was known before.
    Failing {
        /// Cause in a sentence.
        why: String,
    },
    /// The console's identity may not watch this.
    Forbidden {
        /// Cause and remedy.
        why: String,
    },
    /// The API server does not serve the kind: Strimzi's definition is not installed.
    Absent,
}

/// One watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchStatus {
    /// What.
    pub kind: Kind,
    /// Where; `None`: everywhere.
    pub namespace: Option<Namespace>,
    /// How it is.
    pub state: WatchState,
    /// Since when it is in this state.
    pub since: Timestamp,
    /// `kafka.strimzi.io/v1`; `None` while absent or not discovered.
    pub api_version: Option<Arc<str>>,
    /// Whether a complete list was ever had; before that an empty index says nothing.
    pub synced: bool,
    /// When the API server last sent anything on it.
    pub last_heard: Option<Timestamp>,
    /// Objects in the index.
    pub objects: usize,
}

/// The API server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiServerHealth {
    /// Whether it answered last; `None` before the first attempt has ended.
    pub reachable: Option<bool>,
    /// Since when that is so.
    pub since: Timestamp,
    /// When it last sent anything at all.
    pub last_heard: Option<Timestamp>,
    /// Why it did not answer last.
    pub error: Option<String>,
    /// `v1.36.3`
    pub version: Option<String>,
}

/// Everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// The API server.
    pub api_server: ApiServerHealth,
    /// Every watch, by kind and namespace.
    pub watches: Vec<WatchStatus>,
    /// A watch that was silent for longer than this is stale.
    pub silence: Duration,
}

#[derive(Debug)]
pub(crate) struct Board {
    heard: Arc<Heartbeat>,
    silence: Duration,
    notes: Mutex<Notes>,
}

#[derive(Debug)]
struct Notes {
    reachable: Option<bool>,
    since: Timestamp,
    error: Option<String>,
    version: Option<String>,
    watches: BTreeMap<WatchKey, Entry>,
}

#[derive(Debug)]
struct Entry {
    state: WatchState,
    since: Timestamp,
    api_version: Option<Arc<str>>,
    synced: bool,
    heard: Arc<Heartbeat>,
}

fn now() -> Timestamp {
    Timestamp::from_system(SystemTime::now())
}

// === impl Board ===

impl Board {
    pub(crate) fn new(watch_timeout: Duration) -> Self {
        Self {
            heard: Arc::default(),
            silence: watch_timeout + MARGIN,
            notes: Mutex::new(Notes {
                reachable: None,
                since: now(),
                error: None,
                version: None,
                watches: BTreeMap::new(),
            }),
        }
    }

    /// Beats with every byte of the API server.
    pub(crate) fn heard(&self) -> Arc<Heartbeat> {
        self.heard.clone()
    }

    /// Notes whether the API server answered; whether that is news.
    pub(crate) fn reached(&self, outcome: Result<(), String>) -> bool {
        let mut notes = self.lock();
        let reachable = Some(outcome.is_ok());
        let news = notes.reachable != reachable;
        if news {
            notes.since = now();
            notes.reachable = reachable;
        }
        notes.error = outcome.err();
        news
    }

    pub(crate) fn version(&self, version: String) {
        self.lock().version = Some(version);
    }

    pub(crate) fn version_known(&self) -> bool {
        self.lock().version.is_some()
    }

    /// A watch begins, or begins again in another version. What was listed before stays listed.
    pub(crate) fn begin(&self, key: WatchKey, api_version: Arc<str>) -> Arc<Heartbeat> {
        let mut notes = self.lock();
        let entry = notes.watches.entry(key).or_insert_with(Entry::absent);
        entry.api_version = Some(api_version);
        entry.enter(if entry.synced {
            WatchState::Live
        } else {
            WatchState::Starting
        });
        entry.heard.clone()
    }

    /// Notes a watch's state; whether that is news.
    pub(crate) fn note(&self, key: &WatchKey, state: WatchState) -> bool {
        let mut notes = self.lock();
        let Some(entry) = notes.watches.get_mut(key) else {
            return false;
        };
        entry.synced |= state == WatchState::Live;
        entry.enter(state)
    }

    /// The kind is not served; whether that is news.
    pub(crate) fn absent(&self, key: WatchKey) -> bool {
        let mut notes = self.lock();
        let known = notes.watches.contains_key(&key);
        let entry = notes.watches.entry(key).or_insert_with(Entry::absent);
        entry.api_version = None;
        // That there are no objects of it is certain.
        entry.synced = true;
        entry.enter(WatchState::Absent) || !known
    }

    pub(crate) fn health(&self, view: &View) -> Health {
        let notes = self.lock();
        Health {
            api_server: ApiServerHealth {
                reachable: notes.reachable,
                since: notes.since,
                last_heard: self.heard.last(),
                error: notes.error.clone(),
                version: notes.version.clone(),
            },
            watches: notes
                .watches
                .iter()
                .map(|((kind, namespace), entry)| WatchStatus {
                    kind: *kind,
                    namespace: namespace.clone(),
                    state: entry.state.clone(),
                    since: entry.since,
                    api_version: entry.api_version.clone(),
                    synced: entry.synced,
                    last_heard: entry.heard.last(),
                    objects: view.count(*kind, namespace.as_ref()),
                })
                .collect(),
            silence: self.silence,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Entry ===

impl Entry {
    fn absent() -> Self {
        Self {
            state: WatchState::Absent,
            since: now(),
            api_version: None,
            synced: false,
            heard: Arc::default(),
        }
    }

    fn enter(&mut self, state: WatchState) -> bool {
        let news = std::mem::discriminant(&self.state) != std::mem::discriminant(&state);
        if news {
            self.since = now();
        }
        self.state = state;
        news
    }
}

// === impl Health ===

impl Health {
    /// Whether every essential kind was listed once (or is not served): an empty index then means that there is nothing.
    pub fn synced(&self) -> bool {
        !self.watches.is_empty()
            && self
                .watches
                .iter()
                .all(|watch| watch.synced || !watch.kind.is_essential())
    }

    /// The watches of essential kinds that see a namespace.
    pub fn watches_of(&self, namespace: &Namespace) -> impl Iterator<Item = &WatchStatus> {
        self.watches.iter().filter(move |watch| {
            watch.kind.is_essential()
                && watch
                    .namespace
                    .as_ref()
                    .is_none_or(|watched| watched == namespace)
        })
    }

    /// The watches of a kind, one for each namespace or one for all.
    pub fn watches_on(&self, kind: Kind) -> impl Iterator<Item = &WatchStatus> {
        self.watches.iter().filter(move |watch| watch.kind == kind)
    }

    /// When the oldest of the watches that see a namespace was last heard: so old may what is shown of its resources be.
    /// `None` if some was never heard.
    pub fn as_of(&self, namespace: &Namespace) -> Option<Timestamp> {
        let heard: Option<Vec<Timestamp>> = self
            .watches_of(namespace)
            .filter(|watch| watch.state != WatchState::Absent)
            .map(|watch| watch.last_heard)
            .collect();
        heard?.into_iter().min()
    }

    /// Why what is known of a namespace's resources may be out of date, in a sentence; `None` while all is well.
    pub fn stale(&self, namespace: &Namespace, now: Timestamp) -> Option<String> {
        if let (Some(false), Some(error)) = (self.api_server.reachable, &self.api_server.error) {
            return Some(error.clone());
        }
        self.watches_of(namespace)
            .find_map(|watch| watch.trouble(self.silence, now))
    }

    /// Milliseconds since the API server last sent anything.
    pub fn age_millis(&self, now: Timestamp) -> Option<u64> {
        self.api_server
            .last_heard
            .map(|heard| heard.millis_until(now))
    }
}

impl WatchStatus {
    /// Why this watch may be behind, in a sentence; `None` while all is well.
    pub fn trouble(&self, silence: Duration, now: Timestamp) -> Option<String> {
        match &self.state {
            WatchState::Failing { why } | WatchState::Forbidden { why } => Some(why.clone()),
            WatchState::Absent => None,
            WatchState::Starting => Some(format!("{}s have not been listed yet.", self.kind)),
            WatchState::Live => {
                let age = self.last_heard.map(|heard| heard.millis_until(now))?;
                (u128::from(age) > silence.as_millis()).then(|| {
                    format!(
                        "The watch of {}s has been silent for {} s.",
                        self.kind,
                        age / 1000
                    )
                })
            }
        }
    }
}
