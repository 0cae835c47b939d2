//! The bar over a table: a search form that is a plain GET, and states as links with their counts.

use super::icon::{Icon, icon, icon_small};
use leptos::prelude::*;
use leptos_router::components::Form;
pub use penstock_ui::segments::{Segment, Segments};

/// States over a table as links with their counts: all, then each that something is in, or that is chosen. `states` are the name in
/// the address, its words, and how many there are.
pub fn states(
    link: impl Fn(Option<&str>) -> String,
    current: Option<&str>,
    all: String,
    states: impl IntoIterator<Item = (&'static str, &'static str, u64)>,
    count: impl Fn(u64) -> String,
) -> Vec<Segment> {
    let first = Segment {
        href: link(None),
        words: format!("All {all}"),
        current: current.is_none(),
    };
    let others = states.into_iter().filter_map(|(name, words, number)| {
        let chosen = current == Some(name);
        (number > 0 || chosen).then(|| Segment {
            href: link(Some(name)),
            words: format!("{words} {}", count(number)),
            current: chosen,
        })
    });
    std::iter::once(first).chain(others).collect()
}

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
