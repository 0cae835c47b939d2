//! The names of kinds, states and verdicts: as addresses, the API and the filter write them, and as pages say them. The maps are
//! exhaustive, so that a new one can't be forgotten.

use super::{GroupHealth, GroupKind, GroupState};

impl GroupKind {
    /// Every kind.
    pub const ALL: [GroupKind; 6] = [
        GroupKind::Classic,
        GroupKind::Consumer,
        GroupKind::Share,
        GroupKind::Streams,
        GroupKind::Connect,
        GroupKind::Unknown,
    ];

    /// The name in the API and in the filter; also the word on the page.
    pub const fn name(self) -> &'static str {
        match self {
            GroupKind::Classic => "classic",
            GroupKind::Consumer => "consumer",
            GroupKind::Share => "share",
            GroupKind::Streams => "streams",
            GroupKind::Connect => "connect",
            GroupKind::Unknown => "unknown",
        }
    }

    /// What it is, for the head of a group's page.
    pub const fn words(self) -> &'static str {
        match self {
            GroupKind::Classic => "classic protocol",
            GroupKind::Consumer => "consumer protocol (KIP-848)",
            GroupKind::Share => "share group (KIP-932)",
            GroupKind::Streams => "streams protocol (KIP-1071)",
            GroupKind::Connect => "Connect workers",
            GroupKind::Unknown => "protocol unknown",
        }
    }
}

impl GroupState {
    /// Every state.
    pub const ALL: [GroupState; 9] = [
        GroupState::Stable,
        GroupState::PreparingRebalance,
        GroupState::CompletingRebalance,
        GroupState::Assigning,
        GroupState::Reconciling,
        GroupState::NotReady,
        GroupState::Empty,
        GroupState::Dead,
        GroupState::Unknown,
    ];

    /// The name in the API and in the filter.
    pub const fn name(self) -> &'static str {
        match self {
            GroupState::Stable => "stable",
            GroupState::PreparingRebalance => "preparingRebalance",
            GroupState::CompletingRebalance => "completingRebalance",
            GroupState::Assigning => "assigning",
            GroupState::Reconciling => "reconciling",
            GroupState::NotReady => "notReady",
            GroupState::Empty => "empty",
            GroupState::Dead => "dead",
            GroupState::Unknown => "unknown",
        }
    }

    /// The word on the page, as Kafka's own tools have it.
    pub const fn words(self) -> &'static str {
        match self {
            GroupState::Stable => "Stable",
            GroupState::PreparingRebalance => "Preparing rebalance",
            GroupState::CompletingRebalance => "Completing rebalance",
            GroupState::Assigning => "Assigning",
            GroupState::Reconciling => "Reconciling",
            GroupState::NotReady => "Not ready",
            GroupState::Empty => "Empty",
            GroupState::Dead => "Dead",
            GroupState::Unknown => "Not told",
        }
    }
}

impl GroupHealth {
    /// Every verdict, worst first.
    pub const ALL: [GroupHealth; 8] = [
        GroupHealth::LosingData,
        GroupHealth::Stopped,
        GroupHealth::Stalled,
        GroupHealth::FallingBehind,
        GroupHealth::Unsettled,
        GroupHealth::Unknown,
        GroupHealth::CatchingUp,
        GroupHealth::Healthy,
    ];

    /// The name in the API, in addresses and in the filter.
    pub const fn name(self) -> &'static str {
        match self {
            GroupHealth::Healthy => "healthy",
            GroupHealth::CatchingUp => "catchingUp",
            GroupHealth::Unknown => "unknown",
            GroupHealth::Unsettled => "unsettled",
            GroupHealth::FallingBehind => "fallingBehind",
            GroupHealth::Stalled => "stalled",
            GroupHealth::Stopped => "stopped",
            GroupHealth::LosingData => "losingData",
        }
    }

    /// The words of its badge.
    pub const fn words(self) -> &'static str {
        match self {
            GroupHealth::Healthy => "Healthy",
            GroupHealth::CatchingUp => "Catching up",
            GroupHealth::Unknown => "Unknown",
            GroupHealth::Unsettled => "Unsettled",
            GroupHealth::FallingBehind => "Falling behind",
            GroupHealth::Stalled => "Stalled",
            GroupHealth::Stopped => "Stopped with lag",
            GroupHealth::LosingData => "Losing data",
        }
    }

    /// By its name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|health| health.name() == name)
    }

    /// Whether a group of this verdict waits for a person.
    pub fn needs_attention(self) -> bool {
        self >= GroupHealth::Unsettled
    }

    /// Whether records are or will be lost, or nobody reads them; what else waits for a person may mend itself.
    pub fn hurts(self) -> bool {
        self >= GroupHealth::Stalled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_api() {
        for kind in GroupKind::ALL {
            assert_eq!(
                serde_json::to_value(kind).unwrap(),
                serde_json::Value::from(kind.name())
            );
        }
        for state in GroupState::ALL {
            assert_eq!(
                serde_json::to_value(state).unwrap(),
                serde_json::Value::from(state.name())
            );
        }
        for health in GroupHealth::ALL {
            assert_eq!(
                serde_json::to_value(health).unwrap(),
                serde_json::Value::from(health.name())
            );
            assert_eq!(GroupHealth::of_name(health.name()), Some(health));
        }
    }

    #[test]
    fn the_worst_stands_first() {
        assert!(GroupHealth::ALL.windows(2).all(|pair| pair[0] > pair[1]));
        assert!(GroupHealth::Unsettled.needs_attention());
        assert!(!GroupHealth::Unknown.needs_attention());
    }
}
