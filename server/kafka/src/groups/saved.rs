//! What of a group outlives the console: since when it is known, its course by topic, the trend of its lag, what happened to it last.
//! As bytes, which the server's store keeps and nobody else reads. Pure.
//!
//! A first byte tells the layout; bytes of another layout, or damaged ones, are no history, never an error.

use super::{events::SavedEvents, history::GroupHistory, series::Series, trend::Trend};
use penstock_domain::{
    group::{GroupEvent, GroupEventKind},
    ids::TopicName,
    time::Timestamp,
};
use std::collections::BTreeMap;

/// The layout that is written.
const LAYOUT: u8 = 2;
/// An older one that can be read: without events.
const WITHOUT_EVENTS: u8 = 1;

/// Kinds of events by their number in the bytes; new ones go to the end.
const KINDS: [GroupEventKind; 7] = [
    GroupEventKind::Joined,
    GroupEventKind::Left,
    GroupEventKind::Rebalanced,
    GroupEventKind::State,
    GroupEventKind::WentBack,
    GroupEventKind::Moved,
    GroupEventKind::Lost,
];

/// A group's past.
#[derive(Debug)]
pub struct Past {
    pub(super) first_seen: Timestamp,
    pub(super) trend: Trend,
    pub(super) history: GroupHistory,
    pub(super) events: SavedEvents,
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
        write(
            self.first_seen,
            &self.trend,
            &self.history.topics(),
            &self.events,
        )
    }
}

/// Writes a past.
pub(super) fn write(
    first_seen: Timestamp,
    trend: &Trend,
    topics: &BTreeMap<TopicName, Series<3>>,
    events: &SavedEvents,
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
    write_events(&mut bytes, events);
    bytes
}

fn write_events(bytes: &mut Vec<u8>, events: &SavedEvents) {
    length(bytes, events.events.len());
    for event in &events.events {
        number(bytes, event.at.0);
        let kind = KINDS.iter().position(|kind| *kind == event.what);
        bytes.push(
            kind.and_then(|kind| u8::try_from(kind).ok())
                .unwrap_or(u8::MAX),
        );
        part(bytes, event.text.as_bytes());
    }
    length(bytes, events.rebalances.len());
    for (at, count) in &events.rebalances {
        number(bytes, at.0);
        number(bytes, i64::from(*count));
    }
    number(bytes, events.left_at.map_or(i64::MIN, |at| at.0));
}

fn read_events(rest: &mut Rest<'_>) -> Option<SavedEvents> {
    let mut saved = SavedEvents::default();
    for _ in 0..rest.length()? {
        let at = Timestamp(rest.number()?);
        let kind = usize::from(*rest.take(1)?.first()?);
        let text = std::str::from_utf8(rest.part()?).ok()?.to_owned();
        let what = *KINDS.get(kind)?;
        saved.events.push(GroupEvent { at, what, text });
    }
    for _ in 0..rest.length()? {
        let at = Timestamp(rest.number()?);
        saved
            .rebalances
            .push((at, u32::try_from(rest.number()?).ok()?));
    }
    saved.left_at = Some(rest.number()?)
        .filter(|at| *at != i64::MIN)
        .map(Timestamp);
    Some(saved)
}

/// Reads one; `None` where the bytes are not of this layout.
pub fn read(bytes: &[u8]) -> Option<Past> {
    let mut rest = Rest(bytes);
    let layout = *rest.take(1)?.first()?;
    if ![LAYOUT, WITHOUT_EVENTS].contains(&layout) {
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
    let events = if layout == WITHOUT_EVENTS {
        SavedEvents::default()
    } else {
        read_events(&mut rest)?
    };
    rest.0.is_empty().then(|| Past {
        first_seen,
        trend,
        history: GroupHistory::of(topics),
        events,
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
            &events(),
        )
    }

    fn events() -> SavedEvents {
        let event = |at, what, text: &str| GroupEvent {
            at: Timestamp(at),
            what,
            text: text.to_owned(),
        };
        SavedEvents {
            events: vec![
                event(9, GroupEventKind::Lost, "42 records of ä were deleted"),
                event(8, GroupEventKind::Joined, ""),
            ],
            rebalances: vec![(Timestamp(3), 1), (Timestamp(8), 7)],
            left_at: Some(Timestamp(5)),
        }
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
        assert_eq!(past.events, events());
        assert_eq!(past.saved(), bytes());
    }

    #[test]
    fn what_an_older_console_kept_has_no_events() {
        let none = SavedEvents::default();
        let mut bytes = write(Timestamp(7), &Trend::default(), &BTreeMap::new(), &none);
        // Two lengths and a time follow the rest.
        bytes.truncate(bytes.len() - 16);
        assert!(read(&bytes).is_none(), "cut off");
        bytes[0] = WITHOUT_EVENTS;
        assert_eq!(read(&bytes).unwrap().events, none);
        bytes[0] = LAYOUT + 1;
        assert!(read(&bytes).is_none());
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
