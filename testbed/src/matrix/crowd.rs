//! Many connections to the console at once: event streams that are read, event streams and exports that nobody reads.
//!
//! Raw HTTP over TCP: a client library would read ahead, and with it nobody would be slow.

use super::ground::Ground;
use super::look::CLUSTER;
use super::usage::Usage;
use crate::kubernetes::identities;
use anyhow::{Context, Result, bail, ensure};
use futures::future::try_join_all;
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::api::{Api, DeleteParams, Patch, PatchParams};
use serde_json::json;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

/// Users of the crowd: a console lets none have more than twenty streams.
const USERS: usize = 10;
const NAMESPACE: &str = "default";
/// The least that the API server gives a token.
const TOKEN_SECONDS: i64 = 600;
/// How long an answer may take to begin, with everybody at once.
const BEGIN: Duration = Duration::from_secs(20);
/// How long the crowd stays before its weight is taken.
const STAY: Duration = Duration::from_secs(15);
/// The receive buffer of those who do not read, in bytes.
const NARROW: u32 = 4 * 1024;

/// Connections, and whoever made them.
pub(super) struct Crowd {
    readers: JoinSet<()>,
    idle: Vec<TcpStream>,
}

impl Crowd {
    /// So many event streams that are read; says how many were let in and what they weigh.
    pub(super) async fn of_streams(ground: &Ground, count: usize) -> Result<(Self, String)> {
        let pid = ground.pid("console").await?;
        let before = Usage::at_rest(pid).await?;
        let tokens = tokens(ground).await?;
        let (address, host) = address(ground)?;
        let opened = try_join_all((0..count).map(|number| {
            let token = tokens.get(number % USERS).map_or("", String::as_str);
            open(address, events(&host, token), None)
        }))
        .await?;
        let mut crowd = Self {
            readers: JoinSet::new(),
            idle: Vec::new(),
        };
        let mut let_in = 0;
        for (mut stream, status) in opened {
            if status == 200 {
                let_in += 1;
                crowd.readers.spawn(async move {
                    let mut buffer = vec![0; 16 * 1024];
                    // Ends with the stream, or with the crowd.
                    while matches!(stream.read(&mut buffer).await, Ok(1..)) {}
                });
            }
        }
        tokio::time::sleep(STAY).await;
        let ended = crowd.readers.len();
        while crowd.readers.try_join_next().is_some() {}
        ensure!(
            crowd.readers.len() == ended,
            "{} streams ended by themselves",
            ended - crowd.readers.len()
        );
        let note = format!("{let_in} of {count} open; {}", weight(pid, before)?);
        Ok((crowd, note))
    }

    /// So many event streams and exports that nobody reads.
    pub(super) async fn of_slow_readers(
        ground: &Ground,
        streams: usize,
        exports: usize,
    ) -> Result<(Self, String)> {
        let pid = ground.pid("console").await?;
        let before = Usage::at_rest(pid).await?;
        let tokens = tokens(ground).await?;
        let (address, host) = address(ground)?;
        let alice = ground.state.identities.get("alice").context("no alice")?;
        let requests = (0..streams)
            .map(|number| {
                let token = tokens.get(number % USERS).map_or("", String::as_str);
                events(&host, token)
            })
            .chain((0..exports).map(|_| export(&host, alice.token.expose())));
        let opened =
            try_join_all(requests.map(|request| open(address, request, Some(NARROW)))).await?;
        let let_in = opened.iter().filter(|(_, status)| *status == 200).count();
        let crowd = Self {
            readers: JoinSet::new(),
            idle: opened.into_iter().map(|(stream, _)| stream).collect(),
        };
        tokio::time::sleep(STAY).await;
        let note = format!(
            "{let_in} of {} open; {}",
            streams + exports,
            weight(pid, before)?
        );
        Ok((crowd, note))
    }

    /// Closes everything, and takes its users away.
    pub(super) async fn leave(mut self, ground: &Ground) -> Result<()> {
        self.idle.clear();
        self.readers.shutdown().await;
        let accounts: Api<ServiceAccount> = Api::namespaced(ground.client.clone(), NAMESPACE);
        for number in 0..USERS {
            accounts
                .delete(&name(number), &DeleteParams::default())
                .await?;
        }
        Ok(())
    }
}

fn weight(pid: u32, before: Usage) -> Result<String> {
    let growth = Usage::now(pid)?.minus(before);
    Ok(format!(
        "{:+} threads, {:+} sockets, {:+.1} MiB meanwhile",
        growth.threads,
        growth.sockets,
        growth.resident as f64 / 1024.0
    ))
}

fn name(number: usize) -> String {
    format!("matrix-reader-{number}")
}

/// Tokens of users that may nothing but be somebody.
async fn tokens(ground: &Ground) -> Result<Vec<String>> {
    let accounts: Api<ServiceAccount> = Api::namespaced(ground.client.clone(), NAMESPACE);
    let mut tokens = Vec::new();
    for number in 0..USERS {
        let name = name(number);
        let account = json!({
            "apiVersion": "v1", "kind": "ServiceAccount", "metadata": { "name": name },
        });
        let params = PatchParams::apply("penstock-testbed").force();
        accounts
            .patch(&name, &params, &Patch::Apply(&account))
            .await?;
        tokens.push(identities::token(&accounts, &name, TOKEN_SECONDS).await?);
    }
    Ok(tokens)
}

fn address(ground: &Ground) -> Result<(SocketAddr, String)> {
    let console = ground.state.console.as_ref().context("no console")?;
    let host = console
        .url
        .strip_prefix("http://")
        .context("the console is not at http")?;
    Ok((host.parse()?, host.to_owned()))
}

fn events(host: &str, token: &str) -> String {
    format!(
        "GET /events HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n"
    )
}

/// Of the topic whose records have megabytes.
fn export(host: &str, token: &str) -> String {
    let reading = json!({ "topics": ["attachments"], "order": "oldest" }).to_string();
    let body = format!(
        "format=jsonl&reading={}",
        penstock_domain::query::encode(&reading)
    );
    format!(
        "POST /api/v1{CLUSTER}/exports HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Sends a request; gives the connection, and the answer's status, read byte by byte so that nothing behind it is.
async fn open(
    address: SocketAddr,
    request: String,
    narrow: Option<u32>,
) -> Result<(TcpStream, u16)> {
    let socket = TcpSocket::new_v4()?;
    if let Some(bytes) = narrow {
        socket.set_recv_buffer_size(bytes)?;
    }
    let opened = async {
        let mut stream = socket.connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n") {
            head.push(stream.read_u8().await?);
            if head.len() > 200 {
                bail!("no HTTP");
            }
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let status = head.split(' ').nth(1).and_then(|text| text.parse().ok());
        Ok((stream, status.context("no status")?))
    };
    tokio::time::timeout(BEGIN, opened)
        .await
        .context("no answer began in time")?
}

/// Follows the event stream as a page does; tells whether it ended by itself.
pub(super) struct Page {
    task: JoinSet<()>,
}

impl Page {
    /// Opens it.
    pub(super) async fn open(ground: &Ground) -> Result<Self> {
        let alice = ground.state.identities.get("alice").context("no alice")?;
        let (address, host) = address(ground)?;
        let (mut stream, status) = open(address, events(&host, alice.token.expose()), None).await?;
        ensure!(status == 200, "the event stream is refused with {status}");
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut buffer = vec![0; 16 * 1024];
            while matches!(stream.read(&mut buffer).await, Ok(1..)) {}
        });
        Ok(Self { task })
    }

    /// Whether it has ended.
    pub(super) fn ended(&mut self) -> bool {
        self.task.try_join_next().is_some()
    }
}
