//! A cluster's principals with what is the matter, worst first; filtered, sorted and paged on the server.

use super::{
    row::Row,
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
    let (names, rows) = by_key(
        list,
        |list: &UserList| &list.items,
        |row| row.principal.clone(),
    );
    let (csv_of, link_of, tabs_of) = (cluster.clone(), cluster.clone(), cluster.clone());
    let page = ListPage::new(query, move |query| paths::users(&link_of, query));
    let segments = segments(page.clone(), list);
    let bar = ListBar {
        list: page.clone(),
        hint: query::HINT,
        unfiltered: "All principals are shown.",
    };
    let ask = paths::users::access(&cluster, &ResourceQuestion::default());
    let (heads_of, empty_of) = (page.clone(), page.clone());
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
                <thead><tr>{move || heads_of.heads(&COLUMNS, ORDER)}</tr></thead>
                <tbody>
                    <For each=move || names.get() key=|name| name.clone() let(principal)>
                        <Row cluster=cluster.clone() principal rows/>
                    </For>
                </tbody>
            </table>
        </div>
        {move || names.with(Vec::is_empty).then(|| {
            let (all, known) = list.with(|list| (list.totals.principals, list.as_of.is_some()));
            empty(&empty_of, all, known)
        })}
        {foot(&page, list)}
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

fn segments(page: ListPage, list: Signal<UserList>) -> Signal<Vec<Segment>> {
    Signal::derive(move || {
        let state = page.query.with(|query| query.state.clone());
        let link = |state: Option<&str>| page.in_state(state);
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
                state.as_deref(),
                lag::count(totals.principals),
                each,
                lag::count,
            )
        })
    })
}

const ORDER: Order = Order::worst_first("finding", "Finding, worst first");

const COLUMNS: [Column; 6] = [
    Column::text("name", "Principal"),
    Column::text("state", "State").largest_first(),
    Column::text("finding", "Finding").largest_first(),
    Column::plain("Mechanism"),
    Column::figures("rules", "Rules"),
    Column::figures("quotas", "Quotas"),
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

fn empty(page: &ListPage, all: u64, known: bool) -> AnyView {
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
    let words = if page.query.with(|query| query.q.is_empty()) {
        "No principal is so"
    } else {
        "No principal matches"
    };
    let exist = count(all, "principal exists", "principals exist");
    page.nothing(words, Some(exist))
}

fn foot(page: &ListPage, list: Signal<UserList>) -> AnyView {
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
    page.foot(
        matched.into_any(),
        view! { "rules, passwords and quotas "{age} }.into_any(),
        Signal::derive(move || list.with(|list| list.page.clone())),
    )
}
