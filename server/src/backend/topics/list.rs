//! One page of topics: filtered, sorted and cut on the server.

use super::table::TopicTable;
use crate::backend::{nodes::freshness, sight::Sight};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use penstock_domain::{
    envelope::{Freshness, Missing, Page},
    query::ListQuery,
    topic::{TopicList, TopicRow, TopicState},
};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// The page that a query asks for.
pub fn page(sight: &Sight, query: &ListQuery) -> TopicList {
    let table = sight.table();
    let snapshot = sight.snapshot();
    let (items, page) = cut(&table, query);
    let metadata = freshness(snapshot, |snapshot| snapshot.topics.freshness());
    let parts = [
        freshness(snapshot, |snapshot| snapshot.offsets.freshness()),
        freshness(snapshot, |snapshot| snapshot.log_dirs.freshness()),
        freshness(snapshot, |snapshot| snapshot.topic_configs.freshness()),
    ];
    TopicList {
        items,
        page,
        as_of: metadata.as_of,
        missing: missing(sight, &metadata, &parts),
        totals: table.totals.clone(),
        freshness: metadata,
    }
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
            why: match why_not_connected(sight) {
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

/// Why the console is not connected, where that is the reason.
fn why_not_connected(sight: &Sight) -> Option<String> {
    use crate::backend::link::Link;
    match sight.link() {
        Link::NoCredentials { why, .. } | Link::Waiting { why } | Link::Broken { why, .. } => {
            Some(why.clone())
        }
        Link::Planned { .. } => None,
    }
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
enum Key {
    Number(Option<f64>),
    Text(String),
}

/// Where a page ended.
#[derive(Serialize, Deserialize)]
struct Cursor(Key, String);

fn cut(table: &TopicTable, query: &ListQuery) -> (Vec<TopicRow>, Page) {
    let filter = query.q.to_lowercase();
    let wanted = query.state.as_deref();
    let (column, descending) = column(query);
    let mut rows: Vec<(Key, &TopicRow)> = table
        .rows
        .iter()
        .filter(|row| filter.is_empty() || row.name.as_str().to_lowercase().contains(&filter))
        .filter(|row| wanted.is_none_or(|state| in_state(row, state)))
        .map(|row| (key(row, column), row))
        .collect();
    let order = |a: (&Key, &str), b: (&Key, &str)| {
        let by_key = compare(a.0, b.0);
        let by_key = if descending { by_key.reverse() } else { by_key };
        // Names go up in either direction, except where they are what is sorted.
        by_key.then_with(|| a.1.cmp(b.1))
    };
    rows.sort_by(|a, b| order((&a.0, a.1.name.as_str()), (&b.0, b.1.name.as_str())));

    let size = query.page_size();
    let after = query.after.as_deref().and_then(read_cursor);
    let start = after.map_or(0, |Cursor(key, name)| {
        rows.partition_point(|row| {
            order((&row.0, row.1.name.as_str()), (&key, &name)) != Ordering::Greater
        })
    });
    let end = (start + size).min(rows.len());
    let cursor_at = |index: usize| {
        rows.get(index)
            .map(|(key, row)| write_cursor(key.clone(), row.name.as_str()))
    };
    let page = Page {
        total: rows.len() as u64,
        next: (end < rows.len() && end > start)
            .then(|| cursor_at(end - 1))
            .flatten(),
        previous: match start.checked_sub(size) {
            _ if start == 0 => None,
            None | Some(0) => Some(String::new()),
            Some(before) => cursor_at(before - 1),
        },
    };
    let items = rows
        .get(start..end)
        .unwrap_or_default()
        .iter()
        .map(|(_, row)| (*row).clone())
        .collect();
    (items, page)
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

/// States of decision 27, flags, and states of replicas.
fn in_state(row: &TopicRow, state: &str) -> bool {
    if let Some(state) = TopicState::of_name(state) {
        return row.state == state;
    }
    let replicas = row.replicas.unwrap_or_default();
    match state {
        "internal" => row.internal,
        "paused" => row.paused,
        "offline" => replicas.offline > 0,
        "underMinIsr" => replicas.under_min_isr > 0,
        "underReplicated" => replicas.under_replicated > 0,
        _ => false,
    }
}

fn write_cursor(key: Key, name: &str) -> String {
    // A key and a name always serialise.
    let json = serde_json::to_vec(&Cursor(key, name.to_owned())).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(json)
}

/// A cursor that is none begins at the first page.
fn read_cursor(text: &str) -> Option<Cursor> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::{ids::TopicName, topic::TopicTotals};

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
        let (rows, page) = cut(&table(), &ListQuery::parse(query));
        (rows.iter().map(|row| row.name.to_string()).collect(), page)
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
    }

    #[test]
    fn a_broken_cursor_is_the_first_page() {
        assert_eq!(names("size=2&after=%00zz").0, ["alpha", "beta"]);
    }
}
