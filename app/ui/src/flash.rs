//! A text that flashes once when it changes after the page is alive; the stylesheet stops it for whoever asked for less motion.

use leptos::{html::Span, prelude::*};

/// Shows `text` and marks its changes. For figures that move all the time plain text is better.
#[component]
pub fn Flash(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let node = NodeRef::<Span>::new();
    flash_on_change(node, text);
    view! { <span node_ref=node>{text}</span> }
}

/// Restarts the flash of `node` whenever `value` differs from before.
pub fn flash_on_change<T: PartialEq + Clone + Send + Sync + 'static>(
    node: NodeRef<Span>,
    value: Signal<T>,
) {
    Effect::new(move |before: Option<T>| {
        let now = value.get();
        if before.is_some_and(|before| before != now)
            && let Some(element) = node.get_untracked()
        {
            let classes = element.class_list();
            // The class list of a connected element takes any word.
            let _ = classes.remove_1("flash");
            // Reading a measure makes the browser forget the running animation.
            let _ = element.offset_width();
            let _ = classes.add_1("flash");
        }
        now
    });
}
