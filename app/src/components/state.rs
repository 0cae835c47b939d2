//! Badges: how each state looks and is called. The maps are exhaustive, so that a new state can't be forgotten.

use super::icon::{Icon, icon};
use leptos::prelude::*;
use penstock_domain::{
    condition::ReadinessState,
    node::NodeState,
    topic::{PartitionState, TopicState},
    units,
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
