//! A stretch of offsets that is being fetched, and what an answer spans.

use super::Piece;
use crate::batch::batches;

/// Offsets that are fetched upwards, whatever the order of reading; usually with one request.
#[derive(Clone, Debug)]
pub(super) struct Stretch<K> {
    pub(super) id: u32,
    /// From here …
    pub(super) from: i64,
    /// … up to here, exclusive.
    pub(super) to: i64,
    /// What to ask for.
    pub(super) next: i64,
    /// What was fetched and not handed out, upwards.
    pub(super) pieces: Vec<Piece<K>>,
    /// Bytes fetched.
    pub(super) fetched: usize,
    /// Whether an answer is on its way.
    pub(super) asking: bool,
}

impl<K> Stretch<K> {
    pub(super) fn new(id: u32, from: i64, to: i64) -> Self {
        Self {
            id,
            from,
            to,
            next: from,
            pieces: Vec::new(),
            fetched: 0,
            asking: false,
        }
    }

    /// Whether nothing of it is left to ask for.
    pub(super) fn is_whole(&self) -> bool {
        self.next >= self.to
    }

    /// Whether there is something to ask for and nobody does.
    pub(super) fn is_idle(&self) -> bool {
        !self.asking && !self.is_whole()
    }

    /// Bytes that what is left of it is likely to have, a little more rather than less.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a guess at a size; conversion saturates"
    )]
    pub(super) fn likely(&self, density: f64) -> usize {
        ((self.to.saturating_sub(self.next)) as f64 * density * 1.1) as usize
    }

    /// Bytes of an offset in what was fetched.
    #[expect(clippy::cast_precision_loss, reason = "an average")]
    pub(super) fn density(&self) -> f64 {
        self.fetched as f64 / self.next.saturating_sub(self.from).max(1) as f64
    }
}

/// The whole batches of an answer.
pub(super) struct Span {
    pub(super) first: i64,
    pub(super) next: i64,
    /// Bytes of the largest batch.
    pub(super) largest: usize,
    bytes: usize,
}

impl Span {
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let mut span: Option<Self> = None;
        let mut walk = batches(bytes);
        let mut before = 0;
        while let Some(batch) = walk.next() {
            let (first, last) = match &batch {
                Ok(batch) => (batch.head.base_offset, batch.head.last_offset),
                Err(fault) => (fault.from, fault.to),
            };
            let span = span.get_or_insert(Self {
                first,
                next: i64::MIN,
                largest: 0,
                bytes: 0,
            });
            span.next = span.next.max(last.saturating_add(1));
            span.largest = span.largest.max(walk.consumed() - before);
            before = walk.consumed();
            span.bytes = before;
        }
        span
    }

    /// Bytes of an offset.
    #[expect(clippy::cast_precision_loss, reason = "an average")]
    pub(super) fn density(&self) -> f64 {
        self.bytes as f64 / self.next.saturating_sub(self.first).max(1) as f64
    }
}
