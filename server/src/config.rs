//! What the console is told: `penstock.toml`, `PENSTOCK_*`, flags.
//!
//! Every setting is one row of the tables in `fields`; from them come the reading of all three sources, the
//! nearest known name for an unknown one, `penstock config` and `docs/CONFIGURATION.md`. A flag outranks the environment, the
//! environment the file, the file the default. Files that settings name are opened by whoever uses them, except those of
//! configured clusters ([`Config::plain_clusters`]).

mod clusters;
mod document;
mod error;
mod fields;
mod masks;
mod nearest;
mod read;
mod registries;
mod rules;
#[cfg(test)]
mod tests;
mod value;

pub use clusters::{ClusterSettings, SaslSettings, TlsFiles};
pub use error::{ConfigError, Mistake};
pub use masks::{MaskSettings, MaskWith};
pub use registries::{RegistryFiles, RegistrySettings};

use penstock_domain::ids::Namespace;
use penstock_kafka::Periods;
use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address of pages and API.
    pub listen: SocketAddr,
    /// Address of health and metrics.
    pub health_listen: SocketAddr,
    /// Where people reach the console, where a proxy stands before it.
    pub public_url: Option<String>,
    /// Host names that it answers to, besides the loopback's and the one of `public_url`.
    pub allowed_hosts: Vec<String>,
    /// Which API server.
    pub kubernetes: Kubernetes,
    /// The kubeconfig; `None`: `$KUBECONFIG`, else `~/.kube/config`.
    pub kubeconfig: Option<PathBuf>,
    /// The context in it; `None`: the current one.
    pub context: Option<String>,
    /// Namespaces that are watched; empty: all.
    pub namespaces: Vec<Namespace>,
    /// Sessions.
    pub session: SessionSettings,
    /// One-time links.
    pub sign_in_codes_file: Option<PathBuf>,
    /// The embedded store; without it everything is kept in memory.
    pub store_file: Option<PathBuf>,
    /// Whether whoever comes over the loopback acts with the server's own credential.
    pub local_sign_in: bool,
    /// Whether every change is refused.
    pub read_only: bool,
    /// Whether the gallery of primitives is served.
    pub gallery: bool,
    /// How often brokers are asked.
    pub polls: Polls,
    /// What a request may cost.
    pub limits: Limits,
    /// The log.
    pub log: Log,
    /// The schema registry of clusters that have no other.
    pub registry: RegistrySettings,
    /// Schema registries of single clusters.
    pub registries: Vec<RegistrySettings>,
    /// What is hidden of records.
    pub masks: Vec<MaskSettings>,
    /// Clusters that no resource declares.
    pub clusters: Vec<ClusterSettings>,
    /// Where each setting that is no default comes from, by its key.
    pub origins: BTreeMap<&'static str, Origin>,
}

/// Where the API server is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kubernetes {
    /// A kubeconfig if one is set, else the pod's service account where there is one, else the usual kubeconfig.
    #[default]
    Auto,
    /// A kubeconfig.
    Kubeconfig,
    /// The pod's service account.
    InCluster,
    /// Nowhere: configured clusters only.
    None,
}

/// Sessions.
#[derive(Clone, Debug)]
pub struct SessionSettings {
    /// Holds the key that they are sealed with; `None`: a random one, and a restart signs everybody out.
    pub key_file: Option<PathBuf>,
    /// How long one lasts.
    pub lifetime: Duration,
}

/// How often each kind of data is asked of the brokers while somebody looks.
#[derive(Clone, Debug)]
pub struct Polls {
    /// Brokers, topics, leaders, replicas.
    pub metadata: Duration,
    /// Offsets.
    pub offsets: Duration,
    /// Log directories.
    pub log_directories: Duration,
    /// Configuration of topics.
    pub configurations: Duration,
    /// The metadata quorum.
    pub quorum: Duration,
}

/// What a request may cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long one request may take; streams aside.
    pub request_deadline: Duration,
    /// Largest request body in bytes.
    pub body: usize,
    /// Event streams at once.
    pub streams: usize,
    /// Event streams at once of one user.
    pub streams_per_user: usize,
    /// Searches and tails at once.
    pub readings: usize,
    /// Searches and tails at once of one user.
    pub readings_per_user: usize,
    /// Bytes of records that all searches together may hold.
    pub scan_memory: usize,
}

/// The log.
#[derive(Clone, Debug)]
pub struct Log {
    /// How a line looks.
    pub format: LogFormat,
    /// What is logged, in the language of `tracing_subscriber::EnvFilter`.
    pub filter: String,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For collectors.
    Json,
}

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The file of this name.
    File(String),
    /// The variable of this name.
    Environment(String),
    /// The flag of this name.
    Flag(String),
    /// It follows from another setting.
    Implied(&'static str),
}

/// Settings on the command line.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Flags {
    /// Configuration file; otherwise PENSTOCK_CONFIG, otherwise penstock.toml in the working directory if there is one
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Kubeconfig to reach the API server with
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<String>,
    /// Context in the kubeconfig
    #[arg(long, value_name = "NAME")]
    pub context: Option<String>,
    /// Address of pages and API
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// Address of health and metrics
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub health_listen: Option<String>,
    /// File of one-time sign-in codes
    #[arg(long, value_name = "FILE")]
    pub sign_in_codes_file: Option<String>,
    /// Let whoever comes over the loopback act with the server's own credential
    #[arg(long)]
    pub local_sign_in: bool,
    /// Any other setting, as the documentation names it; can be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        let periods = Periods::default();
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
            health_listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8081),
            public_url: None,
            allowed_hosts: Vec::new(),
            kubernetes: Kubernetes::Auto,
            kubeconfig: None,
            context: None,
            namespaces: Vec::new(),
            session: SessionSettings {
                key_file: None,
                lifetime: Duration::from_secs(12 * 3600),
            },
            sign_in_codes_file: None,
            store_file: None,
            local_sign_in: false,
            read_only: false,
            gallery: false,
            polls: Polls {
                metadata: periods.topics,
                offsets: periods.offsets,
                log_directories: periods.log_dirs,
                configurations: periods.topic_configs,
                quorum: periods.quorum,
            },
            limits: Limits {
                request_deadline: Duration::from_secs(15),
                body: 4 * 1024 * 1024,
                streams: 512,
                streams_per_user: 20,
                readings: 200,
                readings_per_user: 50,
                scan_memory: 48 * 1024 * 1024,
            },
            log: Log {
                format: LogFormat::Text,
                filter: "info".to_owned(),
            },
            registry: RegistrySettings::default(),
            registries: Vec::new(),
            masks: Vec::new(),
            clusters: Vec::new(),
            origins: BTreeMap::new(),
        }
    }
}

impl Config {
    /// Reads the file that flags or environment name, and joins all three sources. Every mistake is told at once.
    pub fn load(
        flags: &Flags,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let environment: Vec<(String, String)> = environment.into_iter().collect();
        let file = read::file(flags, &environment)?;
        let file = file
            .as_ref()
            .map(|(name, text)| (name.as_str(), text.as_str()));
        Self::from_sources(flags, &environment, file)
    }

    /// Joins the sources; `file` is its name and its text.
    pub fn from_sources(
        flags: &Flags,
        environment: &[(String, String)],
        file: Option<(&str, &str)>,
    ) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        let mut mistakes = Vec::new();
        if let Some((name, text)) = file {
            read::apply_file(&mut config, name, text, &mut mistakes);
        }
        read::apply_environment(&mut config, environment, &mut mistakes);
        read::apply_flags(&mut config, flags, &mut mistakes);
        rules::imply(&mut config);
        // What contradicts itself is only told of values that could be read.
        if mistakes.is_empty() {
            rules::check(&config, &mut mistakes);
        }
        ConfigError::unless_empty(mistakes).map(|()| config)
    }

    /// The periods of the inventories.
    pub fn periods(&self) -> Periods {
        Periods {
            brokers: self.polls.metadata,
            topics: self.polls.metadata,
            quorum: self.polls.quorum,
            offsets: self.polls.offsets,
            log_dirs: self.polls.log_directories,
            topic_configs: self.polls.configurations,
            ..Periods::default()
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File(name) | Origin::Environment(name) | Origin::Flag(name) => {
                f.write_str(name)
            }
            Origin::Implied(cause) => write!(f, "because of {cause}"),
        }
    }
}

/// The variables of this process, without those that are no text.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}
