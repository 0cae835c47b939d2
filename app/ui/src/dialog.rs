//! A dialog: the browser's own element, which keeps the focus inside and closes on Escape.

use crate::button::IconButton;
use crate::icon::Icon;
use leptos::{html::Dialog as DialogElement, prelude::*};

/// A modal dialog that is open while `open` says so.
#[component]
pub fn Dialog(
    /// Whether it is open; becomes false when somebody closes it.
    open: RwSignal<bool>,
    /// Its title.
    #[prop(into)]
    title: String,
    /// A sentence beneath the title.
    #[prop(optional, into)]
    lead: MaybeProp<String>,
    /// Whether it is wide.
    #[prop(optional)]
    wide: bool,
    /// Its buttons; the act last.
    #[prop(into)]
    buttons: ViewFn,
    /// Its content.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<DialogElement>::new();
    let label = title.clone();
    Effect::new(move |_| {
        let (Some(dialog), open) = (node.get(), open.get()) else {
            return;
        };
        if open && !dialog.open() {
            // Fails only for a dialog that is not in the document, or that is open already.
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog node_ref=node class=if wide { "dialog wide" } else { "dialog" } aria-label=label on:close=move |_| open.set(false)>
            <header>
                <div class="row">
                    <h2 class="grow">{title}</h2>
                    <IconButton icon=Icon::X label="Close" on_press=move |_| open.set(false)/>
                </div>
                {move || lead.get().map(|lead| view! { <p>{lead}</p> })}
            </header>
            <div class="body">{children()}</div>
            <footer><span class="end">{buttons.run()}</span></footer>
        </dialog>
    }
}
