//! From points to offsets: pure.
//!
//! A time stands for the first record at or after it, as brokers find it. Times need not rise with offsets, so a lower bound
//! by time is a safe beginning (what comes before the first record of that time is older), and an upper bound of the filter
//! is no safe end: records behind it may still be old enough.

use super::{Plan, Planned, ask::Target};
use crate::{
    matcher::Bounds,
    scan::{fault, spec::ScanSpec},
};
use penstock_domain::{
    ids::{PartitionId, TopicName},
    read::{Isolation, Notice, NoticeKind, PartitionState, Point, Position},
    time::Timestamp,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::ask::Key;

/// What a leader says of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) first: i64,
    pub(super) high: i64,
    pub(super) stable: i64,
}

/// What brokers said to the points of a range.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// The first offset at or after a time; `None`: every record is older.
    pub(super) at: HashMap<(i64, Key), Option<i64>>,
    /// What groups have committed.
    pub(super) committed: HashMap<(String, Key), i64>,
}

/// Times that must be asked for.
pub(super) fn times(spec: &ScanSpec, bounds: &Bounds) -> BTreeSet<i64> {
    let mut times = BTreeSet::new();
    if spec.positions.is_some() {
        return times;
    }
    for point in [&spec.range.from, &spec.range.to].into_iter().flatten() {
        times.extend(time_of(point, spec.now));
    }
    times.extend(bounds.times.0);
    times
}

/// Groups that must be asked for.
pub(super) fn groups(spec: &ScanSpec) -> BTreeSet<String> {
    if spec.positions.is_some() {
        return BTreeSet::new();
    }
    [&spec.range.from, &spec.range.to]
        .into_iter()
        .flatten()
        .filter_map(|point| match point {
            Point::Group(group) => Some(group.clone()),
            _ => None,
        })
        .collect()
}

fn time_of(point: &Point, now: Timestamp) -> Option<i64> {
    match point {
        Point::Time(time) => Some(time.0),
        Point::Ago(millis) => {
            let millis = i64::try_from(*millis).unwrap_or(i64::MAX);
            Some(now.0.saturating_sub(millis))
        }
        _ => None,
    }
}

/// Every partition's beginning and end.
pub(super) fn resolve(
    spec: &ScanSpec,
    bounds: &Bounds,
    found: Vec<(Target, Extent)>,
    answers: &Answers,
    notices: Vec<Notice>,
    as_of: Timestamp,
) -> Plan {
    let mut plan = Plan {
        partitions: Vec::with_capacity(found.len()),
        positions: Vec::with_capacity(found.len()),
        records: 0,
        notices,
        as_of,
        order: spec.order,
        isolation: spec.isolation,
        limit: spec.limit,
        since: bounds.times.0,
        lanes: Vec::with_capacity(found.len()),
        losses: Vec::new(),
    };
    plan.notices.extend(in_the_future(spec));
    let mut uncommitted = Uncommitted::default();
    let mut partitions: BTreeMap<TopicName, usize> = BTreeMap::new();
    for (target, extent) in found {
        *partitions.entry(target.origin.topic.clone()).or_default() += 1;
        let end = match spec.isolation {
            Isolation::ReadCommitted => extent.stable.min(extent.high),
            Isolation::ReadUncommitted => extent.high,
        };
        let mut side = Side {
            spec,
            answers,
            target: &target,
            first: extent.first,
            end,
            notices: &mut plan.notices,
            uncommitted: &mut uncommitted,
        };
        let (from, to) = match &spec.positions {
            Some(positions) => side.of_positions(positions),
            None => side.of_range(bounds),
        };
        let to = to.max(from);
        let origin = target.origin;
        plan.partitions.push(PartitionState {
            topic: origin.topic.clone(),
            topic_id: origin.topic_id.clone(),
            partition: origin.partition,
            first: extent.first,
            end,
            high: extent.high,
        });
        plan.positions.push(Position {
            topic: origin.topic.clone(),
            topic_id: origin.topic_id.clone(),
            partition: origin.partition,
            from,
            to: Some(to),
        });
        plan.records += u64::try_from(to - from).unwrap_or_default();
        plan.lanes.push(Planned {
            origin,
            leader: target.leader,
            epoch: target.epoch,
            from,
            to,
            stable: extent.stable,
        });
    }
    plan.notices.extend(uncommitted.told(&partitions));
    plan
}

/// A beginning that lies ahead: nothing is there yet.
fn in_the_future(spec: &ScanSpec) -> Option<Notice> {
    match (&spec.positions, &spec.range.from) {
        (None, Some(Point::Time(time))) if *time > spec.now => Some(Notice {
            kind: NoticeKind::Other,
            topic: None,
            partition: None,
            from: None,
            to: None,
            reason: format!("{time} lies in the future: no record is that new yet."),
            remedy: None,
        }),
        _ => None,
    }
}

/// Partitions for which a group has committed nothing, told together.
#[derive(Default)]
struct Uncommitted(BTreeMap<(String, TopicName, Edge), Vec<PartitionId>>);

impl Uncommitted {
    /// One sentence for each group and topic. `partitions`: how many are read of each.
    fn told(self, partitions: &BTreeMap<TopicName, usize>) -> Vec<Notice> {
        let told = self.0.into_iter().map(|((group, topic, edge), missing)| {
            let group = crate::error::tame(&group);
            let all = partitions.get(&topic) == Some(&missing.len());
            let (what, partition) = match missing.as_slice() {
                [one] => ("this partition".to_owned(), Some(*one)),
                _ if all => ("this topic".to_owned(), None),
                many => (format!("{} of its partitions", many.len()), None),
            };
            let instead = match edge {
                Edge::From => "reading begins at the beginning there",
                Edge::To => "reading goes on to the end there",
            };
            let reason = format!("Group {group} has committed nothing for {what}; {instead}.");
            fault::notice(NoticeKind::Other, &topic, partition, reason)
        });
        told.collect()
    }
}

/// One partition while its bounds are found.
struct Side<'a> {
    spec: &'a ScanSpec,
    answers: &'a Answers,
    target: &'a Target,
    first: i64,
    end: i64,
    notices: &'a mut Vec<Notice>,
    uncommitted: &'a mut Uncommitted,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Edge {
    From,
    To,
}

impl Side<'_> {
    fn of_positions(&mut self, positions: &[Position]) -> (i64, i64) {
        let origin = &self.target.origin;
        let Some(position) = positions.iter().find(|position| {
            position.partition == origin.partition && position.topic == origin.topic
        }) else {
            return (self.end, self.end);
        };
        let to = position.to.unwrap_or(self.end).min(self.end);
        if position.from < self.first && to > position.from {
            let notice = fault::out_of_range(
                &origin.topic,
                origin.partition,
                position.from,
                self.first.min(to),
            );
            self.notices.push(notice);
        }
        let from = position.from.clamp(self.first, self.end.max(self.first));
        (from, to)
    }

    fn of_range(&mut self, bounds: &Bounds) -> (i64, i64) {
        let mut from = match &self.spec.range.from {
            Some(point) => self.offset(point, Edge::From),
            None => self.first,
        };
        let mut to = match &self.spec.range.to {
            Some(point) => self.offset(point, Edge::To),
            None => self.end,
        };
        if let Some(least) = bounds.offsets.0 {
            from = from.max(least);
        }
        if let Some(most) = bounds.offsets.1 {
            to = to.min(most.saturating_add(1));
        }
        if let Some(time) = bounds.times.0 {
            from = match self.answers.at.get(&(time, self.target.key())) {
                Some(Some(offset)) => from.max(*offset),
                // Every record is older than the filter lets through.
                Some(None) => self.end,
                None => from,
            };
        }
        let last = self.end.max(self.first);
        (from.clamp(self.first, last), to.clamp(self.first, last))
    }

    fn offset(&mut self, point: &Point, edge: Edge) -> i64 {
        let (topic, partition) = (&self.target.origin.topic, self.target.origin.partition);
        match point {
            Point::Newest => self.end,
            Point::Oldest => self.first,
            Point::Offset(offset) => {
                if *offset < self.first {
                    if edge == Edge::From {
                        let notice = fault::out_of_range(topic, partition, *offset, self.first);
                        self.notices.push(notice);
                    }
                    return self.first;
                }
                if *offset > self.end {
                    let notice = fault::beyond_end(topic, partition, *offset, self.end);
                    self.notices.push(notice);
                    return self.end;
                }
                *offset
            }
            Point::Time(_) | Point::Ago(_) => {
                let time = time_of(point, self.spec.now).unwrap_or_default();
                match self.answers.at.get(&(time, self.target.key())) {
                    Some(Some(offset)) => *offset,
                    Some(None) => self.end,
                    None => self.default(edge),
                }
            }
            Point::Group(group) => {
                let key = (group.clone(), self.target.key());
                if let Some(offset) = self.answers.committed.get(&key) {
                    if *offset < self.first && edge == Edge::From {
                        let notice = fault::out_of_range(topic, partition, *offset, self.first);
                        self.notices.push(notice);
                    }
                    return *offset;
                }
                self.uncommitted
                    .0
                    .entry((group.clone(), topic.clone(), edge))
                    .or_default()
                    .push(partition);
                self.default(edge)
            }
        }
    }

    const fn default(&self, edge: Edge) -> i64 {
        match edge {
            Edge::From => self.first,
            Edge::To => self.end,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::found::Origin;
    use penstock_domain::read::{Order, Range};

    const EXTENT: Extent = Extent {
        first: 100,
        high: 1000,
        stable: 900,
    };

    fn target() -> Target {
        Target {
            origin: Origin {
                topic: "t".into(),
                topic_id: None,
                partition: PartitionId(3),
            },
            leader: None,
            epoch: None,
        }
    }

    fn spec(from: Option<&str>, to: Option<&str>) -> ScanSpec {
        let point = |text: &str| Point::parse(text).unwrap();
        ScanSpec {
            range: Range {
                from: from.map(point),
                to: to.map(point),
            },
            order: Order::Oldest,
            now: Timestamp(100_000),
            ..ScanSpec::default()
        }
    }

    fn resolved(
        spec: &ScanSpec,
        bounds: &Bounds,
        answers: &Answers,
    ) -> (i64, i64, Vec<NoticeKind>) {
        let plan = resolve(
            spec,
            bounds,
            vec![(target(), EXTENT)],
            answers,
            Vec::new(),
            Timestamp(0),
        );
        let lane = &plan.lanes[0];
        assert_eq!(plan.records, u64::try_from(lane.to - lane.from).unwrap());
        (
            lane.from,
            lane.to,
            plan.notices.iter().map(|notice| notice.kind).collect(),
        )
    }

    #[test]
    fn points_become_offsets_that_are_there() {
        use NoticeKind::{Other, OutOfRange};
        let mut answers = Answers::default();
        let key = target().key();
        answers.at.insert((40_000, key.clone()), Some(500));
        answers.at.insert((99_000, key.clone()), None);
        answers.committed.insert(("g".to_owned(), key), 700);
        for (from, to, wanted) in [
            (None, None, (100, 900, vec![])),
            (Some("oldest"), Some("newest"), (100, 900, vec![])),
            (Some("newest"), None, (900, 900, vec![])),
            (Some("offset:200"), Some("offset:300"), (200, 300, vec![])),
            (Some("offset:300"), Some("offset:200"), (300, 300, vec![])),
            (Some("offset:5"), None, (100, 900, vec![OutOfRange])),
            (None, Some("offset:5"), (100, 100, vec![])),
            (Some("offset:950"), None, (900, 900, vec![OutOfRange])),
            (Some("time:40"), None, (500, 900, vec![])),
            (Some("ago:60s"), Some("ago:1s"), (500, 900, vec![])),
            (Some("ago:1s"), None, (900, 900, vec![])),
            (Some("group:g"), None, (700, 900, vec![])),
            (None, Some("group:g"), (100, 700, vec![])),
            (Some("group:other"), None, (100, 900, vec![Other])),
        ] {
            let spec = spec(from, to);
            let bounds = Bounds::default();
            assert_eq!(
                resolved(&spec, &bounds, &answers),
                wanted,
                "{from:?} to {to:?}"
            );
            for time in times(&spec, &bounds) {
                assert!(answers.at.contains_key(&(time, target().key())), "{time}");
            }
        }
        assert_eq!(
            groups(&spec(Some("group:a"), Some("group:b"))).len(),
            2,
            "both are asked for"
        );
    }

    #[test]
    fn what_a_group_lacks_is_told_once_and_so_is_a_time_to_come() {
        let targets = |missing: i32| -> Vec<(Target, Extent)> {
            (0..missing)
                .map(|number| {
                    let mut target = target();
                    target.origin.partition = PartitionId(number);
                    (target, EXTENT)
                })
                .collect()
        };
        let reasons = |spec: &ScanSpec, number, answers: &Answers| -> Vec<String> {
            let notices = Vec::new();
            let found = targets(number);
            let bounds = Bounds::default();
            let plan = resolve(spec, &bounds, found, answers, notices, Timestamp(0));
            plan.notices.into_iter().map(|one| one.reason).collect()
        };
        let group = spec(Some("group:g"), None);
        let all = reasons(&group, 6, &Answers::default());
        assert_eq!(
            all,
            [
                "Group g has committed nothing for this topic; reading begins at the beginning there."
            ]
        );
        let mut answers = Answers::default();
        let known = targets(1).remove(0).0.key();
        answers.committed.insert(("g".to_owned(), known), 700);
        let some = reasons(&group, 6, &answers);
        assert!(some.len() == 1 && some[0].contains("5 of its partitions"));
        let ahead = reasons(&spec(Some("time:101"), None), 6, &Answers::default());
        assert!(ahead.len() == 1 && ahead[0].contains("lies in the future"));
    }

    #[test]
    fn isolation_decides_the_end() {
        let spec = ScanSpec {
            isolation: Isolation::ReadUncommitted,
            ..spec(None, None)
        };
        let (from, to, _) = resolved(&spec, &Bounds::default(), &Answers::default());
        assert_eq!((from, to), (100, 1000));
    }

    #[test]
    fn a_filter_narrows_what_is_read() {
        let mut answers = Answers::default();
        answers.at.insert((40_000, target().key()), Some(500));
        let bounds = Bounds {
            offsets: (Some(200), Some(600)),
            times: (Some(40_000), Some(50_000)),
            ..Bounds::default()
        };
        let spec = spec(None, None);
        assert!(times(&spec, &bounds).contains(&40_000));
        // The later bound by time does not cut: times need not rise.
        assert_eq!(resolved(&spec, &bounds, &answers), (500, 601, vec![]));
        let nothing = Bounds {
            offsets: (Some(i64::MAX), Some(i64::MIN)),
            ..Bounds::default()
        };
        let (from, to, _) = resolved(&spec, &nothing, &answers);
        assert_eq!(from, to);
        let past = Bounds {
            times: (Some(99_000), None),
            ..Bounds::default()
        };
        answers.at.insert((99_000, target().key()), None);
        let (from, to, _) = resolved(&spec, &past, &answers);
        assert_eq!((from, to), (900, 900));
    }

    #[test]
    fn positions_are_taken_as_they_are_within_what_is_there() {
        let position = |from, to| Position {
            topic: TopicName::from("t"),
            topic_id: None,
            partition: PartitionId(3),
            from,
            to,
        };
        for (given, wanted) in [
            (position(300, Some(400)), (300, 400, vec![])),
            (position(300, None), (300, 900, vec![])),
            (
                position(50, Some(400)),
                (100, 400, vec![NoticeKind::OutOfRange]),
            ),
            (position(900, Some(900)), (900, 900, vec![])),
            (position(50, Some(50)), (100, 100, vec![])),
        ] {
            let spec = ScanSpec {
                positions: Some(vec![given]),
                ..spec(Some("offset:1"), None)
            };
            assert!(times(&spec, &Bounds::default()).is_empty());
            let resolved = resolved(&spec, &Bounds::default(), &Answers::default());
            assert_eq!(resolved, wanted);
        }
    }
}
