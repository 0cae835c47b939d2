//! A series as bytes, for a store: the coarse tiers, points as differences. The finest minutes are not worth the room.

use super::{Raw, Series, TIERS, read, write};
use std::collections::VecDeque;

/// Tiers from this one on are saved.
const COARSE: usize = 1;

impl<const N: usize> Series<N> {
    /// What a later console takes back with [`Series::restored`].
    pub fn saved(&self) -> Vec<u8> {
        let mut bytes = VecDeque::new();
        for tier in self.tiers.iter().skip(COARSE) {
            let points: Vec<Raw<N>> = tier.points().collect();
            write(&mut bytes, i64::try_from(points.len()).unwrap_or(0));
            let mut before = Raw {
                at: 0,
                values: [0; N],
            };
            for point in points {
                write(&mut bytes, point.at.wrapping_sub(before.at));
                for (new, old) in point.values.iter().zip(before.values) {
                    write(&mut bytes, new.wrapping_sub(old));
                }
                before = point;
            }
        }
        bytes.into()
    }

    /// From such bytes; `None` where they are not.
    pub fn restored(bytes: &[u8]) -> Option<Self> {
        let mut bytes = bytes.iter().copied();
        let mut series = Self::default();
        for (tier, (_, most)) in series.tiers.iter_mut().zip(TIERS).skip(COARSE) {
            let count = read(&mut bytes)?;
            let count = usize::try_from(count).ok().filter(|count| *count <= most)?;
            let mut before = Raw {
                at: 0,
                values: [0; N],
            };
            for index in 0..count {
                let step = read(&mut bytes)?;
                // Time only goes on, and none of it lies before 1970.
                if step < 0 || (index > 0 && step == 0) {
                    return None;
                }
                let mut next = Raw {
                    at: before.at.checked_add(step)?,
                    values: before.values,
                };
                for value in &mut next.values {
                    *value = value.wrapping_add(read(&mut bytes)?);
                }
                tier.add(next, most);
                before = next;
            }
        }
        // The finest tier goes on from the newest point that is left.
        let newest = series.tiers.get(COARSE)?.newest();
        if let (Some(newest), Some(finest)) = (newest, series.tiers.first_mut()) {
            let (_, most) = *TIERS.first()?;
            finest.add(newest, most);
        }
        bytes.next().is_none().then_some(series)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::time::Timestamp;
    use proptest::prelude::*;

    #[test]
    fn a_course_goes_on_where_it_stopped() {
        let mut series = Series::<3>::default();
        for round in 0..10_000_i64 {
            series.add(Timestamp(round * 5_000), [round, round * 2, -1]);
        }
        let saved = series.saved();
        assert!(saved.len() < 5_000, "{}", saved.len());
        let mut restored = Series::<3>::restored(&saved).unwrap();
        let last = restored.last().unwrap();
        assert!(10_000 * 5_000 - last.at.0 < 35_000, "{last:?}");
        assert_eq!(restored.first(), series.first());
        restored.add(Timestamp(10_000 * 5_000), [10_000, 20_000, -1]);
        let points = restored.since(Timestamp(0));
        assert!(points.windows(2).all(|pair| pair[0].at < pair[1].at));
        assert!(
            points
                .iter()
                .all(|point| point.values[0] == point.at.0 / 5_000)
        );
        assert_eq!(
            Series::<3>::restored(&Series::<3>::default().saved())
                .unwrap()
                .last(),
            None
        );
    }

    proptest! {
        #[test]
        fn other_bytes_are_refused_or_make_an_orderly_series(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            if let Some(series) = Series::<2>::restored(&bytes) {
                let points = series.since(Timestamp(0));
                prop_assert!(points.windows(2).all(|pair| pair[0].at <= pair[1].at));
            }
        }

        #[test]
        fn what_is_cut_off_is_refused(cut in 1..40_usize) {
            let mut series = Series::<1>::default();
            for round in 0..100_i64 {
                series.add(Timestamp(round * 60_000), [round * 1_000]);
            }
            let saved = series.saved();
            let cut = cut.min(saved.len());
            prop_assert!(Series::<1>::restored(&saved[..saved.len() - cut]).is_none());
        }
    }
}
