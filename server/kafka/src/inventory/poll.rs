//! The loops that keep a snapshot fresh, one per kind of data, so that a slow kind delays no other.

mod brokers;
mod by_leader;
mod configs;
mod groups;
mod log_dirs;
mod offsets;
mod principals;
mod quorum;
mod topics;

use super::{
    kinds::{Changes, Kind},
    publish::Published,
    snapshot::{DataSet, LastError},
};
use crate::{client::Client, error::KafkaError, groups::saved::Past};
use penstock_domain::{envelope::Missing, ids::GroupName, time::Timestamp};
use std::{
    sync::{Arc, PoisonError},
    time::{Duration, SystemTime},
};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

/// How often each kind is refreshed while somebody looks (decision 15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Periods {
    /// Brokers and whether they answer.
    pub brokers: Duration,
    /// Topics, leaders, replicas.
    pub topics: Duration,
    /// The metadata quorum.
    pub quorum: Duration,
    /// Offsets.
    pub offsets: Duration,
    /// Log directories.
    pub log_dirs: Duration,
    /// Configuration of topics.
    pub topic_configs: Duration,
    /// Consumer groups.
    pub groups: Duration,
    /// Rules, passwords and quotas.
    pub principals: Duration,
    /// Factor while nobody looks.
    pub idle_factor: u32,
    /// How long a look counts.
    pub attention: Duration,
}

impl Default for Periods {
    fn default() -> Self {
        Self {
            brokers: Duration::from_secs(2),
            topics: Duration::from_secs(2),
            quorum: Duration::from_secs(2),
            offsets: Duration::from_secs(5),
            log_dirs: Duration::from_secs(30),
            topic_configs: Duration::from_secs(60),
            groups: Duration::from_secs(5),
            principals: Duration::from_secs(10),
            idle_factor: 5,
            attention: Duration::from_secs(60),
        }
    }
}

impl Periods {
    fn of(&self, kind: Kind) -> Duration {
        match kind {
            Kind::Brokers => self.brokers,
            Kind::Topics => self.topics,
            Kind::Quorum => self.quorum,
            Kind::Offsets => self.offsets,
            Kind::LogDirs => self.log_dirs,
            Kind::TopicConfigs => self.topic_configs,
            Kind::Groups => self.groups,
            Kind::Principals => self.principals,
        }
    }

    fn in_force(&self, kind: Kind, looked_at: Instant) -> Duration {
        let period = self.of(kind);
        if looked_at.elapsed() < self.attention {
            period
        } else {
            period.saturating_mul(self.idle_factor.max(1))
        }
    }
}

/// Refreshes asked for in a row are not closer than this.
const LEAST_GAP: Duration = Duration::from_millis(250);

/// What the loops share.
pub(super) struct Poller {
    client: Client,
    published: Published,
    periods: Periods,
    looked_at: watch::Sender<Instant>,
    asked: [Notify; Kind::ALL.len()],
    groups: groups::SharedTracker,
}

impl Poller {
    pub(super) fn new(client: Client, published: Published, periods: Periods) -> Self {
        let (looked_at, _) = watch::channel(Instant::now());
        Self {
            client,
            published,
            periods,
            looked_at,
            asked: Default::default(),
            groups: groups::SharedTracker::default(),
        }
    }

    /// Takes in what an earlier console knew of groups. Before the first round.
    pub(super) fn restore_groups(&self, pasts: Vec<(GroupName, Past)>) {
        self.groups
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .restore(now(), pasts);
    }

    /// What a later console takes in.
    pub(super) fn saved_groups(&self) -> Vec<(GroupName, Vec<u8>)> {
        self.groups
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .saved()
            .map(|(name, bytes)| (name.clone(), bytes))
            .collect()
    }

    pub(super) fn touch(&self) {
        let attention = self.periods.attention;
        self.looked_at.send_if_modified(|at| {
            // Wakes the loops only if they had gone slow.
            let was_idle = at.elapsed() >= attention;
            *at = Instant::now();
            was_idle
        });
    }

    pub(super) fn ask(&self, kind: Kind) {
        if let Some(asked) = self.asked.get(kind as usize) {
            asked.notify_one();
        }
    }

    /// Refreshes one kind again and again until stopped.
    pub(super) async fn run(self: Arc<Self>, kind: Kind, stop: &CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.poll(kind) => {}
        }
    }

    async fn poll(self: Arc<Self>, kind: Kind) {
        let mut lost = self.client.lost_connections();
        let mut looked_at = self.looked_at.subscribe();
        self.wait_for_ground(kind).await;
        loop {
            let began = Instant::now();
            lost.mark_unchanged();
            self.refresh(kind).await;
            self.wait(kind, began, &mut lost, &mut looked_at).await;
        }
    }

    /// What asks every broker or every topic waits until those are known.
    async fn wait_for_ground(&self, kind: Kind) {
        let mut snapshots = self.published.subscribe();
        // The sender lives as long as `self`.
        let _ = match kind {
            Kind::Brokers | Kind::Topics | Kind::Quorum => return,
            Kind::Offsets | Kind::TopicConfigs | Kind::Groups => {
                snapshots
                    .wait_for(|snapshot| {
                        snapshot.topics.value.is_some() && snapshot.brokers.value.is_some()
                    })
                    .await
            }
            Kind::LogDirs | Kind::Principals => {
                snapshots
                    .wait_for(|snapshot| snapshot.brokers.value.is_some())
                    .await
            }
        };
    }

    async fn refresh(&self, kind: Kind) {
        match kind {
            Kind::Brokers => Box::pin(self.refresh_brokers()).await,
            Kind::Topics => Box::pin(self.refresh_topics()).await,
            Kind::Quorum => Box::pin(self.refresh_quorum()).await,
            Kind::Offsets => Box::pin(self.refresh_offsets()).await,
            Kind::LogDirs => Box::pin(self.refresh_log_dirs()).await,
            Kind::TopicConfigs => Box::pin(self.refresh_configs()).await,
            Kind::Groups => Box::pin(self.refresh_groups()).await,
            Kind::Principals => Box::pin(self.refresh_principals()).await,
        }
    }

    /// Waits for the next turn: its period, a request, a lost connection, or somebody who starts to look.
    async fn wait(
        &self,
        kind: Kind,
        began: Instant,
        lost: &mut watch::Receiver<u64>,
        looked_at: &mut watch::Receiver<Instant>,
    ) {
        let hurries = matches!(kind, Kind::Brokers | Kind::Topics | Kind::Quorum);
        let Some(asked) = self.asked.get(kind as usize) else {
            return;
        };
        loop {
            let due = began + self.periods.in_force(kind, *looked_at.borrow_and_update());
            tokio::select! {
                () = sleep_until(due) => return,
                () = asked.notified() => break,
                // A broker that went away is noticed at once, not at the next turn.
                Ok(()) = lost.changed(), if hurries => break,
                Ok(()) = looked_at.changed() => {}
            }
        }
        sleep_until(began + LEAST_GAP).await;
    }
}

fn now() -> Timestamp {
    Timestamp::from_system(SystemTime::now())
}

/// A data set after a refresh that brought nothing: the old value, and the reason.
fn failed<T>(previous: &DataSet<T>, error: KafkaError) -> DataSet<T> {
    let since = previous.error.as_ref().map_or_else(now, |last| last.since);
    DataSet {
        value: previous.value.clone(),
        as_of: previous.as_of,
        answered: 0,
        expected: previous.expected.max(1),
        missing: Arc::new([]),
        error: Some(Arc::new(LastError { error, since })),
    }
}

/// A data set after a refresh.
fn refreshed<T>(
    value: Arc<T>,
    as_of: Timestamp,
    (answered, expected): (usize, usize),
    missing: Vec<Missing>,
) -> DataSet<T> {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    DataSet {
        value: Some(value),
        as_of: Some(as_of),
        answered: count(answered),
        expected: count(expected),
        missing: missing.into(),
        error: None,
    }
}

/// What a reader could notice of completeness alone.
fn completeness<T>(kind: Kind, old: &DataSet<T>, new: &DataSet<T>) -> Changes {
    if old.same_completeness(new) {
        Changes::NONE
    } else {
        Changes::structure(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_refresh_keeps_the_value_and_the_first_moment_of_failure() {
        let good = refreshed(Arc::new(7), Timestamp(5), (1, 1), Vec::new());
        let once = failed(&good, KafkaError::Stopped);
        let mut twice = failed(&once, KafkaError::Stopped);
        assert_eq!(
            (twice.value.as_deref(), twice.as_of),
            (Some(&7), Some(Timestamp(5)))
        );
        assert_eq!(twice.error, once.error);
        assert!(once.same_completeness(&twice) && !good.same_completeness(&once));
        twice.as_of = None;
        assert!(once.same_completeness(&twice), "age alone is no change");
        assert!(!good.freshness().missing.iter().any(|_| true));
        assert_eq!(once.freshness().missing.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn polls_slow_down_when_nobody_looks() {
        let periods = Periods::default();
        let looked_at = Instant::now();
        assert_eq!(
            periods.in_force(Kind::Offsets, looked_at),
            Duration::from_secs(5)
        );
        tokio::time::advance(periods.attention).await;
        assert_eq!(
            periods.in_force(Kind::Offsets, looked_at),
            Duration::from_secs(25)
        );
    }
}
