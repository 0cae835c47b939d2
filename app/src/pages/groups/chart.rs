//! Where a group stood over time: end, committed and first offsets with the lag between them, drawn on the server, and the same as a
//! table. Offsets are shown relative to the lowest that is shown: sums of offsets mean nothing in themselves.

mod plot;
mod table;

use self::plot::{Forecast, Plot, Size};
use super::{detail::Here, partitions::TopicChoice};
use crate::{
    components::{
        icon::{Icon, icon_small},
        lag,
        problem::ProblemBox,
        skeleton,
    },
    load::Loader,
    paths::GroupPageQuery,
};
use leptos::prelude::*;
use penstock_domain::{
    group::{
        GroupDetail, GroupRow, LagPoint, RetentionRisk,
        span::{GroupHistory, HistorySpan, sum},
    },
    ids::TopicName,
};
use penstock_ui::segments::{Segment, Segments};

/// The section with the chart.
#[component]
pub fn Course(
    /// The address.
    here: Here,
    /// Moves when groups changed.
    trigger: Signal<u64>,
    /// The group, for what is expected.
    detail: Signal<GroupDetail>,
) -> impl IntoView {
    let forecast = Memo::new(move |_| detail.with(|detail| expected(&detail.row)));
    let span = Memo::new(move |_| here.query.with(|query| query.span));
    // A day has a sample in minutes: nothing is to be seen of each change.
    let trigger = Memo::new(move |_| match span.get() {
        HistorySpan::Hour => trigger.get(),
        HistorySpan::Day => trigger.get() / 12,
        HistorySpan::TwoWeeks => trigger.get() / 120,
    });
    let loader = Loader::new(span, trigger.into(), move |span| {
        let (cluster, group) = here.group.get_value();
        penstock_api::groups::group_history_get(cluster, group, span)
    });
    loader.view(
        skeleton::rows,
        |error| view! { <section class="sec"><ProblemBox error/></section> }.into_any(),
        move |history| body(here, history, forecast),
    )
}

/// Retention that comes to unread records, and the rates until then. It is of the whole group: a single topic has it only where the
/// group has no other.
fn expected(row: &GroupRow) -> Option<Forecast> {
    match row.retention {
        RetentionRisk::In { seconds, .. } => Some(Forecast {
            in_per_second: row.in_per_second?,
            out_per_second: row.out_per_second?,
            seconds,
        }),
        RetentionRisk::None | RetentionRisk::Lost { .. } | RetentionRisk::Unknown => None,
    }
}

fn body(here: Here, history: Signal<GroupHistory>, forecast: Memo<Option<Forecast>>) -> AnyView {
    let topics = Memo::new(move |_| {
        history.with(|history| {
            history
                .topics
                .iter()
                .map(|topic| topic.topic.clone())
                .collect::<Vec<TopicName>>()
        })
    });
    let topic = Memo::new(move |_| here.query.with(|query| query.topic.clone()));
    let as_table = Memo::new(move |_| here.query.with(|query| query.as_table));
    let points = Memo::new(move |_| history.with(|history| shown(history, topic.get().as_deref())));
    let about = move || {
        topics.with(|topics| match (topic.get(), topics.as_slice()) {
            (Some(topic), _) => format!("records of {topic}"),
            (None, [only]) => format!("records of {only}"),
            (None, all) => format!("records, all {} topics", all.len()),
        })
    };
    view! {
        <section class="sec course">
            <div class="sec-head">
                <h2>"Where it stands"</h2>
                <span class="age">{about}</span>
                <span class="end">
                    <span class="legend not-narrow">
                        <span><i class="end"></i>"End"</span><span><i></i>"Committed"</span><span><i class="lag"></i>"Lag"</span><span><i class="ret"></i>"Log start"</span>
                    </span>
                    <Segments label="How far back" segments=Signal::derive(move || spans(here))/>
                    {move || toggle(here, as_table.get())}
                </span>
            </div>
            <TopicChoice here topics=topics.into()/>
            {move || {
                let (since, until) = history.with(|history| (history.since, history.until));
                let forecast = forecast.get().filter(|_| topic.with(Option::is_none));
                points.with(|points| {
                    if points.len() < 2 {
                        nothing()
                    } else if as_table.get() {
                        table::view(points)
                    } else {
                        let wide = Plot::of(points, since, until, forecast, Size::WIDE);
                        let narrow = Plot::of(points, since, until, forecast, Size::NARROW);
                        view! {
                            <div class="not-narrow">{wide.map(|plot| plot.view())}</div>
                            <div class="only-narrow">{narrow.map(|plot| plot.view())}</div>
                        }.into_any()
                    }
                })
            }}
        </section>
    }
    .into_any()
}

/// The course that is asked for: of one topic or of all together.
fn shown(history: &GroupHistory, topic: Option<&str>) -> Vec<LagPoint> {
    match topic {
        None => sum(&history.topics),
        Some(name) => history
            .topics
            .iter()
            .find(|topic| topic.topic.as_str() == name)
            .map(|topic| topic.points.clone())
            .unwrap_or_default(),
    }
}

fn spans(here: Here) -> Vec<Segment> {
    let query = here.query.get();
    HistorySpan::ALL
        .into_iter()
        .map(|span| Segment {
            href: here.link(&GroupPageQuery {
                span,
                ..query.clone()
            }),
            words: span.words().to_owned(),
            current: span == query.span,
        })
        .collect()
}

fn toggle(here: Here, as_table: bool) -> AnyView {
    let link = here.link(&GroupPageQuery {
        as_table: !as_table,
        ..here.query.get()
    });
    let words = if as_table {
        "Show as a chart"
    } else {
        "Show as a table"
    };
    view! {
        <a class="btn icon ghost sm" href=link aria-label=words title=words data-noscroll="">{icon_small(Icon::Table2)}</a>
    }
    .into_any()
}

fn nothing() -> AnyView {
    view! {
        <p class="f13 t2">"No course yet: it takes two samples of offsets within this time, and the console keeps them since it looks at this group."</p>
    }
    .into_any()
}

/// Records between the committed and the end offset.
fn lag_of(point: &LagPoint) -> Option<u64> {
    u64::try_from(point.end?.saturating_sub(point.committed?).max(0)).ok()
}

/// `+90 k`, `1.2 M`, `0`: three figures at most.
fn short(number: i64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "three figures are shown")]
    let scaled = |unit: i64| number as f64 / unit as f64;
    let (value, unit) = match number.unsigned_abs() {
        0..1_000 => return lag::count(number.unsigned_abs()),
        1_000..1_000_000 => (scaled(1_000), "k"),
        1_000_000..1_000_000_000 => (scaled(1_000_000), "M"),
        _ => (scaled(1_000_000_000), "G"),
    };
    let text = if value < 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    };
    format!("{} {unit}", text.strip_suffix(".0").unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_short() {
        for (number, label) in [
            (0, "0"),
            (950, "950"),
            (1_000, "1 k"),
            (1_250, "1.2 k"),
            (90_000, "90 k"),
            (4_000_000, "4 M"),
            (12_600_000_000, "13 G"),
        ] {
            assert_eq!(short(number), label);
        }
    }
}
