//! A cluster's nodes by pool: what pools declare, pods run and brokers answer; the metadata quorum beneath.

use super::{
    simulation,
    tabs::{NodesTab, tabs},
};
use crate::{
    clock::use_clock,
    components::{
        age::Age,
        bars,
        columns::Columns,
        csv,
        flash::Flash,
        heading::PageHead,
        icon::{Icon, icon},
        quorum::{QuorumView, largest_lag, may_lose},
        skeleton, state, words,
    },
    live::use_live,
    load,
    paths::{self, Page},
    routes,
};
use leptos::prelude::*;
use penstock_domain::{
    cluster::Quorum,
    ids::{ClusterRef, NodeId},
    live::MarkKind,
    node::{NodeRow, NodeState, Nodes as NodesData, Pool, simulation::Choice},
    units,
};
use std::{collections::BTreeMap, sync::Arc};

/// The page.
#[component]
pub fn Nodes() -> impl IntoView {
    let cluster = routes::use_cluster();
    let search = routes::use_search(|page| matches!(page, Page::Nodes(_)));
    load::keyed(cluster, move |cluster| {
        let choice = Memo::new(move |_| Choice::of(&search.get()));
        let trigger = use_live(
            Some(cluster.clone()),
            &[
                MarkKind::Cluster,
                MarkKind::Nodes,
                MarkKind::Topics,
                MarkKind::Watches,
            ],
        );
        let shown = cluster.clone();
        load::load(
            Memo::new(move |_| cluster.clone()),
            trigger,
            penstock_api::nodes::nodes_list,
            || skeleton::page("Nodes"),
            move |nodes| body(shown.clone(), choice, nodes),
        )
    })
}

/// Every column in the order of the table.
const COLUMNS: Columns = Columns {
    list: "nodes",
    columns: &[
        ("node", "Node"),
        ("state", "State"),
        ("quorum", "Quorum"),
        ("rack", "Rack"),
        ("leaders", "Leaders"),
        ("replicas", "Replicas"),
        ("disk", "Disk"),
        ("address", "Address"),
        ("started", "Started"),
        ("restarts", "Restarts"),
    ],
};

type Rows = Memo<Arc<BTreeMap<NodeId, NodeRow>>>;

fn body(cluster: ClusterRef, choice: Memo<Choice>, nodes: Signal<NodesData>) -> AnyView {
    let of = StoredValue::new(cluster.clone());
    let file = paths::nodes_csv(&cluster);
    let pools = Memo::new(move |_| {
        nodes.with(|nodes| {
            nodes
                .pools
                .iter()
                .map(|pool| pool.name.clone().unwrap_or_default())
                .collect::<Vec<_>>()
        })
    });
    let rows: Rows = Memo::new(move |_| {
        nodes.with(|nodes| {
            Arc::new(
                nodes
                    .pools
                    .iter()
                    .flat_map(|pool| pool.nodes.iter())
                    .map(|row| (row.node, row.clone()))
                    .collect(),
            )
        })
    });
    let any = Memo::new(move |_| rows.with(|rows| !rows.is_empty()));
    view! {
        <PageHead title="Nodes".to_owned() facts=move || nodes.with(facts) actions=move || view! { {COLUMNS.chooser()}{csv::link(file.clone())} }/>
        {tabs(&cluster, NodesTab::Nodes)}
        <div>
            <Show when=move || any.get() fallback=none>
                <div class="tbl-wrap">
                    <table class=COLUMNS.classes("tbl stack bleed nodes")>
                        <thead>
                            <tr>
                                <th>"Node"</th><th>"State"</th><th>"Quorum"</th><th>"Rack"</th><th class="num">"Leaders"</th><th class="num">"Replicas"</th>
                                <th>"Disk"</th><th>"Address"</th><th class="num">"Started"</th><th class="num">"Restarts"</th>
                            </tr>
                        </thead>
                        // A body for each pool: its head, then its nodes.
                        <For each=move || pools.get() key=|pool| pool.clone() let(pool)>
                            <PoolRows of name=pool nodes rows/>
                        </For>
                    </table>
                </div>
            </Show>
        </div>
        <div class="tbl-foot">
            <span>"Replicas "<Age freshness=Signal::derive(move || nodes.with(|nodes| nodes.metadata_freshness.clone()))/></span>
            <span>"disks "<Age freshness=Signal::derive(move || nodes.with(|nodes| nodes.disk_freshness.clone()))/></span>
            <span class="end"><span class="hk"><kbd>"j"</kbd><kbd>"k"</kbd>" move"</span></span>
        </div>
        <div class="sec-line">
            {simulation::section(cluster, choice, Signal::derive(move || rows.with(|rows| rows.values().cloned().collect())))}
        </div>
        <MetadataQuorum nodes/>
    }
    .into_any()
}

fn none() -> AnyView {
    view! {
        <div class="state">
            <h2>{icon(Icon::Server)}"No node is known"</h2>
            <p>"No KafkaNodePool declares one, no pod runs and no broker has answered yet."</p>
        </div>
    }
    .into_any()
}

fn facts(nodes: &NodesData) -> AnyView {
    let rows: Vec<&NodeRow> = nodes.pools.iter().flat_map(|pool| &pool.nodes).collect();
    let running = rows
        .iter()
        .filter(|row| row.state == NodeState::Running)
        .count();
    let racks: std::collections::BTreeSet<&str> =
        rows.iter().filter_map(|row| row.rack.as_deref()).collect();
    let pools = nodes
        .pools
        .iter()
        .filter(|pool| pool.name.is_some())
        .count();
    let pools = match (pools, racks.len()) {
        (0, 0) => None,
        (0, racks) => Some(units::count(racks, "rack", "racks")),
        (pools, 0) => Some(units::count(pools, "node pool", "node pools")),
        (pools, racks) => Some(format!(
            "{}, {}",
            units::count(pools, "node pool", "node pools"),
            units::count(racks, "rack", "racks")
        )),
    };
    view! {
        <span>{format!("{running} of {} running", rows.len())}</span>
        {pools.map(|pools| view! { <span>{pools}</span> })}
        {balance(&rows).map(|words| view! { <span>{words}</span> })}
    }
    .into_any()
}

/// How evenly leaders are spread over the nodes that have replicas: the widest distance from the mean, in percent of it.
fn balance(rows: &[&NodeRow]) -> Option<String> {
    let leaders: Vec<f64> = rows
        .iter()
        .filter(|row| row.replicas.unwrap_or(0) > 0)
        .filter_map(|row| row.leaders.map(f64::from))
        .collect();
    let number = f64::from(u32::try_from(leaders.len()).ok()?);
    if leaders.len() < 2 {
        return None;
    }
    let mean = leaders.iter().sum::<f64>() / number;
    if mean <= 0.0 {
        return None;
    }
    let widest = leaders
        .iter()
        .map(|leaders| (leaders - mean).abs())
        .fold(0.0, f64::max);
    Some(format!(
        "leaders balanced within {:.0} %",
        (widest / mean * 100.0).ceil()
    ))
}

#[component]
fn PoolRows(
    of: StoredValue<ClusterRef>,
    name: String,
    nodes: Signal<NodesData>,
    rows: Rows,
) -> impl IntoView {
    let key = (!name.is_empty()).then_some(name);
    let pool = Memo::new(move |last: Option<&Option<Pool>>| {
        nodes
            .with(|nodes| nodes.pools.iter().find(|pool| pool.name == key).cloned())
            .or_else(|| last.cloned().flatten())
    });
    let ids = Memo::new(move |_| {
        pool.with(|pool| {
            pool.as_ref()
                .map(|pool| pool.nodes.iter().map(|row| row.node).collect::<Vec<_>>())
                .unwrap_or_default()
        })
    });
    let head = Memo::new(move |_| {
        pool.with(|pool| {
            pool.as_ref().map(|pool| Pool {
                nodes: Vec::new(),
                ..pool.clone()
            })
        })
    });
    view! {
        <tbody>
            <tr class="group"><td colspan="10">{move || head.get().map(pool_head)}</td></tr>
            <For each=move || ids.get() key=|id| *id let(id)>
                <Row of id rows/>
            </For>
        </tbody>
    }
}

fn pool_head(pool: Pool) -> AnyView {
    let Some(name) = pool.name else {
        return view! { <span class="row">"Nodes without a pool"</span> }.into_any();
    };
    let roles = match pool.roles.as_slice() {
        [] => "KafkaNodePool".to_owned(),
        [role] => format!("KafkaNodePool, role {role}"),
        roles => format!("KafkaNodePool, roles {}", roles.join(" and ")),
    };
    let declared: Vec<String> = [
        pool.storage,
        pool.resources,
        pool.generation.map(|generation| {
            if pool.stale {
                format!("generation {generation} not applied yet")
            } else {
                format!("generation {generation} applied")
            }
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    view! {
        <span class="row">
            <b class="m mono t1">{name}</b>
            <span>{roles}</span>
            <span class="t3 not-narrow">{declared.join(" · ")}</span>
        </span>
    }
    .into_any()
}

#[component]
fn Row(of: StoredValue<ClusterRef>, id: NodeId, rows: Rows) -> impl IntoView {
    let row = Memo::new(move |last: Option<&Option<NodeRow>>| {
        rows.with(|rows| rows.get(&id).cloned())
            .or_else(|| last.cloned().flatten())
    });
    let text = move |read: fn(&NodeRow) -> String| {
        Signal::derive(move || row.with(|row| row.as_ref().map(read).unwrap_or_default()))
    };
    let state = Memo::new(move |_| {
        row.with(|row| row.as_ref().map_or(NodeState::Unknown, |row| row.state))
    });
    let why = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .and_then(|row| Some((row.why.clone()?, row.since)))
        })
    });
    let clock = use_clock();
    view! {
        <tr id=format!("node-{id}") data-row="" class:trouble=move || state.get() == NodeState::Down>
            <td class="w-2"><span class="row"><span class="nid">{id.to_string()}</span><a class="name" href=of.with_value(|cluster| paths::node(cluster, id))>{text(|row| row.pod.clone().unwrap_or_else(|| format!("node {}", row.node)))}</a></span></td>
            <td class="w-end">
                {move || state::badge(state::node(state.get()), None)}
                {move || why.get().map(|(why, since)| {
                    let since = since.map(|since| format!(", since {} UTC, {}", since.clock(), units::age_millis(since.millis_until(clock.now()))));
                    view! { <span class="two">{why}{since}</span> }
                })}
            </td>
            <td data-l="Quorum">{move || row.with(|row| row.as_ref().map(quorum_role))}</td>
            <td data-l="Rack" class="t2">{text(|row| row.rack.clone().unwrap_or_else(|| words::NOTHING.to_owned()))}</td>
            <td class="num" data-l="Leaders"><Flash text=text(|row| words::count(row.leaders))/></td>
            <td class="num" data-l="Replicas">
                <Flash text=text(|row| words::count(row.replicas))/>
                {move || row.with(|row| row.as_ref().and_then(|row| row.replicas_out_of_sync)).filter(|missing| *missing > 0).map(|missing| view! {
                    <span class="two c-warn">{format!("{} not in sync", units::thousands(i64::from(missing)))}</span>
                })}
            </td>
            <td data-l="Disk" class="w-2">{move || row.with(|row| row.as_ref().map(|row| disk(row, clock)))}</td>
            <td class="n-hide mono f12 t2">{text(|row| row.address.clone().unwrap_or_else(|| words::NOTHING.to_owned()))}</td>
            <td class="num t2 n-hide">{move || row.with(|row| row.as_ref().and_then(|row| row.started)).map(|time| view! {
                <time datetime=time.to_string() title=words::absolute(time)>{units::age_millis(time.millis_until(clock.now()))}" ago"</time>
            })}</td>
            <td class="num n-hide" class:zero=move || row.with(|row| row.as_ref().is_none_or(|row| row.restarts.unwrap_or(0) == 0))><Flash text=text(|row| words::count(row.restarts))/></td>
        </tr>
    }
}

fn quorum_role(row: &NodeRow) -> AnyView {
    if row.leads_quorum {
        return view! { <span class="badge acc">{icon(Icon::Crown)}"Leader"</span> }.into_any();
    }
    let role = if row.voter { "Voter" } else { "Observer" };
    match row.quorum_lag {
        Some(lag) => {
            view! { <span class="t2">{format!("{role}, lag {}", units::thousands(lag))}</span> }
                .into_any()
        }
        None if row.voter => view! { <span class="t2">{role}", lag not told"</span> }.into_any(),
        None => view! { <span class="t3">{words::NOTHING}</span> }.into_any(),
    }
}

fn disk(row: &NodeRow, clock: crate::clock::Clock) -> AnyView {
    let old = row.disk_as_of.map(|time| {
        view! { <span class="two">{format!("as of {} UTC, {}", time.clock(), units::age_millis(time.millis_until(clock.now())))}</span> }
    });
    match (row.disk_total, row.disk_usable, row.log_bytes) {
        (Some(total), Some(usable), logs) if total > 0 => {
            let used = total.saturating_sub(usable);
            let title = format!(
                "{} of {} used, {} of it Kafka's logs",
                units::bytes(used),
                units::bytes(total),
                logs.map_or_else(|| "an unknown part".to_owned(), units::bytes)
            );
            view! {
                <span title=title>{bars::disk(logs, total, usable)}" "<span class="tnum">{logs.map_or_else(|| words::NOTHING.to_owned(), units::bytes)}</span></span>
                {old}
            }
            .into_any()
        }
        (_, _, Some(logs)) => {
            view! { <span class="tnum">{units::bytes(logs)}</span>{old} }.into_any()
        }
        _ => view! { <span class="t3">{words::NOTHING}</span>{old} }.into_any(),
    }
}

#[component]
fn MetadataQuorum(nodes: Signal<NodesData>) -> impl IntoView {
    let quorum = Memo::new(move |_| nodes.with(|nodes| nodes.quorum.clone()));
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
        <div class="halves sec-line">
            <section class="sec">
                <div class="sec-head"><h2>"Metadata quorum"</h2><Age freshness=Signal::derive(move || nodes.with(|nodes| nodes.quorum_freshness.clone()))/></div>
                <Show when=move || known.get() fallback=|| view! { <p class="f13 t2">"No broker has told it yet."</p> }>
                    <QuorumView quorum=value as_of=Signal::derive(move || nodes.with(|nodes| nodes.quorum_freshness.as_of)) observers=true/>
                </Show>
            </section>
            <section class="sec">
                <div class="sec-head"><h2>"Facts"</h2></div>
                <Show when=move || known.get()>{move || value.with(quorum_facts)}</Show>
            </section>
        </div>
    }
}

fn quorum_facts(quorum: &Quorum) -> AnyView {
    let gone = quorum.voters.iter().filter(|voter| voter.gone).count();
    let observers = match quorum.observers.len() {
        0 => "none".to_owned(),
        number => number.to_string(),
    };
    view! {
        <dl class="kv">
            <dt>"Epoch"</dt><dd class="tnum">{quorum.epoch.to_string()}</dd>
            <dt>"High watermark"</dt><dd class="tnum">{units::thousands(quorum.high_watermark)}</dd>
            <dt>"Largest lag"</dt><dd class="tnum">{words::number(largest_lag(quorum))}</dd>
            <dt>"Observers"</dt><dd class="tnum">{observers}</dd>
            <dt>"Voters may fail"</dt><dd class="tnum">{format!("{} of {}", may_lose(quorum.voters.len(), gone), quorum.voters.len())}</dd>
        </dl>
    }
    .into_any()
}
