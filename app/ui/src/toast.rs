//! Toasts: what a person just did, said once in a corner and to screen readers; gone by itself unless it is trouble.

use crate::{
    button::IconButton,
    icon::{Icon, sized},
    tone::Tone,
};
use leptos::prelude::*;
use std::time::Duration;

/// How long a toast stays.
const STAYS: Duration = Duration::from_secs(6);
/// More than this many at once are noise: the oldest goes.
const MOST: usize = 4;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// How it feels; warn and bad stay until closed.
    pub tone: Tone,
    /// What happened.
    pub title: String,
    /// More about it.
    pub more: Option<String>,
    /// A link: its words and where it leads.
    pub link: Option<(String, String)>,
}

#[derive(Clone, Debug)]
struct Shown {
    id: u32,
    toast: Toast,
}

/// Where pages put their messages; one per page load, from the context.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Shown>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// Makes the place and puts it into the context.
    pub fn provide() -> Self {
        let toasts = Self {
            shown: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        };
        provide_context(toasts);
        toasts
    }

    /// Shows a message. In the browser only: the server has no one to tell.
    pub fn show(self, toast: Toast) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        let stays = matches!(toast.tone, Tone::Warn | Tone::Bad);
        self.shown.update(|shown| {
            shown.push(Shown { id, toast });
            let over = shown.len().saturating_sub(MOST);
            shown.drain(..over);
        });
        if !stays {
            set_timeout(move || self.close(id), STAYS);
        }
    }

    fn close(self, id: u32) {
        self.shown
            .try_update(|shown| shown.retain(|other| other.id != id));
    }
}

/// The corner where toasts appear.
#[component]
pub fn ToastRegion(
    /// The place.
    toasts: Toasts,
) -> impl IntoView {
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.shown.get() key=|shown| shown.id let(shown)>
                <ToastView toast=shown.toast on_close=move |()| toasts.close(shown.id)/>
            </For>
        </div>
    }
}

/// One toast.
#[component]
pub fn ToastView(
    /// The message.
    toast: Toast,
    /// Closes it.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="toast">
            {sized(toast.tone.icon(), toast.tone.icon_class())}
            <div class="grow">
                <b class="m">{toast.title}</b>
                <div>
                    {toast.more.map(|more| view! { <span class="t2">{more}</span>" " })}
                    {toast.link.map(|(words, href)| view! { <a class="link" href=href>{words}</a> })}
                </div>
            </div>
            <IconButton icon=Icon::X label="Close" on_press=move |_| on_close.run(())/>
        </div>
    }
}
