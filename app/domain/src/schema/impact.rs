//! What a subject's topics really carry: a sample of their newest records, and who reads them.

use super::LevelOrigin;
use crate::{
    envelope::Missing,
    ids::{GroupName, SubjectName, TopicName},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// So many records with one schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SchemaShare {
    /// Id of the schema.
    pub id: u32,
    /// The subject's version with that id; `None`: it is none of this subject.
    pub version: Option<i32>,
    /// Where the registry has it, as far as the catalogue knows.
    pub subjects: Vec<SubjectName>,
    /// How many records.
    pub records: u64,
}

/// What one topic carries on the side that the subject is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TopicSample {
    /// Which topic.
    pub topic: TopicName,
    /// Whether keys were looked at; else values.
    pub keys: bool,
    /// The newest records of each partition that were looked at, at most; `None`: the newest of the topic, whichever partition.
    pub per_partition: Option<u32>,
    /// Records looked at.
    pub records: u64,
    /// By schema, most first.
    pub schemas: Vec<SchemaShare>,
    /// Records that are null.
    pub nulls: u64,
    /// Records without a schema's id.
    pub without: u64,
    /// Records with an id that they can't be read with.
    pub undecodable: u64,
    /// When the oldest and the newest of them were written.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Groups that read the topic.
    pub groups: Vec<GroupName>,
    /// Why the topic could not be read.
    pub why: Option<String>,
}

/// How far topics were looked through for a subject whose name leads to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LookedThrough {
    /// Topics that were looked through: those whose records the asker may read, as far as there was time.
    pub topics: u32,
    /// Topics that are not Kafka's own.
    pub of: u32,
    /// The newest records of each, at most.
    pub records: u32,
}

/// What a subject's topics carry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SubjectImpact {
    /// Topic by topic: the one that goes by the subject's name, else those in which some of its schemas were found.
    pub topics: Vec<TopicSample>,
    /// How far was looked for those; `None`: a topic goes by the subject's name.
    pub looked_through: Option<LookedThrough>,
    /// Whose level holds, for the sentence about what a new version may do.
    pub level_origin: LevelOrigin,
    /// What could not be had, and why.
    pub missing: Vec<Missing>,
    /// When it was read.
    pub as_of: Timestamp,
}
