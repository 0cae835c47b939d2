//! An error as a person reads it, in the shape of RFC 9457 with Penstock's additions (`design/api.md`).
//!
//! Built by the server from its typed errors; shown by pages and answered by the API. It holds public words only:
//! whatever is internal stays in the log under the request id.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Cause and remedy of a failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// What kind of failure, for programs and for the page's choice of state.
    pub kind: ProblemKind,
    /// A few words: `Topic not found`.
    pub title: String,
    /// The cause in a sentence.
    pub detail: String,
    /// What helps, in a sentence.
    pub remedy: Option<String>,
    /// YAML that would grant the missing right, where one is missing.
    pub grant: Option<String>,
    /// Kafka's error name and code, where a broker refused.
    pub kafka_error: Option<KafkaErrorCode>,
    /// The input field that was refused.
    pub field: Option<String>,
    /// Finds the log lines of this request.
    pub request_id: Option<String>,
}

/// A broker's error code (Kafka class `org.apache.kafka.common.protocol.Errors`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct KafkaErrorCode {
    /// `TOPIC_AUTHORIZATION_FAILED`
    pub name: String,
    /// 29
    pub code: i16,
}

/// Kinds of failure; the HTTP status follows from it in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ProblemKind {
    /// Nobody is signed in, or the session has ended.
    Unauthenticated,
    /// The right is missing; said before anything about existence.
    Forbidden,
    /// It does not exist; said only to those who may read.
    NotFound,
    /// Somebody else was faster.
    Conflict,
    /// The input is not acceptable; `field` says where.
    Invalid,
    /// A budget is used up.
    TooMany,
    /// Something behind the console can't be reached.
    Unavailable,
    /// The console failed.
    Internal,
}

impl ProblemKind {
    /// The HTTP status of the API and of pages.
    pub const fn status(self) -> u16 {
        match self {
            ProblemKind::Unauthenticated => 401,
            ProblemKind::Forbidden => 403,
            ProblemKind::NotFound => 404,
            ProblemKind::Conflict => 409,
            ProblemKind::Invalid => 422,
            ProblemKind::TooMany => 429,
            ProblemKind::Unavailable => 503,
            ProblemKind::Internal => 500,
        }
    }
}

impl Problem {
    /// A problem with its words; remedy and the rest are added by the `with_` methods.
    pub fn new(kind: ProblemKind, title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            kind,
            title: title.into(),
            detail: detail.into(),
            remedy: None,
            grant: None,
            kafka_error: None,
            field: None,
            request_id: None,
        }
    }

    /// Adds what helps.
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Adds the YAML that would grant the missing right.
    pub fn with_grant(mut self, grant: impl Into<String>) -> Self {
        self.grant = Some(grant.into());
        self
    }

    /// Names the refused field.
    pub fn with_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.title, self.detail)
    }
}

impl std::error::Error for Problem {}
