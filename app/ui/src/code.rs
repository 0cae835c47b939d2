//! Code to read and to copy: rules, commands, resources. Plain text, never markup.

use crate::copy::Copy;
use leptos::prelude::*;

/// A block of code with its copy button.
#[component]
pub fn Code(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// What it is, for the button: `rule`.
    #[prop(into)]
    what: String,
) -> impl IntoView {
    view! { <div class="code" tabindex="0">{text}<Copy text what/></div> }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::testing::html;

    #[test]
    fn code_is_text() {
        let html = html(|| view! { <Code text="<img src=x onerror=alert(1)>" what="rule"/> });
        assert!(!html.contains("<img"), "{html}");
    }

    #[test]
    fn the_button_waits_for_javascript() {
        let html = html(|| view! { <Code text="kubectl" what="command"/> });
        assert!(html.contains("hidden"), "{html}");
        assert!(html.contains("Copy command"), "{html}");
    }
}
