//! Every partition: leader, replicas and which of them are in sync, offsets, size, rate.

use super::{detail::Here, overview::heat_segments};
use crate::{
    components::{
        age::Age,
        bars,
        filter::Segments,
        icon::{Icon, icon, icon_tiny},
        pager, replicas, state,
        words::{self, SizeUnit},
    },
    paths::TopicQuery,
};
use leptos::prelude::*;
use penstock_domain::{
    ids::PartitionId,
    topic::{PartitionRow, PartitionState, TopicDetail},
    units,
};
use std::{collections::BTreeMap, sync::Arc};

/// The tab.
pub fn tab(here: Here, detail: Signal<TopicDetail>) -> AnyView {
    let by = Memo::new(move |_| here.query.with(|query| query.heat));
    let live = Memo::new(move |_| detail.with(|detail| !detail.partitions.is_empty()));
    view! {
        <section class="sec">
            <div class="sec-head">
                <h2>{move || detail.with(|detail| units::count(detail.partitions.len(), "partition", "partitions"))}</h2>
                <Age freshness=Signal::derive(move || detail.with(|detail| detail.metadata_freshness.clone())) of="leaders and replicas"/>
                <span class="end"><Segments segments=Signal::derive(move || heat_segments(here, by.get()))/></span>
            </div>
            <Show when=move || live.get() fallback=|| view! { <p class="f13 t2">"The topic does not live yet, so it has no partitions."</p> }>
                {move || detail.with(|detail| bars::heat(&detail.partitions, by.get()))}
                <Table here detail/>
            </Show>
        </section>
    }
    .into_any()
}

/// Rows of one part of the table.
const ROWS: usize = 200;

type Rows = Memo<Arc<BTreeMap<PartitionId, PartitionRow>>>;

/// The table, a row for each partition; a row is drawn anew only when its own partition changed.
#[component]
pub fn Table(
    /// Its address, which says with which partition the table begins.
    here: Here,
    /// The topic.
    detail: Signal<TopicDetail>,
) -> impl IntoView {
    let from = Memo::new(move |_| here.query.with(|query| query.from));
    let numbers = Memo::new(move |_| {
        let from = from.get();
        detail.with(|detail| {
            detail
                .partitions
                .iter()
                .skip(from)
                .take(ROWS)
                .map(|row| row.partition)
                .collect::<Vec<_>>()
        })
    });
    let all = Memo::new(move |_| detail.with(|detail| detail.partitions.len()));
    let rows: Rows = Memo::new(move |_| {
        detail.with(|detail| {
            Arc::new(
                detail
                    .partitions
                    .iter()
                    .map(|row| (row.partition, row.clone()))
                    .collect(),
            )
        })
    });
    let unit = Memo::new(move |_| {
        detail.with(|detail| {
            SizeUnit::of(
                detail
                    .partitions
                    .iter()
                    .filter_map(|row| row.size_bytes)
                    .max()
                    .unwrap_or(0),
            )
        })
    });
    view! {
        <div class="bleed parts tbl-wrap">
            <table class="tbl compact stack">
                <thead>
                    <tr>
                        <th>"Partition"</th><th>"Leader"</th><th>"Replicas"</th><th class="num">"First"</th><th class="num">"Stable"</th>
                        <th class="num">"End"</th><th class="num">"Records"</th>
                        <th class="num">"Size "<span class="unit">{move || unit.get().name()}</span></th><th class="num">"In "<span class="unit">"/s"</span></th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || numbers.get() key=|number| *number let(number)>
                        <Row number rows unit/>
                    </For>
                </tbody>
            </table>
        </div>
        {move || pages(here, from.get(), all.get())}
    }
}

/// Links to the neighbouring parts of a long table; nothing where one part holds all.
fn pages(here: Here, from: usize, all: usize) -> Option<AnyView> {
    let words = |from: usize, end: usize| {
        let partitions = units::count(all, "partition", "partitions");
        format!("{from} to {} of {partitions}", end.saturating_sub(1))
    };
    pager::pieces(from, ROWS, all, words, |from| {
        here.link(&TopicQuery {
            from,
            ..here.query.get_untracked()
        })
    })
}

#[component]
fn Row(number: PartitionId, rows: Rows, unit: Memo<SizeUnit>) -> impl IntoView {
    let row = Memo::new(move |last: Option<&Option<PartitionRow>>| {
        rows.with(|rows| rows.get(&number).cloned())
            .or_else(|| last.cloned().flatten())
    });
    view! {
        <tr data-row="" class:trouble=move || row.with(|row| row.as_ref().is_some_and(|row| row.state == PartitionState::Offline))>
            {move || row.get().map(|row| cells(row, unit.get()))}
        </tr>
    }
}

fn cells(row: PartitionRow, unit: SizeUnit) -> AnyView {
    let records = words::records(&row);
    let held_back = matches!((row.stable, row.end), (Some(stable), Some(end)) if stable < end);
    let why = row.why.clone();
    let replicas = replicas::squares(
        row.leader,
        &row.replicas,
        &row.in_sync,
        &row.offline_replicas,
    );
    view! {
        <td class="mono" data-l="Partition">{row.partition.to_string()}</td>
        <td data-l="Leader">{leader(&row)}</td>
        <td class="n-hide" title=format!("Replicas {}; in sync {}", words::nodes(&row.replicas), words::nodes(&row.in_sync))>{replicas}</td>
        <td class="num mono n-hide" title=why.clone()>{words::number(row.first)}</td>
        <td class=if held_back { "num mono c-warn" } else { "num mono n-hide" } data-l="Stable" title=held_back.then_some("An open transaction holds it back")>
            {held_back.then(|| view! { {icon_tiny(Icon::Lock)}" " })}{words::number(row.stable)}
        </td>
        <td class="num mono" data-l="End" title=why>{words::number(row.end)}</td>
        <td class=if records.unwrap_or(0) == 0 { "num zero n-hide" } else { "num n-hide" }>{words::number(records)}</td>
        <td class=if row.size_bytes.unwrap_or(0) == 0 { "num zero" } else { "num" } data-l=format!("Size, {}", unit.name())>{unit.print(row.size_bytes)}</td>
        <td class=if words::still(row.records_in_per_second) { "num zero" } else { "num" } data-l="In, records/s">{words::rate(row.records_in_per_second)}</td>
    }
    .into_any()
}

/// The leader, or what is wrong; a leader that is not the first of the replicas names the preferred one.
fn leader(row: &PartitionRow) -> AnyView {
    let Some(leader) = row.leader else {
        return state::badge(state::partition(PartitionState::Offline), None);
    };
    let trouble = match row.state {
        PartitionState::InSync => {
            let preferred = row.replicas.first().copied().filter(|node| *node != leader);
            preferred.map(|node| {
                view! { <span class="badge mute bare f12">{icon(Icon::ArrowLeftRight)}{format!("preferred {node}")}</span> }
                    .into_any()
            })
        }
        state => Some(state::badge(state::partition(state), None)),
    };
    view! { <span class="mono">{leader.to_string()}</span>" "{trouble} }.into_any()
}
