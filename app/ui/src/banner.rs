//! Banners run from edge to edge above what they are about; notes stand within it; the cause is the one sentence that a page
//! begins with while something hurts.

use crate::{
    icon::{Icon, icon as draw, sized},
    tone::Tone,
};
use leptos::prelude::*;

/// A sentence over the page, with what helps at its end.
#[component]
pub fn Banner(
    /// How it feels: info, warn or bad.
    tone: Tone,
    /// Its icon; without one the tone's own.
    #[prop(optional)]
    icon: Option<Icon>,
    /// Buttons at its end.
    #[prop(optional, into)]
    end: Option<ViewFn>,
    /// The sentence; what matters most in a `<b class="m">`.
    children: Children,
) -> impl IntoView {
    let class = match tone {
        Tone::Warn => "banner warn",
        Tone::Bad => "banner bad",
        Tone::Info => "banner info",
        Tone::Neutral | Tone::Mute | Tone::Accent | Tone::Ok => "banner",
    };
    view! {
        <div class=class role=(tone == Tone::Bad).then_some("alert")>
            {draw(icon.unwrap_or(tone.icon()))}
            <span>{children()}</span>
            {end.map(|end| view! { <span class="end">{end.run()}</span> })}
        </div>
    }
}

/// A sentence within a section.
#[component]
pub fn Note(
    /// How it feels.
    tone: Tone,
    /// Its icon; without one the tone's own.
    #[prop(optional)]
    icon: Option<Icon>,
    /// The sentence.
    children: Children,
) -> impl IntoView {
    let class = match tone {
        Tone::Ok => "note ok",
        Tone::Info => "note info",
        Tone::Warn => "note warn",
        Tone::Bad => "note bad",
        Tone::Neutral | Tone::Mute | Tone::Accent => "note",
    };
    view! { <div class=class>{draw(icon.unwrap_or(tone.icon()))}<span>{children()}</span></div> }
}

/// What is wrong, since when and what follows, over everything else; picture and remedies beneath.
#[component]
pub fn Cause(
    /// Warn or bad.
    tone: Tone,
    /// What the sentence is drawn with: a bar, its legend.
    #[prop(optional, into)]
    picture: ViewFn,
    /// What helps: buttons, the first one primary.
    #[prop(optional, into)]
    remedies: Option<ViewFn>,
    /// The sentence.
    children: Children,
) -> impl IntoView {
    let class = if tone == Tone::Warn {
        "cause warn"
    } else {
        "cause"
    };
    view! {
        <div class=class role="status">
            <p>{sized(tone.icon(), tone.icon_class())}<span>{children()}</span></p>
            {picture.run()}
            {remedies.map(|remedies| view! { <div class="act">{remedies.run()}</div> })}
        </div>
    }
}
