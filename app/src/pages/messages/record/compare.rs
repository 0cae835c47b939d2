//! Two records beside each other: which fields of their values differ, and the same by line. One of them is held in the address
//! (`compare=`), so that going through the list compares one after the other with it.

use super::{
    Pane,
    address::{self, Side, compared, link},
    content::{Built, Content},
    diff::{self, Change, ChangeKind, DiffLine, LineSide, MOST_CHANGES},
    doc::Doc,
    facts::exact,
    work,
};
use crate::{
    components::{
        icon::{Icon, icon_small},
        problem::ProblemBox,
    },
    load,
    pages::messages::here::Here,
    paths::messages::record_text,
};
use leptos::prelude::*;
use penstock_api::records::record_get;
use penstock_domain::{
    json,
    record::{Record, RecordAddress},
    units,
};
use std::sync::Arc;

/// Lines around a change that are shown of what is the same.
const AROUND: usize = 3;
/// Lines that are shown at most.
const MOST_LINES: usize = 2_000;

/// The tab.
pub fn tab(pane: Pane) -> AnyView {
    let other = Memo::new(move |_| pane.here.query.with(compared));
    let chosen = Memo::new(move |_| other.with(Option::is_some));
    load::keyed(chosen, move |chosen| {
        if chosen {
            loaded(pane, other)
        } else {
            choose(pane)
        }
    })
}

fn address_of(record: &Record) -> RecordAddress {
    RecordAddress {
        topic: record.topic.clone(),
        topic_id: None,
        partition: record.partition,
        offset: record.offset,
    }
}

/// Nothing is held yet: how one does it.
fn choose(pane: Pane) -> AnyView {
    let hold = move || {
        let this = pane.record.with(|record| record_text(&address_of(record)));
        link(pane.here, &[("compare", Some(&this))])
    };
    let before = move || {
        pane.record.with(|record| {
            let mut address = address_of(record);
            address.offset = address
                .offset
                .checked_sub(1)
                .filter(|offset| *offset >= 0)?;
            Some(link(
                pane.here,
                &[("compare", Some(&record_text(&address)))],
            ))
        })
    };
    view! {
        <div class="state compare-none">
            <h2>{icon_small(Icon::GitCompareArrows)}"Compare with another record"</h2>
            <p>"Hold this record, then open another in the list: the two are compared, also while you go through the list."</p>
            <div class="act">
                <a class="btn" href=hold data-noscroll="">"Hold this record"</a>
                {move || before().map(|href| view! { <a class="btn ghost" href=href data-noscroll="">"With the offset before"</a> })}
            </div>
        </div>
    }
    .into_any()
}

fn loaded(pane: Pane, other: Memo<Option<RecordAddress>>) -> AnyView {
    let query = Memo::new(move |_| {
        let address = other
            .get()
            .unwrap_or_else(|| pane.record.with(|record| address_of(record)));
        pane.here.query.with(|query| address::asked(address, query))
    });
    let cluster = pane.here.cluster();
    let release = move || link(pane.here, &[("compare", None)]);
    view! {
        <div class="part-head">
            <span class="f12 t2">"Held: "<span class="mono">{move || query.with(|query| {
                format!("{} {} {}", query.address.topic, query.address.partition, units::thousands(query.address.offset))
            })}</span></span>
            <span class="grow"></span>
            <a class="link f12" href=release data-noscroll="">"Let go"</a>
        </div>
        {load::Loader::new(query, Signal::stored(0), move |query| record_get(cluster.clone(), query)).view(
            || view! { <p class="none" role="status">"Reading the other record"</p> }.into_any(),
            |error| view! { <div class="detail-problem"><ProblemBox error/></div> }.into_any(),
            move |held| difference(pane, held),
        )}
    }
    .into_any()
}

fn difference(pane: Pane, held: Signal<Record>) -> AnyView {
    view! {
        {move || held.with(|held| pane.record.with(|open| compared_view(pane.here, held, open)))}
    }
    .into_any()
}

fn compared_view(here: Here, held: &Record, open: &Arc<Record>) -> AnyView {
    if address_of(held) == address_of(open) {
        return view! {
            <p class="none" role="status">"This is the held record itself. Open another one in the list."</p>
        }
        .into_any();
    }
    let (a, b) = (
        Content::of(held, Side::Value),
        Content::of(open, Side::Value),
    );
    let cut = (a.cut || b.cut).then(|| {
        view! { <div class="note">{icon_small(Icon::Info)}<span>"Only the beginnings of large values are compared."</span></div> }
    });
    let (built_a, built_b) = (a.build(), b.build());
    let body = match (&built_a, &built_b) {
        (Built::Tree(before), Built::Tree(after)) => json_view(before, after),
        _ => {
            let (before, after) = (text_of(&built_a), text_of(&built_b));
            match before.zip(after) {
                Some((before, after)) => lines_view(&diff::lines(&before, &after)),
                None => view! {
                    <p class="none">{if held.value == open.value {
                        "The values are the same bytes."
                    } else {
                        "The values differ; at least one of them is no text, so there are no lines to compare."
                    }}</p>
                }
                .into_any(),
            }
        }
    };
    view! {
        {cut}
        {sides(here, held, open)}
        {body}
    }
    .into_any()
}

/// Which of the two is which.
fn sides(here: Here, held: &Record, open: &Record) -> AnyView {
    let row = |sign: &'static str, class: &'static str, record: &Record| {
        let when = record.timestamp.map(exact).unwrap_or_default();
        let href = here.record_link(address_of(record));
        view! {
            <div class=class>
                <b aria-hidden="true">{sign}</b>
                <a class="link mono" href=href data-noscroll="">{format!("{}/{}/{}", record.topic, record.partition, record.offset)}</a>
                <span class="t3 tnum">{when}</span>
            </div>
        }
    };
    let key = if held.key == open.key {
        "The keys are the same."
    } else {
        "The keys differ."
    };
    view! {
        <div class="sides f12">
            {row("−", "del", held)}{row("+", "add", open)}
            <p class="t3">{key}</p>
        </div>
    }
    .into_any()
}

/// What a side is as text; `None` for bytes.
fn text_of(built: &Built) -> Option<String> {
    match built {
        Built::Null => Some("null".to_owned()),
        Built::Empty => Some(String::new()),
        Built::Tree(doc) => json::pretty(doc.text()).ok(),
        Built::Text(rows, _) => Some(rows.text().to_string()),
        Built::Hex(_) | Built::Base64(_) => None,
    }
}

fn json_view(before: &Doc, after: &Doc) -> AnyView {
    let changes = diff::changes(before, after);
    if changes.is_empty() {
        return view! { <p class="none" role="status">{icon_small(Icon::Check)}" The values say the same."</p> }
            .into_any();
    }
    let count = units::count(changes.len(), "field differs", "fields differ");
    let more = (changes.len() >= MOST_CHANGES).then_some(", and more");
    let lines = json::pretty(before.text())
        .ok()
        .zip(json::pretty(after.text()).ok())
        .map(|(before, after)| lines_view(&diff::lines(&before, &after)));
    view! {
        <div class="raw-head"><h3>{count}{more}</h3></div>
        <table class="tbl compact last-open changes">
            <thead><tr><th>"Field"</th><th>"Held"</th><th>"Open"</th></tr></thead>
            <tbody>{changes.iter().map(change_row).collect_view()}</tbody>
        </table>
        <div class="raw-head"><h3>"By line"</h3></div>
        {lines}
    }
    .into_any()
}

fn change_row(change: &Change) -> AnyView {
    let (class, sign, words) = match change.kind {
        ChangeKind::Added => ("add", "+", "only in the open record"),
        ChangeKind::Removed => ("del", "−", "only in the held record"),
        ChangeKind::Changed => ("chg", "~", "differs"),
        ChangeKind::Rewritten => ("chg", "≈", "the same number, written differently"),
    };
    let field = change.field.clone();
    let side = |text: &str, there: bool| {
        if there {
            view! { <span class="mono">{text.to_owned()}</span> }.into_any()
        } else {
            view! { <span class="t3">"–"</span> }.into_any()
        }
    };
    let copied = field.clone();
    view! {
        <tr class=class>
            <td class="mono wrapcell" title="Double-click copies the field" on:dblclick=move |_| work::copy(copied.clone(), |_| ())>
                <b class="sign" title=words>{sign}</b><span class="vh">{words}", "</span>{field}
            </td>
            <td class="wrapcell">{side(&change.before, change.kind != ChangeKind::Added)}</td>
            <td class="wrapcell">{side(&change.after, change.kind != ChangeKind::Removed)}</td>
        </tr>
    }
    .into_any()
}

/// Changed lines with a few around them.
fn lines_view(lines: &[DiffLine]) -> AnyView {
    if lines.iter().all(|line| line.side == LineSide::Both) {
        return view! { <p class="none" role="status">{icon_small(Icon::Check)}" The texts are the same."</p> }
            .into_any();
    }
    let shown = near_changes(lines);
    let mut rows: Vec<AnyView> = Vec::new();
    let mut last = None;
    for index in shown.iter().copied().take(MOST_LINES) {
        if last.is_some_and(|last: usize| last + 1 != index) || (last.is_none() && index > 0) {
            let from = last.map_or(0, |last| last + 1);
            let left_out = units::count(index - from, "line", "lines");
            rows.push(
                view! { <div class="hunk">{format!("{left_out} the same")}</div> }.into_any(),
            );
        }
        last = Some(index);
        if let Some(line) = lines.get(index) {
            rows.push(line_row(line));
        }
    }
    let more = (shown.len() > MOST_LINES).then(|| {
        view! { <p class="none">{format!("{} more lines differ or stand beside one that does.", units::count(shown.len() - MOST_LINES, "line", "lines"))}</p> }
    });
    view! { <div class="ydiff" tabindex="0" role="region" aria-label="Difference by line">{rows}</div>{more} }
        .into_any()
}

fn near_changes(lines: &[DiffLine]) -> Vec<usize> {
    let mut shown = vec![false; lines.len()];
    for (index, line) in lines.iter().enumerate() {
        if line.side == LineSide::Both {
            continue;
        }
        let from = index.saturating_sub(AROUND);
        for near in shown.iter_mut().skip(from).take(index + AROUND + 1 - from) {
            *near = true;
        }
    }
    shown
        .iter()
        .enumerate()
        .filter(|(_, shown)| **shown)
        .map(|(index, _)| index)
        .collect()
}

fn line_row(line: &DiffLine) -> AnyView {
    let (class, sign) = match line.side {
        LineSide::Both => ("ln", " "),
        LineSide::Old => ("ln del", "−"),
        LineSide::New => ("ln add", "+"),
    };
    let number = |number: Option<usize>| number.map(|number| number.to_string());
    view! {
        <div class=class><i>{number(line.old)}</i><i>{number(line.new)}</i><b>{sign}</b><span>{line.text.clone()}</span></div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_a_change_is_shown() {
        let text = |change: &str| {
            let lines: Vec<String> = (0..20)
                .map(|line| {
                    if line == 10 {
                        change.to_owned()
                    } else {
                        line.to_string()
                    }
                })
                .collect();
            lines.join("\n")
        };
        let lines = diff::lines(&text("old"), &text("new"));
        assert_eq!(near_changes(&lines), (7..=14).collect::<Vec<_>>());
    }
}
