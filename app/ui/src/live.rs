//! How alive a page is: always the truth about this tab.

use leptos::prelude::*;

/// The state of a page's connection to its server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Liveness {
    /// Nothing listens: no JavaScript, or the tab was hidden.
    #[default]
    Off,
    /// Changes arrive by themselves.
    Live,
    /// The connection broke and is being made again.
    Reconnecting,
    /// It stands, but what it tells is old.
    Stale,
}

impl Liveness {
    const fn class(self) -> &'static str {
        match self {
            Liveness::Off => "live off",
            Liveness::Live => "live",
            Liveness::Reconnecting => "live re",
            Liveness::Stale => "live stale",
        }
    }
}

/// The pill: `Live`, `Reconnecting…`, `Stale 40 s`.
#[component]
pub fn LivePill(
    /// The state.
    #[prop(into)]
    state: Signal<Liveness>,
    /// The state in words, with its age.
    #[prop(into)]
    words: Signal<String>,
    /// Why, in a sentence.
    #[prop(into)]
    reason: Signal<String>,
) -> impl IntoView {
    view! { <span class=move || state.get().class() role="status" title=reason>{words}</span> }
}
