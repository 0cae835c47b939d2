//! What a Secret says, and when it is asked for again.

use super::*;
use http::{Request as HttpRequest, Response, StatusCode};
use kube::client::Body;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

type Answer = Arc<Mutex<(StatusCode, Value)>>;

/// An API server that gives one answer and counts the questions.
fn answering(status: StatusCode, body: Value) -> (Credentials, Arc<AtomicUsize>, Answer) {
    let asked = Arc::new(AtomicUsize::new(0));
    let answer = Arc::new(Mutex::new((status, body)));
    let (counter, given) = (asked.clone(), answer.clone());
    let service = tower::service_fn(move |request: HttpRequest<Body>| {
        assert_eq!(
            request.uri().path(),
            "/api/v1/namespaces/kafka/secrets/penstock"
        );
        counter.fetch_add(1, Ordering::SeqCst);
        let (status, body) = given.lock().unwrap().clone();
        let response = Response::builder()
            .status(status)
            .body(Body::from(body.to_string().into_bytes()));
        async move { response }
    });
    (
        Credentials::new(Client::new(service, "default")),
        asked,
        answer,
    )
}

fn secret(data: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "penstock", "resourceVersion": "7"}, "data": data})
}

fn failure(code: u16) -> Value {
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": "no", "reason": "X", "code": code})
}

fn console() -> SecretRef {
    SecretRef::console("kafka".into())
}

#[tokio::test]
async fn passwords_and_certificates_are_told_apart_and_never_shown() {
    let (credentials, ..) = answering(
        StatusCode::OK,
        secret(json!({"password": "aHVzaA==", "sasl.jaas.config": "eA=="})),
    );
    let state = credentials.current(&console()).await;
    let CredentialState::Present {
        credential: Credential::Scram { password, username },
        version,
    } = &state
    else {
        panic!("{state:?}");
    };
    assert_eq!(
        (password.reveal(), username.as_str(), version.as_str()),
        ("hush", "penstock", "7")
    );
    assert!(!format!("{state:?}").contains("hush"));

    let (credentials, ..) = answering(
        StatusCode::OK,
        secret(json!({"user.crt": "Yw==", "user.key": "aw==", "user.password": "eA=="})),
    );
    assert_eq!(
        credentials.current(&console()).await.kind(),
        Some(CredentialKind::Tls)
    );
}

#[tokio::test]
async fn what_a_secret_lacks_is_named() {
    for (data, words) in [
        (json!({}), "holds neither"),
        (json!(null), "holds neither"),
        (json!({"user.crt": "Yw=="}), "holds neither"),
        (json!({"password": ""}), "password is empty"),
        (json!({"password": "/w=="}), "password is empty or no text"),
    ] {
        let (credentials, ..) = answering(StatusCode::OK, secret(data));
        let state = credentials.current(&console()).await;
        assert!(
            matches!(&state, CredentialState::Unusable { why } if why.contains(words)),
            "{state:?}"
        );
    }
    let (credentials, ..) = answering(StatusCode::NOT_FOUND, failure(404));
    assert_eq!(
        credentials.current(&console()).await,
        CredentialState::Absent
    );
    let (credentials, ..) = answering(StatusCode::FORBIDDEN, failure(403));
    let state = credentials.current(&console()).await;
    assert!(
        matches!(&state, CredentialState::Unusable { why } if why.contains("may not read")),
        "{state:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_asked_for_every_minute_and_soon_after_a_refusal() {
    let (credentials, asked, answer) =
        answering(StatusCode::OK, secret(json!({"password": "YQ=="})));
    let first = credentials.current(&console()).await;
    tokio::time::advance(Duration::from_secs(59)).await;
    credentials.current(&console()).await;
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    credentials.refused(&console());
    credentials.current(&console()).await;
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    credentials.refused(&console());
    credentials.current(&console()).await;
    assert_eq!(asked.load(Ordering::SeqCst), 2, "not at once");
    // While the API server fails, what was known holds.
    *answer.lock().unwrap() = (StatusCode::INTERNAL_SERVER_ERROR, failure(500));
    tokio::time::advance(Duration::from_secs(120)).await;
    assert_eq!(credentials.current(&console()).await, first);
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_went_away_is_looked_for_and_one_that_never_was_is_awaited() {
    let (credentials, asked, answer) = answering(StatusCode::NOT_FOUND, failure(404));
    let ask = async || {
        let state = credentials.current(&console()).await;
        (state.kind(), asked.load(Ordering::SeqCst))
    };
    assert_eq!(ask().await, (None, 1));
    tokio::time::advance(Duration::from_secs(10)).await;
    assert_eq!(ask().await, (None, 1), "nobody has announced it");
    *answer.lock().unwrap() = (StatusCode::OK, secret(json!({"password": "YQ=="})));
    credentials.expect(Some(&"dev".into()));
    assert_eq!(ask().await, (None, 1), "that is another namespace");
    credentials.expect(Some(&"kafka".into()));
    assert_eq!(ask().await, (Some(CredentialKind::Scram), 2));
    // A change of the KafkaUser is reason to look, not to look all the time.
    credentials.expect(None);
    assert_eq!(ask().await, (Some(CredentialKind::Scram), 2));
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(ask().await, (Some(CredentialKind::Scram), 3));

    *answer.lock().unwrap() = (StatusCode::NOT_FOUND, failure(404));
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(ask().await, (None, 4));
    *answer.lock().unwrap() = (StatusCode::OK, secret(json!({"password": "Yg=="})));
    tokio::time::advance(Duration::from_secs(3)).await;
    assert_eq!(ask().await, (Some(CredentialKind::Scram), 5));
}
