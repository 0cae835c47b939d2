//! The filter over the list of groups: `billing topic:invoices verdict:stopped lag>1000 behind>5m`.
//!
//! The words of this list; how they are read and joined is `crate::list_filter`. What is not known passes no comparison. Pure: the
//! server filters its rows with it, the page shows where it is wrong before anybody is asked.

use super::{GroupHealth, GroupKind, GroupRow, GroupState};
use crate::{
    ids::GroupName,
    list_filter::{Check, Holds, ListField, ListFilter, Row},
};

/// What may be written, for the field's hint.
pub const HINT: &str = "Filter: name, topic:, member:, kind:, state:, verdict:, lag>, behind>";

/// A filter over groups.
pub type GroupQuery = ListFilter<GroupField>;

/// What a group can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupField {
    /// Its name.
    Name,
    /// A topic that it reads.
    Topic,
    /// What a member is called or where it is.
    Member,
    /// Its kind.
    Kind,
    /// Its state.
    State,
    /// What the console makes of it.
    Verdict,
    /// Records that wait.
    Lag,
    /// How far behind in time.
    Behind,
}

impl ListField for GroupField {
    const ALL: &'static [Self] = &[
        GroupField::Name,
        GroupField::Topic,
        GroupField::Member,
        GroupField::Kind,
        GroupField::State,
        GroupField::Verdict,
        GroupField::Lag,
        GroupField::Behind,
    ];
    const NAME: Self = GroupField::Name;

    fn name(self) -> &'static str {
        match self {
            GroupField::Name => "name",
            GroupField::Topic => "topic",
            GroupField::Member => "member",
            GroupField::Kind => "kind",
            GroupField::State => "state",
            GroupField::Verdict => "verdict",
            GroupField::Lag => "lag",
            GroupField::Behind => "behind",
        }
    }

    fn holds(self) -> Holds {
        match self {
            GroupField::Name | GroupField::Topic | GroupField::Member => Holds::Text,
            GroupField::Kind => Holds::Choice {
                what: "kind of group",
                names: || GroupKind::ALL.iter().map(|kind| kind.name()).collect(),
            },
            GroupField::State => Holds::Choice {
                what: "state of a group",
                names: || GroupState::ALL.iter().map(|state| state.name()).collect(),
            },
            GroupField::Verdict => Holds::Choice {
                what: "verdict",
                names: || {
                    GroupHealth::ALL
                        .iter()
                        .map(|health| health.name())
                        .collect()
                },
            },
            GroupField::Lag => Holds::Count {
                what: "number of records",
            },
            GroupField::Behind => Holds::Duration,
        }
    }

    fn says(self) -> &'static str {
        match self {
            GroupField::Name => "name of the group",
            GroupField::Topic => "a topic that it reads",
            GroupField::Member => "id, client or host of a member",
            GroupField::Kind => "classic, consumer, share …",
            GroupField::State => "as the coordinator says it",
            GroupField::Verdict => "what to make of it",
            GroupField::Lag => "records that wait",
            GroupField::Behind => "90s, 5m, 2d",
        }
    }

    fn example(self) -> &'static str {
        match self {
            GroupField::Name => "name:billing-*",
            GroupField::Topic => "topic:invoices",
            GroupField::Member => "member:10.2.14",
            GroupField::Kind => "kind:consumer",
            GroupField::State => "state:empty",
            GroupField::Verdict => "verdict:stopped",
            GroupField::Lag => "lag>1000",
            GroupField::Behind => "behind>5m",
        }
    }
}

/// Whether some member of a group passes.
pub type HasMember<'a> = &'a dyn Fn(&GroupName, &Check) -> bool;

/// A row, and a way to ask for what it does not hold.
struct Asked<'a> {
    row: &'a GroupRow,
    member: Option<HasMember<'a>>,
}

impl Row<GroupField> for Asked<'_> {
    #[allow(
        clippy::cast_precision_loss,
        reason = "a bound among sums of records above 2^53 is nobody's question"
    )]
    fn answer(&self, field: GroupField, check: &Check) -> Option<bool> {
        let row = self.row;
        match field {
            GroupField::Name => Some(check.text(row.group.as_str())),
            GroupField::Topic => Some(row.topics.iter().any(|topic| check.text(topic.as_str()))),
            GroupField::Member => self.member.map(|member| member(&row.group, check)),
            GroupField::Kind => Some(check.choice(|name| name == row.kind.name())),
            GroupField::State => Some(check.choice(|name| name == row.state.name())),
            GroupField::Verdict => Some(check.choice(|name| name == row.verdict.state.name())),
            GroupField::Lag => check.figure(row.lag.records.map(|records| records as f64)),
            GroupField::Behind => check.figure(row.lag.seconds),
        }
    }
}

impl ListFilter<GroupField> {
    /// Whether a group passes. `member` is asked last and only where it may decide: whether some member of the group passes in its
    /// id, instance id, client id or host, which a row does not hold.
    pub fn passes(&self, row: &GroupRow, member: HasMember<'_>) -> bool {
        let without = self.decide(&Asked { row, member: None });
        match without {
            Some(decided) => decided,
            None if !self.asks(GroupField::Member) => false,
            None => self.matches(&Asked {
                row,
                member: Some(member),
            }),
        }
    }
}

#[cfg(test)]
mod tests;
