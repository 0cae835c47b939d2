//! Bare brokers for measurements: one plaintext listener each, no proxy, no authorizer, no operator. Three with data that is kept
//! from one measurement to the next, or some that many topics fit on and that leave nothing behind.
//!
//! What is measured on them is the way from a broker's disk cache to the client, the same for whoever is compared. The JVMs
//! run with the options of Kafka's own start script, not with the bed's thrifty ones. Node 0 is the controller too, and ends
//! last: the brokers hand over and end cleanly, so that the next start has no logs to recover.

use super::format::{Template, random_id};
use super::probe;
use crate::files;
use crate::layout::{KAFKA_VERSION, Layout, Tools, see};
use crate::ports::Ports;
use crate::process::Ledger;
use crate::supervisor::Supervisor;
use crate::supervisor::unit::Spec;
use anyhow::{Context, Result};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const LOG_CONFIG: &str = include_str!("log4j2.properties");
/// Brokers that what is searched lies on.
const FEW: usize = 3;
/// For many partitions: an index of a few entries instead of 10 MiB mapped for each, and nobody who looks through all logs meanwhile.
const LIGHT: &str = "log.index.size.max.bytes=4096\nlog.cleaner.enable=false\nlog.retention.check.interval.ms=3600000\n";
const READY: Duration = Duration::from_secs(120);
/// A clean end writes what is in memory down.
const GRACE: Duration = Duration::from_secs(60);
/// Attempts with other ports when somebody else took one.
const ATTEMPTS: usize = 3;
/// Where the id of the cluster is kept beside its data.
const CLUSTER_ID: &str = "cluster-id";

/// What whoever measures reads: `target/bench/brokers.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Brokers {
    /// Addresses for clients, `host:port,host:port`.
    pub bootstrap: String,
    /// Process ids of the brokers, so that their share of the processor is told apart.
    pub pids: Vec<u32>,
    /// Version of Kafka.
    pub kafka_version: String,
    /// The options of their JVMs.
    pub java_options: Vec<String>,
}

/// How many there are and what they are for.
#[derive(Clone, Debug)]
pub struct Shape {
    nodes: usize,
    settings: &'static str,
    /// Whether the data ends with the brokers.
    passing: bool,
}

impl Shape {
    /// Three brokers whose records are kept.
    pub const fn kept() -> Self {
        Self {
            nodes: FEW,
            settings: "",
            passing: false,
        }
    }

    /// Brokers for many topics without records, gone afterwards.
    pub const fn passing(nodes: usize) -> Self {
        Self {
            nodes,
            settings: LIGHT,
            passing: true,
        }
    }
}

/// The running brokers.
#[derive(Debug)]
pub struct BareCluster {
    shape: Shape,
    layout: Layout,
    supervisor: Supervisor,
    tasks: TaskTracker,
    cancel: CancellationToken,
    brokers: Brokers,
    _lock: File,
}

/// A node on its way up.
struct Draft {
    id: usize,
    client: u16,
    config: PathBuf,
}

/// The layout of these brokers: data in the cache, shared by all clones of this user, logs under `target/bench`.
pub fn layout(clone: &Layout, shape: &Shape) -> Layout {
    let folder = if shape.passing {
        "passing"
    } else {
        KAFKA_VERSION
    };
    Layout {
        public: clone.clone.join("target/bench"),
        data: clone.cache.join("bench").join(folder),
        ..clone.clone()
    }
}

impl BareCluster {
    /// Starts them and waits until each answers.
    ///
    /// # Errors
    /// Other measurements are under way, or a broker did not start; the message names its log.
    pub async fn start(shape: Shape, layout: &Layout, tools: &Tools) -> Result<Self> {
        files::make_private_folder(&layout.running())?;
        files::make_private_folder(&layout.kept())?;
        std::fs::create_dir_all(&layout.public)
            .with_context(|| format!("{} can't be made", layout.public.display()))?;
        let lock = files::lock(
            &layout.data,
            "other measurements are under way; two at once would measure each other",
        )?;
        let log_config = layout.kept().join("log4j2.properties");
        files::write_private(&log_config, LOG_CONFIG.as_bytes())?;
        let ledger_path = layout.data.join("processes.json");
        Ledger::end_leftovers(&ledger_path, GRACE);
        let ledger = Arc::new(Ledger::open(ledger_path)?);
        if shape.passing {
            forget(layout, shape.nodes)?;
        }
        let template = Template::get(layout, tools, &ledger, &log_config, false).await?;
        let (tasks, cancel) = (TaskTracker::new(), CancellationToken::new());
        let mut cluster = Self {
            layout: layout.clone(),
            shape,
            supervisor: Supervisor::new(ledger, tasks.clone(), cancel.clone()),
            tasks,
            cancel,
            brokers: Brokers {
                bootstrap: String::new(),
                pids: Vec::new(),
                kafka_version: KAFKA_VERSION.to_owned(),
                java_options: JAVA_OPTIONS.map(str::to_owned).to_vec(),
            },
            _lock: lock,
        };
        prepare(layout, &template, cluster.shape.nodes)?;
        let mut attempt = 1;
        loop {
            match cluster.try_start(layout, tools, &log_config).await {
                Ok(bootstrap) => {
                    cluster.brokers.bootstrap = bootstrap;
                    break;
                }
                Err(error) if attempt < ATTEMPTS => {
                    tracing::warn!(
                        error = format!("{error:#}"),
                        attempt,
                        "a broker did not start; trying with other ports"
                    );
                    cluster.end_nodes().await?;
                    attempt += 1;
                }
                Err(error) => {
                    cluster.end().await?;
                    return Err(error);
                }
            }
        }
        let board = cluster.supervisor.board();
        cluster.brokers.pids = (0..cluster.shape.nodes)
            .filter_map(|id| board.get(&unit(id)).and_then(|status| status.pid))
            .collect();
        Ok(cluster)
    }

    /// What there is.
    pub fn brokers(&self) -> &Brokers {
        &self.brokers
    }

    /// Ends them cleanly.
    ///
    /// # Errors
    /// The supervisor is gone.
    pub async fn end(self) -> Result<()> {
        let ended = self.end_nodes().await;
        self.cancel.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        if self.shape.passing {
            forget(&self.layout, self.shape.nodes)?;
        }
        ended
    }

    /// The controller last: the others tell it that they go.
    async fn end_nodes(&self) -> Result<()> {
        for id in (0..self.shape.nodes).rev() {
            self.supervisor.end(&unit(id)).await?;
        }
        Ok(())
    }

    async fn try_start(&self, layout: &Layout, tools: &Tools, log_config: &Path) -> Result<String> {
        let mut ports = Ports::new();
        let controller = ports.take()?;
        let mut drafts = Vec::new();
        for id in 0..self.shape.nodes {
            let client = ports.take()?;
            let config = layout.kept().join(format!("node-{id}.properties"));
            let text = properties(id, client, controller, &data(layout, id)) + self.shape.settings;
            files::write_private(&config, text.as_bytes())?;
            drafts.push(Draft { id, client, config });
        }
        ports.release();
        let started = drafts.iter().map(|draft| {
            let log = layout.log(&format!("broker-{}", draft.id));
            let mut arguments: Vec<OsString> = JAVA_OPTIONS.map(OsString::from).to_vec();
            let mut logging = OsString::from("-Dlog4j2.configurationFile=file:");
            logging.push(log_config);
            arguments.push(logging);
            arguments.push("-cp".into());
            arguments.push(tools.kafka_libs.join("*").into());
            arguments.push("kafka.Kafka".into());
            arguments.push(draft.config.clone().into());
            let handle = self.supervisor.start(Spec {
                name: unit(draft.id),
                program: tools.java.clone(),
                arguments,
                environment: Vec::new(),
                log: log.clone(),
                probe: probe::answers(draft.client),
                grace: GRACE,
                grace_at_end: GRACE,
            });
            async move {
                handle
                    .first_ready(READY)
                    .await
                    .map_err(|error| see(&error, &log))
            }
        });
        try_join_all(started).await?;
        let addresses: Vec<String> = drafts
            .iter()
            .map(|draft| format!("127.0.0.1:{}", draft.client))
            .collect();
        Ok(addresses.join(","))
    }
}

/// The options that Kafka's start script gives (`kafka-run-class.sh`, `kafka-server-start.sh`).
const JAVA_OPTIONS: [&str; 8] = [
    "-Xmx1G",
    "-Xms1G",
    "-server",
    "-XX:+UseG1GC",
    "-XX:MaxGCPauseMillis=20",
    "-XX:InitiatingHeapOccupancyPercent=35",
    "-XX:+ExplicitGCInvokesConcurrent",
    "-Djava.awt.headless=true",
];

fn unit(id: usize) -> String {
    format!("bench/brokers/{id}")
}

fn data(layout: &Layout, id: usize) -> PathBuf {
    layout.kept().join(format!("node-{id}"))
}

/// Makes the data directories where there are none yet; all of one cluster or none.
fn prepare(layout: &Layout, template: &Template, nodes: usize) -> Result<()> {
    let id_path = layout.kept().join(CLUSTER_ID);
    if id_path.is_file() {
        return Ok(());
    }
    let cluster_id = random_id();
    for id in 0..nodes {
        template.copy(&data(layout, id), &cluster_id, id)?;
    }
    files::write_private(&id_path, cluster_id.as_bytes())
}

/// Removes the data of passing brokers, also of a run that was cut off.
fn forget(layout: &Layout, nodes: usize) -> Result<()> {
    let id = layout.kept().join(CLUSTER_ID);
    if id.is_file() {
        std::fs::remove_file(&id)?;
    }
    for id in 0..nodes {
        let data = data(layout, id);
        if data.is_dir() {
            std::fs::remove_dir_all(&data)
                .with_context(|| format!("{} can't be removed", data.display()))?;
        }
    }
    Ok(())
}

/// A node's configuration: Kafka's defaults, apart from where it is and that nothing is ever deleted.
fn properties(id: usize, client: u16, controller: u16, data: &Path) -> String {
    let is_controller = id == 0;
    let (roles, controller_listener) = if is_controller {
        (
            "broker,controller",
            format!(",CONTROLPLANE://127.0.0.1:{controller}"),
        )
    } else {
        ("broker", String::new())
    };
    format!(
        "process.roles={roles}\nnode.id={id}\nlog.dirs={}\n\
         controller.quorum.voters=0@127.0.0.1:{controller}\ncontroller.listener.names=CONTROLPLANE\n\
         listeners=PLAIN://127.0.0.1:{client}{controller_listener}\n\
         advertised.listeners=PLAIN://127.0.0.1:{client}\n\
         listener.security.protocol.map=PLAIN:PLAINTEXT,CONTROLPLANE:PLAINTEXT\ninter.broker.listener.name=PLAIN\n\
         auto.create.topics.enable=false\nlog.retention.ms=-1\ngroup.initial.rebalance.delay.ms=0\n\
         offsets.topic.num.partitions=3\noffsets.topic.replication.factor=1\n\
         transaction.state.log.num.partitions=3\ntransaction.state.log.replication.factor=1\ntransaction.state.log.min.isr=1\n",
        data.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_node_is_the_controller_and_all_tell_clients_where_they_listen() {
        let first = properties(0, 1001, 2001, Path::new("/data"));
        let second = properties(1, 1002, 2001, Path::new("/data"));
        assert!(first.contains("process.roles=broker,controller\n"));
        assert!(first.contains("listeners=PLAIN://127.0.0.1:1001,CONTROLPLANE://127.0.0.1:2001\n"));
        assert!(second.contains("process.roles=broker\n"));
        assert!(second.contains("\nlisteners=PLAIN://127.0.0.1:1002\n"));
        for text in [&first, &second] {
            assert!(text.contains("controller.quorum.voters=0@127.0.0.1:2001\n"));
            assert!(text.lines().all(|line| line.split_once('=').is_some()));
        }
    }
}
