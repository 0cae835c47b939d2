//! The line above the rows: whether it follows or pauses, what waits, how fast records come, what was left out.

use super::{
    figures::{Figures, Paused, Status},
    follow::Shown,
};
use crate::{
    clock::use_clock,
    components::{
        icon::{Icon, icon, icon_small},
        words,
    },
    pages::messages::here::Here,
};
use leptos::prelude::*;
use penstock_domain::units;
use penstock_ui::{
    button::{Button, ButtonKind, ButtonSize},
    spark::{Line, sparkline},
};

/// The line.
pub fn bar(here: Here, shown: Shown) -> AnyView {
    let clock = use_clock();
    let figures = shown.figures;
    let paused = Memo::new(move |_| shown.paused.get().0.is_some());
    let toggle = Callback::new(move |()| {
        shown.paused.update(|paused| {
            paused.0 = match paused.0 {
                Some(_) => None,
                None => Some(clock.now_untracked()),
            };
        });
        if shown.paused.with_untracked(|paused| paused.0.is_none()) {
            shown.jump.update(|count| *count += 1);
        }
    });
    view! {
        <div class="tailbar">
            {move || state(shown, clock)}
            {move || {
                let held = figures.with(|figures| figures.held);
                (held > 0).then(|| view! { <span class="tnum"><b class="m">{count(held)}</b>" new are held"</span> })
            }}
            <span class="tnum inl">
                {move || figures.with(|figures| sparkline(&figures.history, Line::Accent, 120, 16))}
                {move || figures.with(|figures| rate(figures))}
            </span>
            {move || figures.with(|figures| left_out(figures))}
            <span class="grow"></span>
            {side(here, shown)}
            {move || if paused.get() {
                view! { <Button kind=ButtonKind::Primary size=ButtonSize::Small icon=Icon::Play on_press=Callback::new(move |_| toggle.run(()))>"Resume"</Button> }.into_any()
            } else {
                view! { <Button size=ButtonSize::Small icon=Icon::Pause on_press=Callback::new(move |_| toggle.run(()))>"Pause"</Button> }.into_any()
            }}
        </div>
    }
    .into_any()
}

/// How it stands, as a badge.
fn state(shown: Shown, clock: crate::clock::Clock) -> AnyView {
    let badge = |class: &'static str, glyph: Icon, words: String, title: String| {
        view! { <span class=class role="status" title=title>{icon(glyph)}{words}</span> }.into_any()
    };
    match (shown.status.get(), shown.paused.get(), shown.holding.get()) {
        (Status::Ended(error), ..) => badge(
            "badge bad",
            Icon::OctagonX,
            "Ended".to_owned(),
            error.problem().detail.clone(),
        ),
        (Status::Over(why), ..) => badge("badge bad", Icon::OctagonX, format!("Ended: {why}"), why),
        (Status::Reconnecting(why), ..) => badge(
            "badge warn",
            Icon::RefreshCw,
            "Reconnecting, goes on where it was".to_owned(),
            why,
        ),
        (Status::Asleep, ..) => badge(
            "badge warn",
            Icon::CirclePause,
            "Asleep".to_owned(),
            "The tab was hidden; it goes on where it was".to_owned(),
        ),
        (Status::Opening, ..) => badge(
            "badge mute",
            Icon::Loader,
            "Opening".to_owned(),
            String::new(),
        ),
        (Status::Following, Paused(Some(since)), _) => badge(
            "badge warn",
            Icon::CirclePause,
            format!(
                "Paused {} ago",
                units::duration_millis(since.millis_until(clock.now()) / 1000 * 1000)
            )
            .replace("0 ms ago", "now"),
            "The position is kept".to_owned(),
        ),
        (Status::Following, Paused(None), true) => badge(
            "badge info",
            Icon::CirclePause,
            "Held while you read".to_owned(),
            "Go back to the newest row, or press n".to_owned(),
        ),
        (Status::Following, Paused(None), false) => badge(
            "badge ok",
            Icon::CircleCheck,
            "Following".to_owned(),
            "Records are shown as they are written".to_owned(),
        ),
    }
}

fn rate(figures: &Figures) -> Option<AnyView> {
    let matching = words::rate(Some(figures.matching?));
    let of = match figures.arriving {
        Some(arriving) => format!(" of {} records/s match", words::rate(Some(arriving))),
        None => " records/s match".to_owned(),
    };
    Some(view! { <b class="m">{matching}</b><span class="t3">{of}</span> }.into_any())
}

fn left_out(figures: &Figures) -> Option<AnyView> {
    (figures.left_out > 0).then(|| {
        let ranges = units::count(figures.ranges, "range", "ranges");
        view! {
            <span class="tnum c-warn">
                {icon_small(Icon::UnfoldVertical)}" "<b class="m">{count(figures.left_out)}</b>" left out "<span class="t3">{format!("in {ranges}")}</span>
            </span>
        }
        .into_any()
    })
}

/// At which end new rows come.
fn side(here: Here, shown: Shown) -> AnyView {
    view! {
        <span class="seg" role="group" aria-label="Where new rows come">
            {move || {
                let on_top = shown.newest_on_top.get();
                [("Newest on top", true, None), ("At the bottom", false, Some("bottom"))].into_iter().map(|(words, top, value)| {
                    let href = here.link_with(|query| query.with_other("newest", value));
                    view! { <a href=href data-noscroll="" aria-current=(top == on_top).then_some("true")>{words}</a> }
                }).collect_view()
            }}
        </span>
    }
    .into_any()
}

/// A count with thin spaces.
pub fn count(number: u64) -> String {
    units::thousands(i64::try_from(number).unwrap_or(i64::MAX))
}
