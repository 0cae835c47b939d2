//! The whole object, kept as compact JSON text: a tenth of the memory of a tree, and read again only for the one on a page.

use crate::{resource::metadata::LAST_APPLIED, yaml};
use serde_json::Value;

/// An object without managed fields and without `kubectl`'s copy of itself; empty where nothing is kept.
#[derive(Clone, Default)]
pub(crate) struct Source(Box<str>);

impl Source {
    /// Strips and keeps.
    pub(crate) fn keep(mut object: Value) -> Self {
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.remove("managedFields");
            if let Some(annotations) = metadata
                .get_mut("annotations")
                .and_then(Value::as_object_mut)
            {
                annotations.remove(LAST_APPLIED);
                if annotations.is_empty() {
                    metadata.remove("annotations");
                }
            }
        }
        Self(object.to_string().into_boxed_str())
    }

    /// The object; `null` where nothing is kept.
    pub(crate) fn value(&self) -> Value {
        serde_json::from_str(&self.0).unwrap_or(Value::Null)
    }

    /// As YAML; empty where nothing is kept.
    pub(crate) fn yaml(&self) -> String {
        match self.value() {
            Value::Null => String::new(),
            value => yaml::of(&value),
        }
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Source({} bytes)", self.0.len())
    }
}
