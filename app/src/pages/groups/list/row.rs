//! One row of the list of groups; only cells whose text changed are touched.

use crate::{
    components::{
        flash::Flash,
        icon::{Icon, icon_small},
        lag,
        list::Rows,
        state,
    },
    paths,
};
use leptos::prelude::*;
use penstock_domain::{
    group::{GroupRow, RetentionRisk},
    ids::{ClusterRef, GroupName},
};

/// A row; it keeps what it showed last while it is on its way out.
#[component]
pub(super) fn Row(
    cluster: ClusterRef,
    name: GroupName,
    rows: Rows<GroupName, GroupRow>,
) -> impl IntoView {
    let key = name.clone();
    let row = Memo::new(move |last: Option<&Option<GroupRow>>| {
        rows.with(|rows| rows.get(&key).cloned())
            .or_else(|| last.cloned().flatten())
    });
    let text = move |read: fn(&GroupRow) -> String| {
        Signal::derive(move || row.with(|row| row.as_ref().map(read).unwrap_or_default()))
    };
    let is = move |read: fn(&GroupRow) -> bool| {
        Signal::derive(move || row.with(|row| row.as_ref().is_some_and(read)))
    };
    let verdict = Memo::new(move |_| row.with(|row| Some(row.as_ref()?.verdict.state)));
    let state = Memo::new(move |_| {
        row.with(|row| {
            let row = row.as_ref()?;
            Some((row.state, row.verdict.state.needs_attention()))
        })
    });
    let trend = Memo::new(move |_| {
        row.with(|row| {
            let row = row.as_ref()?;
            Some((row.trend.clone(), row.verdict.state))
        })
    });
    let why = Memo::new(move |_| row.with(|row| row.as_ref()?.why.clone()));
    let how = Memo::new(move |_| row.with(|row| Some(row.as_ref()?.lag.seconds_kind)));
    let risk = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .map_or(RetentionRisk::Unknown, |row| row.retention)
        })
    });
    let topics = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .map(|row| row.topics.clone())
                .unwrap_or_default()
        })
    });
    let records_of = (cluster.clone(), name.clone());
    view! {
        <tr data-row="">
            <td class="w-full">
                <a class="name" href=paths::group(&cluster, &name)>{name.to_string()}</a>
                <span class="two">
                    {text(|row| row.kind.name().to_owned())}", "
                    <span class="tps" title=move || topics.with(|topics| all(topics))>{move || topics.with(|topics| lag::topics(topics))}</span>
                </span>
            </td>
            <td class="w-full say">
                <div>
                    {move || verdict.get().map(|health| state::badge(state::group(health), None))}
                    {move || why.get().map(|why| view! { " "<span class="miss" title=why>"incomplete"</span> })}
                </div>
                <span class="two">{text(|row| row.verdict.reason.clone())}</span>
            </td>
            <td class="n-hide">
                {move || state.get().map(|(state, missed)| state::badge(state::group_state(state, missed), None))}
                <span class="two">{text(|row| lag::members(row.members, row.kind))}</span>
            </td>
            <td class="num" data-l="Lag, records" class:zero=is(|row| row.lag.records.is_none_or(|records| records == 0))>
                <Flash text=text(|row| lag::records(&row.lag))/>
            </td>
            <td
                class="num"
                data-l="Behind"
                class:zero=is(|row| row.lag.seconds.is_none())
                class:c-bad=is(|row| row.verdict.state.hurts())
                title=move || how.get().map(lag::how_known)
            >
                {text(|row| lag::behind(row.lag.seconds))}
            </td>
            <td class="n-hide">{move || trend.get().map(|(values, health)| lag::trend(&values, health))}</td>
            <td class="num" data-l="Loses records">
                {move || {
                    let (class, words, why) = lag::loses(risk.get());
                    view! { <span class=class title=why>{words}</span> }
                }}
            </td>
            <td class="acts">
                <div>
                    {move || topics.with(|topics| paths::groups::next_records(&records_of.0, &records_of.1, topics)).map(|link| view! {
                        <a class="btn icon ghost sm" href=link aria-label="Open next record" title="Open next record">{icon_small(Icon::ScrollText)}</a>
                    })}
                </div>
            </td>
        </tr>
    }
}

/// Every topic, for the hover; long lists are cut.
fn all(topics: &[penstock_domain::ids::TopicName]) -> String {
    const SHOWN: usize = 20;
    let mut words = topics
        .iter()
        .take(SHOWN)
        .map(|topic| topic.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    if topics.len() > SHOWN {
        words.push_str(&format!(" and {} more", topics.len() - SHOWN));
    }
    words
}
