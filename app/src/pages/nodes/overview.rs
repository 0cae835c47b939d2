//! A node at a glance: what it leads and holds, its part in the metadata quorum; disks and pod beside it.

use super::{aside, detail::Here};
use crate::{
    components::{age::Age, age::Ago, bars, icon::Icon, icon::icon, words},
    paths::NodeQuery,
};
use leptos::prelude::*;
use penstock_domain::{
    node::{NodeDetail, NodeLoad, NodePartitionState, NodeQuorum, QuorumRole},
    query::ListQuery,
    time::Timestamp,
    units,
    verdict::PartitionCounts,
};

/// The tab.
pub fn tab(here: Here, detail: Signal<NodeDetail>) -> AnyView {
    view! {
        <div class="cols">
            <div>
                <Partitions here detail/>
                <Quorum detail/>
            </div>
            {aside::aside(here, detail)}
        </div>
    }
    .into_any()
}

#[component]
fn Partitions(here: Here, detail: Signal<NodeDetail>) -> impl IntoView {
    let load = Memo::new(move |_| detail.with(|detail| detail.load));
    let broker = Memo::new(move |_| {
        detail.with(|detail| detail.row.roles.iter().any(|role| role == "broker"))
    });
    view! {
        <section class="sec">
            <div class="sec-head">
                <h2>"Partitions"</h2>
                <Age freshness=Signal::derive(move || detail.with(|detail| detail.metadata_freshness.clone()))/>
            </div>
            {move || match load.get() {
                Some(load) => figures(here, &load),
                None if broker.get() => view! { <p class="f13 t2">"The brokers have not told which partitions there are."</p> }.into_any(),
                None => view! { <p class="f13 t2">"It is a controller: it holds the metadata log and no partitions of topics."</p> }.into_any(),
            }}
        </section>
    }
}

fn figures(here: Here, load: &NodeLoad) -> AnyView {
    let link = |state: NodePartitionState,
                words: &'static str,
                number: u32,
                class: &'static str| {
        let href = here.link(&NodeQuery::partitions(ListQuery {
            state: Some(state.name().to_owned()),
            ..ListQuery::default()
        }));
        let number = units::thousands(number.into());
        view! { <dt>{words}</dt><dd class=format!("tnum {class}")><a class="link" href=href>{number}</a></dd> }
    };
    let plain = |words: &'static str, number: u32, class: &'static str, unit: &'static str| {
        let class = if number > 0 { class } else { "t3" };
        let number = units::thousands(number.into());
        view! { <dt>{words}</dt><dd class=format!("tnum {class}")>{number}" "<span class="unit">{unit}</span></dd> }
    };
    let all = load.leads + load.follows;
    let troubled = load.under_replicated + load.under_min_isr + load.offline;
    let counts = PartitionCounts {
        total: all,
        in_sync: all - troubled,
        under_replicated: load.under_replicated,
        under_min_isr: load.under_min_isr,
        offline: load.offline,
        ..PartitionCounts::default()
    };
    view! {
        {bars::partitions(&counts)}
        <ul class="keylist">
            <li><i class="h4"></i>{format!("{} in sync everywhere", units::thousands(counts.in_sync.into()))}</li>
            <li><i class="h2"></i>{format!("{} short of a replica", units::thousands(load.under_replicated.into()))}</li>
            <li><i class="low"></i>{format!("{} refuse acks=all", units::thousands(load.under_min_isr.into()))}</li>
            <li><i class="off"></i>{format!("{} offline", units::thousands(load.offline.into()))}</li>
        </ul>
        <dl class="kv duo">
            {link(NodePartitionState::Leads, "Leads", load.leads, "")}
            {link(NodePartitionState::Follows, "Follows", load.follows, "")}
            {link(NodePartitionState::Troubled, "In trouble", troubled, if load.offline > 0 { "c-bad" } else if troubled > 0 { "c-warn" } else { "" })}
            {link(NodePartitionState::PreferredElsewhere, "Should lead, led elsewhere", load.preferred_elsewhere, "")}
            {plain("Its replicas not in sync", load.out_of_sync, "c-warn", "")}
            {plain("Only replica is here", load.only_here, "c-warn", "")}
        </dl>
    }
    .into_any()
}

#[component]
fn Quorum(detail: Signal<NodeDetail>) -> impl IntoView {
    let quorum = Memo::new(move |_| detail.with(|detail| detail.quorum));
    view! {
        <section class="sec">
            <div class="sec-head">
                <h2>"Metadata quorum"</h2>
                <Age freshness=Signal::derive(move || detail.with(|detail| detail.quorum_freshness.clone()))/>
            </div>
            {move || match quorum.get() {
                Some(quorum) => part(&quorum),
                None => view! { <p class="f13 t2">"Nobody has told of a part that it has in the quorum."</p> }.into_any(),
            }}
        </section>
    }
}

fn part(quorum: &NodeQuorum) -> AnyView {
    let leads = quorum.role == QuorumRole::Leader;
    let role = if quorum.gone {
        view! { <span class="badge bad bare">{icon(Icon::OctagonX)}{format!("{}, has stopped following", quorum.role.words())}</span> }.into_any()
    } else if leads {
        view! { <span class="badge acc">{icon(Icon::Crown)}"Leader"</span> }.into_any()
    } else {
        view! { <span>{quorum.role.words()}</span> }.into_any()
    };
    let leader = quorum
        .leader
        .map_or_else(|| "nobody".to_owned(), |leader| format!("node {leader}"));
    let when = |time: Option<Timestamp>| match time {
        // The leader fetches from nobody.
        _ if leads => view! { {words::NOTHING} }.into_any(),
        Some(time) => view! { <Ago time/>" ago" }.into_any(),
        None => view! { {words::NOTHING} }.into_any(),
    };
    view! {
        <dl class="kv duo">
            <dt>"Role"</dt><dd>{role}</dd>
            <dt>"Leader"</dt><dd>{leader}<span class="unit">{format!(" epoch {}", quorum.epoch)}</span></dd>
            <dt>"Log end offset"</dt><dd class="tnum">{words::number(quorum.log_end_offset)}</dd>
            <dt>"High watermark"</dt><dd class="tnum">{units::thousands(quorum.high_watermark)}</dd>
            <dt>"Lag"</dt><dd class="tnum">{if leads { words::NOTHING.to_owned() } else { words::number(quorum.lag) }}" "<span class="unit">"records"</span></dd>
            <dt>"Fetched"</dt><dd class="tnum">{when(quorum.last_fetch)}</dd>
            <dt>"Caught up"</dt><dd class="tnum">{when(quorum.last_caught_up)}</dd>
        </dl>
    }
    .into_any()
}
