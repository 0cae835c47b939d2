//! One search under way: the stream, what it told so far, and how it goes on. In the browser only; the server renders it idle.
//!
//! A search is paused by closing its stream and resumed from the positions that it told last (decision 14), so nothing is kept
//! on the server. Counts go on over every part of it.

use crate::{
    live,
    pages::messages::{
        controls::Known,
        here::Here,
        rows::{Row, topic_ids},
    },
    paths,
    stream::{self, Ended, Frame, Stream},
};
use leptos::prelude::*;
use penstock_api::AppError;
use penstock_domain::{
    ids::{TopicId, TopicName},
    problem::ProblemKind,
    read::{Estimate, Notice, PartitionState, Position, Reading, SearchEvent},
    time::Timestamp,
};
use penstock_ui::virtual_table::RowStore;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// Notices that are kept; a topic full of bad batches has many.
const MOST_NOTICES: usize = 200;

/// Where a search is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing was asked.
    #[default]
    Idle,
    /// Asked; nothing has come yet.
    Opening,
    /// Records are looked at.
    Running,
    /// Held by the reader; the position is kept.
    Paused,
    /// Ended by the reader; the position is kept.
    Cancelled,
    /// Ended by the server: whether everything was looked at, and why not.
    Ended {
        /// Whether the whole range was looked at.
        complete: bool,
        /// Why it ended before.
        reason: Option<String>,
    },
    /// The server refused.
    Refused(AppError),
    /// The connection broke.
    Broken(String),
}

impl Phase {
    /// Whether the server is at work.
    pub const fn is_running(&self) -> bool {
        matches!(self, Phase::Opening | Phase::Running)
    }
}

/// Figures of a search, over all of its parts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Records looked at.
    pub scanned: u64,
    /// Bytes of the log looked at.
    pub bytes: u64,
    /// Records that passed.
    pub matches: u64,
    /// Records a second, lately.
    pub per_second: u64,
    /// Seconds left, where something can be said.
    pub seconds_left: Option<f64>,
    /// Time of the last record that was looked at in the order of the search.
    pub at: Option<Timestamp>,
}

/// What the whole search is about, as its first part found it.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// Records, bytes, seconds.
    pub estimate: Estimate,
    /// The bounds of every partition.
    pub partitions: Vec<PartitionState>,
    /// Where it began.
    pub positions: Vec<Position>,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

/// A search.
#[derive(Clone, Copy)]
pub struct Run {
    here: Here,
    known: Known,
    /// Where it is.
    pub phase: RwSignal<Phase>,
    /// What it is about; `None` until the server told.
    pub whole: RwSignal<Option<Arc<Whole>>>,
    /// How far it came.
    pub figures: RwSignal<Figures>,
    /// What one must know about it.
    pub notices: RwSignal<Vec<Notice>>,
    /// What it found.
    pub found: RowStore<Row>,
    /// Times of what it found, for the picture.
    pub times: StoredValue<Vec<i64>>,
    /// Fields that are hidden in what it found.
    pub masked: RwSignal<BTreeSet<String>>,
    /// What was asked.
    pub reading: RwSignal<Option<Arc<Reading>>>,
    positions: RwSignal<Arc<Vec<Position>>>,
    before: StoredValue<Figures>,
    ids: StoredValue<HashMap<TopicName, TopicId>>,
    waiting: StoredValue<Vec<Row>>,
    // Made in the browser: a connection belongs to its thread.
    connection: StoredValue<Option<StoredValue<Option<Stream>, LocalStorage>>>,
}

impl Run {
    /// A search that was not asked for yet.
    pub fn new(here: Here, known: Known) -> Self {
        let run = Self {
            here,
            known,
            phase: RwSignal::default(),
            whole: RwSignal::new(None),
            figures: RwSignal::default(),
            notices: RwSignal::default(),
            found: RowStore::default(),
            times: StoredValue::default(),
            masked: RwSignal::default(),
            reading: RwSignal::new(None),
            positions: RwSignal::default(),
            before: StoredValue::default(),
            ids: StoredValue::default(),
            waiting: StoredValue::default(),
            connection: StoredValue::new(None),
        };
        Effect::new(move |_| {
            run.connection.set_value(Some(StoredValue::new_local(None)));
        });
        run
    }

    /// Begins anew.
    pub fn start(self, reading: Reading, now: Timestamp) {
        self.connect(None);
        self.found.clear();
        self.times.update_value(Vec::clear);
        self.waiting.update_value(Vec::clear);
        self.before.set_value(Figures::default());
        self.figures.set(Figures::default());
        self.notices.set(Vec::new());
        self.masked.set(BTreeSet::new());
        self.whole.set(None);
        self.positions.set(Arc::default());
        self.reading.set(Some(Arc::new(reading.clone())));
        self.open(&reading, now);
    }

    /// Nothing is asked any more.
    pub fn reset(self) {
        self.connect(None);
        self.found.clear();
        self.whole.set(None);
        self.notices.set(Vec::new());
        self.reading.set(None);
        self.phase.set(Phase::Idle);
    }

    /// Ends the stream and keeps the position.
    pub fn stop(self, phase: Phase) {
        // Also called while the page goes away, when there may be nothing left to tell.
        if self.phase.try_with_untracked(Phase::is_running) == Some(true) {
            self.connect(None);
            self.flush();
            self.phase.try_set(phase);
        }
    }

    /// Goes on from where it was.
    pub fn go_on(self, now: Timestamp) {
        let (reading, positions) = (self.reading.get_untracked(), self.positions.get_untracked());
        let Some(reading) = reading else { return };
        self.connect(None);
        self.before.set_value(self.figures.get_untracked());
        let mut reading = Reading::clone(&reading);
        if !positions.is_empty() {
            reading.positions = Some(positions.to_vec());
        }
        self.open(&reading, now);
    }

    /// Where it would go on; wakes with every progress.
    pub fn positions(self) -> Arc<Vec<Position>> {
        self.positions.get()
    }

    fn open(self, reading: &Reading, now: Timestamp) {
        self.phase.set(Phase::Opening);
        let path = paths::messages::searches(&self.here.cluster());
        let stream = stream::post(
            &path,
            reading,
            move |frame| self.take(&frame, now),
            move |ended| self.ended(ended),
        );
        self.connect(Some(stream));
    }

    fn connect(self, stream: Option<Stream>) {
        if let Some(slot) = self.connection.get_value() {
            // The stream that was there is dropped, which closes it.
            slot.try_set_value(stream);
        }
    }

    fn take(self, frame: &Frame, now: Timestamp) {
        // What this version does not understand is left alone.
        let Ok(event) = serde_json::from_str::<SearchEvent>(&frame.data) else {
            return;
        };
        match event {
            SearchEvent::Estimate {
                estimate,
                partitions,
                positions,
            } => {
                self.ids.set_value(topic_ids(&partitions));
                self.known.0.set(Arc::new(partitions.clone()));
                self.positions.set(Arc::new(positions.clone()));
                if self.whole.with_untracked(Option::is_none) {
                    self.whole.set(Some(Arc::new(Whole {
                        estimate,
                        partitions,
                        positions,
                        asked_at: now,
                    })));
                }
                self.phase.set(Phase::Running);
            }
            SearchEvent::Progress {
                scanned,
                scanned_bytes,
                matches,
                per_second,
                seconds_left,
                at,
                positions,
            } => {
                self.positions.set(Arc::new(positions));
                self.count(scanned, scanned_bytes, matches);
                self.figures.update(|figures| {
                    figures.per_second = per_second;
                    figures.seconds_left = seconds_left;
                    figures.at = at.or(figures.at);
                });
            }
            SearchEvent::Match { record } => self.hit(Row {
                topic_id: self.ids.with_value(|ids| ids.get(&record.topic).cloned()),
                record: *record,
            }),
            SearchEvent::Notice(notice) => self.notices.update(|notices| {
                if notices.len() < MOST_NOTICES && !notices.contains(&notice) {
                    notices.push(notice);
                }
            }),
            SearchEvent::End {
                scanned,
                scanned_bytes,
                matches,
                complete,
                reason,
                positions,
            } => {
                self.flush();
                self.positions.set(Arc::new(positions));
                self.count(scanned, scanned_bytes, matches);
                self.figures.update(|figures| figures.seconds_left = None);
                self.phase.set(Phase::Ended { complete, reason });
            }
        }
    }

    fn count(self, scanned: u64, bytes: u64, matches: u64) {
        let before = self.before.get_value();
        self.figures.update(|figures| {
            figures.scanned = before.scanned + scanned;
            figures.bytes = before.bytes + bytes;
            figures.matches = before.matches + matches;
        });
    }

    /// Hits wait for the next frame and come into the list together.
    fn hit(self, row: Row) {
        let first = self
            .waiting
            .try_update_value(|waiting| {
                waiting.push(row);
                waiting.len() == 1
            })
            .unwrap_or_default();
        if first {
            if document().hidden() {
                // A hidden tab draws no frames.
                self.flush();
            } else {
                request_animation_frame(move || self.flush());
            }
        }
    }

    fn flush(self) {
        let waiting = self
            .waiting
            .try_update_value(std::mem::take)
            .unwrap_or_default();
        if waiting.is_empty() {
            return;
        }
        self.times.try_update_value(|times| {
            times.extend(
                waiting
                    .iter()
                    .filter_map(|row| row.record.timestamp.map(|time| time.0)),
            );
        });
        let fresh = self
            .masked
            .try_with_untracked(|masked| {
                waiting
                    .iter()
                    .flat_map(|row| &row.record.masked)
                    .filter(|path| !masked.contains(*path))
                    .cloned()
                    .collect::<BTreeSet<String>>()
            })
            .unwrap_or_default();
        if !fresh.is_empty() {
            self.masked.try_update(|masked| masked.extend(fresh));
        }
        self.found.extend(waiting);
    }

    fn ended(self, ended: Ended) {
        self.flush();
        match ended {
            Ended::Closed => {
                if self.phase.with_untracked(Phase::is_running) {
                    self.phase.set(Phase::Broken(
                        "the console closed the stream before the end".to_owned(),
                    ));
                }
            }
            Ended::Broken(why) => {
                if self.phase.with_untracked(Phase::is_running) {
                    self.phase.set(Phase::Broken(why));
                }
            }
            Ended::Refused(error) => {
                if error.problem().kind == ProblemKind::Unauthenticated {
                    live::stream::sign_in_again();
                }
                self.phase.set(Phase::Refused(error));
            }
        }
    }
}
