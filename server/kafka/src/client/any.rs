//! Questions that any broker can answer: the most promising one is asked first, the next one when it hesitates.

use super::generation::{Generation, Place};
use crate::{call::Call, connection::ConnectionClass, error::KafkaError};
use futures::stream::{FuturesUnordered, StreamExt};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// After this long without an answer the next broker is asked as well.
const HESITATION: Duration = Duration::from_millis(700);

impl Generation {
    /// Asks brokers one after the other, overlapping when one hesitates; the first answer wins. Only for repeatable
    /// requests. An error code is an answer; only failures to talk lead on to the next broker.
    pub(super) async fn call_any<R: Call>(
        &self,
        class: ConnectionClass,
        request: &R,
        deadline: Instant,
    ) -> Result<R::Answer, KafkaError> {
        let mut places = self.places(class).into_iter();
        let mut running = FuturesUnordered::new();
        let mut worst: Option<KafkaError> = None;
        let ask = |place: Place| self.call_place(place, class, request, per_broker(deadline));
        loop {
            if running.is_empty() {
                match places.next() {
                    Some(place) => running.push(ask(place)),
                    None => return Err(worst.unwrap_or_else(|| self.nowhere())),
                }
            }
            tokio::select! {
                Some(result) = running.next() => match result {
                    Err(error) if error.is_transport() => worst = Some(more_telling(worst, error)),
                    result => return result,
                },
                () = sleep(HESITATION), if places.len() > 0 => {
                    if let Some(place) = places.next() {
                        running.push(ask(place));
                    }
                }
            }
        }
    }

    /// Asks brokers strictly one after the other, going on only when a request was certainly not sent: for requests that
    /// must not be made twice. In KRaft any broker forwards what only the controller may do.
    pub(super) async fn call_one<R: Call>(
        &self,
        class: ConnectionClass,
        request: &R,
        deadline: Instant,
    ) -> Result<R::Answer, KafkaError> {
        let mut worst: Option<KafkaError> = None;
        for place in self.places(class) {
            match self.connect(place, class, per_broker(deadline)).await {
                Ok(()) => return self.call_place(place, class, request, deadline).await,
                Err(error) => worst = Some(more_telling(worst, error)),
            }
            if Instant::now() >= deadline {
                break;
            }
        }
        Err(worst.unwrap_or_else(|| self.nowhere()))
    }

    fn nowhere(&self) -> KafkaError {
        KafkaError::Configuration {
            field: "bootstrap",
            cause: "there is no address".to_owned(),
        }
    }
}

fn per_broker(deadline: Instant) -> Instant {
    deadline.min(Instant::now() + super::BROKER_PATIENCE)
}

fn more_telling(worst: Option<KafkaError>, error: KafkaError) -> KafkaError {
    match worst {
        Some(worst) if worst.weight() >= error.weight() => worst,
        _ => error,
    }
}
