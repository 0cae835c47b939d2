//! When the records at committed offsets were written, from the records themselves: the exact age of what a group has not read.
//!
//! ListOffsets can't tell: it looks for offsets by time, not for times by offset. So one batch of each partition is fetched, many
//! partitions in a request to their leader; nothing but the time is kept (decision 25). A broker answers the first partition whole and others only as far as they fit, so what
//! came empty is asked for again, first and with more room.

use crate::{
    api,
    batch::{Limits, Scratch, batches},
    client::{Client, ConnectionClass, Route},
    error::{KafkaError, code_name},
    fetch::{FetchPartition, FetchRequest, FetchTopic, FetchedPartition},
    inventory::topics::Topics,
};
use futures::future::join_all;
use penstock_domain::{
    ids::{NodeId, PartitionId, TopicName},
    read::Isolation,
    time::Timestamp,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};
use tokio::time::Instant;

/// Partitions of one request.
const PARTITIONS: usize = 64;
/// Bytes of a partition at the first try: most batches are smaller.
const FIRST_BYTES: i32 = 32 * 1024;
/// And later: the largest that brokers take by default.
const MORE_BYTES: i32 = 1024 * 1024 + 4096;
/// Bytes of one answer.
const ANSWER_BYTES: i32 = 4 * 1024 * 1024;
/// How often one partition is asked for.
const TRIES: u8 = 4;

/// A committed offset.
pub type At = (TopicName, PartitionId, i64);
/// When the record there was written, or the next one that is left after it; `None`: there is none that can be read.
pub type WrittenAt = Result<Option<Timestamp>, KafkaError>;

impl Client {
    /// When the records at these offsets were written, in the order of asking. `patience` counts for all of it.
    pub async fn exact_lag(&self, places: &[At], patience: Duration) -> Vec<WrittenAt> {
        let deadline = Instant::now() + patience;
        let names: BTreeSet<&TopicName> = places.iter().map(|(topic, _, _)| topic).collect();
        let names: Vec<TopicName> = names.into_iter().cloned().collect();
        let request = api::metadata::request_for(&names);
        let topics = match self
            .call(&Route::Any, &request, patience)
            .await
            .and_then(api::metadata::read)
        {
            Ok(metadata) => Topics::new(metadata.topics.into_iter().map(Arc::new).collect()),
            Err(error) => return vec![Err(error); places.len()],
        };
        let mut hunts: BTreeMap<NodeId, Hunt> = BTreeMap::new();
        let mut found: HashMap<At, WrittenAt> = HashMap::new();
        for place in places {
            match leader(&topics, place) {
                Ok(node) => hunts.entry(node).or_default().add(place.clone()),
                Err(error) => {
                    found.insert(place.clone(), Err(error));
                }
            }
        }
        let caught = hunts
            .into_iter()
            .map(|(node, hunt)| self.hunt(node, hunt, &topics, deadline));
        for part in join_all(caught).await {
            found.extend(part);
        }
        places
            .iter()
            .map(|place| found.get(place).cloned().unwrap_or(Ok(None)))
            .collect()
    }

    /// Asks one leader until everything is found or time is over.
    async fn hunt(
        &self,
        node: NodeId,
        mut hunt: Hunt,
        topics: &Topics,
        deadline: Instant,
    ) -> HashMap<At, WrittenAt> {
        while let Some(request) = hunt.request(topics) {
            let patience = deadline.saturating_duration_since(Instant::now());
            let answer = self
                .fetch(node, ConnectionClass::Scan(0), &request, patience)
                .await;
            match answer {
                Err(error) => {
                    hunt.give_up(&error);
                    break;
                }
                Ok(answer) => {
                    // Batches may have to be inflated.
                    let walked = tokio::task::spawn_blocking(move || {
                        hunt.take(&answer);
                        hunt
                    });
                    match walked.await {
                        Ok(back) => hunt = back,
                        Err(_) => return HashMap::new(),
                    }
                }
            }
        }
        hunt.found
    }
}

fn leader(topics: &Topics, (name, partition, _): &At) -> Result<NodeId, KafkaError> {
    let broken = |code| KafkaError::Broker {
        api: "Metadata",
        code,
        name: code_name(code),
        message: None,
    };
    let topic = topics.get(name.as_str()).ok_or_else(|| broken(3))?;
    let partition = topic.partition(*partition).ok_or_else(|| broken(3))?;
    partition.leader().ok_or_else(|| broken(5))
}

/// What is still to be found at one leader, and what was.
#[derive(Debug, Default)]
struct Hunt {
    waiting: VecDeque<(At, u8)>,
    /// What the request under way asks for, by place: a partition stands in it once.
    asked: BTreeMap<(TopicName, PartitionId), (i64, u8)>,
    found: HashMap<At, WrittenAt>,
}

impl Hunt {
    fn add(&mut self, place: At) {
        self.waiting.push_back((place, 0));
    }

    /// The next request; `None` when nothing is left.
    fn request(&mut self, topics: &Topics) -> Option<FetchRequest> {
        let mut later = VecDeque::new();
        let mut order: Vec<(TopicName, PartitionId)> = Vec::new();
        while let Some(((topic, partition, offset), tries)) = self.waiting.pop_front() {
            let place = (topic, partition);
            let known = self
                .found
                .contains_key(&(place.0.clone(), partition, offset));
            if known {
                continue;
            }
            if self.asked.contains_key(&place) || order.len() >= PARTITIONS {
                later.push_back(((place.0, place.1, offset), tries));
                continue;
            }
            order.push(place.clone());
            self.asked.insert(place, (offset, tries));
        }
        self.waiting = later;
        if order.is_empty() {
            return None;
        }
        let mut request = FetchRequest {
            topics: Vec::new(),
            max_bytes: ANSWER_BYTES,
            min_bytes: 0,
            max_wait: Duration::ZERO,
            isolation: Isolation::ReadUncommitted,
        };
        for place in order {
            let Some((offset, tries)) = self.asked.get(&place) else {
                continue;
            };
            let partition = FetchPartition {
                partition: place.1,
                offset: *offset,
                max_bytes: if *tries == 0 { FIRST_BYTES } else { MORE_BYTES },
                leader_epoch: None,
            };
            match request.topics.last_mut() {
                Some(last) if last.name == place.0 => last.partitions.push(partition),
                _ => request.topics.push(FetchTopic {
                    id: topics
                        .get(place.0.as_str())
                        .and_then(|topic| topic.id.clone()),
                    name: place.0,
                    partitions: vec![partition],
                }),
            }
        }
        Some(request)
    }

    /// Takes an answer in. What came empty stands first in the next request.
    fn take(&mut self, answer: &[FetchedPartition]) {
        let mut scratch = Scratch::new();
        for partition in answer {
            let place = (partition.topic.clone(), partition.partition);
            let Some((offset, tries)) = self.asked.remove(&place) else {
                continue;
            };
            let at = (place.0, place.1, offset);
            if let Some(error) = &partition.error {
                // OFFSET_OUT_OF_RANGE: retention was there before.
                let told = if partition.is_out_of_range() {
                    Ok(None)
                } else {
                    Err(error.clone())
                };
                self.found.insert(at, told);
                continue;
            }
            let time = first_time(partition, offset, &mut scratch);
            let nothing_there = offset >= partition.high || tries + 1 >= TRIES;
            if time.is_some() || nothing_there {
                self.found.insert(at, Ok(time));
            } else {
                self.waiting.push_front((at, tries + 1));
            }
        }
        // The broker left them out of its answer.
        for ((topic, partition), (offset, tries)) in std::mem::take(&mut self.asked) {
            let at = (topic, partition, offset);
            if tries + 1 >= TRIES {
                self.found.insert(at, Ok(None));
            } else {
                self.waiting.push_back((at, tries + 1));
            }
        }
    }

    fn give_up(&mut self, error: &KafkaError) {
        let asked = std::mem::take(&mut self.asked)
            .into_iter()
            .map(|((topic, partition), (offset, _))| (topic, partition, offset));
        let waiting = std::mem::take(&mut self.waiting)
            .into_iter()
            .map(|(at, _)| at);
        for at in asked.chain(waiting) {
            self.found.entry(at).or_insert_with(|| Err(error.clone()));
        }
    }
}

/// The time of the first record at or after an offset; markers of transactions don't count.
fn first_time(
    partition: &FetchedPartition,
    offset: i64,
    scratch: &mut Scratch,
) -> Option<Timestamp> {
    let limits = Limits::default();
    for batch in batches(&partition.records) {
        let Ok(batch) = batch else { continue };
        if batch.head.control || batch.head.last_offset < offset {
            continue;
        }
        let Ok(records) = batch.open(scratch, &limits) else {
            continue;
        };
        for record in records {
            let Ok(record) = record else { break };
            if record.offset >= offset && record.timestamp >= 0 {
                return Some(Timestamp(record.timestamp));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::topics::Topic;
    use bytes::Bytes;

    fn topics() -> Topics {
        let topic = Topic::builder("t".into(), None, false)
            .partition(0, 1, 0, [&[1], &[1], &[]])
            .partition(1, -1, 0, [&[1], &[], &[]])
            .build();
        Topics::new(vec![Arc::new(topic)])
    }

    fn place(partition: i32, offset: i64) -> At {
        ("t".into(), PartitionId(partition), offset)
    }

    fn answered(partition: i32, code: i16, high: i64) -> FetchedPartition {
        FetchedPartition {
            topic: "t".into(),
            partition: PartitionId(partition),
            code,
            error: KafkaError::from_code("Fetch", code, None, "Read", || "topic t".to_owned()),
            high,
            stable: high,
            first: 0,
            aborted: Vec::new(),
            records: Bytes::new(),
            new_leader: None,
        }
    }

    #[test]
    fn a_partition_stands_in_a_request_once() {
        let mut hunt = Hunt::default();
        hunt.add(place(0, 5));
        hunt.add(place(0, 9));
        hunt.add(place(0, 5));
        let request = hunt.request(&topics()).unwrap();
        assert_eq!(request.topics[0].partitions.len(), 1);
        assert_eq!(request.topics[0].partitions[0].offset, 5);
        hunt.take(&[answered(0, 1, -1)]);
        assert_eq!(hunt.found[&place(0, 5)], Ok(None));
        let request = hunt.request(&topics()).unwrap();
        assert_eq!(request.topics[0].partitions[0].offset, 9);
        hunt.take(&[answered(0, 29, -1)]);
        assert!(hunt.found[&place(0, 9)].is_err());
        assert!(hunt.request(&topics()).is_none());
    }

    #[test]
    fn what_came_empty_is_asked_for_with_more_room_and_not_for_ever() {
        let mut hunt = Hunt::default();
        for partition in 0..3 {
            hunt.add(place(partition, 5));
        }
        let mut requests = 0;
        while let Some(request) = hunt.request(&topics()) {
            requests += 1;
            let partitions = request.topics.iter().flat_map(|topic| &topic.partitions);
            if requests > 1 {
                assert!(partitions.clone().all(|one| one.max_bytes == MORE_BYTES));
            }
            let answer: Vec<_> = partitions
                .map(|one| answered(one.partition.0, 0, 100))
                .collect();
            hunt.take(&answer);
        }
        assert_eq!(requests, u32::from(TRIES));
        assert_eq!(hunt.found.len(), 3);
    }

    #[test]
    fn what_is_left_out_and_what_fails_ends_too() {
        let mut hunt = Hunt::default();
        hunt.add(place(0, 5));
        hunt.add(place(1, 5));
        hunt.request(&topics()).unwrap();
        hunt.take(&[]);
        hunt.request(&topics()).unwrap();
        hunt.give_up(&KafkaError::Stopped);
        assert_eq!(hunt.found[&place(1, 5)], Err(KafkaError::Stopped));
        assert!(hunt.request(&topics()).is_none());
        assert_eq!(leader(&topics(), &place(0, 5)), Ok(NodeId(1)));
        assert!(leader(&topics(), &place(1, 5)).is_err());
        assert!(leader(&topics(), &place(7, 5)).is_err());
    }
}
