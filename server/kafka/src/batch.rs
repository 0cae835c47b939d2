//! The walk over record batches (magic 2, KIP-98): zero copy, every length checked against what is left, decompression bounded.
//!
//! Pure: bytes in, records out. `fetch` gets the bytes, `scan` and `tail` walk them. Nothing here allocates by a count from the
//! wire. A batch that can't be read is a [`BatchFault`] with its offsets, and the walk goes on behind it.
//!
//! [`batches`] walks the heads, [`RawBatch::open`] checks and inflates one batch, [`Records`] tells its records. An answer may
//! begin before the offset that was asked for (brokers send whole batches): skipping those records is the caller's.

mod aborted;
mod control;
#[cfg(test)]
pub(crate) mod encode;
mod fault;
mod head;
mod headers;
mod inflate;
mod records;
#[cfg(test)]
mod tests;
mod varint;

pub use self::{
    aborted::{Aborted, AbortedTransaction},
    control::control,
    fault::{BatchFault, FaultKind},
    head::{Batches, RawBatch, batches, last_whole_offset},
    headers::Headers,
    inflate::{Limits, Scratch},
    records::Records,
};

use penstock_domain::record::{Codec, TimestampType};

/// The head of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchHead {
    /// Its first offset, as written.
    pub base_offset: i64,
    /// Its last offset, as written; compaction may have taken the record away.
    pub last_offset: i64,
    /// Its size in the log, compressed, head included.
    pub bytes: u32,
    /// The leader epoch under which it was appended.
    pub leader_epoch: i32,
    /// How its records are compressed.
    pub codec: Codec,
    /// Who set the times.
    pub timestamp_type: TimestampType,
    /// Whether it belongs to a transaction.
    pub transactional: bool,
    /// Whether it holds control records.
    pub control: bool,
    /// Time of its first record as written, which the others count from; -1: none.
    pub base_timestamp: i64,
    /// Its greatest time; with [`TimestampType::LogAppendTime`] the time of every record.
    pub max_timestamp: i64,
    /// The producer's id; -1: none.
    pub producer_id: i64,
    /// The producer's epoch.
    pub producer_epoch: i16,
    /// Sequence number of its first record; -1: none.
    pub base_sequence: i32,
    /// Records in it now.
    pub records: i32,
}

/// A record in a batch. Borrows from the fetched bytes, or from where they were inflated to.
#[derive(Clone, Debug)]
pub struct RawRecord<'a> {
    /// Its offset.
    pub offset: i64,
    /// Its time in milliseconds; -1: none.
    pub timestamp: i64,
    /// The key; `None` is null.
    pub key: Option<&'a [u8]>,
    /// The value; `None` is null.
    pub value: Option<&'a [u8]>,
    /// Headers, checked and not yet read.
    pub headers: RawHeaders<'a>,
}

/// Headers of a record in their order: name and value, as bytes. Their bounds were checked when the record was read.
#[derive(Clone, Debug, Default)]
pub struct RawHeaders<'a> {
    pub(crate) count: u32,
    pub(crate) bytes: &'a [u8],
}
