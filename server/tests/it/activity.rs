//! What happens in the bed while a console looks.

use crate::bed::{self, DeclaredTopic};
use serde_json::{Value, json};

const ACTIVITY: &str = "/api/v1/clusters/kafka/task-events/activity";

fn whats(page: &Value) -> Vec<&str> {
    page["items"]
        .as_array()
        .map(|items| {
            items
                .iter()
                .filter_map(|item| item["what"].as_str())
                .collect()
        })
        .unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_comes_changes_and_goes_and_it_is_told_who() {
    let console = bed::console("").await;
    console
        .until("/api/v1/clusters/kafka/task-events/topics", |list| {
            list["items"]
                .as_array()
                .is_some_and(|items| !items.is_empty())
        })
        .await;
    let topic = DeclaredTopic::create(
        "it-activity-orders",
        json!({ "partitions": 1, "replicas": 3, "config": { "retention.ms": 3_600_000 } }),
    )
    .await;
    let path = format!("{ACTIVITY}?q=object%3Ait-activity-orders&span=1h");
    console
        .until(&path, |page| {
            let whats = whats(page);
            whats.contains(&"was created") && whats.contains(&"not yet reconciled → ready")
        })
        .await;
    topic
        .patch(json!({ "spec": { "config": { "retention.ms": 7_200_000 } } }))
        .await;
    let page = console
        .until(&path, |page| {
            whats(page)
                .iter()
                .any(|what| what.contains("config.retention.ms"))
        })
        .await;
    let changed = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["kind"] == "changed")
        .unwrap();
    assert_eq!(
        changed["fields"],
        json!([{ "path": "spec.config.retention.ms", "before": "3600000", "after": "7200000" }])
    );
    assert!(changed["by"]["manager"].is_string(), "{changed:#}");
    assert_eq!(changed["by"]["operation"], "Update");
    topic.delete().await;
    console
        .until(&path, |page| whats(page).contains(&"is gone"))
        .await;
    // Who may not see topics sees nothing of them, and learns that something is left out.
    assert_eq!(console.status("bob", ACTIVITY).await, 403);
    let csv = console
        .get("alice", &format!("{path}&format=csv"))
        .await
        .text()
        .await
        .unwrap();
    assert!(
        csv.starts_with("id,at,") && csv.contains("spec.config.retention.ms: 3600000 → 7200000"),
        "{csv}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_outlives_the_console() {
    let folder = std::env::temp_dir().join(format!("penstock-it-{:016x}", rand::random::<u64>()));
    std::fs::create_dir_all(&folder).unwrap();
    let settings = format!(
        "store_file = {:?}\n",
        folder.join("store.redb").display().to_string()
    );
    let path = format!("{ACTIVITY}?q=object%3Ait-activity-kept&span=1h");
    let first = bed::console(&settings).await;
    first
        .until("/api/v1/clusters/kafka/task-events/topics", |list| {
            list["items"]
                .as_array()
                .is_some_and(|items| !items.is_empty())
        })
        .await;
    let topic = DeclaredTopic::create(
        "it-activity-kept",
        json!({ "partitions": 1, "replicas": 1 }),
    )
    .await;
    first
        .until(&path, |page| {
            page["durable"] == true && whats(page).contains(&"was created")
        })
        .await;
    first.stopped().await;
    let second = bed::console(&settings).await;
    second
        .until(&path, |page| whats(page).contains(&"was created"))
        .await;
    second
        .until(&format!("{ACTIVITY}?span=1h"), |page| {
            whats(page)
                .iter()
                .any(|what| what.starts_with("The console did not look"))
        })
        .await;
    topic.delete().await;
    std::fs::remove_dir_all(&folder).unwrap();
}
