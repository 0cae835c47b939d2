//! Links to the neighbouring parts of what is shown in parts: pages of a list that the server cuts, pieces of a long table.

use super::icon::{Icon, icon_small};
use leptos::prelude::*;
use penstock_domain::envelope::Page;

/// Links of a list's foot; `to` makes the address of the page behind a cursor, of the first without one.
pub fn pages(page: &Page, to: impl Fn(Option<String>) -> String) -> AnyView {
    let link = |cursor: &String| to((!cursor.is_empty()).then(|| cursor.clone()));
    let previous = page.previous.as_ref().map(|cursor| {
        view! { <a class="btn sm" rel="prev" href=link(cursor)>"Previous"</a> }
    });
    let next = page.next.as_ref().map(|cursor| {
        view! { <a class="btn sm" rel="next" href=link(cursor)>"Next"{icon_small(Icon::ChevronRight)}</a> }
    });
    view! { {previous}{next} }.into_any()
}

/// Links beneath a table that shows rows `from` up to `most` more of `all`; nothing where one piece holds all. `words` says what is
/// shown, by the numbers of the first row and of the one behind the last.
pub fn pieces(
    from: usize,
    most: usize,
    all: usize,
    words: impl FnOnce(usize, usize) -> String,
    link: impl Fn(usize) -> String,
) -> Option<AnyView> {
    if all <= most && from == 0 {
        return None;
    }
    let end = (from + most).min(all);
    Some(
        view! {
            <p class="row mt f12 t3">
                <span>{words(from, end)}</span>
                {(from > 0).then(|| view! { <a class="btn sm" rel="prev" href=link(from.saturating_sub(most))>"Previous"</a> })}
                {(end < all).then(|| view! { <a class="btn sm" rel="next" href=link(end)>"Next"</a> })}
            </p>
        }
        .into_any(),
    )
}
