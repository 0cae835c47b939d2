//! What happens to the objects of one namespace, as a watch tells it: the states of each, one after the other.

use crate::names::Names;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt as _;
use kube::Client;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind};
use kube::runtime::{WatchStreamExt as _, watcher};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};

/// The kinds that records are about.
pub const KINDS: [&str; 3] = ["KafkaTopic", "KafkaUser", "Secret"];
/// Before the names of objects that only tell how far the operator is.
pub const WITNESS: &str = "zz-witness-";
/// Who the test is in managed fields; the recordings leave out their person at the keyboard as well.
pub const MANAGER: &str = "replay";

/// A kind as the API server has it.
pub fn resource(kind: &str, version: &str) -> ApiResource {
    let (group, version) = match kind {
        "Secret" => ("", "v1"),
        _ => ("kafka.strimzi.io", version),
    };
    ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind))
}

#[derive(Default)]
struct Seen {
    /// States in the order in which they came, with the object's key (`Kind/name`).
    states: Vec<(String, Value)>,
    /// The last state of each object.
    last: BTreeMap<String, Value>,
    /// Witnesses that the operator has been at.
    witnesses: BTreeSet<String>,
}

/// Watches until it is dropped.
pub struct Observer {
    seen: Arc<Mutex<Seen>>,
    news: Arc<Notify>,
    _stop: DropGuard,
}

impl Observer {
    pub fn start(client: &Client, version: &str, names: &Names) -> Self {
        let seen = Arc::<Mutex<Seen>>::default();
        let news = Arc::<Notify>::default();
        let stop = CancellationToken::new();
        for kind in KINDS {
            let resource = resource(kind, version);
            let api: Api<DynamicObject> =
                Api::namespaced_with(client.clone(), &names.namespace, &resource);
            let mut events = watcher(api, watcher::Config::default())
                .default_backoff()
                .boxed();
            let (seen, news, names) = (Arc::clone(&seen), Arc::clone(&news), names.clone());
            let stopped = stop.clone();
            tokio::spawn(stopped.run_until_cancelled_owned(async move {
                while let Some(event) = events.next().await {
                    let (object, state) = match event {
                        Ok(watcher::Event::Apply(object) | watcher::Event::InitApply(object)) => {
                            let state = names.recorded_value(&state(kind, &object));
                            (object, state)
                        }
                        Ok(watcher::Event::Delete(object)) => (object, json!("gone")),
                        _ => continue,
                    };
                    let name = object.metadata.name.unwrap_or_default();
                    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                    if name.starts_with(WITNESS) {
                        if state.get("status").is_some() {
                            seen.witnesses.insert(format!("{kind}/{name}"));
                        }
                    } else {
                        seen.add(format!("{kind}/{}", names.recorded(&name)), state);
                    }
                    drop(seen);
                    news.notify_waiters();
                }
            }));
        }
        Self {
            seen,
            news,
            _stop: stop.drop_guard(),
        }
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Resolves with the next news after this was called.
    pub fn news(&self) -> impl Future<Output = ()> + '_ {
        self.news.notified()
    }

    /// How many states have come.
    pub fn count(&self) -> usize {
        self.seen().states.len()
    }

    /// The states since then, by object.
    pub fn since(&self, count: usize) -> Value {
        let mut states: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for (key, state) in self.seen().states.iter().skip(count) {
            states.entry(key.clone()).or_default().push(state.clone());
        }
        json!(states)
    }

    /// Whether the operator has been at a witness.
    pub fn witnessed(&self, key: &str) -> bool {
        self.seen().witnesses.contains(key)
    }
}

impl Seen {
    fn add(&mut self, key: String, state: Value) {
        if self.last.get(&key) == Some(&state) {
            return;
        }
        self.last.insert(key.clone(), state.clone());
        self.states.push((key, state));
    }
}

/// What records keep of an object at one moment.
fn state(kind: &str, object: &DynamicObject) -> Value {
    if kind == "Secret" {
        return json!({ "keys": keys(object) });
    }
    let metadata = &object.metadata;
    let mut state = Map::from_iter([("generation".to_owned(), json!(metadata.generation))]);
    if let Some(finalizers) = metadata.finalizers.as_ref().filter(|list| !list.is_empty()) {
        state.insert("finalizers".to_owned(), json!(finalizers));
    }
    if metadata.deletion_timestamp.is_some() {
        state.insert("deleting".to_owned(), json!(true));
    }
    if let Some(status) = object.data.get("status") {
        let mut status = status.clone();
        if let Some(Value::Array(conditions)) = status.get_mut("conditions") {
            for condition in conditions.iter_mut().filter_map(Value::as_object_mut) {
                condition.remove("lastTransitionTime");
            }
        }
        state.insert("status".to_owned(), status);
    }
    state.into()
}

fn keys(secret: &DynamicObject) -> Vec<String> {
    let data = secret.data.get("data").and_then(Value::as_object);
    let mut keys: Vec<String> = data.into_iter().flat_map(Map::keys).cloned().collect();
    keys.sort();
    keys
}

/// Nothing else is told of a password.
fn password_length(secret: &DynamicObject) -> Option<usize> {
    let encoded = secret.data.get("data")?.get("password")?.as_str()?;
    Some(STANDARD.decode(encoded).ok()?.len())
}

/// Who has written to an object, but for the test.
pub fn managers(object: &DynamicObject) -> BTreeSet<String> {
    let fields = object.metadata.managed_fields.iter().flatten();
    fields
        .filter(|field| field.manager.as_deref() != Some(MANAGER))
        .map(|field| {
            let parts = [&field.manager, &field.operation, &field.subresource];
            let parts: Vec<&str> = parts.into_iter().filter_map(Option::as_deref).collect();
            parts.join(" ")
        })
        .collect()
}

/// The layout of a Secret, without its values.
pub fn layout(secret: &DynamicObject) -> Value {
    let metadata = &secret.metadata;
    let mut layout = json!({
        "type": secret.data.get("type"),
        "labels": metadata.labels.clone().unwrap_or_default(),
        "keys": keys(secret),
        "passwordLength": password_length(secret),
        "managers": managers(secret),
    });
    if let Some(annotations) = &metadata.annotations {
        layout["annotations"] = json!(annotations);
    }
    if let Some(owners) = &metadata.owner_references {
        let owners: Vec<Value> = owners
            .iter()
            .map(|owner| {
                json!({
                    "kind": owner.kind,
                    "name": owner.name,
                    "controller": owner.controller,
                    "blockOwnerDeletion": owner.block_owner_deletion,
                })
            })
            .collect();
        layout["owners"] = json!(owners);
    }
    layout
}
