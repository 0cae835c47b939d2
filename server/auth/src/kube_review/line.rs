//! Whether the API server answers at all: while it does not, one question at a time tries and the others are told at once, so
//! that a page with twenty questions does not wait for twenty deadlines.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Between two tries.
const PAUSE: Duration = Duration::from_secs(1);

/// The line to the API server.
pub(super) struct Line {
    broken: Mutex<Option<Broken>>,
    /// How long one try may take.
    try_for: Duration,
}

struct Broken {
    cause: String,
    next_try: Instant,
}

impl Line {
    pub(super) fn new(try_for: Duration) -> Self {
        Self {
            broken: Mutex::new(None),
            try_for,
        }
    }

    /// Whether a question may go out now; else why not. Who gets a yes while the line is broken is the one who tries.
    pub(super) fn free(&self) -> Result<(), String> {
        let mut broken = self.lock();
        let now = Instant::now();
        match broken.as_mut() {
            Some(broken) if now < broken.next_try => Err(broken.cause.clone()),
            Some(broken) => {
                // Also the end of a try that was given up.
                broken.next_try = now + self.try_for + PAUSE;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// There was an answer.
    pub(super) fn works(&self) {
        *self.lock() = None;
    }

    /// There was none.
    pub(super) fn broken(&self, cause: String) {
        *self.lock() = Some(Broken {
            cause,
            next_try: Instant::now() + PAUSE,
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Broken>> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_tries_while_the_others_are_told_at_once() {
        let line = Line::new(Duration::from_secs(3));
        assert!(line.free().is_ok() && line.free().is_ok());
        line.broken("away".to_owned());
        assert_eq!(line.free(), Err("away".to_owned()));
        tokio::time::advance(PAUSE).await;
        assert!(line.free().is_ok(), "the one that tries");
        assert!(line.free().is_err());
        tokio::time::advance(Duration::from_secs(4)).await;
        assert!(line.free().is_ok(), "the other was given up");
        line.works();
        assert!(line.free().is_ok() && line.free().is_ok());
    }
}
