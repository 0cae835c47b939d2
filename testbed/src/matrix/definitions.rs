//! Strimzi's resource definitions, taken away and given back.
//!
//! Those of topics and users are never deleted: their resources have finalizers that the stand-in honours, so that every topic
//! of the brokers would go with them. That they are not served is the same to a console, and leaves them where they are.

use super::ground::Ground;
use crate::kubernetes::{apply, settle, strimzi};
use crate::layout::Tools;
use anyhow::{Context, Result};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Api, DeleteParams, ListParams, PostParams};
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;

/// What can be made again from files and by the stand-in.
const REMOVED: [&str; 3] = [
    "kafkas.kafka.strimzi.io",
    "kafkanodepools.kafka.strimzi.io",
    "strimzipodsets.core.strimzi.io",
];
/// The stand-in's watches begin again within half a minute.
const SETTLED: Duration = Duration::from_secs(120);
/// Others write definitions, too: the API server their status.
const ATTEMPTS: usize = 5;

/// What was taken away.
#[derive(Clone, Copy, Debug)]
pub(super) enum Definitions {
    Removed,
    Unserved,
}

/// Deletes definitions, and everything of these kinds with them.
pub(super) async fn remove(ground: &Ground) -> Result<Definitions> {
    let api = api(ground);
    for name in REMOVED {
        api.delete(name, &DeleteParams::default())
            .await
            .with_context(|| format!("{name} can't be deleted"))?;
    }
    Ok(Definitions::Removed)
}

/// Serves no version of any of them.
pub(super) async fn unserve(ground: &Ground) -> Result<Definitions> {
    serve(ground, false).await?;
    Ok(Definitions::Unserved)
}

impl Definitions {
    /// Gives them back, and waits until the stand-in has looked at everything.
    pub(super) async fn install(self, ground: &Ground) -> Result<()> {
        match self {
            Definitions::Unserved => serve(ground, true).await?,
            Definitions::Removed => {
                apply::apply(&ground.client, definitions(ground)?).await?;
                apply::apply(&ground.client, clusters(ground)?).await?;
            }
        }
        let version = &ground.state.kubernetes.strimzi.api_version;
        let waited = tokio::time::Instant::now();
        loop {
            // Until a kind is served again, asking for it fails.
            match settle::settled(&ground.client, version, SETTLED).await {
                Ok(()) => return Ok(()),
                Err(error) if waited.elapsed() >= SETTLED => return Err(error),
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }
}

fn api(ground: &Ground) -> Api<CustomResourceDefinition> {
    Api::all(ground.client.clone())
}

async fn serve(ground: &Ground, served: bool) -> Result<()> {
    let api = api(ground);
    for definition in api.list(&ListParams::default()).await?.items {
        if !definition.spec.group.ends_with("strimzi.io") {
            continue;
        }
        let name = definition.metadata.name.clone().unwrap_or_default();
        let mut attempt = 1;
        loop {
            let mut definition = api.get(&name).await?;
            for version in &mut definition.spec.versions {
                version.served = served;
            }
            match api
                .replace(&name, &PostParams::default(), &definition)
                .await
            {
                Ok(_) => break,
                Err(kube::Error::Api(status)) if status.code == 409 && attempt < ATTEMPTS => {
                    attempt += 1;
                }
                Err(error) => return Err(error).with_context(|| name.clone()),
            }
        }
    }
    Ok(())
}

/// The deleted definitions, from the files of the bed's Strimzi.
fn definitions(ground: &Ground) -> Result<Vec<Value>> {
    let tools = Tools::find(&ground.layout, &ground.state.kubernetes.strimzi.version)?;
    let mut documents = apply::read(&apply::files_of(&tools.crds)?)?;
    documents.retain(|document| {
        let name = document.pointer("/metadata/name").and_then(Value::as_str);
        name.is_some_and(|name| REMOVED.contains(&name))
    });
    Ok(documents)
}

/// The clusters and pools that the bed declares.
fn clusters(ground: &Ground) -> Result<Vec<Value>> {
    let folder = ground.layout.clone.join("testbed/resources");
    let paths: Vec<PathBuf> = apply::files_of(&folder)?
        .into_iter()
        .filter(|path| {
            let name = path.file_name().unwrap_or_default();
            name.to_string_lossy().starts_with("kafka-")
        })
        .collect();
    let mut documents = apply::read(&paths)?;
    documents.retain(|document| {
        matches!(
            document.get("kind").and_then(Value::as_str),
            Some("Kafka" | "KafkaNodePool")
        )
    });
    for document in &mut documents {
        strimzi::put_version(document, &ground.state.kubernetes.strimzi.api_version);
    }
    Ok(documents)
}
