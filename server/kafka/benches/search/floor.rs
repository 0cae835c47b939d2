//! The floor: fetches everything and decompresses it, and does nothing else. No client that looks into records can be faster
//! with the same decompressors; how near one comes says what it adds.
//!
//! One thread per connection and as many connections as are fastest here (settable). A topic of few partitions is read by
//! several connections at different offsets at once. Decompressors keep their state and write into one buffer; checksums are
//! not verified.

use super::{
    data::Dataset,
    run::{Outcome, Run},
    wire::{Connection, Topic, batches},
};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;

/// A part of a partition that one connection reads.
#[derive(Clone, Copy, Debug)]
struct Job {
    partition: i32,
    from: i64,
    to: i64,
}

/// What was read.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    records: u64,
    batches: u64,
    log: u64,
    inflated: u64,
}

/// Reads the set.
pub fn read(run: &Run) -> Result<Outcome> {
    let dataset: &Dataset = &run.dataset;
    let topic = Topic::find(&run.bootstrap, &dataset.topic())?;
    let lanes = jobs(&topic, run.lanes);
    let mut connections = Vec::new();
    for (leader, jobs) in lanes {
        connections.push((Connection::open(&leader)?, jobs));
    }
    let meter = run.begin()?;
    let sums = std::thread::scope(|scope| {
        let threads: Vec<_> = connections
            .into_iter()
            .map(|(connection, jobs)| {
                let topic = &topic;
                scope.spawn(move || lane(connection, topic, jobs, run.inflate))
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .map_err(|_| anyhow::anyhow!("a lane panicked"))?
            })
            .collect::<Result<Vec<Sum>>>()
    })?;
    let mut outcome = meter.end()?;
    for sum in sums {
        outcome.records += sum.records;
        outcome.batches += sum.batches;
        outcome.log_bytes += sum.log;
        outcome.record_bytes += sum.inflated;
    }
    Ok(outcome)
}

/// Spreads partitions over connections: `lanes` per broker, and ranges of partitions where there are fewer partitions.
fn jobs(topic: &Topic, lanes: usize) -> Vec<(String, Vec<Job>)> {
    let mut leaders: BTreeMap<&str, Vec<Job>> = BTreeMap::new();
    let pieces = (lanes * 4).div_ceil(topic.partitions.len()).max(1);
    for partition in &topic.partitions {
        let step = partition.end / i64::try_from(pieces).unwrap_or(1) + 1;
        let mut from = 0;
        while from < partition.end {
            let to = (from + step).min(partition.end);
            leaders.entry(&partition.leader).or_default().push(Job {
                partition: partition.number,
                from,
                to,
            });
            from = to;
        }
    }
    let mut spread = Vec::new();
    for (leader, jobs) in leaders {
        for lane in 0..lanes {
            let own: Vec<Job> = jobs.iter().copied().skip(lane).step_by(lanes).collect();
            if !own.is_empty() {
                spread.push((leader.to_owned(), own));
            }
        }
    }
    spread
}

/// One connection's work. Several ranges of one partition are read one after the other: a request names a partition once.
fn lane(mut connection: Connection, topic: &Topic, jobs: Vec<Job>, inflate: bool) -> Result<Sum> {
    let mut sum = Sum::default();
    let mut inflater = Inflater::new()?;
    let mut waiting = jobs;
    let mut active: BTreeMap<i32, Job> = BTreeMap::new();
    loop {
        waiting.retain(|job| {
            let free = !active.contains_key(&job.partition);
            if free {
                active.insert(job.partition, *job);
            }
            !free
        });
        if active.is_empty() {
            return Ok(sum);
        }
        connection.ask(topic, active.values().map(|job| (job.partition, job.from)))?;
        for (partition, bytes) in connection.records()? {
            let Some(job) = active.get_mut(&partition) else {
                continue;
            };
            let begin = job.from;
            for batch in batches(&bytes) {
                if batch.base >= job.to {
                    job.from = job.to;
                    break;
                }
                job.from = batch.next;
                // A batch that begins before the range is in the range before.
                if batch.base < begin {
                    continue;
                }
                sum.batches += 1;
                sum.records += u64::try_from(batch.count)?;
                sum.log += u64::try_from(batch.bytes.len())?;
                if inflate {
                    sum.inflated +=
                        u64::try_from(inflater.inflate(batch.codec, batch.records)?.len())?;
                }
            }
            if job.from >= job.to {
                active.remove(&partition);
            }
        }
    }
}

/// Decompressors that keep their state.
pub struct Inflater {
    buffer: Vec<u8>,
    zstd: zstd::bulk::Decompressor<'static>,
}

/// Larger than any batch here.
const LARGEST: usize = 4 << 20;

impl Inflater {
    /// With a buffer of its own.
    pub fn new() -> Result<Self> {
        Ok(Self {
            buffer: vec![0; 256 << 10],
            zstd: zstd::bulk::Decompressor::new()?,
        })
    }

    /// The records of a batch.
    pub fn inflate<'a>(&'a mut self, codec: i16, records: &'a [u8]) -> Result<&'a [u8]> {
        let length = match codec {
            0 => return Ok(records),
            3 => self.lz4(records)?,
            4 => self.zstd(records)?,
            other => anyhow::bail!("codec {other}"),
        };
        self.buffer.get(..length).context("the inflated records")
    }

    fn zstd(&mut self, records: &[u8]) -> Result<usize> {
        loop {
            match self
                .zstd
                .decompress_to_buffer(records, &mut self.buffer[..])
            {
                Ok(length) => return Ok(length),
                Err(_) if self.buffer.len() < LARGEST => self.grow(),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// An LZ4 frame of independent blocks, as librdkafka writes them.
    fn lz4(&mut self, frame: &[u8]) -> Result<usize> {
        let flags = *frame.get(4).context("an LZ4 frame")?;
        ensure!(flags & 0b0010_0000 != 0, "linked blocks");
        let mut at = 7 + if flags & 0b1000 != 0 { 8 } else { 0 };
        let mut length = 0;
        loop {
            let mut head = frame.get(at..at + 4).context("an LZ4 block")?;
            let size = bytes::Buf::get_u32_le(&mut head);
            at += 4;
            if size == 0 {
                return Ok(length);
            }
            let stored = size & 0x8000_0000 != 0;
            let size = usize::try_from(size & 0x7fff_ffff)?;
            let block = frame.get(at..at + size).context("an LZ4 block")?;
            at += size + if flags & 0b1_0000 != 0 { 4 } else { 0 };
            length += loop {
                let room = self.buffer.get_mut(length..).context("room")?;
                if stored {
                    if let Some(room) = room.get_mut(..size) {
                        room.copy_from_slice(block);
                        break size;
                    }
                } else if let Ok(written) = lz4_flex::block::decompress_into(block, room) {
                    break written;
                }
                ensure!(self.buffer.len() < LARGEST, "an LZ4 block is damaged");
                self.grow();
            };
        }
    }

    fn grow(&mut self) {
        self.buffer.resize(self.buffer.len() * 2, 0);
    }
}
