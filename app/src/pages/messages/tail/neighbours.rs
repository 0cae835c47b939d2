//! The rows around the record that is open, for the keys that step from record to record. Pure.

use super::feed::{Entry, Feed};
use penstock_domain::record::RecordAddress;

/// The record above and the record below, as the rows are shown.
pub fn of(
    feed: &Feed,
    open: &RecordAddress,
    newest_on_top: bool,
) -> (Option<RecordAddress>, Option<RecordAddress>) {
    let mut older = None;
    let mut newer = None;
    let mut found = false;
    for entry in feed.rows() {
        let Entry::Record(line) = entry else {
            continue;
        };
        let is_open = line.offset == open.offset
            && line.partition == open.partition
            && feed
                .address(line)
                .is_some_and(|address| address.topic == open.topic);
        if is_open {
            found = true;
        } else if found {
            newer = feed.address(line);
            break;
        } else {
            older = Some(line);
        }
    }
    if !found {
        return (None, None);
    }
    let older = older.and_then(|line| feed.address(line));
    if newest_on_top {
        (newer, older)
    } else {
        (older, newer)
    }
}

/// The record of a row's number.
pub fn at(feed: &Feed, number: u64) -> Option<RecordAddress> {
    let index = usize::try_from(number.checked_sub(feed.first_number())?).ok()?;
    match feed.rows().get(index)? {
        Entry::Record(line) => feed.address(line),
        Entry::Gap(_) | Entry::Notice(_) => None,
    }
}

/// The next record below or above a row: its number, its place among the rows as they are shown, and its address. Without a row
/// to begin at, and where that row is gone, the first one. The ends hold.
pub fn step(
    feed: &Feed,
    from: Option<u64>,
    down: bool,
    newest_on_top: bool,
) -> Option<(u64, usize, RecordAddress)> {
    let count = feed.rows().len();
    let place_of = |index: usize| {
        if newest_on_top {
            count - 1 - index
        } else {
            index
        }
    };
    let begun = from
        .and_then(|number| usize::try_from(number.checked_sub(feed.first_number())?).ok())
        .filter(|index| *index < count)
        .map(place_of);
    let mut place = match (begun, down) {
        (None, _) => 0,
        (Some(place), true) => place + 1,
        (Some(place), false) => place.checked_sub(1)?,
    };
    loop {
        if place >= count {
            return None;
        }
        // The way from a place to an index is the same as back.
        let index = place_of(place);
        if let Some(Entry::Record(line)) = feed.rows().get(index) {
            let number = feed.first_number() + u64::try_from(index).ok()?;
            return Some((number, place, feed.address(line)?));
        }
        place = if down || begun.is_none() {
            place + 1
        } else {
            place.checked_sub(1)?
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::messages::record_of;

    #[test]
    fn neighbours_stand_as_rows_do() {
        let mut feed = Feed::default();
        feed.take_records(
            r#"{"records":[{"topic":"a","partition":0,"offset":1},{"topic":"b","partition":0,"offset":7},{"topic":"a","partition":0,"offset":2}]}"#,
        );
        let open = record_of("b/0/7").unwrap();
        let offsets = |pair: (Option<RecordAddress>, Option<RecordAddress>)| {
            (pair.0.map(|a| a.offset), pair.1.map(|a| a.offset))
        };
        assert_eq!(offsets(of(&feed, &open, true)), (Some(2), Some(1)));
        assert_eq!(offsets(of(&feed, &open, false)), (Some(1), Some(2)));
        let stepped =
            |from, down| step(&feed, from, down, true).map(|(number, place, _)| (number, place));
        assert_eq!(stepped(None, true), Some((2, 0)));
        assert_eq!(stepped(Some(2), true), Some((1, 1)));
        assert_eq!(stepped(Some(2), false), None);
        assert_eq!(stepped(Some(0), true), None);
        assert_eq!(stepped(Some(99), true), Some((2, 0)), "the row is gone");
        assert_eq!(at(&feed, 1).map(|address| address.offset), Some(7));
        let gone = record_of("b/0/8").unwrap();
        assert_eq!(of(&feed, &gone, true), (None, None));
    }
}
