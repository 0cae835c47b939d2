//! The company's events: an envelope with cause and correlation around the task that it is about.

use rand::seq::IndexedRandom as _;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

const TITLES: [&str; 8] = [
    "Check the delivery note",
    "Call back about the invoice",
    "Prepare the quarterly report",
    "Renew the certificate of the gateway",
    "Order paper for the printer",
    "Review the onboarding checklist",
    "Answer the supplier’s question",
    "Update the price list",
];
const PEOPLE: [&str; 6] = ["amira", "jonas", "lucía", "mateusz", "priya", "sven"];
const PRIORITIES: [&str; 3] = ["low", "normal", "high"];

/// An event: what happened to which task, and because of what.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// `task-created`
    pub kind: String,
    /// The task's id, which is the record's key.
    pub task: String,
    /// The envelope.
    pub body: Value,
    /// W3C trace context.
    pub trace: String,
}

impl Event {
    /// A task that somebody wants done.
    pub(super) fn created() -> Self {
        let mut random = rand::rng();
        let task = format!("task-{:06}", rand::random_range(0..900_000));
        let one = |list: &[&'static str], random: &mut rand::rngs::ThreadRng| {
            list.choose(random).copied().unwrap_or_default()
        };
        let data = json!({
            "task_id": task,
            "title": one(&TITLES, &mut random),
            "assignee": one(&PEOPLE, &mut random),
            "priority": one(&PRIORITIES, &mut random),
            "estimate_minutes": rand::random_range(5..240),
        });
        Self::new(
            "task-created",
            &task,
            data,
            &Uuid::new_v4().to_string(),
            None,
        )
    }

    /// What follows from an event.
    pub(super) fn following(kind: &str, cause: &Value, change: &Value) -> Self {
        let text = |pointer: &str| {
            cause
                .pointer(pointer)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let mut data = cause.get("data").cloned().unwrap_or_else(|| json!({}));
        if let (Some(data), Some(change)) = (data.as_object_mut(), change.as_object()) {
            data.extend(change.clone());
        }
        let task = text("/data/task_id").to_owned();
        Self::new(
            kind,
            &task,
            data,
            text("/metadata/correlation_id"),
            Some(text("/event_id")),
        )
    }

    fn new(kind: &str, task: &str, data: Value, correlation: &str, cause: Option<&str>) -> Self {
        let body = json!({
            "event_id": Uuid::new_v4().to_string(),
            "event_type": kind,
            "occurred_at": OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default(),
            "data": data,
            "metadata": { "correlation_id": correlation, "causation_id": cause },
        });
        Self {
            kind: kind.to_owned(),
            task: task.to_owned(),
            body,
            trace: format!(
                "00-{:032x}-{:016x}-01",
                rand::random::<u128>(),
                rand::random::<u64>()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_keeps_the_task_and_names_its_cause() {
        let created = Event::created();
        let completed =
            Event::following("task-completed", &created.body, &json!({"state": "done"}));
        assert_eq!(created.task, completed.task);
        assert_eq!(
            completed.body.pointer("/metadata/causation_id"),
            created.body.get("event_id")
        );
        assert_eq!(
            completed.body.pointer("/metadata/correlation_id"),
            created.body.pointer("/metadata/correlation_id")
        );
        assert_eq!(completed.body.pointer("/data/state"), Some(&json!("done")));
    }
}
