//! An API server that serves v1beta2 alone, as Strimzi's 0.48.0 does. There is no Kafka behind it: this is about what the console
//! reads from resources. `PENSTOCK_STRIMZI=0.48.0 scripts/test it` runs all other tests on a whole bed of that version.

use crate::bed;
use penstock_testbed::kubernetes::alone::Alone;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn clusters_and_topics_are_read_where_only_v1beta2_is_served() {
    bed::state();
    let server = Alone::start("old-strimzi", "0.48.0").await.unwrap();
    assert_eq!(server.api_version, "v1beta2");
    let kubeconfig = server.plane.kubeconfig.display().to_string();
    let console = bed::console_of(&format!("kubeconfig = {kubeconfig:?}\n")).await;
    let alice = server.access.identities.people["alice"].token.expose();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let until = async |path: &str, wanted: fn(&Value) -> bool| {
        let mut last = Value::Null;
        let found = bed::eventually(async || {
            let request = client.get(format!("{}/api/v1{path}", console.url));
            let answer = request.bearer_auth(alice).send().await.ok()?;
            last = answer.json().await.ok()?;
            wanted(&last).then(|| last.clone())
        });
        found
            .await
            .unwrap_or_else(|| panic!("{path} did not become as wanted; last: {last:#}"))
    };

    // Declared after the console has begun to watch: its watches are of that version, too.
    until("/clusters", |list| list["items"] == serde_json::json!([])).await;
    server.declare("kafka-task-events.yaml").await.unwrap();
    server.declare("topics.yaml").await.unwrap();
    let cluster = "/clusters/kafka/task-events";
    let overview = until(cluster, |overview| {
        overview["summary"]["nodesExpected"] == 3
    })
    .await;
    assert_eq!(
        overview["summary"]["versions"]["api"],
        "kafka.strimzi.io/v1beta2"
    );
    let topic = until(&format!("{cluster}/topics/task-created"), |topic| {
        topic["resource"]["yaml"].is_string()
    })
    .await;
    assert_eq!(
        topic["resource"]["reference"]["apiVersion"],
        "kafka.strimzi.io/v1beta2"
    );
    drop(console);
    server.end().await;
}
