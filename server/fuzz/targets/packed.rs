//! Arbitrary bytes as MessagePack and as CBOR, chosen by the first byte: what is read is JSON within its bound.
#![no_main]

use libfuzzer_sys::fuzz_target;
use penstock_registry::{cbor, message_pack};

/// Bytes of text at most: small, so that the bound is met.
const LIMIT: usize = 64 * 1024;

fuzz_target!(|data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else {
        return;
    };
    let read = if choice & 1 == 0 { message_pack } else { cbor };
    let Ok(json) = read(bytes, LIMIT) else {
        return;
    };
    assert!(json.len() <= LIMIT);
    penstock_domain::json::validate(json.as_bytes()).expect("what is read is JSON");
});
