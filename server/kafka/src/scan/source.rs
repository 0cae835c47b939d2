//! Where a scan gets its bytes and its routes from: the client of a cluster, or a log in memory for tests.

use crate::{
    api::{
        self,
        offsets::{OffsetSpec, TopicPartitions},
    },
    client::{Client, ConnectionClass, Route},
    error::{KafkaError, code_name},
    fetch::{FetchRequest, FetchedPartition},
};
use async_trait::async_trait;
use penstock_domain::ids::{NodeId, PartitionId, TopicId, TopicName};
use std::time::Duration;

/// See the module. Every call ends within its patience.
#[async_trait]
pub(crate) trait Source: Send + Sync + 'static {
    /// Fetches from one broker, on one of several connections to it.
    async fn fetch(
        &self,
        node: NodeId,
        lane: u8,
        request: &FetchRequest,
        patience: Duration,
    ) -> Result<Vec<FetchedPartition>, KafkaError>;

    /// Who leads the partitions of topics now.
    async fn leaders(
        &self,
        topics: &[TopicName],
        patience: Duration,
    ) -> Result<Vec<Led>, KafkaError>;

    /// First offset and end of one partition, as its leader says.
    async fn extent(
        &self,
        node: NodeId,
        topic: &TopicName,
        partition: PartitionId,
        patience: Duration,
    ) -> Result<(i64, i64), KafkaError>;
}

/// The leaders of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Led {
    /// The topic.
    pub(crate) topic: TopicName,
    /// Its id.
    pub(crate) id: Option<TopicId>,
    /// Whether it is there at all.
    pub(crate) exists: bool,
    /// Whether the console's identity may know of it.
    pub(crate) allowed: bool,
    /// By partition: leader and its epoch.
    pub(crate) partitions: Vec<Option<(NodeId, Option<i32>)>>,
}

#[async_trait]
impl Source for Client {
    async fn fetch(
        &self,
        node: NodeId,
        lane: u8,
        request: &FetchRequest,
        patience: Duration,
    ) -> Result<Vec<FetchedPartition>, KafkaError> {
        Client::fetch(self, node, ConnectionClass::Scan(lane), request, patience).await
    }

    async fn leaders(
        &self,
        topics: &[TopicName],
        patience: Duration,
    ) -> Result<Vec<Led>, KafkaError> {
        let request = api::metadata::request_for(topics);
        let answer = self.call(&Route::Any, &request, patience).await?;
        // Thousands of partitions take a while to read: not on a thread of the runtime.
        let answer = tokio::task::spawn_blocking(move || api::metadata::read(answer))
            .await
            .unwrap_or(Err(KafkaError::Stopped))?;
        if self.nodes().is_empty() {
            self.learn(&answer.addresses());
        }
        Ok(answer
            .topics
            .iter()
            .map(|topic| Led {
                topic: topic.name.clone(),
                id: topic.id.clone(),
                exists: topic.partition_count() > 0,
                allowed: topic.error.as_deref() != Some("TOPIC_AUTHORIZATION_FAILED"),
                partitions: topic
                    .partitions()
                    .map(|partition| {
                        let epoch = (partition.leader_epoch >= 0).then_some(partition.leader_epoch);
                        partition.leader().map(|leader| (leader, epoch))
                    })
                    .collect(),
            })
            .collect())
    }

    async fn extent(
        &self,
        node: NodeId,
        topic: &TopicName,
        partition: PartitionId,
        patience: Duration,
    ) -> Result<(i64, i64), KafkaError> {
        let asked = [TopicPartitions {
            topic: topic.clone(),
            partitions: vec![partition.0],
        }];
        let ask = async |spec: OffsetSpec| {
            let listed = self.list_offsets(node, spec, &asked, patience).await?;
            let listed = listed.into_iter().flat_map(|(_, listed)| listed).next();
            match listed {
                Some(listed) if listed.code == 0 => Ok(listed.offset),
                other => Err(broker_error("ListOffsets", other.map_or(-1, |it| it.code))),
            }
        };
        tokio::try_join!(ask(OffsetSpec::Earliest), ask(OffsetSpec::End))
    }
}

/// An error code as an error.
pub(crate) fn broker_error(api: &'static str, code: i16) -> KafkaError {
    KafkaError::Broker {
        api,
        code,
        name: code_name(code),
        message: None,
    }
}
