//! A user's Secret, read for somebody with that somebody's own client: what it tells by its metadata, and what it holds.
//!
//! Nothing is kept. Values are [`Secret`]s from the moment they are decoded.

use super::{SecretRef, fetch};
use crate::{
    client::{ApiAccess, UserToken},
    resource::Metadata,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use penstock_domain::{secret::Secret, time::Timestamp};
use serde_json::Value;
use std::{collections::BTreeMap, fmt};

/// Why a Secret could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoSecret {
    /// There is none.
    Absent,
    /// Whoever asks may not read it.
    Forbidden,
    /// It is not what a Secret is; in a sentence.
    Unusable(String),
    /// The API server could not be asked; in a sentence.
    Unknown(String),
}

/// A user's Secret.
pub struct UserSecret {
    /// Where it is.
    pub reference: SecretRef,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When somebody last wrote it, as `metadata.managedFields` tells.
    pub written: Option<Timestamp>,
    values: BTreeMap<String, Secret>,
}

impl UserSecret {
    /// Its keys, by name.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// What stands under a key; not for keys whose content is no text.
    pub fn value(&self, key: &str) -> Option<&Secret> {
        self.values
            .get(key)
            .filter(|value| !value.reveal().is_empty())
    }
}

impl fmt::Debug for UserSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserSecret")
            .field("reference", &self.reference)
            .finish_non_exhaustive()
    }
}

/// The way to users' Secrets, for those who may read them.
#[derive(Clone)]
pub struct UserSecrets {
    api: ApiAccess,
}

impl UserSecrets {
    /// Over the API server.
    pub fn new(api: ApiAccess) -> Self {
        Self { api }
    }

    /// Reads a Secret with a user's token; `None`: with the console's own identity, which in local mode is the user's.
    ///
    /// # Errors
    /// It is not there, may not be read, or the API server can't be asked.
    pub async fn read(
        &self,
        token: Option<&UserToken>,
        reference: &SecretRef,
    ) -> Result<UserSecret, NoSecret> {
        let client = match token {
            None => self.api.console_requests(),
            Some(token) => self
                .api
                .client_for_token(token)
                .map_err(|error| NoSecret::Unknown(error.to_string()))?,
        };
        let object: Value = fetch(&client, reference).await?;
        Ok(read(reference, &object))
    }
}

fn read(reference: &SecretRef, object: &Value) -> UserSecret {
    let data = object.get("data").and_then(Value::as_object);
    let values = data
        .into_iter()
        .flatten()
        .map(|(key, value)| {
            let text = value
                .as_str()
                .and_then(|encoded| STANDARD.decode(encoded).ok())
                .and_then(|bytes| String::from_utf8(bytes).ok());
            (key.clone(), Secret::new(text.unwrap_or_default()))
        })
        .collect();
    let managed = object.pointer("/metadata/managedFields");
    let written = managed
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|entry| Timestamp::parse(entry.get("time")?.as_str()?))
        .max();
    UserSecret {
        reference: reference.clone(),
        created: Metadata::read(object).created,
        written,
        values,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_tells_what_it_has_and_prints_nothing_of_it() {
        let reference = SecretRef {
            namespace: "kafka".into(),
            name: "task-api".into(),
        };
        let object = json!({
            "metadata": {
                "creationTimestamp": "2026-10-12T06:00:00Z",
                "managedFields": [{ "time": "2026-10-13T06:00:00Z" }, { "time": "2026-10-12T06:00:00Z" }],
            },
            "data": { "password": "aHVudGVyMg==", "user.p12": "/////w==" },
        });
        let secret = read(&reference, &object);
        assert_eq!(secret.keys().collect::<Vec<_>>(), ["password", "user.p12"]);
        assert_eq!(secret.value("password").unwrap().reveal(), "hunter2");
        assert!(secret.value("user.p12").is_none(), "no text");
        assert!(secret.written > secret.created);
        assert!(!format!("{secret:?}").contains("hunter2"));
    }
}
