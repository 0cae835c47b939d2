//! One principal in full: its rules with what they match now, the listeners that take it, quotas, and everything that is the matter.

use super::{
    authority, freshness, list, missing,
    table::{Ground, Known},
};
use crate::backend::sight::Sight;
use penstock_domain::{
    acl::{
        Principal, ResourceType, Rule,
        findings::{Finding, Names, RuleFinding, findings},
    },
    user::{RuleRow, UserDetail, listener, words},
    verdict::Severity,
};
use std::collections::BTreeSet;

/// Names that a rule's row gives as examples.
const EXAMPLES: usize = 5;

/// Everything that the page shows; `None` where nothing is known of such a principal.
pub fn of(sight: &Sight, principal: &Principal) -> Option<UserDetail> {
    let ground = Ground::of(sight);
    let user = ground.user(principal);
    let listed = sight.users();
    let (row, found) = listed.row(principal)?;
    let mut found = found.to_vec();
    let known = ground.known(principal.clone(), user);
    let names = LiveNames::of(sight);
    let rules = rows(&known, &names);
    let of_rules = rules.iter().flat_map(|row| &row.findings);
    for finding in of_rules.filter(|finding| finding.severity > Severity::Info) {
        if !found.contains(finding) {
            found.push(finding.clone());
        }
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.severity));
    let malformed = ground
        .malformed()
        .find(|malformed| Some(malformed.reference()) == row.resource);
    let freshness = freshness(sight);
    Some(UserDetail {
        row: row.clone(),
        findings: found,
        rules,
        everybody: everybody(sight, principal),
        may: None,
        listeners: listener::answers(ground.listeners(), &known.mechanisms()),
        scram: known.scram.unwrap_or_default().to_vec(),
        secret: user.and_then(|user| user.body.secret.clone()),
        resource: user
            .map(|user| user.detail())
            .or_else(|| malformed.map(|malformed| malformed.detail())),
        authorizer: list::authorizer(sight),
        as_of: freshness.as_of,
        missing: missing(sight, &freshness),
        quotas: known.quotas,
    })
}

/// Rules for everybody, which hold for this principal too.
fn everybody(sight: &Sight, principal: &Principal) -> Vec<Rule> {
    if principal.is_everyone() {
        return Vec::new();
    }
    authority::rules(sight)
        .map(|rules| rules.of(principal).everyone.to_vec())
        .unwrap_or_default()
}

/// The names that rules can match.
struct LiveNames<'a> {
    topics: Option<Vec<&'a str>>,
    groups: Option<Vec<&'a str>>,
}

impl<'a> LiveNames<'a> {
    fn of(sight: &'a Sight) -> Self {
        Self {
            topics: sight
                .topics()
                .map(|topics| topics.iter().map(|topic| topic.name.as_str()).collect()),
            groups: sight
                .groups()
                .map(|groups| groups.rows().iter().map(|row| row.group.as_str()).collect()),
        }
    }

    /// The names that a rule can be about; `None` where they are not known.
    fn of_type(&self, resource_type: ResourceType) -> Option<&[&'a str]> {
        match resource_type {
            ResourceType::Topic => self.topics.as_deref(),
            ResourceType::Group => self.groups.as_deref(),
            _ => None,
        }
    }

    /// What a pattern matches now.
    fn matched(&self, rule: &Rule) -> Option<Vec<&'a str>> {
        let names = self.of_type(rule.resource_type)?;
        Some(
            names
                .iter()
                .copied()
                .filter(|name| rule.is_about(name))
                .collect(),
        )
    }
}

/// Declared rules in their order, then those in force that nobody declares. Rules that differ in their operation alone are one row.
fn rows(known: &Known<'_>, names: &LiveNames<'_>) -> Vec<RuleRow> {
    let declared = match &known.declared_rules {
        Some(Ok(rules)) => rules.as_slice(),
        _ => &[],
    };
    let has_resource = known.user.is_some();
    let in_force: Option<BTreeSet<&Rule>> = known.rules.map(|rules| rules.iter().collect());
    let declared_set: BTreeSet<&Rule> = declared.iter().collect();
    let more = known
        .rules
        .unwrap_or_default()
        .iter()
        .filter(|rule| !declared_set.contains(rule));
    let all: Vec<&Rule> = declared.iter().chain(more).collect();
    let owned: Vec<Rule> = all.iter().map(|rule| (*rule).clone()).collect();
    let found = findings(
        &owned,
        Names {
            topics: names.topics.as_deref(),
            groups: names.groups.as_deref(),
            transactional_ids: None,
        },
    );
    let mut rows: Vec<RuleRow> = Vec::new();
    for rule in all {
        let is_declared = has_resource.then(|| declared_set.contains(rule));
        let is_live = in_force.as_ref().map(|live| live.contains(rule));
        let same = rows.iter_mut().find(|row| {
            row.declared == is_declared
                && row.in_force == is_live
                && row.rules.first().is_some_and(|first| alike(first, rule))
        });
        match same {
            Some(row) => row.rules.push(rule.clone()),
            None => rows.push(RuleRow {
                rules: vec![rule.clone()],
                declared: is_declared,
                in_force: is_live,
                matches: None,
                examples: Vec::new(),
                findings: Vec::new(),
            }),
        }
    }
    for row in &mut rows {
        finish(row, &found, names);
    }
    rows
}

/// Whether two rules differ in their operation alone.
fn alike(a: &Rule, b: &Rule) -> bool {
    a.resource_type == b.resource_type
        && a.pattern_type == b.pattern_type
        && a.name == b.name
        && a.effect == b.effect
        && a.host == b.host
}

fn finish(row: &mut RuleRow, found: &[RuleFinding], names: &LiveNames<'_>) {
    row.rules.dedup();
    let Some(first) = row.rules.first() else {
        return;
    };
    if let Some(matched) = names.matched(first) {
        row.matches = Some(matched.len() as u64);
        row.examples = matched
            .into_iter()
            .take(EXAMPLES)
            .map(str::to_owned)
            .collect();
    }
    let own = found
        .iter()
        .filter(|finding| row.rules.contains(&finding.rule))
        // To write Describe beside Read is custom, and no news.
        .filter(
            |finding| !matches!(&finding.kind, Finding::Covered { by } if row.rules.contains(by)),
        )
        // What the names say stands in the column already; that most rules say more than they must is no news on each of them.
        .filter(|finding| {
            !matches!(
                finding.kind,
                Finding::MatchesNothing
                    | Finding::IdempotentWriteImplied
                    | Finding::WriteWithoutTransactionalId
            )
        });
    row.findings = words::of_rules(own);
}
