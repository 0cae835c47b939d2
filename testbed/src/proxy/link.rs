//! One connection through the fault proxy: two one-way pumps, each a reader that stamps chunks with the time they are due
//! and a writer that delivers them then. The queue between them is bounded, so a slow receiver slows the sender as TCP does.

use super::Fault;
use bytes::Bytes;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

/// Largest chunk, in bytes.
const CHUNK: usize = 16 * 1024;
/// Chunks under way in one direction: 1 MiB at most.
const UNDER_WAY: usize = 64;
const CONNECT_DEADLINE: Duration = Duration::from_secs(5);
/// Pieces a throttled chunk is cut into per second, so that it trickles instead of coming in lumps.
const PIECES_PER_SECOND: u64 = 10;

/// Carries a connection to `target` until both sides ended, one failed, or a reset was asked for.
pub(super) async fn carry(
    mut client: TcpStream,
    target: SocketAddr,
    mut fault: watch::Receiver<Fault>,
) {
    let connect = async {
        passable(&mut fault).await;
        tokio::time::timeout(CONNECT_DEADLINE, TcpStream::connect(target)).await
    };
    let Ok(Ok(mut server)) = connect.await else {
        // Nobody behind: the nearest thing to a refused connection.
        reset(&client);
        return;
    };
    // Kafka's clients do the same; a proxy that gathers bytes would be a fault of its own.
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let mut told = fault.clone();
    let torn = {
        let (client_reader, client_writer) = client.split();
        let (server_reader, server_writer) = server.split();
        tokio::select! {
            _ = async {
                tokio::join!(
                    pump(client_reader, server_writer, fault.clone()),
                    pump(server_reader, client_writer, fault)
                )
            } => false,
            _ = told.wait_for(|fault| fault.reset) => true,
        }
    };
    if torn {
        reset(&client);
        reset(&server);
    }
}

/// Makes closing the stream a reset. Failing to set it only makes the end politer.
fn reset(stream: &TcpStream) {
    let _ = stream.set_zero_linger();
}

/// Waits out a black hole, unless a reset comes first.
async fn passable(fault: &mut watch::Receiver<Fault>) {
    // An error means the proxy is ending; then this connection is too.
    let _ = fault
        .wait_for(|fault| fault.reset || !fault.black_hole)
        .await;
}

async fn pump(reader: ReadHalf<'_>, writer: WriteHalf<'_>, fault: watch::Receiver<Fault>) {
    let (sender, receiver) = mpsc::channel(UNDER_WAY);
    tokio::join!(
        read(reader, sender, fault.clone()),
        write(writer, receiver, fault)
    );
}

async fn read(
    mut reader: ReadHalf<'_>,
    sender: mpsc::Sender<(Instant, Bytes)>,
    fault: watch::Receiver<Fault>,
) {
    let mut buffer = vec![0; CHUNK];
    loop {
        let Ok(count @ 1..) = reader.read(&mut buffer).await else {
            return;
        };
        let due = Instant::now() + fault.borrow().delay();
        let chunk = Bytes::copy_from_slice(buffer.get(..count).unwrap_or_default());
        if sender.send((due, chunk)).await.is_err() {
            return;
        }
    }
}

async fn write(
    mut writer: WriteHalf<'_>,
    mut receiver: mpsc::Receiver<(Instant, Bytes)>,
    mut fault: watch::Receiver<Fault>,
) {
    while let Some((due, chunk)) = receiver.recv().await {
        tokio::time::sleep_until(due).await;
        passable(&mut fault).await;
        if trickle(&mut writer, chunk, &mut fault).await.is_err() {
            return;
        }
    }
    // The other side said it is done; this side hears it.
    let _ = writer.shutdown().await;
}

async fn trickle(
    writer: &mut WriteHalf<'_>,
    mut chunk: Bytes,
    fault: &mut watch::Receiver<Fault>,
) -> std::io::Result<()> {
    while !chunk.is_empty() {
        let rate = fault.borrow().bytes_per_second;
        if rate == 0 {
            return writer.write_all(&chunk).await;
        }
        let piece = usize::try_from((rate / PIECES_PER_SECOND).max(1)).unwrap_or(usize::MAX);
        let piece = chunk.split_to(piece.min(chunk.len()));
        writer.write_all(&piece).await?;
        let pause = Duration::from_secs_f64(piece.len() as f64 / rate as f64);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = fault.changed() => {}
        }
    }
    Ok(())
}
