//! The starting etcd: resource definitions, namespaces and rights are written once into a data directory that is kept and
//! copied for every bed. It is kept under a hash of everything that went into it, so a changed manifest makes a new one.

use super::apply;
use super::plane::{Access, Starter};
use crate::files;
use crate::layout::{Layout, Tools};
use crate::supervisor::Supervisor;
use anyhow::{Context, Result};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Api, ListParams};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::Instant;

/// Raised when the way a seed is made changes.
const RECIPE: &str = "1";
const CLEAN_END: Duration = Duration::from_secs(10);
const ESTABLISHED: Duration = Duration::from_secs(40);

/// The files that go into a seed.
fn sources(layout: &Layout, tools: &Tools) -> Result<Vec<PathBuf>> {
    let mut paths = apply::files_of(&tools.crds)?;
    paths.push(layout.clone.join("k8s/base/rbac.yaml"));
    paths.push(layout.clone.join("testbed/resources/namespaces.yaml"));
    paths.push(layout.clone.join("testbed/resources/access.yaml"));
    Ok(paths)
}

/// Where the seed of these files is (or would be).
///
/// # Errors
/// A file can't be read.
pub fn folder(layout: &Layout, tools: &Tools, strimzi: &str) -> Result<PathBuf> {
    let mut hash = Sha256::new();
    hash.update(RECIPE);
    let binary = std::fs::metadata(&tools.kubetest)
        .with_context(|| format!("{} can't be read", tools.kubetest.display()))?;
    hash.update(binary.len().to_le_bytes());
    for path in sources(layout, tools)? {
        let content =
            std::fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?;
        hash.update(content.len().to_le_bytes());
        hash.update(content);
    }
    let key: String = hash
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(layout.kept().join(format!("etcd-{strimzi}-{key}")))
}

/// Makes the seed: starts etcd and an API server on an empty directory, writes everything, ends them, keeps the directory.
///
/// # Errors
/// They did not start, or a manifest was refused.
pub async fn make(
    layout: &Layout,
    tools: &Tools,
    supervisor: &Supervisor,
    access: &Access,
    seed: &Path,
) -> Result<()> {
    let growing = layout.running().join("seed-etcd");
    let starter = Starter {
        layout,
        kubetest: &tools.kubetest,
        supervisor,
        access,
        data: growing.clone(),
        prefix: "seed-",
        kubeconfig: layout.running().join("seed.kubeconfig"),
        // What is kept has to be whole.
        grace_at_end: CLEAN_END,
    };
    let plane = starter.start().await?;
    let documents = apply::read(&sources(layout, tools)?)?;
    let definitions = documents
        .iter()
        .filter(|document| document.get("kind") == Some(&Value::from("CustomResourceDefinition")))
        .count();
    apply::apply(&plane.client, documents).await?;
    established(&plane.client, definitions).await?;
    // In this order: what the API server wrote is in etcd before that ends.
    starter.end().await?;
    drop_others(seed);
    std::fs::create_dir_all(layout.kept())?;
    std::fs::rename(&growing, seed)
        .with_context(|| format!("the seed could not be kept as {}", seed.display()))
}

/// Seeds of earlier manifests for the same version of Strimzi are of no use any more.
fn drop_others(seed: &Path) {
    let name = seed.file_name().unwrap_or_default().to_string_lossy();
    let Some(((family, _), kept)) = name.rsplit_once('-').zip(seed.parent()) else {
        return;
    };
    let Ok(entries) = std::fs::read_dir(kept) else {
        return;
    };
    for entry in entries.filter_map(Result::ok) {
        let other = entry.file_name().to_string_lossy().into_owned();
        if other
            .rsplit_once('-')
            .is_some_and(|(other, _)| other == family)
            && let Err(error) = files::remove_folder(&entry.path())
        {
            tracing::warn!(error = format!("{error:#}"), "an old seed stays");
        }
    }
}

async fn established(client: &kube::Client, count: usize) -> Result<()> {
    let api: Api<CustomResourceDefinition> = Api::all(client.clone());
    let deadline = Instant::now() + ESTABLISHED;
    loop {
        let list = api.list(&ListParams::default()).await?;
        let ready = list
            .items
            .iter()
            .filter(|definition| is_established(definition));
        if ready.count() >= count {
            return Ok(());
        }
        anyhow::ensure!(
            Instant::now() < deadline,
            "the resource definitions were not established in time"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn is_established(definition: &CustomResourceDefinition) -> bool {
    let conditions = definition
        .status
        .as_ref()
        .and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|conditions| {
        conditions
            .iter()
            .any(|condition| condition.type_ == "Established" && condition.status == "True")
    })
}
