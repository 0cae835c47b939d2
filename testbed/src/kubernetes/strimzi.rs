//! The version in which Strimzi's resources are served: the bed's manifests are written in v1 and translated for older ones.

use super::apply;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;

const SUFFIX: &str = ".strimzi.io/v1";

/// The newest version that a folder of resource definitions serves for KafkaTopic, which stands for the others.
///
/// # Errors
/// The folder can't be read or has no such definition.
pub fn served_version(definitions: &Path) -> Result<&'static str> {
    let topic = topic_definition(definitions)?
        .with_context(|| format!("no KafkaTopic definition in {}", definitions.display()))?;
    let versions = topic.pointer("/spec/versions").and_then(Value::as_array);
    let v1 = versions.into_iter().flatten().any(|version| {
        version.get("name") == Some(&Value::from("v1"))
            && version.get("served") == Some(&Value::from(true))
    });
    Ok(if v1 { "v1" } else { "v1beta2" })
}

/// Only the one file is parsed: the others are large.
fn topic_definition(definitions: &Path) -> Result<Option<Value>> {
    for path in apply::files_of(definitions)? {
        let text = std::fs::read_to_string(&path)?;
        if text.contains("kafkatopics.kafka.strimzi.io") {
            return Ok(apply::parse(&text)?.into_iter().next());
        }
    }
    Ok(None)
}

/// Writes the version into a document of one of Strimzi's groups; leaves others alone.
pub fn put_version(document: &mut Value, version: &str) {
    let Some(Value::String(api_version)) = document.get_mut("apiVersion") else {
        return;
    };
    if let Some(group) = api_version.strip_suffix(SUFFIX) {
        *api_version = format!("{group}.strimzi.io/{version}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_strimzi_is_translated() {
        let mut topic = json!({ "apiVersion": "kafka.strimzi.io/v1" });
        put_version(&mut topic, "v1beta2");
        assert_eq!(topic["apiVersion"], "kafka.strimzi.io/v1beta2");
        let mut role = json!({ "apiVersion": "rbac.authorization.k8s.io/v1" });
        put_version(&mut role, "v1beta2");
        assert_eq!(role["apiVersion"], "rbac.authorization.k8s.io/v1");
    }
}
