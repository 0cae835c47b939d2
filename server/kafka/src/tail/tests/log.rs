//! A cluster in memory, as far as following sees it: leaders, offsets, batches.

use super::super::wire::Wire;
use crate::{
    api::offsets::{ListedOffset, OffsetSpec, TopicPartitions},
    batch::{AbortedTransaction, encode::Batch},
    error::KafkaError,
    fetch::{FetchRequest, FetchSession, FetchedPartition},
    scan::source::{Led, Source, broker_error},
};
use async_trait::async_trait;
use bytes::Bytes;
use penstock_domain::{
    ids::{NodeId, PartitionId, TopicId, TopicName},
    read::Isolation,
};
use std::{
    collections::HashSet,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{sync::Notify, time::timeout};

pub(super) const TOPIC: &str = "orders";

pub(super) struct Log {
    inner: Mutex<Inner>,
    changed: Notify,
    fetched: AtomicU64,
    polls: AtomicUsize,
}

struct Inner {
    exists: bool,
    /// Counts how often the topic was made.
    made: u32,
    partitions: Vec<Partition>,
    dead: HashSet<NodeId>,
}

#[derive(Clone, Default)]
struct Partition {
    leader: Option<NodeId>,
    first: i64,
    /// Last offset and bytes of each batch.
    batches: Vec<(i64, i64, Vec<u8>)>,
    aborted: Vec<(AbortedTransaction, i64)>,
    held_at: Option<i64>,
}

impl Partition {
    fn end(&self) -> i64 {
        self.batches.last().map_or(0, |(_, last, _)| last + 1)
    }

    fn stable(&self) -> i64 {
        self.held_at.unwrap_or_else(|| self.end())
    }
}

impl Log {
    pub(super) fn new(partitions: usize) -> Self {
        let partitions = (0..partitions)
            .map(|index| Partition {
                leader: Some(NodeId(i32::try_from(index).unwrap())),
                ..Partition::default()
            })
            .collect();
        Self {
            inner: Mutex::new(Inner {
                exists: true,
                made: 1,
                partitions,
                dead: HashSet::new(),
            }),
            changed: Notify::new(),
            fetched: AtomicU64::new(0),
            polls: AtomicUsize::new(0),
        }
    }

    pub(super) fn id(&self) -> Option<TopicId> {
        Some(id_of(self.lock().made))
    }

    /// Appends so many records in one batch.
    pub(super) fn produce(&self, partition: usize, count: usize) {
        let base = self.end(partition);
        let values: Vec<String> = (0..count).map(|index| format!("value {index}")).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let last = base + i64::try_from(count).unwrap() - 1;
        self.append(partition, Batch::of(base, &values).encode(), last);
    }

    /// A transaction of so many records in one batch, and its marker.
    pub(super) fn transaction(&self, partition: usize, producer: i64, count: usize, commit: bool) {
        let base = self.end(partition);
        let batch = Batch {
            transactional: true,
            producer_id: producer,
            ..Batch::of(base, &vec!["in a transaction"; count])
        };
        let marker = base + i64::try_from(count).unwrap();
        self.append(partition, batch.encode(), marker - 1);
        if !commit {
            let aborted = AbortedTransaction {
                producer_id: producer,
                first_offset: base,
            };
            self.lock().partitions[partition]
                .aborted
                .push((aborted, marker));
        }
        self.append(
            partition,
            Batch::marker(marker, producer, commit).encode(),
            marker,
        );
    }

    pub(super) fn append(&self, partition: usize, batch: Vec<u8>, last: i64) {
        {
            let mut inner = self.lock();
            let partition = &mut inner.partitions[partition];
            let base = partition.end();
            partition.batches.push((base, last, batch));
        }
        self.changed.notify_waiters();
    }

    pub(super) fn hold_at(&self, partition: usize, at: Option<i64>) {
        self.lock().partitions[partition].held_at = at;
        self.changed.notify_waiters();
    }

    pub(super) fn delete_before(&self, partition: usize, first: i64) {
        self.lock().partitions[partition].first = first;
    }

    pub(super) fn lead(&self, partition: usize, leader: Option<NodeId>) {
        self.lock().partitions[partition].leader = leader;
    }

    /// The topic gets a partition more.
    pub(super) fn widen(&self) {
        let mut inner = self.lock();
        let leader = i32::try_from(inner.partitions.len()).unwrap();
        inner.partitions.push(Partition {
            leader: Some(NodeId(leader)),
            ..Partition::default()
        });
    }

    pub(super) fn kill(&self, node: NodeId) {
        self.lock().dead.insert(node);
    }

    pub(super) fn delete(&self) {
        self.lock().exists = false;
    }

    pub(super) fn recreate(&self) {
        let mut inner = self.lock();
        inner.made += 1;
        for partition in &mut inner.partitions {
            partition.batches.clear();
        }
    }

    pub(super) fn end(&self, partition: usize) -> i64 {
        self.lock().partitions[partition].end()
    }

    /// Bytes of all batches from an offset on.
    pub(super) fn bytes_from(&self, partition: usize, offset: i64) -> u64 {
        self.lock().partitions[partition]
            .batches
            .iter()
            .filter(|(base, _, _)| *base >= offset)
            .map(|(_, _, bytes)| bytes.len() as u64)
            .sum()
    }

    /// Bytes that were fetched by anyone.
    pub(super) fn fetched(&self) -> u64 {
        self.fetched.load(Ordering::Relaxed)
    }

    pub(super) fn polls(&self) -> usize {
        self.polls.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    fn answer(
        &self,
        node: NodeId,
        request: &FetchRequest,
    ) -> Result<Vec<FetchedPartition>, KafkaError> {
        let inner = self.lock();
        if inner.dead.contains(&node) {
            return Err(KafkaError::Unreachable {
                broker: "dead".into(),
                cause: "it is dead".to_owned(),
                since: None,
            });
        }
        let mut out = Vec::new();
        for topic in &request.topics {
            for asked in &topic.partitions {
                let partition = &inner.partitions[usize::try_from(asked.partition.0).unwrap()];
                let mut answer = FetchedPartition {
                    topic: topic.name.clone(),
                    partition: asked.partition,
                    code: 0,
                    error: None,
                    high: partition.end(),
                    stable: partition.stable(),
                    first: partition.first,
                    aborted: vec![],
                    records: Bytes::new(),
                    new_leader: None,
                };
                answer.code = if !inner.exists || topic.id != Some(id_of(inner.made)) {
                    100
                } else if partition.leader != Some(node) {
                    6
                } else if asked.offset < partition.first || asked.offset > partition.end() {
                    1
                } else {
                    0
                };
                if answer.code == 0 {
                    self.fill(
                        &mut answer,
                        partition,
                        request,
                        asked.offset,
                        asked.max_bytes,
                    );
                } else {
                    answer.error = Some(broker_error("Fetch", answer.code));
                    answer.new_leader = partition.leader;
                }
                out.push(answer);
            }
        }
        Ok(out)
    }

    fn fill(
        &self,
        answer: &mut FetchedPartition,
        partition: &Partition,
        request: &FetchRequest,
        offset: i64,
        max_bytes: i32,
    ) {
        let committed = request.isolation == Isolation::ReadCommitted;
        let end = if committed {
            partition.stable()
        } else {
            partition.end()
        };
        let mut bytes = Vec::new();
        for (base, last, batch) in &partition.batches {
            if *last >= offset && *base < end && bytes.len() < usize::try_from(max_bytes).unwrap() {
                bytes.extend_from_slice(batch);
            }
        }
        if committed {
            answer.aborted = partition
                .aborted
                .iter()
                .filter(|(_, marker)| *marker >= offset)
                .map(|(aborted, _)| *aborted)
                .collect();
        }
        self.fetched
            .fetch_add(bytes.len() as u64, Ordering::Relaxed);
        answer.records = Bytes::from(bytes);
    }
}

fn id_of(made: u32) -> TopicId {
    TopicId::from(format!("id {made}"))
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
        self.answer(node, request)
    }

    async fn leaders(
        &self,
        topics: &[TopicName],
        _patience: Duration,
    ) -> Result<Vec<Led>, KafkaError> {
        let inner = self.lock();
        Ok(topics
            .iter()
            .map(|topic| Led {
                topic: topic.clone(),
                id: inner.exists.then(|| id_of(inner.made)),
                exists: inner.exists && topic.as_str() == TOPIC,
                allowed: true,
                partitions: inner
                    .partitions
                    .iter()
                    .map(|partition| partition.leader.map(|leader| (leader, None)))
                    .collect(),
            })
            .collect())
    }

    async fn extent(
        &self,
        _node: NodeId,
        _topic: &TopicName,
        partition: PartitionId,
        _patience: Duration,
    ) -> Result<(i64, i64), KafkaError> {
        let inner = self.lock();
        let partition = &inner.partitions[usize::try_from(partition.0).unwrap()];
        Ok((partition.first, partition.end()))
    }
}

#[async_trait]
impl Wire for Log {
    async fn poll(
        &self,
        node: NodeId,
        _session: &mut FetchSession,
        request: &FetchRequest,
        _patience: Duration,
    ) -> Result<Vec<FetchedPartition>, KafkaError> {
        self.polls.fetch_add(1, Ordering::Relaxed);
        let changed = self.changed.notified();
        let answer = self.answer(node, request)?;
        let news = |answer: &[FetchedPartition]| {
            answer
                .iter()
                .any(|part| part.code != 0 || !part.records.is_empty())
        };
        if news(&answer) {
            return Ok(answer);
        }
        let _ = timeout(request.max_wait, changed).await;
        self.answer(node, request)
    }

    async fn list(
        &self,
        node: NodeId,
        spec: OffsetSpec,
        partitions: &[TopicPartitions],
        _patience: Duration,
    ) -> Result<Vec<(TopicName, Vec<ListedOffset>)>, KafkaError> {
        let inner = self.lock();
        Ok(partitions
            .iter()
            .map(|topic| {
                let listed = topic
                    .partitions
                    .iter()
                    .map(|number| {
                        let partition = &inner.partitions[usize::try_from(*number).unwrap()];
                        ListedOffset {
                            partition: *number,
                            code: if partition.leader == Some(node) { 0 } else { 6 },
                            offset: match spec {
                                OffsetSpec::Stable => partition.stable(),
                                _ => partition.end(),
                            },
                            timestamp: -1,
                        }
                    })
                    .collect();
                (topic.topic.clone(), listed)
            })
            .collect())
    }
}
