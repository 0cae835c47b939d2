//! Producers that are kept for the next send: making one starts threads and dials brokers. By connection and options; idle
//! ones end, and so does the one that has waited longest when there are too many.

use super::{NewRecord, Producer, ProducerOptions, Written};
use crate::{config::ClusterConnection, error::KafkaError};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A producer nobody used for so long ends.
const IDLE: Duration = Duration::from_secs(60);
/// Idle ones are looked for this often.
const SWEEP: Duration = Duration::from_secs(15);
/// Producers at once.
const MOST: usize = 16;

/// Producers by connection and options. Cheap to clone; all clones share them.
#[derive(Clone)]
pub struct Producers {
    kept: Arc<Kept>,
}

struct Kept {
    state: Mutex<State>,
    idle: Duration,
    /// Ends the sweeper with the last clone.
    stop: DropGuard,
}

#[derive(Default)]
struct State {
    entries: Vec<Entry>,
    /// Whether a task looks for idle ones.
    swept: bool,
}

struct Entry {
    connection: ClusterConnection,
    options: ProducerOptions,
    producer: Producer,
    used: Instant,
}

impl Default for Producers {
    fn default() -> Self {
        Self::with_idle(IDLE)
    }
}

impl Producers {
    fn with_idle(idle: Duration) -> Self {
        Self {
            kept: Arc::new(Kept {
                state: Mutex::default(),
                idle,
                stop: CancellationToken::new().drop_guard(),
            }),
        }
    }

    /// Writes records by a producer of these options, kept or new; see [`Producer::produce_all`]. `Err` where there can be no
    /// such producer. One that had a record refused is not used again: librdkafka remembers some refusals for minutes.
    pub async fn produce_all(
        &self,
        connection: &ClusterConnection,
        options: &ProducerOptions,
        records: &[NewRecord],
    ) -> Result<Vec<Result<Written, KafkaError>>, KafkaError> {
        let producer = self.get(connection, options).await?;
        let results = producer.produce_all(records).await;
        if results.iter().any(Result::is_err) {
            self.forget(&producer);
        }
        Ok(results)
    }

    async fn get(
        &self,
        connection: &ClusterConnection,
        options: &ProducerOptions,
    ) -> Result<Producer, KafkaError> {
        if let Some(producer) = self.known(connection, options) {
            return Ok(producer);
        }
        let producer = Producer::new(connection, options.clone()).await?;
        let mut state = self.lock();
        if !state.swept {
            // The sweeper of an earlier time ended with its last producer.
            state.swept = true;
            tokio::spawn(sweep(Arc::downgrade(&self.kept), self.kept.stop_token()));
        }
        let entries = &mut state.entries;
        if entries.len() >= MOST
            && let Some(oldest) = oldest(entries)
        {
            entries.swap_remove(oldest);
        }
        entries.push(Entry {
            connection: connection.clone(),
            options: options.clone(),
            producer: producer.clone(),
            used: Instant::now(),
        });
        Ok(producer)
    }

    fn known(&self, connection: &ClusterConnection, options: &ProducerOptions) -> Option<Producer> {
        let mut state = self.lock();
        let entry = state
            .entries
            .iter_mut()
            .find(|entry| entry.options == *options && entry.connection == *connection)?;
        entry.used = Instant::now();
        Some(entry.producer.clone())
    }

    fn forget(&self, producer: &Producer) {
        self.lock()
            .entries
            .retain(|entry| !Arc::ptr_eq(&entry.producer.inner, &producer.inner));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.kept.lock()
    }
}

impl Kept {
    fn lock(&self) -> MutexGuard<'_, State> {
        // The list is whole after every step, also one that panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop_token(&self) -> CancellationToken {
        self.stop.token().child_token()
    }
}

fn oldest(entries: &[Entry]) -> Option<usize> {
    entries
        .iter()
        .enumerate()
        .min_by_key(|(_, entry)| entry.used)
        .map(|(index, _)| index)
}

/// Ends idle producers until there is none.
async fn sweep(kept: Weak<Kept>, stop: CancellationToken) {
    loop {
        let period = match kept.upgrade() {
            Some(kept) => SWEEP.min(kept.idle),
            None => return,
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(period) => {}
        }
        let Some(kept) = kept.upgrade() else { return };
        let mut state = kept.lock();
        // One that is at work has clones elsewhere and stays.
        state.entries.retain(|entry| {
            entry.used.elapsed() < kept.idle || Arc::strong_count(&entry.producer.inner) > 1
        });
        if state.entries.is_empty() {
            state.swept = false;
            return;
        }
    }
}

impl std::fmt::Debug for Producers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Producers")
            .field("kept", &self.lock().entries.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::HostPort;
    use penstock_domain::record::Codec;

    fn connection(port: u16) -> ClusterConnection {
        ClusterConnection::plain(vec![HostPort::new("127.0.0.1", port)])
    }

    #[tokio::test]
    async fn equal_wishes_share_a_producer_and_there_are_never_too_many() {
        let producers = Producers::default();
        let plain = ProducerOptions::default();
        let zstd = ProducerOptions {
            compression: Codec::Zstd,
            ..plain.clone()
        };
        let first = producers.get(&connection(1), &plain).await.unwrap();
        let again = producers.get(&connection(1), &plain).await.unwrap();
        let other = producers.get(&connection(1), &zstd).await.unwrap();
        assert!(Arc::ptr_eq(&first.inner, &again.inner));
        assert!(!Arc::ptr_eq(&first.inner, &other.inner));
        for port in 2..40 {
            producers.get(&connection(port), &plain).await.unwrap();
        }
        assert_eq!(producers.lock().entries.len(), MOST);
    }

    #[tokio::test]
    async fn one_that_had_a_record_refused_is_made_anew() {
        let producers = Producers::default();
        let options = ProducerOptions {
            patience: Duration::from_millis(200),
            ..ProducerOptions::default()
        };
        let record = NewRecord {
            topic: "t".into(),
            partition: None,
            key: None,
            value: None,
            headers: Vec::new(),
            timestamp: None,
        };
        let results = producers
            .produce_all(&connection(1), &options, &[record])
            .await
            .unwrap();
        assert!(results[0].is_err());
        assert!(producers.lock().entries.is_empty());
    }

    #[tokio::test]
    async fn idle_ones_end() {
        let producers = Producers::with_idle(Duration::from_millis(20));
        drop(
            producers
                .get(&connection(1), &ProducerOptions::default())
                .await
                .unwrap(),
        );
        tokio::time::timeout(Duration::from_secs(20), async {
            while !producers.lock().entries.is_empty() {
                tokio::task::yield_now().await;
            }
        })
        .await
        .expect("the sweeper ends it");
    }
}
