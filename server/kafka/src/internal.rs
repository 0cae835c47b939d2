//! The records of Kafka's own topics, as JSON: `__consumer_offsets`, `__transaction_state`, `__share_group_state`, and those
//! that MirrorMaker 2 writes: heartbeats, checkpoints and offset syncs. (Connect's own topics hold JSON as it is.)
//!
//! Driven by tables that say what Kafka's message definitions say (`common/message/*.json` of the coordinators, Kafka 4.3.1)
//! and, for MirrorMaker 2, the `Schema`s of its classes.
//! Reading is bounded: every length and count is checked against what is left. Names are Kafka's own with a small first letter;
//! numbers are as they are, except states, which have names. What members of classic groups subscribed to and were assigned is
//! read where it is the consumers' own protocol. A type or version that the tables do not know is shown in hexadecimal; in
//! the topics of MirrorMaker 2, whose names anybody may give, it is an error.

mod consumer;
mod group;
mod mirror;
mod read;
mod share;
mod table;
mod transaction;

#[cfg(test)]
mod tests;

use read::Reader;
use table::{Kind, Message};

/// Who writes a topic's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// Brokers alone.
    Brokers,
    /// MirrorMaker 2, by its name. Anybody may give such a name: records that can't be read are probably something else.
    Mirror,
}

/// Whose records a topic has, where they are decoded here; `None` for every other topic.
pub fn writer(topic: &str) -> Option<Writer> {
    match brokers(topic) {
        Some(_) => Some(Writer::Brokers),
        None => mirror::of(topic).map(|_| Writer::Mirror),
    }
}

fn brokers(topic: &str) -> Option<&'static [Kind]> {
    match topic {
        "__consumer_offsets" => Some(group::KINDS),
        "__transaction_state" => Some(transaction::KINDS),
        "__share_group_state" => Some(share::KINDS),
        _ => None,
    }
}

/// A record of one of Kafka's own topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Internal {
    /// The key as JSON: its type and its fields.
    pub key: Result<String, InternalError>,
    /// The value as JSON: its version and its fields; `None` for a tombstone.
    pub value: Option<Result<String, InternalError>>,
}

impl Internal {
    /// Whether both sides could be read.
    pub fn is_read(&self) -> bool {
        self.key.is_ok() && !matches!(self.value, Some(Err(_)))
    }
}

/// Why a key or value could not be read; it is then shown as bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InternalError {
    /// There is no key, which every record of these topics has.
    #[error("there is no key, and the key says what a record of this topic is")]
    NoKey,
    /// It ends too early, or a length leads beyond its end.
    #[error("it ends in the middle of {field}")]
    End {
        /// In which field.
        field: &'static str,
    },
    /// It can't be what the type says.
    #[error("{field} can’t be read: {cause}")]
    Malformed {
        /// Which field.
        field: &'static str,
        /// Why not.
        cause: &'static str,
    },
    /// There is more than the type has.
    #[error("{left} bytes are left over at its end")]
    LeftOver {
        /// How many.
        left: usize,
    },
}

/// Reads a record; `None` where the topic has no [`writer`].
pub fn decode(topic: &str, key: Option<&[u8]>, value: Option<&[u8]>) -> Option<Internal> {
    let Some(kinds) = brokers(topic) else {
        return mirror::of(topic).map(|table| table.decode(key, value));
    };
    let Some(key) = key else {
        return Some(Internal {
            key: Err(InternalError::NoKey),
            value: value.map(|value| Ok(hex("version", value))),
        });
    };
    let kind = Reader::new(key)
        .int16("type")
        .ok()
        .and_then(|number| kinds.iter().find(|kind| kind.number == number));
    Some(match kind {
        Some(kind) => Internal {
            key: read_key(kind, key),
            value: value.map(|value| read_value(&kind.value, value)),
        },
        None => Internal {
            key: Ok(hex("type", key)),
            value: value.map(|value| Ok(hex("version", value))),
        },
    })
}

fn read_key(kind: &Kind, key: &[u8]) -> Result<String, InternalError> {
    let mut reader = Reader::new(key);
    reader.int16("type")?;
    // The number chose the type: there is one version of each key, and its fields are in the old encoding.
    reader.begin("type", &penstock_domain::json::quote(kind.name));
    reader.fields(kind.key, 0, false)?;
    reader.finish()
}

fn read_value(message: &Message, value: &[u8]) -> Result<String, InternalError> {
    let mut reader = Reader::new(value);
    let version = reader.int16("version")?;
    if !(0..=message.newest).contains(&version) {
        return Ok(hex("version", value));
    }
    reader.begin("version", &version.to_string());
    reader.fields(message.fields, version, version >= message.flexible)?;
    reader.finish()
}

/// What nobody here knows: its first number, and all of it.
fn hex(number: &str, bytes: &[u8]) -> String {
    use std::fmt::Write;
    let first = Reader::new(bytes)
        .int16("number")
        .map_or_else(|_| "null".to_owned(), |number| number.to_string());
    let mut text = format!("{{\"{number}\":{first},\"hex\":\"");
    for byte in bytes {
        // Writing into a String can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.push_str("\"}");
    text
}
