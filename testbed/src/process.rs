//! Processes by identity, not by number: a recorded process is only ever signalled when what runs under its id now is the
//! same one (same boot, same start time). Holds the ledger that lets `testbed down` clean up after a crashed daemon.

use crate::files;
use crate::state::Process;
use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

impl Process {
    /// The process that runs under an id now; `None` when there is none or only its remains (a zombie).
    pub fn now(pid: u32) -> Option<Self> {
        let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        parse_stat(&text).map(|start_time| Self { pid, start_time })
    }

    /// This very process.
    ///
    /// # Errors
    /// `/proc` is not there (the bed runs on Linux only).
    pub fn current() -> Result<Self> {
        Self::now(std::process::id())
            .context("/proc can't be read: the test bed runs on Linux only")
    }

    /// Whether it still runs.
    pub fn alive(&self) -> bool {
        Self::now(self.pid) == Some(*self)
    }

    /// Signals it, if it still runs.
    pub fn signal(&self, signal: Signal) {
        if !self.alive() {
            return;
        }
        if let Ok(pid) = i32::try_from(self.pid) {
            // It may end between the check and here; then there is nothing to do.
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }
}

/// Start time from the text of `/proc/<pid>/stat`: field 22, counted after the command, which may hold anything.
fn parse_stat(text: &str) -> Option<u64> {
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

/// What tells one boot of the machine from another.
pub fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .map(|text| text.trim().to_owned())
        .unwrap_or_default()
}

/// One line of the ledger.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// What it is.
    pub name: String,
    /// Which process.
    pub process: Process,
}

/// Everything the daemon started and has not seen end, kept in a file.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    entries: Mutex<BTreeMap<u32, Entry>>,
}

#[derive(Default, Serialize, Deserialize)]
struct Page {
    boot: String,
    entries: Vec<Entry>,
}

impl Ledger {
    /// An empty ledger that writes to `path`.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn open(path: PathBuf) -> Result<Self> {
        let ledger = Self {
            path,
            entries: Mutex::default(),
        };
        ledger.write(&BTreeMap::new())?;
        Ok(ledger)
    }

    /// Notes a started process.
    ///
    /// # Errors
    /// The file can't be written; the process then has to be ended.
    pub fn add(&self, name: &str, process: Process) -> Result<()> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(
            process.pid,
            Entry {
                name: name.to_owned(),
                process,
            },
        );
        self.write(&entries)
    }

    /// Strikes an ended process. A failure to write is harmless: the start time protects whoever gets the id next.
    pub fn remove(&self, pid: u32) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.remove(&pid);
        if let Err(error) = self.write(&entries) {
            tracing::warn!(%error, "the ledger of processes could not be written");
        }
    }

    fn write(&self, entries: &BTreeMap<u32, Entry>) -> Result<()> {
        let page = Page {
            boot: boot(),
            entries: entries.values().cloned().collect(),
        };
        files::write_private(&self.path, &serde_json::to_vec(&page)?)
    }

    /// Ends what a ledger file says is still running: SIGTERM, `grace`, SIGKILL. Gives the names of what was ended.
    pub fn end_leftovers(path: &Path, grace: Duration) -> Vec<String> {
        let page: Page = std::fs::read(path)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        if page.boot != boot() {
            return Vec::new();
        }
        let left: Vec<Entry> = page
            .entries
            .into_iter()
            .filter(|entry| entry.process.alive())
            .collect();
        let processes: Vec<Process> = left.iter().map(|entry| entry.process).collect();
        end(&processes, grace);
        left.into_iter().map(|entry| entry.name).collect()
    }
}

/// Ends processes: SIGTERM (and SIGCONT, a frozen one would not see it), `grace`, SIGKILL. Blocks; for the command line only.
pub fn end(processes: &[Process], grace: Duration) {
    for process in processes {
        process.signal(Signal::SIGTERM);
        process.signal(Signal::SIGCONT);
    }
    if !gone(processes, grace) {
        for process in processes {
            process.signal(Signal::SIGKILL);
        }
        gone(processes, Duration::from_secs(5));
    }
}

/// Waits until none of them runs; false when some still do after `patience`. Blocks; for the command line only.
pub fn gone(processes: &[Process], patience: Duration) -> bool {
    let deadline = Instant::now() + patience;
    loop {
        if !processes.iter().any(Process::alive) {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "the command line has nothing else to do"
        )]
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn the_start_time_is_found_behind_any_command() {
        let fields: Vec<String> = (4..=30).map(|field| field.to_string()).collect();
        let text = format!("42 (a) b) (c) S {}", fields.join(" "));
        assert_eq!(parse_stat(&text), Some(22));
        assert_eq!(parse_stat(&text.replace(" S ", " Z ")), None);
        assert_eq!(parse_stat("42"), None);
    }

    #[test]
    fn another_process_under_the_same_id_is_not_the_same() {
        let own = Process::current().unwrap();
        assert!(own.alive());
        let earlier = Process {
            start_time: own.start_time.wrapping_sub(1),
            ..own
        };
        assert!(!earlier.alive());
    }
}
