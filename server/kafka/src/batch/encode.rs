//! Writes batches, for tests: valid ones, and ones that lie in a chosen place.

use penstock_domain::record::Codec;
use std::io::Write;

/// A record to be written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Entry {
    pub(crate) offset_delta: i32,
    pub(crate) timestamp_delta: i64,
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) value: Option<Vec<u8>>,
    pub(crate) headers: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

/// How compressed data is framed, where there is a choice.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Framing {
    /// As Java's producers do: xerial, independent LZ4 blocks, zstd as a stream without its size.
    #[default]
    Usual,
    /// The other way: plain snappy, linked LZ4 blocks with all checksums, zstd with its size.
    Other,
}

/// A batch to be written.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) base_offset: i64,
    /// As the entries say, unless given.
    pub(crate) last_delta: Option<i32>,
    pub(crate) leader_epoch: i32,
    pub(crate) codec: Codec,
    pub(crate) framing: Framing,
    pub(crate) log_append_time: bool,
    pub(crate) transactional: bool,
    pub(crate) control: bool,
    pub(crate) base_timestamp: i64,
    pub(crate) max_timestamp: i64,
    pub(crate) producer_id: i64,
    pub(crate) producer_epoch: i16,
    pub(crate) base_sequence: i32,
    /// As many as there are, unless given.
    pub(crate) count: Option<i32>,
    pub(crate) entries: Vec<Entry>,
}

impl Default for Batch {
    fn default() -> Self {
        Self {
            base_offset: 0,
            last_delta: None,
            leader_epoch: 0,
            codec: Codec::None,
            framing: Framing::Usual,
            log_append_time: false,
            transactional: false,
            control: false,
            base_timestamp: 0,
            max_timestamp: 0,
            producer_id: -1,
            producer_epoch: -1,
            base_sequence: -1,
            count: None,
            entries: Vec::new(),
        }
    }
}

impl Batch {
    /// A batch of values without keys at consecutive offsets.
    pub(crate) fn of(base_offset: i64, values: &[&str]) -> Self {
        Self {
            base_offset,
            entries: (0..)
                .zip(values)
                .map(|(offset_delta, value)| Entry {
                    offset_delta,
                    value: Some(value.as_bytes().to_vec()),
                    ..Entry::default()
                })
                .collect(),
            ..Self::default()
        }
    }

    /// The marker that ends a transaction.
    pub(crate) fn marker(offset: i64, producer_id: i64, commit: bool) -> Self {
        Self {
            base_offset: offset,
            transactional: true,
            control: true,
            producer_id,
            producer_epoch: 0,
            entries: vec![Entry {
                key: Some(vec![0, 0, 0, u8::from(commit)]),
                value: Some(vec![0; 6]),
                ..Entry::default()
            }],
            ..Self::default()
        }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut records = Vec::new();
        for entry in &self.entries {
            record(&mut records, entry);
        }
        self.with_records(&compress(self.codec, self.framing, &records))
    }

    /// The batch around what stands for its compressed records, with a right checksum.
    pub(crate) fn with_records(&self, records: &[u8]) -> Vec<u8> {
        let codec = match self.codec {
            Codec::None => 0,
            Codec::Gzip => 1,
            Codec::Snappy => 2,
            Codec::Lz4 => 3,
            Codec::Zstd => 4,
        };
        let attributes = codec
            | u16::from(self.log_append_time) << 3
            | u16::from(self.transactional) << 4
            | u16::from(self.control) << 5;
        let last_delta = self
            .last_delta
            .or_else(|| self.entries.last().map(|entry| entry.offset_delta));
        let count = i32::try_from(self.entries.len()).unwrap();
        let mut out = Vec::new();
        out.extend(self.base_offset.to_be_bytes());
        out.extend(i32::try_from(49 + records.len()).unwrap().to_be_bytes());
        out.extend(self.leader_epoch.to_be_bytes());
        out.push(2);
        out.extend([0; 4]);
        out.extend(attributes.to_be_bytes());
        out.extend(last_delta.unwrap_or(0).to_be_bytes());
        out.extend(self.base_timestamp.to_be_bytes());
        out.extend(self.max_timestamp.to_be_bytes());
        out.extend(self.producer_id.to_be_bytes());
        out.extend(self.producer_epoch.to_be_bytes());
        out.extend(self.base_sequence.to_be_bytes());
        out.extend(self.count.unwrap_or(count).to_be_bytes());
        out.extend(records);
        seal(&mut out);
        out
    }
}

/// Puts the right checksum into a batch.
pub(crate) fn seal(batch: &mut [u8]) {
    let checksum = crc32c::crc32c(&batch[21..]);
    batch[17..21].copy_from_slice(&checksum.to_be_bytes());
}

pub(crate) fn varint(out: &mut Vec<u8>, value: i64) {
    let mut left = ((value << 1) ^ (value >> 63)).cast_unsigned();
    while left >= 0x80 {
        out.push(left.to_le_bytes()[0] | 0x80);
        left >>= 7;
    }
    out.push(left.to_le_bytes()[0]);
}

pub(crate) fn part(out: &mut Vec<u8>, part: Option<&[u8]>) {
    match part {
        None => varint(out, -1),
        Some(part) => {
            varint(out, i64::try_from(part.len()).unwrap());
            out.extend_from_slice(part);
        }
    }
}

pub(crate) fn record(out: &mut Vec<u8>, entry: &Entry) {
    let mut body = vec![0];
    varint(&mut body, entry.timestamp_delta);
    varint(&mut body, i64::from(entry.offset_delta));
    part(&mut body, entry.key.as_deref());
    part(&mut body, entry.value.as_deref());
    varint(&mut body, i64::try_from(entry.headers.len()).unwrap());
    for (name, value) in &entry.headers {
        part(&mut body, Some(name));
        part(&mut body, value.as_deref());
    }
    part(out, Some(&body));
}

pub(crate) fn compress(codec: Codec, framing: Framing, data: &[u8]) -> Vec<u8> {
    match (codec, framing) {
        (Codec::None, _) => data.to_vec(),
        (Codec::Gzip, _) => {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(data).unwrap();
            encoder.finish().unwrap()
        }
        (Codec::Snappy, Framing::Usual) => {
            let mut out = b"\x82SNAPPY\0\0\0\0\x01\0\0\0\x01".to_vec();
            // Java's block size is 32 KiB.
            for block in data.chunks(32 * 1024) {
                let block = snap::raw::Encoder::new().compress_vec(block).unwrap();
                out.extend(i32::try_from(block.len()).unwrap().to_be_bytes());
                out.extend(block);
            }
            out
        }
        (Codec::Snappy, Framing::Other) => snap::raw::Encoder::new().compress_vec(data).unwrap(),
        (Codec::Lz4, framing) => {
            use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};
            let info = match framing {
                Framing::Usual => FrameInfo::new().block_size(BlockSize::Max64KB),
                Framing::Other => FrameInfo::new()
                    .block_size(BlockSize::Max256KB)
                    .block_mode(BlockMode::Linked)
                    .block_checksums(true)
                    .content_checksum(true)
                    .content_size(Some(data.len() as u64)),
            };
            let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
            encoder.write_all(data).unwrap();
            encoder.finish().unwrap()
        }
        (Codec::Zstd, Framing::Usual) => zstd::stream::encode_all(data, 3).unwrap(),
        (Codec::Zstd, Framing::Other) => zstd::bulk::compress(data, 3).unwrap(),
    }
}
