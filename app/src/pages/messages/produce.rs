//! The drawer that sends records: opened by the address (`produce=<topic>`), filled from a record by `copy=<topic>/<partition>/<offset>`.
//!
//! [`desk`] holds everything; [`form`] is one record in fields, [`side`] what stands beside it, [`failure`] what came of a send
//! that was not whole, [`import`] lines and files. The server checks what is typed (`checkOnly`), so that the drawer knows no rule
//! of its own about formats, schemas or partitions. It needs JavaScript; without, it says so.

mod code;
mod desk;
mod draft;
mod editor;
mod failure;
mod form;
mod headers;
mod import;
mod side;
mod topics;
mod values;

use self::desk::{Desk, Way};
use super::here::Here;
use crate::components::{
    copy::Code,
    icon::{Icon, icon, icon_small},
};
use leptos::{ev, prelude::*};
use penstock_api::AppError;
use penstock_domain::{problem::Problem, produce::ProduceFacts, units};
use penstock_ui::button::{Button, ButtonKind, IconButton};

/// The drawer of a page; shown while its address names a topic to produce to. Call it once, anywhere in the page.
pub fn drawer(here: Here) -> AnyView {
    let desk = Desk::new(here);
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let open = Memo::new(move |_| desk.topic.with(Option::is_some));
    view! {
        {move || (open.get() && !alive.get()).then(|| view! {
            <p class="banner info">{icon(Icon::Info)}<span>"Sending records needs JavaScript."</span></p>
        })}
        {move || (open.get() && alive.get()).then(|| frame(desk))}
    }
    .into_any()
}

fn frame(desk: Desk) -> AnyView {
    Effect::new(move |_| {
        if let Some(dialog) = desk.dialog.get()
            && !dialog.open()
        {
            // Fails only for a dialog that is not in the document.
            let _ = dialog.show_modal();
        }
    });
    let pressed = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter"
            && (event.ctrl_key() || event.meta_key())
            && desk.way.get_untracked() == Way::Form
        {
            event.prevent_default();
            desk.send();
        }
    };
    view! {
        <dialog node_ref=desk.dialog class="drawer wide" aria-label="Produce records" on:close=move |_| desk.leave() on:keydown=pressed>
            <header>
                <h2>"Produce to"</h2>
                {topics::chooser(desk)}
                <span class="t3 f12 not-narrow">{move || facts_line(desk)}</span>
                <span class="grow"></span>
                {ways(desk)}
                <IconButton icon=Icon::X label="Close (Esc)" on_press=move |_| desk.close()/>
            </header>
            {move || body(desk)}
        </dialog>
    }
    .into_any()
}

/// `12 partitions, min.insync.replicas 2 of 3`
fn facts_line(desk: Desk) -> String {
    desk.facts.with(|facts| match facts {
        Some(Ok(facts)) => words(facts),
        _ => String::new(),
    })
}

fn words(facts: &ProduceFacts) -> String {
    let partitions = units::count(facts.leaders.len(), "partition", "partitions");
    match (facts.min_in_sync, facts.replication_factor) {
        (Some(least), Some(all)) => format!("{partitions}, min.insync.replicas {least} of {all}"),
        _ => partitions,
    }
}

fn ways(desk: Desk) -> AnyView {
    view! {
        <span class="seg" role="group" aria-label="How records are brought">
            {Way::ALL.into_iter().map(|way| view! {
                <button type="button" aria-pressed=move || (desk.way.get() == way).to_string() on:click=move |_| desk.way.set(way)>{way.words()}</button>
            }).collect_view()}
        </span>
    }
    .into_any()
}

/// What the drawer shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Waiting,
    Problem,
    Refused,
    Failure,
    Way(Way),
}

fn body(desk: Desk) -> AnyView {
    let shown = Memo::new(move |_| {
        desk.facts.with(|facts| match facts {
            None => Shown::Waiting,
            Some(Err(_)) => Shown::Problem,
            Some(Ok(facts)) if facts.refused.is_some() => Shown::Refused,
            Some(Ok(_)) if desk.failure.get() && desk.way.get() == Way::Form => Shown::Failure,
            Some(Ok(_)) => Shown::Way(desk.way.get()),
        })
    });
    (move || match shown.get() {
        Shown::Waiting => view! {
            <div class="body" aria-busy="true"><p class="say-line t3">"Asking what the topic takes…"</p></div>
        }
        .into_any(),
        Shown::Problem => problem(desk),
        Shown::Refused => refused(desk),
        Shown::Failure => failure::view(desk),
        Shown::Way(Way::Form) => form_view(desk),
        Shown::Way(way) => import::view(desk, way),
    })
    .into_any()
}

fn problem(desk: Desk) -> AnyView {
    let error = desk.facts.with_untracked(|facts| match facts {
        Some(Err(error)) => error.clone(),
        _ => AppError::internal(),
    });
    cannot(error.into_problem())
}

/// Who looks may not send here.
fn refused(desk: Desk) -> AnyView {
    let problem = desk.facts.with_untracked(|facts| match facts {
        Some(Ok(facts)) => facts.refused.clone(),
        _ => None,
    });
    cannot(problem.unwrap_or_else(|| AppError::internal().into_problem()))
}

fn cannot(problem: Problem) -> AnyView {
    view! {
        <div class="body">
            <p class="say-line bad" role="alert">{icon(Icon::OctagonX)}<span><b class="m">{problem.title}". "</b>{problem.detail}</span></p>
            <div class="pform">
                {problem.remedy.map(|remedy| view! { <p class="t2">{remedy}</p> })}
                {problem.grant.map(|grant| view! { <Code text=grant what="rule"/> })}
            </div>
        </div>
    }
    .into_any()
}

fn form_view(desk: Desk) -> AnyView {
    let why = Signal::derive(move || {
        if desk.sending.get() {
            return Some("The records are on their way.".to_owned());
        }
        desk.obstacle().map(|(_, why)| why)
    });
    let label = move || {
        let number = desk.records.with(Vec::len);
        let what = if number == 1 {
            "Send".to_owned()
        } else {
            format!("Send {number} records")
        };
        let again = if desk.is_repetition() { " again" } else { "" };
        let what = format!("{what}{again}");
        if desk.sending.get() {
            "Sending…".to_owned()
        } else {
            what
        }
    };
    view! {
        <div class="body pgrid">
            <div class="pform">{form::view(desk)}</div>
            <aside class="pside">{side::view(desk)}</aside>
        </div>
        <footer>
            <span class="t3 f12 not-narrow">{icon_small(Icon::History)}" Noted in the audit log under your name"</span>
            <span class="grow"></span>
            {move || desk.obstacle().map(|(id, why)| {
                let short = why.split_once(':').map_or_else(|| why.clone(), |(record, _)| format!("{record} has an error"));
                view! { <button type="button" class="link f12 c-bad" on:click=move |_| desk.current.set(id)>{short}</button> }
            })}
            <Button on_press=move |_| desk.close()>"Cancel"</Button>
            <Button kind=ButtonKind::Primary disabled=why on_press=move |_| desk.send()>{label}</Button>
        </footer>
    }
    .into_any()
}
