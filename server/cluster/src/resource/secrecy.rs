//! Secrets that stand in custom resources as plain text: passwords in the configuration of a connector, mostly. They should not be
//! there, and often are; whoever may see the resource in the console sees that there is one, not what it is.
//!
//! Only the values of `config` objects are looked at: elsewhere Strimzi's fields of such names refer to a Secret, by its name and key.

use serde_json::Value;

/// What stands in the place of a secret.
pub const HIDDEN: &str = "•••";

/// Parts of names of settings whose values are secrets.
const SENSITIVE: [&str; 9] = [
    "password",
    "passphrase",
    "passwd",
    "secret",
    "token",
    "credential",
    "jaas",
    "private.key",
    "api.key",
];

/// Whether the setting's value has to be hidden: by its name, or because it is an address with a password in it. A reference that
/// Kafka's configuration providers resolve (`${secrets:…}`) is no secret.
pub fn is_sensitive(name: &str, value: &str) -> bool {
    if value.is_empty() || value.starts_with("${") {
        return false;
    }
    let name = name.to_ascii_lowercase();
    SENSITIVE.iter().any(|part| name.contains(part)) || has_password(value)
}

/// Hides the secrets of every `config` object within.
pub(crate) fn hide(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::Object(settings) if key == "config" => {
                        for (name, value) in settings {
                            hide_setting(name, value);
                        }
                    }
                    other => hide(other),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(hide),
        _ => {}
    }
}

fn hide_setting(name: &str, value: &mut Value) {
    let text = match &*value {
        Value::String(text) => text.clone(),
        Value::Null => return,
        other => other.to_string(),
    };
    if is_sensitive(name, &text) {
        *value = Value::from(HIDDEN);
    }
}

/// `mongodb://user:password@host`
fn has_password(value: &str) -> bool {
    value.split_once("://").is_some_and(|(_, rest)| {
        let authority = rest.split(['/', '?', ' ']).next().unwrap_or_default();
        authority
            .rsplit_once('@')
            .is_some_and(|(user, _)| user.contains(':'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_in_configurations_are_hidden_and_references_stay() {
        let mut object = json!({"spec": {
            "authentication": {"passwordSecret": {"secretName": "a", "password": "key"}},
            "config": {
                "database.password": "hunter2",
                "database.user": "app",
                "connection.uri": "mongodb://app:hunter2@db:27017/x",
                "connection.url": "jdbc:postgresql://db:5432/x@y:z",
                "ssl.keystore.password": "${secrets:kafka/a:password}",
                "tasks.max": 2,
            },
            "mirrors": [{"sourceConnector": {"config": {"x.token": 1234}}}],
        }});
        hide(&mut object);
        let config = &object["spec"]["config"];
        assert_eq!(config["database.password"], HIDDEN);
        assert_eq!(config["connection.uri"], HIDDEN);
        assert_eq!(config["connection.url"], "jdbc:postgresql://db:5432/x@y:z");
        assert_eq!(
            config["ssl.keystore.password"],
            "${secrets:kafka/a:password}"
        );
        assert_eq!(
            (&config["database.user"], &config["tasks.max"]),
            (&json!("app"), &json!(2))
        );
        assert_eq!(
            object["spec"]["mirrors"][0]["sourceConnector"]["config"]["x.token"],
            HIDDEN
        );
        assert_eq!(
            object["spec"]["authentication"]["passwordSecret"]["password"],
            "key"
        );
    }
}
