//! Records made ready to send: encoded, measured, held against what the topic takes. Pure but for the schemas, which are
//! fetched before ([`super::schemas`]).

use super::{
    content::{self, Mistake},
    schemas::Schemas,
    target::Target,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use penstock_domain::{
    ids::PartitionId,
    problem::{KafkaErrorCode, Problem, ProblemKind},
    produce::{Content, NewRecord, ProduceRequest, RecordOutcome, RecordPart},
    record::{Codec, TimestampType},
    time::Timestamp,
    units,
};
use penstock_kafka::produce as kafka;

/// Headers of one record.
const MOST_HEADERS: usize = 1_000;
/// Bytes of a record batch before its records (class `DefaultRecordBatch`: RECORD_BATCH_OVERHEAD).
const BATCH_HEAD: usize = 61;

/// A record that is ready, or the reason why it never will be.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// For the producer; `None` where it was refused.
    pub record: Option<kafka::NewRecord>,
    /// What is told of it.
    pub outcome: RecordOutcome,
    /// Bytes of a batch with this record alone, before compression.
    pub batch: usize,
}

/// Makes every record of a request ready. One that can't be costs itself only.
pub fn all(request: &ProduceRequest, target: &Target, schemas: &Schemas) -> Vec<Prepared> {
    request
        .records
        .iter()
        .enumerate()
        .map(|(index, record)| one(index, record, request, target, schemas))
        .collect()
}

fn one(
    index: usize,
    record: &NewRecord,
    request: &ProduceRequest,
    target: &Target,
    schemas: &Schemas,
) -> Prepared {
    let mut outcome = RecordOutcome {
        written: None,
        sizes: (0, 0),
        goes_to: None,
        problem: None,
        fault: None,
        warnings: warnings(record, target),
    };
    let encoded = encoded(record, target, schemas).and_then(|encoded| {
        place(record, target)?;
        Ok(encoded)
    });
    let (encoded, refusal) = match encoded {
        Ok(encoded) => (Some(encoded), None),
        Err((part, mistake)) => (None, Some(mistake.told(index, part))),
    };
    if let Some((problem, fault)) = refusal {
        outcome.problem = Some(problem);
        outcome.fault = Some(fault);
    }
    let Some(encoded) = encoded else {
        return Prepared {
            record: None,
            outcome,
            batch: 0,
        };
    };
    let batch = BATCH_HEAD + size(&encoded);
    outcome.sizes = (length(encoded.key.as_ref()), length(encoded.value.as_ref()));
    outcome.goes_to = encoded.partition.or_else(|| {
        let key = encoded.key.as_deref()?;
        kafka::partition_for_key(key, target.partitions.len())
    });
    // With compression only the broker can tell.
    let plain = matches!(request.compression, None | Some(Codec::None));
    let limit = target.max_message_bytes;
    if plain && limit.is_some_and(|limit| batch as u64 > limit) {
        outcome.problem = Some(too_large(batch, limit, target.name(), plain));
        return Prepared {
            record: None,
            outcome,
            batch,
        };
    }
    Prepared {
        record: Some(encoded),
        outcome,
        batch,
    }
}

type Wrong = (RecordPart, Mistake);

fn encoded(
    record: &NewRecord,
    target: &Target,
    schemas: &Schemas,
) -> Result<kafka::NewRecord, Wrong> {
    let side = |content: &Option<Content>, part: RecordPart| {
        let Some(content) = content else {
            return Ok(None);
        };
        let schema = schemas
            .of(content, part)
            .map_err(|mistake| (part, mistake))?;
        content::encode(content, schema)
            .map(|bytes| Some(Bytes::from(bytes)))
            .map_err(|mistake| (part, mistake))
    };
    let key = side(&record.key, RecordPart::Key)?;
    let value = side(&record.value, RecordPart::Value)?;
    if record.headers.len() > MOST_HEADERS {
        return Err((
            RecordPart::Header(0),
            Mistake::whole(format!(
                "the record has {} headers; at most {MOST_HEADERS} are sent",
                record.headers.len()
            )),
        ));
    }
    let mut headers = Vec::with_capacity(record.headers.len());
    for (number, header) in record.headers.iter().enumerate() {
        let part = RecordPart::Header(u32::try_from(number).unwrap_or(u32::MAX));
        let value = match &header.value {
            None => None,
            Some(text) if header.base64 => Some(Bytes::from(
                STANDARD
                    .decode(text.trim().as_bytes())
                    .map_err(|_| (part, Mistake::whole("the header’s value is no base64")))?,
            )),
            Some(text) => Some(Bytes::copy_from_slice(text.as_bytes())),
        };
        headers.push((header.key.clone(), value));
    }
    Ok(kafka::NewRecord {
        topic: target.topic.clone().unwrap_or_else(|| "".into()),
        partition: record.partition,
        key,
        value,
        headers,
        timestamp: record.timestamp,
    })
}

/// Whether partition and time are such as can be sent.
fn place(record: &NewRecord, target: &Target) -> Result<(), Wrong> {
    if let Some(partition) = record.partition
        && target.partition(partition).is_none()
    {
        return Err((RecordPart::Partition, unknown_partition(partition, target)));
    }
    match record.timestamp {
        Some(Timestamp(time)) if time <= 0 => Err((
            RecordPart::Timestamp,
            Mistake::whole("the time must lie after 1970-01-01T00:00:00Z"),
        )),
        _ => Ok(()),
    }
}

fn unknown_partition(partition: PartitionId, target: &Target) -> Mistake {
    let last = target.partitions.len().saturating_sub(1);
    Mistake {
        remedy: Some("Choose one of them, or let the key decide.".to_owned()),
        ..Mistake::whole(match last {
            0 => format!(
                "there is no partition {partition}: “{}” has only partition 0",
                target.name()
            ),
            last => format!(
                "there is no partition {partition}: “{}” has partitions 0 to {last}",
                target.name()
            ),
        })
    }
}

/// What a person may want to know although nothing is wrong.
fn warnings(record: &NewRecord, target: &Target) -> Vec<String> {
    let policy = target.cleanup_policy.as_deref().unwrap_or_default();
    let mut warnings = Vec::new();
    if record.value.is_none() && target.compacted() == Some(false) {
        warnings.push(format!(
            "The topic’s cleanup.policy is {policy}, so a null value removes nothing."
        ));
    }
    if record.key.is_none() && target.compacted() == Some(true) {
        warnings.push(format!(
            "The topic’s cleanup.policy is {policy}: Kafka refuses records without a key."
        ));
    }
    if record.timestamp.is_some() && target.timestamp_type == Some(TimestampType::LogAppendTime) {
        warnings.push(
            "The topic’s message.timestamp.type is LogAppendTime: the broker sets the time, whatever is chosen here."
                .to_owned(),
        );
    }
    warnings
}

/// A record, or the batch it is in, is larger than brokers take.
pub fn too_large(batch: usize, limit: Option<u64>, topic: &str, plain: bool) -> Problem {
    let batch = units::thousands(i64::try_from(batch).unwrap_or(i64::MAX));
    let taken = match limit {
        Some(limit) => format!(
            "“{topic}” takes {} (max.message.bytes)",
            units::thousands(i64::try_from(limit).unwrap_or(i64::MAX))
        ),
        None => format!("the max.message.bytes of “{topic}” is less"),
    };
    let compressed = if plain { "" } else { ", before compression," };
    let mut problem = Problem::new(
        ProblemKind::Invalid,
        "The record is too large",
        format!("With its batch it has {batch} bytes{compressed} and {taken}."),
    )
    .with_remedy(if plain {
        "Choose a compression, send less, or raise max.message.bytes of the topic."
    } else {
        "Send less, or raise max.message.bytes of the topic."
    });
    problem.kafka_error = Some(KafkaErrorCode {
        name: "MESSAGE_TOO_LARGE".to_owned(),
        code: 10,
    });
    problem
}

/// Not sent because of another one in the same transaction.
pub fn held_back(culprit: usize) -> Problem {
    Problem::new(
        ProblemKind::Conflict,
        "Not sent",
        format!(
            "Record {} has an error, and all go in one transaction or none does.",
            culprit + 1
        ),
    )
    .with_remedy("Correct that record first.")
}

fn length(bytes: Option<&Bytes>) -> u32 {
    bytes.map_or(0, |bytes| u32::try_from(bytes.len()).unwrap_or(u32::MAX))
}

/// Bytes of a record in a batch (class `DefaultRecord`).
fn size(record: &kafka::NewRecord) -> usize {
    let part = |bytes: Option<&Bytes>| match bytes {
        // -1 as a varint.
        None => 1,
        Some(bytes) => varint(bytes.len()) + bytes.len(),
    };
    let headers: usize = record
        .headers
        .iter()
        .map(|(name, value)| varint(name.len()) + name.len() + part(value.as_ref()))
        .sum();
    // Attributes, and the differences of time and offset of a batch's first record.
    let body = 3
        + part(record.key.as_ref())
        + part(record.value.as_ref())
        + varint(record.headers.len())
        + headers;
    varint(body) + body
}

/// Bytes of a length as a zigzag varint.
fn varint(length: usize) -> usize {
    let bits = usize::BITS - (length << 1).leading_zeros();
    usize::try_from(bits.max(1).div_ceil(7)).unwrap_or(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::produce::target::Replicas;
    use penstock_domain::{ids::NodeId, produce::NewHeader, record::Format};

    fn target() -> Target {
        let replicas = Replicas {
            leader: Some(NodeId(1)),
            in_sync: vec![NodeId(1)],
            out: Vec::new(),
        };
        Target {
            topic: Some("orders".into()),
            partitions: vec![replicas; 12],
            min_in_sync: Some(1),
            max_message_bytes: Some(1_000),
            cleanup_policy: Some("delete".to_owned()),
            timestamp_type: None,
        }
    }

    fn text(text: &str) -> Option<Content> {
        Some(Content {
            format: Format::Text,
            text: text.to_owned(),
            ..Content::default()
        })
    }

    fn prepared(record: NewRecord, compression: Option<Codec>, target: &Target) -> Prepared {
        let request = ProduceRequest {
            records: vec![record],
            compression,
            ..ProduceRequest::default()
        };
        all(&request, target, &Schemas::default()).remove(0)
    }

    #[test]
    fn headers_keep_their_order_repeat_and_may_be_null() {
        let record = NewRecord {
            key: text("tsk_1"),
            value: text("v"),
            headers: vec![
                NewHeader {
                    key: "retry".into(),
                    value: Some("0".into()),
                    base64: false,
                },
                NewHeader {
                    key: "retry".into(),
                    value: None,
                    base64: false,
                },
                NewHeader {
                    key: "raw".into(),
                    value: Some("AP8=".into()),
                    base64: true,
                },
            ],
            ..NewRecord::default()
        };
        let prepared = prepared(record, None, &target());
        let headers = prepared.record.unwrap().headers;
        assert_eq!(
            headers,
            [
                ("retry".to_owned(), Some(Bytes::from_static(b"0"))),
                ("retry".to_owned(), None),
                ("raw".to_owned(), Some(Bytes::from_static(&[0, 255]))),
            ]
        );
        assert_eq!(prepared.outcome.sizes, (5, 1));
        assert_eq!(
            prepared.outcome.goes_to,
            kafka::partition_for_key(b"tsk_1", 12)
        );
    }

    #[test]
    fn null_is_not_empty() {
        let record = NewRecord {
            key: text(""),
            value: None,
            ..NewRecord::default()
        };
        let prepared = prepared(record, None, &target());
        assert_eq!(prepared.outcome.warnings.len(), 1, "a tombstone");
        let record = prepared.record.unwrap();
        assert_eq!(record.key, Some(Bytes::new()));
        assert_eq!(record.value, None);
    }

    #[test]
    fn what_the_topic_does_not_take_is_refused_before_it_is_sent() {
        let large = NewRecord {
            value: text(&"x".repeat(2_000)),
            ..NewRecord::default()
        };
        let refused = prepared(large.clone(), None, &target());
        assert!(refused.record.is_none());
        let problem = refused.outcome.problem.unwrap();
        assert_eq!(problem.kafka_error.unwrap().code, 10);
        // Compressed it may well fit.
        assert!(
            prepared(large, Some(Codec::Lz4), &target())
                .record
                .is_some()
        );
        let nowhere = NewRecord {
            partition: Some(PartitionId(12)),
            ..NewRecord::default()
        };
        let refused = prepared(nowhere, None, &target());
        assert_eq!(refused.outcome.fault.unwrap().part, RecordPart::Partition);
        let too_early = NewRecord {
            timestamp: Some(Timestamp(0)),
            ..NewRecord::default()
        };
        let refused = prepared(too_early, None, &target());
        assert_eq!(refused.outcome.fault.unwrap().part, RecordPart::Timestamp);
    }

    #[test]
    fn compacted_topics_ask_for_a_key() {
        let mut target = target();
        target.cleanup_policy = Some("compact,delete".to_owned());
        let keyless = prepared(
            NewRecord {
                value: text("v"),
                ..NewRecord::default()
            },
            None,
            &target,
        );
        assert!(keyless.outcome.warnings[0].contains("without a key"));
        let tombstone = prepared(
            NewRecord {
                key: text("k"),
                ..NewRecord::default()
            },
            None,
            &target,
        );
        assert!(tombstone.outcome.warnings.is_empty());
    }

    #[test]
    fn varints_are_as_long_as_kafka_writes_them() {
        for (length, bytes) in [(0, 1), (63, 1), (64, 2), (8191, 2), (8192, 3)] {
            assert_eq!(varint(length), bytes, "{length}");
        }
    }
}
