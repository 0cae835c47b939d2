//! The bar over a table: a search form that is a plain GET, and states as links with their counts.

use super::icon::{Icon, icon, icon_small};
use leptos::prelude::*;
use leptos_router::components::Form;

/// A search form; what else the address says stays through hidden fields.
#[component]
pub fn Filter(
    /// Where it leads.
    action: String,
    /// The text that is searched now.
    #[prop(into)]
    query: Signal<String>,
    /// Other parts of the address to keep.
    #[prop(into)]
    hidden: Signal<Vec<(&'static str, String)>>,
    /// What may be searched.
    hint: &'static str,
    /// What stands right of the field.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let clear = {
        let action = action.clone();
        move || {
            let rest: Vec<String> = hidden
                .get()
                .into_iter()
                .map(|(name, value)| format!("{name}={}", penstock_domain::query::encode(&value)))
                .collect();
            if rest.is_empty() {
                action.clone()
            } else {
                format!("{action}?{}", rest.join("&"))
            }
        }
    };
    view! {
        <div class="filter">
            <Form method="GET" action=action>
                <div class="query">
                    {icon(Icon::Search)}
                    <input type="search" name="q" value=query prop:value=query placeholder=hint aria-label=hint autocomplete="off" spellcheck="false"/>
                    {move || hidden.get().into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()}
                    {move || (!query.with(String::is_empty)).then(|| view! {
                        <a class="btn icon ghost sm" href=clear() aria-label="Clear the filter" title="Clear the filter">{icon_small(Icon::X)}</a>
                    })}
                </div>
            </Form>
            {children.map(|children| children())}
        </div>
    }
}

/// One link of a segmented control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where it leads.
    pub href: String,
    /// `Drifted 2`
    pub words: String,
    /// Whether it is the chosen one.
    pub current: bool,
}

/// A segmented control of links.
#[component]
pub fn Segments(
    /// The links.
    #[prop(into)]
    segments: Signal<Vec<Segment>>,
) -> impl IntoView {
    view! {
        <nav class="seg" aria-label="States">
            {move || segments.get().into_iter().map(|segment| view! {
                <a href=segment.href aria-current=segment.current.then_some("true")>{segment.words}</a>
            }).collect_view()}
        </nav>
    }
}
