//! What a KafkaTopic declares, read as the operator reads it.

use crate::admin::topics::NewTopic;
use kube::api::DynamicObject;
use serde_json::{Map, Value};

/// What a KafkaTopic declares; the error is the operator's own.
pub(super) fn declared(object: &DynamicObject) -> Result<NewTopic, String> {
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

pub(super) fn config_value(name: &str, value: &Value) -> Result<Option<String>, String> {
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
