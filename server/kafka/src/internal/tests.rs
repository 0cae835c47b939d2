//! Records of a real cluster (Kafka 4.3.1), made-up ones of every kind, and hostile bytes.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap();
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::try_from(digit(pair[0]) * 16 + digit(pair[1])).unwrap())
        .collect()
}

fn json_of(text: &Result<String, InternalError>) -> Value {
    serde_json::from_str(text.as_ref().unwrap()).unwrap()
}

/// Lines of `topic key value`, in hexadecimal, `-` for null.
fn recorded() -> impl Iterator<Item = (&'static str, Vec<u8>, Option<Vec<u8>>)> {
    include_str!("fixtures/records.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut words = line.split(' ');
            let mut next = || words.next().unwrap();
            let (topic, key, value) = (next(), bytes(next()), next());
            (topic, key, (value != "-").then(|| bytes(value)))
        })
}

#[test]
fn what_a_cluster_wrote_is_read_to_its_end() {
    let mut types = std::collections::BTreeMap::new();
    for (topic, key, value) in recorded() {
        let internal = decode(topic, Some(&key), value.as_deref()).unwrap();
        let key = json_of(&internal.key);
        assert!(key["type"].is_string(), "{key}");
        if let Some(value) = &internal.value {
            assert!(json_of(value).get("hex").is_none(), "{value:?}");
        }
        *types
            .entry(key["type"].as_str().unwrap().to_owned())
            .or_insert(0) += 1;
    }
    for wanted in ["OffsetCommit", "GroupMetadata", "TransactionLog"] {
        assert!(types.contains_key(wanted), "{types:?}");
    }
}

fn text(text: &str) -> Vec<u8> {
    [
        &u16::try_from(text.len()).unwrap().to_be_bytes()[..],
        text.as_bytes(),
    ]
    .concat()
}

fn short(text: &str) -> Vec<u8> {
    [
        &[u8::try_from(text.len()).unwrap() + 1][..],
        text.as_bytes(),
    ]
    .concat()
}

#[test]
fn offsets_of_every_version() {
    let key = [&[0, 1][..], &text("g"), &text("t"), &[0, 0, 0, 3]].concat();
    let read = |value: &[u8]| {
        let internal = decode("__consumer_offsets", Some(&key), Some(value)).unwrap();
        assert_eq!(
            json_of(&internal.key),
            json!({"type": "OffsetCommit", "group": "g", "topic": "t", "partition": 3})
        );
        json_of(&internal.value.unwrap())
    };
    let (offset, metadata, at, expire) = (
        [0, 0, 0, 0, 0, 0, 0, 42],
        text("m"),
        [0, 0, 0, 0, 0, 0, 1, 0],
        [0, 0, 0, 0, 0, 0, 2, 0],
    );
    assert_eq!(
        read(&[&[0, 0][..], &offset, &metadata, &at].concat()),
        json!({"version": 0, "offset": 42, "metadata": "m", "commitTimestamp": 256})
    );
    let one = read(&[&[0, 1][..], &offset, &metadata, &at, &expire].concat());
    assert_eq!(one["expireTimestamp"], 512);
    let three = read(&[&[0, 3][..], &offset, &[0xff; 4], &metadata, &at].concat());
    assert_eq!(
        three,
        json!({"version": 3, "offset": 42, "leaderEpoch": -1, "metadata": "m", "commitTimestamp": 256})
    );
    // Version 4 is compact and carries the topic's id in a tagged field; a tag that nobody knows is passed over.
    let tags = [&[2, 0, 16][..], &[7; 16], &[9, 2, 1, 1]].concat();
    let four = read(&[&[0, 4][..], &offset, &[0, 0, 0, 5], &short("m"), &at, &tags].concat());
    assert_eq!(four["topicId"], "BwcHBwcHBwcHBwcHBwcHBw");
    assert_eq!(
        (&four["leaderEpoch"], &four["metadata"]),
        (&json!(5), &json!("m"))
    );
    assert_eq!(read(&[0, 9, 1]), json!({"version": 9, "hex": "000901"}));
}

#[test]
fn members_of_classic_groups_are_read_too() {
    let key = [&[0, 2][..], &text("g")].concat();
    let subscription = [&[0, 1, 0, 0, 0, 1][..], &text("t"), &[0xff; 4], &[0; 4]].concat();
    let assignment = [
        &[0, 1, 0, 0, 0, 1][..],
        &text("t"),
        &[0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 4],
        &[0xff; 4],
    ]
    .concat();
    let wrapped = |bytes: &[u8]| {
        [
            &u32::try_from(bytes.len()).unwrap().to_be_bytes()[..],
            bytes,
        ]
        .concat()
    };
    let member = [
        &text("m-1")[..],
        &[0xff, 0xff],
        &text("c"),
        &text("/10.0.0.1"),
        &[0, 0, 0, 9],
        &[0, 0, 0, 8],
        &wrapped(&subscription),
        &wrapped(&assignment),
    ]
    .concat();
    let value = [
        &[0, 3][..],
        &text("consumer"),
        &[0, 0, 0, 7],
        &text("range"),
        &text("m-1"),
        &[0xff; 8],
        &[0, 0, 0, 1],
        &member,
    ]
    .concat();
    let read = json_of(
        &decode("__consumer_offsets", Some(&key), Some(&value))
            .unwrap()
            .value
            .unwrap(),
    );
    assert_eq!(read["members"][0]["subscription"]["topics"], json!(["t"]));
    assert_eq!(
        read["members"][0]["assignment"]["assignedPartitions"],
        json!([{"topic": "t", "partitions": [0, 4]}])
    );
    assert_eq!(read["members"][0]["groupInstanceId"], Value::Null);
    // Something else in there stays bytes.
    let other = [
        &value[..value.len() - wrapped(&assignment).len()],
        &wrapped(b"abc"),
    ]
    .concat();
    let read = json_of(
        &decode("__consumer_offsets", Some(&key), Some(&other))
            .unwrap()
            .value
            .unwrap(),
    );
    assert_eq!(read["members"][0]["assignment"], "YWJj");
}

#[test]
fn transactions_and_their_states() {
    let key = [&[0, 0][..], &text("tx")].concat();
    let value = [
        &[0, 0][..],
        &[0, 0, 0, 0, 0, 0, 0, 5],
        &[0, 1],
        &[0, 0, 0xea, 0x60],
        &[1],
        &[0, 0, 0, 1],
        &text("t"),
        &[0, 0, 0, 1, 0, 0, 0, 2],
        &[0; 8],
        &[0; 8],
    ]
    .concat();
    let internal = decode("__transaction_state", Some(&key), Some(&value)).unwrap();
    assert_eq!(
        json_of(&internal.key),
        json!({"type": "TransactionLog", "transactionalId": "tx"})
    );
    let read = json_of(&internal.value.unwrap());
    assert_eq!(
        (
            &read["transactionStatus"],
            &read["producerId"],
            &read["transactionTimeoutMs"]
        ),
        (&json!("Ongoing"), &json!(5), &json!(60_000))
    );
    assert_eq!(
        read["transactionPartitions"],
        json!([{"topic": "t", "partitionIds": [2]}])
    );
    assert_eq!(
        decode("__transaction_state", Some(&key), None)
            .unwrap()
            .value,
        None
    );
}

#[test]
fn what_is_not_known_or_broken_is_said() {
    assert_eq!(decode("orders", Some(&[0, 1]), None), None);
    let unknown = decode("__consumer_offsets", Some(&[0x7f, 1, 2]), Some(&[0, 0])).unwrap();
    assert_eq!(
        unknown.key.as_deref(),
        Ok("{\"type\":32513,\"hex\":\"7f0102\"}")
    );
    assert_eq!(
        decode("__consumer_offsets", None, None).unwrap().key,
        Err(InternalError::NoKey)
    );
    let key = [&[0, 3][..], &text("g")].concat();
    let value = |value: &[u8]| {
        decode("__consumer_offsets", Some(&key), Some(value))
            .unwrap()
            .value
            .unwrap()
    };
    assert_eq!(
        value(&[0, 0, 0, 0]),
        Err(InternalError::End { field: "epoch" })
    );
    assert_eq!(
        value(&[0, 0, 0, 0, 0, 1, 0, 9]),
        Err(InternalError::LeftOver { left: 1 })
    );
    assert!(matches!(
        value(&[0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff]),
        Err(InternalError::Malformed { .. })
    ));
    // More members than there are bytes.
    let group = [&[0, 2][..], &text("g")].concat();
    let many = [
        &[0, 0][..],
        &text("consumer"),
        &[0; 4],
        &[0xff; 4],
        &[0x7f, 0xff, 0xff, 0xff],
    ]
    .concat();
    assert_eq!(
        decode("__consumer_offsets", Some(&group), Some(&many))
            .unwrap()
            .value,
        Some(Err(InternalError::End { field: "members" }))
    );
}

#[test]
fn the_tables_are_in_order() {
    for kinds in [group::KINDS, transaction::KINDS, share::KINDS] {
        for kind in kinds {
            assert_eq!(
                kinds
                    .iter()
                    .filter(|other| other.number == kind.number || other.name == kind.name)
                    .count(),
                1
            );
            assert!(
                kind.value.flexible <= kind.value.newest
                    && !kind.key.iter().any(|field| field.tag.is_some())
            );
        }
    }
}

/// Keys and values that Kafka 4.3.1's classes `Heartbeat`, `Checkpoint` and `OffsetSync` wrote.
#[test]
fn what_mirror_maker_wrote() {
    let heartbeat = (
        "00066265726c696e00057061726973",
        "0000000001a226516c7b",
        json!({"type": "Heartbeat", "sourceClusterAlias": "berlin", "targetClusterAlias": "paris"}),
        json!({"version": 0, "timestamp": 1_795_939_200_123_i64}),
    );
    let checkpoint = (
        "000762696c6c696e67000d6265726c696e2e6f726465727300000003",
        "0000000000000000041200000000000003d10000",
        json!({"type": "Checkpoint", "group": "billing", "topic": "berlin.orders", "partition": 3}),
        json!({"version": 0, "upstreamOffset": 1042, "offset": 977, "metadata": ""}),
    );
    let sync = (
        "00066f726465727300000007",
        "000000012a05f200ffffffffffffffff",
        json!({"type": "OffsetSync", "topic": "orders", "partition": 7}),
        json!({"upstreamOffset": 5_000_000_000_i64, "offset": -1}),
    );
    for (topic, (key, value, key_json, value_json)) in [
        ("heartbeats", &heartbeat),
        ("berlin.heartbeats", &heartbeat),
        ("a.b.heartbeats", &heartbeat),
        ("berlin.checkpoints.internal", &checkpoint),
        ("mm2-offset-syncs.paris.internal", &sync),
    ] {
        assert_eq!(writer(topic), Some(Writer::Mirror), "{topic}");
        let read = decode(topic, Some(&bytes(key)), Some(&bytes(value))).unwrap();
        assert!(read.is_read());
        assert_eq!(json_of(&read.key), *key_json);
        assert_eq!(json_of(&read.value.unwrap()), *value_json);
        let tombstone = decode(topic, Some(&bytes(key)), None).unwrap();
        assert!(tombstone.is_read() && tombstone.value.is_none());
    }
    for topic in [
        "heartbeats2",
        "myheartbeats",
        ".heartbeats",
        "heartbeats.x",
        "checkpoints.internal",
        ".checkpoints.internal",
        "mm2-offset-syncs.internal",
        "mm2-offset-syncs..internal",
        "mm2-offsets.paris.internal",
        "mm2-configs.paris.internal",
        "connect-offsets",
    ] {
        assert_eq!(writer(topic), None, "{topic}");
        assert_eq!(decode(topic, Some(&[]), None), None);
    }
    assert_eq!(writer("__consumer_offsets"), Some(Writer::Brokers));
}

#[test]
fn what_only_has_the_name_of_a_mirrors_topic_is_not_read() {
    let key = bytes("00066265726c696e00057061726973");
    let value = bytes("0000000001a226516c7b");
    for (key, value) in [
        (None, Some(&value[..])),
        (Some(&key[..]), Some(&b"{\"up\":true}"[..])),
        (Some(b"sensor-7"), Some(&value)),
        (Some(&key), Some(&value[..9])),
        (Some(&key), Some(&[&value[..], b"x"].concat()[..])),
        (Some(&key), Some(&[&[0, 1][..], &value[2..]].concat()[..])),
    ] {
        let read = decode("heartbeats", key, value).unwrap();
        assert!(!read.is_read(), "{key:?} {value:?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_of_mirrors_are_survived(topic in 0_usize..3, key: Vec<u8>, value: Vec<u8>) {
        let topics = ["heartbeats", "a.checkpoints.internal", "mm2-offset-syncs.a.internal"];
        let value = [&[0, 0][..], &value].concat();
        let internal = decode(topics[topic], Some(&key), Some(&value)).unwrap();
        for text in [Some(internal.key), internal.value].into_iter().flatten().flatten() {
            prop_assert!(serde_json::from_str::<Value>(&text).is_ok(), "{}", text);
        }
    }

    #[test]
    fn any_bytes_are_survived(topic in 0_usize..3, number in 0_i16..26, key: Vec<u8>, value: Vec<u8>, version in 0_i16..5) {
        let key = [&number.to_be_bytes()[..], &key].concat();
        let value = [&version.to_be_bytes()[..], &value].concat();
        let topics = ["__consumer_offsets", "__transaction_state", "__share_group_state"];
        let internal = decode(topics[topic], Some(&key), Some(&value)).unwrap();
        for text in [Some(internal.key), internal.value].into_iter().flatten().flatten() {
            prop_assert!(serde_json::from_str::<Value>(&text).is_ok(), "{}", text);
        }
    }

    #[test]
    fn recordings_with_a_hole_are_survived(at: proptest::sample::Index, byte: u8, cut: proptest::sample::Index) {
        for (topic, key, value) in recorded() {
            let Some(mut value) = value.filter(|value| !value.is_empty()) else { continue };
            let place = at.index(value.len());
            value[place] = byte;
            value.truncate(cut.index(value.len()) + 1);
            let _ = decode(topic, Some(&key), Some(&value));
        }
    }
}
