//! The rail: brand, switcher, groups of entries. Icons alone in the middle widths or when folded by hand; below 900 px a drawer
//! that a checkbox opens, so it works without JavaScript.

use crate::{
    badge::Count,
    icon::{Icon, icon},
    tone::Tone,
};
use leptos::prelude::*;

/// The id of the checkbox that opens the drawer; the button in the top bar is a label for it.
pub const TOGGLE: &str = "nav";
/// The id of the checkbox that folds the rail to icons.
pub const FOLD: &str = "rail-fold";

/// The sign of the console: a pipe and its turbine.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round" aria-hidden="true">
            <path d="M2.5 4.5h3.2c1.3 0 2.4.6 3.1 1.7l2.4 3.9"></path>
            <circle cx="13.6" cy="13.2" r="3.65"></circle>
        </svg>
    }
}

/// The rail with its checkboxes; stands before the element with the class `shell`.
#[component]
pub fn Rail(
    /// Where the brand leads.
    #[prop(into)]
    home: String,
    /// What stands beneath the brand: the switcher.
    #[prop(into)]
    switcher: ViewFn,
    /// What stands at its foot: the version.
    #[prop(optional, into)]
    foot: ViewFn,
    /// Groups of entries.
    children: Children,
) -> impl IntoView {
    view! {
        <input type="checkbox" class="nav-toggle" id=TOGGLE aria-label="Show navigation"/>
        <input type="checkbox" class="rail-fold" id=FOLD aria-label="Show icons only"/>
        <nav class="rail" aria-label="Main">
            <div class="rail-brand">
                <a href=home><Mark/>"Penstock"</a>
                <label class="btn ghost sm icon not-narrow" for=FOLD title="Icons only">{icon(Icon::PanelLeftClose)}</label>
            </div>
            {switcher.run()}
            <div class="rail-nav">{children()}</div>
            <div class="rail-foot">{foot.run()}</div>
        </nav>
        <label class="rail-scrim" for=TOGGLE aria-label="Close navigation"></label>
    }
}

/// Entries that belong together.
#[component]
pub fn RailGroup(
    /// The entries.
    children: Children,
) -> impl IntoView {
    view! { <ul>{children()}</ul> }
}

/// What needs attention behind an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attention {
    /// Warn or bad.
    pub tone: Tone,
    /// How many.
    pub number: String,
    /// In words: `3 topics need attention`.
    pub words: String,
}

/// One page.
#[component]
pub fn RailEntry(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// Its icon.
    icon: Icon,
    /// Its words.
    words: &'static str,
    /// Whether one is there.
    #[prop(into)]
    current: Signal<bool>,
    /// What needs attention there.
    #[prop(optional, into)]
    attention: Signal<Option<Attention>>,
) -> impl IntoView {
    view! {
        <li>
            <a href=href aria-current=move || current.get().then_some("page") title=words>
                {crate::icon::icon(icon)}{words}
                {move || attention.get().map(|attention| view! {
                    <Count tone=attention.tone number=attention.number words=attention.words/>
                })}
            </a>
        </li>
    }
}

/// One entry of the switcher's menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitcherEntry {
    /// Where it leads.
    pub href: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: String,
    /// How it feels.
    pub tone: Tone,
    /// Whether one is there.
    pub current: bool,
}

/// What is looked at, with a menu of what else there is.
#[component]
pub fn Switcher(
    /// The name of what is looked at.
    #[prop(into)]
    title: Signal<String>,
    /// How it feels, drawn before the line beneath.
    #[prop(into)]
    tone: Signal<Option<Tone>>,
    /// The line beneath the name: `kafka · Healthy`.
    #[prop(into)]
    under: Signal<String>,
    /// The menu.
    #[prop(into)]
    entries: Signal<Vec<SwitcherEntry>>,
) -> impl IntoView {
    view! {
        <details class="floating switch">
            <summary>
                <span class="switcher">
                    <span class="vh">"Switch cluster, now "</span>
                    <span>
                        <b>{title}</b>
                        <small>{move || tone.get().map(|tone| crate::icon::sized(tone.icon(), tiny(tone)))}" "{under}</small>
                    </span>
                    {icon(Icon::ChevronsUpDown)}
                </span>
            </summary>
            <ul class="menu">
                {move || entries.get().into_iter().map(|entry| view! {
                    <li>
                        <a href=entry.href aria-current=entry.current.then_some("true")>
                            {crate::icon::sized(entry.tone.icon(), tiny(entry.tone))}
                            <span class="mono">{entry.name}</span>
                            <small class="t3">{entry.place}</small>
                        </a>
                    </li>
                }).collect_view()}
            </ul>
        </details>
    }
}

const fn tiny(tone: Tone) -> &'static str {
    match tone {
        Tone::Ok => "i s12 c-ok",
        Tone::Warn => "i s12 c-warn",
        Tone::Bad => "i s12 c-bad",
        Tone::Info => "i s12 c-info",
        Tone::Accent => "i s12 c-acc",
        Tone::Neutral | Tone::Mute => "i s12 t3",
    }
}
