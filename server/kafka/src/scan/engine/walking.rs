//! Walks: which piece next, and taking in what came of it, in the order of the partition.

use super::{Done, Engine, HELD, Lane, Slot, State};
use crate::scan::{
    chunk::Chunk,
    cursor::Piece,
    fault,
    found::Origin,
    room::Allowance,
    walk::{Job, MOST_WEIGHT, Step, walk},
};
use penstock_domain::read::{Notice, NoticeKind};
use std::sync::Arc;

/// Bytes that a thread takes at once, at least where there are so many, and at most.
const LEAST_GROUP: usize = 256 * 1024;
const MOST_GROUP: usize = 2 * 1024 * 1024;
/// Bad batches that are named one by one.
const MOST_NAMED: usize = 100;

/// A piece on its way to a thread.
struct ToWalk {
    /// Its lane, and its serial number there.
    id: (usize, u64),
    origin: Arc<Origin>,
    job: Job,
}

impl Engine {
    /// Gives threads something to do: first for the lane that is waited for. A thread takes several pieces at once, so that
    /// small ones do not cost a change of threads each.
    pub(super) fn launch_walks(&mut self) {
        // One more than can run, so that a thread that ends finds the next pieces waiting.
        let workers = self.seat.room().settings().workers;
        let most = workers + 1;
        if self.walking >= most {
            return;
        }
        let mut lanes: Vec<usize> = (0..self.lanes.len())
            .filter(|lane| self.lanes.get(*lane).is_some_and(Lane::has_waiting))
            .collect();
        lanes.sort_unstable_by_key(|lane| (self.merge.bound(*lane), *lane));
        let blocking = self.merge.blocking();
        let waiting: usize = lanes
            .iter()
            .filter_map(|lane| self.lanes.get(*lane))
            .map(Lane::waiting_bytes)
            .sum();
        let share = (waiting / workers).clamp(LEAST_GROUP, MOST_GROUP);
        let mut group = Vec::new();
        let mut size = 0;
        for lane in lanes {
            while self.walking < most
                && let Some(piece) = self.take_piece(lane, blocking)
            {
                size += piece.job.chunk.bytes.len();
                group.push(piece);
                if size >= share {
                    self.launch_walk(std::mem::take(&mut group));
                    size = 0;
                }
            }
        }
        if !group.is_empty() {
            self.launch_walk(group);
        }
    }

    /// The next piece of a lane that may be walked.
    fn take_piece(&mut self, index: usize, blocking: Option<usize>) -> Option<ToWalk> {
        if !self.has_room(index, blocking) {
            return None;
        }
        let ahead = self.merge.held() + self.walked_ahead;
        let lane = self.lanes.get_mut(index)?;
        let place = lane
            .queue
            .iter()
            .position(|slot| matches!(slot.state, State::Waiting(_)))?;
        // Pieces behind one that is not walked yet only hoard hits.
        if place > 0 && ahead > HELD / 2 {
            return None;
        }
        let slot = lane.queue.get_mut(place)?;
        match std::mem::replace(&mut slot.state, State::Walking) {
            State::Waiting(job) => Some(ToWalk {
                id: (index, slot.serial),
                origin: lane.origin.clone(),
                job,
            }),
            other => {
                slot.state = other;
                None
            }
        }
    }

    fn launch_walk(&mut self, group: Vec<ToWalk>) {
        let looking = self.looking.clone();
        let room = self.seat.room().clone();
        let turn = self.seat.turn();
        let ids = group.iter().map(|piece| piece.id).collect();
        self.walking += 1;
        self.work.push(Box::pin(async move {
            let turn = turn.await;
            let walked = tokio::task::spawn_blocking(move || {
                let mut scratch = room.scratch();
                let mut weight = 0;
                let outcomes = group
                    .into_iter()
                    .map(|piece| {
                        // Many hits are told before more are looked for.
                        if weight >= MOST_WEIGHT {
                            return State::Waiting(piece.job);
                        }
                        let step = walk(&looking, &piece.origin, piece.job, &mut scratch);
                        weight += step.weight();
                        State::Walked(Box::new(step))
                    })
                    .collect();
                room.put_back(scratch);
                drop(turn);
                outcomes
            });
            Done::Walked {
                ids,
                outcomes: walked.await.ok(),
            }
        }));
    }

    /// Pieces were walked.
    pub(super) fn take_walked(&mut self, ids: &[(usize, u64)], outcomes: Option<Vec<State>>) {
        self.walking = self.walking.saturating_sub(1);
        match outcomes {
            Some(outcomes) => {
                for ((lane, serial), outcome) in ids.iter().zip(outcomes) {
                    self.take_outcome(*lane, *serial, outcome);
                }
            }
            // The thread was broken off; that happens when the process ends.
            None => {
                for (lane, _) in ids {
                    self.lose(*lane, "Looking at its records was broken off.");
                }
            }
        }
    }

    fn take_outcome(&mut self, index: usize, serial: u64, mut outcome: State) {
        let Some(lane) = self.lanes.get_mut(index) else {
            return;
        };
        // It may have been let go of meanwhile.
        let Some(slot) = lane.queue.iter_mut().find(|slot| slot.serial == serial) else {
            return;
        };
        let mut faults = Vec::new();
        if let State::Walked(step) = &mut outcome {
            self.records += step.records;
            self.bytes += step.bytes;
            self.walked_ahead += step.weight();
            faults = std::mem::take(&mut step.faults);
        }
        slot.state = outcome;
        for fault in faults {
            self.tell_bad_batch(index, &fault);
        }
        self.settle(index);
    }

    /// Schemas were asked for: on with the piece that needs them.
    pub(super) fn take_schemas(&mut self, index: usize, serial: u64) {
        let slot = self
            .lanes
            .get_mut(index)
            .and_then(|lane| lane.queue.iter_mut().find(|slot| slot.serial == serial));
        let Some(slot) = slot else { return };
        slot.state = match std::mem::replace(&mut slot.state, State::Walking) {
            State::Asking(job) => State::Waiting(job),
            other => other,
        };
    }

    /// New pieces of a lane, in the order of reading.
    pub(super) fn enqueue(&mut self, index: usize, pieces: Vec<Piece<Arc<Allowance>>>) {
        for piece in pieces {
            self.serial += 1;
            let slot = Slot {
                serial: self.serial,
                state: State::Waiting(Job {
                    chunk: Arc::new(Chunk {
                        bytes: piece.bytes,
                        aborted: piece.aborted,
                        allowance: Some(piece.keep),
                    }),
                    parts: None,
                    from: piece.from,
                    to: piece.to,
                    asked: Vec::new(),
                }),
            };
            if let Some(lane) = self.lanes.get_mut(index) {
                lane.queue.push_back(slot);
            }
        }
    }

    /// Takes walked pieces in as far as they follow each other, and notices the lane's end.
    pub(super) fn settle(&mut self, index: usize) {
        loop {
            let Some(lane) = self.lanes.get_mut(index) else {
                return;
            };
            if !matches!(
                lane.queue.front(),
                Some(Slot {
                    state: State::Walked(_),
                    ..
                })
            ) {
                break;
            }
            let Some(Slot {
                serial,
                state: State::Walked(mut step),
            }) = lane.queue.pop_front()
            else {
                break;
            };
            lane.walked = step.after;
            self.walked_ahead = self.walked_ahead.saturating_sub(step.weight());
            if let Some(mut job) = step.rest.take() {
                let state = if step.missing.is_empty() {
                    State::Waiting(job)
                } else {
                    job.asked.extend(step.missing.iter().copied());
                    let lens = self.looking.what.lens.clone();
                    let missing = std::mem::take(&mut step.missing);
                    self.work.push(Box::pin(async move {
                        lens.fetch(&missing).await;
                        Done::Schemas {
                            lane: index,
                            serial,
                        }
                    }));
                    State::Asking(job)
                };
                lane.queue.push_front(Slot { serial, state });
            }
            let (key, after) = (step.key.unwrap_or(i64::MIN), step.after);
            self.merge.push(index, step.hits, key, after);
        }
        let Some(lane) = self.lanes.get_mut(index) else {
            return;
        };
        if !lane.over && lane.queue.is_empty() && !lane.sounding && lane.cursor.is_done() {
            lane.over = true;
            self.merge.finish(index);
        }
    }

    fn tell_bad_batch(&mut self, index: usize, found: &crate::batch::BatchFault) {
        let Some(lane) = self.lanes.get(index) else {
            return;
        };
        let origin = lane.origin.clone();
        if self.bad_batches.len() > MOST_NAMED || !self.bad_batches.insert((index, found.from)) {
            return;
        }
        if self.bad_batches.len() <= MOST_NAMED {
            self.tell(fault::bad_batch(&origin.topic, origin.partition, found));
        } else {
            self.tell(Notice {
                kind: NoticeKind::Other,
                topic: None,
                partition: None,
                from: None,
                to: None,
                reason: format!(
                    "More than {MOST_NAMED} batches could not be read; the others are not named."
                ),
                remedy: None,
            });
        }
    }

    /// Lets go of everything that was fetched and not taken in, of all lanes: it is fetched again when it is wanted.
    pub(super) fn let_go(&mut self) {
        for index in 0..self.lanes.len() {
            self.let_go_of(index);
        }
    }

    /// The same of the lane that is furthest ahead of the one that is waited for; where there is none, that one begins with less.
    pub(super) fn let_go_of_furthest(&mut self, waited_for: usize) {
        let furthest = (0..self.lanes.len())
            .filter(|lane| *lane != waited_for)
            .filter(|lane| {
                self.lanes
                    .get(*lane)
                    .is_some_and(|lane| !lane.queue.is_empty() || lane.cursor.holds())
            })
            .max_by_key(|lane| (self.merge.bound(*lane), *lane));
        match furthest {
            Some(lane) => self.let_go_of(lane),
            None => {
                if let Some(lane) = self.lanes.get_mut(waited_for)
                    && lane.cursor.holds()
                {
                    lane.cursor.shrink();
                }
            }
        }
    }

    fn let_go_of(&mut self, index: usize) {
        let Some(lane) = self.lanes.get_mut(index) else {
            return;
        };
        if lane.queue.is_empty() && !lane.cursor.is_asking() && !lane.cursor.holds() {
            return;
        }
        for slot in lane.queue.drain(..) {
            if let State::Walked(step) = slot.state {
                self.walked_ahead = self.walked_ahead.saturating_sub(step.weight());
                self.records = self.records.saturating_sub(step.records);
                self.bytes = self.bytes.saturating_sub(step.bytes);
            }
        }
        lane.cursor.rewind(lane.walked);
    }
}

impl Lane {
    pub(super) fn has_waiting(&self) -> bool {
        self.queue
            .iter()
            .any(|slot| matches!(slot.state, State::Waiting(_)))
    }

    fn waiting_bytes(&self) -> usize {
        self.queue
            .iter()
            .map(|slot| match &slot.state {
                State::Waiting(job) => job.chunk.bytes.len(),
                _ => 0,
            })
            .sum()
    }

    /// Pieces that no thread has begun with.
    pub(super) fn waiting(&self) -> usize {
        self.queue
            .iter()
            .filter(|slot| matches!(slot.state, State::Waiting(_) | State::Asking(_)))
            .count()
    }
}

impl Step {
    pub(super) fn weight(&self) -> usize {
        self.hits.iter().map(|hit| hit.weight).sum()
    }
}
