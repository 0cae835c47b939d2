//! A node's log directories: how full each is, and the replicas that take most of it.

use super::{aside::picture, detail::Here};
use crate::{
    components::{
        age::Age,
        icon::{Icon, icon},
        words,
    },
    paths::{self, NodeQuery, TopicTab},
};
use leptos::prelude::*;
use penstock_domain::{
    node::{NodeDetail, NodeLogDir, ReplicaOnDisk},
    query::ListQuery,
    units,
};

/// The tab.
pub fn tab(here: Here, detail: Signal<NodeDetail>) -> AnyView {
    let disks = Memo::new(move |_| detail.with(|detail| detail.disks.clone()));
    let freshness = Signal::derive(move || detail.with(|detail| detail.disk_freshness.clone()));
    let all = here.link(&NodeQuery::partitions(ListQuery {
        sort: Some("-size".to_owned()),
        ..ListQuery::default()
    }));
    view! {
        {move || match disks.get() {
            None => view! {
                <div class="state">
                    <h2>{icon(Icon::CircleDashed)}"It has not told its log directories"</h2>
                    <p>"A broker tells them itself, and they appear here as soon as it answers. A node that is a controller only is not asked."</p>
                </div>
            }.into_any(),
            Some(disks) => {
                let all = all.clone();
                disks.directories.into_iter().map(move |directory| section(here, &all, directory)).collect_view().into_any()
            }
        }}
        <div class="tbl-foot"><span>"Log directories "<Age freshness/></span></div>
    }
    .into_any()
}

fn section(here: Here, all: &str, directory: NodeLogDir) -> AnyView {
    let other = directory
        .total
        .zip(directory.usable)
        .map(|(total, usable)| {
            total
                .saturating_sub(usable)
                .saturating_sub(directory.log_bytes)
        });
    let size = |bytes: Option<u64>| bytes.map_or_else(|| words::NOTHING.to_owned(), units::bytes);
    let share = directory
        .total
        .zip(directory.usable)
        .filter(|(total, _)| *total > 0)
        .map(|(total, usable)| {
            #[allow(clippy::cast_precision_loss, reason = "a percentage of whole numbers")]
            let percent = usable as f64 / total as f64 * 100.0;
            format!("{percent:.0} %")
        });
    let more = (directory.replicas as usize).saturating_sub(directory.largest.len());
    let unit = directory.largest.first().map_or(0, |replica| replica.bytes);
    let rows = directory
        .largest
        .iter()
        .map(|replica| row(here, replica, unit))
        .collect_view();
    let none = directory.largest.is_empty();
    view! {
        <section class="sec">
            <div class="sec-head">
                <h2><span class="mono">{directory.path.clone()}</span></h2>
                {(directory.incoming > 0).then(|| view! { <span class="badge info">{icon(Icon::Loader)}{format!("{} on their way here", directory.incoming)}</span> })}
            </div>
            {picture(&directory)}
            <dl class="kv duo">
                <dt>"Kafka’s logs"</dt><dd class="tnum">{units::bytes(directory.log_bytes)}</dd>
                <dt>"Other data"</dt><dd class="tnum">{size(other)}</dd>
                <dt>"Free"</dt><dd class="tnum">{size(directory.usable)}{share.map(|share| view! { <span class="unit">{format!(" {share}")}</span> })}</dd>
                <dt>"Volume"</dt><dd class="tnum">{size(directory.total)}</dd>
                <dt>"Replicas"</dt><dd class="tnum">{units::thousands(directory.replicas.into())}</dd>
            </dl>
            {none.then(|| view! { <p class="f13 t2">"No replica is in it."</p> })}
            <div class="bleed tbl-wrap" hidden=none>
                <table class="tbl compact stack last-open">
                    <thead><tr><th>"Largest replicas"</th><th class="num">"Partition"</th><th>"Share"</th><th class="num">"Size"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {(more > 0).then(|| view! { <p class="f12 t3 mt">{format!("{} more; ", units::thousands(i64::try_from(more).unwrap_or(i64::MAX)))}<a class="link" href=all.to_owned()>"every partition by size"</a></p> })}
        </section>
    }
    .into_any()
}

fn row(here: Here, replica: &ReplicaOnDisk, most: u64) -> AnyView {
    let link = paths::topic(
        &here.cluster(),
        replica.topic.as_str(),
        TopicTab::Partitions,
    );
    #[allow(clippy::cast_precision_loss, reason = "a bar has a thousand steps")]
    let share = replica.bytes as f64 / most.max(1) as f64;
    view! {
        <tr data-row="">
            <td class="w-full"><a class="name" href=link>{replica.topic.to_string()}</a>{replica.incoming.then_some(" being moved here")}</td>
            <td class="num mono" data-l="Partition">{replica.partition.to_string()}</td>
            <td data-l="Share">{penstock_ui::bars::share("bar", share)}</td>
            <td class="num" data-l="Size">{units::bytes(replica.bytes)}</td>
        </tr>
    }
    .into_any()
}
