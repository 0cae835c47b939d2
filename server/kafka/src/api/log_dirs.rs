//! DescribeLogDirs: disks and sizes of one broker (KIP-113, KIP-827).

use crate::{
    client::{Client, Route},
    error::{KafkaError, code_name, tame},
    inventory::log_dirs::{LogDir, NodeLogDirs, ReplicaSize},
};
use kafka_protocol::messages::{DescribeLogDirsRequest, DescribeLogDirsResponse};
use penstock_domain::{
    ids::{NodeId, TopicName},
    time::Timestamp,
};
use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

const API: &str = "DescribeLogDirs";

impl Client {
    /// All log directories of one broker. Needs the ACL Describe on the cluster.
    pub async fn describe_log_dirs(
        &self,
        node: NodeId,
        patience: Duration,
    ) -> Result<NodeLogDirs, KafkaError> {
        let request = DescribeLogDirsRequest::default().with_topics(None);
        let answer = self.call(&Route::Node(node), &request, patience).await?;
        let as_of = Timestamp::from_system(SystemTime::now());
        tokio::task::spawn_blocking(move || read(answer, as_of))
            .await
            .unwrap_or(Err(KafkaError::Stopped))
    }
}

fn read(answer: DescribeLogDirsResponse, as_of: Timestamp) -> Result<NodeLogDirs, KafkaError> {
    let denied = || "cluster".to_owned();
    if let Some(error) = KafkaError::from_code(API, answer.error_code, None, "Describe", denied) {
        return Err(error);
    }
    if answer.results.is_empty() {
        // Before version 3 of the answer a denial looks like a broker without directories, which there is not.
        return Err(KafkaError::Authorization {
            operation: "Describe",
            resource: denied(),
        });
    }
    let mut topics: BTreeMap<TopicName, Vec<ReplicaSize>> = BTreeMap::new();
    let mut results = answer.results;
    results.sort_by(|a, b| a.log_dir.cmp(&b.log_dir));
    let mut dirs = Vec::with_capacity(results.len());
    for (index, dir) in (0_u16..).zip(results) {
        let mut bytes = 0_u64;
        for topic in &dir.topics {
            let replicas = topics.entry(TopicName::new(&*topic.name.0)).or_default();
            for partition in &topic.partitions {
                let size = u64::try_from(partition.partition_size).unwrap_or(0);
                bytes = bytes.saturating_add(size);
                replicas.push(ReplicaSize {
                    partition: partition.partition_index,
                    future: partition.is_future_key,
                    dir: index,
                    bytes: size,
                });
            }
        }
        dirs.push(LogDir {
            path: tame(&dir.log_dir),
            error: (dir.error_code != 0).then(|| code_name(dir.error_code)),
            bytes,
            total: u64::try_from(dir.total_bytes).ok(),
            usable: u64::try_from(dir.usable_bytes).ok(),
        });
    }
    let topics = topics
        .into_iter()
        .map(|(name, mut replicas)| {
            replicas.sort_unstable_by_key(|replica| (replica.partition, replica.future));
            (name, replicas.into())
        })
        .collect();
    Ok(NodeLogDirs {
        as_of,
        dirs,
        topics,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kafka_protocol::messages::describe_log_dirs_response::{
        DescribeLogDirsPartition, DescribeLogDirsResult, DescribeLogDirsTopic,
    };

    fn result(path: &'static str, size: i64) -> DescribeLogDirsResult {
        DescribeLogDirsResult::default()
            .with_log_dir(kafka_protocol::protocol::StrBytes::from_static_str(path))
            .with_total_bytes(1000)
            .with_usable_bytes(-1)
            .with_topics(vec![
                DescribeLogDirsTopic::default()
                    .with_name(super::super::topic_name("orders"))
                    .with_partitions(vec![
                        DescribeLogDirsPartition::default()
                            .with_partition_index(3)
                            .with_partition_size(size),
                    ]),
            ])
    }

    #[test]
    fn directories_are_summed_and_topics_joined() {
        let answer =
            DescribeLogDirsResponse::default().with_results(vec![result("/b", 7), result("/a", 5)]);
        let dirs = read(answer, Timestamp(9)).unwrap();
        assert_eq!(dirs.dirs[0].path, "/a");
        assert_eq!(
            (dirs.dirs[0].bytes, dirs.dirs[0].total, dirs.dirs[0].usable),
            (5, Some(1000), None)
        );
        let paths: Vec<_> = dirs
            .replicas_of("orders")
            .iter()
            .map(|replica| (dirs.dir_of(replica).unwrap().path.as_str(), replica.bytes))
            .collect();
        assert_eq!(paths, [("/a", 5), ("/b", 7)]);
        assert!(dirs.replicas_of("other").is_empty());
    }

    #[test]
    fn an_empty_answer_is_a_denial() {
        assert!(matches!(
            read(DescribeLogDirsResponse::default(), Timestamp(9)),
            Err(KafkaError::Authorization { .. })
        ));
    }
}
