//! Where a value is typed: a text area over its own coloured and numbered picture, so that the browser's editing, undo and
//! selection stay its own. The line that the server refuses is marked.

use super::{code, desk::Desk};
use leptos::prelude::*;
use penstock_domain::{produce::RecordPart, record::Format};

/// Longer texts are typed without colours: drawing them anew with every key would be felt.
const COLOURED: usize = 100 * 1024;

/// The editor of a record's value.
pub fn view(desk: Desk, id: u32) -> AnyView {
    let text = Memo::new(move |_| desk.read(id, |record| record.value.content.text.clone()));
    let structured = Memo::new(move |_| {
        let format = desk.read(id, |record| record.value.content.format);
        Desk::with_schema(format) || format == Format::Json
    });
    // Line and column that are refused.
    let wrong = Memo::new(move |_| {
        desk.opinion(id)
            .and_then(|opinion| opinion.fault)
            .filter(|fault| fault.part == RecordPart::Value)
            .map(|fault| (fault.line, fault.column))
    });
    let drawn = Memo::new(move |_| text.with(String::len) <= COLOURED);
    let typed = move |event| {
        let text = event_target_value(&event);
        desk.change(id, |record| record.value.content.text = text);
    };
    view! {
        <div class="area edit" class:err=move || wrong.with(Option::is_some) class:plain=move || !drawn.get()>
            {move || drawn.get().then(|| view! {
                <div class="back" aria-hidden="true">
                    {move || text.with(|text| lines(text, structured.get(), wrong.get()))}
                </div>
            })}
            <textarea
                aria-label="Value"
                aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                wrap="off"
                rows="1"
                prop:value=text
                on:input=typed
            ></textarea>
        </div>
    }
    .into_any()
}

type Wrong = Option<(Option<u32>, Option<u32>)>;

fn lines(text: &str, structured: bool, wrong: Wrong) -> AnyView {
    let (wrong_line, wrong_column) = wrong.unwrap_or_default();
    let at = wrong_line
        .zip(wrong_column)
        .and_then(|(line, column)| code::word_at(text, line, column));
    let mut begins = 0;
    text.split('\n')
        .zip(1_u32..)
        .map(|(line, number)| {
            let bad = wrong_line == Some(number);
            let mut from = begins;
            begins += line.len() + 1;
            let pieces = if structured {
                code::colour(line)
            } else {
                vec![(None, line)]
            };
            let pieces = pieces
                .into_iter()
                .map(|(class, piece)| {
                    let wavy = at.as_ref().is_some_and(|word| word.start == from);
                    from += piece.len();
                    view! { <span class=class class:wavy=wavy>{piece.to_owned()}</span> }
                })
                .collect_view();
            view! { <div class:bad=bad><i>{number}</i><span>{pieces}</span></div> }
        })
        .collect_view()
        .into_any()
}
