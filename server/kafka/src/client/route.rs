//! Which broker a request belongs to, and how to find it out.

use super::{Client, ConnectionClass};
use crate::{api, error::KafkaError};
use kafka_protocol::{messages::FindCoordinatorRequest, protocol::StrBytes};
use penstock_domain::ids::{NodeId, PartitionId, TopicName};
use tokio::time::Instant;

/// Which broker a request goes to (decision 23).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// Whoever answers first.
    Any,
    /// The controller; in KRaft any broker forwards to it.
    Controller,
    /// This one.
    Node(NodeId),
    /// The leader of a partition.
    Leader(TopicName, PartitionId),
    /// The coordinator of a group or of transactions.
    Coordinator(CoordinatorKind, String),
}

/// What is coordinated (`FindCoordinatorRequest.key_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CoordinatorKind {
    /// A group, by its id.
    Group,
    /// Transactions, by the transactional id.
    Transaction,
    /// A share group's state, by `group:topicId:partition` (KIP-932).
    Share,
}

impl CoordinatorKind {
    const fn code(self) -> i8 {
        match self {
            CoordinatorKind::Group => 0,
            CoordinatorKind::Transaction => 1,
            CoordinatorKind::Share => 2,
        }
    }
}

impl Client {
    /// To be called when an answer said NOT_LEADER_OR_FOLLOWER or NOT_COORDINATOR: the next call finds out anew.
    pub fn forget(&self, route: &Route) {
        let generation = self.generation();
        match route {
            Route::Leader(topic, _) => generation.forget_leaders(topic),
            Route::Coordinator(kind, key) => generation.forget_coordinator(kind.code(), key),
            Route::Any | Route::Controller | Route::Node(_) => {}
        }
    }

    /// Remembers a coordinator that was found otherwise than by a route.
    pub(crate) fn learn_coordinator(&self, kind: CoordinatorKind, key: &str, node: NodeId) {
        self.generation().learn_coordinator(kind.code(), key, node);
    }

    /// The node behind a leader or coordinator route, from memory or by asking.
    pub(super) async fn resolve(
        &self,
        route: &Route,
        deadline: Instant,
    ) -> Result<NodeId, KafkaError> {
        match route {
            Route::Leader(topic, partition) => self.find_leader(topic, *partition, deadline).await,
            Route::Coordinator(kind, key) => self.find_coordinator(*kind, key, deadline).await,
            Route::Node(node) => Ok(*node),
            Route::Any | Route::Controller => Err(KafkaError::Stopped),
        }
    }

    async fn find_leader(
        &self,
        topic: &TopicName,
        partition: PartitionId,
        deadline: Instant,
    ) -> Result<NodeId, KafkaError> {
        let generation = self.generation();
        if let Some(node) = generation.leader(topic, partition.0) {
            return Ok(node);
        }
        let request = api::metadata::request_for(std::slice::from_ref(topic));
        let answer = generation
            .call_any(ConnectionClass::Control, &request, deadline)
            .await?;
        let answer = api::metadata::read(answer)?;
        // Which brokers there are is the inventory's to tell; metadata leaves fenced ones out.
        if generation.nodes().is_empty() {
            generation.learn(&answer.addresses());
        }
        let found = answer.topics.iter().find(|found| found.name == *topic);
        let Some(found) = found.filter(|found| found.partition_count() > 0) else {
            return Err(KafkaError::Broker {
                api: "Metadata",
                code: 3,
                name: crate::error::code_name(3),
                message: None,
            });
        };
        generation.learn_leaders(
            topic.clone(),
            found
                .partitions()
                .map(|partition| partition.leader())
                .collect(),
        );
        generation
            .leader(topic, partition.0)
            .ok_or_else(|| KafkaError::Broker {
                api: "Metadata",
                code: 5,
                name: crate::error::code_name(5),
                message: None,
            })
    }

    async fn find_coordinator(
        &self,
        kind: CoordinatorKind,
        key: &str,
        deadline: Instant,
    ) -> Result<NodeId, KafkaError> {
        let generation = self.generation();
        if let Some(node) = generation.coordinator(kind.code(), key) {
            return Ok(node);
        }
        let request = FindCoordinatorRequest::default()
            .with_key_type(kind.code())
            .with_coordinator_keys(vec![StrBytes::from_string(key.to_owned())]);
        let answer = generation
            .call_any(ConnectionClass::Control, &request, deadline)
            .await?;
        let (code, message, node) = match answer.coordinators.first() {
            Some(found) => (found.error_code, &found.error_message, found.node_id),
            None => (answer.error_code, &answer.error_message, answer.node_id),
        };
        if let Some(error) = KafkaError::from_code(
            "FindCoordinator",
            code,
            message.as_deref(),
            "Describe",
            || format!("group {key}"),
        ) {
            return Err(error);
        }
        let node = NodeId(node.0);
        generation.learn_coordinator(kind.code(), key, node);
        Ok(node)
    }
}
