//! Colours, type, badges, icons.

use crate::{
    badge::{Badge, Count, Ground, Tag},
    icon::{Icon, icon},
    live::{LivePill, Liveness},
    section::Section,
    tone::Tone,
};
use leptos::prelude::*;

const SURFACES: [(&str, &str, &str); 10] = [
    ("sw-surface-0", "surface-0", "rail"),
    ("sw-surface-1", "surface-1", "page"),
    ("sw-surface-2", "surface-2", "hover"),
    ("sw-surface-3", "surface-3", "pressed"),
    ("sw-surface-over", "surface-over", "floats"),
    ("sw-line-1", "line-1", "rows"),
    ("sw-line-2", "line-2", "sections"),
    ("sw-line-3", "line-3", "inputs"),
    ("sw-text-1", "text-1", ""),
    ("sw-text-2", "text-2", ""),
];

const ROLES: [(&str, &str, &str, &str); 5] = [
    ("sw-accent", "sw-accent-soft", "sw-accent-line", "accent"),
    ("sw-ok", "sw-ok-soft", "sw-ok-line", "ok"),
    ("sw-warn", "sw-warn-soft", "sw-warn-line", "warn"),
    ("sw-bad", "sw-bad-soft", "sw-bad-line", "bad"),
    ("sw-info", "sw-info-soft", "sw-info-line", "info"),
];

/// Surfaces, roles and sizes of type.
#[component]
pub fn Look() -> impl IntoView {
    let surfaces = SURFACES.map(|(class, name, role)| {
        view! { <div class="sw"><i class=class></i><code>{name}</code><small class="t3 f12">{role}</small></div> }
    });
    let roles = ROLES.map(|(mark, soft, line, name)| {
        view! { <div class="role"><i class=mark></i><i class=soft><b>"Aa"</b></i><i class=line></i><code>{name}</code></div> }
    });
    view! {
        <Section title="Surfaces, lines, text"><div class="sws">{surfaces.collect_view()}</div></Section>
        <Section title="Roles" age="mark, soft ground with text, line"><div class="roles">{roles.collect_view()}</div></Section>
        <Section title="Type">
            <div class="types">
                <p class="type20">"20/28 Page title "<span class="mono">"task-created"</span></p>
                <p class="f16 b">"16/24 Figures and dialogs 1 204 112"</p>
                <p>"14/20 Text a person reads in sentences"</p>
                <p class="f13">"13/20 Tables, controls, forms "<span class="mono">"payloads, offsets 17 645 181"</span></p>
                <p class="f12 t3">"12/16 Table heads, ages, notes"</p>
            </div>
        </Section>
    }
}

/// Badges, tags, counts and pills.
#[component]
pub fn Badges() -> impl IntoView {
    view! {
        <Section title="Badges" age="health is quiet, trouble is filled; always a word">
            <div class="bgrid">
                <Badge tone=Tone::Ok word="Healthy"/>
                <Badge tone=Tone::Ok ground=Ground::Filled word="Ready"/>
                <Badge tone=Tone::Warn word="At risk"/>
                <Badge tone=Tone::Bad word="Broker down"/>
                <Badge tone=Tone::Info word="Rolling"/>
                <Badge tone=Tone::Mute word="Unknown"/>
                <Badge tone=Tone::Neutral icon=Icon::Box word="Managed"/>
                <Badge tone=Tone::Mute icon=Icon::BoxSelect word="Undeclared"/>
                <Badge tone=Tone::Warn icon=Icon::GitCompareArrows word="Drifted"/>
                <Badge tone=Tone::Info icon=Icon::FileClock word="Declared only"/>
                <Badge tone=Tone::Bad word="In error"/>
                <Badge tone=Tone::Mute icon=Icon::Lock word="Internal"/>
                <Badge tone=Tone::Warn icon=Icon::CirclePause word="Paused"/>
                <Badge tone=Tone::Warn icon=Icon::CircleDashed word="Does not answer"/>
                <Badge tone=Tone::Bad ground=Ground::Bare word="Gone"/>
                <Badge tone=Tone::Warn ground=Ground::Bare icon=Icon::LockOpen word="no TLS"/>
                <Badge tone=Tone::Accent word="Leader"/>
                <Badge tone=Tone::Info icon=Icon::Loader word="Starting"/>
            </div>
            <div class="row wrap mt">
                <LivePill state=Liveness::Live words="Live" reason="Changes arrive by themselves."/>
                <LivePill state=Liveness::Reconnecting words="Reconnecting…" reason="The connection to the console broke."/>
                <LivePill state=Liveness::Stale words="Stale 40 s" reason="No news from the API server for 40 s."/>
                <LivePill state=Liveness::Off words="Off" reason="Without JavaScript a page shows the moment it was loaded."/>
                <Count tone=Tone::Neutral number="9" words="9 findings"/>
                <Count tone=Tone::Warn number="3" words="3 topics need attention"/>
                <Count tone=Tone::Bad number="2" words="2 nodes need attention"/>
                <Tag word="internal"/>
                <Tag word="SCRAM-SHA-512" mono=true/>
                <kbd>"⌘"</kbd><kbd>"K"</kbd>
            </div>
        </Section>
    }
}

/// Every icon with its name.
#[component]
pub fn Icons() -> impl IntoView {
    let icons = Icon::ALL
        .iter()
        .map(|each| view! { <span>{icon(*each)}{format!("{each:?}")}</span> })
        .collect_view();
    view! { <section class="sec sec-line"><div class="sec-head"><h2>"Icons"</h2><span class="age">"lucide, ISC licence"</span></div><div class="icons">{icons}</div></section> }
}
