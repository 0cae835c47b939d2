//! The cursor over a log in memory.

use super::*;
use crate::batch::encode::{Batch, Entry};
use proptest::prelude::*;

/// A batch at offsets, with a value of so many bytes in each record.
fn batch(first: i64, records: i32, size: usize) -> Vec<u8> {
    Batch {
        base_offset: first,
        entries: (0..records)
            .map(|offset_delta| Entry {
                offset_delta,
                value: Some(vec![b'x'; size]),
                ..Entry::default()
            })
            .collect(),
        ..Batch::default()
    }
    .encode()
}

struct Log {
    batches: Vec<(i64, i64, Vec<u8>)>,
    fetched: usize,
}

impl Log {
    /// Batches of so many records each, with a hole of so many offsets behind each.
    fn new(sizes: &[(i32, i64, usize)]) -> Self {
        let mut next = 0;
        let batches = sizes
            .iter()
            .map(|(records, hole, size)| {
                let first = next;
                next += i64::from(*records) + hole;
                (
                    first,
                    first + i64::from(*records) - 1,
                    batch(first, *records, *size),
                )
            })
            .collect();
        Self {
            batches,
            fetched: 0,
        }
    }

    fn end(&self) -> i64 {
        self.batches.last().map_or(0, |(_, last, _)| last + 1)
    }

    fn size(&self) -> usize {
        self.batches.iter().map(|(.., bytes)| bytes.len()).sum()
    }

    fn answer(&mut self, ask: Ask) -> Bytes {
        let mut out = Vec::new();
        for (_, _, bytes) in self
            .batches
            .iter()
            .filter(|(_, last, _)| *last >= ask.offset)
        {
            if out.is_empty() {
                out.extend_from_slice(bytes);
            } else {
                let room = ask.bytes.saturating_sub(out.len()).min(bytes.len());
                out.extend_from_slice(&bytes[..room]);
            }
            if out.len() >= ask.bytes {
                break;
            }
        }
        self.fetched += out.len();
        out.into()
    }
}

/// Fetches everything and returns the bounds of the pieces in their order.
fn drain(cursor: &mut Cursor<()>, log: &mut Log) -> Vec<(i64, i64)> {
    let mut bounds = Vec::new();
    while let Some(ask) = cursor.ask(1) {
        match cursor.take(ask.stretch, log.answer(ask), Vec::new(), (), true) {
            Taken::Pieces(pieces) => {
                bounds.extend(pieces.iter().map(|piece| (piece.from, piece.to)));
            }
            other => panic!("{other:?}"),
        }
    }
    bounds
}

fn sizes(most: usize) -> Sizes {
    Sizes {
        first: most,
        first_offsets: 64,
        most,
    }
}

proptest! {
    #[test]
    fn pieces_cover_the_range_once_in_the_order_of_reading(
        batches in prop::collection::vec((1_i32..30, 0_i64..20, 0_usize..3000), 1..60),
        (cut, order) in (0_i64..200, prop_oneof![Just(Order::Newest), Just(Order::Oldest)]),
        most in 16_usize..200,
    ) {
        let mut log = Log::new(&batches);
        let (from, to) = (cut.min(log.end()), log.end());
        let mut cursor = Cursor::new(order, from, to, sizes(most * 1024));
        let mut bounds = drain(&mut cursor, &mut log);
        if order == Order::Newest {
            bounds.reverse();
        }
        let mut next = from;
        for (begin, end) in bounds {
            prop_assert_eq!(begin, next);
            prop_assert!(end >= begin);
            next = end;
        }
        prop_assert_eq!(next, to);
    }
}

#[test]
fn going_down_over_even_batches_fetches_hardly_anything_twice() {
    let mut log = Log::new(&[(40, 0, 360); 2000]);
    let mut cursor = Cursor::new(Order::Newest, 0, log.end(), sizes(1 << 20));
    drain(&mut cursor, &mut log);
    assert!(
        log.fetched * 100 <= log.size() * 115,
        "{} for {}",
        log.fetched,
        log.size()
    );
}

#[test]
fn a_dense_region_below_a_sparse_one_is_not_fetched_whole() {
    // First a hundred thousand dense offsets, then compaction left one record in a thousand.
    let mut all = vec![(100, 0, 1000); 300];
    all.extend(vec![(1, 999, 10); 400]);
    let mut log = Log::new(&all);
    let mut cursor = Cursor::new(Order::Newest, 0, log.end(), sizes(256 * 1024));
    let mut largest = 0;
    while let Some(ask) = cursor.ask(1) {
        let answer = log.answer(ask);
        largest = largest.max(answer.len());
        cursor.take(ask.stretch, answer, Vec::new(), (), true);
    }
    assert!(largest <= 3 * 256 * 1024, "{largest}");
    assert!(log.fetched <= 2 * log.size(), "{}", log.fetched);
}

#[test]
fn what_is_let_go_is_fetched_again_and_what_is_given_up_is_not() {
    let mut log = Log::new(&[(10, 0, 100); 100]);
    for order in [Order::Oldest, Order::Newest] {
        let mut cursor = Cursor::new(order, 0, 1000, sizes(64 * 1024));
        drain(&mut cursor, &mut log);
        let (position, left) = match order {
            Order::Oldest => (700, (700, 1000)),
            Order::Newest => (300, (0, 300)),
        };
        cursor.rewind(position);
        assert_eq!(cursor.left(), left);
        cursor.give_up();
        cursor.rewind(position);
        assert!(cursor.is_done());
    }
}

#[test]
fn answers_that_say_nothing_are_told_apart() {
    let mut cursor = Cursor::new(Order::Oldest, 50, 100, sizes(64 * 1024));
    let take = |cursor: &mut Cursor<()>, bytes: Bytes, alone| {
        let ask = cursor.ask(1).unwrap();
        (
            ask.bytes,
            cursor.take(ask.stretch, bytes, Vec::new(), (), alone),
        )
    };
    let (_, nothing) = take(&mut cursor, Bytes::new(), false);
    assert_eq!(nothing, Taken::Nothing);
    let whole = batch(50, 10, 100);
    let cut = Bytes::copy_from_slice(&whole[..200]);
    let (before, short) = take(&mut cursor, cut, true);
    assert_eq!(short, Taken::Short);
    let other: Bytes = batch(0, 10, 100).into();
    let (more, senseless) = take(&mut cursor, other, true);
    assert!(more > before);
    assert_eq!(senseless, Taken::Senseless);
    let (_, end) = take(&mut cursor, Bytes::new(), true);
    assert!(matches!(end, Taken::Pieces(pieces) if pieces[0].to == 100));
    assert!(cursor.is_done());
}

/// Two questions are on their way whenever there can be, and answers come in any order.
fn drain_two(cursor: &mut Cursor<()>, log: &mut Log, coins: &[bool]) -> Vec<(i64, i64)> {
    let mut bounds = Vec::new();
    let mut coins = coins.iter().cycle();
    let mut waiting: Vec<Ask> = Vec::new();
    loop {
        while cursor.may_ask(2) {
            let ask = cursor.ask(2).unwrap();
            cursor.sent(ask.stretch);
            waiting.push(ask);
        }
        if waiting.is_empty() {
            return bounds;
        }
        let place = usize::from(*coins.next().unwrap()).min(waiting.len() - 1);
        let ask = waiting.remove(place);
        if !cursor.waits_for(ask.stretch) {
            continue;
        }
        match cursor.take(ask.stretch, log.answer(ask), Vec::new(), (), true) {
            Taken::Pieces(pieces) => {
                bounds.extend(pieces.iter().map(|piece| (piece.from, piece.to)));
            }
            other => panic!("{other:?}"),
        }
    }
}

proptest! {
    #[test]
    fn two_at_once_cover_the_range_once_in_the_order_of_reading(
        batches in prop::collection::vec((1_i32..30, 0_i64..20, 0_usize..3000), 1..120),
        (cut, order) in (0_i64..200, prop_oneof![Just(Order::Newest), Just(Order::Oldest)]),
        most in 16_usize..100,
        coins in prop::collection::vec(any::<bool>(), 1..20),
    ) {
        let mut log = Log::new(&batches);
        let (from, to) = (cut.min(log.end()), log.end());
        let mut cursor = Cursor::new(order, from, to, sizes(most * 1024));
        let mut bounds = drain_two(&mut cursor, &mut log, &coins);
        if order == Order::Newest {
            bounds.reverse();
        }
        let mut next = from;
        for (begin, end) in bounds {
            prop_assert_eq!(begin, next);
            prop_assert!(end > begin);
            next = end;
        }
        prop_assert_eq!(next, to);
        prop_assert!(cursor.is_done() && !cursor.holds());
    }
}

#[test]
fn over_even_batches_two_at_once_fetch_hardly_anything_twice_and_most_of_it_at_once() {
    for order in [Order::Oldest, Order::Newest] {
        let mut log = Log::new(&[(40, 0, 360); 2000]);
        let mut cursor = Cursor::new(order, 0, log.end(), sizes(1 << 20));
        let (mut rounds, mut pairs) = (0, 0);
        let mut waiting = VecDeque::new();
        while !cursor.is_done() {
            while cursor.may_ask(2) {
                let ask = cursor.ask(2).unwrap();
                cursor.sent(ask.stretch);
                waiting.push_back(ask);
            }
            rounds += 1;
            pairs += usize::from(waiting.len() == 2);
            let ask: Ask = waiting.pop_front().unwrap();
            cursor.take(ask.stretch, log.answer(ask), Vec::new(), (), true);
        }
        let (fetched, size) = (log.fetched, log.size());
        assert!(
            fetched * 100 <= size * 115,
            "{order:?}: {fetched} for {size}"
        );
        assert!(pairs * 10 >= rounds * 8, "{order:?}: {pairs} of {rounds}");
    }
}

#[test]
fn what_memory_is_short_for_is_asked_for_again_in_less() {
    let mut log = Log::new(&[(40, 0, 360); 2000]);
    let mut cursor = Cursor::new(Order::Newest, 0, log.end(), sizes(1 << 20));
    for _ in 0..4 {
        let ask = cursor.ask(1).unwrap();
        cursor.take(ask.stretch, log.answer(ask), Vec::new(), (), true);
    }
    let before = cursor.ask(1).unwrap();
    cursor.sent(before.stretch);
    let left = cursor.left();
    cursor.shrink();
    assert_eq!(cursor.left(), left);
    assert!(!cursor.waits_for(before.stretch));
    assert!(cursor.ask(1).unwrap().bytes < before.bytes / 2);
}
