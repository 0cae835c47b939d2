//! Fetches: which partitions next, from which broker, on which connection, and taking answers in.

use super::{Asked, Done, Engine, Fetched, Lane};
use crate::{
    fetch::{FetchPartition, FetchRequest, FetchTopic, FetchedPartition},
    scan::{
        cursor::{Ask, Taken},
        fault::{self, Cure},
        room::{Allowance, OWN},
        source::broker_error,
    },
};
use penstock_domain::{ids::NodeId, read::Isolation};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};
use tokio::time::Instant;

/// Connections to one broker: while one answer is on its way, the broker reads the next.
const CHANNELS: u8 = 2;
/// Stretches of one partition that are asked for at once.
const AT_ONCE: usize = 2;
/// Bytes of one request, more or less.
const REQUEST: usize = 4 * 1024 * 1024;
/// Pieces of one partition that may wait to be walked.
const AHEAD: usize = 3;
/// Longest wait for an answer; a quota may hold one back for a while.
const PATIENCE: Duration = Duration::from_secs(15);
/// A reading of few records begins with as few requests as there can be.
const FEW: u64 = 1_000;
/// Until so many bytes were fetched: then what is looked for is rare.
const RARE: u64 = 2 * 1024 * 1024;
/// Attempts at an answer that says nothing of the offset asked for, or that the broker can't read.
const ATTEMPTS: u32 = 3;

/// A lane with its question.
struct Candidate {
    lane: usize,
    ask: Ask,
    isolation: Isolation,
    alone: bool,
}

impl Engine {
    /// Asks brokers that have a connection free.
    pub(super) fn launch_fetches(&mut self) {
        let blocking = self.merge.blocking();
        let now = Instant::now();
        let modest = self.is_modest();
        let channels = if modest { 1 } else { CHANNELS };
        let at_once = if modest { 1 } else { AT_ONCE };
        let mut by_leader: BTreeMap<NodeId, Vec<usize>> = BTreeMap::new();
        for index in 0..self.lanes.len() {
            let has_room = self.has_room(index, blocking);
            let waits = self.merge.waits(index) && blocking != Some(index);
            let Some(lane) = self.lanes.get(index) else {
                continue;
            };
            let is_early = modest && (waits || !lane.queue.is_empty());
            if !has_room || is_early || !lane.may_fetch(now, at_once) {
                continue;
            }
            match lane.leader {
                Some(leader) => by_leader.entry(leader).or_default().push(index),
                // LEADER_NOT_AVAILABLE.
                None => self.suffer(index, broker_error("Metadata", 5), Cure::Reroute),
            }
        }
        // What everything waits for, where nothing of it is there to be walked: it alone may be asked for in a small request when
        // memory is short. Such requests cost brokers much, and memory comes back with every walk.
        let urgent = blocking.filter(|lane| {
            self.lanes
                .get(*lane)
                .is_some_and(|lane| lane.queue.is_empty() && !lane.cursor.is_asking())
        });
        let mut urgent_failed = false;
        for (leader, mut lanes) in by_leader {
            lanes.sort_unstable_by_key(|lane| (self.merge.bound(*lane), *lane));
            let mut lanes: VecDeque<usize> = lanes.into();
            while !lanes.is_empty() {
                let free: Vec<u8> = (0..channels)
                    .filter(|channel| {
                        self.busy.get(&leader).copied().unwrap_or_default() & (1 << channel) == 0
                    })
                    .collect();
                let Some(channel) = free.first().copied() else {
                    break;
                };
                // As much as fits: few large requests cost brokers less than many small ones.
                let picked = self.pick(&mut lanes, at_once);
                let again: Vec<usize> = picked.iter().map(|candidate| candidate.lane).collect();
                if !self.ask(leader, channel, picked, urgent) {
                    self.starved = true;
                    urgent_failed |= urgent.is_some_and(|lane| {
                        self.lanes.get(lane).is_some_and(|lane| {
                            lane.leader == Some(leader) && lane.may_fetch(now, at_once)
                        })
                    });
                    break;
                }
                // What is behind them may be asked for as well, in another request.
                lanes.extend(again.into_iter().filter(|lane| {
                    self.lanes
                        .get(*lane)
                        .is_some_and(|lane| lane.may_fetch(now, at_once))
                }));
            }
        }
        // All memory is in pieces of lanes that are ahead: the furthest is fetched again later.
        if urgent_failed && let Some(blocking) = blocking {
            self.let_go_of_furthest(blocking);
        }
    }

    /// Whether few records are wanted and they seem to be near: then lanes that have some do not read ahead.
    fn is_modest(&self) -> bool {
        self.limit.is_some_and(|limit| limit <= FEW) && self.fetched < RARE
    }

    /// Lanes that go into one request.
    fn pick(&mut self, lanes: &mut VecDeque<usize>, at_once: usize) -> Vec<Candidate> {
        let mut picked: Vec<Candidate> = Vec::new();
        let mut bytes = 0;
        while let Some(index) = lanes.pop_front() {
            let isolation = self.isolation;
            let Some(lane) = self.lanes.get_mut(index) else {
                continue;
            };
            let Some(ask) = lane.cursor.ask(at_once) else {
                continue;
            };
            let candidate = Candidate {
                lane: index,
                isolation: match isolation {
                    // Brokers name aborted transactions to readers of committed records only.
                    Isolation::ReadUncommitted if ask.offset >= lane.stable => {
                        Isolation::ReadUncommitted
                    }
                    _ => Isolation::ReadCommitted,
                },
                alone: lane.alone,
                ask,
            };
            let first = picked.first();
            if first.is_some_and(|first| {
                first.isolation != candidate.isolation || first.alone || candidate.alone
            }) || (!picked.is_empty() && bytes + ask.bytes > REQUEST)
            {
                lanes.push_front(index);
                break;
            }
            bytes += ask.bytes;
            picked.push(candidate);
        }
        picked
    }

    /// Sends one request. `false`: memory is short.
    fn ask(
        &mut self,
        leader: NodeId,
        channel: u8,
        mut picked: Vec<Candidate>,
        urgent: Option<usize>,
    ) -> bool {
        let total: usize = picked.iter().map(|candidate| candidate.ask.bytes).sum();
        if picked.is_empty() {
            return true;
        }
        let mut allowance = self.seat.allow(total, false);
        if allowance.is_none() {
            picked.retain(|candidate| Some(candidate.lane) == urgent);
            if let Some(candidate) = picked.first_mut() {
                // A batch that is larger comes whole all the same.
                candidate.ask.bytes = candidate.ask.bytes.min(OWN);
                allowance = self.seat.allow(candidate.ask.bytes, true);
            }
        }
        let Some(allowance) = allowance else {
            return false;
        };
        let Some(request) = self.request(&picked) else {
            return true;
        };
        let mut asked = Vec::with_capacity(picked.len());
        for candidate in &picked {
            if let Some(lane) = self.lanes.get_mut(candidate.lane) {
                lane.cursor.sent(candidate.ask.stretch);
                asked.push(Asked {
                    lane: candidate.lane,
                    stretch: candidate.ask.stretch,
                    offset: candidate.ask.offset,
                });
            }
        }
        *self.busy.entry(leader).or_default() |= 1 << channel;
        let source = self.source.clone();
        self.work.push(Box::pin(async move {
            let answer = source.fetch(leader, channel, &request, PATIENCE).await;
            Done::Fetched(Box::new(Fetched {
                node: leader,
                channel,
                asked,
                allowance,
                answer,
            }))
        }));
        true
    }

    fn request(&self, picked: &[Candidate]) -> Option<FetchRequest> {
        let mut topics: Vec<FetchTopic> = Vec::new();
        let mut bytes = 0_usize;
        for candidate in picked {
            let lane = self.lanes.get(candidate.lane)?;
            bytes += candidate.ask.bytes;
            let partition = FetchPartition {
                partition: lane.origin.partition,
                offset: candidate.ask.offset,
                max_bytes: i32::try_from(candidate.ask.bytes).unwrap_or(i32::MAX),
                leader_epoch: lane.epoch,
            };
            match topics.last_mut() {
                Some(topic) if topic.name == lane.origin.topic => topic.partitions.push(partition),
                _ => topics.push(FetchTopic {
                    name: lane.origin.topic.clone(),
                    id: lane.origin.topic_id.clone(),
                    partitions: vec![partition],
                }),
            }
        }
        Some(FetchRequest {
            topics,
            max_bytes: i32::try_from(bytes).unwrap_or(i32::MAX),
            // What is there is there: never a wait for more.
            min_bytes: 0,
            max_wait: Duration::ZERO,
            isolation: picked.first()?.isolation,
        })
    }

    /// An answer, or none.
    pub(super) fn take_answer(&mut self, fetched: Fetched) {
        let Fetched {
            node,
            channel,
            asked,
            mut allowance,
            answer,
        } = fetched;
        if let Some(busy) = self.busy.get_mut(&node) {
            *busy &= !(1 << channel);
        }
        let mut answered = match answer {
            Ok(answered) => answered,
            Err(error) => {
                for asked in asked {
                    if let Some(lane) = self.lanes.get_mut(asked.lane) {
                        lane.cursor.failed(asked.stretch);
                    }
                    self.suffer(asked.lane, error.clone(), Cure::Reroute);
                }
                return;
            }
        };
        let bytes: usize = answered
            .iter()
            .map(|partition| partition.records.len())
            .sum();
        self.fetched += u64::try_from(bytes).unwrap_or_default();
        allowance.settle(bytes);
        let allowance = Arc::new(allowance);
        let alone = asked.len() == 1;
        for asked in asked {
            let Some(lane) = self.lanes.get_mut(asked.lane) else {
                continue;
            };
            // It was let go of meanwhile.
            if !lane.cursor.waits_for(asked.stretch) {
                continue;
            }
            let place = answered.iter().position(|partition| {
                partition.partition == lane.origin.partition && partition.topic == lane.origin.topic
            });
            match place {
                Some(place) => {
                    let partition = answered.swap_remove(place);
                    self.take_partition(&asked, partition, &allowance, alone);
                }
                None => {
                    lane.cursor.failed(asked.stretch);
                    self.suffer(asked.lane, broker_error("Fetch", -1), Cure::Retry);
                }
            }
            self.settle(asked.lane);
        }
    }

    fn take_partition(
        &mut self,
        asked: &Asked,
        answer: FetchedPartition,
        allowance: &Arc<Allowance>,
        alone: bool,
    ) {
        let (index, isolation) = (asked.lane, self.isolation);
        let Some(lane) = self.lanes.get_mut(index) else {
            return;
        };
        if answer.code != 0 {
            lane.cursor.failed(asked.stretch);
            let error = answer
                .error
                .unwrap_or_else(|| broker_error("Fetch", answer.code));
            self.suffer(index, error, Cure::of(answer.code));
            return;
        }
        lane.stable = lane.stable.max(answer.stable);
        let (_, to) = lane.cursor.left();
        if answer.records.is_empty()
            && alone
            && isolation == Isolation::ReadUncommitted
            && asked.offset < lane.stable
            && asked.offset < to
            && answer.stable <= asked.offset
        {
            // Asked as a reader of committed records, and they end here now.
            lane.stable = asked.offset;
            lane.cursor.failed(asked.stretch);
            return;
        }
        let high = answer.high;
        let nothing = answer.records.is_empty();
        let taken = lane.cursor.take(
            asked.stretch,
            answer.records,
            answer.aborted,
            allowance.clone(),
            alone,
        );
        match taken {
            Taken::Pieces(pieces) => {
                lane.alone = false;
                lane.trouble.clear();
                if nothing && high >= 0 && high < to {
                    let origin = lane.origin.clone();
                    self.tell(fault::beyond_end(&origin.topic, origin.partition, to, high));
                }
                self.enqueue(index, pieces);
            }
            Taken::Nothing | Taken::Short => lane.alone = true,
            Taken::Senseless => {
                lane.alone = true;
                self.suffer(index, broker_error("Fetch", 2), Cure::Corrupt);
            }
        }
    }

    /// Whether an attempt that failed is not to be made again.
    pub(super) const fn is_hopeless(attempts: u32) -> bool {
        attempts >= ATTEMPTS
    }
}

impl Lane {
    fn may_fetch(&self, now: Instant, at_once: usize) -> bool {
        // What must be asked for alone says whether there is anything behind it.
        let waits_alone = self.alone && self.cursor.is_asking();
        let is_held_up = self.sounding || waits_alone || self.trouble.pauses(now);
        !self.over && !is_held_up && self.cursor.may_ask(at_once) && self.waiting() < AHEAD
    }
}
