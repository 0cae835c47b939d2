//! Schema registries: their settings, and what is in the files that they name.

use penstock_kafka::Secret;
use std::path::PathBuf;

/// One registry: `registry.*`, or a `[[registries]]`.
#[derive(Clone, Debug, Default)]
pub struct RegistrySettings {
    /// What a `Kafka` resource may call it by in an annotation; `None`: none may.
    pub name: Option<String>,
    /// Clusters whose records it explains, `namespace/name`; empty: every cluster that no other registry names.
    pub clusters: Vec<String>,
    /// Where its Confluent-compatible API begins; `None`: there is no registry.
    pub url: Option<String>,
    /// User name of HTTP basic authentication.
    pub username: Option<String>,
    /// Where the password is.
    pub password_file: Option<PathBuf>,
    /// Where a bearer token is.
    pub token_file: Option<PathBuf>,
    /// Authorities to trust, PEM; `None`: those of the system.
    pub ca_file: Option<PathBuf>,
    /// The console's certificate, PEM.
    pub certificate_file: Option<PathBuf>,
    /// Its key, PEM.
    pub key_file: Option<PathBuf>,
}

/// A registry's settings with what is in its files now.
#[derive(Clone, Debug)]
pub struct RegistryFiles {
    /// User name and password.
    pub basic: Option<(String, Secret)>,
    /// A bearer token.
    pub bearer: Option<Secret>,
    /// Authorities.
    pub ca_pem: Option<String>,
    /// The console's certificate and its key.
    pub client: Option<(String, Secret)>,
}

impl RegistrySettings {
    /// What is missing or contradicts itself, in sentences.
    pub(super) fn contradictions(&self) -> Vec<String> {
        let basic = [self.username.is_some(), self.password_file.is_some()];
        let client = [self.certificate_file.is_some(), self.key_file.is_some()];
        let any = basic.contains(&true)
            || client.contains(&true)
            || self.token_file.is_some()
            || self.ca_file.is_some();
        [
            (
                self.url.is_none() && (any || !self.clusters.is_empty()),
                "url is missing",
            ),
            (
                basic[0] != basic[1],
                "username and password_file belong together",
            ),
            (
                client[0] != client[1],
                "certificate_file and key_file belong together",
            ),
            (
                basic.contains(&true) && self.token_file.is_some(),
                "username and token_file are both given; one of them is enough",
            ),
        ]
        .into_iter()
        .filter(|(wrong, _)| *wrong)
        .map(|(_, sentence)| sentence.to_owned())
        .collect()
    }

    /// Reads the files. An error is a sentence.
    pub fn files(&self) -> Result<RegistryFiles, String> {
        let text = |path: &Option<PathBuf>, key: &str| {
            path.as_deref()
                .map(|path| super::clusters::read(path, key))
                .transpose()
        };
        let line = |text: String| Secret::new(text.trim_end_matches(['\r', '\n']));
        let password = text(&self.password_file, "password_file")?.map(line);
        let key = text(&self.key_file, "key_file")?.map(Secret::new);
        Ok(RegistryFiles {
            basic: self.username.clone().zip(password),
            bearer: text(&self.token_file, "token_file")?.map(line),
            ca_pem: text(&self.ca_file, "ca_file")?,
            client: text(&self.certificate_file, "certificate_file")?.zip(key),
        })
    }
}
