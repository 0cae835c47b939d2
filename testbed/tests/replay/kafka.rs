//! What scenarios do in Kafka behind the operator's back, and what is there afterwards, in the words of the records.

use crate::names::Names;
use crate::record::{KafkaAction, KafkaState};
use penstock_testbed::admin::topics::{ConfigChange, NewTopic};
use penstock_testbed::admin::users::{Acl, Scram};
use penstock_testbed::admin::{Admin, KafkaFailure};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Kafka's own names by code.
const RESOURCES: [(i8, &str); 4] = [
    (2, "TOPIC"),
    (3, "GROUP"),
    (4, "CLUSTER"),
    (5, "TRANSACTIONAL_ID"),
];
const PATTERNS: [(i8, &str); 2] = [(3, "LITERAL"), (4, "PREFIXED")];
const PERMISSIONS: [(i8, &str); 2] = [(2, "DENY"), (3, "ALLOW")];
const OPERATIONS: [(i8, &str); 11] = [
    (2, "ALL"),
    (3, "READ"),
    (4, "WRITE"),
    (5, "CREATE"),
    (6, "DELETE"),
    (7, "ALTER"),
    (8, "DESCRIBE"),
    (9, "CLUSTER_ACTION"),
    (10, "DESCRIBE_CONFIGS"),
    (11, "ALTER_CONFIGS"),
    (12, "IDEMPOTENT_WRITE"),
];

fn name_of(names: &[(i8, &'static str)], code: i8) -> &'static str {
    let found = names.iter().find(|(known, _)| *known == code);
    found.map_or("UNKNOWN", |(_, name)| name)
}

fn code_of(names: &[(i8, &str)], name: &str) -> i8 {
    names.iter().find(|(_, known)| *known == name).unwrap().0
}

/// `ALLOW READ TOPIC:LITERAL:orders from *`
fn acl_text(acl: &Acl) -> String {
    format!(
        "{} {} {}:{}:{} from {}",
        name_of(&PERMISSIONS, acl.permission),
        name_of(&OPERATIONS, acl.operation),
        name_of(&RESOURCES, acl.resource_type),
        name_of(&PATTERNS, acl.pattern_type),
        acl.resource_name,
        acl.host
    )
}

fn acl_of(text: &str, user: &str) -> Acl {
    let words: Vec<&str> = text.split(' ').collect();
    let [permission, operation, resource, "from", host] = words[..] else {
        panic!("`{text}` is no rule");
    };
    let resource: Vec<&str> = resource.splitn(3, ':').collect();
    let [kind, pattern, name] = resource[..] else {
        panic!("`{text}` has no resource");
    };
    Acl {
        resource_type: code_of(&RESOURCES, kind),
        resource_name: name.to_owned(),
        pattern_type: code_of(&PATTERNS, pattern),
        principal: format!("User:{user}"),
        host: host.to_owned(),
        operation: code_of(&OPERATIONS, operation),
        permission: code_of(&PERMISSIONS, permission),
    }
}

/// Does it. What was done just before may have to take hold first, so the caller asks again for a while.
pub async fn act(admin: &Admin, names: &Names, action: &KafkaAction) -> Result<(), KafkaFailure> {
    match action {
        KafkaAction::CreateTopic {
            topic,
            partitions,
            replicas,
            config,
        } => {
            let new = NewTopic {
                partitions: Some(*partitions),
                replicas: Some(*replicas),
                config: config
                    .iter()
                    .map(|(key, value)| (key.clone(), Some(value.clone())))
                    .collect(),
            };
            let topic = names.topic(topic);
            admin.create_topic(&topic, &new).await.map(drop)
        }
        KafkaAction::DeleteTopic(topic) => admin.delete_topic(&names.topic(topic)).await,
        KafkaAction::GrowTopic { topic, partitions } => {
            admin.grow_topic(&names.topic(topic), *partitions).await
        }
        KafkaAction::AlterConfig { topic, config } => {
            let changes = config
                .iter()
                .map(|(key, value)| (key.clone(), ConfigChange::Set(Some(value.clone()))))
                .collect();
            let topic = names.topic(topic);
            admin.change_topic_config(&topic, &changes).await
        }
        KafkaAction::AddAcl { user, acl } => {
            admin.add_acls(&[acl_of(acl, &names.ours(user))]).await
        }
        KafkaAction::RemoveAcl { user, acl } => {
            admin.remove_acls(&[acl_of(acl, &names.ours(user))]).await
        }
        KafkaAction::SetQuotas { user, quotas } => {
            let changes = quotas
                .iter()
                .map(|(key, value)| (key.clone(), Some(*value)))
                .collect();
            admin.change_quotas(&names.ours(user), &changes).await
        }
        KafkaAction::SetScram(user) => {
            let scram = Scram::of("made-by-hand").await.unwrap();
            let name = names.ours(user);
            admin.set_credentials([(name.as_str(), &scram)]).await
        }
        KafkaAction::RemoveScram(user) => admin.remove_password(&names.ours(user)).await,
    }
}

/// Whether the brokers tell of it, so that the operator may see it as well.
pub async fn told(
    admin: &Admin,
    names: &Names,
    action: &KafkaAction,
) -> Result<bool, KafkaFailure> {
    Ok(match action {
        KafkaAction::CreateTopic { topic, .. } => admin.topic(&names.topic(topic)).await?.is_some(),
        KafkaAction::DeleteTopic(topic) => admin.topic(&names.topic(topic)).await?.is_none(),
        KafkaAction::GrowTopic { topic, partitions } => {
            let live = admin.topic(&names.topic(topic)).await?;
            live.is_some_and(|live| i32::try_from(live.replicas.len()) == Ok(*partitions))
        }
        KafkaAction::AlterConfig { topic, config } => {
            let live = admin.topic_config(&names.topic(topic)).await?;
            config
                .iter()
                .all(|(key, value)| live.get(key).is_some_and(|live| live.value == *value))
        }
        KafkaAction::AddAcl { user, acl } => has(admin, &names.ours(user), acl).await?,
        KafkaAction::RemoveAcl { user, acl } => !has(admin, &names.ours(user), acl).await?,
        KafkaAction::SetQuotas { user, quotas } => {
            let live = admin.quotas().await?;
            live.get(&names.ours(user)).is_some_and(|live| {
                quotas
                    .iter()
                    .all(|(key, value)| live.get(key) == Some(value))
            })
        }
        KafkaAction::SetScram(user) => admin.scram_users().await?.contains_key(&names.ours(user)),
        KafkaAction::RemoveScram(user) => {
            !admin.scram_users().await?.contains_key(&names.ours(user))
        }
    })
}

async fn has(admin: &Admin, user: &str, acl: &str) -> Result<bool, KafkaFailure> {
    let acls = admin.acls(Some(&format!("User:{user}"))).await?;
    Ok(acls.contains(&acl_of(acl, user)))
}

/// What is there of what a record names.
pub async fn look(admin: &Admin, names: &Names, named: &KafkaState) -> Result<Value, KafkaFailure> {
    let mut topics = Map::new();
    for topic in named.topics.keys() {
        topics.insert(
            topic.clone(),
            topic_state(admin, &names.topic(topic)).await?,
        );
    }
    let mut users = Map::new();
    if !named.users.is_empty() {
        let quotas = admin.quotas().await?;
        let scram = admin.scram_users().await?;
        for user in named.users.keys() {
            let name = names.ours(user);
            let acls = admin.acls(Some(&format!("User:{name}"))).await?;
            let acls: BTreeSet<String> = acls.iter().map(acl_text).collect();
            let mut state = json!({
                "acls": acls,
                "quotas": quotas.get(&name).cloned().unwrap_or_default(),
            });
            if let Some(iterations) = scram.get(&name) {
                state["scramIterations"] = json!(iterations);
            }
            users.insert(user.clone(), state);
        }
    }
    Ok(json!({ "topics": topics, "users": users }))
}

async fn topic_state(admin: &Admin, name: &str) -> Result<Value, KafkaFailure> {
    let Some(topic) = admin.topic(name).await? else {
        return Ok(Value::Null);
    };
    let factors: BTreeSet<usize> = topic.replicas.iter().copied().collect();
    let config: BTreeMap<String, String> = admin
        .topic_config(name)
        .await?
        .into_iter()
        .filter(|(_, live)| live.set)
        .map(|(name, live)| (name, live.value))
        .collect();
    Ok(json!({
        "id": topic.id,
        "partitions": topic.replicas.len(),
        "replicas": factors,
        "config": config,
    }))
}

/// Takes away what a scenario may have left of these topics and users.
pub async fn clean(
    admin: &Admin,
    topics: &BTreeSet<String>,
    users: &BTreeSet<String>,
) -> Result<(), KafkaFailure> {
    for topic in topics.iter().filter(|topic| !topic.is_empty()) {
        admin.delete_topic(topic).await?;
    }
    if users.is_empty() {
        return Ok(());
    }
    let quotas = admin.quotas().await?;
    let scram = admin.scram_users().await?;
    for user in users {
        if scram.contains_key(user) {
            admin.remove_password(user).await?;
        }
        let acls = admin.acls(Some(&format!("User:{user}"))).await?;
        if !acls.is_empty() {
            let acls: Vec<Acl> = acls.into_iter().collect();
            admin.remove_acls(&acls).await?;
        }
        if let Some(quotas) = quotas.get(user) {
            let changes: BTreeMap<String, Option<f64>> =
                quotas.keys().map(|key| (key.clone(), None)).collect();
            admin.change_quotas(user, &changes).await?;
        }
    }
    Ok(())
}

#[test]
fn rules_are_written_and_read_alike() {
    let text = "DENY ALL GROUP:PREFIXED:a:b from 127.0.0.1";
    assert_eq!(acl_text(&acl_of(text, "x")), text);
}
