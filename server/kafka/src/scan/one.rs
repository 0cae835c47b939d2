//! One record by its address.

use super::{
    chunk::Chunk,
    fault::{Cure, ScanError},
    found::{Found, Gather, Origin, Standing},
    source::{Led, Source, broker_error},
};
use crate::{
    batch::{Limits, Scratch, control},
    client::Client,
    error::KafkaError,
    fetch::{FetchPartition, FetchRequest, FetchTopic, FetchedPartition},
};
use penstock_domain::{
    ids::{PartitionId, TopicId, TopicName},
    read::Isolation,
};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Bytes asked for: a batch is answered whole, however large.
const BYTES: i32 = 64 * 1024;
/// Pause before a leader that moved is looked for again.
const PAUSE: Duration = Duration::from_millis(250);
/// Longest wait for one answer.
const ANSWER: Duration = Duration::from_secs(10);

/// Reads one record, aborted and control records too. `None`: there is none at this offset, because compaction took it away
/// or because a marker that is not shown alone has its place.
pub async fn one(
    client: &Client,
    topic: &TopicName,
    id: Option<&TopicId>,
    partition: PartitionId,
    offset: i64,
    patience: Duration,
) -> Result<Option<Found>, ScanError> {
    let deadline = Instant::now() + patience;
    loop {
        let wanted = Wanted {
            topic,
            id,
            partition,
            offset,
        };
        match wanted.attempt(client, deadline).await {
            Err(ScanError::Kafka(error))
                if may_have_moved(&error) && Instant::now() + 2 * PAUSE < deadline =>
            {
                sleep(PAUSE).await;
            }
            result => return result,
        }
    }
}

struct Wanted<'a> {
    topic: &'a TopicName,
    id: Option<&'a TopicId>,
    partition: PartitionId,
    offset: i64,
}

fn may_have_moved(error: &KafkaError) -> bool {
    match error {
        KafkaError::Broker { code, .. } => {
            matches!(Cure::of(*code), Cure::Reroute | Cure::Retry | Cure::Compare)
        }
        KafkaError::Unreachable { .. } => true,
        _ => false,
    }
}

impl Wanted<'_> {
    async fn attempt(
        &self,
        client: &Client,
        deadline: Instant,
    ) -> Result<Option<Found>, ScanError> {
        let left = || {
            deadline
                .saturating_duration_since(Instant::now())
                .min(ANSWER)
        };
        let led = Source::leaders(client, std::slice::from_ref(self.topic), left()).await?;
        let led = led
            .into_iter()
            .find(|led| led.topic == *self.topic)
            .filter(|led| led.exists || !led.allowed)
            .ok_or_else(|| ScanError::UnknownTopic(self.topic.clone()))?;
        if !led.allowed {
            return Err(self.forbidden().into());
        }
        if matches!((self.id, &led.id), (Some(then), Some(now)) if then != now) {
            return Err(ScanError::Recreated(self.topic.clone()));
        }
        let number = usize::try_from(self.partition.0).ok();
        let Some(leader) = number.and_then(|number| led.partitions.get(number)) else {
            return Err(ScanError::UnknownPartition {
                topic: self.topic.clone(),
                partition: self.partition,
            });
        };
        let Some((leader, epoch)) = *leader else {
            return Err(broker_error("Metadata", 5).into());
        };
        // Brokers name aborted transactions to readers of committed records; those are told nothing behind the stable offset.
        for isolation in [Isolation::ReadCommitted, Isolation::ReadUncommitted] {
            let request = self.request(&led, epoch, isolation);
            let answer = Source::fetch(client, leader, 0, &request, left()).await?;
            let answer = answer
                .into_iter()
                .next()
                .ok_or_else(|| broker_error("Fetch", -1))?;
            match Cure::of(answer.code) {
                _ if answer.code == 0 => {}
                Cure::Reposition => {
                    let (first, end) =
                        Source::extent(client, leader, self.topic, self.partition, left()).await?;
                    return Err(ScanError::OutOfRange {
                        topic: self.topic.clone(),
                        partition: self.partition,
                        offset: self.offset,
                        first,
                        last: end - 1,
                    });
                }
                Cure::Forbidden => return Err(self.forbidden().into()),
                _ => {
                    let code = answer.code;
                    return Err(answer
                        .error
                        .unwrap_or_else(|| broker_error("Fetch", code))
                        .into());
                }
            }
            if answer.records.is_empty() && self.offset < answer.high {
                continue;
            }
            if self.offset >= answer.high {
                return Err(ScanError::OutOfRange {
                    topic: self.topic.clone(),
                    partition: self.partition,
                    offset: self.offset,
                    first: answer.first,
                    last: answer.high - 1,
                });
            }
            let origin = Origin {
                topic: self.topic.clone(),
                topic_id: led.id.clone(),
                partition: self.partition,
            };
            let (offset, uncommitted) = (self.offset, isolation == Isolation::ReadUncommitted);
            return tokio::task::spawn_blocking(move || find(origin, answer, offset, uncommitted))
                .await
                .unwrap_or(Err(ScanError::Kafka(KafkaError::Stopped)));
        }
        Ok(None)
    }

    fn forbidden(&self) -> KafkaError {
        KafkaError::Authorization {
            operation: "Read",
            resource: format!("topic {}", self.topic),
        }
    }

    fn request(&self, led: &Led, epoch: Option<i32>, isolation: Isolation) -> FetchRequest {
        FetchRequest {
            topics: vec![FetchTopic {
                name: self.topic.clone(),
                id: led.id.clone(),
                partitions: vec![FetchPartition {
                    partition: self.partition,
                    offset: self.offset,
                    max_bytes: BYTES,
                    leader_epoch: epoch,
                }],
            }],
            max_bytes: BYTES,
            min_bytes: 0,
            max_wait: Duration::ZERO,
            isolation,
        }
    }
}

fn find(
    origin: Origin,
    answer: FetchedPartition,
    offset: i64,
    uncommitted: bool,
) -> Result<Option<Found>, ScanError> {
    let limits = Limits::default();
    let mut scratch = Scratch::new();
    let chunk = Chunk {
        bytes: answer.records,
        aborted: answer.aborted,
        allowance: None,
    };
    let parts = chunk.cut(uncommitted, &mut scratch, &limits);
    for part in parts {
        if part.last < offset || part.first > offset {
            continue;
        }
        if let Some(fault) = part.fault {
            return Err(ScanError::Unreadable(fault));
        }
        let Some(batch) = chunk.batch(&part) else {
            continue;
        };
        let records = batch
            .open(&mut scratch, &limits)
            .map_err(ScanError::Unreadable)?;
        for record in records {
            let record = record.map_err(ScanError::Unreadable)?;
            if record.offset == offset {
                let mut gather = Gather::new(origin);
                let standing = Standing {
                    aborted: part.aborted,
                    control: batch.head.control.then(|| control(&record)),
                };
                gather.add(&batch.head, &record, standing);
                return Ok(gather.finish().pop());
            }
        }
    }
    Ok(None)
}
