//! The address of the page of messages: topics, mode, filter, bounds, order, formats, columns, page, and which record is open.
//!
//! Everything that one sees is in it, so a link shows the same and the back key works. What is written wrongly stays as it was
//! written, so that its field can show it with the reason. Parameters of the record's pane, of the tail and of the drawer that
//! sends are theirs: kept as pairs here ([`MessagesQuery::other`]).

use super::{cluster, with_query};
use penstock_domain::{
    filter::Filter,
    ids::{ClusterRef, PartitionId, TopicId, TopicName},
    query::{encode, pairs},
    read::{
        Isolation, MOST_COLUMNS, MOST_RECORDS, MOST_TOPICS, Order, Point, Position, Range, Reading,
    },
    record::{Format, RecordAddress},
};

/// How messages are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Page by page.
    #[default]
    Browse,
    /// Through the whole range, on the server.
    Search,
    /// As they arrive.
    Tail,
}

impl Mode {
    /// Every mode in its order.
    pub const ALL: [Mode; 3] = [Mode::Browse, Mode::Search, Mode::Tail];

    /// The name in addresses; the first has none.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Browse => "",
            Mode::Search => "search",
            Mode::Tail => "tail",
        }
    }

    /// The word on the page.
    pub const fn words(self) -> &'static str {
        match self {
            Mode::Browse => "Browse",
            Mode::Search => "Search",
            Mode::Tail => "Live tail",
        }
    }

    fn of(name: &str) -> Self {
        match name {
            "search" => Mode::Search,
            "tail" => Mode::Tail,
            _ => Mode::Browse,
        }
    }
}

/// What is wrong with one field of the address.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FieldError {
    /// Which: `from`, `to`, `partition`, `topic`, `limit`, `q`.
    pub field: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// What the address of the page asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessagesQuery {
    /// Of which topics.
    pub topics: Vec<TopicName>,
    /// How they are looked at.
    pub mode: Mode,
    /// The filter.
    pub q: String,
    /// The earlier bound as it was written; empty is the beginning.
    pub from: String,
    /// The later bound as it was written; empty is the end.
    pub to: String,
    /// Partitions as they were written: `0,3,7-9`; empty is all.
    pub partitions: String,
    /// In which order.
    pub order: Order,
    /// Which records exist.
    pub isolation: Isolation,
    /// As what keys are read.
    pub key_format: Format,
    /// As what values are read.
    pub value_format: Format,
    /// Records on a page, or matches after which a search pauses, as it was written.
    pub limit: String,
    /// Fields shown as columns, as the filter names them.
    pub columns: Vec<String>,
    /// Where a page of browsing goes on: positions as [`write_positions`] writes them.
    pub at: String,
    /// The record that is open.
    pub record: Option<RecordAddress>,
    /// Whether what masks hide is shown.
    pub unmask: bool,
    /// Everything else.
    pub others: Vec<(String, String)>,
}

impl MessagesQuery {
    /// Browsing one topic, newest first.
    pub fn of_topic(topic: &str) -> Self {
        Self {
            topics: vec![TopicName::new(topic)],
            ..Self::default()
        }
    }

    /// Reads a raw query string without `?`.
    pub fn of(raw: &str) -> Self {
        let mut query = Self::default();
        let mut partitions: Vec<String> = Vec::new();
        let (mut begins, mut order) = (false, None);
        for (name, value) in pairs(raw) {
            match name.as_str() {
                "topic" => {
                    let topic = TopicName::from(value);
                    if !topic.as_str().is_empty() && !query.topics.contains(&topic) {
                        query.topics.push(topic);
                    }
                }
                "mode" => query.mode = Mode::of(&value),
                "q" => query.q = value,
                "from" if !value.is_empty() => query.from = value,
                "to" if !value.is_empty() => query.to = value,
                // Forms that work without JavaScript name the kind of a bound in the field's name.
                "fromOffset" | "fromTime" | "fromAgo" | "fromGroup" if !value.trim().is_empty() => {
                    query.from = bound(&name, value.trim());
                    begins = true;
                }
                "partition" if !value.is_empty() => partitions.push(value),
                "order" if value == Order::Oldest.name() => order = Some(Order::Oldest),
                "order" if value == Order::Newest.name() => order = Some(Order::Newest),
                "isolation" => query.isolation = Isolation::of(&value),
                "key" => query.key_format = Format::of(&value).unwrap_or_default(),
                "value" => query.value_format = Format::of(&value).unwrap_or_default(),
                "limit" => query.limit = value,
                "col" => {
                    let path = value.trim().to_owned();
                    if !path.is_empty()
                        && query.columns.len() < MOST_COLUMNS
                        && !query.columns.contains(&path)
                    {
                        query.columns.push(path);
                    }
                }
                "at" => query.at = value,
                "record" => query.record = record_of(&value),
                "unmask" => query.unmask = value == "true",
                "fromOffset" | "fromTime" | "fromAgo" | "fromGroup" | "order" => {}
                _ if value.is_empty() => {}
                _ => query.others.push((name, value)),
            }
        }
        query.partitions = partitions.join(",");
        // The ends are no bounds, only an order.
        match Point::parse(&query.from) {
            Ok(Point::Newest) => query.from.clear(),
            Ok(Point::Oldest) => {
                query.from.clear();
                order = order.or(Some(Order::Oldest));
            }
            _ => {}
        }
        // Who names a place to begin at means to read on from there.
        query.order = match order {
            _ if begins && query.mode == Mode::Browse => Order::Oldest,
            Some(order) => order,
            None => implied_order(&query.from),
        };
        query
    }

    /// The pairs of the address, without what is default; not encoded.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = Vec::new();
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                all.push((name.to_owned(), value.to_owned()));
            }
        };
        for topic in &self.topics {
            add("topic", topic.as_str());
        }
        add("mode", self.mode.name());
        add("q", &self.q);
        add("from", &self.from);
        add("to", &self.to);
        add("partition", &self.partitions);
        if self.order != implied_order(&self.from) {
            add("order", self.order.name());
        }
        if self.isolation != Isolation::default() {
            add("isolation", self.isolation.name());
        }
        for (name, format) in [("key", self.key_format), ("value", self.value_format)] {
            if format != Format::default() {
                add(name, format.name());
            }
        }
        add("limit", &self.limit);
        for path in &self.columns {
            add("col", path);
        }
        if self.unmask {
            add("unmask", "true");
        }
        add("at", &self.at);
        if let Some(record) = &self.record {
            add("record", &record_text(record));
        }
        for (name, value) in &self.others {
            add(name, value);
        }
        all
    }

    /// The query string, encoded, without `?`.
    pub fn to_query_string(&self) -> String {
        self.pairs()
            .into_iter()
            // Slashes and colons need no encoding in a query (RFC 3986 §3.4) and stay readable.
            .map(|(name, value)| {
                let value = encode(&value).replace("%2F", "/").replace("%3A", ":");
                format!("{}={value}", encode(&name))
            })
            .collect::<Vec<_>>()
            .join("&")
    }

    /// What the server is asked for; the first field that can't be understood, otherwise.
    pub fn reading(&self) -> Result<Reading, FieldError> {
        if self.topics.len() > MOST_TOPICS {
            return Err(wrong(
                "topic",
                format!(
                    "At most {MOST_TOPICS} topics are read at once; {} are chosen.",
                    self.topics.len()
                ),
            ));
        }
        if let Err(error) = Filter::parse(&self.q) {
            return Err(wrong("q", error.message));
        }
        let point = |field: &str, text: &str| {
            if text.is_empty() {
                return Ok(None);
            }
            Point::parse(text)
                .map(Some)
                .map_err(|error| wrong(field, error.reason))
        };
        Ok(Reading {
            topics: self.topics.clone(),
            partitions: partitions_of(&self.partitions)?,
            q: self.q.clone(),
            range: Range {
                from: point("from", &self.from)?,
                to: point("to", &self.to)?,
            },
            isolation: self.isolation,
            order: self.order,
            positions: read_positions(&self.at, &self.topics),
            limit: limit_of(&self.limit)?,
            key_format: self.key_format,
            value_format: self.value_format,
            columns: self.columns.clone(),
            unmask: self.unmask,
            ..Reading::default()
        })
    }

    /// The same from its first page, with no record open: for every change of what is read.
    pub fn anew(&self) -> Self {
        Self {
            at: String::new(),
            record: None,
            ..self.clone()
        }
    }

    /// The same with a record open.
    pub fn with_record(&self, record: RecordAddress) -> Self {
        Self {
            record: Some(record),
            ..self.clone()
        }
    }

    /// A parameter that another part of the page knows.
    pub fn other(&self, name: &str) -> Option<&str> {
        self.others
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The same with such a parameter; `None` takes it away.
    pub fn with_other(&self, name: &str, value: Option<&str>) -> Self {
        let mut next = self.clone();
        next.others.retain(|(key, _)| key != name);
        if let Some(value) = value {
            next.others.push((name.to_owned(), value.to_owned()));
        }
        next
    }
}

/// The page of messages as `query` asks for it.
pub fn messages(of: &ClusterRef, query: &MessagesQuery) -> String {
    with_query(messages_path(of), &query.to_query_string())
}

/// Its path, for forms.
pub fn messages_path(of: &ClusterRef) -> String {
    format!("{}/messages", cluster(of))
}

/// Where searches are posted.
pub fn searches(of: &ClusterRef) -> String {
    api(of, "searches")
}

/// Where tails are posted.
pub fn tails(of: &ClusterRef) -> String {
    api(of, "tails")
}

/// Where all matches of a reading are downloaded from.
pub fn exports(of: &ClusterRef) -> String {
    api(of, "exports")
}

fn api(of: &ClusterRef, what: &str) -> String {
    format!("/api/v1{}/{what}", cluster(of))
}

/// `task-created/7/1482117`, with `@` and the topic's id where it is known. No topic's name has a slash.
pub fn record_text(record: &RecordAddress) -> String {
    let id = record
        .topic_id
        .as_ref()
        .map(|id| format!("@{id}"))
        .unwrap_or_default();
    format!(
        "{}/{}/{}{id}",
        record.topic, record.partition, record.offset
    )
}

/// Reads what [`record_text`] writes.
pub fn record_of(text: &str) -> Option<RecordAddress> {
    let (text, id) = match text.split_once('@') {
        Some((text, id)) => (text, Some(TopicId::new(id))),
        None => (text, None),
    };
    let mut parts = text.rsplitn(3, '/');
    let offset = parts.next()?.parse().ok().filter(|offset| *offset >= 0)?;
    let partition = parts.next()?.parse().ok().map(PartitionId)?;
    let topic = parts.next().filter(|topic| !topic.is_empty())?;
    Some(RecordAddress {
        topic: TopicName::new(topic),
        topic_id: id,
        partition,
        offset,
    })
}

/// Positions in an address: `0.7.12.1482117~1.0.0.99`, each the place of the topic in the address, partition, from, to.
pub fn write_positions(positions: &[Position], topics: &[TopicName]) -> String {
    positions
        .iter()
        .filter_map(|position| {
            let topic = topics.iter().position(|topic| *topic == position.topic)?;
            let to = position.to.map(|to| format!(".{to}")).unwrap_or_default();
            Some(format!(
                "{topic}.{}.{}{to}",
                position.partition, position.from
            ))
        })
        .collect::<Vec<_>>()
        .join("~")
}

fn read_positions(text: &str, topics: &[TopicName]) -> Option<Vec<Position>> {
    let positions: Vec<Position> = text
        .split('~')
        .filter_map(|position| {
            let mut parts = position.split('.');
            let topic = topics.get(parts.next()?.parse::<usize>().ok()?)?;
            let partition = PartitionId(parts.next()?.parse().ok()?);
            let from = parts.next()?.parse().ok()?;
            let to = match parts.next() {
                Some(to) => Some(to.parse().ok()?),
                None => None,
            };
            Some(Position {
                topic: topic.clone(),
                topic_id: None,
                partition,
                from,
                to,
            })
        })
        .collect();
    (!positions.is_empty()).then_some(positions)
}

/// Partitions as people write them: `0, 3, 7-9`.
pub fn partitions_of(text: &str) -> Result<Vec<PartitionId>, FieldError> {
    let mut all: Vec<PartitionId> = Vec::new();
    for part in text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let number = |text: &str| text.trim().parse::<i32>().ok().filter(|n| *n >= 0);
        let range = match part.split_once('-') {
            Some((first, last)) => number(first).zip(number(last)),
            None => number(part).map(|only| (only, only)),
        };
        // Kafka itself sets no bound; nobody reads more than these one by one.
        let range = range.filter(|(first, last)| first <= last && last - first < 10_000);
        let Some((first, last)) = range else {
            return Err(wrong(
                "partition",
                format!(
                    "“{}” names no partition: numbers and ranges, 0, 3, 7-9.",
                    part.chars().take(40).collect::<String>()
                ),
            ));
        };
        all.extend((first..=last).map(PartitionId));
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

fn limit_of(text: &str) -> Result<Option<u32>, FieldError> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<u32>() {
        Ok(limit) if (1..=MOST_RECORDS).contains(&limit) => Ok(Some(limit)),
        _ => Err(wrong(
            "limit",
            format!("A page has from 1 to {MOST_RECORDS} records."),
        )),
    }
}

/// The order where the address names none, as [`Reading::of_query`] has it: on from a bound, else from the end.
fn implied_order(from: &str) -> Order {
    if from.is_empty() {
        Order::Newest
    } else {
        Order::Oldest
    }
}

/// A bound from the field of a form that knows its kind.
fn bound(field: &str, value: &str) -> String {
    match field {
        "fromOffset" => format!("offset:{}", value.replace([' ', '\u{202f}'], "")),
        "fromTime" => format!("time:{value}"),
        "fromAgo" => format!("ago:{}", value.trim_end_matches("ago").trim_end()),
        _ => format!("group:{value}"),
    }
}

fn wrong(field: &str, reason: impl Into<String>) -> FieldError {
    FieldError {
        field: field.to_owned(),
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> MessagesQuery {
        MessagesQuery {
            topics: vec!["task-created".into(), "a.b_c".into()],
            mode: Mode::Search,
            q: "value.a = \"x&y\" and key ^= 'ü'".into(),
            from: "ago:24h".into(),
            to: "offset:900".into(),
            partitions: "0,3,7-9".into(),
            order: Order::Oldest,
            isolation: Isolation::ReadUncommitted,
            key_format: Format::Int64,
            value_format: Format::Avro,
            limit: "250".into(),
            columns: vec!["value.data.title".into(), "header.tenant".into()],
            at: "0.7.12.99~1.0.5".into(),
            record: Some(RecordAddress {
                topic: "task-created".into(),
                topic_id: Some(TopicId::new("J5f_x-1")),
                partition: PartitionId(7),
                offset: 1_482_117,
            }),
            unmask: true,
            others: vec![("view".into(), "headers".into())],
        }
    }

    #[test]
    fn an_address_leads_back() {
        let query = full();
        let text = query.to_query_string();
        assert_eq!(MessagesQuery::of(&text), query, "{text}");
        assert!(
            text.contains("record=task-created/7/1482117%40J5f_x-1"),
            "{text}"
        );
        assert_eq!(MessagesQuery::default().to_query_string(), "");
        assert_eq!(MessagesQuery::of("nonsense"), MessagesQuery::default());
    }

    #[test]
    fn it_becomes_a_reading() {
        let reading = full().reading().unwrap();
        let numbers: Vec<i32> = reading.partitions.iter().map(|p| p.0).collect();
        assert_eq!(numbers, [0, 3, 7, 8, 9]);
        assert_eq!(reading.range.from, Some(Point::Ago(86_400_000)));
        let positions = reading.positions.unwrap();
        assert_eq!(positions.len(), 2);
        assert_eq!((positions[0].from, positions[0].to), (12, Some(99)));
        assert_eq!((positions[1].from, positions[1].to), (5, None));
        assert_eq!(
            write_positions(&positions, &full().topics),
            "0.7.12.99~1.0.5"
        );
    }

    #[test]
    fn what_is_wrong_names_its_field() {
        for (text, field) in [
            ("from=soon", "from"),
            ("to=offset:x", "to"),
            ("partition=3-1", "partition"),
            ("partition=a", "partition"),
            ("limit=0", "limit"),
            ("q=partitoin%20=%200", "q"),
        ] {
            let query = MessagesQuery::of(text);
            assert_eq!(query.reading().unwrap_err().field, field, "{text}");
            assert!(query.to_query_string().starts_with(field), "kept: {text}");
        }
    }

    #[test]
    fn forms_name_the_kind_of_a_bound() {
        let from = |text: &str| MessagesQuery::of(text).from;
        assert_eq!(from("from=ago:1h&fromOffset=1+482"), "offset:1482");
        assert_eq!(from("fromTime=1763884800"), "time:1763884800");
        assert_eq!(from("fromAgo=15m+ago"), "ago:15m");
        assert_eq!(from("fromGroup=billing:x"), "group:billing:x");
        assert_eq!(from("from=newest&fromTime="), "");
        let order = |text: &str| MessagesQuery::of(text).order;
        assert_eq!(order("fromOffset=9"), Order::Oldest);
        assert_eq!(
            order("fromOffset=9&order=newest&mode=search"),
            Order::Newest
        );
        assert_eq!(order("from=offset:9"), Order::Oldest);
        assert_eq!(order("from=newest"), Order::Newest);
        assert_eq!(order("from=oldest"), Order::Oldest);
        let newest = MessagesQuery {
            from: "ago:1h".into(),
            ..MessagesQuery::default()
        };
        assert_eq!(newest.to_query_string(), "from=ago:1h&order=newest");
    }

    #[test]
    fn addresses_of_records() {
        for wrong in ["", "a/1", "a/x/1", "a/1/-1", "/1/2"] {
            assert_eq!(record_of(wrong), None, "{wrong}");
        }
        let record = record_of("a/1/2").unwrap();
        assert_eq!(record_text(&record), "a/1/2");
    }
}
