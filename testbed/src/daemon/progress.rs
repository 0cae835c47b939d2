//! What the bed is doing while it comes up: steps with their times, kept in order, followed by any number of readers.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::watch;

/// Something that happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Milliseconds since the daemon started.
    pub at: u64,
    /// What it is about.
    pub step: String,
    /// What happened.
    pub kind: Kind,
}

/// What happened.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "is")]
pub enum Kind {
    /// A step began.
    Begun,
    /// A step ended well, after so many milliseconds.
    Done {
        /// How long it took.
        took: u64,
    },
    /// Something to know that stops nothing.
    Note {
        /// What.
        text: String,
    },
    /// Everything is ready; nothing follows.
    Ready,
    /// The bed can't come up; nothing follows.
    Failed {
        /// Why.
        text: String,
    },
}

impl Kind {
    /// Whether nothing follows.
    pub fn last(&self) -> bool {
        matches!(self, Self::Ready | Self::Failed { .. })
    }
}

/// The steps so far. Cloning gives another handle.
#[derive(Clone, Debug)]
pub struct Progress {
    born: Instant,
    events: Arc<watch::Sender<Vec<Event>>>,
}

impl Progress {
    /// Begins now.
    pub fn new() -> Self {
        Self {
            born: Instant::now(),
            events: Arc::new(watch::Sender::new(Vec::new())),
        }
    }

    /// Writes an event. There are some dozens in all: every call is a step in the code.
    pub fn tell(&self, step: &str, kind: Kind) {
        tracing::info!(step, ?kind, "progress");
        let at = millis(self.born);
        self.events.send_modify(|events| {
            events.push(Event {
                at,
                step: step.to_owned(),
                kind,
            });
        });
    }

    /// Runs a step between its begin and its end.
    ///
    /// # Errors
    /// Those of the step.
    pub async fn step<T>(
        &self,
        step: &str,
        work: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        self.tell(step, Kind::Begun);
        let begun = Instant::now();
        let outcome = work.await?;
        self.tell(
            step,
            Kind::Done {
                took: millis(begun),
            },
        );
        Ok(outcome)
    }

    /// Every event so far, with those to come.
    pub fn subscribe(&self) -> watch::Receiver<Vec<Event>> {
        self.events.subscribe()
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
