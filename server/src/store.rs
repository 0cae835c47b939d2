//! The embedded store: what outlives a restart of the console, in one file (redb). Without a file everything is kept in memory, by
//! the same code, and whoever shows it says so.
//!
//! Nothing of Kafka's records or of anybody's credentials is ever in it. Tables: [`changes`], what acts upon groups have replaced;
//! [`histories`], the past of groups; [`activity`], what happened in clusters.
//! Every call runs on a thread that may block, in one transaction.

pub mod activity;
pub mod changes;
pub mod histories;

use redb::{Database, TableError, backends::InMemoryBackend};
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    database: Arc<Database>,
    durable: bool,
}

/// Why something could not be kept or read. Said to whoever runs the console; users read that it was not kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file can't be opened: another console has it, or it is not a store.
    #[error("{} can't be used as the store: {why}", path.display())]
    Open {
        /// Which file.
        path: PathBuf,
        /// What the database says.
        why: String,
    },
    /// The database failed.
    #[error("the store failed: {0}")]
    Database(String),
    /// What is in it can't be read, or what was to be kept can't be written.
    #[error("an entry of the store can't be understood: {0}")]
    Entry(#[from] serde_json::Error),
    /// The console stops.
    #[error("the console stops")]
    Stopped,
}

impl Store {
    /// Opens or makes the file.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let failed = |why: String| StoreError::Open {
            path: path.to_owned(),
            why,
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| failed(error.to_string()))?;
        }
        let database = Database::create(path).map_err(|error| failed(error.to_string()))?;
        Ok(Self {
            database: Arc::new(database),
            durable: true,
        })
    }

    /// One that is gone with the console.
    pub fn in_memory() -> Result<Self, StoreError> {
        let database = Database::builder()
            .create_with_backend(InMemoryBackend::new())
            .map_err(StoreError::failed)?;
        Ok(Self {
            database: Arc::new(database),
            durable: false,
        })
    }

    /// Whether what is kept outlives a restart.
    pub fn is_durable(&self) -> bool {
        self.durable
    }

    /// Runs `work` on a thread that may block.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let database = Arc::clone(&self.database);
        tokio::task::spawn_blocking(move || work(&database))
            .await
            .map_err(|_| StoreError::Stopped)?
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("durable", &self.durable)
            .finish_non_exhaustive()
    }
}

impl StoreError {
    fn failed(error: impl fmt::Display) -> Self {
        StoreError::Database(error.to_string())
    }
}

/// A table that nobody has written to yet is an empty one.
fn opened<T>(table: Result<T, TableError>) -> Result<Option<T>, StoreError> {
    match table {
        Ok(table) => Ok(Some(table)),
        Err(TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(StoreError::failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_store_is_named() {
        let folder = std::env::temp_dir().join(format!("penstock-{:016x}", rand::random::<u64>()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("store.redb");
        std::fs::write(&path, "nonsense").unwrap();
        let error = Store::open(&path).unwrap_err().to_string();
        assert!(error.contains("store.redb"), "{error}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
