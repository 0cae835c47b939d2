//! What stands beside a node's tabs: its log directories, what takes most of them, its pod.

use super::detail::Here;
use crate::{
    components::{
        age::{Age, Ago},
        bars,
        icon::{Icon, icon},
        words::{self, SizeUnit},
    },
    paths::{self, NodeQuery, NodeTab, TopicTab},
};
use leptos::prelude::*;
use penstock_domain::{
    node::{NodeDetail, NodeDisks, NodeLogDir, NodePod},
    units,
};

/// The column.
pub fn aside(here: Here, detail: Signal<NodeDetail>) -> AnyView {
    let disks = Memo::new(move |_| detail.with(|detail| detail.disks.clone()));
    let freshness = Signal::derive(move || detail.with(|detail| detail.disk_freshness.clone()));
    view! {
        <aside>
            <section class="sec">
                <div class="sec-head">
                    <h2><a href=here.link(&NodeQuery::tab(NodeTab::Directories))>"Log directories"</a></h2>
                    <Age freshness/>
                </div>
                {move || match disks.get() {
                    Some(disks) => directories(&disks),
                    None => view! { <p class="f13 t2">"It has not told its log directories."</p> }.into_any(),
                }}
            </section>
            {move || disks.get().filter(|disks| !disks.topics.is_empty()).map(|disks| largest(here, &disks))}
            <Pod detail/>
        </aside>
    }
    .into_any()
}

fn directories(disks: &NodeDisks) -> AnyView {
    disks
        .directories
        .iter()
        .map(|directory| {
            view! {
                <div class="logdir">
                    {picture(directory)}
                    <dl class="kv">
                        <dt>"Used by Kafka"</dt><dd class="tnum">{units::bytes(directory.log_bytes)}{directory.total.map(|total| view! { <span class="unit">{format!(" of {}", units::bytes(total))}</span> })}</dd>
                        {directory.usable.map(|usable| view! { <dt>"Free"</dt><dd class="tnum">{units::bytes(usable)}</dd> })}
                        <dt>"Path"</dt><dd class="mono f12">{directory.path.clone()}</dd>
                    </dl>
                </div>
            }
        })
        .collect_view()
        .into_any()
}

/// A directory's volume, or why it is of no use.
pub fn picture(directory: &NodeLogDir) -> AnyView {
    if let Some(error) = &directory.error {
        return view! { <span class="badge bad">{icon(Icon::OctagonX)}{format!("Offline: {error}")}</span> }
            .into_any();
    }
    match (directory.total, directory.usable) {
        (Some(total), Some(usable)) if total > 0 => {
            view! { <span class="diskline">{bars::disk(Some(directory.log_bytes), total, usable)}</span> }
                .into_any()
        }
        _ => ().into_any(),
    }
}

fn largest(here: Here, disks: &NodeDisks) -> AnyView {
    let unit = SizeUnit::of(disks.topics.first().map_or(0, |topic| topic.bytes));
    let all: u64 = disks
        .directories
        .iter()
        .map(|directory| directory.log_bytes)
        .sum();
    let most = disks
        .topics
        .iter()
        .map(|topic| topic.bytes)
        .chain([disks.other_bytes])
        .max()
        .unwrap_or(0);
    let bar = move |bytes: u64| {
        #[allow(clippy::cast_precision_loss, reason = "a bar has a thousand steps")]
        let share = bytes as f64 / most.max(1) as f64;
        penstock_ui::bars::share("bar", share)
    };
    let cluster = here.cluster();
    let topics = disks
        .topics
        .iter()
        .map(|topic| {
            let link = paths::topic(&cluster, topic.topic.as_str(), TopicTab::Overview);
            view! {
                <dt><a class="mono" href=link>{topic.topic.to_string()}</a></dt>
                <dd>{bar(topic.bytes)}</dd>
                <dd class="num">{unit.print(Some(topic.bytes))}</dd>
            }
        })
        .collect_view();
    let others = (disks.other_topics > 0).then(|| {
        view! {
            <dt class="t2">{format!("{} more", units::thousands(disks.other_topics.into()))}</dt>
            <dd>{bar(disks.other_bytes)}</dd>
            <dd class="num">{unit.print(Some(disks.other_bytes))}</dd>
        }
    });
    view! {
        <section class="sec">
            <div class="sec-head"><h2>"Largest here"</h2><span class="age">{format!("{} of {}", unit.name(), unit.print(Some(all)))}</span></div>
            <dl class="shares">{topics}{others}</dl>
        </section>
    }
    .into_any()
}

#[component]
fn Pod(detail: Signal<NodeDetail>) -> impl IntoView {
    let shown = Memo::new(move |_| {
        detail.with(|detail| {
            (
                detail.pod.clone(),
                detail.resources.clone(),
                detail.storage.clone(),
                detail.listener.clone(),
                detail.row.address.clone(),
            )
        })
    });
    move || {
        let (pod, resources, storage, listener, address) = shown.get();
        let advertised = address.map(|address| {
            view! {
                <dt>"Advertised"</dt>
                <dd class="mono f12">{address}{listener.map(|listener| view! { <span class="unit">{format!(" {listener}")}</span> })}</dd>
            }
        });
        let declared = [("Resources", resources), ("Storage", storage)]
            .into_iter()
            .filter_map(|(name, value)| {
                let value = value?;
                Some(view! { <dt>{name}</dt><dd>{value}</dd> })
            })
            .collect_view();
        let title = if pod.is_some() { "Pod" } else { "Node" };
        view! {
            <section class="sec">
                <div class="sec-head"><h2>{title}</h2></div>
                <dl class="kv">
                    {pod.map(facts)}
                    {declared}
                    {advertised}
                </dl>
            </section>
        }
    }
}

fn facts(pod: NodePod) -> AnyView {
    let phase = pod
        .phase
        .clone()
        .unwrap_or_else(|| words::NOTHING.to_owned());
    let ready = match (pod.deleting, pod.ready) {
        (true, _) => view! { <span class="c-warn">"being deleted"</span> }.into_any(),
        (false, true) => view! { <span class="unit">"ready"</span> }.into_any(),
        (false, false) => view! { <span class="c-warn">"not ready"</span> }.into_any(),
    };
    let restarted = pod.restarts > 0;
    view! {
        <dt>"Name"</dt><dd class="mono f12">{pod.name}</dd>
        <dt>"Phase"</dt><dd>{phase}" "{ready}</dd>
        {pod.trouble.map(|trouble| view! { <dt>"Container"</dt><dd class="c-bad">{trouble}</dd> })}
        <dt>"On"</dt><dd class="mono f12">{pod.machine.unwrap_or_else(|| "no machine yet".to_owned())}</dd>
        <dt>"Started"</dt><dd class="tnum">{match pod.started {
            Some(time) => view! { <Ago time/>" ago" }.into_any(),
            None => view! { {words::NOTHING} }.into_any(),
        }}</dd>
        <dt>"Restarts"</dt><dd class="tnum" class:c-warn=restarted>{pod.restarts.to_string()}</dd>
        {pod.last_end.map(|end| view! {
            <dt>"Last end"</dt>
            <dd>{end}{pod.last_ended.map(|time| view! { <span class="unit">" "<Ago time/>" ago"</span> })}</dd>
        })}
    }
    .into_any()
}
