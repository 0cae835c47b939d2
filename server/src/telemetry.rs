//! The log: text for people, JSON for collectors.

use crate::config::{Log, LogFormat};
use anyhow::{Context, Result};
use tracing_subscriber::EnvFilter;

/// Said by the console's own watches already, in one line with a cause; the library repeats it for every attempt.
const QUIET: &str = "kube_client=off,kube_runtime=error,rdkafka=error";

/// Installs the log of this process.
pub fn install(log: &Log) -> Result<()> {
    let filter = EnvFilter::try_new(format!("{QUIET},{}", log.filter))
        .with_context(|| format!("log.filter: “{}” is no filter", log.filter))?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let installed = match log.format {
        LogFormat::Text => subscriber.with_target(false).try_init(),
        LogFormat::Json => subscriber.json().try_init(),
    };
    installed.map_err(|error| anyhow::anyhow!("the log could not be installed: {error}"))
}
