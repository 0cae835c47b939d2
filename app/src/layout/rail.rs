//! The rail: whose cluster, and its pages. Below 900 px it is a drawer that a checkbox opens, so it works without
//! JavaScript. Only pages that exist are named.

use crate::{
    components::{
        icon::{Icon, icon, sized},
        state,
    },
    layout::{Keymap, SessionResource},
    load::Loader,
    paths::{self, MessagesQuery, Page},
};
use leptos::prelude::*;
use penstock_domain::{
    activity::query::ActivityQuery,
    cluster::{ClusterList, ClusterSummary},
    ids::ClusterRef,
    query::ListQuery,
    verdict::{Place, Severity},
};

/// The id of the checkbox that opens the drawer.
pub(super) const TOGGLE: &str = "nav";

/// The rail.
#[component]
pub(super) fn Rail(
    /// The clusters that the user may see.
    clusters: Loader<ClusterList>,
    /// Where one is.
    page: Memo<Page>,
) -> impl IntoView {
    let cluster = Memo::new(move |_| page.with(|page| page.cluster().cloned()));
    let switcher = clusters.view(
        || view! { <SwitcherBox title="…".to_owned() mono=false>""</SwitcherBox> }.into_any(),
        |_| view! { <SwitcherBox title="Clusters".to_owned() mono=false>"not known now"</SwitcherBox> }.into_any(),
        move |list| switcher(list, cluster),
    );
    let entries = clusters.view(
        || ().into_any(),
        |_| ().into_any(),
        move |list| {
            (move || {
                cluster
                    .get()
                    .map(|cluster| cluster_entries(cluster, list, page))
            })
            .into_any()
        },
    );
    let session = use_context::<SessionResource>();
    let keymap = use_context::<Keymap>();
    view! {
        <input type="checkbox" class="nav-toggle" id=TOGGLE aria-label="Show navigation"/>
        <nav class="rail" aria-label="Main">
            <a class="rail-brand" href=paths::clusters()><Mark/>"Penstock"</a>
            {switcher}
            <div class="rail-nav">
                {entries}
                <ul>
                    <Entry href=paths::clusters() glyph=Icon::Layers words="Clusters" current=Signal::derive(move || page.with(|page| *page == Page::Clusters)) count=Signal::stored(None)/>
                </ul>
            </div>
            <div class="rail-foot">
                {session.map(|SessionResource(session)| view! {
                    <Suspense>
                        {Suspend::new(async move {
                            session.await.ok().map(|session| view! { <span>{format!("Penstock {}", session.version)}</span> })
                        })}
                    </Suspense>
                })}
                {keymap.map(|Keymap(open)| view! {
                    <button type="button" class="keys-btn" on:click=move |_| open.set(true)>"Keys "<kbd>"?"</kbd></button>
                })}
            </div>
        </nav>
        <label class="rail-scrim" for=TOGGLE aria-label="Close navigation"></label>
    }
}

/// The sign of the console: a pipe and its turbine.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round" aria-hidden="true">
            <path d="M2.5 4.5h3.2c1.3 0 2.4.6 3.1 1.7l2.4 3.9"></path>
            <circle cx="13.6" cy="13.2" r="3.65"></circle>
        </svg>
    }
}

fn cluster_entries(cluster: ClusterRef, list: Signal<ClusterList>, page: Memo<Page>) -> AnyView {
    let counted = |of: fn(&Place) -> bool, cluster: &ClusterRef| {
        let cluster = cluster.clone();
        Signal::derive(move || {
            list.with(|list| attention(list.items.iter().find(|c| c.cluster == cluster)?, of))
        })
    };
    let on_nodes = counted(
        |place| matches!(place, Place::Node(_) | Place::Nodes),
        &cluster,
    );
    let on_topics = counted(
        |place| matches!(place, Place::Topic(_) | Place::Topics(_)),
        &cluster,
    );
    let on_users = counted(|place| matches!(place, Place::User(_)), &cluster);
    let of_groups = cluster.clone();
    let on_groups = Signal::derive(move || {
        list.with(|list| troubled_groups(list.items.iter().find(|c| c.cluster == of_groups)?))
    });
    view! {
        <ul>
            <Entry href=paths::cluster(&cluster) glyph=Icon::Gauge words="Overview" current=Signal::derive(move || page.with(|page| matches!(page, Page::Cluster(_)))) count=Signal::stored(None)/>
            <Entry href=paths::nodes(&cluster) glyph=Icon::Server words="Nodes" current=Signal::derive(move || page.with(|page| matches!(page, Page::Nodes(_) | Page::Node(..) | Page::Certificates(_)))) count=on_nodes/>
            <Entry href=paths::topics(&cluster, &ListQuery::default()) glyph=Icon::Rows3 words="Topics" current=Signal::derive(move || page.with(|page| matches!(page, Page::Topics(_) | Page::Topic(..)))) count=on_topics/>
            <Entry href=paths::messages(&cluster, &MessagesQuery::default()) glyph=Icon::ScrollText words="Messages" current=Signal::derive(move || page.with(|page| matches!(page, Page::Messages(_)))) count=Signal::stored(None)/>
            <Entry href=paths::groups(&cluster, &ListQuery::default()) glyph=Icon::ListEnd words="Consumer groups" current=Signal::derive(move || page.with(|page| matches!(page, Page::Groups(_) | Page::Group(..)))) count=on_groups/>
        </ul>
        <ul>
            <Entry href=paths::users(&cluster, &ListQuery::default()) glyph=Icon::KeyRound words="Users & ACLs" current=Signal::derive(move || page.with(|page| matches!(page, Page::Users(_) | Page::Rules(_) | Page::Access(_) | Page::Quotas(_) | Page::User(..)))) count=on_users/>
            <Entry href=paths::schemas(&cluster, &ListQuery::default()) glyph=Icon::Braces words="Schemas" current=Signal::derive(move || page.with(|page| matches!(page, Page::Schemas(_) | Page::Subject(..)))) count=Signal::stored(None)/>
            <Entry href=paths::resources(&cluster, None, &ListQuery::default()) glyph=Icon::Box words="Resources" current=Signal::derive(move || page.with(|page| matches!(page, Page::Resources(..) | Page::Resource(..)))) count=Signal::stored(None)/>
            <Entry href=paths::activity(&cluster, &ActivityQuery::default()) glyph=Icon::History words="Activity" current=Signal::derive(move || page.with(|page| matches!(page, Page::Activity(_)))) count=Signal::stored(None)/>
        </ul>
    }
    .into_any()
}

/// How many reasons point at such places, and the worst of them.
fn attention(summary: &ClusterSummary, of: fn(&Place) -> bool) -> Option<(usize, Severity)> {
    let severities: Vec<Severity> = summary
        .verdict
        .reasons
        .iter()
        .filter(|reason| reason.severity > Severity::Info && reason.place.as_ref().is_some_and(of))
        .map(|reason| reason.severity)
        .collect();
    Some((severities.len(), severities.iter().copied().max()?))
}

/// How many groups wait for a person, and how badly the worst of them.
fn troubled_groups(summary: &ClusterSummary) -> Option<(usize, Severity)> {
    let attention = summary.groups.filter(|attention| attention.groups > 0)?;
    let severity = if attention.hurts {
        Severity::Bad
    } else {
        Severity::Warn
    };
    Some((
        usize::try_from(attention.groups).unwrap_or(usize::MAX),
        severity,
    ))
}

#[component]
fn Entry(
    href: String,
    glyph: Icon,
    words: &'static str,
    current: Signal<bool>,
    count: Signal<Option<(usize, Severity)>>,
) -> impl IntoView {
    view! {
        <li>
            <a href=href aria-current=move || current.get().then_some("page") title=words>
                {icon(glyph)}{words}
                {move || count.get().map(|(count, severity)| {
                    let class = match severity {
                        Severity::Bad => "count bad",
                        Severity::Warn => "count warn",
                        Severity::Info => "count",
                    };
                    let verb = if count == 1 { "thing needs" } else { "things need" };
                    view! { <span class=class title=format!("{count} {verb} attention")>{count.to_string()}</span> }
                })}
            </a>
        </li>
    }
}

fn switcher(list: Signal<ClusterList>, cluster: Memo<Option<ClusterRef>>) -> AnyView {
    let shown = move || {
        let cluster = cluster.get();
        list.with(|list| match cluster {
            Some(cluster) => {
                let summary = list.items.iter().find(|c| c.cluster == cluster);
                let health = summary.map(|summary| {
                    let (class, glyph) = state::health_icon(summary.verdict.health);
                    view! { {sized(glyph, class)}{format!(" {} · {}", place(&cluster), state::health(summary.verdict.health).word)} }
                });
                view! { <SwitcherBox title=cluster.name.to_string() mono=true>{health}</SwitcherBox> }.into_any()
            }
            None => {
                let namespaces: std::collections::BTreeSet<&str> =
                    list.items.iter().map(|c| c.cluster.namespace.as_str()).collect();
                let words = format!(
                    "{} in {}",
                    list.items.len(),
                    penstock_domain::units::count(namespaces.len(), "namespace", "namespaces")
                );
                view! { <SwitcherBox title="All clusters".to_owned() mono=false>{words}</SwitcherBox> }.into_any()
            }
        })
    };
    view! {
        <details class="floating switch">
            <summary aria-label="Switch cluster">{shown}</summary>
            <ul class="menu">
                {move || list.with(|list| list.items.iter().map(|summary| {
                    let (class, glyph) = state::health_icon(summary.verdict.health);
                    view! {
                        <li>
                            <a href=paths::cluster(&summary.cluster)>
                                {sized(glyph, class)}
                                <span class="mono">{summary.cluster.name.to_string()}</span>
                                <small class="t3">{place(&summary.cluster)}</small>
                            </a>
                        </li>
                    }
                }).collect_view())}
                <li><a href=paths::clusters()>{sized(Icon::Layers, "i s12 t3")}<span>"All clusters"</span></a></li>
            </ul>
        </details>
    }
    .into_any()
}

/// The namespace, or where a cluster without one is named.
pub(crate) fn place(cluster: &ClusterRef) -> String {
    if cluster.namespace.is_configured() {
        "configuration file".to_owned()
    } else {
        cluster.namespace.to_string()
    }
}

#[component]
fn SwitcherBox(title: String, mono: bool, children: Children) -> impl IntoView {
    view! {
        <span class="switcher">
            <span><b class=(!mono).then_some("text")>{title}</b><small>{children()}</small></span>
            {icon(Icon::ChevronsUpDown)}
        </span>
    }
}
