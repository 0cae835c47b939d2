//! Tabs are links: each has an address, and the chosen one says so.

use leptos::prelude::*;

/// One tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub words: String,
    /// A figure behind the words: `12`, `7 set`.
    pub note: Option<String>,
    /// Whether it is the chosen one.
    pub current: bool,
}

/// The tabs of a page.
#[component]
pub fn Tabs(
    /// Whose tabs: `Topic`.
    #[prop(into)]
    label: String,
    /// The tabs.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label=label>
            {move || tabs.get().into_iter().map(|tab| view! {
                <a href=tab.href aria-current=tab.current.then_some("page") data-noscroll="">
                    {tab.words}{tab.note.map(|note| view! { <small>{note}</small> })}
                </a>
            }).collect_view()}
        </nav>
    }
}
