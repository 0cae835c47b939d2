//! Metadata: brokers, topics, partitions, leaders, replicas.

use super::{topic_id, topic_name};
use crate::{
    client::{Client, NodeAddress, Route},
    config::HostPort,
    error::{KafkaError, code_name},
    inventory::topics::Topic,
};
use kafka_protocol::messages::{
    MetadataRequest, MetadataResponse, metadata_request::MetadataRequestTopic,
};
use penstock_domain::ids::{ClusterId, NodeId, TopicName};
use std::{sync::Arc, time::Duration};

/// The answer.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    /// Kafka's cluster id.
    pub cluster_id: Option<ClusterId>,
    /// Brokers that are registered and not fenced.
    pub brokers: Vec<MetadataBroker>,
    /// Topics that the identity may describe; others are silently left out by the brokers.
    pub topics: Vec<Topic>,
}

/// A broker, as metadata tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataBroker {
    /// Its id and advertised address.
    pub node: NodeAddress,
    /// Its rack.
    pub rack: Option<Arc<str>>,
}

impl Metadata {
    /// Addresses of brokers, for routing.
    pub fn addresses(&self) -> Vec<NodeAddress> {
        self.brokers
            .iter()
            .map(|broker| broker.node.clone())
            .collect()
    }
}

impl Client {
    /// All topics.
    pub async fn metadata(&self, patience: Duration) -> Result<Metadata, KafkaError> {
        let request = MetadataRequest::default()
            .with_topics(None)
            .with_allow_auto_topic_creation(false);
        let answer = self.call(&Route::Any, &request, patience).await?;
        // A hundred thousand partitions take a while to read: not on a thread of the runtime.
        tokio::task::spawn_blocking(move || read(answer))
            .await
            .unwrap_or(Err(KafkaError::Stopped))
    }
}

/// The request for some topics. Never creates one.
pub(crate) fn request_for(topics: &[TopicName]) -> MetadataRequest {
    let topics = topics
        .iter()
        .map(|name| MetadataRequestTopic::default().with_name(Some(topic_name(name.as_str()))))
        .collect();
    MetadataRequest::default()
        .with_topics(Some(topics))
        .with_allow_auto_topic_creation(false)
}

/// Reads an answer into own types.
pub(crate) fn read(answer: MetadataResponse) -> Result<Metadata, KafkaError> {
    if let Some(error) =
        KafkaError::from_code("Metadata", answer.error_code, None, "Describe", || {
            "cluster".to_owned()
        })
    {
        return Err(error);
    }
    let brokers = answer
        .brokers
        .iter()
        .filter_map(|broker| {
            Some(MetadataBroker {
                node: NodeAddress {
                    id: NodeId(broker.node_id.0),
                    address: HostPort::new(&*broker.host, u16::try_from(broker.port).ok()?),
                },
                rack: broker.rack.as_deref().map(Arc::from),
            })
        })
        .collect();
    let mut lists: [Vec<i32>; 3] = Default::default();
    let mut topics = Vec::with_capacity(answer.topics.len());
    for topic in answer.topics {
        let Some(name) = &topic.name else { continue };
        let mut builder = Topic::builder(
            TopicName::new(&*name.0),
            topic_id(topic.topic_id),
            topic.is_internal,
        );
        if topic.error_code != 0 {
            builder = builder.error(code_name(topic.error_code));
        }
        for partition in &topic.partitions {
            for (list, nodes) in lists.iter_mut().zip([
                &partition.replica_nodes,
                &partition.isr_nodes,
                &partition.offline_replicas,
            ]) {
                list.clear();
                list.extend(nodes.iter().map(|node| node.0));
            }
            let [replicas, in_sync, offline] = &lists;
            builder = builder.partition(
                partition.partition_index,
                partition.leader_id.0,
                partition.leader_epoch,
                [replicas, in_sync, offline],
            );
        }
        topics.push(builder.build());
    }
    Ok(Metadata {
        cluster_id: answer.cluster_id.as_deref().map(ClusterId::new),
        brokers,
        topics,
    })
}
