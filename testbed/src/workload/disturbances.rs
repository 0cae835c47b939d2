//! What is not as it should be, so that there is something to see.

use super::account::Accounts;
use super::events::Author;
use super::services::{next, send};
use crate::admin::Admin;
use crate::admin::topics::{ConfigChange, NewTopic};
use anyhow::Result;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// Declared by nobody.
const LOAD_TEST: &str = "load-test-2026-10";
/// Its configuration changes behind the operator's back.
const DRIFTING: &str = "task-updated";
/// How long after a reconciliation somebody changes it again.
const RELAPSE: Duration = Duration::from_secs(20);
/// How long the reports read.
const READING: Duration = Duration::from_secs(30);
/// How long they don't.
const BEHIND: Duration = Duration::from_secs(75);

/// Reads for a report now and then: catches up, falls behind.
pub(super) async fn analytics(accounts: Arc<Accounts>) -> Result<()> {
    let topics = ["task-created", "task-completed"];
    let consumer = accounts.consumer("task-analytics", &topics).await?;
    loop {
        let end = Instant::now() + READING;
        while let Ok(message) = timeout_at(end, next(&consumer)).await {
            let (message, _) = message?;
            consumer.done(&message)?;
        }
        consumer.pause()?;
        // A paused consumer still has to be asked, or the group takes it for dead.
        let _ = timeout(BEHIND, consumer.recv()).await;
        consumer.resume()?;
    }
}

/// Read a little once, and has stopped since: a group without members.
pub(super) async fn billing_export(accounts: Arc<Accounts>) -> Result<()> {
    let consumer = accounts
        .consumer("billing-export", &["task-completed"])
        .await?;
    for _ in 0..5 {
        let (message, _) = next(&consumer).await?;
        consumer.commit(&message)?;
    }
    drop(consumer);
    std::future::pending().await
}

/// A topic that somebody made by hand, without replicas, and left behind.
pub(super) async fn load_test(
    accounts: Arc<Accounts>,
    admin: Admin,
    mut author: Author,
) -> Result<()> {
    if admin.topic(LOAD_TEST).await?.is_none() {
        let new = NewTopic {
            partitions: Some(3),
            replicas: Some(1),
            config: BTreeMap::from([("min.insync.replicas".to_owned(), Some("1".to_owned()))]),
        };
        admin.create_topic(LOAD_TEST, &new).await?;
    }
    let producer = accounts.producer("admin").await?;
    for _ in 0..200 {
        send(&producer, LOAD_TEST, &author.created()).await?;
    }
    std::future::pending().await
}

/// Shortens the retention of a declared topic; the operator puts it back at its next timed reconciliation.
pub(super) async fn drift(admin: Admin) -> Result<()> {
    let wanted = BTreeMap::from([("retention.ms", "86400000"), ("min.insync.replicas", "1")]);
    loop {
        tokio::time::sleep(RELAPSE).await;
        let live = admin.topic_config(DRIFTING).await?;
        let changes: BTreeMap<String, ConfigChange> = wanted
            .iter()
            .filter(|(name, value)| live.get(**name).is_none_or(|live| live.value != **value))
            .map(|(name, value)| {
                let change = ConfigChange::Set(Some((*value).to_owned()));
                ((*name).to_owned(), change)
            })
            .collect();
        if !changes.is_empty() {
            admin.change_topic_config(DRIFTING, &changes).await?;
        }
    }
}
