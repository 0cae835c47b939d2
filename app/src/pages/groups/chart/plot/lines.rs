//! Samples as lines and areas without a bridge over gaps, and as the paths of SVG.

use super::scale::{At, GAP, LANE_BOTTOM, LANE_TOP, Scale};
use crate::pages::groups::chart::lag_of;
use penstock_domain::group::LagPoint;

/// Samples that follow one another without a gap.
pub(super) fn runs(points: &[LagPoint]) -> Vec<&[LagPoint]> {
    let mut distances: Vec<i64> = points
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] => Some(b.at.0.saturating_sub(a.at.0)),
            _ => None,
        })
        .collect();
    distances.sort_unstable();
    let usual = distances.get(distances.len() / 2).copied().unwrap_or(0);
    points
        .chunk_by(|a, b| b.at.0.saturating_sub(a.at.0) <= usual.max(1).saturating_mul(GAP))
        .collect()
}

/// Lines through what is known; what is not known is a gap.
pub(super) fn lines(runs: &[&[LagPoint]], place: impl Fn(&LagPoint) -> Option<At>) -> Vec<Vec<At>> {
    let mut lines = Vec::new();
    for run in runs {
        let mut line = Vec::new();
        for point in *run {
            match place(point) {
                Some(at) => line.push(at),
                None if line.len() > 1 => lines.push(std::mem::take(&mut line)),
                None => line.clear(),
            }
        }
        if line.len() > 1 {
            lines.push(line);
        }
    }
    lines
}

pub(super) fn areas(runs: &[&[LagPoint]], scale: Scale) -> Vec<Vec<At>> {
    let upper = lines(runs, |point| {
        point.committed?;
        Some((scale.x(point.at), scale.y(point.end?)))
    });
    let lower = lines(runs, |point| {
        point.end?;
        Some((scale.x(point.at), scale.y(point.committed?)))
    });
    upper
        .into_iter()
        .zip(lower)
        .map(|(mut upper, lower)| {
            upper.extend(lower.into_iter().rev());
            upper
        })
        .collect()
}

#[allow(clippy::cast_precision_loss, reason = "a lane of 48 pixels")]
pub(super) fn lane(runs: &[&[LagPoint]], scale: Scale, most: u64) -> Vec<Vec<At>> {
    lines(runs, |point| {
        let share = lag_of(point)? as f64 / most.max(1) as f64;
        Some((
            scale.x(point.at),
            LANE_BOTTOM - share * (LANE_BOTTOM - LANE_TOP),
        ))
    })
}

pub(super) fn lane_areas(lane: &[Vec<At>]) -> Vec<Vec<At>> {
    lane.iter()
        .filter_map(|line| {
            let (first, last) = (line.first()?, line.last()?);
            let mut area = line.clone();
            area.extend([(last.0, LANE_BOTTOM), (first.0, LANE_BOTTOM)]);
            Some(area)
        })
        .collect()
}

pub(super) fn open(lines: &[Vec<At>]) -> String {
    path(lines, "")
}

pub(super) fn closed(lines: &[Vec<At>]) -> String {
    path(lines, "Z")
}

pub(super) fn path(lines: &[Vec<At>], end: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(lines.iter().map(Vec::len).sum::<usize>() * 13);
    for line in lines {
        for (index, (x, y)) in line.iter().enumerate() {
            // Writing to a String can't fail.
            let _ = write!(out, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
        }
        out.push_str(end);
    }
    out
}
