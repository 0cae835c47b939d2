//! What the bed tells others about itself: the shape of `target/testbed/state.json`.
//!
//! Written by the daemon when everything is ready, read by the operator stand-in, the workload, the console's integration
//! tests and the browser tests. It holds the secrets of a throw-away bed (tokens, passwords), so the file is 0600 and
//! nothing of it is printed. All paths in it are absolute.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// The version of the shape; raised when a field changes its meaning, not when one is added.
pub const VERSION: u32 = 1;

/// A running bed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// [`VERSION`].
    pub version: u32,
    /// The console, when the demo started one.
    pub console: Option<Console>,
    /// Who may sign in, by name.
    pub identities: BTreeMap<String, Identity>,
    /// The API server.
    pub kubernetes: Kubernetes,
    /// The Kafka clusters.
    pub clusters: Vec<Cluster>,
    /// The schema registry, when asked for.
    pub registry: Option<Registry>,
    /// The OpenID provider, when asked for.
    pub oidc: Option<Oidc>,
    /// Where faults are controlled.
    pub faults: Faults,
    /// The folder of Kafka's jars, for the command-line classes.
    pub kafka_libs: PathBuf,
    /// The Java executable that runs them.
    pub java: PathBuf,
    /// Where the bed keeps its data.
    pub data_directory: PathBuf,
    /// The daemon that owns every process and task of the bed.
    pub daemon: Process,
}

/// A console started by the demo.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Console {
    /// Where people go.
    pub url: String,
    /// Health and metrics.
    pub health_url: String,
    /// One-time sign-in links by identity, as given out at the start; spent once used.
    #[serde(default)]
    pub sign_in: BTreeMap<String, Secret>,
}

/// A person (or the console itself) as the API server knows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// Its bearer token.
    pub token: Secret,
    /// Its groups.
    pub groups: Vec<String>,
    /// What it may, in words.
    pub may: String,
}

/// The Kubernetes API server of the bed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kubernetes {
    /// Base address.
    pub server: String,
    /// Certificate of its authority, PEM.
    pub ca_file: PathBuf,
    /// Token of a member of `system:masters`: for test equipment, never for the console.
    pub admin_token: Secret,
    /// Kubeconfig with the admin token.
    pub kubeconfig: PathBuf,
    /// Kubeconfig of ServiceAccount `penstock`.
    pub console_kubeconfig: PathBuf,
    /// Which of Strimzi's resource definitions it serves.
    pub strimzi: Strimzi,
}

/// Which of Strimzi's resource definitions are served.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Strimzi {
    /// Version of Strimzi they come from.
    pub version: String,
    /// The newest version they serve: `v1` or `v1beta2`, of `kafka.strimzi.io` and `core.strimzi.io` alike.
    pub api_version: String,
}

/// One Kafka cluster.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    /// Namespace of its Kafka resource.
    pub namespace: String,
    /// Name of its Kafka resource.
    pub name: String,
    /// The id it was formatted with.
    pub cluster_id: String,
    /// Version of the brokers.
    pub kafka_version: String,
    /// Name of its one KafkaNodePool.
    pub pool: String,
    /// Whether an authorizer runs (`spec.kafka.authorization.type: simple`).
    pub authorization: bool,
    /// Bootstrap servers (`host:port,host:port`) by listener name, through the fault proxy, as the brokers advertise them.
    pub listeners: BTreeMap<String, String>,
    /// How each listener is secured, by its name.
    pub listener_kinds: BTreeMap<String, ListenerKind>,
    /// Certificate of the authority that signed the brokers' certificates, PEM.
    pub ca_file: PathBuf,
    /// The authority whose certificates clients present on mutual TLS listeners.
    pub clients_ca: Authority,
    /// How test equipment reaches the brokers as a super user: the replication listener, past the proxy.
    pub admin: AdminAccess,
    /// SCRAM users known in advance, by name. The others' passwords are in their Secrets.
    pub users: BTreeMap<String, User>,
    /// The brokers and controllers.
    pub nodes: Vec<Node>,
}

/// How a client listener is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListenerKind {
    /// Whether it speaks TLS.
    pub tls: bool,
    /// How clients prove who they are.
    pub authentication: Authentication,
}

/// How clients of a listener prove who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authentication {
    /// Not at all: they are `User:ANONYMOUS`.
    None,
    /// By a client certificate.
    Tls,
    /// By SASL SCRAM-SHA-512.
    #[serde(rename = "scram-sha-512")]
    ScramSha512,
}

/// A certificate authority whose key the bed holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authority {
    /// Certificate, PEM.
    pub certificate_file: PathBuf,
    /// Private key, PKCS#8 PEM, ECDSA P-256.
    pub key_file: PathBuf,
}

/// How test equipment reaches the brokers as a super user.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AdminAccess {
    /// Addresses (`host:port`) of the nodes in the order of their ids; what Metadata answers here are direct addresses too.
    pub bootstrap: Vec<String>,
    /// Certificates for the connection.
    pub tls: ClientTls,
}

impl AdminAccess {
    /// The connection as librdkafka takes it.
    pub fn client(&self) -> rdkafka::ClientConfig {
        let file = |path: &std::path::Path| path.to_string_lossy().into_owned();
        let mut config = rdkafka::ClientConfig::new();
        config
            .set("bootstrap.servers", self.bootstrap.join(","))
            .set("security.protocol", "SSL")
            .set("ssl.ca.location", file(&self.tls.ca_file))
            .set("ssl.certificate.location", file(&self.tls.certificate_file))
            .set("ssl.key.location", file(&self.tls.key_file));
        config
    }
}

/// Files for a mutual TLS connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientTls {
    /// Authority to trust, PEM.
    pub ca_file: PathBuf,
    /// Own certificate, PEM.
    pub certificate_file: PathBuf,
    /// Own private key, PKCS#8 PEM.
    pub key_file: PathBuf,
}

/// A SCRAM user.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Its password.
    pub password: Secret,
}

/// One Kafka node.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// `node.id`.
    pub id: i32,
    /// Its process at the time of writing; after a restart the daemon's status has the new one.
    pub pid: Option<u32>,
    /// `broker.rack`.
    pub rack: Option<String>,
    /// Its log file.
    pub log: PathBuf,
    /// Its data directory (`log.dirs`).
    pub data: PathBuf,
    /// Addresses by listener name, through the fault proxy.
    pub advertised: BTreeMap<String, String>,
    /// Addresses by listener name, past the proxy.
    pub direct: BTreeMap<String, String>,
}

/// A schema registry.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registry {
    /// Base of the Confluent-compatible API, through the fault proxy.
    pub url: String,
}

/// An OpenID provider whose tokens the API server takes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Oidc {
    /// Its address, which is what its tokens name as their issuer.
    pub issuer: String,
    /// The authority behind its certificate, PEM.
    pub ca_file: PathBuf,
    /// Its one client, whom its tokens are for.
    pub client: String,
    /// ID tokens by person. To the API server `alice` of here is `oidc:alice`, in the same groups.
    pub tokens: BTreeMap<String, Secret>,
}

/// The control endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Faults {
    /// Base address.
    pub url: String,
    /// The bearer token it wants.
    pub token: Secret,
    /// Where its commands are explained.
    pub commands: String,
}

/// A process that can be told from a later one with the same id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Process {
    /// Process id.
    pub pid: u32,
    /// Start in clock ticks since boot, field 22 of `/proc/<pid>/stat`.
    pub start_time: u64,
}

/// Text that `Debug` does not show.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Hides `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, to hand to whom it is for.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

impl State {
    /// Reads the state of this clone's bed (or of `PENSTOCK_STATE`).
    ///
    /// # Errors
    /// No clone around the working directory, no bed, or a file of another version.
    pub fn load() -> Result<Self> {
        Self::read(&file()?)
    }

    /// Reads a state file.
    ///
    /// # Errors
    /// The file is absent, unreadable or of another version.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| {
            format!(
                "no test bed: {} can't be read; start one with `testbed up`",
                path.display()
            )
        })?;
        let state: Self = serde_json::from_str(&text)
            .with_context(|| format!("{} is not a state file", path.display()))?;
        if state.version != VERSION {
            bail!(
                "{} has version {}, this program knows {VERSION}; run `testbed down` and `testbed up`",
                path.display(),
                state.version
            );
        }
        Ok(state)
    }

    /// Writes the file whole or not at all, readable by its owner only.
    ///
    /// # Errors
    /// The folder can't be made or written.
    pub fn write(&self, path: &Path) -> Result<()> {
        crate::files::write_private(path, &serde_json::to_vec_pretty(self)?)
    }

    /// A cluster by the namespace and name of its Kafka resource.
    pub fn cluster(&self, namespace: &str, name: &str) -> Option<&Cluster> {
        self.clusters
            .iter()
            .find(|cluster| cluster.namespace == namespace && cluster.name == name)
    }
}

impl Cluster {
    /// Name of the pod that stands for a node, as Strimzi names it.
    pub fn pod_name(&self, id: i32) -> String {
        format!("{}-{}-{id}", self.name, self.pool)
    }
}

/// Root of the clone around the working directory: the nearest folder upwards whose `Cargo.toml` has a `[workspace]`.
///
/// # Errors
/// There is none.
pub fn clone_root() -> Result<PathBuf> {
    let start = std::env::current_dir().context("the working directory can't be read")?;
    for folder in start.ancestors() {
        let manifest = folder.join("Cargo.toml");
        if let Ok(text) = std::fs::read_to_string(&manifest)
            && text.lines().any(|line| line.trim() == "[workspace]")
        {
            return folder
                .canonicalize()
                .with_context(|| format!("{} can't be resolved", folder.display()));
        }
    }
    bail!(
        "{} is not inside a clone of Penstock: no Cargo.toml with [workspace] above it",
        start.display()
    )
}

/// Where the state file of this clone is, or `PENSTOCK_STATE`.
///
/// # Errors
/// No clone around the working directory.
pub fn file() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("PENSTOCK_STATE").filter(|path| !path.is_empty()) {
        return Ok(PathBuf::from(path));
    }
    Ok(clone_root()?.join("target/testbed/state.json"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn secrets_stay_out_of_debug_and_survive_json() {
        let secret = Secret::new("open sesame");
        assert!(!format!("{secret:?}").contains("sesame"));
        let text = serde_json::to_string(&secret).unwrap();
        assert_eq!(text, "\"open sesame\"");
        assert_eq!(serde_json::from_str::<Secret>(&text).unwrap(), secret);
    }

    #[test]
    fn authentication_is_written_as_strimzi_does() {
        let text = serde_json::to_string(&Authentication::ScramSha512).unwrap();
        assert_eq!(text, "\"scram-sha-512\"");
    }
}
