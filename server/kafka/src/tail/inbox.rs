//! How the feeds tell a viewer that there is something for it: which of its partitions, and sentences to show.

use penstock_domain::read::Notice;
use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// Sentences that wait; later ones are left out, as whoever has so many will not read them.
const MOST_NOTICES: usize = 64;

/// See the module.
#[derive(Default)]
pub(super) struct Inbox {
    letters: Mutex<Letters>,
    wake: Notify,
}

#[derive(Default)]
struct Letters {
    news: BTreeSet<usize>,
    notices: VecDeque<Notice>,
}

impl Inbox {
    /// There is news of the viewer's partition with this number.
    pub(super) fn news(&self, partition: usize) {
        self.lock().news.insert(partition);
        self.wake.notify_one();
    }

    pub(super) fn tell(&self, notice: Notice) {
        {
            let mut letters = self.lock();
            if letters.notices.len() < MOST_NOTICES && !letters.notices.contains(&notice) {
                letters.notices.push_back(notice);
            }
        }
        self.wake.notify_one();
    }

    /// Waits until something has come since it last returned.
    pub(super) async fn wait(&self) {
        self.wake.notified().await;
    }

    /// Takes everything out.
    pub(super) fn take(&self) -> (BTreeSet<usize>, VecDeque<Notice>) {
        let mut letters = self.lock();
        (
            std::mem::take(&mut letters.news),
            std::mem::take(&mut letters.notices),
        )
    }

    fn lock(&self) -> MutexGuard<'_, Letters> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
