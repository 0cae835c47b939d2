//! What goes wrong on the way: leaders that moved, offsets that are gone, topics that are others now, brokers that are silent.
//!
//! A partition that can't be read is tried again with growing pauses until patience ends; then it ends alone, with the reason,
//! and its position stays where it was. The others go on.

use super::{Done, Engine};
use crate::{
    error::KafkaError,
    scan::{
        fault::{self, Cure},
        source::Led,
    },
};
use penstock_domain::{
    ids::TopicName,
    read::{Notice, NoticeKind, Order},
};
use std::{collections::BTreeSet, time::Duration};
use tokio::time::Instant;

/// How long a partition is tried again without an answer: longer than a broker's failure takes to be noticed (9 s).
const PATIENCE: Duration = Duration::from_secs(20);
/// First pause; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::from_millis(1500);
/// Between two questions for leaders.
const REROUTE: Duration = Duration::from_millis(200);
/// Longest wait for metadata and offsets.
const ASK: Duration = Duration::from_secs(5);
/// A topic may be unknown for so long to a broker that lags behind.
const UNKNOWN: u32 = 3;

/// How a partition stands with its broker.
#[derive(Clone, Debug, Default)]
pub(super) struct Trouble {
    since: Option<Instant>,
    attempts: u32,
    pause_until: Option<Instant>,
}

impl Trouble {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn pauses(&self, now: Instant) -> bool {
        self.pause_until.is_some_and(|until| now < until)
    }

    fn add(&mut self, now: Instant) {
        self.since.get_or_insert(now);
        let pause = FIRST_PAUSE
            .saturating_mul(2_u32.saturating_pow(self.attempts.min(8)))
            .min(LONGEST_PAUSE);
        self.attempts += 1;
        self.pause_until = Some(now + pause);
    }

    fn is_over(&self, now: Instant) -> bool {
        self.since
            .is_some_and(|since| now.saturating_duration_since(since) >= PATIENCE)
    }
}

impl Engine {
    /// A request for a lane failed.
    pub(super) fn suffer(&mut self, index: usize, error: KafkaError, cure: Cure) {
        let now = Instant::now();
        let Some(lane) = self.lanes.get_mut(index) else {
            return;
        };
        if lane.over || lane.cursor.is_done() {
            return;
        }
        lane.trouble.add(now);
        let origin = lane.origin.clone();
        let (from, to) = lane.cursor.left();
        let place = match self.order {
            Order::Oldest => from,
            Order::Newest => to,
        };
        let attempts = lane.trouble.attempts;
        match cure {
            Cure::Forbidden => {
                self.end_topic(&origin.topic, fault::forbidden(&origin.topic));
                return;
            }
            Cure::Corrupt if Self::is_hopeless(attempts) => {
                let notice = Notice {
                    from: Some(place),
                    to: Some(place),
                    ..fault::notice(
                        NoticeKind::BadBatch,
                        &origin.topic,
                        Some(origin.partition),
                        "The broker can't read its own log here, so what lies behind can't be found.",
                    )
                };
                self.end_lane(index, notice);
                return;
            }
            Cure::Reposition => {
                self.launch_extent(index);
                return;
            }
            Cure::Reroute | Cure::Compare | Cure::Retry | Cure::Corrupt => {}
        }
        if lane_is_over(&self.lanes, index, now) {
            let notice =
                fault::lost_partition(&origin.topic, origin.partition, Some(place), &error);
            self.end_lane(index, notice);
            return;
        }
        self.reroute = true;
    }

    /// A lane ends where it is; what was fetched of it is still told.
    fn end_lane(&mut self, index: usize, notice: Notice) {
        let place = notice
            .partition
            .map(|partition| format!(" of partition {partition}"));
        self.lose_with(
            index,
            &format!(
                "The rest{} of {} could not be read.",
                place.unwrap_or_default(),
                notice.topic.as_ref().map_or("", TopicName::as_str),
            ),
        );
        self.tell(notice);
    }

    /// A lane ends because of the console itself.
    pub(super) fn lose(&mut self, index: usize, reason: &str) {
        if let Some(lane) = self.lanes.get_mut(index) {
            lane.queue.clear();
        }
        self.lose_with(index, reason);
    }

    fn lose_with(&mut self, index: usize, loss: &str) {
        let Some(lane) = self.lanes.get_mut(index) else {
            return;
        };
        lane.cursor.give_up();
        if !self.losses.iter().any(|known| known == loss) && self.losses.len() < 20 {
            self.losses.push(loss.to_owned());
        }
        self.settle(index);
    }

    /// All partitions of a topic end, for one reason.
    fn end_topic(&mut self, topic: &TopicName, notice: Notice) {
        let lanes: Vec<usize> = (0..self.lanes.len())
            .filter(|index| {
                self.lanes.get(*index).is_some_and(|lane| {
                    lane.origin.topic == *topic && !lane.over && !lane.cursor.is_done()
                })
            })
            .collect();
        if lanes.is_empty() {
            return;
        }
        let loss = format!("{topic} could not be read to its end: {}", notice.reason);
        for index in lanes {
            self.lose_with(index, &loss);
        }
        self.tell(notice);
    }

    /// When a pause ends.
    pub(super) fn next_attempt(&self) -> Option<Instant> {
        let now = Instant::now();
        self.lanes
            .iter()
            .filter(|lane| !lane.over)
            .filter_map(|lane| lane.trouble.pause_until)
            .filter(|until| *until > now)
            .chain(
                self.rerouted
                    .filter(|_| self.reroute && !self.rerouting)
                    .map(|at| at + REROUTE),
            )
            .min()
    }

    /// Asks who leads, when something said that leaders moved.
    pub(super) fn launch_reroute(&mut self) {
        let now = Instant::now();
        if !self.reroute || self.rerouting || self.rerouted.is_some_and(|at| now < at + REROUTE) {
            return;
        }
        self.reroute = false;
        self.rerouting = true;
        self.rerouted = Some(now);
        let topics: BTreeSet<TopicName> = self
            .lanes
            .iter()
            .filter(|lane| !lane.over && lane.trouble.since.is_some())
            .map(|lane| lane.origin.topic.clone())
            .collect();
        let topics: Vec<TopicName> = topics.into_iter().collect();
        let source = self.source.clone();
        self.work.push(Box::pin(async move {
            Done::Led(source.leaders(&topics, ASK).await)
        }));
    }

    /// Who leads now.
    pub(super) fn take_leaders(&mut self, answer: Result<Vec<Led>, KafkaError>) {
        self.rerouting = false;
        // A failure shows itself again at the next attempt of each lane.
        let Ok(led) = answer else { return };
        for topic in led {
            let concerned: Vec<usize> = (0..self.lanes.len())
                .filter(|index| {
                    self.lanes
                        .get(*index)
                        .is_some_and(|lane| lane.origin.topic == topic.topic)
                })
                .collect();
            let lanes = || concerned.iter().filter_map(|index| self.lanes.get(*index));
            let is_other = lanes().any(|lane| {
                matches!((&lane.origin.topic_id, &topic.id), (Some(then), Some(now)) if then != now)
            });
            let attempts = lanes()
                .map(|lane| lane.trouble.attempts)
                .max()
                .unwrap_or_default();
            if topic.exists && is_other {
                self.end_topic(&topic.topic, fault::recreated(&topic.topic, false));
            } else if !topic.allowed {
                self.end_topic(&topic.topic, fault::forbidden(&topic.topic));
            } else if !topic.exists {
                if attempts >= UNKNOWN {
                    self.end_topic(&topic.topic, fault::recreated(&topic.topic, true));
                }
            } else {
                for index in concerned {
                    if let Some(lane) = self.lanes.get_mut(index) {
                        let partition = usize::try_from(lane.origin.partition.0).ok();
                        let found = partition.and_then(|number| topic.partitions.get(number));
                        let found = found.copied().flatten();
                        lane.leader = found.map(|(leader, _)| leader);
                        lane.epoch = found.and_then(|(_, epoch)| epoch);
                    }
                }
            }
        }
    }

    /// Asks what offsets there are, when one was out of range.
    fn launch_extent(&mut self, index: usize) {
        let Some(lane) = self.lanes.get_mut(index) else {
            return;
        };
        let Some(leader) = lane.leader else { return };
        // Two answers can say the same.
        if std::mem::replace(&mut lane.sounding, true) {
            return;
        }
        let origin = lane.origin.clone();
        let source = self.source.clone();
        self.work.push(Box::pin(async move {
            Done::Extent {
                lane: index,
                answer: source
                    .extent(leader, &origin.topic, origin.partition, ASK)
                    .await,
            }
        }));
    }

    /// What offsets there are.
    pub(super) fn take_extent(&mut self, index: usize, answer: Result<(i64, i64), KafkaError>) {
        let Some(lane) = self.lanes.get_mut(index) else {
            return;
        };
        lane.sounding = false;
        let origin = lane.origin.clone();
        let (from, to) = lane.cursor.left();
        match answer {
            Ok((first, _)) if first > from => {
                lane.cursor.begins_at(first);
                lane.trouble.clear();
                self.tell(fault::out_of_range(
                    &origin.topic,
                    origin.partition,
                    from,
                    first.min(to),
                ));
            }
            Ok((_, end)) if end < to => {
                // The log became shorter: a leader that had less took over.
                lane.cursor.give_up();
                self.tell(fault::beyond_end(&origin.topic, origin.partition, to, end));
                self.lose_with(
                    index,
                    &format!(
                        "Partition {} of {} became shorter while it was read.",
                        origin.partition, origin.topic
                    ),
                );
            }
            // In range after all: leaders disagreed.
            Ok(_) => self.reroute = true,
            Err(error) => {
                let cure = match &error {
                    KafkaError::Broker { code, .. } if *code != 1 => Cure::of(*code),
                    _ => Cure::Reroute,
                };
                self.suffer(index, error, cure);
            }
        }
        self.settle(index);
    }
}

fn lane_is_over(lanes: &[super::Lane], index: usize, now: Instant) -> bool {
    lanes
        .get(index)
        .is_some_and(|lane| lane.trouble.is_over(now))
}
