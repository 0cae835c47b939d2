//! The tables of all settings: key, meaning, how it is read and printed. Nothing is set, suggested or documented that is not
//! in one of them. Defaults are those of `Config::default`.

use super::{
    Config, MaskSettings, RegistrySettings,
    clusters::ClusterSettings,
    value::{
        Address, ApiUrl, Bootstrap, Choice, Count, File, Hosts, Kind, Name, Namespaces, Password,
        PublicUrl, Raw, Size, Span, Switch, Text, Texts,
    },
};

/// One setting of `T`.
pub(super) struct Field<T> {
    /// As the file names it, with dots between tables.
    pub key: &'static str,
    /// What it means, in sentences (Markdown).
    pub doc: &'static str,
    /// What stands for a default that is no constant.
    pub unset: &'static str,
    /// Whether its value is never shown.
    pub secret: bool,
    /// Reads a value into its place; else says what was expected.
    pub set: fn(&mut T, Raw<'_>) -> Result<(), String>,
    /// As TOML; `None` where nothing is set.
    pub show: fn(&T) -> Option<toml::Value>,
}

/// One row: key, kind, place, what stands for “not set”, meaning.
macro_rules! field {
    ($key:literal, $kind:expr, $($place:ident).+, $unset:literal, $doc:literal) => {
        field!($key, $kind, $($place).+, $unset, $doc, false)
    };
    ($key:literal, $kind:expr, $($place:ident).+, $unset:literal, $doc:literal, $secret:literal) => {
        Field {
            key: $key,
            doc: $doc,
            unset: $unset,
            secret: $secret,
            set: |target, raw| {
                target.$($place).+ = $kind.read(raw)?;
                Ok(())
            },
            show: |target| $kind.show(&target.$($place).+),
        }
    };
}

const SECOND: u64 = 1000;
const HOUR: u64 = 3600 * SECOND;
/// A poll: often enough to be live, never a burden on brokers.
const POLL: Span = Span {
    least: 500,
    most: HOUR,
};

/// Settings of the console.
pub(super) const FIELDS: &[Field<Config>] = &[
    field!(
        "listen",
        Address,
        listen,
        "",
        "Address of pages, API and events. Anything but a loopback address should stand behind TLS, see `public_url`."
    ),
    field!(
        "health_listen",
        Address,
        health_listen,
        "",
        "Address of `/livez`, `/readyz`, `/startupz` and `/metrics`. Nobody signs in there, so it belongs on no public network."
    ),
    field!(
        "public_url",
        PublicUrl,
        public_url,
        "none",
        "Where people reach the console, where a proxy stands before it. Its host is answered to; with `https` cookies are `Secure`."
    ),
    field!(
        "allowed_hosts",
        Hosts,
        allowed_hosts,
        "",
        "Further host names that the console answers to. Loopback names and the host of `public_url` always are; any other `Host` is refused (DNS rebinding)."
    ),
    field!(
        "kubernetes",
        Choice,
        kubernetes,
        "",
        "Where the API server is found: `kubeconfig`, `in-cluster` (the pod's service account), `none` (configured clusters only, with `local_sign_in`), or `auto`: the kubeconfig that is set, else the pod's service account, else the usual kubeconfig."
    ),
    field!(
        "kubeconfig",
        File,
        kubeconfig,
        "`$KUBECONFIG`, else `~/.kube/config`",
        "Kubeconfig with the console's own identity."
    ),
    field!(
        "context",
        Text,
        context,
        "the current one",
        "Context in the kubeconfig."
    ),
    field!(
        "namespaces",
        Namespaces,
        namespaces,
        "",
        "Namespaces whose resources are watched; an empty list means all, for which the console's identity needs a ClusterRole."
    ),
    field!(
        "session.key_file",
        File,
        session.key_file,
        "random at start",
        "File with the key that sessions are sealed with: 32 random bytes as base64, readable by its owner alone. Made if it is absent. Without it a restart signs everybody out; several replicas need the same one."
    ),
    field!(
        "session.lifetime",
        Span {
            least: 60 * SECOND,
            most: 30 * 24 * HOUR
        },
        session.lifetime,
        "",
        "How long a session lasts, unless the token ends earlier."
    ),
    field!(
        "sign_in_codes_file",
        File,
        sign_in_codes_file,
        "none",
        "One-time sign-in links: a file with `[{\"code\", \"token\", \"user\"}]`, readable by its owner alone. `<url>/sign-in?code=…` signs in with the token, once."
    ),
    field!(
        "store_file",
        File,
        store_file,
        "none",
        "File of the embedded store, made if it is absent: replaced offsets of groups, for undoing, the past of groups, and activity. Without it, or where it can't be written, they are kept in memory until the console ends. One console per file."
    ),
    field!(
        "local_sign_in",
        Switch,
        local_sign_in,
        "",
        "Whoever reaches the console acts with the server's own credential, without signing in. Only with a loopback address in `listen`, and with nothing before it."
    ),
    field!(
        "read_only",
        Switch,
        read_only,
        "",
        "Refuses every change, whatever rights people have. With `kubernetes = \"none\"` the default is `true`."
    ),
    field!(
        "gallery",
        Switch,
        gallery,
        "",
        "Serves `/gallery`, all primitives of the interface in all states. For development."
    ),
    field!(
        "polls.metadata",
        POLL,
        polls.metadata,
        "",
        "How often brokers, topics, leaders and replicas are asked for while somebody looks; five times more rarely while nobody does, as with all polls."
    ),
    field!(
        "polls.offsets",
        POLL,
        polls.offsets,
        "",
        "How often offsets are asked for."
    ),
    field!(
        "polls.log_directories",
        POLL,
        polls.log_directories,
        "",
        "How often log directories are asked for."
    ),
    field!(
        "polls.configurations",
        POLL,
        polls.configurations,
        "",
        "How often configurations of topics are asked for."
    ),
    field!(
        "polls.quorum",
        POLL,
        polls.quorum,
        "",
        "How often the metadata quorum is asked for."
    ),
    field!(
        "limits.request_deadline",
        Span {
            least: SECOND,
            most: HOUR
        },
        limits.request_deadline,
        "",
        "How long one request may take; streams have no end."
    ),
    field!(
        "limits.body",
        Size {
            least: 16 << 10,
            most: 1 << 30
        },
        limits.body,
        "",
        "Largest body of a request. A record that is sent travels in one, larger than it is: quotes in it are escaped."
    ),
    field!(
        "limits.streams",
        Count {
            least: 1,
            most: 100_000
        },
        limits.streams,
        "",
        "Event streams at once: one per open tab."
    ),
    field!(
        "limits.streams_per_user",
        Count {
            least: 1,
            most: 100_000
        },
        limits.streams_per_user,
        "",
        "Event streams at once of one user."
    ),
    field!(
        "limits.readings",
        Count {
            least: 1,
            most: 100_000
        },
        limits.readings,
        "",
        "Searches and live tails at once."
    ),
    field!(
        "limits.readings_per_user",
        Count {
            least: 1,
            most: 100_000
        },
        limits.readings_per_user,
        "",
        "Searches and live tails at once of one user."
    ),
    field!(
        "limits.scan_memory",
        Size {
            least: 8 << 20,
            most: 8 << 30
        },
        limits.scan_memory,
        "",
        "Bytes of fetched records that all searches together may hold."
    ),
    field!(
        "registry.url",
        ApiUrl,
        registry.url,
        "none",
        "Where the registry's Confluent-compatible API begins: `https://registry.example.com/apis/ccompat/v7`. Records are decoded with its schemas."
    ),
    field!(
        "registry.username",
        Text,
        registry.username,
        "none",
        "User name of HTTP basic authentication."
    ),
    field!(
        "registry.password_file",
        File,
        registry.password_file,
        "none",
        "File with the password; a line break at its end is ignored."
    ),
    field!(
        "registry.token_file",
        File,
        registry.token_file,
        "none",
        "File with a bearer token."
    ),
    field!(
        "registry.ca_file",
        File,
        registry.ca_file,
        "the system's",
        "Certificates of the authorities to trust, PEM."
    ),
    field!(
        "registry.certificate_file",
        File,
        registry.certificate_file,
        "none",
        "The console's certificate for registries that ask for one, PEM."
    ),
    field!(
        "registry.key_file",
        File,
        registry.key_file,
        "none",
        "The private key of that certificate, PEM, not encrypted."
    ),
    field!(
        "log.format",
        Choice,
        log.format,
        "",
        "`text` for people, `json` for collectors. The log goes to standard error."
    ),
    field!(
        "log.filter",
        Text,
        log.filter,
        "",
        "What is logged: a level, or levels by module such as `info,penstock_kafka=debug`."
    ),
];

/// Settings of one registry, under `[[registries]]`.
pub(super) const REGISTRY_FIELDS: &[Field<RegistrySettings>] = &[
    field!(
        "name",
        Text,
        name,
        "none",
        "By which a `Kafka` resource may choose it: `penstock.dev/registry: NAME` among its annotations. Without a name none may."
    ),
    field!(
        "clusters",
        Texts,
        clusters,
        "required without a name",
        "Clusters whose records it explains, `namespace/name`; `-/name` for those of this file."
    ),
    field!(
        "url",
        ApiUrl,
        url,
        "none",
        "Where the registry's Confluent-compatible API begins: `https://registry.example.com/apis/ccompat/v7`. Records are decoded with its schemas."
    ),
    field!(
        "username",
        Text,
        username,
        "none",
        "User name of HTTP basic authentication."
    ),
    field!(
        "password_file",
        File,
        password_file,
        "none",
        "File with the password; a line break at its end is ignored."
    ),
    field!(
        "token_file",
        File,
        token_file,
        "none",
        "File with a bearer token."
    ),
    field!(
        "ca_file",
        File,
        ca_file,
        "the system's",
        "Certificates of the authorities to trust, PEM."
    ),
    field!(
        "certificate_file",
        File,
        certificate_file,
        "none",
        "The console's certificate for registries that ask for one, PEM."
    ),
    field!(
        "key_file",
        File,
        key_file,
        "none",
        "The private key of that certificate, PEM, not encrypted."
    ),
];

/// Settings of one rule of masking, under `[[masks]]`.
pub(super) const MASK_FIELDS: &[Field<MaskSettings>] = &[
    field!(
        "clusters",
        Texts,
        clusters,
        "all",
        "Clusters in which the rule holds, `namespace/name`."
    ),
    field!(
        "topics",
        Texts,
        topics,
        "required",
        "Topics in which it holds; `*` stands for any text."
    ),
    field!(
        "fields",
        Texts,
        fields,
        "required",
        "What is hidden: `value.customer.card`, `value.*.iban`, `key`, `key.id`, `header.authorization`."
    ),
    field!(
        "with",
        Choice,
        with,
        "",
        "What stands in its place: `dots`, `hash` (equal values stay equal), `last4` (dots and the last four characters)."
    ),
];

/// Settings of one configured cluster, under `[[clusters]]`.
pub(super) const CLUSTER_FIELDS: &[Field<ClusterSettings>] = &[
    field!("name", Name, name, "required", "Name of the cluster."),
    field!(
        "bootstrap",
        Bootstrap,
        bootstrap,
        "required",
        "Addresses of one listener, `host:port`; the other brokers are learnt from them."
    ),
    field!(
        "authorization_namespace",
        Name,
        authorization_namespace,
        "required, unless `kubernetes = \"none\"`",
        "Namespace in which rights on this cluster are reviewed, as if a `Kafka` resource of this name stood in it."
    ),
    field!(
        "tls.enabled",
        Switch,
        tls.enabled,
        "`true` with a `tls.ca_file`",
        "Whether the listener speaks TLS."
    ),
    field!(
        "tls.ca_file",
        File,
        tls.ca_file,
        "none",
        "Certificates of the authorities to trust, PEM. Needed for TLS: the system's authorities are never trusted."
    ),
    field!(
        "tls.certificate_file",
        File,
        tls.certificate_file,
        "none",
        "The console's certificate for listeners that ask for one, PEM."
    ),
    field!(
        "tls.key_file",
        File,
        tls.key_file,
        "none",
        "The private key of that certificate, PEM, not encrypted."
    ),
    field!(
        "tls.verify_host_name",
        Switch,
        tls.verify_host_name,
        "",
        "Whether a broker's certificate must carry the name that was dialled; `false` trusts the chain alone."
    ),
    field!(
        "sasl.mechanism",
        Choice,
        sasl.mechanism,
        "none",
        "`SCRAM-SHA-512`, `SCRAM-SHA-256` or `PLAIN`, which hands over the password and wants TLS."
    ),
    field!("sasl.username", Text, sasl.username, "none", "User name."),
    field!(
        "sasl.password_file",
        File,
        sasl.password_file,
        "none",
        "File with the password; a line break at its end is ignored."
    ),
    field!(
        "sasl.password",
        Password,
        sasl.password,
        "none",
        "The password itself. `sasl.password_file` keeps it out of this file.",
        true
    ),
];

/// The variable of a key: `session.key_file` is `PENSTOCK_SESSION_KEY_FILE`.
pub(super) fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_uppercase())
}

/// What variables of the console begin with.
pub(super) const PREFIX: &str = "PENSTOCK_";
