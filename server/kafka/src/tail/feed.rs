//! One loop per broker and kind of reader: fetches what is new of all partitions that the broker leads, once for all viewers.

use super::{
    hub::Hub,
    part::{Part, Wanted},
};
use crate::{
    batch::{FaultKind, batches},
    error::KafkaError,
    fetch::{FetchPartition, FetchRequest, FetchSession, FetchTopic, FetchedPartition},
    scan::{
        chunk::Chunk,
        fault::{self, Cure},
    },
};
use bytes::Bytes;
use penstock_domain::{
    ids::{NodeId, PartitionId, TopicName},
    read::Isolation,
};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{sync::Notify, time::sleep};

/// How long a broker holds back an answer with nothing new.
const MAX_WAIT: Duration = Duration::from_millis(500);
/// Beyond that, until the broker counts as lost.
const PATIENCE: Duration = Duration::from_secs(3);
/// Bytes of one answer.
const MAX_BYTES: i32 = 8 * 1024 * 1024;
/// Answers smaller than this are followed by a pause, so that a trickle is fetched some dozens of times a second and not thousands.
const SMALL: usize = 256 * 1024;
/// See [`SMALL`]; about what a screen shows at once.
const PAUSE: Duration = Duration::from_millis(15);
/// After a request that failed as a whole.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(200);
/// Without anything to fetch, a feed ends after this.
const IDLE: Duration = Duration::from_secs(3);

pub(super) async fn run(hub: Arc<Hub>, node: NodeId, uncommitted: bool, wake: Arc<Notify>) {
    let stop = hub.stop.clone();
    let feed = async {
        let mut session = FetchSession::new();
        loop {
            let wanted = hub.wanted(node, uncommitted);
            if wanted.is_empty() {
                let woken = tokio::time::timeout(IDLE, wake.notified()).await.is_ok();
                if !woken && hub.end_feed(node, uncommitted) {
                    return;
                }
                continue;
            }
            let request = request(&wanted, uncommitted);
            match hub.wire.poll(node, &mut session, &request, PATIENCE).await {
                Ok(fetched) => {
                    let bytes: usize = fetched.iter().map(|part| part.records.len()).sum();
                    hub.count_fetched(bytes);
                    take_in(&hub, node, wanted, fetched).await;
                    if bytes > 0 && bytes < SMALL {
                        sleep(PAUSE).await;
                    }
                }
                Err(error) => {
                    session.restart();
                    for wanted in &wanted {
                        lose(&hub, &wanted.part, &error);
                    }
                    sleep(PAUSE_AFTER_FAILURE).await;
                }
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = feed => {}
    }
}

fn request(wanted: &[Wanted], uncommitted: bool) -> FetchRequest {
    let mut topics: Vec<FetchTopic> = Vec::new();
    for wanted in wanted {
        let key = &wanted.part.key;
        let partition = FetchPartition {
            partition: key.partition,
            offset: wanted.offset,
            max_bytes: wanted.max_bytes,
            leader_epoch: None,
        };
        match topics.last_mut() {
            Some(topic) if topic.name == key.topic && topic.id == key.id => {
                topic.partitions.push(partition);
            }
            _ => topics.push(FetchTopic {
                name: key.topic.clone(),
                id: key.id.clone(),
                partitions: vec![partition],
            }),
        }
    }
    FetchRequest {
        topics,
        max_bytes: MAX_BYTES,
        min_bytes: 1,
        max_wait: MAX_WAIT,
        isolation: if uncommitted {
            Isolation::ReadUncommitted
        } else {
            Isolation::ReadCommitted
        },
    }
}

/// Hands every partition its part. Those that are not in the answer have nothing new.
async fn take_in(
    hub: &Arc<Hub>,
    node: NodeId,
    wanted: Vec<Wanted>,
    fetched: Vec<FetchedPartition>,
) {
    let mut asked: HashMap<(TopicName, PartitionId), Wanted> = wanted
        .into_iter()
        .map(|wanted| {
            let key = &wanted.part.key;
            ((key.topic.clone(), key.partition), wanted)
        })
        .collect();
    for fetched in fetched {
        let Some(wanted) = asked.remove(&(fetched.topic.clone(), fetched.partition)) else {
            continue;
        };
        if fetched.code != 0 {
            cure(hub, node, &wanted, &fetched).await;
            continue;
        }
        let Some((length, to)) = whole(&fetched.records) else {
            if fetched.records.is_empty() {
                wanted.part.is_well();
            } else {
                wanted.part.ask_for(needed(&fetched.records));
            }
            continue;
        };
        let chunk = Chunk {
            // A copy of its own: a slice would keep the whole answer in memory for as long as the ring holds it.
            bytes: Bytes::copy_from_slice(fetched.records.get(..length).unwrap_or_default()),
            aborted: fetched.aborted,
            allowance: None,
        };
        wanted.part.take_in(wanted.offset, chunk, to);
        hub.make_room(&wanted.part);
    }
}

/// The bytes of whole batches, and the offset behind them.
pub(super) fn whole(records: &[u8]) -> Option<(usize, i64)> {
    let mut walk = batches(records);
    let mut to = None;
    let mut length = 0;
    while let Some(batch) = walk.next() {
        length = walk.consumed();
        let last = match batch {
            Ok(batch) => batch.head.last_offset,
            Err(fault) => {
                if matches!(fault.kind, FaultKind::Length(_)) {
                    // Viewers are to see it and to name it.
                    length = records.len();
                }
                fault.to
            }
        };
        to = to.max(Some(last.saturating_add(1)));
    }
    Some((length, to?))
}

/// Bytes that the batch at the front takes, for the next request.
fn needed(records: &[u8]) -> i32 {
    let length = records
        .get(8..12)
        .and_then(|bytes| bytes.first_chunk::<4>())
        .map_or(0, |bytes| i32::from_be_bytes(*bytes));
    length
        .saturating_add(12)
        .clamp(0, MAX_BYTES.saturating_mul(4))
}

/// What an error of one partition asks for.
async fn cure(hub: &Arc<Hub>, node: NodeId, wanted: &Wanted, fetched: &FetchedPartition) {
    let part = &wanted.part;
    let key = &part.key;
    let error = fetched.error.clone().unwrap_or(KafkaError::Stopped);
    match Cure::of(fetched.code) {
        Cure::Forbidden => part.end_with(fault::forbidden(&key.topic)),
        Cure::Reposition => {
            let extent = hub
                .wire
                .extent(node, &key.topic, key.partition, PATIENCE)
                .await;
            match extent {
                Ok((first, _)) if wanted.offset < first => {
                    let why = fault::out_of_range(&key.topic, key.partition, wanted.offset, first);
                    part.reset(first, why);
                }
                Ok((_, end)) => {
                    let why = fault::beyond_end(&key.topic, key.partition, wanted.offset, end);
                    part.reset(end.min(wanted.offset), why);
                }
                Err(error) => lose(hub, part, &error),
            }
        }
        Cure::Reroute => {
            // The old leader's word is taken once: two brokers that each name the other are the router's to judge.
            let trusted = part.is_untroubled();
            lose(hub, part, &error);
            if let Some(leader) = fetched
                .new_leader
                .filter(|leader| trusted && *leader != node)
            {
                part.lead(leader);
                hub.feed(leader, key.uncommitted);
            }
        }
        // The router compares the topic's id and finds the leader.
        Cure::Compare | Cure::Corrupt | Cure::Retry => lose(hub, part, &error),
    }
}

fn lose(hub: &Hub, part: &Part, error: &KafkaError) {
    let key = &part.key;
    part.failed(fault::lost_partition(
        &key.topic,
        key.partition,
        None,
        error,
    ));
    hub.lost.notify_one();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::encode::Batch;

    #[test]
    fn only_whole_batches_are_kept() {
        let first = Batch::of(5, &["a", "b"]).encode();
        let second = Batch::of(7, &["c"]).encode();
        let both = [&first[..], &second[..]].concat();
        assert_eq!(whole(&both), Some((both.len(), 8)));
        assert_eq!(whole(&both[..both.len() - 1]), Some((first.len(), 7)));
        assert_eq!(whole(&first[..20]), None);
        assert_eq!(whole(&[]), None);
        assert_eq!(needed(&first[..20]), i32::try_from(first.len()).unwrap());
        let mut nonsense = first.clone();
        nonsense[8..12].copy_from_slice(&(-1_i32).to_be_bytes());
        assert_eq!(whole(&nonsense), Some((nonsense.len(), 6)));
    }
}
