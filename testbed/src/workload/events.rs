//! The company's events: an envelope with cause and correlation around the task that it is about.
//!
//! Everything but the times comes from a seed, so that two beds tell much the same story.

use rand::distr::uniform::SampleRange;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

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
/// Those who do the tasks.
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

/// A service as the author of events.
pub(super) struct Author {
    random: StdRng,
}

impl Author {
    /// `beginning` counts how often the service has begun, so that it does not tell the same again.
    pub(super) fn new(service: &str, beginning: u64) -> Self {
        let seed = service.bytes().fold(beginning, |seed, byte| {
            seed.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        Self {
            random: StdRng::seed_from_u64(seed),
        }
    }

    /// A number of a range.
    pub(super) fn number(&mut self, range: impl SampleRange<u64>) -> u64 {
        self.random.random_range(range)
    }

    /// Whether something happens that happens once in so many times.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.number(0..times) == 0
    }

    /// Somebody of the company.
    pub(super) fn person(&mut self) -> &'static str {
        self.one(&PEOPLE)
    }

    /// One of several.
    pub(super) fn one_of<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        list.choose(&mut self.random).copied()
    }

    fn one(&mut self, list: &[&'static str]) -> &'static str {
        self.one_of(list).unwrap_or_default()
    }

    /// A new name for something.
    pub(super) fn uuid(&mut self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes(self.random.random()).into_uuid()
    }

    /// The same as text.
    pub(super) fn id(&mut self) -> String {
        self.uuid().to_string()
    }

    /// A task that somebody wants done.
    pub(super) fn created(&mut self) -> Event {
        let task = format!("task-{:06}", self.number(0..900_000));
        let data = json!({
            "task_id": task,
            "title": self.one(&TITLES),
            "assignee": self.person(),
            "priority": self.one(&PRIORITIES),
            "estimate_minutes": self.number(5..240),
        });
        let correlation = self.id();
        self.event("task-created", &task, data, &correlation, None)
    }

    /// What follows from an event.
    pub(super) fn following(&mut self, kind: &str, cause: &Value, change: &Value) -> Event {
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
        let correlation = text("/metadata/correlation_id");
        self.event(kind, &task, data, correlation, Some(text("/event_id")))
    }

    fn event(
        &mut self,
        kind: &str,
        task: &str,
        data: Value,
        correlation: &str,
        cause: Option<&str>,
    ) -> Event {
        let body = json!({
            "event_id": self.id(),
            "event_type": kind,
            "occurred_at": OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default(),
            "data": data,
            "metadata": { "correlation_id": correlation, "causation_id": cause },
        });
        Event {
            kind: kind.to_owned(),
            task: task.to_owned(),
            body,
            trace: format!(
                "00-{:032x}-{:016x}-01",
                self.random.random::<u128>(),
                self.random.random::<u64>()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_keeps_the_task_and_names_its_cause() {
        let mut author = Author::new("task-worker", 1);
        let created = author.created();
        let completed =
            author.following("task-completed", &created.body, &json!({"state": "done"}));
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

    #[test]
    fn a_service_tells_the_same_story_until_it_begins_again() {
        let told = |service, beginning| {
            let event = Author::new(service, beginning).created();
            (event.trace, event.body.get("data").cloned())
        };
        assert_eq!(told("task-api", 1), told("task-api", 1));
        assert_ne!(told("task-api", 1), told("task-api", 2));
        assert_ne!(told("task-api", 1), told("sandbox", 1));
    }
}
