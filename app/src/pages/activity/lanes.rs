//! Where events are in time: a lane for each kind, a dot for each stretch in which something happened, in the colour of the worst.
//! Drawn for a wide and for a narrow window; the table beneath says the same in words.

use leptos::prelude::*;
use penstock_domain::{
    activity::{ActivityLane, ActivityPage, LaneMark, query::ActivitySpan},
    time::Timestamp,
    units,
    verdict::Severity,
};

/// Height of a lane.
const LANE: i64 = 16;
/// Ticks on the axis.
const TICKS: i64 = 6;

/// The picture in both widths.
pub fn picture(page: &ActivityPage, span: ActivitySpan) -> AnyView {
    view! {
        <div class="lanes">
            <div class="not-narrow">{draw(page, span, Size { width: 1160, left: 84, ticks: TICKS })}</div>
            <div class="only-narrow">{draw(page, span, Size { width: 358, left: 70, ticks: TICKS / 2 })}</div>
        </div>
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct Size {
    width: i64,
    left: i64,
    ticks: i64,
}

impl Size {
    fn x(self, at: Timestamp, (from, to): (Timestamp, Timestamp)) -> i64 {
        let whole = (to.0 - from.0).max(1);
        let part = (at.0 - from.0).clamp(0, whole);
        // Dots stay whole at both ends.
        self.left + 6 + part * (self.width - self.left - 12) / whole
    }
}

fn draw(page: &ActivityPage, span: ActivitySpan, size: Size) -> AnyView {
    let lanes = i64::try_from(ActivityLane::ALL.len()).unwrap_or(4);
    let bottom = lanes * LANE;
    let rows = ActivityLane::ALL
        .into_iter()
        .enumerate()
        .map(|(index, lane)| {
            let y = y(index);
            view! {
                <line class="grid" x1=size.left.to_string() x2=size.width.to_string() y1=y.to_string() y2=y.to_string()></line>
                <text x="0" y=(y + 4).to_string()>{lane.words()}</text>
            }
        })
        .collect_view();
    let ticks = (0..=size.ticks)
        .map(|index| {
            let (from, to) = page.span;
            let at = Timestamp(from.0 + (to.0 - from.0) * index / size.ticks);
            let x = size.x(at, page.span);
            let anchor = match index {
                0 => "start",
                last if last == size.ticks => "end",
                _ => "middle",
            };
            view! {
                <line class="grid" x1=x.to_string() x2=x.to_string() y1="0" y2=bottom.to_string()></line>
                <text x=x.to_string() y=(bottom + 16).to_string() text-anchor=anchor>{tick(at, span)}</text>
            }
        })
        .collect_view();
    let dots = page
        .marks
        .iter()
        .map(|mark| dot(mark, page.span, size))
        .collect_view();
    view! {
        <svg class="chart" viewBox=format!("0 0 {} {}", size.width, bottom + 22) role="img" aria-label=format!("Events of the last {} in four lanes", span.words())>
            {rows}{ticks}{dots}
        </svg>
    }
    .into_any()
}

fn y(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(0) * LANE + LANE / 2
}

fn dot(mark: &LaneMark, span: (Timestamp, Timestamp), size: Size) -> AnyView {
    let index = ActivityLane::ALL
        .iter()
        .position(|lane| *lane == mark.lane)
        .unwrap_or(0);
    let class = match mark.severity {
        Severity::Info => "ev-dot",
        Severity::Warn => "ev-dot warn",
        Severity::Bad => "ev-dot bad",
    };
    let words = format!(
        "{}, {} {} UTC",
        units::count(mark.count as usize, "event", "events"),
        mark.at.date(),
        mark.at.clock()
    );
    let radius = if mark.count > 1 { "4.5" } else { "3.5" };
    view! {
        <circle class=class cx=size.x(mark.at, span).to_string() cy=y(index).to_string() r=radius><title>{words}</title></circle>
    }
    .into_any()
}

/// Hours within a day, else days.
fn tick(at: Timestamp, span: ActivitySpan) -> String {
    match span {
        ActivitySpan::Hour | ActivitySpan::Hours => {
            at.clock().get(..5).unwrap_or_default().to_owned()
        }
        ActivitySpan::Week | ActivitySpan::Month => {
            at.date().get(5..).unwrap_or_default().to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_stay_within_the_picture() {
        let size = Size {
            width: 358,
            left: 70,
            ticks: 3,
        };
        let span = (Timestamp(1_000), Timestamp(2_000));
        for (at, x) in [
            (0, 76),
            (1_000, 76),
            (1_500, 214),
            (2_000, 352),
            (9_000, 352),
        ] {
            assert_eq!(size.x(Timestamp(at), span), x);
        }
        assert_eq!(size.x(Timestamp(5), (Timestamp(5), Timestamp(5))), 76);
    }

    #[test]
    fn ticks_tell_hours_or_days() {
        assert_eq!(tick(Timestamp(3_600_000), ActivitySpan::Hours), "01:00");
        assert_eq!(tick(Timestamp(3_600_000), ActivitySpan::Month), "01-01");
    }
}
