//! A corpus of batches that mean harm. Each must be named for what it is, with memory that stays under the cap.

use super::*;

/// Smaller than the default, so that the tests are quick.
const LIMITS: Limits = Limits { inflated: 4 << 20 };

/// Opens the only batch and walks it; the first fault, with what the scratch holds afterwards.
fn fault_of(bytes: &[u8]) -> (BatchFault, usize) {
    let mut scratch = Scratch::new();
    let fault = batches(bytes)
        .next()
        .unwrap()
        .and_then(|batch| {
            batch
                .open(&mut scratch, &LIMITS)?
                .try_for_each(|record| record.map(drop))
        })
        .unwrap_err();
    (fault, scratch.capacity())
}

fn assert_bomb(codec: Codec, data: &[u8]) {
    let batch = Batch {
        codec,
        ..Batch::of(3, &["a"])
    };
    let (fault, capacity) = fault_of(&batch.with_records(data));
    assert_eq!(
        fault.kind,
        FaultKind::TooLarge {
            limit: LIMITS.inflated
        },
        "{codec:?}"
    );
    assert_eq!((fault.from, fault.to), (3, 3));
    assert!(capacity <= LIMITS.inflated, "{codec:?}: {capacity}");
}

/// Zeros without end, as far as the decompressor sees: a gigabyte where the codec's ratio allows it in some tens of KiB.
fn zeros(size: usize) -> impl std::io::Read {
    use std::io::Read;
    std::io::repeat(0).take(size as u64)
}

#[test]
fn zstd_bombs_stop_at_the_cap() {
    let bomb = zstd::stream::encode_all(zeros(1 << 30), 1).unwrap();
    assert!(bomb.len() < 128 << 10, "{}", bomb.len());
    assert_bomb(Codec::Zstd, &bomb);
    // With its size in front it is refused before anything is inflated.
    assert_bomb(
        Codec::Zstd,
        &zstd::bulk::compress(&vec![0; 8 << 20], 1).unwrap(),
    );
    // Many small frames in a row.
    assert_bomb(
        Codec::Zstd,
        &zstd::bulk::compress(&vec![0; 1 << 20], 1)
            .unwrap()
            .repeat(9),
    );
}

#[test]
fn gzip_bombs_stop_at_the_cap() {
    let mut encoder = flate2::read::GzEncoder::new(zeros(64 << 20), flate2::Compression::best());
    let mut bomb = Vec::new();
    std::io::Read::read_to_end(&mut encoder, &mut bomb).unwrap();
    assert!(bomb.len() < 128 << 10, "{}", bomb.len());
    assert_bomb(Codec::Gzip, &bomb);
    let member = compress(Codec::Gzip, Framing::Usual, &vec![0; 1 << 20]);
    assert_bomb(Codec::Gzip, &member.repeat(9));
}

#[test]
fn lz4_bombs_stop_at_the_cap() {
    for framing in [Framing::Usual, Framing::Other] {
        let bomb = compress(Codec::Lz4, framing, &vec![0; 64 << 20]);
        assert!(bomb.len() < 512 << 10, "{}", bomb.len());
        assert_bomb(Codec::Lz4, &bomb);
    }
    let frame = compress(Codec::Lz4, Framing::Usual, &vec![0; 1 << 20]);
    assert_bomb(Codec::Lz4, &frame.repeat(9));
}

#[test]
fn snappy_bombs_stop_at_the_cap() {
    for framing in [Framing::Usual, Framing::Other] {
        assert_bomb(
            Codec::Snappy,
            &compress(Codec::Snappy, framing, &vec![0; 64 << 20]),
        );
    }
    // An announcement alone: four gigabytes in five bytes.
    assert_bomb(Codec::Snappy, &[0xff, 0xff, 0xff, 0xff, 0x0f]);
}

#[test]
fn what_just_fits_is_read() {
    for codec in CODECS {
        for framing in [Framing::Usual, Framing::Other] {
            // A record's frame takes ten bytes around a value of this size.
            let value = "z".repeat(LIMITS.inflated - 64);
            let batch = Batch {
                codec,
                framing,
                ..Batch::of(0, &[&value])
            };
            let bytes = batch.encode();
            let mut scratch = Scratch::new();
            let batch = batches(&bytes).next().unwrap().unwrap();
            let mut records = batch.open(&mut scratch, &LIMITS).unwrap();
            let length = records.next().unwrap().unwrap().value.unwrap().len();
            assert_eq!(length, value.len());
            assert!(records.next().is_none());
            assert!(scratch.capacity() <= LIMITS.inflated, "{codec:?}");
        }
    }
}

#[test]
fn garbage_for_compressed_data_is_named_with_its_codec() {
    let snappy = |block: &[u8]| [b"\x82SNAPPY\0\0\0\0\x01\0\0\0\x01", block].concat();
    for (codec, data) in [
        (Codec::Gzip, b"\x1f\x8b\x08".to_vec()),
        (Codec::Gzip, vec![7; 100]),
        (Codec::Snappy, snappy(&[0xff, 0xff, 0xff, 0xff])),
        (Codec::Snappy, snappy(&i32::MAX.to_be_bytes())),
        (Codec::Snappy, snappy(&[0, 0])),
        (Codec::Snappy, b"\x82SNAPPY\0\0".to_vec()),
        (Codec::Snappy, vec![0xff; 20]),
        (Codec::Lz4, vec![]),
        (Codec::Lz4, vec![1; 40]),
        (
            Codec::Lz4,
            b"\x04\x22\x4d\x18\x60\x40\x82\xff\xff\xff\x7f".to_vec(),
        ),
        (
            Codec::Lz4,
            b"\x04\x22\x4d\x18\x60\x40\x82\xff\xff\xff\xff".to_vec(),
        ),
        (Codec::Lz4, b"\x50\x2a\x4d\x18\xff\xff\xff\xff".to_vec()),
        // The only block refers to what is before it.
        (
            Codec::Lz4,
            b"\x04\x22\x4d\x18\x60\x40\x82\x04\0\0\0\x10x\x09\0".to_vec(),
        ),
        (Codec::Zstd, vec![]),
        (Codec::Zstd, vec![9; 64]),
    ] {
        let batch = Batch {
            codec,
            ..Batch::of(0, &["a"])
        };
        let (fault, capacity) = fault_of(&batch.with_records(&data));
        match &fault.kind {
            FaultKind::Inflate { codec: named, .. } => assert_eq!(*named, codec),
            // Nothing at all is a valid zstd input of nothing.
            FaultKind::Count { read: 0, .. } if codec == Codec::Zstd && data.is_empty() => {}
            FaultKind::TooLarge { .. } if codec == Codec::Snappy => {}
            other => panic!("{codec:?} {data:?}: {other}"),
        }
        assert!(capacity <= LIMITS.inflated);
    }
}

#[test]
fn counts_that_lie_cost_nothing() {
    let batch = Batch {
        count: Some(i32::MAX),
        ..Batch::of(0, &["a"])
    };
    let (fault, _) = fault_of(&batch.encode());
    assert_eq!(
        fault.kind,
        FaultKind::Count {
            said: i32::MAX,
            read: 1,
            more: false
        }
    );
    let negative = Batch {
        count: Some(-1),
        ..Batch::of(0, &["a"])
    };
    assert!(matches!(
        fault_of(&negative.encode()).0.kind,
        FaultKind::Head(_)
    ));
}

#[test]
fn lengths_that_lie_are_faults() {
    // The head's own length: too short for a head, negative.
    for length in [0_i32, 48, -1, i32::MIN] {
        let mut bytes = Batch::of(9, &["a"]).encode();
        bytes[8..12].copy_from_slice(&length.to_be_bytes());
        let mut walk = batches(&bytes);
        assert_eq!(
            walk.next().unwrap().unwrap_err().kind,
            FaultKind::Length(length)
        );
        assert!(walk.next().is_none());
    }
    // Longer than what is there: cut off, as far as anyone can tell.
    let mut bytes = Batch::of(9, &["a"]).encode();
    bytes[8..12].copy_from_slice(&i32::MAX.to_be_bytes());
    assert!(batches(&bytes).next().is_none());
}

#[test]
fn malformed_heads_are_faults_with_a_place() {
    for (at, byte) in [(0, 0xff), (23, 0x80), (22, 7), (22, 5), (16, 3)] {
        let mut bytes = Batch::of(9, &["a"]).encode();
        bytes[at] = byte;
        seal(&mut bytes);
        let fault = batches(&bytes).next().unwrap().unwrap_err();
        assert!(
            matches!(
                fault.kind,
                FaultKind::Head(_) | FaultKind::Codec(_) | FaultKind::Magic(3)
            ),
            "{at}: {fault}"
        );
        assert!(fault.to >= fault.from);
    }
    let batch = Batch {
        base_offset: i64::MAX,
        last_delta: Some(1),
        ..Batch::of(0, &["a"])
    };
    assert!(batches(&batch.encode()).next().unwrap().is_err());
}

#[test]
fn malformed_records_are_faults_with_a_place() {
    let good = |delta| {
        let mut out = Vec::new();
        record(
            &mut out,
            &Entry {
                offset_delta: delta,
                ..Entry::default()
            },
        );
        out
    };
    let body = |parts: &[i64]| {
        let mut out = vec![0];
        for part in parts {
            varint(&mut out, *part);
        }
        out
    };
    let framed = |body: &[u8]| {
        let mut out = Vec::new();
        part(&mut out, Some(body));
        out
    };
    let huge = i64::from(i32::MAX);
    let mut cases: Vec<(&str, Vec<u8>)> = vec![
        ("length negative", vec![1]),
        ("length cut", vec![0x80]),
        ("length endless", vec![0xff; 12]),
        ("length zero", vec![0]),
        ("empty body", framed(&[])),
        ("no fields", framed(&[0])),
        ("offset again", good(0)),
        ("offset beyond the batch", good(9)),
        ("offset negative", framed(&body(&[0, -5, -1, -1, 0]))),
        ("key length -2", framed(&body(&[0, 1, -2, -1, 0]))),
        ("key huge", framed(&body(&[0, 1, huge, -1, 0]))),
        ("value huge", framed(&body(&[0, 1, -1, huge, 0]))),
        ("value i64", framed(&body(&[0, 1, -1, i64::MAX, 0]))),
        ("no headers", framed(&body(&[0, 1, -1, -1]))),
        ("header count huge", framed(&body(&[0, 1, -1, -1, huge]))),
        ("header count negative", framed(&body(&[0, 1, -1, -1, -1]))),
        (
            "header name null",
            framed(&body(&[0, 1, -1, -1, 1, -1, -1])),
        ),
        (
            "header name huge",
            framed(&body(&[0, 1, -1, -1, 1, huge, 0])),
        ),
        (
            "header value huge",
            framed(&body(&[0, 1, -1, -1, 1, 0, huge])),
        ),
        ("bytes behind headers", framed(&body(&[0, 1, -1, -1, 0, 0]))),
    ];
    let mut beyond = Vec::new();
    varint(&mut beyond, huge);
    cases.push(("record longer than the batch", beyond));
    for (name, bad) in cases {
        let records = [good(0), bad].concat();
        let batch = Batch {
            count: Some(2),
            last_delta: Some(3),
            ..Batch::of(20, &[])
        };
        let bytes = batch.with_records(&records);
        let walked = walk(&bytes);
        assert_eq!(walked[0].as_ref().unwrap().offset, 20, "{name}");
        let fault = walked[1].as_ref().unwrap_err();
        assert!(
            matches!(fault.kind, FaultKind::Record(_)),
            "{name}: {fault}"
        );
        assert_eq!((fault.from, fault.to), (21, 23), "{name}");
        assert_eq!(walked.len(), 2, "{name}");
    }
}
