//! Ends of the partitions that groups have committed to, from their leaders, after the commits were read.

use super::PATIENCE;
use crate::{
    api::offsets::{ListedOffset, OffsetSpec, TopicPartitions},
    error::{KafkaError, code_name},
    groups::round::{EndSeen, Seen},
    inventory::{
        poll::{
            Poller,
            by_leader::{ByLeader, Requests},
        },
        snapshot::Snapshot,
        topics::Topics,
    },
};
use futures::future::join_all;
use penstock_domain::ids::{GroupName, PartitionId, TopicName};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

type Ends = HashMap<TopicName, Vec<EndSeen>>;

/// What one leader said.
struct Answer {
    spec: OffsetSpec,
    asked: Vec<TopicPartitions>,
    listed: Result<Vec<(TopicName, Vec<ListedOffset>)>, KafkaError>,
}

impl Poller {
    /// One question per leader; and one more for last stable offsets where open transactions were seen to hold them back.
    pub(super) async fn ask_ends(
        &self,
        seen: &BTreeMap<GroupName, Seen>,
        snapshot: &Snapshot,
    ) -> Ends {
        let Some(topics) = snapshot.topics.value.as_deref() else {
            return Ends::new();
        };
        let wanted = wanted(seen);
        let held_back = |topic: &TopicName, partition: PartitionId| {
            snapshot.offsets.value.as_ref().is_some_and(|offsets| {
                offsets
                    .get(topic.as_str())
                    .and_then(|topic| topic.partition(partition))
                    .is_some_and(|known| known.stable() < known.end() && known.stable().is_some())
            })
        };
        let by_leader = by_leader(topics, &wanted, |_, _| true);
        let transactional = self::by_leader(topics, &wanted, held_back);
        let questions = [
            (OffsetSpec::End, by_leader),
            (OffsetSpec::Stable, transactional),
        ];
        let questions = questions.into_iter().flat_map(|(spec, leaders)| {
            leaders.into_iter().flat_map(move |(leader, chunks)| {
                chunks.into_iter().map(move |chunk| (spec, leader, chunk))
            })
        });
        let answers = join_all(questions.map(|(spec, leader, asked)| async move {
            let listed = self
                .client
                .list_offsets(leader, spec, &asked, PATIENCE)
                .await;
            Answer {
                spec,
                asked,
                listed,
            }
        }))
        .await;
        let mut ends = unasked(topics, &wanted);
        for answer in answers {
            take_in(&mut ends, answer);
        }
        ends
    }
}

/// Partitions with a commit.
fn wanted(seen: &BTreeMap<GroupName, Seen>) -> BTreeMap<&TopicName, BTreeSet<i32>> {
    let mut wanted: BTreeMap<&TopicName, BTreeSet<i32>> = BTreeMap::new();
    for group in seen.values() {
        let Some(Ok(committed)) = &group.committed else {
            continue;
        };
        // Offsets come sorted by topic: one look-up for each.
        for topic in committed.chunk_by(|a, b| a.topic == b.topic) {
            let Some(first) = topic.first() else { continue };
            wanted
                .entry(&first.topic)
                .or_default()
                .extend(topic.iter().map(|commit| commit.partition.0));
        }
    }
    wanted
}

fn by_leader(
    topics: &Topics,
    wanted: &BTreeMap<&TopicName, BTreeSet<i32>>,
    accept: impl Fn(&TopicName, PartitionId) -> bool,
) -> Requests {
    let mut leaders = ByLeader::default();
    for (name, partitions) in wanted {
        let Some(topic) = topics.get(name.as_str()) else {
            continue;
        };
        for number in partitions {
            let partition = PartitionId(*number);
            let leader = topic.partition(partition).and_then(|known| known.leader());
            if let Some(leader) = leader.filter(|_| accept(name, partition)) {
                leaders.add(leader, name, *number);
            }
        }
    }
    leaders.requests()
}

/// Every partition that is known, with the reason that holds until an answer comes. Topics that are not known are left out.
fn unasked(topics: &Topics, wanted: &BTreeMap<&TopicName, BTreeSet<i32>>) -> Ends {
    let leaderless: Arc<str> = Arc::from("it has no leader");
    let unasked: Arc<str> = Arc::from("its leader did not answer");
    wanted
        .keys()
        .filter_map(|name| {
            let topic = topics.get(name.as_str())?;
            let ends = topic
                .partitions()
                .map(|partition| EndSeen {
                    why: Some(match partition.leader() {
                        None => leaderless.clone(),
                        Some(_) => unasked.clone(),
                    }),
                    ..EndSeen::default()
                })
                .collect();
            Some((TopicName::clone(name), ends))
        })
        .collect()
}

fn take_in(ends: &mut Ends, answer: Answer) {
    match answer.listed {
        Ok(topics) => {
            for (topic, listed) in topics {
                for offset in listed {
                    if let Some(end) = slot(ends, topic.as_str(), offset.partition) {
                        note(end, answer.spec, &topic, &offset);
                    }
                }
            }
        }
        // Without a last stable offset the end counts.
        Err(_) if answer.spec == OffsetSpec::Stable => {}
        Err(error) => {
            let why: Arc<str> = Arc::from(error.to_string());
            for topic in &answer.asked {
                for partition in &topic.partitions {
                    if let Some(end) = slot(ends, topic.topic.as_str(), *partition) {
                        end.why = Some(why.clone());
                    }
                }
            }
        }
    }
}

fn note(end: &mut EndSeen, spec: OffsetSpec, topic: &TopicName, offset: &ListedOffset) {
    let listed = (offset.code == 0 && offset.offset >= 0).then_some(offset.offset);
    if spec == OffsetSpec::Stable {
        end.stable = listed;
        return;
    }
    end.end = listed;
    end.why = if offset.code == 0 {
        None
    } else {
        let error = KafkaError::from_code("ListOffsets", offset.code, None, "Describe", || {
            format!("topic {topic}")
        });
        Some(match offset.code {
            // Metadata has not caught up; the next round asks the new leader.
            3 | 5 | 6 | 74 | 75 => Arc::from("its leader has just moved"),
            code => Arc::from(error.map_or_else(|| code_name(code), |error| error.to_string())),
        })
    };
}

fn slot<'a>(ends: &'a mut Ends, topic: &str, partition: i32) -> Option<&'a mut EndSeen> {
    let index = usize::try_from(partition).ok()?;
    ends.get_mut(topic)?.get_mut(index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{api::groups::committed::Committed, inventory::topics::Topic};
    use penstock_domain::{
        group::{GroupKind, GroupState},
        ids::NodeId,
    };

    fn topics() -> Topics {
        Topics::new(vec![Arc::new(
            Topic::builder("orders".into(), None, false)
                .partition(0, 1, 0, [&[1], &[1], &[]])
                .partition(1, 2, 0, [&[2], &[2], &[]])
                .partition(2, -1, 0, [&[3], &[], &[3]])
                .build(),
        )])
    }

    fn seen() -> BTreeMap<GroupName, Seen> {
        let commit = |topic: &str, partition| Committed {
            topic: topic.into(),
            partition: PartitionId(partition),
            offset: 1,
            metadata: None,
            lag: None,
        };
        let group = |committed| Seen {
            kind: GroupKind::Classic,
            state: GroupState::Stable,
            coordinator: NodeId(1),
            described: None,
            committed: Some(Ok(committed)),
        };
        BTreeMap::from([
            (
                "a".into(),
                group(vec![
                    commit("gone", 0),
                    commit("orders", 0),
                    commit("orders", 2),
                ]),
            ),
            (
                "b".into(),
                group(vec![commit("orders", 0), commit("orders", 1)]),
            ),
        ])
    }

    #[test]
    fn a_partition_of_many_groups_is_asked_for_once() {
        let (topics, seen) = (topics(), seen());
        let wanted = wanted(&seen);
        let leaders = by_leader(&topics, &wanted, |_, _| true);
        assert_eq!(leaders.len(), 2);
        assert_eq!(leaders[&NodeId(1)][0][0].partitions, [0]);
        assert_eq!(leaders[&NodeId(2)][0][0].partitions, [1]);
        assert!(by_leader(&topics, &wanted, |_, _| false).is_empty());
    }

    #[test]
    fn each_partition_says_why_it_has_no_end() {
        let (topics, seen) = (topics(), seen());
        let wanted = wanted(&seen);
        let leaders = by_leader(&topics, &wanted, |_, _| true);
        let mut ends = unasked(&topics, &wanted);
        assert!(!ends.contains_key("gone"));
        let offset = |partition, code, offset| ListedOffset {
            partition,
            code,
            offset,
            timestamp: -1,
        };
        take_in(
            &mut ends,
            Answer {
                spec: OffsetSpec::End,
                asked: leaders[&NodeId(1)][0].clone(),
                listed: Ok(vec![("orders".into(), vec![offset(0, 0, 9)])]),
            },
        );
        take_in(
            &mut ends,
            Answer {
                spec: OffsetSpec::Stable,
                asked: leaders[&NodeId(1)][0].clone(),
                listed: Ok(vec![("orders".into(), vec![offset(0, 0, 7)])]),
            },
        );
        take_in(
            &mut ends,
            Answer {
                spec: OffsetSpec::End,
                asked: leaders[&NodeId(2)][0].clone(),
                listed: Err(KafkaError::Stopped),
            },
        );
        let [first, second, third] = ends["orders"].as_slice() else {
            panic!()
        };
        assert_eq!(
            (first.end, first.stable, &first.why),
            (Some(9), Some(7), &None)
        );
        assert_eq!(second.end, None);
        assert_eq!(
            second.why.as_deref(),
            Some("the connection was closed by the console")
        );
        assert_eq!(third.why.as_deref(), Some("it has no leader"));
    }
}
