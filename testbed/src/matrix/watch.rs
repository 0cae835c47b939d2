//! Looks at the console all the while a row runs, and keeps what was seen; waits for what somebody wants to see.

use super::look::{Look, Reader};
use anyhow::{Result, bail};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

/// Between two looks: a fifth of the second that figures are given to.
const PAUSE: Duration = Duration::from_millis(200);

/// A watch that ends when it is dropped.
pub(super) struct Watch {
    seen: Arc<Mutex<Seen>>,
    newest: watch::Receiver<Option<Arc<Look>>>,
    task: JoinHandle<()>,
}

/// What was seen since the fault.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// Statuses of pages.
    pub(super) pages: BTreeSet<u16>,
    /// Statuses of the API.
    pub(super) api: BTreeSet<u16>,
    /// The slowest answer.
    pub(super) slowest: Duration,
    /// The first sentence that was not that all is well.
    pub(super) sentence: Option<String>,
}

impl Watch {
    /// Begins.
    pub(super) fn begin(reader: Reader, besides: Option<String>) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (sender, newest) = watch::channel(None);
        let keep = seen.clone();
        let task = tokio::spawn(async move {
            loop {
                let look = Arc::new(reader.look(besides.as_deref()).await);
                keep.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .note(&look);
                sender.send_replace(Some(look));
                tokio::time::sleep(PAUSE).await;
            }
        });
        Self { seen, newest, task }
    }

    /// Forgets what was seen: from here on it counts.
    pub(super) fn forget(&self) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Seen::default();
    }

    /// What was seen.
    pub(super) fn seen(&self) -> Seen {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Waits for a look, begun at `from` or later, that is as wanted.
    ///
    /// # Errors
    /// `patience` ran out; the message says what was seen last.
    pub(super) async fn until(
        &mut self,
        from: Instant,
        patience: Duration,
        what: &str,
        wanted: impl Fn(&Look) -> bool,
    ) -> Result<Arc<Look>> {
        let deadline = Instant::now() + patience;
        let is_wanted = |look: &Option<Arc<Look>>| {
            look.as_ref()
                .is_some_and(|look| look.begun >= from && wanted(look))
        };
        let found = timeout_at(deadline, self.newest.wait_for(is_wanted)).await;
        if let Ok(Ok(found)) = &found
            && let Some(look) = &**found
        {
            return Ok(look.clone());
        }
        drop(found);
        let last = self.newest.borrow().clone();
        bail!(
            "{what}: not within {} s; last seen: {}",
            patience.as_secs(),
            last.map_or_else(|| "nothing".to_owned(), |look| look.wrong())
        )
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Seen {
    fn note(&mut self, look: &Look) {
        self.pages.extend(look.pages);
        self.api.extend(look.api);
        self.slowest = self.slowest.max(look.slowest);
        if self.sentence.is_none() {
            self.sentence = look.first_sentence();
        }
    }
}
