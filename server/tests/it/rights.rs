//! What alice, bob and carol may, as the real API server says.

use crate::bed;

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_what_kubernetes_allows() {
    let console = bed::console("").await;
    console
        .until("/api/v1/clusters", |list| {
            list["items"]
                .as_array()
                .is_some_and(|items| items.len() == 2)
        })
        .await;
    let bob = console.json("bob", "/api/v1/clusters").await;
    assert_eq!(bob["items"].as_array().unwrap().len(), 1);
    assert_eq!(bob["items"][0]["cluster"]["name"], "sandbox");
    assert_eq!(bob["someHidden"], true);
    let carol = console.json("carol", "/api/v1/clusters").await;
    assert_eq!(carol["items"].as_array().unwrap().len(), 0);

    for (who, path, status) in [
        ("alice", "/clusters/kafka/task-events", 200),
        ("bob", "/clusters/dev/sandbox/topics", 200),
        ("bob", "/clusters/kafka/task-events", 403),
        // Whether it exists is not told to who may not read.
        ("bob", "/clusters/kafka/absent", 403),
        ("carol", "/clusters/dev/sandbox", 403),
        ("alice", "/clusters/kafka/absent", 404),
        ("", "/clusters/kafka/task-events", 401),
    ] {
        assert_eq!(
            console.status(who, path).await,
            status,
            "page {path} for {who:?}"
        );
        let api = format!("/api/v1{path}");
        assert_eq!(console.status(who, &api).await, status, "{api} for {who:?}");
    }
    let refusal = console
        .json("bob", "/api/v1/clusters/kafka/task-events/topics")
        .await;
    assert!(
        refusal["grant"]
            .as_str()
            .unwrap()
            .contains("resources: [\"topics\"]")
    );
}
