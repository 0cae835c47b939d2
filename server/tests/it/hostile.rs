//! Bad input to a running console: what only a real connection, a real API server and a real page show.

use crate::bed::{self, DeclaredTopic};
use serde_json::json;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const MARKUP: &str = "</script><zz9 id=x>\" zz9=\"'";

/// Sends bytes as they are; what comes back, up to its end.
async fn raw(url: &str, request: &[u8]) -> String {
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The console may answer, and close, before it has read everything.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer));
    // A connection that is reset has an end too.
    let _ = read.await.expect("an end in time");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_none_and_those_without_measure_are_refused() {
    let console = bed::console("").await;
    let huge = "x".repeat(1 << 20);
    let long_header = "y".repeat(1 << 20);
    for request in [
        format!("GET /search?q={huge} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"),
        format!("GET /clusters/{huge}/a HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"),
        format!(
            "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: {long_header}\r\nConnection: close\r\n\r\n"
        ),
        "GET /\0 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".to_owned(),
        "GET http://[ HTTP/1.1\r\n\r\n".to_owned(),
        "\0\0\0\0\r\n\r\n".to_owned(),
        format!("GET /?{MARKUP} HTTP/1.1\r\nHost: {MARKUP}\r\nConnection: close\r\n\r\n"),
    ] {
        let answer = raw(&console.url, request.as_bytes()).await;
        let status = answer.get(9..10).unwrap_or("4");
        let shown: String = request.chars().take(60).collect();
        assert_eq!(
            status,
            "4",
            "{shown}: {}",
            answer.chars().take(200).collect::<String>()
        );
        assert!(!answer.contains("<zz9"), "{shown}");
    }
    assert_eq!(
        console.status("alice", "/api/v1/session").await,
        200,
        "it goes on"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_full_of_markup_is_text_on_its_page() {
    let topic = DeclaredTopic::create(
        "it-hostile-markup",
        json!({ "partitions": 1, "replicas": 1, "config": { "zz9</script><zz9>": MARKUP, "retention.ms": MARKUP } }),
    )
    .await;
    let console = bed::console("").await;
    let path = "/api/v1/clusters/kafka/task-events/topics/it-hostile-markup";
    console
        .until(path, |topic| topic["row"]["state"] == "error")
        .await;
    for page in ["", "?tab=resource", "?tab=configuration", "?tab=partitions"] {
        let page = format!("/clusters/kafka/task-events/topics/it-hostile-markup{page}");
        let answer = console.get("alice", &page).await;
        assert_eq!(answer.status(), 200, "{page}");
        let html = answer.text().await.unwrap();
        assert!(html.contains("zz9"), "{page} shows something of it");
        // Quotes of a text are only quotes; that nothing ends an attribute is looked at without a bed, where tags are read.
        assert!(!html.contains("<zz9"), "{page}");
    }
    let list = console
        .get("alice", "/clusters/kafka/task-events/topics?q=it-hostile")
        .await;
    assert!(!list.text().await.unwrap().contains("<zz9"));
    topic.delete().await;
}
