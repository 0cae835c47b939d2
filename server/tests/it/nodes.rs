//! One node against the real brokers: its settings, disks and partitions; what stopping would do; certificates by handshake.

use crate::bed;
use serde_json::Value;

const CLUSTER: &str = "/api/v1/clusters/kafka/task-events";

#[tokio::test(flavor = "multi_thread")]
async fn a_node_tells_its_pod_its_quorum_its_disks_and_its_partitions() {
    let console = bed::console("").await;
    let path = format!("{CLUSTER}/nodes/1");
    let node = console
        .until(&path, |node| {
            node["disks"].is_object() && node["load"].is_object() && node["quorum"].is_object()
        })
        .await;
    assert_eq!(node["pod"]["name"], "task-events-dual-1");
    assert_eq!(node["pod"]["ready"], true);
    let directory = &node["disks"]["directories"][0];
    assert!(directory["total"].as_u64() > Some(0), "{directory}");
    assert!(!directory["largest"].as_array().unwrap().is_empty());
    let load = &node["load"];
    let all = load["leads"].as_u64().unwrap() + load["follows"].as_u64().unwrap();
    let partitions = console
        .until(&format!("{path}/partitions?sort=-size"), |list| {
            list["totals"]["all"].as_u64() == Some(all)
        })
        .await;
    let sizes: Vec<u64> = partitions["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["bytes"].as_u64())
        .collect();
    assert!(sizes.is_sorted_by(|a, b| a >= b), "{sizes:?}");
    assert_eq!(
        console
            .status("alice", &format!("{CLUSTER}/nodes/99"))
            .await,
        404
    );
    assert_eq!(
        console.status("alice", &format!("{CLUSTER}/nodes/x")).await,
        422
    );
    assert_eq!(console.status("bob", &path).await, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nodes_settings_come_from_itself_with_documentation_and_without_secrets() {
    let console = bed::console("").await;
    let path = format!("{CLUSTER}/nodes/2/configs");
    let told = console
        .until(&path, |told| {
            told["compared"]
                .as_array()
                .is_some_and(|nodes| nodes.len() == 2)
        })
        .await;
    let entries = told["entries"].as_array().unwrap();
    let entry =
        |name: &str| -> &Value { entries.iter().find(|entry| entry["name"] == name).unwrap() };
    assert_eq!(entry("node.id")["value"], "2");
    assert_eq!(
        entry("default.replication.factor")["source"],
        "staticBroker"
    );
    assert!(entry("num.io.threads")["documentation"].is_string());
    let declared: Vec<&str> = told["declared"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(declared.contains(&"min.insync.replicas"));
    for entry in entries.iter().filter(|entry| entry["sensitive"] == true) {
        assert!(entry["value"].is_null(), "{}", entry["name"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_happen_is_worked_out_and_nothing_happens() {
    let console = bed::console("").await;
    let simulation = |query: &str| format!("{CLUSTER}/nodes/simulation?{query}");
    let one = console
        .until(&simulation("stop=2"), |one| {
            one["counts"]["total"].as_u64() > Some(0) && one["quorum"].is_object()
        })
        .await;
    assert_eq!(one["stopping"], serde_json::json!([2]));
    assert_eq!(one["quorum"]["lost"], false);
    let rack = console
        .json("alice", &simulation("rack=eu-central-1c"))
        .await;
    assert_eq!(
        rack["stopping"], one["stopping"],
        "node 2 is the rack's only one"
    );
    let two = console.json("alice", &simulation("stop=1&stop=2")).await;
    assert_eq!(two["quorum"]["lost"], true, "two of three controllers");
    assert!(two["counts"]["offline"].as_u64() > one["counts"]["offline"].as_u64());
    let none = console.json("alice", &simulation("")).await;
    assert_eq!(none["effects"], serde_json::json!([]));
    assert_eq!(console.status("carol", &simulation("stop=2")).await, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_present_what_the_status_promises() {
    let console = bed::console("").await;
    let path = format!("{CLUSTER}/certificates");
    let certificates = console
        .until(&path, |all| {
            all["listeners"].as_array().is_some_and(|listeners| {
                listeners
                    .iter()
                    .filter(|listener| listener["tls"] == true)
                    .all(|listener| {
                        let presented = listener["presented"].as_array().unwrap();
                        !presented.is_empty()
                            && presented.iter().all(|one| one["agreement"].is_string())
                    })
            }) && all["authorities"]
                .as_array()
                .is_some_and(|all| all.len() == 2 && all.iter().all(|one| one["asOf"].is_string()))
        })
        .await;
    let listeners = certificates["listeners"].as_array().unwrap();
    let named = |name: &str| -> &Value {
        listeners
            .iter()
            .find(|listener| listener["listener"] == name)
            .unwrap()
    };
    assert_eq!(named("plain")["tls"], false);
    let scram = named("scram");
    assert_eq!(scram["console"], true);
    assert_eq!(scram["trusted"][0]["authority"], true);
    for presented in scram["presented"].as_array().unwrap() {
        assert_eq!(presented["agreement"], "trusted", "{presented}");
        assert_eq!(presented["chain"][0]["authority"], false);
    }
    // A listener that wants client certificates presents its own before it refuses the console.
    assert_eq!(named("tls")["presented"][0]["agreement"], "trusted");
    // The bed grants the Secrets of this cluster and not those of the other.
    let authorities = certificates["authorities"].as_array().unwrap();
    assert_eq!(authorities[1]["certificates"][0]["name"], "ca.crt");
    let text = certificates.to_string();
    assert!(!text.contains("PRIVATE KEY") && !text.contains("BEGIN"));
    let sandbox = console
        .until("/api/v1/clusters/dev/sandbox/certificates", |all| {
            all["authorities"][0]["asOf"].is_string()
        })
        .await;
    let grant = sandbox["authorities"][0]["grant"].as_str().unwrap();
    assert!(grant.contains("\"sandbox-cluster-ca-cert\""), "{grant}");
}
