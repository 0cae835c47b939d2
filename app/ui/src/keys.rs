//! Key caps.

use leptos::prelude::*;

/// Keys and what they do: `j` `k` move.
#[component]
pub fn Hint(
    /// The keys.
    keys: &'static [&'static str],
    /// What they do.
    words: &'static str,
) -> impl IntoView {
    let caps = keys
        .iter()
        .map(|key| view! { <kbd>{*key}</kbd> })
        .collect_view();
    view! { <span class="hk">{caps}{format!(" {words}")}</span> }
}
