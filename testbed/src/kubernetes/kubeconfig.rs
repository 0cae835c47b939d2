//! Access files for the bed's API server, and the client made from one.

use crate::files;
use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// Deadline for connecting and for every answer; watches are not made with this client.
const DEADLINE: Duration = Duration::from_secs(20);

/// Writes a kubeconfig with one cluster, one user and one context, 0600.
///
/// # Errors
/// The file can't be written.
pub fn write(path: &Path, server: &str, authority: &str, user: &str, token: &str) -> Result<()> {
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "bed",
        "clusters": [{ "name": "bed", "cluster": {
            "server": server,
            "certificate-authority-data": STANDARD.encode(authority),
        } }],
        "users": [{ "name": user, "user": { "token": token } }],
        "contexts": [{ "name": "bed", "context": { "cluster": "bed", "user": user } }],
    });
    files::write_private(path, serde_yaml_ng::to_string(&config)?.as_bytes())
}

/// A client from a kubeconfig file.
///
/// # Errors
/// The file is absent or no kubeconfig.
pub async fn client(path: &Path) -> Result<kube::Client> {
    let kubeconfig =
        Kubeconfig::read_from(path).with_context(|| format!("{} can't be read", path.display()))?;
    let mut config =
        kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
            .await
            .with_context(|| format!("{} is no usable kubeconfig", path.display()))?;
    config.connect_timeout = Some(DEADLINE);
    config.read_timeout = Some(DEADLINE);
    config.write_timeout = Some(DEADLINE);
    kube::Client::try_from(config).context("no Kubernetes client could be made")
}
