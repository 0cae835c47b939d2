//! The TCP fault proxy in front of the Kafka nodes: brokers advertise its ports, so whatever a client does goes through it.
//!
//! One listener per node and client listener; one setting per node. With no fault set it copies bytes. It knows nothing of
//! Kafka, so what it does is what a network does.

mod link;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Connections through one listener at a time; more wait in the kernel's queue.
const CONNECTIONS: usize = 1024;

/// What is wrong with the way to a node. Delay and throttle work together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Fault {
    /// Every chunk arrives this much later, in either direction, in milliseconds.
    pub delay_ms: u64,
    /// At most this many bytes a second through each connection and direction; 0 for no bound.
    pub bytes_per_second: u64,
    /// Nothing arrives; connections stay open. What was sent meanwhile arrives when the fault is cleared, as TCP would have it.
    pub black_hole: bool,
    /// Open connections are reset, new ones too.
    pub reset: bool,
}

impl Fault {
    /// The delay as a duration.
    fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms)
    }
}

/// The way to one node: its fault, and what listens.
#[derive(Debug)]
struct Way {
    fault: watch::Sender<Fault>,
}

/// All proxied ways by node.
#[derive(Debug)]
pub struct Proxy {
    ways: BTreeMap<String, Way>,
    tasks: TaskTracker,
    cancel: CancellationToken,
}

/// A listener that is bound but not yet forwarding: its port is known before the broker's configuration is written.
#[derive(Debug)]
pub struct Entrance {
    listener: TcpListener,
    address: SocketAddr,
}

impl Entrance {
    /// Binds a port on loopback.
    ///
    /// # Errors
    /// The system gave none.
    pub async fn open() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("no port for the fault proxy")?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Proxy {
    /// One without ways.
    pub fn new(tasks: TaskTracker, cancel: CancellationToken) -> Self {
        Self {
            ways: BTreeMap::new(),
            tasks,
            cancel,
        }
    }

    /// Forwards an entrance to a node's port on loopback.
    pub fn forward(&mut self, node: &str, entrance: Entrance, port: u16) {
        let way = self.ways.entry(node.to_owned()).or_insert_with(|| Way {
            fault: watch::Sender::new(Fault::default()),
        });
        let target = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        self.tasks.spawn(accept(
            entrance.listener,
            target,
            way.fault.subscribe(),
            self.tasks.clone(),
            self.cancel.clone(),
        ));
    }

    /// Sets the fault of a node.
    ///
    /// # Errors
    /// There is no such node.
    pub fn set(&self, node: &str, fault: Fault) -> Result<()> {
        let Some(way) = self.ways.get(node) else {
            bail!(
                "there is no proxy for {node}; there are {}",
                self.ways.keys().cloned().collect::<Vec<_>>().join(", ")
            );
        };
        way.fault.send_replace(fault);
        Ok(())
    }

    /// Clears every fault.
    pub fn clear(&self) {
        for way in self.ways.values() {
            way.fault.send_replace(Fault::default());
        }
    }

    /// Every node's fault.
    pub fn faults(&self) -> BTreeMap<String, Fault> {
        self.ways
            .iter()
            .map(|(node, way)| (node.clone(), *way.fault.borrow()))
            .collect()
    }
}

async fn accept(
    listener: TcpListener,
    target: SocketAddr,
    fault: watch::Receiver<Fault>,
    tasks: TaskTracker,
    cancel: CancellationToken,
) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            () = cancel.cancelled() => return,
            accepted = async {
                let permit = Arc::clone(&room).acquire_owned().await.ok()?;
                Some((listener.accept().await, permit))
            } => accepted,
        };
        let Some((accepted, permit)) = accepted else {
            return;
        };
        match accepted {
            Ok((client, _)) => {
                let link = link::carry(client, target, fault.clone());
                let cancel = cancel.clone();
                tasks.spawn(async move {
                    let _permit = permit;
                    tokio::select! {
                        () = cancel.cancelled() => {}
                        () = link => {}
                    }
                });
            }
            Err(error) => {
                // Out of descriptors, say: others end and make room.
                tracing::warn!(%error, "the fault proxy could not accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    struct Bench {
        proxy: Proxy,
        port: u16,
    }

    /// A proxy in front of a server that sends back what it gets.
    async fn bench() -> Bench {
        let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let target = server.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = server.accept().await {
                tokio::spawn(async move {
                    let (mut reader, mut writer) = stream.split();
                    let _ = tokio::io::copy(&mut reader, &mut writer).await;
                });
            }
        });
        let mut proxy = Proxy::new(TaskTracker::new(), CancellationToken::new());
        let entrance = Entrance::open().await.unwrap();
        let port = entrance.port();
        proxy.forward("a/b/0", entrance, target);
        Bench { proxy, port }
    }

    impl Bench {
        async fn connect(&self) -> TcpStream {
            TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))
                .await
                .unwrap()
        }
    }

    async fn echo(stream: &mut TcpStream, text: &[u8]) -> std::io::Result<Vec<u8>> {
        stream.write_all(text).await?;
        let mut answer = vec![0; text.len()];
        stream.read_exact(&mut answer).await?;
        Ok(answer)
    }

    #[tokio::test]
    async fn bytes_pass_with_and_without_delay_and_throttle() {
        let bench = bench().await;
        let text: Vec<u8> = (0..200_000_u32).map(|index| index as u8).collect();
        let mut stream = bench.connect().await;
        let (mut reader, mut writer) = stream.split();
        let mut answer = vec![0; text.len()];
        let (sent, got) = tokio::join!(writer.write_all(&text), reader.read_exact(&mut answer));
        sent.unwrap();
        got.unwrap();
        assert_eq!(answer, text);
        let fault = Fault {
            delay_ms: 5,
            bytes_per_second: 100_000,
            ..Fault::default()
        };
        bench.proxy.set("a/b/0", fault).unwrap();
        assert_eq!(echo(&mut stream, b"slow").await.unwrap(), b"slow");
        assert!(bench.proxy.set("a/b/1", fault).is_err());
    }

    #[tokio::test]
    async fn a_black_hole_swallows_nothing_for_good() {
        let bench = bench().await;
        let mut stream = bench.connect().await;
        echo(&mut stream, b"first").await.unwrap();
        let hole = Fault {
            black_hole: true,
            ..Fault::default()
        };
        bench.proxy.set("a/b/0", hole).unwrap();
        stream.write_all(b"second").await.unwrap();
        let mut answer = [0; 6];
        {
            let read = stream.read_exact(&mut answer);
            tokio::pin!(read);
            for _ in 0..100 {
                tokio::task::yield_now().await;
                assert!(futures::poll!(&mut read).is_pending());
            }
            bench.proxy.clear();
            read.await.unwrap();
        }
        assert_eq!(&answer, b"second");
    }

    #[tokio::test]
    async fn a_reset_ends_open_and_new_connections() {
        let bench = bench().await;
        let mut stream = bench.connect().await;
        echo(&mut stream, b"first").await.unwrap();
        let reset = Fault {
            reset: true,
            ..Fault::default()
        };
        bench.proxy.set("a/b/0", reset).unwrap();
        assert!(stream.read_exact(&mut [0; 1]).await.is_err());
        let mut other = bench.connect().await;
        assert!(echo(&mut other, b"x").await.is_err());
        bench.proxy.clear();
        let mut third = bench.connect().await;
        assert_eq!(echo(&mut third, b"fine").await.unwrap(), b"fine");
    }
}
