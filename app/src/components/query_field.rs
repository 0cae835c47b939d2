//! The field of a filter: coloured while it is typed, completed, with what is wrong underlined. The language is the caller's: records
//! and lists have one each. Part of a form, so it also works without JavaScript; what is wrong is then said by the page that comes.

use super::completion::Completer;
use leptos::{ev, html, prelude::*};
use penstock_domain::filter::{FilterError, Token, TokenKind};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};

/// Cuts a text into pieces for colouring.
pub type Tokens = fn(&str) -> Vec<Token>;

/// A field of a filter. Whoever says what is wrong does so in an element with the id `q-error`.
#[derive(Clone, Copy)]
pub struct QueryField {
    /// What is typed.
    pub text: RwSignal<String>,
    /// What is wrong with it.
    pub error: Memo<Option<FilterError>>,
    /// The element.
    pub input: NodeRef<html::Input>,
    /// What may come next.
    pub completer: Completer,
    /// The language's pieces.
    pub tokens: Tokens,
    /// What may be written.
    pub placeholder: &'static str,
    /// Its name.
    pub label: &'static str,
    /// Longest text.
    pub longest: usize,
}

impl QueryField {
    /// The field; `ready` is called when somebody comes to it.
    pub fn view(self, ready: impl Fn() + 'static) -> AnyView {
        let Self {
            text,
            error,
            input,
            completer,
            tokens,
            placeholder,
            label,
            longest,
        } = self;
        // The colours lie under the field, whose own text is not drawn; both scroll together.
        let colours = NodeRef::<html::Span>::new();
        let follow = move || {
            request_animation_frame(move || {
                if let (Some(input), Some(colours)) =
                    (input.get_untracked(), colours.get_untracked())
                {
                    colours.set_scroll_left(input.scroll_left());
                }
            });
        };
        let typed = move |event: ev::Event| {
            text.set(event_target_value(&event));
            completer.look();
            follow();
        };
        let pressed = move |event: KeyboardEvent| {
            if completer.pressed(&event) {
                event.prevent_default();
            }
            follow();
        };
        view! {
            <span class="qedit">
                <span class="q" aria-hidden="true" node_ref=colours>
                    {move || {
                        let error = error.get();
                        text.with(|text| coloured(text, tokens, error.as_ref()))
                    }}
                </span>
                <input
                    type="search"
                    name="q"
                    node_ref=input
                    value=text.get_untracked()
                    prop:value=text
                    placeholder=placeholder
                    aria-label=label
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=move || error.with(Option::is_some).then_some("q-error")
                    role="combobox"
                    aria-autocomplete="list"
                    aria-controls=completer.list_id()
                    aria-expanded=move || completer.is_open().to_string()
                    aria-activedescendant=move || completer.active_id()
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    maxlength=longest.to_string()
                    on:input=typed
                    on:keydown=pressed
                    on:keyup=move |_| follow()
                    on:focus=move |_| ready()
                    on:click=move |_| { completer.look(); follow(); }
                    on:blur=move |_| completer.close()
                    on:scroll=move |_| follow()
                />
            </span>
        }
        .into_any()
    }
}

/// The text in colours, with what is wrong underlined.
fn coloured(text: &str, tokens: Tokens, error: Option<&FilterError>) -> AnyView {
    let mut at = 0;
    let mut parts: Vec<(&'static str, String)> = Vec::new();
    let mut add = |class: &'static str, from: usize, to: usize| {
        if let Some(piece) = text.get(from..to).filter(|piece| !piece.is_empty()) {
            parts.push((class, piece.to_owned()));
        }
    };
    for token in tokens(text) {
        add("", at, token.from);
        add(class(token.kind), token.from, token.to);
        at = token.to;
    }
    add("", at, text.len());
    let wrong = error.and_then(|error| {
        // An error at the end points behind the text.
        let to = error.to.max(error.from + 1);
        let before = text.get(..error.from)?.to_owned();
        let meant = text.get(error.from..error.to).unwrap_or_default();
        let meant = if meant.is_empty() || to > text.len() {
            format!("{meant}\u{a0}")
        } else {
            meant.to_owned()
        };
        // An empty text would be sent as a space.
        let before = (!before.is_empty()).then(|| view! { <span>{before}</span> });
        Some(view! { <span class="under">{before}<u>{meant}</u></span> })
    });
    view! {
        {parts.into_iter().map(|(class, piece)| view! { <span class=class>{piece}</span> }).collect_view()}
        {wrong}
    }
    .into_any()
}

const fn class(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Field | TokenKind::Flag => "f",
        TokenKind::Operator | TokenKind::Keyword => "o",
        TokenKind::Text => "v",
        TokenKind::Number => "n",
        TokenKind::Word => "w",
        TokenKind::Punctuation => "p",
        TokenKind::Unknown => "x",
    }
}

/// Puts the focus into the field.
pub(crate) fn focus(input: NodeRef<html::Input>) {
    if let Some(input) = input.get_untracked() {
        // A text field takes the focus.
        let _ = input.focus();
    }
}

/// The place of the cursor in bytes of the text; the browser counts in UTF-16.
pub(super) fn cursor(input: &HtmlInputElement, text: &str) -> usize {
    let units = input.selection_start().ok().flatten().unwrap_or(u32::MAX);
    byte_of(text, units)
}

fn byte_of(text: &str, units: u32) -> usize {
    let mut seen = 0_u32;
    for (byte, character) in text.char_indices() {
        if seen >= units {
            return byte;
        }
        seen += u32::try_from(character.len_utf16()).unwrap_or(1);
    }
    text.len()
}

fn units_of(text: &str, byte: usize) -> u32 {
    let before = text.get(..byte).unwrap_or(text);
    u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX)
}

/// Puts the cursor at a byte of the text, once the field shows it.
pub(super) fn place_cursor(input: NodeRef<html::Input>, text: &str, byte: usize) {
    let units = units_of(text, byte);
    request_animation_frame(move || {
        if let Some(input) = input
            .get_untracked()
            .and_then(|input| input.dyn_into::<HtmlInputElement>().ok())
        {
            // Within the text's length.
            let _ = input.set_selection_range(units, units);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_counts_in_the_browser_s_units() {
        let text = "k = \"é😀x\"";
        for (byte, _) in text.char_indices() {
            assert_eq!(byte_of(text, units_of(text, byte)), byte);
        }
        assert_eq!(byte_of(text, u32::MAX), text.len());
    }
}
