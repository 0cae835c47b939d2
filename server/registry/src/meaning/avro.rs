//! Avro: a schema with everything that its author wrote, and what follows from it by Avro's specification.

mod difference;
mod model;
mod outline;
mod reads;

pub(super) use difference::difference;
pub(super) use model::Model;
pub(super) use outline::outline;
pub(super) use reads::obstacles;

use serde_json::Value;

/// Full name of the record, enum or fixed that a text defines.
pub(super) fn root_name(text: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok()?;
    let name = value.get("name")?.as_str()?;
    let namespace = value.get("namespace").and_then(Value::as_str);
    Some(crate::avro::full_name(name, namespace, ""))
}
