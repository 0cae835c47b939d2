//! Consumer groups as the API tells them, against groups that the test itself commits for.

use crate::{bed, writer};
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer as _},
};
use serde_json::{Value, json};

const CLUSTER: &str = "/api/v1/clusters/kafka/task-events";

/// Commits offsets in a group's name, as an application that has gone again.
pub async fn commit(group: &str, topic: &str, offsets: &[(i32, i64)]) {
    let (group, topic, offsets) = (group.to_owned(), topic.to_owned(), offsets.to_vec());
    let committed = move || {
        let consumer: BaseConsumer = bed::client_config()
            .set("group.id", &group)
            .set("enable.auto.commit", "false")
            .create()
            .unwrap();
        let mut list = TopicPartitionList::new();
        for (partition, offset) in offsets {
            list.add_partition_offset(&topic, partition, Offset::Offset(offset))
                .unwrap();
        }
        consumer.commit(&list, CommitMode::Sync).is_ok()
    };
    // A topic that was made a moment ago is not everywhere yet.
    bed::eventually(async || {
        let committed = committed.clone();
        tokio::task::spawn_blocking(committed)
            .await
            .unwrap()
            .then_some(())
    })
    .await
    .unwrap();
}

pub fn encoded(name: &str) -> String {
    penstock_domain::query::encode(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_has_gone_is_known_by_its_commits() {
    let group = "it-gone/2026 100%";
    let topic = writer::Topic::create("it-groups-gone", 3).await;
    let producer = writer::producer(&[]).await;
    for index in 0..30 {
        topic
            .send(&producer, index % 3, format!("{index}"), 0)
            .await;
    }
    commit(group, &topic.name, &[(0, 4), (1, 10)]).await;
    let console = bed::console("").await;

    let lag = format!("{CLUSTER}/group/lag?group={}", encoded(group));
    let known = |rows: &Value| {
        rows["items"]
            .as_array()
            .is_some_and(|rows| rows.iter().any(|row| row["lag"] == 6))
    };
    let rows = console.until(&lag, known).await;
    let row = |partition: i64| {
        let rows = rows["items"].as_array().unwrap();
        rows.iter()
            .find(|row| row["partition"] == partition)
            .cloned()
    };
    let first = row(0).unwrap();
    assert_eq!(
        (&first["committed"], &first["end"]),
        (&json!(4), &json!(10))
    );
    assert_eq!(row(1).unwrap()["lag"], 0);
    let uncommitted = row(2).unwrap_or_default();
    assert_eq!(uncommitted["lag"], Value::Null, "unknown, not zero");

    let segment = format!("{CLUSTER}/groups/{}", encoded(group));
    let detail = console.json("alice", &segment).await;
    assert_eq!(detail["row"]["group"], group, "a segment carries it too");
    assert_eq!(detail["row"]["lag"]["records"], 6);

    let ages = format!("{CLUSTER}/group/ages?group={}", encoded(group));
    let ages = console.json("alice", &ages).await;
    let lagging = ages["partitions"].as_array().unwrap();
    assert_eq!((lagging.len(), &lagging[0]["committed"]), (1, &json!(4)));
    assert!(lagging[0]["written"].is_string(), "{ages}");

    let list = format!(
        "{CLUSTER}/groups?q={}",
        encoded("\"it-gone/\" topic:it-groups lag>5")
    );
    let page = console.json("alice", &list).await;
    assert_eq!(page["page"]["total"], 1);
    assert_eq!(page["items"][0]["topics"][0], topic.name.as_str());
    assert!(page["totals"]["groups"].as_u64().unwrap() >= 1);

    let readers = format!("{CLUSTER}/topics/{}/groups", topic.name);
    let readers = console.json("alice", &readers).await;
    assert_eq!(readers["readers"][0]["group"], group);
    assert_eq!(readers["unread"], json!([2]));
    assert_eq!(readers["leftBehind"], json!([0, 1]));
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_read_is_refused_and_rights_come_first() {
    let console = bed::console("").await;
    let groups = format!("{CLUSTER}/groups");
    console
        .until(&groups, |page| page["items"].is_array())
        .await;
    let wrong = format!("{groups}?q={}", encoded("kind:clasic"));
    let problem = console.json("alice", &wrong).await;
    assert_eq!(
        (&problem["status"], &problem["field"]),
        (&json!(422), &json!("q"))
    );
    assert!(problem["remedy"].as_str().unwrap().contains("kind:classic"));
    let span = format!("{groups}/no-such-group/history?span=2y");
    for path in [&wrong, &span, &groups] {
        assert_eq!(console.status("bob", path).await, 403, "{path}");
    }
    let absent = format!("{groups}/no-such-group");
    console
        .until(&absent, |answer| answer["status"] == 404)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_to_a_group_outlives_the_console() {
    let folder = std::env::temp_dir().join(format!("penstock-it-{:016x}", rand::random::<u64>()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("store.redb").display().to_string();
    let settings = format!("store_file = {file:?}\n");
    let topic = writer::Topic::create("it-groups-kept", 1).await;
    let producer = writer::producer(&[]).await;
    for index in 0..10 {
        topic.send(&producer, 0, format!("{index}"), 0).await;
    }
    let group = "it-kept";
    commit(group, &topic.name, &[(0, 10)]).await;
    let path = format!("{CLUSTER}/groups/{group}");
    let went_back = |page: &Value| {
        page["events"]
            .as_array()
            .is_some_and(|events| events.iter().any(|event| event["what"] == "wentBack"))
    };
    let first = bed::console(&settings).await;
    first
        .until(&path, |page| page["row"]["lag"]["records"] == 0)
        .await;
    commit(group, &topic.name, &[(0, 4)]).await;
    let before = first.until(&path, went_back).await;
    first.stopped().await;
    let second = bed::console(&settings).await;
    let after = second.until(&path, went_back).await;
    let event = |page: &Value| {
        let events = page["events"].as_array().unwrap();
        events
            .iter()
            .find(|event| event["what"] == "wentBack")
            .cloned()
    };
    assert_eq!(event(&before), event(&after));
    topic.delete().await;
    std::fs::remove_dir_all(&folder).unwrap();
}
