//! What happened in clusters, by cluster and number, and until when somebody looked. The keeper of activity writes every few seconds
//! what is new, and reads all of it once at the start. Only where the store has a file.

use super::{Store, StoreError, opened};
use crate::backend::activity::Unkept;
use penstock_domain::{
    activity::{ActivityEvent, KEPT_DAYS},
    ids::ClusterRef,
    time::Timestamp,
};
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use std::collections::BTreeMap;

/// By cluster (`namespace/name`) and number; as JSON.
const ACTIVITY: TableDefinition<'_, (&str, u64), &[u8]> = TableDefinition::new("activity");
/// By cluster: milliseconds since the epoch.
const LOOKED: TableDefinition<'_, &str, i64> = TableDefinition::new("activity_looked");

/// What was kept of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptActivity {
    /// Which cluster.
    pub cluster: ClusterRef,
    /// Its events by number.
    pub events: Vec<ActivityEvent>,
    /// Until when somebody looked; `None` where that was never written.
    pub looked_until: Option<Timestamp>,
}

impl Store {
    /// Keeps what is new, and forgets what a journal no longer has.
    pub async fn keep_activity(&self, unkept: Vec<Unkept>) -> Result<(), StoreError> {
        self.with(move |database| keep(database, &unkept)).await
    }

    /// Keeps that somebody looks at these clusters.
    pub async fn keep_looked(
        &self,
        clusters: Vec<ClusterRef>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.with(move |database| {
            let write = database.begin_write().map_err(StoreError::failed)?;
            {
                let mut table = write.open_table(LOOKED).map_err(StoreError::failed)?;
                for cluster in &clusters {
                    table
                        .insert(cluster.to_string().as_str(), now.0)
                        .map_err(StoreError::failed)?;
                }
            }
            write.commit().map_err(StoreError::failed)
        })
        .await
    }

    /// Everything that is kept, younger than a month. An event of another layout is passed over.
    pub async fn activity(&self, now: Timestamp) -> Result<Vec<KeptActivity>, StoreError> {
        self.with(move |database| read(database, now)).await
    }
}

fn keep(database: &Database, unkept: &[Unkept]) -> Result<(), StoreError> {
    let write = database.begin_write().map_err(StoreError::failed)?;
    {
        let mut table = write.open_table(ACTIVITY).map_err(StoreError::failed)?;
        for unkept in unkept {
            let cluster = unkept.cluster.to_string();
            table
                .retain_in(
                    (cluster.as_str(), 0)..(cluster.as_str(), unkept.oldest),
                    |_, _| false,
                )
                .map_err(StoreError::failed)?;
            for event in &unkept.events {
                let bytes = serde_json::to_vec(event)?;
                table
                    .insert((cluster.as_str(), event.id), bytes.as_slice())
                    .map_err(StoreError::failed)?;
            }
        }
    }
    write.commit().map_err(StoreError::failed)
}

fn read(database: &Database, now: Timestamp) -> Result<Vec<KeptActivity>, StoreError> {
    let too_old = now.0 - KEPT_DAYS * 24 * 3_600_000;
    let read = database.begin_read().map_err(StoreError::failed)?;
    let mut kept: BTreeMap<String, KeptActivity> = BTreeMap::new();
    if let Some(table) = opened(read.open_table(LOOKED))? {
        for entry in table.iter().map_err(StoreError::failed)? {
            let (cluster, until) = entry.map_err(StoreError::failed)?;
            if let Some(of) = place(&mut kept, cluster.value()) {
                of.looked_until = Some(Timestamp(until.value()));
            }
        }
    }
    if let Some(table) = opened(read.open_table(ACTIVITY))? {
        for entry in table.iter().map_err(StoreError::failed)? {
            let (key, bytes) = entry.map_err(StoreError::failed)?;
            let Ok(event) = serde_json::from_slice::<ActivityEvent>(bytes.value()) else {
                continue;
            };
            if event.until.unwrap_or(event.at).0 < too_old {
                continue;
            }
            if let Some(of) = place(&mut kept, key.value().0) {
                of.events.push(event);
            }
        }
    }
    Ok(kept.into_values().collect())
}

fn place<'a>(
    kept: &'a mut BTreeMap<String, KeptActivity>,
    text: &str,
) -> Option<&'a mut KeptActivity> {
    let (namespace, name) = text.split_once('/')?;
    Some(kept.entry(text.to_owned()).or_insert_with(|| KeptActivity {
        cluster: ClusterRef::new(namespace, name),
        events: Vec::new(),
        looked_until: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::activity::journal::{Journal, gap};

    #[tokio::test]
    async fn what_is_new_is_kept_and_what_a_journal_forgot_goes() {
        let store = Store::in_memory().unwrap();
        let now = Timestamp(KEPT_DAYS * 24 * 3_600_000);
        assert_eq!(store.activity(now).await.unwrap(), []);
        let cluster = ClusterRef::new("kafka", "a");
        let mut journal = Journal::default();
        for time in [10, 20, 30] {
            journal.note(gap(Timestamp(0), Timestamp(time)), Timestamp(time));
        }
        let (events, oldest) = journal.take_unkept().unwrap();
        let unkept = |events: &[ActivityEvent], oldest| {
            vec![Unkept {
                cluster: cluster.clone(),
                events: events.to_vec(),
                oldest,
            }]
        };
        store.keep_activity(unkept(&events, oldest)).await.unwrap();
        store.keep_activity(unkept(&[], 40)).await.unwrap();
        store
            .keep_looked(
                vec![cluster.clone(), ClusterRef::new("kafka", "")],
                Timestamp(40),
            )
            .await
            .unwrap();
        let kept = store.activity(now).await.unwrap();
        assert_eq!(kept.len(), 2);
        let ids: Vec<u64> = kept[1].events.iter().map(|event| event.id).collect();
        assert_eq!((&kept[1].cluster, ids), (&cluster, vec![40, 60]));
        assert_eq!(kept[0].looked_until, Some(Timestamp(40)));
        let much_later = Timestamp(now.0 * 2);
        assert!(
            store.activity(much_later).await.unwrap()[1]
                .events
                .is_empty()
        );
    }
}
