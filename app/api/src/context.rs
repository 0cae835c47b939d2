//! What the server provides to every page render and server function: who asks, and whom to ask.

use crate::{error::AppError, port::Backend};
use penstock_domain::secret::Secret;
use std::sync::Arc;

/// One request: its id, and the credential it came with. Every backend method takes it and authorises with it.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// Finds the log lines.
    pub request_id: Arc<str>,
    /// `None`: nobody is signed in.
    pub credential: Option<Credential>,
}

/// A bearer token and how it came.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The Kubernetes token itself.
    pub token: Secret,
    /// How it came.
    pub origin: CredentialOrigin,
    /// When the session that carries it ends.
    pub expires: Option<penstock_domain::time::Timestamp>,
}

/// How a credential reached the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialOrigin {
    /// A sealed cookie.
    Session,
    /// `Authorization: Bearer`.
    Bearer,
    /// The server's own kubeconfig (local mode, loopback only).
    Local,
}

/// Sets the HTTP status of the page that is being rendered; provided by the server, so that this crate needs no HTTP stack.
#[derive(Clone)]
pub struct StatusSetter(pub Arc<dyn Fn(u16) + Send + Sync>);

/// The request and the backend, from Leptos' context; fails with an internal error where the server forgot to provide them.
pub fn request() -> Result<(RequestContext, Arc<dyn Backend>), AppError> {
    let context = leptos::context::use_context::<RequestContext>();
    let backend = leptos::context::use_context::<Arc<dyn Backend>>();
    match (context, backend) {
        (Some(context), Some(backend)) => Ok((context, backend)),
        _ => Err(AppError::internal()),
    }
}

/// Runs a server function's body and gives the response the status of its error.
pub async fn answer<T>(result: impl Future<Output = Result<T, AppError>>) -> Result<T, AppError> {
    let setter = leptos::context::use_context::<StatusSetter>();
    let result = result.await;
    if let (Err(error), Some(StatusSetter(set))) = (&result, setter) {
        set(error.problem().kind.status());
    }
    result
}
