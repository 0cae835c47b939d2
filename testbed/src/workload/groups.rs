//! Groups that are worth a look: one of the new protocol, with members enough to share partitions, and one with a name that no path
//! carries. Both read as the administrator, so that no user's rights have to name them.

use super::account::{Accounts, Member};
use super::services::next;
use anyhow::Result;
use std::sync::Arc;

/// Its brokers assign its partitions (KIP-848).
const INDEXER: &str = "search-indexer";
/// A slash, a space, a percent sign.
const ODD: &str = "reports/2026 100%";

/// Two members that keep up, by the new protocol.
pub(super) async fn indexer(accounts: Arc<Accounts>) -> Result<()> {
    let topics = ["task-created", "task-updated"];
    let first = accounts
        .broker_assigned(INDEXER, "indexer-0", &topics)
        .await?;
    let second = accounts
        .broker_assigned(INDEXER, "indexer-1", &topics)
        .await?;
    tokio::try_join!(read(&first), read(&second))?;
    Ok(())
}

async fn read(consumer: &Member) -> Result<()> {
    loop {
        let (message, _) = next(consumer).await?;
        consumer.done(&message)?;
    }
}

/// Has read a few records and gone.
pub(super) async fn oddly_named(accounts: Arc<Accounts>) -> Result<()> {
    let consumer = accounts.as_admin(ODD, &["task-completed"]).await?;
    for _ in 0..3 {
        let (message, _) = next(&consumer).await?;
        consumer.commit(&message)?;
    }
    drop(consumer);
    std::future::pending().await
}
