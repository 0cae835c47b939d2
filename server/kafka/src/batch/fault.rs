//! What can be wrong with a batch, with the offsets that are lost to it.

use penstock_domain::record::Codec;

/// A batch, or the rest of one, that can't be read. Shown as a sentence without the offsets.
///
/// The offsets come from the batch itself, which may lie: whoever goes on behind it takes at least one step forward, and
/// prefers the next batch's own beginning where the walk finds one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct BatchFault {
    /// The first offset that could not be read.
    pub from: i64,
    /// The last one, inclusive, as far as the batch tells; never less than `from`.
    pub to: i64,
    /// What is wrong.
    pub kind: FaultKind,
}

/// Kinds of faults.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// The length in its head is impossible. Nothing behind it can be found.
    #[error("the batch announces an impossible length ({0} bytes)")]
    Length(i32),
    /// A format from before Kafka 0.11, or from the future.
    #[error(
        "the batch is in message format {0}; the console reads format 2 (Kafka 0.11 and later)"
    )]
    Magic(i8),
    /// Something in its head contradicts itself.
    #[error("the batch's head is malformed: {0}")]
    Head(&'static str),
    /// The checksum is another: the batch was damaged after it was written.
    #[error("the batch's checksum is wrong: {stored:08x} is stored, {computed:08x} was computed")]
    Checksum {
        /// As stored.
        stored: u32,
        /// As computed.
        computed: u32,
    },
    /// It is compressed in a way that does not exist.
    #[error("the batch is compressed with codec {0}, which is unknown")]
    Codec(u8),
    /// It inflates to more than is allowed.
    #[error("the batch inflates to more than {}", penstock_domain::units::bytes(*.limit as u64))]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// It can't be decompressed.
    #[error("the batch's {} data is corrupt: {cause}", .codec.name())]
    Inflate {
        /// The codec.
        codec: Codec,
        /// What the decompressor says.
        cause: String,
    },
    /// A record in it is malformed; those before it were read.
    #[error("a record in the batch is malformed: {0}")]
    Record(&'static str),
    /// It holds more, or fewer, records than its head says; those before the disagreement were read.
    #[error("the batch says that it holds {said} records, and {}", found(*.read, *.more))]
    Count {
        /// As its head says.
        said: i32,
        /// Records that were read.
        read: i32,
        /// Whether bytes are left behind them.
        more: bool,
    },
}

fn found(read: i32, more: bool) -> String {
    if more {
        "more bytes follow them".to_owned()
    } else {
        format!("ends after {read}")
    }
}
