//! Formatted data directories. `kafka-storage format` costs a JVM start, but its result depends on no port and no path: it is
//! made once, kept, and copied, with the node's id and new cluster and directory ids written into `meta.properties`.

use crate::files;
use crate::forker;
use crate::kubernetes::identities::random_secret;
use crate::layout::{KAFKA_VERSION, Layout, Tools};
use crate::process::Ledger;
use crate::state::{Process, Secret};
use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

/// Raised when the way a template is made changes.
const RECIPE: &str = "1";
const DEADLINE: Duration = Duration::from_secs(90);
const META: &str = "meta.properties";
const PASSWORD: &str = "admin-password";

/// A formatted directory to copy from.
#[derive(Clone, Debug)]
pub struct Template {
    data: PathBuf,
    /// Password of the SCRAM user `admin` that was formatted in.
    pub admin_password: Option<Secret>,
}

/// Class path and options every Kafka process gets; small, because several share a developer's machine.
pub fn java_arguments(tools: &Tools, heap_megabytes: u32, log_config: &Path) -> Vec<OsString> {
    let mut logging = OsString::from("-Dlog4j2.configurationFile=file:");
    logging.push(log_config);
    vec![
        "-Xms128m".into(),
        format!("-Xmx{heap_megabytes}m").into(),
        "-XX:+UseSerialGC".into(),
        "-XX:TieredStopAtLevel=1".into(),
        logging,
        "-cp".into(),
        tools.kafka_libs.join("*").into(),
    ]
}

/// A random id as Kafka writes them: 16 bytes, URL-safe base64. Never begins with `-`, which command lines would misread.
pub fn random_id() -> String {
    loop {
        let id = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>());
        if !id.starts_with('-') {
            return id;
        }
    }
}

impl Template {
    /// The kept template, made now when there is none.
    ///
    /// # Errors
    /// Java can't be run, or the format tool failed; the message names its log.
    pub async fn get(
        layout: &Layout,
        tools: &Tools,
        ledger: &Ledger,
        log_config: &Path,
        scram: bool,
    ) -> Result<Self> {
        let kind = if scram { "scram" } else { "plain" };
        let folder = layout
            .kept()
            .join(format!("format-{KAFKA_VERSION}-{RECIPE}-{kind}"));
        if let Some(template) = Self::read(&folder, scram) {
            return Ok(template);
        }
        let growing = layout.running().join(format!("format-{kind}"));
        files::remove_folder(&growing)?;
        files::make_private_folder(&growing)?;
        let password = scram.then(random_secret);
        format(
            layout,
            tools,
            ledger,
            log_config,
            &growing,
            password.as_ref(),
        )
        .await?;
        if let Some(password) = &password {
            files::write_private(&growing.join(PASSWORD), password.expose().as_bytes())?;
        }
        files::remove_folder(&folder)?;
        std::fs::create_dir_all(layout.kept())?;
        std::fs::rename(&growing, &folder)?;
        Self::read(&folder, scram).context("the formatted directory is incomplete")
    }

    fn read(folder: &Path, scram: bool) -> Option<Self> {
        let data = folder.join("data");
        if !data.join(META).is_file() || !data.join("bootstrap.checkpoint").is_file() {
            return None;
        }
        let admin_password = match scram {
            true => Some(Secret::new(
                std::fs::read_to_string(folder.join(PASSWORD)).ok()?,
            )),
            false => None,
        };
        Some(Self {
            data,
            admin_password,
        })
    }

    /// Makes a node's data directory.
    ///
    /// # Errors
    /// It can't be copied.
    pub fn copy(&self, to: &Path, cluster_id: &str, node: usize) -> Result<()> {
        files::remove_folder(to)?;
        files::copy_folder(&self.data, to)?;
        let path = to.join(META);
        let text = std::fs::read_to_string(&path)?;
        files::write_private(
            &path,
            rewrite(&text, cluster_id, &random_id(), node).as_bytes(),
        )
    }
}

/// `meta.properties` with other ids.
fn rewrite(text: &str, cluster_id: &str, directory_id: &str, node: usize) -> String {
    text.lines()
        .map(|line| match line.split_once('=') {
            Some(("cluster.id", _)) => format!("cluster.id={cluster_id}\n"),
            Some(("directory.id", _)) => format!("directory.id={directory_id}\n"),
            Some(("node.id", _)) => format!("node.id={node}\n"),
            _ => format!("{line}\n"),
        })
        .collect()
}

/// Runs `kafka.tools.StorageTool format` into `<folder>/data`.
async fn format(
    layout: &Layout,
    tools: &Tools,
    ledger: &Ledger,
    log_config: &Path,
    folder: &Path,
    password: Option<&Secret>,
) -> Result<()> {
    // Only the roles, the id and the directory matter; the ports are never bound.
    let config = folder.join("format.properties");
    let text = format!(
        "process.roles=broker,controller\nnode.id=0\ncontroller.quorum.voters=0@127.0.0.1:9090\n\
         controller.listener.names=CONTROLPLANE\nlisteners=PLAIN://127.0.0.1:9092,CONTROLPLANE://127.0.0.1:9090\n\
         listener.security.protocol.map=CONTROLPLANE:PLAINTEXT,PLAIN:PLAINTEXT\n\
         inter.broker.listener.name=PLAIN\nlog.dirs={}\n",
        folder.join("data").display()
    );
    files::write_private(&config, text.as_bytes())?;
    let log_path = layout.log("format");
    let log = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(&log_path)?;
    let mut command = forker::command(&tools.java);
    command
        .args(java_arguments(tools, 256, log_config))
        .arg("kafka.tools.StorageTool")
        .args(["format", "-g"])
        .arg(format!("-t={}", random_id()))
        .arg(format!("-c={}", config.display()));
    if let Some(password) = password {
        // Seen in the process list for two seconds; whoever can look there can read the bed's files as well.
        command.arg("-S").arg(format!(
            "SCRAM-SHA-512=[name=admin,password={}]",
            password.expose()
        ));
    }
    command
        .stdin(Stdio::null())
        // The tool prints the credential's salted form; nobody needs it.
        .stdout(Stdio::null())
        .stderr(log)
        .process_group(0)
        .kill_on_drop(true);
    let mut child = forker::start(command).await?;
    let process = child.id().and_then(Process::now);
    if let Some(process) = process {
        ledger.add("format", process)?;
    }
    let outcome = tokio::time::timeout(DEADLINE, child.wait()).await;
    if let Some(process) = process {
        ledger.remove(process.pid);
    }
    let status = outcome
        .with_context(|| format!("formatting took more than {} s", DEADLINE.as_secs()))??;
    ensure!(
        status.success(),
        "Kafka's storage tool failed; see {}",
        log_path.display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_gets_ids_of_its_own() {
        let text = "#\n#Mon\nnode.id=0\ndirectory.id=a\nversion=1\ncluster.id=b\n";
        assert_eq!(
            rewrite(text, "C", "D", 2),
            "#\n#Mon\nnode.id=2\ndirectory.id=D\nversion=1\ncluster.id=C\n"
        );
    }

    #[test]
    fn ids_have_the_length_of_kafkas() {
        assert_eq!(random_id().len(), 22);
    }
}
