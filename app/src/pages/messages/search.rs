//! Searching the whole range on the server: what it amounts to, how far it is, what it found, and exactly what was looked at.

mod panel;
mod run;
mod statement;
mod strip;

pub use self::run::Run;

use self::run::Phase;
use super::{here::Here, list, notices::notices, query::Submitted, rows::Rows};
use crate::{
    clock::use_clock,
    components::icon::{Icon, icon},
    paths::{MessagesQuery, Mode},
};
use leptos::{ev, prelude::*};
use penstock_domain::read::Reading;

/// The button in the bar: sends the filter as Enter does, or ends the search.
pub fn action(run: Run) -> AnyView {
    let running = Memo::new(move |_| run.phase.with(Phase::is_running));
    view! {
        {move || if running.get() {
            view! {
                <button type="button" class="btn" on:click=move |_| run.stop(Phase::Cancelled)>{icon(Icon::CircleStop)}"Cancel"</button>
            }.into_any()
        } else {
            view! { <button type="submit" form=super::query::FORM class="btn primary">{icon(Icon::Search)}"Search"</button> }.into_any()
        }}
    }
    .into_any()
}

/// The search: its figures, its notices, its records.
pub fn view(here: Here, run: Run, submitted: Submitted) -> AnyView {
    begin_by_itself(here, run, submitted);
    cancel_on_escape(here, run);
    on_cleanup(move || run.stop(Phase::Paused));
    let idle = Memo::new(move |_| run.phase.with(|phase| *phase == Phase::Idle));
    let refused = Memo::new(move |_| {
        run.phase.with(|phase| match phase {
            Phase::Refused(error) => Some(error.clone()),
            _ => None,
        })
    });
    let today = Signal::derive(move || run.whole.with(|whole| Some(whole.as_ref()?.asked_at)));
    let above = move || {
        view! {
            {move || run.notices.with(|all| (!all.is_empty()).then(|| notices(all)))}
        }
        .into_any()
    };
    let below = move || view! { {panel::nothing(here, run)} }.into_any();
    view! {
        {move || if idle.get() {
            invitation(here)
        } else if let Some(error) = refused.get() {
            super::browse::trouble(error)
        } else {
            view! {
                {panel::panel(here, run)}
                {list::split(here, Rows::Store(run.found), today, above, below)}
                {panel::foot(here, run)}
            }.into_any()
        }}
    }
    .into_any()
}

/// A search begins when its address comes with a filter, when the address asks for something else, and when somebody presses
/// Enter on the same.
fn begin_by_itself(here: Here, run: Run, submitted: Submitted) {
    let clock = use_clock();
    let reading = Memo::new(move |_| {
        here.query.with(|query| {
            (query.mode == Mode::Search)
                .then(|| query.reading().ok())
                .flatten()
        })
    });
    Effect::new(move |before: Option<(Option<Reading>, u64)>| {
        let (now, count) = (reading.get(), submitted.0.get());
        let again = before.as_ref().is_some_and(|(_, seen)| *seen != count);
        let changed = before.as_ref().is_none_or(|(reading, _)| *reading != now);
        if let Some(reading) = now.as_ref()
            && (changed || again)
        {
            if reading.q.trim().is_empty() && !again {
                run.reset();
            } else if before.is_some() || !resumes(run, reading) {
                run.start(reading.clone(), clock.now_untracked());
            }
        }
        (now, count)
    });
}

/// Who comes back from another mode finds the search as it was, resting.
fn resumes(run: Run, reading: &Reading) -> bool {
    run.reading
        .with_untracked(|asked| asked.as_deref() == Some(reading))
        && !run.phase.with_untracked(|phase| *phase == Phase::Idle)
}

fn cancel_on_escape(here: Here, run: Run) {
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event| {
            let open = here.query.with_untracked(|query| query.record.is_some());
            if event.key() == "Escape"
                && !event.default_prevented()
                && !open
                && run.phase.with_untracked(Phase::is_running)
            {
                event.prevent_default();
                run.stop(Phase::Cancelled);
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// Before anything was asked. Also what stands where there is no JavaScript.
fn invitation(here: Here) -> AnyView {
    const EXAMPLES: [(&str, &str); 5] = [
        (
            "value.data.priority = \"high\" and value.data.assignee is null",
            "fields of JSON, Avro and Protobuf values",
        ),
        ("key ^= \"tsk_01JD\"", "keys that begin with a text"),
        (
            "header.traceparent *= \"4bf92f35\"",
            "a header that contains a text",
        ),
        (
            "value.amount >= 1000 and time >= \"15m ago\"",
            "numbers, exactly, and times",
        ),
        (
            "\"connection refused\"",
            "a text anywhere in key, value or headers",
        ),
    ];
    let asked = here
        .query
        .with_untracked(|query| !query.q.trim().is_empty());
    let examples = EXAMPLES
        .into_iter()
        .map(|(q, words)| {
            let href = move || {
                here.link_with(|query| MessagesQuery {
                    q: q.to_owned(),
                    ..query.anew()
                })
            };
            view! { <li><a class="link mono" href=href>{q}</a><span class="t3">{words}</span></li> }
        })
        .collect_view();
    let browse = move || {
        here.link_with(|query| MessagesQuery {
            mode: Mode::Browse,
            ..query.anew()
        })
    };
    view! {
        <div class="messages-body">
            <div class="state">
                <h2>{icon(Icon::Search)}"Search every record on the server"</h2>
                <p>"Write what a record must have, and press Enter: the whole range is looked through, newest first, and hits appear as they are found."</p>
                <ul class="examples">{examples}</ul>
                <p>
                    "A search needs JavaScript. Without it, "
                    <a class="link" href=browse>{if asked { "browse with this filter" } else { "browse" }}</a>
                    ", page by page."
                </p>
            </div>
        </div>
    }
    .into_any()
}
