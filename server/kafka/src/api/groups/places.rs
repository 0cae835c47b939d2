//! What a reset has to know of each partition before it is planned: where the group stands, first and end offset, and what a time
//! or another group leads to. The plan itself is `penstock_domain::group::reset`.

use super::committed::Committed;
use crate::{
    api::{
        self,
        offsets::{ListedOffset, OffsetSpec, TopicPartitions},
    },
    client::{Client, Route},
    error::{KafkaError, code_name},
    inventory::topics::Topics,
};
use futures::future::join_all;
use penstock_domain::{
    group::{
        GroupKind,
        reset::{Place, ResetSpec, ResetTo, read_csv},
    },
    ids::{GroupName, NodeId, PartitionId, TopicName},
    time::Timestamp,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

type At = (TopicName, PartitionId);

impl Client {
    /// Everything that may be chosen, by topic and partition: of chosen topics all partitions; else those that the group, the other
    /// group or the file names. What a silent leader does not tell is left open in its place. `now` is what durations count from.
    pub async fn reset_places(
        &self,
        group: &GroupName,
        kind: GroupKind,
        spec: &ResetSpec,
        now: Timestamp,
        patience: Duration,
    ) -> Result<Vec<Place>, KafkaError> {
        let committed = self.committed_of_one(group, kind, patience).await?;
        let other = match &spec.to {
            ResetTo::Group { group } => {
                let offsets = self
                    .committed_of_one(group, GroupKind::Classic, patience)
                    .await?;
                Some(by_place(&offsets))
            }
            _ => None,
        };
        let committed = by_place(&committed);
        let topics = self
            .topics_of(&names(spec, &committed, other.as_ref()), patience)
            .await?;
        let mut places: BTreeMap<At, Place> = chosen(spec, &committed, other.as_ref(), &topics)
            .into_iter()
            .map(|at| {
                let place = Place {
                    topic: at.0.clone(),
                    partition: at.1,
                    committed: committed.get(&at).copied(),
                    first: None,
                    end: None,
                    found: other.as_ref().and_then(|other| other.get(&at).copied()),
                };
                (at, place)
            })
            .collect();
        let time = match spec.to {
            ResetTo::Time { time } => Some(time),
            ResetTo::Back { millis } => Some(Timestamp(
                now.0
                    .saturating_sub(i64::try_from(millis).unwrap_or(i64::MAX)),
            )),
            _ => None,
        };
        self.look_up(&mut places, &topics, time, patience).await;
        Ok(places.into_values().collect())
    }

    /// What one group has committed, from whoever coordinates it.
    pub async fn committed_of_one(
        &self,
        group: &GroupName,
        kind: GroupKind,
        patience: Duration,
    ) -> Result<Vec<Committed>, KafkaError> {
        let one = std::slice::from_ref(group);
        let node = self
            .coordinators(one, patience)
            .await
            .remove(group.as_str())
            .unwrap_or(Err(KafkaError::Stopped))?;
        let mut answer = if kind == GroupKind::Share {
            self.share_offsets_of(node, one, patience).await?
        } else {
            self.committed_of(node, one, patience).await?
        };
        answer.pop().map_or(Ok(Vec::new()), |(_, offsets)| offsets)
    }

    async fn topics_of(
        &self,
        names: &[TopicName],
        patience: Duration,
    ) -> Result<Topics, KafkaError> {
        if names.is_empty() {
            // Metadata of no topic would be asked for as of all.
            return Ok(Topics::default());
        }
        let request = api::metadata::request_for(names);
        let answer = self.call(&Route::Any, &request, patience).await?;
        let metadata = api::metadata::read(answer)?;
        if let [only] = metadata.topics.as_slice()
            && only.partition_count() == 0
        {
            return Err(KafkaError::Broker {
                api: "Metadata",
                code: 3,
                name: code_name(3),
                message: None,
            });
        }
        Ok(Topics::new(
            metadata.topics.into_iter().map(Arc::new).collect(),
        ))
    }

    /// Fills first and end offsets in, and offsets by time: one request per leader and kind of offset.
    async fn look_up(
        &self,
        places: &mut BTreeMap<At, Place>,
        topics: &Topics,
        time: Option<Timestamp>,
        patience: Duration,
    ) {
        let specs = [
            Some(OffsetSpec::Earliest),
            Some(OffsetSpec::End),
            time.map(OffsetSpec::At),
        ];
        let leaders = by_leader(places, topics);
        let questions: Vec<(OffsetSpec, NodeId, Vec<TopicPartitions>)> = specs
            .into_iter()
            .flatten()
            .flat_map(|spec| {
                leaders
                    .iter()
                    .map(move |(node, asked)| (spec, *node, asked.clone()))
            })
            .collect();
        let answers = join_all(questions.into_iter().map(|(spec, node, asked)| async move {
            (spec, self.list_offsets(node, spec, &asked, patience).await)
        }))
        .await;
        for (spec, answer) in answers {
            for (topic, listed) in answer.unwrap_or_default() {
                for offset in listed {
                    let at = (topic.clone(), PartitionId(offset.partition));
                    if let Some(place) = places.get_mut(&at) {
                        note(place, spec, &offset);
                    }
                }
            }
        }
        if time.is_some() {
            for place in places.values_mut() {
                // -1: no record at or after that time. Without an answer there is nothing.
                if place.found == Some(-1) {
                    place.found = place.end;
                }
            }
        }
    }
}

fn note(place: &mut Place, spec: OffsetSpec, listed: &ListedOffset) {
    if listed.code != 0 {
        return;
    }
    match spec {
        OffsetSpec::Earliest => place.first = Some(listed.offset),
        OffsetSpec::End => place.end = Some(listed.offset),
        _ => place.found = Some(listed.offset),
    }
}

fn by_place(offsets: &[Committed]) -> HashMap<At, i64> {
    offsets
        .iter()
        .map(|one| ((one.topic.clone(), one.partition), one.offset))
        .collect()
}

/// Topics whose leaders have to be known.
fn names(
    spec: &ResetSpec,
    committed: &HashMap<At, i64>,
    other: Option<&HashMap<At, i64>>,
) -> Vec<TopicName> {
    let names: BTreeSet<TopicName> = if spec.topics.is_empty() {
        named(spec, committed, other)
            .into_iter()
            .map(|(topic, _)| topic)
            .collect()
    } else {
        spec.topics
            .iter()
            .map(|chosen| chosen.topic.clone())
            .collect()
    };
    names.into_iter().collect()
}

/// Partitions where no topic was chosen. A file that can't be read names none; the plan says why.
fn named(
    spec: &ResetSpec,
    committed: &HashMap<At, i64>,
    other: Option<&HashMap<At, i64>>,
) -> BTreeSet<At> {
    match (&spec.to, other) {
        (ResetTo::Csv { text }, _) => read_csv(text)
            .unwrap_or_default()
            .into_iter()
            .map(|line| (line.topic, line.partition))
            .collect(),
        (_, Some(other)) => other.keys().cloned().collect(),
        _ => committed.keys().cloned().collect(),
    }
}

fn chosen(
    spec: &ResetSpec,
    committed: &HashMap<At, i64>,
    other: Option<&HashMap<At, i64>>,
    topics: &Topics,
) -> BTreeSet<At> {
    if spec.topics.is_empty() {
        return named(spec, committed, other);
    }
    let mut places = BTreeSet::new();
    for chosen in &spec.topics {
        if chosen.partitions.is_empty() {
            let partitions = topics
                .get(chosen.topic.as_str())
                .into_iter()
                .flat_map(|topic| topic.partitions());
            places.extend(partitions.map(|one| (chosen.topic.clone(), one.number)));
        } else {
            let partitions = chosen.partitions.iter();
            places.extend(partitions.map(|partition| (chosen.topic.clone(), *partition)));
        }
    }
    places
}

fn by_leader(
    places: &BTreeMap<At, Place>,
    topics: &Topics,
) -> BTreeMap<NodeId, Vec<TopicPartitions>> {
    let mut leaders: BTreeMap<NodeId, Vec<TopicPartitions>> = BTreeMap::new();
    for (topic, partition) in places.keys() {
        let leader = topics
            .get(topic.as_str())
            .and_then(|topic| topic.partition(*partition)?.leader());
        let Some(leader) = leader else { continue };
        let asked = leaders.entry(leader).or_default();
        match asked.last_mut() {
            Some(last) if last.topic == *topic => last.partitions.push(partition.0),
            _ => asked.push(TopicPartitions {
                topic: topic.clone(),
                partitions: vec![partition.0],
            }),
        }
    }
    leaders
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::topics::Topic;
    use penstock_domain::group::reset::ChosenTopic;

    fn topics() -> Topics {
        let topic = Topic::builder("t".into(), None, false)
            .partition(0, 1, 0, [&[1], &[1], &[]])
            .partition(1, 2, 0, [&[2], &[2], &[]])
            .partition(2, -1, 0, [&[2], &[], &[]])
            .build();
        Topics::new(vec![Arc::new(topic)])
    }

    fn at(partition: i32) -> At {
        ("t".into(), PartitionId(partition))
    }

    fn spec(to: ResetTo, partitions: Option<&[i32]>) -> ResetSpec {
        ResetSpec {
            to,
            topics: partitions
                .map(|partitions| ChosenTopic {
                    topic: "t".into(),
                    partitions: partitions.iter().copied().map(PartitionId).collect(),
                })
                .into_iter()
                .collect(),
        }
    }

    #[test]
    fn what_may_be_chosen_depends_on_the_target() {
        let committed = HashMap::from([(at(0), 5)]);
        let other = HashMap::from([(at(1), 7)]);
        let of = |spec: &ResetSpec, other| -> Vec<i32> {
            chosen(spec, &committed, other, &topics())
                .into_iter()
                .map(|(_, partition)| partition.0)
                .collect()
        };
        assert_eq!(of(&spec(ResetTo::Earliest, None), None), [0]);
        assert_eq!(of(&spec(ResetTo::Earliest, Some(&[])), None), [0, 1, 2]);
        assert_eq!(of(&spec(ResetTo::Earliest, Some(&[2])), None), [2]);
        let group = ResetTo::Group { group: "g".into() };
        assert_eq!(of(&spec(group, None), Some(&other)), [1]);
        let csv = |text: &str| ResetTo::Csv {
            text: text.to_owned(),
        };
        assert_eq!(of(&spec(csv("t,2,9"), None), None), [2]);
        assert!(of(&spec(csv("nonsense"), None), None).is_empty());
    }

    #[test]
    fn what_has_no_leader_is_not_asked_for() {
        let places: BTreeMap<At, Place> = (0..3)
            .map(|partition| {
                let place = Place {
                    topic: "t".into(),
                    partition: PartitionId(partition),
                    committed: None,
                    first: None,
                    end: None,
                    found: None,
                };
                (at(partition), place)
            })
            .collect();
        let leaders = by_leader(&places, &topics());
        assert_eq!(leaders.len(), 2);
        assert_eq!(leaders[&NodeId(1)][0].partitions, [0]);
    }
}
