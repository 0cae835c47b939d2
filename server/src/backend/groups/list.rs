//! One page of groups: filtered, sorted and cut on the server. Rows are shared; only those of the page are copied.

use crate::backend::{nodes::freshness, paging, sight::Sight};
use penstock_domain::{
    envelope::{Freshness, Missing, Page},
    filter::FilterError,
    group::{
        GroupHealth, GroupList, GroupRow, GroupTotals, RetentionRisk, query::GroupQuery,
        readers::GroupsAttention,
    },
    ids::GroupName,
    list_filter::Check,
    query::ListQuery,
};
use serde::{Deserialize, Serialize};
use std::{cmp::Ordering, sync::Arc};

/// The page that a query asks for.
///
/// # Errors
/// The filter can't be read.
pub fn page(sight: &Sight, query: &ListQuery) -> Result<GroupList, FilterError> {
    let filter = GroupQuery::parse(&query.q)?;
    let groups = sight.groups();
    let rows = groups.map(|groups| groups.rows()).unwrap_or_default();
    let member = |group: &GroupName, check: &Check| has_member(sight, group, check);
    let sorted = sorted(rows, &filter, query, &member);
    let (items, page) = cut(&sorted, query);
    let freshness = freshness(sight.snapshot(), |snapshot| snapshot.groups.freshness());
    Ok(GroupList {
        items,
        page,
        as_of: freshness.as_of,
        missing: missing(sight, &freshness),
        totals: totals(rows),
        freshness,
    })
}

/// How many of a cluster's groups wait for a person.
pub fn attention(sight: &Sight) -> Option<GroupsAttention> {
    let rows = sight.groups()?.rows();
    let health = || rows.iter().map(|row| row.verdict.state);
    Some(GroupsAttention {
        groups: health().filter(|health| health.needs_attention()).count() as u64,
        hurts: health().any(GroupHealth::hurts),
    })
}

fn missing(sight: &Sight, freshness: &Freshness) -> Vec<Missing> {
    let mut missing = freshness.missing.clone();
    if sight.groups().is_none() {
        missing.push(Missing {
            what: "groups".to_owned(),
            why: sight
                .why_not_connected()
                .unwrap_or_else(|| "the coordinators have not answered yet".to_owned()),
        });
    }
    missing.sort();
    missing.dedup();
    missing
}

/// Sums over all groups.
fn totals(rows: &[Arc<GroupRow>]) -> GroupTotals {
    let mut totals = GroupTotals {
        groups: rows.len() as u64,
        ..GroupTotals::default()
    };
    let mut by_health = GroupHealth::ALL.map(|health| (health, 0_u64));
    for row in rows {
        let health = row.verdict.state;
        totals.members += row.members.map_or(0, u64::from);
        totals.lag = totals.lag.saturating_add(row.lag.records.unwrap_or(0));
        totals.attention += u64::from(health.needs_attention());
        if let Some((_, count)) = by_health.iter_mut().find(|(known, _)| *known == health) {
            *count += 1;
        }
    }
    totals.by_health = by_health
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .collect();
    totals
}

/// Whether some member has a text in what it is called or where it is.
pub(super) fn has_member(sight: &Sight, group: &GroupName, check: &Check) -> bool {
    sight
        .groups()
        .and_then(|groups| groups.members(group.as_str()))
        .is_some_and(|members| {
            members.iter().any(|member| {
                check.text(&member.member)
                    || check.text(&member.client)
                    || check.text(&member.host)
                    || member
                        .instance
                        .as_ref()
                        .is_some_and(|instance| check.text(instance))
            })
        })
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Verdict,
    Name,
    State,
    Lag,
    Behind,
    Loses,
}

/// The value of a row in the sorted column, and what decides among equals; nothing known sorts below everything. Plain numbers: a
/// long list is sorted without a copy of any text.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Key(Option<f64>, Option<f64>);

type Member<'a> = &'a dyn Fn(&GroupName, &Check) -> bool;

/// Rows that pass, in the order that was asked for.
pub(super) fn sorted<'a>(
    rows: &'a [Arc<GroupRow>],
    filter: &GroupQuery,
    query: &ListQuery,
    member: Member<'_>,
) -> Vec<(Key, &'a GroupRow)> {
    // A verdict that is none passes nothing: the address was written by hand.
    let state = query.state.as_deref().map(GroupHealth::of_name);
    let (column, descending) = column(query);
    let mut rows: Vec<(Key, &GroupRow)> = rows
        .iter()
        .filter(|row| state.is_none_or(|state| state == Some(row.verdict.state)))
        .filter(|row| filter.passes(row, member))
        .map(|row| (key(row, column), &**row))
        .collect();
    rows.sort_unstable_by(|a, b| {
        order(
            column,
            descending,
            (a.0, a.1.group.as_str()),
            (b.0, b.1.group.as_str()),
        )
    });
    rows
}

/// Names go up in either direction, except where they are what is sorted.
fn order(column: Column, descending: bool, a: (Key, &str), b: (Key, &str)) -> Ordering {
    let turned = |order: Ordering| if descending { order.reverse() } else { order };
    if column == Column::Name {
        return turned(a.1.cmp(b.1));
    }
    turned(compare(a.0.0, b.0.0).then_with(|| compare(a.0.1, b.0.1))).then_with(|| a.1.cmp(b.1))
}

fn compare(a: Option<f64>, b: Option<f64>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

fn cut(rows: &[(Key, &GroupRow)], query: &ListQuery) -> (Vec<GroupRow>, Page) {
    let (column, descending) = column(query);
    paging::cut(
        rows,
        query,
        |row| row.group.as_str(),
        |a, b| order(column, descending, (*a.0, a.1), (*b.0, b.1)),
    )
}

fn column(query: &ListQuery) -> (Column, bool) {
    let Some(sort) = query.sorting() else {
        return (Column::Verdict, true);
    };
    let column = match sort.column.as_str() {
        "verdict" => Column::Verdict,
        "name" => Column::Name,
        "state" => Column::State,
        "lag" => Column::Lag,
        "behind" => Column::Behind,
        "loses" => Column::Loses,
        // An unknown column is no reason to refuse a list.
        _ => return (Column::Verdict, true),
    };
    (column, sort.descending)
}

#[allow(
    clippy::cast_precision_loss,
    reason = "an order among sums of records above 2^53 is nobody's question"
)]
fn key(row: &GroupRow, column: Column) -> Key {
    let lag = row.lag.records.map(|records| records as f64);
    match column {
        Column::Verdict => Key(Some(f64::from(row.verdict.state as u8)), lag),
        Column::Name => Key(None, None),
        Column::State => Key(Some(f64::from(row.state as u8)), row.members.map(f64::from)),
        Column::Lag => Key(lag, row.lag.seconds),
        Column::Behind => Key(row.lag.seconds, lag),
        Column::Loses => match row.retention {
            RetentionRisk::Lost { records } => Key(Some(3.0), Some(records as f64)),
            RetentionRisk::In { seconds, .. } => Key(Some(2.0), Some(-seconds)),
            RetentionRisk::None => Key(Some(1.0), lag),
            RetentionRisk::Unknown => Key(None, lag),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::group::{GroupKind, GroupState, GroupVerdict, Lag, SecondsKind};

    fn row(
        name: &str,
        health: GroupHealth,
        lag: Option<u64>,
        seconds: Option<f64>,
    ) -> Arc<GroupRow> {
        Arc::new(GroupRow {
            group: GroupName::new(name),
            kind: GroupKind::Classic,
            state: GroupState::Stable,
            coordinator: None,
            members: Some(2),
            topics: vec!["task-created".into()],
            lag: Lag {
                records: lag,
                seconds,
                seconds_kind: SecondsKind::Estimate,
                incomplete: false,
            },
            verdict: GroupVerdict {
                state: health,
                reason: String::new(),
                remedy: None,
            },
            in_per_second: None,
            out_per_second: None,
            catch_up_seconds: None,
            retention: match seconds {
                Some(seconds) if seconds > 100.0 => RetentionRisk::In {
                    seconds: 1_000.0 - seconds,
                    by_size: false,
                },
                _ => RetentionRisk::None,
            },
            trend: Vec::new(),
            why: None,
        })
    }

    fn rows() -> Vec<Arc<GroupRow>> {
        vec![
            row("alpha", GroupHealth::Healthy, Some(10), Some(1.0)),
            row("beta", GroupHealth::Stopped, Some(500), Some(900.0)),
            row("delta", GroupHealth::Unknown, None, None),
            row("gamma", GroupHealth::Stopped, Some(900), Some(300.0)),
        ]
    }

    fn names(query: &str) -> (Vec<String>, Page) {
        let query = ListQuery::parse(query);
        let filter = GroupQuery::parse(&query.q).unwrap();
        let rows = rows();
        let sorted = sorted(&rows, &filter, &query, &|group, check| {
            *group == "alpha" && check.text("client-7")
        });
        let (rows, page) = cut(&sorted, &query);
        (rows.iter().map(|row| row.group.to_string()).collect(), page)
    }

    #[test]
    fn the_worst_stands_first_and_among_equals_the_greatest_lag() {
        assert_eq!(names("").0, ["gamma", "beta", "delta", "alpha"]);
        assert_eq!(names("sort=name").0, ["alpha", "beta", "delta", "gamma"]);
        assert_eq!(names("sort=-lag").0, ["gamma", "beta", "alpha", "delta"]);
        assert_eq!(names("sort=-behind").0, ["beta", "gamma", "alpha", "delta"]);
        assert_eq!(names("sort=-loses").0[..2], ["beta", "gamma"]);
        assert_eq!(names("sort=nonsense").0, names("").0);
    }

    #[test]
    fn pages_follow_one_another_in_both_directions() {
        for sort in ["", "&sort=-name", "&sort=lag", "&sort=-loses"] {
            let all = names(sort).0;
            let (first, page) = names(&format!("size=3{sort}"));
            assert_eq!(first, all[..3], "{sort}");
            assert_eq!((page.total, page.previous), (4, None));
            let (second, page) = names(&format!("size=3{sort}&after={}", page.next.unwrap()));
            assert_eq!(second, all[3..], "{sort}");
            assert_eq!((page.next, page.previous.as_deref()), (None, Some("")));
        }
        assert_eq!(names("size=2&after=%00zz").0, ["gamma", "beta"]);
    }

    #[test]
    fn filters_by_words_and_by_verdict() {
        assert_eq!(names("q=ETA").0, ["beta"]);
        assert_eq!(names("state=stopped").0, ["gamma", "beta"]);
        assert_eq!(names("state=nonsense").0.len(), 0);
        assert_eq!(names("q=member:client-7").0, ["alpha"]);
        assert_eq!(names("q=lag>100&sort=name").0, ["beta", "gamma"]);
    }

    #[test]
    fn sums_are_over_all() {
        let totals = totals(&rows());
        assert_eq!(
            (totals.groups, totals.members, totals.lag, totals.attention),
            (4, 8, 1_410, 2)
        );
        assert_eq!(totals.by_health[0], (GroupHealth::Stopped, 2));
    }

    /// Ten thousand groups are sorted and cut within what a page may take, also where tests are not optimised.
    #[test]
    fn a_page_of_a_long_list_is_its_own() {
        let rows: Vec<Arc<GroupRow>> = (0..10_000_u64)
            .map(|index| {
                let name = format!("group-{:05}", index * 7_919 % 10_000);
                row(&name, GroupHealth::Healthy, Some(index % 97), Some(1.0))
            })
            .collect();
        let query = ListQuery::parse("q=group-0 topic:CREATED lag>=5&sort=-lag");
        let filter = GroupQuery::parse("group-0 topic:CREATED lag>=5").unwrap();
        let found = sorted(&rows, &filter, &query, &|_, _| false);
        let (items, page) = cut(&found, &query);
        assert_eq!(items.len(), 50);
        let lags: Vec<_> = items.iter().map(|row| row.lag.records).collect();
        assert!(lags.is_sorted_by(|one, other| one >= other), "{lags:?}");
        let matching = rows
            .iter()
            .filter(|row| row.group.as_str().starts_with("group-0"))
            .filter(|row| row.lag.records.is_some_and(|records| records >= 5))
            .count();
        assert_eq!(page.total, matching as u64);
        assert!(page.next.is_some());
    }
}
