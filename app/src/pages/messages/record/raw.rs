//! The bytes of a record as they are in Kafka: key and value, undecoded.

use super::{
    Pane,
    address::{RawAs, Side, link},
    content::{Body, Content},
    lines::{ByteRows, TextRows, raw},
    text::{Base64View, HexView, TextView},
};
use crate::components::icon::{Icon, icon_small};
use leptos::prelude::*;
use penstock_domain::{
    record::{Bytes, Encoding, Record},
    units,
};

/// The tab.
pub fn tab(pane: Pane) -> AnyView {
    let choice = Memo::new(move |_| pane.here.query.with(RawAs::of));
    view! {
        <div class="part-head">
            <span class="seg" role="group" aria-label="Show bytes as">
                {move || RawAs::ALL.into_iter().map(|raw| view! {
                    <a
                        href=link(pane.here, &[("raw", Some(raw.name()).filter(|name| !name.is_empty()))])
                        data-noscroll=""
                        aria-current=(raw == choice.get()).then_some("true")
                    >{raw.words()}</a>
                }).collect_view()}
            </span>
        </div>
        {move || pane.record.with(|record| {
            let choice = choice.get();
            view! { {section(record, Side::Value, choice)}{section(record, Side::Key, choice)} }
        })}
    }
    .into_any()
}

fn section(record: &Record, side: Side, choice: RawAs) -> AnyView {
    let content = Content::of(record, side);
    let bytes = match side {
        Side::Key => record.key.as_ref(),
        Side::Value => record.value.as_ref(),
    };
    let size = match content.body {
        Body::Null => "null".to_owned(),
        _ => units::bytes(content.size),
    };
    let words = match side {
        Side::Key => "Key",
        Side::Value => "Value",
    };
    let cut = bytes
        .filter(|bytes| bytes.truncated)
        .map(|_| view! { <span class="t3">"the beginning"</span> });
    view! {
        <div class="raw-head"><h3>{words}</h3><span class="t3 f12">{size}</span>{cut}</div>
        {bytes.filter(|bytes| bytes.size > 0).map(|bytes| body(bytes, side, choice))}
    }
    .into_any()
}

fn body(bytes: &Bytes, side: Side, choice: RawAs) -> AnyView {
    let what = side.name();
    match (choice, bytes.encoding) {
        (RawAs::Text, Encoding::Utf8) => {
            let rows = TextRows::new(bytes.data.as_str().into());
            view! { <TextView rows what/> }.into_any()
        }
        (RawAs::Text, Encoding::Base64) => view! {
            <div class="note">{icon_small(Icon::Info)}<span>"These bytes are not UTF-8, so they are no text; what is ASCII stands beside the digits."</span></div>
            <HexView rows=ByteRows::new(raw(bytes)) what/>
        }
        .into_any(),
        (RawAs::Hex, _) => view! { <HexView rows=ByteRows::new(raw(bytes)) what/> }.into_any(),
        (RawAs::Base64, _) => view! { <Base64View rows=ByteRows::new(raw(bytes)) what/> }.into_any(),
    }
}
