//! The records of one batch. Layout: Kafka class `DefaultRecord`.

use super::{BatchFault, BatchHead, FaultKind, RawHeaders, RawRecord, headers, varint};
use penstock_domain::record::TimestampType;

/// Walks the records of an opened batch, each checked before it is told. Ends after the first that is malformed, with the
/// place; allocates nothing.
#[derive(Clone, Debug)]
pub struct Records<'s> {
    rest: &'s [u8],
    base_offset: i64,
    last_offset: i64,
    base_timestamp: i64,
    /// The time of every record, where the broker set it.
    append_time: Option<i64>,
    /// The least offset that the next record may have.
    next_offset: i64,
    said: i32,
    read: i32,
    over: bool,
}

/// The front of a record.
struct Front<'s> {
    offset: i64,
    timestamp: i64,
    /// Key, value and headers.
    body: &'s [u8],
    /// What follows the record.
    rest: &'s [u8],
}

impl<'s> Records<'s> {
    pub(super) fn new(head: &BatchHead, bytes: &'s [u8]) -> Self {
        Self {
            rest: bytes,
            base_offset: head.base_offset,
            last_offset: head.last_offset,
            base_timestamp: head.base_timestamp,
            append_time: (head.timestamp_type == TimestampType::LogAppendTime)
                .then_some(head.max_timestamp),
            next_offset: head.base_offset,
            said: head.records,
            read: 0,
            over: false,
        }
    }

    /// The bytes that are left, records as they are.
    pub fn bytes(&self) -> &'s [u8] {
        self.rest
    }

    /// As [`Iterator::next`] for who only counts: offset and time of the next record, whose content is neither looked at nor
    /// checked.
    #[inline]
    pub fn skim(&mut self) -> Option<Result<(i64, i64), BatchFault>> {
        if let Some(end) = self.end() {
            return end.map(Err);
        }
        Some(match self.front() {
            Ok(front) => {
                self.pass(&front);
                Ok((front.offset, front.timestamp))
            }
            Err(kind) => Err(self.fault(kind)),
        })
    }

    /// What a record begins with.
    #[inline(always)]
    fn front(&self) -> Result<Front<'s>, FaultKind> {
        const CUT: FaultKind = FaultKind::Record("it is cut short");
        let mut bytes = self.rest;
        let length = varint::take(&mut bytes).ok_or(CUT)?;
        let length =
            usize::try_from(length).map_err(|_| FaultKind::Record("its length is negative"))?;
        let (mut body, rest) = bytes
            .split_at_checked(length)
            .ok_or(FaultKind::Record("it is longer than the batch"))?;
        // No attribute of a record has a meaning so far.
        let (_, after) = body.split_first().ok_or(CUT)?;
        body = after;
        let timestamp_delta = varint::take(&mut body).ok_or(CUT)?;
        let offset_delta = varint::take(&mut body).ok_or(CUT)?;
        let offset = self
            .base_offset
            .checked_add(offset_delta)
            .filter(|offset| *offset >= self.next_offset && *offset <= self.last_offset)
            .ok_or(FaultKind::Record("its offset is out of order"))?;
        Ok(Front {
            offset,
            timestamp: self
                .append_time
                .unwrap_or_else(|| self.base_timestamp.saturating_add(timestamp_delta)),
            body,
            rest,
        })
    }

    #[inline(always)]
    fn pass(&mut self, front: &Front<'s>) {
        self.rest = front.rest;
        self.next_offset = front.offset + 1;
        self.read += 1;
    }

    #[inline]
    fn record(&mut self) -> Result<RawRecord<'s>, FaultKind> {
        let front = self.front()?;
        let mut body = front.body;
        let key = take_part(&mut body).ok_or(FaultKind::Record("its key is cut short"))?;
        let value = take_part(&mut body).ok_or(FaultKind::Record("its value is cut short"))?;
        let headers = if body == [0] {
            RawHeaders::default()
        } else {
            headers::check(body).map_err(FaultKind::Record)?
        };
        self.pass(&front);
        Ok(RawRecord {
            offset: front.offset,
            timestamp: front.timestamp,
            key,
            value,
            headers,
        })
    }

    /// Whether there is no next record, and what is wrong with that.
    #[inline(always)]
    fn end(&mut self) -> Option<Option<BatchFault>> {
        if self.over {
            return Some(None);
        }
        if self.read == self.said {
            self.over = true;
            return Some((!self.rest.is_empty()).then(|| self.count(true)));
        }
        if self.rest.is_empty() {
            return Some(Some(self.count(false)));
        }
        None
    }

    #[cold]
    fn fault(&mut self, kind: FaultKind) -> BatchFault {
        self.over = true;
        BatchFault {
            from: self.next_offset.min(self.last_offset),
            to: self.last_offset,
            kind,
        }
    }
}

/// A key or a value: null or bytes.
#[inline(always)]
fn take_part<'s>(body: &mut &'s [u8]) -> Option<Option<&'s [u8]>> {
    let Some(length) = varint::take_length(body)? else {
        return Some(None);
    };
    let (part, rest) = body.split_at_checked(length)?;
    *body = rest;
    Some(Some(part))
}

impl<'s> Iterator for Records<'s> {
    type Item = Result<RawRecord<'s>, BatchFault>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(end) = self.end() {
            return end.map(Err);
        }
        Some(self.record().map_err(|kind| self.fault(kind)))
    }
}

impl Records<'_> {
    #[cold]
    fn count(&mut self, more: bool) -> BatchFault {
        let (said, read) = (self.said, self.read);
        self.fault(FaultKind::Count { said, read, more })
    }
}
