//! Beside the rows: how far each topic came, what was left out, how fast each topic is.

use super::{
    bar::count,
    figures::{Figures, TopicLine},
    follow::Shown,
};
use crate::components::words;
use leptos::prelude::*;
use penstock_domain::units;
use penstock_ui::spark::{Line, sparkline};

/// The panel.
pub fn panel(shown: Shown) -> AnyView {
    let figures = shown.figures;
    view! {
        <aside class="detail tail-side" aria-label="The tail in numbers">
            <section class="sec">
                <div class="sec-head"><h2>"Positions"</h2><span class="age">"shown, and what waits"</span></div>
                <table class="tbl compact last-open mini">
                    <thead><tr><th>"Topic"</th><th class="num">"Partitions"</th><th class="num">"Shown"</th><th class="num">"Held"</th></tr></thead>
                    <tbody>{move || figures.with(|figures| figures.topics.iter().map(position).collect_view())}</tbody>
                </table>
            </section>
            {move || figures.with(|figures| (figures.left_out > 0).then(|| left_out(figures)))}
            <section class="sec">
                <div class="sec-head"><h2>"Rate by topic"</h2><span class="age">"matches, records/s"</span></div>
                <dl class="rates">{move || figures.with(|figures| figures.topics.iter().map(rate).collect_view())}</dl>
            </section>
        </aside>
    }
    .into_any()
}

fn position(topic: &TopicLine) -> AnyView {
    let zero = |number: u64| {
        if number == 0 { "num zero" } else { "num" }
    };
    view! {
        <tr>
            <td class="mono ell">{topic.name.to_string()}</td>
            <td class="num">{topic.partitions.to_string()}</td>
            <td class=zero(topic.shown)>{count(topic.shown)}</td>
            <td class=zero(topic.held)>{count(topic.held)}</td>
        </tr>
    }
    .into_any()
}

fn left_out(figures: &Figures) -> AnyView {
    let of = figures.shown.saturating_add(figures.left_out);
    let rows = figures
        .topics
        .iter()
        .filter(|topic| topic.gaps > 0)
        .map(|topic| {
            view! { <tr><td class="mono ell">{topic.name.to_string()}</td><td class="num">{units::count(topic.gaps, "range", "ranges")}</td></tr> }
        })
        .collect_view();
    view! {
        <section class="sec">
            <div class="sec-head"><h2>"Left out"</h2><span class="age">{format!("{} of {} records", count(figures.left_out), count(of))}</span></div>
            <p class="f13 t2">"More came than this tab could take or keep. Nothing is lost in Kafka; the gaps are known exactly and stand among the rows."</p>
            <table class="tbl compact last-open mini">
                <thead><tr><th>"Topic"</th><th class="num">"Gaps"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn rate(topic: &TopicLine) -> AnyView {
    let last = topic.rates.last().copied();
    view! {
        <dt class="mono ell">{topic.name.to_string()}</dt>
        <dd>{sparkline(&topic.rates, Line::Accent, 120, 20)}</dd>
        <dd class="num">{words::rate(last)}</dd>
    }
    .into_any()
}
