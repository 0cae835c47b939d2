//! The chart as a table, newest first.

use super::lag_of;
use crate::components::{lag, words};
use leptos::prelude::*;
use penstock_domain::group::{LagPoint, span::thin};

/// Rows at most.
const ROWS: usize = 60;

/// The table.
pub(super) fn view(points: &[LagPoint]) -> AnyView {
    let rows = thin(points, ROWS)
        .into_iter()
        .rev()
        .map(|point| {
            let lag_words = lag_of(&point).map_or_else(|| words::NOTHING.to_owned(), lag::count);
            view! {
                <tr>
                    <td class="w-full"><time datetime=point.at.to_string()>{words::absolute(point.at)}</time></td>
                    <td class="num mono" data-l="Log start">{words::number(point.log_start)}</td>
                    <td class="num mono" data-l="Committed">{words::number(point.committed)}</td>
                    <td class="num mono" data-l="End">{words::number(point.end)}</td>
                    <td class="num" data-l="Lag">{lag_words}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="bleed tbl-wrap course-table">
            <table class="tbl compact stack last-open">
                <thead><tr><th>"Time"</th><th class="num">"Log start"</th><th class="num">"Committed"</th><th class="num">"End"</th><th class="num">"Lag"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
