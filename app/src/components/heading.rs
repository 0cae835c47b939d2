//! The head of a page: its one `h1`, facts and actions. After a change of page the heading takes the focus, so that a screen
//! reader says where one is.

use crate::layout::Arrival;
use leptos::{html::H1, prelude::*};
use leptos_meta::Title;

/// The head.
#[component]
pub fn PageHead(
    /// The title in words; also the document's.
    #[prop(into)]
    title: Signal<String>,
    /// Whether the title is an identifier.
    #[prop(optional)]
    mono: bool,
    /// Whether the page is still loading: then this heading is not yet where one has arrived.
    #[prop(optional)]
    waiting: bool,
    /// What stands before the title: a node's id.
    #[prop(optional, into)]
    before: ViewFn,
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
                <Heading title mono waiting before beside/>
                <div class="facts">{move || facts.run()}</div>
            </div>
            {actions.map(|actions| view! { <div class="actions">{move || actions.run()}</div> })}
        </div>
    }
}

/// The heading alone, for pages whose head has no room for facts.
#[component]
pub fn Heading(
    /// The title in words; also the document's.
    #[prop(into)]
    title: Signal<String>,
    /// Whether the title is an identifier.
    #[prop(optional)]
    mono: bool,
    /// Whether the page is still loading.
    #[prop(optional)]
    waiting: bool,
    /// What stands before the title.
    #[prop(optional, into)]
    before: ViewFn,
    /// What stands beside the title.
    #[prop(optional, into)]
    beside: ViewFn,
) -> impl IntoView {
    let heading = NodeRef::<H1>::new();
    let arrival = use_context::<Arrival>();
    Effect::new(move |_| {
        let element = heading.get();
        if let (Some(element), Some(arrival), false) = (element, arrival, waiting) {
            arrival.announce(&element);
        }
    });
    view! {
        <Title text=move || title.get()/>
        <h1 node_ref=heading tabindex="-1">
            {move || before.run()}
            <span class=mono.then_some("mono")>{title}</span>
            {move || beside.run()}
        </h1>
    }
}
