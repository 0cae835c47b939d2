//! The index behind a lock, and the ring of changes that the event stream reads.
//!
//! The lock is held for one change or for handing out a view, never across an await.

use super::{Change, Index, Observed, View};
use crate::{kind::Kind, resource::AnyResource};
use penstock_domain::ids::{Namespace, ResourceName};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::broadcast;

/// A reader that is further behind is told how many changes it has missed (`broadcast::error::RecvError::Lagged`).
const RING: usize = 1024;

/// Calls of the index that a reader of observations may be behind; a relist is one.
const OBSERVED: usize = 1024;

/// Cheap to clone; all clones are the same index.
#[derive(Clone, Debug)]
pub struct SharedIndex {
    index: Arc<RwLock<Index>>,
    changes: broadcast::Sender<Change>,
    observed: broadcast::Sender<Observed>,
}

impl Default for SharedIndex {
    fn default() -> Self {
        Self {
            index: Arc::default(),
            changes: broadcast::channel(RING).0,
            observed: broadcast::channel(OBSERVED).0,
        }
    }
}

impl SharedIndex {
    /// What is known now.
    pub fn view(&self) -> Arc<View> {
        self.index
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .view()
    }

    /// Every change from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// What every object was before and after each change from now on.
    pub fn observe(&self) -> broadcast::Receiver<Observed> {
        self.observed.subscribe()
    }

    /// See [`Index::apply`].
    pub fn apply(&self, object: AnyResource) {
        self.write(|index| index.apply(object));
    }

    /// See [`Index::delete`].
    pub fn delete(&self, kind: Kind, namespace: &Namespace, name: &ResourceName) {
        self.write(|index| index.delete(kind, namespace, name));
    }

    /// See [`Index::replace_all`].
    pub fn replace_all(
        &self,
        kind: Kind,
        namespace: Option<&Namespace>,
        objects: Vec<AnyResource>,
    ) {
        self.write(|index| index.replace_all(kind, namespace, objects));
    }

    /// See [`Index::watches_changed`].
    pub(crate) fn watches_changed(&self) {
        self.write(|index| vec![index.watches_changed()]);
    }

    /// Sends within the lock, so that readers get changes in the order of their revisions.
    fn write(&self, change: impl FnOnce(&mut Index) -> Vec<Change>) {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        for change in change(&mut index) {
            // Nobody listening is no failure.
            let _ = self.changes.send(change);
        }
        let observations = index.take_observations();
        if !observations.is_empty() {
            // Nobody listening is no failure here either.
            let _ = self.observed.send(observations.into());
        }
    }
}
