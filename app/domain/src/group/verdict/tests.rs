//! Verdicts on recorded courses: what a group looked like, round after round.

use super::*;
use crate::group::SecondsKind;

fn lag(records: Option<u64>, seconds: Option<f64>) -> Lag {
    Lag {
        records,
        seconds,
        seconds_kind: if seconds.is_some() {
            SecondsKind::Estimate
        } else {
            SecondsKind::Unknown
        },
        incomplete: false,
    }
}

fn calm() -> Evidence {
    Evidence {
        now: Timestamp(10_000_000),
        kind: GroupKind::Classic,
        state: GroupState::Stable,
        members: Some(3),
        lag: lag(Some(40), Some(1.0)),
        in_per_second: Some(42.6),
        out_per_second: Some(42.5),
        retention: RetentionRisk::None,
        partitions: 6,
        stalled: 0,
        stalled_since: None,
        moved_at: Some(Timestamp(9_998_000)),
        left_at: None,
        rebalances_per_hour: Some(0.0),
        hot: None,
        first_seen: Timestamp(0),
        why: None,
    }
}

fn told(evidence: &Evidence) -> (GroupHealth, String) {
    let verdict = verdict(evidence);
    (verdict.state, verdict.reason)
}

#[test]
fn a_group_that_keeps_up_is_healthy() {
    assert_eq!(
        told(&calm()),
        (
            GroupHealth::Healthy,
            "Keeps up with 42.6 records/s.".to_owned()
        )
    );
    let bursty = Evidence {
        in_per_second: Some(90.0),
        out_per_second: Some(30.0),
        ..calm()
    };
    assert_eq!(told(&bursty).0, GroupHealth::Healthy, "a second behind");
}

#[test]
fn a_consumer_that_is_too_slow_falls_behind() {
    let slow = Evidence {
        lag: lag(Some(45_412), Some(385.0)),
        in_per_second: Some(118.0),
        out_per_second: Some(104.0),
        ..calm()
    };
    assert_eq!(
        told(&slow),
        (
            GroupHealth::FallingBehind,
            "Reads 104 of 118 records/s; will not catch up alone.".to_owned()
        )
    );
    assert_eq!(
        verdict(&slow).remedy.as_deref(),
        Some("Add members: 3 members for 6 partitions.")
    );
}

#[test]
fn one_that_gains_catches_up() {
    let faster = Evidence {
        lag: lag(Some(18_204), Some(246.0)),
        in_per_second: Some(74.0),
        out_per_second: Some(89.0),
        ..calm()
    };
    assert_eq!(
        told(&faster),
        (
            GroupHealth::CatchingUp,
            "Reads 89.0 records/s while 74.0 come in; even in 20 min 13 s.".to_owned()
        )
    );
}

#[test]
fn one_without_members_has_stopped() {
    let mut empty = Evidence {
        state: GroupState::Empty,
        members: Some(0),
        lag: lag(Some(1_204_112), None),
        out_per_second: Some(0.0),
        moved_at: Some(Timestamp(6_400_000)),
        left_at: Some(Timestamp(6_400_000)),
        ..calm()
    };
    assert_eq!(
        told(&empty),
        (
            GroupHealth::Stopped,
            "The last member left 1 h ago. Nothing has been read since.".to_owned()
        )
    );
    (empty.left_at, empty.moved_at) = (None, None);
    assert_eq!(
        told(&empty).1,
        format!(
            "It has no member; {} records wait.",
            crate::units::thousands(1_204_112)
        )
    );
    // Somebody read a moment ago and has gone: nobody is there who could fall behind.
    empty.moved_at = Some(Timestamp(empty.now.0 - 70_000));
    empty.lag = lag(Some(80), Some(70.0));
    assert_eq!(told(&empty).0, GroupHealth::Stopped);
    empty.members = Some(1);
    assert_eq!(told(&empty).0, GroupHealth::FallingBehind);
    empty.members = Some(0);
    empty.lag = lag(Some(0), Some(0.0));
    assert_eq!(told(&empty).0, GroupHealth::Healthy, "nothing waits");
}

#[test]
fn one_that_assigns_partitions_itself_reads_without_members() {
    let mut simple = Evidence {
        kind: GroupKind::Unknown,
        state: GroupState::Empty,
        members: Some(0),
        ..calm()
    };
    assert_eq!(told(&simple).0, GroupHealth::Healthy);
    simple.moved_at = Some(Timestamp(9_000_000));
    assert_eq!(told(&simple).0, GroupHealth::Stopped);
}

#[test]
fn a_poisonous_record_stalls_its_partition() {
    let stuck = Evidence {
        stalled: 1,
        stalled_since: Some(Timestamp(9_280_000)),
        ..calm()
    };
    assert_eq!(
        told(&stuck),
        (
            GroupHealth::Stalled,
            "1 of 6 partitions has not moved for 12 min while records arrive.".to_owned()
        )
    );
}

#[test]
fn losses_are_worst() {
    let lost = Evidence {
        retention: RetentionRisk::Lost { records: 1 },
        stalled: 2,
        ..calm()
    };
    assert_eq!(
        told(&lost),
        (
            GroupHealth::LosingData,
            "1 record was deleted by retention before it read it.".to_owned()
        )
    );
    let mut soon = Evidence {
        retention: RetentionRisk::In {
            seconds: 7_200.0,
            by_size: false,
        },
        lag: lag(Some(45_412), Some(385.0)),
        in_per_second: Some(118.0),
        out_per_second: Some(1.0),
        ..calm()
    };
    assert_eq!(told(&soon).0, GroupHealth::LosingData);
    soon.lag = lag(Some(4), Some(1.0));
    assert_eq!(told(&soon).0, GroupHealth::Healthy, "not behind");
    soon.lag = lag(Some(45_412), Some(385.0));
    soon.retention = RetentionRisk::In {
        seconds: 72_000.0,
        by_size: true,
    };
    assert_eq!(told(&soon).0, GroupHealth::FallingBehind, "not soon");
}

#[test]
fn rebalances_all_the_time_unsettle() {
    let restless = Evidence {
        rebalances_per_hour: Some(11.0),
        ..calm()
    };
    assert_eq!(
        told(&restless),
        (
            GroupHealth::Unsettled,
            "11 rebalances in an hour.".to_owned()
        )
    );
}

#[test]
fn what_is_not_known_is_not_judged() {
    let mut new = Evidence {
        lag: lag(None, None),
        partitions: 0,
        state: GroupState::Empty,
        members: Some(0),
        ..calm()
    };
    assert_eq!(
        told(&new),
        (
            GroupHealth::Unknown,
            "Never committed an offset; first seen here 2 h 46 min ago.".to_owned()
        )
    );
    new.why = Some("no answer from node 2".to_owned());
    assert_eq!(
        told(&new).1,
        "Its offsets are not known: no answer from node 2."
    );
    let workers = Evidence {
        kind: GroupKind::Connect,
        lag: lag(None, None),
        ..calm()
    };
    assert_eq!(told(&workers).0, GroupHealth::Healthy);
}

/// A consumer is paused for five minutes and comes back: recorded at 100 records/s, one look every 30 s.
#[test]
fn a_pause_and_its_end_are_told_in_order() {
    let course = [
        // lag, age, out, stalled, verdict
        (90, 1.0, 100.0, 0, GroupHealth::Healthy),
        (3_000, 30.0, 61.0, 0, GroupHealth::Healthy),
        (9_000, 90.0, 22.0, 0, GroupHealth::FallingBehind),
        (15_000, 150.0, 8.0, 6, GroupHealth::Stalled),
        (30_000, 300.0, 0.7, 6, GroupHealth::Stalled),
        (24_000, 240.0, 390.0, 0, GroupHealth::CatchingUp),
        (7_000, 70.0, 400.0, 0, GroupHealth::CatchingUp),
        (90, 1.0, 180.0, 0, GroupHealth::Healthy),
    ];
    for (records, age, out, stalled, wanted) in course {
        let look = Evidence {
            lag: lag(Some(records), Some(age)),
            in_per_second: Some(100.0),
            out_per_second: Some(out),
            stalled,
            stalled_since: (stalled > 0).then_some(Timestamp(9_800_000)),
            ..calm()
        };
        assert_eq!(told(&look).0, wanted, "{records} records behind");
    }
}

#[test]
fn catching_up_takes_what_the_gain_says() {
    assert_eq!(
        catch_up_seconds(Some(100), Some(5.0), Some(15.0)),
        Some(10.0)
    );
    assert_eq!(catch_up_seconds(Some(100), Some(5.0), Some(5.0)), None);
    assert_eq!(catch_up_seconds(Some(100), None, Some(5.0)), None);
    assert_eq!(catch_up_seconds(Some(0), None, None), Some(0.0));
}
