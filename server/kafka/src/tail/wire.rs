//! What following needs of a cluster, beyond what scans need: the client, or a log in memory for tests.

use crate::{
    api::offsets::{ListedOffset, OffsetSpec, TopicPartitions},
    client::{Client, ConnectionClass},
    error::KafkaError,
    fetch::{FetchRequest, FetchSession, FetchedPartition},
    scan::source::Source,
};
use async_trait::async_trait;
use penstock_domain::{
    ids::{NodeId, TopicName},
    read::Isolation,
};
use std::time::Duration;

/// See the module. Every call ends within its patience.
#[async_trait]
pub(super) trait Wire: Source {
    /// Asks for what is new; the broker holds the answer back for a while.
    async fn poll(
        &self,
        node: NodeId,
        session: &mut FetchSession,
        request: &FetchRequest,
        patience: Duration,
    ) -> Result<Vec<FetchedPartition>, KafkaError>;

    /// Offsets of many partitions of one leader.
    async fn list(
        &self,
        node: NodeId,
        spec: OffsetSpec,
        partitions: &[TopicPartitions],
        patience: Duration,
    ) -> Result<Vec<(TopicName, Vec<ListedOffset>)>, KafkaError>;
}

#[async_trait]
impl Wire for Client {
    async fn poll(
        &self,
        node: NodeId,
        session: &mut FetchSession,
        request: &FetchRequest,
        patience: Duration,
    ) -> Result<Vec<FetchedPartition>, KafkaError> {
        // An answer that is held back must not hold back the other kind of readers.
        let lane = match request.isolation {
            Isolation::ReadCommitted => 0,
            Isolation::ReadUncommitted => 1,
        };
        let class = ConnectionClass::Tail(lane);
        self.fetch_session(node, class, session, request, patience)
            .await
    }

    async fn list(
        &self,
        node: NodeId,
        spec: OffsetSpec,
        partitions: &[TopicPartitions],
        patience: Duration,
    ) -> Result<Vec<(TopicName, Vec<ListedOffset>)>, KafkaError> {
        self.list_offsets(node, spec, partitions, patience).await
    }
}
