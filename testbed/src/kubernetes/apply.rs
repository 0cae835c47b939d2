//! Writes manifests: every document of a YAML file by server-side apply, many at a time.

use anyhow::{Context, Result, bail};
use futures::{StreamExt, TryStreamExt, stream};
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams};
use serde::Deserialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::Instant;

/// Field manager of everything the bed writes.
const MANAGER: &str = "penstock-testbed";
const AT_A_TIME: usize = 12;
/// How long a kind may take to be served after its definition was written.
const PATIENCE: Duration = Duration::from_secs(40);
const PAUSE: Duration = Duration::from_millis(150);

/// The documents of YAML files, in order.
///
/// # Errors
/// A file can't be read or is no YAML.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Value>> {
    let mut documents = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("{} can't be read", path.display()))?;
        documents.extend(parse(&text).with_context(|| format!("{} is no YAML", path.display()))?);
    }
    Ok(documents)
}

/// The documents of one YAML text; empty ones are left out.
///
/// # Errors
/// It is no YAML.
pub fn parse(text: &str) -> Result<Vec<Value>> {
    let mut documents = Vec::new();
    for document in serde_yaml_ng::Deserializer::from_str(text) {
        let value = Value::deserialize(document)?;
        if !value.is_null() {
            documents.push(value);
        }
    }
    Ok(documents)
}

/// The YAML files of a folder in the order of their names.
///
/// # Errors
/// It can't be read.
pub fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    paths.sort();
    Ok(paths)
}

/// Applies documents in any order; what needs a namespace or a kind that is not there yet is tried again for a while.
///
/// # Errors
/// A document is refused, or what it needs did not come.
pub async fn apply(client: &kube::Client, documents: Vec<Value>) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    stream::iter(documents)
        .map(|document| apply_one(client, document, deadline))
        .buffer_unordered(AT_A_TIME)
        .try_collect()
        .await
}

async fn apply_one(client: &kube::Client, document: Value, deadline: Instant) -> Result<()> {
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str);
    let (Some(api_version), Some(kind), Some(name)) =
        (text("/apiVersion"), text("/kind"), text("/metadata/name"))
    else {
        bail!("a document without apiVersion, kind or metadata.name");
    };
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
    let api: Api<DynamicObject> = match text("/metadata/namespace") {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    };
    let params = PatchParams::apply(MANAGER).force();
    loop {
        match api.patch(name, &params, &Patch::Apply(&document)).await {
            Ok(_) => return Ok(()),
            Err(error) if may_pass(&error) && Instant::now() < deadline => {
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                return Err(error).with_context(|| format!("{kind} {name} could not be applied"));
            }
        }
    }
}

/// Whether waiting may help: a missing kind or namespace, a server that is busy, starting or away.
fn may_pass(error: &kube::Error) -> bool {
    match error {
        kube::Error::Api(status) => matches!(status.code, 404 | 409 | 429 | 500..),
        kube::Error::HyperError(_) | kube::Error::Service(_) => true,
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn documents_are_split_and_empty_ones_left_out() {
        let documents = parse("# a comment\n---\nkind: A\n---\n---\nkind: B\n").unwrap();
        let kinds: Vec<_> = documents.iter().map(|document| &document["kind"]).collect();
        assert_eq!(kinds, ["A", "B"]);
    }
}
