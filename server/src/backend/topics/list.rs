//! One page of topics: filtered, sorted and cut on the server.

use super::table::TopicTable;
use crate::backend::{nodes::freshness, paging, sight::Sight};
use penstock_domain::{
    envelope::{Freshness, Missing, Page},
    filter::FilterError,
    query::ListQuery,
    topic::{TopicList, TopicRow, TopicState, query::TopicFilter},
};
use penstock_kafka::inventory::configs::TopicConfig;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// The page that a query asks for.
///
/// # Errors
/// The filter can't be read.
pub fn page(sight: &Sight, query: &ListQuery) -> Result<TopicList, FilterError> {
    let filter = TopicFilter::parse(&query.q)?;
    let table = sight.table();
    let snapshot = sight.snapshot();
    let sorted = sorted(&table, &filter, query, &|topic| configuration(sight, topic));
    let (items, page) = cut(&sorted, query);
    let metadata = freshness(snapshot, |snapshot| snapshot.topics.freshness());
    let parts = [
        freshness(snapshot, |snapshot| snapshot.offsets.freshness()),
        freshness(snapshot, |snapshot| snapshot.log_dirs.freshness()),
        freshness(snapshot, |snapshot| snapshot.topic_configs.freshness()),
    ];
    Ok(TopicList {
        items,
        page,
        as_of: metadata.as_of,
        missing: missing(sight, &metadata, &parts),
        totals: table.totals.clone(),
        freshness: metadata,
    })
}

/// A topic's settings in effect, as they were polled last.
pub(super) fn configuration<'s>(sight: &'s Sight, topic: &str) -> Option<&'s TopicConfig> {
    let configs = sight.snapshot()?.topic_configs.value.as_deref()?;
    configs.get(topic).map(|config| &**config)
}

fn missing(sight: &Sight, metadata: &Freshness, parts: &[Freshness]) -> Vec<Missing> {
    let mut missing: Vec<Missing> = parts
        .iter()
        .chain([metadata])
        .flat_map(|part| part.missing.iter().cloned())
        .collect();
    if sight.topics().is_none() {
        missing.push(Missing {
            what: "live topics".to_owned(),
            why: match sight.why_not_connected() {
                Some(why) => why,
                None => "the brokers have not answered yet".to_owned(),
            },
        });
    }
    if let Some(why) = sight
        .health()
        .and_then(|health| health.stale(&sight.cluster().namespace, sight.now()))
        && sight.kafka().is_some()
    {
        missing.push(Missing {
            what: "the newest KafkaTopics".to_owned(),
            why,
        });
    }
    missing.sort();
    missing.dedup();
    missing
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Name,
    State,
    Partitions,
    Records,
    Size,
    In,
}

/// The value of a row in the sorted column; nothing known sorts below everything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Key {
    Number(Option<f64>),
    Text(String),
}

/// Finds a topic's settings by its name.
type Settings<'s, 'a> = &'s dyn Fn(&str) -> Option<&'a TopicConfig>;

/// Rows that pass, in the order that was asked for.
pub(super) fn sorted<'a>(
    table: &'a TopicTable,
    filter: &TopicFilter,
    query: &ListQuery,
    settings: Settings<'_, 'a>,
) -> Vec<(Key, &'a TopicRow)> {
    let wanted = query.state.as_deref();
    let (column, descending) = column(query);
    let mut rows: Vec<(Key, &TopicRow)> = table
        .rows
        .iter()
        .filter(|row| wanted.is_none_or(|state| row.is_in(state)))
        .filter(|row| filter.passes(row, |key| settings(row.name.as_str())?.value(key)))
        .map(|row| (key(row, column), row))
        .collect();
    rows.sort_by(|a, b| {
        order(
            descending,
            (&a.0, a.1.name.as_str()),
            (&b.0, b.1.name.as_str()),
        )
    });
    rows
}

/// Names go up in either direction, except where they are what is sorted.
fn order(descending: bool, a: (&Key, &str), b: (&Key, &str)) -> Ordering {
    let by_key = compare(a.0, b.0);
    let by_key = if descending { by_key.reverse() } else { by_key };
    by_key.then_with(|| a.1.cmp(b.1))
}

fn cut(rows: &[(Key, &TopicRow)], query: &ListQuery) -> (Vec<TopicRow>, Page) {
    let (_, descending) = column(query);
    paging::cut(
        rows,
        query,
        |row| row.name.as_str(),
        |a, b| order(descending, a, b),
    )
}

fn column(query: &ListQuery) -> (Column, bool) {
    let Some(sort) = query.sorting() else {
        return (Column::Name, false);
    };
    let column = match sort.column.as_str() {
        "state" => Column::State,
        "partitions" => Column::Partitions,
        "records" => Column::Records,
        "size" => Column::Size,
        "in" => Column::In,
        "name" => Column::Name,
        // An unknown column is no reason to refuse a list.
        _ => return (Column::Name, false),
    };
    (column, sort.descending)
}

fn key(row: &TopicRow, column: Column) -> Key {
    match column {
        Column::Name => Key::Text(row.name.to_string()),
        Column::State => Key::Number(
            TopicState::ALL
                .iter()
                .position(|state| *state == row.state)
                .map(|position| position as f64),
        ),
        Column::Partitions => Key::Number(row.partitions.map(f64::from)),
        Column::Records => Key::Number(row.records.map(|records| records as f64)),
        Column::Size => Key::Number(row.size_bytes.map(|bytes| bytes as f64)),
        Column::In => Key::Number(row.records_in_per_second),
    }
}

fn compare(a: &Key, b: &Key) -> Ordering {
    match (a, b) {
        (Key::Text(a), Key::Text(b)) => a.cmp(b),
        (Key::Number(Some(a)), Key::Number(Some(b))) => a.total_cmp(b),
        (Key::Number(a), Key::Number(b)) => a.is_some().cmp(&b.is_some()),
        // A cursor of another column: from the beginning, in a fixed order.
        (Key::Number(_), Key::Text(_)) => Ordering::Less,
        (Key::Text(_), Key::Number(_)) => Ordering::Greater,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::{config::ConfigSource, ids::TopicName, topic::TopicTotals};
    use penstock_kafka::inventory::configs::ConfigValue;
    use std::{sync::Arc, time::Instant};

    fn row(name: &str, size: Option<u64>, state: TopicState) -> TopicRow {
        TopicRow {
            name: TopicName::new(name),
            id: None,
            internal: false,
            partitions: Some(3),
            replication_factor: Some(3),
            state,
            paused: false,
            deleting: false,
            finding: None,
            drifted_fields: 0,
            replicas: None,
            size_bytes: size,
            size_incomplete: false,
            records: None,
            records_in_per_second: None,
            retention_ms: None,
            cleanup_policy: None,
            resource: None,
        }
    }

    fn table() -> TopicTable {
        TopicTable {
            rows: vec![
                row("alpha", Some(10), TopicState::Managed),
                row("beta", None, TopicState::Drifted),
                row("delta", Some(10), TopicState::Managed),
                row("gamma", Some(99), TopicState::Error),
            ],
            totals: TopicTotals::default(),
            offline: Vec::new(),
            under_min_isr: Vec::new(),
        }
    }

    fn names(query: &str) -> (Vec<String>, Page) {
        let query = ListQuery::parse(query);
        let filter = TopicFilter::parse(&query.q).unwrap();
        let (table, compact) = (table(), compact());
        let sorted = sorted(&table, &filter, &query, &|topic| {
            (topic == "delta").then_some(&compact)
        });
        let (rows, page) = cut(&sorted, &query);
        (rows.iter().map(|row| row.name.to_string()).collect(), page)
    }

    fn compact() -> TopicConfig {
        TopicConfig {
            overrides: Arc::new([ConfigValue {
                name: "cleanup.policy".into(),
                value: Some("compact".into()),
                source: ConfigSource::Topic,
            }]),
            inherited: Arc::new([]),
        }
    }

    #[test]
    fn pages_follow_one_another_in_both_directions() {
        let (first, page) = names("size=3&sort=-size");
        assert_eq!(first, ["gamma", "alpha", "delta"]);
        assert_eq!((page.total, page.previous), (4, None));
        let (second, page) = names(&format!("size=3&sort=-size&after={}", page.next.unwrap()));
        assert_eq!(second, ["beta"]);
        assert_eq!((page.next, page.previous.as_deref()), (None, Some("")));
    }

    #[test]
    fn filters_by_text_and_state() {
        assert_eq!(names("q=ETA").0, ["beta"]);
        assert_eq!(names("state=error").0, ["gamma"]);
        assert_eq!(names("state=nonsense").0.len(), 0);
        assert_eq!(
            names("q=size<1kB -state:drifted&sort=-name").0,
            ["gamma", "delta", "alpha"]
        );
        assert_eq!(names("q=config.cleanup.policy%3Dcompact").0, ["delta"]);
    }

    /// Ten thousand topics are filtered, sorted and cut within what a page may take, also where tests are not optimised.
    #[test]
    fn a_long_list_stays_quick() {
        let rows = (0..10_000_u64)
            .map(|index| {
                let name = format!("topic-{:05}", index * 7_919 % 10_000);
                row(&name, Some(index % 97), TopicState::Managed)
            })
            .collect();
        let table = TopicTable { rows, ..table() };
        let text = "topic-0* size>=5 (config.cleanup.policy=compact or state:drifted,managed)";
        let query = ListQuery::parse("sort=-size");
        let filter = TopicFilter::parse(text).unwrap();
        let compact = compact();
        let begun = Instant::now();
        let found = sorted(&table, &filter, &query, &|_| Some(&compact));
        let (items, page) = cut(&found, &query);
        assert!(begun.elapsed().as_millis() < 500, "{:?}", begun.elapsed());
        assert_eq!(items.len(), 50);
        assert!(page.total > 800 && page.next.is_some());
    }

    #[test]
    fn a_broken_cursor_is_the_first_page() {
        assert_eq!(names("size=2&after=%00zz").0, ["alpha", "beta"]);
    }
}
