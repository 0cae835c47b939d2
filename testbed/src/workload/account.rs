//! How the services sign in: with the Secret that the user operator made for each, as an application would.

use super::{MAIN, SANDBOX, cluster};
use crate::state::State;
use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind};
use rdkafka::ClientConfig;
use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::producer::FutureProducer;
use serde_json::Value;

/// Makes clients for the services.
pub(super) struct Accounts {
    state: State,
    kubernetes: kube::Client,
}

impl Accounts {
    pub(super) async fn new(state: &State) -> Result<Self> {
        Ok(Self {
            state: state.clone(),
            kubernetes: crate::kubernetes::kubeconfig::client(&state.kubernetes.kubeconfig).await?,
        })
    }

    /// A producer in a service's name.
    pub(super) async fn producer(&self, user: &str) -> Result<FutureProducer> {
        let mut config = self.config(user).await?;
        config
            .set("enable.idempotence", "true")
            .set("compression.type", "lz4")
            .set("linger.ms", "20")
            .set("message.timeout.ms", "20000")
            .set("queue.buffering.max.messages", "1000");
        Ok(config.create()?)
    }

    /// A consumer in a service's name, in the group of the same name.
    pub(super) async fn consumer(&self, user: &str, topics: &[&str]) -> Result<StreamConsumer> {
        let mut config = self.config(user).await?;
        config
            .set("group.id", user)
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "false")
            .set("session.timeout.ms", "15000")
            .set("queued.max.messages.kbytes", "2048");
        let consumer: StreamConsumer = config.create()?;
        consumer.subscribe(topics)?;
        Ok(consumer)
    }

    /// A producer on the sandbox, where nobody is asked who he is.
    pub(super) fn sandbox_producer(&self) -> Result<FutureProducer> {
        let bootstrap = cluster(&self.state, SANDBOX)?
            .listeners
            .get("plain")
            .context("the sandbox has no plain listener")?;
        Ok(ClientConfig::new()
            .set("bootstrap.servers", bootstrap)
            .set("client.id", "task-api")
            .set("message.timeout.ms", "20000")
            .create()?)
    }

    async fn config(&self, user: &str) -> Result<ClientConfig> {
        let cluster = cluster(&self.state, MAIN)?;
        let password = match cluster.users.get(user) {
            Some(known) => known.password.expose().to_owned(),
            None => self.password(user).await?,
        };
        let bootstrap = cluster
            .listeners
            .get("scram")
            .context("the cluster has no listener scram")?;
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", bootstrap)
            .set("client.id", user)
            .set("security.protocol", "SASL_SSL")
            .set("sasl.mechanism", "SCRAM-SHA-512")
            .set("sasl.username", user)
            .set("sasl.password", password)
            .set("ssl.ca.location", cluster.ca_file.to_string_lossy())
            .set("reconnect.backoff.max.ms", "5000");
        Ok(config)
    }

    async fn password(&self, user: &str) -> Result<String> {
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk("", "v1", "Secret"));
        let secrets: Api<DynamicObject> =
            Api::namespaced_with(self.kubernetes.clone(), MAIN.0, &resource);
        let secret = secrets.get(user).await?;
        let encoded = secret
            .data
            .pointer("/data/password")
            .and_then(Value::as_str)
            .with_context(|| format!("the Secret {user} has no password"))?;
        Ok(String::from_utf8(STANDARD.decode(encoded)?)?)
    }
}
