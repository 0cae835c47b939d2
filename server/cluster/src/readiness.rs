//! The part of a status that all kinds share. The rules over it are `penstock_domain::condition`'s; here it is only read.

use penstock_domain::{condition::Condition, time::Timestamp};
use serde::Deserialize;
use serde_json::Value;

/// `status.conditions` and `status.observedGeneration`.
#[derive(Debug, Default)]
pub(crate) struct Status {
    pub conditions: Vec<Condition>,
    pub observed_generation: Option<i64>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Wire {
    conditions: Option<Vec<WireCondition>>,
    observed_generation: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCondition {
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    last_transition_time: Option<String>,
}

impl Status {
    /// Reads it; no status is an empty one. A time that is none is left out.
    pub(crate) fn read(status: &Value) -> Result<Self, String> {
        let wire: Wire = crate::resource::part("status", status)?;
        Ok(Self {
            observed_generation: wire.observed_generation,
            conditions: wire
                .conditions
                .unwrap_or_default()
                .into_iter()
                .map(|condition| Condition {
                    kind: condition.kind.unwrap_or_default(),
                    status: condition.status.unwrap_or_default(),
                    reason: condition.reason,
                    message: condition.message,
                    last_write: condition
                        .last_transition_time
                        .as_deref()
                        .and_then(Timestamp::parse),
                })
                .collect(),
        })
    }
}
