//! The commands of the binary: `serve`, `config`, `openapi`.

use crate::{
    config::{Config, Flags, environment},
    http::rest,
    serve, telemetry,
};
use anyhow::{Context, Result};
use std::io::Write as _;

/// The console for Apache Kafka on Strimzi.
#[derive(Debug, clap::Parser)]
#[command(name = "penstock", version, about)]
pub enum Command {
    /// Serve the console
    Serve(Flags),
    /// Print the configuration in effect, secrets masked
    Config(Flags),
    /// Print the description of the REST API (OpenAPI 3.1)
    Openapi,
}

impl Command {
    /// Runs it.
    pub fn run(self) -> Result<()> {
        match self {
            Command::Serve(flags) => {
                let config = load(&flags)?;
                telemetry::install(&config.log)?;
                let runtime = tokio::runtime::Builder::new_multi_thread()
                    .enable_all()
                    .build()
                    .context("the runtime could not be started")?;
                runtime.block_on(serve::run(config))
            }
            Command::Config(flags) => print(&load(&flags)?.effective()),
            Command::Openapi => print(&rest::openapi().to_pretty_json()?),
        }
    }
}

fn load(flags: &Flags) -> Result<Config> {
    Ok(Config::load(flags, environment())?)
}

fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    Ok(())
}
