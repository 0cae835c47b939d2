//! Finding things by their names over the real bed: what each list would show to whoever asks, and nothing else. Filters and files of
//! lists, where only real brokers have the settings.

use crate::{bed, resources::Declared};
use serde_json::{Value, json};

const TOPICS: &str = "/api/v1/clusters/kafka/task-events/topics";

fn hits(answer: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    answer["hits"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|hit| {
            (
                text(&hit["cluster"]["namespace"]),
                text(&hit["kind"]),
                text(&hit["name"]),
            )
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_what_the_lists_would_show_and_nothing_else() {
    let console = bed::console("").await;
    let asked = "/api/v1/search?q=task&cluster=kafka%2Ftask-events";
    let found = console
        .until(asked, |answer| {
            let hits = hits(answer);
            let has = |kind: &str| {
                hits.iter()
                    .any(|(namespace, known, _)| namespace == "kafka" && known == kind)
            };
            // Groups come with the workload, which these tests do without.
            has("topic") && has("node") && has("cluster")
        })
        .await;
    let (_, _, best) = hits(&found).remove(0);
    assert!(best.starts_with("task"), "{best}");
    for (namespace, kind, name) in hits(&console.json("bob", asked).await) {
        assert_eq!(namespace, "dev", "{kind} {name}");
    }
    assert!(hits(&console.json("carol", asked).await).is_empty());
    assert_eq!(console.status("", asked).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_beside_a_cluster_is_found_with_its_kind_and_only_by_who_may_see_it() {
    let console = bed::console("").await;
    let spec = json!({ "replicas": 1, "bootstrapServers": "task-events-kafka-bootstrap.kafka.svc:9094", "http": { "port": 8080 } });
    let bridge = Declared::create("KafkaBridge", "kafkabridges", "it-search-bridge", spec).await;
    let asked = "/api/v1/search?q=it-search-bridge";
    let found = console
        .until(asked, |answer| !hits(answer).is_empty())
        .await;
    let hit = &found["hits"][0];
    assert_eq!(
        (&hit["kind"], &hit["name"]),
        (&json!("resource"), &json!("it-search-bridge"))
    );
    assert_eq!(hit["resource"]["kind"], "KafkaBridge");
    let detail = hit["detail"].as_str().unwrap();
    assert!(detail.starts_with("KafkaBridge, "), "{detail}");
    assert!(hits(&console.json("carol", asked).await).is_empty());
    bridge.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_filter_topics_and_the_file_has_the_same_rows() {
    let console = bed::console("").await;
    let asked = format!("{TOPICS}?q=config.cleanup.policy%3Dcompact&size=500");
    let found = console
        .until(&asked, |list| {
            list["items"]
                .as_array()
                .is_some_and(|items| !items.is_empty())
        })
        .await;
    let items = found["items"].as_array().unwrap();
    assert!(found["page"]["total"].as_u64() < found["totals"]["all"].as_u64());
    for item in items {
        assert!(
            item["cleanupPolicy"].as_str().unwrap().contains("compact"),
            "{item}"
        );
    }
    let file = console.get("alice", &format!("{asked}&format=csv")).await;
    assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
    let text = file.text().await.unwrap();
    assert_eq!(text.matches("\r\n").count(), items.len() + 1);
    let wrong = console
        .get("alice", &format!("{TOPICS}?q=size%3Ebig"))
        .await;
    assert_eq!(wrong.status(), 422);
    let problem: Value = wrong.json().await.unwrap();
    assert_eq!(problem["field"], "q");
}
