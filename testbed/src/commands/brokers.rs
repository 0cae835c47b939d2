//! `testbed brokers`: three bare brokers for measurements, for as long as a command runs or until Ctrl-C.

use super::say;
use crate::files;
use crate::kafka::bare::{self, BareCluster, Shape};
use crate::layout::{Layout, Tools};
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::Path;
use tokio::process::Command;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What `brokers` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Bare {
    /// What to run once they answer, with BENCH_BROKERS naming the file that says where they are; none: until Ctrl-C
    #[arg(last = true)]
    pub command: Vec<OsString>,
}

/// Runs the command.
///
/// # Errors
/// The brokers did not start, or what was run on them failed.
pub async fn run(wish: &Bare) -> Result<()> {
    let clone = Layout::find()?;
    let shape = Shape::kept();
    let layout = bare::layout(&clone, &shape);
    let tools = Tools::find_kafka(&clone)?;
    let mut interrupts = Interrupts::listen()?;
    let cluster = BareCluster::start(shape, &layout, &tools).await?;
    let file = layout.public.join("brokers.json");
    let outcome = async {
        files::write_public(&file, &serde_json::to_vec_pretty(cluster.brokers())?)?;
        say(&format!(
            "Brokers for measurements: {}",
            cluster.brokers().bootstrap
        ));
        if wish.command.is_empty() {
            say("Ctrl-C ends them; their data is kept.");
        }
        meanwhile(&wish.command, "BENCH_BROKERS", &file, &mut interrupts).await
    }
    .await;
    // Whoever reads it checks that somebody answers there.
    let _ = std::fs::remove_file(&file);
    cluster.end().await?;
    outcome
}

/// Somebody who ends the program, from when it begins to listen.
pub(super) struct Interrupts {
    terminate: Signal,
    interrupt: Signal,
}

impl Interrupts {
    /// From now on, signals end nothing by themselves.
    ///
    /// # Errors
    /// The system does not tell of signals.
    pub fn listen() -> Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn come(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Runs a command with one more variable until it ends, or waits until somebody interrupts; without a command only that.
///
/// # Errors
/// It failed, or was interrupted.
pub(super) async fn meanwhile(
    command: &[OsString],
    name: &str,
    value: &Path,
    interrupts: &mut Interrupts,
) -> Result<()> {
    let Some((program, arguments)) = command.split_first() else {
        interrupts.come().await;
        return Ok(());
    };
    let mut child = Command::new(program)
        .args(arguments)
        .env(name, value)
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{} can't be run", program.display()))?;
    tokio::select! {
        status = child.wait() => match status?.code() {
            Some(0) => Ok(()),
            Some(code) => bail!("{} ended with {code}", program.display()),
            None => bail!("{} was ended by a signal", program.display()),
        },
        // Dropping the child kills it.
        () = interrupts.come() => bail!("interrupted"),
    }
}
