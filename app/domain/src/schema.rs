//! Subjects of a schema registry with their versions: what pages and the API show.
//!
//! Shapes and the words of the list; the rules of each format (differences, who reads what) are `penstock-registry`'s, which also
//! keeps the catalogue that these are filled from. What a registry does not tell is absent here: no moment of registration, no
//! figure that nobody measured.

pub mod act;
pub mod compatible;
pub mod difference;
pub mod impact;
mod level;
pub mod query;

pub use level::CompatibilityLevel;

use self::{compatible::CompatibilityMatrix, difference::SchemaDifference};
use crate::{
    envelope::{Missing, Page},
    ids::{SubjectName, TopicName},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Format of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum SchemaType {
    /// Avro.
    Avro,
    /// Protobuf.
    Protobuf,
    /// JSON Schema.
    JsonSchema,
    /// One that is not known here.
    Other,
}

impl SchemaType {
    /// Every format.
    pub const ALL: [SchemaType; 4] = [
        SchemaType::Avro,
        SchemaType::Protobuf,
        SchemaType::JsonSchema,
        SchemaType::Other,
    ];

    /// The name in the API and in filters.
    pub const fn name(self) -> &'static str {
        match self {
            SchemaType::Avro => "avro",
            SchemaType::Protobuf => "protobuf",
            SchemaType::JsonSchema => "jsonSchema",
            SchemaType::Other => "other",
        }
    }

    /// The words on a page.
    pub const fn words(self) -> &'static str {
        match self {
            SchemaType::Avro => "Avro",
            SchemaType::Protobuf => "Protobuf",
            SchemaType::JsonSchema => "JSON Schema",
            SchemaType::Other => "Other",
        }
    }

    /// What a file of it ends in.
    pub const fn extension(self) -> &'static str {
        match self {
            SchemaType::Avro => "avsc",
            SchemaType::Protobuf => "proto",
            SchemaType::JsonSchema => "schema.json",
            SchemaType::Other => "txt",
        }
    }
}

/// Whose compatibility level it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum LevelOrigin {
    /// Set on the subject.
    Subject,
    /// The registry's global one.
    Global,
    /// The subject has the global level, and the registry does not tell whether that was set on it.
    NotTold,
}

/// What there is to know of the registry itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistryFacts {
    /// Its host.
    pub name: String,
    /// Where its API begins.
    pub address: String,
    /// The level of subjects that have none of their own.
    pub global: Option<CompatibilityLevel>,
    /// Its mode as it calls it, `READWRITE`; `None`: not told.
    pub mode: Option<String>,
    /// In what it is not as Confluent's, as far as was found by asking.
    pub notes: Vec<String>,
    /// How long its last list of subjects took, in milliseconds.
    pub answered_millis: Option<u64>,
    /// Subjects that are listed and have not been read yet.
    pub pending: u64,
    /// When it was last read with success.
    pub as_of: Option<Timestamp>,
}

/// One subject in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SubjectRow {
    /// Its name.
    pub subject: SubjectName,
    /// Format of its newest version; `None`: not read yet.
    pub schema_type: Option<SchemaType>,
    /// Full name of what the newest version describes.
    pub name: Option<String>,
    /// Live versions.
    pub versions: u32,
    /// Soft-deleted versions.
    pub deleted_versions: u32,
    /// Number of the newest version: of the live ones where there is one.
    pub newest: Option<i32>,
    /// Its id.
    pub newest_id: Option<u32>,
    /// The level that holds for it.
    pub level: Option<CompatibilityLevel>,
    /// Whose that is.
    pub level_origin: LevelOrigin,
    /// Topics of the cluster that it belongs to by its name.
    pub topics: Vec<TopicName>,
    /// Subjects that the newest version refers to.
    pub references: u32,
    /// Subjects that refer to some version of it.
    pub referenced_by: u32,
    /// Whether it is soft-deleted as a whole.
    pub deleted: bool,
    /// What a person should know of it: `v5 breaks readers of v1 to v4: …`.
    pub finding: Option<String>,
    /// Why it could not be read.
    pub why: Option<String>,
}

impl SubjectRow {
    /// Whether a person should look at it.
    pub fn needs_attention(&self) -> bool {
        self.finding.is_some() || self.why.is_some()
    }
}

/// Sums over all subjects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SubjectTotals {
    /// Live subjects.
    pub subjects: u64,
    /// Their live versions.
    pub versions: u64,
    /// Those that a person should look at.
    pub attention: u64,
    /// Those with a level of their own.
    pub own_level: u64,
    /// Soft-deleted subjects.
    pub deleted: u64,
}

/// One page of subjects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SubjectList {
    /// The rows of this page.
    pub items: Vec<SubjectRow>,
    /// Where it stands.
    pub page: Page,
    /// When the catalogue was last read with success; `None`: never.
    pub as_of: Option<Timestamp>,
    /// What could not be had, and why.
    pub missing: Vec<Missing>,
    /// Over all subjects.
    pub totals: SubjectTotals,
    /// The registry; `None`: the cluster has none.
    pub registry: Option<RegistryFacts>,
}

/// A version of a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct VersionRow {
    /// Its number.
    pub version: i32,
    /// Id of its schema.
    pub id: u32,
    /// Its format.
    pub schema_type: SchemaType,
    /// Whether it is soft-deleted.
    pub deleted: bool,
    /// Full name of what it describes.
    pub name: Option<String>,
    /// Bytes of its text.
    pub size: u64,
}

/// A subject that another refers to, or that refers to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReferenceRow {
    /// As what: an Avro name, a Protobuf import, a JSON Schema `$ref`.
    pub name: String,
    /// Which subject.
    pub subject: SubjectName,
    /// Which version of it.
    pub version: i32,
    /// Whether that is its newest; `None`: the registry does not have it.
    pub newest: Option<bool>,
}

/// A field of a schema, by its path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FieldRow {
    /// Names on the way to it, joined by points.
    pub path: String,
    /// How deep it is, from 0.
    pub depth: u32,
    /// Its type, in short.
    pub field_type: String,
    /// Its default as JSON text.
    pub default: Option<String>,
    /// What its author wrote about it.
    pub doc: Option<String>,
    /// What else there is: aliases, the number in Protobuf, `required`.
    pub notes: Vec<String>,
}

/// A schema's text with its fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SchemaText {
    /// Of which version.
    pub version: i32,
    /// Id of the schema.
    pub id: u32,
    /// Its format.
    pub schema_type: SchemaType,
    /// As the registry has it; cut where it is very long.
    pub text: String,
    /// Whether it was cut.
    pub truncated: bool,
    /// What the author wrote about the whole.
    pub doc: Option<String>,
    /// Its fields; bounded.
    pub fields: Vec<FieldRow>,
    /// Why its fields can't be told.
    pub why: Option<String>,
}

/// Another subject beside the one that is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Sibling {
    /// Its name.
    pub subject: SubjectName,
    /// Its format.
    pub schema_type: Option<SchemaType>,
    /// Its newest version.
    pub newest: Option<i32>,
    /// Whether it is soft-deleted.
    pub deleted: bool,
}

/// Which versions are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Compared {
    /// The older one; without it, the one before the other.
    pub from: Option<i32>,
    /// The newer one; without it, the newest.
    pub to: Option<i32>,
}

/// One subject in full.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SubjectDetail {
    /// Its row in the list.
    pub row: SubjectRow,
    /// Its versions, oldest first, soft-deleted ones too.
    pub versions: Vec<VersionRow>,
    /// The version that is compared with; `None`: there is only one.
    pub from: Option<i32>,
    /// The version that is shown.
    pub to: Option<i32>,
    /// Text and fields of it.
    pub schema: Option<SchemaText>,
    /// How both differ.
    pub difference: Option<SchemaDifference>,
    /// Who reads what.
    pub matrix: CompatibilityMatrix,
    /// What the shown version refers to.
    pub references: Vec<ReferenceRow>,
    /// What refers to some version of this subject.
    pub referenced_by: Vec<ReferenceRow>,
    /// Subjects beside it in their order; of many those around it.
    pub siblings: Vec<Sibling>,
    /// How many subjects there are.
    pub siblings_total: u64,
    /// What could not be had, and why.
    pub missing: Vec<Missing>,
    /// The registry.
    pub registry: RegistryFacts,
}
