//! What setting offsets would do, as figures and as a table; and what came of doing it.

use super::{own_tool, trouble};
use crate::components::{
    icon::{Icon, icon, icon_small},
    lag, words,
};
use leptos::prelude::*;
use penstock_domain::{
    group::{
        act::{OffsetsOutcome, ResetPreview, TimeSpan},
        reset::{LeftOut, ResetRow},
    },
    time::Timestamp,
    units,
};

/// Rows that are shown; more are counted.
const ROWS: usize = 200;

/// Everything of a preview but the way on.
pub fn view(preview: &ResetPreview) -> AnyView {
    let plan = &preview.plan;
    let several = plan
        .rows
        .windows(2)
        .any(|pair| matches!(pair, [one, other] if one.topic != other.topic));
    let changes = plan.changes().count();
    let rows = plan
        .rows
        .iter()
        .zip(&preview.spans)
        .take(ROWS)
        .map(|(row, span)| line(row, *span, several))
        .collect_view();
    let more = plan.rows.len().saturating_sub(ROWS);
    view! {
        {figures(preview)}
        {(changes == 0 && !plan.rows.is_empty()).then(|| view! { <p class="f13 t2 say">"The group stands there already: nothing would change."</p> })}
        {(!plan.rows.is_empty()).then(|| view! {
            <div class="pv"><table class="tbl compact stack last-open">
                <thead><tr>
                    {several.then(|| view! { <th>"Topic"</th> })}
                    <th>"Partition"</th><th class="num">"Now"</th><th><span class="vh">"becomes"</span></th><th class="num">"New"</th>
                    <th class="num">"Skipped"</th><th class="num">"Read again"</th><th class="num">"Lag after"</th><th>"Their time"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        })}
        {(more > 0).then(|| view! { <p class="f12 t3">{format!("And {} more.", units::count(more, "partition", "partitions"))}</p> })}
        {left_out(&plan.left_out)}
        {preview.command.clone().map(|command| own_tool(command, preview.file.clone()))}
    }
    .into_any()
}

fn figures(preview: &ResetPreview) -> AnyView {
    let plan = &preview.plan;
    let lossy = plan.skipped > 0;
    let class = if lossy { "blast" } else { "blast calm" };
    let time = preview
        .span
        .map_or_else(|| words::NOTHING.to_owned(), length);
    view! {
        <dl class=class>
            <div><dt>"Records never read"</dt><dd class:c-bad=lossy>{lag::count(plan.skipped)}</dd></div>
            <div><dt>"Records read again"</dt><dd>{lag::count(plan.reread)}</dd></div>
            <div><dt>"Their time"</dt><dd>{time}</dd></div>
            <div><dt>"Lag afterwards"</dt><dd>{lag::count(plan.lag_after)}</dd></div>
        </dl>
    }
    .into_any()
}

fn length(span: TimeSpan) -> String {
    units::duration_millis(span.from.millis_until(span.to))
}

fn line(row: &ResetRow, span: Option<TimeSpan>, several: bool) -> AnyView {
    let new = match row.meant {
        Some(meant) => {
            let why = format!(
                "Offset {} is not there; this is the nearest that is.",
                units::thousands(meant)
            );
            view! { <span class="c-warn" title=why>{units::thousands(row.new)}</span> }.into_any()
        }
        None => units::thousands(row.new).into_any(),
    };
    let skipped = if row.skipped > 0 {
        "num c-bad"
    } else {
        "num zero"
    };
    let reread = if row.reread > 0 { "num" } else { "num zero" };
    view! {
        <tr>
            {several.then(|| view! { <td class="mono w-full">{row.topic.to_string()}</td> })}
            <td class="mono" data-l="Partition">{row.partition.to_string()}</td>
            <td class="num mono t2 n-hide">{words::number(row.old)}</td>
            <td class="t3 n-hide">"→"</td>
            <td class="num mono" data-l="New">{new}</td>
            <td class=skipped data-l="Skipped">{lag::count(row.skipped)}</td>
            <td class=reread data-l="Read again">{lag::count(row.reread)}</td>
            <td class="num n-hide">{lag::count(row.lag_after)}</td>
            <td class="t2 tnum n-hide">{span.map(|span| between(span.from, span.to))}</td>
        </tr>
    }
    .into_any()
}

/// `11-19 12:58 … 11-22 00:00`
fn between(from: Timestamp, to: Timestamp) -> String {
    let short = |time: Timestamp| {
        let (date, clock) = (time.date(), time.clock());
        format!(
            "{} {}",
            date.get(5..).unwrap_or_default(),
            clock.get(..5).unwrap_or_default()
        )
    };
    if short(from) == short(to) {
        short(from)
    } else {
        format!("{} … {}", short(from), short(to))
    }
}

fn left_out(left: &[LeftOut]) -> Option<AnyView> {
    (!left.is_empty()).then(|| {
        let words = units::count(left.len(), "partition stays as it is", "partitions stay as they are");
        let lines = left
            .iter()
            .take(ROWS)
            .map(|one| view! { <li><code>{format!("{} {}", one.topic, one.partition)}</code>": "{one.why.clone()}</li> })
            .collect_view();
        view! { <details class="cmd"><summary>{icon_small(Icon::TriangleAlert)}" "{words}</summary><ul class="f12 t2">{lines}</ul></details> }
            .into_any()
    })
}

/// What came of it.
pub fn outcome(outcome: &OffsetsOutcome) -> AnyView {
    let changed = usize::try_from(outcome.changed).unwrap_or(usize::MAX);
    let refused: Vec<_> = outcome
        .partitions
        .iter()
        .filter(|one| one.problem.is_some())
        .collect();
    let first = refused.first().and_then(|one| one.problem.clone());
    let done = (changed > 0).then(|| {
        let words = units::count(changed, "partition was changed.", "partitions were changed.");
        view! { <p class="say-line ok" role="status">{icon(Icon::CircleCheck)}<span><b class="m">{words}</b></span></p> }
    });
    let trouble = first.map(|problem| {
        let count = units::count(refused.len(), "partition was", "partitions were");
        view! { <p class="f13 say">{format!("{count} not changed:")}</p>{trouble(problem)} }
    });
    view! { {done}{trouble} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_within_a_minute_is_one_moment() {
        let at = |millis: i64| Timestamp(1_763_884_800_000 + millis);
        assert_eq!(between(at(0), at(30_000)), "11-23 08:00");
        assert_eq!(between(at(0), at(86_400_000)), "11-23 08:00 … 11-24 08:00");
    }
}
