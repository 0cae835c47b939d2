//! MessagePack: every format of its specification. Extensions are `{"type": n, "data": base64}`, except for its one
//! predefined type, timestamps, which are ISO 8601 in UTC.

use super::{Done, Reader, level, malformed};
use crate::avro::moment_text;

/// The extension type of timestamps.
const TIMESTAMP: i8 = -1;

/// Reads a value; see [`super::Value`].
pub(super) fn value(reader: &mut Reader<'_>, depth: usize) -> Done {
    level(depth)?;
    let at = reader.at;
    let first = reader.byte("a value")?;
    match first {
        0x00..=0x7f => reader.out.show(first),
        0x80..=0x8f => reader.map(u64::from(first & 0x0f), depth, value),
        0x90..=0x9f => reader.list(u64::from(first & 0x0f), depth, value),
        0xa0..=0xbf => reader.text(u64::from(first & 0x1f)),
        0xc0 => reader.out.raw("null"),
        0xc1 => Err(malformed("the byte c1, which MessagePack never uses", at)),
        0xc2 => reader.out.raw("false"),
        0xc3 => reader.out.raw("true"),
        0xc4..=0xc6 => {
            let length = reader.number(1 << (first - 0xc4), "bytes")?;
            reader.binary(length)
        }
        0xc7..=0xc9 => {
            let length = reader.number(1 << (first - 0xc7), "an extension")?;
            extension(reader, length)
        }
        0xca => {
            let bits = reader.number(4, "a number")?;
            let bits = u32::try_from(bits).unwrap_or_default();
            reader.out.float(f32::from_bits(bits))
        }
        0xcb => {
            let bits = reader.number(8, "a number")?;
            reader.out.double(f64::from_bits(bits))
        }
        0xcc..=0xcf => {
            let number = reader.number(1 << (first - 0xcc), "a number")?;
            reader.out.show(number)
        }
        0xd0..=0xd3 => {
            let width = 1 << (first - 0xd0);
            let bits = reader.number(width, "a number")?;
            // To the top and back, which repeats the sign.
            let above = 64 - 8 * width;
            reader.out.show((bits << above).cast_signed() >> above)
        }
        0xd4..=0xd8 => extension(reader, 1 << (first - 0xd4)),
        0xd9..=0xdb => {
            let length = reader.number(1 << (first - 0xd9), "a text")?;
            reader.text(length)
        }
        0xdc..=0xdd => {
            let count = reader.number(2 << (first - 0xdc), "a list")?;
            reader.list(count, depth, value)
        }
        0xde..=0xdf => {
            let count = reader.number(2 << (first - 0xde), "a map")?;
            reader.map(count, depth, value)
        }
        0xe0..=0xff => reader.out.show(first.cast_signed()),
    }
}

fn extension(reader: &mut Reader<'_>, length: u64) -> Done {
    let kind = reader.byte("an extension")?.cast_signed();
    let data = reader.take(length, "an extension")?;
    match timestamp(data).filter(|_| kind == TIMESTAMP) {
        Some(text) => reader.out.string(&text),
        // A timestamp of no known length, or beyond the calendar, is told as the bytes that it is.
        None => {
            reader.out.raw("{\"type\":")?;
            reader.out.show(kind)?;
            reader.out.raw(",\"data\":")?;
            reader.out.bytes(data)?;
            reader.out.raw("}")
        }
    }
}

/// Seconds; nanoseconds in 30 bits and seconds in 34; nanoseconds in 32 and seconds in 64 with sign.
fn timestamp(data: &[u8]) -> Option<String> {
    let (seconds, nanos) = match data.len() {
        4 => (u32::from_be_bytes(*data.first_chunk()?).into(), 0),
        8 => {
            let both = u64::from_be_bytes(*data.first_chunk()?);
            let seconds = i64::try_from(both & ((1 << 34) - 1)).ok()?;
            (seconds, u32::try_from(both >> 34).ok()?)
        }
        12 => (
            i64::from_be_bytes(*data.last_chunk()?),
            u32::from_be_bytes(*data.first_chunk()?),
        ),
        _ => return None,
    };
    let part = match nanos {
        0 => String::new(),
        1..1_000_000_000 => {
            let digits = format!("{nanos:09}");
            format!(".{}", digits.trim_end_matches('0'))
        }
        _ => return None,
    };
    moment_text(seconds, &part, "Z")
}
