//! One supervised process: started, probed until it answers, restarted when it ends, frozen and killed on request.
//!
//! An actor owns the child; everyone else sends [`Action`]s and reads the board. Nothing here knows what the process is.

use super::board::{Board, UnitStatus};
use super::facts::{Exit, Phase};
use crate::forker;
use crate::process::Ledger;
use crate::state::Process;
use anyhow::{Context, Result, bail};
use futures::future::BoxFuture;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::process::Child;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Tries once whether the process answers; has its own deadline.
pub type Probe = Arc<dyn Fn() -> BoxFuture<'static, Result<()>> + Send + Sync>;

/// Between two attempts of a probe.
const PROBE_INTERVAL: Duration = Duration::from_millis(100);
/// The longest wait before a process that ends by itself is started again.
const LONGEST_BACKOFF: Duration = Duration::from_secs(10);
/// A process that lived this long starts with the shortest wait again.
const STEADY: Duration = Duration::from_secs(30);
const QUEUE: usize = 16;

/// What to run.
#[derive(Clone)]
pub struct Spec {
    /// Name on the board, in the ledger and in fault commands.
    pub name: String,
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Added to the environment.
    pub environment: Vec<(OsString, OsString)>,
    /// Where its output is appended.
    pub log: PathBuf,
    /// Whether it answers.
    pub probe: Probe,
    /// Between SIGTERM and SIGKILL when it is stopped or restarted on request.
    pub grace: Duration,
    /// Between SIGTERM and SIGKILL when the bed ends.
    pub grace_at_end: Duration,
}

/// What may be asked of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// SIGKILL; started again after a time, or not at all. Answered when it has ended.
    Kill(Option<Duration>),
    /// SIGTERM, SIGKILL after the grace; stays down. Answered when it has ended.
    Stop,
    /// Started when it is down.
    Start,
    /// SIGSTOP.
    Pause,
    /// SIGCONT.
    Resume,
    /// SIGTERM, SIGKILL after the grace; started again at once. Answered when it runs.
    Restart,
}

type Done = oneshot::Sender<Result<(), String>>;

/// Handle on a supervised process.
#[derive(Clone, Debug)]
pub struct Unit {
    name: String,
    messages: mpsc::Sender<(Action, Done)>,
    board: Board,
}

impl Unit {
    /// Starts supervising; gives the handle and the task to run. The task ends, with the process, when `cancel` does.
    pub fn new(
        spec: Spec,
        board: &Board,
        ledger: Arc<Ledger>,
        cancel: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let unit = Self {
            name: spec.name.clone(),
            messages: sender,
            board: board.clone(),
        };
        let actor = Actor {
            status: UnitStatus::new(),
            spec,
            board: board.clone(),
            ledger,
            messages: receiver,
            cancel,
            waiting: Vec::new(),
            ending: Vec::new(),
            backoff: Duration::from_secs(1),
            starts: 0,
        };
        actor.publish();
        (unit, actor.run())
    }

    /// Asks, and waits until it is done: ended for a kill and a stop, running again for a restart.
    ///
    /// # Errors
    /// The unit's state does not allow it, or the unit is gone.
    pub async fn ask(&self, action: Action) -> Result<(), String> {
        let (done, answer) = oneshot::channel();
        let gone = || format!("{} is not supervised any more", self.name);
        self.messages
            .send((action, done))
            .await
            .map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    /// Waits until it runs for the first time.
    ///
    /// # Errors
    /// Its first process ended before it answered, or `patience` ran out.
    pub async fn first_ready(&self, patience: Duration) -> Result<()> {
        let mut board = self.board.subscribe();
        let wait = board.wait_for(|units| {
            units
                .get(&self.name)
                .is_some_and(|unit| unit.was_running || unit.last_exit.is_some())
        });
        let Ok(seen) = tokio::time::timeout(patience, wait).await else {
            bail!(
                "{} did not answer within {} s",
                self.name,
                patience.as_secs()
            );
        };
        let units = seen.context("the supervisor is gone")?;
        match units.get(&self.name) {
            Some(unit) if unit.was_running => Ok(()),
            Some(UnitStatus {
                last_exit: Some(exit),
                ..
            }) => bail!(
                "{} ended with exit code {} while starting",
                self.name,
                exit.code
            ),
            _ => bail!("{} is gone", self.name),
        }
    }
}

/// When the next process starts.
#[derive(Clone, Copy)]
enum Next {
    Now,
    At(Instant),
    OnRequest,
    Never,
}

struct Actor {
    spec: Spec,
    status: UnitStatus,
    board: Board,
    ledger: Arc<Ledger>,
    messages: mpsc::Receiver<(Action, Done)>,
    cancel: CancellationToken,
    /// Whom to tell when it runs.
    waiting: Vec<Done>,
    /// Whom to tell when it has ended.
    ending: Vec<Done>,
    backoff: Duration,
    starts: u32,
}

impl Actor {
    async fn run(mut self) {
        let mut next = Next::Now;
        loop {
            next = match next {
                Next::Never => break,
                Next::Now => match self.spawn().await {
                    Ok(child) => self.tend(child).await,
                    Err(error) => {
                        tracing::error!(
                            unit = self.spec.name,
                            error = format!("{error:#}"),
                            "could not be started"
                        );
                        self.tell(&Err(format!("{error:#}")));
                        self.after_backoff(Phase::Down)
                    }
                },
                Next::At(_) | Next::OnRequest => self.rest(next).await,
            };
        }
        self.board.remove(&self.spec.name);
    }

    fn publish(&self) {
        self.board.put(&self.spec.name, self.status.clone());
    }

    fn enter(&mut self, phase: Phase) {
        self.status.enter(phase);
        self.publish();
    }

    fn tell(&mut self, outcome: &Result<(), String>) {
        for done in self.waiting.drain(..) {
            // Whoever asked may have stopped listening; the act stands all the same.
            let _ = done.send(outcome.clone());
        }
    }

    fn after_backoff(&mut self, phase: Phase) -> Next {
        self.enter(phase);
        let next = Next::At(Instant::now() + self.backoff);
        self.backoff = (self.backoff * 2).min(LONGEST_BACKOFF);
        next
    }

    /// No process runs: waits for the time or the request to start one.
    async fn rest(&mut self, next: Next) -> Next {
        let due = async {
            match next {
                Next::At(due) => tokio::time::sleep_until(due).await,
                _ => std::future::pending().await,
            }
        };
        tokio::pin!(due);
        loop {
            tokio::select! {
                () = self.cancel.cancelled() => return Next::Never,
                () = &mut due => return Next::Now,
                message = self.messages.recv() => {
                    let Some((action, done)) = message else { return Next::Never };
                    match action {
                        Action::Start => {
                            let _ = done.send(Ok(()));
                            return Next::Now;
                        }
                        Action::Restart => {
                            self.waiting.push(done);
                            return Next::Now;
                        }
                        Action::Stop | Action::Kill(None) => {
                            self.enter(Phase::Stopped);
                            let _ = done.send(Ok(()));
                            return Next::OnRequest;
                        }
                        Action::Kill(Some(_)) | Action::Pause | Action::Resume => {
                            let _ = done.send(Err(format!("{} does not run", self.spec.name)));
                        }
                    }
                }
            }
        }
    }

    /// Starts the process so that it dies with the daemon.
    async fn spawn(&mut self) -> Result<Child> {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.spec.log)
            .with_context(|| format!("{} can't be opened", self.spec.log.display()))?;
        let mut command = forker::command(&self.spec.program);
        command
            .args(&self.spec.arguments)
            .envs(self.spec.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0)
            .kill_on_drop(true);
        let child = forker::start(command).await?;
        let pid = child.id().context("it ended at once")?;
        if let Some(process) = Process::now(pid) {
            self.ledger.add(&self.spec.name, process)?;
        }
        self.status.restarts = self.starts;
        self.starts += 1;
        self.status.pid = Some(pid);
        self.status.started_at = OffsetDateTime::now_utc();
        self.enter(Phase::Starting);
        self.publish();
        tracing::info!(unit = self.spec.name, pid, "started");
        Ok(child)
    }

    /// Looks after a running process until it has ended; says when the next one starts.
    async fn tend(&mut self, mut child: Child) -> Next {
        let born = Instant::now();
        let mut after: Option<Next> = None;
        let mut down_for: Option<Duration> = None;
        let mut kill_at: Option<Instant> = None;
        let mut probing = true;
        loop {
            let probe = (self.spec.probe)();
            tokio::select! {
                exit = child.wait() => {
                    self.note_exit(&child, exit);
                    if born.elapsed() >= STEADY {
                        self.backoff = Duration::from_secs(1);
                    }
                    let next = self.next_start(after, down_for);
                    for done in self.ending.drain(..) {
                        // Whoever asked may have stopped listening; it has ended all the same.
                        let _ = done.send(Ok(()));
                    }
                    return next;
                }
                () = self.cancel.cancelled() => {
                    self.end(&mut child).await;
                    return Next::Never;
                }
                () = until(kill_at) => {
                    kill_at = None;
                    self.signal(Signal::SIGKILL);
                }
                answer = probed(probe), if probing => {
                    if answer {
                        probing = false;
                        self.enter(Phase::Running);
                        self.tell(&Ok(()));
                    }
                }
                message = self.messages.recv() => {
                    let Some((action, done)) = message else { continue };
                    match action {
                        Action::Kill(time) => {
                            down_for = time;
                            after = time.is_none().then_some(Next::OnRequest);
                            self.signal(Signal::SIGKILL);
                            self.ending.push(done);
                            continue;
                        }
                        Action::Stop => {
                            after = Some(Next::OnRequest);
                            kill_at = Some(Instant::now() + self.spec.grace);
                            self.terminate();
                            self.ending.push(done);
                            continue;
                        }
                        Action::Restart => {
                            after = Some(Next::Now);
                            kill_at = Some(Instant::now() + self.spec.grace);
                            probing = false;
                            self.terminate();
                            self.waiting.push(done);
                            continue;
                        }
                        Action::Pause => {
                            probing = false;
                            self.signal(Signal::SIGSTOP);
                            self.enter(Phase::Paused);
                        }
                        Action::Resume => {
                            probing = true;
                            self.signal(Signal::SIGCONT);
                            self.enter(Phase::Starting);
                        }
                        // It runs already.
                        Action::Start => {}
                    }
                    let _ = done.send(Ok(()));
                }
            }
        }
    }

    fn next_start(&mut self, after: Option<Next>, down_for: Option<Duration>) -> Next {
        if let Some(time) = down_for {
            self.enter(Phase::Down);
            return Next::At(Instant::now() + time);
        }
        match after {
            Some(Next::OnRequest) => {
                self.enter(Phase::Stopped);
                Next::OnRequest
            }
            Some(next) => {
                self.enter(Phase::Down);
                next
            }
            None => {
                tracing::warn!(
                    unit = self.spec.name,
                    code = self.status.last_exit.as_ref().map(|exit| exit.code),
                    "ended by itself"
                );
                self.after_backoff(Phase::Down)
            }
        }
    }

    fn note_exit(&mut self, child: &Child, exit: std::io::Result<ExitStatus>) {
        debug_assert!(child.id().is_none(), "waited for");
        if let Some(pid) = self.status.pid.take() {
            self.ledger.remove(pid);
        }
        self.status.last_exit = Some(Exit {
            code: exit.map_or(-1, exit_code),
            started_at: self.status.started_at,
            finished_at: OffsetDateTime::now_utc(),
        });
    }

    /// The bed ends.
    async fn end(&mut self, child: &mut Child) {
        self.terminate();
        if tokio::time::timeout(self.spec.grace_at_end, child.wait())
            .await
            .is_err()
        {
            self.signal(Signal::SIGKILL);
        }
        let exit = child.wait().await;
        self.note_exit(child, exit);
    }

    fn terminate(&self) {
        self.signal(Signal::SIGTERM);
        // A frozen process would not see it.
        self.signal(Signal::SIGCONT);
    }

    /// The id can't be somebody else's: the child is not waited for until it has ended, and `pid` is taken then.
    fn signal(&self, signal: Signal) {
        let pid = self.status.pid.and_then(|pid| i32::try_from(pid).ok());
        if let Some(pid) = pid
            && let Err(error) = kill(Pid::from_raw(pid), signal)
        {
            tracing::warn!(unit = self.spec.name, %signal, %error, "could not be signalled");
        }
    }
}

/// As a container runtime gives it: 128 + signal for a killed process.
fn exit_code(status: ExitStatus) -> i32 {
    status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .unwrap_or(-1)
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

/// One attempt, with the pause before it that keeps attempts apart.
async fn probed(probe: BoxFuture<'static, Result<()>>) -> bool {
    tokio::time::sleep(PROBE_INTERVAL).await;
    probe.await.is_ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
