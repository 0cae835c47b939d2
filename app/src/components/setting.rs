//! A setting as topics and nodes show it: its value as people think of it, and where it comes from.

use super::words;
use leptos::prelude::*;
use penstock_domain::config::{ConfigSource, ConfigSynonym, readable};

/// A value as people think of it, and the raw one where that differs.
pub fn value(name: &str, raw: Option<&str>) -> (String, Option<String>) {
    match raw {
        None | Some("") => (words::NOTHING.to_owned(), None),
        Some(raw) => match readable(name, raw) {
            Some(readable) => (readable, Some(raw.to_owned())),
            None => (raw.to_owned(), None),
        },
    }
}

/// Every place where a setting has a value, the one that counts first; `place` names the places.
pub fn chain(
    name: &str,
    chain: &[ConfigSynonym],
    place: fn(ConfigSource) -> &'static str,
) -> AnyView {
    let items = chain
        .iter()
        .enumerate()
        .map(|(index, synonym)| {
            let (value, _) = value(name, synonym.value.as_deref());
            view! {
                <li class=(index == 0).then_some("won") title=synonym.name.clone()><b>{value}</b>{place(synonym.source)}</li>
            }
        })
        .collect_view();
    view! {
        <ol class="chain" aria-label="Where the value comes from, the first one wins">{items}</ol>
    }
    .into_any()
}

/// Kafka's words on a setting, without their markup.
pub fn documentation(text: Option<&str>) -> String {
    text.map_or_else(
        || "The brokers tell no documentation for it.".to_owned(),
        words::without_markup,
    )
}
