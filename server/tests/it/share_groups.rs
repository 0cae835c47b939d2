//! A share group (KIP-932) as Kafka's own `kafka-console-share-consumer` makes one: no client library in Rust can be a member yet.
//! Where it begins is read and set back; the tool then gets what was said, and an undo that comes too late is refused.

use crate::{
    bed,
    groups::encoded,
    writer::{self, Topic},
};
use penstock_testbed::admin::topics::ConfigChange;
use serde_json::{Value, json};
use std::{
    ffi::OsString, fmt::Write as _, fs, os::unix::fs::OpenOptionsExt as _, path::PathBuf,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

const CLUSTER: &str = "/api/v1/clusters/kafka/task-events";
const GROUP: &str = "it-share";
/// Longer than a virtual machine takes to start on a busy machine, and a new group to be known.
const PATIENCE: Duration = Duration::from_secs(60);
const TOOL: &str = "org.apache.kafka.tools.consumer.ConsoleShareConsumer";

/// What Kafka's tools need to connect, for the owner's eyes alone; gone with the value.
struct Settings(PathBuf);

impl Settings {
    fn written() -> Self {
        let state = bed::state();
        let cluster = state.cluster("kafka", "task-events").unwrap();
        let mut text = String::from("security.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512\n");
        writeln!(
            text,
            "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username=\"admin\" password=\"{}\";",
            cluster.users["admin"].password.expose()
        )
        .unwrap();
        writeln!(
            text,
            "ssl.truststore.type=PEM\nssl.truststore.location={}",
            cluster.ca_file.display()
        )
        .unwrap();
        let name = format!("penstock-it-{:016x}.properties", rand::random::<u64>());
        let path = std::env::temp_dir().join(name);
        let mut options = fs::OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .unwrap();
        std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
        Self(path)
    }
}

impl Drop for Settings {
    fn drop(&mut self) {
        // What is left in the folder for temporary files is the bed's password, which ends with the bed.
        let _ = fs::remove_file(&self.0);
    }
}

/// The tool as a member of the group; killed when dropped.
struct Member {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Member {
    /// Takes so many records, accepts each, and leaves.
    fn taking(records: u32, topic: &Topic, settings: &Settings) -> Self {
        let state = bed::state();
        let cluster = state.cluster("kafka", "task-events").unwrap();
        let java = std::env::var_os("PENSTOCK_JAVA").unwrap_or_else(|| OsString::from("java"));
        let libraries = std::env::var("PENSTOCK_KAFKA_LIBS").expect("scripts/env.sh names them");
        let mut child = Command::new(java)
            .args(["-Xmx256m", "-cp", &format!("{libraries}/*"), TOOL])
            .args(["--bootstrap-server", &cluster.listeners["scram"]])
            .args(["--topic", &topic.name, "--group", GROUP])
            .args(["--max-messages", &records.to_string()])
            .arg("--command-config")
            .arg(&settings.0)
            .stdout(std::process::Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// What it got, once it has left.
    async fn taken(mut self) -> Vec<String> {
        let mut taken = Vec::new();
        let left = tokio::time::timeout(PATIENCE, async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                taken.push(line);
            }
            self.child.wait().await.unwrap()
        })
        .await;
        let left = left.unwrap_or_else(|_| panic!("the tool got no more than {taken:?}"));
        assert!(left.success(), "{taken:?}");
        taken
    }
}

fn path(what: &str) -> String {
    format!("{CLUSTER}/{what}?group={}", encoded(GROUP))
}

/// Where the group begins, as a preview says.
fn begins(preview: &Value) -> &Value {
    &preview["plan"]["rows"][0]["old"]
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_share_group_begins_is_read_and_set() {
    let topic = Topic::create("it-share", 1).await;
    let producer = writer::producer(&[]).await;
    let settings = Settings::written();
    let console = bed::console("").await;
    let preview = async |to: Value| -> Value {
        let answer = console
            .post("alice", &path("group/offsets:preview"), &to)
            .await;
        answer.json().await.unwrap()
    };
    let deleted = async || -> Value {
        let groups = json!({ "groups": [GROUP] });
        let path = format!("{CLUSTER}/groups:delete");
        let answer = console.post("alice", &path, &groups).await;
        answer.json().await.unwrap()
    };
    // What an interrupted run left behind: it would begin elsewhere.
    deleted().await;

    // It would begin at the end otherwise, and when it has found that out nobody tells.
    let earliest = ConfigChange::Set(Some("earliest".to_owned()));
    let settings_of_group = [("share.auto.offset.reset".to_owned(), earliest)];
    bed::admin()
        .change_group_config(GROUP, &settings_of_group.into())
        .await
        .unwrap();
    let member = Member::taking(4, &topic, &settings);
    let joined = console
        .until(&path("group"), |group| {
            group["members"]
                .as_array()
                .is_some_and(|members| members.len() == 1)
                && group["row"]["state"] == "stable"
        })
        .await;
    assert_eq!(joined["row"]["type"], "share", "{joined:#}");
    for index in 0..10 {
        topic.send(&producer, 0, format!("{index}"), 1_000).await;
    }
    assert_eq!(member.taken().await, ["0", "1", "2", "3"]);

    let stands = bed::eventually(async || {
        let preview = preview(json!({ "to": "earliest" })).await;
        (*begins(&preview) == 4 && preview["refused"].is_null()).then_some(preview)
    })
    .await
    .expect("the group begins behind the four that were accepted");
    assert_eq!(stands["plan"]["rows"][0]["new"], 0, "{stands:#}");
    let change =
        json!({ "changes": [{ "topic": topic.name, "partition": 0, "old": 4, "new": 2 }] });
    let applied = console
        .post("alice", &path("group/offsets:apply"), &change)
        .await;
    let outcome: Value = applied.json().await.unwrap();
    assert_eq!(outcome["changed"], 1, "{outcome:#}");
    assert_eq!(*begins(&preview(json!({ "to": "latest" })).await), 2);
    let again = Member::taking(3, &topic, &settings).taken().await;
    assert_eq!(again, ["2", "3", "4"]);

    // Undoing it asks whether it still stands where it was put: it has gone on.
    let undo = json!({ "change": outcome["kept"] });
    let undone = console
        .post("alice", &path("group/offsets:undo"), &undo)
        .await;
    assert_eq!(undone.status(), 409);
    let outcome = deleted().await;
    assert_eq!(outcome["groups"][0]["problem"], Value::Null, "{outcome:#}");
    topic.delete().await;
}
