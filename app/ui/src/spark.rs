//! Sparklines: how a figure went, small enough for a cell. The figure itself stands beside it.

use leptos::prelude::*;

/// Which colour a line has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Line {
    /// The first series.
    #[default]
    Accent,
    /// A second series.
    Second,
    /// What is asleep.
    Mute,
    /// What needs somebody soon.
    Warn,
    /// What needs somebody now.
    Bad,
}

impl Line {
    const fn class(self) -> &'static str {
        match self {
            Line::Accent => "spark",
            Line::Second => "spark s2",
            Line::Mute => "spark mute",
            Line::Warn => "spark warn",
            Line::Bad => "spark bad",
        }
    }
}

/// Points of the line in a box of `width` by `height`; the lowest value is at the bottom, equal values lie in the middle third.
fn points(values: &[f64], width: f64, height: f64) -> Vec<(f64, f64)> {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let low = finite().fold(f64::INFINITY, f64::min);
    let high = finite().fold(f64::NEG_INFINITY, f64::max);
    let last = u32::try_from(values.len().saturating_sub(1)).unwrap_or(u32::MAX);
    let step = if last == 0 {
        0.0
    } else {
        width / f64::from(last)
    };
    // Room for the line itself and for the mark of its end.
    let (top, bottom) = (2.0, height - 1.5);
    values
        .iter()
        .zip(0_u32..)
        .filter(|(value, _)| value.is_finite())
        .map(|(value, index)| {
            let share = if high > low {
                (value - low) / (high - low)
            } else {
                0.33
            };
            (f64::from(index) * step, bottom - share * (bottom - top))
        })
        .collect()
}

/// A sparkline of `values`, oldest first; gaps are left out. Fewer than two values draw nothing.
pub fn sparkline(values: &[f64], line: Line, width: u32, height: u32) -> AnyView {
    let points = points(values, f64::from(width), f64::from(height));
    let (Some(first), Some(last)) = (points.first().copied(), points.last().copied()) else {
        return ().into_any();
    };
    if points.len() < 2 {
        return ().into_any();
    }
    let path = points
        .iter()
        .enumerate()
        .map(|(index, (x, y))| format!("{}{x:.1} {y:.1}", if index == 0 { "M" } else { "L" }))
        .collect::<String>();
    let area = format!("{path}L{:.1} {height}L{:.1} {height}Z", last.0, first.0);
    view! {
        <svg class=line.class() width=width.to_string() height=height.to_string() viewBox=format!("0 0 {width} {height}") aria-hidden="true">
            <path class="area" d=area></path>
            <path d=path></path>
            <circle cx=format!("{:.1}", last.0) cy=format!("{:.1}", last.1) r="1.75"></circle>
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::points;

    #[test]
    fn the_line_stays_in_its_box() {
        let points = points(&[5.0, f64::NAN, 1.0, 9.0], 96.0, 20.0);
        assert_eq!(points.len(), 3, "a gap is left out");
        assert!(
            points
                .iter()
                .all(|(x, y)| (0.0..=96.0).contains(x) && (0.0..=20.0).contains(y))
        );
        assert!(points[2].1 < points[1].1, "more is higher");
    }

    #[test]
    fn equal_values_are_a_flat_line() {
        let points = points(&[0.0, 0.0, 0.0], 96.0, 20.0);
        assert!(
            points
                .windows(2)
                .all(|pair| (pair[0].1 - pair[1].1).abs() < f64::EPSILON)
        );
    }
}
