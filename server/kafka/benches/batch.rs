//! What a record costs on its way through a batch, in nanoseconds of one core: checksum, decompression, walk. Everything is in
//! memory, so the figures are of the code alone; `benches/search` measures the whole way.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a benchmark fails by panicking, and the macros write functions without documentation"
)]

#[allow(dead_code, reason = "what the tests of the walk need besides")]
#[path = "../src/batch/encode.rs"]
mod encode;
#[path = "search/event.rs"]
mod event;

use criterion::{
    BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime,
};
use encode::{Batch, Entry};
use penstock_domain::record::Codec;
use penstock_kafka::batch::{Limits, Scratch, batches};
use std::{hint::black_box, time::Instant};

/// Records of a batch of 16 KiB, as ordinary producers make it.
const RECORDS: u32 = 40;
/// Batches that are gone through, so that not everything lies in the nearest cache.
const BATCHES: u32 = 512;

/// What a broker would answer.
fn answer(codec: Codec) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut value = String::new();
    for batch in 0..BATCHES {
        let entries = (0..RECORDS)
            .map(|at| {
                let number = u64::from(batch * RECORDS + at);
                event::write(number, event::city(number), &mut value);
                Entry {
                    offset_delta: i32::try_from(at).unwrap(),
                    timestamp_delta: i64::from(at),
                    key: Some(format!("task-{number}").into_bytes()),
                    value: Some(value.clone().into_bytes()),
                    headers: Vec::new(),
                }
            })
            .collect();
        let batch = Batch {
            base_offset: i64::from(batch * RECORDS),
            codec,
            entries,
            ..Batch::default()
        };
        bytes.extend(batch.encode());
    }
    bytes
}

/// Times passes over the answer. An iteration is a record, so that the figure is per record; whole passes are made.
fn per_record(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, mut pass: impl FnMut()) {
    let records = u64::from(RECORDS * BATCHES);
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|iterations| {
            let passes = iterations.div_ceil(records);
            let began = Instant::now();
            for _ in 0..passes {
                pass();
            }
            #[allow(clippy::cast_precision_loss, reason = "a share")]
            let share = iterations as f64 / (passes * records) as f64;
            began.elapsed().mul_f64(share)
        });
    });
}

fn walk(criterion: &mut Criterion) {
    for codec in [
        Codec::None,
        Codec::Lz4,
        Codec::Zstd,
        Codec::Snappy,
        Codec::Gzip,
    ] {
        let bytes = answer(codec);
        let limits = Limits::default();
        let mut group = criterion.benchmark_group(format!("{codec:?}").to_lowercase());
        per_record(&mut group, "heads", || {
            for batch in batches(&bytes) {
                black_box(batch.unwrap().head.last_offset);
            }
        });
        let mut scratch = Scratch::new();
        per_record(&mut group, "checksum, inflate", || {
            for batch in batches(&bytes) {
                black_box(batch.unwrap().unpack(&mut scratch, &limits).unwrap().len());
            }
        });
        per_record(&mut group, "checksum, inflate, walk", || {
            for batch in batches(&bytes) {
                for record in batch.unwrap().open(&mut scratch, &limits).unwrap() {
                    black_box(record.unwrap().value);
                }
            }
        });
        group.finish();
    }
}

criterion_group!(benches, walk);
criterion_main!(benches);
