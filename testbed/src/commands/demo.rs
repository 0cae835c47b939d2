//! `testbed demo`: the bed, its workload and the console, in the foreground until Ctrl-C.

use super::say;
use super::up::ensure;
use crate::daemon::Contact;
use crate::daemon::bed::Options;
use crate::daemon::extras::{ConsoleWish, Extras};
use crate::layout::Layout;
use crate::state::{Console, Process, State};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// What `demo` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Demo {
    /// The bed's own settings; those of a bed that runs already stay
    #[command(flatten)]
    pub options: Options,
    /// Leave everything running and return
    #[arg(long)]
    pub detach: bool,
    /// Leave out the schema registry (Apicurio) and what is written with its schemas
    #[arg(long)]
    pub without_registry: bool,
    /// Run an OpenID provider as well, whose tokens sign in
    #[arg(long)]
    pub oidc: bool,
    /// Port of the console; any free one when absent
    #[arg(long)]
    pub port: Option<u16>,
    /// The console's program; the one beside this program when absent
    #[arg(long, env = "PENSTOCK_BIN")]
    pub console: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// The bed or the console did not come up.
pub async fn run(demo: &Demo) -> Result<()> {
    let layout = Layout::find()?;
    let program = console_program(demo)?;
    let ran = Contact::find(&layout).is_some();
    let stop = stopped();
    tokio::pin!(stop);
    let work = async {
        let link = ensure(&layout, &demo.options).await?;
        let extras = Extras {
            workload: true,
            registry: !demo.without_registry,
            oidc: demo.oidc,
            console: Some(ConsoleWish {
                program,
                port: demo.port,
            }),
        };
        let state: State = link.post("/start", &extras).await?.json().await?;
        anyhow::Ok((link.contact().process, state))
    };
    let started = tokio::select! {
        started = work => started,
        outcome = &mut stop => {
            outcome?;
            return super::down::run();
        }
    };
    let (daemon, state) = match started {
        Ok(started) => started,
        // A bed that ran before is not this command's to end.
        Err(error) if ran => return Err(error),
        Err(error) => {
            super::down::end(&layout)?;
            return Err(error);
        }
    };
    let console = state.console.as_ref().context("no console was started")?;
    welcome(console, &state, demo.detach);
    if demo.detach {
        return Ok(());
    }
    tokio::select! {
        outcome = stop => {
            outcome?;
            super::down::run()
        }
        () = gone(daemon) => {
            say("The test bed was ended elsewhere.");
            Ok(())
        }
    }
}

fn console_program(demo: &Demo) -> Result<PathBuf> {
    let program = match &demo.console {
        Some(program) => program.clone(),
        None => std::env::current_exe()
            .context("the path of this program can't be told")?
            .with_file_name("penstock"),
    };
    if !program.is_file() {
        bail!(
            "the console is not at {}; build it (`make demo` does), or say where it is with --console",
            program.display()
        );
    }
    Ok(program.canonicalize()?)
}

fn welcome(console: &Console, state: &State, detached: bool) {
    say("");
    say(&format!("Penstock runs at {}", console.url));
    say("");
    say("Sign in with one of these links; each works once:");
    for (name, link) in &console.sign_in {
        let may = state
            .identities
            .get(name)
            .map_or("", |identity| identity.may.as_str());
        say(&format!("  {name:<6} ({may})"));
        say(&format!("         {}", link.expose()));
    }
    if state.oidc.is_some() {
        say("");
        say("Or with a token of the OpenID provider:");
        super::up::say_tokens(state);
    }
    say("");
    say("Break something:  scripts/bed fault kill kafka/task-events/1 --for 45s");
    if detached {
        say("It keeps running; `make down` ends it, `scripts/bed demo --detach` gives new links.");
    } else {
        say("Ctrl-C ends everything.");
    }
}

async fn stopped() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    say("");
    Ok(())
}

async fn gone(daemon: Process) {
    while daemon.alive() {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
