//! Members of a group: who they are, what they have, how far each is behind.

use crate::components::{lag, words};
use leptos::prelude::*;
use penstock_domain::{
    group::{GroupDetail, Member, TopicAssignment},
    units,
};
use std::{collections::BTreeMap, sync::Arc};

/// The tab.
pub fn tab(detail: Signal<GroupDetail>) -> AnyView {
    let known = Memo::new(move |_| {
        detail.with(|detail| detail.members.as_ref().map(|members| members.len()))
    });
    view! {
        <section class="sec">
            <div class="sec-head">
                <h2>{move || known.get().map_or_else(|| "Members".to_owned(), |count| units::count(count, "member", "members"))}</h2>
            </div>
            {move || match known.get() {
                None => view! { <p class="f13 t2">"Its coordinator has not told its members."</p> }.into_any(),
                Some(0) => view! {
                    <p class="f13"><b class="m">"None."</b>" "<span class="t2">"Offsets stay until offsets.retention.minutes after the last member left."</span></p>
                }.into_any(),
                Some(_) => view! { <Table detail most=usize::MAX/> }.into_any(),
            }}
        </section>
    }
    .into_any()
}

/// A member with what its partitions say of it.
#[derive(Clone, PartialEq)]
struct Row {
    member: Member,
    behind: Option<f64>,
    out: Option<f64>,
    epoch: Option<i32>,
}

type Rows = Memo<Arc<BTreeMap<String, Row>>>;

/// The table; a row is drawn anew only when its own member changed.
#[component]
pub fn Table(
    /// The group.
    detail: Signal<GroupDetail>,
    /// How many rows at most.
    most: usize,
) -> impl IntoView {
    let ids = Memo::new(move |_| {
        detail.with(|detail| {
            let members = detail.members.as_deref().unwrap_or_default();
            members
                .iter()
                .take(most)
                .map(|member| member.member.clone())
                .collect::<Vec<_>>()
        })
    });
    let rows: Rows = Memo::new(move |_| detail.with(|detail| Arc::new(joined(detail))));
    let racks =
        Memo::new(move |_| rows.with(|rows| rows.values().any(|row| row.member.rack.is_some())));
    let epochs =
        Memo::new(move |_| rows.with(|rows| rows.values().any(|row| row.member.epoch.is_some())));
    view! {
        <div class="bleed tbl-wrap">
            <table class="tbl stack last-open members">
                <thead>
                    <tr>
                        <th>"Member"</th><th>"Host"</th>
                        {move || racks.get().then(|| view! { <th>"Rack"</th> })}
                        <th>"Assigned"</th><th class="num">"Lag"</th><th class="num">"Behind"</th>
                        <th class="num">"Out "<span class="unit">"records/s"</span></th>
                        {move || epochs.get().then(|| view! { <th>"Epoch"</th> })}
                    </tr>
                </thead>
                <tbody>
                    <For each=move || ids.get() key=|id| id.clone() let(id)>
                        <MemberRow id rows racks epochs/>
                    </For>
                </tbody>
            </table>
        </div>
    }
}

/// Members by id, with the figures of the partitions that each has.
fn joined(detail: &GroupDetail) -> BTreeMap<String, Row> {
    let mut rows: BTreeMap<String, Row> = detail
        .members
        .iter()
        .flatten()
        .map(|member| {
            let row = Row {
                member: member.clone(),
                behind: None,
                out: None,
                epoch: detail.epoch,
            };
            (member.member.clone(), row)
        })
        .collect();
    for partition in &detail.partitions {
        let row = partition
            .member
            .as_ref()
            .and_then(|member| rows.get_mut(member));
        let Some(row) = row else { continue };
        if let Some(seconds) = partition.seconds {
            row.behind = Some(row.behind.map_or(seconds, |known| known.max(seconds)));
        }
        if let Some(rate) = partition.out_per_second {
            row.out = Some(row.out.unwrap_or(0.0) + rate);
        }
    }
    rows
}

#[component]
fn MemberRow(id: String, rows: Rows, racks: Memo<bool>, epochs: Memo<bool>) -> impl IntoView {
    let row = Memo::new(move |last: Option<&Option<Row>>| {
        rows.with(|rows| rows.get(&id).cloned())
            .or_else(|| last.cloned().flatten())
    });
    view! { <tr>{move || row.get().map(|row| cells(row, racks.get(), epochs.get()))}</tr> }
}

fn cells(row: Row, racks: bool, epochs: bool) -> AnyView {
    let member = row.member;
    // A client's id says more than an id that the broker or the client made up.
    let (name, under) = match (&member.instance, member.client.is_empty()) {
        (Some(instance), _) => (instance.clone(), format!("static, {}", member.member)),
        (None, false) => (member.client.clone(), member.member.clone()),
        (None, true) => (member.member.clone(), String::new()),
    };
    let assigned = assignment(&member.assigned);
    let target = member
        .target
        .as_deref()
        .map(|target| format!("shall have {}", assignment(target)));
    let subscribed = format!("subscribed to {}", member.subscribed.join(", "));
    let epoch = member.epoch.map(|epoch| match row.epoch {
        Some(group) => format!("{epoch} of {group}"),
        None => epoch.to_string(),
    });
    let lag_words = member
        .lag
        .map_or_else(|| lag::UNKNOWN.to_owned(), lag::count);
    view! {
        <td class="w-full"><span class="name">{name}</span><span class="two mono">{under}</span></td>
        <td class="mono t2 f12" data-l="Host">{member.host.trim_start_matches('/').to_owned()}</td>
        {racks.then(|| view! { <td class="t2" data-l="Rack">{member.rack.unwrap_or_default()}</td> })}
        <td class="mono f12 w-full wrapcell" title=subscribed>{assigned}{target.map(|target| view! { <span class="two c-info">{target}</span> })}</td>
        <td class="num" data-l="Lag">{lag_words}</td>
        <td class="num" data-l="Behind">{row.behind.map_or_else(|| words::NOTHING.to_owned(), lag::span)}</td>
        <td class="num" data-l="Out, records/s">{words::rate(row.out)}</td>
        {epochs.then(|| view! { <td class="t2 tnum n-hide">{epoch}</td> })}
    }
    .into_any()
}

/// `task-created 0–3, task-completed 0–3`, or that there is nothing.
fn assignment(topics: &[TopicAssignment]) -> String {
    if topics.iter().all(|topic| topic.partitions.is_empty()) {
        return "nothing".to_owned();
    }
    topics
        .iter()
        .filter(|topic| !topic.partitions.is_empty())
        .map(|topic| format!("{} {}", topic.topic, lag::partitions(&topic.partitions)))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::ids::PartitionId;

    #[test]
    fn assignments_are_short() {
        let of = |topic: &str, numbers: &[i32]| TopicAssignment {
            topic: topic.into(),
            partitions: numbers.iter().copied().map(PartitionId).collect(),
        };
        assert_eq!(
            assignment(&[of("a", &[0, 1, 2, 3]), of("b", &[5]), of("c", &[])]),
            "a 0–3, b 5"
        );
        assert_eq!(assignment(&[of("c", &[])]), "nothing");
        assert_eq!(assignment(&[]), "nothing");
    }
}
