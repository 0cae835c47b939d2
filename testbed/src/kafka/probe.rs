//! Whether a broker answers ApiVersions on a plaintext listener: the one request every broker answers to everyone.

use crate::supervisor::unit::Probe;
use anyhow::{Result, ensure};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const DEADLINE: Duration = Duration::from_secs(3);
const CORRELATION: i32 = 0x7065_6e73;
/// Length, ApiVersions (18) version 0, correlation id, no client id.
const REQUEST: [u8; 14] = [0, 0, 0, 10, 0, 18, 0, 0, 0x70, 0x65, 0x6e, 0x73, 0xff, 0xff];
/// No broker's answer is longer.
const LONGEST_ANSWER: i32 = 64 * 1024;

/// Probes a port on loopback.
pub fn answers(port: u16) -> Probe {
    Arc::new(move || Box::pin(async move { tokio::time::timeout(DEADLINE, ask(port)).await? }))
}

async fn ask(port: u16) -> Result<()> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.write_all(&REQUEST).await?;
    let length = stream.read_i32().await?;
    ensure!((6..=LONGEST_ANSWER).contains(&length), "not Kafka");
    ensure!(stream.read_i32().await? == CORRELATION, "not Kafka");
    ensure!(stream.read_i16().await? == 0, "an error");
    Ok(())
}
