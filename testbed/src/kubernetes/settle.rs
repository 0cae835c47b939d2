//! Waits until the operator stand-in has looked at everything that was declared.

use anyhow::{Result, bail};
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, ListParams};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;

const KINDS: [&str; 4] = ["Kafka", "KafkaNodePool", "KafkaTopic", "KafkaUser"];
const PAUSE: Duration = Duration::from_millis(200);

/// Waits until every Strimzi resource has a status for its newest generation.
///
/// # Errors
/// `patience` ran out; the message names what is still open.
pub async fn settled(client: &kube::Client, version: &str, patience: Duration) -> Result<()> {
    let deadline = Instant::now() + patience;
    loop {
        let open = open(client, version).await?;
        if open.is_empty() {
            return Ok(());
        }
        if Instant::now() >= deadline {
            bail!(
                "not reconciled within {} s: {}",
                patience.as_secs(),
                open.join(", ")
            );
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn open(client: &kube::Client, version: &str) -> Result<Vec<String>> {
    let mut open = Vec::new();
    for kind in KINDS {
        let resource =
            ApiResource::from_gvk(&GroupVersionKind::gvk("kafka.strimzi.io", version, kind));
        let api: Api<DynamicObject> = Api::all_with(client.clone(), &resource);
        for object in api.list(&ListParams::default()).await? {
            if !is_settled(&object) {
                let name = object.metadata.name.unwrap_or_default();
                open.push(format!("{kind} {name}"));
            }
        }
    }
    Ok(open)
}

/// A status of the newest generation. One that is being deleted is nobody's concern here.
fn is_settled(object: &DynamicObject) -> bool {
    if object.metadata.deletion_timestamp.is_some() {
        return true;
    }
    let observed = object
        .data
        .pointer("/status/observedGeneration")
        .and_then(Value::as_i64);
    observed.is_some() && observed >= object.metadata.generation
}
