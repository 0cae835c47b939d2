//! A segmented control: a choice between a few ways to look, as links.

use leptos::prelude::*;

/// One link of a segmented control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where it leads.
    pub href: String,
    /// `Drifted 2`
    pub words: String,
    /// Whether it is the chosen one.
    pub current: bool,
}

/// A segmented control of links.
#[component]
pub fn Segments(
    /// What is chosen: `States`.
    #[prop(default = "States")]
    label: &'static str,
    /// The links.
    #[prop(into)]
    segments: Signal<Vec<Segment>>,
) -> impl IntoView {
    view! {
        <nav class="seg" aria-label=label>
            {move || segments.get().into_iter().map(|segment| view! {
                <a href=segment.href aria-current=segment.current.then_some("true")>{segment.words}</a>
            }).collect_view()}
        </nav>
    }
}
