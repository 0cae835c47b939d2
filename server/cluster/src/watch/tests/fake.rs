//! An API server in memory: the client's transport is replaced, so that time can be virtual and every answer is chosen.

use bytes::Bytes;
use futures::{StreamExt, channel::mpsc};
use http::{Request, Response, StatusCode};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use kube::client::{Body, Client};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};
use tokio::sync::watch;

type AnswerBody = UnsyncBoxBody<Bytes, tower::BoxError>;

/// How a list is answered.
#[derive(Clone)]
pub(super) enum List {
    /// One page.
    Page(Vec<Value>),
    /// One page of several; the next answer in line is the next page.
    Continued(Vec<Value>),
    /// A failure with this code.
    Fails(u16),
    /// No answer.
    Hangs,
}

/// How the server behaves as a whole.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mood {
    Serving,
    /// Nobody listens on its port.
    Away,
    /// It takes connections and says nothing.
    Silent,
}

#[derive(Default)]
struct State {
    mood: Option<Mood>,
    /// Group and version → plurals.
    served: BTreeMap<String, Vec<String>>,
    /// Path → answers; the last one stays.
    lists: BTreeMap<String, VecDeque<List>>,
    /// Path → HTTP status of watches that do not begin.
    refused: BTreeMap<String, u16>,
    /// Path → the open end of its last watch.
    streams: BTreeMap<String, mpsc::UnboundedSender<Bytes>>,
    /// Everything that was asked: `LIST /path`, `WATCH /path`, `GET /path`.
    asked: Vec<String>,
}

#[derive(Clone)]
pub(super) struct FakeApi {
    state: Arc<Mutex<State>>,
    activity: watch::Sender<u64>,
}

impl FakeApi {
    /// Serves all kinds in a version, with nothing in them.
    pub(super) fn serving(version: &str) -> Self {
        let fake = Self {
            state: Arc::default(),
            activity: watch::channel(0).0,
        };
        for kind in crate::kind::Kind::ALL {
            let group = kind.group();
            let api_version = if group.is_empty() {
                "v1".to_owned()
            } else {
                format!("{group}/{version}")
            };
            fake.lock()
                .served
                .entry(api_version)
                .or_default()
                .push(kind.plural().to_owned());
        }
        fake
    }

    pub(super) fn client(&self) -> Client {
        let fake = self.clone();
        Client::new(
            tower::service_fn(move |request: Request<Body>| {
                let fake = fake.clone();
                async move { fake.answer(request.uri().clone()).await }
            }),
            "default",
        )
    }

    pub(super) fn mood(&self, mood: Mood) {
        let mut state = self.lock();
        state.mood = Some(mood);
        if mood == Mood::Away {
            state.streams.clear();
        }
    }

    pub(super) fn serve(&self, api_version: &str, plurals: &[&str]) {
        let plurals = plurals.iter().map(|plural| (*plural).to_owned()).collect();
        self.lock().served.insert(api_version.to_owned(), plurals);
    }

    pub(super) fn list(&self, path: &str, answers: impl IntoIterator<Item = List>) {
        self.lock()
            .lists
            .insert(path.to_owned(), answers.into_iter().collect());
    }

    pub(super) fn refuse_watch(&self, path: &str, code: Option<u16>) {
        match code {
            Some(code) => self.lock().refused.insert(path.to_owned(), code),
            None => self.lock().refused.remove(path),
        };
    }

    /// Sends an event on the open watch of a path.
    pub(super) fn send(&self, path: &str, kind: &str, object: Value) {
        let line = format!("{}\n", json!({"type": kind, "object": object}));
        let state = self.lock();
        state.streams[path].unbounded_send(line.into()).unwrap();
    }

    /// Ends the open watch of a path, as the API server does after its timeout.
    pub(super) fn end(&self, path: &str) {
        self.lock().streams.remove(path);
    }

    pub(super) fn asked(&self, what: &str) -> usize {
        self.lock()
            .asked
            .iter()
            .filter(|asked| *asked == what)
            .count()
    }

    pub(super) fn activity(&self) -> watch::Receiver<u64> {
        self.activity.subscribe()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn note(&self, what: String) {
        self.lock().asked.push(what);
        self.activity.send_modify(|count| *count += 1);
    }

    async fn answer(&self, uri: http::Uri) -> Result<Response<AnswerBody>, tower::BoxError> {
        let path = uri.path().to_owned();
        let query = uri.query().unwrap_or_default();
        let mood = self.lock().mood.unwrap_or(Mood::Serving);
        match mood {
            Mood::Serving => {}
            Mood::Away => {
                self.note(format!("GET {path}"));
                return Err(std::io::Error::new(
                    std::io::ErrorKind::ConnectionRefused,
                    "Connection refused",
                )
                .into());
            }
            Mood::Silent => {
                self.note(format!("GET {path}"));
                return std::future::pending().await;
            }
        }
        if path == "/version" {
            self.note("GET /version".to_owned());
            return Ok(json_answer(
                200,
                &json!({"major": "1", "minor": "36", "gitVersion": "v1.36.3", "buildDate": "", "compiler": "",
                "gitCommit": "", "gitTreeState": "", "goVersion": "", "platform": ""}),
            ));
        }
        if let Some(api_version) = path
            .strip_prefix("/apis/")
            .or_else(|| path.strip_prefix("/api/"))
            && !self.is_collection(&path)
        {
            self.note(format!("GET {path}"));
            return Ok(self.discovery(api_version));
        }
        if query.contains("watch=true") {
            self.note(format!("WATCH {path}"));
            return Ok(self.watch(&path));
        }
        self.note(format!("LIST {path}"));
        self.page(&path).await
    }

    fn is_collection(&self, path: &str) -> bool {
        crate::kind::Kind::ALL
            .into_iter()
            .any(|kind| path.ends_with(&format!("/{}", kind.plural())))
    }

    fn discovery(&self, api_version: &str) -> Response<AnswerBody> {
        match self.lock().served.get(api_version) {
            None => failure(404),
            Some(plurals) => {
                let resources: Vec<Value> = plurals
                    .iter()
                    .map(|plural| {
                        json!({"name": plural, "singularName": "", "namespaced": true, "kind": "X", "verbs": ["get", "list", "watch"]})
                    })
                    .collect();
                json_answer(
                    200,
                    &json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": api_version, "resources": resources}),
                )
            }
        }
    }

    async fn page(&self, path: &str) -> Result<Response<AnswerBody>, tower::BoxError> {
        let answer = {
            let mut state = self.lock();
            match state.lists.get_mut(path) {
                None => List::Page(Vec::new()),
                Some(answers) if answers.len() > 1 => answers.pop_front().unwrap(),
                Some(answers) => answers[0].clone(),
            }
        };
        let (items, token) = match answer {
            List::Page(items) => (items, ""),
            List::Continued(items) => (items, "more"),
            List::Fails(code) => return Ok(failure(code)),
            List::Hangs => return std::future::pending().await,
        };
        Ok(json_answer(
            200,
            &json!({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "100", "continue": token}, "items": items}),
        ))
    }

    fn watch(&self, path: &str) -> Response<AnswerBody> {
        let mut state = self.lock();
        if let Some(code) = state.refused.get(path) {
            return failure(*code);
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "a test writes a handful of lines"
        )]
        let (sender, receiver) = mpsc::unbounded();
        state.streams.insert(path.to_owned(), sender);
        let frames = receiver.map(|line| Ok::<_, tower::BoxError>(Frame::data(line)));
        Response::new(StreamBody::new(frames).boxed_unsync())
    }
}

fn json_answer(code: u16, body: &Value) -> Response<AnswerBody> {
    let body = Full::new(Bytes::from(body.to_string()))
        .map_err(|never| match never {})
        .boxed_unsync();
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(code).unwrap();
    response
}

pub(super) fn status(code: u16) -> Value {
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": format!("code {code}"), "reason": "X", "code": code})
}

fn failure(code: u16) -> Response<AnswerBody> {
    json_answer(code, &status(code))
}
