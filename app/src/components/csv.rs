//! A list as a file.

use super::icon::{Icon, icon};
use leptos::prelude::*;

/// The link to the file, for the head of a list's page.
pub fn link(href: String) -> AnyView {
    view! { <a class="btn" rel="external" download="" href=href>{icon(Icon::Download)}"Export CSV"</a> }
        .into_any()
}
