//! The geometry of the chart: scales, runs without gaps, areas, grid, labels, and what is expected. Pure but for the functions that
//! draw it.

mod ahead;
mod lines;
mod scale;

pub(super) use self::{ahead::Forecast, scale::Size};

use self::{
    ahead::{Expected, expected},
    lines::{areas, closed, lane, lane_areas, lines, open, runs},
    scale::{
        At, BOTTOM, LANE_BOTTOM, LANE_TOP, LEFT, Scale, TIMES, TOP, bounds, grid, moment, times,
    },
};
use super::{lag_of, short};
use crate::components::lag;
use leptos::prelude::*;
use penstock_domain::{group::LagPoint, time::Timestamp};

/// Everything that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plot {
    size: Size,
    end: Vec<Vec<At>>,
    committed: Vec<Vec<At>>,
    log_start: Vec<Vec<At>>,
    /// Closed areas between end and committed.
    lag_areas: Vec<Vec<At>>,
    /// The lag alone, in the lane.
    lane: Vec<Vec<At>>,
    /// Lines of the grid with their labels.
    grid: Vec<(f64, String)>,
    lane_label: String,
    times: Vec<(f64, &'static str, String)>,
    lag_now: Option<u64>,
    expected: Option<Expected>,
    words: String,
}

impl Plot {
    /// Of the points between two moments; `None` where they say nothing.
    pub(super) fn of(
        points: &[LagPoint],
        since: Timestamp,
        until: Timestamp,
        forecast: Option<Forecast>,
        size: Size,
    ) -> Option<Self> {
        let (low, high) = bounds(points)?;
        let past = until.0.saturating_sub(since.0);
        let last = points
            .iter()
            .rev()
            .find_map(|point| Some((point.committed?, point.end?)));
        let ahead = forecast
            .filter(|forecast| forecast.fits(past))
            .and_then(|forecast| Some((forecast, last?)));
        let (high, room) = match ahead {
            Some((forecast, (_, end))) => {
                let room = forecast.room();
                let grown = Forecast::grown(forecast.in_per_second, room);
                (high.max(end.saturating_add(grown)), room)
            }
            None => (high, 0),
        };
        let scale = Scale {
            since: since.0,
            millis: past.saturating_add(room),
            low,
            high,
            right: size.right,
        };
        let runs = runs(points);
        let line = |value: fn(&LagPoint) -> Option<i64>| {
            lines(&runs, |point| {
                let offset = value(point).filter(|offset| *offset >= low)?;
                Some((scale.x(point.at), scale.y(offset)))
            })
        };
        let most_lag = points.iter().filter_map(lag_of).max().unwrap_or(0);
        Some(Self {
            size,
            end: line(|point| point.end),
            committed: line(|point| point.committed),
            log_start: line(|point| point.log_start),
            lag_areas: areas(&runs, scale),
            lane: lane(&runs, scale, most_lag),
            grid: grid(scale),
            lane_label: short(i64::try_from(most_lag).unwrap_or(i64::MAX)),
            times: times(scale, size),
            lag_now: points.iter().rev().find_map(lag_of),
            expected: ahead.map(|(forecast, last)| expected(scale, until, forecast, last)),
            words: words(points, since, until, most_lag),
        })
    }

    /// Draws it.
    pub(super) fn view(self) -> AnyView {
        let size = self.size;
        let right = format!("{:.1}", size.right);
        let grid = self
            .grid
            .into_iter()
            .enumerate()
            .map(|(index, (y, label))| {
                let class = if index == 0 { "axis" } else { "grid" };
                view! {
                    <line class=class x1=LEFT.to_string() x2=right.clone() y1=format!("{y:.1}") y2=format!("{y:.1}")></line>
                    <text x=(LEFT - 8.0).to_string() y=format!("{:.1}", y + 4.0) text-anchor="end">{label}</text>
                }
            })
            .collect_view();
        let times = self
            .times
            .into_iter()
            .map(|(x, anchor, label)| {
                view! { <text x=format!("{x:.1}") y=TIMES.to_string() text-anchor=anchor>{label}</text> }
            })
            .collect_view();
        let ends = |line: &[Vec<At>], expected: Option<At>| {
            expected.or_else(|| line.last()?.last().copied())
        };
        let names = size.named().then(|| {
            let expected = self.expected.as_ref();
            names(
                size,
                ends(&self.end, expected.map(|ahead| ahead.end[1])),
                ends(&self.committed, expected.map(|ahead| ahead.committed[1])),
                self.lag_now,
            )
        });
        let ahead = self.expected.map(|expected| expected.view(size));
        let drawn = |class: &'static str, d: String| {
            (!d.is_empty()).then(|| view! { <path class=class d=d></path> })
        };
        view! {
            <svg class="chart" viewBox=format!("0 0 {} 260", size.width) role="img" aria-label=self.words>
                {grid}
                {drawn("alag", closed(&self.lag_areas))}
                {drawn("lret", open(&self.log_start))}
                {drawn("lend", open(&self.end))}
                {drawn("l1", open(&self.committed))}
                {drawn("alag", closed(&lane_areas(&self.lane)))}
                {drawn("llag", open(&self.lane))}
                <line class="axis" x1=LEFT.to_string() x2=right.clone() y1=LANE_BOTTOM.to_string() y2=LANE_BOTTOM.to_string()></line>
                <text x=(LEFT - 8.0).to_string() y=(LANE_TOP + 8.0).to_string() text-anchor="end">{self.lane_label}</text>
                {ahead}
                {times}
                {names}
            </svg>
        }
        .into_any()
    }
}

/// The names of the lines at their ends, kept apart where the lines meet.
fn names(size: Size, end: Option<At>, committed: Option<At>, lag_now: Option<u64>) -> AnyView {
    const APART: f64 = 15.0;
    let x = size.right + 8.0;
    let end_y = end.map(|at| at.1.clamp(TOP, BOTTOM - APART));
    let committed_y = committed.map(|at| at.1).map(|y| match end_y {
        Some(end) => y.max(end + APART),
        None => y,
    });
    let name = |y: Option<f64>, class: &'static str, words: String| {
        y.map(|y| {
            view! { <text class=class x=format!("{x:.1}") y=format!("{:.1}", y + 4.0)>{words}</text> }
        })
    };
    view! {
        {name(end_y, "vend", "End".to_owned())}
        {name(committed_y, "v1", "Committed".to_owned())}
        {name(lag_now.map(|_| LANE_BOTTOM - 12.0), "vwarn", format!("Lag {}", lag_now.map(lag::count).unwrap_or_default()))}
    }
    .into_any()
}

/// What the picture says, for who does not see it.
fn words(points: &[LagPoint], since: Timestamp, until: Timestamp, most_lag: u64) -> String {
    let millis = until.0.saturating_sub(since.0);
    let grown = |value: fn(&LagPoint) -> Option<i64>| {
        let first = points.iter().find_map(value)?;
        let last = points.iter().rev().find_map(value)?;
        u64::try_from(last.saturating_sub(first)).ok()
    };
    let count = |records: Option<u64>| records.map_or_else(|| "unknown".to_owned(), lag::count);
    format!(
        "From {} to {} UTC {} records came in and {} were committed; the lag is {}, at most {}",
        moment(since, millis),
        moment(until, millis),
        count(grown(|point| point.end)),
        count(grown(|point| point.committed)),
        count(points.iter().rev().find_map(lag_of)),
        lag::count(most_lag),
    )
}

#[cfg(test)]
mod tests;
