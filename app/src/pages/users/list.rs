//! A cluster's principals with what is the matter, worst first; filtered, sorted and paged on the server.

use super::{
    row::{Row, Rows},
    tabs::{Tab, tabs},
};
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
    acl::Authorizer,
    ids::ClusterRef,
    live::MarkKind,
    query::ListQuery,
    units,
    user::{
        UserList,
        may::ResourceQuestion,
        query::{self, UserField},
        state::UserState,
    },
};
use std::sync::Arc;

/// Super users that the head names; more are counted.
const NAMED: usize = 2;

/// The page.
#[component]
pub fn Users() -> impl IntoView {
    let cluster = routes::use_cluster();
    let search = routes::use_search(|page| matches!(page, Page::Users(_)));
    load::keyed(cluster, move |cluster| {
        let query = Memo::new(move |_| ListQuery::parse(&search.get()));
        // A filter that can't be read is not sent: the list stays, and the mistake is pointed at.
        let sent = Memo::new(move |_| query.with(sendable::<UserField>));
        let trigger = use_live(Some(cluster.clone()), &[MarkKind::Users]);
        let fetched = cluster.clone();
        load::load(
            sent,
            trigger,
            move |query| penstock_api::users::users_list(fetched.clone(), query),
            || skeleton::page("Users & ACLs"),
            move |list| body(cluster.clone(), query, list),
        )
    })
}

fn body(cluster: ClusterRef, query: Memo<ListQuery>, list: Signal<UserList>) -> AnyView {
    let names = Memo::new(move |_| {
        list.with(|list| {
            list.items
                .iter()
                .map(|row| row.principal.clone())
                .collect::<Vec<_>>()
        })
    });
    let rows: Rows = Memo::new(move |_| {
        list.with(|list| {
            Arc::new(
                list.items
                    .iter()
                    .map(|row| (row.principal.clone(), row.clone()))
                    .collect(),
            )
        })
    });
    let segments = segments(cluster.clone(), query, list);
    let (csv_of, row_of, bar_of, tabs_of) = (
        cluster.clone(),
        cluster.clone(),
        cluster.clone(),
        cluster.clone(),
    );
    let bar = ListBar {
        query,
        link: Arc::new(move |query| paths::users(&bar_of, query)),
        hint: query::HINT,
        unfiltered: "All principals are shown.",
    };
    let ask = paths::users::access(&cluster, &ResourceQuestion::default());
    let (head_of, empty_of) = (cluster.clone(), cluster.clone());
    view! {
        <PageHead
            title="Users & ACLs".to_owned()
            facts=move || list.with(facts)
            actions=move || {
                let file = query.with(|query| paths::users::users_csv(&csv_of, &sendable::<UserField>(query)));
                view! {
                    {csv::link(file)}
                    <a class="btn not-narrow" href=ask.clone()>{icon(Icon::ShieldQuestion)}"May P do O on R?"</a>
                }
            }
        />
        {move || list.with(|list| tabs(&tabs_of, Tab::Principals, |tab| match tab {
            Tab::Principals => Some(lag::count(list.totals.principals)),
            Tab::Rules => list.totals.rules.map(lag::count),
            Tab::Quotas => list.totals.quotas.map(lag::count),
            Tab::Access => None,
        }))}
        <MissingNotes missing=Signal::derive(move || list.with(|list| list.missing.clone()))/>
        {bar.view::<UserField>(view! { <Segments segments/>{CHOICES.chooser()} })}
        <div class="tbl-wrap">
            <table class=CHOICES.classes("tbl stack bleed users")>
                <thead><tr>{move || query.with(|query| head(&head_of, query))}</tr></thead>
                <tbody>
                    <For each=move || names.get() key=|name| name.clone() let(principal)>
                        <Row cluster=row_of.clone() principal rows/>
                    </For>
                </tbody>
            </table>
        </div>
        {move || names.with(Vec::is_empty).then(|| {
            let (all, known) = list.with(|list| (list.totals.principals, list.as_of.is_some()));
            empty(&empty_of, &query.get(), all, known)
        })}
        {foot(cluster, query, list)}
    }
    .into_any()
}

fn count(number: u64, one: &str, many: &str) -> String {
    units::count(usize::try_from(number).unwrap_or(usize::MAX), one, many)
}

fn facts(list: &UserList) -> AnyView {
    let totals = &list.totals;
    let rules = totals
        .rules
        .map(|rules| format!("{} in force", count(rules, "rule", "rules")));
    view! {
        <span>{format!("{}, {} declared", count(totals.principals, "principal", "principals"), lag::count(totals.declared))}</span>
        {rules.map(|rules| view! { <span>{rules}</span> })}
        <span>{authorizer_words(&list.authorizer)}</span>
        {super_users(&list.authorizer)}
    }
    .into_any()
}

/// Who decides, in a few words.
pub(super) fn authorizer_words(authorizer: &Authorizer) -> String {
    match authorizer {
        Authorizer::None => "no authorizer: everybody may do everything".to_owned(),
        Authorizer::Simple {
            allow_everyone_if_no_acl_found: true,
            ..
        } => "authorizer on; what has no rule is open to everybody".to_owned(),
        Authorizer::Simple { .. } => "authorizer on, no match denies".to_owned(),
        Authorizer::Other { class } => format!("authorizer {class}, whose decisions are its own"),
        Authorizer::Unknown { .. } => "authorizer not known".to_owned(),
    }
}

fn super_users(authorizer: &Authorizer) -> Option<AnyView> {
    let all = authorizer.super_users();
    if all.is_empty() {
        return None;
    }
    let named: Vec<AnyView> = all
        .iter()
        .take(NAMED)
        .map(|user| view! { " "<code>{user.name().to_owned()}</code> }.into_any())
        .collect();
    let more = all.len().saturating_sub(NAMED);
    Some(
        view! { <span>"super users"{named}{(more > 0).then(|| format!(" and {more} more"))}</span> }
            .into_any(),
    )
}

fn segments(
    cluster: ClusterRef,
    query: Memo<ListQuery>,
    list: Signal<UserList>,
) -> Signal<Vec<Segment>> {
    Signal::derive(move || {
        let query = query.get();
        let link = |state: Option<&str>| {
            paths::users(
                &cluster,
                &ListQuery {
                    state: state.map(str::to_owned),
                    ..query.first_page()
                },
            )
        };
        list.with(|list| {
            let totals = &list.totals;
            let each = [
                ("attention", "Attention", totals.attention),
                ("declared", "Declared", totals.declared),
                (
                    UserState::LiveOnly.name(),
                    UserState::LiveOnly.label(),
                    totals.live_only,
                ),
            ];
            states(
                link,
                query.state.as_deref(),
                lag::count(totals.principals),
                each,
                lag::count,
            )
        })
    })
}

/// Columns: name in the query, head, whether its cells are numbers.
type Column = (Option<&'static str>, &'static str, bool);

const COLUMNS: [Column; 6] = [
    (Some("name"), "Principal", false),
    (Some("state"), "State", false),
    (Some("finding"), "Finding", false),
    (None, "Mechanism", false),
    (Some("rules"), "Rules", true),
    (Some("quotas"), "Quotas", true),
];

/// The same for the menu of columns.
const CHOICES: Columns = Columns {
    list: "users",
    columns: &[
        ("name", "Principal"),
        ("state", "State"),
        ("finding", "Finding"),
        ("mechanism", "Mechanism"),
        ("rules", "Rules"),
        ("quotas", "Quotas"),
    ],
};

fn head(cluster: &ClusterRef, query: &ListQuery) -> AnyView {
    COLUMNS
        .into_iter()
        .map(|column| sortable(cluster, query, column))
        .collect_view()
        .into_any()
}

/// A head that sorts: figures and findings begin with the largest, a second click turns the order around. Without an order in the
/// address the worst finding stands first.
fn sortable(cluster: &ClusterRef, query: &ListQuery, (name, text, numeric): Column) -> AnyView {
    let class = if numeric { "num" } else { "" };
    let Some(name) = name else {
        return view! { <th class=class>{text}</th> }.into_any();
    };
    let descending = match query.sorting() {
        None => (name == "finding").then_some(true),
        Some(sort) => (sort.column == name).then_some(sort.descending),
    };
    let (order, arrow) = match descending {
        Some(true) => (Some("descending"), Some(Icon::ArrowDown)),
        Some(false) => (Some("ascending"), Some(Icon::ArrowUp)),
        None => (None, None),
    };
    let largest_first = numeric || matches!(name, "finding" | "state");
    let next_descending = descending.map_or(largest_first, |descending| !descending);
    let sort = match (name, next_descending) {
        ("finding", true) => None,
        (name, true) => Some(format!("-{name}")),
        (name, false) => Some(name.to_owned()),
    };
    let link = paths::users(
        cluster,
        &ListQuery {
            sort,
            ..query.first_page()
        },
    );
    let text = match (name, descending) {
        ("finding", Some(true)) => "Finding, worst first",
        _ => text,
    };
    view! {
        <th class=class class:sort=descending.is_some() aria-sort=order>
            <a href=link>{text}{arrow.map(icon_tiny)}</a>
        </th>
    }
    .into_any()
}

fn empty(cluster: &ClusterRef, query: &ListQuery, all: u64, known: bool) -> AnyView {
    if all == 0 {
        let (title, words) = if known {
            (
                "No user yet",
                "No KafkaUser is declared, and the brokers have no rule, password or quota for anybody. A new one appears here by itself.",
            )
        } else {
            (
                "Users are not known yet",
                "The brokers have not told who there is. They appear here by themselves.",
            )
        };
        return view! {
            <div class="state">
                <h2>{icon(Icon::KeyRound)}{title}</h2>
                <p>{words}</p>
            </div>
        }
        .into_any();
    }
    let what = if query.q.is_empty() {
        "No principal is so"
    } else {
        "No principal matches"
    };
    let token = (!query.q.is_empty())
        .then(|| view! { " "<span class="token"><span class="v">{query.q.clone()}</span></span> });
    view! {
        <div class="state">
            <h2><span>{what}{token}</span></h2>
            <p>{format!("{}.", count(all, "principal exists", "principals exist"))}</p>
            <div class="act"><a class="btn sm" href=paths::users(cluster, &ListQuery::default())>"Clear the filter"</a></div>
        </div>
    }
    .into_any()
}

fn foot(cluster: ClusterRef, query: Memo<ListQuery>, list: Signal<UserList>) -> AnyView {
    let age = as_of_text(
        Signal::derive(move || list.with(|list| list.as_of)),
        use_clock(),
    );
    let matched = move || {
        list.with(|list| {
            format!(
                "{} of {}",
                lag::count(list.page.total),
                count(list.totals.principals, "principal", "principals")
            )
        })
    };
    let pages = move || {
        let query = query.get();
        let to = |after| {
            paths::users(
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
            <span>"rules, passwords and quotas "{age}</span>
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
