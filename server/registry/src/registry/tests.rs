//! The client and the cache against a registry that does what a test wants.

use super::*;
use crate::{
    RegistryAuth, RegistryCertificate, Secret,
    fake::{Answer, Fake},
    framing,
};
use serde_json::json;
use std::time::Duration;

fn body(value: serde_json::Value) -> Answer {
    Answer::Body(200, value.to_string())
}

fn missing() -> Answer {
    Answer::Body(
        404,
        json!({"error_code": 40403, "message": "Schema not found"}).to_string(),
    )
}

fn registry(url: &str, limits: RegistryLimits) -> Registry {
    Registry::new(RegistrySettings {
        limits,
        ..RegistrySettings::plain("main", url)
    })
    .unwrap()
}

/// Money, and an order that refers to it.
fn shop(path: &str) -> Answer {
    match path {
        "/schemas/ids/7" => body(json!({
            "schema": r#"{"type":"record","name":"Order","fields":[{"name":"total","type":"Money"}]}"#,
            "references": [{"name": "Money", "subject": "money/of us", "version": 2}],
        })),
        "/schemas/ids/7/versions" => body(
            json!([{"subject": "other", "version": 1}, {"subject": "orders-value", "version": 3}]),
        ),
        "/subjects/money%2Fof%20us/versions/2?deleted=true" => body(
            json!({"id": 3, "subject": "money/of us", "version": 2, "schema": r#"{"type":"record","name":"Money","fields":[{"name":"cents","type":"long"}]}"#}),
        ),
        "/subjects/orders-value/versions/latest" => body(json!({
            "id": 7, "subject": "orders-value", "version": 3,
            "schema": r#"{"type":"record","name":"Order","fields":[{"name":"total","type":"Money"}]}"#,
            "references": [{"name": "Money", "subject": "money/of us", "version": 2}],
        })),
        "/schemas/guids/00000000-0000-0000-0000-00000000000a/ids" => {
            body(json!([{"context": "other", "id": 8}, {"context": ".", "id": 7}]))
        }
        "/subjects" => body(json!([
            "orders-key",
            "orders-eu-value",
            "orders-shop.Order",
            "orders-value",
            "orders2-value"
        ])),
        _ => missing(),
    }
}

#[tokio::test]
async fn many_ask_and_the_registry_is_asked_once() {
    let fake = Fake::start(shop).await;
    let registry = registry(&fake.url, RegistryLimits::default());
    assert!(matches!(registry.cached(SchemaKey::Id(7)), Cached::Unknown));
    let all = futures::future::join_all((0..50).map(|_| registry.schema(SchemaKey::Id(7)))).await;
    assert!(all.iter().all(Result::is_ok));
    let mut paths = fake.paths();
    paths.sort();
    assert_eq!(
        paths,
        [
            "/api/schemas/ids/7",
            "/api/schemas/ids/7/versions",
            "/api/subjects/money%2Fof%20us/versions/2?deleted=true"
        ]
    );
    let Cached::Have(schema) = registry.cached(SchemaKey::Id(7)) else {
        panic!("it is in memory now")
    };
    let bytes = schema
        .encode(r#"{"total": {"cents": 9007199254740993}}"#)
        .unwrap();
    let frame = framing(&bytes, std::iter::empty(), Side::Value).unwrap();
    assert_eq!(frame.schema, SchemaKey::Id(7));
    let reading = schema.decode(&frame, &bytes).unwrap();
    assert_eq!(
        (reading.json.as_str(), reading.name.as_deref()),
        (r#"{"total":{"cents":9007199254740993}}"#, Some("Order"))
    );
    assert_eq!(schema.reference().subject.as_deref(), Some("other"));
    let named = schema.reference_for("orders", Side::Value);
    assert_eq!(
        (named.subject.as_deref(), named.version, named.id),
        (Some("orders-value"), Some(3), 7)
    );
    // By subject and by GUID it is the same, without compiling it again.
    let latest = registry.latest("orders-value").await.unwrap();
    assert_eq!((latest.id(), latest.reference().version), (7, Some(3)));
    assert_eq!(registry.schema(SchemaKey::Guid(10)).await.unwrap().id(), 7);
}

#[tokio::test]
async fn subjects_of_a_topic() {
    let fake = Fake::start(shop).await;
    let found = registry(&fake.url, RegistryLimits::default())
        .subjects_for("orders")
        .await
        .unwrap();
    let names: Vec<(&str, Side)> = found
        .iter()
        .map(|found| (found.subject.as_str(), found.side))
        .collect();
    assert_eq!(
        names,
        [
            ("orders-key", Side::Key),
            ("orders-value", Side::Value),
            ("orders-shop.Order", Side::Value)
        ]
    );
}

#[tokio::test]
async fn failures_are_told_apart_and_remembered() {
    let fake = Fake::start(|path| match path {
        "/schemas/ids/1" => Answer::Body(401, String::new()),
        "/schemas/ids/2" => Answer::Body(403, String::new()),
        "/schemas/ids/3" => Answer::Body(500, json!({"message": "disk\nfull"}).to_string()),
        "/schemas/ids/4" => Answer::Body(200, "<html>".to_owned()),
        "/schemas/ids/5" => Answer::Body(200, "x".repeat(2_000)),
        "/schemas/ids/6" => Answer::Elsewhere("http://127.0.0.1:1/".to_owned()),
        "/schemas/ids/8" => body(json!({"schema": "{\"type\":\"recor\"}"})),
        "/schemas/ids/9" => body(json!({"schema": "x", "schemaType": "THRIFT"})),
        _ => missing(),
    })
    .await;
    let registry = registry(
        &fake.url,
        RegistryLimits {
            body: 1_000,
            ..RegistryLimits::default()
        },
    );
    let mut texts = Vec::new();
    for id in 1..=10 {
        let error = registry.schema(SchemaKey::Id(id)).await.unwrap_err();
        assert!(!error.remedy().is_empty());
        texts.push(error.to_string());
    }
    for (text, part) in texts.iter().zip([
        "401",
        "403",
        "disk full (500)",
        "something else",
        "larger than 1000",
        "elsewhere",
        "no schema 7",
        "recor",
        "THRIFT",
        "no schema 10",
    ]) {
        assert!(text.contains(part) && text.contains("main"), "{text}");
    }
    let before = fake.paths().len();
    let again = registry.schema(SchemaKey::Id(10)).await.unwrap_err();
    assert!(matches!(again, RegistryError::NotFound { .. }));
    assert!(matches!(
        registry.cached(SchemaKey::Id(10)),
        Cached::Failed(_)
    ));
    assert_eq!(fake.paths().len(), before);
}

#[tokio::test]
async fn a_failure_is_forgotten_in_time() {
    let fake = Fake::start(|_| missing()).await;
    let registry = registry(
        &fake.url,
        RegistryLimits {
            failure_kept: Duration::ZERO,
            ..RegistryLimits::default()
        },
    );
    for _ in 0..2 {
        assert!(registry.schema(SchemaKey::Id(1)).await.is_err());
    }
    assert_eq!(
        fake.paths()
            .iter()
            .filter(|path| *path == "/api/schemas/ids/1")
            .count(),
        2
    );
}

#[tokio::test]
async fn a_silent_registry_is_left_alone_for_a_while() {
    let fake = Fake::start(|_| Answer::Silence).await;
    let limits = RegistryLimits {
        answer: Duration::from_millis(100),
        ..RegistryLimits::default()
    };
    let registry = registry(&fake.url, limits);
    assert!(matches!(
        registry.schema(SchemaKey::Id(1)).await,
        Err(RegistryError::Timeout { .. })
    ));
    let before = fake.paths().len();
    for id in 2..100 {
        assert!(matches!(
            registry.schema(SchemaKey::Id(id)).await,
            Err(RegistryError::Timeout { .. })
        ));
    }
    assert!(registry.latest("a").await.is_err());
    assert_eq!(fake.paths().len(), before);
}

#[tokio::test]
async fn nobody_at_the_address() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = registry(&url, RegistryLimits::default())
        .schema(SchemaKey::Id(1))
        .await
        .unwrap_err();
    assert!(
        error.is_away() && error.to_string().contains("refused"),
        "{error}"
    );
}

#[tokio::test]
async fn odd_subjects_are_asked_for_as_they_are() {
    let fake = Fake::start(|_| missing()).await;
    let registry = registry(&fake.url, RegistryLimits::default());
    for subject in ["a/b", "50%", "ü ?#", "../schemas"] {
        assert!(matches!(
            registry.version(subject, 1).await,
            Err(RegistryError::NotFound { .. })
        ));
    }
    assert_eq!(
        fake.paths(),
        ["a%2Fb", "50%25", "%C3%BC%20%3F%23", "..%2Fschemas"]
            .map(|subject| format!("/api/subjects/{subject}/versions/1"))
    );
    // No address can name these.
    for subject in ["..", ".", ""] {
        assert!(matches!(
            registry.latest(subject).await,
            Err(RegistryError::NotFound { .. })
        ));
    }
    assert_eq!(fake.paths().len(), 4);
}

#[tokio::test]
async fn identity_goes_into_the_head_and_nowhere_else() {
    for (auth, head) in [
        (
            RegistryAuth::Basic {
                user: "u".into(),
                password: Secret::new("hunter2"),
            },
            "authorization: Basic dTpodW50ZXIy",
        ),
        (
            RegistryAuth::Bearer(Secret::new("hunter2")),
            "authorization: Bearer hunter2",
        ),
    ] {
        let fake = Fake::start(|_| Answer::Body(401, String::new())).await;
        let registry = Registry::new(RegistrySettings {
            auth,
            ..RegistrySettings::plain("main", &fake.url)
        })
        .unwrap();
        let error = registry.schema(SchemaKey::Id(1)).await.unwrap_err();
        assert!(fake.heads()[0].contains(head), "{:?}", fake.heads());
        assert!(!format!("{registry:?} {error:?}").contains("hunter2"));
    }
}

#[tokio::test]
async fn references_are_bounded() {
    let fake = Fake::start(|path| {
        let refers = |subject: String| json!({"id": 1, "schema": "\"string\"", "references": [{"name": subject, "subject": subject, "version": 1}]});
        let number = path.rsplit('/').nth(2).and_then(|name| name.strip_prefix('s')?.parse::<u32>().ok());
        match (path, number) {
            ("/schemas/ids/1", _) => body(refers("ring".to_owned())),
            ("/schemas/ids/2", _) => body(refers("s1".to_owned())),
            ("/schemas/ids/3", _) => {
                let list: Vec<_> = (0..300).map(|at| json!({"name": format!("n{at}"), "subject": format!("leaf{at}"), "version": 1})).collect();
                body(json!({"schema": "\"string\"", "references": list}))
            }
            ("/schemas/ids/4", _) => body(refers("gone".to_owned())),
            (path, _) if path.starts_with("/subjects/ring/") => body(refers("ring".to_owned())),
            (path, _) if path.starts_with("/subjects/leaf") => body(json!({"id": 9, "schema": "\"string\""})),
            (_, Some(number)) => body(refers(format!("s{}", number + 1))),
            _ => missing(),
        }
    })
    .await;
    let registry = registry(&fake.url, RegistryLimits::default());
    for (id, part) in [
        (1, "refers to itself"),
        (2, "deeper than 32"),
        (3, "more than 256"),
        (4, "no version 1 of subject gone"),
    ] {
        let error = registry.schema(SchemaKey::Id(id)).await.unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[tokio::test]
async fn tls_trusts_the_given_authority_and_shows_a_certificate() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let make = |name: &str| {
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        (made.cert, made.signing_key)
    };
    let (server, server_key) = make("localhost");
    let (client, client_key) = make("client");
    let mut roots = rustls::RootCertStore::empty();
    roots.add(client.der().clone()).unwrap();
    let asks = rustls::server::WebPkiClientVerifier::builder(Arc::new(roots))
        .build()
        .unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(server_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder()
        .with_client_cert_verifier(asks)
        .with_single_cert(vec![server.der().clone()], key)
        .unwrap();
    let fake = Fake::start_tls(config, shop).await;
    let settings = |ca: Option<&str>, certificate: bool| RegistrySettings {
        ca_pem: ca.map(Arc::from),
        client: certificate.then(|| RegistryCertificate {
            certificate_pem: client.pem().into(),
            key_pem: Secret::new(client_key.serialize_pem()),
        }),
        ..RegistrySettings::plain("main", &fake.url)
    };
    let ask = async |settings: RegistrySettings| {
        Registry::new(settings)
            .unwrap()
            .schema(SchemaKey::Id(7))
            .await
    };
    let pem = server.pem();
    assert_eq!(ask(settings(Some(&pem), true)).await.unwrap().id(), 7);
    assert!(
        ask(settings(Some(&pem), false))
            .await
            .unwrap_err()
            .is_away()
    );
    let (other, _) = make("localhost");
    let error = ask(settings(Some(&other.pem()), true)).await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    for wrong in ["", "hello"] {
        let error = Registry::new(settings(Some(wrong), true)).unwrap_err();
        assert!(matches!(
            error,
            RegistryError::Configuration { field: "ca", .. }
        ));
    }
    let mut settings = settings(Some(&pem), true);
    settings.client = Some(RegistryCertificate {
        certificate_pem: pem.as_str().into(),
        key_pem: Secret::new("top-secret"),
    });
    let error = Registry::new(settings).unwrap_err();
    assert!(
        error.to_string().contains("client certificate")
            && !error.to_string().contains("top-secret")
    );
}
