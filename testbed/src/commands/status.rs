//! `testbed status`: what runs, how, and which faults are set.

use super::link::Link;
use super::say;
use crate::daemon::control::Status;
use crate::layout::Layout;
use crate::proxy::Fault;
use anyhow::Result;

/// What `status` takes.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Show {
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
///
/// # Errors
/// No bed runs.
pub async fn run(show: Show) -> Result<()> {
    let layout = Layout::find()?;
    let link = Link::open(&layout)?;
    let status: Status = link.get("/status").await?;
    if show.json {
        say(&serde_json::to_string_pretty(&status)?);
        return Ok(());
    }
    say(if status.ready { "Up." } else { "Coming up." });
    for (name, unit) in &status.units {
        let phase = format!("{:?}", unit.phase).to_lowercase();
        let pid = unit.pid.map_or("–".to_owned(), |pid| pid.to_string());
        let mut line = format!("  {name:<22} {phase:<9} pid {pid:<8}");
        if unit.restarts > 0 {
            line.push_str(&format!(" restarts {}", unit.restarts));
        }
        if let Some(exit) = &unit.last_exit {
            line.push_str(&format!(" last exit code {}", exit.code));
        }
        say(line.trim_end());
    }
    say(&format!(
        "  {:<22} {}",
        "workload",
        if status.workload {
            "running"
        } else {
            "not started"
        }
    ));
    for (name, fault) in &status.proxies {
        if *fault != Fault::default() {
            say(&format!("  way to {name}: {}", describe(fault)));
        }
    }
    Ok(())
}

fn describe(fault: &Fault) -> String {
    let mut parts = Vec::new();
    if fault.reset {
        parts.push("connections are reset".to_owned());
    }
    if fault.black_hole {
        parts.push("nothing arrives".to_owned());
    }
    if fault.delay_ms > 0 {
        parts.push(format!("delayed by {} ms", fault.delay_ms));
    }
    if fault.bytes_per_second > 0 {
        parts.push(format!("{} bytes a second", fault.bytes_per_second));
    }
    parts.join(", ")
}
