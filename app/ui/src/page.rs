//! The head of a page: its one `h1` with a badge, facts and actions.

use leptos::{html::H1, prelude::*};

/// The head.
#[component]
pub fn PageHead(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// Whether the title is an identifier.
    #[prop(optional)]
    mono: bool,
    /// The heading, for whoever moves the focus to it.
    #[prop(optional)]
    heading: NodeRef<H1>,
    /// What stands beside the title: badge, since when.
    #[prop(optional, into)]
    beside: ViewFn,
    /// Facts below the title, one `span` each.
    #[prop(optional, into)]
    facts: ViewFn,
    /// Buttons on the right.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
) -> impl IntoView {
    view! {
        <div class="page-head">
            <div class="title">
                <h1 node_ref=heading tabindex="-1">
                    <span class=if mono { "mono" } else { "text" }>{title}</span>
                    {move || beside.run()}
                </h1>
                <div class="facts">{move || facts.run()}</div>
            </div>
            {actions.map(|actions| view! { <div class="actions">{move || actions.run()}</div> })}
        </div>
    }
}
