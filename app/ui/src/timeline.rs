//! A timeline: when, a sign, what happened and by whom.

use crate::{
    icon::{Icon, sized},
    tone::Tone,
};
use leptos::prelude::*;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// The time as text: `08:14:12`.
    pub time: String,
    /// The time for machines, RFC 3339.
    pub datetime: String,
    /// Its sign.
    pub icon: Icon,
    /// How it feels.
    pub tone: Tone,
    /// What happened.
    pub what: String,
    /// By whom, or what else is known.
    pub by: Option<String>,
}

/// The list, in the order it is given.
#[component]
pub fn Timeline(
    /// What happened.
    #[prop(into)]
    happenings: Signal<Vec<Happening>>,
) -> impl IntoView {
    view! {
        <ol class="tl">
            {move || happenings.get().into_iter().map(|happening| view! {
                <li>
                    <time datetime=happening.datetime>{happening.time}</time>
                    {sized(happening.icon, happening.tone.small_icon_class())}
                    <span>{happening.what}{happening.by.map(|by| view! { " "<span class="by">{by}</span> })}</span>
                </li>
            }).collect_view()}
        </ol>
    }
}
