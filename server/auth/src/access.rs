//! What a token's holder may, remembered for a moment (decision 6).
//!
//! An answer is kept for at most 30 s. While the API server can't be reached, a known yes to a *reading* question goes on for
//! 15 min and is marked stale; a no, a writing question and a new token get no answer. Equal questions at the same time are
//! asked once.

mod memory;

use crate::{
    review::{Identity, ResourceAttributes, ReviewError, Reviewer},
    token::{Token, TokenHash},
};
use memory::{Answer, Memory};
use penstock_domain::access::Right;
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

/// An answer is asked anew after this.
const FRESH: Duration = Duration::from_secs(30);
/// A known yes to a reading question, and who somebody is, go on this long without the API server.
const STALE: Duration = Duration::from_secs(15 * 60);
/// Questions remembered.
const QUESTIONS: usize = 8192;
/// Identities remembered.
const IDENTITIES: usize = 1024;

/// Asks and remembers.
pub struct Access {
    reviewer: Arc<dyn Reviewer>,
    identities: Memory<TokenHash, Arc<Identity>>,
    reviews: Memory<(TokenHash, ResourceAttributes), bool>,
}

/// The proof that a right was granted; made by [`Access`] alone, and asked for by whatever opens data.
#[derive(Clone, Debug)]
pub struct Authorised {
    right: Right,
    identity: Arc<Identity>,
    stale: Option<Duration>,
}

/// Why a token has no identity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifyError {
    /// The API server does not take it.
    #[error("the API server does not take the token")]
    Refused,
    /// The API server can't be asked.
    #[error("{cause}")]
    Unavailable {
        /// In words.
        cause: String,
    },
}

/// Why a right is not granted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The token has no identity.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The API server said no.
    #[error("the right to {} is missing", .right.words())]
    Forbidden {
        /// Which one.
        right: Right,
    },
    /// The API server can't be asked, and what is remembered does not answer it.
    #[error("{cause}")]
    Unavailable {
        /// In words.
        cause: String,
    },
}

// === impl Authorised ===

impl Authorised {
    /// What was granted.
    pub fn right(&self) -> &Right {
        &self.right
    }

    /// To whom.
    pub fn identity(&self) -> &Arc<Identity> {
        &self.identity
    }

    /// How old the answer is, where the API server can't be asked now.
    pub fn stale(&self) -> Option<Duration> {
        self.stale
    }
}

// === impl Access ===

impl Access {
    /// Over a reviewer.
    pub fn new(reviewer: Arc<dyn Reviewer>) -> Self {
        Self {
            reviewer,
            identities: Memory::new(IDENTITIES),
            reviews: Memory::new(QUESTIONS),
        }
    }

    /// Whom a token stands for. While the API server can't be asked, a known token goes on for a while.
    pub async fn identify(&self, token: &Token) -> Result<Arc<Identity>, IdentifyError> {
        self.identity(token, STALE).await
    }

    /// As [`Access::identify`] for somebody who signs in now: without the API server nobody does.
    pub async fn sign_in(&self, token: &Token) -> Result<Arc<Identity>, IdentifyError> {
        self.identity(token, Duration::ZERO).await
    }

    async fn identity(
        &self,
        token: &Token,
        longest: Duration,
    ) -> Result<Arc<Identity>, IdentifyError> {
        let key = token.fingerprint();
        let answer = self
            .identities
            .get(&key, FRESH, || async {
                self.reviewer.whoami(token).await.map(Arc::new)
            })
            .await;
        match answer {
            Answer::Fresh(identity) => Ok(identity),
            Answer::Failed(ReviewError::Refused, _) => {
                self.forget(token);
                Err(IdentifyError::Refused)
            }
            Answer::Failed(ReviewError::Unreachable { .. }, Some((identity, age)))
                if age <= longest =>
            {
                Ok(identity)
            }
            Answer::Failed(error, _) => Err(IdentifyError::Unavailable {
                cause: error.to_string(),
            }),
        }
    }

    /// The proof that a token's holder has a right.
    pub async fn authorise(&self, token: &Token, right: &Right) -> Result<Authorised, Denied> {
        let identity = self.identify(token).await.map_err(|error| match error {
            IdentifyError::Refused => Denied::NotSignedIn,
            IdentifyError::Unavailable { cause } => Denied::Unavailable { cause },
        })?;
        let mut unavailable = None;
        for attributes in ResourceAttributes::of(right) {
            match self.review(token, attributes).await {
                Ok(Some(stale)) => {
                    return Ok(Authorised {
                        right: right.clone(),
                        identity,
                        stale,
                    });
                }
                Ok(None) => {}
                Err(denied @ Denied::NotSignedIn) => return Err(denied),
                Err(denied) => unavailable = Some(denied),
            }
        }
        Err(unavailable.unwrap_or_else(|| Denied::Forbidden {
            right: right.clone(),
        }))
    }

    /// Forgets what is known of a token: it was signed out, or is no longer taken.
    pub fn forget(&self, token: &Token) {
        let key = token.fingerprint();
        self.identities.forget(|known| *known == key);
        self.reviews.forget(|(known, _)| *known == key);
    }

    /// `Some` is a yes, with its age where the API server can't be asked now; `None` a no.
    async fn review(
        &self,
        token: &Token,
        attributes: ResourceAttributes,
    ) -> Result<Option<Option<Duration>>, Denied> {
        let reads = attributes.verb.reads();
        let key = (token.fingerprint(), attributes);
        let answer = self
            .reviews
            .get(&key, FRESH, || self.reviewer.may(token, &key.1))
            .await;
        match answer {
            Answer::Fresh(true) => Ok(Some(None)),
            Answer::Fresh(false) => Ok(None),
            Answer::Failed(ReviewError::Refused, _) => {
                self.forget(token);
                Err(Denied::NotSignedIn)
            }
            // An explicit no stays a no for as long as nobody says otherwise.
            Answer::Failed(_, Some((false, _))) => Ok(None),
            Answer::Failed(ReviewError::Unreachable { .. }, Some((true, age)))
                if reads && age <= STALE =>
            {
                Ok(Some(Some(age)))
            }
            Answer::Failed(error, _) => Err(Denied::Unavailable {
                cause: error.to_string(),
            }),
        }
    }
}

/// The clock of both memories: monotonic, and paused in tests.
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests;
