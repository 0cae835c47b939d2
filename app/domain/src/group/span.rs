//! How far back a chart looks, and what it draws of a history: fewer points of the same course, several topics as one. Pure.

use super::{LagHistory, LagPoint};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Points of one course that an answer holds at most: a chart is some thousand pixels wide.
pub const MOST_POINTS: usize = 240;

/// How far back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum HistorySpan {
    /// An hour.
    #[default]
    #[serde(rename = "1h")]
    Hour,
    /// A day.
    #[serde(rename = "24h")]
    Day,
    /// Two weeks: a week of retention and what came before.
    #[serde(rename = "14d")]
    TwoWeeks,
}

impl HistorySpan {
    /// Every span in its order.
    pub const ALL: [HistorySpan; 3] = [HistorySpan::Hour, HistorySpan::Day, HistorySpan::TwoWeeks];

    /// The name in addresses and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            HistorySpan::Hour => "1h",
            HistorySpan::Day => "24h",
            HistorySpan::TwoWeeks => "14d",
        }
    }

    /// The words on the page.
    pub const fn words(self) -> &'static str {
        match self {
            HistorySpan::Hour => "1 h",
            HistorySpan::Day => "24 h",
            HistorySpan::TwoWeeks => "14 d",
        }
    }

    /// By its name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|span| span.name() == name)
    }

    /// Milliseconds.
    pub const fn millis(self) -> i64 {
        match self {
            HistorySpan::Hour => 3_600_000,
            HistorySpan::Day => 86_400_000,
            HistorySpan::TwoWeeks => 14 * 86_400_000,
        }
    }

    /// Where it begins.
    pub const fn since(self, now: Timestamp) -> Timestamp {
        Timestamp(now.0.saturating_sub(self.millis()))
    }
}

/// A group's history as its page and the API have it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct GroupHistory {
    /// How far back was asked.
    pub span: HistorySpan,
    /// Where it begins.
    pub since: Timestamp,
    /// Where it ends.
    pub until: Timestamp,
    /// By topic, sorted; at most [`MOST_POINTS`] points each.
    pub topics: Vec<LagHistory>,
}

/// Points of the same course, at most `most`: of neighbours the last one stays, and the very first.
pub fn thin(points: &[LagPoint], most: usize) -> Vec<LagPoint> {
    if points.len() <= most || most < 2 {
        return points.to_vec();
    }
    let first = points.first().copied();
    let room = most - 1;
    let kept = (1..=room).filter_map(|index| {
        // The last of each of `room` equal parts of what follows the first.
        let at = index * (points.len() - 1) / room;
        points.get(at).copied()
    });
    first.into_iter().chain(kept).collect()
}

/// Several topics as one course. Each topic keeps its last known point until its next; a moment at which some topic was not known
/// yet has no sum.
pub fn sum(topics: &[LagHistory]) -> Vec<LagPoint> {
    if let [only] = topics {
        return only.points.clone();
    }
    let mut moments: Vec<Timestamp> = topics
        .iter()
        .flat_map(|topic| topic.points.iter().map(|point| point.at))
        .collect();
    moments.sort_unstable();
    moments.dedup();
    let mut next: Vec<usize> = vec![0; topics.len()];
    moments
        .into_iter()
        .map(|at| {
            let mut total = LagPoint {
                at,
                committed: Some(0),
                end: Some(0),
                log_start: Some(0),
            };
            for (topic, next) in topics.iter().zip(&mut next) {
                while topic.points.get(*next).is_some_and(|point| point.at <= at) {
                    *next += 1;
                }
                let last = next.checked_sub(1).and_then(|last| topic.points.get(last));
                add(&mut total.committed, last.and_then(|point| point.committed));
                add(&mut total.end, last.and_then(|point| point.end));
                add(&mut total.log_start, last.and_then(|point| point.log_start));
            }
            total
        })
        .collect()
}

fn add(total: &mut Option<i64>, offset: Option<i64>) {
    *total = total
        .zip(offset)
        .and_then(|(total, offset)| total.checked_add(offset));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn point(at: i64, committed: i64, end: i64) -> LagPoint {
        LagPoint {
            at: Timestamp(at),
            committed: Some(committed),
            end: Some(end),
            log_start: Some(0),
        }
    }

    fn topic(name: &str, points: Vec<LagPoint>) -> LagHistory {
        LagHistory {
            topic: name.into(),
            points,
        }
    }

    #[test]
    fn topics_add_up_where_all_are_known() {
        let total = sum(&[
            topic("a", vec![point(10, 1, 2), point(30, 3, 4)]),
            topic("b", vec![point(20, 100, 200), point(30, 110, 210)]),
        ]);
        assert_eq!(
            total
                .iter()
                .map(|point| (point.at.0, point.committed, point.end))
                .collect::<Vec<_>>(),
            [
                (10, None, None),
                (20, Some(101), Some(202)),
                (30, Some(113), Some(214)),
            ]
        );
        assert!(sum(&[]).is_empty());
    }

    #[test]
    fn names_lead_back() {
        for span in HistorySpan::ALL {
            assert_eq!(HistorySpan::of_name(span.name()), Some(span));
            assert_eq!(
                serde_json::to_value(span).unwrap(),
                serde_json::Value::from(span.name())
            );
        }
    }

    proptest! {
        #[test]
        fn a_thinned_course_has_the_same_ends(count in 0_usize..2_000, most in 2_usize..300) {
            let points: Vec<LagPoint> = (0..count)
                .map(|index| point(i64::try_from(index).unwrap(), 0, 0))
                .collect();
            let thinned = thin(&points, most);
            prop_assert!(thinned.len() <= most.max(1));
            prop_assert_eq!(thinned.first(), points.first());
            prop_assert_eq!(thinned.last(), points.last());
            prop_assert!(thinned.windows(2).all(|pair| pair[0].at < pair[1].at));
        }
    }
}
