//! As little of Kafka's protocol as reading takes, over blocking sockets: what bounds every client from above. Shares nothing
//! with the client that is measured against it but the codec of the envelopes.

use anyhow::{Context, Result, ensure};
use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use kafka_protocol::{
    messages::{
        ApiKey, BrokerId, FetchRequest, FetchResponse, ListOffsetsRequest, ListOffsetsResponse,
        MetadataRequest, MetadataResponse, RequestHeader, ResponseHeader, TopicName,
        fetch_request::{FetchPartition, FetchTopic},
        list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic},
        metadata_request::MetadataRequestTopic,
    },
    protocol::{Decodable, Encodable, HeaderVersion, StrBytes},
};
use std::{
    io::Read as _,
    io::Write as _,
    net::TcpStream,
    sync::{Arc, Mutex},
};

/// What is asked, and in which version.
const METADATA: (ApiKey, i16) = (ApiKey::Metadata, 12);
const LIST_OFFSETS: (ApiKey, i16) = (ApiKey::ListOffsets, 7);
const FETCH: (ApiKey, i16) = (ApiKey::Fetch, 13);
/// Bytes of an answer at most, and of a partition's part in it.
const ANSWER: i32 = 8 << 20;
const PART: i32 = 1 << 20;

/// A partition, where it is and how long.
#[derive(Clone, Debug)]
pub struct Partition {
    /// Its number.
    pub number: i32,
    /// `host:port` of its leader.
    pub leader: String,
    /// The end.
    pub end: i64,
}

/// A topic.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Its id.
    pub id: kafka_protocol::messages::metadata_response::MetadataResponseTopic,
    /// Its partitions.
    pub partitions: Vec<Partition>,
}

/// A connection: one request at a time, into a buffer that is used again.
pub struct Connection {
    socket: TcpStream,
    /// Where the buffer of the last answer comes back to, once all of the answer was dropped.
    home: Home,
}

type Home = Arc<Mutex<Vec<u8>>>;

/// An answer in a buffer that goes home. The buffer is never made shorter, so that it is filled with zeros only once.
struct Lent {
    buffer: Vec<u8>,
    length: usize,
    home: Home,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Ok(mut home) = self.home.lock() {
            *home = std::mem::take(&mut self.buffer);
        }
    }
}

impl Connection {
    /// Connects.
    pub fn open(address: &str) -> Result<Self> {
        let socket = TcpStream::connect(address).with_context(|| address.to_owned())?;
        socket.set_nodelay(true)?;
        Ok(Self {
            socket,
            home: Home::default(),
        })
    }

    /// Sends a request.
    pub fn send<R: Encodable + HeaderVersion>(
        &mut self,
        request: &R,
        (key, version): (ApiKey, i16),
    ) -> Result<()> {
        let mut frame = BytesMut::new();
        frame.put_i32(0);
        RequestHeader::default()
            .with_request_api_key(key as i16)
            .with_request_api_version(version)
            .with_client_id(Some(StrBytes::from_static_str("bench")))
            .encode(&mut frame, R::header_version(version))?;
        request.encode(&mut frame, version)?;
        let length = i32::try_from(frame.len() - 4)?;
        frame
            .get_mut(..4)
            .context("a frame")?
            .copy_from_slice(&length.to_be_bytes());
        self.socket.write_all(&frame)?;
        Ok(())
    }

    /// Reads the answer. What it holds lies in this connection's buffer, which is used again for the next.
    pub fn receive<A: Decodable + HeaderVersion>(
        &mut self,
        (_, version): (ApiKey, i16),
    ) -> Result<A> {
        let mut length = [0; 4];
        self.socket.read_exact(&mut length)?;
        let length = usize::try_from(i32::from_be_bytes(length))?;
        ensure!(length <= 64 << 20, "an answer of {length} bytes");
        let mut buffer = self
            .home
            .lock()
            .map_or_else(|_| Vec::new(), |mut buffer| std::mem::take(&mut *buffer));
        if buffer.len() < length {
            buffer.resize(length, 0);
        }
        let room = buffer.get_mut(..length).context("room")?;
        self.socket.read_exact(room)?;
        let mut frame = Bytes::from_owner(Lent {
            buffer,
            length,
            home: self.home.clone(),
        });
        ResponseHeader::decode(&mut frame, A::header_version(version))?;
        A::decode(&mut frame, version)
    }

    /// Asks for records of partitions, each from an offset.
    pub fn ask(&mut self, topic: &Topic, from: impl Iterator<Item = (i32, i64)>) -> Result<()> {
        let partitions = from
            .map(|(partition, offset)| {
                FetchPartition::default()
                    .with_partition(partition)
                    .with_fetch_offset(offset)
                    .with_current_leader_epoch(-1)
                    .with_partition_max_bytes(PART)
            })
            .collect();
        let topic = FetchTopic::default()
            .with_topic_id(topic.id.topic_id)
            .with_partitions(partitions);
        let request = FetchRequest::default()
            .with_replica_id(BrokerId(-1))
            .with_max_wait_ms(500)
            .with_min_bytes(1)
            .with_max_bytes(ANSWER)
            .with_session_epoch(-1)
            .with_topics(vec![topic]);
        self.send(&request, FETCH)
    }

    /// The records that were asked for, by partition.
    pub fn records(&mut self) -> Result<Vec<(i32, Bytes)>> {
        let answer = self.receive::<FetchResponse>(FETCH)?;
        ensure!(answer.error_code == 0, "fetch: {}", answer.error_code);
        let parts = answer
            .responses
            .into_iter()
            .flat_map(|topic| topic.partitions);
        parts
            .map(|part| {
                ensure!(part.error_code == 0, "fetch: {}", part.error_code);
                Ok((part.partition_index, part.records.unwrap_or_default()))
            })
            .collect()
    }
}

impl Topic {
    /// Looks a topic up.
    pub fn find(bootstrap: &str, name: &str) -> Result<Self> {
        let first = bootstrap.split(',').next().unwrap_or_default();
        let mut connection = Connection::open(first)?;
        let wanted = MetadataRequestTopic::default().with_name(Some(topic_name(name)));
        let request = MetadataRequest::default().with_topics(Some(vec![wanted]));
        connection.send(&request, METADATA)?;
        let answer = connection.receive::<MetadataResponse>(METADATA)?;
        let id = answer.topics.into_iter().next().context("no such topic")?;
        ensure!(id.error_code == 0, "{name}: {}", id.error_code);
        let mut partitions = Vec::new();
        for partition in &id.partitions {
            let leader = answer
                .brokers
                .iter()
                .find(|broker| broker.node_id == partition.leader_id)
                .map(|broker| format!("{}:{}", broker.host, broker.port))
                .context("a partition without a leader")?;
            let number = partition.partition_index;
            let end = end(&leader, name, number)?;
            partitions.push(Partition {
                number,
                leader,
                end,
            });
        }
        partitions.sort_by_key(|partition| partition.number);
        Ok(Self { id, partitions })
    }
}

fn topic_name(name: &str) -> TopicName {
    TopicName(StrBytes::from_string(name.to_owned()))
}

fn end(leader: &str, topic: &str, partition: i32) -> Result<i64> {
    let mut connection = Connection::open(leader)?;
    let asked = ListOffsetsPartition::default()
        .with_partition_index(partition)
        .with_timestamp(-1)
        .with_current_leader_epoch(-1);
    let asked = ListOffsetsTopic::default()
        .with_name(topic_name(topic))
        .with_partitions(vec![asked]);
    let request = ListOffsetsRequest::default()
        .with_replica_id(BrokerId(-1))
        .with_topics(vec![asked]);
    connection.send(&request, LIST_OFFSETS)?;
    let answer = connection.receive::<ListOffsetsResponse>(LIST_OFFSETS)?;
    let part = answer
        .topics
        .first()
        .and_then(|topic| topic.partitions.first())
        .context("no offset")?;
    ensure!(part.error_code == 0, "offsets: {}", part.error_code);
    Ok(part.offset)
}

/// A batch's head, as much of it as the floor needs, and its records as they lie in the log.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// First offset.
    pub base: i64,
    /// Offset behind the last.
    pub next: i64,
    /// Low bits of the attributes: the codec.
    pub codec: i16,
    /// Records.
    pub count: i32,
    /// All of it.
    pub bytes: &'a [u8],
    /// What is compressed.
    pub records: &'a [u8],
}

/// The whole batches at the beginning of `bytes`.
pub fn batches(mut bytes: &[u8]) -> impl Iterator<Item = Batch<'_>> {
    std::iter::from_fn(move || {
        let mut head = bytes;
        if head.len() < 61 {
            return None;
        }
        let base = head.get_i64();
        let length = usize::try_from(head.get_i32()).ok()? + 12;
        let (batch, rest) = bytes.split_at_checked(length)?;
        bytes = rest;
        let mut head = batch.get(21..)?;
        let codec = head.get_i16() & 7;
        let last = head.get_i32();
        let mut count = batch.get(57..)?;
        Some(Batch {
            base,
            next: base + i64::from(last) + 1,
            codec,
            count: count.get_i32(),
            bytes: batch,
            records: count,
        })
    })
}
