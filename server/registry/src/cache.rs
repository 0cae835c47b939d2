//! Schemas in memory: bounded in number and in text, the least recently used go first; failures for a while.

use crate::{error::RegistryError, framing::SchemaKey, schema::Schema, settings::RegistryLimits};
use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;

/// What is in memory of a schema.
#[derive(Clone, Debug)]
pub(crate) enum Slot {
    Have(Arc<Schema>),
    Failed(Arc<RegistryError>, Instant),
}

#[derive(Debug)]
struct Kept {
    slot: Slot,
    text: usize,
    used: AtomicU64,
}

/// See the module. Looking takes a shared lock only: searches look once a record.
#[derive(Debug)]
pub(crate) struct Cache {
    most: usize,
    most_text: usize,
    clock: AtomicU64,
    kept: RwLock<HashMap<SchemaKey, Kept>>,
}

impl Cache {
    pub(crate) fn new(limits: &RegistryLimits) -> Self {
        Self {
            most: limits.kept.max(1),
            most_text: limits.kept_text,
            clock: AtomicU64::new(0),
            kept: RwLock::default(),
        }
    }

    /// What is in memory; a failure whose time is over is not.
    pub(crate) fn get(&self, key: SchemaKey) -> Option<Slot> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let found = kept.get(&key)?;
        if let Slot::Failed(_, until) = &found.slot
            && *until <= Instant::now()
        {
            return None;
        }
        found.used.store(
            self.clock.fetch_add(1, Ordering::Relaxed),
            Ordering::Relaxed,
        );
        Some(found.slot.clone())
    }

    pub(crate) fn put(&self, key: SchemaKey, schema: Arc<Schema>) {
        let text = schema.weight();
        self.insert(key, Slot::Have(schema), text);
    }

    pub(crate) fn fail(&self, key: SchemaKey, error: RegistryError, kept: Duration) {
        self.insert(key, Slot::Failed(Arc::new(error), Instant::now() + kept), 0);
    }

    fn insert(&self, key: SchemaKey, slot: Slot, text: usize) {
        let used = AtomicU64::new(self.clock.fetch_add(1, Ordering::Relaxed));
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.insert(key, Kept { slot, text, used });
        let mut sum: usize = kept.values().map(|kept| kept.text).sum();
        // The newest stays, however large: somebody waits for it.
        while kept.len() > self.most || (sum > self.most_text && kept.len() > 1) {
            let oldest = kept
                .iter()
                .filter(|(other, _)| **other != key)
                .min_by_key(|(_, kept)| kept.used.load(Ordering::Relaxed))
                .map(|(key, _)| *key);
            match oldest.and_then(|oldest| kept.remove(&oldest)) {
                Some(gone) => sum -= gone.text,
                None => break,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(id: u32, length: usize) -> Arc<Schema> {
        Arc::new(Schema::avro_for_tests(
            id,
            &format!("\"string\"{}", " ".repeat(length - 8)),
        ))
    }

    #[tokio::test(start_paused = true)]
    async fn bounds_hold_and_the_least_used_go_first() {
        let cache = Cache::new(&RegistryLimits {
            kept: 3,
            kept_text: 1_000,
            ..RegistryLimits::default()
        });
        for id in 0..3 {
            cache.put(SchemaKey::Id(id), schema(id, 100));
        }
        assert!(cache.get(SchemaKey::Id(0)).is_some());
        cache.put(SchemaKey::Id(3), schema(3, 100));
        assert!(cache.get(SchemaKey::Id(1)).is_none() && cache.get(SchemaKey::Id(0)).is_some());
        cache.put(SchemaKey::Id(4), schema(4, 950));
        assert!(cache.get(SchemaKey::Id(4)).is_some());
        assert_eq!(
            [0, 2, 3]
                .iter()
                .filter(|id| cache.get(SchemaKey::Id(**id)).is_some())
                .count(),
            0
        );
        cache.put(SchemaKey::Id(5), schema(5, 5_000));
        assert!(cache.get(SchemaKey::Id(5)).is_some() && cache.get(SchemaKey::Id(4)).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn failures_are_forgotten() {
        let cache = Cache::new(&RegistryLimits::default());
        let error = RegistryError::NotFound {
            registry: "r".into(),
            what: "schema 1".into(),
        };
        cache.fail(SchemaKey::Id(1), error, Duration::from_secs(30));
        tokio::time::advance(Duration::from_secs(29)).await;
        assert!(matches!(
            cache.get(SchemaKey::Id(1)),
            Some(Slot::Failed(..))
        ));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(cache.get(SchemaKey::Id(1)).is_none());
    }
}
