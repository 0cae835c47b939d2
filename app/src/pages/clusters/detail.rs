//! A cluster at a glance: the sentence first, then figures, what needs a person, conditions, listeners, quorum, versions.

use super::stats::Stats;
use crate::{
    clock::use_clock,
    components::{
        advice,
        age::{Age, Ago, as_of_text},
        copy::Copy,
        credentials::ConnectionNote,
        heading::PageHead,
        icon::{Icon, icon, icon_tiny},
        listeners::ListenerList,
        quorum::QuorumView,
        skeleton, state,
        verdict::{NeedsAttention, VerdictBanner},
        words,
        yaml::{ConditionTable, YamlView, generation_words},
    },
    jump::recent::{self, Recent},
    live::use_live,
    load, routes,
};
use leptos::prelude::*;
use penstock_domain::{
    cluster::{ClusterOverview, Connection, Quorum, Versions},
    ids::ClusterRef,
    live::MarkKind,
    resource::ResourceDetail,
    search::HitKind,
    time::Timestamp,
    units,
    verdict::Severity,
};

/// The page.
#[component]
pub fn Cluster() -> impl IntoView {
    let cluster = routes::use_cluster();
    load::keyed(cluster, move |cluster| {
        let trigger = use_live(
            Some(cluster.clone()),
            &[
                MarkKind::Cluster,
                MarkKind::Nodes,
                MarkKind::Topics,
                MarkKind::Offsets,
                MarkKind::Users,
                MarkKind::Watches,
            ],
        );
        let shown = cluster.clone();
        load::load(
            Memo::new(move |_| cluster.clone()),
            trigger,
            penstock_api::clusters::cluster_get,
            || skeleton::page("Cluster"),
            move |overview| body(shown.clone(), overview),
        )
    })
}

fn body(cluster: ClusterRef, overview: Signal<ClusterOverview>) -> AnyView {
    recent::visited(Recent::new(
        HitKind::Cluster,
        &cluster,
        cluster.name.as_str(),
    ));
    let health = Memo::new(move |_| {
        overview.with(|o| {
            let verdict = &o.summary.verdict;
            let since = verdict
                .reasons
                .iter()
                .find(|reason| reason.severity == Severity::Bad)
                .and_then(|reason| reason.since);
            (verdict.health, since)
        })
    });
    let head = Memo::new(move |_| {
        overview.with(|o| {
            (
                o.summary.versions.clone(),
                o.cluster_id.as_ref().map(ToString::to_string),
            )
        })
    });
    let verdict = Memo::new(move |_| overview.with(|o| o.summary.verdict.clone()));
    let stale = Memo::new(move |_| overview.with(|o| o.resources_stale.clone()));
    let connection = Memo::new(move |_| overview.with(|o| o.connection.clone()));
    let listeners = Memo::new(move |_| overview.with(|o| o.listeners.clone()));
    let quorum = Memo::new(move |_| overview.with(|o| o.quorum.clone()));
    let resource = Memo::new(move |_| overview.with(|o| o.resource.clone()));
    let (shown_cluster, cluster_of_advice) = (cluster.clone(), cluster.clone());
    view! {
        <PageHead
            title=cluster.name.to_string()
            mono=true
            beside=move || {
                let (health, since) = health.get();
                view! {
                    {state::badge(state::health_head(health), None)}
                    {since.map(|time| view! { <small>"since "{time.clock()}" UTC, "<Ago time/></small> })}
                }
            }
            facts=move || {
                let (versions, id) = head.get();
                facts(&shown_cluster, versions, id)
            }
        />
        {move || stale.get().map(|why| view! {
            <div class="banner warn">{icon(Icon::ClockAlert)}<span><b class="m">"Resources are old: "</b>{why}". What the brokers say is newer."</span></div>
        })}
        <VerdictBanner cluster=cluster.clone() verdict partitions=Signal::derive(move || overview.with(|o| o.summary.partitions))/>
        <Stats overview/>
        <div class="cols">
            <div>
                <ConnectionNote connection/>
                <NeedsAttention cluster reasons=Signal::derive(move || verdict.with(|verdict| verdict.reasons.clone()))/>
                {declared_so(cluster_of_advice, overview)}
                {resource_sections(resource)}
            </div>
            <aside>
                <section class="sec">
                    <div class="sec-head"><h2>"Quorum"</h2><Age freshness=Signal::derive(move || overview.with(|o| o.quorum_freshness.clone()))/></div>
                    {quorum_section(quorum, Signal::derive(move || overview.with(|o| o.quorum_freshness.as_of)))}
                </section>
                <section class="sec">
                    <div class="sec-head"><h2>"Listeners"</h2></div>
                    <Show when=move || listeners.with(|listeners| !listeners.is_empty()) fallback=|| view! { <p class="f13 t2">"None is known yet."</p> }>
                        <ListenerList listeners/>
                    </Show>
                </section>
                <section class="sec">
                    <div class="sec-head"><h2>"Versions"</h2></div>
                    {move || overview.with(|o| versions(&o.summary.versions))}
                </section>
                <section class="sec">
                    <div class="sec-head"><h2>"This console"</h2></div>
                    <Console overview/>
                </section>
            </aside>
        </div>
    }
    .into_any()
}

/// What a person should know of how it is declared.
fn declared_so(cluster: ClusterRef, overview: Signal<ClusterOverview>) -> AnyView {
    let all = Memo::new(move |_| overview.with(|overview| overview.advice.clone()));
    view! {
        {move || all.with(|all| (!all.is_empty()).then(|| view! {
            <section class="sec" id="findings">
                <div class="sec-head"><h2>"Findings"</h2><span class="age">{format!("{} in how it is declared, worst first", all.len())}</span></div>
                <ul class="advice">{all.iter().map(|one| advice::of_cluster(&cluster, one)).collect_view()}</ul>
            </section>
        }))}
    }
    .into_any()
}

fn facts(cluster: &ClusterRef, versions: Versions, id: Option<String>) -> AnyView {
    let origin = if cluster.namespace.is_configured() {
        view! { <span>"from the configuration file"</span> }.into_any()
    } else {
        view! { <span>"namespace "<code>{cluster.namespace.to_string()}</code></span> }.into_any()
    };
    view! {
        {origin}
        {versions.kafka.map(|version| view! { <span>"Kafka "{version}</span> })}
        {versions.strimzi.map(|version| view! { <span>"Strimzi "{version}</span> })}
        {id.map(|id| view! { <span>"cluster id "<code>{id.clone()}</code><Copy text=id what="cluster id"/></span> })}
    }
    .into_any()
}

fn quorum_section(quorum: Memo<Option<Quorum>>, as_of: Signal<Option<Timestamp>>) -> AnyView {
    let known = Memo::new(move |_| quorum.with(Option::is_some));
    let value = Signal::derive(move || {
        quorum.get().unwrap_or(Quorum {
            leader: None,
            epoch: 0,
            high_watermark: 0,
            voters: Vec::new(),
            observers: Vec::new(),
        })
    });
    view! {
        <Show when=move || known.get() fallback=|| view! { <p class="f13 t2">"No broker has told it yet."</p> }>
            <QuorumView quorum=value as_of/>
        </Show>
    }
    .into_any()
}

/// The `Kafka` resource: conditions, and its YAML folded away; nothing for configured clusters.
fn resource_sections(resource: Memo<Option<ResourceDetail>>) -> AnyView {
    let there = Memo::new(move |_| resource.with(Option::is_some));
    let of = move |read: fn(&ResourceDetail) -> String| {
        Signal::derive(move || {
            resource.with(|resource| resource.as_ref().map(read).unwrap_or_default())
        })
    };
    let conditions = Signal::derive(move || {
        resource.with(|resource| {
            resource
                .as_ref()
                .map(|resource| resource.conditions.clone())
                .unwrap_or_default()
        })
    });
    let yaml = of(|resource| resource.yaml.clone());
    view! {
        <Show when=move || there.get()>
            <section class="sec" id="resource">
                <div class="sec-head">
                    <h2>"Kafka resource"</h2>
                    {move || resource.with(|resource| resource.as_ref().map(|resource| state::badge(state::readiness(resource.readiness.state), None)))}
                    <span class="age">{of(generation_words)}{of(|resource| resource.manager.as_ref().map(|manager| format!(", declared by {manager}")).unwrap_or_default())}</span>
                </div>
                <ConditionTable conditions/>
                <details class="mt">
                    <summary>{icon_tiny(Icon::ChevronRight)}"YAML"</summary>
                    <YamlView yaml/>
                </details>
            </section>
        </Show>
    }
    .into_any()
}

fn versions(versions: &Versions) -> AnyView {
    let row = |name: AnyView, value: &Option<String>| {
        let value = value.clone().unwrap_or_else(|| words::NOTHING.to_owned());
        view! { <dt>{name}</dt><dd>{value}</dd> }
    };
    view! {
        <dl class="kv">
            {row(view! { "Strimzi operator" }.into_any(), &versions.strimzi)}
            {row(view! { "Kafka" }.into_any(), &versions.kafka)}
            {row(view! { <code>"metadata.version"</code> }.into_any(), &versions.metadata)}
            {row(view! { "Resource API" }.into_any(), &versions.api)}
        </dl>
    }
    .into_any()
}

/// How the console itself reaches the cluster, and how old its view of the resources is.
#[component]
fn Console(overview: Signal<ClusterOverview>) -> impl IntoView {
    let clock = use_clock();
    let connection = Memo::new(move |_| overview.with(|o| o.connection.clone()));
    let resources = Signal::derive(move || overview.with(|o| o.resources_as_of));
    let brokers = Signal::derive(move || overview.with(|o| o.summary.freshness.as_of));
    let from_resources = Memo::new(move |_| resources.get().is_some());
    let age = as_of_text(resources, clock);
    view! {
        <dl class="kv">
            {move || match connection.get() {
                Connection::Connected { listener, principal } => view! {
                    <dt>"Listener"</dt><dd class="mono f12">{listener}</dd>
                    <dt>"Principal"</dt><dd class="mono f12">{principal}</dd>
                }.into_any(),
                Connection::Connecting => view! { <dt>"Brokers"</dt><dd>"connecting"</dd> }.into_any(),
                Connection::Unreachable { since, .. } => view! {
                    <dt>"Brokers"</dt>
                    <dd class="c-bad">{match since {
                        Some(time) => format!("no answer since {} UTC", time.clock()),
                        None => "no answer".to_owned(),
                    }}</dd>
                }.into_any(),
                Connection::NoCredentials { .. } => view! { <dt>"Brokers"</dt><dd class="c-warn">"no credentials"</dd> }.into_any(),
            }}
            <dt>"Brokers heard"</dt><dd class="tnum">{as_of_text(brokers, clock)}</dd>
            <Show when=move || from_resources.get()>
                <dt>"Resources"</dt><dd class="tnum">{age.clone()}</dd>
            </Show>
            {move || overview.with(|o| o.disk).map(|disk| view! {
                <dt>"Logs on disk"</dt><dd class="tnum">{units::bytes(disk.logs)}</dd>
            })}
        </dl>
    }
}
