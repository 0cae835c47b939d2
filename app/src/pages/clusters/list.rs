//! The clusters that the user may see, worst first.

use leptos::prelude::*;

/// The page.
#[component]
pub fn Clusters() -> impl IntoView {
    view! { <h1>"Clusters"</h1> }
}
