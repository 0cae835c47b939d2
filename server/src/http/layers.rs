//! Layers that every request passes: ids, measurements, headers, host names, foreign origins, deadlines.

use super::problem::{self, refuse};
use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use penstock_domain::units;
use std::{
    collections::BTreeSet,
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tracing::Instrument;

/// The header that carries the request id in both directions.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request's id.
#[derive(Clone, Debug)]
pub struct RequestId(pub Arc<str>);

/// The policy of answers that are no pages; pages set their own with a nonce.
const POLICY_OF_DATA: &str = "default-src 'none'; frame-ancestors 'none'";

/// Gives the request an id and a span, measures it, and logs what failed.
pub async fn observe(mut request: Request, next: Next) -> Response {
    let id = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .filter(|id| {
            (8..=64).contains(&id.len())
                && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
        .map_or_else(|| format!("{:016x}", rand::random::<u64>()), str::to_owned);
    request
        .extensions_mut()
        .insert(RequestId(id.as_str().into()));
    let method = request.method().clone();
    // The route, never the path: names in it are somebody's, and metrics must stay few.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("unmatched", |path| path.as_str())
        .to_owned();
    let span = tracing::info_span!("request", %id, %method, route);
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    let elapsed = began.elapsed();
    metrics::counter!("penstock_http_requests_total", "route" => route.clone(), "method" => method.to_string(), "status" => status.as_str().to_owned())
        .increment(1);
    metrics::histogram!("penstock_http_request_seconds", "route" => route)
        .record(elapsed.as_secs_f64());
    span.in_scope(|| {
        let millis = elapsed.as_millis();
        if status.is_server_error() {
            tracing::warn!(status = status.as_u16(), millis, "answered with an error");
        } else {
            tracing::debug!(status = status.as_u16(), millis, "answered");
        }
    });
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Headers of every answer; what a handler set itself stays.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CONTENT_SECURITY_POLICY, POLICY_OF_DATA),
        (header::CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Host names that the console answers to. Others are refused: a foreign name that resolves to the loopback (DNS rebinding)
/// would otherwise be an origin with our pages in it.
#[derive(Debug)]
pub struct Hosts(BTreeSet<String>);

impl Hosts {
    /// The loopback's names and the configured ones.
    pub fn new(configured: &[String]) -> Self {
        let configured = configured.iter().map(|host| host.to_lowercase());
        Self(configured.chain(["localhost".to_owned()]).collect())
    }

    /// Whether a `Host` header, with or without a port, is one of them.
    pub fn allow(&self, host: &str) -> bool {
        let name = name_of(host).to_lowercase();
        let loopback = name
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback());
        loopback || self.0.contains(&name)
    }
}

/// Refuses host names that are not ours.
pub async fn hosts(State(hosts): State<Arc<Hosts>>, request: Request, next: Next) -> Response {
    let authority = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    let host = authority.or_else(|| request.headers().get(header::HOST)?.to_str().ok());
    match host {
        Some(host) if hosts.allow(host) => next.run(request).await,
        _ => refuse(
            StatusCode::MISDIRECTED_REQUEST,
            "Unknown host name",
            "The console does not answer to this host name. Whoever runs it can add the name to allowed_hosts.",
        ),
    }
}

/// Refuses changes that another site's page asks for.
pub fn cross_origin() -> CsrfLayer<fn(ProtectionError) -> Response> {
    CsrfLayer::new().with_rejection_response(|_error: ProtectionError| {
        refuse(
            StatusCode::FORBIDDEN,
            "Request from another site",
            "The console takes changes from its own pages only.",
        )
    })
}

/// Ends a request that takes too long.
pub async fn deadline(State(deadline): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(deadline, next.run(request)).await {
        Ok(response) => response,
        Err(_) => refuse(
            StatusCode::GATEWAY_TIMEOUT,
            "It took too long",
            "The console did not finish the answer in time. Try again in a moment.",
        ),
    }
}

/// Says of a request beyond `limit` bytes what the limit is; the layer that refuses it says nothing that helps.
pub async fn too_large(State(limit): State<usize>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_explained = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == problem::MEDIA_TYPE);
    if response.status() != StatusCode::PAYLOAD_TOO_LARGE || is_explained {
        return response;
    }
    let limit = units::bytes(u64::try_from(limit).unwrap_or(u64::MAX));
    refuse(
        StatusCode::PAYLOAD_TOO_LARGE,
        "The request is too large",
        &format!("A request may have {limit}; the setting limits.body says how much."),
    )
}

/// The name in a `Host` header without its port; IPv6 keeps its brackets.
fn name_of(host: &str) -> &str {
    if let Some(end) = host.find(']') {
        return host.get(..=end).unwrap_or(host);
    }
    host.split_once(':').map_or(host, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_names_are_answered_to() {
        let hosts = Hosts::new(&["Console.example.org".to_owned()]);
        for good in [
            "localhost:8080",
            "127.0.0.1",
            "127.0.0.1:41234",
            "[::1]:80",
            "console.EXAMPLE.org:443",
        ] {
            assert!(hosts.allow(good), "{good}");
        }
        for bad in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.nip.io",
            "10.0.0.1",
            "",
            "console.example.org.evil",
        ] {
            assert!(!hosts.allow(bad), "{bad}");
        }
    }
}
