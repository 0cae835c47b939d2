//! The order in which hits of several partitions are told: a k-way merge that depends on the records alone. Pure.
//!
//! Every partition is a lane; lanes are numbered in the order of topic and partition. A record's key is the greatest time seen
//! so far in its partition going up, and the complement of the least going down, so that keys never fall within a lane
//! ([`Order`]). The next to be told is the least (key, lane). A lane whose hits are not known yet stands with its bound, the
//! key that its next record will at least have: while such a lane is the least, nothing can be told.
//!
//! **Positions.** Between its hits a lane carries marks: up to here everything was looked at. A mark is passed like a hit is
//! told, in the same order, and never earlier. So positions are a clean cut through the order: going on from them begins with
//! fresh keys and still tells exactly the rest. (Records before the cut have keys up to K, so a key that starts afresh can
//! only be lower than it would have been in the lane that told last, which comes first among equals anyway.)

use penstock_domain::read::Order;
use std::collections::{BTreeSet, VecDeque};

/// The key that a time has in an order: greater is told later.
pub(crate) fn key_of(order: Order, timestamp: i64) -> i64 {
    match order {
        Order::Oldest => timestamp,
        // Not the negative: that of the least number is none.
        Order::Newest => !timestamp,
    }
}

/// The time that a key stands for.
pub(crate) fn time_of(order: Order, key: i64) -> i64 {
    key_of(order, key)
}

/// A hit on its way into the merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit<T> {
    /// Greatest key since the hits were begun with, itself included.
    pub(crate) key: i64,
    /// The lane's position once it is told.
    pub(crate) after: i64,
    /// Bytes that it holds.
    pub(crate) weight: usize,
    /// It.
    pub(crate) what: T,
}

/// What can be told next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next<T> {
    /// This.
    Hit(T),
    /// Nothing before this lane has gone on.
    Blocked(usize),
    /// Every lane has ended.
    End,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Merge<T> {
    lanes: Vec<Lane<T>>,
    /// Lanes that have something to tell or may yet have, by the key of their first.
    order: BTreeSet<(i64, usize)>,
    held: usize,
    held_hits: usize,
    told: Option<i64>,
}

#[derive(Debug)]
struct Lane<T> {
    items: VecDeque<Item<T>>,
    bound: i64,
    open: bool,
    position: i64,
    marks: usize,
    held: usize,
}

#[derive(Debug)]
enum Item<T> {
    Hit(Hit<T>),
    Mark { key: i64, after: i64 },
}

/// Marks that one lane keeps; beyond that they become coarser, which costs looking at some records twice when a reading is
/// gone on with.
const MOST_MARKS: usize = 1024;

// === impl Merge ===

impl<T> Merge<T> {
    /// Lanes at their positions, nothing known of any.
    pub(crate) fn new(positions: impl IntoIterator<Item = i64>) -> Self {
        let lanes: Vec<Lane<T>> = positions
            .into_iter()
            .map(|position| Lane {
                items: VecDeque::new(),
                bound: i64::MIN,
                open: true,
                position,
                marks: 0,
                held: 0,
            })
            .collect();
        Self {
            order: (0..lanes.len()).map(|lane| (i64::MIN, lane)).collect(),
            lanes,
            held: 0,
            held_hits: 0,
            told: None,
        }
    }

    /// A lane went on: its next hits, and how far it was looked at. `key` is the greatest of all records looked at since the
    /// last call, hits or not, `i64::MIN` for none; hits count from there too.
    pub(crate) fn push(
        &mut self,
        lane: usize,
        hits: impl IntoIterator<Item = Hit<T>>,
        key: i64,
        after: i64,
    ) {
        let Some(entry) = self.lanes.get_mut(lane) else {
            return;
        };
        let before = entry.first();
        for mut hit in hits {
            hit.key = hit.key.max(entry.bound);
            entry.held += hit.weight;
            self.held += hit.weight;
            self.held_hits += 1;
            entry.items.push_back(Item::Hit(hit));
        }
        entry.bound = entry.bound.max(key);
        entry.mark(after);
        self.moved(lane, before);
    }

    /// A lane has ended: at its end, or where it could not go on.
    pub(crate) fn finish(&mut self, lane: usize) {
        let Some(entry) = self.lanes.get_mut(lane) else {
            return;
        };
        let before = entry.first();
        entry.open = false;
        self.moved(lane, before);
    }

    /// Passes marks that come before the next hit, so that positions are as far as they can be.
    pub(crate) fn pass(&mut self) {
        while let Some((_, lane)) = self.order.first()
            && self
                .lanes
                .get(*lane)
                .is_some_and(|lane| matches!(lane.items.front(), Some(Item::Mark { .. })))
        {
            self.step();
        }
    }

    /// Tells the next hit, if it is certain.
    pub(crate) fn next(&mut self) -> Next<T> {
        loop {
            if let Some(next) = self.step() {
                return next;
            }
        }
    }

    /// Passes one mark, which tells nothing, or tells.
    fn step(&mut self) -> Option<Next<T>> {
        let Some(&(key, lane)) = self.order.first() else {
            return Some(Next::End);
        };
        let Some(entry) = self.lanes.get_mut(lane) else {
            return Some(Next::End);
        };
        let Some(item) = entry.items.pop_front() else {
            return Some(Next::Blocked(lane));
        };
        let hit = match item {
            Item::Mark { after, .. } => {
                entry.marks -= 1;
                entry.position = after;
                None
            }
            Item::Hit(hit) => {
                entry.position = hit.after;
                entry.held -= hit.weight;
                self.held -= hit.weight;
                self.held_hits -= 1;
                Some(Next::Hit(hit.what))
            }
        };
        if key != i64::MIN {
            self.told = Some(key);
        }
        self.moved(lane, Some(key));
        hit
    }

    /// Where a lane is: everything before was told or ruled out.
    pub(crate) fn position(&self, lane: usize) -> Option<i64> {
        self.lanes.get(lane).map(|lane| lane.position)
    }

    /// The key that a lane's next records will at least have: the lower, the more it is waited for.
    pub(crate) fn bound(&self, lane: usize) -> i64 {
        self.lanes.get(lane).map_or(i64::MAX, |lane| lane.bound)
    }

    /// Whether hits of a lane wait for those of others.
    pub(crate) fn waits(&self, lane: usize) -> bool {
        self.lanes.get(lane).is_some_and(|lane| lane.held > 0)
    }

    /// Bytes of hits that wait, over all lanes.
    pub(crate) fn held(&self) -> usize {
        self.held
    }

    /// Hits that wait, over all lanes.
    pub(crate) fn held_hits(&self) -> usize {
        self.held_hits
    }

    /// Key of the last that was told or passed.
    pub(crate) fn told(&self) -> Option<i64> {
        self.told
    }

    /// The lane that everything waits for, if any.
    pub(crate) fn blocking(&self) -> Option<usize> {
        let (_, lane) = self.order.first()?;
        self.lanes
            .get(*lane)
            .is_some_and(|entry| entry.items.is_empty())
            .then_some(*lane)
    }

    fn moved(&mut self, lane: usize, before: Option<i64>) {
        let after = self.lanes.get(lane).and_then(Lane::first);
        if before == after {
            return;
        }
        if let Some(key) = before {
            self.order.remove(&(key, lane));
        }
        if let Some(key) = after {
            self.order.insert((key, lane));
        }
    }
}

// === impl Lane ===

impl<T> Lane<T> {
    /// Key of its first item, or what the next will at least have; `None` once it is over.
    fn first(&self) -> Option<i64> {
        match self.items.front() {
            Some(Item::Hit(Hit { key, .. }) | Item::Mark { key, .. }) => Some(*key),
            None => self.open.then_some(self.bound),
        }
    }

    fn mark(&mut self, after: i64) {
        let mark = Item::Mark {
            key: self.bound,
            after,
        };
        let full = self.marks >= MOST_MARKS;
        match self.items.back_mut() {
            Some(last @ Item::Mark { .. }) if full => *last = mark,
            Some(Item::Mark { key, after: end }) if *key == self.bound => *end = after,
            _ => {
                self.items.push_back(mark);
                self.marks += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A record: its time and whether it passes the filter.
    type Log = Vec<(i64, bool)>;

    /// The order by its definition: keys over whole partitions, sorted.
    fn by_definition(order: Order, logs: &[Log], positions: &[i64]) -> Vec<(usize, i64)> {
        let mut all = Vec::new();
        for (lane, log) in logs.iter().enumerate() {
            let mut key = i64::MIN;
            for (step, offset) in offsets(order, log, positions[lane]).into_iter().enumerate() {
                let (time, passes) = log[usize::try_from(offset).unwrap()];
                key = key.max(key_of(order, time));
                if passes {
                    all.push((key, lane, step, offset));
                }
            }
        }
        all.sort_unstable();
        all.into_iter()
            .map(|(_, lane, _, offset)| (lane, offset))
            .collect()
    }

    /// Offsets in the order of reading, from a position.
    fn offsets(order: Order, log: &Log, position: i64) -> Vec<i64> {
        let end = i64::try_from(log.len()).unwrap();
        match order {
            Order::Oldest => (position..end).collect(),
            Order::Newest => (0..position).rev().collect(),
        }
    }

    fn beginnings(order: Order, logs: &[Log]) -> Vec<i64> {
        logs.iter()
            .map(|log| match order {
                Order::Oldest => 0,
                Order::Newest => i64::try_from(log.len()).unwrap(),
            })
            .collect()
    }

    /// Merges while lanes go on in pieces, in the order that `schedule` picks; stops after `most` hits.
    fn merged(
        order: Order,
        logs: &[Log],
        positions: &[i64],
        schedule: &[(usize, usize)],
        most: usize,
    ) -> (Vec<(usize, i64)>, Vec<i64>) {
        let mut merge = Merge::new(positions.iter().copied());
        let mut ahead: Vec<VecDeque<i64>> = logs
            .iter()
            .zip(positions)
            .map(|(log, position)| offsets(order, log, *position).into())
            .collect();
        let mut told = Vec::new();
        let mut schedule = schedule.iter().cycle();
        while told.len() < most {
            let lane = match merge.next() {
                Next::Hit(hit) => {
                    told.push(hit);
                    continue;
                }
                Next::End => break,
                // Not always the lane that is waited for: others run ahead.
                Next::Blocked(blocked) => {
                    let (pick, _) = schedule.clone().next().unwrap();
                    let lane = pick % logs.len();
                    if ahead[lane].is_empty() {
                        blocked
                    } else {
                        lane
                    }
                }
            };
            let (_, size) = schedule.next().unwrap();
            let mut key = i64::MIN;
            let mut hits = Vec::new();
            let mut after = None;
            for _ in 0..*size {
                let Some(offset) = ahead[lane].pop_front() else {
                    break;
                };
                let (time, passes) = logs[lane][usize::try_from(offset).unwrap()];
                key = key.max(key_of(order, time));
                let behind = match order {
                    Order::Oldest => offset + 1,
                    Order::Newest => offset,
                };
                after = Some(behind);
                if passes {
                    hits.push(Hit {
                        key,
                        after: behind,
                        weight: 1,
                        what: (lane, offset),
                    });
                }
            }
            if let Some(after) = after {
                merge.push(lane, hits, key, after);
            }
            if ahead[lane].is_empty() {
                merge.finish(lane);
            }
        }
        let positions = (0..logs.len())
            .map(|lane| merge.position(lane).unwrap())
            .collect();
        (told, positions)
    }

    fn logs() -> impl Strategy<Value = Vec<Log>> {
        let record = (
            prop_oneof![9 => 0_i64..12, 1 => Just(-1)],
            prop::bool::weighted(0.6),
        );
        prop::collection::vec(prop::collection::vec(record, 0..24), 1..5)
    }

    fn schedule() -> impl Strategy<Value = Vec<(usize, usize)>> {
        prop::collection::vec((0_usize..8, 1_usize..6), 1..20)
    }

    fn order() -> impl Strategy<Value = Order> {
        prop_oneof![Just(Order::Newest), Just(Order::Oldest)]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

        #[test]
        fn the_order_is_that_of_the_records_whatever_arrives_first(order in order(), logs in logs(), schedule in schedule()) {
            let from = beginnings(order, &logs);
            let (told, positions) = merged(order, &logs, &from, &schedule, usize::MAX);
            prop_assert_eq!(&told, &by_definition(order, &logs, &from));
            let ends: Vec<i64> = logs.iter().map(|log| match order {
                Order::Oldest => i64::try_from(log.len()).unwrap(),
                Order::Newest => 0,
            }).collect();
            prop_assert_eq!(positions, ends);
        }

        #[test]
        fn going_on_from_positions_tells_exactly_the_rest(order in order(), logs in logs(), schedules in (schedule(), schedule()), most in 0_usize..40) {
            let from = beginnings(order, &logs);
            let (mut told, positions) = merged(order, &logs, &from, &schedules.0, most);
            prop_assert!(told.len() <= most);
            let (rest, _) = merged(order, &logs, &positions, &schedules.1, usize::MAX);
            told.extend(rest);
            prop_assert_eq!(told, by_definition(order, &logs, &from));
        }

        #[test]
        fn going_on_again_and_again_is_one_reading(order in order(), logs in logs(), schedule in schedule(), most in 1_usize..4) {
            let mut positions = beginnings(order, &logs);
            let whole = by_definition(order, &logs, &positions);
            let mut told = Vec::new();
            loop {
                let (page, next) = merged(order, &logs, &positions, &schedule, most);
                let last = page.len() < most;
                told.extend(page);
                positions = next;
                if last { break }
            }
            prop_assert_eq!(told, whole);
        }
    }

    #[test]
    fn marks_become_coarser_and_positions_stay_true() {
        let mut merge: Merge<()> = Merge::new([0, 0]);
        for step in 0..10_000 {
            merge.push(0, [], step, step + 1);
        }
        assert!(merge.lanes[0].items.len() <= MOST_MARKS + 1);
        merge.push(1, [], 500, 1);
        assert_eq!(merge.next(), Next::Blocked(1));
        let position = merge.position(0).unwrap();
        assert!((1..=501).contains(&position), "{position}");
        merge.finish(1);
        merge.finish(0);
        assert_eq!(merge.next(), Next::End);
        assert_eq!(merge.position(0), Some(10_000));
    }

    #[test]
    fn every_time_has_a_key_and_keys_turn_around() {
        for time in [i64::MIN, -1, 0, 1, i64::MAX] {
            for order in [Order::Newest, Order::Oldest] {
                assert_eq!(time_of(order, key_of(order, time)), time);
            }
        }
        assert!(key_of(Order::Newest, 2) < key_of(Order::Newest, 1));
    }
}
