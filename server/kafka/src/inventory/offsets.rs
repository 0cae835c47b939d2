//! Offsets of partitions and what follows from them: counts and rates. Pure; the poll that fills them is `poll::offsets`.

use penstock_domain::{
    ids::{PartitionId, TopicName},
    time::Timestamp,
};
use std::{collections::HashMap, sync::Arc};

/// Offsets by topic, and the cluster's traffic.
#[derive(Clone, Debug, Default)]
pub struct Offsets {
    pub(crate) topics: HashMap<TopicName, Arc<TopicOffsets>>,
    pub(crate) traffic: Arc<[TrafficPoint]>,
    pub(crate) history: Traffic,
}

impl Offsets {
    /// One topic's.
    pub fn get(&self, topic: &str) -> Option<&Arc<TopicOffsets>> {
        self.topics.get(topic)
    }

    /// Records per second over all topics, one point a minute, oldest first, at most an hour back.
    pub fn traffic(&self) -> &[TrafficPoint] {
        &self.traffic
    }

    /// Records per second over all topics, now.
    pub fn records_in_per_second(&self) -> Option<f64> {
        let mut sum = None;
        for topic in self.topics.values() {
            if let Some(rate) = topic.records_in_per_second() {
                *sum.get_or_insert(0.0) += rate;
            }
        }
        sum
    }
}

/// Mean of one minute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrafficPoint {
    /// Start of the minute.
    pub minute: Timestamp,
    /// Records per second written to all topics.
    pub records_in_per_second: f64,
}

/// Offsets of one topic's partitions, by number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicOffsets {
    pub(crate) partitions: Box<[PartitionOffsets]>,
}

/// Offsets of one partition. A number of -1 was never had; an old one stays, with its age, when the leader is silent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartitionOffsets {
    pub(crate) earliest: i64,
    pub(crate) stable: i64,
    pub(crate) end: i64,
    /// When `end` was true, as milliseconds since the epoch; 0: never.
    pub(crate) as_of: i64,
    /// Records per second, NaN while unknown.
    pub(crate) rate: f32,
    /// Whether the newest refresh brought it.
    pub(crate) current: bool,
}

impl PartitionOffsets {
    pub(crate) const UNKNOWN: PartitionOffsets = PartitionOffsets {
        earliest: -1,
        stable: -1,
        end: -1,
        as_of: 0,
        rate: f32::NAN,
        current: false,
    };

    /// First offset.
    pub fn earliest(&self) -> Option<i64> {
        known(self.earliest)
    }

    /// Last stable offset: where read-committed readers stop.
    pub fn stable(&self) -> Option<i64> {
        known(self.stable)
    }

    /// End offset: the high watermark.
    pub fn end(&self) -> Option<i64> {
        known(self.end)
    }

    /// When the end offset was true.
    pub fn as_of(&self) -> Option<Timestamp> {
        (self.as_of != 0).then_some(Timestamp(self.as_of))
    }

    /// Whether the newest refresh brought it; if not, numbers are the last known ones.
    pub fn is_current(&self) -> bool {
        self.current
    }

    /// Records per second, smoothed over a few polls; `None` while unknown or when the numbers are old.
    pub fn records_in_per_second(&self) -> Option<f64> {
        (self.current && self.rate.is_finite()).then_some(f64::from(self.rate))
    }

    /// Offsets between first and end: an upper bound of the records there are.
    pub fn span(&self) -> Option<i64> {
        Some(self.end()?.saturating_sub(self.earliest()?).max(0))
    }

    /// Takes a newer end offset in and renews the rate.
    pub(crate) fn advance(&mut self, end: i64, now: Timestamp) {
        if self.end >= 0 && self.as_of != 0 && now.0 > self.as_of {
            let seconds = (now.0 - self.as_of) as f32 / 1000.0;
            // Fewer than before: the topic was made anew. No rate can be told then.
            let fresh = match end.checked_sub(self.end) {
                Some(delta) if delta >= 0 => delta as f32 / seconds,
                _ => f32::NAN,
            };
            let smoothed = if self.rate.is_finite() && fresh.is_finite() {
                (self.rate + fresh) / 2.0
            } else {
                fresh
            };
            self.rate = if smoothed < 0.01 { 0.0 } else { smoothed };
        }
        self.end = end;
        self.as_of = now.0;
        self.current = true;
    }

    /// Whether a reader of figures would see the same, whatever the age.
    fn same_figures(&self, other: &Self) -> bool {
        self.earliest == other.earliest
            && self.stable == other.stable
            && self.end == other.end
            && self.current == other.current
            && self.rate.to_bits() == other.rate.to_bits()
    }
}

impl TopicOffsets {
    /// By number, from 0.
    pub fn partitions(&self) -> &[PartitionOffsets] {
        &self.partitions
    }

    /// One partition's.
    pub fn partition(&self, number: PartitionId) -> Option<&PartitionOffsets> {
        self.partitions.get(usize::try_from(number.0).ok()?)
    }

    /// Sum of all spans; `None` if one is not known.
    pub fn records(&self) -> Option<i64> {
        self.partitions.iter().try_fold(0_i64, |sum, partition| {
            Some(sum.saturating_add(partition.span()?))
        })
    }

    /// Sum of rates over the partitions that tell one; `None` if none does.
    pub fn records_in_per_second(&self) -> Option<f64> {
        let mut sum = None;
        for partition in &self.partitions {
            if let Some(rate) = partition.records_in_per_second() {
                *sum.get_or_insert(0.0) += rate;
            }
        }
        sum
    }

    pub(crate) fn same_figures(&self, other: &Self) -> bool {
        self.partitions.len() == other.partitions.len()
            && self
                .partitions
                .iter()
                .zip(&other.partitions)
                .all(|(a, b)| a.same_figures(b))
    }
}

fn known(offset: i64) -> Option<i64> {
    (offset >= 0).then_some(offset)
}

/// Collects a mean per minute over the last hour.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traffic {
    points: std::collections::VecDeque<(i64, f64, u32)>,
}

impl Traffic {
    /// Takes one measurement in.
    pub(crate) fn add(&mut self, now: Timestamp, records_per_second: f64) {
        const KEPT: usize = 60;
        let minute = now.0.div_euclid(60_000);
        match self.points.back_mut() {
            Some((last, sum, count)) if *last == minute => {
                *sum += records_per_second;
                *count += 1;
            }
            _ => self.points.push_back((minute, records_per_second, 1)),
        }
        while self.points.len() > KEPT {
            self.points.pop_front();
        }
    }

    /// As published.
    pub(crate) fn points(&self) -> Arc<[TrafficPoint]> {
        self.points
            .iter()
            .map(|(minute, sum, count)| TrafficPoint {
                minute: Timestamp(minute * 60_000),
                records_in_per_second: sum / f64::from((*count).max(1)),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_come_from_two_ends_and_forget_a_topic_made_anew() {
        let mut partition = PartitionOffsets::UNKNOWN;
        partition.advance(100, Timestamp(1_000));
        assert_eq!(partition.records_in_per_second(), None);
        partition.advance(150, Timestamp(6_000));
        assert_eq!(partition.records_in_per_second(), Some(10.0));
        partition.advance(150, Timestamp(11_000));
        assert_eq!(partition.records_in_per_second(), Some(5.0));
        partition.advance(3, Timestamp(16_000));
        assert_eq!(partition.records_in_per_second(), None);
        assert_eq!(partition.end(), Some(3));
    }

    #[test]
    fn a_topic_tells_no_record_count_unless_all_partitions_do() {
        let known = PartitionOffsets {
            earliest: 10,
            end: 30,
            ..PartitionOffsets::UNKNOWN
        };
        let whole = TopicOffsets {
            partitions: [known, known].into(),
        };
        assert_eq!(whole.records(), Some(40));
        let part = TopicOffsets {
            partitions: [known, PartitionOffsets::UNKNOWN].into(),
        };
        assert_eq!(part.records(), None);
    }

    #[test]
    fn traffic_keeps_an_hour_of_means() {
        let mut traffic = Traffic::default();
        for second in 0..(70 * 60 / 5) {
            traffic.add(
                Timestamp(second * 5_000),
                if second % 2 == 0 { 10.0 } else { 30.0 },
            );
        }
        let points = traffic.points();
        assert_eq!(points.len(), 60);
        assert_eq!(points[0].minute, Timestamp(10 * 60_000));
        assert_eq!(points[0].records_in_per_second, 20.0);
    }
}
