//! What the bed declares and runs, joined: clusters, listeners, quorum, nodes.

use crate::bed;
use serde_json::json;

const CLUSTER: &str = "/api/v1/clusters/kafka/task-events";

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_joined_of_resources_pods_and_brokers() {
    let console = bed::console("").await;
    let overview = console
        .until(CLUSTER, |overview| {
            overview["summary"]["nodesRunning"] == 3
                && overview["quorum"]["leader"].is_number()
                && overview["disk"]["logs"].is_number()
        })
        .await;
    let state = bed::state();
    let cluster = state.cluster("kafka", "task-events").unwrap();
    assert_eq!(overview["clusterId"], cluster.cluster_id.as_str());
    assert_eq!(overview["summary"]["versions"]["kafka"], "4.3.1");
    assert_eq!(overview["summary"]["versions"]["metadata"], "4.3-IV0");
    assert_eq!(overview["connection"]["state"], "connected");
    assert_eq!(overview["connection"]["listener"], "scram");
    assert_eq!(overview["connection"]["principal"], "User:penstock");
    assert_eq!(overview["quorum"]["voters"].as_array().unwrap().len(), 3);
    let scram = overview["listeners"]
        .as_array()
        .unwrap()
        .iter()
        .find(|listener| listener["name"] == "scram")
        .unwrap()
        .clone();
    assert_eq!(scram["bootstrap"], cluster.listeners["scram"].as_str());
    assert_eq!(scram["hasCertificates"], true);
    assert_eq!(overview["resource"]["readiness"]["state"], "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_have_pods_racks_roles_and_disks() {
    let console = bed::console("").await;
    let path = format!("{CLUSTER}/nodes");
    let nodes = console
        .until(&path, |nodes| {
            nodes["items"].as_array().is_some_and(|items| {
                items.len() == 3
                    && items.iter().all(|node| {
                        node["row"]["state"] == "running" && node["row"]["logBytes"].is_number()
                    })
            })
        })
        .await;
    let first = &nodes["items"][0];
    assert_eq!(first["pool"], "dual");
    assert_eq!(first["row"]["pod"], "task-events-dual-0");
    assert_eq!(first["row"]["rack"], "eu-central-1a");
    assert_eq!(first["row"]["voter"], true);
    let mut roles: Vec<&str> = first["row"]["roles"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|role| role.as_str())
        .collect();
    roles.sort_unstable();
    assert_eq!(roles, ["broker", "controller"]);

    let configs = console.json("alice", &format!("{path}/1/configs")).await;
    let rack = configs["entries"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["name"] == "broker.rack")
        .unwrap()
        .clone();
    assert_eq!(rack["value"], "eu-central-1b");
    assert_eq!(console.status("alice", &format!("{path}/99")).await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_without_authorization_is_read_without_credentials() {
    let console = bed::console("").await;
    let sandbox = console
        .until("/api/v1/clusters/dev/sandbox", |overview| {
            overview["connection"]["state"] == "connected"
        })
        .await;
    assert_eq!(sandbox["connection"]["principal"], "User:ANONYMOUS");
    let reasons = sandbox["summary"]["verdict"]["reasons"].as_array().unwrap();
    let user = reasons
        .iter()
        .find(|reason| reason["place"] == json!({ "user": "task-api" }));
    assert!(
        user.unwrap()["then"]
            .as_str()
            .unwrap()
            .contains("not supported in the Kafka cluster configuration")
    );
}

/// A page once read its title out of another's signals where two took turns on a thread, and ended there.
#[tokio::test(flavor = "multi_thread")]
async fn pages_asked_for_at_once_each_have_their_own_title() {
    let console = bed::console("").await;
    let cluster = "/clusters/kafka/task-events";
    console
        .until(&format!("/api/v1{cluster}/topics"), |list| {
            list["items"]
                .as_array()
                .is_some_and(|items| !items.is_empty())
        })
        .await;
    let pages = [
        ("/".to_owned(), "Clusters"),
        (format!("{cluster}/nodes"), "Nodes"),
        (format!("{cluster}/topics"), "Topics"),
        (format!("{cluster}/groups"), "Consumer groups"),
        (format!("{cluster}/activity"), "Activity"),
    ];
    let asked = pages.iter().cycle().take(100).map(async |(path, title)| {
        let answer = console.get("alice", path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let text = answer.text().await.unwrap();
        let title = format!("<title>{title} · Penstock</title>");
        assert!(text.contains(&title), "{path}: {text:.400}");
    });
    futures::future::join_all(asked).await;
}
