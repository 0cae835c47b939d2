//! The one place through which every change goes on its way to open pages: numbered marks, never data (decision 13).
//!
//! The fleet publishes; `http::events` subscribes, one receiver per tab. The ring is bounded: a reader that falls behind is
//! told how many marks it missed.

use penstock_domain::{
    ids::ClusterRef,
    live::{Mark, MarkKind},
};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;

/// Marks that a slow reader may be behind.
const RING: usize = 512;

/// Cheap to clone; all clones are the same hub.
#[derive(Clone, Debug)]
pub struct Hub {
    epoch: Arc<str>,
    revision: Arc<Mutex<u64>>,
    sender: broadcast::Sender<Mark>,
}

impl Hub {
    /// A hub of its own epoch, so that a page that comes back after a restart of the console knows that it missed something.
    pub fn new() -> Self {
        Self {
            epoch: format!("{:016x}", rand::random::<u64>()).into(),
            revision: Arc::default(),
            sender: broadcast::channel(RING).0,
        }
    }

    /// Tells everybody that something changed; `None` concerns every cluster.
    pub fn publish(&self, cluster: Option<&ClusterRef>, kind: MarkKind) {
        // Sent within the lock, so that readers get marks in the order of their numbers.
        let mut revision = self.revision.lock().unwrap_or_else(PoisonError::into_inner);
        *revision += 1;
        let mark = Mark {
            cluster: cluster.cloned(),
            kind,
            revision: *revision,
        };
        // Nobody listening is no failure.
        let _ = self.sender.send(mark);
    }

    /// Tells everybody that anything may have changed.
    pub fn publish_everything(&self) {
        for kind in [
            MarkKind::Cluster,
            MarkKind::Nodes,
            MarkKind::Topics,
            MarkKind::Users,
            MarkKind::Resources,
            MarkKind::Activity,
            MarkKind::Watches,
        ] {
            self.publish(None, kind);
        }
    }

    /// Every mark from now on, and the number of the last one before.
    pub fn subscribe(&self) -> (u64, broadcast::Receiver<Mark>) {
        let revision = self.revision.lock().unwrap_or_else(PoisonError::into_inner);
        (*revision, self.sender.subscribe())
    }

    /// The number of the newest mark.
    pub fn revision(&self) -> u64 {
        *self.revision.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What distinguishes this process from the one before.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_numbered_in_the_order_they_arrive() {
        let hub = Hub::new();
        hub.publish(None, MarkKind::Cluster);
        let (before, mut receiver) = hub.subscribe();
        hub.publish(Some(&ClusterRef::new("a", "b")), MarkKind::Topics);
        let mark = receiver.try_recv().unwrap();
        assert_eq!((before, mark.revision, hub.revision()), (1, 2, 2));
        assert_eq!(mark.cluster, Some(ClusterRef::new("a", "b")));
    }

    #[test]
    fn a_slow_reader_learns_how_much_it_missed() {
        let hub = Hub::new();
        let (_, mut receiver) = hub.subscribe();
        for _ in 0..RING + 3 {
            hub.publish(None, MarkKind::Offsets);
        }
        assert!(matches!(
            receiver.try_recv(),
            Err(broadcast::error::TryRecvError::Lagged(3))
        ));
    }
}
