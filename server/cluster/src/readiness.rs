//! The part of a status that all kinds share. The rules over it are `penstock_domain::condition`'s; here it is only read.

use crate::resource::bounded;
use penstock_domain::{condition::Condition, time::Timestamp};
use serde::Deserialize;
use serde_json::Value;

/// Conditions of one resource that are looked at; Strimzi writes a handful.
const MOST: usize = 100;

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
                .take(MOST)
                .map(|condition| Condition {
                    kind: bounded(condition.kind.unwrap_or_default()),
                    status: bounded(condition.status.unwrap_or_default()),
                    reason: condition.reason.map(bounded),
                    message: condition.message.map(bounded),
                    last_write: condition
                        .last_transition_time
                        .as_deref()
                        .and_then(Timestamp::parse),
                })
                .collect(),
        })
    }
}
