//! What came, what waits and what was left out always add up.

use super::*;
use proptest::prelude::*;

fn event(records: &[(&str, i32, i64)]) -> String {
    let records: Vec<String> = records
        .iter()
        .map(|(topic, partition, offset)| {
            format!(
                r#"{{"topic":"{topic}","partition":{partition},"offset":{offset},"value":{{"data":"}}]"}}}}"#
            )
        })
        .collect();
    format!(r#"{{"event":"records","records":[{}]}}"#, records.join(","))
}

fn offsets(feed: &Feed) -> Vec<i64> {
    feed.rows()
        .iter()
        .filter_map(|entry| match entry {
            Entry::Record(line) => Some(line.offset),
            _ => None,
        })
        .collect()
}

fn position(topic: &str, partition: i32, from: i64) -> Position {
    Position {
        topic: topic.into(),
        topic_id: None,
        partition: PartitionId(partition),
        from,
        to: None,
    }
}

#[test]
fn the_head_is_read_alone() {
    let text = r#"{"topic":"aé","partition":3,"offset":9007199254740993,"timestamp":nonsense"#;
    assert_eq!(
        Head::of(text),
        Some(Head {
            topic: "aé".into(),
            partition: 3,
            offset: 9_007_199_254_740_993
        })
    );
    assert_eq!(Head::of(r#"{"offset":1,"x":{"topic":"no"}}"#), None);
    assert_eq!(Head::of("[]"), None);
}

#[test]
fn what_was_told_is_not_told_again() {
    let mut feed = Feed::default();
    assert_eq!(
        feed.take_records(&event(&[("a", 0, 5), ("a", 1, 5), ("a", 0, 6)])),
        3
    );
    feed.take_positions(&[
        position("a", 0, 7),
        position("a", 1, 6),
        position("a", 2, 40),
    ]);
    let positions = feed.positions().unwrap();
    assert_eq!(
        positions.iter().map(|p| p.from).collect::<Vec<_>>(),
        [7, 6, 40],
        "the quiet partition is known too"
    );
    assert_eq!(
        feed.take_records(&event(&[
            ("a", 0, 6),
            ("a", 0, 7),
            ("a", 2, 39),
            ("a", 2, 41)
        ])),
        2
    );
    assert_eq!(offsets(&feed), [5, 5, 6, 7, 41]);
    assert_eq!(feed.take_records("nonsense"), 0);
}

#[test]
fn what_is_held_waits() {
    let mut feed = Feed::default();
    feed.take_records(&event(&[("a", 0, 1)]));
    feed.hold();
    feed.take_records(&event(&[("a", 0, 2), ("b", 0, 1)]));
    assert_eq!((offsets(&feed), feed.held()), (vec![1], 2));
    feed.release();
    assert_eq!((offsets(&feed), feed.held()), (vec![1, 2, 1], 0));
    assert_eq!(feed.totals(), (3, 0));
}

#[test]
fn what_does_not_fit_is_told_exactly() {
    let mut feed = Feed::default();
    feed.take_records(&event(&[("a", 0, 0)]));
    feed.hold();
    let many: Vec<(&str, i32, i64)> = (1..=KEPT as i64 + 30).map(|o| ("a", 0, o)).collect();
    feed.take_records(&event(&many));
    assert_eq!(feed.totals(), (1, 30));
    feed.release();
    assert_eq!(feed.rows().len(), KEPT);
    let told = offsets(&feed);
    assert_eq!(told.last(), Some(&(KEPT as i64 + 30)));
    assert_eq!(feed.gaps()[0].count(), 30);
    let range = &feed.gaps()[0].ranges()[0];
    assert_eq!((range.from, range.to), (1, 31));
}

#[test]
fn a_topic_made_anew_begins_again() {
    let mut feed = Feed::default();
    feed.take_records(&event(&[("a", 0, 500)]));
    feed.take_notice(Notice {
        kind: NoticeKind::Recreated,
        topic: Some("a".into()),
        partition: None,
        from: None,
        to: None,
        reason: "The topic was made anew.".into(),
        remedy: None,
    });
    assert_eq!(feed.take_records(&event(&[("a", 0, 0)])), 1);
    assert_eq!(feed.rows().len(), 3);
}

#[test]
fn gaps_in_a_row_are_one() {
    let mut feed = Feed::default();
    let gap = |from, to| Position {
        to: Some(to),
        ..position("a", 0, from)
    };
    feed.take_dropped(10, &[gap(0, 10)]);
    feed.take_dropped(5, &[gap(10, 15)]);
    assert_eq!(feed.rows().len(), 1);
    assert!(
        matches!(&feed.rows()[0], Entry::Gap(gap) if gap.count() == 15 && gap.ranges().len() == 1)
    );
    assert_eq!(feed.take_records(&event(&[("a", 0, 14), ("a", 0, 15)])), 1);
}

proptest! {
    /// Whatever is held, released, repeated: every record is shown once, in the order of its partition, or told as left out.
    #[test]
    fn nothing_is_lost_or_doubled(steps in proptest::collection::vec((0_i32..3, 1_usize..700, 0_u8..4), 1..30)) {
        let mut feed = Feed::default();
        let mut ends = [0_i64; 3];
        for (partition, many, act) in steps {
            let end = &mut ends[partition as usize];
            // A new stream may tell some again.
            let from = (*end - i64::from(act) * 3).max(0);
            let until = *end + many as i64;
            let records: Vec<(&str, i32, i64)> = (from..until).map(|offset| ("a", partition, offset)).collect();
            prop_assert_eq!(feed.take_records(&event(&records)), many);
            *end = until;
            match act { 0 => feed.hold(), 1 => feed.release(), _ => {} }
        }
        feed.release();
        let (shown, left_out) = feed.totals();
        prop_assert_eq!(shown + left_out, ends.iter().sum::<i64>() as u64);
        prop_assert!(feed.rows().len() <= KEPT);
        for partition in 0..3 {
            let told: Vec<i64> = feed.rows().iter().filter_map(|entry| match entry {
                Entry::Record(line) if line.partition == PartitionId(partition) => Some(line.offset),
                _ => None,
            }).collect();
            prop_assert!(told.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
