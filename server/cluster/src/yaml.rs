//! Objects as YAML for people: fields in the order in which one reads them, managed fields and `kubectl`'s copy left out.
//!
//! Never called with a Secret: this crate keeps none.

use serde_json::Value;
use serde_yaml_ng::{Mapping, Value as Yaml};

const TOP: [&str; 5] = ["apiVersion", "kind", "metadata", "spec", "status"];
const METADATA: [&str; 4] = ["name", "namespace", "labels", "annotations"];

/// The text of an object. Anything else than an object is printed as it is.
pub fn of(object: &Value) -> String {
    let yaml = match object {
        Value::Object(map) => {
            let mut out = Mapping::new();
            for (key, value) in ordered(map, &TOP) {
                let value = match (key.as_str(), value) {
                    ("metadata", Value::Object(metadata)) => {
                        let mut out = Mapping::new();
                        for (key, value) in ordered(metadata, &METADATA) {
                            if key != "managedFields" {
                                out.insert(Yaml::String(key.clone()), convert(value));
                            }
                        }
                        Yaml::Mapping(out)
                    }
                    (_, value) => convert(value),
                };
                out.insert(Yaml::String(key.clone()), value);
            }
            Yaml::Mapping(out)
        }
        other => convert(other),
    };
    serde_yaml_ng::to_string(&yaml).unwrap_or_default()
}

/// First the fields of `first` in that order, then all others in theirs.
fn ordered<'a>(
    map: &'a serde_json::Map<String, Value>,
    first: &'a [&'a str],
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    first
        .iter()
        .filter_map(|key| map.get_key_value(*key))
        .chain(
            map.iter()
                .filter(move |(key, _)| !first.contains(&key.as_str())),
        )
}

fn convert(value: &Value) -> Yaml {
    match value {
        Value::Null => Yaml::Null,
        Value::Bool(flag) => Yaml::Bool(*flag),
        Value::Number(number) => number
            .as_i64()
            .map(|n| Yaml::Number(n.into()))
            .or_else(|| number.as_u64().map(|n| Yaml::Number(n.into())))
            .or_else(|| number.as_f64().map(|n| Yaml::Number(n.into())))
            .unwrap_or_else(|| Yaml::String(number.to_string())),
        Value::String(text) => Yaml::String(text.clone()),
        Value::Array(items) => Yaml::Sequence(items.iter().map(convert).collect()),
        Value::Object(map) => Yaml::Mapping(
            map.iter()
                .map(|(key, value)| (Yaml::String(key.clone()), convert(value)))
                .collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn reads_from_the_name_down() {
        let text = super::of(&json!({
            "spec": {"config": {"retention.ms": 604_800_000_i64, "note": "no", "ratio": 0.5}},
            "status": {"topicName": "a"},
            "metadata": {"uid": "1", "name": "a", "namespace": "b", "managedFields": [], "labels": {"x": "1"}},
            "kind": "KafkaTopic",
            "apiVersion": "kafka.strimzi.io/v1",
        }));
        assert_eq!(
            text,
            "apiVersion: kafka.strimzi.io/v1\nkind: KafkaTopic\nmetadata:\n  name: a\n  namespace: b\n  labels:\n    x: '1'\n  uid: '1'\n\
             spec:\n  config:\n    note: 'no'\n    ratio: 0.5\n    retention.ms: 604800000\nstatus:\n  topicName: a\n"
        );
    }
}
