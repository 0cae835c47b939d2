//! One look at the console as somebody who may see everything: pages and API of one cluster, and what they say.

use super::rows::Told;
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::Instant;

/// The cluster that is broken.
pub(super) const CLUSTER: &str = "/clusters/kafka/task-events";
/// Longer than the console itself lets any request take.
const DEADLINE: Duration = Duration::from_secs(20);
const NO_ANSWER: u16 = 0;

/// Somebody with a token before the console.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    client: reqwest::Client,
    url: String,
    token: String,
}

/// What was seen.
#[derive(Clone, Debug)]
pub(super) struct Look {
    /// When it began.
    pub(super) begun: Instant,
    /// When it was over.
    pub(super) over: Instant,
    /// Statuses of the list of clusters, the overview and the topics as pages.
    pub(super) pages: [u16; 3],
    /// Statuses of the cluster and its topics in the API.
    pub(super) api: [u16; 2],
    /// The slowest answer.
    pub(super) slowest: Duration,
    /// What the API says of the cluster, whatever its status.
    pub(super) cluster: Value,
    /// What was asked for besides.
    pub(super) besides: Option<Value>,
}

impl Reader {
    /// One who keeps connections like a browser.
    pub(super) fn new(url: &str, token: &str) -> Result<Self> {
        let client = reqwest::Client::builder()
            .timeout(DEADLINE)
            // One connection, so that looking does not show in the figures.
            .pool_max_idle_per_host(1)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .context("no HTTP client")?;
        Ok(Self {
            client,
            url: url.to_owned(),
            token: token.to_owned(),
        })
    }

    /// Looks once.
    pub(super) async fn look(&self, besides: Option<&str>) -> Look {
        let begun = Instant::now();
        let mut slowest = Duration::ZERO;
        let mut pages = [NO_ANSWER; 3];
        let paths = [
            "/".to_owned(),
            CLUSTER.to_owned(),
            format!("{CLUSTER}/topics"),
        ];
        for (status, path) in pages.iter_mut().zip(&paths) {
            let asked = Instant::now();
            *status = self.ask(path).await.0;
            slowest = slowest.max(asked.elapsed());
        }
        let asked = Instant::now();
        let (cluster_status, cluster) = self.ask(&format!("/api/v1{CLUSTER}")).await;
        let (topics_status, _) = self.ask(&format!("/api/v1{CLUSTER}/topics")).await;
        slowest = slowest.max(asked.elapsed() / 2);
        let besides = match besides {
            Some(path) => Some(self.ask(path).await.1),
            None => None,
        };
        Look {
            begun,
            over: Instant::now(),
            pages,
            api: [cluster_status, topics_status],
            slowest,
            cluster,
            besides,
        }
    }

    /// Status and body of an answer; the body is null where it is no JSON.
    pub(super) async fn ask(&self, path: &str) -> (u16, Value) {
        let asked = async {
            let answer = self
                .client
                .get(format!("{}{path}", self.url))
                .bearer_auth(&self.token)
                .send()
                .await?;
            let status = answer.status().as_u16();
            let body = answer.bytes().await?;
            let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
            Ok::<_, reqwest::Error>((status, body))
        };
        asked.await.unwrap_or((NO_ANSWER, Value::Null))
    }
}

impl Look {
    /// Whether all is as it should be: every answer is had, the cluster is healthy, whole, reached, and its resources are fresh.
    pub(super) fn right(&self) -> bool {
        let text = |pointer: &str| self.cluster.pointer(pointer).and_then(Value::as_str);
        let number = |pointer: &str| self.cluster.pointer(pointer).and_then(Value::as_u64);
        let nodes = number("/summary/nodesRunning");
        self.pages
            .iter()
            .chain(&self.api)
            .all(|status| *status == 200)
            && text("/summary/verdict/health") == Some("healthy")
            && text("/connection/state") == Some("connected")
            && text("/resource/readiness/state") == Some("ready")
            && nodes.is_some()
            && nodes == number("/summary/nodesExpected")
            && self.cluster.pointer("/resourcesStale") == Some(&Value::Null)
    }

    /// What is wrong with it, for whoever waits in vain.
    pub(super) fn wrong(&self) -> String {
        let said = |pointer: &str| {
            self.cluster
                .pointer(pointer)
                .map_or_else(String::new, Value::to_string)
        };
        format!(
            "pages {:?}, API {:?}, health {}, connection {}, nodes {} of {}, resource {}, stale {}, reasons {}",
            self.pages,
            self.api,
            said("/summary/verdict/health"),
            said("/connection/state"),
            said("/summary/nodesRunning"),
            said("/summary/nodesExpected"),
            said("/resource/readiness/state"),
            said("/resourcesStale"),
            said("/summary/verdict/reasons"),
        )
    }

    /// Whether the answer that was asked for besides has a text.
    pub(super) fn besides_has(&self, text: &str) -> bool {
        self.besides
            .as_ref()
            .is_some_and(|answer| find(answer, text).is_some())
    }

    /// The sentence that tells it, if there is one.
    pub(super) fn sentence(&self, told: Told) -> Option<String> {
        match told {
            Told::Nothing => None,
            Told::Verdict(words) => self.reason(words),
            Told::Stale => {
                let stale = self.cluster.pointer("/resourcesStale")?.as_str()?;
                Some(stale.to_owned())
            }
            Told::Gone if self.api.first() == Some(&404) => Some(self.problem()),
            Told::Gone => None,
            Told::Besides(words) => find(self.besides.as_ref()?, words),
        }
    }

    /// The sentence to read first, where it is not that all is well.
    pub(super) fn first_sentence(&self) -> Option<String> {
        if self.api.first() != Some(&200) {
            return Some(self.problem());
        }
        let verdict = self.cluster.pointer("/summary/verdict")?;
        if verdict.get("health")?.as_str()? != "healthy" {
            return Some(verdict.get("headline")?.as_str()?.to_owned());
        }
        Some(
            self.cluster
                .pointer("/resourcesStale")?
                .as_str()?
                .to_owned(),
        )
    }

    fn reason(&self, words: &str) -> Option<String> {
        let reasons = self.cluster.pointer("/summary/verdict/reasons")?;
        reasons.as_array()?.iter().find_map(|reason| {
            let what = reason.get("what")?.as_str()?;
            let sentence = match reason.get("then").and_then(Value::as_str) {
                Some(then) => format!("{what}: {then}"),
                None => what.to_owned(),
            };
            sentence.contains(words).then_some(sentence)
        })
    }

    fn problem(&self) -> String {
        let text = |name: &str| {
            self.cluster
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        match (text("title"), text("detail")) {
            ("", "") => "no answer".to_owned(),
            (title, detail) => format!("{title}: {detail}"),
        }
    }
}

/// The first text in a value that has these words.
fn find(value: &Value, words: &str) -> Option<String> {
    match value {
        Value::String(text) if text.contains(words) => Some(text.clone()),
        Value::Array(items) => items.iter().find_map(|item| find(item, words)),
        Value::Object(members) => members.values().find_map(|member| find(member, words)),
        _ => None,
    }
}

/// Statuses as the table has them.
pub(super) fn statuses(all: &BTreeSet<u16>) -> String {
    let all: Vec<String> = all
        .iter()
        .map(|status| match *status {
            NO_ANSWER => "none".to_owned(),
            status => status.to_string(),
        })
        .collect();
    all.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn look(cluster: Value) -> Look {
        let now = Instant::now();
        Look {
            begun: now,
            over: now,
            pages: [200; 3],
            api: [200; 2],
            slowest: Duration::ZERO,
            cluster,
            besides: Some(json!({ "items": [{ "problem": "schema registry shop is away" }] })),
        }
    }

    fn whole() -> Value {
        json!({
            "summary": {
                "nodesRunning": 3, "nodesExpected": 3,
                "verdict": { "health": "healthy", "headline": "12 partitions in sync", "reasons": [
                    { "what": "Node 1 is down", "then": "rack a" },
                ] },
            },
            "connection": { "state": "connected" },
            "resource": { "readiness": { "state": "ready" } },
            "resourcesStale": null,
        })
    }

    #[test]
    fn right_is_everything_together() {
        assert!(look(whole()).right());
        for (pointer, value) in [
            ("/summary/verdict/health", json!("atRisk")),
            ("/summary/nodesRunning", json!(2)),
            ("/connection/state", json!("connecting")),
            ("/resource/readiness/state", json!("notReady")),
            ("/resourcesStale", json!("The API server can't be reached.")),
        ] {
            let mut cluster = whole();
            if let Some(place) = cluster.pointer_mut(pointer) {
                *place = value;
            }
            assert!(!look(cluster).right(), "{pointer}");
        }
        let mut refused = look(whole());
        refused.pages[1] = 503;
        assert!(!refused.right());
    }

    #[test]
    fn what_is_told_is_found() {
        let seen = look(whole());
        assert_eq!(
            seen.sentence(Told::Verdict("Node 1")).as_deref(),
            Some("Node 1 is down: rack a")
        );
        assert_eq!(seen.sentence(Told::Verdict("Node 2")), None);
        assert_eq!(
            seen.sentence(Told::Besides("registry")).as_deref(),
            Some("schema registry shop is away")
        );
        assert_eq!(seen.sentence(Told::Stale), None);
        assert_eq!(seen.sentence(Told::Gone), None);
        let mut gone = look(json!({ "title": "Cluster not found", "detail": "There is none." }));
        gone.api[0] = 404;
        assert_eq!(
            gone.sentence(Told::Gone).as_deref(),
            Some("Cluster not found: There is none.")
        );
    }

    #[test]
    fn statuses_are_listed_once() {
        assert_eq!(statuses(&BTreeSet::from([503, 200, 0])), "none, 200, 503");
    }
}
