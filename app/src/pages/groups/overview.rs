//! What one wants to know first: the verdict in words, the figures, the course, and the worst of partitions and members.

use super::{chart, detail::Here, events, measure, members, partitions, settings};
use crate::{
    components::{flash::Flash, icon::sized, lag, state, words},
    paths::GroupTab,
};
use leptos::prelude::*;
use penstock_domain::{
    group::{GroupDetail, GroupKind, GroupRow, RetentionRisk},
    time::Timestamp,
    units,
};

/// Partitions shown here; all are in their own tab.
const PARTITIONS: usize = 12;
/// Members shown here.
const MEMBERS: usize = 12;
/// Events shown here.
const EVENTS: usize = 8;

/// The tab.
pub fn tab(here: Here, trigger: Signal<u64>, detail: Signal<GroupDetail>) -> AnyView {
    let inhabited = Memo::new(move |_| {
        detail.with(|detail| {
            detail
                .members
                .as_ref()
                .is_some_and(|members| !members.is_empty())
        })
    });
    view! {
        {move || detail.with(|detail| verdict(&detail.row))}
        <Stats here detail/>
        <chart::Course here trigger detail/>
        <Show when=move || inhabited.get()>
            <section class="sec">
                <div class="sec-head">
                    <h2>"Members"</h2>
                    <span class="age">{move || detail.with(epochs)}</span>
                    <span class="end">{move || more(here, GroupTab::Members, detail.with(|detail| detail.members.as_ref().map_or(0, Vec::len)), MEMBERS)}</span>
                </div>
                <members::Table detail most=MEMBERS/>
            </section>
        </Show>
        <div class="cols">
            <section class="sec">
                <div class="sec-head">
                    <h2>"Partitions"</h2>
                    <span class="age">"greatest lag first"</span>
                    <span class="end">{move || more(here, GroupTab::Partitions, detail.with(|detail| detail.partitions.len()), PARTITIONS)}</span>
                </div>
                <partitions::Table here detail by_lag=Signal::stored(true) from=Signal::stored(0) most=PARTITIONS topic=Signal::stored(None::<String>)/>
            </section>
            <aside>
                <section class="sec">
                    <div class="sec-head"><h2>"About the group"</h2></div>
                    {move || detail.with(about)}
                </section>
                {settings::section(here, Memo::new(move |_| detail.with(|detail| detail.row.kind)))}
                <section class="sec">
                    <div class="sec-head">
                        <h2>"Latest events"</h2>
                        <span class="end">{move || more(here, GroupTab::Events, detail.with(|detail| detail.events.len()), EVENTS)}</span>
                    </div>
                    <events::List detail most=EVENTS/>
                </section>
            </aside>
        </div>
    }
    .into_any()
}

/// A link to the whole, where it is more than is shown.
fn more(here: Here, tab: GroupTab, all: usize, shown: usize) -> Option<AnyView> {
    (all > shown).then(|| {
        let words = format!(
            "All {}",
            units::thousands(i64::try_from(all).unwrap_or(i64::MAX))
        );
        view! { <a class="link f12" href=here.tab(tab)>{words}</a> }.into_any()
    })
}

/// The verdict as a sentence, what it means for unread records, what helps.
fn verdict(row: &GroupRow) -> AnyView {
    let (class, icon) = state::group_icon(row.verdict.state);
    let risk = match row.retention {
        RetentionRisk::In { seconds, by_size } => Some(format!(
            "Retention {}comes to the first unread record in {}.",
            if by_size { "by size " } else { "" },
            lag::span(seconds)
        )),
        RetentionRisk::Lost { records } => Some(format!(
            "Retention has deleted {} unread.",
            units::count(
                usize::try_from(records).unwrap_or(usize::MAX),
                "record",
                "records"
            )
        )),
        RetentionRisk::None | RetentionRisk::Unknown => None,
    };
    // As loud as in the list: days away is no alarm.
    let (risk_class, _, _) = lag::loses(row.retention);
    view! {
        <p class="verdict-say">
            {sized(icon, class)}
            <span>
                <b>{row.verdict.reason.clone()}</b>
                {risk.map(|risk| view! { " "<span class=risk_class>{risk}</span> })}
                {row.verdict.remedy.clone().map(|remedy| format!(" {remedy}"))}
            </span>
        </p>
    }
    .into_any()
}

/// The strip of figures.
#[component]
fn Stats(here: Here, detail: Signal<GroupDetail>) -> impl IntoView {
    let text = move |read: fn(&GroupRow) -> String| {
        Signal::derive(move || detail.with(|detail| read(&detail.row)))
    };
    let stands = move || {
        detail.with(|detail| {
            let row = &detail.row;
            row.out_per_second.is_some()
                && words::still(row.out_per_second)
                && row.lag.records.is_some_and(|records| records > 0)
        })
    };
    let unit = move || {
        detail
            .with(|detail| detail.row.lag.records.is_some())
            .then_some("records")
    };
    let rate_unit = move |rate: fn(&GroupRow) -> Option<f64>| {
        move || {
            detail
                .with(|detail| rate(&detail.row).is_some())
                .then_some("records/s")
        }
    };
    let evens = Memo::new(move |_| detail.with(|detail| detail.row.catch_up_seconds.is_some()));
    view! {
        <dl class="stats">
            <div><dt>"Lag"</dt><dd><Flash text=text(|row| lag::records(&row.lag))/>" "<span class="unit">{unit}</span></dd></div>
            <div>
                <dt>"Behind"</dt>
                <dd title=move || detail.with(|detail| lag::how_known(detail.row.lag.seconds_kind))>
                    <Flash text=text(|row| lag::behind(row.lag.seconds))/>" "<span class="unit">{text(how)}</span>" "{measure::button(here, detail)}
                </dd>
            </div>
            <div><dt>"In"</dt><dd><Flash text=text(|row| words::rate(row.in_per_second))/>" "<span class="unit">{rate_unit(|row| row.in_per_second)}</span></dd></div>
            <div><dt>"Out"</dt><dd class:c-bad=stands><Flash text=text(|row| words::rate(row.out_per_second))/>" "<span class="unit">{rate_unit(|row| row.out_per_second)}</span></dd></div>
            <div><dt>"To catch up"</dt><dd class:c-ok=move || evens.get()>{text(catch_up)}</dd></div>
        </dl>
    }
}

fn how(row: &GroupRow) -> String {
    use penstock_domain::group::SecondsKind;
    match (row.lag.seconds, row.lag.seconds_kind) {
        (Some(seconds), SecondsKind::Estimate) if seconds > 0.0 => "estimated".to_owned(),
        _ => String::new(),
    }
}

fn catch_up(row: &GroupRow) -> String {
    match (row.catch_up_seconds, row.lag.records) {
        (Some(seconds), _) => lag::span(seconds),
        (None, Some(0)) => "nothing unread".to_owned(),
        (None, Some(_)) if words::still(row.out_per_second) && row.out_per_second.is_some() => {
            "nothing is read".to_owned()
        }
        (None, Some(_)) if row.out_per_second.is_some() => "not at these rates".to_owned(),
        (None, _) => lag::UNKNOWN.to_owned(),
    }
}

/// `group epoch 19, assignment epoch 19` (KIP-848).
fn epochs(detail: &GroupDetail) -> String {
    match (detail.epoch, detail.assignment_epoch) {
        (Some(epoch), Some(assignment)) if epoch == assignment => {
            format!("group epoch {epoch}, assignment settled")
        }
        (Some(epoch), Some(assignment)) => {
            format!("group epoch {epoch}, assignment still of {assignment}")
        }
        (Some(epoch), None) => format!("group epoch {epoch}"),
        _ => String::new(),
    }
}

fn about(detail: &GroupDetail) -> AnyView {
    let row = &detail.row;
    let moment = |time: Timestamp| {
        view! { <time datetime=time.to_string()>{words::absolute(time)}</time> }
    };
    let reads = match detail.read_committed {
        Some(true) => "committed records only",
        Some(false) => "also uncommitted records",
        None => lag::UNKNOWN,
    };
    view! {
        <dl class="kv">
            <dt>"State"</dt><dd>{row.state.words()}</dd>
            <dt>"Rebalances in an hour"</dt><dd class="tnum">{words::rate(detail.rebalances_per_hour)}</dd>
            {detail.epoch.map(|epoch| view! { <dt>"Group epoch"</dt><dd class="tnum">{epoch}</dd> })}
            {detail.assignment_epoch.map(|epoch| view! { <dt>"Assignment epoch"</dt><dd class="tnum">{epoch}</dd> })}
            {(row.kind != GroupKind::Connect).then(|| view! { <dt>"Reads"</dt><dd>{reads}</dd> })}
            <dt>"Known here since"</dt><dd class="tnum">{moment(detail.first_seen)}</dd>
        </dl>
    }
    .into_any()
}
