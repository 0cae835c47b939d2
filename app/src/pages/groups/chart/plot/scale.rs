//! From offsets and moments to places in the picture, and the marks on both scales.

use crate::pages::groups::chart::short;
use penstock_domain::{group::LagPoint, time::Timestamp};

/// Where the plot of offsets begins and ends.
pub(super) const TOP: f64 = 8.0;
pub(super) const BOTTOM: f64 = 168.0;
/// Where the lane of the lag begins and ends.
pub(super) const LANE_TOP: f64 = 184.0;
pub(super) const LANE_BOTTOM: f64 = 232.0;
/// The line of times.
pub(super) const TIMES: f64 = 250.0;
/// Left of it stand the labels of the scale.
pub(super) const LEFT: f64 = 46.0;
/// A gap so many times as long as the usual distance of samples is not bridged.
pub(super) const GAP: i64 = 5;

/// How wide it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::pages::groups::chart) struct Size {
    pub(super) width: f64,
    /// Where the plot ends; right of it stand names, if there is room.
    pub(super) right: f64,
    times: u8,
}

impl Size {
    pub(in crate::pages::groups::chart) const WIDE: Self = Self {
        width: 1160.0,
        right: 1056.0,
        times: 5,
    };
    pub(in crate::pages::groups::chart) const NARROW: Self = Self {
        width: 358.0,
        right: 350.0,
        times: 3,
    };

    pub(super) fn named(self) -> bool {
        self.width - self.right > 80.0
    }
}

/// A point of the picture.
pub(super) type At = (f64, f64);

/// From values to the picture.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    pub(super) since: i64,
    pub(super) millis: i64,
    pub(super) low: i64,
    pub(super) high: i64,
    pub(super) right: f64,
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a picture of a thousand by two hundred pixels"
)]
impl Scale {
    pub(super) fn x(self, at: Timestamp) -> f64 {
        let share = (at.0 - self.since) as f64 / self.millis.max(1) as f64;
        LEFT + share.clamp(0.0, 1.0) * (self.right - LEFT)
    }

    pub(super) fn y(self, offset: i64) -> f64 {
        let share = offset.saturating_sub(self.low) as f64
            / self.high.saturating_sub(self.low).max(1) as f64;
        BOTTOM - share.clamp(0.0, 1.0) * (BOTTOM - TOP)
    }
}

/// The lowest and highest offset that is shown. The first offset counts as long as it does not press the rest flat.
pub(super) fn bounds(points: &[LagPoint]) -> Option<(i64, i64)> {
    let of = |value: fn(&LagPoint) -> Option<i64>| points.iter().filter_map(value);
    let low = of(|point| point.committed)
        .chain(of(|point| point.end))
        .min()?;
    let high = of(|point| point.end)
        .chain(of(|point| point.committed))
        .max()?;
    let room = high.saturating_sub(low).max(1);
    let low = of(|point| point.log_start)
        .min()
        .filter(|start| *start < low && low.saturating_sub(*start) <= room)
        .unwrap_or(low);
    let high = of(|point| point.log_start)
        .max()
        .map_or(high, |start| high.max(start));
    Some((low, high))
}

/// Round steps, at most five lines; the lowest is the axis.
pub(super) fn grid(scale: Scale) -> Vec<(f64, String)> {
    let room = scale.high.saturating_sub(scale.low);
    if room <= 0 {
        return vec![(BOTTOM, "0".to_owned())];
    }
    let step = round_step(room);
    (0..=4)
        .map(|index| step.saturating_mul(index))
        .take_while(|above| *above <= room)
        .map(|above| {
            let label = match above {
                0 => "0".to_owned(),
                _ if scale.low == 0 => short(above),
                _ => format!("+{}", short(above)),
            };
            (scale.y(scale.low.saturating_add(above)), label)
        })
        .collect()
}

/// 1, 2 or 5 times a power of ten, so that three to five lines fit.
pub(super) fn round_step(room: i64) -> i64 {
    let mut power = 1_i64;
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            if room / step <= 4 {
                return step.max(1);
            }
        }
        power = power.saturating_mul(10);
    }
}

pub(super) fn times(scale: Scale, size: Size) -> Vec<(f64, &'static str, String)> {
    let parts = i64::from(size.times.saturating_sub(1)).max(1);
    (0..=parts)
        .map(|index| {
            let at = Timestamp(scale.since + scale.millis / parts * index);
            let anchor = match index {
                0 => "start",
                last if last == parts => "end",
                _ => "middle",
            };
            (scale.x(at), anchor, moment(at, scale.millis))
        })
        .collect()
}

/// `07:29` within a day, else `22 Nov`.
pub(super) fn moment(at: Timestamp, millis: i64) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    if millis <= 2 * 86_400_000 {
        return at.clock().chars().take(5).collect();
    }
    let date = at.date();
    let mut parts = date.rsplit('-');
    let day = parts.next().unwrap_or_default().trim_start_matches('0');
    let month = parts
        .next()
        .and_then(|month| month.parse::<usize>().ok())
        .and_then(|month| MONTHS.get(month.checked_sub(1)?));
    format!("{day} {}", month.copied().unwrap_or_default())
}
