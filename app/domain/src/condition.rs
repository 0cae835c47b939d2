//! Conditions of Strimzi's resources and what they say together: the readiness of a resource.
//!
//! The rules are those observed in `BEHAVIOUR.md` of the recorded operators (1.2.0): a failed topic is `Ready=False`, a
//! failed user is `NotReady=True` and has no `Ready`, paused and unmanaged resources have conditions of their own,
//! `lastTransitionTime` is the time of the last status write, and nobody says "in progress".

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One entry of `status.conditions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// `Ready`, `NotReady`, `Warning`, `Unmanaged`, `ReconciliationPaused`, …; several may share a type.
    #[serde(rename = "type")]
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// One word for programs.
    pub reason: Option<String>,
    /// The operator's own words.
    pub message: Option<String>,
    /// When the status was last written. Not a transition: an edit that keeps `Ready=True` moves it.
    pub last_write: Option<Timestamp>,
}

/// What the conditions of a resource say together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Readiness {
    /// The verdict.
    pub state: ReadinessState,
    /// The operator's reason word, where it failed.
    pub reason: Option<String>,
    /// The operator's message, where it failed.
    pub message: Option<String>,
    /// Warnings that stand beside the verdict.
    pub warnings: Vec<String>,
    /// `generation > observedGeneration`: the status speaks of an older specification.
    pub stale: bool,
    /// A deletion was asked for and has not finished.
    pub deleting: bool,
    /// When the status was last written.
    pub last_write: Option<Timestamp>,
}

/// The verdict of [`Readiness`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ReadinessState {
    /// The operator says it is in order.
    Ready,
    /// The operator says it is not.
    NotReady,
    /// Reconciliation is paused by annotation.
    Paused,
    /// The resource says the operator shall leave it alone.
    Unmanaged,
    /// No status yet: no operator has looked at it.
    Unobserved,
}

impl Readiness {
    /// Applies the rules. `observed_generation` is `None` where the status has none.
    pub fn of(
        conditions: &[Condition],
        generation: Option<i64>,
        observed_generation: Option<i64>,
        deleting: bool,
    ) -> Self {
        let true_of = |kind: &str| {
            conditions
                .iter()
                .find(|c| c.kind == kind && c.status == "True")
        };
        let failed = true_of("NotReady").or_else(|| {
            conditions
                .iter()
                .find(|c| c.kind == "Ready" && c.status == "False")
        });
        let state = if true_of("Unmanaged").is_some() {
            ReadinessState::Unmanaged
        } else if true_of("ReconciliationPaused").is_some() {
            ReadinessState::Paused
        } else if failed.is_some() {
            ReadinessState::NotReady
        } else if true_of("Ready").is_some() {
            ReadinessState::Ready
        } else {
            ReadinessState::Unobserved
        };
        // A deletion raises the generation by one without a change of the specification.
        let due = generation.map(|g| if deleting { g - 1 } else { g });
        Self {
            state,
            reason: failed.and_then(|c| c.reason.clone()),
            message: failed.and_then(|c| c.message.clone()),
            warnings: conditions
                .iter()
                .filter(|c| c.kind == "Warning" && c.status == "True")
                .filter_map(|c| c.message.clone().or_else(|| c.reason.clone()))
                .collect(),
            stale: matches!((due, observed_generation), (Some(due), Some(observed)) if due > observed),
            deleting,
            last_write: conditions.iter().filter_map(|c| c.last_write).max(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(kind: &str, status: &str) -> Condition {
        Condition {
            kind: kind.into(),
            status: status.into(),
            reason: None,
            message: Some(format!("{kind} words")),
            last_write: None,
        }
    }

    fn state(conditions: &[Condition]) -> ReadinessState {
        Readiness::of(conditions, Some(2), Some(2), false).state
    }

    #[test]
    fn topics_and_users_fail_differently() {
        assert_eq!(
            state(&[condition("Ready", "False")]),
            ReadinessState::NotReady
        );
        assert_eq!(
            state(&[condition("NotReady", "True")]),
            ReadinessState::NotReady
        );
        assert_eq!(state(&[condition("Ready", "True")]), ReadinessState::Ready);
        assert_eq!(
            state(&[condition("Unmanaged", "True")]),
            ReadinessState::Unmanaged
        );
        assert_eq!(
            state(&[condition("ReconciliationPaused", "True")]),
            ReadinessState::Paused
        );
        assert_eq!(state(&[]), ReadinessState::Unobserved);
    }

    #[test]
    fn warnings_do_not_spoil_ready() {
        let readiness = Readiness::of(
            &[condition("Ready", "True"), condition("Warning", "True")],
            Some(1),
            Some(1),
            false,
        );
        assert_eq!(readiness.state, ReadinessState::Ready);
        assert_eq!(readiness.warnings, ["Warning words"]);
    }

    #[test]
    fn stale_means_generation_ran_ahead() {
        assert!(Readiness::of(&[condition("Ready", "True")], Some(3), Some(2), false).stale);
        assert!(
            !Readiness::of(&[condition("Ready", "True")], Some(3), Some(2), true).stale,
            "a deletion raises the generation by one"
        );
        assert!(!Readiness::of(&[condition("Ready", "True")], Some(3), None, false).stale);
    }
}
