//! KafkaTopics, as the topic operator's records show: what it does, refuses and writes.

use super::objects::{Told, annotated, belongs_to, condition, name, paused, place};
use super::{Bed, outage_of_settled, patiently};
use crate::admin::KafkaFailure;
use crate::admin::error::TOPIC_EXISTS;
use crate::admin::topics::{ConfigChange, LiveTopic, NewTopic};
use anyhow::Result;
use kube::api::{DynamicObject, Patch, PatchParams};
use serde_json::{Map, Value, json};
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
    let interval = bed.config.reconcile_interval;
    let mut timed = Instant::now() + interval;
    let mut batch: Option<Instant> = None;
    loop {
        let due = batch.map_or(timed, |batch| batch.min(timed));
        tokio::select! {
            told = watched.next() => {
                if let Told::Changed(name) = told? {
                    waiting.insert(name);
                    batch.get_or_insert_with(|| Instant::now() + BATCH);
                }
            }
            () = sleep_until(due) => {
                if Instant::now() >= timed {
                    waiting.extend(watched.known.keys().cloned());
                    timed = Instant::now() + interval;
                }
                batch = None;
                for name in std::mem::take(&mut waiting) {
                    let Some(object) = watched.known.get(&name) else { continue };
                    if !belongs_to(object, &bed.cluster.name) {
                        continue;
                    }
                    let owner = owner(object, &watched.known, &bed.cluster.name);
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

/// Another, older KafkaTopic for the same topic.
fn owner<'a>(
    object: &DynamicObject,
    all: &'a BTreeMap<String, DynamicObject>,
    cluster: &str,
) -> Option<&'a DynamicObject> {
    let topic = topic_name(object);
    let order = |object: &DynamicObject| {
        let created = object
            .metadata
            .creation_timestamp
            .as_ref()
            .map(|time| format!("{:?}", time.0));
        // Of two in one second any may win; the one that owns the topic stays its owner.
        let owns = finalized(object);
        (created, !owns, name(object))
    };
    let mine = order(object);
    all.values()
        .filter(|other| belongs_to(other, cluster) && topic_name(other) == topic)
        .filter(|other| !annotated(other, MANAGED, "false") && name(other) != name(object))
        .filter(|other| order(other) < mine)
        .min_by_key(|other| order(other))
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
    if !finalized(object) {
        put_finalizers(bed, object, true).await?;
    }
    let topic = topic_name(object);
    let outcome = match declared(object) {
        Err(message) => Outcome::failed("InternalError", &message, &topic, None),
        Ok(declared) => {
            // A topic that came in between is looked at again.
            let passes = |refused: &Refused| {
                refused.failure.passes() || refused.failure.code == TOPIC_EXISTS
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
            Ok(ready(topic, created.map_err(refused)?, declared))
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
    Ok(ready(topic, live.id.clone(), declared))
}

async fn change_config(bed: &Bed, topic: &str, declared: &NewTopic) -> Result<(), KafkaFailure> {
    let live = bed.admin.topic_config(topic).await?;
    let changes = config_changes(&declared.config, &live);
    if changes.is_empty() {
        return Ok(());
    }
    bed.admin.change_topic_config(topic, &changes).await
}

fn config_changes(
    declared: &BTreeMap<String, Option<String>>,
    live: &BTreeMap<String, String>,
) -> BTreeMap<String, ConfigChange> {
    let set = declared
        .iter()
        .filter(|(name, value)| live.get(*name) != value.as_ref())
        .map(|(name, value)| (name.clone(), ConfigChange::Set(value.clone())));
    let reset = live
        .keys()
        .filter(|name| !declared.contains_key(*name))
        .map(|name| (name.clone(), ConfigChange::Reset));
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

fn ready(topic: &str, id: String, declared: &NewTopic) -> Outcome {
    let mut conditions = vec![condition("Ready", true, None, None)];
    for key in declared.config.keys() {
        if key.ends_with(".replication.throttled.replicas") {
            let message = format!("Property {key} may conflict with throttled rebalances");
            conditions.push(condition(
                "Warning",
                true,
                Some("InvalidConfig"),
                Some(&message),
            ));
        }
    }
    Outcome {
        conditions,
        topic_name: Some(topic.to_owned()),
        topic_id: Some(id),
    }
}

/// What a KafkaTopic declares; the error is the operator's own.
fn declared(object: &DynamicObject) -> Result<NewTopic, String> {
    let spec = object.data.get("spec");
    let number = |field: &str| spec?.get(field)?.as_i64();
    let empty = Map::new();
    let config = spec
        .and_then(|spec| spec.get("config"))
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let config = config
        .iter()
        .map(|(name, value)| Ok((name.clone(), config_value(name, value)?)))
        .collect::<Result<_, String>>()?;
    Ok(NewTopic {
        partitions: number("partitions").and_then(|number| i32::try_from(number).ok()),
        replicas: number("replicas").and_then(|number| i16::try_from(number).ok()),
        config,
    })
}

fn config_value(name: &str, value: &Value) -> Result<Option<String>, String> {
    Ok(match value {
        Value::Null => None,
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(value) => Some(value.to_string()),
        Value::String(value) => Some(value.clone()),
        Value::Array(values) => {
            let mut texts = Vec::new();
            for value in values {
                texts.extend(config_value(name, value)?);
            }
            Some(texts.join(","))
        }
        Value::Object(fields) => {
            let shown: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{name}={}", plain(value)))
                .collect();
            return Err(format!(
                "io.strimzi.operator.common.model.InvalidResourceException: Invalid value for topic config '{name}': {{{}}}",
                shown.join(", ")
            ));
        }
    })
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
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
