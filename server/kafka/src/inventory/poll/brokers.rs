//! Brokers: who is registered, who is fenced, who answers the console.

use super::{Poller, completeness, failed, now, refreshed};
use crate::{
    api,
    client::{NodeAddress, Route},
    error::KafkaError,
    inventory::{
        kinds::{Changes, Kind},
        snapshot::{Broker, Brokers, ClusterReach, DataSet, Feature, Reach, Snapshot},
    },
    versions::ApiVersions,
};
use penstock_domain::{envelope::Missing, ids::NodeId, time::Timestamp};
use std::{collections::HashMap, sync::Arc, time::Duration};

/// For the question who there is; it may try several brokers.
const PATIENCE: Duration = Duration::from_secs(6);
/// For the sign of life of each.
const PING_PATIENCE: Duration = crate::client::BROKER_PATIENCE;

impl Poller {
    pub(super) async fn refresh_brokers(&self) {
        let described = self.describe().await;
        if let Ok(described) = &described {
            let nodes: Vec<NodeAddress> = described
                .brokers
                .iter()
                .map(|broker| broker.node.clone())
                .collect();
            self.client.learn(&nodes);
        }
        // First what is known without waiting for those who may not answer, then their signs of life.
        let previous = self.published.current().brokers.clone();
        let features = previous
            .value
            .as_deref()
            .map(|brokers| brokers.features.clone())
            .unwrap_or_default();
        let set = assemble(
            &previous,
            described.clone(),
            &self.client.reach(),
            features.clone(),
            now(),
        );
        self.publish_brokers(set, described.as_ref().err());
        if self.client.nodes().is_empty() {
            return;
        }
        let pings = self.client.ping_every(PING_PATIENCE).await;
        let features = newest_features(&pings).unwrap_or(features);
        let previous = self.published.current().brokers.clone();
        let set = assemble(
            &previous,
            described.clone(),
            &self.client.reach(),
            features,
            now(),
        );
        self.publish_brokers(set, described.as_ref().err());
    }

    /// DescribeCluster where the brokers have it (2.8 and later), else metadata.
    async fn describe(&self) -> Result<api::cluster::ClusterDescription, KafkaError> {
        match self.client.describe_cluster(PATIENCE).await {
            Err(KafkaError::Unsupported { .. }) => {}
            result => return result,
        }
        let request = api::metadata::request_for(&[]);
        let answer = self.client.call(&Route::Any, &request, PATIENCE).await?;
        let metadata = api::metadata::read(answer)?;
        Ok(api::cluster::ClusterDescription {
            cluster_id: metadata.cluster_id,
            brokers: metadata
                .brokers
                .into_iter()
                .map(|broker| api::cluster::DescribedBroker {
                    node: broker.node,
                    rack: broker.rack,
                    fenced: false,
                })
                .collect(),
        })
    }

    fn publish_brokers(&self, set: DataSet<Brokers>, error: Option<&KafkaError>) {
        self.published.publish(|snapshot| {
            let changes = difference(&snapshot.brokers, &set);
            let reach = cluster_reach(snapshot, &set, error, now());
            let changes = if reach == snapshot.reach {
                changes
            } else {
                changes.and(Changes::structure(Kind::Brokers))
            };
            snapshot.reach = reach;
            snapshot.brokers = set;
            changes
        });
    }
}

/// The features of the answer with the newest epoch.
fn newest_features(pings: &[(NodeId, Result<ApiVersions, KafkaError>)]) -> Option<Vec<Feature>> {
    let newest = pings
        .iter()
        .filter_map(|(_, ping)| ping.as_ref().ok())
        .filter(|versions| versions.finalized_epoch.is_some())
        .max_by_key(|versions| versions.finalized_epoch)?;
    let mut features: Vec<Feature> = newest
        .finalized
        .iter()
        .map(|(name, level)| Feature {
            name: name.clone(),
            level: *level,
        })
        .collect();
    features.sort_by(|a, b| a.name.cmp(&b.name));
    Some(features)
}

fn assemble(
    previous: &DataSet<Brokers>,
    described: Result<api::cluster::ClusterDescription, KafkaError>,
    reach: &HashMap<NodeId, Reach>,
    features: Vec<Feature>,
    now: Timestamp,
) -> DataSet<Brokers> {
    let reach_of = |id: NodeId| reach.get(&id).cloned().unwrap_or_default();
    let described = match described {
        Ok(described) => described,
        Err(error) => {
            let mut set = failed(previous, error);
            if let Some(old) = &previous.value {
                // Who is registered is as known before; who answers is known now.
                let mut brokers = Brokers::clone(old);
                for broker in &mut brokers.brokers {
                    broker.reach = reach_of(broker.id);
                }
                set.value = Some(Arc::new(brokers));
            }
            return set;
        }
    };
    let brokers: Vec<Broker> = described
        .brokers
        .into_iter()
        .map(|broker| Broker {
            id: broker.node.id,
            host: broker.node.address.host,
            port: broker.node.address.port,
            rack: broker.rack,
            fenced: broker.fenced,
            reach: reach_of(broker.node.id),
        })
        .collect();
    let missing: Vec<Missing> = brokers
        .iter()
        .filter_map(|broker| {
            Some(Missing {
                what: format!("node {}", broker.id),
                why: broker.reach.error()?.to_string(),
            })
        })
        .collect();
    let counts = (
        brokers
            .iter()
            .filter(|broker| broker.reach.answers())
            .count(),
        brokers.len(),
    );
    let brokers = Brokers {
        cluster_id: described.cluster_id,
        brokers,
        features,
    };
    refreshed(Arc::new(brokers), now, counts, missing)
}

fn difference(old: &DataSet<Brokers>, new: &DataSet<Brokers>) -> Changes {
    let changes = completeness(Kind::Brokers, old, new);
    if old.value == new.value {
        changes
    } else {
        changes.and(Changes::structure(Kind::Brokers))
    }
}

/// Whether the cluster answers, judged from the newest look at the brokers.
fn cluster_reach(
    snapshot: &Snapshot,
    brokers: &DataSet<Brokers>,
    error: Option<&KafkaError>,
    now: Timestamp,
) -> ClusterReach {
    let any_answers = brokers
        .value
        .as_deref()
        .is_some_and(|brokers| brokers.brokers.iter().any(|broker| broker.reach.answers()));
    match (error, &snapshot.reach) {
        (None, ClusterReach::Answering { since }) => ClusterReach::Answering { since: *since },
        (None, _) => ClusterReach::Answering { since: now },
        (Some(_), ClusterReach::Answering { since }) if any_answers => {
            ClusterReach::Answering { since: *since }
        }
        (Some(error), ClusterReach::Silent { since, .. }) => ClusterReach::Silent {
            since: *since,
            error: error.clone(),
        },
        (Some(error), _) => ClusterReach::Silent {
            since: now,
            error: error.clone(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api::cluster::{ClusterDescription, DescribedBroker},
        config::HostPort,
    };

    fn described(ids: &[i32]) -> ClusterDescription {
        ClusterDescription {
            cluster_id: Some("abc".into()),
            brokers: ids
                .iter()
                .map(|id| DescribedBroker {
                    node: NodeAddress {
                        id: NodeId(*id),
                        address: HostPort::new("b", 9092),
                    },
                    rack: None,
                    fenced: *id == 2,
                })
                .collect(),
        }
    }

    fn silent() -> Reach {
        Reach::Silent {
            since: Timestamp(3),
            error: KafkaError::Unreachable {
                broker: "node 2 at b:9092".into(),
                cause: "refused".into(),
                since: None,
            },
        }
    }

    #[test]
    fn a_silent_broker_is_missing_and_named() {
        let reach = HashMap::from([
            (
                NodeId(1),
                Reach::Answering {
                    since: Timestamp(1),
                },
            ),
            (NodeId(2), silent()),
        ]);
        let set = assemble(
            &DataSet::default(),
            Ok(described(&[1, 2])),
            &reach,
            vec![],
            Timestamp(9),
        );
        assert_eq!((set.answered, set.expected), (1, 2));
        assert_eq!(set.missing[0].what, "node 2");
        assert!(set.missing[0].why.contains("refused"));
        assert!(set.value.as_deref().unwrap().get(NodeId(2)).unwrap().fenced);
    }

    #[test]
    fn when_nobody_answers_the_old_brokers_stay_and_are_silent() {
        let answering = HashMap::from([(
            NodeId(1),
            Reach::Answering {
                since: Timestamp(1),
            },
        )]);
        let before = assemble(
            &DataSet::default(),
            Ok(described(&[1])),
            &answering,
            vec![],
            Timestamp(2),
        );
        let after = assemble(
            &before,
            Err(KafkaError::Stopped),
            &HashMap::from([(NodeId(1), silent())]),
            vec![],
            Timestamp(9),
        );
        assert_eq!(after.as_of, Some(Timestamp(2)));
        let broker = after
            .value
            .as_deref()
            .unwrap()
            .get(NodeId(1))
            .unwrap()
            .clone();
        assert!(broker.reach.error().is_some());
        let mut snapshot = Snapshot {
            reach: ClusterReach::Answering {
                since: Timestamp(1),
            },
            ..Snapshot::default()
        };
        let reach = cluster_reach(&snapshot, &after, Some(&KafkaError::Stopped), Timestamp(9));
        assert_eq!(
            reach,
            ClusterReach::Silent {
                since: Timestamp(9),
                error: KafkaError::Stopped
            }
        );
        snapshot.reach = reach.clone();
        let again = cluster_reach(&snapshot, &after, Some(&KafkaError::Stopped), Timestamp(12));
        assert_eq!(again, reach, "the first moment of silence stays");
    }

    #[test]
    fn the_same_again_is_no_change() {
        let reach = HashMap::from([(
            NodeId(1),
            Reach::Answering {
                since: Timestamp(1),
            },
        )]);
        let make = |at| {
            assemble(
                &DataSet::default(),
                Ok(described(&[1])),
                &reach,
                vec![],
                Timestamp(at),
            )
        };
        assert!(difference(&make(1), &make(2)).is_empty());
        let gone = assemble(&make(1), Ok(described(&[])), &reach, vec![], Timestamp(3));
        assert!(difference(&make(1), &gone).reshapes(Kind::Brokers));
    }
}
