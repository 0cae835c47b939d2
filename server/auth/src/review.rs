//! The questions to the API server: who is this token, and may it do that?

use crate::token::Token;
use async_trait::async_trait;
use penstock_domain::{
    access::{Resource, Right, Verb},
    ids::Namespace,
};
use std::sync::Arc;

/// Whom the API server takes a token for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Name of the user.
    pub user: Arc<str>,
    /// Groups of the user.
    pub groups: Vec<String>,
}

impl Identity {
    /// Joins both.
    pub fn new(user: impl Into<Arc<str>>, groups: Vec<String>) -> Self {
        Self {
            user: user.into(),
            groups,
        }
    }
}

/// One question as RBAC understands it, about a virtual resource of `penstock.dev`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResourceAttributes {
    /// Where; `None` asks for every namespace.
    pub namespace: Option<Namespace>,
    /// What is done.
    pub verb: Verb,
    /// With which kind of thing.
    pub resource: Resource,
    /// With which one: `<cluster>` or `<cluster>:<object>`; `None` asks for all.
    pub name: Option<String>,
}

impl ResourceAttributes {
    /// The questions of a right, widest first: a yes to any grants it (decision 5).
    pub fn of(right: &Right) -> Vec<Self> {
        let namespace = right
            .cluster
            .as_ref()
            .map(|cluster| cluster.namespace.clone());
        let asked = |name: Option<String>| Self {
            namespace: namespace.clone(),
            verb: right.verb,
            resource: right.resource,
            name,
        };
        let names = right.resource_names();
        if names.is_empty() {
            vec![asked(None)]
        } else {
            names.into_iter().map(|name| asked(Some(name))).collect()
        }
    }
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// The API server does not take the token, or takes it for nobody.
    #[error("the API server does not take the token")]
    Refused,
    /// The API server can't be reached or did not answer in time.
    #[error("{cause}")]
    Unreachable {
        /// In words.
        cause: String,
    },
    /// It answered with something else.
    #[error("the API server refused the question: {cause}")]
    Failed {
        /// In its words.
        cause: String,
    },
}

/// Answers both questions. [`crate::KubeReviewer`] asks the API server; tests answer themselves.
#[async_trait]
pub trait Reviewer: Send + Sync {
    /// Whom the token stands for.
    async fn whoami(&self, token: &Token) -> Result<Identity, ReviewError>;

    /// Whether its holder may.
    async fn may(
        &self,
        token: &Token,
        attributes: &ResourceAttributes,
    ) -> Result<bool, ReviewError>;
}
