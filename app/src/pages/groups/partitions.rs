//! Where a group stands, partition by partition, with the way to the record it stands at.

use super::detail::Here;
use crate::{
    components::{age::missing_cell, lag, pager, words},
    paths::{self, GroupAct, GroupPageQuery, TopicTab},
};
use leptos::prelude::*;
use penstock_domain::{
    group::{GroupDetail, GroupKind, LagRow},
    ids::{PartitionId, TopicName},
    units,
};
use penstock_ui::{
    bars,
    segments::{Segment, Segments},
};
use std::{collections::BTreeMap, sync::Arc};

/// Rows of one part of the table.
const ROWS: usize = 200;

/// A partition of a topic.
type Place = (TopicName, PartitionId);
type Rows = Memo<Arc<BTreeMap<Place, LagRow>>>;

/// The tab.
pub fn tab(here: Here, detail: Signal<GroupDetail>) -> AnyView {
    let by_lag = Memo::new(move |_| here.query.with(|query| query.by_lag));
    let from = Memo::new(move |_| here.query.with(|query| query.from));
    let topic = Memo::new(move |_| here.query.with(|query| query.topic.clone()));
    let shown = Memo::new(move |_| {
        detail.with(|detail| topic.with(|topic| of_topic(detail, topic.as_deref()).count()))
    });
    let committed = Memo::new(move |_| {
        detail.with(|detail| {
            topic.with(|topic| {
                of_topic(detail, topic.as_deref()).any(|row| row.committed.is_some())
                    && detail.row.kind != GroupKind::Share
            })
        })
    });
    view! {
        <section class="sec">
            <div class="sec-head">
                <h2>{move || units::count(shown.get(), "partition", "partitions")}</h2>
                {move || detail.with(uncommitted).map(|words| view! { <span class="age">{words}</span> })}
                <span class="end">
                    {move || committed.get().then(|| view! { <a class="btn sm danger" href=move || here.act(GroupAct::Forget) data-noscroll="">"Delete offsets…"</a> })}
                    <Segments label="Order" segments=Signal::derive(move || orders(here))/>
                </span>
            </div>
            <TopicChoice here topics=Signal::derive(move || detail.with(|detail| detail.row.topics.clone()))/>
            <Table here detail by_lag from most=ROWS topic/>
            {move || pages(here, from.get(), shown.get())}
        </section>
    }
    .into_any()
}

fn orders(here: Here) -> Vec<Segment> {
    let query = here.query.get();
    [(false, "By number"), (true, "By lag")]
        .into_iter()
        .map(|(by_lag, words)| Segment {
            href: here.link(&GroupPageQuery {
                by_lag,
                from: 0,
                ..query.clone()
            }),
            words: words.to_owned(),
            current: by_lag == query.by_lag,
        })
        .collect()
}

/// Partitions without a commit, said once instead of in each row.
fn uncommitted(detail: &GroupDetail) -> Option<String> {
    let without = detail
        .partitions
        .iter()
        .filter(|row| row.committed.is_none())
        .count();
    (without > 0).then(|| format!("{} without a commit: their lag is not known", without))
}

/// The topics as links, where there are several.
#[component]
pub fn TopicChoice(
    /// The address.
    here: Here,
    /// Every topic of the group.
    topics: Signal<Vec<TopicName>>,
) -> impl IntoView {
    let topics = Memo::new(move |_| topics.get());
    move || {
        topics
            .with(|topics| topics.len() > 1)
            .then(|| topics.with(|topics| choices(here, topics)))
    }
}

fn choices(here: Here, topics: &[TopicName]) -> AnyView {
    let query = here.query.get();
    let link = |topic: Option<&TopicName>| {
        here.link(&GroupPageQuery {
            topic: topic.map(ToString::to_string),
            from: 0,
            ..query.clone()
        })
    };
    let chosen = query.topic.as_deref();
    let each = topics
        .iter()
        .map(|topic| {
            let current = (chosen == Some(topic.as_str())).then_some("true");
            view! { <a class="mono" href=link(Some(topic)) aria-current=current data-noscroll="">{topic.to_string()}</a> }
        })
        .collect_view();
    view! {
        <nav class="seg topic-choice" aria-label="Topics">
            <a href=link(None) aria-current=chosen.is_none().then_some("true") data-noscroll="">"All topics"</a>
            {each}
        </nav>
    }
    .into_any()
}

fn of_topic<'a>(
    detail: &'a GroupDetail,
    topic: Option<&'a str>,
) -> impl Iterator<Item = &'a LagRow> {
    detail
        .partitions
        .iter()
        .filter(move |row| topic.is_none_or(|topic| row.topic.as_str() == topic))
}

/// The table, a row for each partition; a row is drawn anew only when its own partition changed.
#[component]
pub fn Table(
    /// The address, for links to records.
    here: Here,
    /// The group.
    detail: Signal<GroupDetail>,
    /// Whether the greatest lag stands first.
    #[prop(into)]
    by_lag: Signal<bool>,
    /// The place with which it begins.
    #[prop(into)]
    from: Signal<usize>,
    /// How many rows at most.
    most: usize,
    /// Of which topic; `None` is all.
    #[prop(into)]
    topic: Signal<Option<String>>,
) -> impl IntoView {
    let places = Memo::new(move |_| {
        let (by_lag, from) = (by_lag.get(), from.get());
        detail.with(|detail| {
            topic.with(|topic| {
                let mut rows: Vec<&LagRow> = of_topic(detail, topic.as_deref()).collect();
                if by_lag {
                    // What is not known stands last; equals stay in their order.
                    rows.sort_by_key(|row| std::cmp::Reverse(row.lag));
                }
                rows.into_iter()
                    .skip(from)
                    .take(most)
                    .map(|row| (row.topic.clone(), row.partition))
                    .collect::<Vec<Place>>()
            })
        })
    });
    let rows: Rows = Memo::new(move |_| {
        detail.with(|detail| {
            Arc::new(
                detail
                    .partitions
                    .iter()
                    .map(|row| ((row.topic.clone(), row.partition), row.clone()))
                    .collect(),
            )
        })
    });
    let greatest = Memo::new(move |_| {
        detail.with(|detail| detail.partitions.iter().filter_map(|row| row.lag).max())
    });
    let several = Memo::new(move |_| detail.with(|detail| detail.row.topics.len() > 1));
    let share = Memo::new(move |_| {
        detail.with(|detail| detail.partitions.iter().any(|row| row.in_flight.is_some()))
    });
    let any = Memo::new(move |_| places.with(|places| !places.is_empty()));
    view! {
        <Show when=move || any.get() fallback=|| view! { <p class="f13 t2">"It has committed to no partition, and no member has one."</p> }>
            <div class="bleed tbl-wrap">
                <table class="tbl compact stack last-open gp">
                    <thead>
                        <tr>
                            {move || several.get().then(|| view! { <th>"Topic"</th> })}
                            <th>"Partition"</th><th class="num">"Log start"</th>
                            <th class="num">{move || if share.get() { "Start offset" } else { "Committed" }}</th>
                            <th class="num">"End"</th><th class="num">"Lag"</th><th><span class="vh">"Share of the greatest lag"</span></th>
                            {move || share.get().then(|| view! { <th class="num">"In flight"</th> })}
                            <th class="num">"Behind"</th><th class="num">"Loses in"</th><th><span class="vh">"Record"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || places.get() key=|place| place.clone() let(place)>
                            <Row here place rows greatest several share/>
                        </For>
                    </tbody>
                </table>
            </div>
        </Show>
    }
}

#[component]
fn Row(
    here: Here,
    place: Place,
    rows: Rows,
    greatest: Memo<Option<u64>>,
    several: Memo<bool>,
    share: Memo<bool>,
) -> impl IntoView {
    let row = Memo::new(move |last: Option<&Option<LagRow>>| {
        rows.with(|rows| rows.get(&place).cloned())
            .or_else(|| last.cloned().flatten())
    });
    view! {
        <tr>
            {move || row.get().map(|row| cells(here, row, greatest.get(), several.get(), share.get()))}
        </tr>
    }
}

fn cells(
    here: Here,
    row: LagRow,
    greatest: Option<u64>,
    several: bool,
    share_group: bool,
) -> AnyView {
    let cluster = here.cluster();
    let topic = several.then(|| {
        let link = paths::topic(&cluster, row.topic.as_str(), TopicTab::Partitions);
        view! { <td class="w-full"><a class="mono" href=link>{row.topic.to_string()}</a></td> }
    });
    let (risk_class, risk, risk_why) = lag::loses(row.retention);
    let record = paths::groups::record_at(&cluster, &row);
    let zero = row.lag.is_none_or(|lag| lag == 0);
    #[allow(clippy::cast_precision_loss, reason = "a bar has a thousand steps")]
    let bar = row
        .lag
        .zip(greatest)
        .filter(|(_, greatest)| *greatest > 0)
        .map(|(lag, greatest)| bars::share("bar", lag as f64 / greatest as f64));
    let lag_words = match (&row.why, row.lag) {
        (Some(why), None) => missing_cell(why.clone(), "not told"),
        (None, None) => view! { <span class="t3">"no commit"</span> }.into_any(),
        (_, Some(lag)) => view! { <span title=row.why.clone()>{lag::count(lag)}</span> }.into_any(),
    };
    let stalled = row.stalled_since.map(|since| {
        view! { " "<span class="badge bad bare" title="Commits stand still while records arrive">{format!("stalled since {}", since.clock())}</span> }
    });
    view! {
        {topic}
        <td class="mono" data-l="Partition">{row.partition.to_string()}{stalled}</td>
        <td class="num mono n-hide">{words::number(row.log_start)}</td>
        <td class="num mono" data-l="Committed" title=row.metadata.clone()>{words::number(row.committed)}</td>
        <td class="num mono" data-l="End">{words::number(row.end)}</td>
        <td class=if zero { "num zero" } else { "num" } data-l="Lag">{lag_words}</td>
        <td class="n-hide">{bar}</td>
        {share_group.then(|| view! { <td class="num n-hide">{row.in_flight.map_or_else(|| words::NOTHING.to_owned(), lag::count)}</td> })}
        <td class="num n-hide" title=lag::how_known(row.seconds_kind)>{lag::behind(row.seconds)}</td>
        <td class="num n-hide"><span class=risk_class title=risk_why>{risk}</span></td>
        <td class="r n-hide">{record.map(|link| view! { <a class="link f12" href=link>"Open record"</a> })}</td>
    }
    .into_any()
}

/// Links to the neighbouring parts of a long table; nothing where one part holds all.
fn pages(here: Here, from: usize, all: usize) -> Option<AnyView> {
    let words = |from: usize, end: usize| {
        let partitions = units::count(all, "partition", "partitions");
        format!("{} to {end} of {partitions}", (from + 1).min(all))
    };
    pager::pieces(from, ROWS, all, words, |from| {
        here.link(&GroupPageQuery {
            from,
            ..here.query.get_untracked()
        })
    })
}
