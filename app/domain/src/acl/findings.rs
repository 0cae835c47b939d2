//! What is worth a look about the rules of one principal, held against the names that there are.

mod names;

use super::{Authorizer, Effect, Operation, PatternType, ResourceType, Rule, RuleSet, slip};
pub use names::Names;
use names::SortedNames;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something about a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuleFinding {
    /// The rule.
    pub rule: Rule,
    /// What is found.
    pub kind: Finding,
    /// The rule as it should be, where that is plain.
    pub corrected: Option<Rule>,
}

/// What is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Finding {
    /// A prefix with a `*`, which is a character there.
    StarInPrefix,
    /// A literal name with a `*`, which is a character there.
    StarInLiteral,
    /// White space around the name.
    Whitespace,
    /// A cluster rule for another name than [`super::CLUSTER`].
    NotTheCluster,
    /// Brokers never ask about this operation for this type ([`ResourceType::operations`]).
    OperationNeverAsked,
    /// A rule of the principal denies all that this one allows.
    Void {
        /// Which.
        by: Rule,
    },
    /// A literal name that ends as prefixes do (`task-`), and is no name, while names begin so.
    LiteralLikePrefix {
        /// How many names begin so.
        names: usize,
    },
    /// May read topics, but has no rule for any group: it can read only without a group.
    ReadWithoutGroup,
    /// May use groups, but not read any topic.
    GroupWithoutRead,
    /// May use transactional ids, but not write any topic.
    TransactionalIdWithoutWrite,
    /// It is about no name that there is.
    MatchesNothing,
    /// Given more than once.
    Repeated {
        /// How often.
        times: usize,
    },
    /// A wider rule of the principal has the same effect.
    Covered {
        /// Which.
        by: Rule,
    },
    /// `IdempotentWrite` on the cluster, where `Write` on a topic is enough since Kafka 3.0 (KIP-679).
    IdempotentWriteImplied,
    /// May write topics, but use no transactional id: it can't write in transactions.
    WriteWithoutTransactionalId,
    /// How many names it is about.
    Matches {
        /// So many.
        names: usize,
    },
}

impl Finding {
    /// Whether the rule hardly does what it was written for; others are worth knowing.
    pub const fn is_mistake(&self) -> bool {
        matches!(
            self,
            Self::StarInPrefix
                | Self::StarInLiteral
                | Self::Whitespace
                | Self::NotTheCluster
                | Self::OperationNeverAsked
                | Self::Void { .. }
                | Self::LiteralLikePrefix { .. }
        )
    }
}

/// What is worth a look about the rules of one principal, as declared (with repetitions) or as they live. By rule, in the order
/// in which they are given; what is found of the principal as a whole is with the first rule that it comes from.
pub fn findings(rules: &[Rule], names: Names<'_>) -> Vec<RuleFinding> {
    let names = SortedNames::of(names);
    // For its index: of many rules only those are compared whose names have to do with each other.
    let set = RuleSet::new(rules.to_vec(), Authorizer::None);
    let whole = of_principal(rules, &set);
    let mut found = Vec::new();
    for (place, times) in distinct(rules) {
        let Some(rule) = rules.get(place) else {
            continue;
        };
        let of_principal = whole
            .iter()
            .filter(|(of, _)| *of == place)
            .map(|(_, finding)| (finding.clone(), None));
        let kinds = of_name(rule)
            .into_iter()
            .chain(of_operation(rule))
            .chain(beside(&set, rule))
            .chain((times > 1).then_some((Finding::Repeated { times }, None)))
            .chain(of_principal)
            .chain(of_matches(rule, &names));
        found.extend(kinds.map(|(kind, corrected)| RuleFinding {
            rule: rule.clone(),
            kind,
            corrected,
        }));
    }
    found
}

type Found = (Finding, Option<Rule>);

/// Where each rule is given first, and how often it is.
fn distinct(rules: &[Rule]) -> Vec<(usize, usize)> {
    let mut seen: BTreeMap<&Rule, (usize, usize)> = BTreeMap::new();
    for (place, rule) in rules.iter().enumerate() {
        seen.entry(rule).or_insert((place, 0)).1 += 1;
    }
    let mut distinct: Vec<(usize, usize)> = seen.into_values().collect();
    distinct.sort_unstable();
    distinct
}

/// Slips in the name.
fn of_name(rule: &Rule) -> Option<Found> {
    if slip::is_not_the_cluster(rule) {
        return Some((Finding::NotTheCluster, Some(slip::the_cluster(rule))));
    }
    if slip::has_idle_star(rule) {
        let finding = match rule.pattern_type {
            PatternType::Literal => Finding::StarInLiteral,
            PatternType::Prefix => Finding::StarInPrefix,
        };
        return Some((finding, slip::without_star(rule)));
    }
    slip::trimmed(rule).map(|corrected| (Finding::Whitespace, Some(corrected)))
}

fn of_operation(rule: &Rule) -> Option<Found> {
    let is_asked = rule.operation == Operation::All
        || rule.resource_type.operations().contains(&rule.operation);
    (!is_asked).then_some((Finding::OperationNeverAsked, None))
}

/// What other rules make of one.
fn beside(set: &RuleSet, rule: &Rule) -> Vec<Found> {
    let void = voiding(set, rule).map(|by| Finding::Void { by: by.clone() });
    // Of two that cover each other one is idle, not both.
    let covered = wider(set, rule)
        .filter(|other| *other != rule && other.covers(rule))
        .find(|other| *other < rule || !rule.covers(other))
        .map(|by| Finding::Covered { by: by.clone() });
    void.into_iter()
        .chain(covered)
        .map(|finding| (finding, None))
        .collect()
}

/// Every rule that may be about all names that a rule is about: it is about its name, too.
fn wider<'s>(set: &'s RuleSet, rule: &'s Rule) -> impl Iterator<Item = &'s Rule> {
    set.about(rule.resource_type, &rule.name)
}

/// The rule that denies all that a rule allows.
fn voiding<'s>(set: &'s RuleSet, rule: &'s Rule) -> Option<&'s Rule> {
    wider(set, rule).find(|other| other.voids(rule))
}

/// How many names there are that a rule is about.
fn of_matches(rule: &Rule, names: &SortedNames<'_>) -> Option<Found> {
    let count = names.count(rule)?;
    if count > 0 {
        return Some((Finding::Matches { names: count }, None));
    }
    if let Some(prefix) = slip::as_prefix(rule)
        && let Some(names @ 1..) = names.count(&prefix)
    {
        return Some((Finding::LiteralLikePrefix { names }, Some(prefix)));
    }
    Some((Finding::MatchesNothing, None))
}

/// What is missing beside what the principal may do, with the place of the first rule that it is missing beside.
fn of_principal(rules: &[Rule], set: &RuleSet) -> Vec<(usize, Finding)> {
    use Operation::{IdempotentWrite, Read, Write};
    use ResourceType::{Cluster, Group, Topic, TransactionalId};
    let allowed: Vec<(usize, &Rule)> = rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.effect == Effect::Allow)
        .filter(|(_, rule)| voiding(set, rule).is_none())
        .collect();
    let first = |resource_type, operation| {
        allowed
            .iter()
            .find(|(_, rule)| rule.resource_type == resource_type && rule.decides(operation))
            .map(|(place, _)| *place)
    };
    let without = |has: Option<usize>, lacks: Option<usize>, finding| match (has, lacks) {
        (Some(place), None) => Some((place, finding)),
        _ => None,
    };
    let (reads, groups) = (first(Topic, Read), first(Group, Read));
    let (writes, transactions) = (first(Topic, Write), first(TransactionalId, Write));
    let idempotent = allowed
        .iter()
        .find(|(_, rule)| rule.resource_type == Cluster && rule.operation == IdempotentWrite)
        .map(|(place, _)| *place);
    [
        without(reads, groups, Finding::ReadWithoutGroup),
        without(groups, reads, Finding::GroupWithoutRead),
        without(transactions, writes, Finding::TransactionalIdWithoutWrite),
        without(writes, transactions, Finding::WriteWithoutTransactionalId),
        writes
            .and(idempotent)
            .map(|place| (place, Finding::IdempotentWriteImplied)),
    ]
    .into_iter()
    .flatten()
    .collect()
}
