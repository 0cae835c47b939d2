//! Records read through the console: browsed, searched, followed, exported, and who may.

use crate::{
    bed::{self, Console, eventually},
    writer::{self, Topic},
};
use rdkafka::producer::Producer as _;
use serde_json::{Value, json};
use std::time::Duration;

const CLUSTER: &str = "/api/v1/clusters/kafka/task-events";

fn records(topic: &Topic, query: &str) -> String {
    format!("{CLUSTER}/topics/{}/records?{query}", topic.name)
}

/// Offsets of a page, in its order.
fn offsets(page: &Value) -> Vec<i64> {
    let items = page["items"]
        .as_array()
        .unwrap_or_else(|| panic!("{page:#}"));
    items
        .iter()
        .map(|record| record["offset"].as_i64().unwrap())
        .collect()
}

/// Waits until the console knows the topic.
async fn known(console: &Console, topic: &Topic) {
    let partitions = topic.partitions;
    console
        .until(&format!("{CLUSTER}/topics/{}", topic.name), |answer| {
            answer["row"]["partitions"] == partitions
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_is_browsed_from_every_position() {
    let topic = Topic::create("it-browse", 1).await;
    let producer = writer::producer(&[]).await;
    for number in 0..30 {
        let value = format!(r#"{{"number":{number},"big":12345678901234567890}}"#);
        topic
            .write(
                &producer,
                0,
                Some(&format!("k{number}")),
                Some(&value),
                Some(1_700_000_000_000 + number * 1000),
            )
            .await;
    }
    let console = bed::console("").await;
    known(&console, &topic).await;
    for (query, wanted) in [
        ("from=newest&limit=3", vec![29, 28, 27]),
        ("from=oldest&limit=3", vec![0, 1, 2]),
        ("from=offset:10&limit=3", vec![10, 11, 12]),
        ("from=time:1700000020500&limit=2", vec![21, 22]),
        ("from=offset:5&to=offset:7", vec![5, 6]),
        ("to=offset:7&limit=2", vec![6, 5]),
        ("from=offset:27&limit=100", vec![27, 28, 29]),
        ("limit=100&q=value.number%20%3E%3D%2028", vec![29, 28]),
    ] {
        let page = console.json("alice", &records(&topic, query)).await;
        assert_eq!(offsets(&page), wanted, "{query}: {page:#}");
    }
    let page = console
        .json("alice", &records(&topic, "from=offset:3&limit=1"))
        .await;
    let record = &page["items"][0];
    assert_eq!(record["key"]["data"], "k3");
    assert_eq!(record["timestamp"], "2023-11-14T22:13:23.000Z");
    assert_eq!(record["decoded"]["value"]["format"], "json");
    // Digits survive: this number has no place in a float.
    assert!(
        record["value"]["data"]
            .as_str()
            .unwrap()
            .contains("12345678901234567890")
    );

    // Beyond the end is told, and costs nothing else.
    let beyond = console
        .json("alice", &records(&topic, "from=offset:1000"))
        .await;
    assert_eq!(offsets(&beyond), Vec::<i64>::new());
    assert!(
        beyond["notices"]
            .as_array()
            .unwrap()
            .iter()
            .any(|notice| notice["kind"] == "outOfRange"),
        "{beyond:#}"
    );
    for (query, field) in [
        ("from=soon", "from"),
        ("q=value.a%20%3D", "q"),
        ("partition=9", "partitions"),
    ] {
        let refused = console.json("alice", &records(&topic, query)).await;
        assert_eq!(
            (refused["status"].as_u64(), refused["field"].as_str()),
            (Some(422), Some(field)),
            "{query}: {refused:#}"
        );
    }
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_one_another_without_gaps_over_several_partitions() {
    let topic = Topic::create("it-pages", 3).await;
    let producer = writer::producer(&[]).await;
    for number in 0..90 {
        topic
            .write(
                &producer,
                number % 3,
                None,
                Some("x"),
                Some(1_700_000_000_000 + i64::from(number)),
            )
            .await;
    }
    let console = bed::console("").await;
    known(&console, &topic).await;
    for order in ["newest", "oldest"] {
        let mut seen = Vec::new();
        let mut positions = String::new();
        loop {
            let query = format!("order={order}&limit=7&positions={positions}");
            let page = console.json("alice", &records(&topic, &query)).await;
            seen.extend(page["items"].as_array().unwrap().iter().map(|record| {
                (
                    record["partition"].as_i64().unwrap(),
                    record["offset"].as_i64().unwrap(),
                    record["timestamp"].as_str().unwrap().to_owned(),
                )
            }));
            if page["next"].is_null() {
                break;
            }
            positions = penstock_domain::query::encode(&page["next"].to_string());
        }
        assert_eq!(seen.len(), 90, "{order}");
        let mut times: Vec<String> = seen.iter().map(|(_, _, time)| time.clone()).collect();
        if order == "newest" {
            times.reverse();
        }
        assert!(times.is_sorted(), "merged by time, {order}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 90, "{order}: nothing twice");
    }
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_stay_what_they_are() {
    let topic = Topic::create("it-bytes", 1).await;
    let producer = writer::producer(&[]).await;
    topic
        .write_with_headers(
            &producer,
            &[
                ("retry", Some(b"0")),
                ("retry", Some(b"1")),
                ("none", None),
                ("odd", Some(&[0xff, 0])),
            ],
        )
        .await;
    topic.write(&producer, 0, None, None, None).await;
    topic.write(&producer, 0, Some(""), Some(""), None).await;
    topic.write_bytes(&producer, &[0xff, 0xfe, 0x00]).await;
    let console = bed::console("").await;
    known(&console, &topic).await;
    let page = console.json("alice", &records(&topic, "from=oldest")).await;
    let items = page["items"].as_array().unwrap();
    let headers = items[0]["headers"].as_array().unwrap();
    let names: Vec<&str> = headers
        .iter()
        .map(|header| header["key"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["retry", "retry", "none", "odd"]);
    assert_eq!(
        (
            &headers[1]["value"]["data"],
            &headers[2]["value"],
            &headers[3]["value"]["encoding"]
        ),
        (&json!("1"), &Value::Null, &json!("base64"))
    );
    assert_eq!(
        (&items[1]["key"], &items[1]["value"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&items[2]["key"]["data"], &items[2]["value"]["size"]),
        (&json!(""), &json!(0))
    );
    assert_eq!(
        (
            &items[3]["value"]["encoding"],
            &items[3]["decoded"]["value"]["text"]
        ),
        (&json!("base64"), &json!("fffe00"))
    );
    let one = console
        .json(
            "alice",
            &format!("{CLUSTER}/topics/{}/records/0/3", topic.name),
        )
        .await;
    assert_eq!(one["value"]["size"], 3);
    let gone = console
        .json(
            "alice",
            &format!("{CLUSTER}/topics/{}/records/0/99", topic.name),
        )
        .await;
    assert_eq!(gone["status"], 404, "{gone:#}");
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_are_told_apart_and_an_open_one_is_named() {
    let topic = Topic::create("it-transactions", 1).await;
    let console = bed::console("").await;
    known(&console, &topic).await;
    let patience = Duration::from_secs(20);
    let producer = writer::producer(&[("transactional.id", "it-transactions")]).await;
    producer.init_transactions(patience).unwrap();
    for (value, commit) in [("kept", true), ("dropped", false)] {
        producer.begin_transaction().unwrap();
        topic.write(&producer, 0, None, Some(value), None).await;
        if commit {
            producer.commit_transaction(patience).unwrap();
        } else {
            producer.abort_transaction(patience).unwrap();
        }
    }
    // Offsets: 0 kept, 1 its marker, 2 dropped, 3 its marker. Markers are written a moment after the producer was answered.
    let committed = console
        .until(&records(&topic, "from=oldest"), |page| offsets(page) == [0])
        .await;
    assert_eq!(committed["items"][0]["value"]["data"], "kept");
    let everything = console
        .until(
            &records(&topic, "from=oldest&isolation=uncommitted"),
            |page| offsets(page) == [0, 1, 2, 3],
        )
        .await;
    let items = &everything["items"];
    assert_eq!(
        (&items[1]["control"], &items[3]["control"]),
        (&json!("commit"), &json!("abort"))
    );
    assert_eq!(
        (&items[0]["aborted"], &items[2]["aborted"]),
        (&json!(false), &json!(true))
    );
    let newest = console
        .json("alice", &records(&topic, "from=newest&limit=1"))
        .await;
    assert_eq!(
        offsets(&newest),
        [0],
        "markers and aborted records are no records"
    );

    // An open transaction holds back what comes after it, and is named.
    producer.begin_transaction().unwrap();
    topic.write(&producer, 0, None, Some("open"), None).await;
    let plain = writer::producer(&[]).await;
    topic.write(&plain, 0, None, Some("behind it"), None).await;
    let held = console
        .until(&records(&topic, "from=oldest"), |page| {
            page["notices"]
                .as_array()
                .is_some_and(|notices| notices.iter().any(|notice| notice["kind"] == "heldBack"))
        })
        .await;
    assert_eq!(offsets(&held), [0]);
    let all = console
        .json(
            "alice",
            &records(&topic, "from=newest&limit=1&isolation=uncommitted"),
        )
        .await;
    assert_eq!(all["items"][0]["value"]["data"], "behind it");
    producer.abort_transaction(patience).unwrap();
    console
        .until(&records(&topic, "from=newest&limit=1"), |page| {
            page["items"][0]["value"]["data"] == "behind it"
        })
        .await;
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_exactly_what_is_there_pauses_and_goes_on() {
    let topic = Topic::create("it-search", 3).await;
    let producer = writer::producer(&[("compression.type", "lz4"), ("linger.ms", "20")]).await;
    let mut wanted = Vec::new();
    let mut sent = Vec::new();
    for number in 0..3000_i32 {
        let hit = number % 100 == 7;
        let value = format!(
            r#"{{"n":{number},"city":"{}"}}"#,
            if hit { "Zür\\u0069ch" } else { "Bergen" }
        );
        sent.push(topic.send(
            &producer,
            number % 3,
            value,
            1_700_000_000_000 + i64::from(number),
        ));
        if hit {
            wanted.push(i64::from(number));
        }
    }
    futures::future::join_all(sent).await;
    let console = bed::console("").await;
    known(&console, &topic).await;
    let query = r#"value.city = "Zürich""#;
    let found = |events: &[(String, Value)]| -> Vec<i64> {
        let matches = events.iter().filter(|(name, _)| name == "match");
        matches
            .map(|(_, event)| {
                let text = event["record"]["value"]["data"].as_str().unwrap();
                serde_json::from_str::<Value>(text).unwrap()["n"]
                    .as_i64()
                    .unwrap()
            })
            .collect()
    };
    let ask = async |body: Value| {
        console
            .stream("alice", &format!("{CLUSTER}/searches"), body)
            .await
    };
    let whole = ask(json!({ "topics": [topic.name], "q": query, "order": "oldest" })).await;
    assert_eq!(whole[0].0, "estimate");
    assert_eq!(whole[0].1["records"], 3000);
    assert_eq!(found(&whole), wanted, "in the order of their times");
    let end = &whole.last().unwrap().1;
    assert_eq!(
        (&end["complete"], &end["scanned"], &end["matches"]),
        (&json!(true), &json!(3000), &json!(30))
    );

    // The same in two parts, the second from where the first ended.
    let first =
        ask(json!({ "topics": [topic.name], "q": query, "order": "newest", "limit": 11 })).await;
    let positions = first.last().unwrap().1["positions"].clone();
    let second = ask(
        json!({ "topics": [topic.name], "q": query, "order": "newest", "positions": positions }),
    )
    .await;
    let mut both = found(&first);
    assert_eq!(both.len(), 11);
    both.extend(found(&second));
    both.reverse();
    assert_eq!(both, wanted);

    let lines = console
        .export(
            "alice",
            &format!("{CLUSTER}/exports"),
            &json!({ "topics": [topic.name], "q": query }),
            "jsonl",
        )
        .await;
    assert_eq!(lines.lines().count(), 30);
    let csv = console
        .export(
            "alice",
            &format!("{CLUSTER}/exports"),
            &json!({ "topics": [topic.name], "q": query, "columns": ["value.n"] }),
            "csv",
        )
        .await;
    assert_eq!(
        csv.lines().next().unwrap(),
        "topic,partition,offset,timestamp,key,value,headers,value.n"
    );
    // A file without a topic that was asked for says so itself.
    let lines = console
        .export(
            "alice",
            &format!("{CLUSTER}/exports"),
            &json!({ "topics": [topic.name, "it-no-such-topic"], "q": query }),
            "jsonl",
        )
        .await;
    assert_eq!(lines.lines().count(), 31);
    let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    let incomplete = last["incomplete"].as_str().unwrap();
    assert!(incomplete.contains("it-no-such-topic"), "{incomplete}");
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn masks_come_before_the_filter_and_unmasking_is_a_right() {
    let topic = Topic::create("it-masked", 1).await;
    let producer = writer::producer(&[]).await;
    topic
        .write(
            &producer,
            0,
            Some("k"),
            Some(r#"{"name":"a","card":"4111111111111234"}"#),
            None,
        )
        .await;
    let console = bed::console(
        "[[masks]]\ntopics = [\"it-masked\"]\nfields = [\"value.card\"]\nwith = \"last4\"\n",
    )
    .await;
    known(&console, &topic).await;
    let page = console.json("alice", &records(&topic, "")).await;
    let text = page["items"][0]["value"]["data"].as_str().unwrap();
    assert!(text.contains("1234") && !text.contains("4111"), "{text}");
    assert_eq!(page["items"][0]["masked"], json!(["value.card"]));
    // Filtering can't find out what is hidden, neither by field nor by text.
    for query in [
        r#"value.card ^= "4111""#,
        r#""41111111""#,
        r#"value ~= "4111""#,
    ] {
        let path = records(
            &topic,
            &format!("q={}", penstock_domain::query::encode(query)),
        );
        assert_eq!(
            offsets(&console.json("alice", &path).await),
            Vec::<i64>::new(),
            "{query}"
        );
    }
    let whole = format!("{CLUSTER}/topics/{}/records/0/0", topic.name);
    assert!(
        !console
            .json("alice", &whole)
            .await
            .to_string()
            .contains("4111")
    );
    let open = console.json("alice", &format!("{whole}?unmask=true")).await;
    assert!(
        open["value"]["data"]
            .as_str()
            .unwrap()
            .contains("4111111111111234")
    );
    topic.delete().await;
}

/// The first two values that a tail tells, sorted: partitions come in any order.
async fn two_values(tail: &mut bed::Events) -> Vec<String> {
    let mut values = Vec::new();
    while values.len() < 2 {
        let event = tail.until("records").await;
        values.extend(
            event["records"]
                .as_array()
                .unwrap()
                .iter()
                .map(|record| record["value"]["data"].as_str().unwrap().to_owned()),
        );
    }
    values.sort();
    values
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tail_tells_what_arrives_and_goes_on_from_its_positions() {
    let topic = Topic::create("it-tail", 2).await;
    let producer = writer::producer(&[]).await;
    topic.write(&producer, 0, None, Some("before"), None).await;
    let console = bed::console("").await;
    known(&console, &topic).await;
    let body = json!({ "topics": [topic.name], "q": "not \"skipped\"" });
    let mut tail = console
        .open("alice", &format!("{CLUSTER}/tails"), body.clone())
        .await;
    // The first progress says that it follows.
    let progress = tail.until("progress").await;
    topic.write(&producer, 0, None, Some("one"), None).await;
    topic.write(&producer, 1, None, Some("skipped"), None).await;
    topic.write(&producer, 1, None, Some("two"), None).await;
    assert_eq!(two_values(&mut tail).await, ["one", "two"]);
    drop(tail);

    // Another one from the positions of the first: the same records again, nothing from before.
    let mut resumed = json!({ "positions": progress["positions"] });
    resumed
        .as_object_mut()
        .unwrap()
        .extend(body.as_object().unwrap().clone());
    let mut tail = console
        .open("alice", &format!("{CLUSTER}/tails"), resumed)
        .await;
    assert_eq!(two_values(&mut tail).await, ["one", "two"]);
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_for_those_who_may_read_them() {
    let topic = Topic::create("it-rights", 1).await;
    let console = bed::console("").await;
    known(&console, &topic).await;
    for who in ["bob", "carol"] {
        for path in [
            records(&topic, ""),
            format!("{CLUSTER}/topics/no-such-topic/records"),
            format!("{CLUSTER}/topics/{}/records/0/0", topic.name),
        ] {
            assert_eq!(console.status(who, &path).await, 403, "{who} {path}");
        }
        for stream in ["searches", "tails"] {
            let refused = console
                .post(
                    who,
                    &format!("{CLUSTER}/{stream}"),
                    &json!({ "topics": [topic.name] }),
                )
                .await;
            assert_eq!(refused.status(), 403, "{who} {stream}");
        }
    }
    assert_eq!(console.status("", &records(&topic, "")).await, 401);
    let unknown = format!("{CLUSTER}/topics/no-such-topic/records");
    assert_eq!(console.status("alice", &unknown).await, 404);
    // bob reads his own namespace.
    let own = eventually(async || {
        let answer = console
            .get(
                "bob",
                "/api/v1/clusters/dev/sandbox/topics/orders/records?limit=1",
            )
            .await;
        (answer.status() != 503).then_some(answer.status())
    })
    .await
    .unwrap();
    assert!(own == 200 || own == 404, "{own}");
    topic.delete().await;
}
