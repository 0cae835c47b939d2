//! Arbitrary text as a schema: it is compiled or refused, and what was compiled has a sample that can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use penstock_registry::{Schema, SchemaKind, Side, framing};

fuzz_target!(|data: &[u8]| {
    let Some((kind, text)) = data.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let kind = match kind % 3 {
        0 => SchemaKind::Avro,
        1 => SchemaKind::Protobuf,
        _ => SchemaKind::Json,
    };
    let Ok(schema) = Schema::alone(kind, text) else {
        return;
    };
    let Some(sample) = schema.sample() else {
        return;
    };
    if let Ok(bytes) = schema.encode(&sample) {
        let framing = framing(&bytes, [], Side::Value).expect("an id is in front");
        schema.decode(&framing, &bytes).expect("what was written can be read");
    }
});
