//! What can't be reached, each with a cause and nothing else affected.

use crate::bed;
use tokio::net::TcpListener;

#[tokio::test(flavor = "multi_thread")]
async fn ports_that_do_not_speak_kafka_or_hang_are_told_and_hurt_nobody_else() {
    // A port that answers nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent_port = silent.local_addr().unwrap().port();
    // The API server's port: TLS, and no Kafka.
    let server = bed::state().kubernetes.server;
    let foreign_port = server
        .rsplit(':')
        .next()
        .unwrap()
        .trim_end_matches('/')
        .to_owned();
    let settings = format!(
        "[[clusters]]\nname = \"silent\"\nbootstrap = [\"127.0.0.1:{silent_port}\"]\nauthorization_namespace = \"kafka\"\n\
         [[clusters]]\nname = \"foreign\"\nbootstrap = [\"127.0.0.1:{foreign_port}\"]\nauthorization_namespace = \"kafka\"\n"
    );
    let console = bed::console(&settings).await;
    for (name, words) in [
        ("silent", "did not answer"),
        ("foreign", "does not speak Kafka"),
    ] {
        let path = format!("/api/v1/clusters/-/{name}");
        let overview = console
            .until(&path, |overview| {
                overview["connection"]["state"] == "unreachable"
            })
            .await;
        let why = overview["connection"]["why"].as_str().unwrap();
        assert!(why.contains(words), "{name}: {why}");
        assert_eq!(overview["summary"]["verdict"]["health"], "down");
        assert_eq!(
            console
                .status("alice", &format!("/clusters/-/{name}"))
                .await,
            200
        );
        // Rights on it are those of its authorization namespace.
        assert_eq!(console.status("bob", &path).await, 403);
    }
    console
        .until("/api/v1/clusters/kafka/task-events", |overview| {
            overview["summary"]["verdict"]["health"] == "healthy"
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_api_server_the_console_serves_and_says_so() {
    let state = bed::state();
    let text = std::fs::read_to_string(&state.kubernetes.console_kubeconfig).unwrap();
    // A port that nobody listens on.
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let text = text.replace(&state.kubernetes.server, &format!("https://{free}"));
    let path = std::env::temp_dir().join(format!("penstock-it-{}", std::process::id()));
    std::fs::write(&path, text).unwrap();
    let console =
        bed::console_of(&format!("kubeconfig = {:?}\n", path.display().to_string())).await;
    assert_eq!(console.status("", "/sign-in").await, 200);
    let answer = console.get("alice", "/api/v1/clusters").await;
    assert_eq!(answer.status(), 503);
    let problem: serde_json::Value = answer.json().await.unwrap();
    assert!(
        problem["title"].as_str().unwrap().contains("API server"),
        "{problem}"
    );
    assert_eq!(console.status("alice", "/").await, 503);
    std::fs::remove_file(path).unwrap();
}
