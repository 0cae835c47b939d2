//! Finding something by its name, as a page: what the palette shows, for whoever has no JavaScript, and with an address.

use crate::{
    components::{
        heading::PageHead,
        icon::{Icon, icon},
        marked, skeleton,
    },
    jump::{Asked, Entry, Section, sections},
    load,
    paths::{self, Page},
    routes,
};
use leptos::prelude::*;
use leptos_router::components::Form;
use penstock_domain::{
    ids::ClusterRef,
    search::{SearchAnswer, SearchQuery, rank::Needle},
};

/// What may be typed.
const HINT: &str = "Name of a topic, group, node or cluster, or of a page";

/// The page.
#[component]
pub fn Search() -> impl IntoView {
    let search = routes::use_search(|page| matches!(page, Page::Search));
    let query = Memo::new(move |_| paths::search_query(&search.get()));
    load::load(
        query,
        Signal::stored(0),
        penstock_api::search::search_find,
        || skeleton::page("Search"),
        move |answer| body(query, answer),
    )
}

fn body(query: Memo<SearchQuery>, answer: Signal<SearchAnswer>) -> AnyView {
    let text = Signal::derive(move || query.with(|query| query.text.clone()));
    let cluster = move || {
        query.with(|query| {
            let cluster = query.cluster.as_ref()?;
            Some(view! { <input type="hidden" name="cluster" value=cluster.to_string()/> })
        })
    };
    view! {
        <PageHead title="Search".to_owned() facts=move || answer.with(|answer| query.with(|query| facts(query, answer)))/>
        <div class="filter">
            <Form method="GET" action=paths::search("", None)>
                <div class="query">
                    {icon(Icon::Search)}
                    <input
                        type="search"
                        name="q"
                        value=text
                        prop:value=text
                        placeholder=HINT
                        aria-label=HINT
                        autocomplete="off"
                        spellcheck="false"
                        maxlength=penstock_domain::search::LONGEST.to_string()
                    />
                    {cluster}
                </div>
            </Form>
        </div>
        {move || answer.with(|answer| query.with(|query| found(query, answer)))}
    }
    .into_any()
}

fn facts(query: &SearchQuery, answer: &SearchAnswer) -> Option<AnyView> {
    if query.bounded().is_empty() {
        return None;
    }
    let count = answer.here + answer.elsewhere;
    let shown = answer.hits.len() as u64;
    let words = match count {
        0 => "nothing has such a name".to_owned(),
        1 => "1 has such a name".to_owned(),
        _ if shown < count => format!("{count} have such a name, the best {shown} are shown"),
        _ => format!("{count} have such a name"),
    };
    Some(view! { <span>{words}</span> }.into_any())
}

/// Sections with links only: what is done in the browser is for the palette.
fn found(query: &SearchQuery, answer: &SearchAnswer) -> AnyView {
    let page = query.cluster.clone().map_or(Page::Clusters, Page::Cluster);
    let text = query.bounded();
    let needle = Needle::new(&text);
    let linked: Vec<Section> = sections(Asked {
        text: &text,
        page: &page,
        answer: Some(answer),
        recent: &[],
        everywhere: true,
    })
    .into_iter()
    .map(|section| Section {
        entries: section
            .entries
            .into_iter()
            .filter(|entry| entry.link().is_some())
            .collect(),
        ..section
    })
    .filter(|section| !section.entries.is_empty())
    .collect();
    if linked.is_empty() {
        return nothing(query.cluster.as_ref());
    }
    linked
        .into_iter()
        .map(|section| {
            let name = section
                .name
                .map(|name| view! { " "<span class="mono">{name}</span> });
            let entries = section
                .entries
                .iter()
                .map(|entry| row(entry, &needle))
                .collect_view();
            view! {
                <section class="sec found">
                    <h2>{section.title}{name}</h2>
                    <ul>{entries}</ul>
                </section>
            }
        })
        .collect_view()
        .into_any()
}

fn row(entry: &Entry, needle: &Needle) -> AnyView {
    let class = if entry.mono { "mono m" } else { "m" };
    let context = (!entry.context.is_empty())
        .then(|| view! { <span class="ctx t3">{entry.context.clone()}</span> });
    view! {
        <li>
            <a href=entry.link().unwrap_or_default().to_owned()>
                {icon(entry.glyph)}
                <span class=class>{marked::marked(&entry.words, needle)}</span>
            </a>
            {context}
        </li>
    }
    .into_any()
}

fn nothing(cluster: Option<&ClusterRef>) -> AnyView {
    let (link, words) = match cluster {
        Some(cluster) => (paths::cluster(cluster), "Back to the cluster"),
        None => (paths::clusters(), "All clusters"),
    };
    view! {
        <div class="state">
            <h2>{icon(Icon::Search)}"Nothing has such a name"</h2>
            <p>"Looked for among the clusters, topics, consumer groups and nodes that you may list."</p>
            <div class="act"><a class="btn sm" href=link>{words}</a></div>
        </div>
    }
    .into_any()
}
