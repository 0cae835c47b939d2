//! The background process that owns everything: one per clone, held by a lock on the bed's data folder.
//!
//! `testbed up` starts it and follows its progress; every command talks to its control endpoint. It ends on request, on
//! SIGTERM and on SIGINT, and whatever it started ends with it, even when it is killed (`unit` says how).

pub mod bed;
pub mod control;
pub mod extras;
mod oidc;
pub mod progress;
mod tasks;

use crate::files;
use crate::layout::{Layout, Tools};
use crate::process::{Ledger, boot};
use crate::state::{Process, Secret};
use anyhow::{Context, Result};
use bed::{Bed, Options};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// How long everything may take to end before the daemon leaves anyway; its death takes the rest along.
const LONGEST_END: Duration = Duration::from_secs(20);

/// Where a running daemon listens.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// The daemon.
    pub process: Process,
    /// The boot it belongs to.
    pub boot: String,
    /// Its control endpoint.
    pub url: String,
    /// The bearer token that wants.
    pub token: Secret,
}

impl Contact {
    /// The running daemon of a clone, if there is one.
    pub fn find(layout: &Layout) -> Option<Self> {
        let text = std::fs::read(contact_file(layout)).ok()?;
        let contact: Self = serde_json::from_slice(&text).ok()?;
        (contact.boot == boot() && contact.process.alive()).then_some(contact)
    }
}

/// Where the daemon writes its [`Contact`].
pub fn contact_file(layout: &Layout) -> PathBuf {
    layout.data.join("daemon.json")
}

/// Where the daemon keeps its ledger of processes.
pub fn ledger_file(layout: &Layout) -> PathBuf {
    layout.data.join("processes.json")
}

/// Runs the bed until it is told to end.
///
/// # Errors
/// Another daemon has this clone's bed, a tool is missing, or a listener can't be bound. That a part of the bed does not
/// start is no error here: it is progress, for `up` to show.
pub async fn run(options: Options) -> Result<()> {
    let layout = Layout::find()?;
    let tools = Tools::find(&layout, &options.crds)?;
    files::make_private_folder(&layout.data)?;
    let _lock = files::lock(
        &layout.data,
        "another daemon has this clone's bed; `testbed status` asks it, `testbed down` ends it",
    )?;
    // A daemon that crashed may have left some; `up` has the same duty as `down`.
    Ledger::end_leftovers(&ledger_file(&layout), Duration::from_secs(3));
    start_afresh(&layout)?;
    let ledger = Arc::new(Ledger::open(ledger_file(&layout))?);
    let bed = Arc::new(Bed::new(layout, tools, options, ledger));
    let contact = control::serve(Arc::clone(&bed)).await?;
    files::write_private(&contact_file(bed.layout()), &serde_json::to_vec(&contact)?)?;
    let work = Arc::clone(&bed);
    let control = contact.clone();
    let bring_up = bed
        .tasks()
        .spawn(async move { work.bring_up(&control).await });
    wait_for_end(&bed).await?;
    bring_up.abort();
    end(&bed).await;
    Ok(())
}

async fn wait_for_end(bed: &Bed) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    // Closing the terminal the bed was started from is no reason to end it.
    let mut hangup = signal(SignalKind::hangup())?;
    let ended = bed.cancelled();
    tokio::pin!(ended);
    loop {
        tokio::select! {
            () = &mut ended => return Ok(()),
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            _ = hangup.recv() => {}
        }
    }
}

async fn end(bed: &Bed) {
    tracing::info!("ending");
    bed.cancel();
    bed.tasks().close();
    if tokio::time::timeout(LONGEST_END, bed.tasks().wait())
        .await
        .is_err()
    {
        tracing::warn!("not everything ended in time; it ends with this process");
    }
    for path in [bed.layout().state_file.clone(), contact_file(bed.layout())] {
        // Whoever reads them checks that the daemon lives.
        let _ = std::fs::remove_file(path);
    }
    if let Err(error) = files::remove_folder(&bed.layout().running()) {
        tracing::warn!(error = format!("{error:#}"), "data of the bed stays");
    }
}

/// Removes what an earlier bed left: its data (never what is kept) and its logs.
fn start_afresh(layout: &Layout) -> Result<()> {
    files::remove_folder(&layout.running())?;
    files::make_private_folder(&layout.running())?;
    files::make_private_folder(&layout.kept())?;
    std::fs::create_dir_all(&layout.public)
        .with_context(|| format!("{} can't be made", layout.public.display()))?;
    let own = layout.log("daemon");
    for entry in std::fs::read_dir(&layout.public)?.filter_map(Result::ok) {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "log") && path != own {
            // A log that stays is appended to.
            let _ = std::fs::remove_file(path);
        }
    }
    // Without one, nobody takes an earlier bed's state for this one's.
    let _ = std::fs::remove_file(&layout.state_file);
    Ok(())
}
