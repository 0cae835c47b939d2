//! The walk as a whole: round trips, damage, and batches that mean harm.

use super::{
    encode::{Batch, Entry, Framing, compress, part, record, seal, varint},
    *,
};
use penstock_domain::record::Control;
use proptest::prelude::*;

mod hostile;
mod mutation;

const CODECS: [Codec; 5] = [
    Codec::None,
    Codec::Gzip,
    Codec::Snappy,
    Codec::Lz4,
    Codec::Zstd,
];

/// Everything that is told of a record, owned.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    offset: i64,
    timestamp: i64,
    key: Option<Vec<u8>>,
    value: Option<Vec<u8>>,
    headers: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

fn told(record: &RawRecord<'_>) -> Told {
    Told {
        offset: record.offset,
        timestamp: record.timestamp,
        key: record.key.map(<[u8]>::to_vec),
        value: record.value.map(<[u8]>::to_vec),
        headers: record
            .headers
            .iter()
            .map(|(name, value)| (name.to_vec(), value.map(<[u8]>::to_vec)))
            .collect(),
    }
}

fn walk(bytes: &[u8]) -> Vec<Result<Told, BatchFault>> {
    let mut scratch = Scratch::new();
    let limits = Limits::default();
    let mut out = Vec::new();
    for batch in batches(bytes) {
        match batch.and_then(|batch| {
            let records = batch.open(&mut scratch, &limits)?;
            Ok(records
                .map(|record| record.map(|record| told(&record)))
                .collect::<Vec<_>>())
        }) {
            Ok(records) => out.extend(records),
            Err(fault) => out.push(Err(fault)),
        }
    }
    out
}

fn faults(bytes: &[u8]) -> Vec<BatchFault> {
    walk(bytes).into_iter().filter_map(Result::err).collect()
}

#[test]
fn null_empty_duplicates_and_bytes_stay_what_they_are() {
    let mut batch = Batch::of(5, &["", "x"]);
    batch.entries[0].headers = vec![
        (b"a".to_vec(), None),
        (b"a".to_vec(), Some(vec![])),
        (vec![0xff, 0xfe], Some(vec![0])),
        (vec![], Some(b"v".to_vec())),
    ];
    batch.entries[1].key = Some(vec![]);
    batch.entries[1].value = None;
    let records: Vec<Told> = walk(&batch.encode())
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(records[0].headers, batch.entries[0].headers);
    assert_eq!((&records[0].key, &records[0].value), (&None, &Some(vec![])));
    assert_eq!((&records[1].key, &records[1].value), (&Some(vec![]), &None));
    assert_eq!((records[0].offset, records[1].offset), (5, 6));
}

#[test]
fn times_are_the_records_own_or_the_brokers() {
    let mut batch = Batch::of(0, &["a", "b"]);
    batch.base_timestamp = 1_000;
    batch.max_timestamp = 5_000;
    batch.entries[1].timestamp_delta = -10;
    let times = |batch: &Batch| -> Vec<i64> {
        walk(&batch.encode())
            .into_iter()
            .map(|record| record.unwrap().timestamp)
            .collect()
    };
    assert_eq!(times(&batch), [1_000, 990]);
    batch.log_append_time = true;
    assert_eq!(times(&batch), [5_000, 5_000]);
}

#[test]
fn a_head_tells_everything_about_its_batch() {
    let batch = Batch {
        leader_epoch: 3,
        codec: Codec::Zstd,
        transactional: true,
        producer_id: 9,
        producer_epoch: 2,
        base_sequence: 40,
        last_delta: Some(7),
        ..Batch::of(100, &["a"])
    };
    let bytes = batch.encode();
    let head = batches(&bytes).next().unwrap().unwrap().head;
    assert_eq!(
        head,
        BatchHead {
            base_offset: 100,
            last_offset: 107,
            bytes: u32::try_from(bytes.len()).unwrap(),
            leader_epoch: 3,
            codec: Codec::Zstd,
            timestamp_type: TimestampType::CreateTime,
            transactional: true,
            control: false,
            base_timestamp: 0,
            max_timestamp: 0,
            producer_id: 9,
            producer_epoch: 2,
            base_sequence: 40,
            records: 1,
        }
    );
}

#[test]
fn markers_are_told_apart() {
    for (key, marker) in [
        (Some(vec![0, 0, 0, 0]), Control::Abort),
        (Some(vec![0, 0, 0, 1]), Control::Commit),
        (Some(vec![0, 0, 0, 2]), Control::Other),
        (Some(vec![0, 0]), Control::Other),
        (None, Control::Other),
    ] {
        let mut batch = Batch::marker(0, 1, true);
        batch.entries[0].key = key;
        let bytes = batch.encode();
        let mut scratch = Scratch::new();
        let batch = batches(&bytes).next().unwrap().unwrap();
        assert!(batch.head.control);
        let mut records = batch.open(&mut scratch, &Limits::default()).unwrap();
        assert_eq!(control(&records.next().unwrap().unwrap()), marker);
    }
}

#[test]
fn a_cut_last_batch_ends_the_walk() {
    let first = Batch::of(0, &["a", "b"]).encode();
    let second = Batch::of(2, &["c"]).encode();
    for cut in 0..second.len() {
        let bytes = [&first[..], &second[..cut]].concat();
        let mut walk = batches(&bytes);
        assert!(walk.next().unwrap().is_ok());
        assert!(walk.next().is_none(), "{cut}");
        assert_eq!(walk.consumed(), first.len());
        assert_eq!(walk.rest(), &second[..cut]);
        assert_eq!(last_whole_offset(&bytes), Some(2));
    }
    assert_eq!(last_whole_offset(&second[..30]), None);
}

#[test]
fn a_bad_batch_is_named_and_the_walk_goes_on_behind_it() {
    let mut bad = Batch::of(2, &["b", "c"]).encode();
    let last = bad.len() - 1;
    bad[last] ^= 1;
    let bytes = [
        Batch::of(0, &["x", "y"]).encode(),
        bad,
        Batch::of(4, &["z"]).encode(),
    ]
    .concat();
    let walked = walk(&bytes);
    let offsets: Vec<i64> = walked
        .iter()
        .filter_map(|record| record.as_ref().ok().map(|record| record.offset))
        .collect();
    assert_eq!(offsets, [0, 1, 4]);
    let fault = walked[2].as_ref().unwrap_err();
    assert_eq!((fault.from, fault.to), (2, 3));
    assert!(matches!(fault.kind, FaultKind::Checksum { .. }));
}

#[test]
fn a_damaged_end_offset_does_not_swallow_the_next_batch() {
    let mut bad = Batch::of(2, &["b"]).encode();
    bad[23] = 0x7f;
    let alone = faults(&bad);
    assert!(alone[0].to > 1 << 30);
    let bytes = [bad, Batch::of(4, &["z"]).encode()].concat();
    assert_eq!((faults(&bytes)[0].from, faults(&bytes)[0].to), (2, 3));
}

#[test]
fn old_formats_are_named() {
    // Kafka 0.10: offset, size, checksum, magic 1, attributes, timestamp, key, value.
    let mut old = Vec::new();
    old.extend(7_i64.to_be_bytes());
    old.extend(23_i32.to_be_bytes());
    old.extend([0; 4]);
    old.extend([1, 0]);
    old.extend([0; 8]);
    old.extend((-1_i32).to_be_bytes());
    old.extend(1_i32.to_be_bytes());
    old.push(b'x');
    let bytes = [old, Batch::of(8, &["z"]).encode()].concat();
    let walked = walk(&bytes);
    let fault = walked[0].as_ref().unwrap_err();
    assert_eq!(
        (fault.from, fault.to, &fault.kind),
        (7, 7, &FaultKind::Magic(1))
    );
    assert_eq!(walked[1].as_ref().unwrap().offset, 8);
}

#[test]
fn a_count_that_lies_is_told_after_the_records_that_are_there() {
    for (count, kind, from) in [
        (
            3,
            FaultKind::Count {
                said: 3,
                read: 2,
                more: false,
            },
            12,
        ),
        (
            1,
            FaultKind::Count {
                said: 1,
                read: 1,
                more: true,
            },
            11,
        ),
    ] {
        let batch = Batch {
            count: Some(count),
            last_delta: Some(5),
            ..Batch::of(10, &["a", "b"])
        };
        let walked = walk(&batch.encode());
        assert_eq!(
            walked.last().unwrap(),
            &Err(BatchFault { from, to: 15, kind })
        );
    }
}

#[test]
fn scratch_gives_back_what_one_large_batch_needed() {
    let limits = Limits::default();
    let mut scratch = Scratch::new();
    let large = "x".repeat(8 << 20);
    for codec in CODECS {
        let batch = Batch {
            codec,
            ..Batch::of(0, &[&large])
        };
        let bytes = batch.encode();
        let opened = batches(&bytes).next().unwrap().unwrap();
        assert_eq!(opened.open(&mut scratch, &limits).unwrap().count(), 1);
        let small = Batch {
            codec,
            ..Batch::of(0, &["y"])
        }
        .encode();
        for _ in 0..2 {
            let opened = batches(&small).next().unwrap().unwrap();
            assert_eq!(opened.open(&mut scratch, &limits).unwrap().count(), 1);
        }
        assert!(scratch.capacity() <= 2 << 20, "{codec:?}");
    }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        // Something that compresses.
        (any::<u8>(), 0_usize..3000).prop_map(|(byte, length)| vec![byte; length]),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    (
        1_i32..4,
        any::<i32>(),
        proptest::option::of(bytes()),
        proptest::option::of(bytes()),
        proptest::collection::vec((bytes(), proptest::option::of(bytes())), 0..4),
    )
        .prop_map(
            |(offset_delta, timestamp_delta, key, value, headers)| Entry {
                offset_delta,
                timestamp_delta: i64::from(timestamp_delta),
                key,
                value,
                headers,
            },
        )
}

/// Batches as producers and compaction leave them: with holes, and ends that are no longer there.
fn batch() -> impl Strategy<Value = Batch> {
    (
        0_i64..1 << 40,
        proptest::sample::select(CODECS.to_vec()),
        any::<bool>(),
        proptest::collection::vec(entry(), 0..40),
        0_i32..3,
        any::<i32>(),
    )
        .prop_map(|(base_offset, codec, other, mut entries, behind, time)| {
            let mut delta = 0;
            for entry in &mut entries {
                let step = entry.offset_delta;
                entry.offset_delta = delta;
                delta += step;
            }
            let last = entries.last().map_or(0, |entry| entry.offset_delta);
            Batch {
                base_offset,
                last_delta: Some(last + behind),
                codec,
                framing: if other {
                    Framing::Other
                } else {
                    Framing::Usual
                },
                base_timestamp: i64::from(time),
                entries,
                ..Batch::default()
            }
        })
}

proptest! {
    #[test]
    fn what_was_written_is_read(written in proptest::collection::vec(batch(), 1..4)) {
        let bytes: Vec<u8> = written.iter().flat_map(Batch::encode).collect();
        let expected: Vec<Told> = written
            .iter()
            .flat_map(|batch| batch.entries.iter().map(|entry| Told {
                offset: batch.base_offset + i64::from(entry.offset_delta),
                timestamp: batch.base_timestamp + entry.timestamp_delta,
                key: entry.key.clone(),
                value: entry.value.clone(),
                headers: entry.headers.clone(),
            }))
            .collect();
        let read: Vec<Told> = walk(&bytes).into_iter().map(|record| record.unwrap()).collect();
        prop_assert_eq!(read, expected);
    }
}
