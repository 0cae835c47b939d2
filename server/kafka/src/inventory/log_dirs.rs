//! Log directories by broker, with the size of every replica. Pure; the poll that fills them is `poll::log_dirs`.

use penstock_domain::{
    ids::{NodeId, PartitionId, TopicName},
    time::Timestamp,
};
use std::{collections::BTreeMap, sync::Arc};

/// What each broker last said of its disks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogDirs {
    pub(crate) nodes: BTreeMap<NodeId, Arc<NodeLogDirs>>,
}

impl LogDirs {
    /// One broker's, possibly old: see [`NodeLogDirs::as_of`].
    pub fn get(&self, node: NodeId) -> Option<&Arc<NodeLogDirs>> {
        self.nodes.get(&node)
    }

    /// By node id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (NodeId, &Arc<NodeLogDirs>)> {
        self.nodes.iter().map(|(node, dirs)| (*node, dirs))
    }

    /// Bytes of a topic over all replicas that are known; `None` if none is.
    pub fn topic_bytes(&self, topic: &str) -> Option<u64> {
        let mut sum = None;
        for node in self.nodes.values() {
            for replica in node.replicas_of(topic) {
                if !replica.future {
                    *sum.get_or_insert(0_u64) += replica.bytes;
                }
            }
        }
        sum
    }

    /// Bytes of one partition's replica on one node.
    pub fn replica_bytes(&self, node: NodeId, topic: &str, partition: PartitionId) -> Option<u64> {
        self.nodes
            .get(&node)?
            .replicas_of(topic)
            .iter()
            .find(|replica| replica.partition == partition.0 && !replica.future)
            .map(|replica| replica.bytes)
    }

    /// Bytes of logs, and of volumes where all known brokers tell (DescribeLogDirs v4, KIP-827).
    pub fn sum(&self) -> Option<DiskSum> {
        if self.nodes.is_empty() {
            return None;
        }
        let mut sum = DiskSum {
            logs: 0,
            total: Some(0),
            usable: Some(0),
        };
        for node in self.nodes.values() {
            let part = node.sum();
            sum.logs += part.logs;
            sum.total = sum.total.zip(part.total).map(|(a, b)| a.saturating_add(b));
            sum.usable = sum
                .usable
                .zip(part.usable)
                .map(|(a, b)| a.saturating_add(b));
        }
        Some(sum)
    }
}

pub use penstock_domain::cluster::DiskSum;

/// One broker's log directories.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeLogDirs {
    /// When the broker said so.
    pub as_of: Timestamp,
    /// Its directories.
    pub dirs: Vec<LogDir>,
    /// Replicas by topic name.
    pub(crate) topics: Vec<(TopicName, Box<[ReplicaSize]>)>,
}

/// One directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogDir {
    /// Its path on the broker.
    pub path: String,
    /// Kafka's name of its error: `KAFKA_STORAGE_ERROR` for a failed disk.
    pub error: Option<String>,
    /// Bytes of replicas in it.
    pub bytes: u64,
    /// Bytes of the volume; `None` from brokers before 3.3.
    pub total: Option<u64>,
    /// Usable bytes of the volume.
    pub usable: Option<u64>,
}

/// One replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplicaSize {
    /// Partition number.
    pub partition: i32,
    /// Whether it is being moved here from another directory.
    pub future: bool,
    /// In which of [`NodeLogDirs::dirs`] it is.
    pub dir: u16,
    /// Bytes of its log segments.
    pub bytes: u64,
}

impl NodeLogDirs {
    /// Replicas of a topic on this broker.
    pub fn replicas_of(&self, topic: &str) -> &[ReplicaSize] {
        self.topics
            .binary_search_by(|(name, _)| name.as_str().cmp(topic))
            .ok()
            .and_then(|index| self.topics.get(index))
            .map_or(&[], |(_, replicas)| replicas)
    }

    /// Every replica on this broker with its topic, by topic.
    pub fn replicas(&self) -> impl Iterator<Item = (&TopicName, &ReplicaSize)> {
        self.topics
            .iter()
            .flat_map(|(topic, replicas)| replicas.iter().map(move |replica| (topic, replica)))
    }

    /// The directory that holds a replica.
    pub fn dir_of(&self, replica: &ReplicaSize) -> Option<&LogDir> {
        self.dirs.get(usize::from(replica.dir))
    }

    /// Its directories summed up. Several directories on one volume would each tell the volume's size: those of equal total
    /// and equal usable bytes are counted once.
    pub fn sum(&self) -> DiskSum {
        let logs = self.dirs.iter().map(|dir| dir.bytes).sum();
        let mut volumes: Vec<(u64, u64)> = Vec::new();
        let mut all_tell = !self.dirs.is_empty();
        for dir in &self.dirs {
            match (dir.total, dir.usable) {
                (Some(total), Some(usable)) => {
                    if !volumes.contains(&(total, usable)) {
                        volumes.push((total, usable));
                    }
                }
                _ => all_tell = all_tell && dir.error.is_some(),
            }
        }
        let tell = all_tell && !volumes.is_empty();
        DiskSum {
            logs,
            total: tell.then(|| volumes.iter().map(|(total, _)| total).sum()),
            usable: tell.then(|| volumes.iter().map(|(_, usable)| usable).sum()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dir(bytes: u64, total: u64, usable: u64) -> LogDir {
        LogDir {
            path: "/data".into(),
            error: None,
            bytes,
            total: Some(total),
            usable: Some(usable),
        }
    }

    fn node(dirs: Vec<LogDir>) -> NodeLogDirs {
        NodeLogDirs {
            as_of: Timestamp(1),
            dirs,
            topics: vec![(
                "orders".into(),
                [
                    ReplicaSize {
                        partition: 0,
                        future: false,
                        dir: 0,
                        bytes: 5,
                    },
                    ReplicaSize {
                        partition: 0,
                        future: true,
                        dir: 0,
                        bytes: 3,
                    },
                ]
                .into(),
            )],
        }
    }

    #[test]
    fn directories_of_one_volume_count_once() {
        let sum = node(vec![dir(1, 100, 40), dir(2, 100, 40), dir(3, 50, 10)]).sum();
        assert_eq!(
            sum,
            DiskSum {
                logs: 6,
                total: Some(150),
                usable: Some(50)
            }
        );
    }

    #[test]
    fn sizes_are_summed_over_brokers_without_moving_copies() {
        let mut dirs = LogDirs::default();
        assert_eq!(dirs.topic_bytes("orders"), None);
        dirs.nodes
            .insert(NodeId(0), Arc::new(node(vec![dir(8, 10, 2)])));
        dirs.nodes
            .insert(NodeId(1), Arc::new(node(vec![dir(8, 10, 2)])));
        assert_eq!(dirs.topic_bytes("orders"), Some(10));
        assert_eq!(dirs.topic_bytes("other"), None);
        assert_eq!(
            dirs.replica_bytes(NodeId(1), "orders", PartitionId(0)),
            Some(5)
        );
        assert_eq!(dirs.sum().unwrap().total, Some(20));
    }
}
