//! A block of code that can be copied.

use leptos::prelude::*;
pub use penstock_ui::copy::Copy;

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
