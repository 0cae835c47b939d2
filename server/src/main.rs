//! `penstock`: reads the command line and hands over.

use clap::Parser;
use penstock_server::command::Command;
use std::process::ExitCode;

fn main() -> ExitCode {
    match Command::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The one place that prints: whoever starts the console reads it there.
            #[allow(
                clippy::print_stderr,
                reason = "the end of the process has no other voice"
            )]
            {
                eprintln!("penstock: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}
