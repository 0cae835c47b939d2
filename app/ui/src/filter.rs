//! The bar over a table: a search form that is a plain GET, so it works without JavaScript and its result has an address.

use crate::icon::{Icon, icon, icon_small};
use leptos::prelude::*;

/// The field of a search form; stands in a `<form method="get">`, the page's own or that of [`Filter`].
#[component]
pub fn SearchField(
    /// The name in the query.
    #[prop(default = "q")]
    name: &'static str,
    /// The text that is searched now.
    #[prop(into)]
    value: Signal<String>,
    /// What may be searched; also the label.
    #[prop(into)]
    hint: String,
    /// Where the same page without the search is.
    #[prop(into)]
    clear: Signal<String>,
    /// Other parts of the address to keep.
    #[prop(optional, into)]
    hidden: Signal<Vec<(&'static str, String)>>,
) -> impl IntoView {
    view! {
        <div class="query">
            {icon(Icon::Search)}
            <input
                type="search"
                name=name
                value=value
                prop:value=value
                placeholder=hint.clone()
                aria-label=hint
                autocomplete="off"
                spellcheck="false"
            />
            {move || hidden.get().into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()}
            {move || (!value.with(String::is_empty)).then(|| view! {
                <a class="btn icon ghost sm" href=clear.get() aria-label="Clear the filter" title="Clear the filter">{icon_small(Icon::X)}</a>
            })}
        </div>
    }
}

/// The bar: a search form, and whatever stands right of it.
#[component]
pub fn Filter(
    /// Where the form leads.
    #[prop(into)]
    action: String,
    /// The text that is searched now.
    #[prop(into)]
    value: Signal<String>,
    /// What may be searched.
    #[prop(into)]
    hint: String,
    /// Where the same page without the search is.
    #[prop(into)]
    clear: Signal<String>,
    /// Other parts of the address to keep.
    #[prop(optional, into)]
    hidden: Signal<Vec<(&'static str, String)>>,
    /// What stands right of the field.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="filter">
            <form method="get" action=action role="search"><SearchField value hint clear hidden/></form>
            {children.map(|children| children())}
        </div>
    }
}

/// A condition of a search as a word of its own: `name:task-x*`.
#[component]
pub fn Token(
    /// Which field.
    #[prop(into)]
    field: String,
    /// How it is compared: `:`, `>`.
    #[prop(default = ":")]
    operator: &'static str,
    /// With what.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    view! { <span class="token"><span class="f">{field}</span><span class="o">{operator}</span><span class="v">{value}</span></span> }
}
