//! Principals and rules as files.

use super::{authority, list::sorted};
use crate::backend::{
    csv::{self, field, known},
    sight::Sight,
};
use penstock_domain::{
    acl::{Rule, RuleSet},
    filter::FilterError,
    query::ListQuery,
    user::{UserRow, credential::Mechanism, query::UserQuery, rules::RuleQuery},
};

const USERS: [&str; 10] = [
    "principal",
    "name",
    "state",
    "finding",
    "mechanisms",
    "rules",
    "declaredRules",
    "quotas",
    "superUser",
    "resource",
];

const RULES: [&str; 7] = [
    "principal",
    "effect",
    "operation",
    "resourceType",
    "patternType",
    "name",
    "host",
];

/// Principals that pass.
///
/// # Errors
/// The filter can't be read.
pub fn users(sight: &Sight, query: &ListQuery) -> Result<String, FilterError> {
    let filter = UserQuery::parse(&query.q)?;
    let table = sight.users();
    let rows = sorted(&table.rows, &filter, query);
    Ok(csv::file(USERS, rows.into_iter().map(|(_, row)| row), user))
}

/// Rules in force that pass.
///
/// # Errors
/// The filter can't be read.
pub fn rules(sight: &Sight, query: &ListQuery) -> Result<String, FilterError> {
    let filter = RuleQuery::parse(&query.q)?;
    let known = authority::rules(sight);
    let rules = known.as_deref().map(RuleSet::rules).unwrap_or_default();
    let passing = rules.iter().filter(|rule| filter.matches(*rule));
    Ok(csv::file(RULES, passing, rule))
}

fn user(row: &UserRow) -> [String; 10] {
    let mechanisms: Vec<&str> = row
        .mechanisms
        .iter()
        .map(|mechanism: &Mechanism| mechanism.name())
        .collect();
    let finding = row.finding.as_ref().map(|finding| finding.what.as_str());
    let resource = row.resource.as_ref();
    [
        field(row.principal.as_str()),
        field(&row.name),
        row.state.name().to_owned(),
        field(finding.unwrap_or_default()),
        mechanisms.join(" "),
        known(row.rules),
        known(row.declared_rules),
        known(row.quotas),
        row.super_user.to_string(),
        resource
            .map(|resource| format!("{}/{}", resource.namespace, resource.name))
            .unwrap_or_default(),
    ]
}

fn rule(rule: &Rule) -> [String; 7] {
    [
        field(rule.principal.as_str()),
        rule.effect.label().to_owned(),
        rule.operation.label().to_owned(),
        rule.resource_type.label().to_owned(),
        rule.pattern_type.label().to_owned(),
        field(&rule.name),
        field(&rule.host),
    ]
}
