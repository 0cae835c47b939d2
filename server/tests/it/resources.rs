//! Resources beside a cluster, as the API server has them: nobody reconciles them in the bed, so the test writes their statuses.

use crate::bed::{self, Console, kubernetes};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const RESOURCES: &str = "/api/v1/clusters/kafka/task-events/resources";

/// An object of a test; `v1` and `v1beta2` share the fields that are used here.
pub struct Declared {
    plural: &'static str,
    name: &'static str,
}

impl Declared {
    fn path(&self) -> String {
        let version = bed::state().kubernetes.strimzi.api_version;
        let Self { plural, name } = self;
        format!("/apis/kafka.strimzi.io/{version}/namespaces/kafka/{plural}/{name}")
    }

    pub async fn create(kind: &str, plural: &'static str, name: &'static str, spec: Value) -> Self {
        let declared = Self { plural, name };
        // What an interrupted run left behind.
        let _ = kubernetes(Method::DELETE, &declared.path(), None).await;
        let version = bed::state().kubernetes.strimzi.api_version;
        let object = json!({
            "apiVersion": format!("kafka.strimzi.io/{version}"),
            "kind": kind,
            "metadata": { "name": name, "namespace": "kafka", "labels": { "strimzi.io/cluster": "it-resources-connect" } },
            "spec": spec,
        });
        let path = declared.path();
        let (collection, _) = path.rsplit_once('/').unwrap();
        let made = kubernetes(Method::POST, collection, Some(object)).await;
        assert_eq!(made.status(), StatusCode::CREATED, "{kind} {name}");
        declared
    }

    async fn status(&self, status: Value) {
        let path = format!("{}/status", self.path());
        let change = json!({ "status": status });
        let patched = kubernetes(Method::PATCH, &path, Some(change)).await;
        assert_eq!(patched.status(), StatusCode::OK, "{path}");
    }

    pub async fn delete(self) {
        let deleted = kubernetes(Method::DELETE, &self.path(), None).await;
        assert!(deleted.status().is_success());
    }
}

fn row<'a>(list: &'a Value, name: &str) -> Option<&'a Value> {
    list["items"]
        .as_array()?
        .iter()
        .find(|row| row["name"] == name)
}

async fn connect() -> Declared {
    let spec = json!({
        "replicas": 1,
        "bootstrapServers": "task-events-kafka-bootstrap.kafka.svc:9094",
        "groupId": "it", "configStorageTopic": "it-c", "statusStorageTopic": "it-s", "offsetStorageTopic": "it-o",
    });
    Declared::create(
        "KafkaConnect",
        "kafkaconnects",
        "it-resources-connect",
        spec,
    )
    .await
}

async fn history(console: &Console, path: &str, count: usize) -> Vec<String> {
    let page = console
        .until(path, |page| {
            page["history"]
                .as_array()
                .is_some_and(|all| all.len() >= count)
        })
        .await;
    page["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["what"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_is_listed_fails_and_goes_and_its_password_stays_hidden() {
    let console = bed::console("").await;
    // Before anything is made, so that what is made is news.
    console
        .until(RESOURCES, |list| {
            list["asOf"].is_string() && list["missing"] == json!([])
        })
        .await;
    let connect = connect().await;
    let connector = Declared::create(
        "KafkaConnector",
        "kafkaconnectors",
        "it-resources-sink",
        json!({ "class": "example.Sink", "tasksMax": 2, "config": { "connection.password": "hunter2", "topics": "a" } }),
    )
    .await;
    let list = format!("{RESOURCES}/kafkaconnectors");
    let page = format!("{list}/kafka/it-resources-sink");
    let listed = console
        .until(&list, |list| {
            row(list, "it-resources-sink").is_some_and(|row| row["belonging"]["by"] == "connect")
        })
        .await;
    let sink = row(&listed, "it-resources-sink").unwrap();
    assert_eq!(sink["state"], "unobserved");
    assert_eq!(sink["belonging"]["name"], "it-resources-connect");
    assert_eq!(
        sink["cells"],
        json!(["it-resources-connect", "example.Sink", "at most 2"])
    );

    let detail = console.json("alice", &page).await;
    let yaml = detail["resource"]["yaml"].as_str().unwrap();
    assert!(
        yaml.contains("connection.password") && !yaml.contains("hunter2"),
        "{yaml}"
    );

    connector
        .status(json!({
            "observedGeneration": 1,
            "conditions": [{ "type": "NotReady", "status": "True", "reason": "ConnectRestException", "message": "The tasks have failed", "lastTransitionTime": "2026-11-23T08:00:00Z" }],
            "connectorStatus": { "connector": { "state": "RUNNING" }, "tasks": [{ "state": "FAILED" }, { "state": "RUNNING" }] },
        }))
        .await;
    let failed = console
        .until(&page, |page| page["row"]["state"] == "notReady")
        .await;
    assert_eq!(
        failed["row"]["readiness"]["message"],
        "The tasks have failed"
    );
    assert_eq!(failed["row"]["cells"][2], "1 of 2 running");
    let told = history(&console, &page, 2).await;
    assert_eq!(
        told[0],
        "not yet reconciled → not ready: ConnectRestException"
    );
    assert_eq!(told[1], "was created");

    connector.delete().await;
    console.until(&page, |answer| answer["status"] == 404).await;
    connect.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_come_before_existence() {
    let console = bed::console("").await;
    console
        .until(RESOURCES, |list| list["asOf"].is_string())
        .await;
    for (who, path, status) in [
        ("bob", RESOURCES.to_owned(), 403),
        ("bob", format!("{RESOURCES}/kafkaconnectors"), 403),
        (
            "bob",
            format!("{RESOURCES}/kafkaconnectors/kafka/absent"),
            403,
        ),
        ("bob", format!("{RESOURCES}/nonsense"), 403),
        (
            "alice",
            format!("{RESOURCES}/kafkaconnectors/kafka/absent"),
            404,
        ),
        ("alice", format!("{RESOURCES}/nonsense"), 404),
        ("alice", format!("{RESOURCES}?format=csv"), 200),
        (
            "bob",
            "/api/v1/clusters/dev/sandbox/resources".to_owned(),
            200,
        ),
    ] {
        assert_eq!(console.status(who, &path).await, status, "{path} for {who}");
    }
}
