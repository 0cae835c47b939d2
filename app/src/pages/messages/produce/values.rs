//! The value: as what it is written, with which schema, and the tools for it.

use super::{desk::Desk, draft::Side, editor};
use crate::components::{
    copy::Code,
    icon::{Icon, icon_small},
};
use leptos::prelude::*;
use penstock_domain::{
    json,
    produce::{RecordPart, SubjectChoice},
    record::Format,
    units,
};

/// Formats that need no schema, in their order.
const PLAIN: [Format; 7] = [
    Format::Json,
    Format::Text,
    Format::Hex,
    Format::Base64,
    Format::Int32,
    Format::Int64,
    Format::Uuid,
];
/// Those that stand in the row; the others are in the list behind it.
const IN_ROW: [Format; 3] = [Format::Json, Format::Text, Format::Hex];

/// Formats that one side may be written in: those of the topic's schemas first.
pub fn offered(desk: Desk, for_key: bool) -> Vec<Format> {
    let mut formats: Vec<Format> = Vec::new();
    for choice in choices(desk, for_key) {
        if !formats.contains(&choice.format) {
            formats.push(choice.format);
        }
    }
    formats.extend(PLAIN);
    formats
}

/// The subjects of one side; those of the other where it has none, because names may mislead.
fn choices(desk: Desk, for_key: bool) -> Vec<SubjectChoice> {
    desk.facts.with(|facts| match facts {
        Some(Ok(facts)) => facts
            .subjects
            .iter()
            .filter(|choice| choice.for_key == for_key)
            .cloned()
            .collect(),
        _ => Vec::new(),
    })
}

/// Chooses a format; what is typed stays.
pub fn choose(side: &mut Side, format: Format) {
    side.null = false;
    side.content.format = format;
    if !Desk::with_schema(format) {
        side.content.subject = None;
        side.content.version = None;
    }
}

/// The rows of the value.
pub fn view(desk: Desk, id: u32) -> AnyView {
    let size = move || {
        desk.opinion(id)
            .filter(|opinion| opinion.problem.is_none())
            .map(|opinion| units::bytes(u64::from(opinion.sizes.1)))
    };
    let null = Memo::new(move |_| desk.read(id, |record| record.value.null));
    view! {
        <div class="frow">
            <div class="k">"Value"{move || size().map(|size| view! { <small>{size}</small> })}</div>
            <div class="v">
                {formats(desk, id)}
                {move || subjects(desk, id)}
            </div>
        </div>
        <div class="frow nolab">
            {move || (!null.get()).then(|| view! { <div class="v wide">{editor::view(desk, id)}</div> })}
            {said(desk, id)}
            {move || tools(desk, id)}
            {move || warnings(desk, id)}
        </div>
    }
    .into_any()
}

fn formats(desk: Desk, id: u32) -> AnyView {
    let now = Memo::new(move |_| {
        desk.read(id, |record| {
            (record.value.null, record.value.content.format)
        })
    });
    let row = move || {
        let (null, format) = now.get();
        let mut row: Vec<Format> = offered(desk, false)
            .into_iter()
            .filter(|one| Desk::with_schema(*one) || IN_ROW.contains(one))
            .collect();
        if !null && !row.contains(&format) {
            row.push(format);
        }
        row
    };
    view! {
        <span class="seg" role="group" aria-label="Format of the value">
            {move || row().into_iter().map(|format| view! {
                <button
                    type="button"
                    aria-pressed=move || (now.get() == (false, format)).to_string()
                    on:click=move |_| desk.change(id, |record| choose(&mut record.value, format))
                >{format.words()}</button>
            }).collect_view()}
            <button
                type="button"
                aria-pressed=move || now.get().0.to_string()
                on:click=move |_| desk.change(id, |record| record.value.null = true)
            >"null"</button>
        </span>
        <span class="select fit more">
            <select
                aria-label="Other formats of the value"
                on:change=move |event| {
                    if let Some(format) = Format::of(&event_target_value(&event)) {
                        desk.change(id, |record| choose(&mut record.value, format));
                    }
                    // What is chosen stands in the row; the list is for choosing again.
                    event_target::<web_sys::HtmlSelectElement>(&event).set_value("");
                }
            >
                <option value="" selected=true>"More"</option>
                {PLAIN.into_iter().filter(|format| !IN_ROW.contains(format)).map(|format| view! {
                    <option value=format.name()>{format.words()}</option>
                }).collect_view()}
            </select>
            {icon_small(Icon::ChevronDown)}
        </span>
    }
    .into_any()
}

/// Which subject a format with a schema is written with.
fn subjects(desk: Desk, id: u32) -> Option<AnyView> {
    let (null, format, subject, version) = desk.read(id, |record| {
        let content = &record.value.content;
        (
            record.value.null,
            content.format,
            content.subject.clone(),
            content.version,
        )
    });
    if null || !Desk::with_schema(format) {
        return None;
    }
    let mut names: Vec<(String, String)> = choices(desk, false)
        .into_iter()
        .filter(|choice| choice.format == format)
        .map(|choice| {
            let words = format!("{} v{}", choice.subject, choice.version);
            (choice.subject, words)
        })
        .collect();
    // A copied record names the schema that wrote it, perhaps an older version.
    let now = subject.unwrap_or_default();
    if !now.is_empty() && (version.is_some() || !names.iter().any(|(subject, _)| *subject == now)) {
        let words = match version {
            Some(version) => format!("{now} v{version}, as it was"),
            None => now.clone(),
        };
        names.retain(|(subject, _)| *subject != now || version.is_none());
        names.insert(0, (now.clone(), words));
    }
    Some(
        view! {
            <span class="select mono f12">
                <select
                    aria-label="Schema of the value"
                    on:change=move |event| {
                        let subject = event_target_value(&event);
                        desk.change(id, |record| {
                            record.value.content.subject = Some(subject);
                            record.value.content.version = None;
                        });
                    }
                >
                    {names.into_iter().map(|(subject, words)| {
                        let selected = subject == now;
                        view! { <option value=subject selected=selected>{words}</option> }
                    }).collect_view()}
                </select>
                {icon_small(Icon::ChevronDown)}
            </span>
        }
        .into_any(),
    )
}

/// What the server says against the value, with what to write instead as a button.
fn said(desk: Desk, id: u32) -> AnyView {
    (move || {
        let opinion = desk.opinion(id)?;
        let problem = opinion.problem.clone()?;
        let fault = opinion.fault.clone().filter(|fault| fault.part == RecordPart::Value);
        // A record that is too large as a whole is told here too.
        if fault.is_none() && opinion.fault.is_some() {
            return None;
        }
        let write = fault.and_then(|fault| Some((fault.line?, fault.column?, fault.instead?)));
        Some(view! {
            <p class="help err" role="status">
                {icon_small(Icon::OctagonX)}" "{problem.detail}
                {problem.remedy.map(|remedy| format!(" {remedy}"))}
                {write.map(|(line, column, instead)| {
                    let words = format!("Write {instead}");
                    view! {
                        " "
                        <button
                            type="button"
                            class="link nowrap"
                            on:click=move |_| desk.change(id, |record| {
                                let text = &mut record.value.content.text;
                                if let Some(replaced) = super::code::replace(text, line, column, &instead) {
                                    *text = replaced;
                                }
                            })
                        >{words}</button>
                    }
                })}
            </p>
        })
    })
    .into_any()
}

fn tools(desk: Desk, id: u32) -> Option<AnyView> {
    let (null, format, subject) = desk.read(id, |record| {
        (
            record.value.null,
            record.value.content.format,
            record.value.content.subject.clone(),
        )
    });
    if null || !(Desk::with_schema(format) || format == Format::Json) {
        return None;
    }
    let choice = choices(desk, false)
        .into_iter()
        .filter(|choice| choice.format == format)
        .find(|choice| {
            subject
                .as_ref()
                .is_none_or(|subject| *subject == choice.subject)
        });
    let schema = choice
        .as_ref()
        .filter(|_| Desk::with_schema(format))
        .map(|choice| json::pretty(&choice.schema).unwrap_or_else(|_| choice.schema.clone()));
    let sample = choice
        .filter(|_| Desk::with_schema(format))
        .and_then(|choice| choice.sample);
    let registry = desk.facts.with(|facts| match facts {
        Some(Ok(facts)) => facts.registry_problem.clone(),
        _ => None,
    });
    Some(
        view! {
            <div class="vtools">
                {sample.map(|sample| view! {
                    <button type="button" class="link" on:click=move |_| {
                        let sample = sample.clone();
                        desk.change(id, |record| record.value.content.text = sample);
                    }>"Sample from the schema"</button>
                })}
                <button type="button" class="link" on:click=move |_| desk.change(id, |record| {
                    let text = &mut record.value.content.text;
                    if let Ok(ordered) = json::pretty(text) {
                        *text = ordered;
                    }
                })>"Put in order"</button>
                {schema.map(|schema| view! {
                    <details class="schema"><summary class="link">"Show the schema"</summary><Code text=schema what="schema"/></details>
                })}
            </div>
            {registry.map(|why| view! { <p class="help warn">{format!("Schemas can’t be offered: {why}")}</p> })}
        }
        .into_any(),
    )
}

fn warnings(desk: Desk, id: u32) -> Option<AnyView> {
    let warnings = desk.opinion(id)?.warnings;
    (!warnings.is_empty()).then(|| {
        warnings
            .into_iter()
            .map(|warning| view! { <p class="help warn">{warning}</p> })
            .collect_view()
            .into_any()
    })
}
