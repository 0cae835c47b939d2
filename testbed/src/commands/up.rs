//! `testbed up`: starts the daemon when none runs, shows what it does, and adds what was asked for.

use super::link::Link;
use super::say;
use crate::daemon::Contact;
use crate::daemon::bed::Options;
use crate::daemon::control::Status;
use crate::daemon::extras::Extras;
use crate::daemon::progress::{Event, Kind};
use crate::layout::{Layout, Tools, see};
use crate::state::State;
use anyhow::{Context, Result, bail};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long the daemon may take to open its control endpoint: it first ends leftovers of a crashed one.
const CONTACT: Duration = Duration::from_secs(30);

/// What `up` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Up {
    /// The bed's own settings; those of a bed that runs already stay
    #[command(flatten)]
    pub options: Options,
    /// Run the demo's workload
    #[arg(long)]
    pub workload: bool,
    /// Run the schema registry (Apicurio)
    #[arg(long)]
    pub registry: bool,
    /// Run an OpenID provider whose tokens the API server takes, and print tokens of the people
    #[arg(long)]
    pub oidc: bool,
}

/// Runs the command.
///
/// # Errors
/// The bed did not come up; then nothing of it is left running.
pub async fn run(up: &Up) -> Result<()> {
    let layout = Layout::find()?;
    let link = ensure(&layout, &up.options).await?;
    let extras = Extras {
        workload: up.workload,
        registry: up.registry,
        oidc: up.oidc,
        console: None,
    };
    let state: State = link.post("/start", &extras).await?.json().await?;
    summarize(&layout, &state);
    Ok(())
}

/// The daemon of a bed that is up; starts it when none runs.
///
/// # Errors
/// The bed did not come up; then nothing of it is left running.
pub async fn ensure(layout: &Layout, options: &Options) -> Result<Link> {
    if let Some(contact) = Contact::find(layout) {
        let link = Link::to(contact)?;
        let status: Status = link.get("/status").await?;
        if status.ready {
            say("The test bed runs already.");
            return Ok(link);
        }
        say("The test bed is coming up already.");
        return watch(layout, link).await;
    }
    let link = start_daemon(layout, options).await?;
    watch(layout, link).await
}

/// Shows the progress until the bed is up.
async fn watch(layout: &Layout, link: Link) -> Result<Link> {
    let begun = Instant::now();
    let mut failure = None;
    let followed = link
        .follow(|event| {
            show(event);
            if let Kind::Failed { text } = &event.kind {
                failure = Some(text.clone());
            }
        })
        .await;
    if let Err(error) = followed {
        super::down::end(layout)?;
        return Err(see(&error, &layout.log("daemon")));
    }
    if let Some(text) = failure {
        super::down::end(layout)?;
        bail!(
            "the test bed did not come up: {text}\nLogs are in {}",
            layout.public.display()
        );
    }
    say(&format!("{:>7.1} s  up", begun.elapsed().as_secs_f64()));
    Ok(link)
}

async fn start_daemon(layout: &Layout, options: &Options) -> Result<Link> {
    // Missing tools are said here, in one sentence, and not in the daemon's log.
    Tools::find(layout, &options.crds)?;
    let mut daemon = spawn(layout, options)?;
    let deadline = Instant::now() + CONTACT;
    loop {
        if let Some(contact) = Contact::find(layout)
            && contact.process.pid == daemon.id()
        {
            return Link::to(contact);
        }
        if let Some(status) = daemon.try_wait()? {
            bail!(
                "the daemon ended ({status}); see {}",
                layout.log("daemon").display()
            );
        }
        if Instant::now() > deadline {
            daemon.kill()?;
            bail!(
                "the daemon did not answer; see {}",
                layout.log("daemon").display()
            );
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// In a process group of its own, so that Ctrl-C in the terminal does not reach it.
fn spawn(layout: &Layout, options: &Options) -> Result<Child> {
    let program = std::env::current_exe().context("the path of this program can't be told")?;
    std::fs::create_dir_all(&layout.public)?;
    let path = layout.log("daemon");
    let log = std::fs::File::create(&path)
        .with_context(|| format!("{} can't be made", path.display()))?;
    Command::new(program)
        .arg("daemon")
        .arg("--reconcile-interval")
        .arg(format!("{}ms", options.reconcile_interval.as_millis()))
        .arg("--crds")
        .arg(&options.crds)
        .current_dir(&layout.clone)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .process_group(0)
        .spawn()
        .context("the daemon can't be started")
}

fn show(event: &Event) {
    let at = Duration::from_millis(event.at).as_secs_f64();
    match &event.kind {
        Kind::Begun => say(&format!("{at:>7.1} s  … {}", event.step)),
        Kind::Done { took } => {
            let took = Duration::from_millis(*took).as_secs_f64();
            say(&format!("{at:>7.1} s  ✓ {} ({took:.1} s)", event.step));
        }
        Kind::Note { text } => say(&format!("{at:>7.1} s  ! {}: {text}", event.step)),
        Kind::Ready | Kind::Failed { .. } => {}
    }
}

fn summarize(layout: &Layout, state: &State) {
    say("");
    say(&format!("Kubernetes  {}", state.kubernetes.server));
    for cluster in &state.clusters {
        say(&format!(
            "Kafka       {}/{}",
            cluster.namespace, cluster.name
        ));
        for (listener, bootstrap) in &cluster.listeners {
            say(&format!("              {listener:<6} {bootstrap}"));
        }
    }
    if let Some(registry) = &state.registry {
        say(&format!("Registry    {}", registry.url));
    }
    say_tokens(state);
    say(&format!("State       {}", layout.state_file.display()));
    say(&format!(
        "kubectl     KUBECONFIG={} kubectl get kafkatopics -A",
        state.kubernetes.kubeconfig.display()
    ));
}

/// Tokens of the OpenID provider, where one runs.
pub fn say_tokens(state: &State) {
    let Some(provider) = &state.oidc else {
        return;
    };
    say(&format!("OpenID      {}", provider.issuer));
    for (name, token) in &provider.tokens {
        say(&format!("  {name:<9} {}", token.expose()));
    }
}
