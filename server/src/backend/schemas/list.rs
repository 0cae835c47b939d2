//! One page of subjects: filtered, sorted and cut on the server.

use super::table::Table;
use crate::backend::paging;
use penstock_domain::{
    envelope::{Missing, Page},
    filter::FilterError,
    query::ListQuery,
    schema::{
        LevelOrigin, RegistryFacts, SubjectList, SubjectRow, SubjectTotals, query::SubjectFilter,
    },
    time::Timestamp,
};
use penstock_registry::{Catalogue, Registry};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// The page that a query asks for.
///
/// # Errors
/// The filter can't be read.
pub(super) fn page(
    registry: &Registry,
    table: &Table,
    query: &ListQuery,
) -> Result<SubjectList, FilterError> {
    let sorted = sorted(table, query)?;
    let (items, page) = cut(&sorted, query);
    let facts = facts(registry, &table.catalogue);
    Ok(SubjectList {
        items,
        page,
        as_of: facts.as_of,
        missing: missing(registry, &table.catalogue),
        totals: table.totals,
        registry: Some(facts),
    })
}

/// Of a cluster that has no registry.
pub(super) fn without_registry() -> SubjectList {
    SubjectList {
        items: Vec::new(),
        page: Page::default(),
        as_of: None,
        missing: Vec::new(),
        totals: SubjectTotals::default(),
        registry: None,
    }
}

/// What there is to know of the registry.
pub(super) fn facts(registry: &Registry, catalogue: &Catalogue) -> RegistryFacts {
    RegistryFacts {
        name: registry.name().to_owned(),
        address: registry.address().to_owned(),
        global: catalogue.global,
        mode: catalogue.mode.clone(),
        notes: catalogue.features.notes(),
        answered_millis: catalogue
            .took
            .map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX)),
        pending: catalogue.pending() as u64,
        as_of: catalogue.as_of.map(Timestamp::from_system),
    }
}

/// What is not known, and why.
pub(super) fn missing(registry: &Registry, catalogue: &Catalogue) -> Vec<Missing> {
    let what = format!("the newest state of registry {}", registry.name());
    if let Some(error) = &catalogue.trouble {
        return vec![Missing {
            what,
            why: format!("{error}. {}", error.remedy()),
        }];
    }
    if catalogue.as_of.is_none() {
        return vec![Missing {
            what: format!("the subjects of registry {}", registry.name()),
            why: "it has not been read yet".to_owned(),
        }];
    }
    let pending = catalogue.pending();
    if pending > 0 {
        return vec![Missing {
            what: format!("details of {pending} subjects"),
            why: "they are being read".to_owned(),
        }];
    }
    Vec::new()
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Finding,
    Name,
    Format,
    Versions,
    Id,
    Rule,
    References,
}

/// The value of a row in the sorted column; nothing known sorts below everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Key(Option<i64>);

/// Rows that pass, in the order that was asked for.
pub(super) fn sorted<'t>(
    table: &'t Table,
    query: &ListQuery,
) -> Result<Vec<(Key, &'t SubjectRow)>, FilterError> {
    let filter = SubjectFilter::parse(&query.q)?;
    let (column, descending) = column(query);
    let mut rows: Vec<(Key, &SubjectRow)> = table
        .rows
        .iter()
        .filter(|row| in_state(row, query.state.as_deref()))
        .filter(|row| filter.matches(*row))
        .map(|row| (key(row, column), row))
        .collect();
    rows.sort_unstable_by(|a, b| {
        order(
            column,
            descending,
            (&a.0, a.1.subject.as_str()),
            (&b.0, b.1.subject.as_str()),
        )
    });
    Ok(rows)
}

/// Soft-deleted subjects have a list of their own. A state that is none passes nothing: the address was written by hand.
fn in_state(row: &SubjectRow, state: Option<&str>) -> bool {
    match state {
        None => !row.deleted,
        Some("attention") => !row.deleted && row.needs_attention(),
        Some("own") => !row.deleted && row.level_origin == LevelOrigin::Subject,
        Some("deleted") => row.deleted,
        Some(_) => false,
    }
}

/// Names go up in either direction, except where they are what is sorted.
fn order(column: Column, descending: bool, a: (&Key, &str), b: (&Key, &str)) -> Ordering {
    let turned = |order: Ordering| if descending { order.reverse() } else { order };
    if column == Column::Name {
        return turned(a.1.cmp(b.1));
    }
    turned(a.0.cmp(b.0)).then_with(|| a.1.cmp(b.1))
}

fn cut(rows: &[(Key, &SubjectRow)], query: &ListQuery) -> (Vec<SubjectRow>, Page) {
    let (column, descending) = column(query);
    paging::cut(
        rows,
        query,
        |row| row.subject.as_str(),
        |a, b| order(column, descending, a, b),
    )
}

fn column(query: &ListQuery) -> (Column, bool) {
    let Some(sort) = query.sorting() else {
        return (Column::Finding, true);
    };
    let column = match sort.column.as_str() {
        "finding" => Column::Finding,
        "name" => Column::Name,
        "format" => Column::Format,
        "versions" => Column::Versions,
        "id" => Column::Id,
        "rule" => Column::Rule,
        "references" => Column::References,
        // An unknown column is no reason to refuse a list.
        _ => return (Column::Finding, true),
    };
    (column, sort.descending)
}

fn key(row: &SubjectRow, column: Column) -> Key {
    Key(match column {
        Column::Finding => Some(i64::from(row.needs_attention())),
        Column::Name => None,
        Column::Format => row.schema_type.map(|schema_type| schema_type as i64),
        Column::Versions => Some(i64::from(row.versions)),
        Column::Id => row.newest_id.map(i64::from),
        Column::Rule => row.level.map(|level| level as i64),
        Column::References => Some(i64::from(row.references) + i64::from(row.referenced_by)),
    })
}
