//! Choosing the look. A form that sets a cookie, so it works without JavaScript and the server renders the right theme at once.

use crate::icon::{Icon, icon};
use leptos::prelude::*;

/// A menu of three looks; posts `theme=light|dark|system` and `next` to `action`.
#[component]
pub fn ThemeMenu(
    /// Where the form leads.
    #[prop(into)]
    action: String,
    /// Where one comes back to.
    #[prop(into)]
    next: Signal<String>,
) -> impl IntoView {
    let choices = [
        ("light", "Light"),
        ("dark", "Dark"),
        ("system", "As the system"),
    ]
    .map(|(value, words)| {
        view! { <button type="submit" name="theme" value=value on:click=move |_| show(value)>{words}</button> }
    });
    view! {
        <details class="floating theme">
            <summary class="btn ghost sm icon" aria-label="Theme" title="Theme">{icon(Icon::SunMoon)}</summary>
            <form class="menu" method="post" action=action>
                <input type="hidden" name="next" value=next/>
                {choices.collect_view()}
            </form>
        </details>
    }
}

/// Shows the choice before the server has answered; the form's answer then carries it for good.
fn show(theme: &str) {
    if let Some(root) = document().document_element() {
        // An element of the document takes any attribute with a plain name.
        let _ = match theme {
            "system" => root.remove_attribute("data-theme"),
            chosen => root.set_attribute("data-theme", chosen),
        };
    }
}
