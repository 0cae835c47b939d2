//! Records as they arrive: filtered on the server, newest on top or at the bottom, paused without losing the position.
//!
//! [`feed`] holds what came and what was left out, [`follow`] keeps the stream alive and draws, [`table`] is the few row elements
//! that are in the document. Without JavaScript nothing can arrive; the page says so and leads to the newest records.

mod bar;
mod feed;
mod figures;
mod follow;
mod gap;
mod neighbours;
mod panel;
mod row;
mod table;

use self::{
    figures::{Figures, Paused, Status},
    follow::{Shown, Step},
    row::Glyph,
};
use super::{here::Here, record::Detail};
use crate::{
    clock::use_clock,
    components::{
        icon::{Icon, icon, icon_small},
        problem::ProblemBox,
    },
    load,
    paths::{MessagesQuery, Mode},
};
use leptos::{
    ev,
    html::{Div, Tbody},
    prelude::*,
};
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// The view of the mode.
pub fn view(here: Here) -> AnyView {
    // Another filter, another topic: another tail. What is open beside it and where new rows come is not part of that.
    let identity = Memo::new(move |_| {
        here.query.with(|query| {
            MessagesQuery {
                mode: Mode::Tail,
                record: None,
                at: String::new(),
                from: String::new(),
                to: String::new(),
                limit: String::new(),
                others: Vec::new(),
                ..query.clone()
            }
            .to_query_string()
        })
    });
    load::keyed(identity, move |asked| followed(here, &asked))
}

fn followed(here: Here, asked: &str) -> AnyView {
    let reading = match MessagesQuery::of(asked).reading() {
        Ok(reading) => reading,
        Err(error) => {
            return view! {
                <div class="messages-body"><div class="state"><h2>{icon(Icon::TriangleAlert)}"A part of the address is not understood"</h2><p>{error.reason}</p></div></div>
            }
            .into_any();
        }
    };
    let several = reading.topics.len() > 1;
    let shown = Shown {
        status: RwSignal::new(Status::Opening),
        figures: RwSignal::new(Arc::new(Figures::default())),
        paused: RwSignal::new(Paused::default()),
        holding: RwSignal::new(false),
        neighbours: RwSignal::new((None, None)),
        jump: RwSignal::new(0),
        step: RwSignal::new((0, Step::Down)),
        newest_on_top: Memo::new(move |_| {
            here.query
                .with(|query| query.other("newest") != Some("bottom"))
        }),
    };
    let (list, body, glyphs) = (
        NodeRef::<Div>::new(),
        NodeRef::<Tbody>::new(),
        NodeRef::<Div>::new(),
    );
    let clock = use_clock();
    Effect::new(move |started: Option<bool>| {
        let elements = list.get().zip(body.get()).zip(glyphs.get());
        if started == Some(true) {
            return true;
        }
        let Some(((list, body), glyphs)) = elements else {
            return false;
        };
        follow::start(
            here,
            clock,
            shown,
            reading.clone(),
            (
                (*list).clone(),
                (*body).clone().into(),
                (*glyphs).clone().into(),
            ),
        );
        true
    });
    keys(shown);
    let open = Memo::new(move |_| here.query.with(|query| query.record.clone()));
    let is_open = Memo::new(move |_| open.with(Option::is_some));
    view! {
        {bar::bar(here, shown)}
        {move || match shown.status.get() {
            Status::Ended(error) => Some(view! { <div class="messages-body"><ProblemBox error/></div> }),
            _ => None,
        }}
        <noscript>
            <p class="none">"Following needs JavaScript. "<a class="link" href=here.link_with(|query| MessagesQuery { mode: Mode::Browse, ..query })>"The newest records"</a>" are there without it."</p>
        </noscript>
        <div class="split tail" class:open=move || is_open.get()>
            <div class="list" node_ref=list tabindex="0" role="region" aria-label="Records as they arrive">
                {new_rows(shown)}
                <table class="tbl compact msgs tail-rows">
                    <colgroup>
                        <col class="c-time"/>
                        {several.then(|| view! { <col class="c-topic"/> })}
                        <col class="c-part"/><col class="c-off"/><col class="c-key"/><col/>
                    </colgroup>
                    <thead>
                        <tr>
                            <th scope="col" title="UTC">"Time"</th>
                            {several.then(|| view! { <th scope="col">"Topic"</th> })}
                            <th scope="col" class="num" title="Partition">"P"</th>
                            <th scope="col" class="num">"Offset"</th>
                            <th scope="col">"Key"</th>
                            <th scope="col">"Value"</th>
                        </tr>
                    </thead>
                    <tbody node_ref=body on:click=move |event| open_row(&event)></tbody>
                </table>
                {move || quiet(shown)}
                <div hidden node_ref=glyphs>{Glyph::ALL.into_iter().map(|glyph| icon(sign(glyph))).collect_view()}</div>
            </div>
            {move || (!is_open.get()).then(|| panel::panel(shown))}
            <Detail
                here
                address=open.into()
                preview=Signal::stored(None)
                previous=Signal::derive(move || shown.neighbours.with(|links| links.0.clone()))
                next=Signal::derive(move || shown.neighbours.with(|links| links.1.clone()))
            />
        </div>
        {foot(shown)}
    }
    .into_any()
}

const fn sign(glyph: Glyph) -> Icon {
    match glyph {
        Glyph::None | Glyph::Notice => Icon::Info,
        Glyph::Control => Icon::Flag,
        Glyph::Aborted => Icon::OctagonX,
        Glyph::Tombstone => Icon::CircleOff,
        Glyph::Problem => Icon::TriangleAlert,
        Glyph::Bytes => Icon::Braces,
        Glyph::Gap => Icon::UnfoldVertical,
    }
}

/// `412 new`: what waits, and the way to it.
fn new_rows(shown: Shown) -> AnyView {
    let held = Memo::new(move |_| shown.figures.with(|figures| figures.held));
    view! {
        {move || (shown.holding.get() && held.get() > 0).then(|| view! {
            <button type="button" class="newbar" on:click=move |_| shown.jump.update(|count| *count += 1)>
                {icon_small(Icon::ArrowUp)}<b class="m">{move || format!("{} new", bar::count(held.get()))}</b><kbd>"n"</kbd>
            </button>
        })}
    }
    .into_any()
}

/// Nothing has come yet.
fn quiet(shown: Shown) -> Option<AnyView> {
    let empty = shown.figures.with(|figures| figures.kept == 0);
    let follows = shown.status.with(|status| *status == Status::Following);
    (empty && follows).then(|| {
        let (arriving, matching) = shown.figures.with(|figures| {
            (
                figures.arriving.unwrap_or(0.0),
                figures.matching.unwrap_or(0.0),
            )
        });
        let words = if arriving >= 0.05 && matching < 0.05 {
            "Records arrive, but none passes the filter yet."
        } else {
            "Waiting for the next record. Only what is written from now on is shown here."
        };
        view! { <p class="none" role="status">{words}</p> }.into_any()
    })
}

fn foot(shown: Shown) -> AnyView {
    view! {
        <div class="tbl-foot">
            <span>{move || shown.figures.with(|figures| {
                let kept = bar::count(u64::try_from(figures.kept).unwrap_or(0));
                if figures.shown <= u64::try_from(feed::KEPT).unwrap_or(0) {
                    format!("{kept} rows")
                } else {
                    format!("Newest {kept} of {} shown are kept in this tab", bar::count(figures.shown))
                }
            })}</span>
            <span class="end">
                <span class="hk"><kbd>"j"</kbd><kbd>"k"</kbd>"row"</span>
                <span class="hk"><kbd>"Space"</kbd>"pause or resume"</span>
                <span class="hk"><kbd>"n"</kbd>"jump to now"</span>
                <span class="hk"><kbd>"↵"</kbd>"open record"</span>
            </span>
        </div>
    }
    .into_any()
}

/// A click anywhere on a row is a click on its link.
fn open_row(event: &ev::MouseEvent) {
    let Some(target) = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
    else {
        return;
    };
    let on_link = target.closest("a").is_ok_and(|link| link.is_some());
    let marking = window()
        .get_selection()
        .ok()
        .flatten()
        .is_some_and(|selection| !selection.is_collapsed());
    if on_link || marking {
        return;
    }
    let link = target
        .closest("tr")
        .ok()
        .flatten()
        .and_then(|row| row.query_selector("a.name[href]").ok().flatten())
        .and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(link) = link {
        link.click();
    }
}

/// Space pauses and resumes, `n` goes to where new rows come, j and k step through the rows, Enter opens; not while somebody
/// types or uses a control.
fn keys(shown: Shown) {
    let clock = use_clock();
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event| {
            if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key()
            {
                return;
            }
            let step = |wanted: Step| shown.step.update(|step| *step = (step.0 + 1, wanted));
            match (event.key().as_str(), stands_on(&event)) {
                (_, Stands::Field) | (" " | "Enter", Stands::Button) | ("Enter", Stands::Link) => {
                    return;
                }
                (" ", _) => {
                    let paused = shown.paused.get_untracked().0.is_some();
                    if paused {
                        shown.paused.set(Paused(None));
                        shown.jump.update(|count| *count += 1);
                    } else {
                        shown.paused.set(Paused(Some(clock.now_untracked())));
                    }
                }
                ("n", _) => shown.jump.update(|count| *count += 1),
                ("j", _) | ("ArrowDown", Stands::Rows) => step(Step::Down),
                ("k", _) | ("ArrowUp", Stands::Rows) => step(Step::Up),
                ("Enter", Stands::Rows) => step(Step::Open),
                _ => return,
            }
            event.prevent_default();
        });
        on_cleanup(move || handle.remove());
    });
}

/// Where the keyboard is.
enum Stands {
    /// In a field: keys are text.
    Field,
    /// On a button, which takes Space and Enter itself.
    Button,
    /// On a link, which takes Enter itself.
    Link,
    /// On the rows, or nowhere in particular.
    Rows,
    /// On something else that scrolls.
    Elsewhere,
}

fn stands_on(event: &ev::KeyboardEvent) -> Stands {
    let Some(element) = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
    else {
        return Stands::Rows;
    };
    match element.tag_name().as_str() {
        "INPUT" | "TEXTAREA" | "SELECT" => Stands::Field,
        "BUTTON" | "SUMMARY" => Stands::Button,
        "A" => Stands::Link,
        "BODY" | "MAIN" => Stands::Rows,
        _ if element.class_list().contains("list") => Stands::Rows,
        _ => Stands::Elsewhere,
    }
}
