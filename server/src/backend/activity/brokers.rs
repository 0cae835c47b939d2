//! What two snapshots of a cluster mean: partitions that changed their leader, in-sync sets that shrank or grew, another leader of the
//! metadata quorum. Pure; a topic that has not changed is the same allocation in both, so that looking costs what changed.
//!
//! One look gives one event for each of these, however many partitions it concerns. Partitions that are new are not news here.

use super::journal::NewEvent;
use penstock_domain::{
    access::Resource, activity::ActivityKind, cluster::Quorum, ids::NodeId, units,
    verdict::Severity,
};
use penstock_kafka::inventory::{
    Snapshot,
    topics::{Partition, Topic, Topics},
};
use std::{collections::BTreeMap, sync::Arc};

/// Polls that follow one another within this see one happening.
const PAUSE: u64 = 10_000;
/// Examples that one look gives.
const EXAMPLES: usize = 5;

/// What was seen last.
#[derive(Default)]
pub struct Watch {
    topics: Option<Arc<Topics>>,
    quorum: Option<(NodeId, i32)>,
}

impl Watch {
    /// What is new since the last look; nothing at the first.
    pub fn look(&mut self, snapshot: &Snapshot) -> Vec<NewEvent> {
        let mut events = Vec::new();
        if let Some(topics) = &snapshot.topics.value
            && let Some(before) = self.topics.replace(topics.clone())
            && !Arc::ptr_eq(&before, topics)
        {
            events.extend(of_topics(&before, topics));
        }
        if let Some(quorum) = &snapshot.quorum.value {
            events.extend(self.of_quorum(quorum));
        }
        events
    }

    fn of_quorum(&mut self, quorum: &Quorum) -> Option<NewEvent> {
        // Without a leader an election is under way; its outcome is the news.
        let leader = quorum.leader?;
        let before = self.quorum.replace((leader, quorum.epoch));
        let (old, epoch) = before?;
        if (old, epoch) == (leader, quorum.epoch) {
            return None;
        }
        let one = if old == leader {
            format!(
                "Node {leader} was elected leader of the metadata quorum again, epoch {epoch} → {}",
                quorum.epoch
            )
        } else {
            format!(
                "Node {leader} leads the metadata quorum in the place of node {old}, epoch {}",
                quorum.epoch
            )
        };
        Some(NewEvent {
            severity: Severity::Warn,
            alone: 3,
            ..event(
                Resource::Clusters,
                ActivityKind::Quorum,
                one,
                "elections of the metadata quorum",
            )
        })
    }
}

/// The events of two states of the topics.
fn of_topics(before: &Topics, after: &Topics) -> Vec<NewEvent> {
    let mut seen = Seen::default();
    for topic in after.iter() {
        let Some(old) = before.get(topic.name.as_str()) else {
            continue;
        };
        // A topic of the same name that was made anew has new partitions.
        if Arc::ptr_eq(old, topic) || old.id != topic.id {
            continue;
        }
        for (old_partition, partition) in old.partitions().zip(topic.partitions()) {
            seen.partition(topic, &old_partition, &partition);
        }
    }
    seen.events()
}

/// What is seen while partitions are compared.
#[derive(Default)]
struct Seen {
    lost: Tally,
    moved: Tally,
    led_again: Tally,
    shrank: Tally,
    grew: Tally,
}

/// Partitions of one kind of change: how many, some of them, and which nodes it is about.
#[derive(Default)]
struct Tally {
    count: u32,
    examples: Vec<String>,
    nodes: BTreeMap<String, u32>,
}

impl Tally {
    fn add(
        &mut self,
        topic: &Topic,
        partition: &Partition<'_>,
        change: String,
        nodes: Vec<String>,
    ) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples
                .push(format!("{} {}: {change}", topic.name, partition.number));
        }
        for node in nodes {
            *self.nodes.entry(node).or_default() += 1;
        }
    }

    /// `node 2 (12), node 1 (3)`, the most first.
    fn nodes(&self) -> Option<String> {
        let mut nodes: Vec<(&String, &u32)> = self.nodes.iter().collect();
        nodes.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        let words: Vec<String> = nodes
            .into_iter()
            .take(EXAMPLES)
            .map(|(node, count)| format!("{node} ({})", units::thousands(i64::from(*count))))
            .collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}

impl Seen {
    fn partition(&mut self, topic: &Topic, old: &Partition<'_>, new: &Partition<'_>) {
        match (old.leader(), new.leader()) {
            (Some(was), Some(is)) if was != is => self.moved.add(
                topic,
                new,
                format!("{was} → {is}"),
                vec![format!("from {was} to {is}")],
            ),
            (Some(was), None) => self.lost.add(
                topic,
                new,
                format!("{was} → none"),
                vec![format!("node {was} led")],
            ),
            (None, Some(is)) => self.led_again.add(
                topic,
                new,
                format!("none → {is}"),
                vec![format!("node {is} leads")],
            ),
            _ => {}
        }
        let left: Vec<NodeId> = difference(old.in_sync(), new.in_sync());
        let joined: Vec<NodeId> = difference(new.in_sync(), old.in_sync());
        // A reassignment changes replicas, and its in-sync set with them; what is no replica any more has not fallen behind.
        let left: Vec<NodeId> = left
            .into_iter()
            .filter(|node| new.replicas().any(|replica| replica == *node))
            .collect();
        let named = |nodes: &[NodeId]| nodes.iter().map(|node| format!("node {node}")).collect();
        let sets = || format!("{} → {}", set(old.in_sync()), set(new.in_sync()));
        if !left.is_empty() {
            self.shrank.add(topic, new, sets(), named(&left));
        }
        if !joined.is_empty() {
            self.grew.add(topic, new, sets(), named(&joined));
        }
    }

    fn events(self) -> Vec<NewEvent> {
        let Self {
            lost,
            moved,
            led_again,
            shrank,
            grew,
        } = self;
        let leaders = ActivityKind::Leaders;
        let in_sync = ActivityKind::InSync;
        [
            (
                lost,
                leaders,
                Severity::Bad,
                "lost its leader",
                "partitions that lost their leader",
            ),
            (
                moved,
                leaders,
                Severity::Info,
                "has another leader",
                "changes of leader",
            ),
            (
                led_again,
                leaders,
                Severity::Info,
                "has a leader again",
                "partitions with a leader again",
            ),
            (
                shrank,
                in_sync,
                Severity::Warn,
                "lost a replica from its in-sync set",
                "in-sync sets that shrank",
            ),
            (
                grew,
                in_sync,
                Severity::Info,
                "has a replica more in sync",
                "in-sync sets that grew",
            ),
        ]
        .into_iter()
        .filter(|(tally, ..)| tally.count > 0)
        .map(|(tally, kind, severity, one, many)| {
            let detail = tally.nodes();
            let example = tally.examples.first().cloned().unwrap_or_default();
            let place = example.split(':').next().unwrap_or_default();
            NewEvent {
                severity,
                detail,
                count: tally.count,
                examples: tally.examples,
                ..event(Resource::Topics, kind, format!("{place} {one}"), many)
            }
        })
        .collect()
    }
}

fn event(about: Resource, kind: ActivityKind, one: String, many: &str) -> NewEvent {
    NewEvent {
        pause: PAUSE,
        ..NewEvent::new(about, kind, one, many.to_owned())
    }
}

fn difference(
    from: impl Iterator<Item = NodeId>,
    without: impl Iterator<Item = NodeId> + Clone,
) -> Vec<NodeId> {
    from.filter(|node| !without.clone().any(|other| other == *node))
        .collect()
}

fn set(nodes: impl Iterator<Item = NodeId>) -> String {
    let mut nodes: Vec<NodeId> = nodes.collect();
    nodes.sort_unstable();
    let words: Vec<String> = nodes.iter().map(ToString::to_string).collect();
    format!("[{}]", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_kafka::inventory::{DataSet, topics::TopicBuilder};

    type Row<'a> = (i32, &'a [i32], &'a [i32]);

    fn topic(name: &str, id: &str, rows: &[Row<'_>]) -> Arc<Topic> {
        let mut builder: TopicBuilder = Topic::builder(name.into(), Some(id.into()), false);
        for (number, (leader, replicas, in_sync)) in rows.iter().enumerate() {
            let number = i32::try_from(number).unwrap();
            builder = builder.partition(number, *leader, 1, [replicas, in_sync, &[]]);
        }
        Arc::new(builder.build())
    }

    fn snapshot(topics: Vec<Arc<Topic>>, leader: Option<i32>, epoch: i32) -> Snapshot {
        Snapshot {
            topics: DataSet {
                value: Some(Arc::new(Topics::new(topics))),
                ..DataSet::default()
            },
            quorum: DataSet {
                value: Some(Arc::new(Quorum {
                    leader: leader.map(NodeId),
                    epoch,
                    high_watermark: 0,
                    voters: Vec::new(),
                    observers: Vec::new(),
                })),
                ..DataSet::default()
            },
            ..Snapshot::default()
        }
    }

    fn told(watch: &mut Watch, snapshot: &Snapshot) -> Vec<(u32, String, Option<String>)> {
        watch
            .look(snapshot)
            .into_iter()
            .map(|event| {
                let words = if event.count == 1 {
                    event.one
                } else {
                    event.many
                };
                (event.count, words, event.detail)
            })
            .collect()
    }

    const ALL: &[i32] = &[0, 1, 2];

    #[test]
    fn a_broker_goes_and_comes_back() {
        let mut watch = Watch::default();
        let before = topic("a", "1", &[(2, ALL, ALL), (2, ALL, ALL), (0, ALL, ALL)]);
        let other = topic("b", "2", &[(2, &[2], &[2])]);
        assert!(
            told(
                &mut watch,
                &snapshot(vec![before.clone(), other.clone()], Some(2), 5)
            )
            .is_empty()
        );
        let without: &[i32] = &[0, 1];
        let after = topic(
            "a",
            "1",
            &[(0, ALL, without), (1, ALL, without), (0, ALL, without)],
        );
        let offline = topic("b", "2", &[(-1, &[2], &[2])]);
        assert_eq!(
            told(&mut watch, &snapshot(vec![after, offline], None, 6)),
            [
                (
                    1,
                    "b 0 lost its leader".to_owned(),
                    Some("node 2 led (1)".to_owned())
                ),
                (
                    2,
                    "changes of leader".to_owned(),
                    Some("from 2 to 0 (1), from 2 to 1 (1)".to_owned())
                ),
                (
                    3,
                    "in-sync sets that shrank".to_owned(),
                    Some("node 2 (3)".to_owned())
                ),
            ]
        );
        let back = told(&mut watch, &snapshot(vec![before, other], Some(1), 6));
        assert_eq!(back[0].1, "changes of leader");
        assert_eq!(back[1].1, "b 0 has a leader again");
        assert_eq!(
            (back[2].0, back[2].1.as_str()),
            (3, "in-sync sets that grew")
        );
        assert_eq!(
            back[3].1,
            "Node 1 leads the metadata quorum in the place of node 2, epoch 6"
        );
    }

    #[test]
    fn what_is_new_or_made_anew_or_moved_away_has_lost_nothing() {
        let mut watch = Watch::default();
        told(
            &mut watch,
            &snapshot(vec![topic("a", "1", &[(2, ALL, ALL)])], Some(2), 5),
        );
        let anew = topic("a", "9", &[(0, ALL, &[0])]);
        assert!(told(&mut watch, &snapshot(vec![anew], Some(2), 5)).is_empty());
        let moved = topic("a", "9", &[(0, &[0, 1], &[0]), (1, &[1], &[1])]);
        assert!(told(&mut watch, &snapshot(vec![moved], Some(2), 5)).is_empty());
        let away = topic("a", "9", &[(1, &[1], &[1]), (1, &[1], &[1])]);
        let seen = told(&mut watch, &snapshot(vec![away], Some(2), 5));
        let words: Vec<&str> = seen.iter().map(|(_, words, _)| words.as_str()).collect();
        assert_eq!(
            words,
            ["a 0 has another leader", "a 0 has a replica more in sync"]
        );
    }
}
