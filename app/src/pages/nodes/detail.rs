//! One node: its head and its tabs as links.

use super::{configuration, directories, overview, partitions};
use crate::{
    clock::use_clock,
    components::{
        age::Ago,
        heading::PageHead,
        icon::{Icon, icon},
        skeleton, state, words,
    },
    live::use_live,
    load,
    pages::not_found::NotFound,
    paths::{self, NodeQuery, NodeTab, Page},
    routes,
};
use leptos::prelude::*;
use penstock_domain::{
    ids::{ClusterRef, NodeId},
    live::MarkKind,
    node::{NodeDetail, NodeQuorum, NodeState, QuorumRole, simulation::Choice},
    units,
};
use penstock_ui::tabs::{Tab, Tabs};

/// What the tabs of a node need to know of the address.
#[derive(Clone, Copy)]
pub struct Here {
    /// What the query asks for.
    pub query: Memo<NodeQuery>,
    cluster: StoredValue<ClusterRef>,
    /// Which node.
    pub node: NodeId,
}

impl Here {
    /// The address of this node's page with another query.
    pub fn link(self, query: &NodeQuery) -> String {
        self.cluster
            .with_value(|cluster| paths::node_as(cluster, self.node, query))
    }

    /// The cluster.
    pub fn cluster(self) -> ClusterRef {
        self.cluster.get_value()
    }
}

/// The page.
#[component]
pub fn Node() -> impl IntoView {
    let identity = routes::use_node();
    let search = routes::use_search(|page| matches!(page, Page::Node(..)));
    load::keyed(identity, move |(cluster, node)| {
        let Some(node) = node else {
            return view! { <NotFound/> }.into_any();
        };
        let here = Here {
            query: Memo::new(move |_| NodeQuery::of(&search.get())),
            cluster: StoredValue::new(cluster.clone()),
            node,
        };
        let trigger = use_live(
            Some(cluster.clone()),
            &[MarkKind::Cluster, MarkKind::Nodes, MarkKind::Topics],
        );
        load::load(
            Memo::new(move |_| cluster.clone()),
            trigger,
            move |cluster| penstock_api::nodes::node_get(cluster, node),
            || skeleton::page("Node"),
            move |detail| body(here, detail),
        )
    })
}

fn body(here: Here, detail: Signal<NodeDetail>) -> AnyView {
    let id = here.node;
    let title = Signal::derive(move || {
        detail.with(|detail| {
            detail
                .row
                .pod
                .clone()
                .unwrap_or_else(|| format!("node {id}"))
        })
    });
    let named = Memo::new(move |_| detail.with(|detail| detail.row.pod.is_some()));
    let badge = Memo::new(move |_| detail.with(|detail| (detail.row.state, detail.row.since)));
    let tab = Memo::new(move |_| here.query.with(|query| query.tab));
    let tabs = Signal::derive(move || {
        let current = tab.get();
        NodeTab::ALL
            .into_iter()
            .map(|tab| Tab {
                href: here.link(&NodeQuery::tab(tab)),
                words: tab.words().to_owned(),
                note: detail.with(|detail| note(tab, detail)),
                current: tab == current,
            })
            .collect::<Vec<_>>()
    });
    view! {
        <PageHead
            title
            mono=true
            before=move || named.get().then(|| view! { <span class="nid">{id.to_string()}</span> })
            beside=move || {
                let (state, since) = badge.get();
                view! {
                    {state::badge(state::node_head(state), None)}
                    {since.map(|time| view! { <small>"since "{time.clock()}" UTC, "<Ago time/></small> })}
                }
            }
            facts=move || detail.with(facts)
            actions=move || {
                let link = paths::nodes_if(&here.cluster(), &Choice::node(id));
                view! { <a class="btn" href=link>{icon(Icon::Unplug)}"If it stops"</a> }
            }
        />
        <Tabs label="Node" tabs/>
        <Trouble detail/>
        {load::keyed(tab, move |tab| match tab {
            NodeTab::Overview => overview::tab(here, detail),
            NodeTab::Configuration => configuration::tab(here, detail),
            NodeTab::Partitions => partitions::tab(here),
            NodeTab::Directories => directories::tab(here, detail),
        })}
    }
    .into_any()
}

fn note(tab: NodeTab, detail: &NodeDetail) -> Option<String> {
    let count = |number: usize| Some(units::thousands(i64::try_from(number).unwrap_or(0)));
    match tab {
        // How many settings there are is not known before the tab asks.
        NodeTab::Overview | NodeTab::Configuration => None,
        NodeTab::Partitions => count(detail.row.replicas? as usize),
        NodeTab::Directories => count(detail.disks.as_ref()?.directories.len()),
    }
}

fn facts(detail: &NodeDetail) -> AnyView {
    let row = &detail.row;
    let roles = match row.roles.as_slice() {
        [] => "role not known".to_owned(),
        roles => roles.join(" and "),
    };
    let load = detail.load.map(|load| {
        let synced = match load.out_of_sync {
            0 => "all in sync".to_owned(),
            number => format!("{} not in sync", units::thousands(number.into())),
        };
        format!(
            "{}, {}, {synced}",
            units::count(load.leads as usize, "leader", "leaders"),
            units::count((load.leads + load.follows) as usize, "replica", "replicas"),
        )
    });
    view! {
        <span>{roles}{detail.pool.clone().map(|pool| view! { ", pool "<code>{pool}</code> })}</span>
        {row.rack.clone().map(|rack| view! { <span>{format!("rack {rack}")}</span> })}
        {load.map(|load| view! { <span>{load}</span> })}
        {detail.quorum.as_ref().map(|quorum| view! { <span>{quorum_words(quorum)}</span> })}
    }
    .into_any()
}

fn quorum_words(quorum: &NodeQuorum) -> String {
    let role = match quorum.role {
        QuorumRole::Leader => return "leads the metadata quorum".to_owned(),
        QuorumRole::Voter => "voter",
        QuorumRole::Observer => "observer",
    };
    if quorum.gone {
        return format!("{role}, does not follow");
    }
    format!("{role}, lag {}", words::number(quorum.lag))
}

/// Why it is not running, as a banner over everything.
#[component]
fn Trouble(detail: Signal<NodeDetail>) -> impl IntoView {
    let clock = use_clock();
    let trouble = Memo::new(move |_| {
        detail.with(|detail| {
            let row = &detail.row;
            let hurts = !matches!(row.state, NodeState::Running | NodeState::Unknown);
            hurts.then(|| (row.state, row.why.clone(), row.since))
        })
    });
    move || {
        let (state, why, since) = trouble.get()?;
        let look = state::node(state);
        let class = if state == NodeState::Down {
            "banner bad"
        } else {
            "banner warn"
        };
        let since = move || {
            since.map(|time| {
                let age = units::age_millis(time.millis_until(clock.now()));
                format!(" Since {} UTC, {age}.", time.clock())
            })
        };
        Some(view! {
            <div class=class role="status">
                {icon(look.icon)}
                <span><b class="m">{format!("Node {} is not running: ", detail.with_untracked(|d| d.row.node))}</b>{why.unwrap_or_else(|| look.word.to_lowercase())}"."{since}</span>
            </div>
        })
    }
}
