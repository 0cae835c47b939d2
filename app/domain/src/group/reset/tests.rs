//! Plans, from what is chosen and known.

use super::*;
use proptest::prelude::*;

fn place(partition: i32, committed: Option<i64>, first: i64, end: i64) -> Place {
    Place {
        topic: "billing-invoices".into(),
        partition: PartitionId(partition),
        committed,
        first: Some(first),
        end: Some(end),
        found: None,
    }
}

fn spec(to: ResetTo) -> ResetSpec {
    ResetSpec {
        to,
        topics: Vec::new(),
    }
}

fn new(to: ResetTo, place: Place) -> Result<i64, String> {
    let plan = plan(&spec(to), GroupKind::Classic, &[place]).map_err(|refusal| refusal.words())?;
    match (plan.rows.first(), plan.left_out.first()) {
        (Some(row), _) => Ok(row.new),
        (None, Some(left_out)) => Err(left_out.why.clone()),
        (None, None) => Err("nothing".to_owned()),
    }
}

#[test]
fn each_target_leads_where_it_says() {
    let at = || place(0, Some(50), 10, 90);
    let found = |found| Place {
        found: Some(found),
        ..at()
    };
    assert_eq!(new(ResetTo::Earliest, at()), Ok(10));
    assert_eq!(new(ResetTo::Latest, at()), Ok(90));
    assert_eq!(new(ResetTo::Offset { offset: 60 }, at()), Ok(60));
    assert_eq!(new(ResetTo::Shift { by: -5 }, at()), Ok(45));
    assert_eq!(new(ResetTo::Shift { by: i64::MIN }, at()), Ok(10));
    let time = ResetTo::Time { time: Timestamp(1) };
    assert_eq!(new(time.clone(), found(70)), Ok(70));
    assert!(new(time, at()).is_err());
    assert_eq!(new(ResetTo::Back { millis: 1 }, found(71)), Ok(71));
    let group = ResetTo::Group { group: "g".into() };
    assert_eq!(new(group.clone(), found(72)), Ok(72));
    assert!(new(group, at()).is_err());
    let text = "billing-invoices,0,33".to_owned();
    assert_eq!(new(ResetTo::Csv { text }, at()), Ok(33));
    let text = "other,0,33".to_owned();
    assert!(new(ResetTo::Csv { text }, at()).is_err());
    assert!(new(ResetTo::Shift { by: 1 }, place(0, None, 0, 9)).is_err());
}

#[test]
fn what_it_costs_is_counted() {
    let places = [
        place(0, Some(169_724), 3_076, 371_204),
        place(1, Some(300), 0, 400),
        place(2, None, 0, 400),
        place(3, Some(5), 100, 400),
    ];
    let plan = plan(
        &spec(ResetTo::Offset { offset: 319_061 }),
        GroupKind::Classic,
        &places,
    )
    .unwrap();
    assert_eq!(plan.rows[0].skipped, 149_337);
    assert_eq!(plan.rows[0].lag_after, 52_143);
    assert_eq!(plan.rows[1].new, 400, "beyond the end is the end");
    assert_eq!(plan.rows[1].meant, Some(319_061));
    assert_eq!((plan.rows[2].skipped, plan.rows[2].old), (0, None));
    assert_eq!(plan.rows[3].skipped, 300, "what is deleted is not skipped");
    assert_eq!(plan.skipped, 149_337 + 100 + 300);
    assert_eq!(plan.reread, 0);
    let undo: Vec<_> = plan.undo().map(|(_, _, offset)| offset).collect();
    assert_eq!(undo, [169_724, 300, 5]);
    assert_eq!(plan.changes().count(), 4);
}

#[test]
fn only_what_is_chosen_moves() {
    let places = [place(0, Some(5), 0, 9), place(1, Some(5), 0, 9)];
    let mut spec = spec(ResetTo::Latest);
    spec.topics.push(ChosenTopic {
        topic: "billing-invoices".into(),
        partitions: vec![PartitionId(1)],
    });
    let made = plan(&spec, GroupKind::Classic, &places).unwrap();
    assert_eq!(made.rows.len(), 1);
    assert_eq!(made.rows[0].partition, PartitionId(1));
    spec.topics[0].topic = "other".into();
    assert_eq!(
        plan(&spec, GroupKind::Classic, &places),
        Err(ResetRefusal::Nothing)
    );
}

#[test]
fn what_moved_since_the_preview_is_seen() {
    let plan = plan(
        &spec(ResetTo::Earliest),
        GroupKind::Classic,
        &[place(0, Some(5), 0, 9), place(1, Some(6), 0, 9)],
    )
    .unwrap();
    assert!(
        plan.moved(|_, partition| Some(5 + i64::from(partition.0)))
            .is_empty()
    );
    let moved = plan.moved(|_, _| Some(5));
    assert_eq!(moved.len(), 1);
    assert_eq!(moved[0].partition, PartitionId(1));
}

#[test]
fn only_an_empty_group_of_a_fitting_kind_is_reset() {
    let ok = |kind, state, members| allowed(kind, state, members);
    assert_eq!(ok(GroupKind::Classic, GroupState::Empty, Some(0)), Ok(()));
    assert_eq!(ok(GroupKind::Streams, GroupState::Empty, None), Ok(()));
    assert_eq!(
        ok(GroupKind::Consumer, GroupState::Stable, Some(3)),
        Err(ResetRefusal::Active { members: 3 })
    );
    assert_eq!(
        ok(GroupKind::Classic, GroupState::Empty, Some(1)),
        Err(ResetRefusal::Active { members: 1 })
    );
    assert_eq!(
        ok(GroupKind::Classic, GroupState::Unknown, None),
        Err(ResetRefusal::StateUnknown)
    );
    assert!(ok(GroupKind::Connect, GroupState::Empty, Some(0)).is_err());
    let share = plan(
        &spec(ResetTo::Shift { by: 1 }),
        GroupKind::Share,
        &[place(0, Some(5), 0, 9)],
    );
    assert_eq!(share, Err(ResetRefusal::ShareTarget));
}

#[test]
fn a_choice_travels_as_json() {
    let spec = ResetSpec {
        to: ResetTo::Back { millis: 60_000 },
        topics: Vec::new(),
    };
    let json = serde_json::to_value(&spec).unwrap();
    assert_eq!(
        json,
        serde_json::json!({ "to": "back", "millis": 60_000, "topics": [] })
    );
    let read: ResetSpec = serde_json::from_str(r#"{"to":"earliest"}"#).unwrap();
    assert_eq!(read.to, ResetTo::Earliest);
    let kept: ResetSpec = serde_json::from_str(r#"{"to":"kept","change":7}"#).unwrap();
    assert_eq!(kept.to, ResetTo::Kept { change: 7 });
}

proptest! {
    #[test]
    fn a_plan_stays_within_the_log_and_its_sums_hold(
        committed in prop::option::of(any::<i64>()), first in 0..i64::MAX, length in 0..i64::MAX,
        offset in any::<i64>(),
    ) {
        let end = first.saturating_add(length);
        let at = place(0, committed, first, end);
        let made = plan(&spec(ResetTo::Offset { offset }), GroupKind::Classic, &[at]).unwrap();
        let row = &made.rows[0];
        prop_assert!((first..=end).contains(&row.new));
        prop_assert!(row.skipped == 0 || row.reread == 0);
        prop_assert_eq!(row.lag_after, u64::try_from(end - row.new).unwrap());
        prop_assert_eq!(row.meant.is_some(), row.new != offset);
    }
}
