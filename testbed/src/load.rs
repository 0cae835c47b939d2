//! Records at a steady rate, for measuring what follows a topic: numbered JSON texts of one size, spread evenly over the
//! partitions, sent in batches as an ordinary producer makes them.
//!
//! What was sent is known exactly (every record's delivery is waited for), so that whoever reads can be asked for all of it.

use anyhow::{Result, bail, ensure};
use rdkafka::ClientConfig;
use rdkafka::ClientContext;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, ThreadedProducer};
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

const TICK: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(20);
const AGAIN: Duration = Duration::from_millis(200);
/// Shortest record: braces, number, room.
const SMALLEST: usize = 64;

/// How much, and where.
#[derive(Clone, Debug)]
pub struct Load {
    /// The topic; made with one replica if there is none.
    pub topic: String,
    /// Its partitions.
    pub partitions: i32,
    /// Records a second.
    pub rate: u64,
    /// Bytes of a value.
    pub size: usize,
    /// For how long.
    pub time: Duration,
    /// Compression, by librdkafka's name.
    pub compression: String,
    /// Whether an earlier topic of the name is deleted first.
    pub fresh: bool,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Done {
    /// Records that the brokers took.
    pub delivered: u64,
    /// Records that they did not.
    pub failed: u64,
    /// Bytes of values taken.
    pub bytes: u64,
    /// How long it took, the last delivery included.
    pub seconds: f64,
}

/// Counts deliveries.
#[derive(Debug, Default)]
struct Counts {
    delivered: AtomicU64,
    failed: AtomicU64,
}

#[derive(Clone)]
struct Context(Arc<Counts>);

impl ClientContext for Context {}

impl ProducerContext for Context {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let count = match result {
            Ok(_) => &self.0.delivered,
            Err(_) => &self.0.failed,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

impl Load {
    /// Sends until the time is up or `stop`.
    ///
    /// # Errors
    /// The topic can't be made, or the brokers take nothing.
    pub async fn send(&self, client: &ClientConfig, stop: &CancellationToken) -> Result<Done> {
        ensure!(
            self.size >= SMALLEST,
            "records have at least {SMALLEST} bytes"
        );
        ensure!(self.partitions > 0 && self.rate > 0, "nothing to send");
        self.create(client).await?;
        let counts = Arc::new(Counts::default());
        let mut config = client.clone();
        config
            .set("compression.type", &self.compression)
            .set("linger.ms", "5")
            .set("batch.size", "16384")
            .set("enable.idempotence", "true")
            .set("queue.buffering.max.messages", "500000")
            .set("queue.buffering.max.kbytes", "262144");
        let producer: ThreadedProducer<Context> =
            config.create_with_context(Context(Arc::clone(&counts)))?;
        let began = Instant::now();
        let (mut sent, mut value) = (0_u64, String::with_capacity(self.size));
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while began.elapsed() < self.time && !stop.is_cancelled() {
            ticks.tick().await;
            let due = self.due(began.elapsed());
            while sent < due {
                text(sent, self.size, &mut value);
                let partition = i32::try_from(sent % u64::from(self.partitions.unsigned_abs()))?;
                let key = format!("load-{}", sent % 10_000);
                let record = BaseRecord::to(&self.topic)
                    .partition(partition)
                    .key(&key)
                    .payload(&value);
                match producer.send(record) {
                    Ok(()) => sent += 1,
                    // The brokers are slower than the rate; what is due stays due.
                    Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), _)) => break,
                    Err((error, _)) => return Err(error.into()),
                }
            }
        }
        let flushed = tokio::task::spawn_blocking(move || producer.flush(PATIENCE)).await?;
        let done = Done {
            delivered: counts.delivered.load(Ordering::Relaxed),
            failed: counts.failed.load(Ordering::Relaxed),
            bytes: counts.delivered.load(Ordering::Relaxed) * u64::try_from(self.size)?,
            seconds: began.elapsed().as_secs_f64(),
        };
        flushed?;
        Ok(done)
    }

    /// How many records are due by then.
    fn due(&self, elapsed: Duration) -> u64 {
        let due = u128::from(self.rate) * elapsed.as_micros() / 1_000_000;
        u64::try_from(due).unwrap_or(u64::MAX)
    }

    async fn create(&self, client: &ClientConfig) -> Result<()> {
        let admin: AdminClient<_> = client.create()?;
        let new = NewTopic::new(&self.topic, self.partitions, TopicReplication::Fixed(1))
            .set("min.insync.replicas", "1")
            .set("retention.bytes", "536870912");
        let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
        if self.fresh {
            for result in admin.delete_topics(&[&self.topic], &options).await? {
                match result {
                    Ok(_) | Err((_, RDKafkaErrorCode::UnknownTopicOrPartition)) => {}
                    Err((name, code)) => bail!("topic {name} can't be deleted: {code}"),
                }
            }
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            let results = admin.create_topics([&new], &options).await?;
            match results.into_iter().next() {
                Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists))) if !self.fresh => {
                    return Ok(());
                }
                // A deleted topic's name is free a moment later.
                Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists)))
                    if Instant::now() < deadline =>
                {
                    tokio::time::sleep(AGAIN).await;
                }
                Some(Err((name, code))) => bail!("topic {name} can't be made: {code}"),
                _ => return Ok(()),
            }
        }
    }
}

/// A record's text: its number, and what fills it up to the size.
fn text(number: u64, size: usize, into: &mut String) {
    use std::fmt::Write as _;
    into.clear();
    // Writing to a String does not fail.
    let _ = write!(
        into,
        "{{\"number\":{number},\"kind\":\"load\",\"even\":{},\"text\":\"",
        number.is_multiple_of(2)
    );
    while into.len() + 2 < size {
        into.push(char::from(
            b'a' + u8::try_from(into.len() % 26).unwrap_or(0),
        ));
    }
    into.push_str("\"}");
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_its_number_and_exactly_its_size() {
        let mut record = String::new();
        for number in [0, 7, u64::from(u32::MAX)] {
            text(number, 300, &mut record);
            assert_eq!(record.len(), 300);
            let parsed: serde_json::Value = serde_json::from_str(&record).unwrap();
            assert_eq!(parsed.get("number").unwrap(), number);
        }
    }

    #[test]
    fn what_is_due_grows_with_time() {
        let load = Load {
            topic: String::new(),
            partitions: 1,
            rate: 50_000,
            size: 300,
            time: Duration::ZERO,
            compression: String::new(),
            fresh: false,
        };
        assert_eq!(load.due(Duration::ZERO), 0);
        assert_eq!(load.due(Duration::from_millis(5)), 250);
        assert_eq!(load.due(Duration::from_secs(3600)), 180_000_000);
    }
}
