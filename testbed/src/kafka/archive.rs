//! Shared class data for the brokers' JVMs: with it a broker is up in two thirds of the time and of the processor.
//!
//! The JVM writes such an archive when it ends cleanly, which the bed's brokers never do (their data ends with them). So once
//! per Java and set of jars, after the bed is up, a broker of no cluster is started and stopped in the background for it. The
//! JVM checks the archive against itself and its jars and goes without when they differ.

use super::cluster::{Certificates, HEAP_MEGABYTES};
use super::format::{Template, java_arguments, random_id};
use super::plan::ClusterPlan;
use super::probe;
use super::properties::{CONTROL_PLANE, NodeFiles, REPLICATION, properties};
use crate::files;
use crate::forker;
use crate::layout::{Layout, Tools, see};
use crate::ports::Ports;
use crate::process::Ledger;
use crate::state::Process;
use anyhow::{Context, Result, ensure};
use nix::sys::signal::Signal;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, UNIX_EPOCH};
use tokio::process::Child;

const READY: Duration = Duration::from_secs(120);
/// Ending and writing the archive.
const END: Duration = Duration::from_secs(120);
const PROBE_INTERVAL: Duration = Duration::from_millis(200);

/// Where the archive of this Java and these jars is (or would be).
pub fn path(layout: &Layout, tools: &Tools) -> PathBuf {
    let mut hash = Sha256::new();
    for path in [&tools.java, &tools.kafka_libs] {
        hash.update(path.as_os_str().as_encoded_bytes());
        let changed = std::fs::metadata(path)
            .and_then(|metadata| metadata.modified())
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            .unwrap_or_default();
        hash.update(changed.as_nanos().to_le_bytes());
    }
    let key: String = hash
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    layout.kept().join(format!("kafka-{key}.jsa"))
}

/// The JVM's option to use the archive; none while there is no archive.
pub fn option(layout: &Layout, tools: &Tools) -> Option<OsString> {
    let path = path(layout, tools);
    path.is_file().then(|| {
        let mut option = OsString::from("-XX:SharedArchiveFile=");
        option.push(path);
        option
    })
}

/// What writing the archive needs.
#[derive(Debug)]
pub struct Writer<'a> {
    /// Paths.
    pub layout: &'a Layout,
    /// Programs.
    pub tools: &'a Tools,
    /// Where the process is noted.
    pub ledger: &'a Ledger,
    /// Kafka's logging configuration.
    pub log_config: &'a Path,
    /// A one-node cluster whose configuration to use.
    pub plan: &'a ClusterPlan,
    /// Formatted directory to copy.
    pub template: &'a Template,
}

impl Writer<'_> {
    /// Writes the archive.
    ///
    /// # Errors
    /// The broker did not start or did not write it; the message names its log.
    pub async fn write(&self) -> Result<()> {
        let folder = self.layout.running().join("archive");
        files::make_private_folder(&folder)?;
        let growing = folder.join("kafka.jsa");
        let mut ports = Ports::new();
        let (config, port) = self.configure(&folder, &mut ports)?;
        ports.release();
        let log_path = self.layout.log("archive");
        let log = std::fs::File::create(&log_path)?;
        let mut dump = OsString::from("-XX:ArchiveClassesAtExit=");
        dump.push(&growing);
        let mut command = forker::command(&self.tools.java);
        command
            .arg(dump)
            .args(java_arguments(self.tools, HEAP_MEGABYTES, self.log_config))
            .arg("kafka.Kafka")
            .arg(config)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0)
            .kill_on_drop(true);
        let mut child = forker::start(command).await?;
        let process = child
            .id()
            .and_then(Process::now)
            .with_context(|| format!("it ended at once; see {}", log_path.display()))?;
        self.ledger.add("archive", process)?;
        let outcome = run_once(&mut child, process, port).await;
        self.ledger.remove(process.pid);
        outcome.map_err(|error| see(&error, &log_path))?;
        ensure!(
            growing.is_file(),
            "the JVM wrote no archive; see {}",
            log_path.display()
        );
        std::fs::rename(&growing, path(self.layout, self.tools))?;
        files::remove_folder(&folder)
    }

    fn configure(&self, folder: &Path, ports: &mut Ports) -> Result<(PathBuf, u16)> {
        let certificates = Certificates::make(self.plan, &folder.join("pki"))?;
        let mut own = BTreeMap::new();
        let controller = ports.take()?;
        own.insert(CONTROL_PLANE.to_owned(), controller);
        own.insert(REPLICATION.to_owned(), ports.take()?);
        let mut plain = None;
        for listener in self.plan.listeners {
            let port = ports.take()?;
            own.insert(listener.broker_name(), port);
            if !listener.kind.tls {
                plain = Some(port);
            }
        }
        let mut advertised = own.clone();
        advertised.remove(CONTROL_PLANE);
        let data = folder.join("data");
        self.template.copy(&data, &random_id(), 0)?;
        let text = properties(
            self.plan,
            &NodeFiles {
                id: 0,
                ports: &own,
                advertised: &advertised,
                voters: &[controller],
                data: &data,
                key_store: &certificates.key_store,
                cluster_ca: &certificates.cluster_ca,
                clients_ca: &certificates.clients_ca.certificate_file,
            },
        );
        let config = folder.join("node.properties");
        files::write_private(&config, text.as_bytes())?;
        Ok((config, plain.context("a cluster without a plain listener")?))
    }
}

/// Waits until the broker answers, ends it cleanly, and waits for that.
async fn run_once(child: &mut Child, process: Process, port: u16) -> Result<()> {
    let probe = probe::answers(port);
    let answers = async {
        while probe().await.is_err() {
            tokio::time::sleep(PROBE_INTERVAL).await;
        }
    };
    tokio::select! {
        answered = tokio::time::timeout(READY, answers) => answered.context("it did not answer")?,
        status = child.wait() => anyhow::bail!("it ended while starting: {}", status?),
    }
    process.signal(Signal::SIGTERM);
    tokio::time::timeout(END, child.wait())
        .await
        .context("it did not end")??;
    Ok(())
}
