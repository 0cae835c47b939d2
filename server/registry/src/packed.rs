//! Formats that say themselves what is in them: MessagePack and CBOR, read into JSON text. Their callers choose the format,
//! because almost any bytes look like one of them.
//!
//! The text is written while the bytes are read: there is no tree between them, and nothing is allocated by a length or a count
//! from the wire, both of which are checked against what is left. Nesting and the text's length are bounded.
//!
//! What both have in common as JSON: bytes are base64, floating point numbers as [`Out::double`] writes them, and what is a key
//! of a map without being text becomes the text of its JSON: `{1: true}` is `{"1": true}`.

mod cbor;
mod message_pack;

#[cfg(test)]
mod tests;

use crate::{MOST_DEPTH, error::DecodeError, out::Out};

/// Reads one MessagePack value, which must fill the bytes, as JSON of at most `limit` bytes.
/// Source: the MessagePack specification (`spec.md` of msgpack/msgpack).
///
/// # Errors
/// What is wrong and where, counted from the first byte.
pub fn message_pack(bytes: &[u8], limit: usize) -> Result<String, DecodeError> {
    read(bytes, limit, message_pack::value)
}

/// Reads one CBOR data item, which must fill the bytes, as JSON of at most `limit` bytes. Source: RFC 8949.
///
/// # Errors
/// What is wrong and where, counted from the first byte.
pub fn cbor(bytes: &[u8], limit: usize) -> Result<String, DecodeError> {
    read(bytes, limit, cbor::value)
}

type Done = Result<(), DecodeError>;

/// Reads a value of a format and writes it; the number is how deep it lies.
type Value = fn(&mut Reader<'_>, usize) -> Done;

fn read(bytes: &[u8], limit: usize, value: Value) -> Result<String, DecodeError> {
    let mut reader = Reader {
        bytes,
        at: 0,
        out: Out::new(limit),
    };
    value(&mut reader, 0)?;
    match reader.left() {
        0 => Ok(reader.out.finish()),
        left => Err(DecodeError::LeftOver { left }),
    }
}

/// What both formats read with.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    out: Out,
}

impl<'a> Reader<'a> {
    fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    fn take(&mut self, length: u64, what: &'static str) -> Result<&'a [u8], DecodeError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (taken, _) = usize::try_from(length)
            .ok()
            .and_then(|length| rest.split_at_checked(length))
            .ok_or(DecodeError::End { what, at: self.at })?;
        self.at += taken.len();
        Ok(taken)
    }

    fn byte(&mut self, what: &'static str) -> Result<u8, DecodeError> {
        let taken = self.take(1, what)?;
        Ok(taken.first().copied().unwrap_or_default())
    }

    /// A number without sign of at most eight bytes, big endian.
    fn number(&mut self, width: u32, what: &'static str) -> Result<u64, DecodeError> {
        let taken = self.take(width.into(), what)?;
        Ok(taken
            .iter()
            .fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    /// Bytes that are text.
    fn utf8(&mut self, length: u64, what: &'static str) -> Result<&'a str, DecodeError> {
        let from = self.at;
        let taken = self.take(length, what)?;
        std::str::from_utf8(taken).map_err(|error| DecodeError::Malformed {
            what: format!("{what} that is not UTF-8"),
            at: from + error.valid_up_to(),
        })
    }

    fn text(&mut self, length: u64) -> Done {
        let text = self.utf8(length, "a text")?;
        self.out.string(text)
    }

    fn binary(&mut self, length: u64) -> Done {
        let bytes = self.take(length, "bytes")?;
        self.out.bytes(bytes)
    }

    fn list(&mut self, count: u64, depth: usize, value: Value) -> Done {
        self.holds(count, 1, "a list")?;
        self.out.raw("[")?;
        for at in 0..count {
            self.comma(at == 0)?;
            value(self, depth + 1)?;
        }
        self.out.raw("]")
    }

    fn map(&mut self, count: u64, depth: usize, value: Value) -> Done {
        self.holds(count, 2, "a map")?;
        self.out.raw("{")?;
        for at in 0..count {
            self.comma(at == 0)?;
            self.member(depth, value)?;
        }
        self.out.raw("}")
    }

    /// Every item has at least one byte, so that a count beyond what is left is known to be wrong at once.
    fn holds(&self, count: u64, each: u64, what: &'static str) -> Done {
        let least = count
            .checked_mul(each)
            .and_then(|least| usize::try_from(least).ok());
        match least {
            Some(least) if least <= self.left() => Ok(()),
            _ => Err(DecodeError::End { what, at: self.at }),
        }
    }

    fn comma(&mut self, first: bool) -> Done {
        if first { Ok(()) } else { self.out.raw(",") }
    }

    /// A key and what it stands for.
    fn member(&mut self, depth: usize, value: Value) -> Done {
        let from = self.out.len();
        value(self, depth + 1)?;
        self.out.quote(from)?;
        self.out.raw(":")?;
        value(self, depth + 1)
    }
}

/// Whether a value may lie as deep as this.
fn level(depth: usize) -> Done {
    if depth > MOST_DEPTH {
        return Err(DecodeError::TooDeep { limit: MOST_DEPTH });
    }
    Ok(())
}

fn malformed(what: impl Into<String>, at: usize) -> DecodeError {
    DecodeError::Malformed {
        what: what.into(),
        at,
    }
}
