//! The records that are searched: JSON events of some 360 bytes, the same on every machine, in batches as ordinary producers
//! make them. A topic's name carries what it holds, so that it is written once and found again.
//!
//! Everything follows from a record's number: its text, its time, its partition, and with them its offset. So what a search
//! has to find is known without reading.

use super::event::{self, mix};
use anyhow::{Context, Result, ensure};
use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer as _},
    error::{KafkaError, RDKafkaErrorCode},
    producer::{BaseProducer, BaseRecord, Producer as _},
};
use std::{fmt, fmt::Write as _, str::FromStr, time::Duration};

/// Raised when the records change.
const EDITION: u32 = 1;
/// 2025-01-01T00:00:00Z, in milliseconds; ten records share each millisecond after it.
const FIRST_TIME: i64 = 1_735_689_600_000;
const RECORDS_PER_MILLISECOND: u64 = 10;
const ONE_CITY: &str = "Zzyzx";
const PERCENT_CITY: &str = "Quetta";
const NO_CITY: &str = "Nowhere";
const PATIENCE: Duration = Duration::from_secs(30);
/// Settings that make ordinary batches; the rest is librdkafka's default.
const LINGER_MS: &str = "10";
const BATCH_SIZE: &str = "16384";

/// How records are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// LZ4 frames.
    Lz4,
    /// Zstandard, librdkafka's level.
    Zstd,
}

/// A topic's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// How many records.
    pub records: u64,
    /// In how many partitions.
    pub partitions: u64,
    /// Compressed how.
    pub compression: Compression,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hits {
    /// Something that no record has.
    None,
    /// One record at 99 % of the way.
    One,
    /// One record in a hundred, anywhere.
    Percent,
}

/// What a search found, or has to find: how many, and a sum over their places that does not depend on the order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HitSet {
    /// How many.
    pub count: u64,
    /// Sum of [`mix`] over partition and offset.
    pub sum: u64,
}

impl HitSet {
    /// Takes a hit in.
    pub fn add(&mut self, partition: i32, offset: i64) {
        self.count += 1;
        self.sum = self.sum.wrapping_add(place(partition, offset));
    }
}

/// A number for a record's place.
pub fn place(partition: i32, offset: i64) -> u64 {
    mix((u64::from(partition.unsigned_abs()) << 48) ^ offset.unsigned_abs())
}

impl Compression {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::None, Self::Lz4, Self::Zstd];

    /// Its name in librdkafka's settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }
}

impl FromStr for Compression {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|one| one.name() == text)
            .with_context(|| format!("{text} is none of none, lz4, zstd"))
    }
}

impl Hits {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::None, Self::One, Self::Percent];

    /// Its name on the command line and in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::One => "one",
            Self::Percent => "percent",
        }
    }

    /// The city that the records in question have.
    pub const fn city(self) -> &'static str {
        match self {
            Self::None => NO_CITY,
            Self::One => ONE_CITY,
            Self::Percent => PERCENT_CITY,
        }
    }

    /// What a person types.
    pub fn filter(self) -> String {
        format!("value.data.owner.city = \"{}\"", self.city())
    }
}

impl FromStr for Hits {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|one| one.name() == text)
            .with_context(|| format!("{text} is none of none, one, percent"))
    }
}

impl fmt::Display for Dataset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "bench-{EDITION}-{}-{}-{}",
            self.records,
            self.partitions,
            self.compression.name()
        )
    }
}

impl Dataset {
    /// Its topic.
    pub fn topic(&self) -> String {
        self.to_string()
    }

    /// What a search has to find.
    pub fn expected(&self, hits: Hits) -> HitSet {
        let mut set = HitSet::default();
        self.walk(|number, partition, offset| {
            if self.city(number) == hits.city() {
                set.add(partition, offset);
            }
        });
        set
    }

    /// Records in each partition.
    fn counts(&self) -> Vec<u64> {
        let mut counts = vec![0; usize::try_from(self.partitions).unwrap_or(0)];
        self.walk(|_, partition, _| {
            if let Some(count) = usize::try_from(partition)
                .ok()
                .and_then(|at| counts.get_mut(at))
            {
                *count += 1;
            }
        });
        counts
    }

    /// Every record's number, partition and offset.
    fn walk(&self, mut each: impl FnMut(u64, i32, i64)) {
        let mut next = vec![0_i64; usize::try_from(self.partitions).unwrap_or(0)];
        for number in 0..self.records {
            let at = mix(number) % self.partitions;
            if let Some(offset) = usize::try_from(at).ok().and_then(|at| next.get_mut(at)) {
                each(number, i32::try_from(at).unwrap_or(i32::MAX), *offset);
                *offset += 1;
            }
        }
    }

    fn city(&self, number: u64) -> &'static str {
        if number == self.records / 100 * 99 {
            return ONE_CITY;
        }
        if mix(number ^ 0xC17E).is_multiple_of(100) {
            return PERCENT_CITY;
        }
        event::city(number)
    }

    /// Makes sure that the topic holds exactly these records; says what it did.
    pub fn ensure(&self, bootstrap: &str) -> Result<&'static str> {
        let counts = self.counts();
        if self.whole(bootstrap, &counts)? {
            return Ok("kept");
        }
        self.create(bootstrap)?;
        self.produce(bootstrap)?;
        ensure!(
            self.whole(bootstrap, &counts)?,
            "{self} does not hold what was written to it"
        );
        Ok("written")
    }

    /// Whether the topic's offsets are those of the whole set. The producer keeps order and repeats nothing (idempotence), so
    /// the right number of records is the right records.
    fn whole(&self, bootstrap: &str, counts: &[u64]) -> Result<bool> {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", bootstrap)
            .set("allow.auto.create.topics", "false")
            .create()?;
        let topic = self.topic();
        let known = consumer.fetch_metadata(Some(&topic), PATIENCE)?;
        let partitions = known
            .topics()
            .iter()
            .find(|one| one.name() == topic)
            .map_or(0, |one| one.partitions().len());
        if partitions != counts.len() {
            return Ok(false);
        }
        for (partition, count) in (0..).zip(counts) {
            let (low, high) = consumer.fetch_watermarks(&topic, partition, PATIENCE)?;
            if low != 0 || u64::try_from(high).ok() != Some(*count) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Makes the topic empty and new.
    fn create(&self, bootstrap: &str) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let admin: AdminClient<DefaultClientContext> = ClientConfig::new()
            .set("bootstrap.servers", bootstrap)
            .create()?;
        let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
        let topic = self.topic();
        runtime.block_on(async {
            for result in admin.delete_topics(&[&topic], &options).await? {
                match result {
                    Ok(_) | Err((_, RDKafkaErrorCode::UnknownTopicOrPartition)) => {}
                    Err((_, code)) => return Err(KafkaError::AdminOp(code).into()),
                }
            }
            let new = NewTopic::new(
                &topic,
                i32::try_from(self.partitions)?,
                TopicReplication::Fixed(1),
            )
            .set("retention.ms", "-1")
            .set("retention.bytes", "-1");
            // A deleted topic's name is free a moment later.
            let deadline = std::time::Instant::now() + PATIENCE;
            loop {
                let results = admin.create_topics([&new], &options).await?;
                match results.into_iter().next() {
                    Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists)))
                        if std::time::Instant::now() < deadline =>
                    {
                        tokio::time::sleep(Duration::from_millis(200)).await;
                    }
                    Some(Err((_, code))) => return Err(KafkaError::AdminOp(code).into()),
                    _ => return anyhow::Ok(()),
                }
            }
        })
    }

    fn produce(&self, bootstrap: &str) -> Result<()> {
        let producer: BaseProducer = ClientConfig::new()
            .set("bootstrap.servers", bootstrap)
            .set("compression.type", self.compression.name())
            .set("linger.ms", LINGER_MS)
            .set("batch.size", BATCH_SIZE)
            .set("enable.idempotence", "true")
            .set("queue.buffering.max.messages", "200000")
            .set("queue.buffering.max.kbytes", "131072")
            .create()?;
        let (topic, mut key, mut value) = (self.topic(), String::new(), String::new());
        for number in 0..self.records {
            key.clear();
            let _ = write!(key, "task-{}", number % 100_000);
            event::write(number, self.city(number), &mut value);
            let time = i64::try_from(number / RECORDS_PER_MILLISECOND)?;
            let mut record = BaseRecord::to(&topic)
                .partition(i32::try_from(mix(number) % self.partitions)?)
                .timestamp(FIRST_TIME + time)
                .key(&key)
                .payload(&value);
            while let Err((error, back)) = producer.send(record) {
                if error.rdkafka_error_code() != Some(RDKafkaErrorCode::QueueFull) {
                    return Err(error.into());
                }
                record = back;
                producer.poll(Duration::from_millis(20));
            }
            if number.is_multiple_of(1000) {
                producer.poll(Duration::ZERO);
            }
        }
        producer.flush(Duration::from_secs(120))?;
        Ok(())
    }
}
