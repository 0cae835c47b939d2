//! What a running bed is given on request: the demo's workload, the console, the schema registry, the OpenID provider.

use super::bed::Bed;
use super::tasks::keep;
use crate::files;
use crate::kubernetes::identities::random_secret;
use crate::layout::see;
use crate::ports::Ports;
use crate::proxy::Entrance;
use crate::state::{Console, Registry, Secret, State};
use crate::supervisor::facts::WorkloadConfig;
use crate::supervisor::unit::{Probe, Spec};
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const CONSOLE: &str = "console";
const REGISTRY: &str = "registry";
const CONSOLE_READY: Duration = Duration::from_secs(60);
const REGISTRY_READY: Duration = Duration::from_secs(120);
const PROBE_DEADLINE: Duration = Duration::from_secs(3);

/// What is asked for; what runs already stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Extras {
    /// The demo's workload.
    pub workload: bool,
    /// The schema registry.
    pub registry: bool,
    /// The OpenID provider.
    pub oidc: bool,
    /// The console. One that runs is replaced: its sign-in links are spent or lost.
    pub console: Option<ConsoleWish>,
}

/// Which console to run.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsoleWish {
    /// The `penstock` program.
    pub program: PathBuf,
    /// Port for people; any free one when absent.
    pub port: Option<u16>,
}

/// Starts what is asked for and waits until it answers.
///
/// # Errors
/// Something did not start; the message names its log.
pub async fn start(bed: &Bed, extras: &Extras) -> Result<State> {
    let mut state = bed.state().context("the bed is not up yet")?;
    // Before the workload, which writes with its schemas.
    if extras.registry && state.registry.is_none() {
        let url = start_registry(bed).await?;
        state = bed.change_state(|state| state.registry = Some(Registry { url }))?;
    }
    if extras.oidc && state.oidc.is_none() {
        let provider = super::oidc::start(bed, &state).await?;
        state = bed.change_state(|state| state.oidc = Some(provider))?;
    }
    if extras.workload && bed.begin_workload() {
        let config = WorkloadConfig {
            state: state.clone(),
        };
        keep("workload", bed.tasks(), bed.token(), move |cancel| {
            super::tasks::workload(config.clone(), cancel)
        });
    }
    if let Some(wish) = &extras.console {
        let console = start_console(bed, wish, &state).await?;
        state = bed.change_state(|state| state.console = Some(console))?;
    }
    Ok(state)
}

async fn start_console(bed: &Bed, wish: &ConsoleWish, state: &State) -> Result<Console> {
    bed.supervisor().end(CONSOLE).await?;
    let mut ports = Ports::new();
    let port = match wish.port {
        Some(port) => port,
        None => ports.take()?,
    };
    let health_port = ports.take()?;
    let url = format!("http://127.0.0.1:{port}");
    let codes = bed.layout().running().join("sign-in-codes.json");
    let sign_in = write_codes(&codes, &url, state)?;
    let mut arguments: Vec<OsString> = vec!["serve".into()];
    let mut flag = |name: &str, value: OsString| {
        arguments.push(format!("--{name}").into());
        arguments.push(value);
    };
    flag(
        "kubeconfig",
        state.kubernetes.console_kubeconfig.clone().into(),
    );
    flag("listen", format!("127.0.0.1:{port}").into());
    flag("health-listen", format!("127.0.0.1:{health_port}").into());
    flag("sign-in-codes-file", codes.into());
    // Settings without a flag, as the console reads them from its environment.
    let mut environment: Vec<(OsString, OsString)> = state
        .registry
        .iter()
        .map(|registry| ("PENSTOCK_REGISTRY_URL".into(), registry.url.clone().into()))
        .collect();
    // A restart, such as a fault makes, signs nobody out.
    let key = bed.layout().running().join("session-key");
    environment.push(("PENSTOCK_SESSION_KEY_FILE".into(), key.into()));
    // Nor does it forget what was replaced, and the past of groups.
    let store = bed.layout().running().join("store.redb");
    environment.push(("PENSTOCK_STORE_FILE".into(), store.into()));
    let log = bed.layout().log(CONSOLE);
    ports.release();
    let unit = bed.supervisor().start(Spec {
        name: CONSOLE.to_owned(),
        program: wish.program.clone(),
        arguments,
        environment,
        log: log.clone(),
        probe: healthy(format!("http://127.0.0.1:{health_port}/readyz"))?,
        grace: Duration::from_secs(15),
        grace_at_end: Duration::from_secs(5),
    });
    if let Err(error) = unit.first_ready(CONSOLE_READY).await {
        bed.supervisor().end(CONSOLE).await?;
        return Err(see(&error, &log));
    }
    Ok(Console {
        url,
        health_url: format!("http://127.0.0.1:{health_port}"),
        sign_in,
    })
}

/// One code per person, in the file that the console reads at its start; gives the links.
fn write_codes(path: &Path, url: &str, state: &State) -> Result<BTreeMap<String, Secret>> {
    let mut links = BTreeMap::new();
    let mut codes = Vec::new();
    for (name, identity) in &state.identities {
        let code = random_secret();
        let link = format!("{url}/sign-in?code={}", code.expose());
        links.insert(name.clone(), Secret::new(link));
        codes.push(json!({ "code": code, "token": identity.token, "user": name }));
    }
    files::write_private(path, &serde_json::to_vec(&codes)?)?;
    Ok(links)
}

/// Whether an address answers with success.
fn healthy(url: String) -> Result<Probe> {
    let client = reqwest::Client::builder()
        .timeout(PROBE_DEADLINE)
        .no_proxy()
        .build()?;
    Ok(Arc::new(move || {
        let request = client.get(&url);
        Box::pin(async move {
            request.send().await?.error_for_status()?;
            Ok(())
        })
    }))
}

async fn start_registry(bed: &Bed) -> Result<String> {
    let folder = &bed.tools().registry;
    let jar = folder.join("quarkus-run.jar");
    if !jar.is_file() {
        bail!(
            "Apicurio Registry is not in {}; run `make setup`, or point PENSTOCK_APICURIO at it",
            folder.display()
        );
    }
    let mut ports = Ports::new();
    let (port, management) = (ports.take()?, ports.take()?);
    let log = bed.layout().log(REGISTRY);
    // It keeps its schemas in memory, so an outage of it is one of the way to it.
    let entrance = Entrance::open().await?;
    let way = entrance.port();
    ports.release();
    let unit = bed.supervisor().start(Spec {
        name: REGISTRY.to_owned(),
        program: bed.tools().java.clone(),
        arguments: vec![
            "-Xmx160m".into(),
            "-Xss512k".into(),
            "-XX:+UseSerialGC".into(),
            "-XX:TieredStopAtLevel=1".into(),
            "-XX:ReservedCodeCacheSize=48m".into(),
            "-Dquarkus.http.host=127.0.0.1".into(),
            format!("-Dquarkus.http.port={port}").into(),
            "-Dquarkus.management.host=127.0.0.1".into(),
            format!("-Dquarkus.management.port={management}").into(),
            "-jar".into(),
            jar.into(),
        ],
        environment: Vec::new(),
        log: log.clone(),
        probe: healthy(format!("http://127.0.0.1:{port}/apis/ccompat/v7/subjects"))?,
        grace: Duration::from_secs(10),
        grace_at_end: Duration::from_secs(1),
    });
    if let Err(error) = unit.first_ready(REGISTRY_READY).await {
        bed.supervisor().end(REGISTRY).await?;
        return Err(see(&error, &log));
    }
    bed.proxy().forward(REGISTRY, entrance, port);
    Ok(format!("http://127.0.0.1:{way}/apis/ccompat/v7"))
}
