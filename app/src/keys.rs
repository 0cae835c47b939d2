//! The keyboard: the palette, `?` for the map of keys, `g` and a letter to a page, `/` to the filter, j and k over rows, Enter opens the
//! row. Rows are `tr[data-row]`; the one with the focus has the class `focus` and its link has the real focus, so that Enter and
//! screen readers need nothing of their own.

use crate::{
    jump::entry,
    layout::{Keymap, Palette},
    paths::Page,
};
use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    /// The palette.
    Palette,
    /// The map of keys.
    Map,
    /// Out of the field.
    Leave,
    /// Into the filter.
    Filter,
    /// A row further, or back.
    Row(i64),
    /// `g`: the next key says where to.
    Prefix,
    /// To a page, by the letter behind `g`.
    Go(char),
}

/// Listens while the frame stands; nothing on the server.
pub fn listen(page: Memo<Page>) {
    let navigate = use_navigate();
    let palette = use_context::<Palette>();
    let map = use_context::<Keymap>();
    let prefixed = StoredValue::new(false);
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let handle = window_event_listener(ev::keydown, move |event| {
            let Some(command) = command(&event, prefixed.get_value()) else {
                // A key that only changes others is none of its own.
                if !matches!(event.key().as_str(), "Shift" | "Control" | "Alt" | "Meta") {
                    prefixed.set_value(false);
                }
                return;
            };
            prefixed.set_value(command == Command::Prefix);
            match command {
                Command::Palette => {
                    if let Some(Palette(open)) = palette {
                        event.prevent_default();
                        open.update(|open| *open = !*open);
                    }
                }
                Command::Map => {
                    if let Some(Keymap(open)) = map {
                        event.prevent_default();
                        open.set(true);
                    }
                }
                Command::Go(letter) => {
                    if let Some(link) = page.with_untracked(|page| destination(letter, page)) {
                        event.prevent_default();
                        navigate(&link, NavigateOptions::default());
                    }
                }
                Command::Leave => leave(),
                Command::Filter => into_filter(&event),
                Command::Row(by) => step(&event, by),
                Command::Prefix => {}
            }
        });
        on_cleanup(move || handle.remove());
    });
}

fn command(event: &KeyboardEvent, prefixed: bool) -> Option<Command> {
    if event.default_prevented() || event.alt_key() || event.is_composing() {
        return None;
    }
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    meaning(
        &event.key(),
        Circumstances {
            control: event.ctrl_key() || event.meta_key(),
            typing: target.as_ref().is_some_and(is_field),
            // What lies under an open dialog is not for the keys.
            dialog: find("dialog[open]").is_some(),
            prefixed,
        },
    )
}

/// What a key depends on.
#[derive(Clone, Copy, Default)]
struct Circumstances {
    control: bool,
    typing: bool,
    dialog: bool,
    prefixed: bool,
}

fn meaning(key: &str, at: Circumstances) -> Option<Command> {
    if at.control {
        // The palette's own field is left with the same keys.
        let palette = key.eq_ignore_ascii_case("k");
        return palette.then_some(Command::Palette);
    }
    if at.typing {
        return (key == "Escape" && !at.dialog).then_some(Command::Leave);
    }
    if at.dialog {
        return None;
    }
    if at.prefixed
        && let Some(letter) = one_letter(key)
    {
        return Some(Command::Go(letter));
    }
    Some(match key {
        "?" => Command::Map,
        "/" => Command::Filter,
        "j" => Command::Row(1),
        "k" => Command::Row(-1),
        "g" => Command::Prefix,
        _ => return None,
    })
}

fn one_letter(key: &str) -> Option<char> {
    let mut letters = key.chars();
    letters
        .next()
        .filter(|letter| letters.next().is_none() && letter.is_ascii_lowercase())
}

/// Where `g` and a letter lead, as the palette's pages say; pages of a cluster only where one is in one.
fn destination(letter: char, page: &Page) -> Option<String> {
    let pages = entry::pages(page.cluster());
    let keys = format!("g {letter}");
    let entry = pages.iter().find(|entry| entry.keys == keys)?;
    entry.link().map(str::to_owned)
}

fn leave() {
    if let Some(element) = focused() {
        // Taking the focus away from a focused field can't fail.
        let _ = element.blur();
    }
}

fn into_filter(event: &KeyboardEvent) {
    if let Some(field) = find("main input[type=search]") {
        event.prevent_default();
        focus(&field);
        if let Ok(input) = field.dyn_into::<web_sys::HtmlInputElement>() {
            input.select();
        }
    }
}

fn is_field(element: &Element) -> bool {
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
        || element.has_attribute("contenteditable")
}

fn focused() -> Option<HtmlElement> {
    document()
        .active_element()
        .and_then(|element| element.dyn_into().ok())
}

fn find(selector: &str) -> Option<HtmlElement> {
    document()
        .query_selector(selector)
        .ok()
        .flatten()
        .and_then(|element| element.dyn_into().ok())
}

fn focus(element: &HtmlElement) {
    // An element that takes no focus is left alone.
    let _ = element.focus();
}

fn step(event: &KeyboardEvent, by: i64) {
    let Ok(rows) = document().query_selector_all("main tr[data-row]") else {
        return;
    };
    let rows: Vec<Element> = (0..rows.length())
        .filter_map(|index| rows.item(index)?.dyn_into().ok())
        .collect();
    let current = rows
        .iter()
        .position(|row| row.class_list().contains("focus"));
    let next = next_row(current, rows.len(), by);
    let Some(row) = next.and_then(|index| rows.get(index)) else {
        return;
    };
    event.prevent_default();
    for other in &rows {
        // The class list of a connected element takes any word.
        let _ = other.class_list().remove_1("focus");
    }
    let _ = row.class_list().add_1("focus");
    match row
        .query_selector("a.name")
        .ok()
        .flatten()
        .and_then(|link| link.dyn_into::<HtmlElement>().ok())
    {
        Some(link) => focus(&link),
        None => row.scroll_into_view(),
    }
}

/// The first step goes to the first (or last) row; the ends hold.
fn next_row(current: Option<usize>, rows: usize, by: i64) -> Option<usize> {
    let last = rows.checked_sub(1)?;
    Some(match (current, by > 0) {
        (None, true) => 0,
        (None, false) => last,
        (Some(index), true) => (index + 1).min(last),
        (Some(index), false) => index.saturating_sub(1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::ids::ClusterRef;

    #[test]
    fn the_ends_hold() {
        assert_eq!(next_row(None, 0, 1), None);
        assert_eq!(next_row(None, 3, 1), Some(0));
        assert_eq!(next_row(None, 3, -1), Some(2));
        assert_eq!(next_row(Some(2), 3, 1), Some(2));
        assert_eq!(next_row(Some(0), 3, -1), Some(0));
    }
    #[test]
    fn keys_mean_nothing_while_somebody_types_or_a_dialog_is_open() {
        let plain = Circumstances::default();
        let typing = Circumstances {
            typing: true,
            ..plain
        };
        let dialog = Circumstances {
            dialog: true,
            ..plain
        };
        assert_eq!(meaning("?", plain), Some(Command::Map));
        assert_eq!(meaning("j", plain), Some(Command::Row(1)));
        assert_eq!(meaning("j", typing), None);
        assert_eq!(meaning("Escape", typing), Some(Command::Leave));
        assert_eq!(meaning("j", dialog), None);
        let control = Circumstances {
            control: true,
            typing: true,
            ..plain
        };
        assert_eq!(meaning("k", control), Some(Command::Palette));
        assert_eq!(meaning("j", control), None);
    }

    #[test]
    fn two_keys_lead_to_pages_of_the_cluster_one_is_in() {
        let plain = Circumstances::default();
        assert_eq!(meaning("g", plain), Some(Command::Prefix));
        let prefixed = Circumstances {
            prefixed: true,
            ..plain
        };
        assert_eq!(meaning("t", prefixed), Some(Command::Go('t')));
        assert_eq!(meaning("g", prefixed), Some(Command::Go('g')));
        let page = Page::Nodes(ClusterRef::new("kafka", "a"));
        assert_eq!(
            destination('t', &page).as_deref(),
            Some("/clusters/kafka/a/topics")
        );
        assert_eq!(destination('t', &Page::Clusters), None);
        assert_eq!(destination('c', &Page::Clusters).as_deref(), Some("/"));
        assert_eq!(destination('x', &page), None);
    }
}
