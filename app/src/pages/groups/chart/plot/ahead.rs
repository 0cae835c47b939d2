//! What is expected beyond now: where the lines go at the present rates, and where the first unread record is deleted.

use super::{
    lines::path,
    scale::{At, BOTTOM, Scale, Size, TOP, moment},
};
use crate::components::lag;
use leptos::prelude::*;
use penstock_domain::time::Timestamp;

/// What is expected: retention comes to the oldest unread record while both go on at their present rates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::pages::groups::chart) struct Forecast {
    /// Records per second written.
    pub(in crate::pages::groups::chart) in_per_second: f64,
    /// Records per second committed.
    pub(in crate::pages::groups::chart) out_per_second: f64,
    /// Seconds until the first unread record is deleted.
    pub(in crate::pages::groups::chart) seconds: f64,
}

impl Forecast {
    /// Whether it can be drawn beside so much of the past without pressing that into a corner.
    pub(super) fn fits(self, past_millis: i64) -> bool {
        let millis = self.millis();
        millis > 0 && millis <= past_millis && self.in_per_second >= 0.0
    }

    #[allow(
        clippy::cast_possible_truncation,
        reason = "what is longer than all time saturates"
    )]
    pub(super) fn millis(self) -> i64 {
        (self.seconds * 1_000.0) as i64
    }

    /// How far the picture goes beyond now: a quarter more than to the loss.
    pub(super) fn room(self) -> i64 {
        self.millis().saturating_add(self.millis() / 4)
    }

    /// What a rate adds until the end of the picture.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a picture two hundred pixels high"
    )]
    pub(super) fn grown(rate: f64, millis: i64) -> i64 {
        (rate.max(0.0) * millis as f64 / 1_000.0) as i64
    }
}

/// What is expected, as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Expected {
    pub(super) now: f64,
    pub(super) end: [At; 2],
    pub(super) committed: [At; 2],
    /// Where the first unread record is deleted.
    pub(super) loss: At,
    pub(super) words: String,
}

pub(super) fn expected(
    scale: Scale,
    now: Timestamp,
    forecast: Forecast,
    (committed, end): (i64, i64),
) -> Expected {
    let at = |millis: i64| Timestamp(now.0.saturating_add(millis));
    let place = |offset: i64, rate: f64, millis: i64| {
        let grown = offset.saturating_add(Forecast::grown(rate, millis));
        (scale.x(at(millis)), scale.y(grown))
    };
    let (room, loss) = (forecast.room(), forecast.millis());
    let out = forecast.out_per_second;
    Expected {
        now: scale.x(now),
        end: [place(end, 0.0, 0), place(end, forecast.in_per_second, room)],
        committed: [place(committed, 0.0, 0), place(committed, out, room)],
        loss: place(committed, out, loss),
        words: format!(
            "{}, in {}",
            moment(at(loss), scale.millis),
            lag::span(forecast.seconds)
        ),
    }
}

impl Expected {
    pub(super) fn view(self, size: Size) -> AnyView {
        let line = |[from, to]: [At; 2]| path(&[vec![from, to]], "");
        let now = format!("{:.1}", self.now);
        let (x, y) = self.loss;
        let words = if size.named() {
            "first unread record deleted"
        } else {
            "loses records"
        };
        // The label stands left of the mark, beneath it where the top is near.
        let label_y = if y < TOP + 40.0 { y + 18.0 } else { y - 22.0 };
        view! {
            <line class="axis" x1=now.clone() x2=now.clone() y1="0" y2=BOTTOM.to_string()></line>
            <text class="lbl" x=format!("{:.1}", self.now - 6.0) y="10" text-anchor="end">"now"</text>
            <text x=format!("{:.1}", self.now + 6.0) y="10">"expected"</text>
            <path class="lend ahead" d=line(self.end)></path>
            <path class="l1 ahead" d=line(self.committed)></path>
            <circle class="loss" cx=format!("{x:.1}") cy=format!("{y:.1}") r="4.5"></circle>
            <text class="vbad" x=format!("{:.1}", x - 10.0) y=format!("{label_y:.1}") text-anchor="end">{words}</text>
            <text x=format!("{:.1}", x - 10.0) y=format!("{:.1}", label_y + 14.0) text-anchor="end">{self.words}</text>
        }
        .into_any()
    }
}
