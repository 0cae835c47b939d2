//! From what somebody asks for to offsets: who leads, what there is, where every partition begins and ends.
//!
//! One question per leader and kind of offset, all at once. A partition that can't be had becomes a notice, and the others are
//! planned; only when nothing is left, the plan fails. `range` decides, without asking anybody.

mod ask;
mod held;
mod range;

use self::{
    ask::{Asked, Target},
    range::{Answers, Extent},
};
use super::{
    fault::{self, ScanError, sentence},
    found::Origin,
    source::{Led, Source, broker_error},
    spec::{ScanSpec, ScanTopic},
};
use crate::{client::Client, error::KafkaError, matcher::Bounds};
use penstock_domain::{
    ids::{NodeId, PartitionId, TopicName},
    read::{Isolation, Notice, NoticeKind, Order, PartitionState, Position},
    time::Timestamp,
};
use std::{
    collections::{BTreeSet, HashSet},
    time::{Duration, SystemTime},
};
use tokio::time::{Instant, sleep};

/// A scan, resolved to offsets.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Every partition as it was found.
    pub partitions: Vec<PartitionState>,
    /// Where each begins and ends: what positions are before the first record.
    pub positions: Vec<Position>,
    /// Offsets in the range; compaction and transactions leave fewer records.
    pub records: u64,
    /// What could not be had, and what must be known.
    pub notices: Vec<Notice>,
    /// When the ends were asked for.
    pub as_of: Timestamp,
    pub(crate) order: Order,
    pub(crate) isolation: Isolation,
    pub(crate) limit: Option<usize>,
    /// Nothing older passes the filter.
    pub(crate) since: Option<i64>,
    /// In the order of topic and partition.
    pub(crate) lanes: Vec<Planned>,
    /// Parts that could not even be planned.
    pub(crate) losses: Vec<String>,
}

/// A partition of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) origin: Origin,
    pub(crate) leader: Option<NodeId>,
    pub(crate) epoch: Option<i32>,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) stable: i64,
}

/// Pause before leaders that moved are looked for again.
const PAUSE: Duration = Duration::from_millis(250);

/// Plans a scan. Asks brokers for leaders and offsets, and does not take longer than `patience`.
pub async fn plan(
    client: &Client,
    spec: &ScanSpec,
    bounds: &Bounds,
    patience: Duration,
) -> Result<Plan, ScanError> {
    let deadline = Instant::now() + patience;
    let mut notices = Vec::new();
    let mut losses = Vec::new();
    let topics = wanted(spec, bounds)?;
    let names: Vec<TopicName> = topics.iter().map(|topic| topic.name.clone()).collect();
    let led = Source::leaders(client, &names, patience).await?;
    let targets = targets(bounds, &topics, &led, &mut notices, &mut losses)?;
    let as_of = Timestamp::from_system(SystemTime::now());
    let asked = extents(client, targets, deadline).await;
    for (target, error) in &asked.failed {
        let origin = &target.origin;
        notices.push(fault::lost_partition(
            &origin.topic,
            origin.partition,
            None,
            error,
        ));
        losses.push(format!(
            "Partition {} of {} could not be read.",
            origin.partition, origin.topic
        ));
    }
    if asked.found.is_empty()
        && let Some((_, error)) = asked.failed.into_iter().next()
    {
        return Err(error.into());
    }
    let answers = answers(client, spec, bounds, &asked.found, deadline, &mut notices).await?;
    let mut plan = range::resolve(spec, bounds, asked.found, &answers, notices, as_of);
    plan.losses = losses;
    held::explain(client, &mut plan, spec.now, deadline).await;
    Ok(plan)
}

/// The topics that are asked for and that the filter leaves.
fn wanted(spec: &ScanSpec, bounds: &Bounds) -> Result<Vec<ScanTopic>, ScanError> {
    let mut topics: Vec<ScanTopic> = match &spec.positions {
        // Positions come from outside: only the topics that are asked for, and were authorised, are read.
        Some(positions) => spec
            .topics
            .iter()
            .map(|topic| &topic.name)
            .filter(|name| positions.iter().any(|position| position.topic == **name))
            .map(|name| ScanTopic {
                name: name.clone(),
                id: positions
                    .iter()
                    .find(|position| position.topic == *name)
                    .and_then(|position| position.topic_id.clone()),
                partitions: positions
                    .iter()
                    .filter(|position| position.topic == *name)
                    .map(|position| position.partition)
                    .collect(),
            })
            .collect(),
        None => spec.topics.clone(),
    };
    if spec.topics.is_empty() {
        return Err(ScanError::NoTopic);
    }
    topics.sort_by(|a, b| a.name.cmp(&b.name));
    topics.dedup_by(|later, first| later.name == first.name);
    if let Some(names) = &bounds.topics {
        topics.retain(|topic| names.contains(topic.name.as_str()));
    }
    Ok(topics)
}

/// Partitions with their leaders, in the order of topic and partition.
fn targets(
    bounds: &Bounds,
    topics: &[ScanTopic],
    led: &[Led],
    notices: &mut Vec<Notice>,
    losses: &mut Vec<String>,
) -> Result<Vec<Target>, ScanError> {
    let mut targets = Vec::new();
    let mut last = None;
    for topic in topics {
        let found = led.iter().find(|led| led.topic == topic.name);
        let problem = match found {
            Some(led) if !led.allowed => Some((
                fault::forbidden(&topic.name),
                ScanError::Kafka(KafkaError::Authorization {
                    operation: "Describe",
                    resource: format!("topic {}", topic.name),
                }),
            )),
            Some(led) if !led.exists => Some((
                fault::recreated(&topic.name, true),
                ScanError::UnknownTopic(topic.name.clone()),
            )),
            None => Some((
                fault::recreated(&topic.name, true),
                ScanError::UnknownTopic(topic.name.clone()),
            )),
            Some(led) if matches!((&topic.id, &led.id), (Some(then), Some(now)) if then != now) => {
                Some((
                    fault::recreated(&topic.name, false),
                    ScanError::Recreated(topic.name.clone()),
                ))
            }
            Some(_) => None,
        };
        if let Some((notice, error)) = problem {
            losses.push(format!("{} was not read: {}", topic.name, notice.reason));
            notices.push(notice);
            last = Some(error);
            continue;
        }
        let Some(led) = found else { continue };
        let chosen: HashSet<PartitionId> = topic.partitions.iter().copied().collect();
        for unknown in chosen.iter().filter(|partition| {
            usize::try_from(partition.0).map_or(true, |number| number >= led.partitions.len())
        }) {
            let error = ScanError::UnknownPartition {
                topic: topic.name.clone(),
                partition: *unknown,
            };
            notices.push(Notice {
                remedy: error.remedy(),
                ..fault::notice(
                    NoticeKind::Partition,
                    &topic.name,
                    Some(*unknown),
                    sentence(&error.to_string()),
                )
            });
            last = Some(error);
        }
        for (number, leader) in led.partitions.iter().enumerate() {
            let partition = PartitionId(i32::try_from(number).unwrap_or(i32::MAX));
            let is_chosen = chosen.is_empty() || chosen.contains(&partition);
            let is_possible = bounds
                .partitions
                .as_ref()
                .is_none_or(|partitions| partitions.contains(&partition.0));
            if is_chosen && is_possible {
                targets.push(Target {
                    origin: Origin {
                        topic: topic.name.clone(),
                        topic_id: led.id.clone(),
                        partition,
                    },
                    leader: leader.map(|(leader, _)| leader),
                    epoch: leader.and_then(|(_, epoch)| epoch),
                });
            }
        }
    }
    // A filter that leaves nothing is no error: there is nothing to be found.
    match last {
        Some(error) if targets.is_empty() => Err(error),
        _ => Ok(targets),
    }
}

/// First offsets, ends and stable offsets; leaders that moved are looked for again while there is time.
async fn extents(client: &Client, targets: Vec<Target>, deadline: Instant) -> Asked<Extent> {
    let mut asked = Asked::default();
    let mut left = targets;
    loop {
        let round = ask::extents(client, left, deadline).await;
        asked.found.extend(round.found);
        let (moved, failed): (Vec<_>, Vec<_>) = round
            .failed
            .into_iter()
            .partition(|(_, error)| ask::has_moved(error));
        asked.failed.extend(failed);
        if moved.is_empty() {
            break;
        }
        if Instant::now() + 2 * PAUSE >= deadline {
            asked.failed.extend(moved);
            break;
        }
        sleep(PAUSE).await;
        let names: BTreeSet<TopicName> = moved
            .iter()
            .map(|(target, _)| target.origin.topic.clone())
            .collect();
        let names: Vec<TopicName> = names.into_iter().collect();
        let patience = deadline.saturating_duration_since(Instant::now());
        let led = Source::leaders(client, &names, patience)
            .await
            .unwrap_or_default();
        left = moved
            .into_iter()
            .map(|(target, _)| target.led_by(&led))
            .collect();
    }
    asked.found.sort_by(|(a, _), (b, _)| {
        (&a.origin.topic, a.origin.partition).cmp(&(&b.origin.topic, b.origin.partition))
    });
    asked
}

/// Times and groups that the range names, resolved to offsets.
async fn answers(
    client: &Client,
    spec: &ScanSpec,
    bounds: &Bounds,
    found: &[(Target, Extent)],
    deadline: Instant,
    notices: &mut Vec<Notice>,
) -> Result<Answers, ScanError> {
    let mut answers = Answers::default();
    for time in range::times(spec, bounds) {
        let targets: Vec<Target> = found.iter().map(|(target, _)| target.clone()).collect();
        let at = ask::at(client, targets, Timestamp(time), deadline).await;
        for (target, offset) in at.found {
            answers.at.insert((time, target.key()), offset);
        }
        for (target, error) in at.failed {
            // Then it is read from its beginning; the filter still looks at every time.
            notices.push(Notice {
                reason: format!(
                    "Its offset by time could not be had, so it is read from its own beginning or to its end: {error}."
                ),
                ..fault::lost_partition(
                    &target.origin.topic,
                    target.origin.partition,
                    None,
                    &error,
                )
            });
        }
    }
    for group in range::groups(spec) {
        let partitions = ask::by_topic(found.iter().map(|(target, _)| target));
        let patience = deadline.saturating_duration_since(Instant::now());
        let committed = client
            .committed_offsets(&group, &partitions, patience)
            .await?;
        for ((topic, partition), offset) in committed {
            answers
                .committed
                .insert((group.clone(), (topic, PartitionId(partition))), offset);
        }
    }
    Ok(answers)
}

/// What a leaderless partition answers.
fn leaderless() -> KafkaError {
    broker_error("Metadata", 5)
}
