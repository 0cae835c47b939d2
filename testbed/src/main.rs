//! `testbed`: brings the test bed up and down, shows it, and breaks it on purpose.

use anyhow::Result;
use clap::{Parser, Subcommand};
use penstock_testbed::commands::{brokers, demo, down, fault, load, matrix, scale, status, up};
use penstock_testbed::daemon;
use std::process::ExitCode;

/// Real components for Penstock's tests and demo, on loopback, without containers.
#[derive(Parser)]
#[command(name = "testbed", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the bed, or find it running, and wait until everything is ready
    Up(up::Up),
    /// Start the bed, its workload and the console; Ctrl-C ends all of them
    Demo(demo::Demo),
    /// End everything the bed of this clone started, and nothing else
    Down,
    /// Show what runs
    Status(status::Show),
    /// Break something on purpose, and mend it
    #[command(subcommand)]
    Fault(fault::Command),
    /// Break one thing after the other on a bed with a console, and print what was said and how soon all was right again
    Matrix(matrix::Matrix),
    /// Three bare brokers for measurements, with data that is kept; nothing else of the bed
    Brokers(brokers::Bare),
    /// Send records at a steady rate, to the bed or to bare brokers
    Load(load::Load),
    /// A cluster with many topics on brokers of its own, for measurements
    Scale(scale::Scale),
    /// The background process that owns the bed
    #[command(hide = true)]
    Daemon(daemon::bed::Options),
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("testbed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments = Arguments::parse();
    // An error means that another one is installed; then that one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| "warn,penstock_testbed=info".into()),
        )
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match arguments.command {
            Command::Up(arguments) => up::run(&arguments).await,
            Command::Demo(arguments) => Box::pin(demo::run(&arguments)).await,
            Command::Down => down::run(),
            Command::Status(arguments) => status::run(arguments).await,
            Command::Fault(command) => fault::run(command).await,
            Command::Matrix(matrix) => Box::pin(matrix::run(&matrix)).await,
            Command::Brokers(wish) => Box::pin(brokers::run(&wish)).await,
            Command::Load(wish) => Box::pin(load::run(&wish)).await,
            Command::Scale(wish) => Box::pin(scale::run(&wish)).await,
            Command::Daemon(options) => Box::pin(daemon::run(options)).await,
        }
    })
}
