//! What exactly a search has looked at: a sentence, and every partition's offsets behind it.

use super::run::{Figures, Phase, Whole};
use penstock_domain::{
    filter::{self, Filter},
    ids::{PartitionId, TopicName},
    read::{Isolation, Order, Point, Position, Reading},
    units,
};
use std::collections::{BTreeSet, HashMap};

/// Offsets of one partition that were looked at: from, up to and without to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// In which topic.
    pub topic: TopicName,
    /// In which partition.
    pub partition: PartitionId,
    /// From this offset …
    pub from: i64,
    /// … up to this one, exclusive.
    pub to: i64,
}

/// What lies between where a search began and where it is now.
pub fn covered(began: &[Position], now: &[Position], order: Order) -> Vec<Covered> {
    let left: HashMap<(&TopicName, PartitionId), &Position> = now
        .iter()
        .map(|position| ((&position.topic, position.partition), position))
        .collect();
    began
        .iter()
        .map(|start| {
            let end = start.to.unwrap_or(start.from);
            let left = left.get(&(&start.topic, start.partition));
            let (from, to) = match (order, left) {
                // A partition with nothing left is no longer named.
                (_, None) => (start.from, end),
                (Order::Oldest, Some(left)) => (start.from, left.from.min(end)),
                (Order::Newest, Some(left)) => (left.to.unwrap_or(start.from).max(start.from), end),
            };
            Covered {
                topic: start.topic.clone(),
                partition: start.partition,
                from,
                to: to.max(from),
            }
        })
        .collect()
}

/// How many offsets were looked at.
pub fn offsets(covered: &[Covered]) -> u64 {
    covered
        .iter()
        .map(|part| u64::try_from(part.to - part.from).unwrap_or(0))
        .sum()
}

/// The sentence at the end of a search, or while it rests.
pub fn sentence(
    phase: &Phase,
    reading: &Reading,
    whole: &Whole,
    figures: &Figures,
    covered: &[Covered],
) -> String {
    let partitions: BTreeSet<(&TopicName, PartitionId)> = covered
        .iter()
        .filter(|part| part.to > part.from)
        .map(|part| (&part.topic, part.partition))
        .collect();
    let topics: BTreeSet<&TopicName> = covered.iter().map(|part| &part.topic).collect();
    let topics = match topics.iter().collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        [only] => format!(" of {only}"),
        several => format!(" of {}", units::count(several.len(), "topic", "topics")),
    };
    let complete = matches!(phase, Phase::Ended { complete: true, .. });
    let looked = if complete {
        format!(
            "Searched all {} ({} of the log)",
            units::count(
                usize::try_from(figures.scanned).unwrap_or(usize::MAX),
                "record",
                "records"
            ),
            units::bytes(figures.bytes)
        )
    } else {
        // What was read ahead of the last hit is not claimed: it is read again when the search goes on.
        format!(
            "Searched {} of about {}",
            units::count(
                usize::try_from(offsets(covered)).unwrap_or(usize::MAX),
                "offset",
                "offsets"
            ),
            units::thousands(i64::try_from(whole.estimate.records).unwrap_or(i64::MAX))
        )
    };
    let committed = match reading.isolation {
        Isolation::ReadCommitted => "committed records only",
        Isolation::ReadUncommitted => "aborted records and markers too",
    };
    let matches = units::count(
        usize::try_from(figures.matches).unwrap_or(usize::MAX),
        "match",
        "matches",
    );
    format!(
        "{looked} in {}{topics}, {}, {committed}: {matches}.",
        units::count(partitions.len(), "partition", "partitions"),
        range(reading),
    )
}

fn range(reading: &Reading) -> String {
    let point = |point: &Point| match point {
        Point::Newest => "the end".to_owned(),
        Point::Oldest => "the beginning".to_owned(),
        Point::Offset(offset) => format!("offset {}", units::thousands(*offset)),
        Point::Time(time) => format!("{} {} UTC", time.date(), time.clock()),
        Point::Ago(millis) => format!("{} ago", units::duration_millis(*millis)),
        Point::Group(group) => format!("the offsets of {group}"),
    };
    let from = reading
        .range
        .from
        .as_ref()
        .map_or_else(|| "the beginning".to_owned(), point);
    let to = reading
        .range
        .to
        .as_ref()
        .map_or_else(|| "the end at the time of asking".to_owned(), point);
    format!("from {from} to {to}")
}

/// What was looked for, in words; nothing for the filter that lets everything through.
pub fn looked_for(q: &str) -> Option<String> {
    let filter = Filter::parse(q).ok()?;
    (!filter.is_empty()).then(|| filter::explain(&filter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::{read::Estimate, time::Timestamp};

    fn position(partition: i32, from: i64, to: i64) -> Position {
        Position {
            topic: "a".into(),
            topic_id: None,
            partition: PartitionId(partition),
            from,
            to: Some(to),
        }
    }

    #[test]
    fn offsets_between_begin_and_now() {
        let began = [position(0, 10, 100), position(1, 0, 50)];
        let spans = |now: &[Position], order| {
            covered(&began, now, order)
                .into_iter()
                .map(|part| (part.from, part.to))
                .collect::<Vec<_>>()
        };
        assert_eq!(spans(&began, Order::Newest), [(100, 100), (50, 50)]);
        assert_eq!(
            spans(&[position(0, 10, 40)], Order::Newest),
            [(40, 100), (0, 50)]
        );
        assert_eq!(
            spans(&[position(0, 60, 100), position(1, 50, 50)], Order::Oldest),
            [(10, 60), (0, 50)]
        );
    }

    #[test]
    fn the_sentence_says_what_was_read() {
        let whole = Whole {
            estimate: Estimate {
                records: 140,
                bytes: None,
                seconds: None,
            },
            partitions: Vec::new(),
            positions: vec![position(0, 10, 100)],
            asked_at: Timestamp(0),
        };
        let figures = Figures {
            scanned: 90,
            bytes: 2_048,
            matches: 1,
            ..Figures::default()
        };
        let part = covered(&whole.positions, &[], Order::Newest);
        let all = sentence(
            &Phase::Ended {
                complete: true,
                reason: None,
            },
            &Reading::default(),
            &whole,
            &figures,
            &part,
        );
        assert_eq!(
            all,
            "Searched all 90 records (2.00 KiB of the log) in 1 partition of a, from the beginning to the end at the time of asking, \
             committed records only: 1 match."
        );
        let some = sentence(&Phase::Paused, &Reading::default(), &whole, &figures, &part);
        assert!(
            some.starts_with("Searched 90 offsets of about 140 in 1 partition of a"),
            "{some}"
        );
    }
}
