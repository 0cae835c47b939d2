//! Changes of resources on their way to open pages, and to the polls that they make worth doing at once.

use super::Fleet;
use penstock_cluster::{
    credentials::CONSOLE_USER,
    index::{Change, Subject},
    kind::Kind,
};
use penstock_domain::ids::ClusterRef;
use penstock_kafka::Kind as Data;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::{Instant, sleep_until},
};

/// Configurations of all topics are one request per thousand; a burst of changed KafkaTopics asks once per this.
const CONFIGURATION_GAP: Duration = Duration::from_secs(1);

/// Hands changes on until the fleet stops.
pub(super) async fn run(fleet: Arc<Fleet>, mut changes: broadcast::Receiver<Change>) {
    let mut asks = Asks::default();
    loop {
        tokio::select! {
            () = fleet.stop.cancelled() => return,
            () = asks.due() => asks.ask(&fleet),
            change = changes.recv() => match change {
                Ok(change) => {
                    asks.note(&change);
                    take(&fleet, &change);
                }
                Err(RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "changes of resources came faster than they could be handed on");
                    fleet.hub.publish_everything();
                    fleet.wake.notify_one();
                }
                Err(RecvError::Closed) => return,
            },
        }
    }
}

fn take(fleet: &Fleet, change: &Change) {
    let mark = change.mark();
    fleet.hub.publish(mark.cluster.as_ref(), mark.kind);
    match kind_of(change) {
        // Listeners, certificates.
        Some(Kind::Kafka) => fleet.wake.notify_one(),
        Some(Kind::KafkaUser) => {
            expect_credentials(fleet, &change.subject);
            fleet.wake.notify_one();
            refresh(fleet, change, &[Data::Principals]);
        }
        Some(Kind::Pod) => refresh(fleet, change, &[Data::Brokers, Data::Topics]),
        Some(Kind::KafkaTopic) => refresh(fleet, change, &[Data::Topics]),
        Some(Kind::KafkaNodePool | Kind::StrimziPodSet | Kind::Attached(_)) | None => {}
    }
}

/// The operator writes the Secret of the console's own user before it says so in the KafkaUser.
fn expect_credentials(fleet: &Fleet, subject: &Subject) {
    let Some(credentials) = &fleet.credentials else {
        return;
    };
    match subject {
        Subject::Resource {
            namespace, name, ..
        } if name.as_str() == CONSOLE_USER => credentials.expect(Some(namespace)),
        Subject::Resources(_) => credentials.expect(None),
        Subject::Resource { .. } | Subject::Watches => {}
    }
}

fn refresh(fleet: &Fleet, change: &Change, data: &[Data]) {
    let inventory = change
        .cluster
        .as_ref()
        .and_then(|cluster| fleet.member(cluster))
        .and_then(|member| member.inventory.clone());
    if let Some(inventory) = inventory {
        for kind in data {
            inventory.refresh_now(*kind);
        }
    }
}

fn kind_of(change: &Change) -> Option<Kind> {
    match &change.subject {
        Subject::Resource { kind, .. } | Subject::Resources(kind) => Some(*kind),
        Subject::Watches => None,
    }
}

/// Clusters whose topic configurations are worth asking for, and when.
#[derive(Default)]
struct Asks {
    due: BTreeMap<ClusterRef, Instant>,
    last: BTreeMap<ClusterRef, Instant>,
}

impl Asks {
    fn note(&mut self, change: &Change) {
        let (Some(Kind::KafkaTopic), Some(cluster)) = (kind_of(change), &change.cluster) else {
            return;
        };
        let now = Instant::now();
        let earliest = self
            .last
            .get(cluster)
            .map_or(now, |last| now.max(*last + CONFIGURATION_GAP));
        self.due.entry(cluster.clone()).or_insert(earliest);
    }

    async fn due(&self) {
        match self.due.values().min() {
            Some(due) => sleep_until(*due).await,
            None => std::future::pending().await,
        }
    }

    fn ask(&mut self, fleet: &Fleet) {
        let now = Instant::now();
        let ready: Vec<ClusterRef> = self
            .due
            .iter()
            .filter(|(_, due)| **due <= now)
            .map(|(cluster, _)| cluster.clone())
            .collect();
        for cluster in ready {
            self.due.remove(&cluster);
            match fleet.member(&cluster) {
                Some(member) => {
                    if let Some(inventory) = &member.inventory {
                        inventory.refresh_now(Data::TopicConfigs);
                    }
                    self.last.insert(cluster, now);
                }
                None => {
                    self.last.remove(&cluster);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(cluster: &ClusterRef) -> Change {
        Change {
            cluster: Some(cluster.clone()),
            subject: Subject::Resources(Kind::KafkaTopic),
            revision: 1,
        }
    }

    #[test]
    fn a_burst_asks_at_once_and_once_more_at_its_end() {
        let cluster = ClusterRef::new("kafka", "task-events");
        let mut asks = Asks::default();
        asks.note(&change(&cluster));
        assert!(asks.due[&cluster] <= Instant::now());
        let asked = Instant::now();
        asks.due.clear();
        asks.last.insert(cluster.clone(), asked);
        asks.note(&change(&cluster));
        asks.note(&change(&cluster));
        assert_eq!(asks.due.len(), 1);
        assert_eq!(asks.due[&cluster], asked + CONFIGURATION_GAP);
    }
}
