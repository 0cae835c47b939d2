//! A group's lag over the last hours, for a line in a row of the list. Pure.

use penstock_domain::time::Timestamp;
use std::collections::VecDeque;

/// Ten minutes a slot.
const SLOT: i64 = 600_000;
/// Six hours.
const SLOTS: usize = 36;

/// The last lag in each slot.
#[derive(Clone, Debug, Default)]
pub struct Trend {
    newest: i64,
    slots: VecDeque<Option<u64>>,
}

impl Trend {
    /// Takes one look in; the newest of a slot stays.
    pub fn add(&mut self, at: Timestamp, lag: Option<u64>) {
        let slot = at.0.div_euclid(SLOT);
        let ahead = slot.saturating_sub(self.newest);
        if self.slots.is_empty() || ahead < 0 || ahead > SLOTS as i64 {
            // The first, after a long silence, or by another clock.
            self.slots.clear();
            self.newest = slot;
            self.slots.push_back(lag);
            return;
        }
        for _ in 1..ahead {
            self.slots.push_back(None);
        }
        match self.slots.back_mut() {
            Some(last) if ahead == 0 => *last = lag.or(*last),
            _ => self.slots.push_back(lag),
        }
        self.newest = slot;
        while self.slots.len() > SLOTS {
            self.slots.pop_front();
        }
    }

    /// For a store: the newest slot's number, and the slots.
    pub(super) fn saved(&self) -> (i64, Vec<Option<u64>>) {
        (self.newest, self.slots.iter().copied().collect())
    }

    /// From a store; of too many slots the newest stay.
    pub(super) fn restored(newest: i64, slots: Vec<Option<u64>>) -> Self {
        let surplus = slots.len().saturating_sub(SLOTS);
        Self {
            newest,
            slots: slots.into_iter().skip(surplus).collect(),
        }
    }

    /// Oldest first, six hours long; before the first look nothing is known.
    pub fn points(&self) -> Vec<Option<u64>> {
        let missing = SLOTS.saturating_sub(self.slots.len());
        std::iter::repeat_n(None, missing)
            .chain(self.slots.iter().copied())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_hours_are_kept_with_their_holes() {
        let mut trend = Trend::default();
        for minute in (0..600).filter(|minute| !(100..160).contains(minute)) {
            trend.add(Timestamp(minute * 60_000), Some(minute.unsigned_abs()));
        }
        let points = trend.points();
        assert_eq!(points.len(), 36);
        assert_eq!(points.last(), Some(&Some(599)));
        assert_eq!(points[0], Some(249));
        let mut young = Trend::default();
        young.add(Timestamp(0), Some(5));
        young.add(Timestamp(40 * 60_000), Some(7));
        young.add(Timestamp(41 * 60_000), None);
        assert_eq!(young.points()[31..], [Some(5), None, None, None, Some(7)]);
        young.add(Timestamp(-1), Some(1));
        assert_eq!(young.points()[34..], [None, Some(1)]);
    }
}
