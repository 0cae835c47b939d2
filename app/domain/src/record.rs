//! One record as pages and the API show it: bytes told apart from their reading, and everything its batch says about it.
//!
//! Made by the server from the wire (`penstock-kafka`) after masking; shown by the pages of messages. How records are asked
//! for is in [`crate::read`], how they are written in [`crate::produce`].

use crate::{
    ids::{PartitionId, TopicId, TopicName},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// A record with its address, its bytes and the facts of its batch (`design/api.md`, shape `record`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// In which topic.
    pub topic: TopicName,
    /// In which partition.
    pub partition: PartitionId,
    /// At which offset.
    pub offset: i64,
    /// Its time; `None` where it was written without one (-1 on the wire).
    pub timestamp: Option<Timestamp>,
    /// Who set the time.
    pub timestamp_type: TimestampType,
    /// The key; `None` is null, which is not the same as empty.
    pub key: Option<Bytes>,
    /// The value; `None` is null: a tombstone in a compacted topic.
    pub value: Option<Bytes>,
    /// Headers in their order; names may repeat.
    pub headers: Vec<Header>,
    /// The producer, where it was idempotent or transactional.
    pub producer: Option<Producer>,
    /// Whether it was written inside a transaction.
    pub transactional: bool,
    /// For control records (KIP-98): which marker it is. Such a record is the broker's own and has no value to read.
    pub control: Option<Control>,
    /// Whether its transaction was aborted: readers of committed records never see it.
    pub aborted: bool,
    /// Its batch.
    pub batch: BatchFacts,
    /// Key and value as text, where they could be read as more than bytes.
    pub decoded: Option<Decoded>,
    /// The fields that the reading asked for as columns, in its order, as text; `None` where the record has no such field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Option<String>>,
    /// Fields whose content the console hides, as paths (`value.customer.card`); empty where none is hidden.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<String>,
}

impl Record {
    /// The value as text for reading: decoded, else its own bytes where they are text; `None` for null and for bytes.
    pub fn value_text(&self) -> Option<&str> {
        text_of(
            self.decoded.as_ref().and_then(|read| read.value.as_ref()),
            self.value.as_ref(),
        )
    }

    /// The key likewise.
    pub fn key_text(&self) -> Option<&str> {
        text_of(
            self.decoded.as_ref().and_then(|read| read.key.as_ref()),
            self.key.as_ref(),
        )
    }
}

fn text_of<'a>(read: Option<&'a DecodedPart>, bytes: Option<&'a Bytes>) -> Option<&'a str> {
    let decoded = read
        .map(|part| part.text.as_str())
        .filter(|text| !text.is_empty());
    decoded.or_else(|| {
        bytes
            .filter(|bytes| bytes.encoding == Encoding::Utf8)
            .map(|bytes| bytes.data.as_str())
    })
}

/// Bytes on their way to a reader: as text where they are UTF-8, else base64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Bytes {
    /// How `data` carries them.
    pub encoding: Encoding,
    /// The bytes, or the first of them.
    pub data: String,
    /// How many there are in Kafka.
    pub size: u64,
    /// Whether `data` holds only the first of them.
    #[serde(default)]
    pub truncated: bool,
}

/// How [`Bytes`] are carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// As they are: they are UTF-8.
    Utf8,
    /// In base64 (RFC 4648 §4, with padding).
    Base64,
}

/// A header of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// Its name; bytes that are no UTF-8 are shown as the replacement character.
    pub key: String,
    /// The name's own bytes in base64, where it is not UTF-8 (the protocol does not forbid it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_base64: Option<String>,
    /// Its value.
    pub value: Option<Bytes>,
}

/// Who set a record's time (Kafka's `message.timestamp.type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum TimestampType {
    /// The producer.
    CreateTime,
    /// The broker, when it appended the batch.
    LogAppendTime,
}

/// An idempotent producer, as the batch names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Producer {
    /// Its id.
    pub id: i64,
    /// Its epoch.
    pub epoch: i16,
    /// This record's sequence number; -1 for control records.
    pub sequence: i32,
}

/// A control record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Control {
    /// The end of an aborted transaction.
    Abort,
    /// The end of a committed transaction.
    Commit,
    /// Another marker of the brokers (KRaft's, or one that this version does not know).
    Other,
}

/// What a record's batch says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BatchFacts {
    /// Its first offset, as it was written.
    pub base_offset: i64,
    /// How it is compressed.
    pub codec: Codec,
    /// The leader epoch under which it was appended.
    pub leader_epoch: i32,
    /// Records in it now; compaction leaves fewer than were written.
    pub records: i32,
    /// Its size in the log, compressed, with its head.
    pub bytes: u32,
}

/// Compression of a batch (Kafka class `CompressionType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Codec {
    /// None.
    None,
    /// gzip.
    Gzip,
    /// Snappy, in the framing of `xerial` or plain.
    Snappy,
    /// LZ4 frames.
    Lz4,
    /// Zstandard.
    Zstd,
}

impl Codec {
    /// The name that Kafka's settings use.
    pub const fn name(self) -> &'static str {
        match self {
            Codec::None => "none",
            Codec::Gzip => "gzip",
            Codec::Snappy => "snappy",
            Codec::Lz4 => "lz4",
            Codec::Zstd => "zstd",
        }
    }
}

/// Key and value read as more than bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Decoded {
    /// The key.
    pub key: Option<DecodedPart>,
    /// The value.
    pub value: Option<DecodedPart>,
}

/// One side of a record, read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DecodedPart {
    /// As what it was read.
    pub format: Format,
    /// The text: JSON for structured formats (numbers with all their digits), else as the format prints it. Empty where
    /// `problem` says why there is none, and where the bytes themselves are that text ([`Record::value_text`]).
    pub text: String,
    /// Whether `text` is JSON.
    pub json: bool,
    /// Whether `text` is only the beginning.
    #[serde(default)]
    pub truncated: bool,
    /// The schema that it was written with, where there is one.
    pub schema: Option<SchemaRef>,
    /// Why it could not be read as `format`; bytes are then shown raw.
    pub problem: Option<String>,
}

/// A schema, as a registry names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SchemaRef {
    /// Its id in the registry.
    pub id: u32,
    /// The subject and version under which it is registered, where the registry told.
    pub subject: Option<String>,
    /// The version.
    pub version: Option<i32>,
    /// Name of the record or message in it.
    pub name: Option<String>,
}

/// What bytes can be read as.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Found out from the bytes, the headers and the topic.
    #[default]
    Auto,
    /// UTF-8 text.
    Text,
    /// JSON.
    Json,
    /// Avro with a schema of the registry.
    Avro,
    /// Protobuf with a schema of the registry.
    Protobuf,
    /// JSON with a schema of the registry.
    JsonSchema,
    /// MessagePack. Chosen only: almost any bytes look like it.
    #[serde(rename = "msgpack")]
    MessagePack,
    /// CBOR (RFC 8949). Chosen only: almost any bytes look like it.
    Cbor,
    /// Bytes as pairs of hexadecimal digits.
    Hex,
    /// Base64.
    Base64,
    /// A signed integer of four bytes, big endian (`IntegerSerializer`).
    Int32,
    /// A signed integer of eight bytes, big endian (`LongSerializer`).
    Int64,
    /// Sixteen bytes of a UUID (`UUIDSerializer` writes its text, others the bytes).
    Uuid,
    /// A record of one of Kafka's own topics.
    Internal,
}

impl Format {
    /// Every format that a reader may choose, in the order of the menu.
    pub const ALL: [Format; 14] = [
        Format::Auto,
        Format::Json,
        Format::Text,
        Format::Avro,
        Format::Protobuf,
        Format::JsonSchema,
        Format::MessagePack,
        Format::Cbor,
        Format::Hex,
        Format::Base64,
        Format::Int32,
        Format::Int64,
        Format::Uuid,
        Format::Internal,
    ];

    /// The name in addresses and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Auto => "auto",
            Format::Text => "text",
            Format::Json => "json",
            Format::Avro => "avro",
            Format::Protobuf => "protobuf",
            Format::JsonSchema => "jsonschema",
            Format::MessagePack => "msgpack",
            Format::Cbor => "cbor",
            Format::Hex => "hex",
            Format::Base64 => "base64",
            Format::Int32 => "int32",
            Format::Int64 => "int64",
            Format::Uuid => "uuid",
            Format::Internal => "internal",
        }
    }

    /// The word on the page.
    pub const fn words(self) -> &'static str {
        match self {
            Format::Auto => "Automatic",
            Format::Text => "Text",
            Format::Json => "JSON",
            Format::Avro => "Avro",
            Format::Protobuf => "Protobuf",
            Format::JsonSchema => "JSON Schema",
            Format::MessagePack => "MessagePack",
            Format::Cbor => "CBOR",
            Format::Hex => "Hex",
            Format::Base64 => "Base64",
            Format::Int32 => "Integer, 32 bits",
            Format::Int64 => "Integer, 64 bits",
            Format::Uuid => "UUID",
            Format::Internal => "Kafka’s own",
        }
    }

    /// From [`Format::name`]; `None` for a name that there is not.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// The address of one record, as links carry it. The topic's id tells a recreated topic from the one that was meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RecordAddress {
    /// In which topic.
    pub topic: TopicName,
    /// The topic's id when the link was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic_id: Option<TopicId>,
    /// In which partition.
    pub partition: PartitionId,
    /// At which offset.
    pub offset: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_have_one_name_each_everywhere() {
        for format in Format::ALL {
            assert_eq!(Format::of(format.name()), Some(format));
            let json = serde_json::to_string(&format).unwrap();
            assert_eq!(json, format!("\"{}\"", format.name()));
            assert_eq!(serde_json::from_str::<Format>(&json).unwrap(), format);
        }
    }
}
