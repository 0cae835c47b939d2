//! What becomes of partitions, case by case, and what must hold of any.

use super::*;
use crate::cluster::QuorumReplica;
use proptest::prelude::*;

fn ids(list: &[i32]) -> Vec<NodeId> {
    list.iter().copied().map(NodeId).collect()
}

fn set(list: &[i32]) -> BTreeSet<NodeId> {
    ids(list).into_iter().collect()
}

fn quorum(leader: i32, voters: &[i32], gone: &[i32]) -> Quorum {
    Quorum {
        leader: Some(NodeId(leader)),
        epoch: 1,
        high_watermark: 1,
        voters: voters
            .iter()
            .map(|node| QuorumReplica {
                node: NodeId(*node),
                log_end_offset: None,
                lag: None,
                last_fetch: None,
                last_caught_up: None,
                gone: gone.contains(node),
            })
            .collect(),
        observers: Vec::new(),
    }
}

fn freshness() -> Freshness {
    Freshness {
        as_of: None,
        answered: 1,
        expected: 1,
        missing: Vec::new(),
    }
}

/// One topic of one partition in a cluster of four brokers, whose controllers are others.
fn one(
    stop: &[i32],
    down: &[i32],
    rules: Rules,
    (leader, replicas, in_sync): (Option<i32>, &[i32], &[i32]),
) -> Simulation {
    let mut simulator = Simulator::new(set(stop), set(down), 4, None);
    let mut topic = simulator.topic(&"orders".into(), rules);
    topic.add(&Standing {
        leader: leader.map(NodeId),
        replicas: &ids(replicas),
        in_sync: &ids(in_sync),
    });
    topic.done();
    simulator.finish(freshness())
}

fn minimum(number: usize) -> Rules {
    Rules {
        min_in_sync: Some(number),
        unclean: false,
    }
}

fn only(simulation: &Simulation) -> (Option<Fate>, &str, Option<&str>) {
    assert_eq!(simulation.effects.len(), 1, "{simulation:?}");
    let effect = &simulation.effects[0];
    (effect.fate, &effect.why, effect.remedy.as_deref())
}

#[test]
fn the_only_replica_takes_its_partition_along() {
    let simulation = one(&[2], &[], minimum(1), (Some(2), &[2], &[2]));
    assert_eq!(
        only(&simulation),
        (
            Some(Fate::Offline),
            "one replica only",
            Some("Give it 3 replicas")
        )
    );
    assert_eq!(simulation.headline().0, "1 partition goes offline");
}

#[test]
fn a_minimum_of_all_replicas_refuses_writes() {
    let simulation = one(&[2], &[], minimum(3), (Some(1), &[0, 1, 2], &[0, 1, 2]));
    assert_eq!(
        only(&simulation),
        (
            Some(Fate::RefusesWrites),
            "min.insync.replicas 3 of 3 replicas",
            Some("Set min.insync.replicas to 2")
        )
    );
}

#[test]
fn another_replica_in_sync_takes_over() {
    let simulation = one(&[2], &[], minimum(2), (Some(2), &[2, 0, 1], &[0, 1, 2]));
    assert_eq!(
        only(&simulation),
        (None, "other replicas in sync take over", None)
    );
    assert_eq!(
        (simulation.counts.at_minimum, simulation.new_leaders),
        (1, 1)
    );
    assert_eq!(
        simulation.headline(),
        (
            "Everything goes on".to_owned(),
            "; 1 leader moves. All 1 stays readable and writable, without a replica to spare."
                .to_owned()
        )
    );
}

#[test]
fn who_is_behind_is_waited_for_and_who_is_down_is_started() {
    let behind = one(&[2], &[], minimum(1), (Some(2), &[2, 0], &[2]));
    assert_eq!(
        only(&behind),
        (
            Some(Fate::Offline),
            "the replica on node 0 is not in sync now",
            Some("Wait until node 0 has caught up")
        )
    );
    let down = one(&[2], &[0], minimum(1), (Some(2), &[2, 0], &[2]));
    assert_eq!(only(&down).2, Some("Start node 0 first"));
    let both = one(&[2], &[0], minimum(2), (Some(1), &[0, 1, 2], &[1, 2]));
    assert_eq!(
        only(&both),
        (
            Some(Fate::RefusesWrites),
            "node 0 does not run now",
            Some("Start node 0 first")
        )
    );
}

#[test]
fn a_rack_with_every_replica_asks_for_spreading() {
    let simulation = one(&[0, 1], &[], minimum(1), (Some(0), &[0, 1], &[0, 1]));
    assert_eq!(
        only(&simulation),
        (
            Some(Fate::Offline),
            "all 2 replicas are on nodes that stop",
            Some("Move a replica to a node that stays")
        )
    );
    let too_few = one(&[0, 1], &[], minimum(2), (Some(0), &[0, 1, 2], &[0, 1, 2]));
    assert_eq!(
        only(&too_few),
        (
            Some(Fate::RefusesWrites),
            "1 of 3 replicas remains, min.insync.replicas 2",
            Some("Stop its nodes one at a time")
        )
    );
}

#[test]
fn unclean_elections_lose_records_instead() {
    let rules = Rules {
        min_in_sync: Some(1),
        unclean: true,
    };
    let simulation = one(&[2], &[], rules, (Some(2), &[2, 0], &[2]));
    assert_eq!(only(&simulation).0, Some(Fate::LosesRecords));
    let nobody_left = one(&[2], &[0], rules, (Some(2), &[2, 0], &[2]));
    assert_eq!(only(&nobody_left).0, Some(Fate::Offline));
}

#[test]
fn what_is_broken_already_is_no_effect() {
    let simulation = one(&[2], &[], minimum(1), (None, &[2], &[]));
    assert!(simulation.effects.is_empty());
    assert_eq!(
        (simulation.counts.offline, simulation.counts.offline_already),
        (1, 1)
    );
    assert_eq!(simulation.headline().0, "Everything goes on");
}

#[test]
fn without_a_quorum_nobody_is_elected_and_nobody_leaves_the_in_sync_set() {
    let quorum = quorum(0, &[0, 1, 2], &[]);
    let mut simulator = Simulator::new(set(&[0, 1]), BTreeSet::new(), 3, Some(&quorum));
    let mut topic = simulator.topic(&"orders".into(), minimum(1));
    let all = ids(&[0, 1, 2]);
    for leader in 0..3 {
        topic.add(&Standing {
            leader: Some(NodeId(leader)),
            replicas: &all,
            in_sync: &all,
        });
    }
    topic.add(&Standing {
        leader: Some(NodeId(2)),
        replicas: &ids(&[2]),
        in_sync: &ids(&[2]),
    });
    topic.done();
    let simulation = simulator.finish(freshness());
    let effect = simulation.quorum.as_ref().unwrap();
    assert!(effect.lost && effect.new_leader);
    assert_eq!((effect.remaining, effect.needed), (1, 2));
    assert!(
        effect
            .words()
            .unwrap()
            .starts_with("The metadata quorum is lost")
    );
    let fates: Vec<_> = simulation
        .effects
        .iter()
        .map(|effect| (effect.fate, effect.hit, effect.cause.clone()))
        .collect();
    assert_eq!(
        fates,
        [
            (Some(Fate::Offline), 2, Cause::NobodyElects),
            (Some(Fate::RefusesWrites), 1, Cause::NobodyShrinks),
        ]
    );
    assert_eq!(simulation.counts.at_minimum, 1, "it needs nobody else");
}

#[test]
fn a_quorum_that_holds_says_how_much_more() {
    let effect = QuorumEffect::of(&quorum(0, &[0, 1, 2, 3, 4], &[4]), &set(&[0]));
    assert!(!effect.lost);
    assert_eq!(
        effect.words().unwrap(),
        "The metadata quorum holds: another voter becomes leader, 3 of 5 voters remain; one more loss stops it."
    );
    assert_eq!(
        QuorumEffect::of(&quorum(0, &[0, 1, 2], &[]), &set(&[7])).words(),
        None
    );
}

#[test]
fn an_address_carries_the_choice() {
    let choice = Choice::of("stop=2&rack=zone%20b&stop=x&rack=&stop=2&tab=a");
    assert_eq!(choice.to_query_string(), "stop=2&rack=zone%20b");
    assert_eq!(Choice::of(&choice.to_query_string()), choice);
    let nodes = [
        (NodeId(0), Some("zone a")),
        (NodeId(1), Some("zone b")),
        (NodeId(2), None),
    ];
    assert_eq!(choice.among(nodes), set(&[1, 2]));
}

#[test]
fn beyond_fifty_topics_are_summed_up() {
    let mut simulator = Simulator::new(set(&[0]), BTreeSet::new(), 3, None);
    for number in 0..60 {
        let mut topic = simulator.topic(&format!("t{number:02}").into(), minimum(1));
        topic.add(&Standing {
            leader: Some(NodeId(0)),
            replicas: &ids(&[0, 1]),
            in_sync: &ids(&[0, 1]),
        });
        topic.done();
    }
    let simulation = simulator.finish(freshness());
    assert_eq!(simulation.effects.len(), 50);
    assert_eq!(
        simulation.more,
        Some(MoreTopics {
            topics: 10,
            hit: 10,
            partitions: 10,
            worst: None
        })
    );
}

/// A partition as metadata could tell it: the leader is in sync, who is in sync is a replica.
#[derive(Clone, Debug)]
struct Any {
    leader: Option<NodeId>,
    replicas: Vec<NodeId>,
    in_sync: Vec<NodeId>,
    rules: Rules,
}

fn any_partition() -> impl Strategy<Value = Any> {
    (
        proptest::sample::subsequence((0..6).collect::<Vec<i32>>(), 1..=4),
        any::<[bool; 6]>(),
        0_usize..5,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(replicas, synced, minimum, unclean, leads)| {
            let replicas = ids(&replicas);
            let in_sync: Vec<NodeId> = replicas
                .iter()
                .zip(synced)
                .filter(|(_, synced)| *synced)
                .map(|(node, _)| *node)
                .collect();
            Any {
                leader: in_sync.first().copied().filter(|_| leads),
                rules: Rules {
                    min_in_sync: (minimum > 0).then_some(minimum),
                    unclean,
                },
                replicas,
                in_sync,
            }
        })
}

fn run(partitions: &[Any], stop: &BTreeSet<NodeId>, quorum: &Quorum) -> Simulation {
    let mut simulator = Simulator::new(stop.clone(), BTreeSet::new(), 6, Some(quorum));
    for (number, any) in partitions.iter().enumerate() {
        let mut topic = simulator.topic(&format!("t{number}").into(), any.rules);
        topic.add(&Standing {
            leader: any.leader,
            replicas: &any.replicas,
            in_sync: &any.in_sync,
        });
        topic.done();
    }
    simulator.finish(freshness())
}

fn fate(any: &Any, stop: &BTreeSet<NodeId>, elects: bool) -> Fate {
    let world = World {
        stopping: stop.clone(),
        down: BTreeSet::new(),
        brokers: 6,
        elects,
    };
    world.fate(
        &Standing {
            leader: any.leader,
            replicas: &any.replicas,
            in_sync: &any.in_sync,
        },
        any.rules,
    )
}

proptest! {
    #[test]
    fn nothing_that_stops_changes_nothing(partitions in prop::collection::vec(any_partition(), 0..12)) {
        let simulation = run(&partitions, &BTreeSet::new(), &quorum(0, &[0, 1, 2], &[]));
        prop_assert!(simulation.effects.is_empty());
        prop_assert_eq!(simulation.new_leaders, 0);
    }

    #[test]
    fn every_partition_is_counted_once(
        partitions in prop::collection::vec(any_partition(), 0..12),
        stop in prop::collection::btree_set((0..6).prop_map(NodeId), 0..6),
    ) {
        let counts = run(&partitions, &stop, &quorum(0, &[0, 1, 2], &[])).counts;
        let sum = counts.spare + counts.at_minimum + counts.refuse_writes + counts.lose_records + counts.offline;
        prop_assert_eq!(sum, counts.total);
        prop_assert_eq!(counts.total as usize, partitions.len());
    }

    #[test]
    fn more_that_stops_is_never_better(
        partition in any_partition(),
        stop in prop::collection::btree_set((0..6).prop_map(NodeId), 0..6),
        more in prop::collection::btree_set((0..6).prop_map(NodeId), 0..6),
        (elects, then) in (any::<bool>(), any::<bool>()),
    ) {
        let both: BTreeSet<NodeId> = stop.union(&more).copied().collect();
        // A quorum that was lost with fewer is not back with more.
        let then = elects && then;
        prop_assert!(fate(&partition, &both, then) >= fate(&partition, &stop, elects));
    }

    #[test]
    fn a_partition_goes_offline_when_nobody_in_sync_stays(
        partition in any_partition(),
        stop in prop::collection::btree_set((0..6).prop_map(NodeId), 0..6),
    ) {
        let partition = Any { rules: Rules { unclean: false, ..partition.rules }, ..partition };
        let stays = partition.leader.is_some() && partition.in_sync.iter().any(|node| !stop.contains(node));
        prop_assert_eq!(fate(&partition, &stop, true) == Fate::Offline, !stays);
    }
}
