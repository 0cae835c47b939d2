//! Subjects of the bed's registry (Apicurio): listed, shown, checked, registered, levelled and deleted through the console. Each test
//! has subjects of its own, by a prefix.

use crate::{
    bed,
    writer::{self, Topic},
};
use penstock_domain::query::encode;
use penstock_registry::{Draft, Pace, Registry, RegistrySettings};
use serde_json::{Value, json};

const CLUSTER: &str = "/api/v1/clusters/kafka/task-events";
const ONE: &str =
    r#"{"type":"record","name":"Task","namespace":"it","fields":[{"name":"id","type":"long"}]}"#;
const TWO: &str = r#"{"type":"record","name":"Task","namespace":"it","fields":[{"name":"id","type":"long"},{"name":"note","type":"string","default":""}]}"#;
const BREAKS: &str = r#"{"type":"record","name":"Task","namespace":"it","fields":[{"name":"id","type":"long"},{"name":"must","type":"string"}]}"#;

fn address() -> String {
    let registry = bed::state().registry;
    registry
        .expect("the test bed must run with its registry: `scripts/bed up --registry`")
        .url
}

async fn console() -> bed::Console {
    bed::console(&format!("[registry]\nurl = {:?}\n", address())).await
}

fn of(subject: &str, rest: &str) -> String {
    format!("{CLUSTER}/schema{rest}?subject={}", encode(subject))
}

fn avro(text: &str) -> Value {
    json!({ "schemaType": "avro", "text": text })
}

/// Posts as alice; the answer's status and JSON.
async fn post(console: &bed::Console, path: &str, body: &Value) -> (u16, Value) {
    let answer = console.post("alice", path, body).await;
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or(Value::Null))
}

async fn register(console: &bed::Console, subject: &str, body: &Value) -> Value {
    let (status, answer) = post(console, &of(subject, "/versions"), body).await;
    assert_eq!(status, 200, "{subject}: {answer:#}");
    answer
}

/// What an interrupted run left behind, and what this one made.
async fn clean(subjects: &[&str]) {
    let registry = Registry::new(RegistrySettings::plain("bed", address())).unwrap();
    for subject in subjects {
        let _ = registry.delete(subject, None, false).await;
        let _ = registry.delete(subject, None, true).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_lives_and_is_deleted() {
    let subject = "it-life-value";
    clean(&[subject]).await;
    let console = console().await;
    let first = register(&console, subject, &avro(ONE)).await;
    assert_eq!(
        (&first["version"], &first["existed"]),
        (&json!(1), &json!(false))
    );
    let again = register(&console, subject, &avro(ONE)).await;
    assert_eq!(
        (&again["id"], &again["existed"]),
        (&first["id"], &json!(true))
    );

    // A rule of its own, and what it refuses.
    let (status, level) = post(
        &console,
        &of(subject, "/compatibility"),
        &json!({"level": "full"}),
    )
    .await;
    assert_eq!(
        (status, &level["level"], &level["levelOrigin"]),
        (200, &json!("full"), &json!("subject"))
    );
    let (_, check) = post(&console, &of(subject, "/versions:check"), &avro(BREAKS)).await;
    assert_eq!(
        (&check["accepted"], &check["mistake"]),
        (&json!(false), &Value::Null),
        "{check:#}"
    );
    assert_eq!(check["versions"][0]["compatible"], false);
    assert_eq!(check["versions"][0]["cannotRead"][0]["path"], "must");
    assert_eq!(check["changes"][0]["kind"], "fieldAdded");
    let (status, refused) = post(&console, &of(subject, "/versions"), &avro(BREAKS)).await;
    assert_eq!(status, 409, "{refused:#}");
    assert!(
        refused["remedy"]
            .as_str()
            .unwrap()
            .contains("compatibility level")
    );

    let (_, check) = post(&console, &of(subject, "/versions:check"), &avro(TWO)).await;
    assert_eq!(
        (&check["accepted"], &check["nextVersion"]),
        (&json!(true), &json!(2)),
        "{check:#}"
    );
    let second = register(&console, subject, &avro(TWO)).await;
    assert_eq!(second["version"], 2);

    // What was done is there at once, and asks the registry for nothing.
    let detail = console.json("alice", &of(subject, "")).await;
    assert_eq!(
        (&detail["from"], &detail["to"]),
        (&json!(1), &json!(2)),
        "{detail:#}"
    );
    assert_eq!(detail["difference"]["changes"][0]["path"], "note");
    assert_eq!(detail["matrix"]["versions"], json!([1, 2]));
    assert_eq!(detail["schema"]["fields"][1]["path"], "note");
    let list = console
        .json("alice", &format!("{CLUSTER}/schemas?q=name:{subject}"))
        .await;
    assert_eq!(
        (&list["items"][0]["versions"], &list["items"][0]["level"]),
        (&json!(2), &json!("full"))
    );
    let file = console
        .get(
            "alice",
            &format!("{}&version=1&format=raw", of(subject, "/text")),
        )
        .await;
    assert!(
        file.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .contains("it-life-value-v1.avsc")
    );
    assert_eq!(file.text().await.unwrap(), ONE);

    // For good only what is soft-deleted.
    let delete = of(subject, "/versions:delete");
    let (status, refused) = post(&console, &delete, &json!({"permanent": true})).await;
    assert_eq!(status, 409, "{refused:#}");
    let (_, gone) = post(&console, &delete, &json!({"version": 1})).await;
    assert_eq!(gone["versions"], json!([1]));
    let detail = console.json("alice", &of(subject, "")).await;
    assert_eq!(detail["versions"][0]["deleted"], true);
    let (_, gone) = post(&console, &delete, &json!({})).await;
    assert_eq!(gone["versions"], json!([2]));
    let list = console
        .json(
            "alice",
            &format!("{CLUSTER}/schemas?q=name:{subject}&state=deleted"),
        )
        .await;
    assert_eq!(list["items"][0]["deleted"], true, "{list:#}");
    let (status, _) = post(&console, &delete, &json!({"permanent": true})).await;
    assert_eq!(status, 200);
    assert_eq!(console.status("alice", &of(subject, "")).await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn references_are_seen_from_both_sides_and_hold_what_they_refer_to() {
    let (money, order) = ("it-refs-money", "it-refs-order-value");
    clean(&[order, money]).await;
    let console = console().await;
    register(&console, money, &avro(r#"{"type":"record","name":"Money","namespace":"itr","fields":[{"name":"cents","type":"long"}]}"#)).await;
    let schema = r#"{"type":"record","name":"Order","namespace":"itr","fields":[{"name":"total","type":"itr.Money"}]}"#;
    let mut candidate = avro(schema);
    let (_, check) = post(&console, &of(order, "/versions:check"), &candidate).await;
    assert!(
        check["mistake"]["message"]
            .as_str()
            .unwrap()
            .contains("itr.Money is not defined"),
        "{check:#}"
    );
    assert!(check["mistake"]["line"].is_number());
    candidate["references"] = json!([{ "name": "itr.Money", "subject": money, "version": 9 }]);
    let (_, check) = post(&console, &of(order, "/versions:check"), &candidate).await;
    assert!(
        check["mistake"]["message"]
            .as_str()
            .unwrap()
            .contains("does not have"),
        "{check:#}"
    );
    candidate["references"][0]["version"] = json!(1);
    register(&console, order, &candidate).await;

    let detail = console.json("alice", &of(order, "")).await;
    assert_eq!(detail["references"][0]["subject"], money);
    assert_eq!(
        detail["schema"]["fields"][1]["path"], "total.cents",
        "{detail:#}"
    );
    let detail = console.json("alice", &of(money, "")).await;
    assert_eq!(detail["referencedBy"][0]["subject"], order, "{detail:#}");
    let (_, preview) = post(
        &console,
        &format!("{}&dryRun=true", of(money, "/versions:delete")),
        &json!({}),
    )
    .await;
    assert_eq!(preview["referencedBy"][0]["subject"], order);
    let (status, refused) = post(&console, &of(money, "/versions:delete"), &json!({})).await;
    assert_eq!(status, 422, "{refused:#}");
    assert!(refused["remedy"].as_str().unwrap().contains("refers to it"));
    clean(&[order, money]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_names_and_bad_schemas_are_clear_and_local() {
    let odd = "it-odd/a b%25é-value";
    clean(&[odd]).await;
    let console = console().await;
    register(&console, odd, &avro(ONE)).await;
    let detail = console.json("alice", &of(odd, "")).await;
    assert_eq!(detail["row"]["subject"], odd, "{detail:#}");
    let by_path = format!("{CLUSTER}/schemas/{}", encode(odd));
    assert_eq!(console.status("alice", &by_path).await, 200);
    clean(&[odd]).await;

    let check = |body: Value| {
        let console = &console;
        async move { post(console, &of("it-bad-value", "/versions:check"), &body).await }
    };
    let (status, answer) = check(avro("{\n \"type\": }")).await;
    assert_eq!(
        (status, &answer["mistake"]["line"]),
        (200, &json!(2)),
        "{answer:#}"
    );
    let protobuf = json!({ "schemaType": "protobuf", "text": "syntax = \"proto3\";\nmessage A {\n int32 a = ;\n}" });
    let (_, answer) = check(protobuf).await;
    assert_eq!(answer["mistake"]["line"], 3, "{answer:#}");
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let (_, answer) = check(avro(&deep)).await;
    assert!(answer["mistake"]["message"].is_string());
    let huge = avro(&"x".repeat(1_100_000));
    let (status, answer) = check(huge).await;
    assert_eq!(
        (status, answer["field"].as_str()),
        (422, Some("text")),
        "{answer:#}"
    );
    let (status, _) = post(
        &console,
        &of("it-bad-value", "/versions"),
        &avro("{\"type\":\"recor\"}"),
    )
    .await;
    assert_eq!(status, 422);
    for name in ["..", "", "a\u{7}b"] {
        let (status, answer) = post(&console, &of(name, "/versions"), &avro(ONE)).await;
        assert_eq!(
            (status, answer["field"].as_str()),
            (422, Some("subject")),
            "{name:?}"
        );
    }
    // Nothing came of any of it.
    assert_eq!(console.status("alice", &of("it-bad-value", "")).await, 404);
    let filter = format!("{CLUSTER}/schemas?q=format:thrift");
    assert_eq!(console.status("alice", &filter).await, 422);
    // bob may not, and is told the same whether it exists or not.
    for subject in ["it-bad-value", "it-life-value"] {
        assert_eq!(console.status("bob", &of(subject, "")).await, 403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_topics_carry_is_told_from_their_records() {
    let topic = Topic::create("it-impact", 1).await;
    let subject = "it-impact-value";
    clean(&[subject]).await;
    let console = console().await;
    register(&console, subject, &avro(ONE)).await;
    register(&console, subject, &avro(TWO)).await;
    let registry = Registry::new(RegistrySettings::plain("bed", address())).unwrap();
    let (old, new) = (
        registry.version(subject, 1).await.unwrap(),
        registry.version(subject, 2).await.unwrap(),
    );
    let producer = writer::producer(&[]).await;
    for _ in 0..3 {
        topic
            .write_bytes(&producer, &new.encode(r#"{"id": 1, "note": "x"}"#).unwrap())
            .await;
    }
    topic
        .write_bytes(&producer, &old.encode(r#"{"id": 1}"#).unwrap())
        .await;
    topic.write_bytes(&producer, b"{\"plain\": 1}").await;
    topic
        .write_bytes(&producer, &[&[0, 0, 0, 39, 15][..], b"x"].concat())
        .await;
    topic.write(&producer, 0, Some("k"), None, None).await;
    let impact = console
        .until(&of(subject, "/impact"), |impact| {
            impact["topics"][0]["records"] == 7
        })
        .await;
    let sample = &impact["topics"][0];
    assert_eq!(
        (&sample["nulls"], &sample["without"], &sample["undecodable"]),
        (&json!(1), &json!(1), &json!(1)),
        "{impact:#}"
    );
    let shares: Vec<(i64, i64)> = sample["schemas"]
        .as_array()
        .unwrap()
        .iter()
        .map(|share| {
            (
                share["version"].as_i64().unwrap(),
                share["records"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(shares, [(2, 3), (1, 1)]);
    assert_eq!(sample["perPartition"], 500);
    assert_eq!(impact["lookedThrough"], Value::Null);
    let detail = console.json("alice", &of(subject, "")).await;
    assert_eq!(detail["row"]["topics"], json!(["it-impact"]));

    // A subject that is named after a record alone is found by what the records carry.
    let record = "it.impact.Probe";
    clean(&[record]).await;
    register(&console, record, &avro(ONE)).await;
    let impact = console
        .until(&of(record, "/impact"), |impact| {
            impact["topics"][0]["topic"] == "it-impact"
        })
        .await;
    assert_eq!(
        impact["topics"][0]["schemas"][1]["records"], 1,
        "{impact:#}"
    );
    assert_eq!(impact["topics"][0]["keys"], false);
    assert!(
        impact["lookedThrough"]["topics"].as_i64() > Some(1),
        "{impact:#}"
    );
    clean(&[subject, record]).await;
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_register_is_found_in_the_background() {
    let subject = "it-others";
    clean(&[subject]).await;
    let registry = Registry::new(RegistrySettings::plain("bed", address())).unwrap();
    let draft = Draft {
        schema_type: penstock_domain::schema::SchemaType::Avro,
        text: ONE.to_owned(),
        references: Vec::new(),
        normalize: false,
    };
    let console = console().await;
    registry.register(subject, &draft).await.unwrap();
    let path = format!("{CLUSTER}/schemas?q=name:{subject}");
    let list = console
        .until(&path, |list| list["items"][0]["versions"] == 1)
        .await;
    // Apicurio answers the global level for every subject: which it is, is not told.
    assert_eq!(list["items"][0]["levelOrigin"], "notTold", "{list:#}");
    assert!(!list["registry"]["notes"].as_array().unwrap().is_empty());
    registry.round(Pace::default(), true).await.unwrap();
    assert!(registry.catalogue().now().subjects.contains_key(subject));
    clean(&[subject]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_is_away_costs_its_own_pages_only() {
    let console = bed::console("[registry]\nurl = \"http://127.0.0.1:1/apis/ccompat/v7\"\n").await;
    let list = console
        .until(&format!("{CLUSTER}/schemas"), |list| {
            list["missing"][0]["why"]
                .as_str()
                .is_some_and(|why| why.contains("can't be reached"))
        })
        .await;
    assert_eq!(list["items"], json!([]));
    assert_eq!(console.status("alice", &of("any", "")).await, 503);
    let (status, _) = post(&console, &of("any", "/versions"), &avro(ONE)).await;
    assert_eq!(status, 503);
    assert_eq!(
        console.status("alice", &format!("{CLUSTER}/topics")).await,
        200
    );
    let without = bed::console("").await;
    let list = without.json("alice", &format!("{CLUSTER}/schemas")).await;
    assert_eq!(list["registry"], Value::Null);
    assert_eq!(without.status("alice", &of("any", "")).await, 404);
}
