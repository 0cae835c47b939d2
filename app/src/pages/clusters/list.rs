//! The clusters that the user may see, worst first, with the reason beside each, and what needs a person beneath.

use crate::{
    clock::use_clock,
    components::{
        age::{MissingNotes, as_of_text},
        bars, csv,
        filter::{Filter, Segment, Segments},
        flash::Flash,
        heading::PageHead,
        icon::{Icon, icon, sized},
        list::keys,
        skeleton, state, words,
    },
    layout::place,
    live::use_live,
    load,
    paths::{self, Page},
    routes,
};
use leptos::prelude::*;
use penstock_domain::{
    cluster::{ClusterList, ClusterSummary, Origin},
    ids::ClusterRef,
    live::MarkKind,
    query::ListQuery,
    units,
    verdict::{Health, Reason, Severity},
};
use std::{collections::BTreeMap, sync::Arc};

/// The page.
#[component]
pub fn Clusters() -> impl IntoView {
    let trigger = use_live(
        None,
        &[
            MarkKind::Cluster,
            MarkKind::Nodes,
            MarkKind::Topics,
            MarkKind::Watches,
        ],
    );
    load::load(
        Memo::new(|_| ()),
        trigger,
        |()| penstock_api::clusters::clusters_list(),
        || skeleton::page("Clusters"),
        body,
    )
}

const HEALTHS: [Health; 6] = [
    Health::Down,
    Health::Degraded,
    Health::AtRisk,
    Health::Paused,
    Health::Unknown,
    Health::Healthy,
];

fn body(list: Signal<ClusterList>) -> AnyView {
    let search = routes::use_search(|page| *page == Page::Clusters);
    let query = Memo::new(move |_| ListQuery::parse(&search.get()));
    let matching = Memo::new(move |_| {
        query.with(|query| {
            list.with(|list| {
                list.items
                    .iter()
                    .filter(|summary| accepts(query, summary))
                    .map(|summary| summary.cluster.clone())
                    .collect::<Vec<_>>()
            })
        })
    });
    let index: Memo<Arc<BTreeMap<ClusterRef, ClusterSummary>>> = Memo::new(move |_| {
        list.with(|list| {
            Arc::new(
                list.items
                    .iter()
                    .map(|summary| (summary.cluster.clone(), summary.clone()))
                    .collect(),
            )
        })
    });
    let segments = Signal::derive(move || {
        let current = query.with(|query| query.state.clone());
        let with_state = |state: Option<String>| {
            let query = ListQuery {
                state,
                ..query.get().first_page()
            };
            with_query(&query)
        };
        list.with(|list| {
            let mut segments = vec![Segment {
                href: with_state(None),
                words: format!("All {}", list.items.len()),
                current: current.is_none(),
            }];
            for health in HEALTHS {
                let count = list
                    .items
                    .iter()
                    .filter(|summary| summary.verdict.health == health)
                    .count();
                let chosen = current.as_deref() == Some(health.name());
                if count > 0 || chosen {
                    segments.push(Segment {
                        href: with_state(Some(health.name().to_owned())),
                        words: format!("{} {count}", state::health(health).word),
                        current: chosen,
                    });
                }
            }
            segments
        })
    });
    let facts = move || list.with(facts);
    view! {
        <PageHead title="Clusters".to_owned() facts actions=|| csv::link(paths::clusters_csv())/>
        <MissingNotes missing=Signal::derive(move || list.with(|list| list.missing.clone()))/>
        <Show when=move || list.with(|list| !list.items.is_empty()) fallback=move || empty(list)>
            <Filter
                action=paths::clusters()
                query=Signal::derive(move || query.with(|query| query.q.clone()))
                hidden=Signal::derive(move || query.with(|query| query.state.iter().map(|state| ("state", state.clone())).collect()))
                hint="Name or namespace"
            >
                <Segments segments/>
            </Filter>
            <div class="tbl-wrap">
                <table class="tbl stack bleed clusters">
                    <thead>
                        <tr>
                            <th>"Cluster"</th><th>"Health and its reason"</th><th>"Nodes"</th><th>"Replicas in sync"</th>
                            <th class="num">"In "<span class="unit">"records/s"</span></th><th>"Kafka, Strimzi"</th><th class="num">"As of"</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || matching.get() key=|cluster| cluster.clone() let(cluster)>
                            <Row cluster index/>
                        </For>
                    </tbody>
                </table>
            </div>
            <Show when=move || matching.with(Vec::is_empty)>
                <div class="state">
                    <h2>"No cluster matches"</h2>
                    <p>{move || list.with(|list| units::count(list.items.len(), "cluster exists.", "clusters exist."))}</p>
                    <div class="act"><a class="btn sm" href=paths::clusters()>"Clear the filter"</a></div>
                </div>
            </Show>
            <Attention list/>
        </Show>
        <div class="tbl-foot">
            <span>{move || if list.with(|list| list.some_hidden) {
                "Only clusters that you may see are shown; others exist."
            } else {
                "Every cluster that the console knows is shown."
            }}</span>
            <span class="end">
                {keys()}
            </span>
        </div>
    }
    .into_any()
}

fn with_query(query: &ListQuery) -> String {
    let raw = query.to_query_string();
    if raw.is_empty() {
        paths::clusters()
    } else {
        format!("{}?{raw}", paths::clusters())
    }
}

fn accepts(query: &ListQuery, summary: &ClusterSummary) -> bool {
    let wanted = query.q.to_lowercase();
    let matches_name =
        wanted.is_empty() || summary.cluster.to_string().to_lowercase().contains(&wanted);
    let matches_state = query
        .state
        .as_deref()
        .is_none_or(|state| summary.verdict.health.name() == state);
    matches_name && matches_state
}

fn facts(list: &ClusterList) -> AnyView {
    let namespaces: std::collections::BTreeSet<&str> = list
        .items
        .iter()
        .map(|summary| summary.cluster.namespace.as_str())
        .collect();
    let troubled = list
        .items
        .iter()
        .filter(|summary| summary.verdict.health != Health::Healthy)
        .count();
    let configured = list
        .items
        .iter()
        .filter(|summary| summary.origin == Origin::Configuration)
        .count();
    view! {
        <span>{format!(
            "{} in {}",
            units::count(list.items.len(), "cluster", "clusters"),
            units::count(namespaces.len(), "namespace", "namespaces")
        )}</span>
        <span>{match troubled {
            0 => "all healthy".to_owned(),
            1 => "1 needs attention".to_owned(),
            n => format!("{n} need attention"),
        }}</span>
        {(configured > 0).then(|| view! { <span>{format!("{configured} from the configuration file")}</span> })}
    }
    .into_any()
}

#[component]
fn Row(
    cluster: ClusterRef,
    index: Memo<Arc<BTreeMap<ClusterRef, ClusterSummary>>>,
) -> impl IntoView {
    let key = cluster.clone();
    let row = Memo::new(move |last: Option<&Option<ClusterSummary>>| {
        index
            .with(|index| index.get(&key).cloned())
            .or_else(|| last.cloned().flatten())
    });
    let of = move |read: fn(&ClusterSummary) -> String| {
        Signal::derive(move || row.with(|row| row.as_ref().map(read).unwrap_or_default()))
    };
    let clock = use_clock();
    let as_of =
        Signal::derive(move || row.with(|row| row.as_ref().and_then(|row| row.freshness.as_of)));
    let health = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .map_or(Health::Unknown, |row| row.verdict.health)
        })
    });
    view! {
        <tr data-row="">
            <td class="w-full"><a class="name" href=paths::cluster(&cluster)>{cluster.name.to_string()}</a><span class="two">{place(&cluster)}</span></td>
            <td class="w-full wrapcell">
                {move || state::badge(state::health(health.get()), None)}
                {move || row.with(|row| row.as_ref().map(partial))}
                <span class="two reason">{of(|row| row.verdict.headline.clone())}</span>
            </td>
            <td data-l="Nodes">
                <span class:c-bad=move || row.with(|row| row.as_ref().is_some_and(|row| row.nodes_running < row.nodes_expected))>
                    <Flash text=of(|row| format!("{} of {}", row.nodes_running, row.nodes_expected))/>
                </span>
            </td>
            <td data-l="Replicas" class="w-2">
                {move || row.with(|row| row.as_ref().and_then(|row| row.partitions).map(|counts| bars::replicas(&counts)))}
                " "<span class="t2 tnum"><Flash text=of(replica_words)/></span>
            </td>
            <td class="num n-hide">{of(|row| words::rate(row.records_in_per_second))}</td>
            <td class="tnum n-hide">
                {of(|row| row.versions.kafka.clone().unwrap_or_else(|| words::NOTHING.to_owned()))}
                <span class="two">{move || row.with(|row| row.as_ref().map(strimzi))}</span>
            </td>
            <td class="num t3 n-hide">{move || age_only(&as_of_text(as_of, clock)())}</td>
        </tr>
    }
}

/// The head of the column says `As of` already.
fn age_only(text: &str) -> String {
    text.strip_prefix("as of ")
        .map_or_else(|| words::NOTHING.to_owned(), str::to_owned)
}

fn strimzi(row: &ClusterSummary) -> AnyView {
    let old_api = row
        .versions
        .api
        .as_deref()
        .and_then(|api| api.rsplit('/').next())
        .filter(|version| *version != "v1")
        .map(str::to_owned);
    let version = match (&row.versions.strimzi, row.origin) {
        (Some(version), _) => version.clone(),
        (None, Origin::Configuration) => "no operator".to_owned(),
        (None, Origin::Resource) => words::NOTHING.to_owned(),
    };
    view! { {version}{old_api.map(|api| view! { " "<span class="tag">{api}</span> })} }.into_any()
}

fn partial(row: &ClusterSummary) -> AnyView {
    if row.freshness.complete() || row.freshness.as_of.is_none() {
        return ().into_any();
    }
    view! {
        " "
        <span class="badge mute" title=crate::components::age::missing_text(&row.freshness.missing)>
            {icon(Icon::CircleDashed)}
            {format!("{} of {} brokers answered", row.freshness.answered, row.freshness.expected)}
        </span>
    }
    .into_any()
}

fn replica_words(row: &ClusterSummary) -> String {
    match row.partitions {
        None => "not known".to_owned(),
        Some(counts) if counts.replicas_missing == 0 => {
            format!("all {}", units::thousands(i64::from(counts.replicas)))
        }
        Some(counts) => format!(
            "{} of {} missing",
            units::thousands(i64::from(counts.replicas_missing)),
            units::thousands(i64::from(counts.replicas))
        ),
    }
}

/// What needs a person over all clusters, worst first.
#[component]
fn Attention(list: Signal<ClusterList>) -> impl IntoView {
    let reasons = Memo::new(move |_| {
        list.with(|list| {
            let mut reasons: Vec<(ClusterRef, Reason)> = list
                .items
                .iter()
                .flat_map(|summary| {
                    summary
                        .verdict
                        .reasons
                        .iter()
                        .filter(|reason| reason.severity > Severity::Info)
                        .map(|reason| (summary.cluster.clone(), reason.clone()))
                })
                .collect();
            reasons.sort_by_key(|(_, reason)| std::cmp::Reverse(reason.severity));
            reasons.truncate(12);
            reasons
        })
    });
    view! {
        <section class="sec">
            <div class="sec-head"><h2>"Needs attention, worst first"</h2></div>
            {move || {
                let reasons = reasons.get();
                if reasons.is_empty() {
                    return view! { <p class="f13 t2">"Nothing waits for a person."</p> }.into_any();
                }
                view! { <ul class="att">{reasons.into_iter().map(item).collect_view()}</ul> }.into_any()
            }}
        </section>
    }
}

fn item((cluster, reason): (ClusterRef, Reason)) -> impl IntoView {
    let (class, glyph) = state::severity_icon(reason.severity);
    let link = reason
        .place
        .as_ref()
        .and_then(|place| paths::place(&cluster, place))
        .unwrap_or_else(|| paths::cluster(&cluster));
    let under = match reason.then {
        Some(then) => format!("{}: {then}", cluster.name),
        None => cluster.name.to_string(),
    };
    view! {
        <li>
            {sized(glyph, class)}
            <div><a href=link>{reason.what}</a><small>{under}</small></div>
        </li>
    }
}

fn empty(list: Signal<ClusterList>) -> AnyView {
    let hidden = list.with_untracked(|list| list.some_hidden);
    if hidden {
        view! {
            <div class="state">
                <h2>{icon(Icon::Lock)}"You may not see any cluster"</h2>
                <p>"Clusters exist, but none that you may read. Ask whoever administers them for a Role with this rule in the cluster's namespace:"</p>
                <crate::components::copy::Code text=RULE.to_owned() what="rule"/>
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="state">
                <h2>{icon(Icon::Layers)}"No cluster yet"</h2>
                <p>"The console shows every "<code>"Kafka"</code>" resource in the namespaces that it watches, and the clusters that its configuration file names. It has found none; a new one appears here by itself."</p>
            </div>
        }
        .into_any()
    }
}

/// The smallest rules that show a cluster (the virtual resources of `penstock_domain::access`).
const RULE: &str = "- apiGroups: [\"penstock.dev\"]\n  resources: [\"clusters\", \"topics\", \"brokers\"]\n  verbs: [\"get\", \"list\"]\n";
