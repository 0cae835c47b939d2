//! Who did what: one line for the intent and one for the outcome of every act, in the log under the target `audit` and, the
//! newest of them, in memory for pages.
//!
//! A line is one JSON object. It names the user, the verb, the cluster and the object, and counts and places of what was
//! written. Never a key, a value or a header: records stay in Kafka. Both lines of an act carry the request's id.

use penstock_domain::{
    access::{Resource, Verb},
    ids::{ClusterRef, TopicName},
    time::Timestamp,
};
use serde::Serialize;
use serde_json::{Map, Value};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

/// Lines that are kept in memory.
const KEPT: usize = 1_000;

/// The audit trail.
#[derive(Default)]
pub struct Audit {
    newest: Mutex<VecDeque<Arc<Entry>>>,
}

/// Who does what to what.
#[derive(Clone, Debug)]
pub struct Deed {
    /// The user's name.
    pub who: Arc<str>,
    /// What is done.
    pub verb: Verb,
    /// To which kind of thing.
    pub resource: Resource,
    /// In which cluster.
    pub cluster: ClusterRef,
    /// To which one: a topic's name.
    pub object: String,
    /// The request that asked for it.
    pub request_id: Arc<str>,
}

/// Which half of an act a line tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// It was allowed and is about to be done.
    Intent,
    /// It was done, or failed.
    Outcome,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Intent or outcome.
    pub phase: Phase,
    /// Who.
    pub who: Arc<str>,
    /// What.
    pub verb: Verb,
    /// Of which kind.
    pub resource: Resource,
    /// Where.
    pub cluster: String,
    /// To what.
    pub object: String,
    /// Counts, sizes, places and reasons, by name.
    #[serde(flatten)]
    pub facts: Map<String, Value>,
    /// Joins intent and outcome, and finds the other lines of the request.
    pub request_id: Arc<str>,
}

impl Audit {
    /// Notes that something allowed is about to be done. `facts` is a JSON object of counts and sizes.
    pub fn intent(&self, deed: &Deed, facts: Value) {
        self.note(deed, Phase::Intent, facts);
    }

    /// Notes what came of it.
    pub fn outcome(&self, deed: &Deed, facts: Value) {
        self.note(deed, Phase::Outcome, facts);
    }

    /// Notes that somebody looks at what masks hide.
    pub fn unmasked(
        &self,
        who: &Arc<str>,
        cluster: &ClusterRef,
        topics: &[TopicName],
        request_id: &Arc<str>,
    ) {
        for topic in topics {
            let deed = Deed {
                who: who.clone(),
                verb: Verb::Unmask,
                resource: Resource::Records,
                cluster: cluster.clone(),
                object: topic.to_string(),
                request_id: request_id.clone(),
            };
            self.note(&deed, Phase::Outcome, Value::Null);
        }
    }

    /// The newest lines, newest first.
    pub fn newest(&self, most: usize) -> Vec<Arc<Entry>> {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.iter().rev().take(most).cloned().collect()
    }

    fn note(&self, deed: &Deed, phase: Phase, facts: Value) {
        let entry = Entry {
            at: crate::backend::now(),
            phase,
            who: deed.who.clone(),
            verb: deed.verb,
            resource: deed.resource,
            cluster: deed.cluster.to_string(),
            object: deed.object.clone(),
            facts: match facts {
                Value::Object(facts) => facts,
                _ => Map::new(),
            },
            request_id: deed.request_id.clone(),
        };
        match serde_json::to_string(&entry) {
            Ok(line) => tracing::info!(target: "audit", "{line}"),
            Err(error) => tracing::error!(target: "audit", %error, "a line could not be written"),
        }
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if newest.len() >= KEPT {
            newest.pop_front();
        }
        newest.push_back(Arc::new(entry));
    }
}

impl std::fmt::Debug for Audit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Audit").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn deed() -> Deed {
        Deed {
            who: "alice".into(),
            verb: Verb::Produce,
            resource: Resource::Records,
            cluster: ClusterRef::new("kafka", "task-events"),
            object: "task-created".to_owned(),
            request_id: "0123456789abcdef".into(),
        }
    }

    #[test]
    fn a_line_says_who_did_what_to_what() {
        let audit = Audit::default();
        audit.intent(&deed(), json!({ "records": 2, "bytes": 812 }));
        audit.outcome(&deed(), json!({ "written": 2 }));
        let lines = audit.newest(10);
        let outcome = serde_json::to_value(&*lines[0]).unwrap();
        let intent = serde_json::to_value(&*lines[1]).unwrap();
        assert_eq!(outcome["phase"], "outcome");
        assert_eq!(outcome["written"], 2);
        assert_eq!(intent["who"], "alice");
        assert_eq!(intent["verb"], "produce");
        assert_eq!(intent["cluster"], "kafka/task-events");
        assert_eq!(intent["object"], "task-created");
        assert_eq!(intent["bytes"], 812);
        assert_eq!(intent["requestId"], outcome["requestId"]);
    }

    #[test]
    fn memory_has_a_bound() {
        let audit = Audit::default();
        for number in 0..KEPT + 5 {
            audit.outcome(&deed(), json!({ "number": number }));
        }
        let lines = audit.newest(usize::MAX);
        assert_eq!(lines.len(), KEPT);
        assert_eq!(lines[0].facts["number"], KEPT + 4);
    }
}
