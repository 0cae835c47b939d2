//! Starts one Kafka cluster: certificates, ports, configuration, data directories, processes, and the proxy in front.

use super::archive;
use super::format::{Template, java_arguments, random_id};
use super::plan::{ClusterPlan, ListenerPlan};
use super::probe;
use super::properties::{CONTROL_PLANE, NodeFiles, REPLICATION, properties};
use crate::files;
use crate::layout::{KAFKA_VERSION, Layout, Tools, see};
use crate::pki::{CertificateAuthority, Subject};
use crate::ports::Ports;
use crate::proxy::{Entrance, Proxy};
use crate::state::{AdminAccess, Authority, ClientTls, Cluster, Node, User};
use crate::supervisor::Supervisor;
use crate::supervisor::unit::Spec;
use anyhow::{Context, Result};
use futures::future::try_join_all;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Enough for the bed's data.
pub(super) const HEAP_MEGABYTES: u32 = 384;
const READY: Duration = Duration::from_secs(120);
/// A node that is asked to stop hands its partitions over first.
const GRACE: Duration = Duration::from_secs(30);
/// Attempts with other ports when somebody else took one.
const ATTEMPTS: usize = 3;
const ORGANIZATION: &str = "io.strimzi";

/// What starting a cluster needs.
#[derive(Debug)]
pub struct Starter<'a> {
    /// Paths.
    pub layout: &'a Layout,
    /// Programs.
    pub tools: &'a Tools,
    /// Who owns the processes.
    pub supervisor: &'a Supervisor,
    /// Where clients come through.
    pub proxy: &'a Mutex<Proxy>,
    /// Kafka's logging configuration.
    pub log_config: &'a Path,
    /// Which cluster.
    pub plan: &'a ClusterPlan,
    /// Formatted directory to copy.
    pub template: &'a Template,
}

/// Certificates of a cluster.
#[derive(Debug)]
pub(super) struct Certificates {
    /// The authority of the nodes, PEM file.
    pub(super) cluster_ca: PathBuf,
    /// The authority of clients.
    pub(super) clients_ca: Authority,
    /// Key and certificate of the nodes, PEM file.
    pub(super) key_store: PathBuf,
    /// Certificate and key of the operators, PEM files.
    operator: (PathBuf, PathBuf),
}

impl Certificates {
    /// Makes them new in `folder`.
    pub(super) fn make(plan: &ClusterPlan, folder: &Path) -> Result<Self> {
        files::make_private_folder(folder)?;
        let cluster_ca = CertificateAuthority::new(ORGANIZATION, "cluster-ca v0")?;
        let clients_ca = CertificateAuthority::new(ORGANIZATION, "clients-ca v0")?;
        let broker = cluster_ca.certify(&Subject {
            organization: Some(ORGANIZATION),
            common_name: &plan.broker_common_name(),
            names: &["localhost"],
            addresses: &[IpAddr::V4(Ipv4Addr::LOCALHOST)],
        })?;
        let operator = cluster_ca.certify(&Subject {
            organization: Some(ORGANIZATION),
            common_name: "cluster-operator",
            names: &[],
            addresses: &[],
        })?;
        let key_store = folder.join("broker.pem");
        files::write_private(&key_store, broker.key_store().as_bytes())?;
        Ok(Self {
            cluster_ca: cluster_ca.write(folder, "cluster-ca")?.certificate_file,
            clients_ca: clients_ca.write(folder, "clients-ca")?,
            key_store,
            operator: operator.write(folder, "cluster-operator")?,
        })
    }
}

/// A node on its way up.
struct Draft {
    id: usize,
    ports: BTreeMap<String, u16>,
    entrances: BTreeMap<&'static str, Entrance>,
    data: PathBuf,
}

impl Starter<'_> {
    /// Starts it and waits until every node answers.
    ///
    /// # Errors
    /// A node did not start; the message names its log.
    pub async fn start(&self) -> Result<Cluster> {
        let folder = self
            .layout
            .running()
            .join(format!("{}-{}", self.plan.namespace, self.plan.name));
        files::make_private_folder(&folder)?;
        let mut certificates = Certificates::make(self.plan, &folder.join("pki"))?;
        // People and tests look for the authority beside the state file.
        let public = self
            .layout
            .public
            .join(format!("pki/{}-ca.crt", self.plan.name));
        files::write_public(&public, &std::fs::read(&certificates.cluster_ca)?)?;
        certificates.cluster_ca = public;
        let cluster_id = random_id();
        let mut attempt = 1;
        let drafts = loop {
            match self.try_start(&folder, &certificates, &cluster_id).await {
                Ok(drafts) => break drafts,
                Err(error) if attempt < ATTEMPTS => {
                    tracing::warn!(
                        cluster = self.plan.name,
                        error = format!("{error:#}"),
                        attempt,
                        "Kafka did not start; trying with other ports"
                    );
                    self.end().await?;
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        };
        Ok(self.describe(drafts, &certificates, cluster_id))
    }

    async fn end(&self) -> Result<()> {
        for id in 0..self.plan.racks.len() {
            self.supervisor.end(&self.plan.unit(id)).await?;
        }
        Ok(())
    }

    async fn try_start(
        &self,
        folder: &Path,
        certificates: &Certificates,
        cluster_id: &str,
    ) -> Result<Vec<Draft>> {
        let mut ports = Ports::new();
        let mut drafts = Vec::new();
        for id in 0..self.plan.racks.len() {
            drafts.push(self.draft(folder, id, &mut ports).await?);
        }
        let voters: Vec<u16> = drafts
            .iter()
            .filter_map(|draft| draft.ports.get(CONTROL_PLANE).copied())
            .collect();
        for draft in &drafts {
            self.template.copy(&draft.data, cluster_id, draft.id)?;
            let text = properties(
                self.plan,
                &NodeFiles {
                    id: draft.id,
                    ports: &draft.ports,
                    advertised: &advertised(self.plan, draft),
                    voters: &voters,
                    data: &draft.data,
                    key_store: &certificates.key_store,
                    cluster_ca: &certificates.cluster_ca,
                    clients_ca: &certificates.clients_ca.certificate_file,
                },
            );
            files::write_private(&self.config_path(folder, draft.id), text.as_bytes())?;
        }
        ports.release();
        let mut units = Vec::new();
        for draft in &drafts {
            units.push((draft.id, self.supervisor.start(self.spec(folder, draft)?)));
        }
        try_join_all(units.iter().map(|(id, unit)| async move {
            unit.first_ready(READY)
                .await
                .map_err(|error| see(&error, &self.log(*id)))
        }))
        .await?;
        Ok(drafts)
    }

    async fn draft(&self, folder: &Path, id: usize, ports: &mut Ports) -> Result<Draft> {
        let mut own = BTreeMap::new();
        own.insert(REPLICATION.to_owned(), ports.take()?);
        own.insert(CONTROL_PLANE.to_owned(), ports.take()?);
        let mut entrances = BTreeMap::new();
        for listener in self.plan.listeners {
            own.insert(listener.broker_name(), ports.take()?);
            entrances.insert(listener.name, Entrance::open().await?);
        }
        Ok(Draft {
            id,
            ports: own,
            entrances,
            data: folder.join(format!("node-{id}/kafka-log{id}")),
        })
    }

    fn config_path(&self, folder: &Path, id: usize) -> PathBuf {
        folder.join(format!("node-{id}.properties"))
    }

    fn log(&self, id: usize) -> PathBuf {
        self.layout.log(&format!("{}-{id}", self.plan.name))
    }

    fn spec(&self, folder: &Path, draft: &Draft) -> Result<Spec> {
        let plain = self
            .plan
            .listeners
            .iter()
            .find(|listener| !listener.kind.tls)
            .and_then(|listener| draft.ports.get(&listener.broker_name()))
            .context("a cluster needs a plain listener to be probed on")?;
        let mut arguments = java_arguments(self.tools, HEAP_MEGABYTES, self.log_config);
        arguments.splice(0..0, archive::option(self.layout, self.tools));
        arguments.push("kafka.Kafka".into());
        arguments.push(self.config_path(folder, draft.id).into());
        Ok(Spec {
            name: self.plan.unit(draft.id),
            program: self.tools.java.clone(),
            arguments,
            environment: Vec::new(),
            log: self.log(draft.id),
            probe: probe::answers(*plain),
            grace: GRACE,
            // All nodes end together and their data with them; a clean stop would wait for a quorum that is going away.
            grace_at_end: Duration::ZERO,
        })
    }

    /// Opens the proxy to the running nodes and writes down what there is.
    fn describe(
        &self,
        drafts: Vec<Draft>,
        certificates: &Certificates,
        cluster_id: String,
    ) -> Cluster {
        let mut nodes = Vec::new();
        let mut bootstrap = Vec::new();
        for draft in drafts {
            if let Some(port) = draft.ports.get(REPLICATION) {
                bootstrap.push(format!("127.0.0.1:{port}"));
            }
            nodes.push(self.open(draft));
        }
        let together = |listener: &ListenerPlan| {
            let addresses: Vec<&str> = nodes
                .iter()
                .filter_map(|node| node.advertised.get(listener.name))
                .map(String::as_str)
                .collect();
            (listener.name.to_owned(), addresses.join(","))
        };
        Cluster {
            namespace: self.plan.namespace.to_owned(),
            name: self.plan.name.to_owned(),
            cluster_id,
            kafka_version: KAFKA_VERSION.to_owned(),
            pool: self.plan.pool.to_owned(),
            authorization: self.plan.authorization,
            listeners: self.plan.listeners.iter().map(together).collect(),
            listener_kinds: self
                .plan
                .listeners
                .iter()
                .map(|listener| (listener.name.to_owned(), listener.kind))
                .collect(),
            ca_file: certificates.cluster_ca.clone(),
            clients_ca: certificates.clients_ca.clone(),
            admin: AdminAccess {
                bootstrap,
                tls: ClientTls {
                    ca_file: certificates.cluster_ca.clone(),
                    certificate_file: certificates.operator.0.clone(),
                    key_file: certificates.operator.1.clone(),
                },
            },
            users: self
                .template
                .admin_password
                .iter()
                .map(|password| {
                    let password = password.clone();
                    ("admin".to_owned(), User { password })
                })
                .collect(),
            nodes,
        }
    }

    fn open(&self, mut draft: Draft) -> Node {
        let unit = self.plan.unit(draft.id);
        let address = |port: u16| format!("127.0.0.1:{port}");
        let mut advertised = BTreeMap::new();
        let mut direct = BTreeMap::new();
        let mut proxy = self.proxy.lock().unwrap_or_else(PoisonError::into_inner);
        for listener in self.plan.listeners {
            let port = draft.ports.get(&listener.broker_name());
            if let (Some(entrance), Some(port)) = (draft.entrances.remove(listener.name), port) {
                advertised.insert(listener.name.to_owned(), address(entrance.port()));
                direct.insert(listener.name.to_owned(), address(*port));
                proxy.forward(&unit, entrance, *port);
            }
        }
        for (name, listener) in [
            ("replication", REPLICATION),
            ("controlplane", CONTROL_PLANE),
        ] {
            if let Some(port) = draft.ports.get(listener) {
                direct.insert(name.to_owned(), address(*port));
            }
        }
        Node {
            id: i32::try_from(draft.id).unwrap_or(i32::MAX),
            pid: self.supervisor.board().get(&unit).and_then(|unit| unit.pid),
            rack: self
                .plan
                .racks
                .get(draft.id)
                .copied()
                .flatten()
                .map(str::to_owned),
            log: self.log(draft.id),
            data: draft.data,
            advertised,
            direct,
        }
    }
}

/// What a broker tells others: itself to brokers, the proxy to clients, nothing about its controller.
fn advertised(plan: &ClusterPlan, draft: &Draft) -> BTreeMap<String, u16> {
    let mut advertised: BTreeMap<String, u16> = plan
        .listeners
        .iter()
        .filter_map(|listener| {
            let entrance = draft.entrances.get(listener.name)?;
            Some((listener.broker_name(), entrance.port()))
        })
        .collect();
    if let Some(port) = draft.ports.get(REPLICATION) {
        advertised.insert(REPLICATION.to_owned(), *port);
    }
    advertised
}
