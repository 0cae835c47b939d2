//! Records that passed, with bytes of their own: what leaves a walk and lives on when the fetched bytes are gone.
//!
//! Copied into one allocation for many records ([`Gather`]), so that a search where everything passes costs no allocation
//! per record, and so that a hit of a hundred bytes does not keep megabytes of a fetch alive.

use crate::batch::{BatchHead, RawRecord};
use bytes::Bytes;
use penstock_domain::{
    ids::{PartitionId, TopicId, TopicName},
    record::Control,
};
use std::ops::Range;

/// A record that passed the filter, with all that its batch says of it. Not masked and not decoded: that is for whoever
/// shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// In which topic.
    pub topic: TopicName,
    /// The topic's id, where brokers tell one.
    pub topic_id: Option<TopicId>,
    /// In which partition.
    pub partition: PartitionId,
    /// The head of its batch.
    pub head: BatchHead,
    /// Its offset.
    pub offset: i64,
    /// Its time in milliseconds; -1: none.
    pub timestamp: i64,
    /// The key; `None` is null.
    pub key: Option<Bytes>,
    /// The value; `None` is null.
    pub value: Option<Bytes>,
    /// Headers in their order: names may repeat and need not be UTF-8.
    pub headers: Vec<(Bytes, Option<Bytes>)>,
    /// Whether its transaction was aborted, as far as the brokers have told.
    pub aborted: bool,
    /// Which marker it is, if it is a control record.
    pub control: Option<Control>,
}

impl Found {
    /// Bytes that it holds in memory, nearly.
    pub fn weight(&self) -> usize {
        let headers: usize = self
            .headers
            .iter()
            .map(|(name, value)| 64 + name.len() + value.as_ref().map_or(0, Bytes::len))
            .sum();
        256 + self.key.as_ref().map_or(0, Bytes::len)
            + self.value.as_ref().map_or(0, Bytes::len)
            + headers
    }
}

/// Which partition records come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The topic.
    pub topic: TopicName,
    /// Its id.
    pub topic_id: Option<TopicId>,
    /// The partition.
    pub partition: PartitionId,
}

/// What its batch makes of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whether its transaction was aborted.
    pub aborted: bool,
    /// Which marker it is, if any.
    pub control: Option<Control>,
}

/// Gathers [`Found`]s in the order in which they are added.
#[derive(Debug)]
pub struct Gather {
    origin: Origin,
    arena: Vec<u8>,
    waiting: Vec<Waiting>,
    done: Vec<Found>,
    weight: usize,
}

/// A record whose bytes are still in the arena.
#[derive(Debug)]
struct Waiting {
    head: BatchHead,
    offset: i64,
    timestamp: i64,
    key: Option<Range<usize>>,
    value: Option<Range<usize>>,
    headers: Vec<(Range<usize>, Option<Range<usize>>)>,
    standing: Standing,
}

/// One allocation holds about so many bytes; one record that lives on keeps no more than this, and itself, in memory.
const ARENA: usize = 64 * 1024;

impl Gather {
    /// Starts empty.
    pub fn new(origin: Origin) -> Self {
        Self {
            origin,
            arena: Vec::new(),
            waiting: Vec::new(),
            done: Vec::new(),
            weight: 0,
        }
    }

    /// Copies a record.
    pub fn add(&mut self, head: &BatchHead, record: &RawRecord<'_>, standing: Standing) {
        let before = self.arena.len();
        if self.arena.capacity() == 0 {
            // The first record of an arena says how much it may become: a rare hit takes only what it needs.
            let size = record.key.map_or(0, <[u8]>::len) + record.value.map_or(0, <[u8]>::len);
            self.arena.reserve(if self.done.is_empty() {
                size + 64
            } else {
                ARENA.max(size)
            });
        }
        let mut copy = |bytes: &[u8]| {
            let start = self.arena.len();
            self.arena.extend_from_slice(bytes);
            start..self.arena.len()
        };
        let waiting = Waiting {
            head: head.clone(),
            offset: record.offset,
            timestamp: record.timestamp,
            key: record.key.map(&mut copy),
            value: record.value.map(&mut copy),
            headers: record
                .headers
                .iter()
                .map(|(name, value)| (copy(name), value.map(&mut copy)))
                .collect(),
            standing,
        };
        self.weight += 256 + 64 * waiting.headers.len() + self.arena.len() - before;
        self.waiting.push(waiting);
        if self.arena.len() >= ARENA {
            self.seal();
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.done.len() + self.waiting.len()
    }

    /// Whether none was added.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes in memory, nearly.
    pub fn weight(&self) -> usize {
        self.weight
    }

    /// The records.
    pub fn finish(mut self) -> Vec<Found> {
        self.seal();
        self.done
    }

    fn seal(&mut self) {
        let arena = Bytes::from(std::mem::take(&mut self.arena));
        let slice = |range: Range<usize>| arena.slice(range);
        let origin = &self.origin;
        self.done.extend(self.waiting.drain(..).map(|waiting| {
            Found {
                topic: origin.topic.clone(),
                topic_id: origin.topic_id.clone(),
                partition: origin.partition,
                head: waiting.head,
                offset: waiting.offset,
                timestamp: waiting.timestamp,
                key: waiting.key.map(slice),
                value: waiting.value.map(slice),
                headers: waiting
                    .headers
                    .into_iter()
                    .map(|(name, value)| (slice(name), value.map(slice)))
                    .collect(),
                aborted: waiting.standing.aborted,
                control: waiting.standing.control,
            }
        }));
    }
}
