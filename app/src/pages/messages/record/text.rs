//! Text, hex dumps and base64 as rows.

use super::{
    finder::{FindBar, Finder},
    lines::{ByteRows, TextRows},
    window::{DrawRow, Window},
};
use leptos::{ev::KeyboardEvent, prelude::*};
use penstock_ui::copy::Copy;
use std::sync::Arc;

/// Hits that a search in a text tells apart.
const MOST_HITS: usize = 100_000;

/// Text, with a search in it.
#[component]
pub fn TextView(
    /// The text.
    rows: TextRows,
    /// Whose: `value`.
    what: &'static str,
) -> impl IntoView {
    let total = rows.count();
    let text = rows.text().to_string();
    let rows = StoredValue::new(rows);
    let finder = Finder::new(move |needle| rows.with_value(|rows| hits(rows, needle)));
    let go = Signal::derive(move || finder.current().map(|row| row as usize));
    let draw: DrawRow = Arc::new(move |index| {
        let row = rows.with_value(|rows| {
            rows.row(index)
                .map(|(text, goes_on)| (text.to_owned(), goes_on))
        });
        let Some((text, goes_on)) = row else {
            return ().into_any();
        };
        let is_hit = move || {
            u32::try_from(index)
                .is_ok_and(|row| finder.hits.with(|hits| hits.binary_search(&row).is_ok()))
        };
        let is_at = move || finder.current().is_some_and(|row| row as usize == index);
        view! { <div class="tr" class:on=goes_on class:hit=is_hit class:at=is_at>{text}</div> }
            .into_any()
    });
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let pressed = move |event: KeyboardEvent| {
        if (event.ctrl_key() || event.meta_key()) && event.key() == "f" {
            event.prevent_default();
            finder.focus();
        }
    };
    view! {
        <div class="part-tools" hidden=move || !alive.get()>
            <FindBar finder what/>
            <span class="grow"></span>
            <Copy text what=format!("the {what}")/>
        </div>
        <div class="text" tabindex="0" role="region" aria-label=format!("The {what} as text") on:keydown=pressed>
            <Window total=Signal::stored(total) draw go/>
        </div>
    }
}

/// The rows in which a text stands, letter case of ASCII aside. A row is looked at with what follows it on the same line, so
/// that the cut of a long line hides nothing.
fn hits(rows: &TextRows, needle: &str) -> Vec<u32> {
    let mut hits: Vec<u32> = Vec::new();
    if needle.is_empty() {
        return hits;
    }
    let (text, needle) = (rows.text().as_bytes(), needle.as_bytes());
    let mut at = 0;
    while let Some(window) = text.get(at..at + needle.len()) {
        if window.eq_ignore_ascii_case(needle) {
            let row = u32::try_from(rows.row_of(at)).unwrap_or(u32::MAX);
            if hits.last() != Some(&row) {
                hits.push(row);
                if hits.len() == MOST_HITS {
                    break;
                }
            }
        }
        at += 1;
    }
    hits
}

/// Bytes as a hex dump.
#[component]
pub fn HexView(
    /// The bytes.
    rows: ByteRows,
    /// Whose: `value`.
    what: &'static str,
) -> impl IntoView {
    let total = rows.hex_len();
    let draw: DrawRow = Arc::new(move |index| {
        match rows.hex_row(index) {
        Some((offset, digits, ascii)) => view! {
            <div class="hr"><span class="o">{offset}</span><span class="d">{digits}</span><span class="a">{ascii}</span></div>
        }
        .into_any(),
        None => ().into_any(),
    }
    });
    view! {
        <div class="text hex" tabindex="0" role="region" aria-label=format!("The bytes of the {what}")>
            <Window total=Signal::stored(total) draw go=Signal::stored(None)/>
        </div>
    }
}

/// Bytes as base64.
#[component]
pub fn Base64View(
    /// The bytes.
    rows: ByteRows,
    /// Whose: `value`.
    what: &'static str,
) -> impl IntoView {
    let total = rows.base64_len();
    let draw: DrawRow = Arc::new(move |index| match rows.base64_row(index) {
        Some(text) => view! { <div class="tr">{text}</div> }.into_any(),
        None => ().into_any(),
    });
    view! {
        <div class="text" tabindex="0" role="region" aria-label=format!("The {what} in base64")>
            <Window total=Signal::stored(total) draw go=Signal::stored(None)/>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_are_rows() {
        let rows = TextRows::new("one\ntwo ONE one\nthree".into());
        assert_eq!(hits(&rows, "one"), [0, 1]);
        assert_eq!(hits(&rows, "e\nt"), [0, 1]);
        assert!(hits(&rows, "").is_empty());
        let long = format!("{}needle", "a".repeat(157));
        let rows = TextRows::new(long.as_str().into());
        assert_eq!(hits(&rows, "needle"), [0], "across the cut of a line");
    }
}
