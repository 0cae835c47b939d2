//! A cluster's activity: filter, lanes, and the list by day with the chosen event beside it. Everything has an address.

use super::{event, lanes};
use crate::{
    components::{
        age::MissingNotes,
        csv,
        filter::{Filter, Segment, Segments},
        heading::PageHead,
        icon::{Icon, icon, sized},
        pager, skeleton, words,
    },
    live::use_live,
    load,
    paths::{self, Page},
    routes,
};
use leptos::prelude::*;
use penstock_domain::{
    activity::{
        ActivityEvent, ActivityKind, ActivityLane, ActivityPage, KEPT_DAYS,
        query::{ActivityQuery, ActivitySpan, HINT},
    },
    ids::ClusterRef,
    live::MarkKind,
    units,
};
use std::{collections::BTreeMap, sync::Arc};

/// The page.
#[component]
pub fn Activity() -> impl IntoView {
    let cluster = routes::use_cluster();
    let search = routes::use_search(|page| matches!(page, Page::Activity(_)));
    load::keyed(cluster, move |cluster| {
        let query = Memo::new(move |_| ActivityQuery::parse(&search.get()));
        let trigger = use_live(Some(cluster.clone()), &[MarkKind::Activity]);
        let fetched = cluster.clone();
        load::load(
            query,
            trigger,
            move |query| penstock_api::activity::activity_list(fetched.clone(), query),
            || skeleton::page("Activity"),
            move |page| body(cluster.clone(), query, page),
        )
    })
}

/// A line of the list: the head of a day, or an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Line {
    Day(String),
    Event(u64),
}

type Events = Memo<Arc<BTreeMap<u64, ActivityEvent>>>;

fn body(cluster: ClusterRef, query: Memo<ActivityQuery>, page: Signal<ActivityPage>) -> AnyView {
    let lines = Memo::new(move |_| page.with(|page| lines(&page.items)));
    let events: Events = Memo::new(move |_| {
        page.with(|page| {
            Arc::new(
                page.items
                    .iter()
                    .map(|event| (event.id, event.clone()))
                    .collect(),
            )
        })
    });
    let chosen = Memo::new(move |_| page.with(|page| page.chosen.clone()));
    let open = Memo::new(move |_| chosen.with(Option::is_some));
    let hidden = Signal::derive(move || {
        query.with(|query| {
            let span = query.span != ActivitySpan::default();
            [
                ("lane", query.lane.map(|lane| lane.name().to_owned())),
                ("span", span.then(|| query.span.name().to_owned())),
            ]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
        })
    });
    let action = paths::activity(&cluster, &ActivityQuery::default());
    let lane_links = lane_segments(cluster.clone(), query, page);
    let span_links = span_segments(cluster.clone(), query);
    let (csv_of, row_of, detail_of, empty_of) = (
        cluster.clone(),
        cluster.clone(),
        cluster.clone(),
        cluster.clone(),
    );
    view! {
        <PageHead
            title="Activity".to_owned()
            facts=move || page.with(|page| facts(page, query.with(|query| query.span)))
            actions=move || {
                let file = query.with(|query| paths::activity::activity_csv(&csv_of, query));
                csv::link(file)
            }
        />
        <Filter action query=Signal::derive(move || query.with(|query| query.q.clone())) hidden hint=HINT>
            <Segments label="Lanes" segments=lane_links/>
            <Segments label="Span" segments=span_links/>
        </Filter>
        <MissingNotes missing=Signal::derive(move || page.with(|page| page.missing.clone()))/>
        {move || page.with(|page| lanes::picture(page, query.with(|query| query.span)))}
        <div class="ev-split" class:open=move || open.get()>
            <div>
                <table class="tbl compact events">
                    <thead class="vh"><tr><th>"Time"</th><th>"Kind"</th><th>"What"</th><th>"By"</th><th>"Seen in"</th></tr></thead>
                    <tbody>
                        <For each=move || lines.get() key=|line| line.clone() let(line)>
                            {match line {
                                Line::Day(day) => view! { <tr class="group"><td colspan="5">{day}</td></tr> }.into_any(),
                                Line::Event(id) => view! { <Row cluster=row_of.clone() id events query/> }.into_any(),
                            }}
                        </For>
                    </tbody>
                </table>
                {move || lines.with(Vec::is_empty).then(|| empty(&empty_of, &query.get(), &page.get()))}
            </div>
            {move || chosen.get().map(|event| event::detail(&detail_of, &event, &query.get()))}
        </div>
        {foot(cluster, query, page)}
    }
    .into_any()
}

/// Events under the heads of their days.
fn lines(events: &[ActivityEvent]) -> Vec<Line> {
    let mut lines = Vec::with_capacity(events.len() + 4);
    let mut last = String::new();
    for event in events {
        let day = event.at.date();
        if day != last {
            lines.push(Line::Day(day.clone()));
            last = day;
        }
        lines.push(Line::Event(event.id));
    }
    lines
}

/// A row; it keeps what it showed last while it is on its way out.
#[component]
fn Row(cluster: ClusterRef, id: u64, events: Events, query: Memo<ActivityQuery>) -> impl IntoView {
    let event = Memo::new(move |last: Option<&Option<ActivityEvent>>| {
        events
            .with(|events| events.get(&id).cloned())
            .or_else(|| last.cloned().flatten())
    });
    let chosen = Memo::new(move |_| query.with(|query| query.event == Some(id)));
    let link = move || query.with(|query| paths::activity(&cluster, &query.choosing(Some(id))));
    view! {
        <tr data-row="" class:sel=move || chosen.get()>
            <td class="tnum t2 tm">{move || event.with(|event| event.as_ref().map(time))}</td>
            <td class="ico">{move || event.with(|event| event.as_ref().map(|event| view! {
                {sized(event::sign(event), event::tone(event).small_icon_class())}<span class="vh">{kind_words(event.kind)}</span>
            }))}</td>
            <td class="what"><a href=link data-noscroll="" aria-current=move || chosen.get().then_some("true")>{move || event.with(|event| event.as_ref().map(event::sentence))}</a></td>
            <td class="by t2">{move || event.with(|event| event.as_ref().map(by))}</td>
            <td class="t3 src">{move || event.with(|event| event.as_ref().map(|event| event::seen_in(event.kind)))}</td>
        </tr>
    }
}

fn time(event: &ActivityEvent) -> AnyView {
    let title = match event.until {
        Some(until) => format!(
            "{}, the last {} later",
            words::absolute(event.at),
            units::duration_millis(event.at.millis_until(until))
        ),
        None => words::absolute(event.at),
    };
    view! { <time datetime=event.at.to_string() title=title>{event.at.clock()}</time> }.into_any()
}

fn by(event: &ActivityEvent) -> String {
    match (&event.by, event.kind) {
        (Some(by), _) => by.manager.clone(),
        (None, ActivityKind::Created | ActivityKind::Changed | ActivityKind::Deleted) => {
            "not recorded".to_owned()
        }
        (None, _) => words::NOTHING.to_owned(),
    }
}

const fn kind_words(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Created => "Created",
        ActivityKind::Changed => "Changed",
        ActivityKind::Deleted => "Deleted",
        ActivityKind::Status => "Status",
        ActivityKind::Pods => "Pods",
        ActivityKind::Leaders => "Leaders",
        ActivityKind::InSync => "In-sync sets",
        ActivityKind::Quorum => "Quorum",
        ActivityKind::Gap => "Nobody looked",
    }
}

fn facts(page: &ActivityPage, span: ActivitySpan) -> AnyView {
    let count = usize::try_from(page.page.total).unwrap_or(usize::MAX);
    let kept = if page.durable {
        format!("kept {KEPT_DAYS} days")
    } else {
        "kept until the console restarts".to_owned()
    };
    view! {
        <span>{format!("{} in {}", units::count(count, "event", "events"), span.words())}</span>
        <span>{format!("looking since {}", words::absolute(page.looked_since))}</span>
        <span>{kept}</span>
    }
    .into_any()
}

fn lane_segments(
    cluster: ClusterRef,
    query: Memo<ActivityQuery>,
    page: Signal<ActivityPage>,
) -> Signal<Vec<Segment>> {
    Signal::derive(move || {
        let query = query.get();
        let segment = |lane: Option<ActivityLane>, words: String| {
            let to = ActivityQuery {
                lane,
                ..query.first_page()
            };
            Segment {
                href: paths::activity(&cluster, &to),
                words,
                current: query.lane == lane,
            }
        };
        page.with(|page| {
            let each = page
                .lanes
                .iter()
                .map(|(lane, count)| segment(Some(*lane), format!("{} {count}", lane.words())));
            std::iter::once(segment(None, "All".to_owned()))
                .chain(each)
                .collect()
        })
    })
}

fn span_segments(cluster: ClusterRef, query: Memo<ActivityQuery>) -> Signal<Vec<Segment>> {
    Signal::derive(move || {
        let query = query.get();
        ActivitySpan::ALL
            .into_iter()
            .map(|span| Segment {
                href: paths::activity(
                    &cluster,
                    &ActivityQuery {
                        span,
                        ..query.first_page()
                    },
                ),
                words: span.words().to_owned(),
                current: query.span == span,
            })
            .collect()
    })
}

fn empty(cluster: &ClusterRef, query: &ActivityQuery, page: &ActivityPage) -> AnyView {
    let narrowed = !query.q.is_empty() || query.lane.is_some();
    let since = words::absolute(page.looked_since);
    view! {
        <div class="state">
            <h2>{icon(Icon::History)}{if narrowed { "Nothing matches" } else { "Nothing has happened" }}</h2>
            <p>{format!("In the last {} the console saw no such event. It looks since {since}; what happens appears here by itself.", query.span.words())}</p>
            {narrowed.then(|| {
                let all = ActivityQuery { span: query.span, ..ActivityQuery::default() };
                view! { <div class="act"><a class="btn sm" href=paths::activity(cluster, &all)>"Clear the filter"</a></div> }
            })}
        </div>
    }
    .into_any()
}

fn foot(cluster: ClusterRef, query: Memo<ActivityQuery>, page: Signal<ActivityPage>) -> AnyView {
    let pages = move || {
        let query = query.get();
        let to = |after| {
            let query = ActivityQuery {
                after,
                event: None,
                ..query.clone()
            };
            paths::activity(&cluster, &query)
        };
        page.with(|page| pager::pages(&page.page, to))
    };
    view! {
        <div class="tbl-foot">
            <span>"Changes name the field manager, where the resource tells one; Kafka records nobody"</span>
            <span class="end">
                {pages}
                <span class="hk"><kbd>"j"</kbd><kbd>"k"</kbd>" event"</span>
                <span class="hk"><kbd>"↵"</kbd>" open"</span>
            </span>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_has_one_head() {
        let mut event: ActivityEvent = serde_json::from_value(serde_json::json!({
            "id": 3, "at": "2026-11-23T08:00:00Z", "until": null, "kind": "created", "about": "topics", "severity": "info", "subject": null,
            "what": "x", "detail": null, "by": null, "fields": [], "moreFields": 0, "count": 1, "examples": [],
        }))
        .unwrap();
        let mut events = vec![event.clone()];
        event.id = 2;
        events.push(event.clone());
        (event.id, event.at) = (1, penstock_domain::time::Timestamp(0));
        events.push(event);
        assert_eq!(
            lines(&events),
            [
                Line::Day("2026-11-23".to_owned()),
                Line::Event(3),
                Line::Event(2),
                Line::Day("1970-01-01".to_owned()),
                Line::Event(1),
            ]
        );
    }
}
