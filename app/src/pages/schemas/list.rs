//! A cluster's subjects, those that a person should look at first; filtered, sorted and paged on the server.

mod row;

use self::row::Row;
use super::{act, words};
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
    ids::ClusterRef,
    live::MarkKind,
    query::ListQuery,
    schema::{
        SubjectList,
        query::{self, SubjectField},
    },
};

/// The page.
#[component]
pub fn Schemas() -> impl IntoView {
    let cluster = routes::use_cluster();
    let search = routes::use_search(|page| matches!(page, Page::Schemas(_)));
    load::keyed(cluster, move |cluster| {
        let query = Memo::new(move |_| ListQuery::parse(&search.get()));
        // A filter that can't be read is not sent: the list stays, and the mistake is pointed at.
        let sent = Memo::new(move |_| query.with(sendable::<SubjectField>));
        let trigger = use_live(
            Some(cluster.clone()),
            &[MarkKind::Schemas, MarkKind::Topics],
        );
        let fetched = cluster.clone();
        load::load(
            sent,
            trigger,
            move |query| penstock_api::schemas::subjects_list(fetched.clone(), query),
            || skeleton::page("Schemas"),
            move |list| body(cluster.clone(), query, list),
        )
    })
}

fn body(cluster: ClusterRef, query: Memo<ListQuery>, list: Signal<SubjectList>) -> AnyView {
    let configured = Memo::new(move |_| list.with(|list| list.registry.is_some()));
    view! {
        {move || if configured.get() {
            subjects(cluster.clone(), query, list)
        } else {
            without_registry()
        }}
    }
    .into_any()
}

fn without_registry() -> AnyView {
    view! {
        <PageHead title="Schemas".to_owned()/>
        <div class="state">
            <h2>{icon(Icon::Braces)}"No schema registry"</h2>
            <p>"No registry is configured for this cluster. Whoever runs the console can set "<code>"registry.url"</code>", or name the cluster in a "<code>"[[registries]]"</code>"."</p>
        </div>
    }
    .into_any()
}

fn subjects(cluster: ClusterRef, query: Memo<ListQuery>, list: Signal<SubjectList>) -> AnyView {
    let (names, rows) = by_key(
        list,
        |list: &SubjectList| &list.items,
        |row| row.subject.clone(),
    );
    let (csv_of, link_of) = (cluster.clone(), cluster.clone());
    let page = ListPage::new(query, move |query| paths::schemas(&link_of, query));
    let segments = segments(page.clone(), list);
    let bar = ListBar {
        list: page.clone(),
        hint: query::HINT,
        unfiltered: "All subjects are shown.",
    };
    let (heads_of, empty_of, act_of) = (page.clone(), page.clone(), cluster.clone());
    let global = Signal::derive(move || {
        list.with(|list| list.registry.as_ref().and_then(|facts| facts.global))
    });
    view! {
        <PageHead
            title="Schemas".to_owned()
            facts=move || list.with(facts)
            actions=move || {
                let file = query.with(|query| paths::schemas::schemas_csv(&csv_of, &sendable::<SubjectField>(query)));
                view! {
                    {csv::link(file)}
                    {act::level::global_button(act_of.clone(), global)}
                    {act::register::new_button(act_of.clone())}
                }
            }
        />
        <MissingNotes missing=Signal::derive(move || list.with(|list| list.missing.clone()))/>
        {bar.view::<SubjectField>(view! { <Segments segments/>{CHOICES.chooser()} })}
        <div class="tbl-wrap">
            <table class=CHOICES.classes("tbl stack bleed subjects")>
                <thead>
                    <tr>{move || heads_of.heads(&COLUMNS, ORDER)}</tr>
                </thead>
                <tbody>
                    <For each=move || names.get() key=|name| name.clone() let(name)>
                        <Row cluster=cluster.clone() name rows/>
                    </For>
                </tbody>
            </table>
        </div>
        {move || names.with(Vec::is_empty).then(|| {
            let (all, known) = list.with(|list| (list.totals.subjects, list.as_of.is_some()));
            empty(&empty_of, all, known)
        })}
        {foot(&page, list)}
    }
    .into_any()
}

fn facts(list: &SubjectList) -> AnyView {
    let totals = &list.totals;
    let registry = list.registry.as_ref();
    let notes = registry
        .map(|facts| facts.notes.join(" "))
        .unwrap_or_default();
    let mode = registry
        .and_then(|facts| facts.mode.clone())
        .filter(|mode| mode != "READWRITE");
    view! {
        <span>{format!("{}, {}", words::count(totals.subjects, "subject", "subjects"), words::count(totals.versions, "version", "versions"))}</span>
        {registry.map(|facts| view! { <span title=notes.clone()>{words::registry(facts)}</span> })}
        {registry.and_then(|facts| facts.global).map(|level| view! { <span>"global rule "<b class="m">{level.words()}</b></span> })}
        {mode.map(|mode| view! { <span class="c-warn">{format!("mode {mode}")}</span> })}
    }
    .into_any()
}

fn segments(page: ListPage, list: Signal<SubjectList>) -> Signal<Vec<Segment>> {
    Signal::derive(move || {
        let state = page.query.with(|query| query.state.clone());
        let link = |state: Option<&str>| page.in_state(state);
        list.with(|list| {
            let totals = &list.totals;
            let each = [
                ("attention", "Attention", totals.attention),
                ("own", "Own rule", totals.own_level),
                ("deleted", "Soft-deleted", totals.deleted),
            ];
            let current = state.as_deref();
            states(link, current, lag::count(totals.subjects), each, lag::count)
        })
    })
}

const ORDER: Order = Order::told_at("name", "Subject, findings first");

const COLUMNS: [Column; 7] = [
    Column::text("name", "Subject"),
    Column::text("format", "Format"),
    Column::figures("versions", "Versions"),
    Column::figures("id", "Newest id"),
    Column::text("rule", "Rule"),
    Column::plain("Topic"),
    Column::figures("references", "References"),
];

/// The same for the menu of columns.
const CHOICES: Columns = Columns {
    list: "schemas",
    columns: &[
        ("name", "Subject"),
        ("format", "Format"),
        ("versions", "Versions"),
        ("id", "Newest id"),
        ("rule", "Rule"),
        ("topic", "Topic"),
        ("references", "References"),
    ],
};

fn empty(page: &ListPage, all: u64, known: bool) -> AnyView {
    if !known {
        return view! {
            <div class="state">
                <h2>{icon(Icon::CircleHelp)}"Subjects are not known yet"</h2>
                <p>"The registry has not told which subjects there are. They appear here by themselves."</p>
            </div>
        }
        .into_any();
    }
    let query = page.query.get();
    if all == 0 && query.q.is_empty() && query.state.is_none() {
        return view! {
            <div class="state">
                <h2>{icon(Icon::Braces)}"No subject yet"</h2>
                <p>"The registry has no schema. A new one appears here by itself."</p>
            </div>
        }
        .into_any();
    }
    let what = if query.q.is_empty() {
        "No subject is like this"
    } else {
        "No subject matches"
    };
    let exist = words::count(all, "subject exists", "subjects exist");
    page.nothing(what, Some(exist))
}

fn foot(page: &ListPage, list: Signal<SubjectList>) -> AnyView {
    let age = as_of_text(
        Signal::derive(move || list.with(|list| list.as_of)),
        use_clock(),
    );
    let matched = move || {
        list.with(|list| {
            format!(
                "{} of {}",
                lag::count(list.page.total),
                words::count(list.totals.subjects, "subject", "subjects")
            )
        })
    };
    page.foot(
        matched.into_any(),
        view! { {age}"; the registry does not push" }.into_any(),
        Signal::derive(move || list.with(|list| list.page.clone())),
    )
}
