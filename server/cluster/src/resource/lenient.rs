//! Reading JSON that may not be as the schema says: absent, `null` and surplus fields are all right, wrong types are named.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeMap;

/// Reads a part of an object; absent and `null` are the default. The error begins with the part's name.
pub(crate) fn part<T: DeserializeOwned + Default>(name: &str, value: &Value) -> Result<T, String> {
    match value {
        Value::Null => Ok(T::default()),
        Value::Object(_) => T::deserialize(value).map_err(|error| format!("{name}: {error}")),
        // Serde would take a list for the fields in their order.
        _ => Err(format!("{name}: an object is expected")),
    }
}

/// For fields whose `null` means "not set".
pub(crate) fn null_as_default<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Deserialize<'de> + Default,
    D: Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A map of texts (labels, annotations); what is no text is left out.
pub(crate) fn texts(value: Option<&Value>) -> BTreeMap<String, String> {
    value
        .and_then(Value::as_object)
        .map(|map| {
            map.iter()
                .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
                .collect()
        })
        .unwrap_or_default()
}

/// A configuration as Kafka would be told: numbers and booleans in their own writing, lists joined with a comma (as the
/// operators do), objects as JSON. A key with `null` is left out: Kafka refuses it, and the conditions say so.
pub(crate) fn config<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let map = Option::<BTreeMap<String, Value>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(map
        .into_iter()
        .filter_map(|(key, value)| Some((key, config_value(&value)?)))
        .collect())
}

fn config_value(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => Some(
            items
                .iter()
                .filter_map(config_value)
                .collect::<Vec<_>>()
                .join(","),
        ),
        other => Some(other.to_string()),
    }
}

/// Longest text of a condition, in bytes; what people write is far shorter.
pub(crate) const LONGEST_TEXT: usize = 4_000;

/// A text of bounded length: anybody who may write a status decides how long it is, and it is shown on many pages.
pub(crate) fn bounded(mut text: String) -> String {
    let length = text.len();
    if length <= LONGEST_TEXT {
        return text;
    }
    let mut end = LONGEST_TEXT;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.push_str(&format!("… ({} bytes more)", length - end));
    text
}

/// A value that may be written as a number or as text (`cpu: 2`, `cpu: 500m`).
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
