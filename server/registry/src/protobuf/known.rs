//! Messages of Protobuf's own that have a form of their own in JSON. One that does not keep to its own rules (a time of the
//! year 20000) is shown as the plain message that it is.

use super::{
    read::{Reader, occurrences},
    wire::{Carried, Entry},
};
use crate::error::DecodeError;
use prost_reflect::MessageDescriptor;
use time::OffsetDateTime;

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Any,
    Timestamp,
    Duration,
    /// A value of a simple type that may be missing.
    Wrapper,
    /// `Struct` and `ListValue`: what their only field holds.
    Only,
    /// `Value`: whichever field is there.
    Either,
    FieldMask,
}

/// By full name.
pub(super) fn of(name: &str) -> Option<Known> {
    Some(match name.strip_prefix("google.protobuf.")? {
        "Any" => Known::Any,
        "Timestamp" => Known::Timestamp,
        "Duration" => Known::Duration,
        "DoubleValue" | "FloatValue" | "Int64Value" | "UInt64Value" | "Int32Value"
        | "UInt32Value" | "BoolValue" | "StringValue" | "BytesValue" => Known::Wrapper,
        "Struct" | "ListValue" => Known::Only,
        "Value" => Known::Either,
        "FieldMask" => Known::FieldMask,
        _ => return None,
    })
}

/// Writes one of them.
pub(super) fn write<'a>(
    reader: &mut Reader<'a>,
    known: Known,
    message: &MessageDescriptor,
    entries: &[Entry<'a>],
    depth: usize,
) -> Result<(), DecodeError> {
    let text = match known {
        Known::Any => return any(reader, message, entries, depth),
        Known::Wrapper | Known::Only => {
            return match message.fields().next() {
                Some(field) => reader.field(&field, occurrences(entries, field.number()), depth),
                None => reader.out.raw("{}"),
            };
        }
        Known::Either => return either(reader, message, entries, depth),
        Known::Timestamp => timestamp(number(entries, 1), number(entries, 2)),
        Known::Duration => duration(number(entries, 1), number(entries, 2)),
        Known::FieldMask => mask(entries),
    };
    match text {
        Some(text) => reader.out.string(&text),
        None => {
            reader.out.raw("{")?;
            reader.fields(message, entries, depth, true)?;
            reader.out.raw("}")
        }
    }
}

fn number(entries: &[Entry<'_>], field: u32) -> i64 {
    match occurrences(entries, field)
        .last()
        .map(|entry| entry.carried)
    {
        Some(Carried::Varint(value)) => value.cast_signed(),
        _ => 0,
    }
}

fn bytes<'a>(entries: &[Entry<'a>], field: u32) -> &'a [u8] {
    match occurrences(entries, field)
        .last()
        .map(|entry| entry.carried)
    {
        Some(Carried::Bytes(bytes)) => bytes,
        _ => &[],
    }
}

fn any<'a>(
    reader: &mut Reader<'a>,
    message: &MessageDescriptor,
    entries: &[Entry<'a>],
    depth: usize,
) -> Result<(), DecodeError> {
    let (url, value) = (bytes(entries, 1), bytes(entries, 2));
    let Ok(url) = std::str::from_utf8(url) else {
        return Err(reader.malformed("the address of a type that is not UTF-8", url));
    };
    if url.is_empty() && value.is_empty() {
        return reader.out.raw("{}");
    }
    let name = url.rsplit('/').next().unwrap_or_default();
    let inner = message.parent_pool().get_message_by_name(name);
    reader.out.raw("{\"@type\":")?;
    reader.out.string(url)?;
    match inner {
        None => {
            reader.out.raw(",\"value\":")?;
            reader.out.bytes(value)?;
        }
        Some(inner) if of(name).is_some() || name == "google.protobuf.Empty" => {
            reader.out.raw(",\"value\":")?;
            reader.message(&inner, &[value], depth + 1)?;
        }
        Some(inner) => reader.inline(&inner, value, depth + 1)?,
    }
    reader.out.raw("}")
}

fn either<'a>(
    reader: &mut Reader<'a>,
    message: &MessageDescriptor,
    entries: &[Entry<'a>],
    depth: usize,
) -> Result<(), DecodeError> {
    let last = entries
        .iter()
        .filter(|entry| message.get_field(entry.number).is_some())
        .max_by_key(|entry| entry.order);
    match last.and_then(|entry| message.get_field(entry.number)) {
        Some(field) => reader.field(
            &field,
            reader.of_oneof(&field, occurrences(entries, field.number()), entries),
            depth,
        ),
        None => reader.out.raw("null"),
    }
}

/// RFC 3339 in UTC with as many digits as are needed, by threes.
fn timestamp(seconds: i64, nanos: i64) -> Option<String> {
    let moment = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
    if !(1..=9999).contains(&moment.year()) || !(0..1_000_000_000).contains(&nanos) {
        return None;
    }
    Some(format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z",
        moment.year(),
        u8::from(moment.month()),
        moment.day(),
        moment.hour(),
        moment.minute(),
        moment.second(),
        fraction(nanos)
    ))
}

/// Seconds with an `s`; both numbers have the same sign, and it lasts 10,000 years at most.
fn duration(seconds: i64, nanos: i64) -> Option<String> {
    let fits = seconds.abs_diff(0) <= 315_576_000_000 && nanos.abs_diff(0) < 1_000_000_000;
    if !fits || (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0) {
        return None;
    }
    let sign = if seconds < 0 || nanos < 0 { "-" } else { "" };
    Some(format!("{sign}{}{}s", seconds.abs(), fraction(nanos.abs())))
}

fn fraction(nanos: i64) -> String {
    if nanos == 0 {
        String::new()
    } else if nanos % 1_000_000 == 0 {
        format!(".{:03}", nanos / 1_000_000)
    } else if nanos % 1_000 == 0 {
        format!(".{:06}", nanos / 1_000)
    } else {
        format!(".{nanos:09}")
    }
}

/// Paths with commas between, in camel case; `None` where that could not be read back.
fn mask(entries: &[Entry<'_>]) -> Option<String> {
    let mut out = String::new();
    for (at, entry) in occurrences(entries, 1).iter().enumerate() {
        let Carried::Bytes(path) = entry.carried else {
            return None;
        };
        if at > 0 {
            out.push(',');
        }
        let mut upper = false;
        for c in std::str::from_utf8(path).ok()?.chars() {
            match c {
                '_' if !upper => upper = true,
                'a'..='z' if upper => {
                    out.push(c.to_ascii_uppercase());
                    upper = false;
                }
                'a'..='z' | '0'..='9' | '.' if !upper => out.push(c),
                _ => return None,
            }
        }
        if upper {
            return None;
        }
    }
    Some(out)
}
