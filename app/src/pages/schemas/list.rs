//! A cluster's subjects, those that a person should look at first; filtered, sorted and paged on the server.

mod row;

use self::row::{Row, Rows};
use super::{act, words};
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
    ids::ClusterRef,
    live::MarkKind,
    query::ListQuery,
    schema::{
        SubjectList,
        query::{self, SubjectField},
    },
};
use std::sync::Arc;

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
    let names = Memo::new(move |_| {
        list.with(|list| {
            list.items
                .iter()
                .map(|row| row.subject.clone())
                .collect::<Vec<_>>()
        })
    });
    let rows: Rows = Memo::new(move |_| {
        list.with(|list| {
            Arc::new(
                list.items
                    .iter()
                    .map(|row| (row.subject.clone(), row.clone()))
                    .collect(),
            )
        })
    });
    let segments = segments(cluster.clone(), query, list);
    let (csv_of, row_of, bar_of) = (cluster.clone(), cluster.clone(), cluster.clone());
    let bar = ListBar {
        query,
        link: Arc::new(move |query| paths::schemas(&bar_of, query)),
        hint: query::HINT,
        unfiltered: "All subjects are shown.",
    };
    let (head_of, empty_of, act_of) = (cluster.clone(), cluster.clone(), cluster.clone());
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
            let (all, known) = list.with(|list| (list.totals.subjects, list.as_of.is_some()));
            empty(&empty_of, &query.get(), all, known)
        })}
        {foot(cluster, query, list)}
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

fn segments(
    cluster: ClusterRef,
    query: Memo<ListQuery>,
    list: Signal<SubjectList>,
) -> Signal<Vec<Segment>> {
    Signal::derive(move || {
        let query = query.get();
        let link = |state: Option<&str>| {
            paths::schemas(
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
                ("own", "Own rule", totals.own_level),
                ("deleted", "Soft-deleted", totals.deleted),
            ];
            let current = query.state.as_deref();
            states(link, current, lag::count(totals.subjects), each, lag::count)
        })
    })
}

/// Columns: name in the query, head, whether its cells are numbers.
type Column = (Option<&'static str>, &'static str, bool);

const COLUMNS: [Column; 7] = [
    (Some("name"), "Subject", false),
    (Some("format"), "Format", false),
    (Some("versions"), "Versions", true),
    (Some("id"), "Newest id", true),
    (Some("rule"), "Rule", false),
    (None, "Topic", false),
    (Some("references"), "References", true),
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

fn head(cluster: &ClusterRef, query: &ListQuery) -> AnyView {
    COLUMNS
        .into_iter()
        .map(|column| sortable(cluster, query, column))
        .collect_view()
        .into_any()
}

/// A head that sorts: figures begin with the largest, a second click turns the order around.
fn sortable(cluster: &ClusterRef, query: &ListQuery, (name, text, numeric): Column) -> AnyView {
    let class = if numeric { "num" } else { "" };
    let Some(name) = name else {
        return view! { <th class=class>{text}</th> }.into_any();
    };
    let descending = query
        .sorting()
        .filter(|sort| sort.column == name)
        .map(|sort| sort.descending);
    let (order, arrow) = match descending {
        Some(true) => (Some("descending"), Some(Icon::ArrowDown)),
        Some(false) => (Some("ascending"), Some(Icon::ArrowUp)),
        None => (None, None),
    };
    let next_descending = descending.map_or(numeric, |descending| !descending);
    let sort = if next_descending {
        format!("-{name}")
    } else {
        name.to_owned()
    };
    let link = paths::schemas(
        cluster,
        &ListQuery {
            sort: Some(sort),
            ..query.first_page()
        },
    );
    let text = match (name, query.sorting()) {
        ("name", None) => "Subject, findings first",
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
    if !known {
        return view! {
            <div class="state">
                <h2>{icon(Icon::CircleHelp)}"Subjects are not known yet"</h2>
                <p>"The registry has not told which subjects there are. They appear here by themselves."</p>
            </div>
        }
        .into_any();
    }
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
    let token = (!query.q.is_empty())
        .then(|| view! { " "<span class="token"><span class="v">{query.q.clone()}</span></span> });
    view! {
        <div class="state">
            <h2><span>{what}{token}</span></h2>
            <p>{format!("{}.", words::count(all, "subject exists", "subjects exist"))}</p>
            <div class="act"><a class="btn sm" href=paths::schemas(cluster, &ListQuery::default())>"Clear the filter"</a></div>
        </div>
    }
    .into_any()
}

fn foot(cluster: ClusterRef, query: Memo<ListQuery>, list: Signal<SubjectList>) -> AnyView {
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
    let pages = move || {
        let query = query.get();
        let to = |after| {
            paths::schemas(
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
            <span>{age}"; the registry does not push"</span>
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
