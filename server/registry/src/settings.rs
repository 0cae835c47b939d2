//! How a registry is reached: address, trust, identity. Filled by the server from its configuration; nothing connects here.

use crate::error::RegistryError;
pub use penstock_domain::secret::Secret;
use std::{sync::Arc, time::Duration};

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RegistryAuth {
    /// Nobody in particular.
    #[default]
    None,
    /// A user name and a password (RFC 7617); for Confluent Cloud an API key and its secret.
    Basic {
        /// Who.
        user: Arc<str>,
        /// The password.
        password: Secret,
    },
    /// A token (RFC 6750).
    Bearer(Secret),
}

/// A certificate of one's own, for registries that ask for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryCertificate {
    /// The certificate and its intermediates, PEM.
    pub certificate_pem: Arc<str>,
    /// Its private key, PEM, not encrypted.
    pub key_pem: Secret,
}

/// What may be waited for and kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryLimits {
    /// Longest wait for one answer, from dialling to its last byte.
    pub answer: Duration,
    /// Longest wait for a schema with everything that it refers to.
    pub schema: Duration,
    /// Bytes that one answer may have.
    pub body: usize,
    /// Bytes of text that a schema may have together with everything that it refers to.
    pub schema_text: usize,
    /// Schemas kept at most.
    pub kept: usize,
    /// Bytes of schema text kept at most; what is compiled of it comes on top, some ten times as much.
    pub kept_text: usize,
    /// How long a failure to get a schema is remembered.
    pub failure_kept: Duration,
    /// How long nothing more is asked of a registry that did not answer: the next record with an unknown schema must not wait
    /// as the last one did.
    pub away_kept: Duration,
    /// Subjects that a list may have.
    pub subjects: usize,
    /// Bytes of schema text that the catalogue keeps for pages.
    pub catalogue_text: usize,
}

impl Default for RegistryLimits {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(3),
            schema: Duration::from_secs(8),
            body: 4 << 20,
            schema_text: 4 << 20,
            kept: 2_000,
            kept_text: 16 << 20,
            failure_kept: Duration::from_secs(30),
            away_kept: Duration::from_secs(5),
            subjects: 50_000,
            catalogue_text: 256 << 20,
        }
    }
}

/// Everything needed to reach one registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrySettings {
    /// Its name in the configuration and on pages.
    pub name: Arc<str>,
    /// Base address, `http` or `https`, with a path where the API does not lie at the root (Apicurio: `/apis/ccompat/v7`).
    /// Without user, query or fragment. Requests go there and nowhere else: redirects are not followed, no proxy is used.
    pub url: Arc<str>,
    /// Who asks.
    pub auth: RegistryAuth,
    /// Certificates of the authorities to trust, PEM, one or several in a row; then nobody else is trusted. `None`: the system's.
    pub ca_pem: Option<Arc<str>>,
    /// One's own certificate.
    pub client: Option<RegistryCertificate>,
    /// Bounds.
    pub limits: RegistryLimits,
}

impl RegistrySettings {
    /// By address alone.
    pub fn plain(name: impl AsRef<str>, url: impl AsRef<str>) -> Self {
        Self {
            name: Arc::from(name.as_ref()),
            url: Arc::from(url.as_ref()),
            auth: RegistryAuth::None,
            ca_pem: None,
            client: None,
            limits: RegistryLimits::default(),
        }
    }

    /// The base address, checked, without a slash at its end.
    pub(crate) fn base(&self) -> Result<reqwest::Url, RegistryError> {
        let wrong = |cause: &str| RegistryError::Configuration {
            registry: self.name.clone(),
            field: "url",
            cause: cause.to_owned(),
        };
        let mut url = reqwest::Url::parse(&self.url)
            .map_err(|_| wrong("it is not an address like https://registry.example:8081"))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(wrong(
                "it must begin with http:// or https:// and name a host",
            ));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(
                "a user in the address would show up in logs; give user and password as settings of their own",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong(
                "it has a query or a fragment, which a base address can't have",
            ));
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_and_secrets_stay_hidden() {
        let base = |url: &str| {
            RegistrySettings::plain("r", url)
                .base()
                .map(|url| url.to_string())
        };
        assert_eq!(
            base("http://a:8081/apis/ccompat/v7/").unwrap(),
            "http://a:8081/apis/ccompat/v7"
        );
        assert_eq!(base("https://a").unwrap(), "https://a/");
        for wrong in [
            "",
            "a:8081",
            "file:///etc/passwd",
            "http://u:p@a",
            "http://a/?x=1",
            "http://a/#x",
        ] {
            assert!(base(wrong).is_err(), "{wrong}");
        }
        let settings = RegistrySettings {
            auth: RegistryAuth::Basic {
                user: "u".into(),
                password: Secret::new("hunter2"),
            },
            client: Some(RegistryCertificate {
                certificate_pem: "c".into(),
                key_pem: Secret::new("hunter2"),
            }),
            ..RegistrySettings::plain("r", "http://a")
        };
        assert!(!format!("{settings:?}").contains("hunter2"));
        assert!(!format!("{:?}", RegistryAuth::Bearer(Secret::new("hunter2"))).contains("hunter2"));
    }
}
