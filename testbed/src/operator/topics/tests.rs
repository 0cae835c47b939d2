//! What is decided about KafkaTopics without a broker.

use super::declared::config_value;
use super::*;

fn config(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn what_is_not_declared_is_reset_and_what_is_equal_is_left() {
    let declared: BTreeMap<_, _> = config(&[("retention.ms", "1"), ("cleanup.policy", "compact")])
        .into_iter()
        .map(|(name, value)| (name, Some(value)))
        .collect();
    let live = |value: &str, set: bool| LiveConfig {
        value: value.to_owned(),
        set,
    };
    let live = BTreeMap::from([
        ("retention.ms".to_owned(), live("2", true)),
        // A default.
        ("cleanup.policy".to_owned(), live("compact", false)),
        ("segment.ms".to_owned(), live("9", true)),
        ("segment.bytes".to_owned(), live("8", false)),
    ]);
    let changes = config_changes(&declared, &live);
    assert_eq!(changes.len(), 2);
    assert_eq!(
        changes["retention.ms"],
        ConfigChange::Set(Some("1".to_owned()))
    );
    assert_eq!(changes["segment.ms"], ConfigChange::Reset);
}

#[test]
fn values_are_read_as_the_operator_reads_them() {
    let read = |value: Value| config_value("retention.ms", &value);
    assert_eq!(
        read(json!(604_800_000)).unwrap().as_deref(),
        Some("604800000")
    );
    assert_eq!(
        read(json!(["compact", "delete"])).unwrap().as_deref(),
        Some("compact,delete")
    );
    assert_eq!(read(Value::Null).unwrap(), None);
    assert_eq!(
        read(json!({"a": 1})).unwrap_err(),
        "io.strimzi.operator.common.model.InvalidResourceException: Invalid value for topic config 'retention.ms': {a=1}"
    );
}

fn topic(name: &str, created: &str, spec: Value, status: Value) -> DynamicObject {
    serde_json::from_value(json!({
        "metadata": {
            "name": name,
            "namespace": "kafka",
            "creationTimestamp": created,
            "labels": { "strimzi.io/cluster": "task-events" },
        },
        "spec": spec,
        "status": status,
    }))
    .unwrap()
}

fn told(object: &DynamicObject, owner: Option<&DynamicObject>) -> Value {
    let outcome = without_kafka(object, owner).unwrap().unwrap();
    let mut first = outcome.conditions[0].clone();
    first.as_object_mut().unwrap().remove("lastTransitionTime");
    first
}

#[test]
fn the_older_of_two_owns_the_topic() {
    let older = topic(
        "a",
        "2026-10-01T08:00:00Z",
        json!({"topicName": "orders"}),
        Value::Null,
    );
    let younger = topic("orders", "2026-10-02T08:00:00Z", json!({}), Value::Null);
    let all: BTreeMap<_, _> = [&older, &younger]
        .into_iter()
        .map(|object| (name(object), object.clone()))
        .collect();
    assert!(owner(&older, all.values(), "task-events").is_none());
    let found = owner(&younger, all.values(), "task-events").unwrap();
    assert_eq!(
        told(&younger, Some(found)),
        json!({
            "type": "Ready", "status": "False", "reason": "ResourceConflict",
            "message": "Managed by Ref{namespace='kafka', name='a'}",
        })
    );
}

#[test]
fn unmanaged_wins_over_paused_and_another_name_is_refused() {
    let mut object = topic(
        "a",
        "2026-10-01T08:00:00Z",
        json!({"topicName": "new"}),
        json!({"topicName": "old"}),
    );
    object.metadata.finalizers = Some(vec![FINALIZER.to_owned()]);
    let outcome = without_kafka(&object, None).unwrap().unwrap();
    assert_eq!(outcome.topic_name.as_deref(), Some("old"));
    assert_eq!(
        told(&object, None)["message"],
        "Changing spec.topicName is not supported"
    );
    let paused = (
        "strimzi.io/pause-reconciliation".to_owned(),
        "true".to_owned(),
    );
    object.metadata.annotations = Some([paused].into());
    assert_eq!(told(&object, None)["type"], "ReconciliationPaused");
    let annotations = object.metadata.annotations.as_mut().unwrap();
    annotations.insert(MANAGED.to_owned(), "false".to_owned());
    assert_eq!(told(&object, None)["type"], "Unmanaged");
}

#[test]
fn another_replication_factor_names_its_partitions() {
    let declared = NewTopic {
        replicas: Some(3),
        ..NewTopic::default()
    };
    let live = LiveTopic {
        id: String::new(),
        replicas: vec![3, 2, 3, 1],
    };
    assert_eq!(
        replicas_differ(&declared, &live).unwrap(),
        "Replication factor change not supported, but required for partitions [1, 3]"
    );
}
