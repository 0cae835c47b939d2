//! Parts of a rule as cells show them.

use crate::components::icon::{Icon, icon};
use leptos::prelude::*;
use penstock_domain::acl::{self, Effect, PatternType, Rule};

/// Allow or Deny.
pub(super) fn effect(effect: Effect) -> AnyView {
    match effect {
        Effect::Allow => {
            view! { <span class="badge ok">{icon(Icon::CircleCheck)}"Allow"</span> }.into_any()
        }
        Effect::Deny => {
            view! { <span class="badge bad bare">{icon(Icon::Ban)}"Deny"</span> }.into_any()
        }
    }
}

/// How the name is meant.
pub(super) const fn pattern(pattern: PatternType) -> &'static str {
    match pattern {
        PatternType::Literal => "literal",
        PatternType::Prefix => "prefix",
    }
}

/// The name; a star that is no wildcard stands out.
pub(super) fn name(rule: &Rule) -> AnyView {
    let wild = rule.pattern_type == PatternType::Literal && rule.name == acl::ANY;
    match rule.name.strip_suffix('*') {
        Some(before) if !wild => {
            view! { <span class="name">{before.to_owned()}<b class="star">"*"</b></span> }
                .into_any()
        }
        _ => view! { <span class="name">{rule.name.clone()}</span> }.into_any(),
    }
}

/// From where.
pub(super) fn host(host: &str) -> String {
    if host == acl::ANY {
        "any host".to_owned()
    } else {
        host.to_owned()
    }
}
