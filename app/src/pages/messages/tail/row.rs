//! What a row of the tail says: a record in the words of the list, a gap, or a notice. Pure; the table draws it.

use super::feed::{Entry, Feed};
use crate::{
    pages::messages::cells::{self, Cell},
    paths::{MessagesQuery, Mode, messages::write_positions},
};
use penstock_domain::{
    ids::TopicName,
    read::{Notice, Order, Position},
    record::{Record, RecordAddress},
    time::Timestamp,
    units,
};

/// Positions that a link to left-out records names at most; an address has its bounds too.
const MOST_POSITIONS: usize = 64;

/// The sign beside a badge's word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Glyph {
    /// None.
    #[default]
    None,
    /// A marker of the brokers.
    Control,
    /// An aborted record.
    Aborted,
    /// A tombstone.
    Tombstone,
    /// What could not be read.
    Problem,
    /// Bytes.
    Bytes,
    /// Left out.
    Gap,
    /// Something to know.
    Notice,
}

impl Glyph {
    /// Every sign, in the order in which the page keeps them ready.
    pub const ALL: [Glyph; 7] = [
        Glyph::Control,
        Glyph::Aborted,
        Glyph::Tombstone,
        Glyph::Problem,
        Glyph::Bytes,
        Glyph::Gap,
        Glyph::Notice,
    ];
}

/// A row in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Its class.
    pub class: &'static str,
    /// Of a record: time, topic, partition, offset, key. Empty of other rows.
    pub cells: [String; 5],
    /// The whole time.
    pub title: String,
    /// A badge before the text.
    pub badge: Option<(Glyph, &'static str, String)>,
    /// The value, or the sentence.
    pub text: String,
    /// Where it leads.
    pub link: Option<Link>,
    /// Words of the link, where the row itself is none.
    pub link_words: &'static str,
}

/// Where a row leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// To its record.
    Record(RecordAddress),
    /// To the records that were left out.
    Gap(Vec<Position>),
}

impl Link {
    /// The page that it leads to, from the present one.
    pub fn query(&self, now: &MessagesQuery) -> MessagesQuery {
        match self {
            Link::Record(address) => now.with_record(address.clone()),
            Link::Gap(positions) => MessagesQuery {
                topics: topics(positions),
                mode: Mode::Browse,
                order: Order::Oldest,
                at: write_positions(positions, &topics(positions)),
                from: String::new(),
                to: String::new(),
                partitions: String::new(),
                record: None,
                ..now.clone()
            },
        }
    }
}

fn topics(positions: &[Position]) -> Vec<TopicName> {
    let mut topics: Vec<TopicName> = Vec::new();
    for position in positions {
        if !topics.contains(&position.topic) {
            topics.push(position.topic.clone());
        }
    }
    topics
}

impl Drawn {
    /// The words of a row.
    pub fn of(feed: &Feed, entry: &Entry, today: Timestamp) -> Self {
        match entry {
            Entry::Record(line) => match line.record() {
                Some(record) => {
                    let address = feed.address(line);
                    Self::record(&record, address, today)
                }
                None => Self {
                    class: "note-row",
                    text: "A record that this page does not understand; reload it.".to_owned(),
                    ..Self::default()
                },
            },
            Entry::Gap(gap) => {
                let ranges = units::count(gap.ranges().len(), "range", "ranges");
                let count = units::thousands(i64::try_from(gap.count()).unwrap_or(i64::MAX));
                Self {
                    class: "gaprow",
                    badge: Some((Glyph::Gap, "c-warn", format!("{count} records left out"))),
                    text: format!(
                        "in {ranges}: this tab could not keep them. Nothing is lost in Kafka."
                    ),
                    link: Some(Link::Gap(
                        gap.ranges()
                            .iter()
                            .take(MOST_POSITIONS)
                            .map(|range| Position {
                                topic: range.topic.clone(),
                                topic_id: None,
                                partition: range.partition,
                                from: range.from,
                                to: Some(range.to),
                            })
                            .collect(),
                    )),
                    link_words: "Load them",
                    ..Self::default()
                }
            }
            Entry::Notice(notice) => Self {
                class: "note-row",
                badge: Some((Glyph::Notice, "c-warn", place(notice))),
                text: match &notice.remedy {
                    Some(remedy) => format!("{} {remedy}", notice.reason),
                    None => notice.reason.clone(),
                },
                ..Self::default()
            },
        }
    }

    fn record(record: &Record, address: Option<RecordAddress>, today: Timestamp) -> Self {
        let value = cells::value(record);
        let class = match &value {
            _ if record.control.is_some() => "control",
            _ if record.aborted => "aborted",
            Cell::Null => "tombstone",
            _ => "",
        };
        let (badge, text) = match value {
            Cell::Marker(words) => (
                Some((Glyph::Control, "badge mute bare", "control".to_owned())),
                words,
            ),
            Cell::Null => (
                Some((
                    Glyph::Tombstone,
                    "badge mute bare",
                    "tombstone, value null".to_owned(),
                )),
                String::new(),
            ),
            Cell::Problem(why, bytes) => (Some((Glyph::Problem, "badge warn bare", why)), bytes),
            Cell::Binary(bytes) => (
                Some((Glyph::Bytes, "badge mute bare", "bytes".to_owned())),
                bytes,
            ),
            Cell::Empty => (None, "empty".to_owned()),
            Cell::Text(text) => (None, columns(record).unwrap_or(text)),
        };
        let badge = if record.aborted {
            Some((Glyph::Aborted, "badge bad bare", "aborted".to_owned()))
        } else {
            badge
        };
        Self {
            class,
            cells: [
                cells::time(record.timestamp, today),
                record.topic.to_string(),
                record.partition.to_string(),
                units::thousands(record.offset),
                match cells::key(record) {
                    Cell::Text(text) | Cell::Binary(text) | Cell::Problem(_, text) => text,
                    Cell::Empty => "empty".to_owned(),
                    Cell::Null | Cell::Marker(_) => "–".to_owned(),
                },
            ],
            title: cells::whole_time(record.timestamp),
            badge,
            text,
            link: address.map(Link::Record),
            link_words: "",
        }
    }
}

/// The chosen columns in one line; `None` where none are chosen.
fn columns(record: &Record) -> Option<String> {
    (!record.columns.is_empty()).then(|| {
        record
            .columns
            .iter()
            .map(|column| column.as_deref().map_or("–".to_owned(), cells::one_line))
            .collect::<Vec<_>>()
            .join("  ·  ")
    })
}

/// What a notice is about: `task-updated, partition 7`.
fn place(notice: &Notice) -> String {
    match (&notice.topic, notice.partition) {
        (Some(topic), Some(partition)) => format!("{topic}, partition {partition}"),
        (Some(topic), None) => topic.to_string(),
        _ => "Notice".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::messages::tail::gap::Gap;
    use penstock_domain::ids::PartitionId;

    #[test]
    fn a_gap_leads_to_its_records() {
        let mut gap = Gap::default();
        gap.add_count(1_204);
        gap.add_range(&"b".into(), PartitionId(3), 10, 40);
        gap.add_range(&"a".into(), PartitionId(0), 5, 9);
        let drawn = Drawn::of(&Feed::default(), &Entry::Gap(gap), Timestamp(0));
        assert_eq!(drawn.class, "gaprow");
        assert!(drawn.badge.unwrap().2.starts_with("1\u{202f}204 records"));
        let now = MessagesQuery::of("topic=a&topic=b&mode=tail&q=x&record=a/0/7");
        let link = drawn.link.unwrap().query(&now);
        let address = link.to_query_string();
        assert_eq!(
            address,
            "topic=b&topic=a&q=x&order=oldest&at=0.3.10.40~1.0.5.9"
        );
        let reading = MessagesQuery::of(&address).reading().unwrap();
        assert_eq!(reading.positions.unwrap()[0].to, Some(40));
    }

    #[test]
    fn rows_of_records_use_the_words_of_the_list() {
        let mut feed = Feed::default();
        feed.take_records(
            r#"{"records":[{"topic":"a","partition":7,"offset":17645121,"timestamp":"2026-11-23T08:13:54.262Z","timestampType":"createTime","key":null,"value":null,"headers":[],"producer":null,"transactional":false,"control":null,"aborted":false,"batch":{"baseOffset":1,"codec":"lz4","leaderEpoch":0,"records":1,"bytes":70},"decoded":null}]}"#,
        );
        let today = Timestamp::parse("2026-11-23T09:00:00Z").unwrap();
        let drawn = Drawn::of(&feed, &feed.rows()[0], today);
        assert_eq!(drawn.class, "tombstone");
        assert_eq!(
            drawn.cells,
            ["08:13:54.262", "a", "7", "17\u{202f}645\u{202f}121", "–"]
        );
        let now = MessagesQuery::of("topic=a&mode=tail");
        assert_eq!(
            drawn.link.unwrap().query(&now).to_query_string(),
            "topic=a&mode=tail&record=a/7/17645121"
        );
    }
}
