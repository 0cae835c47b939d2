//! What was fetched lately of one partition, for all who follow it. Pure: no clocks, no locks, no I/O.
//!
//! Chunks join without a hole: each begins where the one before it ended. A reader has a cursor of its own; one that is not
//! in the ring any more learns exactly which offsets it missed.

use crate::scan::chunk::Chunk;
use std::{collections::VecDeque, sync::Arc};

/// Fetched batches that are whole.
pub(super) struct Held {
    /// The offset that was asked for; the first batch may begin earlier.
    pub(super) from: i64,
    /// Behind the last batch.
    pub(super) to: i64,
    /// The batches.
    pub(super) chunk: Chunk,
}

impl Held {
    /// Bytes in memory, nearly.
    fn weight(&self) -> usize {
        self.chunk.bytes.len() + self.chunk.aborted.len() * 16 + 256
    }
}

/// See the module.
pub(super) struct Ring {
    chunks: VecDeque<Arc<Held>>,
    /// The end: what comes next is fetched from here.
    next: i64,
    bytes: usize,
    /// Moves when the ring is put somewhere else in the log.
    epoch: u32,
}

/// What a reader finds at its cursor.
pub(super) enum Read {
    /// Batches that hold the cursor, or come next.
    Chunk(Arc<Held>),
    /// Nothing new.
    UpToDate,
    /// The ring begins behind the cursor. Its first offset, and one that a reader who was too slow does well to go on from.
    Lost {
        /// Where the ring begins.
        first: i64,
        /// Where half of the ring is still ahead.
        resume: i64,
    },
    /// The ring was put somewhere else, in front of the cursor: the log is shorter than it was.
    Back {
        /// Where it goes on.
        to: i64,
        /// To be remembered with the cursor.
        epoch: u32,
    },
}

impl Ring {
    /// An empty one that goes on from an offset.
    pub(super) fn new(next: i64) -> Self {
        Self {
            chunks: VecDeque::new(),
            next,
            bytes: 0,
            epoch: 0,
        }
    }

    /// What comes next.
    pub(super) fn next(&self) -> i64 {
        self.next
    }

    /// The first offset from which a reader misses nothing.
    pub(super) fn first(&self) -> i64 {
        self.chunks.front().map_or(self.next, |chunk| chunk.from)
    }

    /// Bytes in memory.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Adds what was fetched from [`Ring::next`] up to `to`, which lies behind it.
    pub(super) fn push(&mut self, chunk: Chunk, to: i64) {
        let held = Held {
            from: self.next,
            to: to.max(self.next.saturating_add(1)),
            chunk,
        };
        self.next = held.to;
        self.bytes += held.weight();
        self.chunks.push_back(Arc::new(held));
    }

    /// Gives up the oldest chunk; `false`: there is none but the newest, which is kept.
    pub(super) fn evict(&mut self) -> bool {
        if self.chunks.len() < 2 {
            return false;
        }
        if let Some(chunk) = self.chunks.pop_front() {
            self.bytes -= chunk.weight();
        }
        true
    }

    /// Puts the ring somewhere else: the log does not hold its end.
    pub(super) fn reset(&mut self, next: i64) {
        *self = Self {
            epoch: self.epoch.wrapping_add(1),
            ..Self::new(next)
        };
    }

    /// What there is for a reader whose next offset is `cursor`.
    pub(super) fn read(&self, cursor: i64, epoch: u32) -> Read {
        if epoch != self.epoch && cursor > self.next {
            return Read::Back {
                to: self.next,
                epoch: self.epoch,
            };
        }
        let first = self.first();
        if cursor < first {
            return Read::Lost {
                first,
                resume: self.resume(),
            };
        }
        let index = self.chunks.partition_point(|chunk| chunk.to <= cursor);
        match self.chunks.get(index) {
            Some(chunk) => Read::Chunk(chunk.clone()),
            None => Read::UpToDate,
        }
    }

    fn resume(&self) -> i64 {
        let mut ahead = self.bytes;
        for chunk in &self.chunks {
            if ahead <= self.bytes / 2 {
                return chunk.from;
            }
            ahead -= chunk.weight();
        }
        self.chunks.back().map_or(self.next, |chunk| chunk.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use proptest::prelude::*;

    fn chunk(bytes: usize) -> Chunk {
        Chunk {
            bytes: Bytes::from(vec![0; bytes]),
            aborted: Vec::new(),
            allowance: None,
        }
    }

    #[test]
    fn a_reader_in_the_ring_misses_nothing() {
        let mut ring = Ring::new(10);
        assert!(matches!(ring.read(10, 0), Read::UpToDate));
        ring.push(chunk(1), 20);
        ring.push(chunk(1), 25);
        let Read::Chunk(held) = ring.read(10, 0) else {
            panic!()
        };
        assert_eq!((held.from, held.to), (10, 20));
        let Read::Chunk(held) = ring.read(20, 0) else {
            panic!()
        };
        assert_eq!((held.from, held.to), (20, 25));
        assert!(matches!(ring.read(25, 0), Read::UpToDate));
        assert!(
            matches!(ring.read(99, 0), Read::UpToDate),
            "ahead: it waits"
        );
        assert!(matches!(ring.read(9, 0), Read::Lost { first: 10, .. }));
        assert!(ring.evict());
        assert!(matches!(ring.read(10, 0), Read::Lost { first: 20, .. }));
        assert!(!ring.evict(), "the newest is kept");
    }

    #[test]
    fn one_who_was_too_slow_goes_on_where_half_is_ahead() {
        let mut ring = Ring::new(0);
        for end in 1..=4 {
            ring.push(chunk(1000), end * 10);
        }
        let Read::Lost { first, resume } = ring.read(-5, 0) else {
            panic!()
        };
        assert_eq!((first, resume), (0, 20));
    }

    #[test]
    fn a_log_that_became_shorter_takes_its_readers_back() {
        let mut ring = Ring::new(0);
        ring.push(chunk(1), 100);
        ring.reset(60);
        assert_eq!(ring.bytes(), 0);
        let Read::Back { to, epoch } = ring.read(100, 0) else {
            panic!()
        };
        assert_eq!((to, epoch), (60, ring.epoch()));
        assert!(matches!(ring.read(60, epoch), Read::UpToDate));
        ring.reset(90);
        assert!(matches!(ring.read(60, epoch), Read::Lost { first: 90, .. }));
    }

    #[derive(Clone, Debug)]
    enum Act {
        /// So many offsets arrive.
        Produce(i64),
        Evict,
        /// The reader takes at most so many offsets of what it finds.
        Consume(i64),
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            (1_i64..50).prop_map(Act::Produce),
            Just(Act::Evict),
            (1_i64..40).prop_map(Act::Consume),
        ]
    }

    proptest! {
        /// Whatever the schedule: what was delivered and what was named as a gap are disjoint, and together all that was produced.
        #[test]
        fn delivered_and_gaps_are_all_there_is(start in 0_i64..1000, acts in proptest::collection::vec(act(), 0..80)) {
            let mut ring = Ring::new(start);
            let mut cursor = start;
            let mut ranges: Vec<(i64, i64)> = Vec::new();
            let mut take = |ring: &Ring, most: i64, ranges: &mut Vec<(i64, i64)>| match ring.read(cursor, 0) {
                Read::Chunk(held) => {
                    assert!(held.from <= cursor && cursor < held.to);
                    let to = held.to.min(cursor + most);
                    ranges.push((cursor, to));
                    cursor = to;
                    true
                }
                Read::Lost { first, resume } => {
                    assert!(cursor < first && first <= resume && resume < ring.next());
                    ranges.push((cursor, resume));
                    cursor = resume;
                    true
                }
                Read::UpToDate => false,
                Read::Back { .. } => panic!(),
            };
            for act in acts {
                match act {
                    Act::Produce(count) => {
                        let to = ring.next() + count;
                        ring.push(chunk(usize::try_from(count).unwrap()), to);
                    }
                    Act::Evict => {
                        ring.evict();
                    }
                    Act::Consume(most) => {
                        take(&ring, most, &mut ranges);
                    }
                }
            }
            while take(&ring, i64::MAX / 2, &mut ranges) {}
            let mut end = start;
            for (from, to) in ranges {
                prop_assert_eq!(from, end);
                prop_assert!(to > from);
                end = to;
            }
            prop_assert_eq!(end, ring.next());
        }
    }
}
