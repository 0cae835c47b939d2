//! Shapes of what is done to subjects: checks, previews, what is asked for, what came of it.

use super::{
    CompatibilityLevel, LevelOrigin, ReferenceRow, SchemaType, compatible::Obstacle,
    difference::SchemaChange,
};
use crate::{
    ids::{GroupName, SubjectName, TopicName},
    problem::Problem,
};
use serde::{Deserialize, Serialize};

/// Most bytes of a schema's text that is taken in.
pub const MOST_TEXT: usize = 1 << 20;
/// Most references of one candidate.
pub const MOST_REFERENCES: usize = 64;

/// A reference of a candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CandidateReference {
    /// As what: an Avro name, a Protobuf import, a JSON Schema `$ref`.
    pub name: String,
    /// Which subject.
    pub subject: SubjectName,
    /// Which version of it.
    pub version: i32,
}

/// A schema that may become a version of a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// Its format: `avro`, `protobuf` or `jsonSchema`.
    pub schema_type: SchemaType,
    /// Its text, at most [`MOST_TEXT`] bytes.
    pub text: String,
    /// What it refers to.
    #[serde(default)]
    pub references: Vec<CandidateReference>,
    /// Whether the registry is asked to normalise it.
    #[serde(default)]
    pub normalize: bool,
    /// Versions to check it against; empty: every live one.
    #[serde(default)]
    pub against: Vec<i32>,
}

/// What is wrong with a text, and where. Lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SchemaMistake {
    /// What.
    pub message: String,
    /// Line; `None` where the place is not known.
    pub line: Option<u32>,
    /// Column.
    pub column: Option<u32>,
}

/// A candidate held against one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct VersionCheck {
    /// Which version.
    pub version: i32,
    /// What the registry says, by the subject's level; `None`: it was not asked or did not answer.
    pub compatible: Option<bool>,
    /// Its reasons, in its words, or why it did not answer.
    pub messages: Vec<String>,
    /// Why readers with that version can't read what the candidate writes, computed here. Avro alone.
    pub breaks_readers: Vec<Obstacle>,
    /// Why the candidate can't read what that version wrote, computed here. Avro alone.
    pub cannot_read: Vec<Obstacle>,
}

/// What registering a candidate would do. Nothing is written for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CheckOutcome {
    /// What is wrong with its text; then nothing else was asked.
    pub mistake: Option<SchemaMistake>,
    /// The version that has it already, with the id of its schema.
    pub known: Option<KnownVersion>,
    /// The number that it would most likely get; `None`: it has one, or can't be registered.
    pub next_version: Option<i32>,
    /// The level that holds.
    pub level: Option<CompatibilityLevel>,
    /// Whose that is.
    pub level_origin: LevelOrigin,
    /// Whether the registry would take it by that level; `None`: not known.
    pub accepted: Option<bool>,
    /// Version by version, newest first.
    pub versions: Vec<VersionCheck>,
    /// Against the newest version: what changes.
    pub changes: Vec<SchemaChange>,
    /// Topics that the subject belongs to by its name.
    pub topics: Vec<TopicName>,
    /// Groups that read those topics.
    pub groups: Vec<GroupName>,
    /// Why it may not be registered: the right is missing, say.
    pub refused: Option<Problem>,
}

/// A version with its schema's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct KnownVersion {
    /// Id of the schema.
    pub id: u32,
    /// Number of the version.
    pub version: i32,
}

/// What came of registering.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegisterOutcome {
    /// Id of the schema.
    pub id: u32,
    /// Its version; `None`: the registry did not tell.
    pub version: Option<i32>,
    /// Whether it was there before.
    pub existed: bool,
}

/// A level to set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SetLevel {
    /// Which; `None` takes a subject's own away, so that the global one holds again.
    pub level: Option<CompatibilityLevel>,
}

/// The level that holds now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LevelOutcome {
    /// Which.
    pub level: Option<CompatibilityLevel>,
    /// Whose.
    pub level_origin: LevelOrigin,
}

/// What to delete of a subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteSubject {
    /// One version; without it, the whole subject.
    pub version: Option<i32>,
    /// For good: only what is soft-deleted already, and records that were written with it can't be read any more.
    pub permanent: bool,
}

/// What deleting would do. Nothing is written for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SubjectLoss {
    /// Versions that would go.
    pub versions: Vec<i32>,
    /// What refers to them; a registry refuses to delete what is referred to.
    pub referenced_by: Vec<ReferenceRow>,
    /// Topics that the subject belongs to by its name.
    pub topics: Vec<TopicName>,
    /// Groups that read those topics.
    pub groups: Vec<GroupName>,
    /// Why it can't be done now.
    pub refused: Option<Problem>,
}

/// What was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SubjectDeleteOutcome {
    /// Versions that went.
    pub versions: Vec<i32>,
}
