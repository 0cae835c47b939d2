//! The command palette: everything by its name, pages, and what can be done, by keyboard alone. A dialog with a combo box as ARIA 1.2
//! describes it; what it offers is made in `crate::jump`. Without JavaScript its button leads to the page of searches.

use super::{SessionResource, keymap::Keymap};
use crate::{
    components::{icon::Icon, icon::icon, marked},
    jump::{
        Act, Asked, Entry, Section, Target,
        recent::{self, Recent},
        sections,
    },
    paths::{self, Page},
};
use leptos::{ev, html, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use penstock_domain::search::{SearchAnswer, SearchQuery, rank::Needle};
use std::{sync::Arc, time::Duration};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// So long nothing more must be typed before the server is asked.
const PAUSE: Duration = Duration::from_millis(70);
/// The id of the list.
const LIST: &str = "palette-list";

/// Whether the palette is open; in the context of everything in the frame.
#[derive(Clone, Copy)]
pub struct Palette(pub RwSignal<bool>);

impl Palette {
    /// Closed, for the frame.
    pub(super) fn provide() -> Self {
        let palette = Self(RwSignal::new(false));
        provide_context(palette);
        palette
    }
}

/// The button in the top bar; a link to the page of searches where there is no JavaScript.
#[component]
pub(super) fn PaletteButton(
    /// Where one is.
    page: Memo<Page>,
) -> impl IntoView {
    let palette = use_context::<Palette>();
    let apple = RwSignal::new(false);
    Effect::new(move |_| apple.set(is_apple()));
    let open = move |event: ev::MouseEvent| {
        if let Some(Palette(open)) = palette {
            event.prevent_default();
            open.set(true);
        }
    };
    view! {
        <a
            class="palette-btn"
            href=move || page.with(|page| paths::search("", page.cluster()))
            aria-label="Search or jump to"
            aria-keyshortcuts="Control+K Meta+K"
            on:click=open
        >
            {icon(Icon::Search)}
            <span>"Search or jump to…"</span>
            <span class="keys"><kbd>{move || if apple.get() { "⌘" } else { "Ctrl" }}</kbd><kbd>"K"</kbd></span>
        </a>
    }
}

/// Whether the keys of this machine are Apple's.
fn is_apple() -> bool {
    let platform = window().navigator().platform().unwrap_or_default();
    platform.contains("Mac") || platform.contains("iPhone") || platform.contains("iPad")
}

/// The state of an open palette.
#[derive(Clone, Copy)]
struct State {
    open: RwSignal<bool>,
    text: RwSignal<String>,
    answer: RwSignal<Option<SearchAnswer>>,
    failed: RwSignal<bool>,
    everywhere: RwSignal<bool>,
    recent: RwSignal<Vec<Recent>>,
    chosen: RwSignal<usize>,
    sections: Memo<Arc<Vec<Section>>>,
    go: StoredValue<Go>,
    map: Option<Keymap>,
}

type Go = Arc<dyn Fn(&str, NavigateOptions) + Send + Sync>;

/// The palette.
#[component]
pub(super) fn PaletteDialog(
    /// Where one is.
    page: Memo<Page>,
) -> impl IntoView {
    let open = use_context::<Palette>().map_or_else(|| RwSignal::new(false), |palette| palette.0);
    let state = state(page, open);
    let dialog = NodeRef::<html::Dialog>::new();
    let session = use_context::<SessionResource>();
    Effect::new(move |_| {
        let (Some(dialog), open) = (dialog.get(), open.get()) else {
            return;
        };
        if open && !dialog.open() {
            state.begin();
            if let Some(SessionResource(session)) = session {
                spawn_local(async move {
                    if let Ok(session) = session.await {
                        state.recent.set(recent::of_user(&session.user));
                    }
                });
            }
            // Fails only for a dialog that is not in the document, or that is open already.
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    state.follow(page);
    let outside = move |event: ev::MouseEvent| {
        let on_backdrop =
            event
                .target()
                .zip(dialog.get_untracked())
                .is_some_and(|(target, dialog)| {
                    let dialog: &web_sys::EventTarget = dialog.as_ref();
                    target == *dialog
                });
        if on_backdrop {
            open.set(false);
        }
    };
    view! {
        <dialog class="palette" node_ref=dialog aria-label="Search or jump to" on:close=move |_| open.set(false) on:mousedown=outside>
            {move || open.get().then(|| content(state, page))}
        </dialog>
    }
}

fn state(page: Memo<Page>, open: RwSignal<bool>) -> State {
    let text = RwSignal::new(String::new());
    let answer = RwSignal::new(None::<SearchAnswer>);
    let everywhere = RwSignal::new(false);
    let recent = RwSignal::new(Vec::<Recent>::new());
    let made = Memo::new(move |_| {
        if !open.get() {
            return Arc::default();
        }
        let (text, answer) = (text.get(), answer.get());
        Arc::new(page.with(|page| {
            recent.with(|recent| {
                sections(Asked {
                    text: &text,
                    page,
                    answer: answer.as_ref(),
                    recent,
                    everywhere: everywhere.get(),
                })
            })
        }))
    });
    State {
        open,
        text,
        answer,
        failed: RwSignal::new(false),
        everywhere,
        recent,
        chosen: RwSignal::new(0),
        sections: made,
        go: StoredValue::new(Arc::new(use_navigate())),
        map: use_context(),
    }
}

impl State {
    /// As it is when it opens.
    fn begin(self) {
        self.text.set(String::new());
        self.answer.set(None);
        self.failed.set(false);
        self.everywhere.set(false);
        self.chosen.set(0);
    }

    /// Asks the server for what is typed, a moment after the last key; an answer to an older text is not taken.
    fn follow(self, page: Memo<Page>) {
        let asked = StoredValue::new(0_u64);
        Effect::new(move |_| {
            let text = self.text.get();
            self.chosen.set(0);
            let number = asked.with_value(|number| number + 1);
            asked.set_value(number);
            if text.trim().is_empty() {
                self.answer.set(None);
                return;
            }
            let ask = move || {
                if asked.try_get_value() != Some(number) {
                    return;
                }
                let query = SearchQuery {
                    text,
                    cluster: page.with_untracked(|page| page.cluster().cloned()),
                };
                spawn_local(async move {
                    let found = penstock_api::search::search_find(query).await;
                    if asked.try_get_value() == Some(number) {
                        self.failed.set(found.is_err());
                        self.answer.set(found.ok());
                    }
                });
            };
            set_timeout(ask, PAUSE);
        });
    }

    fn entries(self) -> usize {
        self.sections
            .with(|sections| sections.iter().map(|section| section.entries.len()).sum())
    }

    fn entry(self, place: usize) -> Option<Entry> {
        self.sections.with_untracked(|sections| {
            sections
                .iter()
                .flat_map(|section| &section.entries)
                .nth(place)
                .cloned()
        })
    }

    fn pressed(self, event: &KeyboardEvent) {
        let count = untrack(move || self.entries());
        let step = |by: fn(usize, usize) -> usize| {
            if count > 0 {
                self.chosen
                    .update(|chosen| *chosen = by(*chosen, count) % count);
                show(self.chosen.get_untracked());
            }
        };
        match event.key().as_str() {
            "ArrowDown" => step(|chosen, _| chosen + 1),
            "ArrowUp" => step(|chosen, count| chosen + count - 1),
            "PageDown" => step(|chosen, count| (chosen + 8).min(count - 1)),
            "PageUp" => step(|chosen, _| chosen.saturating_sub(8)),
            "Enter" => self.take(
                self.chosen.get_untracked(),
                event.ctrl_key() || event.meta_key(),
            ),
            _ => return,
        }
        event.prevent_default();
    }

    fn take(self, place: usize, in_new_tab: bool) {
        let Some(entry) = self.entry(place) else {
            return;
        };
        match entry.target {
            Target::Link(link) if in_new_tab => {
                // A browser that opens no window says so itself.
                let _ = window().open_with_url_and_target(&link, "_blank");
            }
            Target::Link(link) => {
                self.open.set(false);
                self.go
                    .with_value(|go| go(&link, NavigateOptions::default()));
            }
            Target::Act(Act::Everywhere) => {
                self.everywhere.set(true);
                focus_field();
            }
            Target::Act(act) => {
                self.open.set(false);
                self.perform(act);
            }
        }
    }
}

impl State {
    /// Does what is done in the browser. Forms that are on the page already do it where there are some.
    fn perform(self, act: Act) {
        match act {
            Act::Theme(theme) => press(&format!(
                "form[action=\"{}\"] button[value=\"{}\"]",
                paths::POST_THEME,
                theme.name()
            )),
            Act::SignOut => press(&format!("form[action=\"{}\"] button", paths::POST_SIGN_OUT)),
            Act::CopyLink => {
                if window().is_secure_context()
                    && let Ok(address) = window().location().href()
                {
                    let written = window().navigator().clipboard().write_text(&address);
                    spawn_local(async move {
                        // A browser that refuses asks the user itself.
                        let _ = wasm_bindgen_futures::JsFuture::from(written).await;
                    });
                }
            }
            Act::Keys => {
                if let Some(Keymap(open)) = self.map {
                    open.set(true);
                }
            }
            Act::Everywhere => {}
        }
    }
}

fn press(selector: &str) {
    let button = document().query_selector(selector).ok().flatten();
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        button.click();
    }
}

fn focus_field() {
    let field = document()
        .query_selector("dialog.palette input")
        .ok()
        .flatten();
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        // A field takes the focus.
        let _ = field.focus();
    }
}

/// Scrolls an entry into sight.
fn show(place: usize) {
    request_animation_frame(move || {
        if let Some(option) = document().get_element_by_id(&id(place)) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}

fn id(place: usize) -> String {
    format!("{LIST}-{place}")
}

fn content(state: State, page: Memo<Page>) -> AnyView {
    let field = NodeRef::<html::Input>::new();
    // A dialog gives the focus to what can have it first; this is it, but the list is there only a moment later.
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // A field takes the focus.
            let _ = field.focus();
        }
    });
    let active = move || {
        let chosen = state.chosen.get();
        (chosen < state.entries()).then(|| id(chosen))
    };
    let place = move || page.with(|page| page.cluster().map(|cluster| cluster.name.to_string()));
    let scope = move || {
        place().map(|name| {
            let words = move || {
                if state.everywhere.get() {
                    "all clusters".to_owned()
                } else {
                    name.clone()
                }
            };
            let turn = move |_| {
                state
                    .everywhere
                    .update(|everywhere| *everywhere = !*everywhere);
                focus_field();
            };
            view! {
                <button
                    type="button"
                    class="tag"
                    aria-pressed=move || state.everywhere.get().to_string()
                    aria-label="Look in all clusters"
                    title="Look in all clusters"
                    on:click=turn
                >
                    {words}
                </button>
            }
        })
    };
    let said = move || {
        if state.failed.get() {
            return "The console does not answer".to_owned();
        }
        match state.entries() {
            0 if state.answer.with(Option::is_none) && !state.text.with(String::is_empty) => {
                String::new()
            }
            0 => "Nothing fits".to_owned(),
            1 => "1 entry".to_owned(),
            count => format!("{count} entries"),
        }
    };
    view! {
        <div class="in">
            {icon(Icon::Search)}
            <input
                type="text"
                node_ref=field
                class="mono"
                role="combobox"
                aria-label="Search or jump to"
                aria-autocomplete="list"
                aria-expanded="true"
                aria-controls=LIST
                aria-activedescendant=active
                placeholder="Name of a topic, group, node or cluster, a page, an action"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                maxlength=penstock_domain::search::LONGEST.to_string()
                prop:value=state.text
                on:input=move |event| state.text.set(event_target_value(&event))
                on:keydown=move |event| state.pressed(&event)
            />
            {scope}
        </div>
        <div class="list" role="listbox" id=LIST aria-label="Results">
            {move || options(state)}
        </div>
        {move || (state.entries() == 0).then(|| view! { <p class="none">{said}</p> })}
        <div class="vh" role="status">{said}</div>
        <footer>
            <span><kbd>"↑"</kbd><kbd>"↓"</kbd>"choose"</span>
            <span><kbd>"↵"</kbd>"open"</span>
            <span><kbd>"Ctrl"</kbd><kbd>"↵"</kbd>"in a new tab"</span>
            <span class="end"><kbd>"Esc"</kbd>"close"</span>
        </footer>
    }
    .into_any()
}

fn options(state: State) -> AnyView {
    let needle = Needle::new(&state.text.get_untracked());
    let sections = state.sections.get();
    let mut place = 0;
    sections
        .iter()
        .map(|section| {
            let name = section
                .name
                .clone()
                .map(|name| view! { " "<span class="mono">{name}</span> });
            let label = match &section.name {
                Some(name) => format!("{} {name}", section.title),
                None => section.title.clone(),
            };
            let entries = section
                .entries
                .iter()
                .map(|entry| {
                    let option = option(state, entry, place, &needle);
                    place += 1;
                    option
                })
                .collect_view();
            view! {
                <div role="group" aria-label=label>
                    <div class="gh" role="presentation">{section.title.clone()}{name}</div>
                    {entries}
                </div>
            }
        })
        .collect_view()
        .into_any()
}

fn option(state: State, entry: &Entry, place: usize, needle: &Needle) -> AnyView {
    let keys = (!entry.keys.is_empty()).then(|| {
        let caps = entry.keys.split(' ').map(|key| view! { <kbd>{key}</kbd> });
        caps.collect_view()
    });
    let words = marked::marked(&entry.words, needle);
    let class = if entry.mono { "mono m nm" } else { "m nm txt" };
    let context = (!entry.context.is_empty())
        .then(|| view! { <span class="ctx">{entry.context.clone()}</span> });
    view! {
        <div
            role="option"
            id=id(place)
            aria-selected=move || (state.chosen.get() == place).to_string()
            on:mousemove=move |_| {
                if state.chosen.get_untracked() != place {
                    state.chosen.set(place);
                }
            }
            // The field keeps the focus.
            on:mousedown=|event| event.prevent_default()
            on:click=move |event| state.take(place, event.ctrl_key() || event.meta_key())
        >
            {icon(entry.glyph)}
            <span class=class>{words}</span>
            {context}
            <span class="end">{keys}</span>
        </div>
    }
    .into_any()
}
