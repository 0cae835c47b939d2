//! Rounds without brokers: how many requests, and what a missing list leaves.

use super::*;
use crate::{
    api::groups::list::ListedGroup,
    groups::{group::tests::group, standing::tests::standing},
};
use ask::{What, questions};
use penstock_domain::group::{GroupKind, GroupState};

fn seen(kind: GroupKind, node: i32) -> Seen {
    Seen {
        kind,
        state: GroupState::Stable,
        coordinator: NodeId(node),
        described: None,
        committed: None,
    }
}

#[test]
fn requests_grow_with_brokers_and_chunks_and_not_with_groups() {
    let seen: BTreeMap<GroupName, Seen> = (0..2_000)
        .map(|number| {
            let name = GroupName::from(format!("g{number}"));
            (name, seen(GroupKind::Classic, number % 3))
        })
        .collect();
    let asked = questions(&seen, |_| 50);
    for node in 0..3 {
        let of_node = asked.iter().filter(|one| one.node == NodeId(node));
        // Three for members, three for offsets; the list and the ends come on top.
        assert_eq!(of_node.count(), 6);
    }
    let offsets = asked.iter().filter(|one| one.what == What::Offsets);
    let groups: usize = offsets.map(|one| one.groups.len()).sum();
    assert_eq!(groups, 2_000);
    let wide = questions(&seen, |_| 10_000);
    let offsets = wide.iter().filter(|one| one.what == What::Offsets);
    assert_eq!(
        offsets.count(),
        1_001,
        "two groups of ten thousand partitions each"
    );
}

#[test]
fn each_kind_is_asked_what_it_can_answer() {
    let seen = BTreeMap::from([
        ("a".into(), seen(GroupKind::Classic, 1)),
        ("b".into(), seen(GroupKind::Connect, 1)),
        ("c".into(), seen(GroupKind::Consumer, 1)),
        ("d".into(), seen(GroupKind::Share, 1)),
        ("e".into(), seen(GroupKind::Streams, 1)),
        ("f".into(), seen(GroupKind::Unknown, 1)),
    ]);
    let asked = questions(&seen, |_| 1);
    let of = |what| -> Vec<(GroupKind, Vec<&str>)> {
        asked
            .iter()
            .filter(|one| one.what == what)
            .map(|one| {
                let names = one.groups.iter().map(GroupName::as_str).collect();
                (one.kind, names)
            })
            .collect()
    };
    assert_eq!(
        of(What::Members),
        [
            (GroupKind::Classic, vec!["a", "b", "f"]),
            (GroupKind::Consumer, vec!["c"]),
            (GroupKind::Share, vec!["d"]),
        ]
    );
    assert_eq!(
        of(What::Offsets),
        [
            (GroupKind::Classic, vec!["a", "c", "e", "f"]),
            (GroupKind::Share, vec!["d"]),
        ]
    );
}

fn set(groups: Vec<Group>) -> DataSet<Groups> {
    let groups = Groups::new(groups.into_iter().map(Arc::new));
    refreshed(Arc::new(groups), super::now(), (1, 1), Vec::new())
}

#[test]
fn lag_is_a_figure_and_a_member_is_not() {
    let before = set(vec![group("a", vec![standing("t", 0, 1, 2)])]);
    let same = set(vec![group("a", vec![standing("t", 0, 1, 2)])]);
    assert!(difference(&before, &same).is_empty());
    let moved = set(vec![group("a", vec![standing("t", 0, 1, 9)])]);
    let changes = difference(&before, &moved);
    assert!(changes.touches(Kind::Groups) && !changes.reshapes(Kind::Groups));
    let mut joined = group("a", vec![standing("t", 0, 1, 2)]);
    Arc::make_mut(&mut joined.row).members = Some(1);
    assert!(difference(&before, &set(vec![joined])).reshapes(Kind::Groups));
    assert!(difference(&before, &set(Vec::new())).reshapes(Kind::Groups));
}

#[test]
fn a_silent_coordinator_costs_its_own_groups_only() {
    let lists: Lists = vec![
        (
            NodeId(1),
            Ok(Listed {
                groups: vec![ListedGroup {
                    name: "a".into(),
                    kind: GroupKind::Classic,
                    state: GroupState::Stable,
                }],
                loading: false,
            }),
        ),
        (NodeId(2), Err(KafkaError::Stopped)),
    ];
    assert_eq!(all_failed(&lists), None);
    let tracker = SharedTracker::default();
    let round = |names: &[&str], kept: &[&str]| Round {
        at: super::now(),
        seen: names
            .iter()
            .map(|name| (GroupName::from(*name), seen(GroupKind::Connect, 1)))
            .collect(),
        kept: kept
            .iter()
            .map(|name| (GroupName::from(*name), "silence".to_owned()))
            .collect(),
        ends: HashMap::new(),
    };
    take(
        &tracker,
        round(&["a", "b"], &[]),
        &Ground::default(),
        &lists,
    );
    let (set, _) = take(&tracker, round(&["a"], &["b"]), &Ground::default(), &lists);
    let groups = set.value.unwrap();
    assert_eq!(groups.rows().len(), 2);
    assert_eq!(groups.rows()[0].why, None);
    assert_eq!(groups.rows()[1].why.as_deref(), Some("silence"));
    assert_eq!((set.answered, set.expected), (1, 2));
    assert_eq!(set.missing[0].what, "groups coordinated by node 2");
}

#[test]
fn where_nobody_answers_the_most_telling_error_stands() {
    let lists: Lists = vec![(NodeId(1), Err(KafkaError::Stopped))];
    assert_eq!(all_failed(&lists), Some(KafkaError::Stopped));
    assert!(all_failed(&Vec::new()).is_some());
}
