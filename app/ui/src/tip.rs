//! A few words on hover and focus: the reason of a disabled control, or a definition.

use leptos::prelude::*;

/// Shows `words` beneath its content while that is hovered or has the focus. Without JavaScript too.
#[component]
pub fn Tip(
    /// The words; nothing is shown while they are absent.
    #[prop(into)]
    words: Signal<Option<String>>,
    /// An id that the content may name as its description.
    #[prop(optional, into)]
    id: Option<String>,
    /// Whether the words begin at the left edge of the content instead of ending at its right one.
    #[prop(optional)]
    from_left: bool,
    /// What they are about.
    children: Children,
) -> impl IntoView {
    view! {
        <span class=if from_left { "tip l" } else { "tip" }>
            {children()}
            {move || words.get().map(|words| view! { <span class="tip-box" role="tooltip" id=id.clone()>{words}</span> })}
        </span>
    }
}

/// A word with its definition: dotted, focusable, explained on hover and focus.
#[component]
pub fn Term(
    /// The word.
    #[prop(into)]
    word: String,
    /// What it means.
    #[prop(into)]
    meaning: String,
) -> impl IntoView {
    view! {
        <Tip words=Some(meaning) from_left=true><span class="term" tabindex="0">{word}</span></Tip>
    }
}
