//! The console's own credentials for Kafka: the Secret that the user operator makes for the KafkaUser `penstock` (decision 8).
//!
//! The only Secret that the console's identity reads, one per cluster's namespace, by name; it may not be watched. It is asked
//! for again every minute, when brokers refuse it, when its KafkaUser changes, and every few seconds after it went away; what it
//! says is kept in memory only.
//! `authority` reads public certificates beside it, where somebody has granted that; `user` reads a user's Secret with the client, and
//! so the right, of whoever asks.

mod authority;
mod user;

pub use self::{
    authority::AuthorityState,
    user::{NoSecret, UserSecret, UserSecrets},
};

use crate::wire;
use base64::{Engine, engine::general_purpose::STANDARD};
use kube::{
    Client,
    core::{Request, params::GetParams},
};
use penstock_domain::ids::{Namespace, ResourceName};
pub use penstock_domain::secret::Secret;
use serde::{Deserialize, de::DeserializeOwned};
use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Name of the console's KafkaUser and of its Secret.
pub const CONSOLE_USER: &str = "penstock";

const REFRESH: Duration = Duration::from_secs(60);
/// While a Secret that was there is gone: whoever rotates it deletes it, and the operator makes it anew in seconds.
const REFRESH_AFTER_LOSS: Duration = Duration::from_secs(3);
/// While a Secret never was there: its KafkaUser's coming tells sooner.
const REFRESH_NEVER_SEEN: Duration = Duration::from_secs(30);
/// After its KafkaUser has changed; users change more than once when the operator looks after them.
const REFRESH_EXPECTED: Duration = Duration::from_secs(1);
/// After a refused authentication; not at once, so that a wrong password does not become a stream of requests.
const REFRESH_AFTER_REFUSAL: Duration = Duration::from_secs(5);

/// Where a Secret is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretRef {
    /// Its namespace.
    pub namespace: Namespace,
    /// Its name.
    pub name: ResourceName,
}

/// What proves the console's identity to Kafka.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// SCRAM-SHA-512.
    Scram {
        /// `penstock`
        username: String,
        /// Password.
        password: Secret,
    },
    /// A client certificate.
    Tls {
        /// PEM, `user.crt`.
        certificate: Secret,
        /// PEM (PKCS#8), `user.key`.
        key: Secret,
    },
}

/// Kind of a [`Credential`], which is all that a plan needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CredentialKind {
    /// SCRAM-SHA-512.
    Scram,
    /// A client certificate.
    Tls,
}

/// What the Secret says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialState {
    /// It is there and usable.
    Present {
        /// What it says.
        credential: Credential,
        /// The Secret's version: another one means other credentials.
        version: String,
    },
    /// There is none.
    Absent,
    /// The console may not read it, or it does not hold what a user's Secret holds.
    Unusable {
        /// In a sentence.
        why: String,
    },
    /// The API server could not be asked, and it has never been asked successfully.
    Unknown {
        /// In a sentence.
        why: String,
    },
}

/// The Secrets that were read, each for at most a minute, or sooner where there is reason to.
pub struct Credentials {
    client: Client,
    known: Mutex<HashMap<SecretRef, Known>>,
}

#[derive(Clone)]
struct Known {
    state: CredentialState,
    read: Instant,
    refused: bool,
    /// Its KafkaUser has changed since.
    expected: bool,
    /// Whether it was ever there.
    seen: bool,
}

// === impl SecretRef ===

impl SecretRef {
    /// The console's own Secret in a namespace.
    pub fn console(namespace: Namespace) -> Self {
        Self {
            namespace,
            name: ResourceName::new(CONSOLE_USER),
        }
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

// === impl Credential ===

impl Credential {
    /// Its kind.
    pub fn kind(&self) -> CredentialKind {
        match self {
            Credential::Scram { .. } => CredentialKind::Scram,
            Credential::Tls { .. } => CredentialKind::Tls,
        }
    }

    /// Reads a Secret as the user operator writes it: `password` for SCRAM, `user.crt` and `user.key` for certificates.
    fn read(username: &str, data: &BTreeMap<String, String>) -> Result<Self, String> {
        let text = |key: &str| -> Option<Result<Secret, String>> {
            let encoded = data.get(key)?;
            let text = STANDARD
                .decode(encoded)
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok());
            Some(match text.filter(|text| !text.is_empty()) {
                Some(text) => Ok(Secret::new(text)),
                None => Err(format!("its key {key} is empty or no text")),
            })
        };
        match (text("password"), text("user.crt"), text("user.key")) {
            (Some(password), ..) => {
                Ok(Credential::Scram { username: username.to_owned(), password: password? })
            }
            (None, Some(certificate), Some(key)) => Ok(Credential::Tls { certificate: certificate?, key: key? }),
            _ => Err("it holds neither password nor user.crt and user.key, which the user operator writes".to_owned()),
        }
    }
}

// === impl CredentialState ===

impl CredentialState {
    /// The kind of the credential, if there is one.
    pub fn kind(&self) -> Option<CredentialKind> {
        match self {
            CredentialState::Present { credential, .. } => Some(credential.kind()),
            _ => None,
        }
    }
}

// === impl Credentials ===

impl Credentials {
    /// Reads with the console's identity (`ApiAccess::console_requests`, which keeps a deadline).
    pub fn new(client: Client) -> Self {
        Self {
            client,
            known: Mutex::default(),
        }
    }

    /// What a Secret says; asks the API server when that is not known, older than a minute, or refused by a broker. While
    /// the API server is away the last answer holds.
    pub async fn current(&self, secret: &SecretRef) -> CredentialState {
        let known = self.lock().get(secret).cloned();
        if let Some(known) = &known
            && known.read.elapsed() < known.valid_for()
        {
            return known.state.clone();
        }
        let seen = known.as_ref().is_some_and(|known| known.seen);
        // Taken back before asking: a change while the answer is under way asks again.
        if let Some(known) = self.lock().get_mut(secret) {
            known.expected = false;
        }
        let read = read(&self.client, secret).await;
        let state = match (read, known) {
            (CredentialState::Unknown { .. }, Some(known)) => known.state,
            (state, _) => state,
        };
        let mut all = self.lock();
        let known = Known {
            state: state.clone(),
            read: Instant::now(),
            refused: false,
            expected: all.get(secret).is_some_and(|known| known.expected),
            seen: seen || state.kind().is_some(),
        };
        all.insert(secret.clone(), known);
        state
    }

    /// A broker refused the credential: it is read again soon, because its password may have been changed.
    pub fn refused(&self, secret: &SecretRef) {
        if let Some(known) = self.lock().get_mut(secret) {
            known.refused = true;
        }
    }

    /// The console's KafkaUser in a namespace (in any, for `None`) has changed, so its Secret may have.
    pub fn expect(&self, namespace: Option<&Namespace>) {
        for (secret, known) in self.lock().iter_mut() {
            known.expected |= namespace.is_none_or(|namespace| *namespace == secret.namespace);
        }
    }

    /// Forgets Secrets of clusters that are gone.
    pub fn retain(&self, keep: impl Fn(&SecretRef) -> bool) {
        self.lock().retain(|secret, _| keep(secret));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<SecretRef, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn valid_for(&self) -> Duration {
        match &self.state {
            _ if self.expected => REFRESH_EXPECTED,
            CredentialState::Present { .. } if self.refused => REFRESH_AFTER_REFUSAL,
            CredentialState::Present { .. } => REFRESH,
            _ if self.seen => REFRESH_AFTER_LOSS,
            _ => REFRESH_NEVER_SEEN,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Wire {
    metadata: WireMetadata,
    #[serde(default)]
    data: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireMetadata {
    #[serde(default)]
    resource_version: String,
}

/// Reads the answer here, as text: the client library logs answers that it cannot read.
async fn fetch<T: DeserializeOwned>(client: &Client, secret: &SecretRef) -> Result<T, NoSecret> {
    let path = format!("/api/v1/namespaces/{}/secrets", secret.namespace);
    let request = Request::new(path)
        .get(secret.name.as_str(), &GetParams::default())
        .map_err(|error| NoSecret::Unusable(format!("{secret} can't be asked for: {error}")))?;
    let text =
        client
            .request_text(request)
            .await
            .map_err(|error| match wire::status_code(&error) {
                Some(404) => NoSecret::Absent,
                Some(403) => NoSecret::Forbidden,
                _ => NoSecret::Unknown(wire::explain(&error)),
            })?;
    serde_json::from_str(&text)
        .map_err(|_| NoSecret::Unusable(format!("The Secret {secret} can't be read as one.")))
}

async fn read(client: &Client, secret: &SecretRef) -> CredentialState {
    let wire: Wire = match fetch(client, secret).await {
        Ok(wire) => wire,
        Err(NoSecret::Absent) => return CredentialState::Absent,
        Err(NoSecret::Forbidden) => {
            return CredentialState::Unusable {
                why: format!(
                    "The console may not read the Secret {secret}; its ClusterRole `penstock` grants that."
                ),
            };
        }
        Err(NoSecret::Unusable(why)) => return CredentialState::Unusable { why },
        Err(NoSecret::Unknown(why)) => return CredentialState::Unknown { why },
    };
    match Credential::read(secret.name.as_str(), &wire.data.unwrap_or_default()) {
        Ok(credential) => CredentialState::Present {
            credential,
            version: wire.metadata.resource_version,
        },
        Err(why) => CredentialState::Unusable {
            why: format!("The Secret {secret} can't be used: {why}."),
        },
    }
}

#[cfg(test)]
mod tests;
