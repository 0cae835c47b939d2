//! The live store: one event stream per tab, who wants to know of which marks, and how alive the stream is.
//!
//! Marks carry no data (decision 13): a concerned reader's trigger moves, and `load` refetches through the authorised path.
//! [`stream`] owns the browser's EventSource; nothing here runs on the server.

pub(crate) mod stream;

use crate::clock::Clock;
use leptos::prelude::*;
use penstock_domain::{
    ids::ClusterRef,
    live::{LiveEvent, Mark, MarkKind},
    time::Timestamp,
    units,
};

/// How alive the page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Liveness {
    /// Not connected yet, or never (no JavaScript).
    Off,
    /// Changes arrive as they happen.
    Live,
    /// The stream is interrupted; it reconnects by itself.
    Reconnecting,
    /// The stream lives, but the console has not heard the API server for a while.
    Stale {
        /// When it was last heard.
        since: Timestamp,
        /// Why it is silent.
        why: String,
    },
}

impl Liveness {
    /// The pill's words: `Live`, `Reconnecting…`, `Stale 40 s`.
    pub fn label(&self, now: Timestamp) -> String {
        match self {
            Liveness::Off => "Not live".to_owned(),
            Liveness::Live => "Live".to_owned(),
            Liveness::Reconnecting => "Reconnecting…".to_owned(),
            Liveness::Stale { since, .. } => {
                format!("Stale {}", units::age_millis(since.millis_until(now)))
            }
        }
    }

    /// What stands behind the pill.
    pub fn explanation(&self) -> String {
        match self {
            Liveness::Off => "Reload the page to see what changed".to_owned(),
            Liveness::Live => "Changes are shown as they happen".to_owned(),
            Liveness::Reconnecting => {
                "The console does not answer; what you see is the last that was known".to_owned()
            }
            Liveness::Stale { why, since } => {
                format!(
                    "No news from the API server since {} UTC: {why}",
                    since.clock()
                )
            }
        }
    }
}

/// One reader's wish.
#[derive(Clone)]
struct Subscriber {
    id: u64,
    cluster: Option<ClusterRef>,
    kinds: &'static [MarkKind],
    trigger: ArcRwSignal<u64>,
}

/// The live store of this tab.
#[derive(Clone, Copy)]
pub struct Live {
    subscribers: StoredValue<Vec<Subscriber>>,
    next_id: StoredValue<u64>,
    liveness: RwSignal<Liveness>,
    epoch: StoredValue<Option<String>>,
}

impl Live {
    /// Makes the store and provides it; the stream opens in the browser when `signed_in`.
    pub fn provide(clock: Clock, signed_in: bool) -> Self {
        let live = Self {
            subscribers: StoredValue::new(Vec::new()),
            next_id: StoredValue::new(0),
            liveness: RwSignal::new(Liveness::Off),
            epoch: StoredValue::new(None),
        };
        provide_context(live);
        if signed_in {
            Effect::new(move |_| stream::start(live, clock));
        }
        live
    }

    /// How alive the page is.
    pub fn liveness(self) -> Signal<Liveness> {
        self.liveness.into()
    }

    /// Takes one event of the stream.
    fn take(self, event: &LiveEvent, now: Timestamp) {
        match event {
            LiveEvent::Hello { epoch, .. } => {
                self.epoch.set_value(Some(epoch.clone()));
                self.set(Liveness::Live);
                // Whatever changed between rendering and now sent its mark to nobody.
                self.wake(|_| true);
            }
            LiveEvent::Mark(mark) => self.mark(mark),
            LiveEvent::Beat {
                watch_age_millis,
                watch_stale,
                ..
            } => self.set(match watch_stale {
                Some(why) => Liveness::Stale {
                    since: Timestamp(
                        now.0 - i64::try_from(watch_age_millis.unwrap_or(0)).unwrap_or(0),
                    ),
                    why: why.clone(),
                },
                None => Liveness::Live,
            }),
            LiveEvent::Dropped { .. } => self.wake(|_| true),
            LiveEvent::Restart => self.set(Liveness::Reconnecting),
            // `stream` ends the session's pages.
            LiveEvent::SignedOut => self.set(Liveness::Off),
        }
    }

    fn mark(self, mark: &Mark) {
        self.wake(|subscriber| mark.concerns(subscriber.cluster.as_ref(), subscriber.kinds));
    }

    fn wake(self, concerned: impl Fn(&Subscriber) -> bool) {
        let triggers: Vec<ArcRwSignal<u64>> = self.subscribers.with_value(|all| {
            all.iter()
                .filter(|subscriber| concerned(subscriber))
                .map(|subscriber| subscriber.trigger.clone())
                .collect()
        });
        for trigger in triggers {
            trigger.update(|count| *count += 1);
        }
    }

    fn set(self, liveness: Liveness) {
        if self.liveness.with_untracked(|now| *now != liveness) {
            self.liveness.set(liveness);
        }
    }
}

/// A number that moves whenever something of `kinds` in `cluster` (`None`: in any cluster) changed; forgotten with its owner.
pub fn use_live(cluster: Option<ClusterRef>, kinds: &'static [MarkKind]) -> Signal<u64> {
    let trigger = ArcRwSignal::new(0_u64);
    let signal: Signal<u64> = trigger.clone().into();
    let Some(live) = use_context::<Live>() else {
        return signal;
    };
    // Only the browser has a stream; an effect never runs on the server, so the store there stays empty.
    Effect::new(move |_| {
        let id = live
            .next_id
            .try_update_value(|next| {
                *next += 1;
                *next
            })
            .unwrap_or_default();
        live.subscribers.try_update_value(|all| {
            all.push(Subscriber {
                id,
                cluster: cluster.clone(),
                kinds,
                trigger: trigger.clone(),
            });
        });
        on_cleanup(move || {
            live.subscribers
                .try_update_value(|all| all.retain(|s| s.id != id));
        });
    });
    signal
}

/// How alive the page is, where a store was provided.
pub fn use_liveness() -> Signal<Liveness> {
    match use_context::<Live>() {
        Some(live) => live.liveness(),
        None => Signal::stored(Liveness::Off),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pill_says_since_when() {
        let stale = Liveness::Stale {
            since: Timestamp(1_000),
            why: "connection refused".into(),
        };
        assert_eq!(stale.label(Timestamp(41_000)), "Stale 40 s");
        assert_eq!(Liveness::Live.label(Timestamp(0)), "Live");
        assert!(stale.explanation().contains("connection refused"));
    }
}
