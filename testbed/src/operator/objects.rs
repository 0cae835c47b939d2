//! The API server as the stand-in uses it: watched sets of objects, and statuses that are written only when they say
//! something new.

use crate::state::State;
use anyhow::{Context, Result};
use futures::{Stream, StreamExt as _};
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::runtime::{WatchStreamExt as _, watcher};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const CONNECT: Duration = Duration::from_secs(5);
/// Longer than a watch lasts before the API server ends it.
const SILENCE: Duration = Duration::from_secs(320);
/// The label that says which cluster an object belongs to.
pub const CLUSTER_LABEL: &str = "strimzi.io/cluster";
/// The annotation that pauses reconciliation.
const PAUSE: &str = "strimzi.io/pause-reconciliation";

/// The API server.
#[derive(Clone)]
pub struct Objects {
    /// For questions and changes: each has a deadline.
    client: kube::Client,
    /// For watches, which are silent for as long as nothing happens.
    watching: kube::Client,
    version: String,
}

/// The objects of one kind in one namespace, as far as the watch has told.
pub struct Watched {
    events: Pin<Box<dyn Stream<Item = watcher::Result<watcher::Event<DynamicObject>>> + Send>>,
    /// By name.
    pub known: BTreeMap<String, DynamicObject>,
    /// Names of the list that is being read.
    listing: Vec<String>,
}

/// What a watch told.
#[derive(Debug)]
pub enum Told {
    /// Created or changed.
    Changed(String),
    /// Gone.
    Gone(Box<DynamicObject>),
}

impl Objects {
    /// As cluster administrator, like everything of the bed.
    ///
    /// # Errors
    /// The kubeconfig can't be used.
    pub async fn new(state: &State) -> Result<Self> {
        let kubeconfig = Kubeconfig::read_from(&state.kubernetes.kubeconfig)?;
        let mut config =
            kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
        config.connect_timeout = Some(CONNECT);
        config.read_timeout = Some(SILENCE);
        Ok(Self {
            client: crate::kubernetes::kubeconfig::client(&state.kubernetes.kubeconfig).await?,
            watching: kube::Client::try_from(config)?,
            version: state.kubernetes.strimzi.api_version.clone(),
        })
    }

    /// The version in which Strimzi's kinds are written, such as `kafka.strimzi.io/v1`.
    pub fn api_version(&self) -> String {
        format!("kafka.strimzi.io/{}", self.version)
    }

    /// Objects of a kind: Strimzi's in the served version, Kubernetes' own in `v1`.
    pub fn api(&self, kind: &str, namespace: &str) -> Api<DynamicObject> {
        Api::namespaced_with(self.client.clone(), namespace, &self.resource(kind))
    }

    fn resource(&self, kind: &str) -> ApiResource {
        let (group, version) = match kind {
            "Pod" | "Secret" => ("", "v1"),
            "StrimziPodSet" => ("core.strimzi.io", self.version.as_str()),
            _ => ("kafka.strimzi.io", self.version.as_str()),
        };
        ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind))
    }

    /// Begins to watch.
    pub fn watch(&self, kind: &str, namespace: &str) -> Watched {
        self.watch_labelled(kind, namespace, "")
    }

    /// Begins to watch what a label selector chooses.
    pub fn watch_labelled(&self, kind: &str, namespace: &str, labels: &str) -> Watched {
        let api = Api::namespaced_with(self.watching.clone(), namespace, &self.resource(kind));
        let events = watcher(api, watcher::Config::default().labels(labels))
            .default_backoff()
            .boxed();
        Watched {
            events,
            known: BTreeMap::new(),
            listing: Vec::new(),
        }
    }

    /// Writes a status if it says something new. Fields of `names` that `status` leaves out are removed.
    ///
    /// # Errors
    /// The API server refuses.
    pub async fn write_status(
        &self,
        kind: &str,
        object: &DynamicObject,
        mut status: Value,
        names: &[&str],
        manager: &str,
    ) -> Result<()> {
        for name in names {
            if status.get(name).is_none()
                && let Some(fields) = status.as_object_mut()
            {
                fields.insert((*name).to_owned(), Value::Null);
            }
        }
        let old = object.data.get("status").unwrap_or(&Value::Null);
        if says_the_same(old, &status) {
            return Ok(());
        }
        let (namespace, name) = place(object)?;
        let params = PatchParams {
            field_manager: Some(manager.to_owned()),
            ..PatchParams::default()
        };
        let patch = Patch::Merge(json!({ "status": status }));
        let written = self
            .api(kind, namespace)
            .patch_status(name, &params, &patch)
            .await;
        match written {
            Ok(_) => Ok(()),
            // It went while it was looked at.
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(()),
            Err(error) => Err(error).with_context(|| format!("status of {kind} {name}")),
        }
    }
}

impl Watched {
    /// What changed next.
    ///
    /// # Errors
    /// The watch ended, which it does not.
    pub async fn next(&mut self) -> Result<Told> {
        loop {
            match self.events.next().await.context("the watch ended")? {
                Ok(watcher::Event::Init) => self.listing.clear(),
                Ok(watcher::Event::InitApply(object)) => {
                    let name = name(&object);
                    self.listing.push(name.clone());
                    self.known.insert(name.clone(), object);
                    return Ok(Told::Changed(name));
                }
                Ok(watcher::Event::InitDone) => {
                    // Whatever a list no longer has went while nobody watched; the timed cleaning looks after that.
                    let listing = std::mem::take(&mut self.listing);
                    self.known.retain(|name, _| listing.contains(name));
                }
                Ok(watcher::Event::Apply(object)) => {
                    let name = name(&object);
                    self.known.insert(name.clone(), object);
                    return Ok(Told::Changed(name));
                }
                Ok(watcher::Event::Delete(object)) => {
                    self.known.remove(&name(&object));
                    return Ok(Told::Gone(Box::new(object)));
                }
                Err(error) => tracing::debug!(%error, "a watch is begun again"),
            }
        }
    }
}

/// Namespace and name.
///
/// # Errors
/// It has none.
pub fn place(object: &DynamicObject) -> Result<(&str, &str)> {
    let metadata = &object.metadata;
    metadata
        .namespace
        .as_deref()
        .zip(metadata.name.as_deref())
        .context("an object without a name")
}

/// Its name.
pub fn name(object: &DynamicObject) -> String {
    object.metadata.name.clone().unwrap_or_default()
}

/// Whether it carries the label of a cluster.
pub fn belongs_to(object: &DynamicObject, cluster: &str) -> bool {
    object
        .metadata
        .labels
        .as_ref()
        .and_then(|labels| labels.get(CLUSTER_LABEL))
        .is_some_and(|label| label == cluster)
}

/// Whether an annotation has a value.
pub fn annotated(object: &DynamicObject, annotation: &str, value: &str) -> bool {
    object
        .metadata
        .annotations
        .as_ref()
        .and_then(|annotations| annotations.get(annotation))
        .is_some_and(|found| found == value)
}

/// Whether its reconciliation is paused.
pub fn paused(object: &DynamicObject) -> bool {
    annotated(object, PAUSE, "true")
}

/// A condition that holds or does not, as of now.
pub fn condition(kind: &str, status: bool, reason: Option<&str>, message: Option<&str>) -> Value {
    let mut condition = json!({
        "type": kind,
        "status": if status { "True" } else { "False" },
        "lastTransitionTime": now(),
    });
    if let Some(fields) = condition.as_object_mut() {
        for (name, text) in [("reason", reason), ("message", message)] {
            if let Some(text) = text {
                fields.insert(name.to_owned(), json!(text));
            }
        }
    }
    condition
}

/// Now, with nanoseconds, as the operators write it.
pub fn now() -> String {
    rfc3339(OffsetDateTime::now_utc())
}

/// A time as Kubernetes reads it.
pub fn rfc3339(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_default()
}

/// Whether two statuses differ in nothing but the times of their conditions.
fn says_the_same(old: &Value, new: &Value) -> bool {
    without_times(old) == without_times(new)
}

fn without_times(status: &Value) -> Value {
    let mut status = status.clone();
    if let Some(fields) = status.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    let conditions = status
        .get_mut("conditions")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten();
    for condition in conditions {
        if let Some(fields) = condition.as_object_mut() {
            fields.remove("lastTransitionTime");
        }
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_news_only_if_more_than_its_times_differ() {
        let old = json!({"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "a"}]});
        let mut new = json!({"observedGeneration": 1, "topicId": null, "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "b"}]});
        assert!(says_the_same(&old, &new));
        new["observedGeneration"] = json!(2);
        assert!(!says_the_same(&old, &new));
        assert!(!says_the_same(&Value::Null, &new));
    }
}
