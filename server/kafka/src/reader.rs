//! Reading answers that the codec does not know, or would copy: numbers, texts, lists and tagged fields of Kafka's protocol, in both
//! encodings of lengths (KIP-482).
//!
//! Every length is checked against what is left, and lists grow with what was read and not by the count that stands in front of them.
//! `fetch::answer` and `api::groups::share` read with it.

use bytes::{Buf, Bytes};
use uuid::Uuid;

/// What is left of an answer.
pub(crate) struct Input {
    bytes: Bytes,
    /// Of the answer.
    pub(crate) version: i16,
    /// Whether lengths are variable and fields may be tagged.
    flexible: bool,
}

impl Input {
    /// What follows the header of an answer.
    pub(crate) fn new(bytes: Bytes, version: i16, flexible: bool) -> Self {
        Self {
            bytes,
            version,
            flexible,
        }
    }

    /// Sixteen bytes.
    pub(crate) fn uuid(&mut self) -> Option<Uuid> {
        Uuid::from_slice(&self.cut(16)?).ok()
    }

    /// A text that may be null: `None` inside.
    pub(crate) fn nullable_text(&mut self) -> Option<Option<Bytes>> {
        let length = if self.flexible {
            self.length()?
        } else {
            usize::try_from(self.i16()?).ok()
        };
        match length {
            None => Some(None),
            Some(length) => self.cut(length).map(Some),
        }
    }

    /// A list, which may be null. Every element takes bytes, so a count that lies ends soon.
    pub(crate) fn list<T>(&mut self, element: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = if self.flexible {
            self.varint()?.saturating_sub(1)
        } else {
            u32::try_from(self.i32()?).unwrap_or(0)
        };
        let mut out = Vec::new();
        for _ in 0..count {
            out.push(element(self)?);
        }
        Some(out)
    }

    /// A length in front of bytes; `None` inside: null.
    pub(crate) fn length(&mut self) -> Option<Option<usize>> {
        if self.flexible {
            let length = self.varint()?;
            return Some(length.checked_sub(1).map(|length| length as usize));
        }
        match self.i32()? {
            -1 => Some(None),
            length => usize::try_from(length).ok().map(Some),
        }
    }

    /// A text that is there.
    pub(crate) fn text(&mut self) -> Option<Bytes> {
        self.nullable_text()?
    }

    /// Tagged fields: each is handed on as its own input.
    pub(crate) fn tags(&mut self, mut field: impl FnMut(u32, Input) -> Option<()>) -> Option<()> {
        if !self.flexible {
            return Some(());
        }
        for _ in 0..self.varint()? {
            let tag = self.varint()?;
            let length = self.varint()?;
            let bytes = self.cut(length as usize)?;
            field(tag, Input { bytes, ..*self })?;
        }
        Some(())
    }

    /// So many bytes, as a slice of the frame.
    pub(crate) fn cut(&mut self, length: usize) -> Option<Bytes> {
        (length <= self.bytes.len()).then(|| self.bytes.split_to(length))
    }

    fn varint(&mut self) -> Option<u32> {
        let mut value = 0_u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.bytes.try_get_u8().ok()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// Two bytes.
    pub(crate) fn i16(&mut self) -> Option<i16> {
        self.bytes.try_get_i16().ok()
    }

    /// Four bytes.
    pub(crate) fn i32(&mut self) -> Option<i32> {
        self.bytes.try_get_i32().ok()
    }

    /// Eight bytes.
    pub(crate) fn i64(&mut self) -> Option<i64> {
        self.bytes.try_get_i64().ok()
    }
}
