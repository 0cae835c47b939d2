//! Numbers over time in few bytes: every few seconds for the last minutes, coarser the older, for two weeks. Delta-coded, and
//! bounded whatever comes. Pure.
//!
//! A course that stands still takes no room: a point equal to both before it replaces the later of them.

mod saved;

use penstock_domain::time::Timestamp;
use std::collections::VecDeque;

/// Distance of points and how many there are, finest first: five minutes, an hour, two days, two weeks.
const TIERS: [(i64, usize); 4] = [
    (0, 60),
    (30_000, 120),
    (15 * 60_000, 192),
    (2 * 3_600_000, 168),
];
/// A clock that went back by less is not believed, and the point left out; by more, the series begins anew.
const CLOCK_STEP: i64 = 10_000;
/// Times are kept in tenths of a second.
const UNIT: i64 = 100;

/// `N` numbers at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point<const N: usize> {
    /// When.
    pub at: Timestamp,
    /// The numbers.
    pub values: [i64; N],
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Series<const N: usize> {
    tiers: [Tier<N>; TIERS.len()],
}

#[derive(Clone, Debug, Default)]
struct Tier<const N: usize> {
    /// The oldest point, as it is.
    first: Option<Raw<N>>,
    /// From each point to the next, up to `coded`.
    bytes: VecDeque<u8>,
    /// How many steps `bytes` holds.
    steps: usize,
    coded: Option<Raw<N>>,
    /// The newest point, where it is not the only one.
    open: Option<Raw<N>>,
}

/// A point with its time in units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Raw<const N: usize> {
    at: i64,
    values: [i64; N],
}

impl<const N: usize> Series<N> {
    /// Adds what was measured. Times grow; see [`CLOCK_STEP`].
    pub fn add(&mut self, at: Timestamp, values: [i64; N]) {
        if let Some(last) = self.last() {
            let ahead = at.0.saturating_sub(last.at.0);
            if ahead < -CLOCK_STEP {
                self.clear();
            } else if ahead < UNIT {
                return;
            }
        }
        let raw = Raw {
            at: at.0.div_euclid(UNIT),
            values,
        };
        for (tier, (distance, most)) in self.tiers.iter_mut().zip(TIERS) {
            let due = tier
                .newest()
                .is_none_or(|newest| raw.at - newest.at >= distance / UNIT);
            if due {
                tier.add(raw, most);
            }
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The newest point.
    pub fn last(&self) -> Option<Point<N>> {
        self.tiers.first()?.newest().map(Raw::point)
    }

    /// The oldest point.
    pub fn first(&self) -> Option<Point<N>> {
        self.tiers
            .iter()
            .filter_map(|tier| tier.first)
            .min_by_key(|first| first.at)
            .map(Raw::point)
    }

    /// Points since a moment, oldest first: the finest there are for each time.
    pub fn since(&self, since: Timestamp) -> Vec<Point<N>> {
        let mut points = Vec::new();
        for (index, tier) in self.tiers.iter().enumerate().rev() {
            let finer = index
                .checked_sub(1)
                .and_then(|finer| self.tiers.get(finer)?.first)
                .map_or(i64::MAX, |first| first.at);
            points.extend(
                tier.points()
                    .take_while(|raw| raw.at < finer)
                    .map(Raw::point)
                    .filter(|point| point.at >= since),
            );
        }
        points
    }

    /// Bytes that it holds beside itself.
    pub fn bytes(&self) -> usize {
        self.tiers.iter().map(|tier| tier.bytes.capacity()).sum()
    }
}

impl Series<1> {
    /// When a number that only grows passed `value`, by interpolation between the points around it. `None`: it has not, or did so
    /// before the oldest point.
    pub fn passed(&self, value: i64) -> Option<Timestamp> {
        let tier = self
            .tiers
            .iter()
            .find(|tier| tier.first.is_some_and(|first| first.values[0] <= value))?;
        let mut before = tier.first?;
        for after in tier.points().skip(1) {
            let [high] = after.values;
            if high > value {
                return Some(between(before, after, value));
            }
            before = after;
        }
        // A coarse tier ends before the newest point, which may have passed it.
        let last = self.tiers.first()?.newest()?;
        (last.values[0] > value).then(|| between(before, last, value))
    }
}

/// The record with offset `value` is there once the end is one more.
fn between(before: Raw<1>, after: Raw<1>, value: i64) -> Timestamp {
    let ([low], [high]) = (before.values, after.values);
    let grown = high.saturating_sub(low).max(1) as f64;
    let share = (value.saturating_sub(low).saturating_add(1) as f64 / grown).clamp(0.0, 1.0);
    let millis = (after.at - before.at).saturating_mul(UNIT) as f64 * share;
    Timestamp((before.at * UNIT).saturating_add(millis as i64))
}

impl<const N: usize> Raw<N> {
    fn point(self) -> Point<N> {
        Point {
            at: Timestamp(self.at.saturating_mul(UNIT)),
            values: self.values,
        }
    }
}

impl<const N: usize> Tier<N> {
    fn newest(&self) -> Option<Raw<N>> {
        self.open.or(self.first)
    }

    fn add(&mut self, raw: Raw<N>, most: usize) {
        let (Some(coded), Some(open)) = (self.coded, self.open) else {
            if self.first.is_none() {
                self.first = Some(raw);
                self.coded = Some(raw);
            } else {
                self.open = Some(raw);
            }
            return;
        };
        if coded.values == open.values && open.values == raw.values {
            self.open = Some(raw);
            return;
        }
        write(&mut self.bytes, open.at.wrapping_sub(coded.at));
        for (new, old) in open.values.iter().zip(coded.values) {
            write(&mut self.bytes, new.wrapping_sub(old));
        }
        self.steps += 1;
        self.coded = Some(open);
        self.open = Some(raw);
        // Two points are outside of `bytes`. Small steps take few bytes; large ones shorten the memory.
        while self.steps + 2 > most || self.bytes.len() > most * (3 + 3 * N) {
            self.drop_first();
        }
    }

    fn drop_first(&mut self) {
        let Some(first) = self.first else { return };
        let mut bytes = self.bytes.iter().copied();
        let next = step(first, &mut bytes);
        let left = bytes.len();
        self.bytes.drain(..self.bytes.len() - left);
        self.steps = self.steps.saturating_sub(1);
        self.first = next.or(self.coded);
    }

    /// Oldest first.
    fn points(&self) -> impl Iterator<Item = Raw<N>> + '_ {
        let mut bytes = self.bytes.iter().copied();
        let steps = std::iter::successors(self.first, move |raw| step(*raw, &mut bytes));
        steps.chain(self.open)
    }
}

/// The next point; `None` at the end of the bytes.
fn step<const N: usize>(from: Raw<N>, bytes: &mut impl Iterator<Item = u8>) -> Option<Raw<N>> {
    let mut next = Raw {
        at: from.at.wrapping_add(read(bytes)?),
        values: from.values,
    };
    for value in &mut next.values {
        *value = value.wrapping_add(read(bytes)?);
    }
    Some(next)
}

/// Small numbers of either sign in few bytes (zigzag, seven bits a byte).
fn write(bytes: &mut VecDeque<u8>, number: i64) {
    let mut rest = ((number << 1) ^ (number >> 63)).cast_unsigned();
    loop {
        let low = (rest & 0x7f) as u8;
        rest >>= 7;
        if rest == 0 {
            bytes.push_back(low);
            return;
        }
        bytes.push_back(low | 0x80);
    }
}

fn read(bytes: &mut impl Iterator<Item = u8>) -> Option<i64> {
    let mut value = 0_u64;
    for shift in (0..70).step_by(7) {
        let byte = bytes.next()?;
        value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: i64 = 1_000;

    #[test]
    fn two_weeks_take_a_few_kilobytes() {
        let mut series = Series::<1>::default();
        for round in 0..(14 * 86_400 / 5) {
            series.add(Timestamp(round * 5 * SECOND), [round * 5 * 117]);
        }
        assert!(series.bytes() < 6_000, "{}", series.bytes());
        let now = 14 * 86_400 * SECOND;
        let hour = series.since(Timestamp(now - 3_600 * SECOND));
        assert!((120..240).contains(&hour.len()), "{}", hour.len());
        let all = series.since(Timestamp(0));
        assert!(all[0].at.0 <= 3 * 3_600 * SECOND, "{:?}", all[0]);
        assert!(all.windows(2).all(|pair| pair[0].at < pair[1].at));
        assert!(
            all.iter()
                .all(|point| point.values[0] == point.at.0 / SECOND * 117)
        );
    }

    #[test]
    fn what_stands_still_takes_nothing() {
        let mut series = Series::<1>::default();
        for round in 0..100_000 {
            series.add(Timestamp(round * 5 * SECOND), [7]);
        }
        assert_eq!(series.bytes(), 0);
        assert_eq!(
            series.since(Timestamp(0)).len(),
            2,
            "its beginning and its end"
        );
    }

    #[test]
    fn a_passing_is_interpolated_and_not_guessed() {
        let mut series = Series::<1>::default();
        series.add(Timestamp(0), [100]);
        series.add(Timestamp(10 * SECOND), [200]);
        series.add(Timestamp(20 * SECOND), [200]);
        series.add(Timestamp(30 * SECOND), [300]);
        assert_eq!(series.passed(149), Some(Timestamp(5 * SECOND)));
        assert_eq!(series.passed(199), Some(Timestamp(10 * SECOND)));
        assert_eq!(series.passed(249), Some(Timestamp(25 * SECOND)));
        assert_eq!(series.passed(300), None, "not yet");
        assert_eq!(series.passed(99), None, "before the first sample");
    }

    #[test]
    fn an_old_passing_is_found_in_the_coarse_points() {
        let mut series = Series::<1>::default();
        for round in 0..(2 * 3_600 / 5) {
            series.add(Timestamp(round * 5 * SECOND), [round * 50]);
        }
        // Ten records a second; offset 18000 was written half an hour in.
        let found = series.passed(18_000).unwrap();
        assert!((found.0 - 1_800 * SECOND).abs() < 30 * SECOND, "{found}");
    }

    #[test]
    fn a_clock_that_steps_back_makes_no_disorder() {
        let mut series = Series::<1>::default();
        series.add(Timestamp(100 * SECOND), [1]);
        series.add(Timestamp(99 * SECOND), [2]);
        assert_eq!(series.last().unwrap().values, [1]);
        series.add(Timestamp(10 * SECOND), [3]);
        assert_eq!(series.since(Timestamp(0)).len(), 1);
    }

    proptest! {
        #[test]
        fn every_recent_point_comes_back(
            steps in prop::collection::vec((1_i64..100_000, any::<i64>(), any::<i64>()), 1..50),
        ) {
            let mut series = Series::<2>::default();
            let mut at = 1_000_000;
            let mut all = Vec::new();
            for (step, a, b) in steps {
                at += step * UNIT;
                series.add(Timestamp(at), [a, b]);
                all.push(Point { at: Timestamp(at), values: [a, b] });
            }
            let points = series.since(Timestamp(0));
            prop_assert_eq!(points.last(), all.last());
            prop_assert!(points.iter().all(|point| all.contains(point)));
            prop_assert!(points.windows(2).all(|pair| pair[0].at < pair[1].at));
        }

        #[test]
        fn bytes_stay_bounded(values in prop::collection::vec(any::<i64>(), 1..2_000)) {
            let mut series = Series::<1>::default();
            for (round, value) in (0_i64..).zip(values) {
                series.add(Timestamp(round * 7_200_000), [value]);
            }
            prop_assert!(series.bytes() <= 16_384);
        }
    }
}
