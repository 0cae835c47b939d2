//! Badges and tags. Health is quiet, trouble is filled: only warn, bad and info have a ground, unless asked otherwise.

use crate::{
    icon::{Icon, icon as draw},
    tone::Tone,
};
use leptos::prelude::*;

/// Whether a badge has a ground.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ground {
    /// Trouble has one, health has not.
    #[default]
    ByTone,
    /// Also good news has one: at the head of a page.
    Filled,
    /// None: within a sentence or a dense table.
    Bare,
}

/// The classes of a badge.
pub const fn badge_class(tone: Tone, ground: Ground) -> &'static str {
    match (tone, ground) {
        (Tone::Neutral, Ground::Filled) => "badge box",
        (Tone::Neutral, _) => "badge",
        (Tone::Mute, _) => "badge mute",
        (Tone::Accent, _) => "badge acc",
        (Tone::Ok, Ground::Filled) => "badge ok fill",
        (Tone::Ok, _) => "badge ok",
        (Tone::Info, Ground::Bare) => "badge info bare",
        (Tone::Info, _) => "badge info",
        (Tone::Warn, Ground::Bare) => "badge warn bare",
        (Tone::Warn, _) => "badge warn",
        (Tone::Bad, Ground::Bare) => "badge bad bare",
        (Tone::Bad, _) => "badge bad",
    }
}

/// A state: an icon and a word.
#[component]
pub fn Badge(
    /// How it feels.
    tone: Tone,
    /// Its word: `Healthy`.
    #[prop(into)]
    word: Signal<String>,
    /// Its icon; without one the tone's own.
    #[prop(optional)]
    icon: Option<Icon>,
    /// Whether it has a ground.
    #[prop(optional)]
    ground: Ground,
    /// More words, shown on hover.
    #[prop(optional, into)]
    title: MaybeProp<String>,
) -> impl IntoView {
    view! {
        <span class=badge_class(tone, ground) title=move || title.get()>
            {draw(icon.unwrap_or(tone.icon()))}{word}
        </span>
    }
}

/// A fact in a frame: `TLS`, `SCRAM-SHA-512`.
#[component]
pub fn Tag(
    /// Its word.
    #[prop(into)]
    word: Signal<String>,
    /// Whether it is an identifier.
    #[prop(optional)]
    mono: bool,
) -> impl IntoView {
    view! { <span class=if mono { "tag mono" } else { "tag" }>{word}</span> }
}

/// How many things need somebody; behind an entry of the rail or the title of a section.
#[component]
pub fn Count(
    /// How it feels; anything but warn and bad is grey.
    tone: Tone,
    /// The number as text.
    #[prop(into)]
    number: Signal<String>,
    /// The number in words, for the hover and for screen readers: `3 topics need attention`.
    #[prop(into)]
    words: Signal<String>,
) -> impl IntoView {
    let class = match tone {
        Tone::Warn => "count warn",
        Tone::Bad => "count bad",
        Tone::Neutral | Tone::Mute | Tone::Accent | Tone::Ok | Tone::Info => "count",
    };
    view! { <span class=class title=words>{number}</span> }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::testing::html;

    #[test]
    fn a_state_is_never_colour_alone() {
        for tone in Tone::ALL {
            let html = html(|| view! { <Badge tone word="Some word"/> });
            assert!(
                html.contains("<svg") && html.contains("Some word"),
                "{html}"
            );
        }
    }

    #[test]
    fn words_from_outside_are_text() {
        let html = html(|| view! { <Badge tone=Tone::Bad word="<script>alert(1)</script>"/> });
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("&lt;script"), "{html}");
    }
}
