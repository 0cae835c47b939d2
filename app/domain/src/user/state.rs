//! How a principal stands: declared and as declared, drifted, known to the brokers alone, in error, not handled.

use serde::{Deserialize, Serialize};

/// The state of a principal; worst last, so that the greatest is the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum UserState {
    /// Declared, and the brokers have what is declared.
    Managed,
    /// Declared, and the operator has not come to it yet.
    Pending,
    /// Declared, and reconciliation is paused.
    Paused,
    /// Known to the brokers alone, and not to the operator's taste: super users, listeners without sign-in, ignored users.
    LiveOnly,
    /// Declared, and the brokers have something else.
    Drifted,
    /// Declared, and no operator handles it: its cluster label is gone, or names no cluster.
    NotHandled,
    /// Declared, and the operator failed.
    InError,
}

impl UserState {
    /// Every one, in the order of the list's choices.
    pub const ALL: [Self; 7] = [
        Self::Managed,
        Self::Pending,
        Self::Paused,
        Self::LiveOnly,
        Self::Drifted,
        Self::NotHandled,
        Self::InError,
    ];

    /// As filters, addresses and the API write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::Pending => "pending",
            Self::Paused => "paused",
            Self::LiveOnly => "liveOnly",
            Self::Drifted => "drifted",
            Self::NotHandled => "notHandled",
            Self::InError => "inError",
        }
    }

    /// For people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Managed => "Managed",
            Self::Pending => "Pending",
            Self::Paused => "Paused",
            Self::LiveOnly => "Live only",
            Self::Drifted => "Drifted",
            Self::NotHandled => "Not handled",
            Self::InError => "In error",
        }
    }

    /// The state of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}
