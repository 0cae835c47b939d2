//! What is wrong and what helps: the banner of a page at three in the morning, and the table of what needs a person.

use super::{
    age::Ago,
    bars,
    icon::{Icon, sized},
    state,
};
use crate::paths;
use leptos::prelude::*;
use penstock_domain::{
    ids::ClusterRef,
    query::ListQuery,
    units,
    verdict::{Health, PartitionCounts, Place, Reason, Severity, Verdict},
};

/// The sentence first, then partitions by state with their names; nothing while nothing hurts.
#[component]
pub fn VerdictBanner(
    /// Of which cluster.
    cluster: ClusterRef,
    /// The verdict.
    #[prop(into)]
    verdict: Signal<Verdict>,
    /// Partitions by state.
    #[prop(into)]
    partitions: Signal<Option<PartitionCounts>>,
) -> impl IntoView {
    move || {
        let verdict = verdict.get();
        if !hurts(verdict.health) {
            return ().into_any();
        }
        let mut bad = verdict
            .reasons
            .iter()
            .filter(|reason| reason.severity == Severity::Bad);
        let first = bad.next().cloned();
        let others: Vec<String> = bad.map(|reason| reason.what.clone()).collect();
        let others = (!others.is_empty()).then(|| format!("{}.", others.join(", ")));
        let headline = first
            .as_ref()
            .map_or_else(|| verdict.headline.clone(), |reason| reason.what.clone());
        let then = first.as_ref().and_then(|reason| reason.then.clone());
        let since = first.as_ref().and_then(|reason| reason.since);
        let cluster = cluster.clone();
        view! {
            <div class="cause" role="status">
                <p>
                    {sized(Icon::OctagonX, "i c-bad")}
                    <span>
                        <b>{headline}</b>
                        {then.map(|then| format!(" ({then})"))}
                        {since.map(|time| view! { " since "<span class="tnum">{time.clock()}</span>", "<Ago time/> })}
                        ". "
                        {others.map(|others| view! { <b class="c-bad">{others}</b> })}
                    </span>
                </p>
                {partitions.get().filter(|counts| counts.total > 0).map(|counts| view! {
                    {bars::partitions(&counts)}
                    {legend(&cluster, &counts)}
                })}
            </div>
        }
        .into_any()
    }
}

const fn hurts(health: Health) -> bool {
    match health {
        Health::Degraded | Health::Down => true,
        Health::Healthy | Health::Unknown | Health::Paused | Health::AtRisk => false,
    }
}

fn legend(cluster: &ClusterRef, counts: &PartitionCounts) -> AnyView {
    let topics = |state: &str| {
        paths::topics(
            cluster,
            &ListQuery {
                state: Some(state.to_owned()),
                ..ListQuery::default()
            },
        )
    };
    let entries = [
        ("h4", counts.in_sync, "all in sync", None),
        (
            "h2",
            counts.under_replicated,
            "writable, a replica missing",
            Some(topics("underReplicated")),
        ),
        (
            "low",
            counts.under_min_isr,
            "refuse acks=all",
            Some(topics("underMinIsr")),
        ),
        ("off", counts.offline, "offline", Some(topics("offline"))),
    ];
    view! {
        <ul class="keylist">
            {entries.into_iter().filter(|(_, count, ..)| *count > 0).map(|(class, count, words, link)| {
                let text = format!("{} {words}", units::thousands(i64::from(count)));
                view! {
                    <li>
                        <i class=class></i>
                        {match link {
                            Some(link) => view! { <a class="link" href=link>{text}</a> }.into_any(),
                            None => view! { <span>{text}</span> }.into_any(),
                        }}
                    </li>
                }
            }).collect_view()}
        </ul>
    }
    .into_any()
}

/// What needs a person, worst first.
#[component]
pub fn NeedsAttention(
    /// Of which cluster.
    cluster: ClusterRef,
    /// The reasons.
    #[prop(into)]
    reasons: Signal<Vec<Reason>>,
) -> impl IntoView {
    let weight = move || {
        reasons.with(|reasons| {
            let worst = reasons.iter().map(|reason| reason.severity).max();
            worst.map(|worst| {
                let class = match worst {
                    Severity::Bad => "count bad",
                    Severity::Warn => "count warn",
                    Severity::Info => "count",
                };
                view! { <span class=class>{reasons.len().to_string()}</span> }
            })
        })
    };
    view! {
        <section class="sec">
            <div class="sec-head"><h2>"Needs attention "{weight}</h2></div>
            {move || {
                let reasons = reasons.get();
                if reasons.is_empty() {
                    return view! { <p class="f13 t2">"Nothing: no broker, topic, user or resource waits for a person."</p> }.into_any();
                }
                let cluster = cluster.clone();
                view! {
                    <div class="bleed tbl-wrap">
                        <table class="tbl stack last-open need">
                            <thead><tr><th>"What"</th><th>"Where"</th><th class="num">"Since"</th><th>"What follows"</th></tr></thead>
                            <tbody>{reasons.into_iter().map(|reason| row(&cluster, reason)).collect_view()}</tbody>
                        </table>
                    </div>
                }.into_any()
            }}
        </section>
    }
}

fn row(cluster: &ClusterRef, reason: Reason) -> impl IntoView {
    let (class, glyph) = state::severity_icon(reason.severity);
    let place = reason.place.as_ref().map(|place| {
        let name = place_words(cluster, place);
        match paths::place(cluster, place) {
            Some(link) => view! { <a class="name" href=link>{name}</a> }.into_any(),
            None => view! { <span class="name">{name}</span> }.into_any(),
        }
    });
    view! {
        <tr data-row="">
            <td class="w-full wrapcell"><span class="what">{sized(glyph, class)}<span>{reason.what}</span></span></td>
            <td data-l="Where">{place}</td>
            <td class="num t2" data-l="Since">{reason.since.map(|time| view! { <Ago time/> })}</td>
            <td class="wrapcell t2 w-full">{reason.then}</td>
        </tr>
    }
}

fn place_words(cluster: &ClusterRef, place: &Place) -> String {
    match place {
        Place::Node(node) => format!("node {node}"),
        Place::Nodes => "nodes".to_owned(),
        Place::Topic(name) | Place::User(name) => name.clone(),
        Place::Topics(_) => "topics".to_owned(),
        Place::Resource => format!("Kafka {}", cluster.name),
        Place::Connection => "console".to_owned(),
    }
}
