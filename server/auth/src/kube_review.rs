//! The questions asked of the real API server: SelfSubjectReview and SelfSubjectAccessReview with the user's own token, for
//! which no right is needed (decision 3).

mod line;

use crate::{
    review::{Identity, ResourceAttributes, ReviewError, Reviewer},
    token::Token,
};
use async_trait::async_trait;
use k8s_openapi::api::{
    authentication::v1::SelfSubjectReview,
    authorization::v1::{
        ResourceAttributes as Attributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
    },
};
use kube::{Api, Client, api::PostParams};
use line::Line;
use penstock_domain::access::GROUP;
use std::{future::Future, time::Duration};

/// Long enough for a busy API server, short enough that a page stays a page.
const DEADLINE: Duration = Duration::from_secs(3);
/// Whom the API server takes requests without a valid token for, where it admits them at all.
const ANONYMOUS: &str = "system:anonymous";

type MakeClient = dyn Fn(&Token) -> Result<Client, String> + Send + Sync;

/// Asks the API server.
pub struct KubeReviewer {
    client: Box<MakeClient>,
    line: Line,
}

impl KubeReviewer {
    /// `client` makes a client that acts with a token; its error says in words what is wrong with the token.
    pub fn new(client: impl Fn(&Token) -> Result<Client, String> + Send + Sync + 'static) -> Self {
        Self {
            client: Box::new(client),
            line: Line::new(DEADLINE),
        }
    }

    fn client(&self, token: &Token) -> Result<Client, ReviewError> {
        // A text that can't stand in a header is no token.
        (self.client)(token).map_err(|_| ReviewError::Refused)
    }

    async fn ask<T>(
        &self,
        answer: impl Future<Output = kube::Result<T>> + Send,
    ) -> Result<T, ReviewError> {
        self.line
            .free()
            .map_err(|cause| ReviewError::Unreachable { cause })?;
        let (answered, result) = match tokio::time::timeout(DEADLINE, answer).await {
            Ok(Ok(answer)) => (true, Ok(answer)),
            Ok(Err(error)) => (matches!(error, kube::Error::Api(_)), Err(reading(error))),
            Err(_) => (false, Err(silent())),
        };
        match &result {
            Err(error) if !answered => self.line.broken(error.to_string()),
            _ => self.line.works(),
        }
        result
    }
}

#[async_trait]
impl Reviewer for KubeReviewer {
    async fn whoami(&self, token: &Token) -> Result<Identity, ReviewError> {
        let api: Api<SelfSubjectReview> = Api::all(self.client(token)?);
        let review = SelfSubjectReview::default();
        let answer = self
            .ask(api.create(&PostParams::default(), &review))
            .await?;
        let info = answer.status.and_then(|status| status.user_info);
        let user = info
            .as_ref()
            .and_then(|info| info.username.clone())
            .filter(|user| !user.is_empty() && user != ANONYMOUS)
            .ok_or(ReviewError::Refused)?;
        let groups = info.and_then(|info| info.groups).unwrap_or_default();
        Ok(Identity::new(user, groups))
    }

    async fn may(
        &self,
        token: &Token,
        attributes: &ResourceAttributes,
    ) -> Result<bool, ReviewError> {
        let api: Api<SelfSubjectAccessReview> = Api::all(self.client(token)?);
        let review = SelfSubjectAccessReview {
            spec: SelfSubjectAccessReviewSpec {
                resource_attributes: Some(Attributes {
                    group: Some(GROUP.to_owned()),
                    namespace: attributes
                        .namespace
                        .as_ref()
                        .map(|namespace| namespace.as_str().to_owned()),
                    verb: Some(attributes.verb.name().to_owned()),
                    resource: Some(attributes.resource.name().to_owned()),
                    name: attributes.name.clone(),
                    ..Attributes::default()
                }),
                ..SelfSubjectAccessReviewSpec::default()
            },
            ..SelfSubjectAccessReview::default()
        };
        let answer = self
            .ask(api.create(&PostParams::default(), &review))
            .await?;
        Ok(answer.status.is_some_and(|status| status.allowed))
    }
}

fn silent() -> ReviewError {
    ReviewError::Unreachable {
        cause: format!(
            "the API server did not answer within {} s",
            DEADLINE.as_secs()
        ),
    }
}

fn reading(error: kube::Error) -> ReviewError {
    match error {
        kube::Error::Api(status) if status.code == 401 => ReviewError::Refused,
        kube::Error::Api(status) if status.code >= 500 || status.code == 429 => {
            ReviewError::Unreachable {
                cause: format!("the API server answers {}", status.code),
            }
        }
        // Nobody without a valid token may even ask.
        kube::Error::Api(status) if status.code == 403 && status.message.contains(ANONYMOUS) => {
            ReviewError::Refused
        }
        kube::Error::Api(status) => ReviewError::Failed {
            cause: status.message,
        },
        other => ReviewError::Unreachable {
            cause: format!("the API server can't be reached: {}", deepest(&other)),
        },
    }
}

/// The innermost cause: the outer ones say only that something failed.
fn deepest(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests;
