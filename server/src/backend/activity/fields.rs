//! Which fields of two specifications differ, leaf by leaf, and which labels and annotations. Pure and bounded: secrets are hidden, long
//! values cut, many differences counted.

use penstock_cluster::resource::{Metadata, SECRET_HIDDEN, is_sensitive};
use penstock_domain::activity::FieldChange;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Fields that one event lists.
const LISTED: usize = 20;
/// Characters of a value.
const VALUE_CHARS: usize = 160;
/// What Strimzi acts upon; other annotations are noise of other programs.
const STRIMZI: &str = "strimzi.io/";

/// What differs.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// The first fields.
    pub fields: Vec<FieldChange>,
    /// How many more.
    pub more: u32,
}

impl Difference {
    /// How many fields differ.
    pub fn count(&self) -> usize {
        self.fields.len() + self.more as usize
    }

    fn push(&mut self, path: String, before: Option<&Value>, after: Option<&Value>) {
        if self.fields.len() >= LISTED {
            self.more += 1;
            return;
        }
        // The last part of a setting's path is its name, dots and all.
        let name = path
            .rsplit_once(".config.")
            .map(|(_, name)| name.to_owned());
        let shown = |value: &Value| shown(value, name.as_deref());
        self.fields.push(FieldChange {
            before: before.map(shown),
            after: after.map(shown),
            path,
        });
    }
}

/// Of two objects the specification, leaf by leaf.
pub fn specification(before: &Value, after: &Value) -> Difference {
    let mut difference = Difference::default();
    let null = Value::Null;
    let spec = |object: &'_ Value| object.get("spec").cloned().unwrap_or_else(|| null.clone());
    compare("spec", &spec(before), &spec(after), &mut difference);
    difference
}

/// Labels, and Strimzi's annotations.
pub fn metadata(before: &Metadata, after: &Metadata) -> Difference {
    let mut difference = Difference::default();
    texts("label", &before.labels, &after.labels, &mut difference);
    let strimzi = |annotations: &BTreeMap<String, String>| {
        annotations
            .iter()
            .filter(|(key, _)| key.starts_with(STRIMZI))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect::<BTreeMap<_, _>>()
    };
    texts(
        "annotation",
        &strimzi(&before.annotations),
        &strimzi(&after.annotations),
        &mut difference,
    );
    difference
}

fn texts(
    what: &str,
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    difference: &mut Difference,
) {
    let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for key in keys {
        let (old, new) = (before.get(key), after.get(key));
        if old != new {
            let value = |text: &String| Value::from(text.as_str());
            let (old, new) = (old.map(value), new.map(value));
            difference.push(format!("{what} {key}"), old.as_ref(), new.as_ref());
        }
    }
}

fn compare(path: &str, before: &Value, after: &Value, difference: &mut Difference) {
    if before == after {
        return;
    }
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => maps(path, before, after, difference),
        // Lists of one length are compared place by place: one entry changed. Of others it can't be told which entry is which.
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                compare(&format!("{path}[{index}]"), before, after, difference);
            }
        }
        _ => {
            let there = |value: &'_ Value| !value.is_null();
            difference.push(
                path.to_owned(),
                there(before).then_some(before),
                there(after).then_some(after),
            );
        }
    }
}

fn maps(
    path: &str,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    difference: &mut Difference,
) {
    let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for key in keys {
        let null = Value::Null;
        compare(
            &format!("{path}.{key}"),
            before.get(key).unwrap_or(&null),
            after.get(key).unwrap_or(&null),
            difference,
        );
    }
}

/// A value in one line. What came or went as a whole may hold settings too: then only that there is something is said.
fn shown(value: &Value, setting: Option<&str>) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Object(map) => format!("{{{} fields}}", map.len()),
        Value::Array(list) if list.iter().any(Value::is_object) => {
            format!("[{} entries]", list.len())
        }
        other => other.to_string(),
    };
    if setting.is_some_and(|name| is_sensitive(name, &text)) {
        return SECRET_HIDDEN.to_owned();
    }
    if text.chars().count() <= VALUE_CHARS {
        return text;
    }
    let mut cut: String = text.chars().take(VALUE_CHARS).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(before: Value, after: Value) -> Vec<(String, Option<String>, Option<String>)> {
        specification(&json!({ "spec": before }), &json!({ "spec": after }))
            .fields
            .into_iter()
            .map(|field| (field.path, field.before, field.after))
            .collect()
    }

    fn change(
        path: &str,
        before: Option<&str>,
        after: Option<&str>,
    ) -> (String, Option<String>, Option<String>) {
        (
            path.to_owned(),
            before.map(str::to_owned),
            after.map(str::to_owned),
        )
    }

    #[test]
    fn leaves_are_named_with_both_values() {
        assert_eq!(
            of(
                json!({"partitions": 3, "config": {"retention.ms": 1, "gone": "x"}}),
                json!({"partitions": 6, "config": {"retention.ms": 1, "new": true}}),
            ),
            [
                change("spec.config.gone", Some("x"), None),
                change("spec.config.new", None, Some("true")),
                change("spec.partitions", Some("3"), Some("6")),
            ]
        );
        assert_eq!(of(json!({"a": 1}), json!({"a": 1})), []);
        assert_eq!(
            of(
                json!({"l": [{"p": 1}, {"p": 2}]}),
                json!({"l": [{"p": 1}, {"p": 3}]})
            ),
            [change("spec.l[1].p", Some("2"), Some("3"))]
        );
        assert_eq!(
            of(json!({"l": [{"p": 1}]}), json!({"l": [{"p": 1}, {"p": 3}]})),
            [change("spec.l", Some("[1 entries]"), Some("[2 entries]"))]
        );
    }

    #[test]
    fn secrets_are_hidden_also_where_a_whole_configuration_comes() {
        assert_eq!(
            of(
                json!({"config": {"database.password": "a"}}),
                json!({"config": {"database.password": "b"}}),
            ),
            [change(
                "spec.config.database.password",
                Some("•••"),
                Some("•••")
            )]
        );
        let whole = of(
            json!({}),
            json!({"config": {"database.password": "hunter2"}}),
        );
        assert!(!format!("{whole:?}").contains("hunter2"));
    }

    #[test]
    fn many_and_long_are_bounded() {
        let large = |value: &str| {
            let map: Map<String, Value> = (0..500)
                .map(|index| (format!("k{index}"), json!(value)))
                .collect();
            json!({ "spec": map })
        };
        let difference = specification(&large("a"), &large(&"b".repeat(100_000)));
        assert_eq!(
            (difference.fields.len(), difference.more, difference.count()),
            (LISTED, 480, 500)
        );
        assert!(difference.fields[0].after.as_ref().unwrap().len() < 1_000);
    }
}
