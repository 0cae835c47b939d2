//! Questions of a plan to leaders: one request per leader and kind of offset.

use super::{leaderless, range::Extent};
use crate::{
    api::offsets::{ListedOffset, OffsetSpec, TopicPartitions},
    client::Client,
    error::KafkaError,
    scan::{
        fault::Cure,
        found::Origin,
        source::{Led, broker_error},
    },
};
use futures::future::join_all;
use penstock_domain::{
    ids::{NodeId, PartitionId, TopicName},
    time::Timestamp,
};
use std::collections::{BTreeMap, HashMap};
use tokio::time::Instant;

/// A partition to be asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) origin: Origin,
    pub(super) leader: Option<NodeId>,
    pub(super) epoch: Option<i32>,
}

/// A partition by name.
pub(super) type Key = (TopicName, PartitionId);

/// What was found out, and what was not.
#[derive(Debug)]
pub(super) struct Asked<T> {
    pub(super) found: Vec<(Target, T)>,
    pub(super) failed: Vec<(Target, KafkaError)>,
}

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self {
            found: Vec::new(),
            failed: Vec::new(),
        }
    }
}

impl Target {
    pub(super) fn key(&self) -> Key {
        (self.origin.topic.clone(), self.origin.partition)
    }

    /// With the leader that metadata tells now.
    pub(super) fn led_by(mut self, led: &[Led]) -> Self {
        let found = led
            .iter()
            .find(|led| led.topic == self.origin.topic)
            .and_then(|led| {
                let number = usize::try_from(self.origin.partition.0).ok()?;
                *led.partitions.get(number)?
            });
        self.leader = found.map(|(leader, _)| leader);
        self.epoch = found.and_then(|(_, epoch)| epoch);
        self
    }
}

/// Whether the answer may be another from another broker.
pub(super) fn has_moved(error: &KafkaError) -> bool {
    match error {
        KafkaError::Broker { code, .. } => {
            matches!(Cure::of(*code), Cure::Reroute | Cure::Compare | Cure::Retry)
        }
        KafkaError::Unreachable { .. } => true,
        _ => false,
    }
}

/// Partitions in the shape of requests.
pub(super) fn by_topic<'a>(targets: impl Iterator<Item = &'a Target>) -> Vec<TopicPartitions> {
    let mut topics: BTreeMap<TopicName, Vec<i32>> = BTreeMap::new();
    for target in targets {
        topics
            .entry(target.origin.topic.clone())
            .or_default()
            .push(target.origin.partition.0);
    }
    topics
        .into_iter()
        .map(|(topic, partitions)| TopicPartitions { topic, partitions })
        .collect()
}

/// First offset, end and stable offset of each.
pub(super) async fn extents(
    client: &Client,
    targets: Vec<Target>,
    deadline: Instant,
) -> Asked<Extent> {
    let (first, high, stable) = tokio::join!(
        list(client, &targets, OffsetSpec::Earliest, deadline),
        list(client, &targets, OffsetSpec::End, deadline),
        list(client, &targets, OffsetSpec::Stable, deadline),
    );
    let mut asked = Asked::default();
    for target in targets {
        let of = |answers: &HashMap<Key, Result<i64, KafkaError>>| {
            answers
                .get(&target.key())
                .cloned()
                .unwrap_or_else(|| Err(leaderless()))
        };
        let extent = of(&first).and_then(|first| {
            Ok(Extent {
                first,
                high: of(&high)?,
                stable: of(&stable)?,
            })
        });
        match extent {
            Ok(extent) => asked.found.push((target, extent)),
            Err(error) => asked.failed.push((target, error)),
        }
    }
    asked
}

/// The first offset at or after a time; `None` where every record is older.
pub(super) async fn at(
    client: &Client,
    targets: Vec<Target>,
    time: Timestamp,
    deadline: Instant,
) -> Asked<Option<i64>> {
    // Brokers take negative times for other questions.
    let time = Timestamp(time.0.max(0));
    let answers = list(client, &targets, OffsetSpec::At(time), deadline).await;
    let mut asked = Asked::default();
    for target in targets {
        match answers.get(&target.key()) {
            Some(Ok(offset)) => {
                let offset = (*offset >= 0).then_some(*offset);
                asked.found.push((target, offset));
            }
            Some(Err(error)) => asked.failed.push((target, error.clone())),
            None => asked.failed.push((target, leaderless())),
        }
    }
    asked
}

async fn list(
    client: &Client,
    targets: &[Target],
    spec: OffsetSpec,
    deadline: Instant,
) -> HashMap<Key, Result<i64, KafkaError>> {
    let mut leaders: BTreeMap<NodeId, Vec<&Target>> = BTreeMap::new();
    for target in targets {
        if let Some(leader) = target.leader {
            leaders.entry(leader).or_default().push(target);
        }
    }
    let patience = deadline.saturating_duration_since(Instant::now());
    let answers = join_all(leaders.into_iter().map(|(leader, targets)| async move {
        let partitions = by_topic(targets.iter().copied());
        let answer = client
            .list_offsets(leader, spec, &partitions, patience)
            .await;
        (targets, answer)
    }))
    .await;
    let mut out = HashMap::new();
    for (targets, answer) in answers {
        match answer {
            Ok(topics) => {
                for (topic, listed) in topics {
                    for offset in listed {
                        let key = (topic.clone(), PartitionId(offset.partition));
                        out.insert(key, told(&topic, offset));
                    }
                }
            }
            Err(error) => {
                for target in targets {
                    out.insert(target.key(), Err(error.clone()));
                }
            }
        }
    }
    out
}

fn told(topic: &TopicName, listed: ListedOffset) -> Result<i64, KafkaError> {
    match KafkaError::from_code("ListOffsets", listed.code, None, "Describe", || {
        format!("topic {topic}")
    }) {
        None => Ok(listed.offset),
        Some(error @ KafkaError::Authorization { .. }) => Err(error),
        Some(_) => Err(broker_error("ListOffsets", listed.code)),
    }
}
