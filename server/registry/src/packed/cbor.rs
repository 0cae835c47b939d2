//! CBOR: every well-formed data item of RFC 8949, of definite and indefinite length. Big numbers (tags 2 and 3) are numbers with
//! all their digits; of every other tag the value is shown, so that dates (tags 0 and 1) are the text or number that they are
//! written as. `undefined` is null (RFC 8949 §6.1); a simple value without a name is `"simple(16)"`, as diagnostic notation
//! has it.

use super::{Done, Reader, level, malformed};
use crate::{
    avro::{MOST_DECIMAL, decimal_text},
    error::DecodeError,
};
use std::borrow::Cow;

/// Major types (RFC 8949 §3.1).
const POSITIVE: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const LIST: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;
/// Ends an item of indefinite length.
const BREAK: u8 = 0xff;
/// Tags of big numbers (RFC 8949 §3.4.3).
const BIG: u64 = 2;
const BIG_NEGATIVE: u64 = 3;

/// What an item begins with.
struct Head {
    /// Where it stands.
    at: usize,
    /// The major type.
    major: u8,
    /// What follows it in the first byte.
    info: u8,
    /// Length, count, number or tag; `None`: of indefinite length.
    argument: Option<u64>,
}

impl Head {
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let at = reader.at;
        let first = reader.byte("a value")?;
        let (major, info) = (first >> 5, first & 0x1f);
        let argument = match info {
            0..24 => Some(info.into()),
            24..28 => Some(reader.number(1 << (info - 24), "a value")?),
            31 => None,
            _ => {
                return Err(malformed(
                    format!("the byte {first:02x}, which CBOR does not use"),
                    at,
                ));
            }
        };
        Ok(Self {
            at,
            major,
            info,
            argument,
        })
    }

    /// The argument of what can't be of indefinite length.
    fn definite(&self) -> Result<u64, DecodeError> {
        self.argument
            .ok_or_else(|| malformed("a number or tag of indefinite length", self.at))
    }
}

/// Reads a data item; see [`super::Value`].
pub(super) fn value(reader: &mut Reader<'_>, depth: usize) -> Done {
    level(depth)?;
    let mut head = Head::read(reader)?;
    // A loop, because tags may be many without anything being nested.
    while head.major == TAG {
        let tag = head.definite()?;
        head = Head::read(reader)?;
        if head.major == BYTES && matches!(tag, BIG | BIG_NEGATIVE) {
            return big(reader, &head, tag == BIG_NEGATIVE);
        }
    }
    match (head.major, head.argument) {
        (POSITIVE, _) => {
            let number = head.definite()?;
            reader.out.show(number)
        }
        (NEGATIVE, _) => {
            let number = head.definite()?;
            reader.out.show(-1 - i128::from(number))
        }
        (BYTES, Some(length)) => reader.binary(length),
        (BYTES, None) => {
            let bytes = bytes(reader, &head)?;
            reader.out.bytes(&bytes)
        }
        (TEXT, Some(length)) => reader.text(length),
        (TEXT, None) => {
            reader.out.raw("\"")?;
            while let Some(length) = part(reader, TEXT)? {
                // Characters do not reach from one part into the next (RFC 8949 §3.2.3).
                let text = reader.utf8(length, "a text")?;
                reader.out.inside(text)?;
            }
            reader.out.raw("\"")
        }
        (LIST, Some(count)) => reader.list(count, depth, value),
        (LIST, None) => {
            reader.out.raw("[")?;
            let mut first = true;
            while !ends(reader) {
                reader.comma(first)?;
                value(reader, depth + 1)?;
                first = false;
            }
            reader.out.raw("]")
        }
        (MAP, Some(count)) => reader.map(count, depth, value),
        (MAP, None) => {
            reader.out.raw("{")?;
            let mut first = true;
            while !ends(reader) {
                reader.comma(first)?;
                reader.member(depth, value)?;
                first = false;
            }
            reader.out.raw("}")
        }
        _ => simple(reader, &head),
    }
}

/// Major type 7: words and floating point numbers.
fn simple(reader: &mut Reader<'_>, head: &Head) -> Done {
    let Some(argument) = head.argument else {
        return Err(malformed(
            "the end of something that did not begin",
            head.at,
        ));
    };
    match (head.info, argument) {
        (20, _) => reader.out.raw("false"),
        (21, _) => reader.out.raw("true"),
        (22 | 23, _) => reader.out.raw("null"),
        (24, 0..32) => Err(malformed(
            format!("the simple value {argument} in two bytes"),
            head.at,
        )),
        (25, bits) => reader.out.float(half(bits)),
        (26, bits) => {
            let bits = u32::try_from(bits).unwrap_or_default();
            reader.out.float(f32::from_bits(bits))
        }
        (27, bits) => reader.out.double(f64::from_bits(bits)),
        (_, number) => reader.out.show(format_args!("\"simple({number})\"")),
    }
}

/// A floating point number of sixteen bits (IEEE 754 binary16), which single precision holds exactly.
fn half(bits: u64) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::try_from(bits >> 10 & 0x1f).unwrap_or_default();
    let digits = u16::try_from(bits & 0x3ff).unwrap_or_default();
    let size = match (exponent, digits) {
        (0, _) => f32::from(digits) * 2_f32.powi(-24),
        (31, 0) => f32::INFINITY,
        (31, _) => f32::NAN,
        _ => f32::from(digits + 0x400) * 2_f32.powi(exponent - 25),
    };
    sign * size
}

/// The number n in bytes, or -1 - n, which is what turning over every bit makes of it.
fn big(reader: &mut Reader<'_>, head: &Head, negative: bool) -> Done {
    let bytes = bytes(reader, head)?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let digits = bytes.get(zeros..).unwrap_or_default();
    // A byte for the sign is added.
    if digits.len() >= MOST_DECIMAL {
        return Err(malformed(
            format!("a number of {} bytes", digits.len()),
            head.at,
        ));
    }
    let turn = if negative { 0xff } else { 0 };
    let number: Vec<u8> = std::iter::once(&0)
        .chain(digits)
        .map(|byte| byte ^ turn)
        .collect();
    let text = decimal_text(&number, 0)
        .ok_or_else(|| malformed(format!("a number of {} bytes", digits.len()), head.at))?;
    reader.out.raw(&text)
}

/// Bytes of either length. Those that come in parts are put together: they are not more than what was received.
fn bytes<'a>(reader: &mut Reader<'a>, head: &Head) -> Result<Cow<'a, [u8]>, DecodeError> {
    if let Some(length) = head.argument {
        return reader.take(length, "bytes").map(Cow::Borrowed);
    }
    let mut whole = Vec::new();
    while let Some(length) = part(reader, BYTES)? {
        whole.extend_from_slice(reader.take(length, "bytes")?);
    }
    Ok(Cow::Owned(whole))
}

/// The length of the next part of something of indefinite length; `None` at its end.
fn part(reader: &mut Reader<'_>, major: u8) -> Result<Option<u64>, DecodeError> {
    if ends(reader) {
        return Ok(None);
    }
    let head = Head::read(reader)?;
    match head.argument {
        Some(length) if head.major == major => Ok(Some(length)),
        _ => Err(malformed(
            "a part of another kind in bytes or a text of indefinite length",
            head.at,
        )),
    }
}

/// Whether something of indefinite length ends here; its end is then passed.
fn ends(reader: &mut Reader<'_>) -> bool {
    let ends = reader.bytes.get(reader.at) == Some(&BREAK);
    if ends {
        reader.at += 1;
    }
    ends
}
