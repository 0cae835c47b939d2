//! What of a partition is to be fetched next, going up or down, and what becomes of the answer. Pure.
//!
//! What is left is fetched in stretches, in the order of reading, and each answer belongs to the stretch that it was asked for.
//! Going up, a stretch is as long as one answer turns out to be. Going down there is no such request: a stretch below what is
//! known is chosen by the number of bytes that its offsets are likely to have, and fetched upwards until it meets what is
//! known; usually in one request. Brokers answer from the beginning of a batch, and that beginning is where the next stretch
//! ends, so no batch is fetched twice.
//!
//! Once it is known how many bytes an offset has, a second stretch is asked for before the first is there: the broker reads it
//! meanwhile, and a partition alone keeps it busy. Where the guess was wrong the first asks for what lies between, or the
//! second gives up what both have.

mod stretch;
#[cfg(test)]
mod tests;

use self::stretch::{Span, Stretch};
use crate::batch::AbortedTransaction;
use bytes::Bytes;
use penstock_domain::read::Order;
use std::collections::VecDeque;

/// Sizes of requests, in bytes of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// The first one: small where few records are wanted.
    pub(crate) first: usize,
    /// Offsets of the first stretch going down.
    pub(crate) first_offsets: i64,
    /// The largest one.
    pub(crate) most: usize,
}

/// The smallest request; smaller ones do not come back sooner.
const LEAST: usize = 16 * 1024;
/// An answer may be so large where a single batch is: the largest that connections take, less its frame.
pub(crate) const LARGEST: usize = 60 * 1024 * 1024;
/// Requests and stretches grow by this.
const GROWTH: usize = 4;
/// A guess at the bytes of an offset, before any were seen.
const GUESS: f64 = 256.0;

/// A question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ask {
    /// For which stretch.
    pub(crate) stretch: u32,
    /// From which offset.
    pub(crate) offset: i64,
    /// How many bytes.
    pub(crate) bytes: usize,
}

/// Fetched batches, in the order in which they are to be looked at. `K` is what lives as long as they do: their allowance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece<K> {
    /// The batches.
    pub(crate) bytes: Bytes,
    /// Aborted transactions among them.
    pub(crate) aborted: Vec<AbortedTransaction>,
    /// Offsets that count: from here …
    pub(crate) from: i64,
    /// … up to here, exclusive. Pieces of one partition follow each other without a gap.
    pub(crate) to: i64,
    /// What was given with the answer.
    pub(crate) keep: K,
}

/// What an answer came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Taken<K> {
    /// These are next; none while something before them is not there yet.
    Pieces(Vec<Piece<K>>),
    /// It held nothing. That says something only if nothing else was asked for in the same request.
    Nothing,
    /// It did not hold one whole batch: more must be asked for.
    Short,
    /// It says nothing of the offset asked for, however often it is asked.
    Senseless,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<K> {
    order: Order,
    /// Not handed out yet: from here …
    from: i64,
    /// … up to here, exclusive.
    to: i64,
    sizes: Sizes,
    /// Nothing before it is there, as far as is known.
    floor: i64,
    given_up: bool,
    /// The next request going up.
    bytes: usize,
    /// The next stretch going down.
    offsets: i64,
    /// A batch of this partition was so large.
    least: usize,
    /// Bytes of an offset, lately; `None` before any were seen.
    density: Option<f64>,
    /// Stretches that are being fetched, in the order of reading.
    stretches: VecDeque<Stretch<K>>,
    /// Of the next stretch.
    serial: u32,
}

// === impl Cursor ===

impl<K> Cursor<K> {
    /// Nothing fetched yet of `from` up to `to`.
    pub(crate) fn new(order: Order, from: i64, to: i64, sizes: Sizes) -> Self {
        Self {
            order,
            from,
            to: to.max(from),
            floor: from,
            given_up: false,
            sizes,
            bytes: sizes.first.clamp(LEAST, sizes.most.max(LEAST)),
            offsets: sizes.first_offsets.max(1),
            least: LEAST,
            density: None,
            stretches: VecDeque::new(),
            serial: 0,
        }
    }

    /// Whether everything was handed out.
    pub(crate) fn is_done(&self) -> bool {
        self.from >= self.to
    }

    /// Offsets not handed out yet.
    pub(crate) fn left(&self) -> (i64, i64) {
        (self.from, self.to)
    }

    /// Whether an answer is on its way.
    pub(crate) fn is_asking(&self) -> bool {
        self.stretches.iter().any(|stretch| stretch.asking)
    }

    /// Whether the answer to a question is still waited for.
    pub(crate) fn waits_for(&self, stretch: u32) -> bool {
        self.stretches
            .iter()
            .any(|one| one.id == stretch && one.asking)
    }

    /// Whether there are answers that wait for others.
    pub(crate) fn holds(&self) -> bool {
        self.stretches
            .iter()
            .any(|stretch| !stretch.pieces.is_empty())
    }

    /// Whether there is something to ask for, with at most so many stretches at once.
    pub(crate) fn may_ask(&self, at_once: usize) -> bool {
        self.stretches.iter().any(Stretch::is_idle)
            || (self.stretches.len() < at_once && self.next_bounds().is_some())
    }

    /// The next question, with at most so many stretches at once; `None` while there is none. The same again, until it is
    /// [`Cursor::sent`].
    pub(crate) fn ask(&mut self, at_once: usize) -> Option<Ask> {
        let idle = self.stretches.iter().position(Stretch::is_idle);
        let place = match idle {
            Some(place) => place,
            None if self.stretches.len() < at_once => {
                let (from, to) = self.next_bounds()?;
                self.serial = self.serial.wrapping_add(1);
                let stretch = Stretch::new(self.serial, from, to);
                self.stretches.push_back(stretch);
                self.stretches.len() - 1
            }
            None => return None,
        };
        let bytes = match self.order {
            Order::Oldest => self.bytes_up(),
            Order::Newest => 0,
        };
        let is_last = place + 1 == self.stretches.len();
        let (density, least) = (self.density.unwrap_or(GUESS), self.least);
        let most = (2 * self.sizes.most).max(least);
        let stretch = self.stretches.get(place)?;
        // Of a stretch that others follow, only what is left of it; else what an answer can hold.
        let likely = stretch.likely(density).saturating_add(least);
        Some(Ask {
            stretch: stretch.id,
            offset: stretch.next,
            bytes: match self.order {
                Order::Oldest if is_last => bytes,
                Order::Oldest => likely.min(bytes),
                Order::Newest => likely.clamp(least, most),
            },
        })
    }

    /// A question is on its way.
    pub(crate) fn sent(&mut self, stretch: u32) {
        if let Some(stretch) = self.stretches.iter_mut().find(|one| one.id == stretch) {
            stretch.asking = true;
        }
    }

    /// There is no answer to a question: it can be asked again.
    pub(crate) fn failed(&mut self, stretch: u32) {
        if let Some(stretch) = self.stretches.iter_mut().find(|one| one.id == stretch) {
            stretch.asking = false;
        }
    }

    /// Takes the answer to a question in. `alone`: nothing else was asked for in that request.
    pub(crate) fn take(
        &mut self,
        stretch: u32,
        bytes: Bytes,
        aborted: Vec<AbortedTransaction>,
        keep: K,
        alone: bool,
    ) -> Taken<K> {
        let Some(place) = self.stretches.iter().position(|one| one.id == stretch) else {
            return Taken::Pieces(Vec::new());
        };
        let Some(stretch) = self.stretches.get_mut(place) else {
            return Taken::Pieces(Vec::new());
        };
        stretch.asking = false;
        let asked = stretch.next;
        let Some(span) = Span::of(&bytes) else {
            if !bytes.is_empty() {
                return self.short();
            }
            if !alone {
                return Taken::Nothing;
            }
            // The end of the log: compaction or an emptied transaction took the last records.
            self.end(place, keep);
            return Taken::Pieces(self.hand_out());
        };
        if span.next <= asked {
            return Taken::Senseless;
        }
        self.least = self.least.max(span.largest.saturating_add(1024));
        let piece = Piece {
            bytes,
            aborted,
            from: asked,
            to: span.next,
            keep,
        };
        match self.order {
            Order::Oldest => self.up(place, piece, &span),
            Order::Newest => self.down(place, piece, &span),
        }
        Taken::Pieces(self.hand_out())
    }

    /// A single batch is larger than what was asked for: asks for more, unless no answer could be large enough.
    fn short(&mut self) -> Taken<K> {
        if self.least >= LARGEST {
            return Taken::Senseless;
        }
        self.least = self
            .least
            .max(self.bytes)
            .saturating_mul(GROWTH)
            .min(LARGEST);
        Taken::Short
    }

    fn up(&mut self, place: usize, mut piece: Piece<K>, span: &Span) {
        self.density = Some(span.density());
        self.bytes = (self.bytes * GROWTH).min(self.sizes.most.max(LEAST));
        let (limit, end) = (2 * self.sizes.most, self.to);
        let is_last = place + 1 == self.stretches.len();
        let Some(stretch) = self.stretches.get_mut(place) else {
            return;
        };
        piece.to = piece.to.min(end);
        stretch.next = piece.to;
        stretch.fetched += piece.bytes.len();
        stretch.pieces.push(piece);
        // A stretch that nothing follows is as long as its answer; so is one far denser than thought, which would hold too much.
        let is_cut = place > 0 && stretch.fetched >= limit;
        if is_last || is_cut || stretch.next >= stretch.to {
            stretch.to = stretch.next;
        }
        let to = stretch.to;
        if is_cut {
            self.stretches.truncate(place + 1);
        }
        // What the next one has of it too is given up there.
        while let Some(next) = self.stretches.get_mut(place + 1) {
            next.from = next.from.max(to);
            if next.from < next.to {
                break;
            }
            self.stretches.remove(place + 1);
        }
    }

    fn down(&mut self, place: usize, mut piece: Piece<K>, span: &Span) {
        let (limit, floor) = (2 * self.sizes.most, self.from);
        let Some(stretch) = self.stretches.get_mut(place) else {
            return;
        };
        if stretch.pieces.is_empty() {
            // The answer begins with the batch that holds the offset, or behind a hole.
            stretch.from = stretch.from.min(span.first).max(floor);
            piece.from = stretch.from;
        }
        stretch.fetched += piece.bytes.len();
        stretch.next = span.next;
        stretch.pieces.push(piece);
        let density = stretch.density();
        let (from, left) = (stretch.from, stretch.to - stretch.next);
        self.density = Some(density);
        if left > 0 {
            if stretch.fetched >= limit {
                // Far denser than thought: what is next to what is known comes first, so begin anew and nearer.
                self.stretches.truncate(place);
                self.offsets = self.offsets_for(self.sizes.most).min(left);
            }
            return;
        }
        self.grow();
        // The one below ends where this one begins.
        while let Some(next) = self.stretches.get_mut(place + 1) {
            next.to = next.to.min(from);
            if next.from < next.to {
                break;
            }
            self.stretches.remove(place + 1);
        }
    }

    /// Nothing lies at the offset asked for or behind it.
    fn end(&mut self, place: usize, keep: K) {
        let end = self.to;
        let Some(stretch) = self.stretches.get_mut(place) else {
            return;
        };
        if self.order == Order::Oldest {
            stretch.to = end;
        }
        let from = std::mem::replace(&mut stretch.next, stretch.to);
        if self.order == Order::Oldest || stretch.pieces.is_empty() {
            stretch.pieces.push(Piece {
                bytes: Bytes::new(),
                aborted: Vec::new(),
                from,
                to: stretch.to,
                keep,
            });
        }
        match self.order {
            Order::Oldest => self.stretches.truncate(place + 1),
            Order::Newest => self.grow(),
        }
    }

    /// Pieces that follow what was handed out without a gap.
    fn hand_out(&mut self) -> Vec<Piece<K>> {
        let mut out = Vec::new();
        while let Some(stretch) = self.stretches.front_mut() {
            match self.order {
                Order::Oldest => {
                    for mut piece in stretch.pieces.drain(..) {
                        piece.from = piece.from.max(self.from);
                        if piece.from < piece.to {
                            self.from = piece.to;
                            out.push(piece);
                        }
                    }
                }
                Order::Newest if !stretch.is_whole() => break,
                Order::Newest => {
                    let mut last = true;
                    for mut piece in stretch.pieces.drain(..).rev() {
                        if piece.from < self.to {
                            if last {
                                piece.to = self.to;
                            }
                            last = false;
                            self.to = piece.from;
                            out.push(piece);
                        }
                    }
                }
            }
            if !stretch.is_whole() {
                break;
            }
            self.stretches.pop_front();
        }
        out
    }

    /// Bounds of a stretch behind those that are being fetched, if it can be told where it begins.
    fn next_bounds(&self) -> Option<(i64, i64)> {
        let last = self.stretches.back();
        let (from, to) = match self.order {
            Order::Oldest => {
                let from = last.map_or(self.from, |last| last.to);
                (from, self.to.min(from.saturating_add(self.reach_up())))
            }
            Order::Newest => {
                if last.is_some() && !self.is_grown() {
                    return None;
                }
                let to = last.map_or(self.to, |last| last.from);
                (to.saturating_sub(self.offsets.max(1)).max(self.from), to)
            }
        };
        (from < to).then_some((from, to))
    }

    /// Offsets that one answer surely holds going up: so far the next stretch is. All there are, while that can't be told.
    fn reach_up(&self) -> i64 {
        let bytes = self.bytes_up();
        // The last batch of an answer is cut off, and one is not like the other.
        let sure = bytes.saturating_sub(2 * self.least);
        if !self.is_grown() || sure < bytes / 2 {
            return i64::MAX;
        }
        self.offsets_for(sure)
    }

    /// Whether requests have reached their size.
    fn is_grown(&self) -> bool {
        self.density.is_some()
            && match self.order {
                Order::Oldest => self.bytes >= self.sizes.most,
                Order::Newest => self.offsets >= self.offsets_for(self.sizes.most / 2),
            }
    }

    /// The next request going up. What is cut off at the end of an answer is fetched again: little beside a few batches.
    fn bytes_up(&self) -> usize {
        let few_batches = match self.bytes < self.sizes.most {
            true => 0,
            false => self.least.saturating_mul(8).min(4 * self.sizes.most),
        };
        self.bytes.max(self.least).max(few_batches)
    }

    /// The next stretch going down: by bytes, but never by more than a few times what the one before had.
    fn grow(&mut self) {
        let grown = self
            .offsets
            .saturating_mul(i64::try_from(GROWTH).unwrap_or(1));
        self.offsets = self.offsets_for(self.sizes.most).clamp(1, grown);
    }

    fn offsets_for(&self, bytes: usize) -> i64 {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "a guess at a number of offsets; conversion saturates"
        )]
        let offsets = (bytes as f64 / self.density.unwrap_or(GUESS).max(0.001)) as i64;
        offsets.max(1)
    }

    /// Pieces were dropped before they were looked at: everything from this position on, in the order of reading, is to be
    /// fetched again. Answers that are on their way are not waited for.
    pub(crate) fn rewind(&mut self, position: i64) {
        if self.given_up {
            return;
        }
        self.stretches.clear();
        match self.order {
            Order::Oldest => self.from = position.max(self.floor).min(self.to),
            Order::Newest => self.to = position.max(self.from),
        }
    }

    /// There is no memory for what it has begun: everything that was not handed out is asked for again, in smaller stretches.
    pub(crate) fn shrink(&mut self) {
        self.stretches.clear();
        let growth = i64::try_from(GROWTH).unwrap_or(1);
        self.offsets = (self.offsets / growth).max(1);
    }

    /// The log begins later than was thought.
    pub(crate) fn begins_at(&mut self, first: i64) {
        self.stretches.clear();
        self.floor = self.floor.max(first);
        self.from = self.from.max(first).min(self.to);
    }

    /// Gives up what is left.
    pub(crate) fn give_up(&mut self) {
        self.given_up = true;
        self.stretches.clear();
        self.from = self.to;
    }
}
