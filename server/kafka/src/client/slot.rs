//! One place to connect to, and the connection to it: opened once for all who want it, left alone for a moment after it failed.

use crate::{
    connection::{self, Connection, Settings, Target},
    error::KafkaError,
};
use penstock_domain::time::Timestamp;
use rand::Rng;
use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, SystemTime},
};
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Longest time for opening a connection, signing in included.
const OPENING: Duration = Duration::from_secs(3);
/// First pause after a failure; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// Longest pause after a failure of the network: shorter than the fastest poll, so that a broker that is back is noticed.
const LONGEST_PAUSE: Duration = Duration::from_millis(1500);
/// Longest pause after a refusal: asking again with the same credentials rarely helps, and fills the broker's log.
const LONGEST_PAUSE_REFUSED: Duration = Duration::from_secs(10);

type Opened = Option<Result<Arc<Connection>, KafkaError>>;

/// What all slots of a client share.
pub(super) struct Surroundings {
    pub(super) settings: Arc<Settings>,
    pub(super) tracker: TaskTracker,
    pub(super) stop: CancellationToken,
    pub(super) lost: watch::Sender<u64>,
}

/// A place and its connection.
pub(super) struct Slot {
    target: Target,
    state: Mutex<State>,
}

enum State {
    Idle,
    Opening(watch::Receiver<Opened>),
    Ready(Arc<Connection>),
    Failed(Failure),
}

#[derive(Clone)]
struct Failure {
    error: KafkaError,
    since: Timestamp,
    attempts: u32,
    retry_at: Instant,
}

impl Slot {
    /// Nothing is dialled yet.
    pub(super) fn new(target: Target) -> Arc<Self> {
        Arc::new(Self {
            target,
            state: Mutex::new(State::Idle),
        })
    }

    /// Where it leads.
    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// How well it promises to work: lower is better.
    pub(super) fn rank(&self) -> u8 {
        match &*self.lock() {
            State::Ready(connection) if connection.is_usable() => 0,
            State::Idle | State::Ready(_) => 1,
            State::Opening(_) => 2,
            State::Failed(_) => 3,
        }
    }

    /// Ends the pause after a failure.
    pub(super) fn forgive(&self) {
        if let State::Failed(failure) = &mut *self.lock() {
            failure.retry_at = Instant::now();
            failure.attempts = 0;
        }
    }

    /// The connection, opened if need be. Fails at once while the place is left alone.
    pub(super) async fn connection(
        self: &Arc<Self>,
        around: &Surroundings,
        deadline: Instant,
    ) -> Result<Arc<Connection>, KafkaError> {
        let mut opening = match self.current(around) {
            Ok(Found::Ready(connection)) => return Ok(connection),
            Ok(Found::Opening(opening)) => opening,
            Err(error) => return Err(error),
        };
        let patience = deadline.saturating_duration_since(Instant::now());
        match timeout_at(deadline, opening.wait_for(Option::is_some)).await {
            Ok(Ok(opened)) => opened.clone().unwrap_or(Err(KafkaError::Stopped)),
            Ok(Err(_)) => Err(KafkaError::Stopped),
            Err(_) => Err(KafkaError::Timeout {
                broker: self.target.label.clone(),
                stage: crate::error::Stage::Connect,
                after: patience,
            }),
        }
    }

    fn current(self: &Arc<Self>, around: &Surroundings) -> Result<Found, KafkaError> {
        let mut state = self.lock();
        let earlier = match &*state {
            State::Ready(connection) if connection.is_usable() => {
                return Ok(Found::Ready(connection.clone()));
            }
            State::Opening(opening) => return Ok(Found::Opening(opening.clone())),
            State::Failed(failure) if Instant::now() < failure.retry_at => {
                return Err(failure.error.clone().with_since(failure.since));
            }
            State::Failed(failure) => Some(failure.clone()),
            State::Idle | State::Ready(_) => None,
        };
        let (sender, receiver) = watch::channel(None);
        *state = State::Opening(receiver.clone());
        drop(state);
        around.tracker.spawn(self.clone().open(
            earlier,
            sender,
            around.settings.clone(),
            around.tracker.clone(),
            around.stop.clone(),
            around.lost.clone(),
        ));
        Ok(Found::Opening(receiver))
    }

    /// Opens the connection, tells everyone who waits, and stays to notice its end.
    async fn open(
        self: Arc<Self>,
        earlier: Option<Failure>,
        tell: watch::Sender<Opened>,
        settings: Arc<Settings>,
        tracker: TaskTracker,
        stop: CancellationToken,
        lost: watch::Sender<u64>,
    ) {
        let deadline = Instant::now() + OPENING;
        let opened = connection::open(self.target.clone(), settings, deadline, &tracker, &stop)
            .await
            .map(Arc::new);
        let closed = opened.as_ref().ok().map(|connection| connection.closed());
        *self.lock() = match &opened {
            Ok(connection) => State::Ready(connection.clone()),
            Err(error) => State::Failed(Failure::after(earlier, error.clone())),
        };
        if let Err(error) = &opened {
            tracing::debug!(broker = %self.target.label, %error, "no connection");
        }
        tell.send_replace(Some(opened.clone()));
        // Held no longer: a connection lives as long as its slot or a call holds it.
        drop((opened, tell));
        // The slot itself must not be kept alive by this task.
        drop(self);
        if let Some(closed) = closed {
            closed.cancelled().await;
            lost.send_modify(|count| *count += 1);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

enum Found {
    Ready(Arc<Connection>),
    Opening(watch::Receiver<Opened>),
}

impl Failure {
    fn after(earlier: Option<Failure>, error: KafkaError) -> Self {
        let attempts = earlier.as_ref().map_or(0, |failure| failure.attempts + 1);
        let longest = match &error {
            KafkaError::Authentication { .. } | KafkaError::Tls { .. } => LONGEST_PAUSE_REFUSED,
            _ => LONGEST_PAUSE,
        };
        let pause = FIRST_PAUSE
            .saturating_mul(2_u32.saturating_pow(attempts.min(10)))
            .min(longest)
            // Brokers that went together are not dialled together.
            .mul_f64(rand::rng().random_range(0.8..1.0));
        Self {
            error,
            since: earlier.map_or_else(
                || Timestamp::from_system(SystemTime::now()),
                |failure| failure.since,
            ),
            attempts,
            retry_at: Instant::now() + pause,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::AuthenticationFault;

    fn pause_of(failure: &Failure) -> Duration {
        failure.retry_at.saturating_duration_since(Instant::now())
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_to_a_limit_and_remember_the_first_failure() {
        let refused = KafkaError::Authentication {
            broker: "b".into(),
            mechanism: "PLAIN",
            fault: AuthenticationFault::Credentials,
            detail: String::new(),
        };
        for (error, longest) in [
            (KafkaError::Stopped, LONGEST_PAUSE),
            (refused, LONGEST_PAUSE_REFUSED),
        ] {
            let first = Failure::after(None, error.clone());
            assert!(pause_of(&first) <= FIRST_PAUSE);
            let mut last = first.clone();
            for _ in 0..40 {
                last = Failure::after(Some(last), error.clone());
            }
            assert_eq!(last.since, first.since);
            assert!(pause_of(&last) <= longest && pause_of(&last) >= longest.mul_f32(0.7));
        }
    }
}
