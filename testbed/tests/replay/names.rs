//! Names of a recording and what they are here: brokers are shared, so each scenario puts a prefix of its own before its
//! topics and users, and has a namespace of its own.

use serde_json::{Map, Value};

/// The namespace of the recordings.
const RECORDED_NAMESPACE: &str = "kafka";

/// The names of one scenario.
#[derive(Clone, Debug)]
pub struct Names {
    /// Before every name. `test-` is what the daemon's own stand-in leaves alone.
    pub prefix: String,
    pub namespace: String,
}

impl Names {
    pub fn of(number: usize) -> Self {
        Self {
            prefix: format!("test-r{number:03}-"),
            namespace: format!("replay-{number:03}"),
        }
    }

    /// A name of an object or user here.
    pub fn ours(&self, name: &str) -> String {
        match name.strip_prefix("CN=") {
            Some(name) => format!("CN={}{name}", self.prefix),
            None => format!("{}{name}", self.prefix),
        }
    }

    /// A topic's name here. Where the beginning of a name is the point of it, it stays.
    pub fn topic(&self, name: &str) -> String {
        if name.is_empty() || name.starts_with('.') || name.starts_with("__") {
            name.to_owned()
        } else {
            self.ours(name)
        }
    }

    /// Names within an object or a change of one.
    pub fn within(&self, object: &mut Value) {
        let rename = |object: &mut Value, pointer: &str, ours: &dyn Fn(&str) -> String| {
            if let Some(Value::String(name)) = object.pointer_mut(pointer) {
                *name = ours(name);
            }
        };
        rename(object, "/metadata/name", &|name| self.ours(name));
        rename(object, "/spec/topicName", &|name| self.topic(name));
        let source = "/spec/authentication/password/valueFrom/secretKeyRef/name";
        rename(object, source, &|name| self.ours(name));
    }

    /// Text as it would have been in the recording.
    pub fn recorded(&self, text: &str) -> String {
        text.replace(&self.prefix, "")
            .replace(&self.namespace, RECORDED_NAMESPACE)
    }

    /// The same for all text within a value.
    pub fn recorded_value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.recorded(text)),
            Value::Array(values) => values
                .iter()
                .map(|value| self.recorded_value(value))
                .collect(),
            Value::Object(fields) => fields
                .iter()
                .map(|(name, value)| (self.recorded(name), self.recorded_value(value)))
                .collect::<Map<_, _>>()
                .into(),
            other => other.clone(),
        }
    }
}

#[test]
fn names_are_found_again() {
    let names = Names::of(7);
    let mut object = serde_json::json!({
        "metadata": { "name": "kt-alias" },
        "spec": { "topicName": "Real" },
    });
    let recorded = object.clone();
    names.within(&mut object);
    assert_eq!(object["spec"]["topicName"], "test-r007-Real");
    assert_eq!(names.recorded_value(&object), recorded);
    assert_eq!(names.ours("CN=a"), "CN=test-r007-a");
    assert_eq!(names.topic(".."), "..");
    let told = "Managed by Ref{namespace='replay-007', name='test-r007-a'}";
    assert_eq!(
        names.recorded(told),
        "Managed by Ref{namespace='kafka', name='a'}"
    );
}
