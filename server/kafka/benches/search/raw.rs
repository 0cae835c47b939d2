//! The loop to beat: rdkafka's `BaseConsumer`, polled on one thread, that counts records and does nothing else; and the same
//! loop with the cheapest look into the value that there is.

use super::{
    data::HitSet,
    run::{Contestant, Outcome, Run},
};
use anyhow::Result;
use memchr::memmem::Finder;
use rdkafka::{
    ClientConfig, Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _},
};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// What was set apart from librdkafka's defaults: large fetches, a queue that seldom runs dry, and no second of waiting when it
/// is full (`fetch.queue.backoff.ms`). Checksums are not verified, which is the default.
pub const SETTINGS: [(&str, &str); 9] = [
    ("enable.auto.commit", "false"),
    ("enable.auto.offset.store", "false"),
    ("enable.partition.eof", "false"),
    ("isolation.level", "read_uncommitted"),
    ("fetch.message.max.bytes", "1048576"),
    ("fetch.max.bytes", "16777216"),
    ("queued.min.messages", "100000"),
    ("queued.max.messages.kbytes", "65536"),
    ("fetch.queue.backoff.ms", "0"),
];

/// Counts, and with `find` looks for the city in each value.
pub fn read(run: &Run, find: bool) -> Result<Outcome> {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", &run.bootstrap)
        .set("group.id", "bench")
        .set("auto.offset.reset", "earliest");
    if run.contestant != Contestant::RdkafkaDefaults {
        for (name, value) in SETTINGS.iter().copied().chain(run.settings()) {
            config.set(name, value);
        }
    }
    let consumer: BaseConsumer = config.create()?;
    let topic = run.dataset.topic();
    let mut places = TopicPartitionList::new();
    let known = consumer.fetch_metadata(Some(&topic), PATIENCE)?;
    let mut left = 0;
    for partition in known.topics().iter().flat_map(|topic| topic.partitions()) {
        places.add_partition_offset(&topic, partition.id(), Offset::Beginning)?;
        let (low, high) = consumer.fetch_watermarks(&topic, partition.id(), PATIENCE)?;
        left += high - low;
    }
    let needle = format!("\"city\":\"{}\"", run.hits.city());
    let finder = find.then(|| Finder::new(needle.as_bytes()));
    let mut meter = run.begin()?;
    consumer.assign(&places)?;
    let (mut records, mut hits) = (0, HitSet::default());
    while left > 0 {
        let Some(message) = consumer.poll(PATIENCE) else {
            anyhow::bail!("{left} records did not come");
        };
        let message = message?;
        records += 1;
        left -= 1;
        if let Some(finder) = &finder
            && let Some(value) = message.payload()
            && finder.find(value).is_some()
        {
            meter.hit();
            hits.add(message.partition(), message.offset());
        }
    }
    let mut outcome = meter.end()?;
    outcome.records = records;
    outcome.hits = find.then_some(hits);
    Ok(outcome)
}
