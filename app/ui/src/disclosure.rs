//! What stays folded until asked for; the browser's own element, so it opens without JavaScript.

use crate::icon::{Icon, icon_tiny};
use leptos::prelude::*;

/// A line that opens what is beneath it.
#[component]
pub fn Disclosure(
    /// The line.
    #[prop(into)]
    summary: String,
    /// Whether it begins open.
    #[prop(optional)]
    open: bool,
    /// What is beneath it.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="fold" open=open>
            <summary>{icon_tiny(Icon::ChevronRight)}{summary}</summary>
            <div>{children()}</div>
        </details>
    }
}
