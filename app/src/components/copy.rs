//! Copying a text. The button appears once the page is alive, because without JavaScript it could do nothing.

use super::icon::{Icon, icon_small};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// A button that copies `text`.
#[component]
pub fn Copy(
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
    /// What it is: `cluster id`.
    what: &'static str,
) -> impl IntoView {
    let alive = RwSignal::new(false);
    let copied = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
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
                    Duration::from_secs(2),
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
        <button type="button" class="copy" hidden=move || !alive.get() on:click=copy aria-label=label title=label>
            {icon_small(Icon::Copy)}
        </button>
    }
}

/// A block of code with its copy button.
#[component]
pub fn Code(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// What it is, for the button: `rule`.
    what: &'static str,
) -> impl IntoView {
    view! {
        <div class="code" tabindex="0">{text}<Copy text what/></div>
    }
}
