//! Where on the axis of time the matches are, and how much of it has been looked at. A picture; the figures say it in words.

use super::run::{Figures, Run, Whole};
use leptos::prelude::*;
use penstock_domain::{
    read::{Order, Point, Reading},
    time::Timestamp,
};

/// The width of the picture in its own units; it is stretched over the page.
const WIDTH: f64 = 1160.0;
/// The height of its band.
const HEIGHT: f64 = 22.0;
/// Bars over the whole width.
const BARS: usize = 116;
const DAY: i64 = 86_400_000;

/// The axis: both ends in milliseconds, and how far the search came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Axis {
    from: i64,
    to: i64,
    done_from: i64,
    done_to: i64,
}

/// The ends that are known from what was asked; where one is not, from how fast time goes by while records are looked at.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "milliseconds and records far below 2^53"
)]
fn axis(
    reading: &Reading,
    whole: &Whole,
    figures: &Figures,
    complete: bool,
    times: &[i64],
) -> Option<Axis> {
    let bound = |point: &Option<Point>| match point {
        Some(Point::Time(time)) => Some(time.0),
        Some(Point::Ago(millis)) => Some(whole.asked_at.0 - i64::try_from(*millis).unwrap_or(0)),
        _ => None,
    };
    let (earlier, later) = (bound(&reading.range.from), bound(&reading.range.to));
    let at = figures
        .at
        .map(|at| at.0)
        .or_else(|| times.last().copied())?;
    let share = if complete {
        1.0
    } else {
        (figures.scanned as f64 / (whole.estimate.records.max(1)) as f64).clamp(0.01, 1.0)
    };
    let newest = times.iter().copied().max().unwrap_or(at).max(at);
    let oldest = times.iter().copied().min().unwrap_or(at).min(at);
    let axis = match reading.order {
        Order::Newest => {
            let to = later.unwrap_or(whole.asked_at.0).max(newest);
            let reach = ((to - at) as f64 / share) as i64;
            Axis {
                from: earlier.unwrap_or(to - reach).min(oldest),
                to,
                done_from: at,
                done_to: to,
            }
        }
        Order::Oldest => {
            let from = earlier.unwrap_or(oldest).min(oldest);
            let reach = ((at - from) as f64 / share) as i64;
            let to = later.unwrap_or(from + reach).max(newest);
            Axis {
                from,
                to,
                done_from: from,
                done_to: at,
            }
        }
    };
    let done = if complete {
        Axis {
            done_from: axis.from,
            done_to: axis.to,
            ..axis
        }
    } else {
        axis
    };
    (done.to > done.from).then_some(done)
}

impl Axis {
    #[allow(clippy::cast_precision_loss, reason = "milliseconds far below 2^53")]
    fn x(self, time: i64) -> f64 {
        let share = (time - self.from) as f64 / (self.to - self.from) as f64;
        (share * WIDTH).clamp(0.0, WIDTH)
    }

    /// How many of `times` each bar counts.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "between nothing and the number of bars"
    )]
    fn bars(self, times: &[i64]) -> Vec<u32> {
        let mut bars = vec![0_u32; BARS];
        for time in times {
            let place = (self.x(*time) / WIDTH * BARS as f64) as usize;
            if let Some(bar) = bars.get_mut(place.min(BARS - 1)) {
                *bar += 1;
            }
        }
        bars
    }

    fn labels(self) -> Vec<String> {
        let span = self.to - self.from;
        (0..5)
            .map(|place| label(Timestamp(self.from + span / 4 * place), span))
            .collect()
    }
}

fn label(time: Timestamp, span: i64) -> String {
    let clock = time.clock();
    if span < DAY {
        if span < 600_000 {
            clock
        } else {
            clock.get(..5).unwrap_or(&clock).to_owned()
        }
    } else if span < 20 * DAY {
        let date = time.date();
        format!(
            "{} {}",
            date.get(5..).unwrap_or(&date),
            clock.get(..5).unwrap_or(&clock)
        )
    } else {
        time.date()
    }
}

/// The picture with its axis; nothing until something is known of time.
pub fn strip(run: Run, complete: Signal<bool>) -> AnyView {
    let drawn = Memo::new(move |_| {
        // Hits are drawn with the progress that follows them.
        let (figures, _) = (run.figures.get(), run.found.count().get());
        let (reading, whole) = (run.reading.get()?, run.whole.get()?);
        run.times
            .try_with_value(|times| {
                let axis = axis(&reading, &whole, &figures, complete.get(), times)?;
                Some((axis, axis.bars(times)))
            })
            .flatten()
    });
    view! {
        {move || drawn.get().map(|(axis, bars)| picture(axis, &bars))}
    }
    .into_any()
}

fn picture(axis: Axis, bars: &[u32]) -> AnyView {
    let (from, to) = (axis.x(axis.done_from), axis.x(axis.done_to));
    let most = f64::from(bars.iter().copied().max().unwrap_or(1).max(1));
    #[allow(clippy::cast_precision_loss, reason = "a hundred bars")]
    let step = WIDTH / BARS as f64;
    let hits = bars
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(place, count)| {
            // The root lets one match be seen beside a thousand.
            let height = (f64::from(*count) / most).sqrt() * (HEIGHT - 4.0) + 2.0;
            #[allow(clippy::cast_precision_loss, reason = "a hundred bars")]
            let x = place as f64 * step + step * 0.3;
            view! { <rect x=format!("{x:.1}") y=format!("{:.1}", HEIGHT - 1.0 - height) width=format!("{:.1}", step * 0.45) height=format!("{height:.1}")></rect> }
        })
        .collect_view();
    let head = if axis.done_from == axis.from && axis.done_to == axis.to {
        None
    } else if axis.done_to == axis.to {
        Some(from)
    } else {
        Some(to)
    };
    let labels = axis
        .labels()
        .into_iter()
        .map(|label| view! { <span>{label}</span> })
        .collect_view();
    view! {
        <svg class="scan" viewBox="0 0 1160 36" preserveAspectRatio="none" aria-hidden="true">
            <defs><pattern id="scan-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="6" class="hatch"></line></pattern></defs>
            <rect x="0" y="0" width="1160" height="22" fill="url(#scan-hatch)"></rect>
            <rect x=format!("{from:.1}") y="0" width=format!("{:.1}", (to - from).max(0.0)) height="22" class="done"></rect>
            <g class="hits">{hits}</g>
            {head.map(|x| view! { <line x1=format!("{x:.1}") x2=format!("{x:.1}") y1="0" y2="22" class="head"></line> })}
        </svg>
        <div class="run-axis" aria-hidden="true">{labels}</div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::read::{Estimate, Range};

    fn whole(records: u64) -> Whole {
        Whole {
            estimate: Estimate {
                records,
                bytes: None,
                seconds: None,
            },
            partitions: Vec::new(),
            positions: Vec::new(),
            asked_at: Timestamp(1_000_000),
        }
    }

    fn figures(scanned: u64, at: i64) -> Figures {
        Figures {
            scanned,
            at: Some(Timestamp(at)),
            ..Figures::default()
        }
    }

    #[test]
    fn the_axis_is_what_was_asked() {
        let reading = Reading {
            range: Range {
                from: Some(Point::Ago(1_000_000)),
                to: None,
            },
            ..Reading::default()
        };
        let axis = axis(&reading, &whole(100), &figures(25, 750_000), false, &[]).unwrap();
        assert_eq!((axis.from, axis.to), (0, 1_000_000));
        assert_eq!((axis.done_from, axis.done_to), (750_000, 1_000_000));
        let bars = axis.bars(&[0, 999_999, 1_000_000]);
        assert_eq!((bars[0], bars[BARS - 1]), (1, 2));
    }

    #[test]
    fn where_the_beginning_is_unknown_it_is_guessed() {
        let reading = Reading::default();
        let guessed = axis(&reading, &whole(100), &figures(25, 900_000), false, &[]).unwrap();
        assert_eq!(guessed.from, 600_000);
        let done = axis(&reading, &whole(100), &figures(100, 500_000), true, &[]).unwrap();
        assert_eq!(
            (done.from, done.done_from, done.done_to),
            (500_000, 500_000, 1_000_000)
        );
        assert_eq!(
            axis(&reading, &whole(0), &Figures::default(), false, &[]),
            None
        );
    }

    #[test]
    fn labels_fit_their_span() {
        let time = Timestamp(1_763_884_800_000);
        assert_eq!(label(time, 60_000), "08:00:00");
        assert_eq!(label(time, DAY / 2), "08:00");
        assert_eq!(label(time, 3 * DAY), "11-23 08:00");
        assert_eq!(label(time, 40 * DAY), "2025-11-23");
    }
}
