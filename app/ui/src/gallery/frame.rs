//! Parts of the frame that the page around the gallery does not show in every state.

use crate::{
    breadcrumbs::{Breadcrumbs, Crumb},
    rail::{Mark, Switcher, SwitcherEntry},
    section::Section,
    tone::Tone,
};
use leptos::prelude::*;

fn clusters() -> Vec<SwitcherEntry> {
    let entry = |name: &str, place: &str, tone, current| SwitcherEntry {
        href: "#".to_owned(),
        name: name.to_owned(),
        place: place.to_owned(),
        tone,
        current,
    };
    vec![
        entry("task-events", "kafka", Tone::Ok, true),
        entry("sandbox", "dev", Tone::Warn, false),
        entry("telemetry", "plants", Tone::Bad, false),
    ]
}

fn crumbs() -> Vec<Crumb> {
    let crumb = |words: &str, mono, last: bool| Crumb {
        href: (!last).then(|| "#".to_owned()),
        words: words.to_owned(),
        mono,
    };
    vec![
        crumb("kafka", false, false),
        crumb("task-events", true, false),
        crumb("Topics", false, false),
        crumb("task-created", true, true),
    ]
}

/// Breadcrumbs and the switcher.
#[component]
pub fn FrameParts() -> impl IntoView {
    view! {
        <div class="halves sec-line">
            <Section title="Breadcrumbs"><Breadcrumbs crumbs=crumbs()/></Section>
            <Section title="Switcher">
                <div class="row"><Mark/><span class="grow"><Switcher title="task-events" tone=Some(Tone::Ok) under="kafka · Healthy" entries=clusters()/></span></div>
            </Section>
        </div>
    }
}
