//! `testbed load`: sends records at a steady rate, and says as JSON what was delivered.

use super::say;
use crate::kafka::bare::Brokers;
use crate::load;
use crate::state::State;
use anyhow::{Context, Result};
use rdkafka::ClientConfig;
use std::path::PathBuf;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// What `load` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Load {
    /// Topic; made with one replica if there is none
    #[arg(long)]
    pub topic: String,
    /// Its partitions
    #[arg(long, default_value_t = 6)]
    pub partitions: i32,
    /// Records a second
    #[arg(long, default_value_t = 1000)]
    pub rate: u64,
    /// Bytes of a record's value
    #[arg(long, default_value_t = 300)]
    pub size: usize,
    /// How long, such as 30s
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = super::duration)]
    pub time: Duration,
    /// none, gzip, snappy, lz4 or zstd
    #[arg(long, default_value = "none")]
    pub compression: String,
    /// Delete an earlier topic of the name first
    #[arg(long)]
    pub fresh: bool,
    /// A cluster of the bed, such as kafka/task-events
    #[arg(long, conflicts_with = "brokers")]
    pub cluster: Option<String>,
    /// The file in which `testbed brokers` says where its brokers are
    #[arg(long, env = "BENCH_BROKERS", required_unless_present = "cluster")]
    pub brokers: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// There are no such brokers, or they took not everything.
pub async fn run(wish: &Load) -> Result<()> {
    let client = client(wish)?;
    let stop = CancellationToken::new();
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let load = load::Load {
        topic: wish.topic.clone(),
        partitions: wish.partitions,
        rate: wish.rate,
        size: wish.size,
        time: wish.time,
        compression: wish.compression.clone(),
        fresh: wish.fresh,
    };
    let sending = load.send(&client, &stop);
    tokio::pin!(sending);
    let done = loop {
        tokio::select! {
            done = &mut sending => break done?,
            _ = terminate.recv() => stop.cancel(),
            _ = interrupt.recv() => stop.cancel(),
        }
    };
    say(&serde_json::to_string(&done)?);
    anyhow::ensure!(
        done.failed == 0,
        "{} records were not delivered",
        done.failed
    );
    Ok(())
}

fn client(wish: &Load) -> Result<ClientConfig> {
    let mut config = if let Some(name) = &wish.cluster {
        let state = State::load()?;
        let (namespace, name) = name
            .split_once('/')
            .context("a cluster is named namespace/name")?;
        let cluster = state
            .cluster(namespace, name)
            .with_context(|| format!("the bed has no cluster {namespace}/{name}"))?;
        cluster.admin.client()
    } else {
        let file = wish.brokers.as_ref().context("no brokers are named")?;
        let text =
            std::fs::read(file).with_context(|| format!("{} can't be read", file.display()))?;
        let brokers: Brokers = serde_json::from_slice(&text)?;
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &brokers.bootstrap);
        config
    };
    config.set("client.id", "load");
    Ok(config)
}
