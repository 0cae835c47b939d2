//! Formats that hide their text and need no schema to tell it: integers, UUIDs, MessagePack, CBOR, and Kafka's own records.

use super::{Both, LARGEST_DECODED, Read, Seen, is_text, json_begins, raw, trouble};
use penstock_domain::{json, record::Format};
use penstock_kafka::internal::{Internal, InternalError};
use penstock_registry::{DecodeError, MOST_JSON};
use std::borrow::Cow;

/// Integers and UUIDs, which are known by their length.
///
/// JSON of just that length stays JSON: as a number all of its bytes would be told, past the masks that hide fields of it.
pub(super) fn fixed(bytes: &[u8], format: Format) -> Seen<'_> {
    if json_begins(bytes) && json::validate(bytes).is_ok() {
        return trouble(
            bytes,
            format,
            format!("These bytes are JSON, not {}.", format.words()),
        );
    }
    let text = match (format, bytes.len()) {
        (Format::Int32, 4) => bytes
            .first_chunk()
            .map(|bytes| i32::from_be_bytes(*bytes).to_string()),
        (Format::Int64, 8) => bytes
            .first_chunk()
            .map(|bytes| i64::from_be_bytes(*bytes).to_string()),
        (Format::Uuid, 16) => bytes.first_chunk().map(|bytes| uuid(*bytes)),
        (Format::Uuid, _) if is_text(bytes) => return raw(bytes),
        _ => None,
    };
    match text {
        Some(text) => Seen {
            bytes: Cow::Owned(text.into_bytes()),
            read: Some(Read {
                format,
                schema: None,
                problem: None,
            }),
        },
        None => {
            let wanted = match format {
                Format::Int32 => 4,
                Format::Int64 => 8,
                _ => 16,
            };
            trouble(
                bytes,
                format,
                format!(
                    "{} has {wanted} bytes, and these are {}.",
                    format.words(),
                    bytes.len()
                ),
            )
        }
    }
}

/// A format that says itself what is in it.
pub(super) fn packed(
    bytes: &[u8],
    format: Format,
    read: fn(&[u8], usize) -> Result<String, DecodeError>,
) -> Seen<'_> {
    if bytes.len() > LARGEST_DECODED {
        return trouble(bytes, format, "The record is too large to be decoded.");
    }
    match read(bytes, MOST_JSON) {
        Ok(json) => Seen {
            bytes: Cow::Owned(json.into_bytes()),
            read: Some(Read {
                format,
                schema: None,
                problem: None,
            }),
        },
        Err(error) => trouble(
            bytes,
            format,
            crate::backend::problems::sentence(&error.to_string()),
        ),
    }
}

/// A record of one of Kafka's own topics.
pub(super) fn internal<'a>(
    read: Internal,
    key: Option<&'a [u8]>,
    value: Option<&'a [u8]>,
) -> Both<'a> {
    let side = |bytes: &'a [u8], text: Result<String, InternalError>| match text {
        Ok(text) => Seen {
            bytes: Cow::Owned(text.into_bytes()),
            read: Some(Read {
                format: Format::Internal,
                schema: None,
                problem: None,
            }),
        },
        Err(error) => trouble(
            bytes,
            Format::Internal,
            crate::backend::problems::sentence(&error.to_string()),
        ),
    };
    let key = key.map(|bytes| side(bytes, read.key));
    let value = value.zip(read.value).map(|(bytes, text)| side(bytes, text));
    (key, value)
}

fn uuid(bytes: [u8; 16]) -> String {
    let mut out = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        out.push_str(&format!("{byte:02x}"));
    }
    out
}
