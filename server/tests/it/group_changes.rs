//! Changing groups through the API: previews that write nothing, applying what they showed, undoing it, deleting and bringing back;
//! and everything that is refused.

use crate::{
    bed,
    groups::{commit, encoded},
    writer::{self, Topic},
};
use rdkafka::consumer::{Consumer as _, StreamConsumer};
use reqwest::StatusCode;
use serde_json::{Value, json};

const CLUSTER: &str = "/api/v1/clusters/kafka/task-events";

/// A topic of two partitions with ten records each.
async fn filled(name: &str) -> Topic {
    let topic = Topic::create(name, 2).await;
    let producer = writer::producer(&[]).await;
    for index in 0..20 {
        topic
            .send(
                &producer,
                index % 2,
                format!("{index}"),
                1_000 + i64::from(index / 2) * 1_000,
            )
            .await;
    }
    topic
}

/// Addresses of one group.
struct Group {
    console: bed::Console,
    name: &'static str,
}

impl Group {
    /// A group that has gone again and stands at 4 and at the end.
    async fn standing(name: &'static str, topic: &Topic) -> Self {
        commit(name, &topic.name, &[(0, 4), (1, 10)]).await;
        let console = bed::console("").await;
        let group = Self { console, name };
        group
            .console
            .until(&group.path("group", ""), |answer| {
                answer["row"]["lag"]["records"] == 6
            })
            .await;
        group
    }

    fn path(&self, what: &str, of: &str) -> String {
        format!("{CLUSTER}/{what}{of}?group={}", encoded(self.name))
    }

    async fn post(&self, what: &str, body: &Value) -> (StatusCode, Value) {
        let path = self.path("group/offsets:", what);
        let response = self.console.post("alice", &path, body).await;
        (response.status(), response.json().await.unwrap())
    }

    async fn preview(&self, spec: Value) -> Value {
        let (status, preview) = self.post("preview", &spec).await;
        assert_eq!(status, 200, "{preview}");
        preview
    }

    /// Where it stands, as its coordinator says, by partition.
    async fn stands(&self) -> Vec<Value> {
        let preview = self.preview(json!({ "to": "latest" })).await;
        column(&preview, "old")
    }
}

fn column(preview: &Value, name: &str) -> Vec<Value> {
    let rows = preview["plan"]["rows"].as_array().unwrap();
    rows.iter().map(|row| row[name].clone()).collect()
}

/// What a page makes of a preview.
fn asked(preview: &Value) -> Value {
    let rows = preview["plan"]["rows"].as_array().unwrap();
    let changes: Vec<Value> = rows
        .iter()
        .map(|row| json!({ "topic": row["topic"], "partition": row["partition"], "old": row["old"], "new": row["new"] }))
        .collect();
    json!({ "changes": changes })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_is_shown_applied_once_and_undone() {
    let topic = filled("it-changes-reset").await;
    let group = Group::standing("it-changes/reset 1", &topic).await;

    let preview = group.preview(json!({ "to": "earliest" })).await;
    assert_eq!(preview["refused"], Value::Null);
    assert_eq!(column(&preview, "new"), [json!(0), json!(0)]);
    assert_eq!(preview["plan"]["reread"], 14);
    assert_eq!(preview["plan"]["skipped"], 0);
    // From the first record to the tenth, of the partition that was read to its end.
    assert_eq!(preview["span"]["from"], "1970-01-01T00:00:01.000Z");
    assert_eq!(preview["span"]["to"], "1970-01-01T00:00:10.000Z");
    let command = preview["command"].as_str().unwrap();
    assert!(
        command.contains("--to-earliest") && command.contains("'it-changes/reset 1'"),
        "{command}"
    );
    assert_eq!(
        group.stands().await,
        [json!(4), json!(10)],
        "nothing was written"
    );

    let (status, outcome) = group.post("apply", &asked(&preview)).await;
    assert_eq!(
        (status, &outcome["changed"]),
        (StatusCode::OK, &json!(2)),
        "{outcome}"
    );
    assert_eq!(group.stands().await, [json!(0), json!(0)]);
    let (status, problem) = group.post("apply", &asked(&preview)).await;
    assert_eq!(
        status, 409,
        "it no longer stands where the preview said: {problem}"
    );

    let changes = group
        .console
        .json("alice", &group.path("group/changes", ""))
        .await;
    let change = &changes["items"][0];
    assert_eq!(
        (&change["what"], &change["who"]),
        (&json!("reset"), &json!("alice"))
    );
    assert_eq!(change["change"], outcome["kept"]);
    let kept = group
        .preview(json!({ "to": "kept", "change": change["change"] }))
        .await;
    assert_eq!(column(&kept, "new"), [json!(4), json!(10)]);
    let undo = json!({ "change": change["change"] });
    let (status, outcome) = group.post("undo", &undo).await;
    assert_eq!(
        (status, &outcome["changed"]),
        (StatusCode::OK, &json!(2)),
        "{outcome}"
    );
    assert_eq!(group.stands().await, [json!(4), json!(10)]);
    let (status, _) = group.post("undo", &undo).await;
    assert_eq!(status, 409, "once");
    let (status, _) = group.post("undo", &json!({ "change": 7 })).await;
    assert_eq!(status, 404);

    // One offset is forgotten, as a page asks for it; undoing it commits it again.
    let forget =
        json!({ "changes": [{ "topic": topic.name, "partition": 0, "old": 4, "new": null }] });
    let (status, outcome) = group.post("apply", &forget).await;
    assert_eq!(
        (status, &outcome["changed"]),
        (StatusCode::OK, &json!(1)),
        "{outcome}"
    );
    assert_eq!(group.stands().await, [json!(10)]);
    let (status, _) = group
        .post("undo", &json!({ "change": outcome["kept"] }))
        .await;
    assert_eq!(status, 200);
    assert_eq!(group.stands().await, [json!(4), json!(10)]);
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_group_comes_back_with_its_offsets() {
    let topic = filled("it-changes-delete").await;
    let group = Group::standing("it-changes-delete", &topic).await;
    let path = format!("{CLUSTER}/groups:delete");
    let body = json!({ "groups": [group.name, "it-changes-never-there"] });
    let post = async |who: &str, path: &str| group.console.post(who, path, &body).await;

    let preview: Value = post("alice", &format!("{path}?dryRun=true"))
        .await
        .json()
        .await
        .unwrap();
    let loss = &preview["groups"][0];
    assert_eq!((&loss["offsets"], &loss["unread"]), (&json!(2), &json!(6)));
    assert_eq!(loss["refused"], Value::Null);
    assert_eq!(preview["groups"][1]["refused"]["kind"], "notFound");
    assert_eq!(post("bob", &path).await.status(), 403);
    assert_eq!(post("carol", &path).await.status(), 403);
    assert_eq!(group.stands().await, [json!(4), json!(10)], "still there");

    let outcome: Value = post("alice", &path).await.json().await.unwrap();
    assert_eq!(outcome["groups"][0]["problem"], Value::Null, "{outcome}");
    assert!(
        outcome["groups"][1]["problem"].is_object(),
        "each has its own fate"
    );
    let page = group.path("group", "");
    group
        .console
        .until(&page, |answer| answer["status"] == 404)
        .await;

    let (status, undone) = group
        .post("undo", &json!({ "change": outcome["groups"][0]["kept"] }))
        .await;
    assert_eq!(status, 200, "{undone}");
    let lag = |answer: &Value| answer["row"]["lag"]["records"] == 6;
    group.console.until(&page, lag).await;
    topic.delete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_changed_is_refused() {
    let topic = filled("it-changes-refused").await;
    let group = Group::standing("it-changes-refused", &topic).await;
    let apply = async |body: Value| group.post("apply", &body).await;
    let one = |old: Value, new: Value| json!({ "changes": [{ "topic": topic.name, "partition": 0, "old": old, "new": new }] });
    for (wrong, status) in [
        (json!({ "changes": [] }), 422),
        (one(json!(4), json!(-1)), 422),
        (one(json!(4), json!(11)), 409),
        (one(json!(3), json!(5)), 409),
        (one(Value::Null, json!(5)), 409),
        (
            json!({ "changes": [{ "topic": "it-no-such-topic", "partition": 0, "old": null, "new": 0 }] }),
            422,
        ),
        (json!({ "nonsense": 1 }), 422),
    ] {
        let (answered, problem) = apply(wrong.clone()).await;
        assert_eq!(answered, status, "{wrong}: {problem}");
    }
    for wrong in [
        json!({ "to": "csv", "text": "a,b,c" }),
        json!({ "to": "soon" }),
    ] {
        let (status, problem) = group.post("preview", &wrong).await;
        assert_eq!(status, 422, "{problem}");
    }
    for (who, what, body) in [
        ("bob", "preview", json!({ "to": "earliest" })),
        ("carol", "preview", json!({ "nonsense": 1 })),
        ("bob", "apply", one(json!(4), json!(5))),
        ("bob", "apply", json!({ "nonsense": 1 })),
        ("bob", "undo", json!({ "change": 1 })),
    ] {
        let path = group.path("group/offsets:", what);
        assert_eq!(
            group.console.post(who, &path, &body).await.status(),
            403,
            "{who} {what}"
        );
    }

    // Somebody joins: what was shown as possible no longer is.
    let preview = group.preview(json!({ "to": "earliest" })).await;
    let member: StreamConsumer = bed::client_config()
        .set("group.id", group.name)
        .set("client.id", "it-changes-member")
        .set("enable.auto.commit", "false")
        .create()
        .unwrap();
    member.subscribe(&[&topic.name]).unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(30), member.recv())
        .await
        .expect("a record")
        .unwrap();
    let (status, problem) = apply(asked(&preview)).await;
    assert_eq!(status, 409);
    assert!(
        problem["remedy"]
            .as_str()
            .unwrap()
            .contains("it-changes-member"),
        "{problem}"
    );
    let preview = group.preview(json!({ "to": "earliest" })).await;
    assert_eq!(preview["refused"]["kind"], "conflict", "shown all the same");
    assert_eq!(preview["plan"]["reread"], 14);
    member.unsubscribe();
    drop(member);

    let read_only = bed::console("read_only = true").await;
    let path = group.path("group/offsets:", "apply");
    let answer = read_only
        .post("alice", &path, &one(json!(4), json!(5)))
        .await;
    assert_eq!(answer.status(), 403);
    topic.delete().await;
}
