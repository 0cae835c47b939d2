//! Users as resources and brokers have them: joined, judged, asked, and their Secrets for those who may read them.

use crate::bed::{self, admin, eventually};
use base64::{Engine, engine::general_purpose::STANDARD};
use penstock_testbed::admin::users::Acl;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const TASK_EVENTS: &str = "/api/v1/clusters/kafka/task-events";
const SANDBOX: &str = "/api/v1/clusters/dev/sandbox";

fn row<'a>(list: &'a Value, name: &str) -> Option<&'a Value> {
    list["items"]
        .as_array()?
        .iter()
        .find(|row| row["name"] == name)
}

#[tokio::test(flavor = "multi_thread")]
async fn declared_users_are_joined_with_what_the_brokers_have() {
    let console = bed::console("").await;
    let path = format!("{TASK_EVENTS}/users?size=200");
    let list = console
        .until(&path, |list| {
            row(list, "task-worker")
                .is_some_and(|row| row["state"] == "managed" && row["rules"].is_u64())
        })
        .await;
    let worker = row(&list, "task-worker").unwrap();
    assert_eq!(worker["principal"], "User:task-worker");
    assert_eq!(worker["rules"], worker["declaredRules"]);
    assert_eq!(worker["mechanisms"], json!(["scramSha512"]));
    assert_eq!(list["authorizer"]["kind"], "simple");
    assert!(
        row(&list, "admin")
            .is_some_and(|admin| admin["superUser"] == true && admin["state"] == "liveOnly")
    );

    let detail = console
        .json("alice", &format!("{TASK_EVENTS}/users/task-worker"))
        .await;
    let prefix = detail["rules"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| {
            row["rules"][0]["resourceType"] == "topic" && row["rules"][0]["name"] == "task-created"
        })
        .unwrap();
    assert_eq!(prefix["matches"], 1);
    assert_eq!(
        (&prefix["declared"], &prefix["inForce"]),
        (&json!(true), &json!(true))
    );
    let scram = detail["listeners"]
        .as_array()
        .unwrap()
        .iter()
        .find(|listener| listener["listener"] == "scram")
        .unwrap();
    assert_eq!(scram["outcome"], "accepted");
    assert_eq!(detail["scram"][0]["iterations"], 4096);

    let file = console
        .get("alice", &format!("{TASK_EVENTS}/users?format=csv"))
        .await;
    assert!(
        file.text()
            .await
            .unwrap()
            .contains("User:task-worker,task-worker,managed")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_cluster_is_told_every_fault_with_its_correction() {
    let console = bed::console("").await;
    let path = format!("{SANDBOX}/users/task-api");
    let user = console
        .until(&path, |user| {
            user["row"]["state"] == "inError" && user["authorizer"]["kind"] == "none"
        })
        .await;
    let whats: Vec<&str> = user["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["what"].as_str().unwrap())
        .collect();
    for part in [
        "Simple authorization ACL rules are configured but not supported",
        "No listener takes SCRAM-SHA-512",
        "A prefix is taken literally",
        "not enforced",
    ] {
        assert!(
            whats.iter().any(|what| what.contains(part)),
            "{part}: {whats:?}"
        );
    }
    let prefix = user["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["what"].as_str().unwrap().contains("prefix"))
        .unwrap();
    assert!(
        prefix["yaml"].as_str().unwrap().contains("name: task-"),
        "{prefix}"
    );

    let overview = console.json("alice", SANDBOX).await;
    let all = overview["advice"].to_string();
    for part in [
        "Every record is lost when the pod restarts",
        "Anyone who connects may do anything",
        "Listener plain: no TLS, no sign-in",
        "New topics have one replica",
        "KafkaUser task-api",
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
    let topic = console
        .json("alice", &format!("{SANDBOX}/topics/task-created"))
        .await;
    assert!(
        topic["advice"].to_string().contains("one replica"),
        "{}",
        topic["advice"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_may_is_answered_with_the_rule() {
    let console = bed::console("").await;
    let ask = async |query: &str| {
        let path = format!("{TASK_EVENTS}/users/notification-service/may?{query}");
        console
            .until(&path, |answer| !answer["answer"]["allowed"].is_null())
            .await
    };
    let yes = ask("type=Topic&name=task-created&operation=Read").await;
    assert_eq!(yes["answer"]["allowed"], true);
    assert_eq!(yes["answer"]["because"]["rule"]["name"], "task-");
    let no = ask("type=Topic&name=task-created&operation=Write").await;
    assert_eq!(no["answer"]["allowed"], false);
    assert!(no["grant"].as_str().unwrap().contains("task-created"));
    assert_eq!(no["nearest"]["why"]["kind"], "otherOperation");

    let holders = console
        .json(
            "alice",
            &format!("{TASK_EVENTS}/acls:holders?type=Topic&name=task-created&operation=Read"),
        )
        .await;
    let may: Vec<&str> = holders["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|holder| holder["answer"]["allowed"] == true)
        .map(|holder| holder["principal"].as_str().unwrap())
        .collect();
    assert!(
        may.contains(&"User:task-worker") && may.contains(&"User:admin"),
        "{may:?}"
    );
    assert!(!may.contains(&"User:task-api"), "{may:?}");

    let unnamed = console
        .get(
            "alice",
            &format!("{TASK_EVENTS}/users/task-api/may?type=Topic"),
        )
        .await;
    assert_eq!(unnamed.status(), StatusCode::UNPROCESSABLE_ENTITY);
    // Where no rule is asked, the answer says so.
    let open = console
        .json(
            "alice",
            &format!("{SANDBOX}/users/task-api/may?type=Topic&name=x&operation=Delete"),
        )
        .await;
    assert_eq!(open["answer"]["because"]["kind"], "noAuthorizer");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_nobody_declares_is_shown_with_what_becomes_of_it() {
    let console = bed::console("").await;
    let acl = Acl {
        resource_type: 2,
        resource_name: "test-users-orphan".to_owned(),
        pattern_type: 3,
        principal: "User:test-users-orphan=, ü".to_owned(),
        host: "*".to_owned(),
        operation: 3,
        permission: 3,
    };
    admin().add_acls(std::slice::from_ref(&acl)).await.unwrap();
    // An odd name travels in the query.
    let path = format!("{TASK_EVENTS}/user?user=test-users-orphan%3D%2C%20%C3%BC");
    let user = console
        .until(&path, |user| user["row"]["state"] == "liveOnly")
        .await;
    assert!(
        user["findings"][0]["what"]
            .as_str()
            .unwrap()
            .contains("the user operator removes it"),
        "{user}"
    );
    admin()
        .remove_acls(std::slice::from_ref(&acl))
        .await
        .unwrap();
    let gone = eventually(async || {
        (console.status("alice", &path).await == StatusCode::NOT_FOUND).then_some(())
    });
    gone.await.expect("what is gone leaves");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_for_those_whom_kubernetes_lets_read_it() {
    let console = bed::console("").await;
    let secret = bed::kubernetes(
        Method::GET,
        "/api/v1/namespaces/kafka/secrets/task-api",
        None,
    )
    .await;
    let secret: Value = secret.json().await.unwrap();
    let password = STANDARD
        .decode(secret["data"]["password"].as_str().unwrap())
        .unwrap();
    let password = String::from_utf8(password).unwrap();
    let reveal = async |who: &str, place: &str, form: &str| {
        let path = format!("{place}/users/task-api/credentials:reveal");
        console.post(who, &path, &json!({ "form": form })).await
    };
    console
        .until(&format!("{TASK_EVENTS}/users/task-api"), |user| {
            user["row"]["state"] == "managed"
        })
        .await;
    let answer = reveal("alice", TASK_EVENTS, "password").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["text"], password.as_str());
    let properties: Value = reveal("alice", TASK_EVENTS, "properties")
        .await
        .json()
        .await
        .unwrap();
    let text = properties["text"].as_str().unwrap();
    assert!(
        text.contains("security.protocol=SASL_SSL") && text.contains(&password),
        "{}",
        text.len()
    );
    // Certificates are not what a SCRAM user has.
    assert_eq!(reveal("alice", TASK_EVENTS, "pem").await.status(), 404);
    assert_eq!(reveal("alice", TASK_EVENTS, "nonsense").await.status(), 422);

    let facts = console
        .json("alice", &format!("{TASK_EVENTS}/users/task-api/secret"))
        .await;
    assert_eq!(facts["keys"], json!(["password", "sasl.jaas.config"]));
    assert!(!facts.to_string().contains(&password));
    let page = console
        .get("alice", "/clusters/kafka/task-events/users/task-api")
        .await;
    assert!(!page.text().await.unwrap().contains(&password));

    // bob may see users of dev, and no Secret there; elsewhere he learns nothing.
    let refused = reveal("bob", SANDBOX, "password").await;
    assert_eq!(refused.status(), 403);
    let refused: Value = refused.json().await.unwrap();
    assert!(
        refused["grant"]
            .as_str()
            .unwrap()
            .contains("resources: [secrets]"),
        "{refused}"
    );
    assert_eq!(reveal("bob", TASK_EVENTS, "password").await.status(), 403);
    assert_eq!(reveal("carol", TASK_EVENTS, "password").await.status(), 403);
}

/// Not among the others: it fills the bed's cluster with rules for a while. `cargo test … --test it -- --ignored two_thousand` prints
/// what docs/PERFORMANCE.md has.
#[tokio::test(flavor = "multi_thread")]
#[allow(clippy::print_stdout, reason = "it is what the measurement is for")]
#[ignore = "a measurement, with fifty thousand rules on the bed's brokers"]
async fn two_thousand_users_with_fifty_thousand_rules_are_pages_like_any_other() {
    let admin = admin();
    let rules: Vec<Acl> = (0..2_000)
        .flat_map(|user| {
            (0..25).map(move |rule| Acl {
                resource_type: 2,
                resource_name: format!("test-many-{user}-{rule}"),
                pattern_type: if rule % 5 == 0 { 4 } else { 3 },
                principal: format!("User:test-many-{user:04}"),
                host: "*".to_owned(),
                operation: 3 + i8::try_from(rule % 3).unwrap(),
                permission: 3,
            })
        })
        .collect();
    for some in rules.chunks(2_000) {
        admin.add_acls(some).await.unwrap();
    }
    let console = bed::console("").await;
    let known = std::time::Instant::now();
    console
        .until(&format!("{TASK_EVENTS}/users?size=1"), |list| {
            list["totals"]["rules"]
                .as_u64()
                .is_some_and(|rules| rules >= 50_000)
        })
        .await;
    println!("known after {:?}", known.elapsed());
    for path in [
        "/clusters/kafka/task-events/users".to_owned(),
        format!("{TASK_EVENTS}/users?q=test-many&sort=-rules"),
        "/clusters/kafka/task-events/acls".to_owned(),
        format!("{TASK_EVENTS}/acls?q=principal%3Atest-many-19*"),
        format!("{TASK_EVENTS}/users/test-many-0100"),
        format!(
            "{TASK_EVENTS}/users/test-many-0100/may?type=Topic&name=test-many-100-7&operation=Read"
        ),
        format!("{TASK_EVENTS}/acls:holders?type=Topic&name=test-many-100-7&operation=Read"),
    ] {
        let mut millis = Vec::new();
        for _ in 0..100 {
            let began = std::time::Instant::now();
            let answer = console.get("alice", &path).await;
            assert_eq!(answer.status(), 200, "{path}");
            answer.bytes().await.unwrap();
            millis.push(began.elapsed().as_secs_f64() * 1_000.0);
        }
        millis.sort_by(f64::total_cmp);
        println!(
            "{path}: median {:.1} ms, 99th {:.1} ms",
            millis[50], millis[98]
        );
    }
    for some in rules.chunks(200) {
        admin.remove_acls(some).await.unwrap();
    }
}
