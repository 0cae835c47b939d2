//! How fast a whole topic is searched, beside a raw rdkafka loop that only counts and beside a floor that only fetches and
//! decompresses: same brokers, same data, one after the other in one run, each in a process of its own.
//!
//! ```text
//! scripts/bench search [records=1000000] [partitions=12,1] [codecs=none,lz4,zstd] [hits=none,one,percent]
//!                      [repetitions=3] [pause=MILLISECONDS] [contestants=…] [lanes=N] [rdkafka=name=value,…] [json=FILE]
//! ```
//! `BENCH_BROKERS` names the file that says where the brokers are (`testbed brokers` writes it); `bootstrap=` takes any others,
//! whose processor time is then not told apart. What every figure means is in docs/PERFORMANCE.md.
#![allow(clippy::print_stdout, reason = "a program for people at a terminal")]

mod data;
mod engine;
mod event;
mod floor;
mod machine;
mod raw;
mod report;
mod run;
mod wire;

use anyhow::{Context, Result, ensure};
use data::{Compression, Dataset, Hits};
use report::Rows;
use run::{Contestant, Run};
use serde::Deserialize;
use serde_json::json;
use std::{
    collections::HashMap,
    str::FromStr,
    time::{Duration, Instant},
};

/// What `testbed brokers` says.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Brokers {
    bootstrap: String,
    pids: Vec<u32>,
    kafka_version: String,
    java_options: Vec<String>,
}

/// Readings before the first that is measured. A broker that has not read much yet spends more on compiling than on reading,
/// on the same processors.
const WARM: usize = 4;

struct Options(HashMap<String, String>);

impl Options {
    /// `name=value` each; what cargo adds of its own (`--bench`) is passed over.
    fn read() -> Result<Self> {
        let pairs = std::env::args()
            .skip(1)
            .filter(|argument| !argument.starts_with("--"))
            .map(|argument| {
                let (name, value) = argument
                    .split_once('=')
                    .with_context(|| format!("{argument}: expected name=value"))?;
                Ok((name.to_owned(), value.to_owned()))
            })
            .collect::<Result<_>>()?;
        Ok(Self(pairs))
    }

    fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn number<T: FromStr>(&self, name: &str, usual: T) -> Result<T>
    where
        T::Err: std::error::Error + Send + Sync + 'static,
    {
        match self.text(name) {
            "" => Ok(usual),
            text => text.parse().with_context(|| format!("{name}={text}")),
        }
    }

    fn list<T: FromStr<Err = anyhow::Error> + Copy>(
        &self,
        name: &str,
        usual: &[T],
    ) -> Result<Vec<T>> {
        match self.text(name) {
            "" => Ok(usual.to_vec()),
            text => text.split(',').map(T::from_str).collect(),
        }
    }
}

fn main() -> Result<()> {
    let born = Instant::now();
    let options = Options::read()?;
    if !options.text("run").is_empty() {
        return child(&options, born);
    }
    measure(&options)
}

/// One contestant in a process of its own; its outcome goes to standard output.
fn child(options: &Options, born: Instant) -> Result<()> {
    let contestant: Contestant = options.text("run").parse()?;
    let run = Run {
        contestant,
        bootstrap: options.text("bootstrap").to_owned(),
        pids: options
            .text("pids")
            .split(',')
            .filter_map(|pid| pid.parse().ok())
            .collect(),
        dataset: Dataset {
            records: options.text("records").parse()?,
            partitions: options.text("partitions").parse()?,
            compression: options.text("codecs").parse()?,
        },
        hits: options.text("hits").parse()?,
        lanes: options.text("lanes").parse()?,
        inflate: contestant == Contestant::Floor,
        extra: options.text("rdkafka").to_owned(),
        born,
    };
    let outcome = match contestant {
        Contestant::RdkafkaCount | Contestant::RdkafkaDefaults => raw::read(&run, false),
        Contestant::RdkafkaFind => raw::read(&run, true),
        Contestant::Floor | Contestant::Socket => floor::read(&run),
        Contestant::Oldest | Contestant::Newest => engine::read(&run),
    }?;
    println!("{}", serde_json::to_string(&outcome)?);
    Ok(())
}

fn measure(options: &Options) -> Result<()> {
    let brokers = brokers(options)?;
    let contestants = options.list(
        "contestants",
        &[
            Contestant::RdkafkaCount,
            Contestant::RdkafkaDefaults,
            Contestant::RdkafkaFind,
            Contestant::Floor,
            Contestant::Oldest,
            Contestant::Newest,
        ],
    )?;
    let repetitions: usize = options.number("repetitions", 3)?;
    let pause = Duration::from_millis(options.number("pause", 0)?);
    let records: u64 = options.number("records", 1_000_000)?;
    let hits = options.list("hits", &Hits::ALL)?;
    let partitions = match options.text("partitions") {
        "" => vec![12, 1],
        text => text.split(',').map(str::parse).collect::<Result<_, _>>()?,
    };
    let machine = machine::describe();
    let (_, librdkafka) = rdkafka::util::get_rdkafka_version();
    println!(
        "{machine}; Kafka {}, librdkafka {librdkafka}; {repetitions} rounds, medians",
        brokers.kafka_version
    );
    let mut sets = Vec::new();
    for compression in options.list("codecs", &Compression::ALL)? {
        for partitions in &partitions {
            let dataset = Dataset {
                records,
                partitions: *partitions,
                compression,
            };
            let began = Instant::now();
            let what = dataset.ensure(&brokers.bootstrap)?;
            println!(
                "\n{dataset}: {what} ({:.1} s)",
                began.elapsed().as_secs_f64()
            );
            let run = Run {
                contestant: Contestant::Floor,
                bootstrap: brokers.bootstrap.clone(),
                pids: brokers.pids.clone(),
                dataset,
                hits: Hits::None,
                lanes: options.number("lanes", if *partitions < 3 { 3 } else { 1 })?,
                inflate: true,
                extra: options.text("rdkafka").to_owned(),
                born: Instant::now(),
            };
            // Not measured: fills the disk cache, lets the brokers' virtual machines compile what reading needs, and counts
            // batches and bytes.
            let mut facts = run.apart()?;
            for _ in 1..WARM {
                facts = run.apart()?;
            }
            let rows = rounds(&run, &contestants, &hits, repetitions, pause)?;
            println!("{}", report::table(&dataset, &rows, &facts));
            sets.push(report::value(&dataset, &rows, &facts));
        }
    }
    let file = options.text("json");
    if !file.is_empty() {
        let document = json!({
            "machine": machine,
            "kafka": brokers.kafka_version,
            "javaOptions": brokers.java_options,
            "librdkafka": librdkafka,
            "rdkafkaSettings": raw::SETTINGS.into_iter().collect::<HashMap<_, _>>(),
            "repetitions": repetitions,
            "sets": sets,
        });
        std::fs::write(file, serde_json::to_vec_pretty(&document)?)?;
        println!("every run: {file}");
    }
    Ok(())
}

/// Each contestant once a round, in an order that turns with the rounds.
fn rounds(
    run: &Run,
    contestants: &[Contestant],
    hits: &[Hits],
    repetitions: usize,
    pause: Duration,
) -> Result<Rows> {
    let mut entries = Vec::new();
    for contestant in contestants {
        let hits = if contestant.searches() {
            hits
        } else {
            &[Hits::None]
        };
        entries.extend(hits.iter().map(|hits| (*contestant, *hits)));
    }
    let mut rows = Rows::new();
    for round in 0..repetitions {
        for _ in 0..entries.len() {
            if let Some((contestant, hits)) = entries.first().copied() {
                let run = Run {
                    contestant,
                    hits,
                    ..run.clone()
                };
                #[expect(clippy::disallowed_methods, reason = "there is nothing else to do")]
                std::thread::sleep(pause);
                let outcome = run.apart()?;
                rows.entry((contestant, hits.name()))
                    .or_default()
                    .runs
                    .push(outcome);
            }
            entries.rotate_left(1);
        }
        if round % 2 == 0 {
            entries.reverse();
        } else {
            entries.rotate_left(1);
        }
    }
    same_order(&rows)?;
    Ok(rows)
}

/// The order of hits depends on the records alone, not on how fast brokers answered.
fn same_order(rows: &Rows) -> Result<()> {
    for ((contestant, hits), row) in rows {
        let orders: Vec<Option<(bool, u64)>> = row.runs.iter().map(|one| one.order).collect();
        ensure!(
            orders.windows(2).all(|pair| pair.first() == pair.last()),
            "{} ({hits}): the order of hits differs between runs",
            contestant.name()
        );
    }
    Ok(())
}

fn brokers(options: &Options) -> Result<Brokers> {
    let bootstrap = options.text("bootstrap");
    if !bootstrap.is_empty() {
        return Ok(Brokers {
            bootstrap: bootstrap.to_owned(),
            ..Brokers::default()
        });
    }
    let file = std::env::var("BENCH_BROKERS").context(
        "no brokers: `scripts/bench search` starts them, or bootstrap=host:port names others",
    )?;
    serde_json::from_slice(&std::fs::read(&file)?).with_context(|| file)
}
