//! `testbed fault …`: breaks parts of a running bed and mends them.

use super::link::Link;
use super::say;
use crate::daemon::control::{Act, ProcessFault, ProxyFault};
use crate::layout::Layout;
use crate::proxy::Fault;
use anyhow::Result;
use serde_json::json;
use std::time::Duration;

/// What `fault` takes.
///
/// A target is a Kafka node, `<namespace>/<cluster>/<node id>` such as `kafka/task-events/1`, or a process by its name
/// in `testbed status`, such as `apiserver`.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
    /// End a process at once (SIGKILL); it comes back after a while, as a kubelet would have it
    Kill {
        /// Node (kafka/task-events/1) or apiserver
        target: String,
        /// How long it stays away
        #[arg(long = "for", value_name = "DURATION", default_value = "15s", value_parser = super::duration, conflicts_with = "stay")]
        down: Duration,
        /// It stays away until `start`
        #[arg(long)]
        stay: bool,
    },
    /// End a process cleanly (SIGTERM); it stays away until `start`
    Stop {
        /// Node (kafka/task-events/1) or apiserver
        target: String,
    },
    /// Start a process that is away
    Start {
        /// Node (kafka/task-events/1) or apiserver
        target: String,
    },
    /// End a process cleanly and start it again; returns when it answers
    Restart {
        /// Node (kafka/task-events/1) or apiserver
        target: String,
    },
    /// Freeze a process (SIGSTOP): connections stay open, nothing answers
    Pause {
        /// Node (kafka/task-events/1) or apiserver
        target: String,
    },
    /// Thaw a frozen process (SIGCONT)
    Resume {
        /// Node (kafka/task-events/1) or apiserver
        target: String,
    },
    /// Set what is wrong with the clients' way to a node; replaces what was set before
    Proxy(Way),
    /// End every fault: clear the proxies, resume what is frozen, start what is away
    Clear,
}

/// What is wrong with a way.
#[derive(Clone, Debug, clap::Args)]
#[group(id = "what", required = true, multiple = true)]
pub struct Way {
    /// Node (kafka/task-events/1)
    #[arg(group = "node")]
    target: String,
    /// Everything arrives this much later, in either direction
    #[arg(long, group = "what", value_name = "DURATION", value_parser = super::duration)]
    delay: Option<Duration>,
    /// At most this much passes through each connection and direction
    #[arg(long, group = "what", value_name = "RATE", value_parser = super::rate)]
    throttle: Option<u64>,
    /// Nothing arrives any more; connections stay open
    #[arg(long, group = "what")]
    black_hole: bool,
    /// Connections are reset, open ones and new ones
    #[arg(long, group = "what")]
    reset: bool,
    /// Nothing is wrong
    #[arg(long, group = "what", conflicts_with_all = ["delay", "throttle", "black_hole", "reset"])]
    clear: bool,
}

/// Runs the command.
///
/// # Errors
/// No bed runs, or it refuses; the message says why.
pub async fn run(command: Command) -> Result<()> {
    let layout = Layout::find()?;
    let link = Link::open(&layout)?;
    let (target, act, done) = match command {
        Command::Clear => {
            link.post("/clear", &json!({})).await?;
            say("Every fault is cleared.");
            return Ok(());
        }
        Command::Proxy(way) => return set(&link, way).await,
        Command::Kill { target, down, stay } => {
            let milliseconds = u64::try_from(down.as_millis()).unwrap_or(u64::MAX);
            let down_ms = (!stay).then_some(milliseconds);
            let done = match stay {
                true => "killed; it stays away until `testbed fault start`".to_owned(),
                false => format!("killed; it comes back in {} s", down.as_secs_f64()),
            };
            (target, Act::Kill { down_ms }, done)
        }
        Command::Stop { target } => (target, Act::Stop, "stopped".to_owned()),
        Command::Start { target } => (target, Act::Start, "starting".to_owned()),
        Command::Restart { target } => (target, Act::Restart, "restarted".to_owned()),
        Command::Pause { target } => (target, Act::Pause, "frozen".to_owned()),
        Command::Resume { target } => (target, Act::Resume, "thawed".to_owned()),
    };
    let fault = ProcessFault {
        target: target.clone(),
        act,
    };
    link.post("/fault", &fault).await?;
    say(&format!("{target}: {done}."));
    Ok(())
}

async fn set(link: &Link, way: Way) -> Result<()> {
    let delay = way.delay.unwrap_or_default().as_millis();
    let fault = ProxyFault {
        target: way.target.clone(),
        fault: Fault {
            delay_ms: u64::try_from(delay).unwrap_or(u64::MAX),
            bytes_per_second: way.throttle.unwrap_or_default(),
            black_hole: way.black_hole,
            reset: way.reset,
        },
    };
    link.post("/proxy", &fault).await?;
    let done = if way.clear { "cleared" } else { "set" };
    say(&format!("Way to {}: {done}.", way.target));
    Ok(())
}
