//! Clusters that no resource declares: their settings, and the connections made of them.

use super::Config;
use crate::backend::fleet::PlainCluster;
use penstock_domain::ids::{ClusterName, ClusterRef, Namespace};
use penstock_kafka::{
    ClientCertificate, ClusterConnection, HostPort, Sasl, SaslMechanism, Secret, ServerNamePolicy,
    TlsSettings,
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// One `[[clusters]]`.
#[derive(Clone, Debug)]
pub struct ClusterSettings {
    /// Its name; empty until set.
    pub name: ClusterName,
    /// Addresses of one listener.
    pub bootstrap: Vec<HostPort>,
    /// Where rights on it are reviewed.
    pub authorization_namespace: Option<Namespace>,
    /// TLS.
    pub tls: TlsFiles,
    /// SASL.
    pub sasl: SaslSettings,
}

/// Files of TLS, all PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// `None`: where an authority is given.
    pub enabled: Option<bool>,
    /// Authorities.
    pub ca_file: Option<PathBuf>,
    /// The console's certificate.
    pub certificate_file: Option<PathBuf>,
    /// Its key.
    pub key_file: Option<PathBuf>,
    /// Whether brokers' names are checked.
    pub verify_host_name: bool,
}

/// A user name with its password.
#[derive(Clone, Debug, Default)]
pub struct SaslSettings {
    /// How the password is proved.
    pub mechanism: Option<SaslMechanism>,
    /// Who.
    pub username: Option<Arc<str>>,
    /// Where the password is.
    pub password_file: Option<PathBuf>,
    /// The password.
    pub password: Option<Secret>,
}

impl Default for ClusterSettings {
    fn default() -> Self {
        Self {
            name: ClusterName::from(""),
            bootstrap: Vec::new(),
            authorization_namespace: None,
            tls: TlsFiles {
                enabled: None,
                ca_file: None,
                certificate_file: None,
                key_file: None,
                verify_host_name: true,
            },
            sasl: SaslSettings::default(),
        }
    }
}

impl ClusterSettings {
    /// What is missing or contradicts itself, in sentences. `alone`: there is no Kubernetes to review rights.
    pub(super) fn contradictions(&self, alone: bool) -> Vec<String> {
        let tls = &self.tls;
        let sasl = &self.sasl;
        let any_tls = tls.ca_file.is_some() || tls.certificate_file.is_some();
        let both = sasl.password.is_some() && sasl.password_file.is_some();
        let password = sasl.password.is_some() || sasl.password_file.is_some();
        let some_sasl = [sasl.mechanism.is_some(), sasl.username.is_some(), password];
        [
            (self.name.as_str().is_empty(), "name is missing"),
            (self.bootstrap.is_empty(), "bootstrap is missing"),
            (
                !alone && self.authorization_namespace.is_none(),
                "authorization_namespace is missing: the namespace in which rights on this cluster are reviewed",
            ),
            (
                tls.enabled == Some(true) && tls.ca_file.is_none(),
                "tls.ca_file is missing: the system's authorities are never trusted",
            ),
            (
                tls.enabled == Some(false) && any_tls,
                "tls.enabled = false, but files of TLS are given",
            ),
            (
                tls.enabled.is_none() && tls.ca_file.is_none() && tls.certificate_file.is_some(),
                "tls.ca_file is missing: the system's authorities are never trusted",
            ),
            (
                tls.certificate_file.is_some() != tls.key_file.is_some(),
                "tls.certificate_file and tls.key_file belong together",
            ),
            (
                both,
                "sasl.password and sasl.password_file are both given; remove sasl.password",
            ),
            (
                some_sasl.contains(&true) && some_sasl.contains(&false),
                "sasl.mechanism, sasl.username and sasl.password_file belong together",
            ),
        ]
        .into_iter()
        .filter(|(wrong, _)| *wrong)
        .map(|(_, sentence)| sentence.to_owned())
        .collect()
    }

    /// Reads the files. An error is a sentence; the console starts all the same and shows it at the cluster.
    fn connection(&self) -> Result<ClusterConnection, String> {
        Ok(ClusterConnection {
            tls: self.tls.read()?,
            sasl: self.sasl.read()?,
            ..ClusterConnection::plain(self.bootstrap.clone())
        })
    }
}

impl TlsFiles {
    fn read(&self) -> Result<Option<TlsSettings>, String> {
        let Some(authorities) = &self.ca_file else {
            return Ok(None);
        };
        let client = match (&self.certificate_file, &self.key_file) {
            (Some(certificate), Some(key)) => Some(ClientCertificate {
                certificate_pem: read(certificate, "tls.certificate_file")?.into(),
                key_pem: Secret::new(read(key, "tls.key_file")?),
            }),
            _ => None,
        };
        Ok(Some(TlsSettings {
            ca_pem: read(authorities, "tls.ca_file")?.into(),
            client,
            server_name: if self.verify_host_name {
                ServerNamePolicy::Verify
            } else {
                ServerNamePolicy::ChainOnly
            },
        }))
    }
}

impl SaslSettings {
    fn read(&self) -> Result<Option<Sasl>, String> {
        let (Some(mechanism), Some(username)) = (self.mechanism, &self.username) else {
            return Ok(None);
        };
        let password = match (&self.password, &self.password_file) {
            (Some(password), _) => password.clone(),
            (None, Some(path)) => {
                let text = read(path, "sasl.password_file")?;
                let line = text.strip_suffix('\n').unwrap_or(&text);
                Secret::new(line.strip_suffix('\r').unwrap_or(line))
            }
            (None, None) => return Ok(None),
        };
        Ok(Some(Sasl {
            mechanism,
            username: username.clone(),
            password,
        }))
    }
}

impl Config {
    /// The configured clusters with what is in their files now.
    pub fn plain_clusters(&self) -> Vec<PlainCluster> {
        self.clusters
            .iter()
            .map(|settings| PlainCluster {
                cluster: ClusterRef {
                    namespace: Namespace::from(Namespace::CONFIGURED),
                    name: settings.name.clone(),
                },
                authorization_namespace: settings
                    .authorization_namespace
                    .clone()
                    .unwrap_or_else(|| Namespace::from(Namespace::CONFIGURED)),
                connection: settings.connection(),
            })
            .collect()
    }
}

/// The text of a file that a setting names.
pub(super) fn read(path: &Path, key: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| {
        format!(
            "The file of {key}, {}, can't be read: {error}.",
            path.display()
        )
    })
}
