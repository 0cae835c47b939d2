//! Groups from round to round: what is told of them, and that nothing untrue ever is, whatever happens to logs and clocks.

use super::*;
use crate::{
    api::groups::committed::Committed,
    error::KafkaError,
    groups::{
        events::tests::described,
        round::{EndSeen, Seen},
        saved,
        tracked::Tracked,
    },
    inventory::{
        offsets::{Offsets, PartitionOffsets, TopicOffsets},
        topics::{Topic, Topics},
    },
};
use penstock_domain::{
    group::{
        GroupEventKind, GroupHealth, GroupKind, GroupState, RetentionRisk, SecondsKind,
        TopicAssignment,
    },
    ids::TopicId,
};
use proptest::prelude::*;

const SECOND: i64 = 1_000;

fn committed(partition: i32, offset: i64) -> Committed {
    Committed {
        topic: "orders".into(),
        partition: PartitionId(partition),
        offset,
        metadata: None,
        lag: None,
    }
}

fn seen(offsets: &[i64], members: &[&str]) -> Seen {
    Seen {
        kind: GroupKind::Classic,
        state: if members.is_empty() {
            GroupState::Empty
        } else {
            GroupState::Stable
        },
        coordinator: NodeId(1),
        described: Some(Ok(crate::api::groups::describe::DescribedGroup {
            state: if members.is_empty() {
                GroupState::Empty
            } else {
                GroupState::Stable
            },
            ..described(members, None)
        })),
        committed: Some(Ok((0..)
            .zip(offsets)
            .map(|(partition, offset)| committed(partition, *offset))
            .collect())),
    }
}

fn ends(ends: &[i64]) -> HashMap<TopicName, Vec<EndSeen>> {
    let seen = ends
        .iter()
        .map(|end| EndSeen {
            end: Some(*end),
            ..EndSeen::default()
        })
        .collect();
    HashMap::from([("orders".into(), seen)])
}

fn round(at: i64, group: Option<Seen>, partitions: &[i64]) -> Round {
    Round {
        at: Timestamp(at * SECOND),
        seen: group
            .into_iter()
            .map(|seen| ("billing".into(), seen))
            .collect(),
        kept: HashMap::new(),
        ends: ends(partitions),
    }
}

fn ground(id: &str, starts: &[i64]) -> Ground {
    let mut topic = Topic::builder("orders".into(), Some(TopicId::from(id)), false);
    for number in (0..).take(starts.len()) {
        topic = topic.partition(number, 1, 0, [&[1], &[1], &[]]);
    }
    let partitions = starts
        .iter()
        .map(|start| PartitionOffsets {
            earliest: *start,
            ..PartitionOffsets::UNKNOWN
        })
        .collect();
    Ground {
        topics: Some(Arc::new(Topics::new(vec![Arc::new(topic.build())]))),
        offsets: Some(Arc::new(Offsets {
            topics: HashMap::from([("orders".into(), Arc::new(TopicOffsets { partitions }))]),
            ..Offsets::default()
        })),
        ..Ground::default()
    }
}

#[test]
fn a_past_is_taken_up_where_the_group_is_seen_again() {
    let mut before = Tracker::default();
    before
        .groups
        .insert("a".into(), Tracked::new(Timestamp(1_000)));
    before
        .groups
        .insert("b".into(), Tracked::new(Timestamp(1_000)));
    let saved: Vec<(GroupName, Vec<u8>)> = before
        .saved()
        .map(|(name, bytes)| (name.clone(), bytes))
        .collect();
    let pasts = || {
        saved
            .iter()
            .map(|(name, bytes)| (name.clone(), saved::read(bytes).unwrap()))
    };
    let mut after = Tracker::default();
    after.restore(Timestamp(2_000), pasts());
    assert_eq!(
        after.saved().count(),
        2,
        "what was not seen again is kept on"
    );
    let mut late = Tracker::default();
    late.restore(Timestamp(15 * 86_400_000), pasts());
    assert_eq!(late.saved().count(), 0, "silent for too long");
}

#[test]
fn lag_rates_and_age_follow_the_course() {
    let mut tracker = Tracker::default();
    let ground = ground("a", &[0, 0]);
    let mut last = Vec::new();
    // 20 records a second arrive in each partition; 10 a second are read from the first, none from the second.
    for look in 0..60 {
        let at = look * 5;
        last = tracker.take(
            round(
                at,
                Some(seen(&[at * 10, 0], &["a"])),
                &[at * 20 + 20, at * 20 + 20],
            ),
            &ground,
        );
    }
    let group = last[0].detail();
    let end = 59 * 5 * 20 + 20;
    assert_eq!(
        group.row.lag.records,
        Some((end - 59 * 5 * 10 + end) as u64)
    );
    assert!((group.row.in_per_second.unwrap() - 40.0).abs() < 1.0);
    assert!((group.row.out_per_second.unwrap() - 10.0).abs() < 1.0);
    let [first, second] = group.partitions.as_slice() else {
        panic!()
    };
    // Record 2950 was written when the end was 2951.
    assert_eq!(first.seconds_kind, SecondsKind::Estimate);
    assert!(
        (first.seconds.unwrap() - 148.5).abs() < 5.0,
        "{:?}",
        first.seconds
    );
    assert_eq!(second.seconds, None, "written before the first look");
    assert_eq!(second.stalled_since, Some(Timestamp(0)));
    assert_eq!(group.row.verdict.state, GroupHealth::Stalled);
    assert_eq!(group.row.catch_up_seconds, None);
    assert_eq!(group.row.trend.last(), Some(&group.row.lag.records));
    let history = last[0].history.since(Timestamp(0));
    let newest = history[0].points.last().unwrap();
    assert_eq!(newest.committed, Some(2_950));
    assert_eq!(newest.end, Some(end * 2));
}

#[test]
fn a_record_that_tells_its_age_makes_it_exact() {
    let mut tracker = Tracker::default();
    let ground = ground("a", &[0]);
    let groups = tracker.take(round(1_000, Some(seen(&[5], &[])), &[50]), &ground);
    assert_eq!(groups[0].row.lag.seconds, None);
    let wanted = tracker.ages_wanted(&groups, Timestamp(1_000 * SECOND));
    assert_eq!(wanted.len(), 1);
    assert!(
        tracker
            .ages_wanted(&groups, Timestamp(1_001 * SECOND))
            .is_empty(),
        "asked already"
    );
    tracker.learn_ages([(wanted[0].clone(), Timestamp(400 * SECOND))]);
    let groups = tracker.take(round(1_010, Some(seen(&[5], &[])), &[60]), &ground);
    assert_eq!(groups[0].row.lag.seconds, Some(610.0));
    assert_eq!(groups[0].row.lag.seconds_kind, SecondsKind::Exact);
    // Read on to the middle of what lies before the first look: between both.
    let groups = tracker.take(round(1_020, Some(seen(&[28], &["a"])), &[60]), &ground);
    let lag = groups[0].row.lag;
    assert_eq!(lag.seconds_kind, SecondsKind::Estimate);
    assert!((lag.seconds.unwrap() - 313.0).abs() < 10.0, "{lag:?}");
}

#[test]
fn what_is_gone_leaves_at_once_and_what_is_silent_stays() {
    let mut tracker = Tracker::default();
    let ground = ground("a", &[0]);
    tracker.take(round(0, Some(seen(&[5], &["a"])), &[9]), &ground);
    let mut silent = round(5, None, &[]);
    silent
        .kept
        .insert("billing".into(), "no answer from node 1".to_owned());
    let groups = tracker.take(silent, &ground);
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].row.lag.records, Some(4));
    assert_eq!(groups[0].row.why.as_deref(), Some("no answer from node 1"));
    let detail = groups[0].detail();
    assert_eq!(detail.freshness.as_of, Some(Timestamp(0)));
    assert!(!detail.freshness.complete());
    assert!(tracker.take(round(10, None, &[]), &ground).is_empty());
    let groups = tracker.take(round(15, Some(seen(&[1], &["a"])), &[9]), &ground);
    assert_eq!(
        groups[0].first_seen,
        Timestamp(15 * SECOND),
        "another group"
    );
    assert_eq!(groups[0].events.len(), 0);
}

#[test]
fn offsets_that_can_t_be_had_stay_as_they_were() {
    let mut tracker = Tracker::default();
    let ground = ground("a", &[0]);
    tracker.take(round(0, Some(seen(&[5], &["a"])), &[9]), &ground);
    let failing = Seen {
        committed: Some(Err(KafkaError::Stopped)),
        ..seen(&[], &["a"])
    };
    let groups = tracker.take(round(5, Some(failing), &[]), &ground);
    assert_eq!(groups[0].row.lag.records, Some(4));
    assert!(!groups[0].current && groups[0].row.why.is_some());
    let groups = tracker.take(round(10, Some(seen(&[9], &["a"])), &[9]), &ground);
    assert_eq!(groups[0].row.lag.records, Some(0));
    assert_eq!(groups[0].row.why, None);
}

#[test]
fn an_end_that_can_t_be_had_marks_its_row_only() {
    let mut tracker = Tracker::default();
    let ground = ground("a", &[0, 0]);
    let mut round = round(0, Some(seen(&[5, 5], &["a"])), &[9]);
    round.ends.get_mut("orders").unwrap().push(EndSeen {
        why: Some("no answer from node 2".into()),
        ..EndSeen::default()
    });
    let group = tracker.take(round, &ground)[0].detail();
    assert_eq!(group.row.lag.records, Some(4));
    assert!(group.row.lag.incomplete);
    assert_eq!(
        group.partitions[1].why.as_deref(),
        Some("no answer from node 2")
    );
}

#[test]
fn a_partition_without_a_commit_is_unknown() {
    let mut tracker = Tracker::default();
    let mut group = seen(&[7], &["a"]);
    if let Some(Ok(described)) = &mut group.described {
        described.members[0].assigned = vec![TopicAssignment {
            topic: "orders".into(),
            partitions: vec![PartitionId(0), PartitionId(1)],
        }];
    }
    let groups = tracker.take(round(0, Some(group), &[9, 90]), &ground("a", &[0, 0]));
    let detail = groups[0].detail();
    assert_eq!(detail.partitions.len(), 2);
    assert_eq!(
        (detail.partitions[1].committed, detail.partitions[1].lag),
        (None, None)
    );
    assert_eq!(detail.partitions[1].member.as_deref(), Some("a-7f"));
    assert_eq!(detail.row.lag.records, Some(2));
    assert_eq!(detail.members.unwrap()[0].lag, Some(2));
}

#[test]
fn steps_back_and_losses_are_events() {
    let mut tracker = Tracker::default();
    tracker.take(
        round(0, Some(seen(&[500], &["a"])), &[900]),
        &ground("a", &[0]),
    );
    tracker.take(
        round(5, Some(seen(&[200], &["a"])), &[900]),
        &ground("a", &[0]),
    );
    let groups = tracker.take(
        round(10, Some(seen(&[200], &["a"])), &[900]),
        &ground("a", &[300]),
    );
    let detail = groups[0].detail();
    assert_eq!(detail.row.retention, RetentionRisk::Lost { records: 100 });
    assert_eq!(detail.row.verdict.state, GroupHealth::LosingData);
    let kinds: Vec<_> = detail.events.iter().map(|event| event.what).collect();
    assert_eq!(kinds, [GroupEventKind::Lost, GroupEventKind::WentBack]);
    assert_eq!(detail.events[1].text, "orders 0 went back by 300");
}

#[test]
fn a_reader_of_committed_records_is_measured_against_the_stable_offset() {
    let mut tracker = Tracker::default();
    let ground = ground("a", &[0]);
    let mut groups = Vec::new();
    for look in 0..5 {
        // It comes to the last stable offset and stays there.
        let committed = if look == 0 { 40 } else { 50 };
        let mut round = round(look * 5, Some(seen(&[committed], &["a"])), &[90 + look]);
        round.ends.get_mut("orders").unwrap()[0].stable = Some(50);
        groups = tracker.take(round, &ground);
    }
    let detail = groups[0].detail();
    assert_eq!(detail.read_committed, Some(true));
    assert_eq!(detail.partitions[0].end, Some(50));
    assert_eq!(detail.row.lag.records, Some(0));
}

/// What can happen between two looks.
#[derive(Clone, Debug)]
enum Happening {
    Write(i64),
    Commit(i64),
    Reset(i64),
    Retention(i64),
    Truncate(i64),
    RecreateTopic,
    DeleteTopic,
    DeleteGroup,
    Silence,
    ClockStep(i64),
    OpenTransaction,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        4 => (0_i64..10_000).prop_map(Happening::Write),
        4 => (0_i64..10_000).prop_map(Happening::Commit),
        1 => any::<i64>().prop_map(Happening::Reset),
        1 => (0_i64..10_000).prop_map(Happening::Retention),
        1 => (0_i64..10_000).prop_map(Happening::Truncate),
        1 => Just(Happening::RecreateTopic),
        1 => Just(Happening::DeleteTopic),
        1 => Just(Happening::DeleteGroup),
        1 => Just(Happening::Silence),
        1 => (-10_000_000_i64..10_000_000).prop_map(Happening::ClockStep),
        1 => Just(Happening::OpenTransaction),
    ]
}

proptest! {
    #[test]
    fn nothing_untrue_is_told(happenings in prop::collection::vec((happening(), 0_i64..30), 1..120)) {
        let mut tracker = Tracker::default();
        let (mut at, mut id) = (1_000_000_i64, 0);
        let (mut start, mut end) = (0_i64, 0_i64);
        let mut committed = 0_i64;
        for (happening, wait) in happenings {
            at += wait;
            let (mut topic, mut group, mut silent, mut stable) = (true, true, false, None);
            match happening {
                Happening::Write(count) => end += count,
                Happening::Commit(count) => committed = committed.saturating_add(count).min(end),
                Happening::Reset(offset) => committed = offset.max(0),
                Happening::Retention(count) => start = (start + count).min(end),
                Happening::Truncate(count) => end = (end - count).max(start),
                Happening::RecreateTopic => { id += 1; start = 0; end = 0; }
                Happening::DeleteTopic => topic = false,
                Happening::DeleteGroup => { group = false; committed = 0; }
                Happening::Silence => silent = true,
                Happening::ClockStep(step) => at += step,
                Happening::OpenTransaction => stable = Some(start),
            }
            let mut round = round(
                at,
                (group && !silent).then(|| seen(&[committed], &["a"])),
                if topic { &[0] } else { &[] },
            );
            if topic {
                round.ends.get_mut("orders").unwrap()[0] = EndSeen { end: Some(end), stable, why: None };
            } else {
                round.ends.clear();
            }
            if silent {
                round.kept.insert("billing".into(), "silence".to_owned());
            }
            let ground = if topic { ground(&id.to_string(), &[start]) } else { Ground::default() };
            let groups = tracker.take(round, &ground);
            let wanted = tracker.ages_wanted(&groups, Timestamp(at * SECOND));
            tracker.learn_ages(wanted.into_iter().map(|wanted| (wanted, Timestamp(at / 2 * SECOND))));
            prop_assert!(group || groups.is_empty(), "a deleted group is told of");
            for group in groups {
                let detail = group.detail();
                let figures = [
                    detail.row.lag.seconds,
                    detail.row.in_per_second,
                    detail.row.out_per_second,
                    detail.row.catch_up_seconds,
                    detail.partitions[0].seconds,
                    detail.partitions[0].in_per_second,
                    detail.partitions[0].out_per_second,
                ];
                for figure in figures.into_iter().flatten() {
                    prop_assert!(figure.is_finite() && figure >= 0.0, "{figure}");
                }
                if let RetentionRisk::In { seconds, .. } = detail.row.retention {
                    prop_assert!(seconds.is_finite() && seconds >= 0.0);
                }
                if !silent && topic {
                    let end = stable.filter(|_| detail.read_committed == Some(true)).unwrap_or(end);
                    prop_assert_eq!(detail.row.lag.records, u64::try_from(end - committed).ok());
                }
                if !topic {
                    prop_assert_eq!(detail.row.lag.records, None);
                }
                for history in group.history.since(Timestamp(i64::MIN)) {
                    prop_assert!(history.points.windows(2).all(|pair| pair[0].at < pair[1].at));
                    prop_assert!(history.points.iter().all(|point| point.committed <= point.end));
                }
            }
        }
    }
}
