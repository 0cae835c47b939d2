//! The running bed and consoles over it.

use penstock_server::{
    config::{Config, Flags},
    http, serve,
};
use penstock_testbed::{State, admin::Admin};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use std::{fs, sync::Once, time::Duration};
use tokio::{net::TcpListener, time::Instant};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Longer than any outcome takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// The bed that `testbed up` made; a test without one has failed.
pub fn state() -> State {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    State::load().expect("the test bed must run: `make up`")
}

/// A console of a test's own.
pub struct Console {
    pub url: String,
    client: Client,
    _stop: DropGuard,
}

/// Starts a console over the bed's API server, with more settings as in `penstock.toml`.
pub async fn console(settings: &str) -> Console {
    let kubeconfig = state().kubernetes.console_kubeconfig;
    let text = format!(
        "kubeconfig = {:?}\n{settings}",
        kubeconfig.display().to_string()
    );
    console_of(&text).await
}

/// Starts a console with these settings alone.
pub async fn console_of(settings: &str) -> Console {
    state();
    let config = Config::from_sources(&Flags::default(), &[], Some(("test", settings))).unwrap();
    let stop = CancellationToken::new();
    let app = serve::assemble(&config, &stop).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = http::router(&app);
    let ended = stop.clone();
    tokio::spawn(async move {
        axum::serve(listener, router)
            .with_graceful_shutdown(ended.cancelled_owned())
            .await
    });
    Console {
        url,
        client: Client::builder()
            .timeout(Duration::from_secs(20))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap(),
        _stop: stop.drop_guard(),
    }
}

impl Console {
    /// Asks as somebody of the bed; `""` is nobody.
    pub async fn get(&self, who: &str, path: &str) -> Response {
        let mut request = self.client.get(format!("{}{path}", self.url));
        if !who.is_empty() {
            let token = state().identities[who].token.expose().to_owned();
            request = request.bearer_auth(token);
        }
        request.send().await.unwrap()
    }

    /// The status of an answer.
    pub async fn status(&self, who: &str, path: &str) -> StatusCode {
        self.get(who, path).await.status()
    }

    /// The JSON of an answer, whatever its status.
    pub async fn json(&self, who: &str, path: &str) -> Value {
        self.get(who, path).await.json().await.unwrap()
    }

    /// Asks as alice until an answer is as wanted, and gives it.
    pub async fn until(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        let found = eventually(async || {
            last = self.json("alice", path).await;
            wanted(&last).then(|| last.clone())
        })
        .await;
        found.unwrap_or_else(|| panic!("{path} did not become as wanted; last: {last:#}"))
    }
}

/// Asks until there is an answer; `None` when patience ran out.
pub async fn eventually<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = ask().await {
            return Some(found);
        }
        if Instant::now() > deadline {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The brokers of `kafka/task-events`, as their administrator.
pub fn admin() -> Admin {
    Admin::new(state().cluster("kafka", "task-events").unwrap()).unwrap()
}

/// A KafkaTopic of a test; gone again when it is dropped.
pub struct DeclaredTopic {
    name: String,
}

impl DeclaredTopic {
    pub async fn create(name: &str, spec: Value) -> Self {
        let object = json!({
            "apiVersion": format!("kafka.strimzi.io/{}", state().kubernetes.strimzi.api_version),
            "kind": "KafkaTopic",
            "metadata": { "name": name, "namespace": "kafka", "labels": { "strimzi.io/cluster": "task-events" } },
            "spec": spec,
        });
        let topic = Self {
            name: name.to_owned(),
        };
        // What an interrupted run left behind.
        let _ = kubernetes(Method::DELETE, &topic.path(), None).await;
        eventually(async || {
            let gone = kubernetes(Method::GET, &topic.path(), None).await;
            (gone.status() == StatusCode::NOT_FOUND).then_some(())
        })
        .await
        .unwrap();
        let made = kubernetes(Method::POST, &collection(), Some(object)).await;
        assert_eq!(made.status(), StatusCode::CREATED);
        topic
    }

    pub async fn patch(&self, change: Value) {
        let patched = kubernetes(Method::PATCH, &self.path(), Some(change)).await;
        assert_eq!(patched.status(), StatusCode::OK);
    }

    /// Deletes it; its topic goes with it.
    pub async fn delete(self) {
        let deleted = kubernetes(Method::DELETE, &self.path(), None).await;
        assert!(deleted.status().is_success());
    }

    fn path(&self) -> String {
        format!("{}/{}", collection(), self.name)
    }
}

fn collection() -> String {
    let version = state().kubernetes.strimzi.api_version;
    format!("/apis/kafka.strimzi.io/{version}/namespaces/kafka/kafkatopics")
}

async fn kubernetes(method: Method, path: &str, body: Option<Value>) -> Response {
    let kubernetes = state().kubernetes;
    let authority = fs::read(&kubernetes.ca_file).unwrap();
    let client = Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(&authority).unwrap()])
        .no_proxy()
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap();
    let mut request = client
        .request(method.clone(), format!("{}{path}", kubernetes.server))
        .bearer_auth(kubernetes.admin_token.expose());
    if let Some(body) = body {
        let media = if method == Method::PATCH {
            "application/merge-patch+json"
        } else {
            "application/json"
        };
        request = request.header("content-type", media).body(body.to_string());
    }
    request.send().await.unwrap()
}
