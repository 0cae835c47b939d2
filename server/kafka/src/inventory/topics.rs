//! Topics as metadata tells them, held compactly: replica lists of a topic share one allocation, and a topic that has not
//! changed is the same allocation in every snapshot.

use penstock_domain::ids::{NodeId, PartitionId, TopicId, TopicName};
use std::{collections::BTreeMap, sync::Arc};

/// All topics that the console's identity may see, by name.
#[derive(Clone, Debug, Default)]
pub struct Topics {
    by_name: Vec<Arc<Topic>>,
    /// Grows whenever a topic comes, goes or changes its number of partitions.
    pub(crate) shape: u64,
}

impl Topics {
    /// Of topics in any order.
    pub fn new(mut topics: Vec<Arc<Topic>>) -> Self {
        topics.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Self {
            by_name: topics,
            shape: 0,
        }
    }

    /// By name.
    pub fn get(&self, name: &str) -> Option<&Arc<Topic>> {
        self.by_name
            .binary_search_by(|topic| topic.name.as_str().cmp(name))
            .ok()
            .and_then(|index| self.by_name.get(index))
    }

    /// In order of their names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<Topic>> + Clone {
        self.by_name.iter()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// Partitions over all topics.
    pub fn partition_count(&self) -> usize {
        self.by_name
            .iter()
            .map(|topic| topic.partitions.len())
            .sum()
    }

    /// Leaders and replicas counted by node, for the page of nodes.
    pub fn by_node(&self) -> BTreeMap<NodeId, NodeLoad> {
        let mut loads: BTreeMap<NodeId, NodeLoad> = BTreeMap::new();
        for topic in &self.by_name {
            for partition in topic.partitions() {
                if let Some(leader) = partition.leader() {
                    loads.entry(leader).or_default().leaders += 1;
                }
                for replica in partition.replicas() {
                    let load = loads.entry(replica).or_default();
                    load.replicas += 1;
                    if !partition.in_sync().any(|other| other == replica) {
                        load.out_of_sync += 1;
                    }
                }
            }
        }
        loads
    }
}

/// What one node carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeLoad {
    /// Partitions that it leads.
    pub leaders: u32,
    /// Replicas that it has.
    pub replicas: u32,
    /// Replicas of it that are not in sync.
    pub out_of_sync: u32,
}

/// One topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its name.
    pub name: TopicName,
    /// Its id; `None` from brokers before 2.8.
    pub id: Option<TopicId>,
    /// Whether Kafka itself made it.
    pub internal: bool,
    /// The error metadata gave for it, by Kafka's name; usually a passing one.
    pub error: Option<Arc<str>>,
    partitions: Box<[Entry]>,
    nodes: Box<[i32]>,
}

/// One partition; its lists are ranges of `Topic::nodes`, which start where those of the partition before ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    leader: i32,
    leader_epoch: i32,
    start: u32,
    replicas: u16,
    in_sync: u16,
    offline: u16,
}

impl Topic {
    /// Starts a topic without partitions.
    pub fn builder(name: TopicName, id: Option<TopicId>, internal: bool) -> TopicBuilder {
        TopicBuilder {
            name,
            id,
            internal,
            error: None,
            partitions: Vec::new(),
            nodes: Vec::new(),
        }
    }

    /// Its partitions by number, from 0.
    pub fn partitions(&self) -> impl ExactSizeIterator<Item = Partition<'_>> + Clone {
        self.partitions
            .iter()
            .enumerate()
            .map(|(index, entry)| self.partition_of(index, entry))
    }

    /// One partition.
    pub fn partition(&self, number: PartitionId) -> Option<Partition<'_>> {
        let index = usize::try_from(number.0).ok()?;
        let entry = self.partitions.get(index)?;
        Some(self.partition_of(index, entry))
    }

    /// How many partitions.
    pub fn partition_count(&self) -> usize {
        self.partitions.len()
    }

    /// Replicas of partition 0, which is what Kafka's tools show as the replication factor.
    pub fn replication_factor(&self) -> usize {
        self.partitions
            .first()
            .map_or(0, |entry| usize::from(entry.replicas))
    }

    fn partition_of<'a>(&'a self, index: usize, entry: &Entry) -> Partition<'a> {
        let start = entry.start as usize;
        let replicas_end = start + usize::from(entry.replicas);
        let in_sync_end = replicas_end + usize::from(entry.in_sync);
        let offline_end = in_sync_end + usize::from(entry.offline);
        Partition {
            number: PartitionId(i32::try_from(index).unwrap_or(i32::MAX)),
            leader: entry.leader,
            leader_epoch: entry.leader_epoch,
            replicas: self.nodes.get(start..replicas_end).unwrap_or_default(),
            in_sync: self
                .nodes
                .get(replicas_end..in_sync_end)
                .unwrap_or_default(),
            offline: self.nodes.get(in_sync_end..offline_end).unwrap_or_default(),
        }
    }
}

/// A view of one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition<'a> {
    /// Its number.
    pub number: PartitionId,
    leader: i32,
    /// Epoch of its leader; -1 where the broker does not tell.
    pub leader_epoch: i32,
    replicas: &'a [i32],
    in_sync: &'a [i32],
    offline: &'a [i32],
}

impl<'a> Partition<'a> {
    /// Its leader; `None`: offline.
    pub fn leader(&self) -> Option<NodeId> {
        (self.leader >= 0).then_some(NodeId(self.leader))
    }

    /// Its replicas, preferred leader first.
    pub fn replicas(&self) -> impl ExactSizeIterator<Item = NodeId> + Clone + use<'a> {
        self.replicas.iter().copied().map(NodeId)
    }

    /// Those in sync.
    pub fn in_sync(&self) -> impl ExactSizeIterator<Item = NodeId> + Clone + use<'a> {
        self.in_sync.iter().copied().map(NodeId)
    }

    /// Those on nodes that are down.
    pub fn offline(&self) -> impl ExactSizeIterator<Item = NodeId> + Clone + use<'a> {
        self.offline.iter().copied().map(NodeId)
    }
}

/// Collects one topic's partitions, in any order.
#[derive(Clone, Debug)]
pub struct TopicBuilder {
    name: TopicName,
    id: Option<TopicId>,
    internal: bool,
    error: Option<Arc<str>>,
    partitions: Vec<(i32, Entry)>,
    nodes: Vec<i32>,
}

impl TopicBuilder {
    /// Notes an error of the topic as a whole.
    pub fn error(mut self, name: impl AsRef<str>) -> Self {
        self.error = Some(Arc::from(name.as_ref()));
        self
    }

    /// Adds one partition; a negative leader means none.
    pub fn partition(
        mut self,
        number: i32,
        leader: i32,
        leader_epoch: i32,
        [replicas, in_sync, offline]: [&[i32]; 3],
    ) -> Self {
        let count = |list: &[i32]| u16::try_from(list.len()).unwrap_or(u16::MAX);
        let cut = |list: &mut Vec<i32>, from: &[i32]| {
            list.extend_from_slice(&from[..usize::from(count(from))]);
        };
        let start = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        cut(&mut self.nodes, replicas);
        cut(&mut self.nodes, in_sync);
        cut(&mut self.nodes, offline);
        self.partitions.push((
            number,
            Entry {
                leader,
                leader_epoch,
                start,
                replicas: count(replicas),
                in_sync: count(in_sync),
                offline: count(offline),
            },
        ));
        self
    }

    /// The topic; partitions are numbered from 0 without holes, as in Kafka: one that was left out becomes offline.
    pub fn build(mut self) -> Topic {
        self.partitions.sort_by_key(|(number, _)| *number);
        self.partitions.dedup_by_key(|(number, _)| *number);
        let mut partitions = Vec::with_capacity(self.partitions.len());
        for (number, entry) in self.partitions {
            // A number far beyond the count of partitions comes from no sane broker; holes are filled only so far.
            let Ok(number) = usize::try_from(number) else {
                continue;
            };
            if number > partitions.len() + 1024 {
                break;
            }
            while partitions.len() < number {
                partitions.push(Entry {
                    leader: -1,
                    leader_epoch: -1,
                    start: 0,
                    replicas: 0,
                    in_sync: 0,
                    offline: 0,
                });
            }
            partitions.push(entry);
        }
        Topic {
            name: self.name,
            id: self.id,
            internal: self.internal,
            error: self.error,
            partitions: partitions.into(),
            nodes: self.nodes.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders() -> Topic {
        Topic::builder("orders".into(), None, false)
            .partition(1, -1, 4, [&[2, 0], &[], &[2, 0]])
            .partition(0, 1, 3, [&[1, 2], &[1], &[]])
            .build()
    }

    #[test]
    fn lists_of_partitions_stay_apart() {
        let topic = orders();
        let first = topic.partition(PartitionId(0)).unwrap();
        assert_eq!(first.leader(), Some(NodeId(1)));
        assert_eq!(first.replicas().collect::<Vec<_>>(), [NodeId(1), NodeId(2)]);
        assert_eq!(first.in_sync().collect::<Vec<_>>(), [NodeId(1)]);
        assert_eq!(first.offline().len(), 0);
        let second = topic.partition(PartitionId(1)).unwrap();
        assert_eq!(second.leader(), None);
        assert_eq!(second.offline().collect::<Vec<_>>(), [NodeId(2), NodeId(0)]);
        assert!(topic.partition(PartitionId(2)).is_none());
        assert!(topic.partition(PartitionId(-1)).is_none());
    }

    #[test]
    fn a_partition_left_out_counts_as_offline() {
        let topic = Topic::builder("t".into(), None, false)
            .partition(2, 1, 0, [&[1], &[1], &[]])
            .build();
        assert_eq!(topic.partition_count(), 3);
        assert_eq!(topic.partition(PartitionId(0)).unwrap().leader(), None);
        let hostile = Topic::builder("t".into(), None, false)
            .partition(i32::MAX, 1, 0, [&[1], &[1], &[]])
            .build();
        assert_eq!(hostile.partition_count(), 0);
    }

    #[test]
    fn load_is_counted_by_node() {
        let topics = Topics::new(vec![Arc::new(orders())]);
        let loads = topics.by_node();
        assert_eq!(
            loads[&NodeId(2)],
            NodeLoad {
                leaders: 0,
                replicas: 2,
                out_of_sync: 2
            }
        );
        assert_eq!(loads[&NodeId(1)].leaders, 1);
    }
}
