//! For a “no”: the rule that was probably meant for the question, and what is wrong with it.
//!
//! A rule is near if it would allow what is asked but for one slip. The slips are those that people make with Kafka's rules:
//! a star where it is a character, a prefix that is declared literal, the principal of the other way to log in.

use super::{
    ANY, Because, CLUSTER, Effect, Operation, PatternType, Principal, Question, ResourceType, Rule,
    RuleSet, slip,
};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// A rule that looks meant for a question, and misses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Nearest {
    /// The rule as it is.
    pub rule: Rule,
    /// Why it misses.
    pub why: Miss,
    /// The rule as it should be; `None` where that is not plain. With [`Miss::OtherOperation`] and
    /// [`Miss::OtherResourceType`] the rule as it is may well be right, and this one is wanted beside it.
    pub corrected: Option<Rule>,
}

/// Why a rule misses a question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Miss {
    /// A prefix with a `*`: there the star is a character of the name.
    LiteralStarInPrefix,
    /// A literal name with a `*` that is not `*` alone: it is that very name, not a pattern.
    StarInLiteral,
    /// The name but for the case of letters.
    Case,
    /// The name but for white space around it.
    Whitespace,
    /// A cluster rule for another name than [`CLUSTER`].
    NotTheCluster,
    /// A literal name that ends as prefixes do (`task-`), with which the name in question begins: a prefix is meant.
    OtherPatternType {
        /// The type that it has.
        has: PatternType,
    },
    /// It is for a principal that is spelt otherwise: another case, with or without `CN=` or `User:`.
    OtherPrincipal {
        /// The principal as the rule spells it.
        has: Principal,
    },
    /// It counts from another host only.
    OtherHost {
        /// The host from which it counts.
        has: String,
    },
    /// It is about the resource, but allows another operation.
    OtherOperation {
        /// The operation that it allows.
        has: Operation,
    },
    /// It is about another type of resource of that name.
    OtherResourceType {
        /// The type that it is about.
        has: ResourceType,
    },
}

impl RuleSet {
    /// The rule that looks meant for a question to which the answer is no; `None` where the answer is another, where a rule
    /// denies it, and where no rule is near.
    pub fn nearest(&self, question: &Question) -> Option<Nearest> {
        let answer = self.answer(question);
        if answer.allowed != Some(false) || matches!(answer.because, Because::Denied { .. }) {
            return None;
        }
        let held = self.of(&question.principal);
        let alike = self
            .principals()
            .filter(|other| slip::principals_alike(other, &question.principal))
            .flat_map(|other| self.of(other).own);
        held.iter()
            .chain(alike)
            .filter(|rule| rule.effect == Effect::Allow)
            .filter_map(|rule| near(rule, question))
            .min_by_key(|near| (near.why.rank(), Reverse(near.rule.name.len())))
    }
}

impl Miss {
    /// The plainer the slip, the earlier; of rules with equal slips the one with the longest name is meant.
    const fn rank(&self) -> u8 {
        match self {
            Self::LiteralStarInPrefix | Self::StarInLiteral => 0,
            Self::Case | Self::Whitespace | Self::NotTheCluster => 1,
            Self::OtherPatternType { .. } => 2,
            Self::OtherPrincipal { .. } => 3,
            Self::OtherHost { .. } => 4,
            Self::OtherOperation { .. } => 5,
            Self::OtherResourceType { .. } => 6,
        }
    }
}

/// What of a rule fits a question.
struct Fit {
    resource_type: bool,
    name: bool,
    operation: bool,
    host: bool,
    principal: bool,
}

/// The one slip that keeps a rule from allowing what is asked.
fn near(rule: &Rule, question: &Question) -> Option<Nearest> {
    let fit = Fit {
        resource_type: rule.resource_type == question.resource_type,
        name: rule.is_about(&question.name),
        operation: rule.decides(question.operation),
        host: rule.is_for_any_host() || question.host.as_deref() == Some(rule.host.as_str()),
        principal: rule.is_for(&question.principal),
    };
    let (why, corrected) = match fit {
        Fit {
            resource_type: true,
            name: false,
            operation: true,
            host: true,
            principal: true,
        } => other_name(rule, &question.name)?,
        Fit {
            resource_type: true,
            name: true,
            operation: true,
            host: true,
            principal: false,
        } => other_principal(rule, question),
        Fit {
            resource_type: true,
            name: true,
            operation: true,
            host: false,
            principal: true,
        } => other_host(rule, question),
        Fit {
            resource_type: true,
            name: true,
            operation: false,
            host: true,
            principal: true,
        } => other_operation(rule, question),
        Fit {
            resource_type: false,
            name: true,
            operation: true,
            host: true,
            principal: true,
        } => other_resource_type(rule, question)?,
        _ => return None,
    };
    Some(Nearest {
        rule: rule.clone(),
        why,
        corrected,
    })
}

fn other_name(rule: &Rule, name: &str) -> Option<(Miss, Option<Rule>)> {
    if slip::is_not_the_cluster(rule) && name == CLUSTER {
        return Some((Miss::NotTheCluster, Some(slip::the_cluster(rule))));
    }
    if slip::star_was_meant_for(rule, name) {
        let why = match rule.pattern_type {
            PatternType::Literal => Miss::StarInLiteral,
            PatternType::Prefix => Miss::LiteralStarInPrefix,
        };
        return Some((why, slip::without_star(rule)));
    }
    let trimmed = slip::trimmed(rule);
    if trimmed.as_ref().is_some_and(|rule| rule.is_about(name)) {
        return Some((Miss::Whitespace, trimmed));
    }
    if let Some(recased) = slip::in_case_of(rule, name) {
        return Some((Miss::Case, Some(recased)));
    }
    let prefix = slip::as_prefix(rule);
    if prefix.as_ref().is_some_and(|rule| rule.is_about(name)) {
        let has = rule.pattern_type;
        return Some((Miss::OtherPatternType { has }, prefix));
    }
    None
}

fn other_principal(rule: &Rule, question: &Question) -> (Miss, Option<Rule>) {
    let has = rule.principal.clone();
    let corrected = Rule {
        principal: question.principal.clone(),
        ..rule.clone()
    };
    (Miss::OtherPrincipal { has }, Some(corrected))
}

fn other_host(rule: &Rule, question: &Question) -> (Miss, Option<Rule>) {
    let has = rule.host.clone();
    let corrected = Rule {
        host: question.host.clone().unwrap_or_else(|| ANY.to_owned()),
        ..rule.clone()
    };
    (Miss::OtherHost { has }, Some(corrected))
}

fn other_operation(rule: &Rule, question: &Question) -> (Miss, Option<Rule>) {
    let has = rule.operation;
    // A rule for everyone is not widened because one of them asks for more, nor one for an operation that nobody is asked about.
    let is_asked = question
        .resource_type
        .operations()
        .contains(&question.operation);
    let corrected = (is_asked && rule.principal == question.principal).then(|| Rule {
        operation: question.operation,
        ..rule.clone()
    });
    (Miss::OtherOperation { has }, corrected)
}

/// A rule for every topic says nothing of groups; one for a name may have been meant for a group of that name.
fn other_resource_type(rule: &Rule, question: &Question) -> Option<(Miss, Option<Rule>)> {
    if rule.is_about_all() || rule.principal != question.principal {
        return None;
    }
    let has = rule.resource_type;
    let is_asked = question
        .resource_type
        .operations()
        .contains(&rule.operation)
        || rule.operation == Operation::All;
    let corrected = is_asked.then(|| Rule {
        resource_type: question.resource_type,
        ..rule.clone()
    });
    Some((Miss::OtherResourceType { has }, corrected))
}
