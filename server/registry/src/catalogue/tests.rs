//! The catalogue against a registry that does what a test wants.

use super::*;
use crate::{
    RegistryLimits, RegistrySettings,
    calls::Draft,
    fake::{Answer, Fake},
    registry::Registry,
};
use serde_json::json;
use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

fn body(value: serde_json::Value) -> Answer {
    Answer::Body(200, value.to_string())
}

fn missing(code: u32) -> Answer {
    Answer::Body(
        404,
        json!({"error_code": code, "message": "no"}).to_string(),
    )
}

fn registry(fake: &Fake) -> Registry {
    Registry::new(RegistrySettings {
        limits: RegistryLimits::default(),
        ..RegistrySettings::plain("main", &fake.url)
    })
    .unwrap()
}

const ONE: &str = r#"{"type":"record","name":"A","fields":[{"name":"a","type":"long"}]}"#;
const TWO: &str = r#"{"type":"record","name":"A","fields":[{"name":"a","type":"int"}]}"#;

/// `a` with three versions, the first soft-deleted; `b` that refers to it; `gone` that is soft-deleted.
fn shop(path: &str) -> Answer {
    match path {
        "/subjects?deleted=true" => body(json!(["a", "b", "gone"])),
        "/subjects" => body(json!(["a", "b"])),
        "/subjects/a/versions?deleted=true" => body(json!([1, 2, 3])),
        "/subjects/a/versions" => body(json!([2, 3])),
        "/subjects/b/versions?deleted=true" | "/subjects/b/versions" => body(json!([1])),
        "/subjects/gone/versions?deleted=true" => body(json!([4])),
        "/subjects/a/versions/1?deleted=true" => body(json!({"id": 10, "schema": ONE})),
        "/subjects/a/versions/2?deleted=true" => body(json!({"id": 11, "schema": ONE})),
        "/subjects/a/versions/3?deleted=true" => body(json!({"id": 12, "schema": TWO})),
        "/subjects/b/versions/1?deleted=true" => body(
            json!({"id": 13, "schema": r#"{"type":"record","name":"B","fields":[{"name":"a","type":"A"}]}"#,
            "references": [{"name": "A", "subject": "a", "version": 2}]}),
        ),
        "/subjects/gone/versions/4?deleted=true" => {
            body(json!({"id": 14, "schemaType": "PROTOBUF", "schema": "message M {}"}))
        }
        "/config" => body(json!({"compatibilityLevel": "BACKWARD"})),
        "/config/b" => body(json!({"compatibilityLevel": "FULL"})),
        "/mode" => body(json!({"mode": "READWRITE"})),
        "/contexts" => body(json!(["."])),
        path if path.starts_with("/config/") => missing(40_408),
        _ => missing(40_401),
    }
}

#[tokio::test]
async fn a_round_reads_everything_once_and_the_next_little() {
    let fake = Fake::start(shop).await;
    let registry = registry(&fake);
    registry.round(Pace::default(), true).await.unwrap();
    let catalogue = registry.catalogue().now();
    assert_eq!(catalogue.subjects.len(), 3);
    assert_eq!(
        (catalogue.pending(), catalogue.global),
        (0, Some(CompatibilityLevel::Backward))
    );
    let a = &catalogue.subjects["a"];
    let versions: Vec<(i32, u32, bool)> = a
        .versions
        .iter()
        .map(|version| (version.version, version.id, version.deleted))
        .collect();
    assert_eq!(versions, [(1, 10, true), (2, 11, false), (3, 12, false)]);
    assert_eq!(a.newest().unwrap().name.as_deref(), Some("A"));
    assert!(
        a.finding
            .as_deref()
            .unwrap()
            .starts_with("v3 can’t read records of v2: a: ")
    );
    assert_eq!(
        catalogue.level_of(a),
        (Some(CompatibilityLevel::Backward), LevelOrigin::Global)
    );
    let b = &catalogue.subjects["b"];
    assert_eq!(
        catalogue.level_of(b),
        (Some(CompatibilityLevel::Full), LevelOrigin::Subject)
    );
    assert!(b.finding.is_none());
    assert!(catalogue.subjects["gone"].is_deleted());
    assert_eq!(catalogue.referring["a"][0].subject.as_ref(), "b");
    assert_eq!(catalogue.by_id[&11], [(Arc::from("a"), 2)]);
    let once = |path: &str| {
        fake.paths()
            .iter()
            .filter(|asked| asked.ends_with(path))
            .count()
    };
    assert_eq!(once("/subjects/a/versions/2?deleted=true"), 1);
    assert_eq!(once("/subjects/a/versions/3?deleted=true"), 1);
    // Pages ask nobody.
    let asked = fake.paths().len();
    let text = registry.text_of("b", 1).await.unwrap();
    assert_eq!((text.referred.len(), fake.paths().len()), (1, asked));
    // The next round reads no version again but the newest of each.
    registry.round(Pace::default(), false).await.unwrap();
    let again = fake.paths()[asked..]
        .iter()
        .filter(|path| path.contains("/versions/"))
        .count();
    assert_eq!(again, 3);
}

#[tokio::test]
async fn what_is_known_outlives_an_outage() {
    let away = Arc::new(AtomicBool::new(false));
    let seen = away.clone();
    let fake = Fake::start(move |path| match seen.load(Ordering::SeqCst) {
        true => Answer::Body(401, String::new()),
        false => shop(path),
    })
    .await;
    let registry = registry(&fake);
    registry.round(Pace::default(), true).await.unwrap();
    away.store(true, Ordering::SeqCst);
    let error = registry.round(Pace::default(), false).await.unwrap_err();
    assert!(matches!(error, RegistryError::Unauthorised { .. }));
    assert_eq!(registry.catalogue().now().subjects.len(), 3);
    registry.reread("a").await;
    let a = registry.catalogue().now().subjects["a"].clone();
    assert!(a.trouble.is_some() && a.versions.len() == 3);
}

#[tokio::test]
async fn a_subject_that_was_made_anew_is_noticed() {
    let text = Arc::new(Mutex::new((10, ONE)));
    let seen = text.clone();
    let fake = Fake::start(move |path| {
        let (id, text) = *seen.lock().unwrap();
        match path {
            "/subjects?deleted=true" | "/subjects" => body(json!(["a"])),
            "/subjects/a/versions?deleted=true" | "/subjects/a/versions" => body(json!([1])),
            "/subjects/a/versions/1?deleted=true" => body(json!({"id": id, "schema": text})),
            "/config" => body(json!({"compatibilityLevel": "NONE"})),
            "/config/a" => body(json!({"compatibilityLevel": "NONE"})),
            _ => missing(40_401),
        }
    })
    .await;
    let registry = registry(&fake);
    registry.round(Pace::default(), true).await.unwrap();
    *text.lock().unwrap() = (20, TWO);
    registry.reread("a").await;
    let catalogue = registry.catalogue().now();
    let a = &catalogue.subjects["a"];
    assert_eq!(a.versions[0].id, 20);
    // This registry answers the global level for every subject.
    assert_eq!(
        catalogue.level_of(a),
        (Some(CompatibilityLevel::None), LevelOrigin::NotTold)
    );
    assert_eq!(catalogue.features.notes().len(), 2);
    assert_eq!(&*registry.text_of("a", 1).await.unwrap().text, TWO);
}

#[tokio::test]
async fn refusals_keep_the_registrys_words() {
    let fake = Fake::start(|path| match path {
        "/subjects/a/versions" => Answer::Body(
            409,
            json!({"error_code": 409, "message": "b at /fields/1"}).to_string(),
        ),
        "/compatibility/subjects/a/versions?verbose=true" => {
            body(json!({"is_compatible": false, "messages": ["{errorType:'X'}"]}))
        }
        "/subjects/a" => Answer::Body(
            422,
            json!({"error_code": 42206, "message": "There are subjects referencing a"}).to_string(),
        ),
        _ => missing(40_401),
    })
    .await;
    let registry = registry(&fake);
    let draft = Draft {
        schema_type: SchemaType::Avro,
        text: ONE.to_owned(),
        references: Vec::new(),
        normalize: false,
    };
    let error = registry.register("a", &draft).await.unwrap_err();
    assert!(
        error.to_string().contains("b at /fields/1")
            && error.remedy().contains("compatibility level")
    );
    let verdict = registry.check_all("a", &draft).await.unwrap().unwrap();
    assert!(!verdict.compatible && verdict.messages.len() == 1);
    assert_eq!(registry.check_all("none", &draft).await.unwrap(), None);
    let error = registry.delete("a", None, false).await.unwrap_err();
    assert!(error.remedy().contains("refers to it"));
    assert_eq!(registry.lookup("new", &draft).await.unwrap(), None);
}

#[tokio::test]
async fn references_in_a_ring_are_an_error() {
    let fake = Fake::start(|path| match path {
        "/subjects/a/versions/1?deleted=true" => body(json!({"id": 1, "schema": "1", "references": [{"name": "b", "subject": "b", "version": 1}]})),
        "/subjects/b/versions/1?deleted=true" => body(json!({"id": 2, "schema": "1", "references": [{"name": "a", "subject": "a", "version": 1}, {"name": "b", "subject": "b", "version": 1}]})),
        _ => missing(40_401),
    })
    .await;
    let error = registry(&fake).text_of("a", 1).await.unwrap_err();
    assert!(error.to_string().contains("refers to itself"), "{error}");
}

#[tokio::test]
async fn a_deleted_subject_of_which_numbers_alone_are_told_is_deleted() {
    let deleted = Arc::new(AtomicBool::new(false));
    let seen = deleted.clone();
    let fake = Fake::start(move |path| match (path, seen.load(Ordering::SeqCst)) {
        ("/subjects/a/versions?deleted=true", _) => body(json!([1, 2])),
        ("/subjects/a/versions", false) => body(json!([2])),
        ("/subjects/a/versions/2?deleted=true", false) => body(json!({"id": 11, "schema": ONE})),
        ("/subjects/a/versions/1?deleted=true", false) => body(json!({"id": 10, "schema": ONE})),
        _ => missing(40_401),
    })
    .await;
    let known = registry(&fake);
    known.reread("a").await;
    deleted.store(true, Ordering::SeqCst);
    known.reread("a").await;
    let a = known.catalogue().now().subjects["a"].clone();
    assert!(a.is_deleted() && a.hidden.is_empty() && a.trouble.is_none());
    assert_eq!(a.versions.len(), 2);
    // One that was never seen before.
    let new = registry(&fake);
    new.reread("a").await;
    let a = new.catalogue().now().subjects["a"].clone();
    assert!(a.is_deleted() && a.versions.is_empty());
    assert_eq!(a.hidden, [1, 2]);
}
