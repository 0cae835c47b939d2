//! What a record is about, in a line: its event's type, what it belongs to, its schema, and what is out of the ordinary.

use super::{
    Pane, address,
    envelope::{self, Envelope},
    part::schema_words,
};
use crate::components::icon::{Icon, icon_small};
use leptos::prelude::*;
use penstock_domain::{
    filter::Field,
    json::Path,
    record::{Encoding, Record},
    units,
};

/// The line; nothing where there is nothing to say.
pub fn line(pane: Pane, record: &Record) -> Option<AnyView> {
    let envelope = Envelope::of(record);
    let chips: Vec<AnyView> = flags(record)
        .into_iter()
        .chain(envelope.event_type.as_deref().map(event_type))
        .chain(
            envelope
                .correlation
                .as_ref()
                .map(|(names, id)| correlation(pane, names, id)),
        )
        .chain(envelope.trace.as_deref().map(|id| trace(pane, id)))
        .chain(schema(record))
        .chain(history(pane, record))
        .collect();
    (!chips.is_empty()).then(|| view! { <div class="chips env">{chips}</div> }.into_any())
}

/// What makes the record another than most.
fn flags(record: &Record) -> Vec<AnyView> {
    let mut flags = Vec::new();
    let mut flag = |class: &'static str, glyph: Icon, words: String| {
        flags.push(view! { <span class=class>{icon_small(glyph)}{words}</span> }.into_any());
    };
    if record.control.is_some() {
        flag("badge mute", Icon::Flag, "control record".to_owned());
    } else if record.value.is_none() {
        flag(
            "badge mute",
            Icon::CircleOff,
            "tombstone, value null".to_owned(),
        );
    }
    if record.aborted {
        flag("badge bad", Icon::OctagonX, "aborted".to_owned());
    }
    if !record.masked.is_empty() {
        let words = units::count(record.masked.len(), "masked field", "masked fields");
        flag("badge mute", Icon::Lock, words);
    }
    flags
}

fn event_type(kind: &str) -> AnyView {
    view! { <span class="chip" title=kind.to_owned()><span>"type"</span><code>{envelope::short(kind)}</code></span> }
        .into_any()
}

fn correlation(pane: Pane, names: &[&str], id: &str) -> AnyView {
    let q = envelope::equals(Field::Value(envelope::path(names)), id);
    let href = pane.search(q);
    view! {
        <a class="chip acc" href=href title=format!("Every record of the correlation id {id}")>
            {icon_small(Icon::Waypoints)}<code>{envelope::short(id)}</code>
        </a>
    }
    .into_any()
}

fn trace(pane: Pane, id: &str) -> AnyView {
    let q = envelope::contains(Field::Header(Some("traceparent".into())), id);
    let href = pane.search(q);
    let short: String = id.chars().take(8).collect();
    view! {
        <a class="chip" href=href title=format!("Every record of the trace {id}")>
            <span>"trace"</span><code>{short}</code>
        </a>
    }
    .into_any()
}

fn schema(record: &Record) -> Option<AnyView> {
    let decoded = record.decoded.as_ref()?;
    let schema = decoded.value.as_ref()?.schema.as_ref()?;
    let words = schema_words(schema);
    let title = schema.name.clone();
    Some(
        view! { <span class="chip" title=title><span>"schema"</span><code>{words}</code></span> }
            .into_any(),
    )
}

/// All records of the same key, where the key is text that the filter can name.
fn history(pane: Pane, record: &Record) -> Option<AnyView> {
    let href = key_history(pane, record)?;
    Some(
        view! { <a class="chip" href=href title="Every record of this key, newest first">{icon_small(Icon::History)}"this key"</a> }
            .into_any(),
    )
}

/// The address of all records of a record's key.
pub fn key_history(pane: Pane, record: &Record) -> Option<String> {
    let key = record.key.as_ref()?;
    let whole = key.encoding == Encoding::Utf8 && !key.truncated && key.size <= 1024;
    let text = record.key_text().filter(|text| whole && !text.is_empty())?;
    let q = envelope::equals(Field::Key(Path::default()), text);
    let topic = record.topic.clone();
    Some(
        pane.here
            .link_with(|query| address::search(query, vec![topic], q)),
    )
}
