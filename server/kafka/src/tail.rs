//! Following the end of topics: one reading per partition, shared by all who follow it.
//!
//! ```text
//! brokers ── one feed per broker (fetch session) ──> a ring per partition ──> viewers, each with its cursor, filter and pace
//! ```
//! A viewer that is too slow falls off the ring and is told which offsets it missed; it never slows others, and nobody's
//! slowness makes the console fetch more. Positions older than the ring are fetched for that viewer alone until it has come up
//! to it. Readers of committed records and of all records are fed apart, because only brokers know what is committed yet.
//!
//! `ring` is the pure core; `part` a shared partition; `hub` what all share, with `feed`, `router` and `place` for where bytes
//! come from; `viewer` and `look` are one reader's side. Bounds: [`TailRoom`] for the rings of a process, a queue of two lots per
//! viewer, one worker per processor.

mod feed;
mod follow;
mod hub;
mod inbox;
mod look;
mod part;
mod place;
mod rates;
mod ring;
mod router;
#[cfg(test)]
mod tests;
mod viewer;
mod wire;

use self::hub::Hub;
use crate::{client::Client, lens::Lens, matcher::Matcher, scan::Found};
use penstock_domain::{
    ids::{PartitionId, TopicId, TopicName},
    read::{Notice, Position},
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Memory for what was fetched lately, over all clusters that share it. Cheap to clone; all clones are the same room.
#[derive(Clone, Debug)]
pub struct TailRoom {
    inner: Arc<RoomInner>,
}

#[derive(Debug)]
struct RoomInner {
    limit: usize,
    used: AtomicUsize,
}

impl TailRoom {
    /// Room for so many bytes. Each partition keeps its newest chunk beyond that.
    pub fn new(limit: usize) -> Self {
        Self {
            inner: Arc::new(RoomInner {
                limit,
                used: AtomicUsize::new(0),
            }),
        }
    }

    /// Bytes in all rings.
    pub fn used(&self) -> usize {
        self.inner.used.load(Ordering::Relaxed)
    }

    fn limit(&self) -> usize {
        self.inner.limit
    }

    fn is_full(&self) -> bool {
        self.used() > self.inner.limit
    }

    /// A ring that held so much holds so much now.
    fn account(&self, before: usize, now: usize) {
        if now >= before {
            self.inner.used.fetch_add(now - before, Ordering::Relaxed);
        } else {
            self.inner.used.fetch_sub(before - now, Ordering::Relaxed);
        }
    }
}

impl Default for TailRoom {
    /// 32 MiB.
    fn default() -> Self {
        Self::new(32 * 1024 * 1024)
    }
}

/// The tails of one cluster. Cheap to clone; all clones are the same hub. Without viewers it does nothing and holds nothing.
#[derive(Clone)]
pub struct TailHub {
    hub: Arc<Hub>,
}

/// What is to be followed.
#[derive(Clone)]
pub struct FollowSpec {
    /// In which topics.
    pub topics: Vec<FollowTopic>,
    /// Goes on from these; partitions that are not among them begin at their end.
    pub positions: Option<Vec<Position>>,
    /// Whether records of open and aborted transactions, and control records, exist for this reader.
    pub uncommitted: bool,
    /// Which records are told.
    pub matcher: Arc<Matcher>,
    /// How the filter sees records.
    pub lens: Arc<dyn Lens>,
}

/// A topic to follow.
#[derive(Clone, Debug)]
pub struct FollowTopic {
    /// Its name.
    pub name: TopicName,
    /// Its id, where one was meant: a topic made anew is another.
    pub id: Option<TopicId>,
    /// Which partitions; empty is all that there are now.
    pub partitions: Vec<PartitionId>,
}

/// What following tells.
#[derive(Clone, Debug, PartialEq)]
pub enum TailNews {
    /// Records that passed, in the order of their arrival; partitions each by offset.
    Found(Vec<Found>),
    /// This reader was too slow for so many offsets.
    Dropped {
        /// How many offsets.
        count: u64,
        /// Which: `from` up to and without `to`.
        gaps: Vec<Position>,
    },
    /// Once a second, and first of all.
    Progress(TailProgress),
    /// Something to know.
    Notice(Notice),
    /// Last of all.
    End {
        /// Why.
        reason: String,
        /// Whether trying again from the last positions may help.
        again: bool,
    },
}

/// How following goes.
#[derive(Clone, Debug, PartialEq)]
pub struct TailProgress {
    /// Records that were looked at since it began.
    pub arrived: u64,
    /// Of them passed the filter.
    pub matches: u64,
    /// Records looked at a second, over the last seconds.
    pub per_second: f64,
    /// The same of those that passed.
    pub matches_per_second: f64,
    /// Offsets dropped since it began.
    pub dropped: u64,
    /// The next offset of every partition, behind everything that was told: the place to go on from.
    pub positions: Vec<Position>,
}

/// What a hub does, for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TailFigures {
    /// Partitions that are followed; those of readers of committed and of all records count apart.
    pub partitions: usize,
    /// Bytes in their rings.
    pub held: usize,
    /// Bytes of records fetched since the hub began, whoever they were for.
    pub fetched: u64,
}

/// One viewer's stream. Dropping it ends its work; what it shared goes on for others.
#[derive(Debug)]
pub struct Tail {
    first: std::collections::VecDeque<Notice>,
    news: mpsc::Receiver<TailNews>,
    _stop: DropGuard,
}

impl Tail {
    /// The next news; `None` after the end. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<TailNews> {
        match self.first.pop_front() {
            Some(notice) => Some(TailNews::Notice(notice)),
            None => self.news.recv().await,
        }
    }
}

impl TailHub {
    /// Tails over a client, with room of their own, until `stop`.
    pub fn new(client: Client, stop: CancellationToken) -> Self {
        Self::sharing(client, TailRoom::default(), stop)
    }

    /// The same with room that several clusters share.
    pub fn sharing(client: Client, room: TailRoom, stop: CancellationToken) -> Self {
        Self {
            hub: Hub::new(Arc::new(client), room, stop),
        }
    }

    /// Memory that rings hold.
    pub fn room(&self) -> &TailRoom {
        &self.hub.room
    }

    /// How much it does at this moment.
    pub fn figures(&self) -> TailFigures {
        let parts = self.hub.parts();
        TailFigures {
            partitions: parts.len(),
            held: parts.iter().map(|part| part.held()).sum(),
            fetched: self.hub.fetched.load(Ordering::Relaxed),
        }
    }

    /// Ends everything and waits for it.
    pub async fn close(&self) {
        self.hub.stop.cancel();
        self.hub.tasks.close();
        self.hub.tasks.wait().await;
    }
}

impl std::fmt::Debug for TailHub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TailHub")
            .field("room", &self.hub.room)
            .finish_non_exhaustive()
    }
}
