//! Badges: how each state looks and is called. The maps are exhaustive, so that a new state can't be forgotten.

use super::icon::{Icon, icon};
use leptos::prelude::*;
use penstock_domain::{
    certificate::Urgency,
    condition::ReadinessState,
    group::{GroupHealth, GroupState},
    node::{NodeState, simulation::Fate},
    resource::list::ResourceState,
    topic::{PartitionState, TopicState},
    units,
    user::state::UserState,
    verdict::{Health, Severity},
};

/// How a state looks: class of its badge, icon, word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Classes of the badge.
    pub class: &'static str,
    /// Its icon.
    pub icon: Icon,
    /// Its word.
    pub word: &'static str,
}

const fn look(class: &'static str, icon: Icon, word: &'static str) -> Look {
    Look { class, icon, word }
}

/// A cluster's health. Health is quiet, trouble is filled.
pub const fn health(health: Health) -> Look {
    match health {
        Health::Healthy => look("badge ok", Icon::CircleCheck, "Healthy"),
        Health::Unknown => look("badge mute", Icon::CircleHelp, "Unknown"),
        Health::Paused => look("badge warn", Icon::CirclePause, "Reconciliation paused"),
        Health::AtRisk => look("badge warn", Icon::TriangleAlert, "At risk"),
        Health::Degraded => look("badge bad", Icon::OctagonX, "Degraded"),
        Health::Down => look("badge bad", Icon::ServerOff, "Down"),
    }
}

/// A cluster's health at the head of its own page, where also the good news has a ground.
pub const fn health_head(of: Health) -> Look {
    match of {
        Health::Healthy => look("badge ok fill", Icon::CircleCheck, "Healthy"),
        Health::Unknown | Health::Paused | Health::AtRisk | Health::Degraded | Health::Down => {
            health(of)
        }
    }
}

/// The colour that goes with a health where only an icon stands.
pub const fn health_icon(health: Health) -> (&'static str, Icon) {
    match health {
        Health::Healthy => ("i s12 c-ok", Icon::CircleCheck),
        Health::Unknown => ("i s12 t3", Icon::CircleHelp),
        Health::Paused => ("i s12 c-warn", Icon::CirclePause),
        Health::AtRisk => ("i s12 c-warn", Icon::TriangleAlert),
        Health::Degraded => ("i s12 c-bad", Icon::OctagonX),
        Health::Down => ("i s12 c-bad", Icon::ServerOff),
    }
}

/// The icon of a reason.
pub const fn severity_icon(severity: Severity) -> (&'static str, Icon) {
    match severity {
        Severity::Info => ("i c-info", Icon::Info),
        Severity::Warn => ("i c-warn", Icon::TriangleAlert),
        Severity::Bad => ("i c-bad", Icon::OctagonX),
    }
}

/// A topic's state.
pub const fn topic(state: TopicState) -> Look {
    match state {
        TopicState::Managed => look("badge", Icon::Box, "Managed"),
        TopicState::Unmanaged => look("badge mute", Icon::CircleOff, "Unmanaged"),
        TopicState::Undeclared => look("badge mute", Icon::BoxSelect, "Undeclared"),
        TopicState::DeclaredOnly => look("badge info", Icon::FileClock, "Declared only"),
        TopicState::Drifted => look("badge warn", Icon::GitCompareArrows, "Drifted"),
        TopicState::Error => look("badge bad", Icon::OctagonX, "In error"),
    }
}

/// A user's state.
pub const fn user(state: UserState) -> Look {
    match state {
        UserState::Managed => look("badge", Icon::Box, state.label()),
        UserState::Pending => look("badge info bare", Icon::Loader, state.label()),
        UserState::Paused => look("badge warn", Icon::CirclePause, state.label()),
        UserState::LiveOnly => look("badge mute", Icon::BoxSelect, state.label()),
        UserState::Drifted => look("badge warn", Icon::GitCompareArrows, state.label()),
        UserState::NotHandled => look("badge info", Icon::FileClock, state.label()),
        UserState::InError => look("badge bad", Icon::OctagonX, state.label()),
    }
}

/// The verdict over a consumer group.
pub const fn group(health: GroupHealth) -> Look {
    match health {
        GroupHealth::Healthy => look("badge ok", Icon::CircleCheck, health.words()),
        GroupHealth::CatchingUp => look("badge ok", Icon::TrendingDown, health.words()),
        GroupHealth::Unknown => look("badge mute", Icon::CircleHelp, health.words()),
        GroupHealth::Unsettled => look("badge warn", Icon::TriangleAlert, health.words()),
        GroupHealth::FallingBehind => look("badge warn", Icon::TrendingUp, health.words()),
        GroupHealth::Stalled => look("badge bad", Icon::CirclePause, health.words()),
        GroupHealth::Stopped | GroupHealth::LosingData => {
            look("badge bad", Icon::OctagonX, health.words())
        }
    }
}

/// The verdict at the head of the group's own page, where also the good news has a ground.
pub const fn group_head(health: GroupHealth) -> Look {
    match health {
        GroupHealth::Healthy => look("badge ok fill", Icon::CircleCheck, health.words()),
        GroupHealth::CatchingUp => look("badge ok fill", Icon::TrendingDown, health.words()),
        _ => group(health),
    }
}

/// The icon before a group's verdict in words.
pub const fn group_icon(health: GroupHealth) -> (&'static str, Icon) {
    match health {
        GroupHealth::Healthy => ("i c-ok", Icon::CircleCheck),
        GroupHealth::CatchingUp => ("i c-ok", Icon::TrendingDown),
        GroupHealth::Unknown => ("i t3", Icon::CircleHelp),
        GroupHealth::Unsettled => ("i c-warn", Icon::TriangleAlert),
        GroupHealth::FallingBehind => ("i c-warn", Icon::TrendingUp),
        GroupHealth::Stalled => ("i c-bad", Icon::CirclePause),
        GroupHealth::Stopped | GroupHealth::LosingData => ("i c-bad", Icon::OctagonX),
    }
}

/// What its coordinator says of a group. That nobody is in it weighs where records wait.
pub const fn group_state(state: GroupState, missed: bool) -> Look {
    match state {
        GroupState::Stable => look("badge ok", Icon::CircleCheck, state.words()),
        GroupState::PreparingRebalance
        | GroupState::CompletingRebalance
        | GroupState::Assigning
        | GroupState::Reconciling => look("badge info bare", Icon::Loader, state.words()),
        GroupState::NotReady => look("badge warn bare", Icon::TriangleAlert, state.words()),
        GroupState::Empty if missed => look("badge warn bare", Icon::CircleStop, state.words()),
        GroupState::Empty => look("badge mute", Icon::CircleStop, state.words()),
        GroupState::Dead => look("badge mute", Icon::CircleOff, state.words()),
        GroupState::Unknown => look("badge mute", Icon::CircleHelp, state.words()),
    }
}

/// A node's state.
pub const fn node(state: NodeState) -> Look {
    match state {
        NodeState::Running => look("badge ok", Icon::CircleCheck, "Running"),
        NodeState::Starting => look("badge info", Icon::Loader, "Starting"),
        NodeState::Silent => look("badge warn", Icon::CircleDashed, "Does not answer"),
        NodeState::Down => look("badge bad", Icon::ServerOff, "Down"),
        NodeState::Unknown => look("badge mute", Icon::CircleHelp, "Unknown"),
    }
}

/// A node's state at the head of its own page, where also the good news has a ground.
pub const fn node_head(state: NodeState) -> Look {
    match state {
        NodeState::Running => look("badge ok fill", Icon::CircleCheck, "Running"),
        NodeState::Starting | NodeState::Silent | NodeState::Down | NodeState::Unknown => {
            node(state)
        }
    }
}

/// What becomes of partitions when nodes stop; `None`: nothing but other leaders.
pub const fn fate(fate: Option<Fate>) -> Look {
    match fate {
        None => look("badge mute bare", Icon::ArrowLeftRight, "New leaders"),
        Some(Fate::Spare | Fate::AtMinimum) => look("badge ok", Icon::CircleCheck, "Goes on"),
        Some(Fate::RefusesWrites) => look(
            "badge warn bare",
            Icon::TriangleAlert,
            Fate::RefusesWrites.words(),
        ),
        Some(Fate::LosesRecords) => {
            look("badge bad bare", Icon::OctagonX, Fate::LosesRecords.words())
        }
        Some(Fate::Offline) => look("badge bad bare", Icon::OctagonX, Fate::Offline.words()),
    }
}

/// How urgent a certificate's end is.
pub const fn urgency(urgency: Urgency) -> Look {
    match urgency {
        Urgency::Fine => look("badge ok", Icon::CircleCheck, "Valid"),
        Urgency::Soon => look("badge warn", Icon::ClockAlert, "Ends soon"),
        Urgency::Critical => look("badge bad", Icon::ClockAlert, "Ends in days"),
        Urgency::NotYet => look("badge bad", Icon::OctagonX, "Not valid yet"),
        Urgency::Expired => look("badge bad", Icon::OctagonX, "Has ended"),
    }
}

/// A partition's state.
pub const fn partition(state: PartitionState) -> Look {
    match state {
        PartitionState::InSync => look("badge ok", Icon::CircleCheck, "In sync"),
        PartitionState::UnderReplicated => {
            look("badge warn bare", Icon::TriangleAlert, "Short of a replica")
        }
        PartitionState::UnderMinIsr => look("badge warn", Icon::TriangleAlert, "Refuses acks=all"),
        PartitionState::Offline => look("badge bad", Icon::OctagonX, "Offline"),
    }
}

/// The readiness of a custom resource.
pub const fn readiness(state: ReadinessState) -> Look {
    match state {
        ReadinessState::Ready => look("badge ok", Icon::CircleCheck, "Ready"),
        ReadinessState::NotReady => look("badge bad", Icon::OctagonX, "Not ready"),
        ReadinessState::Paused => look("badge warn", Icon::CirclePause, "Paused"),
        ReadinessState::Unmanaged => look("badge mute", Icon::CircleOff, "Unmanaged"),
        ReadinessState::Unobserved => look("badge mute", Icon::CircleHelp, "Not looked at yet"),
    }
}

/// The state of a resource beside a cluster.
pub const fn resource(state: ResourceState) -> Look {
    match state {
        ResourceState::Unreadable => look("badge bad", Icon::OctagonX, state.words()),
        ResourceState::NotReady => look("badge bad", Icon::OctagonX, state.words()),
        ResourceState::Waiting => look("badge warn", Icon::Flag, state.words()),
        ResourceState::Working => look("badge info", Icon::Loader, state.words()),
        ResourceState::Paused => look("badge warn", Icon::CirclePause, state.words()),
        ResourceState::Stopped => look("badge mute", Icon::CircleStop, state.words()),
        ResourceState::Unobserved => look("badge mute", Icon::CircleHelp, state.words()),
        ResourceState::Ready => look("badge ok", Icon::CircleCheck, state.words()),
    }
}

/// A badge of a look, with other words where the state says more.
pub fn badge(look: Look, words: Option<String>) -> AnyView {
    let words = words.unwrap_or_else(|| look.word.to_owned());
    view! { <span class=look.class>{icon(look.icon)}{words}</span> }.into_any()
}

/// The badge of a topic: its state, with the number of fields that differ; internal topics say so instead of `Undeclared`.
pub fn topic_badge(state: TopicState, internal: bool, drifted_fields: u32) -> AnyView {
    if internal && state == TopicState::Undeclared {
        return badge(look("badge mute", Icon::Lock, "Internal"), None);
    }
    let words = (state == TopicState::Drifted && drifted_fields > 0).then(|| {
        format!(
            "Drifted, {}",
            units::count(drifted_fields as usize, "field", "fields")
        )
    });
    badge(topic(state), words)
}

/// Flags beside a state: paused, being deleted.
pub fn topic_flags(paused: bool, deleting: bool) -> AnyView {
    view! {
        {paused.then(|| view! { " "{badge(look("badge warn", Icon::CirclePause, "Paused"), None)} })}
        {deleting.then(|| view! { " "{badge(look("badge warn", Icon::Trash2, "Being deleted"), None)} })}
    }
    .into_any()
}
