//! The page: topics and modes above, filter and controls beneath, and the view of the mode.

use super::{
    browse, chooser,
    controls::{self, Known},
    forms,
    here::Here,
    query::{self, Submitted},
    search::{self, Run},
};
use crate::{
    components::{
        heading::Heading,
        icon::{Icon, icon_small},
    },
    load,
    paths::{MessagesQuery, Mode},
    routes,
};
use leptos::{ev, html, prelude::*};
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// The page.
#[component]
pub fn Messages() -> impl IntoView {
    load::keyed(routes::use_cluster(), |cluster| {
        let here = Here::provide(cluster);
        page(here)
    })
}

fn page(here: Here) -> AnyView {
    let known = Known(RwSignal::new(Arc::default()));
    provide_context(known);
    let submitted = Submitted(RwSignal::new(0));
    let run = Run::new(here, known);
    let error = controls::field_error(here);
    let mode = Memo::new(move |_| here.query.with(|query| query.mode));
    let nothing = Memo::new(move |_| here.query.with(|query| query.topics.is_empty()));
    let root = NodeRef::<html::Div>::new();
    forms::close_others(here, root);
    close_on_escape(here);
    view! {
        <div class="messages" node_ref=root>
            <div class="mbar">
                <Heading title="Messages"/>
                {controls::chips(here)}
                <span class="grow"></span>
                {controls::modes(here)}
                {produce(here)}
            </div>
            {query::bar(here, submitted, move || view! {
                {controls::controls(here, known, error)}
                {move || (mode.get() == Mode::Search && !nothing.get()).then(|| search::action(run))}
            }.into_any())}
            {move || match (nothing.get(), mode.get()) {
                (true, _) => chooser::view(here),
                (false, Mode::Browse) => browse::view(here, known),
                (false, Mode::Search) => search::view(here, run, submitted),
                (false, Mode::Tail) => super::tail(here),
            }}
            {super::drawer(here)}
        </div>
    }
    .into_any()
}

/// Opens the drawer that sends records.
fn produce(here: Here) -> AnyView {
    view! {
        {move || {
            let now = here.query.get();
            now.topics.first().map(|topic| {
                let href = here.link(&MessagesQuery::with_other(&now, "produce", Some(topic.as_str())));
                view! { <a class="btn sm not-narrow" href=href data-noscroll="">{icon_small(Icon::SendHorizontal)}"Produce…"</a> }
            })
        }}
    }
    .into_any()
}

/// Escape closes the record that is open, wherever the focus is but in a field.
fn close_on_escape(here: Here) {
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event| {
            let typing = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
                .is_some_and(|element| {
                    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
                });
            if event.key() != "Escape" || event.default_prevented() || typing {
                return;
            }
            let now = here.query.get_untracked();
            if now.record.is_some() && now.other("produce").is_none() {
                event.prevent_default();
                here.go(&MessagesQuery {
                    record: None,
                    ..now
                });
            }
        });
        on_cleanup(move || handle.remove());
    });
}
