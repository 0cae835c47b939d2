//! The strip of figures under a page's head: one sign, one figure, one line each.

use crate::{flash::Flash, icon::sized, tone::Tone};
use leptos::prelude::*;

/// The strip; holds [`Stat`]s.
#[component]
pub fn Stats(
    /// The figures.
    children: Children,
) -> impl IntoView {
    view! { <dl class="stats verdict">{children()}</dl> }
}

/// One figure.
#[component]
pub fn Stat(
    /// How it feels; trouble colours the figure.
    #[prop(into)]
    tone: Signal<Tone>,
    /// What it counts.
    #[prop(into)]
    name: String,
    /// The figure.
    #[prop(into)]
    figure: Signal<String>,
    /// Its unit: `of 3 running`.
    #[prop(into)]
    unit: Signal<String>,
    /// The line beneath.
    #[prop(into)]
    under: Signal<String>,
) -> impl IntoView {
    let colour = move || match tone.get() {
        Tone::Warn => "c-warn",
        Tone::Bad => "c-bad",
        Tone::Neutral | Tone::Mute | Tone::Accent | Tone::Ok | Tone::Info => "",
    };
    view! {
        <div>
            <dt>{move || sized(tone.get().icon(), tone.get().small_icon_class())}{name}</dt>
            <dd class=colour><Flash text=figure/>" "<span class="unit">{unit}</span></dd>
            <dd class="sub">{under}</dd>
        </div>
    }
}
