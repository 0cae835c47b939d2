//! Where snapshots change: one at a time, as a whole, with a revision that moves only when a reader could see a difference.

use super::{kinds::Changes, snapshot::Snapshot};
use std::sync::Arc;
use tokio::sync::watch;

/// The current snapshot and those who wait for the next.
#[derive(Clone)]
pub(super) struct Published {
    sender: Arc<watch::Sender<Arc<Snapshot>>>,
}

impl Default for Published {
    fn default() -> Self {
        let (sender, _) = watch::channel(Arc::default());
        Self {
            sender: Arc::new(sender),
        }
    }
}

impl Published {
    pub(super) fn current(&self) -> Arc<Snapshot> {
        self.sender.borrow().clone()
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.sender.subscribe()
    }

    /// Changes the snapshot. `change` runs under a lock that readers need: it only moves finished parts in, and says what a
    /// reader could notice. Nobody is woken where it says nothing.
    pub(super) fn publish(&self, change: impl FnOnce(&mut Snapshot) -> Changes) {
        self.sender.send_if_modified(|current| {
            let mut next = Snapshot::clone(current);
            let changes = change(&mut next);
            if !changes.is_empty() {
                next.revision += 1;
                next.last_changes.record(changes, next.revision);
            }
            *current = Arc::new(next);
            !changes.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::kinds::Kind;
    use penstock_domain::time::Timestamp;

    #[test]
    fn a_mere_renewal_is_readable_and_wakes_nobody() {
        let published = Published::default();
        let mut reader = published.subscribe();
        reader.mark_unchanged();
        published.publish(|snapshot| {
            snapshot.topics.as_of = Some(Timestamp(5));
            Changes::NONE
        });
        assert!(!reader.has_changed().unwrap());
        assert_eq!(published.current().topics.as_of, Some(Timestamp(5)));
        assert_eq!(published.current().revision, 0);
        published.publish(|_| Changes::structure(Kind::Topics));
        assert!(reader.has_changed().unwrap());
        let seen = reader.borrow_and_update().clone();
        assert_eq!(seen.revision, 1);
        assert!(seen.changes_since(0).reshapes(Kind::Topics));
    }
}
