//! How following begins: topics are looked up, partitions get their place, and a viewer is sent on its way.

use super::{
    FollowSpec, Tail, TailHub,
    hub::Hub,
    inbox::Inbox,
    look::Looking,
    part::Key,
    place,
    router::PATIENCE,
    viewer::{QUEUE, Seen, Viewer},
};
use crate::{
    api::offsets::OffsetSpec,
    batch::Limits,
    error::KafkaError,
    scan::{ScanError, fault, source::Led},
};
use futures::future::join_all;
use penstock_domain::{
    ids::{NodeId, PartitionId, TopicId, TopicName},
    read::{Notice, Position},
};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
};
use tokio::sync::mpsc;

/// Partitions to be followed, with the leader where there is one.
type Chosen = Vec<(Key, Option<NodeId>)>;

/// A topic that is followed with all its partitions, those to come too.
pub(super) struct Wide {
    pub(super) topic: TopicName,
    pub(super) id: Option<TopicId>,
    /// How many are followed.
    pub(super) known: usize,
}

impl TailHub {
    /// Begins to follow. A topic of several that can't be read is a notice; a single one is an error.
    pub async fn follow(&self, spec: FollowSpec) -> Result<Tail, ScanError> {
        let names: Vec<TopicName> = spec.topics.iter().map(|topic| topic.name.clone()).collect();
        if names.is_empty() {
            return Err(ScanError::NoTopic);
        }
        let led = self.hub.wire.leaders(&names, PATIENCE).await?;
        let mut first = VecDeque::new();
        let (chosen, wide) = choose(&spec, &led, &mut first)?;
        let positions = positions(&spec, &chosen, &mut first);
        let inbox = Arc::new(Inbox::default());
        let looking = Looking {
            matcher: spec.matcher,
            lens: spec.lens,
            uncommitted: spec.uncommitted,
            limits: Limits::default(),
            stop: self.hub.stop.child_token(),
        };
        let stop = looking.stop.clone().drop_guard();
        let (out, news) = mpsc::channel(QUEUE);
        let seen = join(&self.hub, &inbox, &chosen, &positions);
        // From here on the viewer leaves its partitions again, whatever happens.
        let mut viewer = Viewer::new(self.hub.clone(), inbox, looking, (seen, wide), out);
        begin(&self.hub, &mut viewer, &chosen, &mut first).await;
        self.hub.tasks.spawn(viewer.run());
        Ok(Tail {
            first,
            news,
            _stop: stop,
        })
    }
}

/// Topics and partitions that can be followed.
fn choose(
    spec: &FollowSpec,
    led: &[Led],
    notices: &mut VecDeque<Notice>,
) -> Result<(Chosen, Vec<Wide>), ScanError> {
    let mut chosen = Vec::new();
    let mut wide = Vec::new();
    let alone = spec.topics.len() == 1;
    for topic in &spec.topics {
        let led = led.iter().find(|led| led.topic == topic.name);
        let led = match usable(&topic.name, topic.id.as_ref(), led) {
            Ok(led) => led,
            Err(refused) if alone => return Err(refused.error),
            Err(refused) => {
                notices.push_back(refused.notice);
                continue;
            }
        };
        let all = (0..).map(PartitionId).take(led.partitions.len());
        let wanted: Vec<PartitionId> = if topic.partitions.is_empty() {
            wide.push(Wide {
                topic: topic.name.clone(),
                id: led.id.clone(),
                known: led.partitions.len(),
            });
            all.collect()
        } else {
            topic.partitions.clone()
        };
        for partition in wanted {
            let index = usize::try_from(partition.0).unwrap_or(usize::MAX);
            let Some(leader) = led.partitions.get(index) else {
                return Err(ScanError::UnknownPartition {
                    topic: topic.name.clone(),
                    partition,
                });
            };
            let key = Key {
                topic: topic.name.clone(),
                id: led.id.clone(),
                partition,
                uncommitted: spec.uncommitted,
            };
            chosen.push((key, leader.map(|(leader, _)| leader)));
        }
    }
    Ok((chosen, wide))
}

/// Why a topic can't be followed: for who asked for it alone, and for who asked for others too.
struct Refused {
    error: ScanError,
    notice: Notice,
}

fn usable<'a>(
    name: &TopicName,
    id: Option<&TopicId>,
    led: Option<&'a Led>,
) -> Result<&'a Led, Box<Refused>> {
    let refused = |error, notice| Err(Box::new(Refused { error, notice }));
    let Some(led) = led.filter(|led| led.exists || !led.allowed) else {
        return refused(
            ScanError::UnknownTopic(name.clone()),
            fault::recreated(name, true),
        );
    };
    if !led.allowed {
        let error = KafkaError::Authorization {
            operation: "Describe",
            resource: format!("topic {name}"),
        };
        return refused(error.into(), fault::forbidden(name));
    }
    match (id, &led.id) {
        (Some(meant), Some(now)) if meant != now => refused(
            ScanError::Recreated(name.clone()),
            fault::recreated(name, false),
        ),
        _ => Ok(led),
    }
}

/// Where each partition goes on. Positions of a topic that was made anew since are another topic's.
fn positions(
    spec: &FollowSpec,
    chosen: &Chosen,
    notices: &mut VecDeque<Notice>,
) -> HashMap<(TopicName, PartitionId), i64> {
    let mut out = HashMap::new();
    for position in spec.positions.iter().flatten() {
        let Position {
            topic,
            topic_id,
            partition,
            from,
            ..
        } = position;
        let Some((key, _)) = chosen
            .iter()
            .find(|(key, _)| key.topic == *topic && key.partition == *partition)
        else {
            continue;
        };
        match (topic_id, &key.id) {
            (Some(meant), Some(now)) if meant != now => {
                let notice = fault::recreated(topic, false);
                if !notices.contains(&notice) {
                    notices.push_back(notice);
                }
            }
            _ => {
                out.insert((topic.clone(), *partition), *from);
            }
        }
    }
    out
}

fn join(
    hub: &Arc<Hub>,
    inbox: &Arc<Inbox>,
    chosen: &Chosen,
    positions: &HashMap<(TopicName, PartitionId), i64>,
) -> Vec<Seen> {
    chosen
        .iter()
        .enumerate()
        .map(|(number, (key, _))| {
            if let Some(id) = &key.id {
                for old in hub.of_another_id(&key.topic, id) {
                    old.end_with(fault::recreated(&key.topic, false));
                }
            }
            let part = hub.part(key, |part| part.join(inbox, number));
            let cursor = positions.get(&(key.topic.clone(), key.partition)).copied();
            Seen::new(part, cursor)
        })
        .collect()
}

/// Gives every partition its place: the ends are asked for now, so that following begins at this moment and not when the first
/// bytes arrive. Where a leader does not answer, the router goes on trying.
async fn begin(
    hub: &Arc<Hub>,
    viewer: &mut Viewer,
    chosen: &Chosen,
    notices: &mut VecDeque<Notice>,
) {
    let mut by_leader: BTreeMap<NodeId, Vec<usize>> = BTreeMap::new();
    for (number, (_, leader)) in chosen.iter().enumerate() {
        if let Some(leader) = leader {
            by_leader.entry(*leader).or_default().push(number);
        }
    }
    let seen = &viewer.seen;
    let asked = by_leader.into_iter().map(|(leader, numbers)| async move {
        let parts: Vec<_> = numbers
            .iter()
            .filter_map(|number| Some(seen.get(*number)?.part.clone()))
            .collect();
        let uncommitted = parts.first().is_some_and(|part| part.key.uncommitted);
        let given = numbers
            .iter()
            .any(|number| seen.get(*number).is_some_and(|seen| seen.cursor.is_some()));
        let ends = place::list(hub, leader, place::end_of(uncommitted), &parts).await;
        // A position behind the end is told; a reader of committed records may well be behind the last stable offset.
        let high = match given {
            true if uncommitted => ends.clone(),
            true => place::list(hub, leader, OffsetSpec::End, &parts).await,
            false => HashMap::new(),
        };
        (leader, numbers, ends, high)
    });
    for (leader, numbers, ends, high) in join_all(asked).await {
        for number in numbers {
            let Some(seen) = viewer.seen.get_mut(number) else {
                continue;
            };
            let place = (seen.part.key.topic.clone(), seen.part.key.partition);
            let Some(Ok(end)) = ends.get(&place).cloned() else {
                continue;
            };
            seen.part.place(end);
            if seen.part.leader().is_none() && !seen.part.has_ended() {
                seen.part.lead(leader);
            }
            match (seen.cursor, high.get(&place)) {
                (None, _) => seen.cursor = Some(end),
                (Some(cursor), Some(Ok(high))) if cursor > *high => {
                    notices.push_back(fault::beyond_end(&place.0, place.1, cursor, *high));
                    seen.cursor = Some(*high);
                }
                _ => {}
            }
            hub.feed(leader, seen.part.key.uncommitted);
        }
    }
    hub.lost.notify_one();
}
