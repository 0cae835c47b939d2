//! The head of the pane: which record it is, the ways from it, and what can be done with it.

use super::{address, work};
use crate::{
    components::icon::{Icon, icon, icon_small},
    pages::messages::here::Here,
    paths::messages::record_text,
};
use leptos::prelude::*;
use penstock_domain::{record::RecordAddress, units};
use penstock_ui::{button::IconButton, copy::Copy};

/// What the pane's head needs to know.
#[derive(Clone, Copy)]
pub struct Head {
    /// The address of the page.
    pub here: Here,
    /// The record that is open.
    pub address: Memo<RecordAddress>,
    /// The record before it in the list.
    pub previous: Signal<Option<String>>,
    /// The record behind it.
    pub next: Signal<Option<String>>,
    /// Saves the value; `None` while there is none to save.
    pub save: Signal<Option<Callback<()>>>,
}

/// The head.
pub fn view(head: Head) -> AnyView {
    let Head {
        here,
        address,
        previous,
        next,
        save,
    } = head;
    let closed = move || here.link_with(address::closed);
    let link = RwSignal::new(String::new());
    Effect::new(move |_| {
        let path = here.link_with(|query| query.with_record(address.get()));
        let origin = window().location().origin().unwrap_or_default();
        link.set(format!("{origin}{path}"));
    });
    let produce = move || {
        let text = address.with(record_text);
        let topic = address.with(|address| address.topic.to_string());
        here.link_with(|query| {
            query
                .with_other("produce", Some(&topic))
                .with_other("copy", Some(&text))
        })
    };
    view! {
        <div class="detail-head">
            <a class="btn ghost icon only-narrow" href=closed data-noscroll="" aria-label="Back to the list" title="Back to the list">{icon(Icon::ArrowLeft)}</a>
            <h2 class="dt">
                <b class="mono m">{move || address.with(|address| address.topic.to_string())}</b>
                <span class="t3">"partition"</span><b class="mono m">{move || address.with(|address| address.partition.to_string())}</b>
                <span class="t3">"offset"</span><b class="mono m">{move || address.with(|address| units::thousands(address.offset))}</b>
            </h2>
            <span class="grow"></span>
            <span class="not-narrow head-acts">
                <Copy text=link what="link to this record"/>
                <Show when=move || save.with(Option::is_some)>
                    <IconButton icon=Icon::Download label="Download the value" on_press=move |_| {
                        if let Some(save) = save.get_untracked() {
                            save.run(());
                        }
                    }/>
                </Show>
                <a class="btn icon ghost sm" href=produce data-noscroll="" aria-label="Edit and produce…" title="Edit and produce…">{icon_small(Icon::Pencil)}</a>
            </span>
            {step(previous, Icon::ChevronUp, "Record before (k)")}
            {step(next, Icon::ChevronDown, "Next record (j)")}
            <a class="btn icon ghost sm not-narrow" href=closed data-noscroll="" aria-label="Close (Esc)" title="Close (Esc)">{icon_small(Icon::X)}</a>
        </div>
    }
    .into_any()
}

/// A way to a neighbour; it keeps its place where there is none.
fn step(to: Signal<Option<String>>, glyph: Icon, label: &'static str) -> AnyView {
    view! {
        {move || match to.get() {
            Some(href) => view! { <a class="btn icon ghost sm" href=href data-noscroll="" aria-label=label title=label>{icon_small(glyph)}</a> }.into_any(),
            None => view! { <span class="btn icon ghost sm off" aria-hidden="true">{icon_small(glyph)}</span> }.into_any(),
        }}
    }
    .into_any()
}

/// Saves bytes under the record's name.
pub fn save(address: &RecordAddress, side: &str, bytes: &[u8]) {
    let name = work::file_name(
        address.topic.as_str(),
        address.partition.0,
        address.offset,
        side,
    );
    work::save(bytes, &name);
}
