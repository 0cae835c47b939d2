//! A record whose schema the console has never seen, while nobody answers at the registry.

use super::ground::Ground;
use super::look::CLUSTER;
use crate::admin::topics::NewTopic;
use crate::kubernetes::identities::random_secret;
use anyhow::{Context, Result};
use rdkafka::producer::{FutureProducer, FutureRecord};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// The registry among the bed's processes, and its way in the fault proxy.
pub(super) const UNIT: &str = "registry";
const TOPIC: &str = "matrix-registry";
const DEADLINE: Duration = Duration::from_secs(10);
#[derive(Deserialize)]
struct Registered {
    id: u32,
}

/// What is read of the record once its schema is known: the schema's name.
pub(super) const RIGHT: &str = "matrix.Row";

/// Where the console shows the record.
pub(super) fn path() -> String {
    format!("/api/v1{CLUSTER}/topics/{TOPIC}/records?from=oldest&limit=1")
}

/// Registers a schema that nobody has seen, and writes one record with it into a topic of its own.
pub(super) async fn prepare(ground: &Ground) -> Result<()> {
    let registry = ground.state.registry.as_ref().context(
        "this row needs the registry: `testbed demo --detach` starts it unless it is told not to",
    )?;
    let word = random_secret();
    let word = word.expose();
    let client = reqwest::Client::builder()
        .timeout(DEADLINE)
        .no_proxy()
        .build()?;
    // Registries give the same text the same id, and the console may know that; so each text is a new one.
    let schema = json!({
        "type": "record", "name": "Row", "namespace": "matrix", "doc": word,
        "fields": [{ "name": "word", "type": "string" }],
    });
    let registered: Registered = client
        .post(format!("{}/subjects/{TOPIC}-{word}/versions", registry.url))
        .json(&json!({ "schema": schema.to_string() }))
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    tidy(ground).await?;
    let new = NewTopic {
        partitions: Some(1),
        replicas: Some(3),
        ..NewTopic::default()
    };
    ground.admin.create_topic(TOPIC, &new).await?;
    write(ground, &framed(registered.id, word)).await
}

/// Takes the topic away.
pub(super) async fn tidy(ground: &Ground) -> Result<()> {
    ground.admin.delete_topic(TOPIC).await?;
    Ok(())
}

/// The frame of the registry's serializers around one Avro string.
fn framed(id: u32, word: &str) -> Vec<u8> {
    let mut bytes = vec![0];
    bytes.extend_from_slice(&id.to_be_bytes());
    // A zigzag varint; words are shorter than 64 bytes.
    bytes.push(u8::try_from(word.len() * 2).unwrap_or_default());
    bytes.extend_from_slice(word.as_bytes());
    bytes
}

async fn write(ground: &Ground, value: &[u8]) -> Result<()> {
    let cluster = ground
        .state
        .cluster("kafka", "task-events")
        .context("no cluster")?;
    let producer: FutureProducer = cluster.admin.client().create()?;
    let record = FutureRecord::<(), [u8]>::to(TOPIC).payload(value);
    producer
        .send(record, DEADLINE)
        .await
        .map_err(|(error, _)| error)?;
    Ok(())
}
