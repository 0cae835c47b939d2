//! Values that may fit a JSON Schema, for somebody to begin from. What is proposed here is checked before it is shown: patterns
//! and combinations of rules can't be satisfied in general.

use serde_json::{Map, Number, Value, json};
use std::collections::HashMap;

/// Levels down to which things that may be missing are filled in.
const MOST_LEVELS: usize = 6;
/// Levels altogether.
const MOST_DEPTH: usize = 40;
/// Schemas that are looked at.
const MOST_STEPS: usize = 5_000;
/// Characters and elements that are made to fill up a least length.
const MOST_FILL: u64 = 1_000;

/// From the richest to the leanest.
pub(super) fn candidates<'r>(
    schema: &'r Value,
    references: &'r HashMap<String, Value>,
) -> Vec<Value> {
    [true, false]
        .into_iter()
        .filter_map(|rich| {
            let mut maker = Maker {
                references,
                rich,
                steps: 0,
            };
            maker.value(schema, schema, 0)
        })
        .collect()
}

struct Maker<'r> {
    references: &'r HashMap<String, Value>,
    /// Whether what may be missing is there.
    rich: bool,
    steps: usize,
}

impl<'r> Maker<'r> {
    /// A value of `schema`, which is part of `root`.
    fn value(&mut self, schema: &'r Value, root: &'r Value, depth: usize) -> Option<Value> {
        self.steps += 1;
        if depth > MOST_DEPTH || self.steps > MOST_STEPS {
            return None;
        }
        let object = match schema {
            Value::Bool(true) => return Some(json!({})),
            Value::Object(object) => object,
            _ => return None,
        };
        if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
            let (target, root) = self.resolve(reference, root)?;
            return self.value(target, root, depth + 1);
        }
        for key in ["const", "default"] {
            if let Some(value) = object.get(key) {
                return Some(value.clone());
            }
        }
        for key in ["examples", "enum"] {
            if let Some(first) = object
                .get(key)
                .and_then(Value::as_array)
                .and_then(|list| list.first())
            {
                return Some(first.clone());
            }
        }
        if let Some(parts) = object.get("allOf").and_then(Value::as_array) {
            return self.all_of(object, parts, root, depth);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(parts) = object.get(key).and_then(Value::as_array) {
                let base = self.plain(object, root, depth);
                // A branch that is more than null says more.
                let is_null =
                    |part: &&Value| part.get("type").and_then(Value::as_str) == Some("null");
                let ordered = parts
                    .iter()
                    .filter(|part| !is_null(part))
                    .chain(parts.iter().filter(is_null));
                for part in ordered {
                    if let Some(value) = self.value(part, root, depth + 1) {
                        return Some(match base {
                            Some(base) if base.is_object() && value.is_object() => {
                                merge(base, value)
                            }
                            _ => value,
                        });
                    }
                }
                return None;
            }
        }
        self.plain(object, root, depth)
    }

    fn all_of(
        &mut self,
        object: &'r Map<String, Value>,
        parts: &'r [Value],
        root: &'r Value,
        depth: usize,
    ) -> Option<Value> {
        let own = object.contains_key("type") || object.contains_key("properties");
        let mut sum = if own {
            self.plain(object, root, depth)
        } else {
            None
        };
        // Those that say what fields hold come before those that only require them.
        let says = |part: &&Value| part.get("properties").is_some() || part.get("$ref").is_some();
        for part in parts
            .iter()
            .filter(says)
            .chain(parts.iter().filter(|part| !says(part)))
        {
            let value = self.value(part, root, depth + 1)?;
            sum = Some(match sum {
                Some(sum) => merge(sum, value),
                None => value,
            });
        }
        sum
    }

    /// By type and the rules for it.
    fn plain(
        &mut self,
        object: &'r Map<String, Value>,
        root: &'r Value,
        depth: usize,
    ) -> Option<Value> {
        let kind = match object.get("type") {
            Some(Value::String(kind)) => kind.as_str(),
            Some(Value::Array(kinds)) => {
                let kinds = || kinds.iter().filter_map(Value::as_str);
                kinds().find(|kind| *kind != "null").or(kinds().next())?
            }
            _ if object.contains_key("properties") || object.contains_key("required") => "object",
            _ if object.contains_key("items") || object.contains_key("prefixItems") => "array",
            _ if object.contains_key("minimum") || object.contains_key("maximum") => "number",
            _ if object.contains_key("pattern") || object.contains_key("format") => "string",
            _ => "object",
        };
        match kind {
            "null" => Some(Value::Null),
            "boolean" => Some(Value::Bool(false)),
            "integer" | "number" => number(object, kind == "integer"),
            "string" => Some(Value::String(string(object))),
            "array" => self.array(object, root, depth),
            _ => self.object(object, root, depth),
        }
    }

    fn array(
        &mut self,
        object: &'r Map<String, Value>,
        root: &'r Value,
        depth: usize,
    ) -> Option<Value> {
        let least = object
            .get("minItems")
            .and_then(Value::as_u64)
            .unwrap_or(0)
            .min(MOST_FILL);
        let prefix = object
            .get("prefixItems")
            .or(object.get("items").filter(|items| items.is_array()))
            .and_then(Value::as_array);
        let mut list = Vec::new();
        for part in prefix.into_iter().flatten() {
            list.push(self.value(part, root, depth + 1)?);
        }
        let items = object.get("items").filter(|items| !items.is_array());
        let wanted = if self.rich && depth < MOST_LEVELS && prefix.is_none() {
            least.max(1)
        } else {
            least
        };
        while (list.len() as u64) < wanted {
            let made = match items {
                Some(items) => self.value(items, root, depth + 1),
                None => Some(Value::String("text".to_owned())),
            };
            match made {
                Some(mut value) => {
                    // Lists of different elements are asked for often enough.
                    if list.contains(&value) {
                        value = vary(value, list.len());
                    }
                    list.push(value);
                }
                None if (list.len() as u64) < least => return None,
                None => break,
            }
        }
        Some(Value::Array(list))
    }

    fn object(
        &mut self,
        object: &'r Map<String, Value>,
        root: &'r Value,
        depth: usize,
    ) -> Option<Value> {
        let required: Vec<&str> = object
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let mut out = Map::new();
        let properties = object.get("properties").and_then(Value::as_object);
        for (name, schema) in properties.into_iter().flatten() {
            let needed = required.contains(&name.as_str());
            let wanted = needed || (self.rich && depth < MOST_LEVELS);
            if !wanted {
                continue;
            }
            match self.value(schema, root, depth + 1) {
                Some(value) => {
                    out.insert(name.clone(), value);
                }
                None if needed => return None,
                None => {}
            }
        }
        let others = object
            .get("additionalProperties")
            .filter(|schema| schema.is_object());
        for name in required {
            if !out.contains_key(name) {
                let value = match others {
                    Some(schema) => self.value(schema, root, depth + 1)?,
                    None => Value::String("text".to_owned()),
                };
                out.insert(name.to_owned(), value);
            }
        }
        Some(Value::Object(out))
    }

    /// The schema behind a reference and the document that it is in.
    fn resolve(&self, reference: &str, root: &'r Value) -> Option<(&'r Value, &'r Value)> {
        let (document, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let own = root
            .get("$id")
            .and_then(Value::as_str)
            .is_some_and(|id| id == document);
        let root = if document.is_empty() || own {
            root
        } else {
            let found = self.references.get(document);
            found.or_else(|| super::lookup(self.references, &format!("/{document}")))?
        };
        let target = if fragment.is_empty() {
            root
        } else if fragment.starts_with('/') {
            root.pointer(fragment)?
        } else {
            anchor(root, fragment, 0)?
        };
        Some((target, root))
    }
}

fn anchor<'v>(value: &'v Value, name: &str, depth: usize) -> Option<&'v Value> {
    if depth > MOST_DEPTH {
        return None;
    }
    if value.get("$anchor").and_then(Value::as_str) == Some(name) {
        return Some(value);
    }
    match value {
        Value::Object(object) => object
            .values()
            .find_map(|value| anchor(value, name, depth + 1)),
        Value::Array(list) => list.iter().find_map(|value| anchor(value, name, depth + 1)),
        _ => None,
    }
}

fn merge(mut sum: Value, value: Value) -> Value {
    if let (Value::Object(sum), Value::Object(more)) = (&mut sum, &value) {
        for (name, value) in more {
            sum.entry(name.clone()).or_insert_with(|| value.clone());
        }
        return Value::Object(std::mem::take(sum));
    }
    value
}

fn vary(value: Value, number: usize) -> Value {
    match value {
        Value::String(text) => Value::String(format!("{text}{number}")),
        Value::Number(old) => old.as_i64().map_or(Value::Number(old), |old| {
            json!(old + i64::try_from(number).unwrap_or(1))
        }),
        other => other,
    }
}

fn number(object: &Map<String, Value>, whole: bool) -> Option<Value> {
    let bound = |key: &str| object.get(key).and_then(Value::as_f64);
    let step = bound("multipleOf").filter(|step| *step > 0.0);
    // Draft 4 has booleans here, which `as_f64` passes over.
    let above = bound("exclusiveMinimum").map(|least| {
        if whole {
            least.floor() + 1.0
        } else {
            least + 0.5
        }
    });
    let below =
        bound("exclusiveMaximum").map(|most| if whole { most.ceil() - 1.0 } else { most - 0.5 });
    let least = [bound("minimum"), above]
        .into_iter()
        .flatten()
        .fold(f64::NEG_INFINITY, f64::max);
    let most = [bound("maximum"), below]
        .into_iter()
        .flatten()
        .fold(f64::INFINITY, f64::min);
    let mut value = 0.0_f64.max(least).min(most);
    if let Some(step) = step {
        value = (value / step).ceil() * step;
        if value > most {
            value -= step;
        }
    } else if whole {
        value = value.ceil();
    }
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return Some(json!(value as i64));
    }
    Number::from_f64(value).map(Value::Number)
}

fn string(object: &Map<String, Value>) -> String {
    let known = match object.get("format").and_then(Value::as_str) {
        Some("date-time") => Some("2026-01-01T00:00:00Z"),
        Some("date") => Some("2026-01-01"),
        Some("time") => Some("00:00:00Z"),
        Some("duration") => Some("P1D"),
        Some("uuid") => Some("00000000-0000-0000-0000-000000000000"),
        Some("email" | "idn-email") => Some("somebody@example.com"),
        Some("hostname" | "idn-hostname") => Some("example.com"),
        Some("ipv4") => Some("192.0.2.1"),
        Some("ipv6") => Some("2001:db8::1"),
        Some("uri" | "iri") => Some("https://example.com/"),
        Some("uri-reference" | "iri-reference") => Some("/"),
        Some("json-pointer") => Some("/a"),
        Some("regex") => Some(".*"),
        _ => None,
    };
    if let Some(known) = known {
        return known.to_owned();
    }
    let bound = |key: &str| object.get(key).and_then(Value::as_u64);
    let mut text = "text".to_owned();
    if let Some(most) = bound("maxLength") {
        text.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    }
    let least = usize::try_from(bound("minLength").unwrap_or(0).min(MOST_FILL)).unwrap_or(0);
    while text.len() < least {
        text.push('x');
    }
    text
}
