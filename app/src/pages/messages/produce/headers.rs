//! Headers in their order: names may repeat, values may be null or bytes.

use super::{desk::Desk, draft::HeaderDraft};
use crate::components::icon::{Icon, icon_small};
use leptos::prelude::*;
use penstock_domain::produce::{NewHeader, RecordPart};
use penstock_ui::button::{Button, ButtonKind, ButtonSize, IconButton};

/// The rows of headers and the button for another.
pub fn view(desk: Desk, id: u32) -> AnyView {
    let ids = Memo::new(move |_| {
        desk.read(id, |record| {
            record
                .headers
                .iter()
                .map(|header| header.id)
                .collect::<Vec<u32>>()
        })
    });
    let number = move || match ids.with(Vec::len) {
        0 => String::new(),
        1 => "1".to_owned(),
        number => format!("{number}, in this order"),
    };
    let add = move |_| {
        let header = HeaderDraft {
            id: desk.id(),
            header: NewHeader {
                value: Some(String::new()),
                ..NewHeader::default()
            },
        };
        desk.change(id, |record| record.headers.push(header));
    };
    view! {
        <div class="frow">
            <div class="k">"Headers"<small>{number}</small></div>
            <div class="v col">
                <div class="htab">
                    <For each=move || ids.get() key=|header| *header children=move |header| row(desk, id, header)/>
                </div>
                <Button kind=ButtonKind::Ghost size=ButtonSize::Small icon=Icon::Plus on_press=add>"Header"</Button>
            </div>
            {said(desk, id)}
        </div>
    }
    .into_any()
}

/// What the server says against one of them.
fn said(desk: Desk, id: u32) -> AnyView {
    (move || {
        let opinion = desk.opinion(id)?;
        let problem = opinion.problem.clone()?;
        match opinion.fault.as_ref()?.part {
            RecordPart::Header(number) => Some(view! {
                <p class="help err">{icon_small(Icon::OctagonX)}" "{format!("Header {}: {}", number + 1, problem.detail)}</p>
            }),
            _ => None,
        }
    })
    .into_any()
}

fn row(desk: Desk, id: u32, header: u32) -> AnyView {
    let read = move || -> NewHeader {
        desk.read(id, |record| {
            record
                .headers
                .iter()
                .find(|one| one.id == header)
                .map(|one| one.header.clone())
                .unwrap_or_default()
        })
    };
    let change = move |change: Box<dyn FnOnce(&mut NewHeader)>| {
        desk.change(id, |record| {
            if let Some(one) = record.headers.iter_mut().find(|one| one.id == header) {
                change(&mut one.header);
            }
        });
    };
    let null = move || read().value.is_none();
    let repeated = move || desk.read(id, |record| record.same_name(header));
    let label = move || format!("Remove {}", read().key);
    view! {
        <div class="hrow">
            <span class="input sm mono">
                <input
                    type="text"
                    aria-label="Name of the header"
                    placeholder="name"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=move || read().key
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        change(Box::new(move |one| one.key = text));
                    }
                />
                {move || (repeated() > 1).then(|| {
                    let number = repeated();
                    view! { <span class="tag" title=format!("{number} headers of this name")>{format!("{number} ×")}</span> }
                })}
            </span>
            <span class="input sm mono" class:off=null>
                <input
                    type="text"
                    aria-label="Value of the header"
                    placeholder=move || if null() { "null" } else { "" }
                    autocomplete="off"
                    spellcheck="false"
                    disabled=null
                    prop:value=move || read().value.unwrap_or_default()
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        change(Box::new(move |one| one.value = Some(text)));
                    }
                />
                {move || read().base64.then(|| view! { <span class="tag" title="Its bytes are no text; this is their base64">"base64"</span> })}
            </span>
            <label class="lbl-opt" title="A header may have no value">
                <input
                    type="checkbox"
                    aria-label="The header’s value is null"
                    prop:checked=null
                    on:change=move |event| {
                        let null = event_target_checked(&event);
                        change(Box::new(move |one| one.value = (!null).then(String::new)));
                    }
                />
                "null"
            </label>
            {move || view! {
                <IconButton
                    icon=Icon::X
                    label=label()
                    on_press=move |_| desk.change(id, |record| record.headers.retain(|one| one.id != header))
                />
            }}
        </div>
    }
    .into_any()
}
