//! The whole object, kept as compact JSON text: a tenth of the memory of a tree, and read again only for the one on a page.

use crate::{
    resource::{metadata::LAST_APPLIED, secrecy},
    yaml,
};
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

    /// As YAML, secrets in configurations hidden; empty where nothing is kept.
    pub(crate) fn yaml(&self) -> String {
        match self.value() {
            Value::Null => String::new(),
            mut value => {
                secrecy::hide(&mut value);
                cut(yaml::of(&value))
            }
        }
    }
}

/// Longest YAML of a page, in bytes; an object may have a megabyte and a half.
const LONGEST: usize = 200_000;

/// What is left out is said, in a comment.
fn cut(mut yaml: String) -> String {
    let length = yaml.len();
    if length <= LONGEST {
        return yaml;
    }
    let mut end = LONGEST;
    while !yaml.is_char_boundary(end) {
        end -= 1;
    }
    yaml.truncate(end);
    yaml.push_str(&format!(
        "\n# {} bytes more: read it with kubectl\n",
        length - end
    ));
    yaml
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Source({} bytes)", self.0.len())
    }
}
