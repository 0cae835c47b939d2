//! The shapes of the list of resources beside a cluster and of one of them: state, what it says, where it belongs.

use super::{ResourceDetail, kind::ResourceKind};
use crate::{
    activity::ActivityEvent,
    condition::{Readiness, ReadinessState},
    envelope::{Missing, Page},
    ids::{Namespace, ResourceName},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// How a resource is, over all kinds; worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ResourceState {
    /// It is not as Strimzi's schema has it.
    Unreadable,
    /// The operator, or Connect, says that it failed.
    NotReady,
    /// It waits for a person: a proposal to approve.
    Waiting,
    /// Something is under way.
    Working,
    /// Paused, by annotation or by its specification.
    Paused,
    /// Stopped on purpose.
    Stopped,
    /// No status yet: no operator has looked at it.
    Unobserved,
    /// In order, or done.
    Ready,
}

impl ResourceState {
    /// Every state, worst first.
    pub const ALL: [ResourceState; 8] = [
        ResourceState::Unreadable,
        ResourceState::NotReady,
        ResourceState::Waiting,
        ResourceState::Working,
        ResourceState::Paused,
        ResourceState::Stopped,
        ResourceState::Unobserved,
        ResourceState::Ready,
    ];

    /// The name in addresses and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            ResourceState::Unreadable => "unreadable",
            ResourceState::NotReady => "notReady",
            ResourceState::Waiting => "waiting",
            ResourceState::Working => "working",
            ResourceState::Paused => "paused",
            ResourceState::Stopped => "stopped",
            ResourceState::Unobserved => "unobserved",
            ResourceState::Ready => "ready",
        }
    }

    /// The state of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            ResourceState::Unreadable => "Can't be read",
            ResourceState::NotReady => "Not ready",
            ResourceState::Waiting => "Waits for you",
            ResourceState::Working => "Under way",
            ResourceState::Paused => "Paused",
            ResourceState::Stopped => "Stopped",
            ResourceState::Unobserved => "Not yet reconciled",
            ResourceState::Ready => "Ready",
        }
    }

    /// Whether a person has to look at it.
    pub const fn needs_attention(self) -> bool {
        matches!(
            self,
            ResourceState::Unreadable | ResourceState::NotReady | ResourceState::Waiting
        )
    }

    /// From what conditions say together, and what its kind tells in words of its own. A failure and a pause of the operator's count
    /// before the latter; what is merely `Ready` does not.
    pub const fn of(readiness: ReadinessState, spoken: Option<ResourceState>) -> Self {
        match (readiness, spoken) {
            (ReadinessState::NotReady, _) => ResourceState::NotReady,
            (ReadinessState::Paused, _) => ResourceState::Paused,
            (_, Some(spoken)) => spoken,
            (ReadinessState::Ready, None) => ResourceState::Ready,
            (ReadinessState::Unmanaged, None) => ResourceState::Stopped,
            (ReadinessState::Unobserved, None) => ResourceState::Unobserved,
        }
    }
}

/// How it is known that a resource belongs to a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", tag = "by")]
pub enum Belonging {
    /// Its label names the cluster.
    Label,
    /// Its bootstrap servers are the cluster's.
    Bootstrap {
        /// `source` or `target`, of a mirror.
        role: Option<String>,
    },
    /// Its Connect cluster is the cluster's.
    Connect {
        /// Name of the KafkaConnect.
        name: String,
    },
    /// It can't be told; it is shown because it is in the cluster's namespace.
    Unknown {
        /// Why not, in a sentence.
        why: String,
    },
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResourceRow {
    /// Its kind.
    pub kind: ResourceKind,
    /// Its namespace, which need not be the cluster's.
    pub namespace: Namespace,
    /// Its name.
    pub name: ResourceName,
    /// How it is.
    pub state: ResourceState,
    /// The operator's or Connect's own word for that, where it has one: `Proposal ready`.
    pub word: Option<String>,
    /// What conditions say, with reason, message and warnings.
    pub readiness: Readiness,
    /// A value for each of the kind's columns; empty where it does not tell.
    pub cells: Vec<String>,
    /// How it is known that it belongs to the cluster.
    pub belonging: Belonging,
    /// When it was created.
    pub created: Option<Timestamp>,
}

impl ResourceRow {
    /// What it says of itself: why it failed, else its first warning.
    pub fn says(&self) -> Option<&str> {
        self.readiness
            .message
            .as_deref()
            .or(self.readiness.reason.as_deref())
            .or_else(|| self.readiness.warnings.first().map(String::as_str))
    }
}

/// What there is of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct KindTotal {
    /// Which kind.
    pub kind: ResourceKind,
    /// Resources of it.
    pub count: u64,
    /// Those that need a person.
    pub attention: u64,
    /// Whether the API server serves the kind; without its definition there can be none.
    pub installed: bool,
}

/// One page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResourceList {
    /// The rows.
    pub items: Vec<ResourceRow>,
    /// Where this page stands.
    pub page: Page,
    /// When the oldest of the watches was last heard.
    pub as_of: Option<Timestamp>,
    /// What could not be had or may not be seen, and why.
    pub missing: Vec<Missing>,
    /// Kinds that the user may see, whichever the list is of.
    pub kinds: Vec<KindTotal>,
    /// How many are in which state, before the filter by state; states that none is in are left out.
    pub states: Vec<(ResourceState, u64)>,
}

/// One resource in full.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResourcePage {
    /// As in the list.
    pub row: ResourceRow,
    /// The object.
    pub resource: ResourceDetail,
    /// What happened to it while the console looked, newest first.
    pub history: Vec<ActivityEvent>,
    /// Since when the console looks, without a gap.
    pub looked_since: Timestamp,
    /// When its watch was last heard.
    pub as_of: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_counts_before_the_word_and_the_word_before_ready() {
        let of = ResourceState::of;
        let paused = Some(ResourceState::Paused);
        assert_eq!(
            of(ReadinessState::NotReady, paused),
            ResourceState::NotReady
        );
        assert_eq!(of(ReadinessState::Ready, paused), ResourceState::Paused);
        assert_eq!(
            of(ReadinessState::Unobserved, None),
            ResourceState::Unobserved
        );
        assert_eq!(
            of(ReadinessState::Unobserved, Some(ResourceState::Waiting)),
            ResourceState::Waiting
        );
    }

    #[test]
    fn names_lead_back() {
        for state in ResourceState::ALL {
            assert_eq!(ResourceState::of_name(state.name()), Some(state));
        }
    }
}
