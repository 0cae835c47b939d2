//! One resource beside a cluster: what it says, what happened to it while the console looked, its YAML; its facts beside them.

use super::list::belongs;
use crate::{
    clock::use_clock,
    components::{
        age::{Ago, as_of_text},
        heading::PageHead,
        icon::{Icon, icon},
        skeleton, state, words,
        yaml::{ConditionTable, YamlView, generation_words},
    },
    jump::recent::{self, Recent},
    live::use_live,
    load,
    pages::activity::event,
    paths, routes,
};
use leptos::prelude::*;
use penstock_domain::{
    activity::query::ActivityQuery,
    ids::ClusterRef,
    live::MarkKind,
    resource::list::{Belonging, ResourcePage, ResourceState},
    search::HitResource,
};
use penstock_ui::timeline::Timeline;

/// The page.
#[component]
pub fn Resource() -> impl IntoView {
    let identity = routes::use_resource();
    load::keyed(identity, move |(cluster, plural, namespace, name)| {
        let trigger = use_live(
            Some(cluster.clone()),
            &[
                MarkKind::Resources,
                MarkKind::Cluster,
                MarkKind::Activity,
                MarkKind::Watches,
            ],
        );
        let shown = cluster.clone();
        load::load(
            Memo::new(move |_| {
                (
                    cluster.clone(),
                    plural.clone(),
                    namespace.clone(),
                    name.clone(),
                )
            }),
            trigger,
            |(cluster, plural, namespace, name)| {
                penstock_api::resources::resource_get(cluster, plural, namespace, name)
            },
            || skeleton::page("Resource"),
            move |page| body(shown.clone(), page),
        )
    })
}

fn body(cluster: ClusterRef, page: Signal<ResourcePage>) -> AnyView {
    let head = Memo::new(move |_| {
        page.with(|page| {
            (
                page.row.state,
                page.row.word.clone(),
                page.row.readiness.deleting,
            )
        })
    });
    let failure = Memo::new(move |_| page.with(failure));
    let warnings = Memo::new(move |_| page.with(|page| page.row.readiness.warnings.clone()));
    let conditions = Signal::derive(move || page.with(|page| page.resource.conditions.clone()));
    let history = Memo::new(move |_| page.with(|page| event::happenings(&page.history)));
    let any = Memo::new(move |_| history.with(|history| !history.is_empty()));
    let name = page.with_untracked(|page| page.row.name.to_string());
    recent::visited(page.with_untracked(|page| {
        let resource = HitResource {
            kind: page.row.kind,
            namespace: page.row.namespace.clone(),
        };
        Recent::resource(&cluster, resource, page.row.name.as_str())
    }));
    let more = paths::activity(
        &cluster,
        &ActivityQuery {
            q: format!("object:{name}"),
            ..ActivityQuery::default()
        },
    );
    view! {
        <PageHead
            title=name
            mono=true
            beside=move || {
                let (of, word, deleting) = head.get();
                view! { {state::badge(state::resource(of), word)}{state::topic_flags(false, deleting)} }
            }
            facts=move || page.with(facts)
        />
        {move || failure.get().map(|words| view! {
            <div class="banner bad">{icon(Icon::OctagonX)}<span>{words}</span></div>
        })}
        {move || warnings.get().into_iter().map(|words| view! {
            <div class="banner warn">{icon(Icon::TriangleAlert)}<span>{words}</span></div>
        }).collect_view()}
        <div class="cols">
            <div>
                <section class="sec">
                    <div class="sec-head"><h2>"Conditions"</h2><span class="age">{move || page.with(|page| generation_words(&page.resource))}</span></div>
                    <ConditionTable conditions/>
                </section>
                <section class="sec">
                    <div class="sec-head">
                        <h2>"History"</h2>
                        <span class="age">{move || page.with(|page| format!("seen by the console, which looks since {}", words::absolute(page.looked_since)))}</span>
                        <span class="end"><a class="btn ghost sm" href=more>"In the activity"</a></span>
                    </div>
                    <Show when=move || any.get() fallback=|| view! { <p class="f13 t2">"Nothing has happened to it since the console looks."</p> }>
                        <Timeline happenings=history/>
                    </Show>
                </section>
                <section class="sec">
                    <div class="sec-head">
                        <h2>"YAML"</h2>
                        <span class="age">{move || page.with(|page| page.resource.reference.api_version.clone())}", without managed fields, secrets in configurations hidden"</span>
                    </div>
                    <YamlView yaml=Signal::derive(move || page.with(|page| page.resource.yaml.clone()))/>
                </section>
            </div>
            <aside>
                <section class="sec">
                    <div class="sec-head"><h2>"Facts"</h2></div>
                    {move || page.with(fact_list)}
                </section>
                <section class="sec">
                    <div class="sec-head"><h2>"Belongs to this cluster by"</h2></div>
                    {move || page.with(|page| belonging(&page.row.belonging))}
                </section>
            </aside>
        </div>
        {foot(page)}
    }
    .into_any()
}

/// Why it needs a person, in the operator's words.
fn failure(page: &ResourcePage) -> Option<String> {
    let row = &page.row;
    match row.state {
        ResourceState::NotReady => row
            .readiness
            .message
            .clone()
            .or(row.readiness.reason.clone()),
        _ => None,
    }
}

fn facts(page: &ResourcePage) -> AnyView {
    let row = &page.row;
    let manager = page.resource.manager.clone();
    view! {
        <span>{row.kind.name()}</span>
        <span>"namespace "<code>{row.namespace.to_string()}</code></span>
        {manager.map(|manager| view! { <span>"declared by "<code>{manager}</code></span> })}
        {(row.state == ResourceState::Unobserved).then(|| view! { <span>"no operator has looked at it yet"</span> })}
    }
    .into_any()
}

fn fact_list(page: &ResourcePage) -> AnyView {
    let row = &page.row;
    let own = row
        .kind
        .columns()
        .iter()
        .zip(&row.cells)
        .map(|(column, cell)| {
            let cell = if cell.is_empty() {
                words::NOTHING.to_owned()
            } else {
                cell.clone()
            };
            view! { <dt>{*column}</dt><dd>{cell}</dd> }
        })
        .collect_view();
    view! {
        <dl class="kv">
            {own}
            <dt>"Created"</dt>
            <dd>{row.created.map(|time| view! { <Ago time/>" ago" })}</dd>
            <dt>"Status written"</dt>
            <dd>{match row.readiness.last_write {
                Some(time) => view! { <Ago time/>" ago" }.into_any(),
                None => words::NOTHING.into_any(),
            }}</dd>
        </dl>
    }
    .into_any()
}

fn belonging(of: &Belonging) -> AnyView {
    match of {
        Belonging::Unknown { why } => {
            view! { <p class="f13 t2">"It can't be told, so it stands with every cluster of its namespace. "{why.clone()}</p> }.into_any()
        }
        known => view! { <p class="f13 t2">{belongs(known)}</p> }.into_any(),
    }
}

fn foot(page: Signal<ResourcePage>) -> AnyView {
    let age = as_of_text(
        Signal::derive(move || page.with(|page| page.as_of)),
        use_clock(),
    );
    view! { <div class="tbl-foot"><span>"resource "{age}</span></div> }.into_any()
}
