//! DescribeProducers, ListTransactions and DescribeTransactions (KIP-664): which transactions are open in a partition, as its
//! leader knows, and whose they are, as their coordinators know.

use super::{offsets::TopicPartitions, topic_name};
use crate::{
    client::{Client, Route},
    error::{KafkaError, tame},
};
use futures::future::join_all;
use kafka_protocol::messages::{
    DescribeProducersRequest, DescribeTransactionsRequest, ListTransactionsRequest, ProducerId,
    describe_producers_request::TopicRequest,
};
use penstock_domain::{
    ids::{NodeId, TopicName},
    time::Timestamp,
};
use std::{collections::HashMap, time::Duration};

/// A transaction that holds the last stable offset of a partition back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenTransaction {
    /// The producer's id.
    pub producer_id: i64,
    /// The first offset that it wrote in the partition.
    pub first_offset: i64,
    /// When it last wrote there, where the broker knows.
    pub last_write: Option<Timestamp>,
}

/// Whose a transaction is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Its transactional id.
    pub id: String,
    /// When it began, where its coordinator tells.
    pub started: Option<Timestamp>,
}

impl Client {
    /// The transactions of producers. Those that the identity may not describe, or whose coordinators are silent, are left
    /// out.
    pub async fn transactions_of(
        &self,
        producers: &[i64],
        patience: Duration,
    ) -> HashMap<i64, Transaction> {
        let request = ListTransactionsRequest::default()
            .with_producer_id_filters(producers.iter().copied().map(ProducerId).collect());
        let listed = self
            .call_every(|_| Some(request.clone()), patience)
            .await
            .into_iter()
            .filter_map(|(node, answer)| Some((node, answer.ok()?.transaction_states)))
            .filter(|(_, states)| !states.is_empty());
        let described = join_all(listed.map(|(node, states)| async move {
            let ids = states
                .iter()
                .map(|state| state.transactional_id.clone())
                .collect();
            let request = DescribeTransactionsRequest::default().with_transactional_ids(ids);
            let answer = self.call(&Route::Node(node), &request, patience).await;
            let started: HashMap<i64, i64> = answer
                .map(|answer| answer.transaction_states)
                .unwrap_or_default()
                .into_iter()
                .map(|state| (state.producer_id.0, state.transaction_start_time_ms))
                .collect();
            (states, started)
        }))
        .await;
        described
            .into_iter()
            .flat_map(|(states, started)| {
                states.into_iter().map(move |state| {
                    let producer = state.producer_id.0;
                    let started = started.get(&producer).copied().filter(|time| *time >= 0);
                    let transaction = Transaction {
                        id: tame(&state.transactional_id.0),
                        started: started.map(Timestamp),
                    };
                    (producer, transaction)
                })
            })
            .collect()
    }

    /// The oldest open transaction of each partition that has one. Partitions that the leader does not answer for are left
    /// out.
    pub async fn open_transactions(
        &self,
        leader: NodeId,
        partitions: &[TopicPartitions],
        patience: Duration,
    ) -> Result<HashMap<(TopicName, i32), OpenTransaction>, KafkaError> {
        let topics = partitions
            .iter()
            .map(|topic| {
                TopicRequest::default()
                    .with_name(topic_name(topic.topic.as_str()))
                    .with_partition_indexes(topic.partitions.clone())
            })
            .collect();
        let request = DescribeProducersRequest::default().with_topics(topics);
        let answer = self.call(&Route::Node(leader), &request, patience).await?;
        let mut open = HashMap::new();
        let mut denied = None;
        for topic in &answer.topics {
            for partition in &topic.partitions {
                if let Some(error @ KafkaError::Authorization { .. }) = KafkaError::from_code(
                    "DescribeProducers",
                    partition.error_code,
                    None,
                    "Read",
                    || format!("topic {}", &*topic.name.0),
                ) {
                    denied = Some(error);
                }
                let oldest = partition
                    .active_producers
                    .iter()
                    .filter(|producer| producer.current_txn_start_offset >= 0)
                    .min_by_key(|producer| producer.current_txn_start_offset);
                if let Some(producer) = oldest {
                    open.insert(
                        (TopicName::new(&*topic.name.0), partition.partition_index),
                        OpenTransaction {
                            producer_id: producer.producer_id.0,
                            first_offset: producer.current_txn_start_offset,
                            last_write: (producer.last_timestamp >= 0)
                                .then_some(Timestamp(producer.last_timestamp)),
                        },
                    );
                }
            }
        }
        match denied {
            Some(error) if open.is_empty() => Err(error),
            _ => Ok(open),
        }
    }
}
