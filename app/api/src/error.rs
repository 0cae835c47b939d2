//! The one error at the border: a [`Problem`] that Leptos can carry to the browser.

use penstock_domain::problem::{Problem, ProblemKind};
use serde::{Deserialize, Serialize};
use server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use std::fmt;

/// What a page gets instead of data: public words only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppError(Box<Problem>);

impl AppError {
    /// Nobody is signed in, or the session has ended.
    pub fn unauthenticated() -> Self {
        Self::from(
            Problem::new(
                ProblemKind::Unauthenticated,
                "Not signed in",
                "Your session has ended or was never begun.",
            )
            .with_remedy("Sign in again."),
        )
    }

    /// Something failed inside; the log has the rest under the request id.
    pub fn internal() -> Self {
        Self::from(
            Problem::new(
                ProblemKind::Internal,
                "The console failed",
                "Something went wrong inside the console.",
            )
            .with_remedy(
                "Try again; if it stays, give the request id to whoever runs the console.",
            ),
        )
    }

    /// The problem, owned.
    pub fn into_problem(self) -> Problem {
        *self.0
    }

    /// The problem itself.
    pub fn problem(&self) -> &Problem {
        &self.0
    }
}

impl From<Problem> for AppError {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem))
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    /// Failures of the transport itself: the console is away, or an answer was cut off.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::from(
                Problem::new(
                    ProblemKind::Unavailable,
                    "The console does not answer",
                    "The request did not reach the console.",
                )
                .with_remedy("Check the connection and try again."),
            ),
            // On the server it is the request that can't be read; in the browser it is the answer.
            #[cfg(feature = "ssr")]
            ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_) => Self::from(Problem::new(
                ProblemKind::Invalid,
                "The request can't be read",
                "What was sent is not what this address takes.",
            )),
            _ => Self::internal(),
        }
    }
}
