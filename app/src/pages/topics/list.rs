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
        icon::{Icon, icon, icon_tiny},
        list_filter::{ListBar, sendable},
        pager, skeleton, state,
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
use std::{collections::BTreeMap, sync::Arc};

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

/// Columns that can be sorted by: name in the query, head, unit, classes of the head.
struct Column {
    sort: Option<&'static str>,
    words: &'static str,
    unit: Option<&'static str>,
    class: &'static str,
}

const fn column(
    sort: Option<&'static str>,
    words: &'static str,
    unit: Option<&'static str>,
    class: &'static str,
) -> Column {
    Column {
        sort,
        words,
        unit,
        class,
    }
}

type Rows = Memo<Arc<BTreeMap<TopicName, TopicRow>>>;

fn body(cluster: ClusterRef, query: Memo<ListQuery>, list: Signal<TopicList>) -> AnyView {
    let names = Memo::new(move |_| {
        list.with(|list| {
            list.items
                .iter()
                .map(|row| row.name.clone())
                .collect::<Vec<_>>()
        })
    });
    let rows: Rows = Memo::new(move |_| {
        list.with(|list| {
            Arc::new(
                list.items
                    .iter()
                    .map(|row| (row.name.clone(), row.clone()))
                    .collect(),
            )
        })
    });
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
    let (bar_of, csv_of) = (cluster.clone(), cluster.clone());
    let bar = ListBar {
        query,
        link: Arc::new(move |query| paths::topics(&bar_of, query)),
        hint: query::HINT,
        unfiltered: "All topics are shown.",
    };
    let row_cluster = cluster.clone();
    let segments = segments(cluster.clone(), query, list);
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
                <thead>{head(cluster.clone(), query, unit)}</thead>
                <tbody>
                    <For each=move || names.get() key=|name| name.clone() let(name)>
                        <Row cluster=row_cluster.clone() name rows unit/>
                    </For>
                </tbody>
            </table>
        </div>
        {
            let cluster = cluster.clone();
            move || names.with(Vec::is_empty).then(|| empty(&cluster, &query.get(), list.with(|list| list.totals.all)))
        }
        {foot(cluster.clone(), query, list)}
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

fn segments(
    cluster: ClusterRef,
    query: Memo<ListQuery>,
    list: Signal<TopicList>,
) -> Signal<Vec<Segment>> {
    Signal::derive(move || {
        let query = query.get();
        let link = |state: Option<&str>| {
            paths::topics(
                &cluster,
                &ListQuery {
                    state: state.map(str::to_owned),
                    ..query.first_page()
                },
            )
        };
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

fn head(cluster: ClusterRef, query: Memo<ListQuery>, unit: Memo<SizeUnit>) -> AnyView {
    let columns = move || {
        [
            column(Some("name"), "Topic", None, ""),
            column(Some("state"), "State", None, ""),
            column(Some("partitions"), "Partitions", None, "num"),
            column(None, "In sync", None, ""),
            column(Some("records"), "Records", None, "num"),
            column(Some("size"), "Size", Some(unit.get().name()), "num"),
            column(Some("in"), "In", Some("records/s"), "num"),
            column(None, "Retention", None, "r"),
            column(None, "Cleanup", None, ""),
        ]
    };
    view! {
        <tr>
            {move || {
                let query = query.get();
                columns().into_iter().map(|column| sortable(&cluster, &query, column)).collect_view()
            }}
        </tr>
    }
    .into_any()
}

/// A head that sorts: numbers begin with the largest, a second click turns the order around.
fn sortable(cluster: &ClusterRef, query: &ListQuery, column: Column) -> AnyView {
    let unit = column
        .unit
        .map(|unit| view! { <span class="unit">{unit}</span> });
    let Some(name) = column.sort else {
        return view! { <th class=column.class>{column.words}{unit}</th> }.into_any();
    };
    let sorted = query.sorting();
    let default = sorted.is_none() && name == "name";
    let descending = sorted
        .as_ref()
        .filter(|sort| sort.column == name)
        .map(|sort| sort.descending);
    let numeric = column.class == "num";
    let (class, order, arrow) = match (descending, default) {
        (Some(true), _) => (" sort", Some("descending"), Some(Icon::ArrowDown)),
        (Some(false), _) | (None, true) => (" sort", Some("ascending"), Some(Icon::ArrowUp)),
        (None, false) => ("", None, None),
    };
    let next = match descending {
        Some(true) => name.to_owned(),
        Some(false) => format!("-{name}"),
        None if default => format!("-{name}"),
        None if numeric => format!("-{name}"),
        None => name.to_owned(),
    };
    let link = paths::topics(
        cluster,
        &ListQuery {
            sort: Some(next),
            ..query.first_page()
        },
    );
    view! {
        <th class=format!("{}{class}", column.class) aria-sort=order>
            <a href=link>{column.words}{unit}{arrow.map(icon_tiny)}</a>
        </th>
    }
    .into_any()
}

#[component]
fn Row(cluster: ClusterRef, name: TopicName, rows: Rows, unit: Memo<SizeUnit>) -> impl IntoView {
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

fn empty(cluster: &ClusterRef, query: &ListQuery, all: u32) -> AnyView {
    let all_topics = paths::topics(cluster, &ListQuery::default());
    if query.q.is_empty() && query.state.is_none() {
        return view! {
            <div class="state">
                <h2>{icon(Icon::Rows3)}"No topic yet"</h2>
                <p>"The brokers have no topic and no KafkaTopic declares one. A new one appears here by itself."</p>
            </div>
        }
        .into_any();
    }
    let what = if query.q.is_empty() {
        view! { <span>"No topic is in this state"</span> }.into_any()
    } else {
        view! { <span>"No topic matches "<span class="token"><span class="v">{query.q.clone()}</span></span></span> }.into_any()
    };
    view! {
        <div class="state">
            <h2>{what}</h2>
            <p>{format!("{}.", units::count(all as usize, "topic exists", "topics exist"))}</p>
            <div class="act"><a class="btn sm" href=all_topics>"Clear the filter"</a></div>
        </div>
    }
    .into_any()
}

fn foot(cluster: ClusterRef, query: Memo<ListQuery>, list: Signal<TopicList>) -> AnyView {
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
    let pages = move || {
        let query = query.get();
        let to = |after| {
            paths::topics(
                &cluster,
                &ListQuery {
                    after,
                    ..query.clone()
                },
            )
        };
        list.with(|list| pager::pages(&list.page, to))
    };
    view! {
        <div class="tbl-foot">
            <span>{matched}</span>
            <span>{age}{answered}</span>
            <span class="end">
                {pages}
                <span class="hk"><kbd>"j"</kbd><kbd>"k"</kbd>" move"</span>
                <span class="hk"><kbd>"↵"</kbd>" open"</span>
                <span class="hk"><kbd>"/"</kbd>" filter"</span>
            </span>
        </div>
    }
    .into_any()
}
