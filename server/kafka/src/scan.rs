//! Reading records: a page of them, or all that pass a filter, over the whole of chosen topics.
//!
//! One engine for browsing and searching. [`plan`] resolves what is asked for to offsets, [`start`] reads: a [`Scan`] tells
//! records in the order that [`penstock_domain::read::Order`] defines, with positions to go on from. [`one`] reads a record by
//! its address. A [`ScanRoom`] bounds what all scans of the process take.
//!
//! ```text
//! ScanSpec + Bounds ── plan ──> Plan ── start (with a Seat of the room) ──> Scan ── next ──> Found … Progress … End
//! ```
//! Knows nothing of users' rights, masks and pages: a [`crate::lens::Lens`] shows records as the reader may see them, and the
//! filter looks through it.

pub(crate) mod chunk;
mod cursor;
mod engine;
pub(crate) mod fault;
mod found;
mod merge;
mod one;
mod plan;
mod progress;
mod room;
pub(crate) mod source;
mod spec;
mod walk;

pub use self::{
    fault::ScanError,
    found::{Found, Gather, Origin, Standing},
    one::one,
    plan::{Plan, plan},
    progress::{End, Progress, ScanEvent},
    room::{RoomSettings, ScanRoom, Seat},
    spec::{ScanSpec, ScanTopic, What},
};

use self::engine::Engine;
use crate::client::Client;
use std::{collections::VecDeque, sync::Arc};
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A reading under way. Dropping it ends all its work: requests are given up at once, threads stop before the next batch.
#[derive(Debug)]
pub struct Scan {
    lots: mpsc::Receiver<Vec<ScanEvent>>,
    ready: VecDeque<ScanEvent>,
    _stop: DropGuard,
}

/// Begins to read. Notices of the plan are told first. Ends by itself with [`ScanEvent::End`]; `stop` ends it without.
pub fn start(client: Client, plan: Plan, what: What, seat: Seat, stop: &CancellationToken) -> Scan {
    start_on(Arc::new(client), plan, what, seat, stop)
}

fn start_on(
    source: Arc<dyn source::Source>,
    mut plan: Plan,
    what: What,
    seat: Seat,
    stop: &CancellationToken,
) -> Scan {
    let stop = stop.child_token();
    let (out, lots) = mpsc::channel(engine::LOTS);
    let ready = std::mem::take(&mut plan.notices)
        .into_iter()
        .map(ScanEvent::Notice)
        .collect();
    let tasks = seat.room().tasks().clone();
    let engine = Engine::new(source, plan, what, seat, out, stop.clone());
    tasks.spawn(engine.run());
    Scan {
        lots,
        ready,
        _stop: stop.drop_guard(),
    }
}

impl Scan {
    /// The next event; `None` after the end. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<ScanEvent> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            self.ready = self.lots.recv().await?.into();
        }
    }

    /// An event that is there already.
    pub fn ready(&mut self) -> Option<ScanEvent> {
        if self.ready.is_empty()
            && let Ok(lot) = self.lots.try_recv()
        {
            self.ready = lot.into();
        }
        self.ready.pop_front()
    }
}
