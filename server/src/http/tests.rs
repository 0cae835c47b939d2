//! The real router over the real backend, with a reviewer that answers as it is told and no clusters behind it.

mod hostile;

use super::*;
use crate::{
    backend::{
        Services,
        fleet::{Fleet, Sources},
        gate::Gate,
        records::RecordServices,
    },
    config::Config,
    http::routes::{Need, Route, TABLE, Way},
};
use ::http::{Method, Request, StatusCode, header};
use async_trait::async_trait;
use axum::body::Body;
use http_body_util::BodyExt as _;
use penstock_auth::{
    Access, Identity, ResourceAttributes, ReviewError, Reviewer, Sealer, SessionKey, Token,
};
use penstock_cluster::watch::Watches;
use penstock_domain::access::{Resource, Verb};
use penstock_kafka::Periods;
use std::collections::BTreeSet;
use tower::ServiceExt as _;

/// Knows two tokens: `everything` may all, `nothing` may nothing.
struct Two;

#[async_trait]
impl Reviewer for Two {
    async fn whoami(&self, token: &Token) -> Result<Identity, ReviewError> {
        match token.reveal() {
            "everything" | "nothing" => Ok(Identity::new(token.reveal(), Vec::new())),
            _ => Err(ReviewError::Refused),
        }
    }

    async fn may(&self, token: &Token, _: &ResourceAttributes) -> Result<bool, ReviewError> {
        Ok(token.reveal() == "everything")
    }
}

fn app() -> App {
    let stop = CancellationToken::new();
    let store = crate::store::Store::in_memory().unwrap();
    let sources = Sources {
        watches: Watches::none(),
        credentials: None,
        plain: Vec::new(),
    };
    let fleet = Fleet::start(
        Hub::new(),
        sources,
        Periods::default(),
        store.clone(),
        &stop,
    );
    let gate = Gate::new(Arc::new(Access::new(Arc::new(Two))));
    let keeper = Keeper {
        sealer: Sealer::new(SessionKey::load(None).unwrap(), Duration::from_secs(60)),
        codes: None,
        local: None,
    };
    let services = Services {
        read_only: false,
        records: RecordServices::new(&Config::default(), &stop).unwrap(),
        audit: Arc::default(),
        store,
        secrets: None,
    };
    let settings = Settings {
        allowed_hosts: Vec::new(),
        https: false,
        gallery: true,
        deadline: Duration::from_secs(10),
        body_limit: 4096,
        streams: 2,
        streams_per_user: 1,
        readings: 8,
        readings_per_user: 4,
    };
    App::new(
        Arc::new(Console::new(fleet, gate, services)),
        keeper,
        settings,
        stop,
    )
    .unwrap()
}

fn request(method: Method, path: &str) -> ::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "127.0.0.1:8080")
}

async fn ask(app: &App, request: Request<Body>) -> ::http::Response<Body> {
    router(app).oneshot(request).await.unwrap()
}

async fn text(response: ::http::Response<Body>) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A real address for a pattern.
fn filled(route: &Route) -> String {
    fill(route.path)
}

fn fill(pattern: &str) -> String {
    let path = pattern
        .replace("{namespace}", "kafka")
        .replace("{name}", "task-events")
        .replace("{cluster}", "task-events")
        .replace("{topic}", "task-created")
        .replace("{group}", "billing-export")
        .replace("{user}", "task-api")
        .replace("{node}", "0")
        .replace("{plural}", "kafkaconnectors")
        .replace("{of}", "kafka")
        .replace("{resource}", "sink")
        .replace("{partition}", "0")
        .replace("{offset}", "0")
        .replace("{*any}", "no/such/address");
    // Without a question there is nothing but a form.
    if path.ends_with("/access") {
        format!("{path}?name=task-created")
    } else if path.ends_with("/topic") {
        format!("{path}?topic=.")
    } else if path.contains("/task-events/group") && !path.contains("/groups") {
        format!("{path}?group=.")
    } else if path.contains("/task-events/user") && !path.contains("/users") {
        format!("{path}?user=.")
    } else {
        path
    }
}

async fn call(app: &App, route: &Route, token: Option<&str>) -> StatusCode {
    let (method, body) = match route.way {
        Way::Page | Way::Rest | Way::Stream => (Method::GET, Body::empty()),
        Way::Form => (Method::POST, Body::from("token=&theme=dark")),
        Way::Function(body) | Way::Post(body) | Way::PostForm(body) => {
            (Method::POST, Body::from(body))
        }
    };
    let mut request = request(method, &filled(route));
    request = match route.way {
        Way::Form | Way::PostForm(_) => {
            request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        }
        Way::Function(_) | Way::Post(_) => request.header(header::CONTENT_TYPE, "application/json"),
        _ => request,
    };
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    // Only the head: the stream has no end.
    ask(app, request.body(body).unwrap()).await.status()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_answers_without_identity_or_right() {
    let app = app();
    for route in TABLE {
        let nobody = call(&app, route, None).await;
        let foreign = call(&app, route, Some("unknown")).await;
        let powerless = call(&app, route, Some("nothing")).await;
        let powerful = call(&app, route, Some("everything")).await;
        let path = route.path;
        match route.need {
            Need::Nothing(_) => {
                assert!(
                    nobody.is_success() || nobody.is_redirection(),
                    "{path}: {nobody}"
                );
            }
            Need::Identity => {
                assert_eq!(nobody, 401, "{path} to nobody");
                assert_eq!(foreign, 401, "{path} to a token that is not taken");
                assert!(powerless != 401 && powerless != 403, "{path}: {powerless}");
            }
            Need::Right(..) => {
                assert_eq!(nobody, 401, "{path} to nobody");
                assert_eq!(foreign, 401, "{path} to a token that is not taken");
                assert_eq!(powerless, 403, "{path} without the right");
                // Nothing is there, and only who may read learns that.
                assert_eq!(powerful, 404, "{path} with the right");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_stands_in_the_table() {
    let app = app();
    let mut there: BTreeSet<String> = BTreeSet::new();
    for listing in pages::listings(&app.leptos) {
        there.insert(listing.path().to_owned());
    }
    for (path, _) in server_fn::axum::server_fn_paths() {
        there.insert(path.to_owned());
    }
    there.extend(rest::openapi().paths.paths.keys().cloned());
    let table: BTreeSet<String> = TABLE.iter().map(|route| route.path.to_owned()).collect();
    let missing: Vec<&String> = there.difference(&table).collect();
    assert!(missing.is_empty(), "not in the table: {missing:?}");
    let written_by_hand = [
        "/api/v1/openapi.json",
        "/api/{*any}",
        "/events",
        "/auth/sign-in",
        "/auth/sign-out",
        "/auth/theme",
        "/auth/looks",
    ];
    let gone: Vec<&String> = table
        .difference(&there)
        .filter(|path| !written_by_hand.contains(&path.as_str()))
        .collect();
    assert!(gone.is_empty(), "in the table only: {gone:?}");
}

#[test]
fn every_right_of_the_table_exists() {
    for route in TABLE {
        if let Need::Right(verb, resource) = route.need {
            assert!(resource.verbs().contains(&verb), "{}", route.path);
        }
    }
    // The table of verbs is what RBAC rules are written from.
    assert!(!Resource::Topics.verbs().contains(&Verb::Tail));
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_hosts_and_foreign_sites_are_refused() {
    let app = app();
    let foreign = Request::get("/sign-in")
        .header(header::HOST, "evil.example")
        .body(Body::empty())
        .unwrap();
    assert_eq!(ask(&app, foreign).await.status(), 421);
    for (origin, site, allowed) in [
        (Some("http://127.0.0.1:8080"), None, true),
        (Some("http://127.0.0.1:8080"), Some("same-origin"), true),
        (Some("https://evil.example"), Some("cross-site"), false),
        (Some("https://evil.example"), None, false),
        (Some("null"), None, false),
        (Some("http://localhost:9999"), Some("same-site"), false),
        (None, None, true),
    ] {
        let mut asked = request(Method::POST, "/auth/sign-out");
        if let Some(origin) = origin {
            asked = asked.header(header::ORIGIN, origin);
        }
        if let Some(site) = site {
            asked = asked.header("sec-fetch-site", site);
        }
        let status = ask(&app, asked.body(Body::empty()).unwrap()).await.status();
        assert_eq!(status == 303, allowed, "{origin:?} {site:?}: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_carry_a_policy_with_a_nonce_of_their_own() {
    let app = app();
    let mut nonces = BTreeSet::new();
    for _ in 0..2 {
        let page = request(Method::GET, "/sign-in")
            .body(Body::empty())
            .unwrap();
        let response = ask(&app, page).await;
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap()
            .to_owned();
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(
            response.headers()[header::X_CONTENT_TYPE_OPTIONS],
            "nosniff"
        );
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"));
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .and_then(|rest| rest.split('\'').next())
            .unwrap()
            .to_owned();
        let html = text(response).await;
        assert!(html.contains(&format!("nonce=\"{nonce}\"")));
        assert!(!html.contains("<script>"), "a script without a nonce");
        nonces.insert(nonce);
    }
    assert_eq!(nonces.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_names_the_missing_role_and_the_request() {
    let app = app();
    let asked = request(Method::GET, "/api/v1/clusters/kafka/task-events/topics")
        .header(header::AUTHORIZATION, "Bearer nothing")
        .body(Body::empty())
        .unwrap();
    let response = ask(&app, asked).await;
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "application/problem+json"
    );
    let id = response.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    let problem: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(problem["status"], 403);
    assert_eq!(problem["requestId"], id.as_str());
    assert!(problem["grant"].as_str().unwrap().contains("kind: Role"));
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_seals_a_cookie_and_signing_out_ends_it() {
    let app = app();
    let form = |token: &str| {
        request(Method::POST, "/auth/sign-in")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!(
                "token={token}&next=%2Fclusters%2Fkafka%2Fa"
            )))
            .unwrap()
    };
    let refused = ask(&app, form("unknown")).await;
    assert_eq!(
        refused.headers()[header::LOCATION],
        "/sign-in?error=refused&next=%2Fclusters%2Fkafka%2Fa"
    );
    let taken = ask(&app, form("everything")).await;
    assert_eq!(taken.headers()[header::LOCATION], "/clusters/kafka/a");
    let cookie = taken.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
    assert!(!cookie.contains("everything"));
    let pair = cookie.split(';').next().unwrap().to_owned();
    let session = request(Method::GET, "/api/v1/session")
        .header(header::COOKIE, &pair)
        .body(Body::empty())
        .unwrap();
    let session: serde_json::Value =
        serde_json::from_str(&text(ask(&app, session).await).await).unwrap();
    assert_eq!(session["user"], "everything");
    assert!(session["expires"].is_string());
    let out = request(Method::POST, "/auth/sign-out")
        .header(header::COOKIE, &pair)
        .body(Body::empty())
        .unwrap();
    let out = ask(&app, out).await;
    assert!(
        out.headers()[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused() {
    let app = app();
    let large = request(Method::POST, "/auth/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::CONTENT_LENGTH, "5000")
        .body(Body::from("x".repeat(5000)))
        .unwrap();
    assert_eq!(ask(&app, large).await.status(), 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_begin_with_hello_are_counted_and_are_told_of_the_end() {
    let app = app();
    let open = || {
        request(Method::GET, "/events")
            .header(header::AUTHORIZATION, "Bearer everything")
            .body(Body::empty())
            .unwrap()
    };
    let stream = ask(&app, open()).await;
    assert_eq!(ask(&app, open()).await.status(), 429, "one per user here");
    let mut body = stream.into_body();
    let hello = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(String::from_utf8_lossy(&hello).contains("event: hello"));
    app.stop.cancel();
    let last = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(String::from_utf8_lossy(&last).contains("event: restart"));
    assert!(body.frame().await.is_none());
    drop(body);
    assert_ne!(ask(&app, open()).await.status(), 429);
}
