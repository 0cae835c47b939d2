//! `testbed down`: ends what this clone's bed started and nothing else, also after the daemon crashed.

use super::say;
use crate::daemon::{Contact, contact_file, ledger_file};
use crate::files;
use crate::layout::Layout;
use crate::process::{self, Ledger};
use anyhow::Result;
use std::fs::File;
use std::time::{Duration, Instant};

/// How long the daemon may take to end everything.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a daemon that has just been started may take to say where it is.
const CONTACT: Duration = Duration::from_secs(15);
const GRACE: Duration = Duration::from_secs(5);

/// Runs the command.
///
/// # Errors
/// No clone around the working directory, or files can't be removed.
pub fn run() -> Result<()> {
    let begun = Instant::now();
    let layout = Layout::find()?;
    if end(&layout)? {
        say(&format!(
            "The test bed is down ({:.1} s).",
            begun.elapsed().as_secs_f64()
        ));
    } else {
        say("No test bed runs for this clone.");
    }
    Ok(())
}

/// Ends the bed; says whether there was one. Blocks.
///
/// # Errors
/// Files can't be removed.
pub fn end(layout: &Layout) -> Result<bool> {
    let contact = contact(layout);
    if let Some(contact) = &contact {
        // The daemon treats SIGTERM as the request to end; it needs no connection.
        process::end(&[contact.process], PATIENCE);
    }
    let left = Ledger::end_leftovers(&ledger_file(layout), GRACE);
    for name in &left {
        say(&format!("Ended {name}, which its daemon had left behind."));
    }
    for path in [
        layout.state_file.clone(),
        contact_file(layout),
        ledger_file(layout),
    ] {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    files::remove_folder(&layout.running())?;
    Ok(contact.is_some() || !left.is_empty())
}

/// The daemon; one that holds the lock but has not written where it listens is waited for.
fn contact(layout: &Layout) -> Option<Contact> {
    let deadline = Instant::now() + CONTACT;
    loop {
        let found = Contact::find(layout);
        if found.is_some() || !locked(layout) || Instant::now() >= deadline {
            return found;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "the command line has nothing else to do"
        )]
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn locked(layout: &Layout) -> bool {
    let Ok(file) = File::open(layout.data.join("lock")) else {
        return false;
    };
    matches!(file.try_lock(), Err(std::fs::TryLockError::WouldBlock))
}
