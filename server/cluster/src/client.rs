//! The way to the API server: with the console's own identity for caches, or with a user's token for what a user asks.
//!
//! Loading reads files only; nothing is asked of the API server, which may be down. Who may use which client is the
//! backend's business.

use crate::wire;
use http::{HeaderValue, Request, header::AUTHORIZATION};
use kube::{
    client::{Body, Client},
    config::{AuthInfo, Config, KubeConfigOptions, Kubeconfig},
};
use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

/// How long one request of a user, or for a Secret, may take.
pub const REQUEST_DEADLINE: Duration = Duration::from_secs(10);

const CONNECT_DEADLINE: Duration = Duration::from_secs(5);

/// Where the API server's address and the console's credential come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialSource {
    /// A kubeconfig file.
    Kubeconfig {
        /// The file; `None`: `$KUBECONFIG`, else `~/.kube/config`.
        path: Option<PathBuf>,
        /// The context; `None`: the file's current one.
        context: Option<String>,
    },
    /// The pod's own service account.
    InCluster,
}

/// The API server cannot be asked as configured.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The kubeconfig is absent or unusable.
    #[error("the kubeconfig can't be used: {0}")]
    Kubeconfig(#[from] kube::config::KubeconfigError),
    /// Not in a pod, or without a service account.
    #[error("the pod's service account can't be used: {0}")]
    InCluster(#[from] kube::config::InClusterError),
    /// The kubeconfig asks for a proxy.
    #[error(
        "the kubeconfig asks for the proxy {0}, and proxies are not supported; remove proxy-url, or use a port forward"
    )]
    Proxy(String),
    /// TLS material or credential plugin is unusable.
    #[error("no client for the API server can be made: {0}")]
    Client(#[from] kube::Error),
    /// The token holds characters that no header may hold.
    #[error("the token is not a bearer token")]
    Token,
}

/// A user's Kubernetes token; never shown.
#[derive(Clone)]
pub struct UserToken(Arc<str>);

/// The API server and both ways to it. Cheap to clone.
#[derive(Clone)]
pub struct ApiAccess {
    server: Arc<str>,
    console: Client,
    /// Without any credential: each user's token is put into each request, so that all users share connections and none
    /// shares an identity.
    bare: Client,
}

// === impl UserToken ===

impl UserToken {
    /// Takes the token.
    pub fn new(token: impl Into<Arc<str>>) -> Self {
        Self(token.into())
    }
}

impl fmt::Debug for UserToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserToken(…)")
    }
}

// === impl ApiAccess ===

impl ApiAccess {
    /// Reads the configuration. Needs a Tokio runtime and an installed TLS provider (decision 19).
    pub async fn load(source: &CredentialSource) -> Result<Self, ClientError> {
        let config = match source {
            CredentialSource::InCluster => Config::incluster()?,
            CredentialSource::Kubeconfig { path, context } => {
                let kubeconfig = match path {
                    Some(path) => Kubeconfig::read_from(path)?,
                    None => Kubeconfig::read()?,
                };
                refuse_proxy(&kubeconfig, context.as_deref())?;
                let options = KubeConfigOptions {
                    context: context.clone(),
                    ..KubeConfigOptions::default()
                };
                Config::from_custom_kubeconfig(kubeconfig, &options).await?
            }
        };
        Self::of(config)
    }

    fn of(mut config: Config) -> Result<Self, ClientError> {
        // The environment's proxy variables are for the internet, not for the API server.
        config.proxy_url = None;
        config.connect_timeout = Some(CONNECT_DEADLINE);
        // Repeating is decided where it is known what for.
        config.default_retry = false;
        let server = Arc::from(config.cluster_url.to_string());
        let console = Client::try_from(config.clone())?;
        config.auth_info = AuthInfo::default();
        let bare = Client::try_from(config)?;
        Ok(Self {
            server,
            console,
            bare,
        })
    }

    /// The API server's URL.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// With the console's own identity; no deadline but those that callers in this crate set.
    pub fn console(&self) -> Client {
        self.console.clone()
    }

    /// With the console's own identity and a deadline on every request. In local mode this is the user's identity too.
    pub fn console_requests(&self) -> Client {
        wire::observed(
            self.console.clone(),
            REQUEST_DEADLINE,
            wire::Ears::default(),
        )
    }

    /// As a user, with a deadline on every request.
    pub fn client_for_token(&self, token: &UserToken) -> Result<Client, ClientError> {
        let mut header = HeaderValue::from_str(&format!("Bearer {}", token.0))
            .map_err(|_| ClientError::Token)?;
        header.set_sensitive(true);
        let bare = self.bare.clone();
        let namespace = bare.default_namespace().to_owned();
        let service = tower::service_fn(move |mut request: Request<Body>| {
            let bare = bare.clone();
            request.headers_mut().insert(AUTHORIZATION, header.clone());
            async move { bare.send(request).await.map_err(tower::BoxError::from) }
        });
        Ok(wire::observed(
            Client::new(service, namespace),
            REQUEST_DEADLINE,
            wire::Ears::default(),
        ))
    }
}

impl fmt::Debug for ApiAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiAccess")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

/// The client library is built without proxies; going around one that is asked for would be wrong.
fn refuse_proxy(kubeconfig: &Kubeconfig, context: Option<&str>) -> Result<(), ClientError> {
    let Some(name) = context.or(kubeconfig.current_context.as_deref()) else {
        return Ok(());
    };
    let cluster = kubeconfig
        .contexts
        .iter()
        .find(|named| named.name == name)
        .and_then(|named| named.context.as_ref())
        .map(|context| &context.cluster);
    let proxy = kubeconfig
        .clusters
        .iter()
        .find(|named| Some(&named.name) == cluster)
        .and_then(|named| named.cluster.as_ref())
        .and_then(|cluster| cluster.proxy_url.clone())
        .filter(|proxy| !proxy.is_empty());
    proxy.map_or(Ok(()), |proxy| Err(ClientError::Proxy(proxy)))
}

#[cfg(test)]
mod tests;
