//! Who somebody is and what he may: tokens, sessions, one-time links, access reviews, masks.
//!
//! Kubernetes decides both (decisions 1–6): a token is worth what the API server says it is, a right is an access review with
//! the user's own token. Nothing here knows resources, brokers or pages; [`Authorised`] is the proof that a review said yes,
//! and only [`Access`] makes one.

mod access;
mod codes;
mod kube_review;
pub mod mask;
mod review;
mod session;
mod token;

pub use access::{Access, Authorised, Denied, IdentifyError};
pub use codes::{CodesError, SignInCodes};
pub use kube_review::KubeReviewer;
pub use review::{Identity, ResourceAttributes, ReviewError, Reviewer};
pub use session::{KeyError, Sealer, Session, SessionError, SessionKey};
pub use token::{Token, TokenHash};
