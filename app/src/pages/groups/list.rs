//! A cluster's consumer groups with what to make of each, worst first; filtered, sorted and paged on the server.

mod delete;
mod row;

use self::row::{Row, Rows};
use crate::{
    clock::use_clock,
    components::{
        age::{MissingNotes, as_of_text},
        columns::Columns,
        csv,
        filter::{Segment, Segments, states},
        heading::PageHead,
        icon::{Icon, icon, icon_tiny},
        lag,
        list_filter::{ListBar, sendable},
        pager, skeleton,
    },
    live::use_live,
    load,
    paths::{self, Page},
    routes,
};
use leptos::prelude::*;
use penstock_domain::{
    group::{
        GroupHealth, GroupList,
        query::{self, GroupField},
    },
    ids::ClusterRef,
    live::MarkKind,
    query::ListQuery,
    units,
};
use std::sync::Arc;

/// The page.
#[component]
pub fn Groups() -> impl IntoView {
    let cluster = routes::use_cluster();
    let search = routes::use_search(|page| matches!(page, Page::Groups(_)));
    load::keyed(cluster, move |cluster| {
        let query = Memo::new(move |_| ListQuery::parse(&search.get()));
        // A filter that can't be read is not sent: the list stays, and the mistake is pointed at.
        let sent = Memo::new(move |_| query.with(sendable::<GroupField>));
        let trigger = use_live(Some(cluster.clone()), &[MarkKind::Groups]);
        let fetched = cluster.clone();
        load::load(
            sent,
            trigger,
            move |query| penstock_api::groups::groups_list(fetched.clone(), query),
            || skeleton::page("Consumer groups"),
            move |list| body(cluster.clone(), query, list),
        )
    })
}

fn body(cluster: ClusterRef, query: Memo<ListQuery>, list: Signal<GroupList>) -> AnyView {
    let names = Memo::new(move |_| {
        list.with(|list| {
            list.items
                .iter()
                .map(|row| row.group.clone())
                .collect::<Vec<_>>()
        })
    });
    let rows: Rows = Memo::new(move |_| {
        list.with(|list| {
            Arc::new(
                list.items
                    .iter()
                    .map(|row| (row.group.clone(), row.clone()))
                    .collect(),
            )
        })
    });
    let segments = segments(cluster.clone(), query, list);
    let (csv_of, row_of, bar_of) = (cluster.clone(), cluster.clone(), cluster.clone());
    let bar = ListBar {
        query,
        link: Arc::new(move |query| paths::groups(&bar_of, query)),
        hint: query::HINT,
        unfiltered: "All groups are shown.",
    };
    let (head_of, empty_of, delete_of) = (cluster.clone(), cluster.clone(), cluster.clone());
    view! {
        <PageHead
            title="Consumer groups".to_owned()
            facts=move || list.with(facts)
            actions=move || {
                let file = query.with(|query| paths::groups_csv(&csv_of, &sendable::<GroupField>(query)));
                view! {
                    {csv::link(file)}
                    {delete::button(delete_of.clone(), list)}
                }
            }
        />
        <MissingNotes missing=Signal::derive(move || list.with(|list| list.missing.clone()))/>
        {bar.view::<GroupField>(view! { <Segments segments/>{CHOICES.chooser()} })}
        <div class="tbl-wrap">
            <table class=CHOICES.classes("tbl stack bleed groups")>
                <thead>
                    <tr>{move || query.with(|query| head(&head_of, query))}</tr>
                </thead>
                <tbody>
                    <For each=move || names.get() key=|name| name.clone() let(name)>
                        <Row cluster=row_of.clone() name rows/>
                    </For>
                </tbody>
            </table>
        </div>
        {move || names.with(Vec::is_empty).then(|| {
            let (all, known) = list.with(|list| (list.totals.groups, list.freshness.as_of.is_some()));
            empty(&empty_of, &query.get(), all, known)
        })}
        {foot(cluster, query, list)}
    }
    .into_any()
}

fn facts(list: &GroupList) -> AnyView {
    let totals = &list.totals;
    let count = |number: u64, one: &str, many: &str| {
        units::count(usize::try_from(number).unwrap_or(usize::MAX), one, many)
    };
    let attention = match totals.attention {
        0 => "none needs attention".to_owned(),
        1 => "1 needs attention".to_owned(),
        many => format!("{} need attention", lag::count(many)),
    };
    view! {
        <span>{format!("{}, {}", count(totals.groups, "group", "groups"), count(totals.members, "member", "members"))}</span>
        <span>{format!("{} of lag", count(totals.lag, "record", "records"))}</span>
        {(totals.groups > 0).then(|| view! { <span>{attention}</span> })}
    }
    .into_any()
}

fn segments(
    cluster: ClusterRef,
    query: Memo<ListQuery>,
    list: Signal<GroupList>,
) -> Signal<Vec<Segment>> {
    Signal::derive(move || {
        let query = query.get();
        let link = |state: Option<&str>| {
            paths::groups(
                &cluster,
                &ListQuery {
                    state: state.map(str::to_owned),
                    ..query.first_page()
                },
            )
        };
        list.with(|list| {
            let totals = &list.totals;
            let each = GroupHealth::ALL.map(|health| {
                let counted = totals.by_health.iter().find(|(known, _)| *known == health);
                let count = counted.map_or(0, |(_, count)| *count);
                (health.name(), short(health), count)
            });
            let current = query.state.as_deref();
            states(link, current, lag::count(totals.groups), each, lag::count)
        })
    })
}

const fn short(health: GroupHealth) -> &'static str {
    match health {
        GroupHealth::Stopped => "Stopped",
        other => other.words(),
    }
}

/// Columns: name in the query, head, unit, whether its cells are numbers.
type Column = (
    Option<&'static str>,
    &'static str,
    Option<&'static str>,
    bool,
);

const COLUMNS: [Column; 7] = [
    (Some("name"), "Group", None, false),
    (Some("verdict"), "Verdict and its reason", None, false),
    (Some("state"), "State", None, false),
    (Some("lag"), "Lag", Some("records"), true),
    (Some("behind"), "Behind", None, true),
    (None, "Lag, last 6 h", None, false),
    (Some("loses"), "Loses records", None, true),
];

/// The same for the menu of columns; the last holds actions.
const CHOICES: Columns = Columns {
    list: "groups",
    columns: &[
        ("name", "Group"),
        ("verdict", "Verdict and its reason"),
        ("state", "State"),
        ("lag", "Lag"),
        ("behind", "Behind"),
        ("trend", "Lag, last 6 h"),
        ("loses", "Loses records"),
        ("acts", ""),
    ],
};

fn head(cluster: &ClusterRef, query: &ListQuery) -> AnyView {
    let cells = COLUMNS
        .into_iter()
        .map(|column| sortable(cluster, query, column))
        .collect_view();
    view! { {cells}<th class="acts"><span class="vh">"Actions"</span></th> }.into_any()
}

/// A head that sorts: figures and verdicts begin with the largest, a second click turns the order around. Without an order in the
/// address the worst verdict stands first.
fn sortable(
    cluster: &ClusterRef,
    query: &ListQuery,
    (name, text, unit, numeric): Column,
) -> AnyView {
    let class = if numeric { "num" } else { "" };
    let unit = unit.map(|unit| view! { <span class="unit">{unit}</span> });
    let Some(name) = name else {
        return view! { <th class=class>{text}</th> }.into_any();
    };
    let descending = match query.sorting() {
        None => (name == "verdict").then_some(true),
        Some(sort) => (sort.column == name).then_some(sort.descending),
    };
    let largest_first = numeric || name == "verdict";
    let (order, arrow) = match descending {
        Some(true) => (Some("descending"), Some(Icon::ArrowDown)),
        Some(false) => (Some("ascending"), Some(Icon::ArrowUp)),
        None => (None, None),
    };
    let next_descending = descending.map_or(largest_first, |descending| !descending);
    let sort = match (name, next_descending) {
        ("verdict", true) => None,
        (name, true) => Some(format!("-{name}")),
        (name, false) => Some(name.to_owned()),
    };
    let link = paths::groups(
        cluster,
        &ListQuery {
            sort,
            ..query.first_page()
        },
    );
    let text = match (name, descending) {
        ("verdict", Some(true)) => "Verdict and its reason, worst first",
        _ => text,
    };
    view! {
        <th class=class class:sort=descending.is_some() aria-sort=order>
            <a href=link>{text}{unit}{arrow.map(icon_tiny)}</a>
        </th>
    }
    .into_any()
}

fn empty(cluster: &ClusterRef, query: &ListQuery, all: u64, known: bool) -> AnyView {
    if !known {
        return view! {
            <div class="state">
                <h2>{icon(Icon::CircleHelp)}"Groups are not known yet"</h2>
                <p>"The brokers have not told which groups there are. They appear here by themselves."</p>
            </div>
        }
        .into_any();
    }
    if all == 0 {
        return view! {
            <div class="state">
                <h2>{icon(Icon::ListEnd)}"No consumer group yet"</h2>
                <p>"No coordinator knows a group and nobody has committed an offset. A new one appears here by itself."</p>
            </div>
        }
        .into_any();
    }
    let what = if query.q.is_empty() {
        "No group has this verdict"
    } else {
        "No group matches"
    };
    let token = (!query.q.is_empty())
        .then(|| view! { " "<span class="token"><span class="v">{query.q.clone()}</span></span> });
    view! {
        <div class="state">
            <h2><span>{what}{token}</span></h2>
            <p>{format!("{}.", units::count(usize::try_from(all).unwrap_or(usize::MAX), "group exists", "groups exist"))}</p>
            <div class="act"><a class="btn sm" href=paths::groups(cluster, &ListQuery::default())>"Clear the filter"</a></div>
        </div>
    }
    .into_any()
}

fn foot(cluster: ClusterRef, query: Memo<ListQuery>, list: Signal<GroupList>) -> AnyView {
    let age = as_of_text(
        Signal::derive(move || list.with(|list| list.freshness.as_of)),
        use_clock(),
    );
    let answered = move || {
        list.with(|list| {
            let freshness = &list.freshness;
            match freshness.expected {
                0 => String::new(),
                _ if !freshness.complete() => format!(
                    ", {} of {} brokers answered",
                    freshness.answered, freshness.expected
                ),
                expected => format!(
                    ", {}",
                    units::count(expected as usize, "broker answered", "brokers answered")
                ),
            }
        })
    };
    let matched = move || {
        list.with(|list| {
            format!(
                "{} of {}",
                lag::count(list.page.total),
                units::count(
                    usize::try_from(list.totals.groups).unwrap_or(usize::MAX),
                    "group",
                    "groups"
                )
            )
        })
    };
    let pages = move || {
        let query = query.get();
        let to = |after| {
            paths::groups(
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
            <span>"lag "{age}{answered}"; behind is estimated unless it says otherwise"</span>
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
