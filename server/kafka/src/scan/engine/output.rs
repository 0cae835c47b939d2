//! What is told: hits in their order, progress, notices, the end.

use super::{Engine, LOT, LOT_WEIGHT, STALL};
use crate::scan::{
    merge::{Merge, Next, time_of},
    progress::{End, Progress, ScanEvent},
};
use penstock_domain::{
    read::{Notice, Order, Position, Scanned},
    time::Timestamp,
    units,
};
use tokio::time::Instant;

/// Why a scan is over.
pub(super) enum Over {
    /// All of it was looked at.
    Range,
    /// As many hits as were wanted.
    Limit,
    /// It took too long.
    Time,
}

/// Scans of fewer records say little of how fast the next one will be.
const TELLING: u64 = 20_000;

impl Engine {
    /// Tells hits as far as they are certain and as far as there is room for them.
    pub(super) fn release(&mut self) -> Option<Over> {
        if self.started.elapsed() >= self.seat.room().settings().longest {
            return Some(Over::Time);
        }
        loop {
            if self.limit.is_some_and(|limit| self.matches >= limit) {
                return Some(Over::Limit);
            }
            if self.lot.len() >= LOT || self.lot_weight >= LOT_WEIGHT {
                return None;
            }
            match self.merge.next() {
                Next::Hit(found) => {
                    self.matches += 1;
                    self.lot_weight += found.weight();
                    self.lot.push(ScanEvent::Found(Box::new(found)));
                }
                Next::Blocked(_) => return None,
                Next::End => return Some(Over::Range),
            }
        }
    }

    /// Gives the reader what is there. Nobody else sends, so the room that was there is there.
    pub(super) fn hand_on(&mut self) {
        if let Err(refused) = self.out.try_send(std::mem::take(&mut self.lot)) {
            self.lot = refused.into_inner();
            return;
        }
        self.lot_weight = 0;
        self.waiting_since = None;
        self.stalled = false;
    }

    pub(super) fn tell(&mut self, notice: Notice) {
        self.lot.push(ScanEvent::Notice(notice));
    }

    /// Progress, and whether anybody still reads.
    pub(super) fn tick(&mut self) {
        let now = Instant::now();
        let covered = self.covered();
        self.pace.add(now, self.records, covered);
        if self
            .waiting_since
            .is_some_and(|since| now.saturating_duration_since(since) >= STALL)
        {
            if !self.stalled {
                self.stalled = true;
                self.let_go();
            }
            return;
        }
        let progress = self.progress();
        match self.lot.last_mut() {
            Some(ScanEvent::Progress(last)) => *last = progress,
            _ => self.lot.push(ScanEvent::Progress(progress)),
        }
    }

    /// Tells the end, if somebody still listens.
    pub(super) async fn finish(&mut self, over: Over) {
        let elapsed = self.started.elapsed().as_secs_f64();
        if self.records >= TELLING && elapsed > 0.0 {
            #[expect(clippy::cast_precision_loss, reason = "an average for estimates")]
            self.seat.room().learn_rate(self.records as f64 / elapsed);
        }
        self.merge.pass();
        let (complete, reason) = self.verdict(&over);
        self.pace.add(Instant::now(), self.records, self.covered());
        let mut progress = self.progress();
        if complete {
            progress.seconds_left = None;
        }
        let end = End {
            scanned: progress.scanned,
            fetched: self.fetched,
            matches: self.matches,
            complete,
            reason,
            positions: progress.positions.clone(),
        };
        self.lot.push(ScanEvent::Progress(progress));
        self.lot.push(ScanEvent::End(end));
        let lot = std::mem::take(&mut self.lot);
        // Fetches and walks that are under way are of no use any more.
        self.work.clear();
        self.looking
            .stop
            .store(true, std::sync::atomic::Ordering::Relaxed);
        self.lanes.iter_mut().for_each(|lane| lane.queue.clear());
        self.merge = Merge::new([]);
        tokio::select! {
            () = self.stop.cancelled() => {}
            // An error says that nobody reads any more.
            _ = self.out.send(lot) => {}
        }
    }

    fn verdict(&self, over: &Over) -> (bool, Option<String>) {
        match over {
            Over::Range if self.losses.is_empty() => (true, None),
            Over::Range => (false, Some(self.losses.join(" "))),
            // Nothing may be left all the same.
            Over::Limit if self.losses.is_empty() && self.nothing_left() => (true, None),
            Over::Limit => (
                false,
                Some(format!(
                    "It was to end after {}.",
                    units::count(
                        usize::try_from(self.matches).unwrap_or(usize::MAX),
                        "record",
                        "records"
                    )
                )),
            ),
            Over::Time => (
                false,
                Some(format!(
                    "It took longer than {}, the most that one search may.",
                    units::duration_millis(
                        u64::try_from(self.seat.room().settings().longest.as_millis())
                            .unwrap_or(u64::MAX)
                    )
                )),
            ),
        }
    }

    fn nothing_left(&self) -> bool {
        self.lanes.iter().enumerate().all(|(index, lane)| {
            let position = self.merge.position(index).unwrap_or(lane.walked);
            match self.order {
                Order::Oldest => position >= lane.to,
                Order::Newest => position <= lane.from,
            }
        })
    }

    fn covered(&self) -> u64 {
        let whole: u64 = self
            .lanes
            .iter()
            .map(|lane| u64::try_from(lane.to - lane.from).unwrap_or_default())
            .sum();
        whole.saturating_sub(self.left())
    }

    fn progress(&self) -> Progress {
        Progress {
            scanned: Scanned {
                records: self.records,
                bytes: self.bytes,
            },
            matches: self.matches,
            per_second: self.pace.per_second(),
            seconds_left: self.pace.seconds_for(self.left()),
            at: self
                .merge
                .told()
                .map(|key| time_of(self.order, key))
                .filter(|time| *time >= 0)
                .map(Timestamp),
            positions: self.positions(),
        }
    }

    fn positions(&self) -> Vec<Position> {
        self.lanes
            .iter()
            .enumerate()
            .map(|(index, lane)| {
                let position = self.merge.position(index).unwrap_or(lane.walked);
                let (from, to) = match self.order {
                    Order::Oldest => (position, lane.to),
                    Order::Newest => (lane.from, position),
                };
                Position {
                    topic: lane.origin.topic.clone(),
                    topic_id: lane.origin.topic_id.clone(),
                    partition: lane.origin.partition,
                    from,
                    to: Some(to),
                }
            })
            .collect()
    }
}
