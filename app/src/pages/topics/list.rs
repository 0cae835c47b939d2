//! A cluster's topics: live ones joined with their KafkaTopics, filtered, sorted and paged on the server.

use crate::{
    clock::use_clock,
    components::{
        age::{MissingNotes, as_of_text, missing_cell},
        bars,
        columns::Columns,
        csv,
        filter::{Segment, Segments, states},
        flash::Flash,
        heading::PageHead,
        icon::{Icon, icon},
        list::{Column, ListPage, Order, Rows, by_key},
        list_filter::{ListBar, sendable},
        skeleton, state,
        words::{self, SizeUnit},
    },
    live::use_live,
    load,
    paths::{self, Page, TopicTab},
    routes,
};
use leptos::prelude::*;
use penstock_domain::{
    ids::{ClusterRef, TopicName},
    live::MarkKind,
    query::ListQuery,
    topic::{
        TopicList, TopicRow, TopicState,
        query::{self, TopicField},
    },
    units,
};

/// The page.
#[component]
pub fn Topics() -> impl IntoView {
    let cluster = routes::use_cluster();
    let search = routes::use_search(|page| matches!(page, Page::Topics(_)));
    load::keyed(cluster, move |cluster| {
        let query = Memo::new(move |_| ListQuery::parse(&search.get()));
        // A filter that can't be read is not sent: the list stays, and the mistake is pointed at.
        let sent = Memo::new(move |_| query.with(sendable::<TopicField>));
        let trigger = use_live(
            Some(cluster.clone()),
            &[MarkKind::Topics, MarkKind::Offsets],
        );
        let fetched = cluster.clone();
        load::load(
            sent,
            trigger,
            move |query| penstock_api::topics::topics_list(fetched.clone(), query),
            || skeleton::page("Topics"),
            move |list| body(cluster.clone(), query, list),
        )
    })
}

/// Every column in the order of the table.
const COLUMNS: Columns = Columns {
    list: "topics",
    columns: &[
        ("name", "Topic"),
        ("state", "State"),
        ("partitions", "Partitions"),
        ("inSync", "In sync"),
        ("records", "Records"),
        ("size", "Size"),
        ("in", "In"),
        ("retention", "Retention"),
        ("cleanup", "Cleanup"),
    ],
};

fn body(cluster: ClusterRef, query: Memo<ListQuery>, list: Signal<TopicList>) -> AnyView {
    let (names, rows) = by_key(list, |list: &TopicList| &list.items, |row| row.name.clone());
    let unit = Memo::new(move |_| {
        list.with(|list| {
            SizeUnit::of(
                list.items
                    .iter()
                    .filter_map(|row| row.size_bytes)
                    .max()
                    .unwrap_or(0),
            )
        })
    });
    let (link_of, csv_of) = (cluster.clone(), cluster.clone());
    let page = ListPage::new(query, move |query| paths::topics(&link_of, query));
    let bar = ListBar {
        list: page.clone(),
        hint: query::HINT,
        unfiltered: "All topics are shown.",
    };
    let segments = segments(page.clone(), list);
    let (heads_of, empty_of) = (page.clone(), page.clone());
    view! {
        <PageHead
            title="Topics".to_owned()
            facts=move || list.with(facts)
            actions=move || {
                let file = query.with(|query| paths::topics_csv(&csv_of, &sendable::<TopicField>(query)));
                csv::link(file)
            }
        />
        <MissingNotes missing=Signal::derive(move || list.with(|list| list.missing.clone()))/>
        {bar.view::<TopicField>(view! { <Segments segments/>{COLUMNS.chooser()} })}
        <div class="tbl-wrap">
            <table class=COLUMNS.classes("tbl stack bleed topics")>
                <thead><tr>{move || heads_of.heads(&heads(unit.get()), ORDER)}</tr></thead>
                <tbody>
                    <For each=move || names.get() key=|name| name.clone() let(name)>
                        <Row cluster=cluster.clone() name rows unit/>
                    </For>
                </tbody>
            </table>
        </div>
        {move || names.with(Vec::is_empty).then(|| empty(&empty_of, list.with(|list| list.totals.all)))}
        {foot(&page, list)}
    }
    .into_any()
}

fn facts(list: &TopicList) -> AnyView {
    let totals = &list.totals;
    let declared_only = totals.all.saturating_sub(totals.live);
    let live = format!("{} live", units::thousands(i64::from(totals.live)));
    let topics = if declared_only > 0 {
        format!("{live}, {declared_only} declared only")
    } else {
        live
    };
    let partitions = format!(
        "{}, {}",
        units::count(totals.partitions.total as usize, "partition", "partitions"),
        words::replica_state(&totals.partitions)
    );
    view! {
        <span>{topics}</span>
        <span>{partitions}</span>
        {totals.size_bytes.map(|size| view! { <span>{units::bytes(size)}" with replicas"</span> })}
    }
    .into_any()
}

fn segments(page: ListPage, list: Signal<TopicList>) -> Signal<Vec<Segment>> {
    Signal::derive(move || {
        let query = page.query.get();
        let link = |state: Option<&str>| page.in_state(state);
        let current = query.state.as_deref();
        list.with(|list| {
            let each = TopicState::ALL.map(|state| {
                let counted = list.totals.by_state.iter();
                let count = counted
                    .filter(|counted| counted.state == state)
                    .map(|counted| u64::from(counted.count))
                    .sum();
                (state.name(), state.words(), count)
            });
            let all = list.totals.all.to_string();
            let mut segments = states(link, current, all, each, |count: u64| count.to_string());
            // States of partitions have no count of topics, and stand here while somebody asks for them.
            let of_partitions = [
                ("offline", "Offline"),
                ("underMinIsr", "Refusing writes"),
                ("underReplicated", "Short of a replica"),
            ];
            for (name, words) in of_partitions {
                if current == Some(name) {
                    segments.push(Segment {
                        href: link(Some(name)),
                        words: format!("{words} {}", list.page.total),
                        current: true,
                    });
                }
            }
            segments
        })
    })
}

const ORDER: Order = Order::ascending("name");

fn heads(unit: SizeUnit) -> [Column; 9] {
    [
        Column::text("name", "Topic"),
        Column::text("state", "State"),
        Column::figures("partitions", "Partitions"),
        Column::plain("In sync"),
        Column::figures("records", "Records"),
        Column::figures("size", "Size").unit(unit.name()),
        Column::figures("in", "In").unit("records/s"),
        Column::plain("Retention").class("r"),
        Column::plain("Cleanup"),
    ]
}

#[component]
fn Row(
    cluster: ClusterRef,
    name: TopicName,
    rows: Rows<TopicName, TopicRow>,
    unit: Memo<SizeUnit>,
) -> impl IntoView {
    let key = name.clone();
    let row = Memo::new(move |last: Option<&Option<TopicRow>>| {
        rows.with(|rows| rows.get(&key).cloned())
            .or_else(|| last.cloned().flatten())
    });
    let text = move |read: fn(&TopicRow) -> String| {
        Signal::derive(move || row.with(|row| row.as_ref().map(read).unwrap_or_default()))
    };
    let badge = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref().map(|row| {
                (
                    row.state,
                    row.internal,
                    row.drifted_fields,
                    row.paused,
                    row.deleting,
                )
            })
        })
    });
    let finding = Memo::new(move |_| row.with(|row| row.as_ref()?.finding.clone()));
    let replicas = Memo::new(move |_| row.with(|row| row.as_ref()?.replicas));
    view! {
        <tr data-row="">
            <td class="half">
                <a class="name" href=paths::topic(&cluster, name.as_str(), TopicTab::Overview)>{name.to_string()}</a>
                {move || finding.get().map(|finding| view! { <span class="two note-in">{finding}</span> })}
            </td>
            <td class="half-end st">
                {move || badge.get().map(|(state, internal, fields, paused, deleting)| view! {
                    {state::topic_badge(state, internal, fields)}
                    {state::topic_flags(paused, deleting)}
                })}
            </td>
            <td class="num" data-l="Partitions"><Flash text=text(|row| words::count(row.partitions))/></td>
            <td data-l="In sync" class="n-hide">
                {move || replicas.get().map(|counts| bars::replicas(&counts))}
                " "<span class="tnum t2" class:c-bad=move || replicas.get().is_some_and(|counts| counts.offline > 0) class:c-warn=move || replicas.get().is_some_and(|counts| counts.replicas_missing > 0)>
                    <Flash text=Signal::derive(move || replicas.get().map_or_else(|| words::NOTHING.to_owned(), |counts| words::in_sync(&counts)))/>
                </span>
            </td>
            <td class="num" data-l="Records" class:zero=move || row.with(|row| row.as_ref().is_none_or(|row| row.records.unwrap_or(0) == 0))>{text(|row| words::number(row.records))}</td>
            <td class="num" data-l=move || format!("Size, {}", unit.get().name()) class:zero=move || row.with(|row| row.as_ref().is_none_or(|row| row.size_bytes.unwrap_or(0) == 0))>
                {move || row.with(|row| row.as_ref().map(|row| size(row, unit.get())))}
            </td>
            <td class="num" data-l="In, records/s" class:zero=move || row.with(|row| row.as_ref().is_none_or(|row| words::still(row.records_in_per_second)))>{text(|row| words::rate(row.records_in_per_second))}</td>
            <td class="r tnum n-hide"><Flash text=text(words::retention)/></td>
            <td class="t2 n-hide"><Flash text=text(|row| row.cleanup_policy.clone().unwrap_or_else(|| words::NOTHING.to_owned()))/></td>
        </tr>
    }
}

fn size(row: &TopicRow, unit: SizeUnit) -> AnyView {
    match (row.size_bytes, row.size_incomplete) {
        (None, true) => missing_cell(
            "No log directory of its replicas was told".to_owned(),
            "not told",
        ),
        (Some(size), true) => view! {
            <span title="Some replica's size is missing">"≥ "{unit.print(Some(size))}</span>
        }
        .into_any(),
        (size, false) => view! { <span>{unit.print(size)}</span> }.into_any(),
    }
}

fn empty(page: &ListPage, all: u32) -> AnyView {
    let query = page.query.get();
    if query.q.is_empty() && query.state.is_none() {
        return view! {
            <div class="state">
                <h2>{icon(Icon::Rows3)}"No topic yet"</h2>
                <p>"The brokers have no topic and no KafkaTopic declares one. A new one appears here by itself."</p>
            </div>
        }
        .into_any();
    }
    let words = if query.q.is_empty() {
        "No topic is in this state"
    } else {
        "No topic matches"
    };
    let exist = units::count(all as usize, "topic exists", "topics exist");
    page.nothing(words, Some(exist))
}

fn foot(page: &ListPage, list: Signal<TopicList>) -> AnyView {
    let clock = use_clock();
    let as_of = Signal::derive(move || list.with(|list| list.freshness.as_of));
    let age = as_of_text(as_of, clock);
    let answered = move || {
        list.with(|list| {
            let freshness = &list.freshness;
            if freshness.expected == 0 {
                String::new()
            } else if freshness.complete() {
                // Any one broker tells all metadata.
                match freshness.expected {
                    1 => String::new(),
                    expected => format!(", all {expected} brokers answered"),
                }
            } else {
                format!(
                    ", {} of {} brokers answered",
                    freshness.answered, freshness.expected
                )
            }
        })
    };
    let matched = move || {
        list.with(|list| {
            let (total, all) = (list.page.total, u64::from(list.totals.all));
            if total == all {
                units::count(list.totals.all as usize, "topic", "topics")
            } else {
                format!("{total} of {all} match")
            }
        })
    };
    page.foot(
        matched.into_any(),
        view! { {age}{answered} }.into_any(),
        Signal::derive(move || list.with(|list| list.page.clone())),
    )
}
