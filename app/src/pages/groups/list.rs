//! A cluster's consumer groups with what to make of each, worst first; filtered, sorted and paged on the server.

mod delete;
mod row;

use self::row::Row;
use crate::{
    clock::use_clock,
    components::{
        age::{MissingNotes, as_of_text},
        columns::Columns,
        csv,
        filter::{Segment, Segments, states},
        heading::PageHead,
        icon::{Icon, icon},
        lag,
        list::{Column, ListPage, Order, by_key},
        list_filter::{ListBar, sendable},
        skeleton,
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
    let (names, rows) = by_key(
        list,
        |list: &GroupList| &list.items,
        |row| row.group.clone(),
    );
    let (csv_of, link_of) = (cluster.clone(), cluster.clone());
    let page = ListPage::new(query, move |query| paths::groups(&link_of, query));
    let segments = segments(page.clone(), list);
    let bar = ListBar {
        list: page.clone(),
        hint: query::HINT,
        unfiltered: "All groups are shown.",
    };
    let (heads_of, empty_of, delete_of) = (page.clone(), page.clone(), cluster.clone());
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
                    <tr>{move || heads_of.heads(&COLUMNS, ORDER)}<th class="acts"><span class="vh">"Actions"</span></th></tr>
                </thead>
                <tbody>
                    <For each=move || names.get() key=|name| name.clone() let(name)>
                        <Row cluster=cluster.clone() name rows/>
                    </For>
                </tbody>
            </table>
        </div>
        {move || names.with(Vec::is_empty).then(|| {
            let (all, known) = list.with(|list| (list.totals.groups, list.freshness.as_of.is_some()));
            empty(&empty_of, all, known)
        })}
        {foot(&page, list)}
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

fn segments(page: ListPage, list: Signal<GroupList>) -> Signal<Vec<Segment>> {
    Signal::derive(move || {
        let state = page.query.with(|query| query.state.clone());
        let link = |state: Option<&str>| page.in_state(state);
        list.with(|list| {
            let totals = &list.totals;
            let each = GroupHealth::ALL.map(|health| {
                let counted = totals.by_health.iter().find(|(known, _)| *known == health);
                let count = counted.map_or(0, |(_, count)| *count);
                (health.name(), short(health), count)
            });
            let current = state.as_deref();
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

const ORDER: Order = Order::worst_first("verdict", "Verdict and its reason, worst first");

const COLUMNS: [Column; 7] = [
    Column::text("name", "Group"),
    Column::text("verdict", "Verdict and its reason").largest_first(),
    Column::text("state", "State"),
    Column::figures("lag", "Lag").unit("records"),
    Column::figures("behind", "Behind"),
    Column::plain("Lag, last 6 h"),
    Column::figures("loses", "Loses records"),
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

fn empty(page: &ListPage, all: u64, known: bool) -> AnyView {
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
    let words = if page.query.with(|query| query.q.is_empty()) {
        "No group has this verdict"
    } else {
        "No group matches"
    };
    let all = usize::try_from(all).unwrap_or(usize::MAX);
    let exist = units::count(all, "group exists", "groups exist");
    page.nothing(words, Some(exist))
}

fn foot(page: &ListPage, list: Signal<GroupList>) -> AnyView {
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
    page.foot(
        matched.into_any(),
        view! { "lag "{age}{answered}"; behind is estimated unless it says otherwise" }.into_any(),
        Signal::derive(move || list.with(|list| list.page.clone())),
    )
}
