//! Topics in every state, and what moves them.

use crate::bed::{self, DeclaredTopic, admin};
use penstock_testbed::admin::topics::{ConfigChange, NewTopic};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const TOPICS: &str = "/api/v1/clusters/kafka/task-events/topics";

fn path(name: &str) -> String {
    format!("{TOPICS}/{name}")
}

fn state_is(state: &'static str) -> impl Fn(&Value) -> bool {
    move |topic| topic["row"]["state"] == state
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_and_an_unmanaged_topic_say_so() {
    let console = bed::console("").await;
    // Before the brokers have told theirs, the declared number is shown.
    let refused = console
        .until(&path("billing-invoices"), |topic| {
            state_is("error")(topic) && topic["row"]["replicas"].is_object()
        })
        .await;
    assert_eq!(
        refused["row"]["finding"],
        "Decreasing partitions not supported"
    );
    assert_eq!(refused["row"]["partitions"], 6);
    let partitions = &refused["differences"][0];
    assert_eq!(
        (&partitions["declared"], &partitions["live"]),
        (&json!("3"), &json!("6"))
    );
    console
        .until(&path("legacy-orders"), state_is("unmanaged"))
        .await;
    let paused = console
        .until(&path("task-archive"), state_is("declaredOnly"))
        .await;
    assert_eq!(paused["row"]["paused"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declared_topic_lives_drifts_and_goes() {
    let name = "it-drift-orders";
    let topic = DeclaredTopic::create(
        name,
        json!({ "partitions": 2, "replicas": 3, "config": { "retention.ms": 3_600_000 } }),
    )
    .await;
    // The polls of a busy console; those of an idle one are slower.
    let console = bed::console("[polls]\nconfigurations = \"1s\"\n").await;
    let live = console
        .until(&path(name), |topic| {
            state_is("managed")(topic)
                && topic["partitions"]
                    .as_array()
                    .is_some_and(|rows| rows.len() == 2)
                && topic["row"]["retentionMs"] == 3_600_000
        })
        .await;
    assert_eq!(live["row"]["replicationFactor"], 3);
    let documented = live["configuration"]["entries"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["name"] == "retention.ms")
        .unwrap()
        .clone();
    assert_eq!(documented["source"], "topic");
    assert!(
        documented["documentation"]
            .as_str()
            .unwrap()
            .contains("retain")
    );

    // Behind the operator's back.
    let change = ConfigChange::Set(Some("60000".to_owned()));
    let changes = BTreeMap::from([("retention.ms".to_owned(), change)]);
    admin().change_topic_config(name, &changes).await.unwrap();
    let drifted = console.until(&path(name), state_is("drifted")).await;
    assert_eq!(drifted["row"]["driftedFields"], 1);
    assert_eq!(
        drifted["row"]["finding"],
        "retention.ms is 60000, declared 3600000"
    );

    // A change of the resource makes the operator look, which puts it right.
    topic
        .patch(json!({ "spec": { "config": { "retention.ms": 7_200_000 } } }))
        .await;
    console
        .until(&path(name), |topic| {
            state_is("managed")(topic) && topic["row"]["retentionMs"] == 7_200_000
        })
        .await;
    topic.delete().await;
    console
        .until(&path(name), |answer| answer["status"] == 404)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_nobody_declares_is_shown_as_such() {
    let name = "it-undeclared-imports";
    let admin = admin();
    admin.delete_topic(name).await.unwrap();
    let new = NewTopic {
        partitions: Some(1),
        replicas: Some(1),
        ..NewTopic::default()
    };
    bed::eventually(async || admin.create_topic(name, &new).await.ok())
        .await
        .unwrap();
    let console = bed::console("").await;
    let list = format!("{TOPICS}?q=IT-undeclared&state=undeclared");
    let page = console
        .until(&list, |page| page["page"]["total"] == 1)
        .await;
    assert_eq!(page["items"][0]["name"], name);
    assert_eq!(page["items"][0]["resource"], Value::Null);
    admin.delete_topic(name).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_list_follow_one_another() {
    let console = bed::console("").await;
    let first_page = format!("{TOPICS}?page[size]=3&sort=name");
    let first = console
        .until(&first_page, |page| page["page"]["next"].is_string())
        .await;
    let next = first["page"]["next"].as_str().unwrap();
    let second = console
        .json("alice", &format!("{first_page}&page[after]={next}"))
        .await;
    assert!(second["items"][0]["name"].as_str() > first["items"][2]["name"].as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_on_the_stream() {
    let console = bed::console("").await;
    console
        .until("/api/v1/clusters/kafka/task-events", |overview| {
            overview["connection"]["state"] == "connected"
        })
        .await;
    let mut stream = console.get("alice", "/events").await;
    let topic =
        DeclaredTopic::create("it-told-news", json!({ "partitions": 1, "replicas": 1 })).await;
    let mut text = String::new();
    let told = tokio::time::timeout(std::time::Duration::from_secs(20), async {
        while let Some(part) = stream.chunk().await.unwrap() {
            text.push_str(&String::from_utf8_lossy(&part));
            if text.contains(r#""name":"task-events"},"kind":"topics""#) {
                return;
            }
        }
        panic!("the stream ended");
    })
    .await;
    assert!(told.is_ok(), "{text}");
    assert!(text.starts_with("event: hello"));
    topic.delete().await;
}
