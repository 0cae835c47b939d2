//! Who reads a topic, who has stopped, and which partitions nobody reads.

use super::detail::Here;
use crate::{
    components::{
        age::Age,
        icon::{Icon, icon},
        lag,
        problem::ProblemBox,
        skeleton, state,
    },
    live::use_live,
    load::Loader,
    paths,
};
use leptos::prelude::*;
use penstock_domain::{
    group::{TopicReader, readers::TopicReaders},
    ids::{ClusterRef, GroupName, PartitionId, TopicName},
    live::MarkKind,
    units,
};
use std::{collections::BTreeMap, sync::Arc};

/// Partitions that a sentence names.
const NAMED: usize = 30;

/// The tab; it loads what it shows, so that the topic's other tabs ask for no right to groups.
pub fn tab(here: Here) -> AnyView {
    let trigger = use_live(Some(here.cluster()), &[MarkKind::Groups]);
    let loader = Loader::new(Memo::new(|_| ()), trigger, move |()| {
        let (cluster, topic) = here.topic.get_value();
        penstock_api::groups::topic_readers_get(cluster, TopicName::from(topic))
    });
    loader.view(
        skeleton::rows,
        |error| view! { <ProblemBox error/> }.into_any(),
        move |readers| body(here.cluster(), readers),
    )
}

type Rows = Memo<Arc<BTreeMap<GroupName, TopicReader>>>;

fn body(cluster: ClusterRef, readers: Signal<TopicReaders>) -> AnyView {
    let names = Memo::new(move |_| {
        readers.with(|readers| {
            readers
                .readers
                .iter()
                .map(|reader| reader.group.clone())
                .collect::<Vec<_>>()
        })
    });
    let rows: Rows = Memo::new(move |_| {
        readers.with(|readers| {
            Arc::new(
                readers
                    .readers
                    .iter()
                    .map(|reader| (reader.group.clone(), reader.clone()))
                    .collect(),
            )
        })
    });
    let gaps = Memo::new(move |_| {
        readers.with(|readers| {
            (
                readers.readers.is_empty(),
                readers.unread.clone(),
                readers.left_behind.clone(),
            )
        })
    });
    let any = Memo::new(move |_| names.with(|names| !names.is_empty()));
    let known = Memo::new(move |_| readers.with(|readers| readers.freshness.as_of.is_some()));
    view! {
        <section class="sec">
            <div class="sec-head">
                <h2>{move || names.with(|names| units::count(names.len(), "group reads it", "groups read it"))}</h2>
                {move || stopped(readers.with(TopicReaders::stopped))}
                <Age freshness=Signal::derive(move || readers.with(|readers| readers.freshness.clone())) of="committed offsets"/>
            </div>
            {move || { let (nobody, unread, left) = gaps.get(); notes(nobody, unread.as_deref(), &left) }}
            <Show
                when=move || any.get()
                fallback=move || view! {
                    <p class="f13 t2">
                        {move || if known.get() {
                            "No group has a member that reads it, and none has committed an offset in it."
                        } else {
                            "Not known yet: the brokers have not told which groups there are."
                        }}
                    </p>
                }
            >
                <div class="bleed tbl-wrap">
                    <table class="tbl stack last-open readers">
                        <thead>
                            <tr><th>"Group"</th><th>"Verdict"</th><th>"State"</th><th class="num">"Lag here "<span class="unit">"records"</span></th><th class="num">"Behind here"</th><th>"Partitions"</th></tr>
                        </thead>
                        <tbody>
                            {
                                let cluster = cluster.clone();
                                view! {
                                    <For each=move || names.get() key=|name| name.clone() let(name)>
                                        <Row cluster=cluster.clone() name rows/>
                                    </For>
                                }
                            }
                        </tbody>
                    </table>
                </div>
            </Show>
        </section>
    }
    .into_any()
}

fn stopped(count: usize) -> Option<AnyView> {
    (count > 0).then(|| {
        let words = format!("{count} stopped");
        view! { <span class="badge warn">{icon(Icon::CircleStop)}{words}</span> }.into_any()
    })
}

/// Partitions that nobody reads, and those that only groups without members once read.
fn notes(nobody: bool, unread: Option<&[PartitionId]>, left: &[PartitionId]) -> AnyView {
    let named = |partitions: &[PartitionId]| {
        let shown = partitions.get(..NAMED.min(partitions.len()));
        let mut words = lag::partitions(shown.unwrap_or_default());
        if partitions.len() > NAMED {
            words.push_str(&format!(" and {} more", partitions.len() - NAMED));
        }
        words
    };
    let unread = unread
        .filter(|partitions| !nobody && !partitions.is_empty())
        .map(|partitions| {
            view! {
                <div class="note warn">
                    {icon(Icon::TriangleAlert)}
                    <span><b class="m">{format!("Nobody has read {}: ", units::count(partitions.len(), "partition", "partitions"))}</b><code>{named(partitions)}</code>". No group has committed an offset there."</span>
                </div>
            }
        });
    let left = (!left.is_empty()).then(|| {
        view! {
            <div class="note warn">
                {icon(Icon::CircleStop)}
                <span><b class="m">{format!("Nobody reads {} any more: ", units::count(left.len(), "partition", "partitions"))}</b><code>{named(left)}</code>". Only groups without members have committed there."</span>
            </div>
        }
    });
    view! { {unread}{left} }.into_any()
}

#[component]
fn Row(cluster: ClusterRef, name: GroupName, rows: Rows) -> impl IntoView {
    let key = name.clone();
    let row = Memo::new(move |last: Option<&Option<TopicReader>>| {
        rows.with(|rows| rows.get(&key).cloned())
            .or_else(|| last.cloned().flatten())
    });
    let link = paths::group(&cluster, &name);
    view! {
        <tr data-row="">
            <td class="w-full"><a class="name" href=link>{name.to_string()}</a></td>
            {move || row.get().map(cells)}
        </tr>
    }
}

fn cells(reader: TopicReader) -> AnyView {
    let health = reader.verdict.state;
    let members = lag::members(reader.members, reader.kind);
    let unknown = reader.lag.records.is_none();
    view! {
        <td class="w-full say"><div>{state::badge(state::group(health), None)}</div><span class="two">{reader.verdict.reason}</span></td>
        <td class="n-hide">{state::badge(state::group_state(reader.state, health.needs_attention()), None)}<span class="two">{members}</span></td>
        <td class=if unknown { "num zero" } else { "num" } data-l="Lag here">{lag::records(&reader.lag)}</td>
        <td class="num" data-l="Behind here" title=lag::how_known(reader.lag.seconds_kind)>{lag::behind(reader.lag.seconds)}</td>
        <td class="mono f12 t2" data-l="Partitions">{lag::partitions(&reader.partitions)}</td>
    }
    .into_any()
}
