//! What stands while a page loads in the browser: its head and rows of the same geometry, so that nothing jumps. The server
//! never sends it, because it waits for the data.

use super::heading::PageHead;
use leptos::prelude::*;

/// Widths of the bars of one row, so that rows differ a little.
const WIDTHS: [&str; 4] = ["skel w1", "skel w2", "skel w3", "skel w4"];

/// A head and a table of waiting rows.
pub fn page(title: &'static str) -> AnyView {
    view! { <PageHead title=title.to_owned() waiting=true/>{rows()} }.into_any()
}

/// The table of waiting rows alone, under a head that stands already.
pub fn rows() -> AnyView {
    let rows = (0..8)
        .map(|row: usize| {
            let cells = (0..5)
                .map(|cell: usize| {
                    let class = WIDTHS.get((row + cell) % WIDTHS.len()).copied();
                    view! { <td><span class=class></span></td> }
                })
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        <div class="sec-line" aria-busy="true" aria-label="Loading">
            <table class="tbl bleed waiting"><tbody>{rows}</tbody></table>
        </div>
    }
    .into_any()
}
