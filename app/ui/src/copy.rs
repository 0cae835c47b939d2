//! Copying a text. The button appears once the page is alive, because without JavaScript it could do nothing, and only where
//! the browser has a clipboard for it: over plain HTTP from another machine there is none.

use crate::icon::{Icon, icon_small};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// How long the button says that it has copied.
const SAID: Duration = Duration::from_secs(2);

/// A button that copies `text`.
#[component]
pub fn Copy(
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
    /// What it is: `cluster id`.
    #[prop(into)]
    what: String,
) -> impl IntoView {
    let able = RwSignal::new(false);
    let copied = RwSignal::new(false);
    Effect::new(move |_| able.set(window().is_secure_context()));
    let copy = move |_| {
        let text = text.get_untracked();
        spawn_local(async move {
            let written = window().navigator().clipboard().write_text(&text);
            if wasm_bindgen_futures::JsFuture::from(written).await.is_ok() {
                copied.try_set(true);
                set_timeout(
                    move || {
                        copied.try_set(false);
                    },
                    SAID,
                );
            }
        });
    };
    let label = move || {
        if copied.get() {
            "Copied".to_owned()
        } else {
            format!("Copy {what}")
        }
    };
    view! {
        <button
            type="button"
            class="copy"
            class:done=move || copied.get()
            hidden=move || !able.get()
            on:click=copy
            aria-label=label.clone()
            title=label
        >
            {move || icon_small(if copied.get() { Icon::Check } else { Icon::Copy })}
        </button>
    }
}
