//! Starting processes that die with the daemon, whatever happens to that: `setpriv --pdeathsig` asks the kernel.
//!
//! The kernel sends that signal when the *thread* that forked ends, not the process. A runtime's threads come and go (one that blocked
//! for a moment may end ten seconds later), so one thread that lives as long as the process forks everything. Units of the supervisor
//! and the tools that make Kafka's files are started here.

use anyhow::{Context, Result};
use std::{ffi::OsStr, sync::OnceLock, thread};
use tokio::{
    process::{Child, Command},
    runtime::Handle,
    sync::{mpsc, oneshot},
};

/// Commands that may wait for the thread; forking takes a millisecond.
const WAITING: usize = 64;

struct Job {
    command: Command,
    /// Where the child is waited for.
    runtime: Handle,
    done: oneshot::Sender<std::io::Result<Child>>,
}

/// A command that runs `program`, to be started by [`start`] alone.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

/// Starts it.
///
/// # Errors
/// It can't be run.
pub async fn start(command: Command) -> Result<Child> {
    let (done, child) = oneshot::channel();
    let job = Job {
        command,
        runtime: Handle::current(),
        done,
    };
    forker()
        .send(job)
        .await
        .ok()
        .context("the thread that starts processes has ended")?;
    child
        .await
        .context("the thread that starts processes has ended")?
        .context("setpriv (Debian package util-linux) can't be run")
}

/// The way to the thread.
fn forker() -> &'static mpsc::Sender<Job> {
    static FORKER: OnceLock<mpsc::Sender<Job>> = OnceLock::new();
    FORKER.get_or_init(|| {
        let (sender, mut jobs) = mpsc::channel::<Job>(WAITING);
        // Where no thread can be made the receiver is dropped, and `start` says so.
        let _ = thread::Builder::new()
            .name("forker".to_owned())
            .spawn(move || {
                while let Some(mut job) = jobs.blocking_recv() {
                    let _entered = job.runtime.enter();
                    // Whoever asked may have gone: then the child is dropped, which kills it.
                    let _ = job.done.send(job.command.spawn());
                }
            });
        sender
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// As when the workload commits: a worker that blocks is replaced, and its thread ends once it has been idle.
    #[test]
    fn a_process_outlives_the_thread_that_asked_for_it() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let runtime = Arc::new(runtime);
        let asking = Arc::clone(&runtime);
        let asked = thread::spawn(move || {
            let mut command = command("sleep");
            command.arg("1000").kill_on_drop(true);
            asking.block_on(start(command))
        });
        let mut child = asked.join().unwrap().unwrap();
        runtime.block_on(async {
            // By the time another one has come and gone the thread's end has been told.
            start(command("true")).await.unwrap().wait().await.unwrap();
            assert_eq!(child.try_wait().unwrap(), None, "it still runs");
            child.kill().await.unwrap();
        });
    }
}
