//! KafkaTopics, as the topic operator's records show: what it does, refuses and writes.

mod declared;
mod owners;

use super::objects::{Told, annotated, belongs_to, condition, name, paused, place};
use super::{Bed, outage_of_settled, patiently};
use crate::admin::KafkaFailure;
use crate::admin::error::{TOPIC_EXISTS, UNKNOWN_TOPIC};
use crate::admin::topics::{ConfigChange, LiveConfig, LiveTopic, NewTopic};
use anyhow::Result;
use declared::declared;
use kube::api::{DynamicObject, Patch, PatchParams};
use owners::{conflicts, owner};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

const KIND: &str = "KafkaTopic";
const MANAGER: &str = "strimzi-topic-operator";
const FINALIZER: &str = "strimzi.io/topic-operator";
const MANAGED: &str = "strimzi.io/managed";
/// Events are collected this long before a batch is reconciled.
const BATCH: Duration = Duration::from_millis(100);
/// The fields of a status that come and go.
const FIELDS: [&str; 3] = ["topicName", "topicId", "replicasChange"];

/// Follows the KafkaTopics of one cluster.
pub(super) async fn run(bed: Arc<Bed>) -> Result<()> {
    let mut watched = bed.objects.watch(KIND, &bed.cluster.namespace);
    let mut waiting: BTreeSet<String> = BTreeSet::new();
    let mut rounds = bed.settings.rounds();
    let mut batch: Option<Instant> = None;
    // Refused because of an older one, and gone since: the operator keeps counting them until it starts anew.
    let mut ghosts: BTreeMap<String, DynamicObject> = BTreeMap::new();
    loop {
        tokio::select! {
            told = watched.next() => match told? {
                Told::Changed(name) => {
                    ghosts.remove(&name);
                    waiting.insert(name);
                    batch.get_or_insert_with(|| Instant::now() + BATCH);
                }
                Told::Gone(object) => {
                    gone(&bed, &object, &watched.known).await;
                    if conflicts(&object) {
                        ghosts.insert(name(&object), *object);
                    }
                }
            },
            () = rounds.due() => {
                waiting.extend(watched.known.keys().cloned());
                batch.get_or_insert_with(Instant::now);
            }
            () = sleep_until(batch.unwrap_or_else(Instant::now)), if batch.is_some() => {
                batch = None;
                for name in std::mem::take(&mut waiting) {
                    let Some(object) = watched.known.get(&name) else { continue };
                    if !belongs_to(object, &bed.cluster.name) {
                        continue;
                    }
                    let others = watched.known.values().chain(ghosts.values());
                    let owner = owner(object, others, &bed.cluster.name);
                    if let Err(error) = reconcile(&bed, object, owner).await {
                        tracing::warn!(topic = name, error = format!("{error:#}"), "a KafkaTopic could not be reconciled");
                    }
                }
            }
        }
    }
}

/// The topic's name in Kafka.
fn topic_name(object: &DynamicObject) -> String {
    object
        .data
        .pointer("/spec/topicName")
        .and_then(Value::as_str)
        .map_or_else(|| name(object), str::to_owned)
}

fn finalized(object: &DynamicObject) -> bool {
    object
        .metadata
        .finalizers
        .as_ref()
        .is_some_and(|finalizers| finalizers.iter().any(|finalizer| finalizer == FINALIZER))
}

/// What a reconciliation found, for the status.
struct Outcome {
    conditions: Vec<Value>,
    topic_name: Option<String>,
    topic_id: Option<String>,
}

impl Outcome {
    fn failed(reason: &str, message: &str, topic: &str, id: Option<&str>) -> Self {
        Self {
            conditions: vec![condition("Ready", false, Some(reason), Some(message))],
            topic_name: Some(topic.to_owned()),
            topic_id: id.map(str::to_owned),
        }
    }
}

async fn reconcile(bed: &Bed, object: &DynamicObject, owner: Option<&DynamicObject>) -> Result<()> {
    if object.metadata.deletion_timestamp.is_some() {
        return delete(bed, object).await;
    }
    if let Some(outcome) = without_kafka(object, owner)? {
        return write(bed, object, outcome).await;
    }
    if finalized(object) != bed.settings.finalizers {
        put_finalizers(bed, object, bed.settings.finalizers).await?;
    }
    let topic = topic_name(object);
    let outcome = match declared(object) {
        Err(message) => Outcome::failed("InternalError", &message, &topic, None),
        Ok(declared) => {
            // A topic that came or went in between is looked at again.
            let passes = |refused: &Refused| {
                let failure = &refused.failure;
                failure.passes() || [TOPIC_EXISTS, UNKNOWN_TOPIC].contains(&failure.code)
            };
            match patiently(passes, || in_kafka(bed, &topic, &declared)).await {
                Ok(outcome) => outcome,
                Err(refused) if outage_of_settled(object, &refused.failure) => return Ok(()),
                Err(Refused { failure, id }) => {
                    Outcome::failed("KafkaError", &failure.words, &topic, id.as_deref())
                }
            }
        }
    };
    write(bed, object, outcome).await
}

/// What is decided without a look into Kafka.
fn without_kafka(object: &DynamicObject, owner: Option<&DynamicObject>) -> Result<Option<Outcome>> {
    let topic = topic_name(object);
    if annotated(object, MANAGED, "false") {
        return Ok(Some(Outcome {
            conditions: vec![condition("Unmanaged", true, None, None)],
            topic_name: None,
            topic_id: None,
        }));
    }
    if paused(object) {
        return Ok(Some(Outcome {
            conditions: vec![condition("ReconciliationPaused", true, None, None)],
            topic_name: Some(topic),
            topic_id: None,
        }));
    }
    if let Some(owner) = owner {
        let (namespace, name) = place(owner)?;
        let message = format!("Managed by Ref{{namespace='{namespace}', name='{name}'}}");
        let outcome = Outcome::failed("ResourceConflict", &message, &topic, None);
        return Ok(Some(outcome));
    }
    let former = object
        .data
        .pointer("/status/topicName")
        .and_then(Value::as_str);
    if let Some(former) = former
        && former != topic
        && finalized(object)
    {
        let message = "Changing spec.topicName is not supported";
        let outcome = Outcome::failed("NotSupported", message, former, None);
        return Ok(Some(outcome));
    }
    Ok(None)
}

/// What Kafka refused, and the id of the topic if there is one.
struct Refused {
    failure: KafkaFailure,
    id: Option<String>,
}

async fn in_kafka(bed: &Bed, topic: &str, declared: &NewTopic) -> Result<Outcome, Refused> {
    let refused = |failure| Refused { failure, id: None };
    match bed.admin.topic(topic).await.map_err(refused)? {
        Some(live) => changed(bed, topic, declared, &live)
            .await
            .map_err(|failure| Refused {
                failure,
                id: Some(live.id.clone()),
            }),
        None => {
            let created = bed.admin.create_topic(topic, declared).await;
            Ok(ready(bed, topic, created.map_err(refused)?, declared))
        }
    }
}

async fn changed(
    bed: &Bed,
    topic: &str,
    declared: &NewTopic,
    live: &LiveTopic,
) -> Result<Outcome, KafkaFailure> {
    let unsupported =
        |message: &str| Outcome::failed("NotSupported", message, topic, Some(live.id.as_str()));
    // The configuration changes even where the rest of the same edit is refused.
    change_config(bed, topic, declared).await?;
    let partitions = i32::try_from(live.replicas.len()).unwrap_or(i32::MAX);
    match declared.partitions {
        Some(wanted) if wanted < partitions => {
            return Ok(unsupported("Decreasing partitions not supported"));
        }
        Some(wanted) if wanted > partitions => bed.admin.grow_topic(topic, wanted).await?,
        _ => {}
    }
    if let Some(message) = replicas_differ(declared, live) {
        return Ok(unsupported(&message));
    }
    Ok(ready(bed, topic, live.id.clone(), declared))
}

async fn change_config(bed: &Bed, topic: &str, declared: &NewTopic) -> Result<(), KafkaFailure> {
    let live = bed.admin.topic_config(topic).await?;
    let mut changes = config_changes(&declared.config, &live);
    changes.retain(|key, _| bed.settings.alters(key));
    if changes.is_empty() {
        return Ok(());
    }
    bed.admin.change_topic_config(topic, &changes).await
}

/// What applies already is not set, even if it only is the default.
fn config_changes(
    declared: &BTreeMap<String, Option<String>>,
    live: &BTreeMap<String, LiveConfig>,
) -> BTreeMap<String, ConfigChange> {
    let set = declared
        .iter()
        .filter(|(name, value)| live.get(*name).map(|live| &live.value) != value.as_ref())
        .map(|(name, value)| (name.clone(), ConfigChange::Set(value.clone())));
    let reset = live
        .iter()
        .filter(|(name, live)| live.set && !declared.contains_key(*name))
        .map(|(name, _)| (name.clone(), ConfigChange::Reset));
    set.chain(reset).collect()
}

fn replicas_differ(declared: &NewTopic, live: &LiveTopic) -> Option<String> {
    let wanted = usize::try_from(declared.replicas?).ok()?;
    let partitions: Vec<usize> = live
        .replicas
        .iter()
        .enumerate()
        .filter(|(_, replicas)| **replicas != wanted)
        .map(|(partition, _)| partition)
        .collect();
    (!partitions.is_empty()).then(|| {
        format!(
            "Replication factor change not supported, but required for partitions {partitions:?}"
        )
    })
}

fn ready(bed: &Bed, topic: &str, id: String, declared: &NewTopic) -> Outcome {
    let mut conditions = vec![condition("Ready", true, None, None)];
    let mut warn = |message: &str| {
        let reason = Some("InvalidConfig");
        conditions.push(condition("Warning", true, reason, Some(message)));
    };
    for key in declared.config.keys() {
        if !bed.settings.alters(key) {
            warn(&format!(
                "Property {key} is ignored according to alterable config"
            ));
        }
        if key.ends_with(".replication.throttled.replicas") {
            warn(&format!(
                "Property {key} may conflict with throttled rebalances"
            ));
        }
    }
    Outcome {
        conditions,
        topic_name: Some(topic.to_owned()),
        topic_id: Some(id),
    }
}

async fn delete(bed: &Bed, object: &DynamicObject) -> Result<()> {
    if !finalized(object) {
        return Ok(());
    }
    if annotated(object, MANAGED, "false") {
        return put_finalizers(bed, object, false).await;
    }
    let topic = topic_name(object);
    let former = object
        .data
        .pointer("/status/topicName")
        .and_then(Value::as_str);
    if former.is_some_and(|former| former != topic) {
        let message = "Changing spec.topicName is not supported";
        let outcome = Outcome::failed("NotSupported", message, former.unwrap_or(&topic), None);
        return write(bed, object, outcome).await;
    }
    match patiently(KafkaFailure::passes, || bed.admin.delete_topic(&topic)).await {
        Ok(()) => put_finalizers(bed, object, false).await,
        Err(failure) => {
            let outcome = Outcome::failed("KafkaError", &failure.words, &topic, None);
            write(bed, object, outcome).await
        }
    }
}

/// Without finalizers the deletion of a KafkaTopic is told afterwards: its topic goes then, unless somebody else has it.
async fn gone(bed: &Bed, object: &DynamicObject, others: &BTreeMap<String, DynamicObject>) {
    let cluster = &bed.cluster.name;
    if bed.settings.finalizers
        || !belongs_to(object, cluster)
        || annotated(object, MANAGED, "false")
        || owner(object, others.values(), cluster).is_some()
    {
        return;
    }
    let topic = topic_name(object);
    let deleted = patiently(KafkaFailure::passes, || bed.admin.delete_topic(&topic)).await;
    if let Err(error) = deleted {
        tracing::warn!(topic, %error, "a topic could not be deleted");
    }
}

async fn put_finalizers(bed: &Bed, object: &DynamicObject, present: bool) -> Result<()> {
    let (namespace, name) = place(object)?;
    let mut finalizers: Vec<String> = object.metadata.finalizers.clone().unwrap_or_default();
    finalizers.retain(|finalizer| finalizer != FINALIZER);
    if present {
        finalizers.push(FINALIZER.to_owned());
    }
    let params = PatchParams {
        field_manager: Some(MANAGER.to_owned()),
        ..PatchParams::default()
    };
    let patch = Patch::Merge(json!({ "metadata": { "finalizers": finalizers } }));
    match bed
        .objects
        .api(KIND, namespace)
        .patch(name, &params, &patch)
        .await
    {
        Ok(_) => Ok(()),
        Err(kube::Error::Api(status)) if status.code == 404 => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn write(bed: &Bed, object: &DynamicObject, outcome: Outcome) -> Result<()> {
    let mut status = json!({
        "observedGeneration": object.metadata.generation,
        "conditions": outcome.conditions,
    });
    if let Some(fields) = status.as_object_mut() {
        for (name, value) in [
            ("topicName", outcome.topic_name),
            ("topicId", outcome.topic_id),
        ] {
            if let Some(value) = value {
                fields.insert(name.to_owned(), json!(value));
            }
        }
    }
    bed.objects
        .write_status(KIND, object, status, &FIELDS, MANAGER)
        .await
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
