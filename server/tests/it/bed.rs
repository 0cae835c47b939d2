//! The running bed and consoles over it.

use penstock_kafka::{
    ClusterConnection, HostPort, Sasl, SaslMechanism, Secret, ServerNamePolicy, TlsSettings,
};
use penstock_server::{
    config::{Config, Flags},
    http, serve,
};
use penstock_testbed::{State, admin::Admin};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::{fs, sync::Once, time::Duration};
use tokio::{net::TcpListener, task::JoinHandle, time::Instant};
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

/// How a client of librdkafka connects as the super user `admin`.
pub fn client_config() -> rdkafka::ClientConfig {
    let state = state();
    let cluster = state.cluster("kafka", "task-events").unwrap();
    let mut config = rdkafka::ClientConfig::new();
    config
        .set("bootstrap.servers", &cluster.listeners["scram"])
        .set("security.protocol", "SASL_SSL")
        .set("sasl.mechanism", "SCRAM-SHA-512")
        .set("sasl.username", "admin")
        .set("sasl.password", cluster.users["admin"].password.expose())
        .set("ssl.ca.location", cluster.ca_file.to_string_lossy());
    config
}

/// How the console's own client connects as the super user `admin`.
pub fn connection() -> ClusterConnection {
    let state = state();
    let cluster = state.cluster("kafka", "task-events").unwrap();
    let mut connection =
        ClusterConnection::plain(HostPort::parse_list(&cluster.listeners["scram"]).unwrap());
    connection.tls = Some(TlsSettings {
        ca_pem: std::fs::read_to_string(&cluster.ca_file).unwrap().into(),
        client: None,
        server_name: ServerNamePolicy::Verify,
    });
    connection.sasl = Some(Sasl {
        mechanism: SaslMechanism::ScramSha512,
        username: "admin".into(),
        password: Secret::new(cluster.users["admin"].password.expose()),
    });
    connection
}

/// A console of a test's own.
pub struct Console {
    pub url: String,
    client: Client,
    app: http::App,
    served: JoinHandle<()>,
    stop: DropGuard,
}

/// Starts a console over the bed's API server, with more settings as in `penstock.toml`, and waits until it knows the bed's
/// clusters: what it answers before is a state of its own, not what the tests are about.
pub async fn console(settings: &str) -> Console {
    let kubeconfig = state().kubernetes.console_kubeconfig;
    let text = format!(
        "kubeconfig = {:?}\n{settings}",
        kubeconfig.display().to_string()
    );
    let console = console_of(&text).await;
    let followed = eventually(async || {
        let names = console.app.console.fleet().names();
        let bed = ["kafka/task-events", "dev/sandbox"];
        let known = |wanted: &&str| names.iter().any(|(name, _)| name.to_string() == **wanted);
        bed.iter().all(known).then_some(())
    })
    .await;
    followed.expect("the console follows the bed's clusters");
    console
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
    let served = tokio::spawn(async move {
        axum::serve(listener, router.into_make_service())
            .with_graceful_shutdown(ended.cancelled_owned())
            .await
            .unwrap();
    });
    Console {
        url,
        client: Client::builder()
            .timeout(Duration::from_secs(20))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap(),
        app,
        served,
        stop: stop.drop_guard(),
    }
}

impl Console {
    /// Ends it, and waits until it has let go of everything, its store included.
    pub async fn stopped(self) {
        let Self {
            client,
            app,
            served,
            stop,
            ..
        } = self;
        // Connections that are kept would keep the server.
        drop(client);
        drop(stop);
        app.console.fleet().stop().await;
        drop(app);
        served.await.unwrap();
    }

    /// Asks as somebody of the bed; `""` is nobody.
    pub async fn get(&self, who: &str, path: &str) -> Response {
        let mut request = self.client.get(format!("{}{path}", self.url));
        if !who.is_empty() {
            let token = state().identities[who].token.expose().to_owned();
            request = request.bearer_auth(token);
        }
        request.send().await.unwrap()
    }

    /// Posts JSON as somebody of the bed; `""` is nobody.
    pub async fn post(&self, who: &str, path: &str, body: &Value) -> Response {
        self.posting(who, path).json(body).send().await.unwrap()
    }

    /// Posts lines as somebody of the bed.
    pub async fn post_text(&self, who: &str, path: &str, body: String) -> Response {
        self.posting(who, path)
            .header("content-type", "application/x-ndjson")
            .body(body)
            .send()
            .await
            .unwrap()
    }

    fn posting(&self, who: &str, path: &str) -> RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.url));
        if who.is_empty() {
            return request;
        }
        request.bearer_auth(state().identities[who].token.expose().to_owned())
    }

    /// Opens a stream of events.
    pub async fn open(&self, who: &str, path: &str, body: Value) -> Events {
        let response = self.post(who, path, &body).await;
        assert_eq!(response.status(), 200, "{path}");
        Events {
            response,
            pending: String::new(),
        }
    }

    /// Every event of a stream that ends by itself.
    pub async fn stream(&self, who: &str, path: &str, body: Value) -> Vec<(String, Value)> {
        let mut events = self.open(who, path, body).await;
        let mut all = Vec::new();
        while let Some(event) = events.next().await {
            all.push(event);
        }
        all
    }

    /// A file of records, whole.
    pub async fn export(&self, who: &str, path: &str, reading: &Value, format: &str) -> String {
        let token = state().identities[who].token.expose().to_owned();
        let reading = penstock_domain::query::encode(&reading.to_string());
        let request = self
            .client
            .post(format!("{}{path}", self.url))
            .bearer_auth(token);
        let answer = request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("format={format}&reading={reading}"))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
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

/// A stream of events under way; ends with this.
pub struct Events {
    response: Response,
    pending: String,
}

impl Events {
    /// The next event: its name and its data.
    pub async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some(end) = self.pending.find("\n\n") {
                let frame: String = self.pending.drain(..end + 2).collect();
                let field = |name: &str| {
                    let mut lines = frame.lines();
                    lines
                        .find_map(|line| line.strip_prefix(name))
                        .map(str::to_owned)
                };
                // A sign of life has neither.
                let (Some(event), Some(data)) = (field("event: "), field("data: ")) else {
                    continue;
                };
                return Some((event, serde_json::from_str(&data).unwrap()));
            }
            let part = self.response.chunk().await.unwrap()?;
            self.pending.push_str(std::str::from_utf8(&part).unwrap());
        }
    }

    /// The data of the next event of this name.
    pub async fn until(&mut self, name: &str) -> Value {
        let found = tokio::time::timeout(PATIENCE, async {
            while let Some((event, data)) = self.next().await {
                if event == name {
                    return data;
                }
            }
            panic!("the stream ended before an event {name}");
        });
        found.await.unwrap_or_else(|_| panic!("no event {name}"))
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

    /// Changes it.
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

/// Asks the API server as the bed's administrator.
pub async fn kubernetes(method: Method, path: &str, body: Option<Value>) -> Response {
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
