//! Renders a view to HTML in a test.

use leptos::prelude::*;

/// The HTML of `view`, with the marks that hydration needs taken out.
pub(crate) fn html<V: IntoView>(view: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    owner
        .with(|| view().into_view().to_html())
        .replace("<!>", "")
}
