//! Parts of a table: sortable heads as links, cells that miss their figure, an empty body, the foot, pages.
//!
//! A page writes its own `<table class="tbl stack bleed">` with `<thead>` and `<tbody>`; a cell that stays visible when narrow
//! carries `data-l` with its label, or one of the classes `w-full`, `half`, `half-end`; `n-hide` leaves it out there.

use crate::icon::{Icon, icon_small, icon_tiny};
use leptos::prelude::*;

/// How a column is sorted now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Small or early first.
    Ascending,
    /// Large or late first.
    Descending,
}

/// The head of a column that sorts: a link to the other order.
#[component]
pub fn SortHead(
    /// Where the next order is.
    #[prop(into)]
    href: Signal<String>,
    /// Its words.
    #[prop(into)]
    words: String,
    /// The unit of its figures: `GiB`.
    #[prop(optional, into)]
    unit: MaybeProp<String>,
    /// How it is sorted now, if by this column.
    #[prop(into)]
    order: Signal<Option<Order>>,
    /// Whether its cells are numbers.
    #[prop(optional)]
    numeric: bool,
) -> impl IntoView {
    view! {
        <th
            scope="col"
            class=if numeric { "num" } else { "text" }
            class:sort=move || order.get().is_some()
            aria-sort=move || order.get().map(|order| match order {
                Order::Ascending => "ascending",
                Order::Descending => "descending",
            })
        >
            <a href=href>
                {words}
                {move || unit.get().map(|unit| view! { <span class="unit">{unit}</span> })}
                {move || order.get().map(|order| match order {
                    Order::Ascending => icon_tiny(Icon::ArrowUp),
                    Order::Descending => icon_tiny(Icon::ArrowDown),
                })}
            </a>
        </th>
    }
}

/// The head of a column that does not sort.
#[component]
pub fn Head(
    /// Its words.
    #[prop(into)]
    words: String,
    /// The unit of its figures.
    #[prop(optional, into)]
    unit: MaybeProp<String>,
    /// Whether its cells are numbers.
    #[prop(optional)]
    numeric: bool,
) -> impl IntoView {
    view! {
        <th scope="col" class=if numeric { "num" } else { "text" }>
            {words}{move || unit.get().map(|unit| view! { <span class="unit">{unit}</span> })}
        </th>
    }
}

/// A cell's figure that could not be had, with the reason behind it.
#[component]
pub fn Missing(
    /// What stands there instead: `node 2`.
    #[prop(into)]
    words: String,
    /// Why: `Leader node 2 has not answered since 08:13:51`.
    #[prop(into)]
    why: String,
    /// Whether asking failed, rather than nobody having answered.
    #[prop(optional)]
    failed: bool,
) -> impl IntoView {
    let icon = if failed {
        crate::icon::sized(Icon::OctagonX, "i s14 c-bad")
    } else {
        icon_small(Icon::CircleHelp)
    };
    view! { <span class="miss" title=why>{icon}" "{words}</span> }
}

/// The only row of an empty body.
#[component]
pub fn EmptyRow(
    /// How many columns the table has.
    columns: u32,
    /// Why it is empty.
    children: Children,
) -> impl IntoView {
    view! { <tr><td class="w-full wrapcell t2" colspan=columns.to_string()>{children()}</td></tr> }
}

/// New rows gather behind this bar, so that nothing moves under the pointer.
#[component]
pub fn NewRows(
    /// `12 new`
    #[prop(into)]
    words: Signal<String>,
    /// Where they are shown.
    #[prop(into)]
    href: Signal<String>,
) -> impl IntoView {
    view! { <div class="new-rows" role="status"><a href=href>{words}</a></div> }
}

/// The foot of a table: how many, how old, pages, keys.
#[component]
pub fn TableFoot(
    /// What stands at its right end.
    #[prop(optional, into)]
    end: ViewFn,
    /// What stands at its left end, one `span` each.
    children: Children,
) -> impl IntoView {
    view! { <div class="tbl-foot">{children()}<span class="end">{end.run()}</span></div> }
}

/// Links to the neighbouring pages of a list; what is absent is left out.
#[component]
pub fn Pagination(
    /// Where the page before is.
    #[prop(into)]
    previous: Signal<Option<String>>,
    /// Where the page after is.
    #[prop(into)]
    next: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        {move || previous.get().map(|href| view! { <a class="btn sm" rel="prev" href=href>"Previous"</a> })}
        {move || next.get().map(|href| view! { <a class="btn sm" rel="next" href=href>"Next"{icon_small(Icon::ChevronRight)}</a> })}
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::testing::html;

    #[test]
    fn the_sorted_column_says_so() {
        let sorted = html(
            || view! { <table><thead><tr><SortHead href="/?sort=size" words="Size" unit="GiB" order=Some(Order::Descending) numeric=true/></tr></thead></table> },
        );
        assert!(sorted.contains("aria-sort=\"descending\""), "{sorted}");
        assert!(sorted.contains("href=\"/?sort=size\""), "{sorted}");
        let other = html(
            || view! { <table><thead><tr><SortHead href="/" words="In" order=None/></tr></thead></table> },
        );
        assert!(!other.contains("aria-sort"), "{other}");
    }

    #[test]
    fn addresses_are_escaped() {
        let html =
            html(|| view! { <Pagination previous=None next=Some("/?after=\"><b>".to_owned())/> });
        assert!(!html.contains("\"><b>"), "{html}");
        assert!(
            !html.contains("Previous"),
            "what is absent is left out: {html}"
        );
    }
}
