//! The list of resources beside a cluster, worst first: of one kind, or of all that the user may see. A kind's own columns stand only
//! in its own list; in the list of all they are a second line.

use crate::{
    clock::use_clock,
    components::{
        age::{Ago, MissingNotes, as_of_text},
        csv,
        filter::{Filter, Segment, Segments, states},
        heading::PageHead,
        icon::{Icon, icon},
        list::{Column, ListPage, Order, Rows, by_key},
        skeleton, state, words,
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
    resource::{
        kind::ResourceKind,
        list::{Belonging, ResourceList, ResourceRow},
    },
    units,
};
use penstock_ui::tabs::{Tab, Tabs};

/// What may be searched.
const HINT: &str = "Filter: name, namespace, or any word of the row";

/// The page.
#[component]
pub fn Resources() -> impl IntoView {
    let identity = routes::use_resources();
    let search = routes::use_search(|page| matches!(page, Page::Resources(..)));
    load::keyed(identity, move |(cluster, plural)| {
        let query = Memo::new(move |_| ListQuery::parse(&search.get()));
        let trigger = use_live(
            Some(cluster.clone()),
            &[MarkKind::Resources, MarkKind::Cluster, MarkKind::Watches],
        );
        let kind = plural.as_deref().and_then(ResourceKind::of_plural);
        let fetched = (cluster.clone(), plural);
        load::load(
            query,
            trigger,
            move |query| {
                let (cluster, plural) = fetched.clone();
                penstock_api::resources::resources_list(cluster, plural, query)
            },
            || skeleton::page("Resources"),
            move |list| body(cluster.clone(), kind, query, list),
        )
    })
}

/// A row's place in the list.
type Key = (ResourceKind, String, String);

fn key(row: &ResourceRow) -> Key {
    (row.kind, row.namespace.to_string(), row.name.to_string())
}

fn body(
    cluster: ClusterRef,
    kind: Option<ResourceKind>,
    query: Memo<ListQuery>,
    list: Signal<ResourceList>,
) -> AnyView {
    let (keys, rows) = by_key(list, |list: &ResourceList| &list.items, key);
    let hidden = Signal::derive(move || {
        query.with(|query| {
            [("state", query.state.clone()), ("sort", query.sort.clone())]
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .collect()
        })
    });
    let link_of = cluster.clone();
    let page = ListPage::new(query, move |query| paths::resources(&link_of, kind, query));
    let segments = segments(page.clone(), list);
    let tabs = tabs(cluster.clone(), kind, list);
    let action = page.to(&ListQuery::default());
    let csv_of = cluster.clone();
    let (heads_of, empty_of) = (page.clone(), page.clone());
    view! {
        <PageHead
            title=kind.map_or("Resources", ResourceKind::words).to_owned()
            facts=move || list.with(|list| facts(kind, list))
            actions=move || {
                let file = query.with(|query| paths::resources::resources_csv(&csv_of, kind, query));
                csv::link(file)
            }
        />
        <Tabs label="Kinds" tabs/>
        <MissingNotes missing=Signal::derive(move || list.with(|list| list.missing.clone()))/>
        <Filter action query=Signal::derive(move || query.with(|query| query.q.clone())) hidden hint=HINT>
            <Segments segments/>
        </Filter>
        <div class="tbl-wrap">
            <table class="tbl stack bleed resources">
                <thead><tr>{move || heads_of.heads(&heads(kind), ORDER)}</tr></thead>
                <tbody>
                    <For each=move || keys.get() key=|key| key.clone() let(key)>
                        <Row cluster=cluster.clone() of=key rows all=kind.is_none()/>
                    </For>
                </tbody>
            </table>
        </div>
        {move || keys.with(Vec::is_empty).then(|| list.with(|list| empty(&empty_of, kind, list)))}
        {foot(&page, list)}
    }
    .into_any()
}

fn number(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn facts(kind: Option<ResourceKind>, list: &ResourceList) -> AnyView {
    let shown = || {
        list.kinds
            .iter()
            .filter(|total| kind.is_none_or(|kind| kind == total.kind))
    };
    let count: u64 = shown().map(|total| total.count).sum();
    let attention: u64 = shown().map(|total| total.attention).sum();
    let attention = match attention {
        0 => "none needs attention".to_owned(),
        1 => "1 needs attention".to_owned(),
        many => format!("{many} need attention"),
    };
    view! {
        <span>{units::count(number(count), "resource", "resources")}</span>
        {(count > 0).then(|| view! { <span>{attention}</span> })}
        {kind.map(|kind| view! { <span class="mono f12">{kind.name()}</span> })}
    }
    .into_any()
}

/// All, and each kind that the user may see, with how many there are.
fn tabs(
    cluster: ClusterRef,
    kind: Option<ResourceKind>,
    list: Signal<ResourceList>,
) -> Signal<Vec<Tab>> {
    Signal::derive(move || {
        let tab = |of: Option<ResourceKind>, note: Option<String>| Tab {
            href: paths::resources(&cluster, of, &ListQuery::default()),
            words: of.map_or("All", ResourceKind::words).to_owned(),
            note,
            current: of == kind,
        };
        list.with(|list| {
            let kinds = list.kinds.iter().map(|total| {
                let note = if total.installed {
                    total.count.to_string()
                } else {
                    "not installed".to_owned()
                };
                tab(Some(total.kind), Some(note))
            });
            std::iter::once(tab(None, None)).chain(kinds).collect()
        })
    })
}

fn segments(page: ListPage, list: Signal<ResourceList>) -> Signal<Vec<Segment>> {
    Signal::derive(move || {
        let state = page.query.with(|query| query.state.clone());
        let link = |state: Option<&str>| page.in_state(state);
        list.with(|list| {
            let all: u64 = list.states.iter().map(|(_, count)| count).sum();
            let each = penstock_domain::resource::list::ResourceState::ALL.map(|state| {
                let counted = list.states.iter().find(|(known, _)| *known == state);
                (
                    state.name(),
                    state.words(),
                    counted.map_or(0, |(_, count)| *count),
                )
            });
            let current = state.as_deref();
            states(link, current, all.to_string(), each, |count| {
                count.to_string()
            })
        })
    })
}

/// The worst state stands first.
const ORDER: Order = Order::ascending("state");

fn heads(kind: Option<ResourceKind>) -> Vec<Column> {
    let mut heads = vec![Column::text("name", "Name")];
    if kind.is_none() {
        heads.push(Column::text("kind", "Kind"));
    }
    heads.push(Column::text("state", "State and what it says"));
    let own = kind.map(ResourceKind::columns).unwrap_or_default();
    heads.extend(own.iter().map(|column| Column::plain(column)));
    heads.push(Column::plain("Belongs by"));
    // The youngest first.
    heads.push(Column::figures("created", "Age"));
    heads
}

/// A row; it keeps what it showed last while it is on its way out.
#[component]
fn Row(cluster: ClusterRef, of: Key, rows: Rows<Key, ResourceRow>, all: bool) -> impl IntoView {
    let (kind, namespace, name) = of.clone();
    let row = Memo::new(move |last: Option<&Option<ResourceRow>>| {
        rows.with(|rows| rows.get(&of).cloned())
            .or_else(|| last.cloned().flatten())
    });
    let link = paths::resource(
        &cluster,
        kind,
        &namespace.as_str().into(),
        &name.as_str().into(),
    );
    let state = Memo::new(move |_| {
        row.with(|row| {
            let row = row.as_ref()?;
            Some((
                row.state,
                row.word.clone(),
                row.readiness.stale,
                row.readiness.deleting,
            ))
        })
    });
    let says = Memo::new(move |_| {
        row.with(|row| row.as_ref().and_then(|row| row.says().map(str::to_owned)))
    });
    let cells = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .map(|row| row.cells.clone())
                .unwrap_or_default()
        })
    });
    let belonging = Memo::new(move |_| row.with(|row| Some(row.as_ref()?.belonging.clone())));
    let created = Memo::new(move |_| row.with(|row| row.as_ref()?.created));
    view! {
        <tr data-row="">
            <td class="w-full">
                <a class="name" href=link>{name}</a>
                <span class="two">{format!("namespace {namespace}")}</span>
            </td>
            {all.then(|| view! {
                <td class="w-full">
                    {kind.name()}
                    <span class="two">{move || cells.with(|cells| summary(kind, cells))}</span>
                </td>
            })}
            <td class="w-full say">
                <div>
                    {move || state.get().map(|(of, word, stale, deleting)| view! {
                        {state::badge(state::resource(of), word)}
                        {state::topic_flags(false, deleting)}
                        {stale.then(|| view! { " "<span class="miss" title="The status speaks of an older generation">"stale"</span> })}
                    })}
                </div>
                {move || says.get().map(|says| view! { <span class="two">{says}</span> })}
            </td>
            {(!all).then(|| view! {
                {kind.columns().iter().enumerate().map(|(index, column)| view! {
                    <td data-l=*column class="t2 own">{move || cells.with(|cells| told(cells.get(index)))}</td>
                }).collect_view()}
            })}
            <td data-l="Belongs by" class="t2">{move || belonging.get().map(|belonging| belongs(&belonging))}</td>
            <td class="num t2" data-l="Age">{move || created.get().map(|time| view! { <Ago time/> })}</td>
        </tr>
    }
}

fn told(cell: Option<&String>) -> String {
    match cell {
        Some(cell) if !cell.is_empty() => cell.clone(),
        _ => words::NOTHING.to_owned(),
    }
}

/// `workers 2 of 3, version 4.3.1`
fn summary(kind: ResourceKind, cells: &[String]) -> String {
    kind.columns()
        .iter()
        .zip(cells)
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(column, cell)| format!("{} {cell}", column.to_lowercase()))
        .collect::<Vec<_>>()
        .join(", ")
}

/// How it is known to which cluster a resource belongs.
pub(super) fn belongs(belonging: &Belonging) -> AnyView {
    match belonging {
        Belonging::Label => "label".into_any(),
        Belonging::Bootstrap { role: Some(role) } => format!("its address, as {role}").into_any(),
        Belonging::Bootstrap { role: None } => "its address".into_any(),
        Belonging::Connect { name } => {
            view! { "Connect cluster "<span class="mono f12">{name.clone()}</span> }.into_any()
        }
        Belonging::Unknown { why } => {
            view! { <span class="miss" title=why.clone()>"can't be told"</span> }.into_any()
        }
    }
}

fn empty(page: &ListPage, kind: Option<ResourceKind>, list: &ResourceList) -> AnyView {
    let installed = list
        .kinds
        .iter()
        .filter(|total| kind.is_none_or(|kind| kind == total.kind))
        .any(|total| total.installed);
    let all: u64 = list
        .kinds
        .iter()
        .filter(|total| kind.is_none_or(|kind| kind == total.kind))
        .map(|total| total.count)
        .sum();
    let what = kind.map_or("of these resources", ResourceKind::name);
    if all > 0 {
        let exist = units::count(number(all), "resource exists", "resources exist");
        return page.nothing("Nothing matches", Some(exist));
    }
    if !installed {
        return view! {
            <div class="state">
                <h2>{icon(Icon::BoxSelect)}"Not installed"</h2>
                <p>{format!("The API server serves no {what}: Strimzi's definition is not installed, so there can be none. Everything else works.")}</p>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="state">
            <h2>{icon(Icon::Box)}"There are none"</h2>
            <p>{match kind {
                Some(kind) => format!("No {} belongs to this cluster. A new one appears here by itself.", kind.name()),
                None => "No Connect cluster, connector, mirror, bridge or rebalance belongs to this cluster. A new one appears here by itself.".to_owned(),
            }}</p>
        </div>
    }
    .into_any()
}

fn foot(page: &ListPage, list: Signal<ResourceList>) -> AnyView {
    let age = as_of_text(
        Signal::derive(move || list.with(|list| list.as_of)),
        use_clock(),
    );
    let count =
        move || list.with(|list| units::count(number(list.page.total), "resource", "resources"));
    page.foot(
        count.into_any(),
        age.into_any(),
        Signal::derive(move || list.with(|list| list.page.clone())),
    )
}
