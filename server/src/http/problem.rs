//! Problems as HTTP answers (RFC 9457), in one place.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use penstock_api::{AppError, context::RequestContext};
use penstock_domain::problem::{Problem, ProblemKind};
use serde::Serialize;
use std::any::Any;

/// The media type of problems.
pub const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A problem on the wire: RFC 9457's members and Penstock's own.
#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    status: u16,
    #[serde(flatten)]
    problem: &'a Problem,
}

/// An error of the API.
#[derive(Debug)]
pub struct ApiError(Box<Problem>);

impl ApiError {
    /// With the id that finds the log lines.
    pub fn new(error: AppError, cx: &RequestContext) -> Self {
        let mut problem = error.into_problem();
        problem.request_id = Some(cx.request_id.to_string());
        Self(Box::new(problem))
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        respond(&self.0)
    }
}

/// The answer for a problem.
pub fn respond(problem: &Problem) -> Response {
    let status =
        StatusCode::from_u16(problem.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = Body {
        r#type: "about:blank",
        status: status.as_u16(),
        problem,
    };
    // A problem is texts and numbers: it always serialises.
    let json = serde_json::to_vec(&body).unwrap_or_default();
    let mut response = (status, json).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, MEDIA_TYPE);
    match problem.kind {
        ProblemKind::TooMany => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        ProblemKind::Unauthenticated => {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"penstock\""),
            );
        }
        _ => {}
    }
    response
}

/// A plain refusal of a layer, before anybody knows who asks.
pub fn refuse(status: StatusCode, title: &str, detail: &str) -> Response {
    #[derive(Serialize)]
    struct Refusal<'a> {
        r#type: &'static str,
        status: u16,
        title: &'a str,
        detail: &'a str,
    }
    let body = Refusal {
        r#type: "about:blank",
        status: status.as_u16(),
        title,
        detail,
    };
    let json = serde_json::to_vec(&body).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], json).into_response()
}

/// A handler panicked: the log has it, the reader gets a sentence.
#[allow(
    clippy::needless_pass_by_value,
    reason = "the signature that tower-http asks for"
)]
pub fn of_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!(message, "a request handler panicked");
    respond(AppError::internal().problem())
}
