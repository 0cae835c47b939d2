//! The filter over principals: `task-* state:drifted mechanism:tls rules>10 finding:prefix`.
//!
//! The words of this list; how they are read and joined is `crate::list_filter`.

use super::{UserRow, credential::Mechanism, state::UserState};
use crate::list_filter::{Check, Holds, ListField, ListFilter, Row};

/// What may be written, for the field's hint.
pub const HINT: &str = "Filter: name, state:, mechanism:, finding:, rules>, quotas>";

/// A filter over principals.
pub type UserQuery = ListFilter<UserField>;

/// What a principal can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserField {
    /// Its name, or the principal's.
    Name,
    /// How it stands.
    State,
    /// How it shows who it is.
    Mechanism,
    /// What is the matter with it.
    Finding,
    /// Rules in force.
    Rules,
    /// Quotas in force.
    Quotas,
}

impl ListField for UserField {
    const ALL: &'static [Self] = &[
        Self::Name,
        Self::State,
        Self::Mechanism,
        Self::Finding,
        Self::Rules,
        Self::Quotas,
    ];
    const NAME: Self = Self::Name;

    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::State => "state",
            Self::Mechanism => "mechanism",
            Self::Finding => "finding",
            Self::Rules => "rules",
            Self::Quotas => "quotas",
        }
    }

    fn holds(self) -> Holds {
        match self {
            Self::Name | Self::Finding => Holds::Text,
            Self::State => Holds::Choice {
                what: "state of a user",
                names: || UserState::ALL.iter().map(|state| state.name()).collect(),
            },
            Self::Mechanism => Holds::Choice {
                what: "mechanism",
                names: || {
                    Mechanism::ALL
                        .iter()
                        .map(|mechanism| mechanism.name())
                        .collect()
                },
            },
            Self::Rules => Holds::Count {
                what: "number of rules",
            },
            Self::Quotas => Holds::Count {
                what: "number of quotas",
            },
        }
    }

    fn says(self) -> &'static str {
        match self {
            Self::Name => "name of the user or principal",
            Self::State => "managed, drifted, live only …",
            Self::Mechanism => "password or certificate",
            Self::Finding => "words of what is the matter",
            Self::Rules => "rules in force",
            Self::Quotas => "quotas in force",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::Name => "name:task-*",
            Self::State => "state:drifted",
            Self::Mechanism => "mechanism:tls",
            Self::Finding => "finding:prefix",
            Self::Rules => "rules>10",
            Self::Quotas => "quotas>0",
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "nobody has 2^53 rules")]
fn figure(check: &Check, number: Option<u64>) -> Option<bool> {
    check.figure(number.map(|number| number as f64))
}

impl Row<UserField> for UserRow {
    fn answer(&self, field: UserField, check: &Check) -> Option<bool> {
        match field {
            UserField::Name => Some(check.text(&self.name) || check.text(self.principal.as_str())),
            UserField::State => Some(check.choice(|name| name == self.state.name())),
            UserField::Mechanism => Some(check.choice(|name| {
                self.mechanisms
                    .iter()
                    .any(|mechanism| mechanism.name() == name)
            })),
            UserField::Finding => Some(
                self.finding
                    .as_ref()
                    .is_some_and(|finding| check.text(&finding.what)),
            ),
            UserField::Rules => figure(check, self.rules),
            UserField::Quotas => figure(check, self.quotas),
        }
    }
}
