//! One record in fields: key, value, headers, partition, time.

use super::{desk::Desk, headers, values};
use crate::components::icon::{Icon, icon_small};
use leptos::prelude::*;
use penstock_domain::{
    produce::RecordPart,
    record::{Format, TimestampType},
    units,
};
use penstock_ui::button::IconButton;

/// The record that is chosen beside it.
pub fn view(desk: Desk) -> AnyView {
    let number = move || {
        desk.records.with(|records| {
            let at = records
                .iter()
                .position(|record| record.id == desk.current.get())
                .unwrap_or_default();
            format!("Record {} of {}", at + 1, records.len())
        })
    };
    view! {
        <div class="prec">
            <b>{number}</b>
            <span class="t3 f12">{move || origin(desk)}</span>
            <span class="grow"></span>
            <IconButton icon=Icon::ChevronUp label="Previous record" on_press=move |_| desk.step(-1)/>
            <IconButton icon=Icon::ChevronDown label="Next record" on_press=move |_| desk.step(1)/>
            <IconButton icon=Icon::Copy label="Duplicate" on_press=move |_| desk.duplicate(desk.current.get_untracked())/>
            <IconButton icon=Icon::Trash2 label="Remove from this send" on_press=move |_| desk.remove(desk.current.get_untracked())/>
        </div>
        {move || desk.copy_problem.get().map(|error| view! {
            <p class="help err" role="alert">"The record could not be copied: "{error.problem().detail.clone()}</p>
        })}
        // The fields are those of one record: another one has fields of its own.
        <For each=move || [desk.current.get()] key=|id| *id children=move |id| fields(desk, id)/>
    }
    .into_any()
}

fn origin(desk: Desk) -> String {
    desk.read(desk.current.get(), |record| {
        record
            .copy_of
            .as_ref()
            .map(|copy| {
                format!(
                    "a copy of {} partition {} offset {}",
                    copy.topic,
                    copy.partition,
                    units::thousands(copy.offset)
                )
            })
            .unwrap_or_default()
    })
}

fn fields(desk: Desk, id: u32) -> AnyView {
    view! {
        {move || desk.read(id, |record| record.lost.clone()).map(|lost| view! { <p class="help warn">{lost}</p> })}
        {key(desk, id)}
        {values::view(desk, id)}
        {headers::view(desk, id)}
        {partition(desk, id)}
        {timestamp(desk, id)}
    }
    .into_any()
}

/// The sentence under a field that the server refuses.
pub fn said(desk: Desk, id: u32, part: RecordPart) -> AnyView {
    (move || {
        let opinion = desk.opinion(id)?;
        let problem = opinion.problem.clone()?;
        Desk::is_about(&opinion, part).then(|| {
            view! {
                <p class="help err">{icon_small(Icon::OctagonX)}" "{problem.detail}{problem.remedy.map(|remedy| format!(" {remedy}"))}</p>
            }
        })
    })
    .into_any()
}

fn key(desk: Desk, id: u32) -> AnyView {
    let null = move || desk.read(id, |record| record.key.null);
    let format = move || desk.read(id, |record| record.key.content.format);
    let wrong = move || {
        desk.opinion(id)
            .is_some_and(|opinion| Desk::is_about(&opinion, RecordPart::Key))
    };
    let structured = move || Desk::with_schema(format()) || format() == Format::Json;
    view! {
        <div class="frow">
            <div class="k">"Key"</div>
            <div class="v">
                {formats(desk, id, true)}
                <span class="input mono" class:err=wrong class:off=null>
                    <input
                        type="text"
                        aria-label="Key"
                        autocomplete="off"
                        spellcheck="false"
                        disabled=null
                        placeholder=move || if null() { "null" } else if structured() { "{ }" } else { "" }
                        prop:value=move || desk.read(id, |record| record.key.content.text.clone())
                        on:input=move |event| {
                            let text = event_target_value(&event);
                            desk.change(id, |record| record.key.content.text = text);
                        }
                    />
                </span>
                <label class="lbl-opt">
                    <input
                        type="checkbox"
                        prop:checked=null
                        on:change=move |event| {
                            let null = event_target_checked(&event);
                            desk.change(id, |record| record.key.null = null);
                        }
                    />
                    "null"
                </label>
            </div>
            {said(desk, id, RecordPart::Key)}
        </div>
    }
    .into_any()
}

/// A choice of all formats, for the key.
fn formats(desk: Desk, id: u32, for_key: bool) -> AnyView {
    let now = move || {
        desk.read(id, |record| {
            let side = if for_key { &record.key } else { &record.value };
            side.content.format.name()
        })
    };
    view! {
        <span class="select fit">
            <select
                aria-label="Format of the key"
                prop:value=now
                on:change=move |event| {
                    if let Some(format) = Format::of(&event_target_value(&event)) {
                        desk.change(id, |record| {
                            let side = if for_key { &mut record.key } else { &mut record.value };
                            values::choose(side, format);
                        });
                    }
                }
            >
                {values::offered(desk, for_key).into_iter().map(|format| view! {
                    <option value=format.name() selected=move || now() == format.name()>{format.words()}</option>
                }).collect_view()}
            </select>
            {icon_small(Icon::ChevronDown)}
        </span>
    }
    .into_any()
}

fn partition(desk: Desk, id: u32) -> AnyView {
    let chosen = Memo::new(move |_| desk.read(id, |record| record.partition.is_some()));
    let goes = move || {
        let facts = desk.facts.with(|facts| match facts {
            Some(Ok(facts)) => Some(facts.leaders.clone()),
            _ => None,
        });
        let leaders = facts.unwrap_or_default();
        if chosen.get() {
            return leader_of(
                &leaders,
                desk.read(id, |record| record.partition.clone())
                    .and_then(|text| text.trim().parse().ok()),
            );
        }
        if desk.read(id, |record| record.key.null) {
            return "no key: the producer spreads such records over all partitions".to_owned();
        }
        match desk.opinion(id).and_then(|opinion| opinion.goes_to) {
            Some(partition) => format!(
                "goes to {partition} of {}{}",
                leaders.len(),
                match leader_of(&leaders, Some(partition.0)) {
                    leader if leader.is_empty() => String::new(),
                    leader => format!("; {leader}"),
                }
            ),
            None => String::new(),
        }
    };
    let wrong = move || {
        desk.read(id, |record| record.fault())
            .is_some_and(|(part, _)| part == RecordPart::Partition)
            || desk
                .opinion(id)
                .is_some_and(|opinion| Desk::is_about(&opinion, RecordPart::Partition))
    };
    view! {
        <div class="frow">
            <div class="k">"Partition"</div>
            <div class="v">
                <span class="seg" role="group" aria-label="Partition">
                    <button type="button" aria-pressed=move || (!chosen.get()).to_string() on:click=move |_| desk.change(id, |record| record.partition = None)>"By key"</button>
                    <button type="button" aria-pressed=move || chosen.get().to_string() on:click=move |_| desk.change(id, |record| { record.partition.get_or_insert_with(|| "0".to_owned()); })>"Choose…"</button>
                </span>
                {move || chosen.get().then(|| view! {
                    <span class="input mono short" class:err=wrong>
                        <input
                            type="text"
                            inputmode="numeric"
                            aria-label="Number of the partition"
                            prop:value=move || desk.read(id, |record| record.partition.clone()).unwrap_or_default()
                            on:input=move |event| {
                                let text = event_target_value(&event);
                                desk.change(id, |record| record.partition = Some(text));
                            }
                        />
                    </span>
                })}
                <span class="t2">{goes}</span>
            </div>
            {typed(desk, id, RecordPart::Partition)}
            {said(desk, id, RecordPart::Partition)}
        </div>
    }
    .into_any()
}

fn leader_of(leaders: &[Option<penstock_domain::ids::NodeId>], partition: Option<i32>) -> String {
    let at = partition.and_then(|partition| usize::try_from(partition).ok());
    match at.and_then(|at| leaders.get(at)) {
        Some(Some(node)) => format!("node {node} leads it"),
        Some(None) => "nobody leads it".to_owned(),
        None => String::new(),
    }
}

/// What is wrong with a field that the server never sees.
fn typed(desk: Desk, id: u32, part: RecordPart) -> AnyView {
    (move || {
        desk.read(id, |record| record.fault())
            .filter(|(about, _)| *about == part)
            .map(|(_, why)| view! { <p class="help err">{icon_small(Icon::OctagonX)}" "{why}</p> })
    })
    .into_any()
}

fn timestamp(desk: Desk, id: u32) -> AnyView {
    let chosen = Memo::new(move |_| desk.read(id, |record| record.timestamp.is_some()));
    let by_broker = move || {
        desk.facts.with(|facts| {
            matches!(facts, Some(Ok(facts)) if facts.timestamp_type == Some(TimestampType::LogAppendTime))
        })
    };
    let clock = crate::clock::use_clock();
    view! {
        <div class="frow">
            <div class="k">"Timestamp"</div>
            <div class="v">
                <span class="seg" role="group" aria-label="Timestamp">
                    <button type="button" aria-pressed=move || (!chosen.get()).to_string() on:click=move |_| desk.change(id, |record| record.timestamp = None)>"When sent"</button>
                    <button
                        type="button"
                        aria-pressed=move || chosen.get().to_string()
                        on:click=move |_| {
                            let now = clock.now_untracked().to_string();
                            desk.change(id, |record| { record.timestamp.get_or_insert(now); });
                        }
                    >"Set…"</button>
                </span>
                {move || chosen.get().then(|| view! {
                    <span class="input mono">
                        <input
                            type="text"
                            aria-label="Time of the record"
                            prop:value=move || desk.read(id, |record| record.timestamp.clone()).unwrap_or_default()
                            on:input=move |event| {
                                let text = event_target_value(&event);
                                desk.change(id, |record| record.timestamp = Some(text));
                            }
                        />
                    </span>
                })}
                {move || by_broker().then(|| view! { <span class="t2">"the broker sets it: message.timestamp.type is LogAppendTime"</span> })}
            </div>
            {typed(desk, id, RecordPart::Timestamp)}
            {said(desk, id, RecordPart::Timestamp)}
        </div>
    }
    .into_any()
}
