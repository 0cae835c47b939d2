//! Reading and writing Avro against `apache-avro`, against hostile bytes, and against what people type.

use super::*;
use crate::{MOST_DEPTH, error::DecodeError};
use apache_avro::{Schema, types::Value as Theirs};
use proptest::prelude::*;
use serde_json::{Value, json};

const LIMIT: usize = 1 << 20;

/// A bit of everything that both sides know.
const ORDER: &str = r#"{
  "type": "record", "name": "Order", "namespace": "shop",
  "fields": [
    {"name": "id", "type": "long"},
    {"name": "count", "type": "int", "default": 1},
    {"name": "paid", "type": "boolean"},
    {"name": "weight", "type": "float"},
    {"name": "ratio", "type": "double"},
    {"name": "note", "type": ["null", "string"], "default": null},
    {"name": "tags", "type": {"type": "array", "items": "string"}},
    {"name": "sizes", "type": {"type": "map", "values": "long"}},
    {"name": "priority", "type": {"type": "enum", "name": "Priority", "symbols": ["low", "normal", "high", "urgent"]}},
    {"name": "raw", "type": "bytes", "default": "\u00ff\u0000"},
    {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 3}},
    {"name": "next", "type": ["null", "Order"], "default": null}
  ]
}"#;

fn order() -> Avro {
    compile(ORDER, []).unwrap()
}

fn of(text: &str) -> Avro {
    compile(text, []).unwrap()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A value of [`ORDER`] for `apache-avro`, and its JSON.
fn orders() -> impl Strategy<Value = (Theirs, Value)> {
    let leaf = (
        (any::<i64>(), any::<i32>(), any::<bool>()),
        (-1e30_f32..1e30, -1e300_f64..1e300),
        proptest::option::of("\\PC{0,8}"),
        proptest::collection::vec("\\PC{0,8}", 0..4),
        proptest::collection::btree_map("\\PC{0,8}", any::<i64>(), 0..4),
        0_u32..4,
        proptest::collection::vec(any::<u8>(), 0..9),
        any::<[u8; 3]>(),
    );
    let one = leaf.prop_map(|((id, count, paid), (weight, ratio), note, tags, sizes, priority, raw, hash)| {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let symbol = ["low", "normal", "high", "urgent"][priority as usize];
        let text = |text: &str| Theirs::String(text.to_owned());
        let theirs = vec![
            ("id".to_owned(), Theirs::Long(id)),
            ("count".to_owned(), Theirs::Int(count)),
            ("paid".to_owned(), Theirs::Boolean(paid)),
            ("weight".to_owned(), Theirs::Float(weight)),
            ("ratio".to_owned(), Theirs::Double(ratio)),
            ("note".to_owned(), note.as_ref().map_or(Theirs::Union(0, Box::new(Theirs::Null)), |note| Theirs::Union(1, Box::new(text(note))))),
            ("tags".to_owned(), Theirs::Array(tags.iter().map(|tag| text(tag)).collect())),
            ("sizes".to_owned(), Theirs::Map(sizes.iter().map(|(name, size)| (name.clone(), Theirs::Long(*size))).collect())),
            ("priority".to_owned(), Theirs::Enum(priority, symbol.to_owned())),
            ("raw".to_owned(), Theirs::Bytes(raw.clone())),
            ("hash".to_owned(), Theirs::Fixed(3, hash.to_vec())),
        ];
        let ours = json!({
            "id": id, "count": count, "paid": paid, "weight": json(&format!("{weight:?}")), "ratio": ratio, "note": note,
            "tags": tags, "sizes": sizes, "priority": symbol, "raw": BASE64_STANDARD.encode(raw), "hash": BASE64_STANDARD.encode(hash),
        });
        (theirs, ours)
    });
    proptest::collection::vec(one, 1..4).prop_map(|list| {
        let mut next = (Theirs::Union(0, Box::new(Theirs::Null)), Value::Null);
        for (mut theirs, mut ours) in list {
            theirs.push(("next".to_owned(), next.0));
            ours["next"] = next.1;
            next = (Theirs::Union(1, Box::new(Theirs::Record(theirs))), ours);
        }
        match next {
            (Theirs::Union(_, record), ours) => (*record, ours),
            other => other,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn both_readers_and_writers_agree((theirs, ours) in orders()) {
        let schema = Schema::parse_str(ORDER).unwrap();
        let bytes = apache_avro::writer::datum::GenericDatumWriter::builder(&schema).build().unwrap().write_value_to_vec(theirs.clone()).unwrap();
        let text = read(&order(), &bytes, LIMIT).unwrap();
        prop_assert_eq!(json(&text), ours);
        let written = write(&order(), &text).unwrap();
        let back = apache_avro::reader::datum::GenericDatumReader::builder(&schema).build().unwrap().read_value(&mut written.as_slice()).unwrap();
        prop_assert_eq!(back, theirs);
    }

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for avro in [order(), logical(), of(r#"{"type":"array","items":{"type":"array","items":"null"}}"#), of(r#"{"type":"map","values":["null","double"]}"#)] {
            if let Ok(text) = read(&avro, &bytes, LIMIT) {
                prop_assert!(text.len() <= LIMIT);
                prop_assert!(serde_json::from_str::<Value>(&text).is_ok());
            }
        }
    }

    #[test]
    fn any_text_is_survived(text in "\\PC{0,60}|[\\[\\]{}\":,a-z0-9]{0,60}") {
        let _ = write(&order(), &text);
        let _ = write(&logical(), &text);
    }

    #[test]
    fn any_schema_is_survived(text in "[\\[\\]{}\":,a-z]{0,80}") {
        let _ = compile(&text, []);
    }
}

fn logical() -> Avro {
    of(r#"{"type": "record", "name": "T", "fields": [
      {"name": "decimal", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}},
      {"name": "fixed", "type": {"type": "fixed", "name": "F", "size": 4, "logicalType": "decimal", "precision": 9, "scale": 3}},
      {"name": "big", "type": {"type": "bytes", "logicalType": "big-decimal"}},
      {"name": "uuid", "type": {"type": "string", "logicalType": "uuid"}},
      {"name": "date", "type": {"type": "int", "logicalType": "date"}},
      {"name": "millis", "type": {"type": "int", "logicalType": "time-millis"}},
      {"name": "micros", "type": {"type": "long", "logicalType": "time-micros"}},
      {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
      {"name": "exactly", "type": {"type": "long", "logicalType": "timestamp-nanos"}},
      {"name": "local", "type": {"type": "long", "logicalType": "local-timestamp-micros"}},
      {"name": "took", "type": {"type": "fixed", "name": "D", "size": 12, "logicalType": "duration"}},
      {"name": "odd", "type": {"type": "long", "logicalType": "something-of-our-own"}}
    ]}"#)
}

#[test]
fn logical_types_look_as_people_expect_and_read_back() {
    let text = r#"{"decimal":"-12.50","fixed":"1234.567","big":"0.10","uuid":"7d1f02ce-9a40-4b1b-8f0e-51c0a2f4d9b3","date":"2026-11-23","millis":"08:14:20.001","micros":"23:59:59.999999","at":"2026-11-23T08:14:20.000Z","exactly":"2026-11-23T08:14:20.000000001Z","local":"2026-11-23T08:14:20.000000","took":{"months":1,"days":2,"millis":3},"odd":9223372036854775807}"#;
    let bytes = write(&logical(), text).unwrap();
    assert_eq!(read(&logical(), &bytes, LIMIT).unwrap(), text);
}

#[test]
fn times_out_of_range_stay_numbers() {
    let avro = of(r#"{"type": "long", "logicalType": "timestamp-millis"}"#);
    for number in [i64::MAX, i64::MIN, 400_000_000_000_000] {
        let bytes = write(&avro, &number.to_string()).unwrap();
        assert_eq!(read(&avro, &bytes, LIMIT).unwrap(), number.to_string());
    }
    assert_eq!(
        read(&avro, &write(&avro, "0").unwrap(), LIMIT).unwrap(),
        "\"1970-01-01T00:00:00.000Z\""
    );
}

#[test]
fn unions_name_their_branch_only_where_it_is_needed() {
    let plain = of(r#"["null", "long", "double", "string", {"type": "array", "items": "int"}]"#);
    for text in ["null", "9007199254740993", "0.5", "\"x\"", "[1]"] {
        assert_eq!(
            read(&plain, &write(&plain, text).unwrap(), LIMIT).unwrap(),
            text
        );
    }
    // As Avro's own JSON encoding has it.
    assert_eq!(
        write(&plain, r#"{"double": 1}"#).unwrap(),
        write(&plain, "1.0").unwrap()
    );
    let alike = of(
        r#"["null", {"type":"record","name":"a.Card","fields":[{"name":"n","type":"string"}]}, {"type":"record","name":"a.Bank","fields":[{"name":"n","type":"string"}]}]"#,
    );
    for text in ["null", r#"{"a.Card":{"n":"1"}}"#, r#"{"a.Bank":{"n":"1"}}"#] {
        assert_eq!(
            read(&alike, &write(&alike, text).unwrap(), LIMIT).unwrap(),
            text
        );
    }
    let error = write(&alike, r#"{"n": "1"}"#).unwrap_err();
    assert!(error.message.contains("a.Card, a.Bank"), "{error}");
    // A record whose only field is called like the other branch is still a record.
    let tricky =
        of(r#"["string", {"type":"record","name":"R","fields":[{"name":"string","type":"int"}]}]"#);
    assert_eq!(
        read(&tricky, &write(&tricky, r#"{"string":1}"#).unwrap(), LIMIT).unwrap(),
        r#"{"string":1}"#
    );
}

#[test]
fn hostile_bytes_end_at_a_bound() {
    let nulls = of(r#"{"type":"array","items":"null"}"#);
    let mut huge = write(&of("\"long\""), &i64::MAX.to_string()).unwrap();
    assert_eq!(
        read(&nulls, &huge, 1_000),
        Err(DecodeError::TooLong { limit: 1_000 })
    );
    let strings = of(r#"{"type":"array","items":"string"}"#);
    assert!(matches!(
        read(&strings, &huge, LIMIT),
        Err(DecodeError::End { .. })
    ));
    // A string of 2^62 bytes.
    huge.insert(0, 2);
    assert!(matches!(
        read(&strings, &huge, LIMIT),
        Err(DecodeError::End { .. })
    ));
    // The least number as a count, and a length below zero.
    let least = write(&of("\"long\""), &i64::MIN.to_string()).unwrap();
    assert!(matches!(
        read(&nulls, &least, LIMIT),
        Err(DecodeError::Malformed { .. })
    ));
    assert!(matches!(
        read(&of("\"string\""), &[1], LIMIT),
        Err(DecodeError::Malformed { .. })
    ));
    // Eleven bytes of a number.
    assert!(matches!(
        read(&of("\"long\""), &[0xff; 11], LIMIT),
        Err(DecodeError::Malformed { .. })
    ));
    assert_eq!(
        read(&of("\"int\""), &[0, 9, 9], LIMIT),
        Err(DecodeError::LeftOver { left: 2 })
    );
    assert!(matches!(
        read(&of("\"boolean\""), &[2], LIMIT),
        Err(DecodeError::Malformed { .. })
    ));
    assert!(matches!(
        read(&of("\"boolean\""), &[], LIMIT),
        Err(DecodeError::End { .. })
    ));
    // A list within a list within …, one byte a level.
    let list = of(r#"{"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]}]}"#);
    let deep = [2].repeat(5_000_000);
    assert_eq!(
        read(&list, &deep, LIMIT),
        Err(DecodeError::TooDeep { limit: MOST_DEPTH })
    );
    let shallow: Vec<u8> = [2].repeat(40).into_iter().chain([0]).collect();
    assert!(read(&list, &shallow, LIMIT).is_ok());
    // A record that is nothing but itself.
    let never = of(r#"{"type":"record","name":"N","fields":[{"name":"n","type":"N"}]}"#);
    assert_eq!(
        read(&never, &[], LIMIT),
        Err(DecodeError::TooDeep { limit: MOST_DEPTH })
    );
    assert_eq!(sample(&never), None);
}

#[test]
fn schemas_are_taken_leniently_and_nonsense_is_refused() {
    for text in [
        "string",
        "\"bytes\"",
        r#"{"type": {"type": "string", "avro.java.string": "String"}}"#,
        // Defined after its use, names with hyphens, an unknown logical type on a fixed.
        r#"{"type":"record","name":"odd-name","namespace":"a-b","fields":[{"name":"x","type":"Later"},{"name":"y","type":{"type":"enum","name":"Later","symbols":["A"]}}]}"#,
        r#"{"type":"fixed","name":"F","size":2,"logicalType":"decimal","precision":0}"#,
    ] {
        assert!(compile(text, []).is_ok(), "{text}");
    }
    for (text, part) in [
        ("", "not JSON"),
        ("{\"type\":\"recor\"}", "recor"),
        (
            r#"{"type":"record","name":"A","fields":[{"name":"b","type":"B"}]}"#,
            "type B is not defined",
        ),
        (r#"{"type":"record","name":"A"}"#, "no fields"),
        (r#"{"type":"enum","name":"E"}"#, "symbols"),
        (r#"{"type":"array"}"#, "items"),
        (r#"{"fields":[]}"#, "no type"),
        ("7", "no schema"),
    ] {
        let error = compile(text, []).unwrap_err();
        assert!(error.contains(part), "{text}: {error}");
    }
    assert!(
        compile(
            &format!("{}\"int\"{}", "[".repeat(100_000), "]".repeat(100_000)),
            []
        )
        .is_err()
    );
}

#[test]
fn references_bring_their_types_along() {
    let money = r#"{"type":"record","name":"Money","namespace":"shop","fields":[{"name":"cents","type":"long"},{"name":"currency","type":{"type":"enum","name":"Currency","symbols":["EUR","CHF"]}}]}"#;
    // The second brings the first along as well, written out.
    let price = format!(
        r#"{{"type":"record","name":"shop.Price","fields":[{{"name":"net","type":{money}}},{{"name":"in","type":"shop.Currency"}}]}}"#
    );
    let text = r#"{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"total","type":"Money"},{"name":"price","type":"Price"}]}"#;
    let avro = compile(text, [money, price.as_str()]).unwrap();
    let value = r#"{"total":{"cents":9007199254740993,"currency":"CHF"},"price":{"net":{"cents":1,"currency":"EUR"},"in":"EUR"}}"#;
    assert_eq!(
        read(&avro, &write(&avro, value).unwrap(), LIMIT).unwrap(),
        value
    );
    assert_eq!(avro.name(), Some("shop.Order"));
}

#[test]
fn samples_fit() {
    for text in [
        ORDER,
        r#"["null","string"]"#,
        r#"{"type":"map","values":{"type":"array","items":"bytes"}}"#,
        r#"{"type":"record","name":"T","fields":[{"name":"children","type":{"type":"array","items":"T"}},{"name":"by","type":{"type":"map","values":"T"}}]}"#,
        r#"[{"type":"record","name":"A","fields":[{"name":"b","type":["A","null"]}]},{"type":"record","name":"B","fields":[]}]"#,
        r#"{"type":"fixed","name":"F","size":0}"#,
    ] {
        let avro = of(text);
        let sample = sample(&avro).unwrap();
        let bytes = write(&avro, &sample).unwrap_or_else(|error| panic!("{sample}: {error}"));
        assert_eq!(json(&read(&avro, &bytes, LIMIT).unwrap()), json(&sample));
    }
    let logical = logical();
    let made = sample(&logical).unwrap();
    assert_eq!(
        json(&read(&logical, &write(&logical, &made).unwrap(), LIMIT).unwrap()),
        json(&made)
    );
    assert_eq!(
        sample(&of(r#"{"type":"fixed","name":"F","size":1000000000}"#)),
        None
    );
    // Ten fields of ten fields of …: no small value.
    let mut wide = r#"{"type":"record","name":"R0","fields":[]}"#.to_owned();
    for level in 1..9 {
        let rest: String = (1..10)
            .map(|at| format!(r#",{{"name":"f{at}","type":"R{}"}}"#, level - 1))
            .collect();
        wide = format!(
            r#"{{"type":"record","name":"R{level}","fields":[{{"name":"f0","type":{wide}}}{rest}]}}"#
        );
    }
    assert_eq!(sample(&of(&wide)), None);
}

#[test]
fn what_does_not_fit_is_pointed_at() {
    let good = sample(&order()).unwrap();
    let wrong = |from: &str, to: &str| {
        let text = good.replace(from, to);
        assert_ne!(text, good, "{from}");
        write(&order(), &text).unwrap_err()
    };
    let error = wrong("\"priority\":\"low\"", "\"priority\":\"urgnt\"");
    assert_eq!(
        error.message,
        "\"urgnt\" is not a symbol of Priority; the schema has low, normal, high, urgent."
    );
    assert_eq!(error.hint.as_deref(), Some("Write \"urgent\""));
    let error = wrong("\"id\":0,", "");
    assert_eq!(
        (error.message.as_str(), error.column),
        (
            "Field \"id\" is missing; the schema has no default for it.",
            1
        )
    );
    assert_eq!(error.hint.as_deref(), Some("Add \"id\": 0"));
    let error = wrong("\"paid\"", "\"payed\"");
    assert!(
        error
            .message
            .starts_with("shop.Order has no field \"payed\"; it has id,"),
        "{error}"
    );
    assert_eq!(error.hint.as_deref(), Some("Write \"paid\""));
    assert!(
        wrong("\"id\":0", "\"id\":1.5")
            .message
            .contains("whole number")
    );
    assert!(
        wrong("\"id\":0", "\"id\":9223372036854775808")
            .message
            .contains("does not fit into a long")
    );
    assert!(
        wrong("\"count\":1", "\"count\":2147483648")
            .message
            .contains("does not fit into an int")
    );
    assert!(
        wrong("\"tags\":[\"text\"]", "\"tags\":[\"a\",7]")
            .message
            .contains("tags[1] must be text, not 7")
    );
    assert!(
        wrong("\"hash\":\"AAAA\"", "\"hash\":\"AA==\"")
            .message
            .contains("has 1 bytes; the schema has 3")
    );
    assert!(
        wrong("\"raw\":\"\"", "\"raw\":\"*\"")
            .message
            .contains("base64")
    );
    assert!(
        wrong("\"paid\":false", "\"paid\":false,\"paid\":true")
            .message
            .contains("twice")
    );
    assert!(
        wrong("\"note\":\"text\"", "\"note\":7")
            .message
            .contains("one of null, string")
    );
    // What is missing and has a default is filled in, bytes by characters as Avro writes defaults.
    let text = good
        .replace("\"raw\":\"\",", "")
        .replace("\"count\":1,", "");
    let filled = json(&read(&order(), &write(&order(), &text).unwrap(), LIMIT).unwrap());
    assert_eq!(
        (&filled["raw"], &filled["count"]),
        (&json!("/wA="), &json!(1))
    );
    // A default that fills itself in for ever.
    let ring =
        of(r#"{"type":"record","name":"A","fields":[{"name":"a","type":"A","default":{}}]}"#);
    assert!(write(&ring, "{}").is_err());
    let decimal = of(r#"{"type":"bytes","logicalType":"decimal","precision":4,"scale":2}"#);
    assert!(
        write(&decimal, "\"123.45\"")
            .unwrap_err()
            .message
            .contains("5 digits")
    );
    assert!(
        write(&decimal, "\"1.234\"")
            .unwrap_err()
            .message
            .contains("behind the point")
    );
    assert!(write(&decimal, "12.5").is_ok());
}
