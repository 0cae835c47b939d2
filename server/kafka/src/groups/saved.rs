//! What of a group outlives the console: since when it is known, its course by topic, the trend of its lag. As bytes, which the
//! server's store keeps and nobody else reads. Pure.
//!
//! A first byte tells the layout; bytes of another layout, or damaged ones, are no history, never an error.

use super::{history::GroupHistory, series::Series, trend::Trend};
use penstock_domain::{ids::TopicName, time::Timestamp};
use std::collections::BTreeMap;

/// The layout that is written.
const LAYOUT: u8 = 1;

/// A group's past.
#[derive(Debug)]
pub struct Past {
    pub(super) first_seen: Timestamp,
    pub(super) trend: Trend,
    pub(super) history: GroupHistory,
}

impl Past {
    /// When something was last known.
    pub(super) fn newest(&self) -> Option<Timestamp> {
        let course = self.history.since(Timestamp(0));
        course
            .iter()
            .filter_map(|topic| topic.points.last())
            .map(|point| point.at)
            .max()
    }

    /// As bytes again.
    pub(super) fn saved(&self) -> Vec<u8> {
        write(self.first_seen, &self.trend, &self.history.topics())
    }
}

/// Writes a past.
pub(super) fn write(
    first_seen: Timestamp,
    trend: &Trend,
    topics: &BTreeMap<TopicName, Series<3>>,
) -> Vec<u8> {
    let mut bytes = vec![LAYOUT];
    number(&mut bytes, first_seen.0);
    let (newest, slots) = trend.saved();
    number(&mut bytes, newest);
    length(&mut bytes, slots.len());
    for slot in slots {
        // One more than the lag, so that nothing known has a number of its own.
        number(
            &mut bytes,
            slot.map_or(0, |lag| i64::try_from(lag).unwrap_or(i64::MAX - 1) + 1),
        );
    }
    length(&mut bytes, topics.len());
    for (topic, series) in topics {
        part(&mut bytes, topic.as_str().as_bytes());
        part(&mut bytes, &series.saved());
    }
    bytes
}

/// Reads one; `None` where the bytes are not of this layout.
pub fn read(bytes: &[u8]) -> Option<Past> {
    let mut rest = Rest(bytes);
    if rest.take(1)? != [LAYOUT] {
        return None;
    }
    let first_seen = Timestamp(rest.number()?);
    let newest = rest.number()?;
    let slots = rest.length()?;
    let slots: Option<Vec<Option<u64>>> = (0..slots)
        .map(|_| {
            Some(
                rest.number()?
                    .checked_sub(1)
                    .and_then(|lag| u64::try_from(lag).ok()),
            )
        })
        .collect();
    let trend = Trend::restored(newest, slots?);
    let mut topics = BTreeMap::new();
    for _ in 0..rest.length()? {
        let name = std::str::from_utf8(rest.part()?).ok()?;
        topics.insert(TopicName::from(name), Series::restored(rest.part()?)?);
    }
    rest.0.is_empty().then(|| Past {
        first_seen,
        trend,
        history: GroupHistory::of(topics),
    })
}

fn number(bytes: &mut Vec<u8>, number: i64) {
    bytes.extend(number.to_le_bytes());
}

fn length(bytes: &mut Vec<u8>, length: usize) {
    bytes.extend(u32::try_from(length).unwrap_or(0).to_le_bytes());
}

fn part(bytes: &mut Vec<u8>, part: &[u8]) {
    length(bytes, part.len());
    bytes.extend(part);
}

/// Bytes that are not read yet.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, number: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(number)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<i64> {
        self.take(8)?.try_into().ok().map(i64::from_le_bytes)
    }

    /// A number of things, each of which takes at least a byte.
    fn length(&mut self) -> Option<usize> {
        let length = self.take(4)?.try_into().ok().map(u32::from_le_bytes)?;
        usize::try_from(length)
            .ok()
            .filter(|length| *length <= self.0.len())
    }

    fn part(&mut self) -> Option<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes() -> Vec<u8> {
        let mut series = Series::<3>::default();
        let mut trend = Trend::default();
        for round in 0..500_i64 {
            let at = Timestamp(round * 60_000);
            series.add(at, [round, round * 2, 0]);
            trend.add(at, (round != 480).then(|| round.unsigned_abs()));
        }
        write(
            Timestamp(7),
            &trend,
            &BTreeMap::from([("a".into(), series.clone()), ("b".into(), series)]),
        )
    }

    #[test]
    fn a_past_comes_back() {
        let past = read(&bytes()).unwrap();
        assert_eq!(past.first_seen, Timestamp(7));
        let course = past.history.since(Timestamp(0));
        assert_eq!(course.len(), 2);
        assert_eq!(course[0].points.last().unwrap().committed, Some(499));
        let trend = past.trend.points();
        assert_eq!(trend.last(), Some(&Some(499)));
    }

    proptest! {
        #[test]
        fn damaged_bytes_are_no_history(at in 0..400_usize, with in any::<u8>(), length in 0..900_usize) {
            let mut bytes = bytes();
            bytes.truncate(length);
            if let Some(byte) = bytes.get_mut(at) {
                *byte = with;
            }
            let _ = read(&bytes);
        }
    }
}
