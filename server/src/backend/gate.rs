//! Who asks and what they may: the access layer's answers as problems that a page can show.

use super::problems;
use penstock_api::{
    AppError,
    context::{CredentialOrigin, RequestContext},
};
use penstock_auth::{Access, Authorised, Denied, IdentifyError, Identity, Token};
use penstock_domain::access::Right;
use std::sync::Arc;

/// The gate in front of every answer. Cheap to clone.
#[derive(Clone)]
pub struct Gate {
    access: Arc<Access>,
}

impl Gate {
    /// Over the access layer.
    pub fn new(access: Arc<Access>) -> Self {
        Self { access }
    }

    /// The access layer, for streams that ask again and again.
    pub fn access(&self) -> &Arc<Access> {
        &self.access
    }

    /// Who asks; fails where nobody does or the API server does not take the token.
    pub async fn identity(&self, cx: &RequestContext) -> Result<Arc<Identity>, AppError> {
        let token = token(cx)?;
        self.access
            .identify(&token)
            .await
            .map_err(|error| match error {
                IdentifyError::Refused => AppError::unauthenticated(),
                IdentifyError::Unavailable { .. } => problems::api_server_away(&error.to_string()),
            })
    }

    /// The proof that the asker has a right, or the problem that says which one is missing.
    pub async fn authorise(
        &self,
        cx: &RequestContext,
        right: Right,
    ) -> Result<Authorised, AppError> {
        let token = token(cx)?;
        self.access
            .authorise(&token, &right)
            .await
            .map_err(|denied| match denied {
                Denied::NotSignedIn => AppError::unauthenticated(),
                Denied::Forbidden { right } => problems::forbidden(&right),
                Denied::Unavailable { .. } => problems::api_server_away(&denied.to_string()),
            })
    }

    /// As [`Gate::authorise`], where a missing right is an answer and no problem.
    pub async fn may(
        &self,
        cx: &RequestContext,
        right: Right,
    ) -> Result<Option<Authorised>, AppError> {
        let token = token(cx)?;
        match self.access.authorise(&token, &right).await {
            Ok(grant) => Ok(Some(grant)),
            Err(Denied::Forbidden { .. }) => Ok(None),
            Err(Denied::NotSignedIn) => Err(AppError::unauthenticated()),
            Err(denied @ Denied::Unavailable { .. }) => {
                Err(problems::api_server_away(&denied.to_string()))
            }
        }
    }
}

/// The token of a request.
pub fn token(cx: &RequestContext) -> Result<Token, AppError> {
    let credential = cx
        .credential
        .as_ref()
        .ok_or_else(AppError::unauthenticated)?;
    Ok(Token::new(credential.token.reveal()))
}

/// Whether the request came with the server's own credential.
pub fn is_local(cx: &RequestContext) -> bool {
    cx.credential
        .as_ref()
        .is_some_and(|credential| credential.origin == CredentialOrigin::Local)
}
