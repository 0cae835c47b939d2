//! Local mode: whoever comes over the loopback acts with the server's own credential (decisions 3 and 9).
//!
//! With a kubeconfig that is the kubeconfig's credential, and the API server decides as always. Without Kubernetes there is
//! nobody to ask: reading is allowed, changing only where the configuration says so.

use async_trait::async_trait;
use penstock_auth::{Identity, ResourceAttributes, ReviewError, Reviewer, Token};

/// A token that only this process knows and that stands for its own credential.
pub fn own_token() -> Token {
    Token::new(format!(
        "local-{:032x}{:032x}",
        rand::random::<u128>(),
        rand::random::<u128>()
    ))
}

/// The reviewer without Kubernetes: knows the one local user.
pub struct WithoutKubernetes {
    own: Token,
    may_change: bool,
}

impl WithoutKubernetes {
    /// For the holder of `own`.
    pub fn new(own: Token, may_change: bool) -> Self {
        Self { own, may_change }
    }
}

#[async_trait]
impl Reviewer for WithoutKubernetes {
    async fn whoami(&self, token: &Token) -> Result<Identity, ReviewError> {
        if token.fingerprint() == self.own.fingerprint() {
            Ok(Identity::new("local", Vec::new()))
        } else {
            Err(ReviewError::Refused)
        }
    }

    async fn may(
        &self,
        token: &Token,
        attributes: &ResourceAttributes,
    ) -> Result<bool, ReviewError> {
        self.whoami(token).await?;
        Ok(self.may_change || attributes.verb.reads())
    }
}
