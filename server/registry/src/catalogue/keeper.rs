//! Who keeps the newest snapshot: readers take it without waiting, writers replace it one after another.

use super::{Catalogue, Subject, context, texts::Texts};
use crate::settings::RegistryLimits;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::watch;

/// See the module.
#[derive(Debug)]
pub struct Keeper {
    now: RwLock<Arc<Catalogue>>,
    writing: Mutex<()>,
    changed: watch::Sender<u64>,
    texts: Texts,
}

impl Keeper {
    pub(crate) fn new(limits: &RegistryLimits) -> Self {
        Self {
            now: RwLock::default(),
            writing: Mutex::default(),
            changed: watch::Sender::new(0),
            texts: Texts::new(limits.catalogue_text),
        }
    }

    /// The newest snapshot; never waits for the registry.
    pub fn now(&self) -> Arc<Catalogue> {
        self.now
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Wakes with every change, with the snapshot's revision.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Replaces the snapshot by what `change` makes of it.
    pub(super) fn update(&self, change: impl FnOnce(&mut Catalogue)) {
        let _one = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = Catalogue::clone(&self.now());
        change(&mut next);
        next.index();
        next.revision += 1;
        let revision = next.revision;
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        self.changed.send_replace(revision);
    }

    /// Takes in what was read of subjects, unless something newer is known already.
    pub(super) fn take(&self, read: Vec<Subject>) {
        if read.is_empty() {
            return;
        }
        self.update(|catalogue| {
            for subject in read {
                let newer = |known: &Arc<Subject>| known.read > subject.read;
                if catalogue.subjects.get(&subject.name).is_some_and(newer) {
                    continue;
                }
                // Neither live nor soft-deleted versions: it is gone.
                if subject.is_gone() && subject.trouble.is_none() {
                    catalogue.subjects.remove(&subject.name);
                } else {
                    catalogue
                        .subjects
                        .insert(subject.name.clone(), Arc::new(subject));
                }
            }
        });
    }

    /// The text of a subject's schema, if it is in memory.
    pub(crate) fn text(&self, subject: &str, id: u32) -> Option<Arc<str>> {
        self.texts.get(context(subject), id)
    }

    pub(crate) fn keep_text(&self, subject: &str, id: u32, text: &Arc<str>) {
        self.texts.put(context(subject), id, text);
    }
}
