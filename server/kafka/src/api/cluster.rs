//! DescribeCluster: brokers with racks, fenced ones too (KIP-700, KIP-1073).

use crate::{
    client::{Client, NodeAddress, Route},
    config::HostPort,
    error::KafkaError,
};
use kafka_protocol::messages::DescribeClusterRequest;
use penstock_domain::ids::{ClusterId, NodeId};
use std::{sync::Arc, time::Duration};

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterDescription {
    /// Kafka's cluster id.
    pub cluster_id: Option<ClusterId>,
    /// Registered brokers by id.
    pub brokers: Vec<DescribedBroker>,
}

/// A registered broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedBroker {
    /// Its id and advertised address.
    pub node: NodeAddress,
    /// Its rack.
    pub rack: Option<Arc<str>>,
    /// Whether the controller has fenced it; always `false` from brokers before 4.0, which leave fenced ones out.
    pub fenced: bool,
}

impl Client {
    /// Registered brokers, fenced ones included where the broker can tell.
    pub async fn describe_cluster(
        &self,
        patience: Duration,
    ) -> Result<ClusterDescription, KafkaError> {
        let request = DescribeClusterRequest::default().with_include_fenced_brokers(true);
        let answer = self.call(&Route::Any, &request, patience).await?;
        if let Some(error) = KafkaError::from_code(
            "DescribeCluster",
            answer.error_code,
            answer.error_message.as_deref(),
            "Describe",
            || "cluster".to_owned(),
        ) {
            return Err(error);
        }
        let mut brokers: Vec<DescribedBroker> = answer
            .brokers
            .iter()
            .filter_map(|broker| {
                Some(DescribedBroker {
                    node: NodeAddress {
                        id: NodeId(broker.broker_id.0),
                        address: HostPort::new(&*broker.host, u16::try_from(broker.port).ok()?),
                    },
                    rack: broker.rack.as_deref().map(Arc::from),
                    fenced: broker.is_fenced,
                })
            })
            .collect();
        brokers.sort_by_key(|broker| broker.node.id);
        Ok(ClusterDescription {
            cluster_id: (!answer.cluster_id.is_empty())
                .then(|| ClusterId::new(&*answer.cluster_id)),
            brokers,
        })
    }
}
