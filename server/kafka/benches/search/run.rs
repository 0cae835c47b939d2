//! One contestant's one run, in a process of its own, so that memory and processor time are its alone: what it is told, how it
//! is measured, what it answers.
//!
//! The clock runs from the moment a contestant knows the topic's bounds and is connected to when it has the last record. What
//! comes before (start, metadata, bounds) is told apart as `ready`.

use super::{
    data::{Dataset, HitSet, Hits},
    machine::{self, Clocks, Spent},
};
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::{
    process::{Command, Stdio},
    time::Instant,
};

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contestant {
    /// rdkafka's loop that counts.
    RdkafkaCount,
    /// The same with librdkafka's defaults.
    RdkafkaDefaults,
    /// rdkafka's loop with a substring search.
    RdkafkaFind,
    /// Reading and decompressing over blocking sockets.
    Floor,
    /// Reading alone.
    Socket,
    /// Penstock's search, from the beginning.
    Oldest,
    /// Penstock's search, from the end.
    Newest,
}

impl Contestant {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::RdkafkaCount,
        Self::RdkafkaDefaults,
        Self::RdkafkaFind,
        Self::Floor,
        Self::Socket,
        Self::Oldest,
        Self::Newest,
    ];

    /// Name on the command line and in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RdkafkaCount => "rdkafka-count",
            Self::RdkafkaDefaults => "rdkafka-defaults",
            Self::RdkafkaFind => "rdkafka-find",
            Self::Floor => "floor",
            Self::Socket => "socket",
            Self::Oldest => "oldest",
            Self::Newest => "newest",
        }
    }

    /// Whether it looks into records, so that what it is asked for matters.
    pub const fn searches(self) -> bool {
        matches!(self, Self::RdkafkaFind | Self::Oldest | Self::Newest)
    }
}

impl std::str::FromStr for Contestant {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|one| one.name() == text)
            .with_context(|| format!("there is no contestant {text}"))
    }
}

/// What a contestant is told.
#[derive(Clone, Debug)]
pub struct Run {
    /// Who.
    pub contestant: Contestant,
    /// Where the brokers are.
    pub bootstrap: String,
    /// Their processes.
    pub pids: Vec<u32>,
    /// What is read.
    pub dataset: Dataset,
    /// What is looked for.
    pub hits: Hits,
    /// Connections per broker, for the floor.
    pub lanes: usize,
    /// Whether the floor decompresses.
    pub inflate: bool,
    /// Further settings of librdkafka, `name=value,name=value`: for finding the best.
    pub extra: String,
    /// When the process began.
    pub born: Instant,
}

/// What a contestant answers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// Seconds from the process's start until the clock ran.
    pub ready: f64,
    /// Seconds on the clock.
    pub seconds: f64,
    /// Records seen.
    pub records: u64,
    /// Batches seen; told by the floor.
    pub batches: u64,
    /// Bytes in the log; told by the floor and by the search.
    pub log_bytes: u64,
    /// Bytes of records after decompression; told by the floor.
    pub record_bytes: u64,
    /// Seconds until the first hit was there.
    pub first_hit: Option<f64>,
    /// What was found.
    pub hits: Option<HitSet>,
    /// Whether hits came in the order that was asked for, and a sum over their sequence, which must not differ between runs.
    pub order: Option<(bool, u64)>,
    /// Processor time.
    pub spent: Spent,
    /// Peak of resident memory over what was resident when the clock began, bytes.
    pub peak_over_idle: u64,
    /// Resident memory when the clock began, bytes.
    pub idle: u64,
    /// Load average before.
    pub load: f64,
}

/// A running clock.
pub struct Meter {
    pids: Vec<u32>,
    began: Instant,
    clocks: Clocks,
    outcome: Outcome,
}

impl Run {
    /// Begins the clock.
    pub fn begin(&self) -> Result<Meter> {
        machine::forget_peak()?;
        let outcome = Outcome {
            ready: self.born.elapsed().as_secs_f64(),
            idle: machine::resident(false)?,
            load: machine::load(),
            ..Outcome::default()
        };
        Ok(Meter {
            pids: self.pids.clone(),
            clocks: Clocks::now(&self.pids)?,
            began: Instant::now(),
            outcome,
        })
    }

    /// Further settings of librdkafka.
    pub fn settings(&self) -> impl Iterator<Item = (&str, &str)> {
        self.extra
            .split(',')
            .filter_map(|pair| pair.split_once('='))
    }

    /// Runs it in a child process.
    pub fn apart(&self) -> Result<Outcome> {
        let pids: Vec<String> = self.pids.iter().map(u32::to_string).collect();
        let dataset = &self.dataset;
        let output = Command::new(std::env::current_exe()?)
            .arg(format!("run={}", self.contestant.name()))
            .arg(format!("bootstrap={}", self.bootstrap))
            .arg(format!("pids={}", pids.join(",")))
            .arg(format!("records={}", dataset.records))
            .arg(format!("partitions={}", dataset.partitions))
            .arg(format!("codecs={}", dataset.compression.name()))
            .arg(format!("hits={}", self.hits.name()))
            .arg(format!("lanes={}", self.lanes))
            .arg(format!("rdkafka={}", self.extra))
            .stderr(Stdio::inherit())
            .output()?;
        ensure!(
            output.status.success(),
            "{} over {dataset} ended with {}",
            self.contestant.name(),
            output.status
        );
        let mut outcome: Outcome = serde_json::from_slice(&output.stdout)
            .with_context(|| String::from_utf8_lossy(&output.stdout).into_owned())?;
        self.check(&mut outcome)?;
        Ok(outcome)
    }

    /// Refuses a run that did not see everything, or found anything but what there is to find.
    fn check(&self, outcome: &mut Outcome) -> Result<()> {
        let what = format!("{} over {}", self.contestant.name(), self.dataset);
        ensure!(
            outcome.records == self.dataset.records,
            "{what}: {} records of {}",
            outcome.records,
            self.dataset.records
        );
        if self.contestant.searches() {
            let expected = self.dataset.expected(self.hits);
            ensure!(
                outcome.hits == Some(expected),
                "{what}: found {:?} instead of {expected:?}",
                outcome.hits
            );
        }
        if let Some((ordered, _)) = outcome.order {
            ensure!(ordered, "{what}: hits out of order");
        }
        Ok(())
    }
}

impl Meter {
    /// Notes when the first hit was there.
    pub fn hit(&mut self) {
        if self.outcome.first_hit.is_none() {
            self.outcome.first_hit = Some(self.began.elapsed().as_secs_f64());
        }
    }

    /// Ends the clock.
    pub fn end(mut self) -> Result<Outcome> {
        self.outcome.seconds = self.began.elapsed().as_secs_f64();
        self.outcome.spent = self.clocks.spent(&self.pids)?;
        self.outcome.peak_over_idle = machine::resident(true)?.saturating_sub(self.outcome.idle);
        Ok(self.outcome)
    }
}
