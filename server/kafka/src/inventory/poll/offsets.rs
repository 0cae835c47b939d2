//! Offsets: one request per leader and kind of offset, all leaders at once; what a leader does not tell stays as it was.

use super::{
    Poller,
    by_leader::{ByLeader, Requests},
    completeness, failed, now, refreshed,
};
use crate::{
    api::offsets::{ListedOffset, OffsetSpec},
    error::{KafkaError, code_name},
    inventory::{
        kinds::{Changes, Kind},
        offsets::{Offsets, PartitionOffsets, TopicOffsets},
        snapshot::DataSet,
        topics::Topics,
    },
};
use futures::future::join_all;
use penstock_domain::{
    envelope::Missing,
    ids::{NodeId, TopicName},
    time::Timestamp,
    units,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(4);
const SPECS: [OffsetSpec; 3] = [OffsetSpec::End, OffsetSpec::Stable, OffsetSpec::Earliest];

/// What one leader said to one question.
struct Answer {
    leader: NodeId,
    spec: OffsetSpec,
    partitions: usize,
    listed: Result<Vec<(TopicName, Vec<ListedOffset>)>, KafkaError>,
}

impl Poller {
    pub(super) async fn refresh_offsets(&self) {
        let snapshot = self.published.current();
        let Some(topics) = snapshot.topics.value.clone() else {
            return;
        };
        let (by_leader, leaderless) = by_leader(&topics);
        let questions = by_leader.iter().flat_map(|(leader, chunks)| {
            chunks
                .iter()
                .flat_map(move |chunk| SPECS.map(|spec| (*leader, spec, chunk)))
        });
        let answers = join_all(questions.map(|(leader, spec, chunk)| async move {
            Answer {
                leader,
                spec,
                partitions: chunk.iter().map(|topic| topic.partitions.len()).sum(),
                listed: self
                    .client
                    .list_offsets(leader, spec, chunk, PATIENCE)
                    .await,
            }
        }))
        .await;
        let previous = snapshot.offsets.clone();
        let assembled = tokio::task::spawn_blocking(move || {
            assemble(&previous, &topics, leaderless, answers, now())
        })
        .await;
        let Ok((set, moved)) = assembled else { return };
        self.published.publish(|snapshot| {
            let changes = difference(&snapshot.offsets, &set);
            snapshot.offsets = set;
            changes
        });
        if moved {
            self.ask(Kind::Topics);
        }
    }
}

/// What to ask each leader, and how many partitions have none.
fn by_leader(topics: &Topics) -> (Requests, usize) {
    let mut leaders = ByLeader::default();
    let mut leaderless = 0;
    for topic in topics.iter() {
        for partition in topic.partitions() {
            match partition.leader() {
                Some(leader) => leaders.add(leader, &topic.name, partition.number.0),
                None => leaderless += 1,
            }
        }
    }
    (leaders.requests(), leaderless)
}

/// The new data set, and whether some leader turned out to have moved.
fn assemble(
    previous: &DataSet<Offsets>,
    topics: &Topics,
    leaderless: usize,
    answers: Vec<Answer>,
    now: Timestamp,
) -> (DataSet<Offsets>, bool) {
    let empty = Offsets::default();
    let old = previous.value.as_deref().unwrap_or(&empty);
    let mut partitions = carried_over(old, topics);
    let mut losses = Losses::default();
    let mut leaders: BTreeMap<NodeId, bool> = BTreeMap::new();
    for answer in answers {
        let heard = leaders.entry(answer.leader).or_insert(true);
        match answer.listed {
            Ok(listed) => take_in(&mut partitions, &mut losses, answer.spec, listed, now),
            Err(error) => {
                *heard = false;
                // One line per leader: the question for the end is always asked.
                if answer.spec == OffsetSpec::End {
                    losses.silent(answer.leader, answer.partitions, error);
                }
            }
        }
    }
    let heard = leaders.values().filter(|heard| **heard).count();
    if heard == 0
        && !leaders.is_empty()
        && let Some(error) = losses.last_error()
    {
        let mut set = failed(previous, error);
        set.expected = u32::try_from(leaders.len()).unwrap_or(u32::MAX);
        return (set, false);
    }
    let mut history = old.history.clone();
    let offsets = Offsets {
        topics: partitions
            .into_iter()
            .map(|(name, partitions)| (name, Arc::new(TopicOffsets { partitions })))
            .collect(),
        ..Offsets::default()
    };
    if let Some(rate) = offsets.records_in_per_second() {
        history.add(now, rate);
    }
    let offsets = Offsets {
        traffic: history.points(),
        history,
        ..offsets
    };
    let moved = losses.moved > 0;
    let missing = losses.told(leaderless);
    let set = refreshed(Arc::new(offsets), now, (heard, leaders.len()), missing);
    (set, moved)
}

/// What was known, for the topics there are; a topic made anew under its name has fewer or equal offsets and rights itself.
fn carried_over(old: &Offsets, topics: &Topics) -> HashMap<TopicName, Box<[PartitionOffsets]>> {
    topics
        .iter()
        .map(|topic| {
            let mut partitions = vec![PartitionOffsets::UNKNOWN; topic.partition_count()];
            if let Some(known) = old.get(topic.name.as_str()) {
                for (new, old) in partitions.iter_mut().zip(known.partitions()) {
                    *new = PartitionOffsets {
                        current: false,
                        ..*old
                    };
                }
            }
            (topic.name.clone(), partitions.into())
        })
        .collect()
}

fn take_in(
    partitions: &mut HashMap<TopicName, Box<[PartitionOffsets]>>,
    losses: &mut Losses,
    spec: OffsetSpec,
    listed: Vec<(TopicName, Vec<ListedOffset>)>,
    now: Timestamp,
) {
    for (topic, listed) in listed {
        let Some(known) = partitions.get_mut(topic.as_str()) else {
            continue;
        };
        for offset in listed {
            let partition = usize::try_from(offset.partition)
                .ok()
                .and_then(|index| known.get_mut(index));
            let Some(partition) = partition else { continue };
            if offset.code != 0 {
                losses.refused(&topic, spec, offset.code);
                continue;
            }
            match spec {
                OffsetSpec::Earliest => partition.earliest = offset.offset,
                OffsetSpec::Stable => partition.stable = offset.offset,
                _ => partition.advance(offset.offset, now),
            }
        }
    }
}

/// What a round did not bring, gathered into few lines.
#[derive(Default)]
struct Losses {
    silent: BTreeMap<NodeId, (usize, Option<KafkaError>)>,
    refused: BTreeMap<i16, (TopicName, usize)>,
    moved: usize,
}

impl Losses {
    fn silent(&mut self, leader: NodeId, partitions: usize, error: KafkaError) {
        let entry = self.silent.entry(leader).or_insert((0, None));
        entry.0 += partitions;
        entry.1 = Some(error);
    }

    fn refused(&mut self, topic: &TopicName, spec: OffsetSpec, code: i16) {
        if spec != OffsetSpec::End {
            return;
        }
        // LEADER_NOT_AVAILABLE, NOT_LEADER_OR_FOLLOWER, UNKNOWN_TOPIC_OR_PARTITION, FENCED_/UNKNOWN_LEADER_EPOCH:
        // metadata has moved on.
        if matches!(code, 3 | 5 | 6 | 74 | 75) {
            self.moved += 1;
        } else {
            self.refused
                .entry(code)
                .or_insert_with(|| (topic.clone(), 0))
                .1 += 1;
        }
    }

    fn last_error(&self) -> Option<KafkaError> {
        self.silent
            .values()
            .filter_map(|(_, error)| error.clone())
            .max_by_key(KafkaError::weight)
    }

    fn told(self, leaderless: usize) -> Vec<Missing> {
        let of = |count: usize| units::count(count, "partition", "partitions");
        let mut missing = Vec::new();
        for (leader, (count, error)) in self.silent {
            missing.push(Missing {
                what: format!("offsets of {} led by node {leader}", of(count)),
                why: error.map(|error| error.to_string()).unwrap_or_default(),
            });
        }
        for (code, (topic, count)) in self.refused {
            let error = KafkaError::from_code("ListOffsets", code, None, "Describe", || {
                format!("topic {topic}")
            });
            missing.push(Missing {
                what: format!("offsets of {}, {topic} among them", of(count)),
                why: error.map_or_else(|| code_name(code), |error| error.to_string()),
            });
        }
        if self.moved > 0 {
            missing.push(Missing {
                what: format!("offsets of {}", of(self.moved)),
                why: "their leader has just moved".to_owned(),
            });
        }
        if leaderless > 0 {
            missing.push(Missing {
                what: format!("offsets of {}", of(leaderless)),
                why: "they have no leader".to_owned(),
            });
        }
        missing
    }
}

fn difference(old: &DataSet<Offsets>, new: &DataSet<Offsets>) -> Changes {
    let changes = completeness(Kind::Offsets, old, new);
    let same = match (&old.value, &new.value) {
        (Some(old), Some(new)) => {
            Arc::ptr_eq(old, new)
                || (old.topics.len() == new.topics.len()
                    && new.topics.iter().all(|(name, offsets)| {
                        old.get(name.as_str())
                            .is_some_and(|known| known.same_figures(offsets))
                    }))
        }
        (None, None) => true,
        _ => false,
    };
    if same {
        changes
    } else {
        changes.and(Changes::figures(Kind::Offsets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::topics::Topic;

    fn topics() -> Topics {
        Topics::new(vec![Arc::new(
            Topic::builder("orders".into(), None, false)
                .partition(0, 1, 0, [&[1], &[1], &[]])
                .partition(1, 2, 0, [&[2], &[2], &[]])
                .partition(2, -1, 0, [&[3], &[], &[3]])
                .build(),
        )])
    }

    fn told(leader: i32, spec: OffsetSpec, partition: i32, offset: i64, code: i16) -> Answer {
        Answer {
            leader: NodeId(leader),
            spec,
            partitions: 1,
            listed: Ok(vec![(
                "orders".into(),
                vec![ListedOffset {
                    partition,
                    code,
                    offset,
                    timestamp: -1,
                }],
            )]),
        }
    }

    fn lost(leader: i32, spec: OffsetSpec) -> Answer {
        Answer {
            leader: NodeId(leader),
            spec,
            partitions: 1,
            listed: Err(KafkaError::Stopped),
        }
    }

    #[test]
    fn requests_grow_with_leaders_not_with_topics() {
        let many = Topics::new(
            (0..3000)
                .map(|index| {
                    let mut builder = Topic::builder(format!("t{index}").into(), None, false);
                    for partition in 0..4 {
                        builder = builder.partition(partition, partition % 2, 0, [&[0], &[0], &[]]);
                    }
                    Arc::new(builder.build())
                })
                .collect(),
        );
        let (leaders, leaderless) = by_leader(&many);
        assert_eq!((leaders.len(), leaderless), (2, 0));
        for chunks in leaders.values() {
            assert_eq!(chunks.len(), 2, "6000 partitions each, 5000 a request");
            let partitions: usize = chunks.iter().flatten().map(|t| t.partitions.len()).sum();
            assert_eq!(partitions, 6000);
        }
    }

    #[test]
    fn a_silent_leader_costs_its_own_partitions_only() {
        let topics = topics();
        let (first, _) = assemble(
            &DataSet::default(),
            &topics,
            1,
            vec![
                told(1, OffsetSpec::End, 0, 10, 0),
                told(1, OffsetSpec::Earliest, 0, 4, 0),
                told(2, OffsetSpec::End, 1, 20, 0),
            ],
            Timestamp(1_000),
        );
        let (second, _) = assemble(
            &first,
            &topics,
            1,
            vec![
                told(1, OffsetSpec::End, 0, 15, 0),
                lost(2, OffsetSpec::End),
                lost(2, OffsetSpec::Stable),
            ],
            Timestamp(6_000),
        );
        let orders = second
            .value
            .as_deref()
            .unwrap()
            .get("orders")
            .unwrap()
            .clone();
        let [own, silent, leaderless] = orders.partitions() else {
            panic!()
        };
        assert_eq!(
            (own.end(), own.span(), own.is_current()),
            (Some(15), Some(11), true)
        );
        assert_eq!(own.records_in_per_second(), Some(1.0));
        assert_eq!((silent.end(), silent.is_current()), (Some(20), false));
        assert_eq!(silent.as_of(), Some(Timestamp(1_000)));
        assert_eq!(leaderless.end(), None);
        assert_eq!((second.answered, second.expected), (1, 2));
        let what: Vec<_> = second
            .missing
            .iter()
            .map(|missing| missing.what.as_str())
            .collect();
        assert_eq!(
            what,
            [
                "offsets of 1 partition led by node 2",
                "offsets of 1 partition"
            ]
        );
        assert!(difference(&first, &second).reshapes(Kind::Offsets));
    }

    #[test]
    fn when_no_leader_answers_everything_stays() {
        let topics = topics();
        let (first, _) = assemble(
            &DataSet::default(),
            &topics,
            0,
            vec![told(1, OffsetSpec::End, 0, 10, 0)],
            Timestamp(1),
        );
        let (second, _) = assemble(
            &first,
            &topics,
            0,
            vec![lost(1, OffsetSpec::End)],
            Timestamp(2),
        );
        assert_eq!(second.as_of, Some(Timestamp(1)));
        assert!(second.error.is_some());
        assert!(Arc::ptr_eq(
            first.value.as_ref().unwrap(),
            second.value.as_ref().unwrap()
        ));
    }

    #[test]
    fn a_moved_leader_asks_for_metadata_and_a_denial_names_the_right() {
        let (set, moved) = assemble(
            &DataSet::default(),
            &topics(),
            0,
            vec![
                told(1, OffsetSpec::End, 0, -1, 6),
                told(2, OffsetSpec::End, 1, -1, 29),
            ],
            Timestamp(1),
        );
        assert!(moved);
        assert!(
            set.missing
                .iter()
                .any(|missing| missing.why == "not allowed: Describe on topic orders")
        );
    }

    #[test]
    fn the_same_figures_are_no_change() {
        let round = |previous: &DataSet<Offsets>, end, at| {
            assemble(
                previous,
                &topics(),
                0,
                vec![told(1, OffsetSpec::End, 0, end, 0)],
                Timestamp(at),
            )
            .0
        };
        let first = round(&DataSet::default(), 5, 1_000);
        let second = round(&first, 5, 2_000);
        let third = round(&second, 5, 3_000);
        assert!(difference(&second, &third).is_empty());
        let grown = difference(&third, &round(&third, 6, 4_000));
        assert!(grown.touches(Kind::Offsets) && !grown.reshapes(Kind::Offsets));
    }
}
