//! Many topics, in Kafka and as resources: what `testbed scale` makes and removes.
//!
//! The stand-in does not know this cluster; statuses are written here, as the topic operator writes them for a topic that is as it
//! was declared, without the id.

use crate::kubernetes::apply;
use anyhow::{Context, Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use kube::api::{
    Api, ApiResource, DeleteParams, DynamicObject, GroupVersionKind, ListParams, Patch, PatchParams,
};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// Namespace, and name of the cluster in it.
pub const NAMESPACE: &str = "scale";
const LABEL: &str = "strimzi.io/cluster";
/// Partitions made by one question: the controller takes ten thousand at most.
const PARTITIONS_AT_ONCE: usize = 2_000;
const PATIENCE: Duration = Duration::from_secs(120);
const AT_A_TIME: usize = 16;

/// What there is to make.
#[derive(Clone, Debug)]
pub struct Many {
    /// How many topics.
    pub topics: usize,
    /// Partitions of each.
    pub partitions: usize,
    /// Version in which Strimzi's resources are served: `v1`.
    pub version: String,
}

/// Seconds that making them took.
#[derive(Clone, Copy, Debug)]
pub struct Took {
    /// Kafka.
    pub brokers: f64,
    /// The API server, statuses included.
    pub api_server: f64,
}

/// `scale-00042`
fn name(number: usize) -> String {
    format!("scale-{number:05}")
}

/// Makes the topics at the brokers, then the resources.
///
/// # Errors
/// Brokers or the API server refused.
pub async fn made(many: &Many, client: &kube::Client, bootstrap: &str) -> Result<Took> {
    let began = Instant::now();
    at_brokers(many, bootstrap).await?;
    let brokers = began.elapsed().as_secs_f64();
    let began = Instant::now();
    at_api_server(many, client, bootstrap).await?;
    Ok(Took {
        brokers,
        api_server: began.elapsed().as_secs_f64(),
    })
}

async fn at_brokers(many: &Many, bootstrap: &str) -> Result<()> {
    let admin: AdminClient<_> = ClientConfig::new()
        .set("bootstrap.servers", bootstrap)
        .create()?;
    let options = AdminOptions::new()
        .request_timeout(Some(PATIENCE))
        .operation_timeout(Some(PATIENCE));
    let partitions = i32::try_from(many.partitions)?;
    let names: Vec<String> = (0..many.topics).map(name).collect();
    for part in names.chunks((PARTITIONS_AT_ONCE / many.partitions).max(1)) {
        let topics: Vec<NewTopic<'_>> = part
            .iter()
            .map(|name| NewTopic::new(name, partitions, TopicReplication::Fixed(1)))
            .collect();
        for made in admin.create_topics(&topics, &options).await? {
            made.map_err(|(name, code)| anyhow::anyhow!("{name} could not be made: {code}"))?;
        }
    }
    Ok(())
}

async fn at_api_server(many: &Many, client: &kube::Client, bootstrap: &str) -> Result<()> {
    let namespace =
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": NAMESPACE } });
    apply::apply(client, vec![namespace]).await?;
    let kafka = many.resource("Kafka", NAMESPACE, &json!({
        "kafka": { "listeners": [{ "name": "plain", "port": 9092, "type": "internal", "tls": false }] },
    }));
    let topics = (0..many.topics).map(|number| {
        let spec = json!({ "partitions": many.partitions, "replicas": 1 });
        many.resource("KafkaTopic", &name(number), &spec)
    });
    apply::apply(client, std::iter::once(kafka).chain(topics).collect()).await?;
    let addresses: Vec<Value> = bootstrap
        .split(',')
        .filter_map(|address| address.rsplit_once(':'))
        .map(
            |(host, port)| json!({ "host": host, "port": port.parse::<u16>().unwrap_or_default() }),
        )
        .collect();
    let listeners =
        json!([{ "name": "plain", "bootstrapServers": bootstrap, "addresses": addresses }]);
    many.tell(
        client,
        "Kafka",
        NAMESPACE,
        &json!({ "listeners": listeners }),
    )
    .await?;
    stream::iter(0..many.topics)
        .map(|number| async move {
            let name = name(number);
            many.tell(client, "KafkaTopic", &name, &json!({ "topicName": name }))
                .await
        })
        .buffer_unordered(AT_A_TIME)
        .try_collect()
        .await
}

/// Removes the resources again; the topics end with their brokers.
///
/// # Errors
/// The API server refused.
pub async fn removed(many: &Many, client: &kube::Client) -> Result<()> {
    for kind in ["KafkaTopic", "Kafka"] {
        let api = many.api(client, kind);
        api.delete_collection(&DeleteParams::default(), &ListParams::default())
            .await
            .with_context(|| format!("{kind} could not be deleted"))?;
        let left = api.list(&ListParams::default().limit(1)).await?;
        ensure!(left.items.is_empty(), "some {kind} are still there");
    }
    Ok(())
}

impl Many {
    fn api(&self, client: &kube::Client, kind: &str) -> Api<DynamicObject> {
        let kind = GroupVersionKind::gvk("kafka.strimzi.io", &self.version, kind);
        Api::namespaced_with(client.clone(), NAMESPACE, &ApiResource::from_gvk(&kind))
    }

    fn resource(&self, kind: &str, name: &str, spec: &Value) -> Value {
        json!({
            "apiVersion": format!("kafka.strimzi.io/{}", self.version),
            "kind": kind,
            "metadata": { "name": name, "namespace": NAMESPACE, "labels": { LABEL: NAMESPACE } },
            "spec": spec,
        })
    }

    /// Writes a status: ready, and what else there is.
    async fn tell(
        &self,
        client: &kube::Client,
        kind: &str,
        name: &str,
        more: &Value,
    ) -> Result<()> {
        let mut status = json!({
            "observedGeneration": 1,
            "conditions": [{ "type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z" }],
        });
        if let (Some(status), Some(more)) = (status.as_object_mut(), more.as_object()) {
            status.extend(more.clone());
        }
        self.api(client, kind)
            .patch_status(
                name,
                &PatchParams::default(),
                &Patch::Merge(json!({ "status": status })),
            )
            .await
            .with_context(|| format!("the status of {kind} {name} could not be written"))?;
        Ok(())
    }
}
