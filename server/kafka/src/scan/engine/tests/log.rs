//! Partitions in memory that answer like brokers: whole batches, cut-off tails, empty answers where there is no room, errors
//! as scripted.

use crate::{
    batch::{
        AbortedTransaction,
        encode::{Batch, Entry},
    },
    error::KafkaError,
    fetch::{FetchRequest, FetchedPartition},
    scan::source::{Led, Source, broker_error},
};
use async_trait::async_trait;
use penstock_domain::{
    ids::{NodeId, PartitionId, TopicId, TopicName},
    read::Isolation,
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Mutex,
    time::Duration,
};

/// What is in a log.
pub(super) type Key = (TopicName, i32);

#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) bytes: Vec<u8>,
}

/// A partition.
#[derive(Clone, Debug, Default)]
pub(super) struct Partition {
    pub(super) batches: Vec<Stored>,
    pub(super) first: i64,
    pub(super) high: i64,
    pub(super) stable: i64,
    pub(super) leader: Option<i32>,
    pub(super) aborted: Vec<AbortedTransaction>,
    /// Error codes of the next answers.
    pub(super) codes: VecDeque<i16>,
    /// Never answers.
    pub(super) silent: bool,
}

impl Partition {
    /// Appends a batch; offsets follow each other.
    pub(super) fn append(&mut self, batch: &Batch) {
        let bytes = batch.encode();
        let last = batch.base_offset
            + i64::from(
                batch
                    .last_delta
                    .unwrap_or_else(|| batch.entries.last().map_or(0, |entry| entry.offset_delta)),
            );
        self.batches.push(Stored {
            first: batch.base_offset,
            last,
            bytes,
        });
        self.high = last + 1;
        self.stable = self.high;
        self.leader.get_or_insert(1);
    }
}

/// A batch of records: offset, time, value.
pub(super) fn batch_of(records: &[(i64, i64, &str)]) -> Batch {
    let (base, base_time, _) = records[0];
    Batch {
        base_offset: base,
        base_timestamp: base_time,
        max_timestamp: records.iter().map(|(_, time, _)| *time).max().unwrap(),
        entries: records
            .iter()
            .map(|(offset, time, value)| Entry {
                offset_delta: i32::try_from(offset - base).unwrap(),
                timestamp_delta: time - base_time,
                value: Some(value.as_bytes().to_vec()),
                ..Entry::default()
            })
            .collect(),
        ..Batch::default()
    }
}

/// All partitions.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) partitions: BTreeMap<Key, Partition>,
    /// What metadata says; a topic without an entry has the id `id-<name>`.
    pub(super) ids: BTreeMap<TopicName, Option<TopicId>>,
    pub(super) fetches: usize,
    pub(super) bytes: usize,
    pub(super) largest: usize,
}

impl Log {
    pub(super) fn new(partitions: impl IntoIterator<Item = (Key, Partition)>) -> Self {
        Self {
            state: Mutex::new(State {
                partitions: partitions.into_iter().collect(),
                ..State::default()
            }),
        }
    }

    pub(super) fn change(&self, topic: &str, partition: i32, change: impl FnOnce(&mut Partition)) {
        let mut state = self.state.lock().unwrap();
        change(
            state
                .partitions
                .get_mut(&(topic.into(), partition))
                .unwrap(),
        );
    }
}

pub(super) fn id_of(topic: &TopicName) -> TopicId {
    TopicId::new(format!("id-{topic}"))
}

#[async_trait]
impl Source for Log {
    async fn fetch(
        &self,
        node: NodeId,
        _lane: u8,
        request: &FetchRequest,
        _patience: Duration,
    ) -> Result<Vec<FetchedPartition>, KafkaError> {
        tokio::task::yield_now().await;
        let silent = {
            let state = self.state.lock().unwrap();
            request.topics.iter().any(|topic| {
                topic.partitions.iter().any(|partition| {
                    state
                        .partitions
                        .get(&(topic.name.clone(), partition.partition.0))
                        .is_some_and(|partition| partition.silent)
                })
            })
        };
        if silent {
            std::future::pending::<()>().await;
        }
        let mut state = self.state.lock().unwrap();
        state.fetches += 1;
        let mut answer = Vec::new();
        let mut room = usize::try_from(request.max_bytes).unwrap();
        for topic in &request.topics {
            for asked in &topic.partitions {
                let key = (topic.name.clone(), asked.partition.0);
                let Some(partition) = state.partitions.get_mut(&key) else {
                    answer.push(failed(&key, 3));
                    continue;
                };
                let code = partition.codes.pop_front().unwrap_or_default();
                let code = match code {
                    0 if partition.leader != Some(node.0) => 6,
                    0 if asked.offset < partition.first || asked.offset > partition.high => 1,
                    code => code,
                };
                if code != 0 {
                    answer.push(failed(&key, code));
                    continue;
                }
                let most = usize::try_from(asked.max_bytes).unwrap().min(room);
                let end = match request.isolation {
                    Isolation::ReadCommitted => partition.stable,
                    Isolation::ReadUncommitted => partition.high,
                };
                let is_first = answer
                    .iter()
                    .all(|one: &FetchedPartition| one.records.is_empty());
                let records = read(partition, asked.offset, end, most, is_first);
                room = room.saturating_sub(records.len());
                let aborted = match request.isolation {
                    Isolation::ReadCommitted => partition.aborted.clone(),
                    Isolation::ReadUncommitted => Vec::new(),
                };
                answer.push(FetchedPartition {
                    high: partition.high,
                    stable: partition.stable,
                    first: partition.first,
                    aborted,
                    records: records.into(),
                    ..failed(&key, 0)
                });
            }
        }
        let bytes: usize = answer.iter().map(|one| one.records.len()).sum();
        state.bytes += bytes;
        state.largest = state.largest.max(bytes);
        Ok(answer)
    }

    async fn leaders(
        &self,
        topics: &[TopicName],
        _patience: Duration,
    ) -> Result<Vec<Led>, KafkaError> {
        let state = self.state.lock().unwrap();
        Ok(topics
            .iter()
            .map(|topic| Led {
                topic: topic.clone(),
                id: match state.ids.get(topic) {
                    Some(id) => id.clone(),
                    None => Some(id_of(topic)),
                },
                exists: state.ids.get(topic).is_none_or(Option::is_some),
                allowed: true,
                partitions: state
                    .partitions
                    .iter()
                    .filter(|((name, _), _)| name == topic)
                    .map(|(_, partition)| partition.leader.map(|leader| (NodeId(leader), None)))
                    .collect(),
            })
            .collect())
    }

    async fn extent(
        &self,
        _node: NodeId,
        topic: &TopicName,
        partition: PartitionId,
        _patience: Duration,
    ) -> Result<(i64, i64), KafkaError> {
        let state = self.state.lock().unwrap();
        state
            .partitions
            .get(&(topic.clone(), partition.0))
            .map(|partition| (partition.first, partition.high))
            .ok_or_else(|| broker_error("ListOffsets", 3))
    }
}

fn failed(key: &Key, code: i16) -> FetchedPartition {
    FetchedPartition {
        topic: key.0.clone(),
        partition: PartitionId(key.1),
        code,
        error: (code != 0).then(|| broker_error("Fetch", code)),
        high: -1,
        stable: -1,
        first: -1,
        aborted: Vec::new(),
        records: bytes::Bytes::new(),
        new_leader: None,
    }
}

/// As brokers do: from the batch that holds the offset; the first one whole where nothing else is in the answer; the last one
/// cut off where the limit cuts it.
fn read(partition: &Partition, offset: i64, end: i64, most: usize, is_first: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let batches = partition
        .batches
        .iter()
        .filter(|batch| batch.last >= offset && batch.first < end);
    for batch in batches {
        if out.is_empty() && batch.bytes.len() > most {
            if is_first {
                out.extend(&batch.bytes);
            }
            return out;
        }
        let room = most - out.len();
        out.extend(&batch.bytes[..batch.bytes.len().min(room)]);
        if out.len() >= most {
            break;
        }
    }
    out
}
