//! A record for tests of this folder.

use penstock_domain::{
    ids::PartitionId,
    record::{BatchFacts, Bytes, Codec, Encoding, Record, TimestampType},
    time::Timestamp,
};

/// A plain record with a value of text and a key.
pub fn record(value: &str) -> Record {
    let text = |data: &str| Bytes {
        encoding: Encoding::Utf8,
        data: data.to_owned(),
        size: data.len() as u64,
        truncated: false,
    };
    Record {
        topic: "task-created".into(),
        partition: PartitionId(7),
        offset: 1_482_117,
        timestamp: Some(Timestamp(1_763_884_264_130)),
        timestamp_type: TimestampType::CreateTime,
        key: Some(text("tsk_01JD9C3W")),
        value: Some(text(value)),
        headers: Vec::new(),
        producer: None,
        transactional: false,
        control: None,
        aborted: false,
        batch: BatchFacts {
            base_offset: 1_482_115,
            codec: Codec::Lz4,
            leader_epoch: 12,
            records: 3,
            bytes: 1_100,
        },
        decoded: None,
        columns: Vec::new(),
        masked: Vec::new(),
    }
}
