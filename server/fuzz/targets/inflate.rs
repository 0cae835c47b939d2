//! Arbitrary bytes as the compressed records of a batch whose head and checksum are right. The first byte chooses the codec.
#![no_main]

use libfuzzer_sys::fuzz_target;
use penstock_kafka::batch::{Aborted, Limits, Scratch, batches, control, last_whole_offset};

#[path = "../survive.rs"]
mod survive;

fuzz_target!(|data: &[u8]| {
    let Some((codec, records)) = data.split_first() else {
        return;
    };
    let Ok(length) = i32::try_from(49 + records.len()) else {
        return;
    };
    let mut batch = Vec::with_capacity(61 + records.len());
    batch.extend(0_i64.to_be_bytes());
    batch.extend(length.to_be_bytes());
    batch.extend(0_i32.to_be_bytes());
    batch.push(2);
    batch.extend([0; 4]);
    batch.extend([0, codec % 5]);
    batch.extend(i32::MAX.to_be_bytes());
    batch.extend([0; 8 + 8 + 8 + 2 + 4]);
    batch.extend(i32::MAX.to_be_bytes());
    batch.extend(records);
    let checksum = crc32c::crc32c(&batch[21..]);
    batch[17..21].copy_from_slice(&checksum.to_be_bytes());
    survive::survive(&batch);
});
