//! The partitions that a node leads and follows; filtered, sorted and paged on the server.

use super::detail::Here;
use crate::{
    components::{
        age::{Age, MissingNotes},
        filter::{Filter, Segments, states},
        icon::{Icon, icon, icon_tiny},
        list::{Column, ListPage, Order},
        problem::ProblemBox,
        replicas, skeleton, state, words,
    },
    live::use_live,
    load,
    paths::{self, NodeQuery, NodeTab, TopicTab},
};
use leptos::prelude::*;
use penstock_domain::{
    live::MarkKind,
    node::{NodePartition, NodePartitionList, NodePartitionState},
    query::ListQuery,
    topic::PartitionState,
    units,
};

/// The tab.
pub fn tab(here: Here) -> AnyView {
    let query = Memo::new(move |_| here.query.with(|query| query.partitions.clone()));
    let loader = load::Loader::new(
        query,
        use_live(Some(here.cluster()), &[MarkKind::Topics, MarkKind::Nodes]),
        move |query| penstock_api::nodes::node_partitions_list(here.cluster(), here.node, query),
    );
    loader.view(
        skeleton::rows,
        |error| view! { <ProblemBox error/> }.into_any(),
        move |list| body(here, query, list),
    )
}

fn body(here: Here, query: Memo<ListQuery>, list: Signal<NodePartitionList>) -> AnyView {
    let action = paths::node(&here.cluster(), here.node);
    let hidden = Signal::derive(move || {
        query.with(|query| {
            [
                ("tab", Some(NodeTab::Partitions.name().to_owned())),
                ("state", query.state.clone()),
                ("sort", query.sort.clone()),
            ]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect::<Vec<_>>()
        })
    });
    let page = ListPage::new(query, move |query| {
        here.link(&NodeQuery::partitions(query.clone()))
    });
    let segments_of = page.clone();
    let segments = Signal::derive(move || {
        let state = query.with(|query| query.state.clone());
        let count = |number: u64| units::thousands(i64::try_from(number).unwrap_or(i64::MAX));
        list.with(|list| {
            let totals = list.totals;
            states(
                |state| segments_of.in_state(state),
                state.as_deref(),
                count(totals.all.into()),
                NodePartitionState::ALL
                    .map(|state| (state.name(), state.words(), u64::from(state.of(&totals)))),
                count,
            )
        })
    });
    let rows = Memo::new(move |_| list.with(|list| list.items.clone()));
    let several =
        Memo::new(move |_| rows.with(|rows| rows.iter().any(|row| row.directory.is_some())));
    let (topic_of, size_of) = (page.clone(), page.clone());
    view! {
        <MissingNotes missing=Signal::derive(move || list.with(|list| list.missing.clone()))/>
        <Filter action query=Signal::derive(move || query.with(|query| query.q.clone())) hidden hint="Part of a topic’s name">
            <Segments segments/>
        </Filter>
        <div class="tbl-wrap">
            <table class="tbl compact stack bleed node-parts">
                <thead>
                    <tr>
                        {move || topic_of.head(TOPIC, ORDER)}
                        <th class="num">"Partition"</th><th>"Here"</th><th>"Leader"</th><th>"Replicas"</th><th>"State"</th>
                        {move || several.get().then(|| view! { <th>"Log directory"</th> })}
                        {move || size_of.head(SIZE, ORDER)}
                    </tr>
                </thead>
                <tbody>
                    {move || {
                        let several = several.get();
                        rows.get().into_iter().map(|partition| row(here, several, partition)).collect_view()
                    }}
                </tbody>
            </table>
        </div>
        {move || rows.with(Vec::is_empty).then(|| empty(here, &query.get(), list.with(|list| list.totals.all)))}
        {foot(&page, list)}
    }
    .into_any()
}

const ORDER: Order = Order::ascending("topic");
const TOPIC: Column = Column::text("topic", "Topic");
const SIZE: Column = Column::figures("size", "Size");

fn foot(page: &ListPage, list: Signal<NodePartitionList>) -> AnyView {
    let matched = move || {
        list.with(|list| {
            format!(
                "{} of {}",
                units::thousands(i64::try_from(list.page.total).unwrap_or(i64::MAX)),
                units::count(list.totals.all as usize, "partition", "partitions"),
            )
        })
    };
    let freshness = Signal::derive(move || list.with(|list| list.freshness.clone()));
    page.foot(
        matched.into_any(),
        view! { "replicas "<Age freshness/> }.into_any(),
        Signal::derive(move || list.with(|list| list.page.clone())),
    )
}

fn row(here: Here, several: bool, row: NodePartition) -> AnyView {
    let link = paths::topic(&here.cluster(), row.topic.as_str(), TopicTab::Partitions);
    let role = if row.leads {
        view! { <span class="badge acc">{icon(Icon::Crown)}"Leads"</span> }.into_any()
    } else if row.preferred_elsewhere {
        view! { <span title="Its preferred leader is this node">{icon_tiny(Icon::ArrowLeftRight)}" should lead"</span> }.into_any()
    } else {
        view! { <span class="t2">"Follows"</span> }.into_any()
    };
    let leader = row
        .leader
        .map_or_else(|| words::NOTHING.to_owned(), |leader| leader.to_string());
    let squares = replicas::squares(
        row.leader,
        &row.replicas,
        &row.in_sync,
        &row.offline_replicas,
    );
    let title = format!(
        "Replicas {}; in sync {}",
        words::nodes(&row.replicas),
        words::nodes(&row.in_sync)
    );
    view! {
        <tr data-row="" class:trouble=row.state == PartitionState::Offline>
            <td class="w-full"><a class="name" href=link>{row.topic.to_string()}</a></td>
            <td class="num mono" data-l="Partition">{row.partition.to_string()}</td>
            <td data-l="Here">{role}</td>
            <td class="mono n-hide">{leader}</td>
            <td data-l="Replicas" title=title>{squares}</td>
            <td data-l="State">{state::badge(state::partition(row.state), None)}</td>
            {several.then(|| view! { <td class="mono f12 t2 n-hide">{row.directory.unwrap_or_else(|| words::NOTHING.to_owned())}</td> })}
            <td class=if row.bytes.unwrap_or(0) == 0 { "num zero" } else { "num" } data-l="Size">{size(row.bytes)}</td>
        </tr>
    }
    .into_any()
}

/// Each with its own unit: partitions of a node differ by orders.
fn size(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| words::NOTHING.to_owned(), units::bytes)
}

fn empty(here: Here, query: &ListQuery, all: u32) -> AnyView {
    if all == 0 {
        return view! {
            <div class="state">
                <h2>{icon(Icon::Rows3)}"No partition has a replica here"</h2>
                <p>"New topics put replicas on every broker; existing ones come here by a reassignment. A controller holds none."</p>
            </div>
        }
        .into_any();
    }
    let title = if query.q.is_empty() {
        "No partition is in this state"
    } else {
        "No topic matches"
    };
    view! {
        <div class="state">
            <h2>{title}</h2>
            <div class="act"><a class="btn sm" href=here.link(&NodeQuery::tab(NodeTab::Partitions))>"Show all"</a></div>
        </div>
    }
    .into_any()
}
