//! The keyboard: `/` to the filter, j and k over rows, Enter opens the row. Rows are `tr[data-row]`; the one with the focus
//! has the class `focus` and its link has the real focus, so that Enter and screen readers need nothing of their own.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Listens while the frame stands; nothing on the server.
pub fn listen() {
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, |event| pressed(&event));
        on_cleanup(move || handle.remove());
    });
}

fn pressed(event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
        return;
    }
    let typing = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| is_field(&element));
    match event.key().as_str() {
        "Escape" if typing => {
            if let Some(element) = focused() {
                // Taking the focus away from a focused field can't fail.
                let _ = element.blur();
            }
        }
        _ if typing => {}
        "/" => {
            if let Some(field) = find("main input[type=search]") {
                event.prevent_default();
                focus(&field);
                if let Ok(input) = field.dyn_into::<web_sys::HtmlInputElement>() {
                    input.select();
                }
            }
        }
        "j" => step(event, 1),
        "k" => step(event, -1),
        _ => {}
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
    use super::next_row;

    #[test]
    fn the_ends_hold() {
        assert_eq!(next_row(None, 0, 1), None);
        assert_eq!(next_row(None, 3, 1), Some(0));
        assert_eq!(next_row(None, 3, -1), Some(2));
        assert_eq!(next_row(Some(2), 3, 1), Some(2));
        assert_eq!(next_row(Some(0), 3, -1), Some(0));
    }
}
