//! The Secret of the console's own user: its password changed, the Secret gone and made again.

use super::ground::Ground;
use crate::kubernetes::identities::random_secret;
use crate::state::Cluster;
use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::api::{DeleteParams, Patch, PatchParams};
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

const USER: &str = "penstock";
const NAMESPACE: &str = "kafka";
/// How long the stand-in and the brokers may take with a new password.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(200);
const LOGIN: Duration = Duration::from_secs(3);

/// Writes another password into the Secret, as somebody who rotates it does, and waits until the brokers take it.
pub(super) async fn change(ground: &Ground) -> Result<()> {
    let password = random_secret();
    let patch = json!({ "data": { "password": STANDARD.encode(password.expose()) } });
    ground
        .objects("Secret", NAMESPACE)
        .patch(USER, &PatchParams::default(), &Patch::Merge(&patch))
        .await
        .context("the Secret can't be changed")?;
    accepted(ground).await
}

/// Deletes the Secret, and keeps the stand-in from making it again.
pub(super) async fn delete(ground: &Ground) -> Result<()> {
    pause(ground, Some("true")).await?;
    ground
        .objects("Secret", NAMESPACE)
        .delete(USER, &DeleteParams::default())
        .await
        .context("the Secret can't be deleted")?;
    Ok(())
}

/// Lets the stand-in make it again, and waits until the brokers take its password.
pub(super) async fn make(ground: &Ground) -> Result<()> {
    pause(ground, None).await?;
    accepted(ground).await
}

async fn pause(ground: &Ground, value: Option<&str>) -> Result<()> {
    let patch =
        json!({ "metadata": { "annotations": { "strimzi.io/pause-reconciliation": value } } });
    ground
        .objects("KafkaUser", NAMESPACE)
        .patch(USER, &PatchParams::default(), &Patch::Merge(&patch))
        .await
        .context("the KafkaUser can't be changed")?;
    Ok(())
}

/// Waits until a broker takes the password that the Secret has.
async fn accepted(ground: &Ground) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let cluster = ground
        .state
        .cluster(NAMESPACE, "task-events")
        .context("no cluster")?;
    loop {
        if let Some(password) = password(ground).await?
            && signs_in(cluster, password).await?
        {
            return Ok(());
        }
        if Instant::now() >= deadline {
            bail!("the brokers take no new password of {USER}");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn password(ground: &Ground) -> Result<Option<String>> {
    let secret = ground.objects("Secret", NAMESPACE).get_opt(USER).await?;
    let encoded = secret.as_ref().and_then(|secret| {
        let value = secret.data.pointer("/data/password")?;
        Value::as_str(value)
    });
    let decoded = encoded.and_then(|encoded| STANDARD.decode(encoded).ok());
    Ok(decoded.and_then(|bytes| String::from_utf8(bytes).ok()))
}

/// Past the proxy, with a client that is not the console's.
async fn signs_in(cluster: &Cluster, password: String) -> Result<bool> {
    let node = cluster.nodes.first().context("no node")?;
    let mut config = ClientConfig::new();
    config
        .set(
            "bootstrap.servers",
            node.direct.get("scram").context("no listener scram")?,
        )
        .set("security.protocol", "SASL_SSL")
        .set("sasl.mechanism", "SCRAM-SHA-512")
        .set("sasl.username", USER)
        .set("sasl.password", password)
        .set("ssl.ca.location", cluster.ca_file.to_string_lossy())
        .set("log_level", "0");
    let consumer: BaseConsumer = config.create()?;
    let asked =
        tokio::task::spawn_blocking(move || consumer.fetch_metadata(Some("task-created"), LOGIN));
    Ok(asked.await?.is_ok())
}
