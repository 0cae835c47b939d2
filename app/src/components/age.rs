//! How old data is, and how complete: every panel says it beside its title.

use super::icon::{Icon, icon, icon_small};
use crate::{clock::use_clock, components::words};
use leptos::prelude::*;
use penstock_domain::{
    envelope::{Freshness, Missing},
    time::Timestamp,
    units,
};

/// `as of 2 s`, and `2 of 3 brokers answered` where some did not, with who and why behind it.
#[component]
pub fn Age(
    /// How old and complete.
    #[prop(into)]
    freshness: Signal<Freshness>,
    /// What the figure is of: `by size`; stands before the age.
    #[prop(optional, into)]
    of: Option<String>,
) -> impl IntoView {
    let clock = use_clock();
    let as_of = Memo::new(move |_| freshness.with(|f| f.as_of));
    let gap = Memo::new(move |_| {
        freshness.with(|f| (!f.complete()).then(|| (f.answered, f.expected, f.missing.clone())))
    });
    let before = of.map(|of| format!("{of}, ")).unwrap_or_default();
    view! {
        <span class="age">{before}{as_of_text(as_of.into(), clock)}</span>
        {move || gap.get().filter(|_| as_of.get().is_some()).map(|(answered, expected, missing)| view! {
            <span class="badge warn" title=missing_text(&missing)>
                {icon(Icon::CircleDashed)}
                {if answered < expected {
                    format!("{answered} of {expected} brokers answered")
                } else {
                    units::count(missing.len(), "part missing", "parts missing")
                }}
            </span>
        })}
    }
}

/// The reactive words: `as of 2 s`, `not known yet`.
pub fn as_of_text(
    as_of: Signal<Option<Timestamp>>,
    clock: crate::clock::Clock,
) -> impl Fn() -> String + Clone + Send + Sync + 'static {
    move || match as_of.get() {
        None => "not known yet".to_owned(),
        Some(time) => format!(
            "as of {}",
            units::age_millis(time.millis_until(clock.now()))
        ),
    }
}

/// How long ago, with the absolute time behind it: `41 s`.
#[component]
pub fn Ago(
    /// When.
    time: Timestamp,
) -> impl IntoView {
    let clock = use_clock();
    view! {
        <time datetime=time.to_string() title=words::absolute(time)>
            {move || units::age_millis(time.millis_until(clock.now()))}
        </time>
    }
}

/// What could not be had, one note each; nothing where nothing is missing.
#[component]
pub fn MissingNotes(
    /// What is missing and why.
    #[prop(into)]
    missing: Signal<Vec<Missing>>,
) -> impl IntoView {
    move || {
        missing
            .get()
            .into_iter()
            .map(|missing| {
                view! {
                    <div class="banner warn">
                        {icon(Icon::CircleDashed)}
                        <span><b class="m">{missing.what}</b>" "{missing.why}</span>
                    </div>
                }
            })
            .collect_view()
    }
}

/// A cell whose figure is missing, with the reason behind it.
pub fn missing_cell(why: String, short: &'static str) -> AnyView {
    view! { <span class="miss" title=why>{icon_small(Icon::CircleHelp)}" "{short}</span> }
        .into_any()
}

/// The reasons in one text, for a tooltip.
pub fn missing_text(missing: &[Missing]) -> String {
    missing
        .iter()
        .map(|missing| format!("{}: {}", missing.what, missing.why))
        .collect::<Vec<_>>()
        .join("\n")
}
