//! How records are written, and what comes of it. Read by the drawer and the API; the server writes (`server/backend/produce`).

pub mod lines;

use crate::{
    ids::{PartitionId, TopicName},
    problem::Problem,
    record::{Codec, Format},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Records that one request may send.
pub const MOST_AT_ONCE: usize = 1_000;

/// One send: one or several records to one topic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ProduceRequest {
    /// The records in their order.
    pub records: Vec<NewRecord>,
    /// How batches are compressed; `None`: not at all.
    pub compression: Option<Codec>,
    /// Whose acknowledgement is waited for.
    pub acks: Acks,
    /// All records inside one transaction, ended so.
    pub transaction: Option<TransactionEnd>,
    /// Only look: everything is encoded and checked, nothing is sent.
    pub check_only: bool,
}

/// Kafka's `acks`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Acks {
    /// Of all in-sync replicas.
    #[default]
    All,
    /// Of the leader.
    Leader,
    /// Of nobody: offsets stay unknown.
    None,
}

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum TransactionEnd {
    /// Its records become readable together.
    Commit,
    /// Its records are never seen by readers of committed records.
    Abort,
}

/// A record to write.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct NewRecord {
    /// The key; `None` is null.
    pub key: Option<Content>,
    /// The value; `None` is null: a tombstone in a compacted topic.
    pub value: Option<Content>,
    /// Headers in their order; names may repeat.
    pub headers: Vec<NewHeader>,
    /// Which partition; `None`: by the key, as Kafka's own clients do.
    pub partition: Option<PartitionId>,
    /// The record's time; `None`: when it is sent.
    pub timestamp: Option<Timestamp>,
}

/// Text and what it is encoded as.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Content {
    /// `text`, `json`, `hex`, `base64`, `avro`, `protobuf`, `jsonschema`, `int32`, `int64`, `uuid`; `auto` is text. Others
    /// are read only.
    pub format: Format,
    /// As the format writes it; JSON for the formats with a schema.
    pub text: String,
    /// For formats with a schema: its subject …
    pub subject: Option<String>,
    /// … and version; `None`: the newest.
    pub version: Option<i32>,
}

/// A header to write.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct NewHeader {
    /// Its name.
    pub key: String,
    /// Its value as text; `None` is null.
    pub value: Option<String>,
    /// Whether `value` is base64.
    pub base64: bool,
}

/// What came of a send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProduceOutcome {
    /// To which topic.
    pub topic: TopicName,
    /// Each record's fate, in the order of the request.
    pub records: Vec<RecordOutcome>,
    /// How the transaction ended, where there was one.
    pub transaction: Option<TransactionOutcome>,
    /// From the first byte sent to the last acknowledgement.
    pub millis: u64,
    /// When it was sent.
    pub at: Timestamp,
}

/// A record's fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RecordOutcome {
    /// Where it lies; `None`: it was not written, or nobody acknowledged.
    pub written: Option<WrittenRecord>,
    /// Encoded sizes in bytes: key, value.
    pub sizes: (u32, u32),
    /// The partition that it goes to, where that is certain before it is sent: chosen, or by its key.
    #[serde(default)]
    pub goes_to: Option<PartitionId>,
    /// Why it was refused.
    pub problem: Option<Problem>,
    /// Which part of the record `problem` is about, where it is about what was typed.
    #[serde(default)]
    pub fault: Option<Fault>,
    /// What a person may want to know although it is no error: a tombstone in a topic that is not compacted.
    pub warnings: Vec<String>,
}

/// What was typed wrongly, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// In which part.
    pub part: RecordPart,
    /// In which line of its text, counted from 1; `None` where the whole is meant.
    pub line: Option<u32>,
    /// At which character of the line, counted from 1.
    pub column: Option<u32>,
    /// What to write there in place of the word at that point.
    pub instead: Option<String>,
}

/// A part of a record to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum RecordPart {
    /// Its key.
    Key,
    /// Its value.
    Value,
    /// One of its headers, by number from 0.
    Header(u32),
    /// Its partition.
    Partition,
    /// Its time.
    Timestamp,
}

/// Where a record came to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WrittenRecord {
    /// Its partition.
    pub partition: PartitionId,
    /// Its offset; `None` with `acks` none.
    pub offset: Option<i64>,
    /// Its time as the broker keeps it.
    pub timestamp: Option<Timestamp>,
}

/// How a transaction ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TransactionOutcome {
    /// The transactional id that was used.
    pub transactional_id: String,
    /// As asked, or aborted because a record failed; `None`: nobody answered in time, so it is not known.
    pub ended: Option<TransactionEnd>,
    /// Why it did not end as was asked.
    pub why: Option<String>,
}

/// What the drawer must know of a topic before anything is typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProduceFacts {
    /// Partitions with their leaders, by number.
    pub leaders: Vec<Option<crate::ids::NodeId>>,
    /// Replicas of each.
    pub replication_factor: Option<u32>,
    /// `min.insync.replicas`.
    pub min_in_sync: Option<u32>,
    /// `max.message.bytes`.
    pub max_message_bytes: Option<u64>,
    /// `message.timestamp.type`.
    #[serde(default)]
    pub timestamp_type: Option<crate::record::TimestampType>,
    /// `cleanup.policy`.
    pub cleanup_policy: Option<String>,
    /// Subjects of the registry that belong to the topic's key and value by name, newest version each.
    pub subjects: Vec<SubjectChoice>,
    /// Why there are no subjects, where a registry is configured and does not answer.
    pub registry_problem: Option<String>,
    /// Why this user may not produce here; the drawer opens and says it.
    pub refused: Option<Problem>,
}

/// A subject that a record can be written with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SubjectChoice {
    /// Its name.
    pub subject: String,
    /// Whether it is the key's.
    pub for_key: bool,
    /// Newest version.
    pub version: i32,
    /// Id of that version.
    pub id: u32,
    /// `avro`, `protobuf`, `jsonschema`.
    pub format: Format,
    /// A value that fits it, as JSON.
    pub sample: Option<String>,
    /// The schema itself.
    pub schema: String,
}

/// Lines of a file that one request may bring.
pub const MOST_LINES: usize = MOST_AT_ONCE;
/// Problems of an import that are told in full.
pub const MOST_LINE_PROBLEMS: usize = 20;

/// How the lines of a file are written to a topic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ImportSettings {
    /// What a line is.
    pub lines: LineShape,
    /// How batches are compressed; `None`: not at all.
    pub compression: Option<Codec>,
    /// Whose acknowledgement is waited for.
    pub acks: Acks,
    /// Only look: every line is read and checked, nothing is sent.
    pub check_only: bool,
}

/// What a line of JSON Lines is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum LineShape {
    /// A record where it looks like one (an object of `key`, `value`, `headers`, `partition`, `timestamp` alone, or a record as
    /// downloads have it), else a value.
    #[default]
    Auto,
    /// Always a value, as JSON, with a null key.
    Values,
}

/// What came of lines of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImportSummary {
    /// Lines that were read, empty ones among them.
    pub lines: u64,
    /// Records that were written; with `checkOnly` those that could be.
    pub written: u64,
    /// Lines that were not.
    pub refused: u64,
    /// The first of their problems.
    pub problems: Vec<LineProblem>,
    /// Why the import ended before the last line, where it did: nothing from `nextLine` on was written.
    pub stopped: Option<Problem>,
    /// The line to go on with, counted from 1.
    pub next_line: u64,
}

/// Why a line was not written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LineProblem {
    /// Which line, counted from 1.
    pub line: u64,
    /// Why.
    pub problem: Problem,
}

impl ImportSummary {
    /// Of an import that begins at a line.
    pub fn from_line(line: u64) -> Self {
        Self {
            next_line: line,
            ..Self::default()
        }
    }

    /// Takes in what came of the lines after these.
    pub fn absorb(&mut self, later: Self) {
        self.lines += later.lines;
        self.written += later.written;
        self.refused += later.refused;
        let room = MOST_LINE_PROBLEMS.saturating_sub(self.problems.len());
        self.problems.extend(later.problems.into_iter().take(room));
        self.stopped = later.stopped;
        self.next_line = later.next_line;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::ProblemKind;

    #[test]
    fn summaries_of_parts_are_one_summary() {
        let problem = |line| LineProblem {
            line,
            problem: Problem::new(ProblemKind::Invalid, "Not valid", "It is not."),
        };
        let mut all = ImportSummary::from_line(1);
        for part in 0..3 {
            all.absorb(ImportSummary {
                lines: 10,
                written: 0,
                refused: 10,
                problems: (0..10).map(|line| problem(part * 10 + line + 1)).collect(),
                stopped: None,
                next_line: part * 10 + 11,
            });
        }
        assert_eq!((all.lines, all.refused, all.next_line), (30, 30, 31));
        assert_eq!(all.problems.len(), MOST_LINE_PROBLEMS);
        assert_eq!(all.problems[19].line, 20);
    }
}
