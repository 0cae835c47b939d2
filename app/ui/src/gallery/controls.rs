//! Buttons, tips, fields, filter, segments, tabs, dialog, toast, code.

use crate::{
    button::{Button, ButtonKind, ButtonSize, IconLink, LinkButton},
    code::Code,
    copy::Copy,
    dialog::Dialog,
    disclosure::Disclosure,
    filter::Filter,
    flash::Flash,
    icon::Icon,
    section::Section,
    segments::{Segment, Segments},
    tabs::{Tab, Tabs},
    theme::ThemeMenu,
    tip::Term,
    toast::{Toast, ToastView},
    tone::Tone,
};
use leptos::prelude::*;

fn segments() -> Vec<Segment> {
    ["1 h", "6 h", "7 d"]
        .into_iter()
        .enumerate()
        .map(|(index, words)| Segment {
            href: "#".to_owned(),
            words: words.to_owned(),
            current: index == 0,
        })
        .collect()
}

fn tabs() -> Vec<Tab> {
    [
        ("Overview", None, true),
        ("Partitions", Some("12"), false),
        ("Configuration", Some("7 set"), false),
        ("Resource", None, false),
    ]
    .into_iter()
    .map(|(words, note, current)| Tab {
        href: "#".to_owned(),
        words: words.to_owned(),
        note: note.map(str::to_owned),
        current,
    })
    .collect()
}

/// What a person acts with.
#[component]
pub fn Controls() -> impl IntoView {
    let open = RwSignal::new(false);
    let presses = RwSignal::new(0_u32);
    view! {
        <Section title="Buttons" age="32 and 28 px; a disabled one says why">
            <div class="row wrap">
                <Button kind=ButtonKind::Primary>"Apply 3 changes…"</Button>
                <LinkButton href="#" icon=Icon::Pencil>"Edit…"</LinkButton>
                <Button kind=ButtonKind::Ghost>"Discard"</Button>
                <Button kind=ButtonKind::Danger on_press=move |_| open.set(true)>"Delete…"</Button>
                <Button kind=ButtonKind::Destroy>"Reset offsets"</Button>
                <IconLink href="#" icon=Icon::Ellipsis label="More" kind=ButtonKind::Plain size=ButtonSize::Normal/>
            </div>
            <div class="row wrap mt-sm">
                <Button size=ButtonSize::Small on_press=move |_| presses.update(|presses| *presses += 1)>
                    "Press me "<Flash text=Signal::derive(move || presses.get().to_string())/>
                </Button>
                <Button size=ButtonSize::Small kind=ButtonKind::Ghost>"Small"</Button>
                <Segments label="Range" segments=segments()/>
                <Button size=ButtonSize::Small disabled="The group has 3 active members.">"Reset offsets…"</Button>
                <Button kind=ButtonKind::Primary size=ButtonSize::Small disabled="Nothing has changed.">"Apply"</Button>
                <ThemeMenu action="/auth/theme" next="/"/>
            </div>
        </Section>
        <Section title="Fields">
            <div class="fields">
                <label class="field">"Name"<span class="input"><input class="mono" value="task-archive"/></span></label>
                <label class="field">"Partitions"<span class="input err"><input value="0"/></span><small class="c-bad">"At least 1."</small></label>
                <label class="field">"Replicas"<span class="input off">"3"</span><small class="t3">"Needs Cruise Control."</small></label>
            </div>
        </Section>
        <section class="sec">
            <div class="sec-head"><h2>"Filter and tabs"</h2></div>
            <div class="bleed">
                <Filter action="#" value="task" hint="Name of a topic" clear="#"><Segments segments=segments()/></Filter>
                <Tabs label="Topic" tabs=tabs()/>
            </div>
        </section>
        <Section title="Words with more behind them">
            <p class="f13">
                "Above the "<Term word="last stable offset" meaning="Up to here every transaction is decided; readers of committed records stop there."/>
                " nothing is read. Cluster id "<code>"k7Jq3vWzTtmGk0dVnLw2Xg"</code>" "<Copy text="k7Jq3vWzTtmGk0dVnLw2Xg" what="cluster id"/>
            </p>
            <div class="mt-sm"><Code text="- apiGroups: [kafka.strimzi.io]\n  resources: [kafkatopics]\n  verbs: [get, list, watch]" what="rule"/></div>
            <div class="mt-sm"><Disclosure summary="Technical detail"><code class="f12">"LOG_DIR_NOT_FOUND (57)"</code></Disclosure></div>
        </Section>
        <Section title="Dialog and toast">
            <div class="dialog flat">
                <header><h2>"Delete "<span class="mono">"load-test-2026-10"</span></h2><p>"Through Kafka: no resource declares this topic. This can’t be undone."</p></header>
                <div class="body"><p>"9 600 412 records and 9.6 GiB go with it."</p></div>
                <footer><span class="end"><Button>"Cancel"</Button><Button kind=ButtonKind::Destroy>"Delete topic"</Button></span></footer>
            </div>
            <Dialog open title="Delete load-test-2026-10" lead="Through Kafka: no resource declares this topic. This can’t be undone."
                buttons=move || view! {
                    <Button on_press=move |_| open.set(false)>"Cancel"</Button>
                    <Button kind=ButtonKind::Destroy on_press=move |_| open.set(false)>"Delete topic"</Button>
                }>
                <p>"9 600 412 records and 9.6 GiB go with it."</p>
            </Dialog>
            <div class="toasts mt">
                <ToastView on_close=|()| () toast=Toast {
                    tone: Tone::Ok,
                    title: "Offsets of audit-log are reset".to_owned(),
                    more: Some("88 214 records read again.".to_owned()),
                    link: Some(("Undo".to_owned(), "#".to_owned())),
                }/>
            </div>
        </Section>
    }
}
