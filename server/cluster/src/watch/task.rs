//! One watch: of one kind, in one namespace or in all. kube's watcher lists, watches and resumes; here its events go into the
//! index, a list as a whole, and its failures into pauses and words.

use super::{Shared, board::WatchKey, board::WatchState, jittered, object::Seen};
use crate::{
    kind::Kind,
    resource::AnyResource,
    wire::{self, Ears, Heartbeat},
};
use futures::{Stream, StreamExt};
use kube::{
    Api, ResourceExt,
    runtime::watcher::{self, Event},
};
use penstock_domain::ids::{Namespace, ResourceName};
use std::{ops::ControlFlow, pin::pin, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Longest pause after "too many requests" and "unavailable".
const BUSY_PAUSE: Duration = Duration::from_secs(1);

/// One watch.
pub(super) struct Task {
    pub shared: Shared,
    pub key: WatchKey,
    pub version: &'static str,
    pub api_version: Arc<str>,
}

/// How long a watch waits after a failure, in a row of them.
#[derive(Debug)]
struct Pause {
    bounds: (Duration, Duration),
    next: Duration,
    /// Nobody answered last.
    unanswered: bool,
}

impl Pause {
    fn new(bounds: (Duration, Duration)) -> Self {
        Self {
            bounds,
            next: bounds.0,
            unanswered: false,
        }
    }

    /// It works.
    fn reset(&mut self) {
        self.next = self.bounds.0;
        self.unanswered = false;
    }

    /// How long to wait after a failure with this HTTP status, or without an answer.
    fn after(&mut self, code: Option<u16>) -> Duration {
        // It is back. What it refuses while it starts passes in seconds, and the signal that it is back may have come while the
        // refused question was under way.
        if code.is_some() && self.unanswered {
            self.next = self.bounds.0;
        }
        self.unanswered = code.is_none();
        let wait = match code {
            // It is there and not ready yet, as it says while it starts. (Then it also refuses rights that it has not read
            // yet, so a 403 waits no longer than any other failure.)
            Some(429 | 503) => self.next.min(BUSY_PAUSE),
            _ => self.next,
        };
        self.next = (self.next * 2).min(self.bounds.1);
        wait
    }
}

impl Task {
    /// Runs until cancelled.
    pub(super) async fn run(self, cancel: CancellationToken) {
        let heard = self
            .shared
            .board
            .begin(self.key.clone(), self.api_version.clone());
        let client = wire::observed(
            self.shared.client.clone(),
            self.shared.settings.request_deadline,
            Ears {
                server: Some(self.shared.heard.clone()),
                watch: Some(heard.clone()),
            },
        );
        let mut pause = Pause::new(self.shared.settings.backoff);
        loop {
            let events = pin!(watcher::watcher(self.api(client.clone()), self.config()));
            tokio::select! {
                () = self.follow(events, &heard, &mut pause) => {}
                () = cancel.cancelled() => return,
            }
        }
    }

    fn api(&self, client: kube::Client) -> Api<Seen> {
        let resource = self.key.0.api_resource(self.version);
        match &self.key.1 {
            Some(namespace) => Api::namespaced_with(client, namespace.as_str(), &resource),
            None => Api::all_with(client, &resource),
        }
    }

    fn config(&self) -> watcher::Config {
        let seconds = u32::try_from(self.shared.settings.watch_timeout.as_secs()).unwrap_or(60);
        let config = watcher::Config::default().timeout(seconds.clamp(1, 60));
        match self.key.0.selector() {
            Some(selector) => config.labels(selector),
            None => config,
        }
    }

    /// Follows one watcher until it is of no use any more.
    async fn follow(
        &self,
        mut events: impl Stream<Item = watcher::Result<Event<Seen>>> + Unpin,
        heard: &Heartbeat,
        pause: &mut Pause,
    ) {
        let mut list = Vec::new();
        loop {
            let event = tokio::select! {
                // First, so that a watch that begins and fails at once ends as failed.
                biased;
                () = heard.begun() => {
                    pause.reset();
                    self.note(WatchState::Live);
                    continue;
                }
                event = events.next() => event,
            };
            match event {
                Some(Ok(event)) => {
                    // Beginning to list is no success yet.
                    if !matches!(event, Event::Init) {
                        pause.reset();
                    }
                    self.take_in(event, &mut list);
                }
                Some(Err(error)) => {
                    list.clear();
                    if self.failed(&error, pause).await.is_break() {
                        return;
                    }
                }
                None => return,
            }
        }
    }

    fn take_in(&self, event: Event<Seen>, list: &mut Vec<AnyResource>) {
        let index = &self.shared.index;
        match event {
            Event::Init => list.clear(),
            Event::InitApply(seen) => list.push(self.read(seen)),
            Event::InitDone => {
                let objects = std::mem::take(list);
                tracing::debug!(objects = objects.len(), "listed");
                index.replace_all(self.key.0, self.key.1.as_ref(), objects);
                self.note(WatchState::Live);
            }
            Event::Apply(seen) => {
                index.apply(self.read(seen));
                self.note(WatchState::Live);
            }
            Event::Delete(seen) => {
                let namespace = Namespace::from(seen.namespace().unwrap_or_default());
                index.delete(self.key.0, &namespace, &ResourceName::from(seen.name_any()));
                self.note(WatchState::Live);
            }
        }
    }

    fn read(&self, seen: Seen) -> AnyResource {
        let resource = AnyResource::read(self.key.0, &self.api_version, seen.object);
        if let AnyResource::Malformed(malformed) = &resource {
            tracing::warn!(
                namespace = %malformed.metadata.namespace,
                name = %malformed.metadata.name,
                why = %malformed.why,
                "a resource can't be read"
            );
        }
        resource
    }

    /// Says what happened and waits; breaks when the watcher has to begin anew.
    async fn failed(&self, error: &watcher::Error, pause: &mut Pause) -> ControlFlow<()> {
        let code = code(error);
        match code {
            // The version to go on from is too old. Inside a stream the watcher relists by itself; when it is said at the
            // beginning of a watch, it would ask for the same version for ever.
            Some(410) => {
                tracing::debug!(
                    "the API server has forgotten the version to go on from; listing again"
                );
                return match error {
                    watcher::Error::WatchStartFailed(_) => ControlFlow::Break(()),
                    _ => ControlFlow::Continue(()),
                };
            }
            Some(403) => self.note(WatchState::Forbidden {
                why: self.forbidden(),
            }),
            Some(404) => {
                self.note(WatchState::Failing {
                    why: format!("The API server no longer serves {}s.", self.key.0),
                });
                self.shared.signals.rediscover.notify_one();
            }
            code => {
                self.note(WatchState::Failing { why: words(error) });
                if code.is_none() {
                    self.shared.signals.suspected.notify_one();
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(jittered(pause.after(code))) => {}
            () = self.shared.signals.returned.notified() => pause.reset(),
        }
        ControlFlow::Continue(())
    }

    fn forbidden(&self) -> String {
        let kind: Kind = self.key.0;
        let place = match &self.key.1 {
            Some(namespace) => format!("in namespace {namespace}"),
            None => "in all namespaces".to_owned(),
        };
        let rule = format!("{}/{}", kind.group(), kind.plural());
        format!(
            "The console may not watch {kind}s {place}. Its role needs get, list and watch on {}, or the configuration has to name the namespaces it may see.",
            rule.trim_start_matches('/')
        )
    }

    fn note(&self, state: WatchState) {
        if state == WatchState::Live {
            self.shared.reached(Ok(()));
        }
        let warning = match &state {
            WatchState::Failing { why } | WatchState::Forbidden { why } => Some(why.clone()),
            _ => None,
        };
        if !self.shared.board.note(&self.key, state) {
            return;
        }
        match warning {
            Some(why) => tracing::warn!(%why, "a watch fails"),
            None => tracing::info!("a watch is live"),
        }
        self.shared.index.watches_changed();
    }
}

fn code(error: &watcher::Error) -> Option<u16> {
    match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => wire::status_code(error),
        watcher::Error::WatchError(status) => Some(status.code),
        watcher::Error::NoResourceVersion => None,
    }
}

fn words(error: &watcher::Error) -> String {
    match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => wire::explain(error),
        watcher::Error::WatchError(status) => {
            format!("The API server ended the watch: {}", status.message)
        }
        watcher::Error::NoResourceVersion => {
            "The API server sent an object without a version.".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_answers_again_is_asked_again_soon() {
        let (first, longest) = (Duration::from_millis(250), Duration::from_secs(15));
        let mut pause = Pause::new((first, longest));
        for _ in 0..20 {
            pause.after(None);
        }
        assert_eq!(pause.after(None), longest);
        // Its rights are not read yet.
        assert_eq!(pause.after(Some(403)), first);
        assert_eq!(pause.after(Some(403)), first * 2);
        for _ in 0..20 {
            pause.after(Some(403));
        }
        assert_eq!(
            pause.after(Some(403)),
            longest,
            "rights that are missing are missing"
        );
        assert_eq!(pause.after(Some(429)), BUSY_PAUSE);
    }
}
