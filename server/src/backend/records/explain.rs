//! What bytes say: keys and values as text, by the format that a reader chose or that the bytes show.
//!
//! Two steps, because a filter must see what a page shows. [`Explainer::see`] turns formats that hide their text (schemas,
//! integers, Kafka's own records) into it and leaves everything else as it lies in the log; it never waits. [`describe`] says
//! what the rest is and prints it, for records that are shown.

mod direct;

#[cfg(test)]
mod tests;

use penstock_domain::{
    ids::TopicName,
    json,
    record::{Bytes, DecodedPart, Encoding, Format, SchemaRef},
};
use penstock_kafka::{internal, lens::MissingSchema};
use penstock_registry::{
    Cached, Registry, RegistryError, SchemaKey, Side, cbor, framing, message_pack,
};
use std::borrow::Cow;

/// Values beyond this are not searched for JSON when only a line of them is shown.
const LARGEST_JSON_PREVIEW: usize = 1 << 20;
/// Bytes that a schema turns into text at most; decoders have their own caps besides.
const LARGEST_DECODED: usize = 32 << 20;

/// One side of a record, as it is searched and shown.
#[derive(Clone, Debug)]
pub struct Seen<'a> {
    /// Its text where a format hid one, else its bytes.
    pub bytes: Cow<'a, [u8]>,
    /// What was found out on the way; `None`: nothing was hidden.
    pub read: Option<Read>,
}

/// How a hidden text was read.
#[derive(Clone, Debug)]
pub struct Read {
    /// As what.
    pub format: Format,
    /// The schema.
    pub schema: Option<SchemaRef>,
    /// Why it could not be read; the bytes are then raw.
    pub problem: Option<String>,
}

/// Headers, as an iterator that can be begun anew.
pub trait HeaderPairs<'a>: Iterator<Item = (&'a [u8], Option<&'a [u8]>)> + Clone {}
impl<'a, T: Iterator<Item = (&'a [u8], Option<&'a [u8]>)> + Clone> HeaderPairs<'a> for T {}

/// Reads records of one cluster as one reader chose.
#[derive(Clone)]
pub struct Explainer {
    /// The cluster's registry.
    pub registry: Option<Registry>,
    /// As what keys are read.
    pub key_format: Format,
    /// As what values are read.
    pub value_format: Format,
}

/// Key and value of a record.
pub type Both<'a> = (Option<Seen<'a>>, Option<Seen<'a>>);

impl Explainer {
    /// Whether records of a topic may hide text at all; where not, their bytes are searched as they are.
    pub fn may_hide(&self, topic: &TopicName) -> bool {
        self.registry.is_some()
            || internal::writer(topic.as_str()).is_some()
            || !shows_bytes(self.key_format)
            || !shows_bytes(self.value_format)
    }

    /// Key and value, read. A schema that is not in memory is named; one that can't be had leaves the bytes raw, with the reason.
    pub fn see<'a>(
        &self,
        topic: &TopicName,
        key: Option<&'a [u8]>,
        value: Option<&'a [u8]>,
        headers: impl HeaderPairs<'a>,
    ) -> Result<Both<'a>, MissingSchema> {
        if let Some(read) = self.internal(topic, key, value) {
            return Ok(direct::internal(read, key, value));
        }
        let key = key
            .map(|bytes| self.side(topic, Side::Key, bytes, headers.clone()))
            .transpose()?;
        let value = value
            .map(|bytes| self.side(topic, Side::Value, bytes, headers))
            .transpose()?;
        Ok((key, value))
    }

    /// The record as one of Kafka's own. A topic that only has the name of one of MirrorMaker's is read as any other, unless
    /// the reader insists.
    fn internal(
        &self,
        topic: &TopicName,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
    ) -> Option<internal::Internal> {
        let both = [self.key_format, self.value_format];
        if !both
            .iter()
            .all(|format| matches!(format, Format::Auto | Format::Internal))
        {
            return None;
        }
        let writer = internal::writer(topic.as_str())?;
        let read = internal::decode(topic.as_str(), key, value)?;
        let insists = writer == internal::Writer::Brokers || both.contains(&Format::Internal);
        (insists || read.is_read()).then_some(read)
    }

    fn side<'a>(
        &self,
        topic: &TopicName,
        side: Side,
        bytes: &'a [u8],
        headers: impl HeaderPairs<'a>,
    ) -> Result<Seen<'a>, MissingSchema> {
        let format = match side {
            Side::Key => self.key_format,
            Side::Value => self.value_format,
        };
        match format {
            Format::Auto => match &self.registry {
                Some(registry) => schema_text(registry, topic, side, bytes, headers, format),
                None => Ok(raw(bytes)),
            },
            Format::Avro | Format::Protobuf | Format::JsonSchema => match &self.registry {
                Some(registry) => schema_text(registry, topic, side, bytes, headers, format),
                None => Ok(trouble(
                    bytes,
                    format,
                    "No schema registry is configured for this cluster.",
                )),
            },
            Format::Int32 | Format::Int64 | Format::Uuid => Ok(direct::fixed(bytes, format)),
            Format::MessagePack => Ok(direct::packed(bytes, format, message_pack)),
            Format::Cbor => Ok(direct::packed(bytes, format, cbor)),
            Format::Internal => Ok(trouble(
                bytes,
                format,
                "Only Kafka’s own topics have records of this kind.",
            )),
            Format::Text | Format::Json | Format::Hex | Format::Base64 => Ok(raw(bytes)),
        }
    }
}

fn shows_bytes(format: Format) -> bool {
    matches!(
        format,
        Format::Auto | Format::Text | Format::Json | Format::Hex | Format::Base64
    )
}

fn raw(bytes: &[u8]) -> Seen<'_> {
    Seen {
        bytes: Cow::Borrowed(bytes),
        read: None,
    }
}

fn trouble<'a>(bytes: &'a [u8], format: Format, problem: impl Into<String>) -> Seen<'a> {
    Seen {
        bytes: Cow::Borrowed(bytes),
        read: Some(Read {
            format,
            schema: None,
            problem: Some(problem.into()),
        }),
    }
}

fn schema_text<'a>(
    registry: &Registry,
    topic: &TopicName,
    side: Side,
    bytes: &'a [u8],
    headers: impl HeaderPairs<'a>,
    wanted: Format,
) -> Result<Seen<'a>, MissingSchema> {
    let Some(framing) = framing(bytes, headers, side) else {
        return Ok(if wanted == Format::Auto {
            raw(bytes)
        } else {
            trouble(
                bytes,
                wanted,
                "The bytes name no schema: they begin with no schema id, and no header has one.",
            )
        });
    };
    let schema = match registry.cached(framing.schema) {
        Cached::Have(schema) => schema,
        Cached::Unknown => {
            return Err(match framing.schema {
                SchemaKey::Id(id) => MissingSchema::Id(id),
                SchemaKey::Guid(guid) => MissingSchema::Guid(guid),
            });
        }
        // Bytes that begin with 0 by chance look as if they named a schema: text stays text, and integers and UUIDs are what
        // they are where the registry knows no such schema.
        Cached::Failed(error)
            if wanted == Format::Auto
                && (is_text(bytes)
                    || is_fixed(bytes) && matches!(*error, RegistryError::NotFound { .. })) =>
        {
            return Ok(raw(bytes));
        }
        Cached::Failed(error) => {
            let format = if wanted == Format::Auto {
                Format::Hex
            } else {
                wanted
            };
            return Ok(trouble(bytes, format, error.to_string()));
        }
    };
    let reference = Some(schema.reference_for(topic.as_str(), side));
    if bytes.len() > LARGEST_DECODED {
        return Ok(Seen {
            bytes: Cow::Borrowed(bytes),
            read: Some(Read {
                format: schema.kind().format(),
                schema: reference,
                problem: Some("The record is too large to be decoded.".to_owned()),
            }),
        });
    }
    Ok(match schema.decode(&framing, bytes) {
        Ok(reading) => Seen {
            bytes: Cow::Owned(reading.json.into_bytes()),
            read: Some(Read {
                format: reading.format,
                schema: reference.map(|reference| SchemaRef {
                    name: reading.name.or(reference.name.clone()),
                    ..reference
                }),
                problem: None,
            }),
        },
        Err(error) => Seen {
            bytes: Cow::Borrowed(bytes),
            read: Some(Read {
                format: schema.kind().format(),
                schema: reference,
                problem: Some(error.to_string()),
            }),
        },
    })
}

/// A side of a record on its way to a reader: its bytes, and what they say.
///
/// `size`: how many bytes lie in Kafka, which differs where a mask or a schema made another text of them. `shown`: how much of
/// the text is told. `whole`: whether the record is shown alone, and everything about it may be found out.
pub fn describe(
    original: &[u8],
    seen: &Seen<'_>,
    masked: Option<Cow<'_, [u8]>>,
    wanted: Format,
    shown: usize,
    whole: bool,
) -> (Bytes, Option<DecodedPart>) {
    let size = u64::try_from(original.len()).unwrap_or(u64::MAX);
    let hides = masked.is_some();
    let text: &[u8] = masked.as_deref().unwrap_or(&seen.bytes);
    // What a mask changed is shown as it was left by it; the bytes in Kafka would tell what it hides.
    let bytes = carried(if hides { text } else { original }, size, shown);
    let (format, schema, problem) = match &seen.read {
        Some(read) => (read.format, read.schema.clone(), read.problem.clone()),
        None => (found(text, wanted, whole), None, None),
    };
    let hidden = seen.read.is_some() && problem.is_none();
    let (text, truncated) = if problem.is_some() {
        (String::new(), false)
    } else {
        match format {
            Format::Hex => printed(text, shown, 2, |bytes| {
                bytes.iter().map(|byte| format!("{byte:02x}")).collect()
            }),
            Format::Base64 => printed(text, shown, 1, encode_base64),
            _ if hidden => cut(text, shown),
            // Integers and UUIDs that were found out.
            Format::Int32 | Format::Int64 | Format::Uuid if !is_text(text) => {
                let read = direct::fixed(text, format);
                cut(&read.bytes, shown)
            }
            _ => (String::new(), bytes.truncated),
        }
    };
    let json = match format {
        Format::Json
        | Format::Avro
        | Format::Protobuf
        | Format::JsonSchema
        | Format::MessagePack
        | Format::Cbor
        | Format::Internal => problem.is_none(),
        _ => false,
    };
    let part = DecodedPart {
        format,
        text,
        json,
        truncated,
        schema,
        problem,
    };
    (bytes, Some(part))
}

/// Bytes as a reader gets them.
pub fn carried(bytes: &[u8], size: u64, shown: usize) -> Bytes {
    let truncated = bytes.len() > shown;
    let part = bytes.get(..shown).unwrap_or(bytes);
    if is_text(bytes) {
        let (data, _) = cut(part, shown);
        return Bytes {
            encoding: Encoding::Utf8,
            data,
            size,
            truncated,
        };
    }
    Bytes {
        encoding: Encoding::Base64,
        data: encode_base64(part),
        size,
        truncated,
    }
}

/// What unhidden bytes are.
fn found(bytes: &[u8], wanted: Format, whole: bool) -> Format {
    if wanted != Format::Auto {
        return match wanted {
            Format::Json if json_begins(bytes) => Format::Json,
            Format::Json | Format::Text if is_text(bytes) => Format::Text,
            Format::Json | Format::Text => Format::Hex,
            other => other,
        };
    }
    if is_text(bytes) {
        let small = whole || bytes.len() <= LARGEST_JSON_PREVIEW;
        return if json_begins(bytes) && (!small || json::validate(bytes).is_ok()) {
            Format::Json
        } else {
            Format::Text
        };
    }
    match bytes.len() {
        4 => Format::Int32,
        8 => Format::Int64,
        16 if is_uuid(bytes) => Format::Uuid,
        _ => Format::Hex,
    }
}

/// Objects and lists. A bare number or word is text as well, and means more so.
fn json_begins(bytes: &[u8]) -> bool {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    matches!(first, Some(b'{' | b'['))
}

/// Whether bytes can be shown as text: UTF-8 without control characters other than white space.
fn is_text(bytes: &[u8]) -> bool {
    let controlled = bytes
        .iter()
        .any(|byte| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'));
    !controlled && std::str::from_utf8(bytes).is_ok()
}

/// Whether bytes are as many as an integer or a UUID has.
fn is_fixed(bytes: &[u8]) -> bool {
    matches!(bytes.len(), 4 | 8 | 16)
}

/// Version and variant of RFC 9562.
fn is_uuid(bytes: &[u8]) -> bool {
    bytes
        .get(6)
        .is_some_and(|byte| (1..=8).contains(&(byte >> 4)))
        && bytes.get(8).is_some_and(|byte| byte >> 6 == 0b10)
}

/// The first bytes of a text, cut between characters.
fn cut(text: &[u8], shown: usize) -> (String, bool) {
    let part = text.get(..shown).unwrap_or(text);
    let text_of = match std::str::from_utf8(part) {
        Ok(text) => text,
        Err(error) => part
            .get(..error.valid_up_to())
            .and_then(|part| std::str::from_utf8(part).ok())
            .unwrap_or_default(),
    };
    (text_of.to_owned(), text.len() > shown)
}

fn printed(
    bytes: &[u8],
    shown: usize,
    width: usize,
    print: impl Fn(&[u8]) -> String,
) -> (String, bool) {
    let most = shown / width;
    let part = bytes.get(..most).unwrap_or(bytes);
    (print(part), bytes.len() > most)
}

/// In base64, as the API carries bytes that are no text.
pub fn encode_base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
