//! Writes the gallery as one static page, to look at without a server:
//! `cargo run -p penstock-ui --features ssr --example gallery > gallery.html`, with `penstock.css` and `fonts/` beside it.
//! An argument `light` or `dark` fixes the theme.

use leptos::prelude::*;
use penstock_ui::{
    breadcrumbs::{Breadcrumbs, Crumb},
    gallery::Gallery,
    icon::{Icon, icon},
    live::{LivePill, Liveness},
    rail::{Attention, Rail, RailEntry, RailGroup, Switcher, TOGGLE},
    theme::ThemeMenu,
    tone::Tone,
};
use std::io::Write;

fn main() -> std::io::Result<()> {
    let theme = std::env::args().nth(1);
    let owner = Owner::new();
    let body = owner.with(|| page().to_html());
    let theme = theme.map_or_else(String::new, |theme| format!(" data-theme=\"{theme}\""));
    write!(
        std::io::stdout(),
        "<!DOCTYPE html><html lang=\"en\"{theme}><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Gallery</title><link rel=\"stylesheet\" href=\"penstock.css\"></head><body>{body}</body></html>"
    )
}

fn page() -> impl IntoView {
    let crumbs = vec![Crumb {
        href: None,
        words: "Components".to_owned(),
        mono: false,
    }];
    let attention = Some(Attention {
        tone: Tone::Warn,
        number: "3".to_owned(),
        words: "3 topics need attention".to_owned(),
    });
    view! {
        <Rail home="#" foot=|| "Penstock 0.1.0"
            switcher=|| view! { <Switcher title="task-events" tone=Some(Tone::Ok) under="kafka · Healthy" entries=Vec::new()/> }>
            <RailGroup>
                <RailEntry href="#" icon=Icon::Gauge words="Overview" current=true/>
                <RailEntry href="#" icon=Icon::Server words="Nodes" current=false/>
                <RailEntry href="#" icon=Icon::Rows3 words="Topics" current=false attention=Signal::stored(attention)/>
            </RailGroup>
            <RailGroup><RailEntry href="#" icon=Icon::Layers words="Clusters" current=false/></RailGroup>
        </Rail>
        <div class="shell">
            <header class="topbar">
                <label class="btn ghost icon only-narrow" for=TOGGLE aria-label="Navigation">{icon(Icon::Menu)}</label>
                <Breadcrumbs crumbs/>
                <div class="right"><LivePill state=Liveness::Live words="Live" reason=""/><ThemeMenu action="#" next="#"/></div>
            </header>
            <main class="page"><Gallery/></main>
        </div>
    }
}
