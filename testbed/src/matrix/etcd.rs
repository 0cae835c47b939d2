//! Makes the API server forget: etcd is compacted while the API server is away, so that no watch can go on where it was.

use super::ground::Ground;
use crate::daemon::control::{Act, ProcessFault};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::time::Duration;

const DEADLINE: Duration = Duration::from_secs(10);
/// What a watch that can't go on is answered (HTTP 410, `Gone`).
const GONE: u16 = 410;

/// Does it, and says what the API server answers to a watch from before.
pub(super) async fn forget(ground: &Ground) -> Result<String> {
    let before = version(ground).await?;
    act(ground, Act::Stop).await?;
    let compacted = compact(ground).await;
    // Whatever came of it, it comes back.
    act(ground, Act::Start).await?;
    compacted?;
    ground.whole().await?;
    ground.mark("compacted").await?;
    if !is_forgotten(ground, &before).await? {
        bail!("the API server still goes on from version {before}");
    }
    Ok("a watch from before is answered 410".to_owned())
}

async fn act(ground: &Ground, act: Act) -> Result<()> {
    let fault = ProcessFault {
        target: "apiserver".to_owned(),
        act,
    };
    ground.link.post("/fault", &fault).await?;
    Ok(())
}

fn topics(ground: &Ground) -> String {
    let version = &ground.state.kubernetes.strimzi.api_version;
    format!("/apis/kafka.strimzi.io/{version}/kafkatopics")
}

async fn version(ground: &Ground) -> Result<String> {
    let request = http::Request::get(format!("{}?limit=1", topics(ground))).body(Vec::new())?;
    let list: Value = ground.client.request(request).await?;
    let version = list.pointer("/metadata/resourceVersion");
    version
        .and_then(Value::as_str)
        .map(str::to_owned)
        .context("a list without a version")
}

/// A watch from a version that is gone is refused at once, or by its first event.
async fn is_forgotten(ground: &Ground, version: &str) -> Result<bool> {
    let path = format!(
        "{}?watch=true&resourceVersion={version}&timeoutSeconds=2",
        topics(ground)
    );
    let request = http::Request::get(path).body(Vec::new())?;
    match ground.client.request_text(request).await {
        Ok(events) => Ok(events.lines().any(|event| {
            let event: Value = serde_json::from_str(event).unwrap_or(Value::Null);
            event.pointer("/object/code") == Some(&Value::from(GONE))
        })),
        Err(kube::Error::Api(status)) if status.code == GONE => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// By etcd's own JSON gateway, at the newest revision.
async fn compact(ground: &Ground) -> Result<()> {
    let port = port(ground.pid("etcd").await?)?;
    let client = reqwest::Client::builder()
        .timeout(DEADLINE)
        .no_proxy()
        .build()?;
    let ask = async |path: &str, body: Value| -> Result<Value> {
        let url = format!("http://127.0.0.1:{port}/v3/{path}");
        let answer = client.post(url).json(&body).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    };
    // The key matters not: every answer has the revision.
    let range = ask("kv/range", json!({ "key": "AA==" })).await?;
    let revision = range
        .pointer("/header/revision")
        .context("etcd tells no revision")?;
    ask(
        "kv/compaction",
        json!({ "revision": revision, "physical": true }),
    )
    .await?;
    Ok(())
}

/// The last argument of etcd's command line.
fn port(pid: u32) -> Result<u16> {
    let line = std::fs::read(format!("/proc/{pid}/cmdline"))?;
    let line = String::from_utf8_lossy(&line);
    last_argument(&line)
        .and_then(|port| port.parse().ok())
        .context("etcd's command line has no port")
}

fn last_argument(line: &str) -> Option<&str> {
    line.split('\0').rfind(|argument| !argument.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_argument_is_found() {
        assert_eq!(last_argument("kubetest\0etcd\0/d\x001234\0"), Some("1234"));
        assert_eq!(last_argument(""), None);
    }
}
