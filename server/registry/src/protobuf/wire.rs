//! Protobuf's wire: fields with their numbers, by themselves without meaning.

use crate::{MOST_DEPTH, error::DecodeError};

/// What a field carries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Carried<'a> {
    Varint(u64),
    Fixed64(u64),
    Fixed32(u32),
    /// Text, bytes, a message or packed numbers.
    Bytes(&'a [u8]),
    /// Fields between a start and an end.
    Group(&'a [u8]),
}

impl Carried<'_> {
    /// For an error.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Carried::Varint(_) => "a varint",
            Carried::Fixed64(_) => "eight bytes",
            Carried::Fixed32(_) => "four bytes",
            Carried::Bytes(_) => "bytes with a length",
            Carried::Group(_) => "a group",
        }
    }
}

/// A field on the wire.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) number: u32,
    /// Its place among the others.
    pub(super) order: u32,
    pub(super) carried: Carried<'a>,
}

/// Reads bytes from the front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wire<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the bytes lie in the payload, for errors.
    base: usize,
}

impl<'a> Wire<'a> {
    pub(super) const fn new(bytes: &'a [u8], base: usize) -> Self {
        Self { bytes, at: 0, base }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.at >= self.bytes.len()
    }

    fn end(&self, what: &'static str) -> DecodeError {
        DecodeError::End {
            what,
            at: self.base + self.at,
        }
    }

    fn malformed(&self, what: impl Into<String>) -> DecodeError {
        DecodeError::Malformed {
            what: what.into(),
            at: self.base + self.at,
        }
    }

    pub(super) fn varint(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = *self.bytes.get(self.at).ok_or(self.end("a number"))?;
            self.at += 1;
            if shift == 63 && byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(self.malformed("a number of more than 64 bits"))
    }

    pub(super) fn fixed32(&mut self) -> Result<u32, DecodeError> {
        let bytes = self.take(4, "a number of four bytes")?;
        Ok(u32::from_le_bytes(bytes.try_into().unwrap_or_default()))
    }

    pub(super) fn fixed64(&mut self) -> Result<u64, DecodeError> {
        let bytes = self.take(8, "a number of eight bytes")?;
        Ok(u64::from_le_bytes(bytes.try_into().unwrap_or_default()))
    }

    fn take(&mut self, length: usize, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (taken, _) = rest.split_at_checked(length).ok_or(self.end(what))?;
        self.at += length;
        Ok(taken)
    }

    fn tag(&mut self) -> Result<(u32, u8), DecodeError> {
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3)
            .ok()
            .filter(|number| (1..=0x1fff_ffff).contains(number));
        match number {
            Some(number) => Ok((number, (tag & 7) as u8)),
            None => Err(self.malformed(format!("field number {}", tag >> 3))),
        }
    }

    /// The next field.
    pub(super) fn field(&mut self) -> Result<(u32, Carried<'a>), DecodeError> {
        let (number, kind) = self.tag()?;
        let carried = match kind {
            3 => {
                let from = self.at;
                let to = self.skip_group(number)?;
                Carried::Group(self.bytes.get(from..to).unwrap_or_default())
            }
            kind => self.plain(kind)?,
        };
        Ok((number, carried))
    }

    fn plain(&mut self, kind: u8) -> Result<Carried<'a>, DecodeError> {
        Ok(match kind {
            0 => Carried::Varint(self.varint()?),
            1 => Carried::Fixed64(self.fixed64()?),
            2 => {
                let length = self.varint()?;
                let length = usize::try_from(length)
                    .map_err(|_| self.malformed(format!("a length of {length}")))?;
                Carried::Bytes(self.take(length, "a field")?)
            }
            5 => Carried::Fixed32(self.fixed32()?),
            other => return Err(self.malformed(format!("wire type {other}"))),
        })
    }

    /// Goes behind the end of a group that has just begun; where its end lies. Groups within it are followed by a list of
    /// bounded length, not by recursion.
    fn skip_group(&mut self, number: u32) -> Result<usize, DecodeError> {
        let mut open = vec![number];
        loop {
            let before = self.at;
            if self.is_empty() {
                return Err(self.end("a group"));
            }
            match self.tag()? {
                (number, 3) => {
                    if open.len() >= MOST_DEPTH {
                        return Err(DecodeError::TooDeep { limit: MOST_DEPTH });
                    }
                    open.push(number);
                }
                (number, 4) => {
                    if open.pop() != Some(number) {
                        return Err(self.malformed("the end of a group that did not begin"));
                    }
                    if open.is_empty() {
                        return Ok(before);
                    }
                }
                (_, kind) => {
                    self.plain(kind)?;
                }
            }
        }
    }
}
