//! The controls over the list: topics, where reading begins and ends, partitions, isolation, formats and columns.

mod look;
mod partitions;
mod position;
mod topics;

pub use self::topics::chips;

use super::here::Here;
use crate::{
    components::icon::{Icon, icon},
    paths::{MessagesQuery, Mode, messages::FieldError},
};
use leptos::prelude::*;
use penstock_domain::read::{Isolation, PartitionState};
use std::sync::Arc;

/// The partitions that the last answer told of; empty until there is one. Filled in the browser.
#[derive(Clone, Copy)]
pub struct Known(pub RwSignal<Arc<Vec<PartitionState>>>);

/// The first field of the address that can't be understood.
pub fn field_error(here: Here) -> Memo<Option<FieldError>> {
    Memo::new(move |_| here.query.with(|query| query.reading().err()))
}

fn error_of(error: Memo<Option<FieldError>>, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        error.with(|error| {
            error
                .as_ref()
                .filter(|error| error.field == field)
                .map(|error| error.reason.clone())
        })
    })
}

fn error_line(error: Signal<Option<String>>) -> AnyView {
    view! { {move || error.get().map(|reason| view! { <p class="help err" role="alert">{reason}</p> })} }
        .into_any()
}

/// Position, partitions, isolation and look.
pub fn controls(here: Here, known: Known, error: Memo<Option<FieldError>>) -> AnyView {
    let tail = Memo::new(move |_| here.query.with(|query| query.mode == Mode::Tail));
    view! {
        {move || (!tail.get()).then(|| position::control(here, error))}
        {partitions::control(here, known, error)}
        {isolation(here)}
        {look::control(here, error)}
    }
    .into_any()
}

/// Modes as links; each keeps what can be kept.
pub fn modes(here: Here) -> AnyView {
    view! {
        <nav class="seg" aria-label="Mode">
            {move || {
                let now = here.query.get();
                Mode::ALL.into_iter().map(|mode| {
                    let href = here.link(&MessagesQuery { mode, ..now.anew() });
                    view! { <a href=href aria-current=(mode == now.mode).then_some("true")>{mode.words()}</a> }
                }).collect_view()
            }}
        </nav>
    }
    .into_any()
}

fn isolation(here: Here) -> AnyView {
    view! {
        {move || {
            let now = here.query.get();
            let (glyph, words, title, other) = match now.isolation {
                Isolation::ReadCommitted => (
                    Icon::Check,
                    "Read committed",
                    "Records of open and of aborted transactions are left out. Press to see them too, marked.",
                    Isolation::ReadUncommitted,
                ),
                Isolation::ReadUncommitted => (
                    Icon::Eye,
                    "Read uncommitted",
                    "Everything in the log is shown: records of open and aborted transactions, and the markers that end them. Press to leave them out.",
                    Isolation::ReadCommitted,
                ),
            };
            let href = here.link(&MessagesQuery { isolation: other, ..now.anew() });
            view! { <a class="btn not-narrow" href=href title=title>{icon(glyph)}{words}</a> }
        }}
    }
    .into_any()
}
