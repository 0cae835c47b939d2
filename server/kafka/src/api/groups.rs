//! Questions about groups of every kind: which there are, who is in them, what they have committed; and the few acts upon them.
//!
//! Each takes many groups at once, so that requests grow with brokers. Which groups a broker coordinates is known from its own
//! list; [`coordinators`] asks where that is not at hand. `member` reads what members of classic groups tell each other.

pub mod ages;
pub mod change;
pub mod committed;
pub mod coordinators;
pub mod describe;
pub mod list;
mod member;
pub mod places;
pub mod share;

use penstock_domain::group::GroupState;

/// COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR: it moves.
pub(crate) const MOVING: [i16; 3] = [14, 15, 16];
/// GROUP_ID_NOT_FOUND.
pub(crate) const NOT_FOUND: i16 = 69;

/// Classes `ClassicGroupState`, `ConsumerGroupState`, `ShareGroupState`, `StreamsGroupState`.
fn state_of(name: &str) -> GroupState {
    match name {
        "Stable" => GroupState::Stable,
        "PreparingRebalance" => GroupState::PreparingRebalance,
        "CompletingRebalance" => GroupState::CompletingRebalance,
        "Assigning" => GroupState::Assigning,
        "Reconciling" => GroupState::Reconciling,
        "NotReady" => GroupState::NotReady,
        "Empty" => GroupState::Empty,
        "Dead" => GroupState::Dead,
        _ => GroupState::Unknown,
    }
}

/// Of a group, for errors.
fn resource(group: &str) -> String {
    format!("group {group}")
}
