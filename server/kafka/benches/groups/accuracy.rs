//! How true the lag in time is. The program writes records at a known rate, commits offsets of records whose time it knows, and
//! compares every figure of the inventory with that.

use super::{Options, PATIENCE};
use anyhow::{Context, Result, ensure};
use penstock_domain::{
    group::SecondsKind,
    ids::{ClusterRef, GroupName, PartitionId, TopicName},
    produce::Acks,
    time::Timestamp,
};
use penstock_kafka::{
    Client, ClusterConnection, Inventory, Periods,
    produce::{NewRecord, Producer, ProducerOptions},
};
use serde_json::{Value, json};
use std::time::{Duration, Instant, SystemTime};
use tokio_util::sync::CancellationToken;

/// Bursts a second in which records are written.
const BURSTS: u64 = 10;

/// Writes for so many seconds while a group stays that far behind.
pub async fn measure(
    client: &Client,
    connection: ClusterConnection,
    options: &Options,
    stop: &CancellationToken,
) -> Result<Value> {
    let rate: u64 = options.number("rate", 10)?;
    let seconds: u64 = options.number("seconds", 60)?;
    let behind: u64 = options.number("behind", 20)?;
    let topic = TopicName::from(options.text("topic")?);
    let group = GroupName::new(format!("bench-accuracy-{rate}"));
    let partition = PartitionId(0);
    ensure!(
        rate >= BURSTS && seconds > behind,
        "rate and seconds are too small"
    );
    let settings = ProducerOptions {
        acks: Acks::Leader,
        ..ProducerOptions::default()
    };
    let producer = Producer::new(&connection, settings).await?;
    let cluster = ClusterRef::new("bench", "bench");
    let inventory = Inventory::start(&cluster, connection, Periods::default(), stop);
    let mut written: Vec<(i64, Timestamp)> = Vec::new();
    let mut errors: Vec<f64> = Vec::new();
    let mut kinds = (0_u32, 0_u32);
    let mut last_seen = None;
    let mut standing: Option<Timestamp> = None;
    let began = Instant::now();
    let each = Duration::from_millis(1_000 / BURSTS);
    let mut next = began;
    while began.elapsed().as_secs() < seconds {
        let burst: Vec<NewRecord> = (0..rate / BURSTS)
            .map(|_| NewRecord {
                topic: topic.clone(),
                partition: Some(partition),
                key: None,
                value: Some(vec![b'x'; 100].into()),
                headers: Vec::new(),
                timestamp: Some(now()),
            })
            .collect();
        let at = burst
            .first()
            .and_then(|record| record.timestamp)
            .context("an empty burst")?;
        let results = producer.produce_all(&burst).await;
        let first = results.into_iter().next().context("no result")??;
        written.push((first.offset.context("no offset")?, at));
        // The oldest record that is younger than `behind`: everything before it has been read.
        let due = now().0 - i64::try_from(behind * 1_000)?;
        if let Some((offset, at)) = written.iter().rev().find(|(_, at)| at.0 <= due).copied()
            && standing != Some(at)
        {
            let offsets = [(topic.clone(), partition, offset)];
            client.commit_offsets(&group, &offsets, PATIENCE).await?;
            standing = Some(at);
        }
        inventory.touch();
        let snapshot = inventory.snapshot();
        let detail = snapshot
            .groups
            .value
            .as_ref()
            .and_then(|groups| groups.get(group.as_str()));
        if let Some(detail) = detail
            && detail.freshness.as_of != last_seen
            && let Some(row) = detail.partitions.first()
            && let (Some(told), Some(offset), Some(as_of)) =
                (row.seconds, row.committed, detail.freshness.as_of)
            && let Some((_, at)) = written.iter().find(|(first, _)| *first == offset)
        {
            last_seen = detail.freshness.as_of;
            let truth = at.millis_until(as_of) as f64 / 1_000.0;
            errors.push((told - truth).abs());
            match row.seconds_kind {
                SecondsKind::Exact => kinds.0 += 1,
                _ => kinds.1 += 1,
            }
        }
        next += each;
        tokio::time::sleep_until(next.into()).await;
    }
    inventory.stop().await;
    errors.sort_by(f64::total_cmp);
    Ok(json!({
        "rate": rate,
        "behindSeconds": behind,
        "looks": errors.len(),
        "exact": kinds.0,
        "estimated": kinds.1,
        "errorSeconds": { "median": errors.get(errors.len() / 2), "worst": errors.last() },
    }))
}

fn now() -> Timestamp {
    Timestamp::from_system(SystemTime::now())
}
