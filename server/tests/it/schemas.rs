//! Records with schemas of the bed's registry, decoded by the console; and what it does with those that can't be.

use crate::{
    bed,
    writer::{self, Topic},
};
use penstock_registry::{Registry, RegistrySettings, Schema};
use serde_json::{Value, json};
use std::sync::Arc;

const CLUSTER: &str = "/api/v1/clusters/kafka/task-events";
const MONEY: &str = r#"{"type":"record","name":"Money","namespace":"it","fields":[
    {"name":"amount","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}}]}"#;
const ORDER: &str = r#"{"type":"record","name":"Order","namespace":"it","fields":[
    {"name":"id","type":"long"},{"name":"total","type":"Money"},
    {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}}]}"#;
const SHIPMENT: &str = "syntax = \"proto3\"; package it; import \"google/protobuf/timestamp.proto\";
    message Events { message Packed { int32 n = 1; } message Sent { int64 order_id = 1; google.protobuf.Timestamp at = 2; } }";
const INVOICE: &str =
    r#"{"title":"Invoice","type":"object","required":["n"],"properties":{"n":{"type":"integer"}}}"#;

fn address() -> String {
    let registry = bed::state().registry;
    registry
        .expect("the test bed must run with its registry: `scripts/bed up --registry`")
        .url
}

async fn register(subject: &str, schema: Value) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/subjects/{subject}/versions", address());
    let answer = client.post(url).json(&schema).send().await.unwrap();
    assert!(
        answer.status().is_success(),
        "{}",
        answer.text().await.unwrap()
    );
}

/// A console that knows the registry.
async fn console() -> bed::Console {
    bed::console(&format!("[registry]\nurl = {:?}\n", address())).await
}

/// Values of a topic's records as the console decodes them, oldest first.
async fn decoded(console: &bed::Console, topic: &Topic, query: &str, count: usize) -> Vec<Value> {
    let path = format!(
        "{CLUSTER}/topics/{}/records?from=oldest&limit=20{query}",
        topic.name
    );
    let page = console
        .until(&path, |page| {
            page["items"]
                .as_array()
                .is_some_and(|items| items.len() >= count)
        })
        .await;
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|record| record["decoded"]["value"].clone())
        .collect()
}

fn text(part: &Value) -> Value {
    serde_json::from_str(part["text"].as_str().unwrap()).unwrap_or_else(|_| panic!("{part:#}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_schema_is_read_with_its_references() {
    bed::state();
    register("it-money", json!({ "schema": MONEY })).await;
    let refers = json!([{ "name": "it.Money", "subject": "it-money", "version": 1 }]);
    register(
        "it-schemas-value",
        json!({ "schema": ORDER, "references": refers }),
    )
    .await;
    register(
        "it-shipment",
        json!({ "schema": SHIPMENT, "schemaType": "PROTOBUF" }),
    )
    .await;
    register(
        "it-invoice",
        json!({ "schema": INVOICE, "schemaType": "JSON" }),
    )
    .await;
    let registry = Registry::new(RegistrySettings::plain("bed", address())).unwrap();
    let order =
        r#"{"id":9007199254740993,"total":{"amount":"-12.50"},"at":"2026-11-23T08:14:20.000Z"}"#;
    let shipment = r#"{"order_id":9007199254740993,"at":"2026-11-23T08:14:20Z"}"#;
    let latest = async |subject: &str| -> Arc<Schema> { registry.latest(subject).await.unwrap() };
    let (avro, proto, invoice) = (
        latest("it-schemas-value").await,
        latest("it-shipment").await,
        latest("it-invoice").await,
    );
    let topic = Topic::create("it-schemas", 1).await;
    let producer = writer::producer(&[]).await;
    let values = [
        avro.encode(order).unwrap(),
        proto
            .encode_message(shipment, Some("it.Events.Sent"))
            .unwrap(),
        invoice.encode("{\"n\": 1}").unwrap(),
        // A schema that no registry has, and a record that is cut off.
        [&[0, 0, 0, 39, 15][..], b"x"].concat(),
        avro.encode(order).unwrap()[..8].to_vec(),
    ];
    for value in &values {
        topic.write_bytes(&producer, value).await;
    }
    let console = console().await;
    let parts = decoded(&console, &topic, "", values.len()).await;
    assert_eq!(
        text(&parts[0]),
        serde_json::from_str::<Value>(order).unwrap()
    );
    // Every digit is there, not only what a double holds.
    assert!(
        parts[0]["text"]
            .as_str()
            .unwrap()
            .contains("9007199254740993")
    );
    assert_eq!(parts[0]["schema"]["subject"], "it-schemas-value");
    assert_eq!(
        (&parts[0]["schema"]["name"], &parts[0]["format"]),
        (&json!("it.Order"), &json!("avro"))
    );
    assert_eq!(
        text(&parts[1]),
        serde_json::from_str::<Value>(shipment).unwrap()
    );
    assert_eq!(
        (&parts[1]["schema"]["name"], &parts[1]["format"]),
        (&json!("it.Events.Sent"), &json!("protobuf"))
    );
    assert_eq!(
        (text(&parts[2]), &parts[2]["format"]),
        (json!({"n": 1}), &json!("jsonschema"))
    );
    for (part, words) in [
        (&parts[3], "no schema 9999"),
        (&parts[4], "ends in the middle"),
    ] {
        assert!(
            part["problem"]
                .as_str()
                .is_some_and(|problem| problem.contains(words)),
            "{part:#}"
        );
    }
    // What is shown is what is searched.
    let found = decoded(
        &console,
        &topic,
        "&q=value.total.amount%20%3D%20%22-12.50%22",
        1,
    )
    .await;
    assert_eq!(found.len(), 1);
    topic.delete().await;
}
