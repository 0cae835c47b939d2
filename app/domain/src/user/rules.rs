//! The filter over rules: `principal:task-api on:orders type:topic operation:read effect:deny`.
//!
//! The words of this list; how they are read and joined is `crate::list_filter`.

use crate::{
    acl::{Effect, Operation, PatternType, ResourceType, Rule},
    list_filter::{Check, Holds, ListField, ListFilter, Row},
};

/// What may be written, for the field's hint.
pub const HINT: &str = "Filter: principal or resource, type:, pattern:, operation:, effect:, host:";

/// A filter over rules.
pub type RuleQuery = ListFilter<RuleField>;

/// What a rule can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleField {
    /// Its principal, or the name that it is about.
    Name,
    /// Its principal alone.
    Principal,
    /// The name that it is about alone.
    On,
    /// What kind of thing it is about.
    Type,
    /// How its name is meant.
    Pattern,
    /// What it allows or denies.
    Operation,
    /// Whether it allows or denies.
    Effect,
    /// From where.
    Host,
}

impl ListField for RuleField {
    const ALL: &'static [Self] = &[
        Self::Name,
        Self::Principal,
        Self::On,
        Self::Type,
        Self::Pattern,
        Self::Operation,
        Self::Effect,
        Self::Host,
    ];
    const NAME: Self = Self::Name;

    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Principal => "principal",
            Self::On => "on",
            Self::Type => "type",
            Self::Pattern => "pattern",
            Self::Operation => "operation",
            Self::Effect => "effect",
            Self::Host => "host",
        }
    }

    fn holds(self) -> Holds {
        match self {
            Self::Name | Self::Principal | Self::On | Self::Host => Holds::Text,
            Self::Type => Holds::Choice {
                what: "type of resource",
                names: || ResourceType::all().iter().map(|of| of.label()).collect(),
            },
            Self::Pattern => Holds::Choice {
                what: "pattern type",
                names: || PatternType::all().iter().map(|of| of.label()).collect(),
            },
            Self::Operation => Holds::Choice {
                what: "operation",
                names: || Operation::all().iter().map(|of| of.label()).collect(),
            },
            Self::Effect => Holds::Choice {
                what: "effect",
                names: || Effect::all().iter().map(|of| of.label()).collect(),
            },
        }
    }

    fn says(self) -> &'static str {
        match self {
            Self::Name => "a part of the principal or the name",
            Self::Principal => "who",
            Self::On => "the name or prefix as written",
            Self::Type => "Topic, Group, Cluster …",
            Self::Pattern => "Literal or Prefixed",
            Self::Operation => "Read, Write …",
            Self::Effect => "Allow or Deny",
            Self::Host => "* or an address",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::Name => "name:task",
            Self::Principal => "principal:task-api",
            Self::On => "on:orders",
            Self::Type => "type:Group",
            Self::Pattern => "pattern:Prefixed",
            Self::Operation => "operation:Write",
            Self::Effect => "effect:Deny",
            Self::Host => "host:10.0.0.1",
        }
    }
}

impl Row<RuleField> for Rule {
    fn answer(&self, field: RuleField, check: &Check) -> Option<bool> {
        Some(match field {
            RuleField::Name => check.text(self.principal.as_str()) || check.text(&self.name),
            RuleField::Principal => {
                check.text(self.principal.as_str()) || check.text(self.principal.name())
            }
            RuleField::On => check.text(&self.name),
            RuleField::Type => check.choice(|name| same(name, self.resource_type.label())),
            RuleField::Pattern => check.choice(|name| same(name, self.pattern_type.label())),
            RuleField::Operation => check.choice(|name| same(name, self.operation.label())),
            RuleField::Effect => check.choice(|name| same(name, self.effect.label())),
            RuleField::Host => check.text(&self.host),
        })
    }
}

fn same(asked: &str, label: &str) -> bool {
    asked.eq_ignore_ascii_case(label)
}
