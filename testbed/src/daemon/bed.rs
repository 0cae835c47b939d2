//! The bed itself: brings every part up, side by side, and holds them.

use super::Contact;
use super::progress::{Kind, Progress};
use super::tasks::{keep, operator};
use crate::files;
use crate::kafka::archive;
use crate::kafka::cluster::Starter as ClusterStarter;
use crate::kafka::format::Template;
use crate::kafka::plan::{CLUSTERS, ClusterPlan};
use crate::kubernetes::plane::{Access, Plane, Starter as PlaneStarter};
use crate::kubernetes::{apply, identities, kubeconfig, plane, seed, settle, strimzi};
use crate::layout::{Layout, STRIMZI_VERSION, Tools};
use crate::process::Ledger;
use crate::proxy::Proxy;
use crate::state::{self, Cluster, Faults, Kubernetes, Secret, State, Strimzi};
use crate::supervisor::Supervisor;
use crate::supervisor::facts::OperatorConfig;
use anyhow::{Context, Result};
use k8s_openapi::api::core::v1::{Secret as KubeSecret, ServiceAccount};
use kube::api::Api;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const LOG_CONFIG: &str = include_str!("../kafka/log4j2.properties");
/// The console's token outlives any bed.
const TOKEN_SECONDS: i64 = 30 * 24 * 3600;
/// How long the operator stand-in may take for its first round.
const FIRST_ROUND: Duration = Duration::from_secs(90);
const SECRET_PATIENCE: Duration = Duration::from_secs(20);

/// What a bed can be asked to be.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Time between two timed reconciliations of the operator stand-in, such as 120s
    #[arg(long, value_name = "DURATION", default_value = "120s", value_parser = crate::commands::duration)]
    pub reconcile_interval: Duration,
    /// Version of Strimzi whose resource definitions the API server serves; 0.48.0 has v1beta2 only
    #[arg(long, value_name = "VERSION", default_value = STRIMZI_VERSION)]
    pub crds: String,
}

/// All parts.
#[derive(Debug)]
pub struct Bed {
    layout: Layout,
    tools: Tools,
    options: Options,
    ledger: Arc<Ledger>,
    progress: Progress,
    supervisor: Supervisor,
    proxy: Mutex<Proxy>,
    state: watch::Sender<Option<State>>,
    workload: AtomicBool,
    tasks: TaskTracker,
    cancel: CancellationToken,
}

impl Bed {
    /// Nothing runs yet.
    pub fn new(layout: Layout, tools: Tools, options: Options, ledger: Arc<Ledger>) -> Self {
        let tasks = TaskTracker::new();
        let cancel = CancellationToken::new();
        Self {
            supervisor: Supervisor::new(Arc::clone(&ledger), tasks.clone(), cancel.clone()),
            proxy: Mutex::new(Proxy::new(tasks.clone(), cancel.clone())),
            progress: Progress::new(),
            state: watch::Sender::new(None),
            workload: AtomicBool::new(false),
            layout,
            tools,
            options,
            ledger,
            tasks,
            cancel,
        }
    }

    /// Paths.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Programs.
    pub fn tools(&self) -> &Tools {
        &self.tools
    }

    /// Steps.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Processes.
    pub fn supervisor(&self) -> &Supervisor {
        &self.supervisor
    }

    /// The ways to the brokers.
    pub fn proxy(&self) -> std::sync::MutexGuard<'_, Proxy> {
        self.proxy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every task of the bed.
    pub fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// What others may know; `None` until everything runs.
    pub fn state(&self) -> Option<State> {
        self.state.borrow().clone()
    }

    /// Changes what others may know, and the file with it.
    ///
    /// # Errors
    /// The bed is not up, or the file can't be written.
    pub fn change_state(&self, change: impl FnOnce(&mut State)) -> Result<State> {
        let mut state = self.state().context("the bed is not up yet")?;
        change(&mut state);
        state.write(&self.layout.state_file)?;
        self.state.send_replace(Some(state.clone()));
        Ok(state)
    }

    /// Notes that the workload begins; false when it runs already.
    pub fn begin_workload(&self) -> bool {
        !self.workload.swap(true, Ordering::SeqCst)
    }

    /// Whether the workload was begun.
    pub fn workload_runs(&self) -> bool {
        self.workload.load(Ordering::SeqCst)
    }

    /// Asks everything to end.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Resolves when everything was asked to end.
    pub async fn cancelled(&self) {
        self.cancel.cancelled().await;
    }

    /// A token that ends with the bed.
    pub fn token(&self) -> CancellationToken {
        self.cancel.child_token()
    }

    /// Brings everything up and tells how it goes.
    pub async fn bring_up(&self, contact: &Contact) {
        match self.try_bring_up(contact).await {
            Ok(()) => {
                self.progress.tell("test bed", Kind::Ready);
                self.prepare_next().await;
            }
            Err(error) => self.progress.tell(
                "test bed",
                Kind::Failed {
                    text: format!("{error:#}"),
                },
            ),
        }
    }

    async fn try_bring_up(&self, contact: &Contact) -> Result<()> {
        files::write_private(&self.log_config(), LOG_CONFIG.as_bytes())?;
        let ((plane, access, console), clusters) =
            tokio::try_join!(self.kubernetes(), self.kafka())?;
        let mut state = self.describe(contact, &plane, &access, console, clusters)?;
        self.operator(&state);
        self.progress
            .step(
                "declared resources reconciled",
                self.first_round(&plane.client),
            )
            .await?;
        self.add_console_password(&plane.client, &mut state).await;
        state.write(&self.layout.state_file)?;
        self.state.send_replace(Some(state));
        Ok(())
    }

    /// What makes the next start faster and may take its time; failing changes nothing.
    pub async fn prepare_next(&self) {
        if archive::path(&self.layout, &self.tools).is_file() {
            return;
        }
        let [_, plan] = &CLUSTERS;
        let work = async {
            let log_config = self.log_config();
            let template = self.template(plan).await?;
            let writer = archive::Writer {
                layout: &self.layout,
                tools: &self.tools,
                ledger: &self.ledger,
                log_config: &log_config,
                plan,
                template: &template,
            };
            writer.write().await
        };
        if let Err(error) = work.await {
            tracing::warn!(error = format!("{error:#}"), "no class archive for Kafka");
        }
    }

    fn log_config(&self) -> PathBuf {
        self.layout.running().join("log4j2.properties")
    }

    async fn template(&self, plan: &ClusterPlan) -> Result<Template> {
        Template::get(
            &self.layout,
            &self.tools,
            &self.ledger,
            &self.log_config(),
            plan.authorization,
        )
        .await
    }

    async fn kubernetes(&self) -> Result<(Plane, Access, PathBuf)> {
        let access = Access::make(&plane::folder(&self.layout))?;
        let authority = self.layout.public.join("pki/kube-ca.crt");
        files::write_public(&authority, access.authority.as_bytes())?;
        let seed = seed::folder(&self.layout, &self.tools, &self.options.crds)?;
        if !seed.is_dir() {
            self.progress
                .step(
                    "seed of the Kubernetes API (kept for the next time)",
                    seed::make(&self.layout, &self.tools, &self.supervisor, &access, &seed),
                )
                .await?;
        }
        let data = self.layout.running().join("etcd");
        files::copy_folder(&seed, &data)?;
        let starter = PlaneStarter {
            layout: &self.layout,
            kubetest: &self.tools.kubetest,
            supervisor: &self.supervisor,
            access: &access,
            data,
            prefix: "",
            kubeconfig: self.layout.public.join("kubeconfig"),
            // The data ends with the bed.
            grace_at_end: Duration::ZERO,
        };
        let plane = self
            .progress
            .step("Kubernetes API server", starter.start())
            .await?;
        starter.start_controllers(&plane)?;
        let console = self
            .progress
            .step("declared resources", async {
                let (console, ()) = tokio::try_join!(
                    self.console_access(&plane, &access),
                    self.apply_resources(&plane.client)
                )?;
                Ok(console)
            })
            .await?;
        Ok((plane, access, console))
    }

    /// Everything in `testbed/resources` that is not in the seed.
    async fn apply_resources(&self, client: &kube::Client) -> Result<()> {
        let folder = self.layout.clone.join("testbed/resources");
        let mut paths = apply::files_of(&folder)?;
        paths.retain(|path| {
            let name = path.file_name().unwrap_or_default();
            name != "namespaces.yaml" && name != "access.yaml"
        });
        if self.strimzi_version()? == "v1" {
            // What no translation of the version alone makes valid.
            paths.extend(apply::files_of(&folder.join("v1"))?);
        }
        self.apply_files(client, &paths).await
    }

    /// Applies files, with Strimzi's resources in the version that is served.
    async fn apply_files(&self, client: &kube::Client, paths: &[PathBuf]) -> Result<()> {
        let mut documents = apply::read(paths)?;
        for document in &mut documents {
            strimzi::put_version(document, self.strimzi_version()?);
        }
        apply::apply(client, documents).await
    }

    fn strimzi_version(&self) -> Result<&'static str> {
        strimzi::served_version(&self.tools.crds)
    }

    /// A token for the console's ServiceAccount, and its kubeconfig.
    async fn console_access(&self, plane: &Plane, access: &Access) -> Result<PathBuf> {
        let accounts: Api<ServiceAccount> = Api::namespaced(plane.client.clone(), "penstock");
        let token = identities::token(&accounts, "penstock", TOKEN_SECONDS).await?;
        let path = self.layout.public.join("penstock.kubeconfig");
        kubeconfig::write(&path, &plane.server, &access.authority, "penstock", &token)?;
        Ok(path)
    }

    async fn kafka(&self) -> Result<Vec<Cluster>> {
        let [first, second] = &CLUSTERS;
        let (first, second) = tokio::try_join!(self.cluster(first), self.cluster(second))?;
        Ok(vec![first, second])
    }

    async fn cluster(&self, plan: &ClusterPlan) -> Result<Cluster> {
        let name = format!("Kafka {}/{}", plan.namespace, plan.name);
        let work = async {
            let template = self.template(plan).await?;
            let log_config = self.log_config();
            let starter = ClusterStarter {
                layout: &self.layout,
                tools: &self.tools,
                supervisor: &self.supervisor,
                proxy: &self.proxy,
                log_config: &log_config,
                plan,
                template: &template,
            };
            starter.start().await
        };
        self.progress.step(&name, work).await
    }

    fn describe(
        &self,
        contact: &Contact,
        plane: &Plane,
        access: &Access,
        console_kubeconfig: PathBuf,
        clusters: Vec<Cluster>,
    ) -> Result<State> {
        Ok(State {
            version: state::VERSION,
            console: None,
            identities: access.identities.people.clone(),
            kubernetes: Kubernetes {
                server: plane.server.clone(),
                ca_file: self.layout.public.join("pki/kube-ca.crt"),
                admin_token: access.identities.administrator.clone(),
                kubeconfig: plane.kubeconfig.clone(),
                console_kubeconfig,
                strimzi: Strimzi {
                    version: self.options.crds.clone(),
                    api_version: self.strimzi_version()?.to_owned(),
                },
            },
            clusters,
            registry: None,
            oidc: None,
            faults: Faults {
                url: contact.url.clone(),
                token: contact.token.clone(),
                commands: "testbed fault --help".to_owned(),
            },
            kafka_libs: self.tools.kafka_libs.clone(),
            java: self.tools.java.clone(),
            data_directory: self.layout.data.clone(),
            daemon: contact.process,
        })
    }

    fn operator(&self, state: &State) {
        let config = OperatorConfig {
            state: state.clone(),
            reconcile_interval: self.options.reconcile_interval,
            nodes: self.supervisor.nodes(),
            requests: self.supervisor.requests(),
        };
        keep(
            "operator stand-in",
            &self.tasks,
            self.token(),
            move |cancel| operator(config.clone(), cancel),
        );
    }

    /// Waits for the operator stand-in, changes what has to change afterwards, and waits again.
    async fn first_round(&self, client: &kube::Client) -> Result<()> {
        let work = async {
            let version = self.strimzi_version()?;
            settle::settled(client, version, FIRST_ROUND).await?;
            let later = apply::files_of(&self.layout.clone.join("testbed/resources/later"))?;
            self.apply_files(client, &later).await?;
            settle::settled(client, version, FIRST_ROUND).await
        };
        if let Err(error) = work.await {
            // Without the stand-in's statuses the bed is still of use, and whoever mends the stand-in needs it.
            self.progress.tell(
                "declared resources",
                Kind::Note {
                    text: format!("{error:#}"),
                },
            );
        }
        Ok(())
    }

    /// The password of the console's own KafkaUser, for tests that reach Kafka as the console does.
    async fn add_console_password(&self, client: &kube::Client, state: &mut State) {
        for cluster in &mut state.clusters {
            let secrets: Api<KubeSecret> = Api::namespaced(client.clone(), &cluster.namespace);
            let read = tokio::time::timeout(SECRET_PATIENCE, secrets.get_opt("penstock")).await;
            let password = read
                .ok()
                .and_then(Result::ok)
                .flatten()
                .and_then(|secret| secret.data?.remove("password"))
                .and_then(|password| String::from_utf8(password.0).ok());
            if let Some(password) = password {
                let password = Secret::new(password);
                cluster
                    .users
                    .insert("penstock".to_owned(), state::User { password });
            }
        }
    }
}
