//! Pages of principals, rules and quotas: filtered, sorted and cut on the server. Only the rows of a page are copied.

use super::{authority, freshness, missing};
use crate::backend::{paging, sight::Sight};
use penstock_domain::{
    acl::{Authorizer, Rule, RuleSet},
    envelope::Page,
    filter::FilterError,
    query::ListQuery,
    user::{
        RuleList, UserList, UserRow, query::UserQuery, quota::QuotaList, rules::RuleQuery,
        state::UserState,
    },
};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// The page of principals that a query asks for.
///
/// # Errors
/// The filter can't be read.
pub fn page(sight: &Sight, query: &ListQuery) -> Result<UserList, FilterError> {
    let filter = UserQuery::parse(&query.q)?;
    let table = sight.users();
    let sorted = sorted(&table.rows, &filter, query);
    let (column, descending) = column(query);
    let (items, page) = paging::cut(
        &sorted,
        query,
        |row| row.name.as_str(),
        |a, b| order(column, descending, (*a.0, a.1), (*b.0, b.1)),
    );
    let freshness = freshness(sight);
    Ok(UserList {
        items,
        page,
        as_of: freshness.as_of,
        missing: missing(sight, &freshness),
        totals: table.totals.clone(),
        authorizer: authorizer(sight),
        freshness,
    })
}

/// Who decides, or why that is not known.
pub(super) fn authorizer(sight: &Sight) -> Authorizer {
    super::authorizer(sight).unwrap_or_else(|| Authorizer::Unknown {
        why: sight
            .why_not_connected()
            .unwrap_or_else(|| "the brokers have not told which rules there are".to_owned()),
    })
}

/// Rows that pass, in the order that was asked for.
pub(super) fn sorted<'a>(
    rows: &'a [UserRow],
    filter: &UserQuery,
    query: &ListQuery,
) -> Vec<(Key, &'a UserRow)> {
    let state = query.state.as_deref().map(Wanted::of);
    let (column, descending) = column(query);
    let mut rows: Vec<(Key, &UserRow)> = rows
        .iter()
        .filter(|row| state.is_none_or(|wanted| wanted.takes(row)))
        .filter(|row| filter.matches(*row))
        .map(|row| (key(row, column), row))
        .collect();
    rows.sort_unstable_by(|a, b| {
        order(
            column,
            descending,
            (a.0, a.1.name.as_str()),
            (b.0, b.1.name.as_str()),
        )
    });
    rows
}

/// What the choice above the list asks for.
#[derive(Clone, Copy)]
enum Wanted {
    Attention,
    Declared,
    State(UserState),
    /// The address was written by hand.
    Nothing,
}

impl Wanted {
    fn of(name: &str) -> Self {
        match name {
            "attention" => Self::Attention,
            "declared" => Self::Declared,
            other => UserState::of_name(other).map_or(Self::Nothing, Self::State),
        }
    }

    fn takes(self, row: &UserRow) -> bool {
        match self {
            Self::Attention => super::table::needs_attention(row),
            Self::Declared => row.resource.is_some(),
            Self::State(state) => row.state == state,
            Self::Nothing => false,
        }
    }
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Finding,
    Name,
    State,
    Rules,
    Quotas,
}

/// The value of a row in the sorted column, and what decides among equals; nothing known sorts below everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Key(Option<u64>, Option<u64>);

fn column(query: &ListQuery) -> (Column, bool) {
    let Some(sort) = query.sorting() else {
        return (Column::Finding, true);
    };
    let column = match sort.column.as_str() {
        "finding" => Column::Finding,
        "name" => Column::Name,
        "state" => Column::State,
        "rules" => Column::Rules,
        "quotas" => Column::Quotas,
        // An unknown column is no reason to refuse a list.
        _ => return (Column::Finding, true),
    };
    (column, sort.descending)
}

fn key(row: &UserRow, column: Column) -> Key {
    let weight = row.finding.as_ref().map(|finding| finding.severity as u64);
    let state = Some(row.state as u64);
    match column {
        Column::Finding => Key(weight, state),
        Column::Name => Key(None, None),
        Column::State => Key(state, weight),
        Column::Rules => Key(row.rules, row.declared_rules),
        Column::Quotas => Key(row.quotas, row.rules),
    }
}

/// Names go up in either direction, except where they are what is sorted.
fn order(column: Column, descending: bool, a: (Key, &str), b: (Key, &str)) -> Ordering {
    let turned = |order: Ordering| if descending { order.reverse() } else { order };
    if column == Column::Name {
        return turned(a.1.cmp(b.1));
    }
    turned(a.0.cmp(&b.0)).then_with(|| a.1.cmp(b.1))
}

/// The page of rules that a query asks for, in the order in which Kafka has them: by principal, then by what they are about.
///
/// # Errors
/// The filter can't be read.
pub fn rules(sight: &Sight, query: &ListQuery) -> Result<RuleList, FilterError> {
    let filter = RuleQuery::parse(&query.q)?;
    let known = authority::rules(sight);
    let rules = known.as_deref().map(RuleSet::rules).unwrap_or_default();
    let (items, page) = rules_page(rules, &filter, query);
    let freshness = freshness(sight);
    Ok(RuleList {
        items,
        page,
        as_of: freshness.as_of,
        missing: missing(sight, &freshness),
        authorizer: authorizer(sight),
    })
}

/// Rules are in order already, and a cursor is the place of one among all of them.
fn rules_page(rules: &[Rule], filter: &RuleQuery, query: &ListQuery) -> (Vec<Rule>, Page) {
    let passing: Vec<(usize, &Rule)> = rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| filter.matches(*rule))
        .collect();
    paging::cut(
        &passing,
        query,
        |rule| rule.name.as_str(),
        |a, b| a.0.cmp(b.0),
    )
}

/// Every quota in force.
pub fn quotas(sight: &Sight) -> QuotaList {
    let freshness = freshness(sight);
    let quotas = sight
        .principals()
        .and_then(|principals| principals.quotas.as_deref());
    QuotaList {
        items: quotas.cloned().unwrap_or_default(),
        as_of: freshness.as_of,
        missing: missing(sight, &freshness)
            .into_iter()
            .filter(|missing| missing.what.contains("quotas"))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::{
        acl::{Effect, Operation, PatternType, Principal, ResourceType},
        advice::Advice,
        verdict::Severity,
    };

    fn row(name: &str, severity: Option<Severity>, rules: u64) -> UserRow {
        UserRow {
            principal: Principal::user(name),
            name: name.to_owned(),
            state: UserState::Managed,
            finding: severity.map(|severity| Advice {
                severity,
                what: "Something".to_owned(),
                then: None,
                yaml: None,
            }),
            mechanisms: Vec::new(),
            rules: Some(rules),
            declared_rules: None,
            quotas: None,
            super_user: false,
            resource: None,
            created: None,
        }
    }

    fn names(rows: &[UserRow], query: &str) -> Vec<String> {
        let query = ListQuery::parse(query);
        let filter = UserQuery::parse(&query.q).unwrap();
        let rows = sorted(rows, &filter, &query);
        rows.iter().map(|(_, row)| row.name.clone()).collect()
    }

    #[test]
    fn the_worst_stands_first() {
        let rows = [
            row("alpha", None, 9),
            row("beta", Some(Severity::Bad), 1),
            row("delta", Some(Severity::Info), 2),
        ];
        assert_eq!(names(&rows, ""), ["beta", "delta", "alpha"]);
        assert_eq!(names(&rows, "sort=-rules"), ["alpha", "delta", "beta"]);
        assert_eq!(names(&rows, "state=attention"), ["beta"]);
        assert_eq!(names(&rows, "state=nonsense").len(), 0);
        assert_eq!(names(&rows, "q=rules>1&sort=name"), ["alpha", "delta"]);
    }

    #[test]
    fn rules_are_paged_among_equal_names() {
        let rules: Vec<Rule> = [Operation::Read, Operation::Write, Operation::Describe]
            .into_iter()
            .map(|operation| Rule {
                principal: Principal::user("a"),
                resource_type: ResourceType::Topic,
                pattern_type: PatternType::Literal,
                name: "orders".to_owned(),
                operation,
                effect: Effect::Allow,
                host: "*".to_owned(),
            })
            .collect();
        let page = |query: &str| {
            let query = ListQuery::parse(query);
            rules_page(&rules, &RuleQuery::parse(&query.q).unwrap(), &query)
        };
        let (first, at) = page("size=2");
        assert_eq!((first.len(), at.total), (2, 3));
        let (second, at) = page(&format!("size=2&after={}", at.next.unwrap()));
        assert_eq!(second[..], rules[2..]);
        assert!(at.next.is_none());
        assert_eq!(page("q=operation:write").0.len(), 1);
    }
}
