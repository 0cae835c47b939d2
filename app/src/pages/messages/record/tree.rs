//! A JSON value as a tree that folds, with the keyboard of a tree: arrows move and fold, `c` copies the field as the filter names
//! it, `v` the value. Everything from the record is a text node.

use super::{
    doc::{Doc, Row, Shown},
    finder::{FindBar, Finder},
    window::{DrawRow, Window},
    work,
};
use crate::components::icon::{Icon, icon_tiny};
use leptos::{attr::custom::custom_attribute, ev::KeyboardEvent, prelude::*};
use penstock_domain::json::{Kind, Path};
use penstock_ui::button::IconButton;
use std::{collections::HashSet, sync::Arc, time::Duration};

/// How long a notice of what was copied stands.
const SAID: Duration = Duration::from_secs(2);

/// The state of one tree.
#[derive(Clone, Copy)]
struct State {
    doc: StoredValue<Doc>,
    folded: RwSignal<HashSet<u32>>,
    rows: Memo<Arc<Vec<Row>>>,
    /// The row that the keyboard is on.
    at: RwSignal<Option<usize>>,
    go: RwSignal<Option<usize>>,
    /// The nodes that the filter speaks of.
    mentioned: Memo<HashSet<u32>>,
    finder: Finder,
    said: RwSignal<String>,
}

impl State {
    fn row(self, index: usize) -> Option<Row> {
        self.rows.with_untracked(|rows| rows.get(index).copied())
    }

    fn stand(self, index: usize) {
        self.at.set(Some(index));
        self.go.set(Some(index));
    }

    /// Folds or unfolds a node; the keyboard stays on it.
    fn fold(self, node: u32, fold: bool) {
        self.folded.update(|folded| {
            if fold {
                folded.insert(node);
            } else {
                folded.remove(&node);
            }
        });
        if let Some(index) = self.index_of(node) {
            self.stand(index);
        }
    }

    fn toggle(self, node: u32) {
        let folded = self.folded.with_untracked(|folded| folded.contains(&node));
        self.fold(node, !folded);
    }

    /// The row of a node, where none of its containers is folded.
    fn index_of(self, node: u32) -> Option<usize> {
        self.rows
            .with_untracked(|rows| rows.iter().position(|row| row.node == node && !row.close))
    }

    /// Opens everything around a node and goes there.
    fn reveal(self, node: u32) {
        let around = self.doc.with_value(|doc| doc.around(node));
        let hidden = self
            .folded
            .with_untracked(|folded| around.iter().any(|node| folded.contains(node)));
        if hidden {
            self.folded.update(|folded| {
                for node in &around {
                    folded.remove(node);
                }
            });
        }
        if let Some(index) = self.index_of(node) {
            self.stand(index);
        }
    }

    fn copy(self, text: String, what: String) {
        work::copy(text, move |done| {
            let said = if done {
                format!("Copied {what}")
            } else {
                "The browser gave no clipboard".to_owned()
            };
            self.said.try_set(said);
            set_timeout(
                move || {
                    self.said.try_set(String::new());
                },
                SAID,
            );
        });
    }
}

/// The tree of a value.
#[component]
pub fn TreeView(
    /// The value.
    doc: Doc,
    /// Paths that the filter speaks of: their nodes are marked.
    mentioned: Signal<Arc<Vec<Path>>>,
    /// Whose: `value`.
    what: &'static str,
) -> impl IntoView {
    let doc = StoredValue::new(doc);
    let folded = RwSignal::new(HashSet::new());
    let state = State {
        doc,
        folded,
        rows: Memo::new(move |_| {
            folded.with(|folded| Arc::new(doc.with_value(|doc| doc.rows(folded))))
        }),
        at: RwSignal::new(None),
        go: RwSignal::new(None),
        mentioned: Memo::new(move |_| mentioned.with(|paths| doc.with_value(|doc| doc.at(paths)))),
        finder: Finder::new(move |needle| doc.with_value(|doc| doc.find(needle))),
        said: RwSignal::new(String::new()),
    };
    Effect::new(move |_| {
        if let Some(node) = state.finder.current() {
            state.reveal(node);
        }
    });
    let total = Signal::derive(move || state.rows.with(|rows| rows.len()));
    let draw: DrawRow = Arc::new(move |index| row(state, index));
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let containers = doc.with_value(|doc| doc.containers().len());
    view! {
        <div class="part-tools" hidden=move || !alive.get()>
            <FindBar finder=state.finder what/>
            <span class="grow"></span>
            <span class="t3 f12 said" role="status">{state.said}</span>
            {(containers > 0).then(|| view! {
                <IconButton icon=Icon::Minus label="Fold all" on_press=move |_| {
                    state.folded.set(state.doc.with_value(Doc::containers));
                    state.stand(0);
                }/>
                <IconButton icon=Icon::UnfoldVertical label="Unfold all" on_press=move |_| state.folded.set(HashSet::new())/>
            })}
            <IconButton icon=Icon::Copy label=format!("Copy the {what}") on_press=move |_| {
                let text = state.doc.with_value(|doc| doc.copied(0));
                state.copy(text, format!("the {what}"));
            }/>
        </div>
        <div
            class="jtree"
            role="tree"
            tabindex="0"
            aria-label=format!("The {what} as a tree")
            aria-activedescendant=move || state.at.get().map(|index| row_id(what, index))
            on:keydown=move |event| pressed(state, &event)
        >
            <Window total draw go=state.go/>
        </div>
        {doc.with_value(Doc::is_cut).then(|| view! { <p class="none">{icon_tiny(Icon::Info)}" It is cut off here."</p> })}
    }
}

fn row_id(what: &str, index: usize) -> String {
    format!("{what}-row-{index}")
}

fn row(state: State, index: usize) -> AnyView {
    let found = state.rows.with(|rows| rows.get(index).copied());
    let Some(row) = found else {
        return ().into_any();
    };
    let shown = state
        .folded
        .with(|folded| state.doc.with_value(|doc| doc.shown(row, folded)));
    let Some(shown) = shown else {
        return ().into_any();
    };
    let Shown {
        depth,
        name,
        kind,
        value,
        foldable,
        folded,
        comma,
        note,
    } = shown;
    let node = row.node;
    let is_at = move || state.at.get() == Some(index);
    let is_hit = move || {
        !row.close
            && state
                .finder
                .hits
                .with(|hits| hits.binary_search(&node).is_ok())
    };
    let is_mentioned = move || !row.close && state.mentioned.with(|nodes| nodes.contains(&node));
    let what = state.doc.with_value(Doc::side_name);
    view! {
        <div
            class="jr"
            class:at=is_at
            class:hit=is_hit
            class:said=is_mentioned
            id=row_id(what, index)
            role=if row.close { "presentation" } else { "treeitem" }
            {..custom_attribute("aria-level", (!row.close).then(|| (depth + 1).to_string()))}
            aria-expanded=foldable.then_some(if folded { "false" } else { "true" })
            aria-selected=move || (!row.close).then(|| if is_at() { "true" } else { "false" })
            on:click=move |_| {
                state.at.set(Some(index));
                if foldable && !selecting() {
                    state.toggle(node);
                }
            }
        >
            <span class="in">{"  ".repeat(depth)}</span>
            <span class="fold" aria-hidden="true">
                {foldable.then(|| icon_tiny(if folded { Icon::ChevronRight } else { Icon::ChevronDown }))}
            </span>
            {name.map(|name| view! { <span class="k">{name}</span><span class="p">": "</span> })}
            {value_view(kind, value, folded)}
            {comma.then(|| view! { <span class="p">","</span> })}
            {note.map(|note| view! { <span class="cmt">{note}</span> })}
        </div>
    }
    .into_any()
}

fn value_view(kind: Kind, value: String, folded: bool) -> AnyView {
    let class = match kind {
        Kind::Text => "s",
        Kind::Number => "n",
        Kind::True | Kind::False | Kind::Null => "w",
        Kind::Object | Kind::Array => "p",
    };
    match (kind, folded) {
        (Kind::Object, true) => view! { <span class="p">"{"</span><span class="sum">{value}</span><span class="p">"}"</span> }.into_any(),
        (Kind::Array, true) => view! { <span class="p">"["</span><span class="sum">{value}</span><span class="p">"]"</span> }.into_any(),
        _ => view! { <span class=class>{value}</span> }.into_any(),
    }
}

/// Whether somebody is marking text: a click then ends the marking and folds nothing.
fn selecting() -> bool {
    window()
        .get_selection()
        .ok()
        .flatten()
        .is_some_and(|selection| !selection.is_collapsed())
}

fn pressed(state: State, event: &KeyboardEvent) {
    if (event.ctrl_key() || event.meta_key()) && event.key() == "f" {
        event.prevent_default();
        state.finder.focus();
        return;
    }
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let last = state
        .rows
        .with_untracked(|rows| rows.len().saturating_sub(1));
    let at = state.at.get_untracked();
    let here = at.unwrap_or(0);
    let row = state.row(here);
    match event.key().as_str() {
        "ArrowDown" => state.stand(at.map_or(0, |at| (at + 1).min(last))),
        "ArrowUp" => state.stand(here.saturating_sub(1)),
        "Home" => state.stand(0),
        "End" => state.stand(last),
        "PageDown" => state.stand((here + 20).min(last)),
        "PageUp" => state.stand(here.saturating_sub(20)),
        "ArrowLeft" => left(state, row),
        "ArrowRight" => right(state, row, here, last),
        "Enter" | " " => {
            if let Some(row) = row.filter(|row| foldable(state, *row)) {
                state.toggle(row.node);
            }
        }
        "c" => {
            if let Some(row) = row {
                let field = state.doc.with_value(|doc| doc.field(row.node));
                state.copy(field.clone(), field);
            }
        }
        "v" => {
            if let Some(row) = row {
                let text = state.doc.with_value(|doc| doc.copied(row.node));
                state.copy(text, "the value".to_owned());
            }
        }
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}

fn foldable(state: State, row: Row) -> bool {
    state.doc.with_value(|doc| {
        doc.nodes()
            .get(row.node as usize)
            .is_some_and(|node| node.is_container() && node.children > 0)
    })
}

/// Folds what is open, else goes to the container around.
fn left(state: State, row: Option<Row>) {
    let Some(row) = row else { return };
    let open = foldable(state, row)
        && state
            .folded
            .with_untracked(|folded| !folded.contains(&row.node));
    if open {
        state.fold(row.node, true);
        return;
    }
    let around = state.doc.with_value(|doc| doc.around(row.node));
    if let Some(index) = around.first().and_then(|node| state.index_of(*node)) {
        state.stand(index);
    }
}

/// Unfolds what is folded, else goes to what is in it.
fn right(state: State, row: Option<Row>, here: usize, last: usize) {
    let Some(row) = row.filter(|row| foldable(state, *row)) else {
        return;
    };
    let folded = state
        .folded
        .with_untracked(|folded| folded.contains(&row.node));
    if folded {
        state.fold(row.node, false);
    } else if !row.close {
        state.stand((here + 1).min(last));
    }
}
