//! Looking for a text inside one value: a field, how many hits, the next and the one before.

use crate::components::icon::Icon;
use leptos::{ev::KeyboardEvent, html::Input, prelude::*};
use penstock_domain::units;
use penstock_ui::button::IconButton;
use std::sync::Arc;

/// The state of one search.
#[derive(Clone, Copy)]
pub struct Finder {
    /// What is looked for.
    pub needle: RwSignal<String>,
    /// Where it is: nodes of a tree, rows of a text; in order.
    pub hits: Signal<Arc<Vec<u32>>>,
    /// The hit that one stands on.
    pub at: RwSignal<Option<usize>>,
    /// The field.
    pub field: NodeRef<Input>,
}

impl Finder {
    /// A search in what `find` looks through.
    pub fn new(find: impl Fn(&str) -> Vec<u32> + Send + Sync + 'static) -> Self {
        let needle = RwSignal::new(String::new());
        let hits = Memo::new(move |_| needle.with(|needle| Arc::new(find(needle))));
        Self {
            needle,
            hits: hits.into(),
            at: RwSignal::new(None),
            field: NodeRef::new(),
        }
    }

    /// The hit that one stands on.
    pub fn current(self) -> Option<u32> {
        let at = self.at.get()?;
        self.hits.with(|hits| hits.get(at).copied())
    }

    /// To the next hit, or to the one before; the ends meet.
    pub fn step(self, forward: bool) {
        let count = self.hits.with_untracked(|hits| hits.len());
        let next = next_hit(self.at.get_untracked(), count, forward);
        self.at.set(next);
    }

    /// Puts the cursor into the field.
    pub fn focus(self) {
        if let Some(field) = self.field.get_untracked() {
            // A field in the page takes the focus.
            let _ = field.focus();
            field.select();
        }
    }
}

fn next_hit(at: Option<usize>, count: usize, forward: bool) -> Option<usize> {
    let last = count.checked_sub(1)?;
    Some(match (at, forward) {
        (None, true) => 0,
        (None, false) => last,
        (Some(at), true) if at >= last => 0,
        (Some(at), true) => at + 1,
        (Some(0), false) => last,
        (Some(at), false) => (at - 1).min(last),
    })
}

/// The field with its count.
#[component]
pub fn FindBar(
    /// The search.
    finder: Finder,
    /// In what: `value`.
    what: &'static str,
) -> impl IntoView {
    let pressed = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            finder.step(!event.shift_key());
        }
        "Escape" if !finder.needle.with_untracked(String::is_empty) => {
            event.prevent_default();
            event.stop_propagation();
            finder.needle.set(String::new());
            finder.at.set(None);
        }
        _ => {}
    };
    let count = move || {
        if finder.needle.with(String::is_empty) {
            return String::new();
        }
        let all = finder.hits.with(|hits| hits.len());
        match finder.at.get() {
            Some(at) if all > 0 => format!("{} of {}", at + 1, units::count(all, "hit", "hits")),
            _ => units::count(all, "hit", "hits"),
        }
    };
    view! {
        <span class="find" role="search">
            <input
                type="search"
                node_ref=finder.field
                placeholder="Find"
                aria-label=format!("Find in the {what}")
                autocomplete="off"
                spellcheck="false"
                prop:value=move || finder.needle.get()
                on:input=move |event| {
                    finder.at.set(None);
                    finder.needle.set(event_target_value(&event));
                    finder.step(true);
                }
                on:keydown=pressed
            />
            <span class="t3 tnum" role="status">{count}</span>
            <Show when=move || finder.hits.with(|hits| hits.len() > 1)>
                <IconButton icon=Icon::ChevronUp label="Hit before (Shift Enter)" on_press=move |_| finder.step(false)/>
                <IconButton icon=Icon::ChevronDown label="Next hit (Enter)" on_press=move |_| finder.step(true)/>
            </Show>
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::next_hit;

    #[test]
    fn the_ends_meet() {
        assert_eq!(next_hit(None, 0, true), None);
        assert_eq!(next_hit(None, 3, true), Some(0));
        assert_eq!(next_hit(None, 3, false), Some(2));
        assert_eq!(next_hit(Some(2), 3, true), Some(0));
        assert_eq!(next_hit(Some(0), 3, false), Some(2));
        assert_eq!(next_hit(Some(9), 3, false), Some(2));
    }
}
