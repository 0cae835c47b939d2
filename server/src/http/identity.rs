//! Whose request it is: the credential from the cookie, the `Authorization` header, or the server's own in local mode.
//! What the credential is worth is asked by the backend's gate, with every answer.

use super::{App, layers::RequestId};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, header};
use penstock_api::context::{Credential, CredentialOrigin, RequestContext};
use penstock_auth::{Sealer, SignInCodes, Token};
use penstock_domain::secret::Secret;
use std::sync::Arc;

/// Sessions and links.
pub struct Keeper {
    /// Seals and opens cookies.
    pub sealer: Sealer,
    /// One-time links, where a file of them was given.
    pub codes: Option<SignInCodes>,
    /// The server's own credential for whoever comes over the loopback, in local mode.
    pub local: Option<Token>,
}

/// Finds the credential and puts a [`RequestContext`] beside the request.
pub async fn layer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let request_id = request
        .extensions()
        .get::<RequestId>()
        .map_or_else(|| Arc::from(""), |id| id.0.clone());
    let credential = credential(&app.keeper, request.headers());
    request.extensions_mut().insert(RequestContext {
        request_id,
        credential,
    });
    next.run(request).await
}

fn credential(keeper: &Keeper, headers: &HeaderMap) -> Option<Credential> {
    bearer(headers)
        .map(|token| Credential {
            token: Secret::new(token),
            origin: CredentialOrigin::Bearer,
            expires: None,
        })
        .or_else(|| session(keeper, headers))
        .or_else(|| {
            keeper.local.as_ref().map(|token| Credential {
                token: Secret::new(token.reveal()),
                origin: CredentialOrigin::Local,
                expires: None,
            })
        })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn session(keeper: &Keeper, headers: &HeaderMap) -> Option<Credential> {
    let cookies: Vec<&str> = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    if cookies.is_empty() {
        return None;
    }
    // An expired or foreign cookie is no session; the page then offers to sign in.
    let session = keeper
        .sealer
        .open(&cookies.join("; "), crate::backend::now())
        .ok()??;
    Some(Credential {
        token: Secret::new(session.token.reveal()),
        origin: CredentialOrigin::Session,
        expires: Some(session.expires),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bearer_is_read_as_rfc_6750_writes_it() {
        let with = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(with("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(with("bearer  abc ").as_deref(), Some("abc"));
        assert_eq!(with("Basic abc"), None);
        assert_eq!(with("Bearer "), None);
    }
}
