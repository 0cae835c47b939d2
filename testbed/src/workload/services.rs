//! The services that work as they should.

use super::account::{Accounts, Member};
use super::events::{Author, Event};
use anyhow::{Result, anyhow};
use rdkafka::Message as _;
use rdkafka::message::{BorrowedMessage, Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How long the producer's queue may take a record.
pub(super) const QUEUE: Duration = Duration::from_secs(5);
/// One in so many tasks is taken back, which leaves a tombstone in the compacted topic.
const TAKEN_BACK: u64 = 12;

/// People create tasks and change their minds.
pub(super) async fn task_api(accounts: Arc<Accounts>, mut author: Author) -> Result<()> {
    let producer = accounts.producer("task-api").await?;
    loop {
        let created = author.created();
        send(&producer, "task-created", &created).await?;
        if author.number(0..10) < 4 {
            let change = json!({ "priority": "high", "changed_by": author.person() });
            let updated = author.following("task-updated", &created.body, &change);
            send(&producer, "task-updated", &updated).await?;
        }
        tokio::time::sleep(Duration::from_millis(author.number(250..900))).await;
    }
}

/// Does the tasks.
pub(super) async fn task_worker(accounts: Arc<Accounts>, mut author: Author) -> Result<()> {
    let producer = accounts.producer("task-worker").await?;
    let consumer = accounts.consumer("task-worker", &["task-created"]).await?;
    loop {
        let (message, event) = next(&consumer).await?;
        let change = json!({ "state": "done", "worked_seconds": author.number(1..90) });
        let completed = author.following("task-completed", &event, &change);
        send(&producer, "task-completed", &completed).await?;
        consumer.done(&message)?;
    }
}

/// Tells people.
pub(super) async fn notification_service(
    accounts: Arc<Accounts>,
    mut author: Author,
) -> Result<()> {
    let user = "notification-service";
    let producer = accounts.producer(user).await?;
    let consumer = accounts
        .consumer(user, &["task-completed", "task-updated"])
        .await?;
    loop {
        let (message, event) = next(&consumer).await?;
        let change = json!({ "channel": "mail" });
        let told = author.following("notification-sent", &event, &change);
        send(&producer, "notifications", &told).await?;
        consumer.done(&message)?;
    }
}

/// Keeps the newest state of every task.
pub(super) async fn audit_log(accounts: Arc<Accounts>, mut author: Author) -> Result<()> {
    let producer = accounts.producer("audit-log").await?;
    let topics = [
        "task-created",
        "task-updated",
        "task-completed",
        "notifications",
    ];
    let consumer = accounts.consumer("audit-log", &topics).await?;
    loop {
        let (message, event) = next(&consumer).await?;
        let seen = json!({ "seen_in": message.topic() });
        let audit = author.following("task-audited", &event, &seen);
        send(&producer, "task-audit", &audit).await?;
        if author.once_in(TAKEN_BACK) {
            let gone: FutureRecord<'_, str, str> =
                FutureRecord::to("task-audit").key(audit.task.as_str());
            producer
                .send(gone, QUEUE)
                .await
                .map_err(|(error, _)| anyhow!(error))?;
        }
        consumer.done(&message)?;
    }
}

/// A team tries things out.
pub(super) async fn sandbox(accounts: Arc<Accounts>, mut author: Author) -> Result<()> {
    let producer = accounts.sandbox_producer()?;
    loop {
        send(&producer, "task-created", &author.created()).await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

/// The next event; what is no JSON is an empty one.
pub(super) async fn next(consumer: &Member) -> Result<(BorrowedMessage<'_>, Value)> {
    let message = consumer.recv().await?;
    let event = message
        .payload()
        .and_then(|payload| serde_json::from_slice(payload).ok())
        .unwrap_or(Value::Null);
    Ok((message, event))
}

/// Sends an event, keyed by its task, with trace and a header key that comes twice.
pub(super) async fn send(producer: &FutureProducer, topic: &str, event: &Event) -> Result<()> {
    let body = event.body.to_string();
    let header = |key: &'static str, value: &'static str| Header {
        key,
        value: Some(value),
    };
    let headers = OwnedHeaders::new()
        .insert(Header {
            key: "traceparent",
            value: Some(event.trace.as_str()),
        })
        .insert(Header {
            key: "event-type",
            value: Some(event.kind.as_str()),
        })
        .insert(header("via", "gateway"))
        .insert(header("via", "task-api"));
    let record = FutureRecord::to(topic)
        .key(event.task.as_str())
        .payload(body.as_str())
        .headers(headers);
    producer
        .send(record, QUEUE)
        .await
        .map_err(|(error, _)| anyhow!(error))?;
    Ok(())
}
