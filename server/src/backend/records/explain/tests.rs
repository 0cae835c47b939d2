//! What bytes are found to be, what was chosen, and Kafka's own topics.

use super::*;

fn plain() -> Explainer {
    Explainer {
        registry: None,
        key_format: Format::Auto,
        value_format: Format::Auto,
    }
}

fn shown(bytes: &[u8], wanted: Format) -> (Bytes, DecodedPart) {
    let explainer = Explainer {
        value_format: wanted,
        ..plain()
    };
    let (_, seen) = explainer
        .see(&"t".into(), None, Some(bytes), std::iter::empty())
        .unwrap();
    let (bytes, part) = describe(bytes, &seen.unwrap(), None, wanted, 20, true);
    (bytes, part.unwrap())
}

#[test]
fn formats_are_found_out() {
    for (bytes, format) in [
        (&br#"{"a":1}"#[..], Format::Json),
        (b" [1]", Format::Json),
        (b"{oops", Format::Text),
        (b"42", Format::Text),
        (b"", Format::Text),
        (&[0, 0, 0, 7], Format::Int32),
        (&[0, 0, 0, 0, 0, 0, 1, 0], Format::Int64),
        (&[0xff, 0xfe, 0], Format::Hex),
    ] {
        assert_eq!(shown(bytes, Format::Auto).1.format, format, "{bytes:?}");
    }
    assert_eq!(shown(&[0, 0, 0, 0, 0, 0, 1, 0], Format::Auto).1.text, "256");
}

#[test]
fn a_chosen_format_that_does_not_fit_says_so_and_shows_the_bytes() {
    let (bytes, part) = shown(b"abc", Format::Int64);
    assert_eq!(bytes.data, "abc");
    assert!(part.problem.unwrap().contains("8 bytes"));
    let (_, part) = shown(b"abc", Format::Avro);
    assert!(part.problem.unwrap().contains("registry"));
}

#[test]
fn json_is_never_read_as_a_number_past_its_masks() {
    for (bytes, format) in [
        (&br#"{"a":12}"#[..], Format::Int64),
        (b"[10]", Format::Int32),
        (br#"{"a":1234567890}"#, Format::Uuid),
    ] {
        let (told, part) = shown(bytes, format);
        assert!(part.problem.is_some() && part.text.is_empty(), "{format:?}");
        assert_eq!(told.data.as_bytes(), bytes);
    }
}

#[test]
fn formats_that_say_themselves_what_is_in_them_are_json() {
    for (bytes, format, json) in [
        (&b"\x81\xa1a\x01"[..], Format::MessagePack, "{\"a\":1}"),
        (b"\xa1\x61a\x01", Format::Cbor, "{\"a\":1}"),
        (b"\x07", Format::Cbor, "7"),
    ] {
        // They are chosen and never found out.
        assert_ne!(shown(bytes, Format::Auto).1.format, format);
        let (_, part) = shown(bytes, format);
        assert_eq!((part.format, part.text.as_str()), (format, json));
        assert!(part.json && part.problem.is_none());
    }
    for format in [Format::MessagePack, Format::Cbor] {
        let explainer = Explainer {
            value_format: format,
            ..plain()
        };
        assert!(explainer.may_hide(&"t".into()));
        let (bytes, part) = shown(b"{\"a\":1}", format);
        assert_eq!(bytes.data, "{\"a\":1}");
        assert!(!part.json && part.problem.is_some(), "{part:?}");
    }
    let (_, part) = shown(b"\x81\xa1a", Format::MessagePack);
    assert_eq!(
        part.problem.as_deref(),
        Some("The data ends in the middle of a value, 3 bytes in.")
    );
}

/// Key and value of a record of a topic, as a page shows them.
fn record(
    explainer: &Explainer,
    topic: &str,
    key: &[u8],
    value: &[u8],
) -> (DecodedPart, DecodedPart) {
    let (key_seen, value_seen) = explainer
        .see(&topic.into(), Some(key), Some(value), std::iter::empty())
        .unwrap();
    let part = |bytes: &[u8], seen: Option<Seen<'_>>, wanted| {
        let (_, part) = describe(bytes, &seen.unwrap(), None, wanted, 200, true);
        part.unwrap()
    };
    (
        part(key, key_seen, explainer.key_format),
        part(value, value_seen, explainer.value_format),
    )
}

#[test]
fn records_of_mirror_maker_are_read_where_they_are_some() {
    let key = b"\0\x06berlin\0\x05paris";
    let value = b"\0\0\0\0\x01\xa2\x26\x51\x6c\x7b";
    assert!(plain().may_hide(&"berlin.heartbeats".into()));
    let (key_part, value_part) = record(&plain(), "berlin.heartbeats", key, value);
    assert_eq!(
        (key_part.format, value_part.format),
        (Format::Internal, Format::Internal)
    );
    assert_eq!(
        value_part.text,
        "{\"version\":0,\"timestamp\":1795939200123}"
    );
    assert!(value_part.json);
    // Another's topic with such a name is shown as it is, and nothing is said about it.
    for (key, value) in [
        (&b"sensor-7"[..], &b"{\"up\":true}"[..]),
        (key, b"{\"up\":true}"),
        (b"sensor-7", value),
    ] {
        let (key_part, value_part) = record(&plain(), "heartbeats", key, value);
        for part in [key_part, value_part] {
            assert_ne!(part.format, Format::Internal);
            assert_eq!(part.problem, None);
        }
    }
    // Whoever asks for it is told.
    let insisting = Explainer {
        value_format: Format::Internal,
        ..plain()
    };
    let (_, part) = record(&insisting, "heartbeats", key, b"{\"up\":true}");
    assert!(part.problem.unwrap().starts_with("Version can’t be read"));
}

#[test]
fn topics_of_connect_are_json_and_text() {
    for (topic, key, value, format) in [
        (
            "connect-configs",
            &b"connector-orders"[..],
            &br#"{"properties":{"name":"orders","tasks.max":"1"}}"#[..],
            Format::Text,
        ),
        (
            "connect-offsets",
            br#"["orders",{"filename":"orders.txt"}]"#,
            br#"{"position":120}"#,
            Format::Json,
        ),
        (
            "connect-status",
            b"status-task-orders-0",
            br#"{"state":"RUNNING","trace":null,"worker_id":"10.0.0.1:8083","version":null,"generation":3}"#,
            Format::Text,
        ),
    ] {
        let (key_part, value_part) = record(&plain(), topic, key, value);
        assert_eq!((key_part.format, key_part.problem), (format, None));
        assert!(value_part.json, "{topic}");
        assert_eq!(
            (value_part.format, value_part.problem),
            (Format::Json, None)
        );
    }
}

#[test]
fn long_values_are_cut_between_characters_and_tell_their_size() {
    let long = "ä".repeat(30);
    let (bytes, part) = shown(long.as_bytes(), Format::Auto);
    assert_eq!(
        (bytes.data.chars().count(), bytes.size, bytes.truncated),
        (10, 60, true)
    );
    assert!(part.truncated && part.text.is_empty());
    let odd = format!("x{}", "ä".repeat(30));
    assert_eq!(
        shown(odd.as_bytes(), Format::Auto).0.data.chars().count(),
        10
    );
    assert_eq!(shown(&[0xff; 30], Format::Hex).1.text, "ff".repeat(10));
}
