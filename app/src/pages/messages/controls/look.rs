//! As what keys and values are read, which fields stand in columns, and how many records a page has.

use super::{error_line, error_of};
use crate::{
    components::icon::Icon,
    pages::messages::{forms, here::Here},
    paths::messages::FieldError,
};
use leptos::{ev, prelude::*, task::spawn_local};
use penstock_domain::{
    read::{DEFAULT_RECORDS, FieldSample, MOST_COLUMNS, MOST_RECORDS},
    record::Format,
};

/// The control.
pub fn control(here: Here, error: Memo<Option<FieldError>>) -> AnyView {
    let words = Signal::derive(move || {
        here.query.with(|query| match query.columns.len() {
            0 => "View".to_owned(),
            1 => "View, 1 column".to_owned(),
            several => format!("View, {several} columns"),
        })
    });
    let wrong = error_of(error, "limit");
    let trouble = Signal::derive(move || wrong.get().is_some());
    let samples = RwSignal::new(Vec::<FieldSample>::new());
    // Fields are asked for once somebody looks for them.
    let ask = move |_: ev::FocusEvent| {
        let topics = here.query.with_untracked(|query| query.topics.clone());
        if topics.is_empty() || !samples.with_untracked(Vec::is_empty) {
            return;
        }
        let cluster = here.cluster();
        spawn_local(async move {
            // Without samples a field is typed in full.
            if let Ok(found) = penstock_api::records::record_fields(cluster, topics).await {
                samples.try_set(found);
            }
        });
    };
    forms::popover(Icon::Columns, words, "floating", trouble, move || {
        forms::change(
            here,
            "fields",
            &["key", "value", "col", "limit"],
            move || {
                view! {
                {format(here, "Keys as", "key", |query| query.key_format)}
                {format(here, "Values as", "value", |query| query.value_format)}
                <fieldset class="field">
                    <legend>"Columns in the place of the value"</legend>
                    {move || here.query.with(|query| query.columns.iter().map(|path| view! {
                        <label class="tick"><input type="checkbox" name="col" value=path.clone() checked=true/><span class="mono">{path.clone()}</span></label>
                    }).collect_view())}
                    <span class="input"><input type="text" name="col" list="fields-of-records" placeholder="value.data.title, header.tenant" aria-label="A field to add as a column" autocomplete="off" spellcheck="false" on:focus=ask/></span>
                    <datalist id="fields-of-records">
                        {move || samples.with(|samples| samples.iter().map(|sample| view! { <option value=sample.path.clone()>{sample.kind.clone()}</option> }).collect_view())}
                    </datalist>
                    <span class="help">{format!("At most {MOST_COLUMNS}.")}</span>
                </fieldset>
                <label class="field">"Records on a page"
                    <span class="input" class:err=move || wrong.get().is_some()><input type="number" name="limit" min="1" max=MOST_RECORDS.to_string() placeholder=DEFAULT_RECORDS.to_string() value=move || here.query.with(|query| query.limit.clone()) prop:value=move || here.query.with(|query| query.limit.clone())/></span>
                </label>
                {error_line(wrong)}
                <button type="submit" class="btn">"Show it so"</button>
            }
            .into_any()
            },
        )
    })
}

fn format(
    here: Here,
    label: &'static str,
    name: &'static str,
    of: fn(&crate::paths::MessagesQuery) -> Format,
) -> AnyView {
    let now = Memo::new(move |_| here.query.with(of));
    view! {
        <label class="field">{label}
            <span class="input"><select name=name>
                {move || Format::ALL.into_iter().map(|format| view! {
                    <option value=if format == Format::Auto { "" } else { format.name() } selected=format == now.get()>{format.words()}</option>
                }).collect_view()}
            </select></span>
        </label>
    }
    .into_any()
}
