//! Records that a tail left out: how many, and at exactly which offsets, so that they can be loaded afterwards.

use penstock_domain::ids::{PartitionId, TopicName};

/// Ranges that a gap tells apart; further ones only widen the last of their partition.
const MOST_RANGES: usize = 512;

/// Offsets of one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapRange {
    /// In which topic.
    pub topic: TopicName,
    /// In which partition.
    pub partition: PartitionId,
    /// From here …
    pub from: i64,
    /// … up to here, exclusive.
    pub to: i64,
}

/// What was left out at one place of the view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gap {
    count: u64,
    ranges: Vec<GapRange>,
}

impl Gap {
    /// How many records.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Where.
    pub fn ranges(&self) -> &[GapRange] {
        &self.ranges
    }

    /// So many more.
    pub fn add_count(&mut self, count: u64) {
        self.count = self.count.saturating_add(count);
    }

    /// These offsets too; ranges of a partition that touch become one.
    pub fn add_range(&mut self, topic: &TopicName, partition: PartitionId, from: i64, to: i64) {
        if to <= from {
            return;
        }
        let full = self.ranges.len() >= MOST_RANGES;
        let known = self
            .ranges
            .iter_mut()
            .rev()
            .find(|range| range.partition == partition && range.topic == *topic);
        match known {
            Some(range) if full || (from <= range.to && to >= range.from) => {
                range.from = range.from.min(from);
                range.to = range.to.max(to);
            }
            _ => self.ranges.push(GapRange {
                topic: topic.clone(),
                partition,
                from,
                to,
            }),
        }
    }

    /// Both together.
    pub fn merge(&mut self, other: Gap) {
        self.add_count(other.count);
        for range in other.ranges {
            self.add_range(&range.topic, range.partition, range.from, range.to);
        }
    }

    /// Ranges and the topics that they are in, most ranges first: `task-updated`, 12.
    pub fn by_topic(&self) -> Vec<(TopicName, usize)> {
        let mut topics: Vec<(TopicName, usize)> = Vec::new();
        for range in &self.ranges {
            match topics.iter_mut().find(|(name, _)| *name == range.topic) {
                Some((_, count)) => *count += 1,
                None => topics.push((range.topic.clone(), 1)),
            }
        }
        topics.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        topics
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn touching_ranges_are_one() {
        let topic: TopicName = "a".into();
        let mut gap = Gap::default();
        gap.add_range(&topic, PartitionId(0), 5, 9);
        gap.add_range(&topic, PartitionId(1), 9, 12);
        gap.add_range(&topic, PartitionId(0), 9, 20);
        gap.add_range(&topic, PartitionId(0), 30, 31);
        gap.add_range(&topic, PartitionId(0), 40, 40);
        let told: Vec<(i32, i64, i64)> = gap
            .ranges()
            .iter()
            .map(|range| (range.partition.0, range.from, range.to))
            .collect();
        assert_eq!(told, [(0, 5, 20), (1, 9, 12), (0, 30, 31)]);
        assert_eq!(gap.by_topic(), [(topic, 3)]);
    }

    #[test]
    fn memory_is_bounded() {
        let topic: TopicName = "a".into();
        let mut gap = Gap::default();
        for step in 0..10_000 {
            gap.add_range(
                &topic,
                PartitionId(step % 3),
                i64::from(step) * 10,
                i64::from(step) * 10 + 1,
            );
        }
        assert_eq!(gap.ranges().len(), MOST_RANGES);
        let last = gap.ranges().iter().map(|range| range.to).max();
        assert_eq!(last, Some(99_991));
    }
}
