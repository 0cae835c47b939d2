//! One page of the list: of one kind or of all, filtered by words and state, sorted, cut.

use super::{Seen, as_of, installed, malformed, row, trouble, unreadable};
use crate::backend::{paging, sight::Sight};
use penstock_cluster::index::View;
use penstock_domain::{
    envelope::{Missing, Page},
    ids::ClusterRef,
    query::ListQuery,
    resource::{
        kind::ResourceKind,
        list::{KindTotal, ResourceList, ResourceRow, ResourceState},
    },
};
use std::cmp::Ordering;

/// The page that a query asks for; `kind`: of one kind alone.
pub fn page(
    sight: &Sight,
    kind: Option<ResourceKind>,
    query: &ListQuery,
    seen: Seen,
) -> ResourceList {
    let all = gather(sight.view(), sight.cluster(), &seen.kinds);
    let kinds = seen
        .kinds
        .iter()
        .map(|kind| total(&all, *kind, installed(sight, *kind)))
        .collect();
    let passing = filtered(all, kind, query);
    let states = ResourceState::ALL
        .into_iter()
        .map(|state| {
            (
                state,
                passing.iter().filter(|row| row.state == state).count() as u64,
            )
        })
        .filter(|(_, count)| *count > 0)
        .collect();
    let lines = sorted(in_state(passing, query), query);
    let (items, page) = cut(&lines, query);
    let shown: Vec<ResourceKind> = match kind {
        Some(kind) => vec![kind],
        None => seen.kinds.clone(),
    };
    let mut missing = if kind.is_none() {
        seen.missing
    } else {
        Vec::new()
    };
    missing.extend(troubles(sight, &shown));
    ResourceList {
        items,
        page,
        as_of: as_of(sight, &shown),
        missing,
        kinds,
        states,
    }
}

/// Every row that passes, in the order of the list; for a file.
pub fn rows(
    sight: &Sight,
    kind: Option<ResourceKind>,
    query: &ListQuery,
    seen: &Seen,
) -> Vec<ResourceRow> {
    let all = gather(sight.view(), sight.cluster(), &seen.kinds);
    let passing = in_state(filtered(all, kind, query), query);
    sorted(passing, query)
        .into_iter()
        .map(|line| line.row)
        .collect()
}

/// One note where all kinds fail alike, else one for each.
fn troubles(sight: &Sight, kinds: &[ResourceKind]) -> Vec<Missing> {
    let each: Vec<(ResourceKind, String)> = kinds
        .iter()
        .filter_map(|kind| Some((*kind, trouble(sight, *kind)?)))
        .collect();
    let alike = each
        .first()
        .is_some_and(|(_, first)| each.iter().all(|(_, why)| why == first));
    if each.len() > 1 && alike {
        return each
            .into_iter()
            .take(1)
            .map(|(_, why)| Missing {
                what: "the newest state of these resources".to_owned(),
                why,
            })
            .collect();
    }
    each.into_iter()
        .map(|(kind, why)| Missing {
            what: format!("the newest state of {}", kind.words()),
            why,
        })
        .collect()
}

/// What belongs to the cluster, of the kinds that may be seen.
fn gather(view: &View, cluster: &ClusterRef, kinds: &[ResourceKind]) -> Vec<ResourceRow> {
    kinds
        .iter()
        .flat_map(|kind| named(view, cluster, *kind, |_| true))
        .collect()
}

/// What belongs to the cluster, of a kind that may be seen, and has a name that is wanted; nothing is made of the others.
pub fn named(
    view: &View,
    cluster: &ClusterRef,
    kind: ResourceKind,
    wanted: impl Fn(&str) -> bool,
) -> Vec<ResourceRow> {
    let attached = view
        .attached(kind)
        .filter(|attached| wanted(attached.metadata.name.as_str()))
        .filter_map(|attached| Some(row(attached, view.belonging(attached, cluster)?)));
    let malformed = malformed(view, cluster, kind)
        .filter(|malformed| wanted(malformed.metadata.name.as_str()))
        .map(|malformed| unreadable(malformed, kind));
    attached.chain(malformed).collect()
}

fn total(rows: &[ResourceRow], kind: ResourceKind, installed: bool) -> KindTotal {
    let of_kind = || rows.iter().filter(|row| row.kind == kind);
    KindTotal {
        kind,
        count: of_kind().count() as u64,
        attention: of_kind().filter(|row| row.state.needs_attention()).count() as u64,
        installed,
    }
}

fn filtered(
    rows: Vec<ResourceRow>,
    kind: Option<ResourceKind>,
    query: &ListQuery,
) -> Vec<ResourceRow> {
    let words: Vec<String> = query
        .q
        .to_lowercase()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    rows.into_iter()
        .filter(|row| kind.is_none_or(|kind| kind == row.kind))
        .filter(|row| words.iter().all(|word| holds(row, word)))
        .collect()
}

/// Whether a row has a word anywhere in what it shows.
fn holds(row: &ResourceRow, word: &str) -> bool {
    let texts = [
        row.name.as_str(),
        row.namespace.as_str(),
        row.kind.name(),
        row.word.as_deref().unwrap_or_default(),
        row.says().unwrap_or_default(),
    ];
    texts
        .into_iter()
        .chain(row.cells.iter().map(String::as_str))
        .any(|text| text.to_lowercase().contains(word))
}

/// A state that is none passes nothing: the address was written by hand.
fn in_state(mut rows: Vec<ResourceRow>, query: &ListQuery) -> Vec<ResourceRow> {
    if let Some(state) = query.state.as_deref().map(ResourceState::of_name) {
        rows.retain(|row| Some(row.state) == state);
    }
    rows
}

/// A row with what it is sorted by, and its name among all.
#[derive(Clone)]
struct Line {
    key: i64,
    id: String,
    row: ResourceRow,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    State,
    Name,
    Kind,
    Created,
}

fn column(query: &ListQuery) -> (Column, bool) {
    let Some(sort) = query.sorting() else {
        return (Column::State, false);
    };
    let column = match sort.column.as_str() {
        "name" => Column::Name,
        "kind" => Column::Kind,
        "created" => Column::Created,
        // An unknown column is no reason to refuse a list.
        _ => Column::State,
    };
    (column, sort.descending)
}

fn sorted(rows: Vec<ResourceRow>, query: &ListQuery) -> Vec<Line> {
    let (column, descending) = column(query);
    let mut lines: Vec<Line> = rows
        .into_iter()
        .map(|row| Line {
            key: match column {
                Column::State => row.state as i64,
                Column::Name => 0,
                Column::Kind => row.kind as i64,
                Column::Created => row.created.map_or(i64::MIN, |created| created.0),
            },
            id: format!("{} {} {}", row.name, row.kind.name(), row.namespace),
            row,
        })
        .collect();
    lines.sort_by(|a, b| {
        order(
            column,
            descending,
            (&a.key, a.id.as_str()),
            (&b.key, b.id.as_str()),
        )
    });
    lines
}

/// Names go up in either direction, except where they are what is sorted.
fn order(column: Column, descending: bool, a: (&i64, &str), b: (&i64, &str)) -> Ordering {
    let turned = |order: Ordering| if descending { order.reverse() } else { order };
    if column == Column::Name {
        return turned(a.1.cmp(b.1));
    }
    turned(a.0.cmp(b.0)).then_with(|| a.1.cmp(b.1))
}

fn cut(lines: &[Line], query: &ListQuery) -> (Vec<ResourceRow>, Page) {
    let (column, descending) = column(query);
    let keyed: Vec<(i64, &Line)> = lines.iter().map(|line| (line.key, line)).collect();
    let (lines, page) = paging::cut(
        &keyed,
        query,
        |line| line.id.as_str(),
        |a, b| order(column, descending, a, b),
    );
    (lines.into_iter().map(|line| line.row).collect(), page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_cluster::{index::Index, kind::Kind, resource::AnyResource};
    use serde_json::{Value, json};
    use std::sync::Arc;

    fn put(
        index: &mut Index,
        kind: Kind,
        name: &str,
        label: Option<&str>,
        spec: Value,
        status: Value,
    ) {
        let mut object = json!({
            "metadata": {"name": name, "namespace": "kafka", "uid": name, "resourceVersion": "1", "creationTimestamp": "2026-11-23T08:00:00Z"},
            "spec": spec, "status": status,
        });
        if let Some(label) = label {
            object["metadata"]["labels"] = json!({"strimzi.io/cluster": label});
        }
        index.apply(AnyResource::read(
            kind,
            &Arc::from("kafka.strimzi.io/v1"),
            object,
        ));
    }

    fn index() -> Index {
        let condition = |kind: &str, status: &str| json!({"conditions": [{"type": kind, "status": status, "reason": "Why", "message": "words of the operator"}]});
        let of = Kind::Attached;
        let mut index = Index::default();
        put(&mut index, Kind::Kafka, "bed", None, json!({}), json!({}));
        put(&mut index, Kind::Kafka, "other", None, json!({}), json!({}));
        put(
            &mut index,
            of(ResourceKind::KafkaConnect),
            "events",
            None,
            json!({"bootstrapServers": "bed-kafka-bootstrap:9093"}),
            condition("Ready", "True"),
        );
        put(
            &mut index,
            of(ResourceKind::KafkaConnector),
            "sink",
            Some("events"),
            json!({}),
            condition("NotReady", "True"),
        );
        put(
            &mut index,
            of(ResourceKind::KafkaConnector),
            "new",
            Some("events"),
            json!({}),
            Value::Null,
        );
        put(
            &mut index,
            of(ResourceKind::KafkaRebalance),
            "all",
            Some("other"),
            json!({}),
            condition("ProposalReady", "True"),
        );
        put(
            &mut index,
            of(ResourceKind::KafkaBridge),
            "bad",
            None,
            json!("no object"),
            Value::Null,
        );
        index
    }

    fn names(query: &str, kind: Option<ResourceKind>) -> Vec<String> {
        let query = ListQuery::parse(query);
        let cluster = ClusterRef::new("kafka", "bed");
        let all = gather(&index().view(), &cluster, &ResourceKind::ALL);
        let lines = sorted(in_state(filtered(all, kind, &query), &query), &query);
        cut(&lines, &query)
            .0
            .into_iter()
            .map(|row| row.name.to_string())
            .collect()
    }

    #[test]
    fn the_worst_stands_first_and_other_clusters_have_their_own() {
        assert_eq!(names("", None), ["bad", "sink", "new", "events"]);
        assert_eq!(names("sort=name", None), ["bad", "events", "new", "sink"]);
        assert_eq!(
            names("", Some(ResourceKind::KafkaConnector)),
            ["sink", "new"]
        );
    }

    #[test]
    fn words_and_states_narrow() {
        assert_eq!(names("q=OPERATOR+kafkaconnector", None), ["sink"]);
        assert_eq!(names("state=unobserved", None), ["new"]);
        assert_eq!(names("state=nonsense", None), [""; 0]);
    }

    #[test]
    fn totals_tell_who_needs_a_person() {
        let rows = gather(
            &index().view(),
            &ClusterRef::new("kafka", "bed"),
            &ResourceKind::ALL,
        );
        let total = total(&rows, ResourceKind::KafkaConnector, true);
        assert_eq!((total.count, total.attention), (2, 1));
        let other = gather(
            &index().view(),
            &ClusterRef::new("kafka", "other"),
            &ResourceKind::ALL,
        );
        let waiting = other.iter().find(|row| row.name == "all").unwrap();
        assert_eq!(waiting.state, ResourceState::Waiting);
        assert_eq!(waiting.word.as_deref(), Some("Proposal ready"));
    }
}
