//! What following consumer groups costs: time and questions of one round over all of them, beside asking group by group; and how true
//! the lag in time is, beside what the program itself knows because it wrote the records.
//!
//! ```text
//! scripts/bench groups      on the test bed, whose proxies add delay; Kafka's own tool runs beside it
//! …/groups bootstrap=HOST:PORT,… ca=FILE user=NAME password-file=FILE create prefix=bench-a- groups=2000 partitions=50
//! …/groups … rounds prefix=… rounds=5
//! …/groups … rounds kinds=topics,offsets,logdirs,topicconfigs rounds=5
//! …/groups … single prefix=…
//! …/groups … accuracy rate=10 seconds=60
//! …/groups … delete prefix=…
//! ```
//! Prints one line of JSON. What every figure means is in docs/PERFORMANCE.md.
#![allow(clippy::print_stdout, reason = "a program for people at a terminal")]

mod accuracy;
mod crowd;
mod rounds;

use anyhow::{Context, Result, bail};
use penstock_kafka::{
    Client, ClusterConnection, HostPort, Sasl, SaslMechanism, Secret, ServerNamePolicy, TlsSettings,
};
use std::{collections::HashMap, str::FromStr, time::Duration};
use tokio_util::sync::CancellationToken;

/// Longer than any answer takes, also with delay added.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was asked for on the command line.
struct Options {
    command: String,
    values: HashMap<String, String>,
}

impl Options {
    /// `name=value` each, and one word that is none; what cargo adds of its own (`--bench`) is passed over.
    fn read() -> Result<Self> {
        let mut command = None;
        let mut values = HashMap::new();
        for argument in std::env::args().skip(1) {
            match argument.split_once('=') {
                Some((name, value)) => {
                    values.insert(name.to_owned(), value.to_owned());
                }
                None if argument.starts_with("--") => {}
                None => command = Some(argument),
            }
        }
        Ok(Self {
            command: command.context("what to do: create, rounds, single, accuracy or delete")?,
            values,
        })
    }

    fn text(&self, name: &str) -> Result<&str> {
        self.values
            .get(name)
            .map(String::as_str)
            .with_context(|| format!("{name}= is missing"))
    }

    fn number<T: FromStr>(&self, name: &str, usual: T) -> Result<T>
    where
        T::Err: std::error::Error + Send + Sync + 'static,
    {
        match self.values.get(name) {
            None => Ok(usual),
            Some(text) => text.parse().with_context(|| format!("{name}={text}")),
        }
    }

    fn connection(&self) -> Result<ClusterConnection> {
        let bootstrap = HostPort::parse_list(self.text("bootstrap")?)
            .map_err(|error| anyhow::anyhow!("bootstrap: {error}"))?;
        let mut connection = ClusterConnection::plain(bootstrap);
        if let Some(file) = self.values.get("ca") {
            connection.tls = Some(TlsSettings {
                ca_pem: std::fs::read_to_string(file)?.into(),
                client: None,
                server_name: ServerNamePolicy::Verify,
            });
        }
        if let Some(user) = self.values.get("user") {
            let password = std::fs::read_to_string(self.text("password-file")?)?;
            connection.sasl = Some(Sasl {
                mechanism: SaslMechanism::ScramSha512,
                username: user.as_str().into(),
                password: Secret::new(password.trim()),
            });
        }
        Ok(connection)
    }
}

/// A client that knows the brokers.
async fn client(connection: ClusterConnection, stop: &CancellationToken) -> Result<Client> {
    let client = Client::new(connection, stop.clone());
    let described = client.describe_cluster(PATIENCE).await?;
    let nodes: Vec<_> = described
        .brokers
        .iter()
        .map(|broker| broker.node.clone())
        .collect();
    client.learn(&nodes);
    Ok(client)
}

#[tokio::main]
async fn main() -> Result<()> {
    // The process has one provider; whoever set it before wins.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let options = Options::read()?;
    let stop = CancellationToken::new();
    let connection = options.connection()?;
    let client = client(connection.clone(), &stop).await?;
    let figures = match options.command.as_str() {
        "create" => crowd::create(&client, &options).await?,
        "delete" => crowd::delete(&client, &options).await?,
        "single" => rounds::single(&client, &options).await?,
        "rounds" => rounds::rounds(connection, &options, &stop).await?,
        "accuracy" => accuracy::measure(&client, connection, &options, &stop).await?,
        other => bail!("{other}: unknown"),
    };
    println!("{figures}");
    stop.cancel();
    client.close().await;
    Ok(())
}
