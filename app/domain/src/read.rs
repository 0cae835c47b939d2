//! How records are asked for: where to begin, in which order, which of them; and what a page, a search and a tail answer.
//!
//! One vocabulary for browsing, searching and following (decision 14): a reading's [`Position`]s say how far it came, so a
//! reading is paused by closing it and resumed by beginning at them. The filter's own language is [`crate::filter`].

use crate::{
    ids::{PartitionId, TopicId, TopicName},
    record::{Format, Record},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Topics that one reading may take in.
pub const MOST_TOPICS: usize = 32;
/// Columns of fields that one reading may ask for.
pub const MOST_COLUMNS: usize = 8;
/// Records on one page of browsing, at most.
pub const MOST_RECORDS: u32 = 1_000;
/// Records on one page unless asked otherwise.
pub const DEFAULT_RECORDS: u32 = 100;

/// Which records exist for a reader (Kafka's `isolation.level`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Isolation {
    /// Records up to the last stable offset, without those of aborted transactions.
    #[default]
    ReadCommitted,
    /// Every record up to the end; aborted ones and control records are shown and marked.
    ReadUncommitted,
}

impl Isolation {
    /// The name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Isolation::ReadCommitted => "committed",
            Isolation::ReadUncommitted => "uncommitted",
        }
    }

    /// From its name; anything else is read committed.
    pub fn of(name: &str) -> Self {
        match name {
            "uncommitted" | "readUncommitted" | "read_uncommitted" => Isolation::ReadUncommitted,
            _ => Isolation::ReadCommitted,
        }
    }
}

/// In which order records are read and told.
///
/// Within a partition by offset. Partitions are merged by time: by the greatest timestamp seen so far in the partition going
/// up, by the least going down, so that a record never overtakes an earlier one of its own partition; then by topic,
/// partition and offset. The order depends on the records alone, not on how fast brokers answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Order {
    /// From the end towards the beginning.
    #[default]
    Newest,
    /// From the beginning towards the end.
    Oldest,
}

impl Order {
    /// The name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Order::Newest => "newest",
            Order::Oldest => "oldest",
        }
    }
}

/// A point of a partition, as people say it. Written as text everywhere (`newest`, `oldest`, `offset:42`,
/// `time:2026-11-23T08:00:00Z`, `ago:15m`, `group:billing`): see [`Point::parse`] and its `Display` in [`crate::point`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Point {
    /// The end.
    Newest,
    /// The first record that is still there.
    Oldest,
    /// An offset.
    Offset(i64),
    /// The first record at or after a time.
    Time(Timestamp),
    /// So many milliseconds before now.
    Ago(u64),
    /// What a group has committed: the next record that it would read.
    Group(String),
}

/// The part of the topics that a reading is about: from the earlier bound up to, and without, the later one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Range {
    /// The earlier bound; without one the beginning.
    pub from: Option<Point>,
    /// The later bound, exclusive; without one the end at the moment of asking.
    pub to: Option<Point>,
}

/// How far a reading came in one partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// In which topic.
    pub topic: TopicName,
    /// The topic's id, so that a recreated topic is not mixed with the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic_id: Option<TopicId>,
    /// In which partition.
    pub partition: PartitionId,
    /// What is left: from here …
    pub from: i64,
    /// … up to here, exclusive. Going up, `from` moves; going down, `to` does. A tail has no `to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<i64>,
}

/// What a reading is about; browsing, searching and following take the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Reading {
    /// Which topics; at least one, at most [`MOST_TOPICS`].
    pub topics: Vec<TopicName>,
    /// Which partitions of each; empty is all.
    pub partitions: Vec<PartitionId>,
    /// The filter's text ([`crate::filter`]); empty lets everything through.
    pub q: String,
    /// The part of the topics.
    pub range: Range,
    /// Which records exist.
    pub isolation: Isolation,
    /// In which order.
    pub order: Order,
    /// Goes on from an earlier reading's positions, instead of from `range`.
    pub positions: Option<Vec<Position>>,
    /// End after so many records that pass the filter; `None`: browsing takes [`DEFAULT_RECORDS`], a search 500.
    pub limit: Option<u32>,
    /// As what keys are read.
    pub key_format: Format,
    /// As what values are read.
    pub value_format: Format,
    /// Bytes of a value that are told at most; `None`: enough for a line of a table. The record itself is asked for alone.
    pub preview: Option<u32>,
    /// Fields that are told of every record beside its preview, as the filter names them (`value.data.title`); at most
    /// [`MOST_COLUMNS`].
    pub columns: Vec<String>,
    /// See what masks hide; needs the right `unmask`, and is audited.
    pub unmask: bool,
}

/// Which record, and how it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RecordQuery {
    /// Which.
    #[serde(flatten)]
    pub address: crate::record::RecordAddress,
    /// As what its key is read.
    #[serde(default)]
    pub key_format: Format,
    /// As what its value is read.
    #[serde(default)]
    pub value_format: Format,
    /// See what masks hide; needs the right `unmask`, and is audited.
    #[serde(default)]
    pub unmask: bool,
    /// Bytes of its key and of its value that are told at most; `None`: all, as far as the console shows values. Bytes that
    /// are cut off say so, and so does their reading.
    #[serde(default)]
    pub preview: Option<u32>,
}

/// One page of browsing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RecordPage {
    /// The records in the order asked for.
    pub items: Vec<Record>,
    /// To go on in the same direction; `None` where everything was told.
    pub next: Option<Vec<Position>>,
    /// What was read.
    pub partitions: Vec<PartitionState>,
    /// What happened on the way: batches that could not be read, stable offsets held back, partitions that did not answer.
    pub notices: Vec<Notice>,
    /// When the ends were asked for.
    pub as_of: Timestamp,
    /// How many records were looked at, and how many bytes of the log.
    pub scanned: Scanned,
}

/// A partition as a reading found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PartitionState {
    /// In which topic.
    pub topic: TopicName,
    /// The topic's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic_id: Option<TopicId>,
    /// Which partition.
    pub partition: PartitionId,
    /// The first offset that is still there.
    pub first: i64,
    /// The end for this reader: the last stable offset where it reads committed records, else the high watermark.
    pub end: i64,
    /// The high watermark.
    pub high: i64,
}

/// How much a reading went through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Scanned {
    /// Records.
    pub records: u64,
    /// Bytes as they lie in the log, compressed.
    pub bytes: u64,
}

/// Something that a reader must know about what was read, or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// What kind, for programs and for the page's choice of icon.
    pub kind: NoticeKind,
    /// In which topic; `None`: about the whole reading.
    pub topic: Option<TopicName>,
    /// In which partition.
    pub partition: Option<PartitionId>,
    /// From this offset …
    pub from: Option<i64>,
    /// … to this one, inclusive.
    pub to: Option<i64>,
    /// Cause, in a sentence.
    pub reason: String,
    /// What helps, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// Kinds of [`Notice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum NoticeKind {
    /// A batch that can't be read was left out, with its offsets.
    BadBatch,
    /// An open transaction holds the stable offset back: what comes after it is not shown to readers of committed records.
    HeldBack,
    /// The offset was no longer there: the reading went on from the first that is.
    OutOfRange,
    /// A partition could not be read (no leader, no answer); the others go on.
    Partition,
    /// The topic was deleted or made anew.
    Recreated,
    /// A topic of several is not this reader's to read.
    Forbidden,
    /// Something else: a budget, the registry, a clock.
    Other,
}

/// What an upcoming search amounts to, from offsets, sizes and times alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Estimate {
    /// Offsets in the range; compaction and transactions leave fewer records.
    pub records: u64,
    /// Bytes in the log; `None` where the log directories are not known.
    pub bytes: Option<u64>,
    /// Seconds, from the rate of earlier searches of this console; `None` before the first.
    pub seconds: Option<f64>,
}

/// An event of a search's stream (`POST …/searches`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "event", rename_all = "camelCase")]
pub enum SearchEvent {
    /// First of all.
    #[serde(rename_all = "camelCase")]
    Estimate {
        /// Records, bytes, seconds.
        #[serde(flatten)]
        estimate: Estimate,
        /// The bounds of every partition.
        partitions: Vec<PartitionState>,
        /// Where this reading begins, resolved to offsets: what `positions` would be before the first record.
        positions: Vec<Position>,
    },
    /// Four times a second, and once before the end.
    #[serde(rename_all = "camelCase")]
    Progress {
        /// Records looked at.
        scanned: u64,
        /// Bytes of the log looked at.
        scanned_bytes: u64,
        /// Records that passed the filter.
        matches: u64,
        /// Records a second, lately.
        per_second: u64,
        /// At this rate; `None` where nothing can be said yet.
        seconds_left: Option<f64>,
        /// Time of the last record that was told or passed over in the order of the reading.
        at: Option<Timestamp>,
        /// Everything before these was told: the place to go on from.
        positions: Vec<Position>,
    },
    /// A record that passed the filter, in the order of the reading.
    Match {
        /// It.
        record: Box<Record>,
    },
    /// Something to know.
    Notice(Notice),
    /// Last of all.
    #[serde(rename_all = "camelCase")]
    End {
        /// Records looked at.
        scanned: u64,
        /// Bytes of the log looked at.
        scanned_bytes: u64,
        /// Records that passed the filter.
        matches: u64,
        /// Whether the whole range was looked at.
        complete: bool,
        /// Why it ended, where not because the range did.
        reason: Option<String>,
        /// The place to go on from.
        positions: Vec<Position>,
    },
}

impl SearchEvent {
    /// The event's name on the wire.
    pub const fn name(&self) -> &'static str {
        match self {
            SearchEvent::Estimate { .. } => "estimate",
            SearchEvent::Progress { .. } => "progress",
            SearchEvent::Match { .. } => "match",
            SearchEvent::Notice(_) => "notice",
            SearchEvent::End { .. } => "end",
        }
    }
}

/// An event of a tail's stream (`POST …/tails`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "event", rename_all = "camelCase")]
pub enum TailEvent {
    /// Records that passed the filter, in order of their arrival; partitions each by offset.
    Records {
        /// They.
        records: Vec<Record>,
    },
    /// Records that this reader was too slow for. Nothing is lost in Kafka; `gaps` says exactly which.
    Dropped {
        /// How many offsets.
        count: u64,
        /// Where: `from` up to and without `to`.
        gaps: Vec<Position>,
    },
    /// Once a second.
    #[serde(rename_all = "camelCase")]
    Progress {
        /// Records that arrived since the stream began.
        arrived: u64,
        /// Of them passed the filter.
        matches: u64,
        /// Records a second that arrive.
        per_second: f64,
        /// Records a second that pass.
        matches_per_second: f64,
        /// Records dropped since the stream began.
        dropped: u64,
        /// The next offset of every partition: the place to go on from.
        positions: Vec<Position>,
    },
    /// Something to know.
    Notice(Notice),
    /// Last of all: rights were lost, the console stops, a topic is gone.
    End {
        /// Why.
        reason: String,
        /// Whether to try again by itself, from the last positions.
        again: bool,
    },
}

impl TailEvent {
    /// The event's name on the wire.
    pub const fn name(&self) -> &'static str {
        match self {
            TailEvent::Records { .. } => "records",
            TailEvent::Dropped { .. } => "dropped",
            TailEvent::Progress { .. } => "progress",
            TailEvent::Notice(_) => "notice",
            TailEvent::End { .. } => "end",
        }
    }
}

/// A field that records of a topic have, for completing a filter and choosing columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FieldSample {
    /// As the filter names it: `value.customer.city`, `header.traceparent`.
    pub path: String,
    /// What it holds: `text`, `number`, `boolean`, `null`, `list`, `object`.
    pub kind: String,
    /// Some of its values, as the filter would write them, most frequent first.
    pub values: Vec<String>,
}

impl Reading {
    /// Reads the raw query string of a page or of the API (without `?`): `topic=a&topic=b&partition=0,1&q=…&from=…&to=…&order=oldest&isolation=uncommitted&limit=…&key=avro&value=json`.
    /// A bound that names no point is an error, told with the field; everything else that is unknown is left to others.
    ///
    /// `from=newest` alone is no bound: it reads down from the end. Any other `from` reads up from there, unless `order` says
    /// otherwise.
    pub fn of_query(raw: &str) -> Result<Self, (&'static str, crate::point::PointError)> {
        let mut reading = Self::default();
        let mut order = None;
        for (key, value) in crate::query::pairs(raw) {
            match key.as_str() {
                "topic" if !value.is_empty() => reading.topics.push(TopicName::from(value)),
                "partition" => reading.partitions.extend(
                    value
                        .split(',')
                        .filter_map(|number| number.trim().parse().ok().map(PartitionId)),
                ),
                "q" => reading.q = value,
                "from" if !value.is_empty() => {
                    reading.range.from =
                        Some(Point::parse(&value).map_err(|error| ("from", error))?);
                }
                "to" if !value.is_empty() => {
                    reading.range.to = Some(Point::parse(&value).map_err(|error| ("to", error))?);
                }
                "order" if value == Order::Oldest.name() => order = Some(Order::Oldest),
                "order" if value == Order::Newest.name() => order = Some(Order::Newest),
                "isolation" => reading.isolation = Isolation::of(&value),
                "limit" => reading.limit = value.parse().ok(),
                "key" => reading.key_format = Format::of(&value).unwrap_or_default(),
                "value" => reading.value_format = Format::of(&value).unwrap_or_default(),
                "col" if !value.is_empty() && reading.columns.len() < MOST_COLUMNS => {
                    reading.columns.push(value);
                }
                "unmask" => reading.unmask = value == "true",
                _ => {}
            }
        }
        if reading.range.from == Some(Point::Newest) {
            reading.range.from = None;
        }
        reading.order = order.unwrap_or_else(|| implied_order(&reading.range));
        Ok(reading)
    }

    /// The pairs of an address that [`Reading::of_query`] reads, without what is default; not encoded. Positions and previews
    /// are not part of an address.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs: Vec<(&'static str, String)> = self
            .topics
            .iter()
            .map(|topic| ("topic", topic.to_string()))
            .collect();
        let mut add = |name: &'static str, value: String| {
            if !value.is_empty() {
                pairs.push((name, value));
            }
        };
        let partitions: Vec<String> = self.partitions.iter().map(ToString::to_string).collect();
        add("partition", partitions.join(","));
        add("q", self.q.clone());
        let point =
            |point: &Option<Point>| point.as_ref().map(ToString::to_string).unwrap_or_default();
        add("from", point(&self.range.from));
        add("to", point(&self.range.to));
        if self.order != implied_order(&self.range) {
            add("order", self.order.name().to_owned());
        }
        if self.isolation != Isolation::default() {
            add("isolation", self.isolation.name().to_owned());
        }
        add(
            "limit",
            self.limit
                .map(|limit| limit.to_string())
                .unwrap_or_default(),
        );
        for (name, format) in [("key", self.key_format), ("value", self.value_format)] {
            if format != Format::default() {
                add(name, format.name().to_owned());
            }
        }
        pairs.extend(self.columns.iter().map(|column| ("col", column.clone())));
        if self.unmask {
            pairs.push(("unmask", "true".to_owned()));
        }
        pairs
    }
}

/// The order of an address that names none.
fn implied_order(range: &Range) -> Order {
    if range.from.is_some() {
        Order::Oldest
    } else {
        Order::Newest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_back_to_its_reading() {
        let reading = Reading {
            topics: vec!["a".into(), "b c".into()],
            partitions: vec![PartitionId(0), PartitionId(7)],
            q: r#"value.a = "x&y""#.into(),
            range: Range {
                from: Some(Point::Ago(900_000)),
                to: Some(Point::Offset(9)),
            },
            isolation: Isolation::ReadUncommitted,
            order: Order::Oldest,
            limit: Some(20),
            key_format: Format::Int64,
            value_format: Format::Avro,
            columns: vec!["value.data.title".into(), "header.tenant".into()],
            unmask: true,
            ..Reading::default()
        };
        let query: Vec<String> = reading
            .pairs()
            .into_iter()
            .map(|(name, value)| format!("{name}={}", crate::query::encode(&value)))
            .collect();
        assert_eq!(Reading::of_query(&query.join("&")), Ok(reading));
        let order = |raw: &str| Reading::of_query(raw).unwrap().order;
        assert_eq!(order("from=newest"), Order::Newest);
        assert_eq!(order("from=offset:7"), Order::Oldest);
        assert_eq!(order("from=ago:1h&order=newest"), Order::Newest);
        assert_eq!(Reading::of_query("from=soon").unwrap_err().0, "from");
        assert_eq!(Reading::of_query("nonsense"), Ok(Reading::default()));
    }
}
