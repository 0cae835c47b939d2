//! Answers by question, bounded, each asked once at a time.

use crate::review::ReviewError;
use std::{
    collections::HashMap,
    future::Future,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::Mutex as AsyncMutex, time::Instant};

/// After a failure the next question waits this long, so that an API server that is away does not cost every request its
/// deadline.
const PAUSE: Duration = Duration::from_secs(1);

/// Answers by question.
pub(super) struct Memory<K, V> {
    pub(super) slots: Mutex<HashMap<K, Arc<Slot<V>>>>,
    most: usize,
}

/// One question.
pub(super) struct Slot<V> {
    /// Held while the question is asked: the others wait for its answer instead of asking again.
    known: AsyncMutex<Known<V>>,
    used: Mutex<Instant>,
}

struct Known<V> {
    answer: Option<(V, Instant)>,
    failure: Option<(ReviewError, Instant)>,
}

/// What is known of a question now.
#[derive(Debug, PartialEq)]
pub(super) enum Answer<V> {
    /// The API server says or said so lately.
    Fresh(V),
    /// It can't be asked; what it said before, and how long ago.
    Failed(ReviewError, Option<(V, Duration)>),
}

impl<K: Clone + Eq + Hash, V: Clone> Memory<K, V> {
    pub(super) fn new(most: usize) -> Self {
        Self {
            slots: Mutex::default(),
            most,
        }
    }

    /// The remembered answer if it is younger than `fresh`, else the one that `ask` gets.
    pub(super) async fn get<F>(
        &self,
        key: &K,
        fresh: Duration,
        ask: impl FnOnce() -> F,
    ) -> Answer<V>
    where
        F: Future<Output = Result<V, ReviewError>>,
    {
        let slot = self.slot(key);
        let mut known = slot.known.lock().await;
        if let Some((value, at)) = &known.answer
            && at.elapsed() < fresh
        {
            return Answer::Fresh(value.clone());
        }
        let failed_lately = known
            .failure
            .as_ref()
            .filter(|(error, at)| *error != ReviewError::Refused && at.elapsed() < PAUSE)
            .map(|(error, _)| error.clone());
        let asked = match failed_lately {
            Some(error) => Err(error),
            None => ask().await,
        };
        match asked {
            Ok(value) => {
                known.answer = Some((value.clone(), super::now()));
                known.failure = None;
                Answer::Fresh(value)
            }
            Err(error) => {
                if known
                    .failure
                    .as_ref()
                    .is_none_or(|(_, at)| at.elapsed() >= PAUSE)
                {
                    known.failure = Some((error.clone(), super::now()));
                }
                let before = known
                    .answer
                    .as_ref()
                    .map(|(value, at)| (value.clone(), at.elapsed()));
                Answer::Failed(error, before)
            }
        }
    }

    /// Forgets questions.
    pub(super) fn forget(&self, which: impl Fn(&K) -> bool) {
        self.lock().retain(|key, _| !which(key));
    }

    fn slot(&self, key: &K) -> Arc<Slot<V>> {
        let now = super::now();
        let mut slots = self.lock();
        if let Some(slot) = slots.get(key) {
            *slot.used.lock().unwrap_or_else(PoisonError::into_inner) = now;
            return slot.clone();
        }
        if slots.len() >= self.most {
            evict(&mut slots);
        }
        let slot = Arc::new(Slot {
            known: AsyncMutex::new(Known {
                answer: None,
                failure: None,
            }),
            used: Mutex::new(now),
        });
        slots.insert(key.clone(), slot.clone());
        slot
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<K, Arc<Slot<V>>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops the half that was used longest ago, so that making room stays rare.
fn evict<K: Clone + Eq + Hash, V>(slots: &mut HashMap<K, Arc<Slot<V>>>) {
    let used = |slot: &Slot<V>| *slot.used.lock().unwrap_or_else(PoisonError::into_inner);
    let mut times: Vec<Instant> = slots.values().map(|slot| used(slot)).collect();
    times.sort_unstable();
    let Some(median) = times.get(times.len() / 2).copied() else {
        return;
    };
    let mut dropped = 0;
    let most = times.len() / 2;
    slots.retain(|_, slot| {
        let old = used(slot) <= median && dropped < most;
        dropped += usize::from(old);
        !old
    });
}
