//! What a row stands on: the running bed, its console, and what is true of both, told by the parts themselves.

use super::look::Reader;
use crate::admin::Admin;
use crate::commands::link::Link;
use crate::daemon::control::Status;
use crate::kubernetes::kubeconfig;
use crate::layout::Layout;
use crate::proxy::Fault;
use crate::state::State;
use crate::supervisor::facts::Phase;
use anyhow::{Context, Result, bail};
use k8s_openapi::api::core::v1::Pod;
use kube::api::{
    Api, ApiResource, DynamicObject, GroupVersionKind, ListParams, Patch, PatchParams,
};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// Three nodes that were killed together, and the operator's timed reconciliation behind that.
const WHOLE: Duration = Duration::from_secs(240);
const PAUSE: Duration = Duration::from_millis(100);
/// Brokers that do not answer in time are not well.
const ANSWER: Duration = Duration::from_secs(5);
/// A managed topic whose resource the console shows.
const TOPIC: &str = "task-created";
const MARK: &str = "penstock.dev/matrix";

/// The bed under the matrix.
pub struct Ground {
    pub(super) layout: Layout,
    pub(super) link: Link,
    pub(super) state: State,
    /// As cluster administrator.
    pub(super) client: kube::Client,
    /// Past every proxy.
    pub(super) admin: Admin,
}

impl Ground {
    /// The bed of this clone.
    ///
    /// # Errors
    /// None runs, or it runs without its workload or a console.
    pub async fn find() -> Result<Self> {
        let layout = Layout::find()?;
        let link = Link::open(&layout)?;
        let state = State::load()?;
        let status: Status = link.get("/status").await?;
        if state.console.is_none() || !status.workload {
            bail!(
                "the matrix needs the workload and a console: `testbed demo --detach` starts both"
            );
        }
        let cluster = state
            .cluster("kafka", "task-events")
            .context("the bed has no cluster kafka/task-events")?;
        Ok(Self {
            admin: Admin::new(cluster)?,
            client: kubeconfig::client(&state.kubernetes.kubeconfig).await?,
            layout,
            link,
            state,
        })
    }

    /// Somebody of the bed before the console.
    pub(super) fn reader(&self, who: &str) -> Result<Reader> {
        let console = self.state.console.as_ref().context("no console")?;
        let identity = self.state.identities.get(who).context("nobody")?;
        Reader::new(&console.url, identity.token.expose())
    }

    /// Id of a process of the bed.
    pub(super) async fn pid(&self, unit: &str) -> Result<u32> {
        let status: Status = self.link.get("/status").await?;
        let unit_view = status.units.get(unit);
        unit_view
            .and_then(|unit| unit.pid)
            .with_context(|| format!("{unit} does not run"))
    }

    /// Ends every fault that the daemon knows.
    ///
    /// # Errors
    /// The daemon is gone.
    pub async fn clear(&self) -> Result<()> {
        self.link.post("/clear", &json!({})).await?;
        Ok(())
    }

    /// Waits until every process answers, every way is clear, every replica is in sync, and every pod and the Kafka resource say
    /// so. The resource follows only the operator's timed reconciliation, and until then the console says what it says.
    pub(super) async fn whole(&self) -> Result<()> {
        let deadline = Instant::now() + WHOLE;
        loop {
            let missing = match self.missing().await {
                Ok(None) => return Ok(()),
                Ok(Some(missing)) => missing,
                Err(error) => format!("{error:#}"),
            };
            if Instant::now() >= deadline {
                bail!(
                    "the bed is not whole within {} s: {missing}",
                    WHOLE.as_secs()
                );
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn missing(&self) -> Result<Option<String>> {
        let status: Status = self.link.get("/status").await?;
        for (name, unit) in &status.units {
            if unit.phase != Phase::Running {
                return Ok(Some(format!("{name} is {:?}", unit.phase)));
            }
        }
        if let Some((name, _)) = status
            .proxies
            .iter()
            .find(|(_, fault)| **fault != Fault::default())
        {
            return Ok(Some(format!("the way to {name} is not clear")));
        }
        if !timeout(ANSWER, self.admin.in_sync()).await?? {
            return Ok(Some("replicas are out of sync".to_owned()));
        }
        let pods: Api<Pod> = Api::all(self.client.clone());
        let pods = pods
            .list(&ListParams::default().labels("strimzi.io/kind=Kafka"))
            .await?;
        let ready = pods.items.iter().filter(|pod| is_ready(pod)).count();
        let nodes: usize = self
            .state
            .clusters
            .iter()
            .map(|cluster| cluster.nodes.len())
            .sum();
        if ready != nodes {
            return Ok(Some(format!("{ready} of {nodes} pods are ready")));
        }
        let resource = self.objects("Kafka", "kafka").get("task-events").await?;
        Ok((!is_told_ready(&resource))
            .then(|| "the Kafka resource says it is not ready".to_owned()))
    }

    /// Objects of one of Strimzi's kinds, or of Kubernetes' own, in a namespace.
    pub(super) fn objects(&self, kind: &str, namespace: &str) -> Api<DynamicObject> {
        let group = match kind {
            "Secret" | "ServiceAccount" => "",
            "StrimziPodSet" => "core.strimzi.io",
            _ => "kafka.strimzi.io",
        };
        let version = match group {
            "" => "v1",
            _ => self.state.kubernetes.strimzi.api_version.as_str(),
        };
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
        Api::namespaced_with(self.client.clone(), namespace, &resource)
    }

    /// Writes a mark into a KafkaTopic: whoever shows it follows the API server.
    pub(super) async fn mark(&self, mark: &str) -> Result<()> {
        let patch = json!({ "metadata": { "annotations": { MARK: mark } } });
        let deadline = Instant::now() + ANSWER;
        loop {
            let topics = self.objects("KafkaTopic", "kafka");
            match topics
                .patch(TOPIC, &PatchParams::default(), &Patch::Merge(&patch))
                .await
            {
                Ok(_) => return Ok(()),
                // Ready a moment ago, and not yet for everything.
                Err(error) if Instant::now() >= deadline => return Err(error.into()),
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Where the console shows the marked topic.
    pub(super) fn marked() -> String {
        format!("/api/v1{}/topics/{TOPIC}", super::look::CLUSTER)
    }
}

fn is_told_ready(resource: &DynamicObject) -> bool {
    let conditions = resource.data.pointer("/status/conditions");
    let mut conditions = conditions.and_then(Value::as_array).into_iter().flatten();
    conditions.any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
}

fn is_ready(pod: &Pod) -> bool {
    let conditions = pod
        .status
        .as_ref()
        .and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|conditions| {
        conditions
            .iter()
            .any(|condition| condition.type_ == "Ready" && condition.status == "True")
    })
}
