//! The answers of a registry's REST API, as far as they are used.

use serde::{Deserialize, Serialize};

/// `GET schemas/ids/{id}` and `GET subjects/{subject}/versions/{version}`.
#[derive(Debug, Deserialize)]
pub(crate) struct SchemaAnswer {
    pub(crate) schema: String,
    /// `AVRO` where it is missing.
    #[serde(default, rename = "schemaType")]
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) references: Option<Vec<Reference>>,
    #[serde(default)]
    pub(crate) id: Option<u32>,
    #[serde(default)]
    pub(crate) subject: Option<String>,
    #[serde(default)]
    pub(crate) version: Option<i32>,
}

/// Something that a schema refers to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reference {
    /// As what: an Avro name, a Protobuf import, a JSON Schema `$ref`.
    pub name: String,
    /// Which subject.
    pub subject: String,
    /// Which version of it.
    pub version: i32,
}

/// An entry of `GET schemas/ids/{id}/versions`.
#[derive(Debug, Deserialize)]
pub(crate) struct SubjectVersion {
    pub(crate) subject: String,
    pub(crate) version: i32,
}

/// An entry of `GET schemas/guids/{guid}/ids`.
#[derive(Debug, Deserialize)]
pub(crate) struct ContextId {
    #[serde(default)]
    pub(crate) context: Option<String>,
    pub(crate) id: u32,
}

/// The body of an error.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ErrorAnswer {
    #[serde(default)]
    pub(crate) message: Option<String>,
    /// Confluent's own number of the reason: `40401`.
    #[serde(default, rename = "error_code")]
    pub(crate) code: Option<u32>,
}

/// `GET config` and `GET config/{subject}`, and what `PUT` and `DELETE` of them answer.
#[derive(Debug, Deserialize)]
pub(crate) struct LevelAnswer {
    #[serde(default, rename = "compatibilityLevel", alias = "compatibility")]
    pub(crate) level: Option<String>,
}

/// `GET mode` and `GET mode/{subject}`.
#[derive(Debug, Deserialize)]
pub(crate) struct ModeAnswer {
    #[serde(default)]
    pub(crate) mode: Option<String>,
}

/// `POST compatibility/subjects/{subject}/versions/{version}`.
#[derive(Debug, Deserialize)]
pub(crate) struct CompatibilityAnswer {
    #[serde(rename = "is_compatible")]
    pub(crate) compatible: bool,
    #[serde(default)]
    pub(crate) messages: Option<Vec<String>>,
}

/// `POST subjects/{subject}/versions`.
#[derive(Debug, Deserialize)]
pub(crate) struct RegisteredAnswer {
    pub(crate) id: u32,
    #[serde(default)]
    pub(crate) version: Option<i32>,
}
