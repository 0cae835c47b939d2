//! What acts upon groups have replaced, by cluster and group, so that it can be brought back: kept for [`KEPT_DAYS`], the newest
//! [`PER_GROUP`] of a group, and not more than [`ALTOGETHER`] of all. The backend of groups writes and reads them.

use super::{Store, StoreError, opened};
use penstock_domain::{
    group::act::{KEPT_DAYS, KeptChange, KeptKind, OffsetChange},
    ids::{ClusterRef, GroupName},
    time::Timestamp,
};
use redb::{
    Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, Table, TableDefinition,
};

/// By cluster (`namespace/name`), group and number; as JSON.
const CHANGES: TableDefinition<'_, (&str, &str, u64), &[u8]> = TableDefinition::new("changes");

/// Changes of one group.
const PER_GROUP: usize = 50;
/// Changes of all groups.
const ALTOGETHER: u64 = 20_000;

/// A change that is to be kept.
#[derive(Clone, Debug)]
pub struct NewChange {
    /// In which cluster.
    pub cluster: ClusterRef,
    /// Of which group.
    pub group: GroupName,
    /// What was done.
    pub what: KeptKind,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub who: String,
    /// The partitions.
    pub changes: Vec<OffsetChange>,
}

impl Store {
    /// Keeps a change, under the number that it returns.
    pub async fn keep_change(&self, new: NewChange) -> Result<u64, StoreError> {
        self.with(move |database| keep(database, &new)).await
    }

    /// Says of a kept change what of it was done in the end; of nothing, it is taken out.
    pub async fn settle_change(
        &self,
        cluster: &ClusterRef,
        group: &GroupName,
        number: u64,
        done: Vec<OffsetChange>,
    ) -> Result<(), StoreError> {
        let (cluster, group) = (cluster.to_string(), group.to_string());
        self.with(move |database| settle(database, (&cluster, &group, number), done))
            .await
    }

    /// What was done to one group, newest first.
    pub async fn changes(
        &self,
        cluster: &ClusterRef,
        group: &GroupName,
        now: Timestamp,
    ) -> Result<Vec<KeptChange>, StoreError> {
        let (cluster, group) = (cluster.to_string(), group.to_string());
        self.with(move |database| {
            let read = database.begin_read().map_err(StoreError::failed)?;
            let Some(table) = opened(read.open_table(CHANGES))? else {
                return Ok(Vec::new());
            };
            let mut changes = of_group(&table, &cluster, &group)?;
            changes.retain(|change| change.until > now);
            changes.reverse();
            Ok(changes)
        })
        .await
    }
}

fn keep(database: &Database, new: &NewChange) -> Result<u64, StoreError> {
    let (cluster, group) = (new.cluster.to_string(), new.group.to_string());
    let write = database.begin_write().map_err(StoreError::failed)?;
    let number;
    {
        let mut table = write.open_table(CHANGES).map_err(StoreError::failed)?;
        let before = of_group(&table, &cluster, &group)?;
        // Numbers tell the time, so that those of deleted changes don't come again.
        let least = u64::try_from(new.at.0).unwrap_or(0);
        number = before
            .last()
            .map_or(least, |last| least.max(last.change + 1));
        let kept = KeptChange {
            change: number,
            what: new.what,
            at: new.at,
            until: Timestamp(new.at.0 + KEPT_DAYS * 24 * 3_600_000),
            who: new.who.clone(),
            changes: new.changes.clone(),
        };
        let bytes = serde_json::to_vec(&kept)?;
        table
            .insert((cluster.as_str(), group.as_str(), number), bytes.as_slice())
            .map_err(StoreError::failed)?;
        let surplus = (before.len() + 1).saturating_sub(PER_GROUP);
        for old in before.iter().take(surplus) {
            table
                .remove((cluster.as_str(), group.as_str(), old.change))
                .map_err(StoreError::failed)?;
        }
        forget_old(&mut table, new.at)?;
    }
    write.commit().map_err(StoreError::failed)?;
    Ok(number)
}

fn settle(
    database: &Database,
    key: (&str, &str, u64),
    done: Vec<OffsetChange>,
) -> Result<(), StoreError> {
    let write = database.begin_write().map_err(StoreError::failed)?;
    {
        let mut table = write.open_table(CHANGES).map_err(StoreError::failed)?;
        let before = table.remove(key).map_err(StoreError::failed)?;
        let kept: Option<KeptChange> = before
            .map(|bytes| serde_json::from_slice(bytes.value()))
            .transpose()?;
        if let Some(kept) = kept
            && !done.is_empty()
        {
            let settled = KeptChange {
                changes: done,
                ..kept
            };
            let bytes = serde_json::to_vec(&settled)?;
            table
                .insert(key, bytes.as_slice())
                .map_err(StoreError::failed)?;
        }
    }
    write.commit().map_err(StoreError::failed)
}

/// Oldest first.
fn of_group(
    table: &impl ReadableTable<(&'static str, &'static str, u64), &'static [u8]>,
    cluster: &str,
    group: &str,
) -> Result<Vec<KeptChange>, StoreError> {
    let range = table
        .range((cluster, group, 0)..=(cluster, group, u64::MAX))
        .map_err(StoreError::failed)?;
    range
        .map(|entry| {
            let (_, bytes) = entry.map_err(StoreError::failed)?;
            Ok(serde_json::from_slice(bytes.value())?)
        })
        .collect()
}

/// Takes out what is kept no longer; where there is too much of all, the oldest.
fn forget_old(
    table: &mut Table<'_, (&'static str, &'static str, u64), &'static [u8]>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let oldest = u64::try_from(now.0 - KEPT_DAYS * 24 * 3_600_000).unwrap_or(0);
    table
        .retain(|(_, _, number), _| number > oldest)
        .map_err(StoreError::failed)?;
    let length = table.len().map_err(StoreError::failed)?;
    if length <= ALTOGETHER {
        return Ok(());
    }
    let mut numbers = Vec::new();
    for entry in table.iter().map_err(StoreError::failed)? {
        let (key, _) = entry.map_err(StoreError::failed)?;
        numbers.push(key.value().2);
    }
    numbers.sort_unstable();
    let surplus = usize::try_from(length - ALTOGETHER).unwrap_or(usize::MAX);
    if let Some(least) = numbers.get(surplus).copied() {
        table
            .retain(|(_, _, number), _| number >= least)
            .map_err(StoreError::failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use penstock_domain::ids::PartitionId;

    fn change(group: &str, at: i64, old: i64) -> NewChange {
        NewChange {
            cluster: ClusterRef::new("kafka", "task-events"),
            group: group.into(),
            what: KeptKind::Reset,
            at: Timestamp(at),
            who: "alice".into(),
            changes: vec![OffsetChange {
                topic: "t".into(),
                partition: PartitionId(0),
                old: Some(old),
                new: Some(0),
            }],
        }
    }

    async fn numbers(store: &Store, group: &str, now: i64) -> Vec<u64> {
        let cluster = ClusterRef::new("kafka", "task-events");
        store
            .changes(&cluster, &group.into(), Timestamp(now))
            .await
            .unwrap()
            .iter()
            .map(|kept| kept.change)
            .collect()
    }

    #[tokio::test]
    async fn each_group_has_its_own_newest_first() {
        let store = Store::in_memory().unwrap();
        assert!(numbers(&store, "a", 0).await.is_empty());
        for (group, at) in [("a", 1_000), ("b", 1_000), ("a", 1_000), ("a\u{0}", 5)] {
            store.keep_change(change(group, at, 7)).await.unwrap();
        }
        assert_eq!(numbers(&store, "a", 2_000).await, [1_001, 1_000]);
        assert_eq!(numbers(&store, "b", 2_000).await, [1_000]);
        assert_eq!(numbers(&store, "a\u{0}", 2_000).await, [5]);
    }

    #[tokio::test]
    async fn what_was_not_done_is_not_kept() {
        let store = Store::in_memory().unwrap();
        let cluster = ClusterRef::new("kafka", "task-events");
        let number = store.keep_change(change("a", 1, 7)).await.unwrap();
        let mut done = change("a", 1, 8).changes;
        store
            .settle_change(&cluster, &"a".into(), number, done.clone())
            .await
            .unwrap();
        let kept = store.changes(&cluster, &"a".into(), Timestamp(2)).await;
        assert_eq!(kept.unwrap()[0].changes, done);
        done.clear();
        store
            .settle_change(&cluster, &"a".into(), number, done)
            .await
            .unwrap();
        assert!(numbers(&store, "a", 2).await.is_empty());
    }

    #[tokio::test]
    async fn what_is_kept_is_bounded_in_time_and_number() {
        let store = Store::in_memory().unwrap();
        let month = KEPT_DAYS * 24 * 3_600_000;
        store.keep_change(change("old", 1, 7)).await.unwrap();
        assert!(numbers(&store, "old", month + 2).await.is_empty());
        for at in 0..60 {
            store
                .keep_change(change("busy", month + 10 + at, 7))
                .await
                .unwrap();
        }
        let kept = numbers(&store, "busy", month + 100).await;
        assert_eq!(kept.len(), PER_GROUP);
        assert_eq!(kept[0], u64::try_from(month).unwrap() + 69);
        assert!(numbers(&store, "old", 2).await.is_empty(), "taken out");
    }

    #[tokio::test]
    async fn a_file_brings_it_back() {
        let folder = std::env::temp_dir().join(format!("penstock-{:016x}", rand::random::<u64>()));
        let path = folder.join("store.redb");
        let store = Store::open(&path).unwrap();
        assert!(store.is_durable());
        let number = store.keep_change(change("a", 9, 1_204)).await.unwrap();
        assert!(Store::open(&path).is_err(), "one console at a time");
        drop(store);
        let store = Store::open(&path).unwrap();
        let cluster = ClusterRef::new("kafka", "task-events");
        let kept = store
            .changes(&cluster, &"a".into(), Timestamp(10))
            .await
            .unwrap();
        assert_eq!(kept[0].change, number);
        assert_eq!(kept[0].changes[0].old, Some(1_204));
        drop(store);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
