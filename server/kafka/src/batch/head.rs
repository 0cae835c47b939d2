//! The walk from batch to batch by their heads alone. Layout: Kafka class `DefaultRecordBatch`.

use super::{BatchFault, BatchHead, FaultKind, Limits, Records, Scratch, inflate};
use penstock_domain::record::{Codec, TimestampType};

/// Offset and length, which come before what the length counts.
const PREFIX: usize = 12;
/// The whole head; the records follow.
const HEAD: usize = 61;
/// The shortest head of a message of format 0 or 1.
const OLD_HEAD: usize = 26;
/// Where every format has its number.
const MAGIC: usize = 16;
/// Where the checksum begins to count.
const CHECKED: usize = 21;

/// Attributes: who set the times.
const LOG_APPEND_TIME: u16 = 1 << 3;
const TRANSACTIONAL: u16 = 1 << 4;
const CONTROL: u16 = 1 << 5;

/// Walks the batches of fetched bytes. A last batch that is cut off ends the walk without an error: a broker fills an answer
/// up to its limit. See [`batches`].
#[derive(Clone, Debug)]
pub struct Batches<'a> {
    rest: &'a [u8],
    consumed: usize,
}

/// The walk over what a Fetch answered for one partition.
pub fn batches(bytes: &[u8]) -> Batches<'_> {
    Batches {
        rest: bytes,
        consumed: 0,
    }
}

/// The offset to fetch next, from the heads of the whole batches alone and without inflating anything; `None` where there is no
/// whole batch. Heads are not checked against their checksums here.
pub fn last_whole_offset(bytes: &[u8]) -> Option<i64> {
    let mut next = None;
    for batch in batches(bytes) {
        let last = match batch {
            Ok(batch) => batch.head.last_offset,
            Err(fault) => fault.to,
        };
        next = next.max(last.checked_add(1));
    }
    next
}

impl<'a> Batches<'a> {
    /// Bytes of the batches that were passed.
    pub fn consumed(&self) -> usize {
        self.consumed
    }

    /// What was not passed yet; after the end the batch that is cut off, if there is one.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Batches<'a> {
    type Item = Result<RawBatch<'a>, BatchFault>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut fields = Fields(self.rest);
        let base_offset = fields.i64()?;
        let length = fields.i32()?;
        let magic = self.rest.get(MAGIC);
        if magic.is_none() && length >= 0 {
            return None;
        }
        // Messages of the formats before 2 have a shorter head.
        let least = match magic {
            Some(0 | 1) => OLD_HEAD - PREFIX,
            _ => HEAD - PREFIX,
        };
        let Some(whole) = usize::try_from(length)
            .ok()
            .filter(|length| *length >= least)
            .and_then(|length| length.checked_add(PREFIX))
        else {
            // Where the next one begins can't be known.
            self.rest = &[];
            return Some(Err(fault(
                base_offset,
                base_offset,
                FaultKind::Length(length),
            )));
        };
        let (bytes, rest) = self.rest.split_at_checked(whole)?;
        self.rest = rest;
        self.consumed += whole;
        Some(RawBatch::read(bytes, next_base(rest)))
    }
}

/// The first offset of the batch that follows.
fn next_base(rest: &[u8]) -> Option<i64> {
    Fields(rest).i64()
}

/// A whole batch: its head is read, its records are not.
#[derive(Clone, Debug)]
pub struct RawBatch<'a> {
    /// What its head says; not checked against its checksum before [`RawBatch::open`].
    pub head: BatchHead,
    checksum: u32,
    checked: &'a [u8],
    records: &'a [u8],
    next_base: Option<i64>,
}

impl<'a> RawBatch<'a> {
    fn read(bytes: &'a [u8], next_base: Option<i64>) -> Result<Self, BatchFault> {
        let mut fields = Fields(bytes);
        let mut base_offset = 0;
        Self::fields(&mut fields, &mut base_offset, bytes, next_base).unwrap_or_else(|| {
            // Only a message of an old format is shorter than a head, and that was told before its end.
            let kind = FaultKind::Head("it is cut short");
            Err(fault(base_offset, base_offset, kind))
        })
    }

    fn fields(
        fields: &mut Fields<'a>,
        base_offset: &mut i64,
        bytes: &'a [u8],
        next_base: Option<i64>,
    ) -> Option<Result<Self, BatchFault>> {
        *base_offset = fields.i64()?;
        let base_offset = *base_offset;
        let _length = fields.i32()?;
        let leader_epoch = fields.i32()?;
        let magic = fields.i8()?;
        if magic != 2 {
            let to = before(next_base, base_offset, base_offset);
            return Some(Err(fault(base_offset, to, FaultKind::Magic(magic))));
        }
        let checksum = fields.i32()?.cast_unsigned();
        let attributes = fields.i16()?.cast_unsigned();
        let last_delta = fields.i32()?;
        let base_timestamp = fields.i64()?;
        let max_timestamp = fields.i64()?;
        let producer_id = fields.i64()?;
        let producer_epoch = fields.i16()?;
        let base_sequence = fields.i32()?;
        let records = fields.i32()?;
        let last_offset = base_offset.checked_add(i64::from(last_delta.max(0)));
        let (Some(last_offset), true) = (last_offset, base_offset >= 0) else {
            let kind = FaultKind::Head("its offsets are beyond what there is");
            return Some(Err(fault(base_offset, base_offset, kind)));
        };
        let bad = |kind| {
            let to = before(next_base, base_offset, last_offset);
            Some(Err(fault(base_offset, to, kind)))
        };
        if last_delta < 0 {
            return bad(FaultKind::Head("it ends before it begins"));
        }
        if records < 0 {
            return bad(FaultKind::Head("its number of records is negative"));
        }
        let codec = match attributes & 7 {
            0 => Codec::None,
            1 => Codec::Gzip,
            2 => Codec::Snappy,
            3 => Codec::Lz4,
            4 => Codec::Zstd,
            other => return bad(FaultKind::Codec(other.to_le_bytes()[0])),
        };
        let timestamp_type = if attributes & LOG_APPEND_TIME == 0 {
            TimestampType::CreateTime
        } else {
            TimestampType::LogAppendTime
        };
        Some(Ok(Self {
            head: BatchHead {
                base_offset,
                last_offset,
                bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
                leader_epoch,
                codec,
                timestamp_type,
                transactional: attributes & TRANSACTIONAL != 0,
                control: attributes & CONTROL != 0,
                base_timestamp,
                max_timestamp,
                producer_id,
                producer_epoch,
                base_sequence,
                records,
            },
            checksum,
            checked: bytes.get(CHECKED..)?,
            records: bytes.get(HEAD..)?,
            next_base,
        }))
    }

    /// Checks the checksum and inflates the records into `scratch`, where they are compressed.
    pub fn open<'s>(
        &self,
        scratch: &'s mut Scratch,
        limits: &Limits,
    ) -> Result<Records<'s>, BatchFault>
    where
        'a: 's,
    {
        let records = self.unpack(scratch, limits)?;
        Ok(Records::new(&self.head, records))
    }

    /// As [`RawBatch::open`], without looking at the records: their bytes. What a reader that only counts bytes would do.
    pub fn unpack<'s>(
        &self,
        scratch: &'s mut Scratch,
        limits: &Limits,
    ) -> Result<&'s [u8], BatchFault>
    where
        'a: 's,
    {
        let computed = crc32c::crc32c(self.checked);
        if computed != self.checksum {
            return Err(self.fault(FaultKind::Checksum {
                stored: self.checksum,
                computed,
            }));
        }
        inflate::inflate(self.head.codec, self.records, scratch, limits)
            .map_err(|kind| self.fault(kind))
    }

    /// A fault of the whole batch. Its end is as written, unless the next batch begins before that.
    fn fault(&self, kind: FaultKind) -> BatchFault {
        let from = self.head.base_offset;
        fault(
            from,
            before(self.next_base, from, self.head.last_offset),
            kind,
        )
    }
}

fn fault(from: i64, to: i64, kind: FaultKind) -> BatchFault {
    BatchFault { from, to, kind }
}

/// `last`, or the offset before the next batch where that comes earlier; never before `from`.
fn before(next_base: Option<i64>, from: i64, last: i64) -> i64 {
    match next_base {
        Some(next) if next > from => last.min(next - 1),
        _ => last,
    }
}

/// Reads big-endian numbers from the front.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    #[inline]
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (number, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*number)
    }

    #[inline]
    fn i8(&mut self) -> Option<i8> {
        self.take().map(i8::from_be_bytes)
    }

    #[inline]
    fn i16(&mut self) -> Option<i16> {
        self.take().map(i16::from_be_bytes)
    }

    #[inline]
    fn i32(&mut self) -> Option<i32> {
        self.take().map(i32::from_be_bytes)
    }

    #[inline]
    fn i64(&mut self) -> Option<i64> {
        self.take().map(i64::from_be_bytes)
    }
}
