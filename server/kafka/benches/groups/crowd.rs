//! Many groups: made by committing in their names, and deleted again.

use super::{Options, PATIENCE};
use anyhow::{Context, Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use penstock_domain::ids::{GroupName, PartitionId, TopicName};
use penstock_kafka::Client;
use serde_json::{Value, json};
use std::time::Instant;

/// Groups that commit at once.
const AT_ONCE: usize = 16;
/// Groups of one deletion.
const DELETED: usize = 500;

/// The names of the crowd.
pub fn names(options: &Options) -> Result<Vec<GroupName>> {
    let prefix = options.text("prefix")?;
    let groups: usize = options.number("groups", 2_000)?;
    Ok((0..groups)
        .map(|index| GroupName::new(format!("{prefix}{index:05}")))
        .collect())
}

/// Commits offset 0 in so many partitions of one topic, which must be there.
pub async fn create(client: &Client, options: &Options) -> Result<Value> {
    let partitions: i32 = options.number("partitions", 50)?;
    let topic = TopicName::from(options.text("topic")?);
    let offsets: Vec<_> = (0..partitions)
        .map(|partition| (topic.clone(), PartitionId(partition), 0))
        .collect();
    let began = Instant::now();
    let names = names(options)?;
    stream::iter(names.iter().map(Ok::<_, anyhow::Error>))
        .try_for_each_concurrent(AT_ONCE, |group| {
            let offsets = &offsets;
            async move {
                let outcomes = client.commit_offsets(group, offsets, PATIENCE).await?;
                ensure!(
                    outcomes.len() == offsets.len(),
                    "{group}: not every partition was answered"
                );
                for (_, partition, outcome) in outcomes {
                    outcome.with_context(|| format!("{group} {partition}"))?;
                }
                Ok(())
            }
        })
        .await?;
    Ok(
        json!({ "groups": names.len(), "partitions": partitions, "seconds": began.elapsed().as_secs_f64() }),
    )
}

/// Deletes them.
pub async fn delete(client: &Client, options: &Options) -> Result<Value> {
    let names = names(options)?;
    let mut failed = 0;
    let mut chunks = stream::iter(names.chunks(DELETED));
    while let Some(chunk) = chunks.next().await {
        let outcomes = client.delete_groups(chunk, PATIENCE).await;
        failed += outcomes.values().filter(|outcome| outcome.is_err()).count();
    }
    Ok(json!({ "groups": names.len(), "failed": failed }))
}
