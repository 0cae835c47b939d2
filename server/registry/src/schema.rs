//! A schema that is ready for use: its text, what it was compiled to, and what can be done with it.

use crate::{
    MOST_JSON, avro,
    error::{DecodeError, EncodeError},
    framing::{Framing, Side},
    json_schema, protobuf,
    references::Referred,
};
use penstock_domain::record::{Format, SchemaRef};
use std::sync::Arc;

/// Kinds of schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaKind {
    /// Avro.
    Avro,
    /// Protobuf.
    Protobuf,
    /// JSON Schema.
    Json,
}

impl SchemaKind {
    /// From the registry's `schemaType`, which is missing for Avro.
    pub(crate) fn of(name: Option<&str>) -> Result<Self, String> {
        match name {
            None | Some("AVRO") => Ok(SchemaKind::Avro),
            Some("PROTOBUF") => Ok(SchemaKind::Protobuf),
            Some("JSON") => Ok(SchemaKind::Json),
            Some(other) => Err(format!(
                "schemas of type {} are not known here",
                crate::error::tame(other)
            )),
        }
    }

    /// The format of records that are written with it.
    pub const fn format(self) -> Format {
        match self {
            SchemaKind::Avro => Format::Avro,
            SchemaKind::Protobuf => Format::Protobuf,
            SchemaKind::Json => Format::JsonSchema,
        }
    }
}

/// One side of a record, read with its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// As what it was read.
    pub format: Format,
    /// The value as JSON, numbers with all their digits.
    pub json: String,
    /// Full name of the record or message.
    pub name: Option<String>,
}

/// What a schema's text was compiled to.
#[derive(Debug)]
enum Compiled {
    Avro(avro::Avro),
    Protobuf(protobuf::Protobuf),
    Json(json_schema::JsonSchema),
}

/// A subject and a version of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Registered {
    pub(crate) subject: String,
    pub(crate) version: i32,
}

/// See the module. Everything here is CPU work without waiting; what it costs is bounded by the payload's and the schema's
/// sizes, milliseconds for megabytes.
#[derive(Debug)]
pub struct Schema {
    id: u32,
    kind: SchemaKind,
    text: Arc<str>,
    weight: usize,
    compiled: Arc<Compiled>,
    registered: Vec<Registered>,
}

impl Schema {
    /// Compiles a schema. May take milliseconds; not for a worker of the runtime.
    pub(crate) fn compile(
        id: u32,
        kind: SchemaKind,
        text: &str,
        references: &[Referred],
        registered: Vec<Registered>,
    ) -> Result<Self, String> {
        let pairs = || {
            references
                .iter()
                .map(|referred| (referred.name.as_str(), referred.text.as_str()))
        };
        let compiled = match kind {
            SchemaKind::Avro => Compiled::Avro(avro::compile(text, pairs().map(|(_, text)| text))?),
            SchemaKind::Protobuf => Compiled::Protobuf(protobuf::compile(text, pairs())?),
            SchemaKind::Json => Compiled::Json(json_schema::compile(text, pairs())?),
        };
        Ok(Self {
            id,
            kind,
            text: Arc::from(text),
            weight: text.len()
                + references
                    .iter()
                    .map(|referred| referred.text.len())
                    .sum::<usize>(),
            compiled: Arc::new(compiled),
            registered,
        })
    }

    /// A schema that no registry has, without references, to be read with alone.
    ///
    /// # Errors
    /// Why it is none, in the compiler's words.
    pub fn alone(kind: SchemaKind, text: &str) -> Result<Self, String> {
        Self::compile(0, kind, text, &[], Vec::new())
    }

    /// The same schema under a subject and version that it was asked for by.
    pub(crate) fn as_version(&self, registered: Registered) -> Self {
        Self {
            id: self.id,
            kind: self.kind,
            text: self.text.clone(),
            weight: self.weight,
            compiled: self.compiled.clone(),
            registered: vec![registered],
        }
    }

    /// Bytes of text that it stands for.
    pub(crate) fn weight(&self) -> usize {
        self.weight
    }

    /// Its id in the registry.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Its kind.
    pub fn kind(&self) -> SchemaKind {
        self.kind
    }

    /// Its text as the registry has it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How pages name it: with the first subject and version that the registry told.
    pub fn reference(&self) -> SchemaRef {
        self.refer(self.registered.first())
    }

    /// How pages name it beside a record of a topic: one schema may be registered under several subjects, and then the topic's
    /// own is meant.
    pub fn reference_for(&self, topic: &str, side: Side) -> SchemaRef {
        let own = format!("{topic}{}", side.suffix());
        let found = self
            .registered
            .iter()
            .filter(|registered| registered.subject == own)
            .max_by_key(|registered| registered.version)
            .or_else(|| {
                let prefix = format!("{topic}-");
                self.registered
                    .iter()
                    .find(|registered| registered.subject.starts_with(&prefix))
            })
            .or(self.registered.first());
        self.refer(found)
    }

    fn refer(&self, registered: Option<&Registered>) -> SchemaRef {
        SchemaRef {
            id: self.id,
            subject: registered.map(|registered| registered.subject.clone()),
            version: registered.map(|registered| registered.version),
            name: self.name(),
        }
    }

    /// Full name of the record that it describes; for Protobuf of the file's first message, for JSON Schema its title.
    pub fn name(&self) -> Option<String> {
        match &*self.compiled {
            Compiled::Avro(avro) => avro.name().map(str::to_owned),
            Compiled::Protobuf(protobuf) => protobuf
                .message_at(&[0])
                .map(|message| message.full_name().to_owned()),
            Compiled::Json(schema) => schema.title().map(str::to_owned),
        }
    }

    /// Messages that a Protobuf schema has, by full name; the first is what is written unless another is asked for. Empty for
    /// other kinds.
    pub fn messages(&self) -> Vec<String> {
        match &*self.compiled {
            Compiled::Protobuf(protobuf) => protobuf
                .messages()
                .into_iter()
                .map(|(message, _)| message.full_name().to_owned())
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Reads one side of a record; `bytes` is all of it, as for [`crate::framing()`].
    pub fn decode(&self, framing: &Framing, bytes: &[u8]) -> Result<Reading, DecodeError> {
        let payload = bytes.get(framing.payload.clone()).unwrap_or_default();
        let (json, name) = match &*self.compiled {
            Compiled::Avro(avro) => (
                avro::read(avro, payload, MOST_JSON)?,
                avro.name().map(str::to_owned),
            ),
            Compiled::Protobuf(protobuf) => {
                let indexes = framing.by_header.then_some(framing.indexes.as_slice());
                let (json, name) = protobuf::read(protobuf, indexes, payload, MOST_JSON)?;
                (json, Some(name))
            }
            Compiled::Json(schema) => (
                json_schema::read(payload, MOST_JSON)?,
                schema.title().map(str::to_owned),
            ),
        };
        Ok(Reading {
            format: self.kind.format(),
            json,
            name,
        })
    }

    /// Writes a value, with the schema's id in front of it: what goes into a record. The text is checked against the schema.
    pub fn encode(&self, json: &str) -> Result<Vec<u8>, EncodeError> {
        self.encode_message(json, None)
    }

    /// [`Schema::encode`] for one of [`Schema::messages`], by its full name or its own.
    pub fn encode_message(
        &self,
        json: &str,
        message: Option<&str>,
    ) -> Result<Vec<u8>, EncodeError> {
        let mut out = vec![0];
        out.extend_from_slice(&self.id.to_be_bytes());
        match &*self.compiled {
            Compiled::Avro(avro) => out.extend(avro::write(avro, json)?),
            Compiled::Protobuf(protobuf) => out.extend(protobuf::write(protobuf, message, json)?),
            Compiled::Json(schema) => {
                schema.check(json)?;
                out.extend_from_slice(json.as_bytes());
            }
        }
        Ok(out)
    }

    /// A small value that fits, as JSON; `None` where there is none, or none could be found.
    pub fn sample(&self) -> Option<String> {
        self.sample_message(None)
    }

    /// [`Schema::sample`] for one of [`Schema::messages`].
    pub fn sample_message(&self, message: Option<&str>) -> Option<String> {
        let compact = match &*self.compiled {
            Compiled::Avro(avro) => avro::sample(avro)?,
            Compiled::Protobuf(protobuf) => protobuf::sample(protobuf, message)?,
            Compiled::Json(schema) => schema.sample()?,
        };
        Some(penstock_domain::json::pretty(&compact).unwrap_or(compact))
    }

    #[cfg(test)]
    pub(crate) fn avro_for_tests(id: u32, text: &str) -> Self {
        Self::compile(id, SchemaKind::Avro, text, &[], Vec::new()).unwrap()
    }
}
