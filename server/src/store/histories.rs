//! The past of consumer groups, by cluster and group, as bytes that `penstock-kafka` writes and reads. The fleet saves them now and
//! then and when it stops, and hands them to a cluster's inventory when it starts. Only where the store has a file.

use super::{Store, StoreError, opened};
use penstock_domain::ids::{ClusterRef, GroupName};
use redb::{ReadableDatabase, TableDefinition};
use std::collections::HashSet;

/// By cluster (`namespace/name`) and group.
const HISTORIES: TableDefinition<'_, (&str, &str), &[u8]> = TableDefinition::new("histories");

/// What sorts after every name of a group.
const LAST: &str = "\u{10ffff}";

impl Store {
    /// Keeps the past of a cluster's groups in the place of what was kept; groups that are not among them are forgotten.
    pub async fn keep_histories(
        &self,
        cluster: &ClusterRef,
        groups: Vec<(GroupName, Vec<u8>)>,
    ) -> Result<(), StoreError> {
        let cluster = cluster.to_string();
        self.with(move |database| {
            let write = database.begin_write().map_err(StoreError::failed)?;
            {
                let mut table = write.open_table(HISTORIES).map_err(StoreError::failed)?;
                let names: HashSet<&str> = groups.iter().map(|(name, _)| name.as_str()).collect();
                table
                    .retain_in(
                        (cluster.as_str(), "")..=(cluster.as_str(), LAST),
                        |(_, name), _| names.contains(name),
                    )
                    .map_err(StoreError::failed)?;
                for (name, bytes) in &groups {
                    table
                        .insert((cluster.as_str(), name.as_str()), bytes.as_slice())
                        .map_err(StoreError::failed)?;
                }
            }
            write.commit().map_err(StoreError::failed)
        })
        .await
    }

    /// What was kept of a cluster's groups.
    pub async fn histories(
        &self,
        cluster: &ClusterRef,
    ) -> Result<Vec<(GroupName, Vec<u8>)>, StoreError> {
        let cluster = cluster.to_string();
        self.with(move |database| {
            let read = database.begin_read().map_err(StoreError::failed)?;
            let Some(table) = opened(read.open_table(HISTORIES))? else {
                return Ok(Vec::new());
            };
            table
                .range((cluster.as_str(), "")..=(cluster.as_str(), LAST))
                .map_err(StoreError::failed)?
                .map(|entry| {
                    let (key, bytes) = entry.map_err(StoreError::failed)?;
                    Ok((GroupName::new(key.value().1), bytes.value().to_vec()))
                })
                .collect()
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_cluster_has_its_own_and_only_the_newest() {
        let store = Store::in_memory().unwrap();
        let (one, other) = (ClusterRef::new("a", "b"), ClusterRef::new("a", "c"));
        let of = |names: &[&str]| -> Vec<(GroupName, Vec<u8>)> {
            names
                .iter()
                .map(|name| (GroupName::new(*name), name.as_bytes().to_vec()))
                .collect()
        };
        assert_eq!(store.histories(&one).await.unwrap(), []);
        store
            .keep_histories(&one, of(&["", "x", "y"]))
            .await
            .unwrap();
        store.keep_histories(&other, of(&["x"])).await.unwrap();
        store
            .keep_histories(&one, of(&["", "z\u{10fffe}"]))
            .await
            .unwrap();
        assert_eq!(
            store.histories(&one).await.unwrap(),
            of(&["", "z\u{10fffe}"])
        );
        assert_eq!(store.histories(&other).await.unwrap(), of(&["x"]));
    }
}
