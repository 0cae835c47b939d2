//! A viewer that goes on from positions that the ring does not hold any more fetches for itself until it has come up to it:
//! then nothing is lost over a pause or a restart. How much is bounded; beyond that it is named as a gap.

use super::{Job, Viewer, note};
use crate::{
    fetch::{FetchPartition, FetchRequest, FetchTopic, FetchedPartition},
    scan::{
        chunk::Chunk,
        fault::{self, Cure},
    },
    tail::{
        TailNews,
        part::{Found as Here, Part},
        ring::{Held, Read},
        router::PATIENCE,
    },
};
use penstock_domain::{
    ids::NodeId,
    read::{Isolation, NoticeKind},
};
use std::{ops::ControlFlow, sync::Arc, time::Duration};
use tokio::time::Instant;

/// Bytes that one viewer may fetch for itself: about ten seconds of a busy cluster.
pub(super) const ALLOWANCE: usize = 256 * 1024 * 1024;
/// Bytes of one answer; the first batch comes whole.
const FETCH: i32 = 1024 * 1024;
/// A lane of its own, so that catching up and searching do not wait for each other.
const LANE: u8 = u8::MAX;
/// A partition that gives nothing for so long is given up on.
const GIVE_UP: Duration = Duration::from_secs(10);
/// Between two tries.
pub(super) const PAUSE: Duration = Duration::from_millis(200);

/// What one try brought.
enum Caught {
    Job(Job),
    Nothing,
    /// The log begins behind the cursor.
    Begins(i64),
}

impl Viewer {
    /// The next batches of a partition that is behind its ring. `None`: it has moved without them, or there was nothing to be had
    /// at the moment.
    pub(super) async fn catch_up(&mut self, number: usize) -> ControlFlow<(), Option<Job>> {
        let Some(seen) = self.seen.get(number) else {
            return ControlFlow::Continue(None);
        };
        let (part, Some(cursor), stuck) = (seen.part.clone(), seen.cursor, seen.stuck) else {
            return ControlFlow::Continue(None);
        };
        let Here::Ring(Read::Lost { first, .. }) = part.read(cursor, seen.epoch) else {
            return ControlFlow::Continue(None);
        };
        if self.allowance == 0 || stuck.is_some_and(|since| since.elapsed() >= GIVE_UP) {
            return self.skip(number, cursor, first).await;
        }
        let caught = self.fetch_behind(number, &part, cursor).await;
        let Some(seen) = self.seen.get_mut(number) else {
            return ControlFlow::Continue(None);
        };
        match caught {
            Caught::Job(job) => {
                seen.stuck = None;
                self.allowance = self.allowance.saturating_sub(job.held.chunk.bytes.len());
                return ControlFlow::Continue(Some(job));
            }
            Caught::Begins(begin) if begin > cursor => {
                let to = begin.min(first);
                seen.stuck = None;
                seen.cursor = Some(to);
                let gap = seen.gap(cursor, to);
                let key = &part.key;
                let why = fault::out_of_range(&key.topic, key.partition, cursor, begin);
                self.send(TailNews::Notice(why)).await?;
                self.tell_gaps(vec![gap]).await?;
            }
            Caught::Begins(_) | Caught::Nothing => {
                seen.stuck.get_or_insert_with(Instant::now);
            }
        }
        ControlFlow::Continue(None)
    }

    /// What lies between is named, and the ring goes on.
    async fn skip(&mut self, number: usize, from: i64, to: i64) -> ControlFlow<(), Option<Job>> {
        let Some(seen) = self.seen.get_mut(number) else {
            return ControlFlow::Continue(None);
        };
        seen.behind = false;
        seen.cursor = Some(to);
        let gap = seen.gap(from, to);
        let notice = note(
            &seen.part,
            NoticeKind::Other,
            "What had come since was too much to read again; following goes on at its end.",
        );
        self.send(TailNews::Notice(notice)).await?;
        self.tell_gaps(vec![gap]).await?;
        ControlFlow::Continue(None)
    }

    async fn fetch_behind(&self, number: usize, part: &Arc<Part>, cursor: i64) -> Caught {
        let Some(leader) = part.leader() else {
            return Caught::Nothing;
        };
        let Some(fetched) = self.ask(leader, part, cursor).await else {
            return Caught::Nothing;
        };
        if fetched.code != 0 {
            if Cure::of(fetched.code) == Cure::Reposition {
                let key = &part.key;
                let extent = self
                    .hub
                    .wire
                    .extent(leader, &key.topic, key.partition, PATIENCE)
                    .await;
                return extent.map_or(Caught::Nothing, |(first, _)| Caught::Begins(first));
            }
            return Caught::Nothing;
        }
        let Some((length, to)) = crate::tail::feed::whole(&fetched.records) else {
            return Caught::Nothing;
        };
        Caught::Job(Job {
            number,
            origin: part.key.origin(),
            held: Arc::new(Held {
                from: cursor,
                to: to.max(cursor.saturating_add(1)),
                chunk: Chunk {
                    bytes: fetched.records.slice(..length),
                    aborted: fetched.aborted,
                    allowance: None,
                },
            }),
            from: cursor,
        })
    }

    async fn ask(&self, leader: NodeId, part: &Part, cursor: i64) -> Option<FetchedPartition> {
        let key = &part.key;
        let request = FetchRequest {
            topics: vec![FetchTopic {
                name: key.topic.clone(),
                id: key.id.clone(),
                partitions: vec![FetchPartition {
                    partition: key.partition,
                    offset: cursor,
                    max_bytes: FETCH,
                    leader_epoch: None,
                }],
            }],
            max_bytes: FETCH,
            min_bytes: 1,
            max_wait: Duration::ZERO,
            isolation: if key.uncommitted {
                Isolation::ReadUncommitted
            } else {
                Isolation::ReadCommitted
            },
        };
        let answer = self.hub.wire.fetch(leader, LANE, &request, PATIENCE).await;
        let fetched = answer.ok()?.into_iter().next()?;
        self.hub.count_fetched(fetched.records.len());
        Some(fetched)
    }
}
