//! Arbitrary bytes as the answer to a Fetch. The first byte says whether checksums are put right, so that damage reaches what lies
//! behind them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use penstock_kafka::batch::{Aborted, Limits, Scratch, batches, control, last_whole_offset};

#[path = "../survive.rs"]
mod survive;

fuzz_target!(|data: &[u8]| {
    let Some((mode, bytes)) = data.split_first() else {
        return;
    };
    let mut bytes = bytes.to_vec();
    if mode & 1 == 1 {
        seal(&mut bytes);
    }
    survive::survive(&bytes);
});

/// Right checksums for all whole batches.
fn seal(mut bytes: &mut [u8]) {
    while let Some(length) = bytes.get(8..12).and_then(|it| it.first_chunk::<4>()) {
        let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
            return;
        };
        let Some((batch, rest)) = bytes.split_at_mut_checked(length.saturating_add(12)) else {
            return;
        };
        if batch.len() < 61 {
            return;
        }
        let checksum = crc32c::crc32c(&batch[21..]);
        batch[17..21].copy_from_slice(&checksum.to_be_bytes());
        bytes = rest;
    }
}
