//! Reading and writing Protobuf against `prost-reflect`, against hostile bytes, and against what people type.

use super::*;
use crate::{MOST_DEPTH, error::DecodeError};
use proptest::prelude::*;
use prost_reflect::{DynamicMessage, SerializeOptions};
use serde_json::{Value, json};

const LIMIT: usize = 1 << 20;

const SHIPMENT: &str = r#"
syntax = "proto3";
package shop;
import "common/money.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/any.proto";
import "google/protobuf/wrappers.proto";
import "google/protobuf/field_mask.proto";

message Shipment {
  int64 shipment_id = 1;
  string carrier = 2;
  repeated int32 counts = 3;
  repeated string labels = 4;
  map<string, Stop> stops = 5;
  map<int32, bool> flags = 6;
  State state = 7;
  oneof target { string address = 8; Stop depot = 9; uint64 locker = 10; }
  Money price = 11;
  google.protobuf.Timestamp shipped_at = 12;
  google.protobuf.Duration took = 13;
  google.protobuf.Struct extra = 14;
  google.protobuf.Any any = 15;
  google.protobuf.Int64Value maybe = 16;
  google.protobuf.FieldMask mask = 17;
  bytes raw = 18;
  double ratio = 19;
  float weight = 20;
  sint32 delta = 21;
  sint64 big_delta = 22;
  fixed64 checksum = 23;
  sfixed32 small = 24;
  optional int32 given = 25;
  repeated Stop route = 26;
  Shipment parent = 27;
  google.protobuf.Value value = 28;
  uint32 unsigned = 29;
  message Stop { string city = 1; int32 order = 2; message Inner { bool on = 1; } }
  enum State { UNKNOWN = 0; PACKED = 1; SENT = 2; }
}
message Second { map<string, string> m = 1; message A {} message B { int32 x = 1; } }
"#;
const MONEY: &str =
    "syntax = \"proto3\"; package shop; message Money { string currency = 1; int64 cents = 2; }";

fn shipment() -> Protobuf {
    static SHARED: std::sync::LazyLock<Protobuf> =
        std::sync::LazyLock::new(|| compile(SHIPMENT, [("common/money.proto", MONEY)]).unwrap());
    SHARED.clone()
}

fn of(text: &str) -> Protobuf {
    compile(text, []).unwrap()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// What `prost-reflect` makes of bytes, in the form that is ours.
fn theirs(protobuf: &Protobuf, bytes: &[u8]) -> Option<Value> {
    let message = DynamicMessage::decode(protobuf.message_at(&[0])?, bytes).ok()?;
    let options = SerializeOptions::new()
        .stringify_64_bit_integers(false)
        .use_proto_field_name(true)
        .skip_default_fields(false);
    message
        .serialize_with_options(serde_json::value::Serializer, &options)
        .ok()
}

/// Numbers of fields; the other side reads a map's number for its length, whatever it carries.
fn not_a_map() -> impl Strategy<Value = u32> {
    (1_u32..31).prop_filter("a map", |number| !matches!(number, 5 | 6))
}

/// Fields of [`SHIPMENT`] on the wire, well and badly formed.
fn fields() -> impl Strategy<Value = Vec<u8>> {
    let field = prop_oneof![
        (not_a_map(), any::<u64>()).prop_map(|(number, value)| (number, 0_u32, varint(value))),
        (not_a_map(), 0_u64..3).prop_map(|(number, value)| (number, 0, varint(value))),
        (
            prop_oneof![Just(19_u32), Just(23), not_a_map()],
            any::<[u8; 8]>()
        )
            .prop_map(|(number, bytes)| (number, 1, bytes.to_vec())),
        (prop_oneof![Just(20_u32), Just(24)], any::<[u8; 4]>()).prop_map(|(number, bytes)| (
            number,
            5,
            bytes.to_vec()
        )),
        (
            prop_oneof![Just(2_u32), Just(4), Just(8), Just(18)],
            "\\PC{0,6}"
        )
            .prop_map(|(number, text)| (number, 2, bytes(text.as_bytes()))),
        (Just(3_u32), proptest::collection::vec(0_u64..1_000, 0..5)).prop_map(|(number, list)| {
            (
                number,
                2,
                bytes(&list.into_iter().flat_map(varint).collect::<Vec<_>>()),
            )
        }),
        // Stops, money, maps, a shipment in a shipment.
        (
            prop_oneof![
                Just(5_u32),
                Just(6),
                Just(9),
                Just(11),
                Just(12),
                Just(13),
                Just(16),
                Just(26),
                Just(27)
            ],
            proptest::collection::vec((1_u64..4, 0_u64..5), 0..3)
        )
            .prop_map(|(number, list)| {
                (
                    number,
                    2,
                    bytes(
                        &list
                            .into_iter()
                            .flat_map(|(field, value)| [varint(field << 3), varint(value)].concat())
                            .collect::<Vec<_>>(),
                    ),
                )
            }),
        (prop_oneof![Just(9_u32), Just(26), Just(5)], "[a-z]{0,4}").prop_map(|(number, text)| (
            number,
            2,
            bytes(&[vec![0x0a], bytes(text.as_bytes())].concat())
        )),
        // Nobody knows these.
        (40_u32..50, any::<u64>()).prop_map(|(number, value)| (number, 0, varint(value))),
    ];
    proptest::collection::vec(field, 0..12).prop_map(|list| {
        list.into_iter()
            .flat_map(|(number, kind, bytes)| {
                [varint(u64::from(number << 3 | kind)), bytes].concat()
            })
            .collect()
    })
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

fn bytes(bytes: &[u8]) -> Vec<u8> {
    [varint(bytes.len() as u64), bytes.to_vec()].concat()
}

/// Leaves out what the two sides show differently on purpose: empty lists, maps and messages of oneofs are alike, floats
/// of single precision are printed with more digits by theirs.
fn floats_aside(mut value: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(object) => {
                object.remove("weight");
                object.values_mut().for_each(walk);
            }
            Value::Array(list) => list.iter_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut value);
    value
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn both_readers_agree(bytes in fields()) {
        let protobuf = shipment();
        let framed = [vec![0], bytes.clone()].concat();
        let ours = read(&protobuf, None, &framed, LIMIT);
        match theirs(&protobuf, &bytes) {
            Some(theirs) => {
                let (text, name) = ours.unwrap();
                prop_assert_eq!(floats_aside(json(&text)), floats_aside(theirs));
                prop_assert_eq!(name, "shop.Shipment");
            }
            // Ours shows some that theirs can't: a time out of range.
            None => if let Ok((text, _)) = ours {
                prop_assert!(serde_json::from_str::<Value>(&text).is_ok());
            },
        }
    }

    #[test]
    fn what_is_read_can_be_written(bytes in fields()) {
        let protobuf = shipment();
        if let Ok((text, _)) = read(&protobuf, Some(&[]), &bytes, LIMIT) {
            let written = write(&protobuf, None, &text).unwrap();
            let (again, _) = read(&protobuf, None, &written, LIMIT).unwrap();
            prop_assert_eq!(json(&again), json(&text));
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes: Vec<u8>) {
        for indexes in [None, Some(&[][..]), Some(&[2, 2][..])] {
            if let Ok((text, _)) = read(&shipment(), indexes, &bytes, LIMIT) {
                prop_assert!(serde_json::from_str::<Value>(&text).is_ok());
            }
        }
    }

    #[test]
    fn any_text_is_survived(text in "\\PC{0,60}|[\\[\\]{}\":,a-z0-9]{0,60}") {
        let _ = write(&shipment(), None, &text);
    }
}

#[test]
fn messages_look_as_the_schema_calls_them() {
    let text = r#"{"shipment_id":9007199254740993,"carrier":"DHL","counts":[1,-2],"labels":["a"],"stops":{"x":{"city":"Zürich","order":1}},"flags":{"-1":true},"state":"SENT","locker":18446744073709551615,"price":{"currency":"CHF","cents":-5},"shipped_at":"2026-11-23T08:14:20.001Z","took":"-1.500s","extra":{"a":[1.0,null,{"b":"c"}]},"any":{"@type":"type.googleapis.com/shop.Money","currency":"EUR","cents":1},"maybe":0,"mask":"a.bC,d","raw":"/wA=","ratio":0.1,"weight":0.1,"delta":-1,"big_delta":-9223372036854775808,"checksum":1,"small":-1,"given":0,"route":[],"value":null,"unsigned":4294967295}"#;
    let written = write(&shipment(), None, text).unwrap();
    let (read_back, name) = read(&shipment(), None, &written, LIMIT).unwrap();
    assert_eq!((read_back.as_str(), name.as_str()), (text, "shop.Shipment"));
    // And so does the other implementation read what was written.
    let theirs = theirs(&shipment(), &written[1..]).unwrap();
    assert_eq!(floats_aside(theirs), floats_aside(json(text)));
}

#[test]
fn the_indexes_choose_the_message() {
    let protobuf = shipment();
    let name = |indexes: &[usize]| {
        protobuf
            .message_at(indexes)
            .map(|message| message.full_name().to_owned())
    };
    // The map's entry does not count.
    assert_eq!(name(&[1, 0]).as_deref(), Some("shop.Second.A"));
    assert_eq!(name(&[1, 1]).as_deref(), Some("shop.Second.B"));
    assert_eq!(
        name(&[0, 0, 0]).as_deref(),
        Some("shop.Shipment.Stop.Inner")
    );
    assert_eq!((name(&[2]), name(&[1, 2]), name(&[])), (None, None, None));
    let written = write(&protobuf, Some("shop.Second.B"), "{\"x\": 7}").unwrap();
    assert_eq!(written[..3], [4, 2, 2]);
    assert_eq!(
        read(&protobuf, None, &written, LIMIT).unwrap(),
        ("{\"x\":7}".to_owned(), "shop.Second.B".to_owned())
    );
    // In a header the indexes are apart from the message.
    assert_eq!(
        read(&protobuf, Some(&[4, 2, 2]), &[8, 7], LIMIT).unwrap().0,
        "{\"x\":7}"
    );
    assert!(matches!(
        read(&protobuf, None, &[4, 18, 18], LIMIT),
        Err(DecodeError::Malformed { .. })
    ));
    let error = write(&protobuf, Some("shop.Secon"), "{}").unwrap_err();
    assert_eq!(error.hint.as_deref(), Some("Write shop.Second"));
}

#[test]
fn hostile_bytes_end_at_a_bound() {
    let protobuf = shipment();
    // A shipment in a shipment in a …: lengths from the inside out.
    let mut deep = Vec::new();
    for _ in 0..2_000 {
        deep = [varint(27 << 3 | 2), bytes(&deep)].concat();
    }
    assert_eq!(
        read(&protobuf, Some(&[]), &deep, LIMIT),
        Err(DecodeError::TooDeep { limit: MOST_DEPTH })
    );
    // An Any in an Any in a …, which every level reads anew.
    let mut any = Vec::new();
    for _ in 0..2_000 {
        any = [
            vec![0x0a],
            bytes(b"/google.protobuf.Any"),
            vec![0x12],
            bytes(&any),
        ]
        .concat();
    }
    let any = [varint(15 << 3 | 2), bytes(&any)].concat();
    assert_eq!(
        read(&protobuf, Some(&[]), &any, LIMIT),
        Err(DecodeError::TooDeep { limit: MOST_DEPTH })
    );
    // Groups in groups, that nobody knows.
    let groups = varint(60 << 3 | 3).repeat(1_000_000);
    assert_eq!(
        read(&protobuf, Some(&[]), &groups, LIMIT),
        Err(DecodeError::TooDeep { limit: MOST_DEPTH })
    );
    assert!(matches!(
        read(&protobuf, Some(&[]), &varint(60 << 3 | 4), LIMIT),
        Err(DecodeError::Malformed { .. })
    ));
    // Two bytes that become a stop each.
    let many = [varint(26 << 3 | 2), vec![0]].concat().repeat(1_000_000);
    assert_eq!(
        read(&protobuf, Some(&[]), &many, LIMIT),
        Err(DecodeError::TooLong { limit: LIMIT })
    );
    let more = [varint(40 << 3), vec![0]].concat().repeat(2_000_000);
    assert!(matches!(
        read(&protobuf, Some(&[]), &more, LIMIT),
        Err(DecodeError::Malformed { .. })
    ));
    // A length beyond the end, a number without an end.
    for wrong in [
        &[0x12, 0xff, 0xff, 0xff, 0xff, 0x0f][..],
        &[8, 0xff],
        &[0],
        &[7],
        &[0xff; 12],
    ] {
        assert!(
            read(&protobuf, Some(&[]), wrong, LIMIT).is_err(),
            "{wrong:?}"
        );
    }
    // Another type than the schema's, text that is none.
    assert!(matches!(
        read(&protobuf, Some(&[]), &[0x0a, 1, b'x'], LIMIT),
        Err(DecodeError::Malformed { .. })
    ));
    assert!(matches!(
        read(&protobuf, Some(&[]), &[0x12, 1, 0xff], LIMIT),
        Err(DecodeError::Malformed { .. })
    ));
}

#[test]
fn groups_and_required_fields_of_the_old_syntax() {
    let old = of(
        "syntax = \"proto2\"; message A { required int32 id = 1; repeated group Item = 2 { optional string name = 3; } optional int32 n = 4 [default = 7]; }",
    );
    let text = r#"{"id":1,"item":[{"name":"a"},{}]}"#;
    let written = write(&old, None, text).unwrap();
    assert_eq!(read(&old, None, &written, LIMIT).unwrap().0, text);
    assert!(
        write(&old, None, "{}")
            .unwrap_err()
            .message
            .contains("\"id\" is missing")
    );
}

#[test]
fn samples_fit() {
    let protobuf = shipment();
    for (message, _) in protobuf.messages() {
        let made = sample(&protobuf, Some(message.full_name())).unwrap();
        let written = write(&protobuf, Some(message.full_name()), &made)
            .unwrap_or_else(|error| panic!("{made}: {error}"));
        let (back, name) = read(&protobuf, None, &written, LIMIT).unwrap();
        assert_eq!(name, message.full_name());
        // Messages that are left out stay out.
        let (made, back) = (json(&made), json(&back));
        for (field, value) in made.as_object().unwrap() {
            if field != "any" {
                assert_eq!(back.get(field), Some(value), "{field}");
            }
        }
    }
    let rings = of(
        "syntax = \"proto3\"; message A { B b = 1; } message B { A a = 1; repeated A list = 2; map<string, B> map = 3; }",
    );
    assert_eq!(sample(&rings, None).as_deref(), Some("{\"b\":{}}"));
    let never = of("syntax = \"proto2\"; message A { required A a = 1; }");
    assert_eq!(sample(&never, None), None);
    assert_eq!(sample(&of("syntax = \"proto3\";"), None), None);
}

#[test]
fn what_does_not_fit_is_pointed_at() {
    let protobuf = shipment();
    let wrong = |text: &str| write(&protobuf, None, text).unwrap_err();
    let error = wrong("{\n  \"state\": \"SNT\"\n}");
    assert_eq!((error.line, error.column), (2, 12));
    assert_eq!(
        error.message,
        "\"SNT\" is not a symbol of State; the schema has UNKNOWN, PACKED, SENT."
    );
    assert_eq!(error.hint.as_deref(), Some("Write \"SENT\""));
    let error = wrong(r#"{"shipment_ids": 1}"#);
    assert_eq!(error.hint.as_deref(), Some("Write \"shipment_id\""));
    assert!(
        wrong(r#"{"address": "x", "locker": 1}"#)
            .message
            .contains("Only one of address, depot, locker")
    );
    assert!(
        wrong(r#"{"unsigned": -1}"#)
            .message
            .contains("from 0 to 4294967295")
    );
    assert!(
        wrong(r#"{"carrier": 1}"#)
            .message
            .contains("carrier must be text, not 1")
    );
    assert!(
        wrong(r#"{"flags": {"x": true}}"#)
            .message
            .contains("\"x\" is no")
    );
    assert!(
        wrong(r#"{"shipped_at": "yesterday"}"#)
            .message
            .contains("Timestamp")
    );
    assert!(wrong(r#"{"counts": [1, 1.5]}"#).message.contains("1.5"));
    assert!(wrong("[]").message.contains("The value must be an object"));
    // Names as Protobuf's JSON has them are understood as well, and large numbers as text.
    let written = write(&protobuf, None, r#"{"shipmentId": "9007199254740993"}"#).unwrap();
    assert_eq!(
        written,
        write(&protobuf, None, r#"{"shipment_id": 9007199254740993}"#).unwrap()
    );
    assert_eq!(
        json!(9_007_199_254_740_993_i64),
        json(&read(&protobuf, None, &written, LIMIT).unwrap().0)["shipment_id"]
    );
}
