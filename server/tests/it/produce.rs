//! Records written through the console, read back by a consumer that is not ours: as they were sent, in transactions, refused
//! with the reason, imported by the line.

use crate::{
    bed::{self, Console},
    reader::{self, Read},
    writer::Topic,
};
use penstock_kafka::produce::partition_for_key;
use penstock_testbed::admin::Admin;
use serde_json::{Value, json};

const CLUSTER: &str = "/api/v1/clusters/kafka/task-events";
/// Settings of a topic are known soon after it was made.
const POLLS: &str = "[polls]\nconfigurations = \"1s\"\n";

fn records(topic: &str) -> String {
    format!("{CLUSTER}/topics/{topic}/records")
}

fn text(text: &str) -> Value {
    json!({ "format": "text", "text": text })
}

/// Waits until the console knows the topic and its settings.
async fn known(console: &Console, topic: &Topic) {
    let partitions = topic.partitions;
    console
        .until(&format!("{CLUSTER}/topics/{}", topic.name), |answer| {
            answer["row"]["partitions"] == partitions && answer["row"]["cleanupPolicy"].is_string()
        })
        .await;
}

async fn send(console: &Console, topic: &str, body: Value) -> (u16, Value) {
    let answer = console.post("alice", &records(topic), &body).await;
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn records_arrive_as_they_were_sent() {
    let topic = Topic::create("test-produce-plain", 6).await;
    let console = bed::console(POLLS).await;
    known(&console, &topic).await;
    let body = json!({ "records": [
        {
            "key": text("tsk_01JD9CE6"),
            "value": { "format": "json", "text": "{\"n\": 12345678901234567890.10}" },
            "headers": [
                { "key": "retry", "value": "0" },
                { "key": "retry", "value": null },
                { "key": "raw", "value": "AP8=", "base64": true },
                { "key": "", "value": "" },
            ],
        },
        { "key": text("tsk_01JD9CE7"), "value": null },
        { "key": null, "value": text(""), "partition": 3, "timestamp": "2026-01-02T03:04:05.678Z" },
        { "key": { "format": "hex", "text": "00ff" }, "value": { "format": "int64", "text": "-2" }, "partition": 5 },
        { "key": text("ä"), "value": { "format": "uuid", "text": "0b9c2f4e-51d3-4a7e-b6b0-7d2b0f0a9e11" } },
    ] });
    let (status, outcome) = send(&console, &topic.name, body).await;
    assert_eq!(status, 200, "{outcome:#}");
    let read = reader::all(&topic, reader::COMMITTED).await;
    assert_eq!(read.len(), 5);
    for (sent, key) in [(0, "tsk_01JD9CE6"), (1, "tsk_01JD9CE7"), (4, "ä")] {
        let written = &outcome["records"][sent]["written"];
        let partition = partition_for_key(key.as_bytes(), 6).unwrap().0;
        assert_eq!(written["partition"], partition, "{key}");
        assert_eq!(outcome["records"][sent]["goesTo"], partition, "{key}");
    }
    let at = |sent: usize| -> &Read {
        let written = &outcome["records"][sent]["written"];
        let place = (
            i32::try_from(written["partition"].as_i64().unwrap()).unwrap(),
            written["offset"].as_i64().unwrap(),
        );
        read.iter()
            .find(|record| (record.partition, record.offset) == place)
            .unwrap()
    };
    let first = at(0);
    assert_eq!(first.key.as_deref(), Some(&b"tsk_01JD9CE6"[..]));
    assert_eq!(
        first.value.as_deref(),
        Some(&b"{\"n\": 12345678901234567890.10}"[..])
    );
    assert_eq!(
        first.headers,
        [
            ("retry".to_owned(), Some(b"0".to_vec())),
            ("retry".to_owned(), None),
            ("raw".to_owned(), Some(vec![0, 255])),
            (String::new(), Some(Vec::new())),
        ]
    );
    assert_eq!(at(1).value, None, "a tombstone is null, not empty");
    let third = at(2);
    assert_eq!((third.partition, third.key.as_deref()), (3, None));
    assert_eq!(third.value.as_deref(), Some(&b""[..]));
    assert_eq!(third.timestamp, Some(1_767_323_045_678));
    assert_eq!(
        outcome["records"][2]["written"]["timestamp"],
        "2026-01-02T03:04:05.678Z"
    );
    let fourth = at(3);
    assert_eq!(fourth.key.as_deref(), Some(&[0, 255][..]));
    assert_eq!(fourth.value.as_deref(), Some(&(-2_i64).to_be_bytes()[..]));
    assert_eq!(at(4).value.as_ref().map(Vec::len), Some(16));
    // A tombstone where nothing is compacted is written, with a word about it.
    assert!(
        outcome["records"][1]["warnings"][0]
            .as_str()
            .unwrap()
            .contains("removes nothing")
    );
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledgements_and_compression_are_as_asked() {
    let topic = Topic::create("test-produce-acks", 1).await;
    let console = bed::console(POLLS).await;
    known(&console, &topic).await;
    let value = "compressible ".repeat(500);
    let mut sent = 0;
    for (acks, codec) in [
        ("all", "none"),
        ("all", "gzip"),
        ("all", "snappy"),
        ("leader", "lz4"),
        ("leader", "zstd"),
        ("none", "none"),
    ] {
        let body = json!({
            "records": [{ "value": text(&value) }, { "value": text(&value) }],
            "acks": acks,
            "compression": codec,
        });
        let (status, outcome) = send(&console, &topic.name, body).await;
        assert_eq!(status, 200, "{acks} {codec}: {outcome:#}");
        for record in outcome["records"].as_array().unwrap() {
            let offset = &record["written"]["offset"];
            assert_eq!(offset.is_null(), acks == "none", "{acks}: {record:#}");
            if acks != "none" {
                assert_eq!(*offset, sent);
            }
            sent += 1;
        }
    }
    // Those that nobody acknowledged arrive all the same.
    let read = bed::eventually(async || {
        let read = reader::all(&topic, reader::COMMITTED).await;
        (read.len() == 12).then_some(read)
    })
    .await
    .expect("all twelve arrive");
    assert!(
        read.iter()
            .all(|record| record.value.as_deref() == Some(value.as_bytes()))
    );
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_end_as_asked() {
    let topic = Topic::create("test-produce-transactions", 2).await;
    let console = bed::console(POLLS).await;
    known(&console, &topic).await;
    let body = |end: &str, value: &str| {
        json!({
            "records": [
                { "value": text(value), "partition": 0 },
                { "value": text(value), "partition": 1 },
            ],
            "transaction": end,
        })
    };
    for (end, value) in [("commit", "kept"), ("abort", "dropped")] {
        let (status, outcome) = send(&console, &topic.name, body(end, value)).await;
        assert_eq!(status, 200, "{outcome:#}");
        let transaction = &outcome["transaction"];
        assert_eq!(transaction["ended"], end, "{outcome:#}");
        assert_eq!(transaction["why"], Value::Null);
        assert!(
            transaction["transactionalId"]
                .as_str()
                .unwrap()
                .starts_with("penstock-alice-")
        );
    }
    let values = |read: Vec<Read>| {
        let mut values: Vec<String> = read
            .into_iter()
            .map(|record| String::from_utf8(record.value.unwrap()).unwrap())
            .collect();
        values.sort();
        values
    };
    let committed = reader::all(&topic, reader::COMMITTED).await;
    assert_eq!(values(committed), ["kept", "kept"]);
    let everything = reader::all(&topic, reader::UNCOMMITTED).await;
    assert_eq!(values(everything), ["dropped", "dropped", "kept", "kept"]);

    // One that can't be sent keeps all from being sent.
    let body = json!({
        "records": [{ "value": text("a") }, { "value": text("b"), "partition": 9 }],
        "transaction": "commit",
    });
    let (status, outcome) = send(&console, &topic.name, body).await;
    assert_eq!(status, 409, "{outcome:#}");
    assert_eq!(outcome["transaction"], Value::Null);
    assert_eq!(outcome["records"][0]["problem"]["title"], "Not sent");
    assert_eq!(
        outcome["records"][1]["problem"]["field"],
        "records[1].partition"
    );
    assert_eq!(reader::all(&topic, reader::UNCOMMITTED).await.len(), 4);
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_record_costs_itself_only_and_says_why() {
    let topic =
        Topic::create_with("test-produce-refused", 2, &[("max.message.bytes", "10000")]).await;
    let console = bed::console("[polls]\nconfigurations = \"1s\"\n").await;
    known(&console, &topic).await;
    let limit = format!("{CLUSTER}/topics/{}", topic.name);
    console
        .until(&limit, |answer| {
            answer["configuration"]["entries"]
                .as_array()
                .is_some_and(|entries| {
                    entries.iter().any(|entry| {
                        entry["name"] == "max.message.bytes" && entry["value"] == "10000"
                    })
                })
        })
        .await;
    let large: String = (0..20_000_u32)
        .map(|number| char::from(b'a' + u8::try_from(number * 7919 % 26).unwrap()))
        .collect();
    let body = json!({ "records": [
        { "value": text("first"), "partition": 0 },
        { "value": text(&large), "partition": 0 },
        { "value": text("nowhere"), "partition": 2 },
        { "value": { "format": "json", "text": "{\n  \"a\": 1,\n}" } },
        { "value": text("last"), "partition": 1 },
    ] });
    let (status, outcome) = send(&console, &topic.name, body).await;
    assert_eq!(status, 200, "two were written: {outcome:#}");
    let record = |number: usize| &outcome["records"][number];
    assert_eq!(record(0)["written"]["offset"], 0);
    assert_eq!(record(4)["written"]["offset"], 0);
    let too_large = &record(1)["problem"];
    assert_eq!(too_large["kafkaError"]["name"], "MESSAGE_TOO_LARGE");
    assert!(
        too_large["detail"]
            .as_str()
            .unwrap()
            .contains("max.message.bytes")
    );
    assert!(
        record(2)["problem"]["detail"]
            .as_str()
            .unwrap()
            .contains("partitions 0 to 1"),
        "{outcome:#}"
    );
    assert_eq!(
        (&record(3)["fault"]["line"], &record(3)["fault"]["part"]),
        (&json!(3), &json!("value"))
    );
    assert_eq!(reader::all(&topic, reader::COMMITTED).await.len(), 2);

    // Compressed only the broker can tell: it says so by the code that is its own.
    let noise = noise(40_000);
    let body = json!({ "records": [{ "value": text(&noise) }], "compression": "zstd" });
    let (status, outcome) = send(&console, &topic.name, body).await;
    assert_eq!(status, 422, "{outcome:#}");
    assert_eq!(
        outcome["records"][0]["problem"]["kafkaError"]["code"], 10,
        "{outcome:#}"
    );
    // The next one goes through.
    let (status, _) = send(
        &console,
        &topic.name,
        json!({ "records": [{ "value": text("after") }], "compression": "zstd" }),
    )
    .await;
    assert_eq!(status, 200);
    topic.delete().await;
}

/// Text that no codec makes much smaller.
fn noise(length: usize) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            const ALPHABET: &[u8; 64] =
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            char::from(ALPHABET[usize::try_from(state >> 58).unwrap()])
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_refuses_by_the_topics_settings() {
    let topic = Topic::create_with(
        "test-produce-compacted",
        1,
        &[
            ("cleanup.policy", "compact"),
            ("message.timestamp.after.max.ms", "3600000"),
        ],
    )
    .await;
    let console = bed::console(POLLS).await;
    known(&console, &topic).await;
    let (status, outcome) = send(
        &console,
        &topic.name,
        json!({ "records": [{ "value": text("no key") }] }),
    )
    .await;
    assert_eq!(status, 422, "{outcome:#}");
    let problem = &outcome["records"][0]["problem"];
    assert_eq!(problem["kafkaError"]["name"], "INVALID_RECORD");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("without a key")
    );
    let (status, outcome) = send(
        &console,
        &topic.name,
        json!({ "records": [{ "key": text("k"), "value": text("v"), "timestamp": "2099-01-01T00:00:00Z" }] }),
    )
    .await;
    assert_eq!(status, 422, "{outcome:#}");
    assert_eq!(
        outcome["records"][0]["problem"]["kafkaError"]["name"],
        "INVALID_TIMESTAMP"
    );
    let (status, outcome) = send(
        &console,
        &topic.name,
        json!({ "records": [{ "key": text("k"), "value": null }] }),
    )
    .await;
    assert_eq!(status, 200, "{outcome:#}");
    assert_eq!(outcome["records"][0]["warnings"], json!([]));
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_produce_learns_nothing_else() {
    let topic = Topic::create("test-produce-rights", 1).await;
    let console = bed::console(POLLS).await;
    known(&console, &topic).await;
    let body = json!({ "records": [{ "value": text("a") }] });
    for (who, name, status) in [
        ("", topic.name.as_str(), 401),
        ("bob", &topic.name, 403),
        ("bob", "test-produce-absent", 403),
        ("carol", &topic.name, 403),
        ("alice", "test-produce-absent", 404),
        ("alice", "a b", 404),
        ("alice", "__consumer_offsets", 422),
    ] {
        let path = records(&name.replace(' ', "%20"));
        let answer = console.post(who, &path, &body).await;
        assert_eq!(answer.status(), status, "{who:?} to {name}");
        if status == 403 {
            let problem: Value = answer.json().await.unwrap();
            let grant = problem["grant"].as_str().unwrap();
            assert!(grant.contains("verbs: [\"produce\"]"), "{grant}");
        }
    }
    // Nothing was created by writing to it.
    let admin: Admin = bed::admin();
    assert_eq!(admin.topic("test-produce-absent").await.unwrap(), None);
    assert_eq!(reader::all(&topic, reader::UNCOMMITTED).await.len(), 0);

    let read_only = bed::console("read_only = true\n").await;
    known(&read_only, &topic).await;
    let answer = read_only.post("alice", &records(&topic.name), &body).await;
    assert_eq!(answer.status(), 403);
    assert_eq!(reader::all(&topic, reader::UNCOMMITTED).await.len(), 0);
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_sends_nothing() {
    let topic = Topic::create("test-produce-dry", 12).await;
    let console = bed::console(POLLS).await;
    known(&console, &topic).await;
    let body = json!({ "records": [
        { "key": text("tsk_01JD9CE7"), "value": { "format": "json", "text": "{\"a\": }" } },
        { "key": text("tsk_01JD9CE7"), "value": text("v") },
        { "value": { "format": "avro", "text": "{}", "subject": "test-produce-no-such-subject" } },
    ] });
    let path = format!("{}?dryRun=true", records(&topic.name));
    let answer = console.post("alice", &path, &body).await;
    assert_eq!(answer.status(), 200);
    let outcome: Value = answer.json().await.unwrap();
    assert_eq!(outcome["records"][0]["fault"]["column"], 7);
    assert_eq!(
        outcome["records"][1]["goesTo"],
        partition_for_key(b"tsk_01JD9CE7", 12).unwrap().0
    );
    assert_eq!(outcome["records"][1]["written"], Value::Null);
    assert!(outcome["records"][2]["problem"].is_object(), "{outcome:#}");
    assert_eq!(reader::all(&topic, reader::UNCOMMITTED).await.len(), 0);
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_become_records_and_wrong_ones_are_named() {
    let topic = Topic::create("test-produce-import", 3).await;
    let console = bed::console(POLLS).await;
    known(&console, &topic).await;
    let path = format!("{}/import", records(&topic.name));
    let mut lines = String::from(
        "{\"key\":\"a\",\"value\":{\"n\":1.00},\"headers\":[{\"key\":\"h\",\"value\":null}],\"partition\":2}\n\nnot json\n{\"key\":\"a\",\"value\":1,\"partition\":7}\n[1,2]",
    );
    let answer = console.post_text("alice", &path, lines.clone()).await;
    assert_eq!(answer.status(), 200);
    let summary: Value = answer.json().await.unwrap();
    assert_eq!(
        (&summary["lines"], &summary["written"], &summary["refused"]),
        (&json!(5), &json!(2), &json!(2)),
        "{summary:#}"
    );
    assert_eq!(summary["problems"][0]["line"], 3);
    assert_eq!(summary["problems"][1]["line"], 4);
    assert_eq!(summary["nextLine"], 6);
    let read = reader::all(&topic, reader::COMMITTED).await;
    let keyed = read.iter().find(|record| record.key.is_some()).unwrap();
    assert_eq!(
        (keyed.partition, keyed.value.as_deref()),
        (2, Some(&b"{\"n\":1.00}"[..]))
    );
    assert_eq!(keyed.headers, [("h".to_owned(), None)]);

    // Longer than any body that is held at once, and begun after the lines that are there already.
    let many = 30_000;
    for number in 0..many {
        lines.push_str(&format!(
            "\n{{\"number\":{number},\"fill\":\"{}\"}}",
            "x".repeat(60)
        ));
    }
    assert!(lines.len() > 2 * 1024 * 1024);
    let answer = console
        .post_text(
            "alice",
            &format!("{path}?skip=5&lines=values&compression=lz4"),
            lines,
        )
        .await;
    assert_eq!(answer.status(), 200);
    let summary: Value = answer.json().await.unwrap();
    assert_eq!(
        (
            &summary["written"],
            &summary["refused"],
            &summary["stopped"]
        ),
        (&json!(many), &json!(0), &Value::Null),
        "{summary:#}"
    );
    assert_eq!(summary["nextLine"], many + 6);
    let read = reader::all(&topic, reader::COMMITTED).await;
    assert_eq!(read.len(), many + 2);
    topic.delete().await;
}
