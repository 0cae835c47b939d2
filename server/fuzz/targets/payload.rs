//! Arbitrary bytes as the payload of a record whose schema is known. The first byte chooses the schema and how it is framed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use penstock_registry::{Framing, MOST_JSON, Schema, SchemaKey, SchemaKind};
use std::sync::LazyLock;

/// Every kind of type that the decoders know.
static SCHEMAS: LazyLock<Vec<Schema>> = LazyLock::new(|| {
    [
        (SchemaKind::Avro, include_str!("../schemas/all.avsc")),
        (SchemaKind::Avro, include_str!("../schemas/list.avsc")),
        (SchemaKind::Protobuf, include_str!("../schemas/all.proto")),
        (SchemaKind::Json, r#"{"type":"object"}"#),
    ]
    .into_iter()
    .map(|(kind, text)| Schema::alone(kind, text).expect("the schema is right"))
    .collect()
});

fuzz_target!(|data: &[u8]| {
    let Some((choice, payload)) = data.split_first() else {
        return;
    };
    let schema = &SCHEMAS[usize::from(choice >> 1) % SCHEMAS.len()];
    let framing = Framing {
        schema: SchemaKey::Id(1),
        payload: 0..payload.len(),
        indexes: vec![0],
        by_header: choice & 1 == 1,
    };
    let Ok(reading) = schema.decode(&framing, payload) else {
        return;
    };
    assert!(reading.json.len() <= MOST_JSON + 1024);
    penstock_domain::json::validate(reading.json.as_bytes()).expect("what is read is JSON");
    // Whatever was read can be refused on the way back, but nothing breaks.
    let _ = schema.encode(&reading.json);
});
