//! Forms and menus of the page: plain GET forms over the address, so that every control works without JavaScript; in the
//! browser they go there without loading the page anew.

use super::here::Here;
use crate::{
    components::icon::{Icon, icon},
    paths::{self, MessagesQuery},
};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// A form that changes the fields named in `fields`; the rest of the address stays. The page begins anew with it.
pub fn change(
    here: Here,
    class: &'static str,
    fields: &'static [&'static str],
    children: impl FnOnce() -> AnyView,
) -> AnyView {
    let action = paths::messages::messages_path(&here.cluster());
    let hidden = move || {
        here.query.with(|query| {
            query
                .anew()
                .pairs()
                .into_iter()
                .filter(|(name, _)| !fields.contains(&name.as_str()))
                .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
                .collect_view()
        })
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(query) = event
            .target()
            .and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok())
            .and_then(|form| asked_by(&form))
        {
            here.go(&query);
        }
    };
    view! { <form method="get" action=action class=class on:submit=submit>{hidden}{children()}</form> }
        .into_any()
}

/// What a form's fields ask for.
pub fn asked_by(form: &web_sys::HtmlFormElement) -> Option<MessagesQuery> {
    let data = web_sys::FormData::new_with_form(form).ok()?;
    let pairs = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    let raw: String = pairs.to_string().into();
    Some(MessagesQuery::of(&raw))
}

/// A button with a panel beneath it; the browser's own element, so it opens without JavaScript. [`close_others`] closes it when
/// somebody looks elsewhere.
pub fn popover(
    glyph: Icon,
    words: Signal<String>,
    class: &'static str,
    trouble: Signal<bool>,
    panel: impl FnOnce() -> AnyView,
) -> AnyView {
    view! {
        <details class=class open=trouble.get_untracked()>
            <summary class="btn" class:err=move || trouble.get()>{icon(glyph)}<span class="ell">{words}</span></summary>
            <div class="menu panel">{panel()}</div>
        </details>
    }
    .into_any()
}

/// Closes panels when the address changes, when somebody presses outside of them, and on Escape.
pub fn close_others(here: Here, root: NodeRef<html::Div>) {
    let close = move |keep: Option<web_sys::Node>| -> bool {
        let Some(root) = root.get_untracked() else {
            return false;
        };
        let Ok(open) = root.query_selector_all("details.floating[open]") else {
            return false;
        };
        let mut closed = false;
        for index in 0..open.length() {
            let Some(element) = open
                .item(index)
                .and_then(|node| node.dyn_into::<web_sys::Element>().ok())
            else {
                continue;
            };
            if !keep
                .as_ref()
                .is_some_and(|keep| element.contains(Some(keep)))
            {
                // Removing an attribute that is there can't fail.
                let _ = element.remove_attribute("open");
                closed = true;
            }
        }
        closed
    };
    Effect::new(move |before: Option<MessagesQuery>| {
        let now = here.query.get();
        if before.is_some_and(|before| before != now) {
            close(None);
        }
        now
    });
    Effect::new(move |_| {
        let pressed = window_event_listener(ev::pointerdown, move |event| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            close(target);
        });
        let escape = window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" && !event.default_prevented() && close(None) {
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            pressed.remove();
            escape.remove();
        });
    });
}
