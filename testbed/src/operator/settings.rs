//! Settings of one cluster's topic and user operators, as far as the stand-in has them, and when it looks at everything.

use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// Strimzi's own variable is named with each.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Time between two timed reconciliations (`STRIMZI_FULL_RECONCILIATION_INTERVAL_MS`).
    pub interval: Duration,
    /// A timed reconciliation begins at once whenever this changes; tests of drift don't wait for the clock.
    pub asked: Option<watch::Receiver<u64>>,
    /// Whether topics get a finalizer (`STRIMZI_USE_FINALIZERS`).
    pub finalizers: bool,
    /// The settings of topics that may be changed; all unless named (`STRIMZI_ALTERABLE_TOPIC_CONFIG`).
    pub alterable_config: Option<BTreeSet<String>>,
    /// Put before the names of users' Secrets (`STRIMZI_SECRET_PREFIX`).
    pub secret_prefix: String,
    /// Who is taken for a leftover (`STRIMZI_IGNORED_USERS_PATTERN`, the other way round).
    pub leftovers: Leftovers,
}

/// Which users of Kafka are removed when they have no KafkaUser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leftovers {
    /// All but those of the bed itself and of tests (`admin`, `test-*`) and the cluster's own components.
    OfNobody,
    /// Those with this prefix.
    WithPrefix(String),
}

impl Leftovers {
    /// Whether a user (without `CN=`) is left alone.
    pub(super) fn spares(&self, name: &str) -> bool {
        match self {
            Self::OfNobody => name == "admin" || name.starts_with("test-") || name.contains(",O="),
            Self::WithPrefix(prefix) => !name.starts_with(prefix),
        }
    }
}

impl Settings {
    /// Strimzi's defaults with the bed's interval.
    pub fn every(interval: Duration) -> Self {
        Self {
            interval,
            asked: None,
            finalizers: true,
            alterable_config: None,
            secret_prefix: String::new(),
            leftovers: Leftovers::OfNobody,
        }
    }

    /// The settings among these that an existing topic may get.
    pub(super) fn alters(&self, key: &str) -> bool {
        self.alterable_config
            .as_ref()
            .is_none_or(|keys| keys.contains(key))
    }

    pub(super) fn rounds(&self) -> Rounds {
        Rounds {
            interval: self.interval,
            next: Instant::now() + self.interval,
            asked: self.asked.clone(),
        }
    }
}

/// Timed reconciliations as they come due.
pub(super) struct Rounds {
    interval: Duration,
    next: Instant,
    asked: Option<watch::Receiver<u64>>,
}

impl Rounds {
    /// Resolves when everything is to be looked at. May be dropped and asked again without missing one.
    pub(super) async fn due(&mut self) {
        match &mut self.asked {
            None => sleep_until(self.next).await,
            Some(asked) => {
                tokio::select! {
                    () = sleep_until(self.next) => {}
                    Ok(()) = asked.changed() => {}
                    else => {}
                }
            }
        }
        self.next = Instant::now() + self.interval;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_of_tests_are_left_alone() {
        let bed = Leftovers::OfNobody;
        assert!(bed.spares("admin") && bed.spares("test-42-reader"));
        assert!(!bed.spares("task-api") && !bed.spares("latest-x"));
        let records = Leftovers::WithPrefix("test-42-rec-".to_owned());
        assert!(records.spares("admin") && records.spares("test-42-other"));
        assert!(!records.spares("test-42-rec-orphan"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_round_is_due_when_the_time_comes_and_when_it_is_asked_for() {
        let (ask, asked) = watch::channel(0);
        let mut settings = Settings::every(Duration::from_secs(120));
        settings.asked = Some(asked);
        let mut rounds = settings.rounds();
        let began = Instant::now();
        assert!(ask.send(1).is_ok());
        rounds.due().await;
        assert!(began.elapsed() < Duration::from_secs(1));
        rounds.due().await;
        assert!(began.elapsed() >= Duration::from_secs(120));
    }
}
