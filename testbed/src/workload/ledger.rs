//! A ledger that is written in transactions only: most are committed, some aborted, and one at a time is left open for minutes
//! by a clerk who went to lunch, so that readers of committed records wait for him.

use super::account::Accounts;
use super::events::Author;
use super::services::QUEUE;
use anyhow::{Result, anyhow};
use rdkafka::producer::{FutureProducer, FutureRecord, Producer as _};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

const TOPIC: &str = "ledger";
/// One in so many transactions is aborted.
const ABORTED: u64 = 6;
/// Longest wait for a coordinator.
const COORDINATOR: Duration = Duration::from_secs(30);
/// How long a forgotten transaction stays open; brokers would end it after ten minutes.
const LUNCH: Duration = Duration::from_secs(240);
/// How long the clerk works before he forgets one again.
const WORK: Duration = Duration::from_secs(120);

/// Books entries, two or more in a transaction.
pub(super) async fn book(accounts: Arc<Accounts>, mut author: Author) -> Result<()> {
    let producer = accounts.transactional("ledger", "ledger-book").await?;
    blocking(&producer, |producer| {
        producer.init_transactions(COORDINATOR)
    })
    .await?;
    loop {
        producer.begin_transaction()?;
        for _ in 0..author.number(2..5) {
            entry(&producer, &mut author, None).await?;
        }
        if author.once_in(ABORTED) {
            blocking(&producer, |producer| {
                producer.abort_transaction(COORDINATOR)
            })
            .await?;
        } else {
            blocking(&producer, |producer| {
                producer.commit_transaction(COORDINATOR)
            })
            .await?;
        }
        tokio::time::sleep(Duration::from_millis(author.number(1_500..4_000))).await;
    }
}

/// Begins a transaction in the last partition and forgets it for a while.
pub(super) async fn forgotten(accounts: Arc<Accounts>, mut author: Author) -> Result<()> {
    let producer = accounts.transactional("ledger", "ledger-clerk").await?;
    blocking(&producer, |producer| {
        producer.init_transactions(COORDINATOR)
    })
    .await?;
    loop {
        producer.begin_transaction()?;
        entry(&producer, &mut author, Some(2)).await?;
        tokio::time::sleep(LUNCH).await;
        blocking(&producer, |producer| {
            producer.commit_transaction(COORDINATOR)
        })
        .await?;
        tokio::time::sleep(WORK).await;
    }
}

async fn entry(
    producer: &FutureProducer,
    author: &mut Author,
    partition: Option<i32>,
) -> Result<()> {
    let account = format!("account-{:03}", author.number(0..40));
    let body = json!({
        "entry_id": author.id(),
        "account": account,
        // Hundredths, and more digits than a double has.
        "amount_minor": 9_007_199_254_740_993_u64 + author.number(0..1_000_000),
        "by": author.person(),
    })
    .to_string();
    let record = FutureRecord::to(TOPIC)
        .key(account.as_str())
        .payload(body.as_str());
    let record = match partition {
        Some(partition) => record.partition(partition),
        None => record,
    };
    producer
        .send(record, QUEUE)
        .await
        .map_err(|(error, _)| anyhow!(error))?;
    Ok(())
}

/// librdkafka's transactional calls wait by themselves.
async fn blocking(
    producer: &FutureProducer,
    call: impl FnOnce(&FutureProducer) -> rdkafka::error::KafkaResult<()> + Send + 'static,
) -> Result<()> {
    let producer = producer.clone();
    tokio::task::spawn_blocking(move || call(&producer)).await??;
    Ok(())
}
