//! Answers of coordinators, put where they belong.

use super::*;
use crate::{
    api::groups::{
        committed::Committed,
        list::{Listed, ListedGroup},
    },
    groups::events::tests::described,
};
use penstock_domain::ids::PartitionId;

fn lists() -> Lists {
    let group = |name: &str, kind| ListedGroup {
        name: name.into(),
        kind,
        state: GroupState::Stable,
    };
    vec![
        (
            NodeId(1),
            Ok(Listed {
                groups: vec![
                    group("a", GroupKind::Classic),
                    group("moving", GroupKind::Classic),
                ],
                loading: false,
            }),
        ),
        (
            NodeId(2),
            Ok(Listed {
                groups: vec![group("moving", GroupKind::Classic)],
                loading: true,
            }),
        ),
    ]
}

fn question(what: What, groups: &[&str]) -> Question {
    Question {
        node: NodeId(1),
        kind: GroupKind::Classic,
        what,
        groups: groups.iter().map(|name| GroupName::from(*name)).collect(),
    }
}

fn commit() -> Committed {
    Committed {
        topic: "orders".into(),
        partition: PartitionId(0),
        offset: 1,
        metadata: None,
        lag: None,
    }
}

#[test]
fn a_group_that_moves_is_its_new_coordinators_only_once_that_has_loaded() {
    let seen = listed(&lists());
    assert_eq!(seen.len(), 2);
    assert_eq!(seen["moving"].coordinator, NodeId(1));
}

#[test]
fn each_group_gets_its_own_answer() {
    let mut seen = listed(&lists());
    let members = question(What::Members, &["a", "moving"]);
    let answer = Answer::Members(Ok(vec![
        ("a".into(), Ok(Some(described(&["m"], None)))),
        ("moving".into(), Ok(None)),
    ]));
    take_in(&mut seen, &members, answer);
    let offsets = question(What::Offsets, &["a", "moving"]);
    let answer = Answer::Offsets(Ok(vec![("a".into(), Ok(vec![commit()]))]));
    take_in(&mut seen, &offsets, answer);
    assert!(matches!(&seen["a"].committed, Some(Ok(offsets)) if offsets.len() == 1));
    let left_out = seen["moving"].committed.as_ref().unwrap();
    assert!(left_out.is_err(), "left out of the answer");
    seen.retain(|_, group| exists(group));
    assert_eq!(
        seen.keys().map(GroupName::as_str).collect::<Vec<_>>(),
        ["a"]
    );
}

#[test]
fn a_failed_request_marks_its_groups_and_an_absent_one_with_offsets_is_there() {
    let mut seen = listed(&lists());
    let error = || KafkaError::Stopped;
    take_in(
        &mut seen,
        &question(What::Offsets, &["a"]),
        Answer::Offsets(Err(error())),
    );
    assert_eq!(
        seen["a"].committed.as_ref().unwrap().as_ref().err(),
        Some(&error())
    );
    let group = seen.get_mut("a").unwrap();
    assert!(exists(group) && !is_known(group));
    group.described = Some(Err(gone()));
    assert!(!exists(group));
    group.committed = Some(Ok(vec![commit()]));
    assert!(exists(group) && is_known(group));
    assert!(group.described.is_none(), "it changes over");
}
