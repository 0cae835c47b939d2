//! How the services sign in: with the Secret that the user operator made for each, as an application would.

use super::{MAIN, SANDBOX, cluster};
use crate::state::State;
use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::api::{Api, ApiResource, DynamicObject, GroupVersionKind};
use rdkafka::ClientConfig;
use rdkafka::consumer::{CommitMode, Consumer as _, StreamConsumer};
use rdkafka::message::BorrowedMessage;
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

    /// A producer whose records belong to transactions.
    pub(super) async fn transactional(&self, user: &str, id: &str) -> Result<FutureProducer> {
        let mut config = self.config(user).await?;
        config
            .set("transactional.id", id)
            .set("transaction.timeout.ms", "600000")
            .set("linger.ms", "20")
            .set("message.timeout.ms", "20000")
            .set("queue.buffering.max.messages", "1000");
        Ok(config.create()?)
    }

    /// A producer of large records, not compressed: they arrive as large as they are.
    pub(super) async fn large(&self, user: &str) -> Result<FutureProducer> {
        let mut config = self.config(user).await?;
        config
            .set("message.max.bytes", "12000000")
            .set("message.timeout.ms", "60000")
            .set("queue.buffering.max.kbytes", "24576");
        Ok(config.create()?)
    }

    /// A consumer in a service's name, in the group of the same name.
    pub(super) async fn consumer(&self, user: &str, topics: &[&str]) -> Result<Member> {
        let mut config = self.config(user).await?;
        config
            .set("group.id", user)
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "false")
            .set("session.timeout.ms", "15000")
            .set("queued.max.messages.kbytes", "2048");
        Member::of(&config, topics)
    }

    /// A member of any group, as the administrator.
    pub(super) async fn as_admin(&self, group: &str, topics: &[&str]) -> Result<Member> {
        let mut config = self.config("admin").await?;
        config
            .set("group.id", group)
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "false")
            .set("queued.max.messages.kbytes", "2048");
        Member::of(&config, topics)
    }

    /// A member of a group whose partitions the brokers assign (KIP-848), as the administrator. Sessions and assignors are then
    /// the brokers' too.
    pub(super) async fn broker_assigned(
        &self,
        group: &str,
        client: &str,
        topics: &[&str],
    ) -> Result<Member> {
        let mut config = self.config("admin").await?;
        config
            .set("group.id", group)
            .set("group.protocol", "consumer")
            .set("client.id", client)
            .set("auto.offset.reset", "earliest")
            .set("enable.auto.commit", "false")
            .set("queued.max.messages.kbytes", "2048");
        Member::of(&config, topics)
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

/// A member of a group.
///
/// Some calls of librdkafka wait for brokers, and brokers are reached through the proxies of this very runtime: a worker that waits
/// in one serves none of them, and two such workers are all there are. So a member is let go of on a thread of its own, and
/// [`Member::commit`] lets others have its worker.
pub(super) struct Member(Option<StreamConsumer>);

impl Member {
    fn of(config: &ClientConfig, topics: &[&str]) -> Result<Self> {
        let consumer: StreamConsumer = config.create()?;
        consumer.subscribe(topics)?;
        Ok(Self(Some(consumer)))
    }

    /// The next record.
    pub(super) async fn recv(&self) -> Result<BorrowedMessage<'_>> {
        Ok(self.consumer()?.recv().await?)
    }

    /// Says that a record is done with, without waiting.
    pub(super) fn done(&self, message: &BorrowedMessage<'_>) -> Result<()> {
        Ok(self
            .consumer()?
            .commit_message(message, CommitMode::Async)?)
    }

    /// Says that a record is done with, and waits until that is kept.
    pub(super) fn commit(&self, message: &BorrowedMessage<'_>) -> Result<()> {
        let consumer = self.consumer()?;
        tokio::task::block_in_place(|| consumer.commit_message(message, CommitMode::Sync))?;
        Ok(())
    }

    /// Takes nothing for a while, and stays.
    pub(super) fn pause(&self) -> Result<()> {
        let consumer = self.consumer()?;
        Ok(consumer.pause(&consumer.assignment()?)?)
    }

    /// Goes on.
    pub(super) fn resume(&self) -> Result<()> {
        let consumer = self.consumer()?;
        Ok(consumer.resume(&consumer.assignment()?)?)
    }

    fn consumer(&self) -> Result<&StreamConsumer> {
        self.0.as_ref().context("the member has left")
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        if let Some(consumer) = self.0.take() {
            consumer.unsubscribe();
            std::thread::spawn(move || drop(consumer));
        }
    }
}
