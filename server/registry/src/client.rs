//! One request to a registry: address, identity, deadline, size, and what its failures mean.

use crate::{
    error::{RegistryError, tame, tame_long},
    settings::{RegistryAuth, RegistryLimits, RegistrySettings},
    wire::ErrorAnswer,
};
use reqwest::{Certificate, Identity, Method, RequestBuilder, StatusCode, Url, header, redirect};
use serde::de::DeserializeOwned;
use std::{error::Error, sync::Arc};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Requests under way at a time.
const MOST_REQUESTS: usize = 8;
/// What requests with a body say that it is.
const CONTENT: &str = "application/vnd.schemaregistry.v1+json";
const ACCEPT: &str = "application/vnd.schemaregistry.v1+json, application/json";

/// A registry's HTTP side.
#[derive(Debug)]
pub(crate) struct Client {
    name: Arc<str>,
    base: Url,
    auth: RegistryAuth,
    limits: RegistryLimits,
    http: reqwest::Client,
    room: Semaphore,
}

impl Client {
    /// Reads the settings; connects to nothing.
    pub(crate) fn new(settings: &RegistrySettings) -> Result<Self, RegistryError> {
        let base = settings.base()?;
        let wrong = |field, cause: &str| RegistryError::Configuration {
            registry: settings.name.clone(),
            field,
            cause: cause.to_owned(),
        };
        // reqwest wants a provider for the whole process even where the address is http. Whoever installed one first is kept.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .timeout(settings.limits.answer)
            .connect_timeout(settings.limits.answer)
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .user_agent(concat!("penstock/", env!("CARGO_PKG_VERSION")));
        if let Some(pem) = &settings.ca_pem {
            let roots = Certificate::from_pem_bundle(pem.as_bytes())
                .ok()
                .filter(|roots| !roots.is_empty())
                .ok_or_else(|| wrong("ca", "it is not a list of certificates in PEM"))?;
            builder = builder.tls_certs_only(roots);
        }
        if let Some(client) = &settings.client {
            // Its errors are not repeated: they could quote the key.
            let both = [
                client.certificate_pem.as_bytes(),
                b"\n",
                client.key_pem.reveal().as_bytes(),
            ]
            .concat();
            let identity = Identity::from_pem(&both).map_err(|_| {
                wrong(
                    "client certificate",
                    "certificate and key are not both PEM, or the key is encrypted",
                )
            })?;
            builder = builder.identity(identity);
        }
        let http = builder
            .build()
            .map_err(|error| wrong("TLS", &tame(&root_cause(&error))))?;
        Ok(Self {
            name: settings.name.clone(),
            base,
            auth: settings.auth.clone(),
            limits: settings.limits.clone(),
            http,
            room: Semaphore::new(MOST_REQUESTS),
        })
    }

    /// The address without anything secret, for pages.
    pub(crate) fn address(&self) -> &str {
        self.base.as_str()
    }

    /// Asks for `segments` below the base address; `what` names it in errors.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        segments: &[&str],
        query: &[(&str, &str)],
        what: &str,
    ) -> Result<T, RegistryError> {
        self.send(Method::GET, segments, query, None, what).await
    }

    /// The same with another method, and with a body where it has one.
    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        segments: &[&str],
        query: &[(&str, &str)],
        content: Option<&serde_json::Value>,
        what: &str,
    ) -> Result<T, RegistryError> {
        let url = self.url(segments, query, what)?;
        let _permit = self.permit(what).await?;
        let request = self
            .http
            .request(method, url)
            .header(header::ACCEPT, ACCEPT);
        let request = match content {
            Some(content) => request
                .header(header::CONTENT_TYPE, CONTENT)
                .body(content.to_string()),
            None => request,
        };
        let answer = self
            .signed(request)
            .send()
            .await
            .map_err(|error| self.network(&error))?;
        let status = answer.status();
        let body = self.body(answer, what).await?;
        if !status.is_success() {
            return Err(self.refusal(status, &body, what));
        }
        serde_json::from_slice(&body).map_err(|error| self.rubbish(what, &error.to_string()))
    }

    /// The number of the reason with which a GET is refused; `None`: it is not, or none is given.
    pub(crate) async fn refusal_code(
        &self,
        segments: &[&str],
        what: &str,
    ) -> Result<Option<u32>, RegistryError> {
        let url = self.url(segments, &[], what)?;
        let _permit = self.permit(what).await?;
        let request = self.http.get(url).header(header::ACCEPT, ACCEPT);
        let answer = self
            .signed(request)
            .send()
            .await
            .map_err(|error| self.network(&error))?;
        let status = answer.status();
        let body = self.body(answer, what).await?;
        match self.refusal(status, &body, what) {
            error @ RegistryError::Unauthorised { .. } => Err(error),
            _ => Ok(serde_json::from_slice::<ErrorAnswer>(&body)
                .ok()
                .and_then(|answer| answer.code)),
        }
    }

    async fn permit(&self, what: &str) -> Result<SemaphorePermit<'_>, RegistryError> {
        self.room
            .acquire()
            .await
            .map_err(|_| self.rubbish(what, "the console is closing"))
    }

    /// With the console's identity.
    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.auth {
            RegistryAuth::None => request,
            RegistryAuth::Basic { user, password } => {
                request.basic_auth(user, Some(password.reveal()))
            }
            RegistryAuth::Bearer(token) => request.bearer_auth(token.reveal()),
        }
    }

    fn url(
        &self,
        segments: &[&str],
        query: &[(&str, &str)],
        what: &str,
    ) -> Result<Url, RegistryError> {
        // The URL standard takes these for steps in the path however they are written, so that such a name can't be asked for.
        if segments
            .iter()
            .any(|segment| matches!(*segment, "" | "." | ".."))
        {
            return Err(RegistryError::NotFound {
                registry: self.name.clone(),
                what: what.to_owned(),
            });
        }
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| self.rubbish(what, "its address can't have a path"))?
            .pop_if_empty()
            .extend(segments);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    /// The body, or as much of it as shows that it is too large.
    async fn body(
        &self,
        mut answer: reqwest::Response,
        what: &str,
    ) -> Result<Vec<u8>, RegistryError> {
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.network(&error))? {
            if chunk.len() > self.limits.body.saturating_sub(body.len()) {
                return Err(RegistryError::TooLarge {
                    registry: self.name.clone(),
                    what: what.to_owned(),
                    limit: self.limits.body,
                });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn rubbish(&self, what: &str, cause: &str) -> RegistryError {
        RegistryError::Rubbish {
            registry: self.name.clone(),
            what: what.to_owned(),
            cause: tame(cause),
        }
    }

    fn network(&self, error: &reqwest::Error) -> RegistryError {
        if error.is_timeout() {
            return RegistryError::Timeout {
                registry: self.name.clone(),
                waited: self.limits.answer,
            };
        }
        RegistryError::Unreachable {
            registry: self.name.clone(),
            cause: tame(&root_cause(error)),
        }
    }

    fn refusal(&self, status: StatusCode, body: &[u8], what: &str) -> RegistryError {
        let registry = self.name.clone();
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => RegistryError::Unauthorised {
                registry,
                forbidden: status == StatusCode::FORBIDDEN,
            },
            StatusCode::NOT_FOUND => RegistryError::NotFound {
                registry,
                what: what.to_owned(),
            },
            status if status.is_redirection() => {
                self.rubbish(what, "it sends elsewhere, which is not followed")
            }
            status if status.is_client_error() => {
                let answer = serde_json::from_slice::<ErrorAnswer>(body).unwrap_or_default();
                RegistryError::Refused {
                    registry,
                    what: what.to_owned(),
                    status: status.as_u16(),
                    code: answer.code,
                    cause: tame_long(
                        answer
                            .message
                            .as_deref()
                            .or(status.canonical_reason())
                            .unwrap_or("no reason given"),
                    ),
                }
            }
            status => {
                let words = serde_json::from_slice::<ErrorAnswer>(body)
                    .ok()
                    .and_then(|answer| answer.message);
                RegistryError::Failed {
                    registry,
                    what: what.to_owned(),
                    status: status.as_u16(),
                    cause: tame(
                        words
                            .as_deref()
                            .or(status.canonical_reason())
                            .unwrap_or("no reason given"),
                    ),
                }
            }
        }
    }
}

/// The innermost error: the others repeat the address and say little.
fn root_cause(error: &dyn Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
