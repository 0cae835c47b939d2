//! Proposals under a field: a list box as ARIA 1.2 describes it for combo boxes, driven by the field's own keys. What is proposed is
//! for whoever makes one to say. Used by the filters over records and over lists (`query_field`).

use super::query_field::{cursor, focus, place_cursor};
use leptos::{html, prelude::*};
use penstock_domain::filter::Completion;
use std::sync::Arc;
use web_sys::KeyboardEvent;

/// What may come next in a text at a byte of it.
pub type Source = Arc<dyn Fn(&str, usize) -> Vec<Completion> + Send + Sync>;

/// What is proposed, and which of it is chosen.
#[derive(Clone, Copy)]
pub struct Completer {
    list: &'static str,
    source: StoredValue<Source>,
    text: RwSignal<String>,
    input: NodeRef<html::Input>,
    proposals: RwSignal<Vec<Completion>>,
    chosen: RwSignal<Option<usize>>,
}

impl Completer {
    /// Proposals for a field; `list` is the id of the list beneath it.
    pub fn new(
        list: &'static str,
        source: Source,
        text: RwSignal<String>,
        input: NodeRef<html::Input>,
    ) -> Self {
        Self {
            list,
            source: StoredValue::new(source),
            text,
            input,
            proposals: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(None),
        }
    }

    /// The id of the list.
    pub fn list_id(self) -> &'static str {
        self.list
    }

    /// Whether something is proposed.
    pub fn is_open(self) -> bool {
        self.proposals.with(|proposals| !proposals.is_empty())
    }

    /// The id of the chosen proposal.
    pub fn active_id(self) -> Option<String> {
        self.chosen.get().map(|place| self.id(place))
    }

    /// Nothing is proposed any more.
    pub fn close(self) {
        if self
            .proposals
            .with_untracked(|proposals| !proposals.is_empty())
        {
            self.proposals.set(Vec::new());
        }
        self.chosen.set(None);
    }

    /// Looks for proposals at the cursor.
    pub fn look(self) {
        let Some(input) = self.input.get_untracked() else {
            return;
        };
        let text = self.text.get_untracked();
        let cursor = cursor(&input, &text);
        let found = self.source.with_value(|source| source(&text, cursor));
        // What is there already needs no proposal.
        let found = found
            .into_iter()
            .filter(|proposal| text.get(proposal.from..proposal.to) != Some(&proposal.insert))
            .collect();
        self.proposals.set(found);
        self.chosen.set(None);
    }

    /// Whether the key was for the list.
    pub fn pressed(self, event: &KeyboardEvent) -> bool {
        if event.key() == " " && event.ctrl_key() {
            self.look();
            return true;
        }
        let count = self.proposals.with_untracked(Vec::len);
        if count == 0 {
            return false;
        }
        match event.key().as_str() {
            "ArrowDown" => {
                self.chosen.update(|chosen| {
                    *chosen = Some(chosen.map_or(0, |chosen| (chosen + 1) % count));
                });
            }
            "ArrowUp" => {
                self.chosen.update(|chosen| {
                    *chosen = Some(chosen.map_or(count - 1, |chosen| (chosen + count - 1) % count));
                });
            }
            "Tab" | "Enter" => {
                let chosen = self.chosen.get_untracked();
                // Tab takes the first; Enter without a choice sends the filter.
                let place = match (event.key() == "Tab" && !event.shift_key(), chosen) {
                    (_, Some(chosen)) => chosen,
                    (true, None) => 0,
                    (false, None) => return false,
                };
                self.take(place);
            }
            "Escape" => self.close(),
            _ => return false,
        }
        true
    }

    fn take(self, place: usize) {
        let Some(proposal) = self
            .proposals
            .with_untracked(|proposals| proposals.get(place).cloned())
        else {
            return;
        };
        let text = self.text.get_untracked();
        let (Some(before), Some(after)) = (text.get(..proposal.from), text.get(proposal.to..))
        else {
            return;
        };
        // Room for what comes next, so that it is proposed at once.
        let has_room = proposal.insert.ends_with(['(', ' ', ':', '>', '=', '.']);
        let room = if has_room || after.starts_with(' ') {
            ""
        } else {
            " "
        };
        let next = format!("{before}{}{room}{after}", proposal.insert);
        let at = before.len() + proposal.insert.len() + usize::from(!has_room);
        self.text.set(next.clone());
        self.close();
        focus(self.input);
        place_cursor(self.input, &next, at);
        request_animation_frame(move || self.look());
    }

    /// The list.
    pub fn list(self) -> AnyView {
        view! {
            <ul class="menu proposals" id=self.list role="listbox" aria-label="Proposals" hidden=move || !self.is_open()>
                {move || {
                    self.proposals.with(|proposals| proposals.iter().enumerate().map(|(place, proposal)| {
                        let (label, detail) = (proposal.label.clone(), proposal.detail.clone());
                        view! {
                            <li
                                role="option"
                                id=self.id(place)
                                class="mi"
                                aria-selected=move || (self.chosen.get() == Some(place)).to_string()
                                // The field keeps the focus.
                                on:mousedown=move |event| { event.prevent_default(); self.take(place); }
                            >
                                <span class="mono">{label}</span><small class="t3">{detail}</small>
                            </li>
                        }
                    }).collect_view())
                }}
            </ul>
        }
        .into_any()
    }

    fn id(self, place: usize) -> String {
        format!("{}-{place}", self.list)
    }
}
