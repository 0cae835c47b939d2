//! Rules of compatibility: what a new version of a schema must keep to. Names as Confluent's registry has them; Apicurio and Karapace
//! have the same.

use serde::{Deserialize, Serialize};

/// What a new version must be able to do with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum CompatibilityLevel {
    /// Nothing is checked.
    None,
    /// It reads what the newest version wrote.
    Backward,
    /// It reads what every version wrote.
    BackwardTransitive,
    /// The newest version reads what it writes.
    Forward,
    /// Every version reads what it writes.
    ForwardTransitive,
    /// Both ways, with the newest version.
    Full,
    /// Both ways, with every version.
    FullTransitive,
}

impl CompatibilityLevel {
    /// Every level, from the loosest.
    pub const ALL: [CompatibilityLevel; 7] = [
        CompatibilityLevel::None,
        CompatibilityLevel::Backward,
        CompatibilityLevel::BackwardTransitive,
        CompatibilityLevel::Forward,
        CompatibilityLevel::ForwardTransitive,
        CompatibilityLevel::Full,
        CompatibilityLevel::FullTransitive,
    ];

    /// As a registry writes it.
    pub const fn wire(self) -> &'static str {
        match self {
            CompatibilityLevel::None => "NONE",
            CompatibilityLevel::Backward => "BACKWARD",
            CompatibilityLevel::BackwardTransitive => "BACKWARD_TRANSITIVE",
            CompatibilityLevel::Forward => "FORWARD",
            CompatibilityLevel::ForwardTransitive => "FORWARD_TRANSITIVE",
            CompatibilityLevel::Full => "FULL",
            CompatibilityLevel::FullTransitive => "FULL_TRANSITIVE",
        }
    }

    /// From what a registry wrote.
    pub fn of_wire(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|level| level.wire().eq_ignore_ascii_case(text))
    }

    /// The name in the API and in filters.
    pub const fn name(self) -> &'static str {
        match self {
            CompatibilityLevel::None => "none",
            CompatibilityLevel::Backward => "backward",
            CompatibilityLevel::BackwardTransitive => "backwardTransitive",
            CompatibilityLevel::Forward => "forward",
            CompatibilityLevel::ForwardTransitive => "forwardTransitive",
            CompatibilityLevel::Full => "full",
            CompatibilityLevel::FullTransitive => "fullTransitive",
        }
    }

    /// The words on a page.
    pub const fn words(self) -> &'static str {
        match self {
            CompatibilityLevel::None => "none",
            CompatibilityLevel::Backward => "backward",
            CompatibilityLevel::BackwardTransitive => "backward transitive",
            CompatibilityLevel::Forward => "forward",
            CompatibilityLevel::ForwardTransitive => "forward transitive",
            CompatibilityLevel::Full => "full",
            CompatibilityLevel::FullTransitive => "full transitive",
        }
    }

    /// What it asks for, as a sentence.
    pub const fn says(self) -> &'static str {
        match self {
            CompatibilityLevel::None => "Nothing is checked.",
            CompatibilityLevel::Backward => {
                "A new version must read what the newest one wrote: move readers first."
            }
            CompatibilityLevel::BackwardTransitive => {
                "A new version must read what every version wrote: move readers first."
            }
            CompatibilityLevel::Forward => {
                "The newest version must read what a new one writes: move writers first."
            }
            CompatibilityLevel::ForwardTransitive => {
                "Every version must read what a new one writes: move writers first."
            }
            CompatibilityLevel::Full => {
                "A new version and the newest must read each other: move in any order."
            }
            CompatibilityLevel::FullTransitive => {
                "A new version and every other must read each other: move in any order."
            }
        }
    }

    /// Whether a new version must read what others wrote.
    pub const fn backward(self) -> bool {
        matches!(
            self,
            CompatibilityLevel::Backward
                | CompatibilityLevel::BackwardTransitive
                | CompatibilityLevel::Full
                | CompatibilityLevel::FullTransitive
        )
    }

    /// Whether others must read what a new version writes.
    pub const fn forward(self) -> bool {
        matches!(
            self,
            CompatibilityLevel::Forward
                | CompatibilityLevel::ForwardTransitive
                | CompatibilityLevel::Full
                | CompatibilityLevel::FullTransitive
        )
    }

    /// Whether it looks at every version and not at the newest alone.
    pub const fn transitive(self) -> bool {
        matches!(
            self,
            CompatibilityLevel::BackwardTransitive
                | CompatibilityLevel::ForwardTransitive
                | CompatibilityLevel::FullTransitive
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for level in CompatibilityLevel::ALL {
            assert_eq!(CompatibilityLevel::of_wire(level.wire()), Some(level));
            assert_eq!(
                serde_json::to_string(&level).unwrap(),
                format!("\"{}\"", level.name())
            );
        }
        assert_eq!(CompatibilityLevel::of_wire("NONSENSE"), None);
    }
}
