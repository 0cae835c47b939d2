//! What is decided about KafkaUsers without a broker.

use super::*;

#[test]
fn quotas_change_by_their_difference() {
    let wanted = BTreeMap::from([("producer_byte_rate".to_owned(), 10.0)]);
    let live = BTreeMap::from([
        ("producer_byte_rate".to_owned(), 10.0),
        ("request_percentage".to_owned(), 5.0),
    ]);
    assert_eq!(
        quota_changes(&wanted, &live),
        BTreeMap::from([("request_percentage".to_owned(), None)])
    );
    assert_eq!(quota_changes(&wanted, &BTreeMap::new()).len(), 1);
}

#[test]
fn the_name_in_kafka_follows_the_authentication() {
    let user: DynamicObject = serde_json::from_value(json!({
        "metadata": { "name": "partner" },
        "spec": { "authentication": { "type": "tls" } },
        "status": { "username": "partner" },
    }))
    .unwrap();
    let username = Authentication::of(&user).username("partner");
    assert_eq!(username, "CN=partner");
    assert_eq!(former_username(&user, &username), Some("partner"));
    assert_eq!(former_username(&user, "partner"), None);
}

#[test]
fn refusals_are_in_the_words_of_the_records() {
    let outage = KafkaFailure::unreachable(
        kafka_protocol::messages::ApiKey::AlterUserScramCredentials,
        String::new(),
    );
    assert_eq!(
        Refusal::Kafka(outage).words(),
        "java.util.concurrent.CompletionException: org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a node assignment. Call: alterUserScramCredentials"
    );
}

#[test]
fn users_of_tests_are_left_alone() {
    assert!(ignored("admin") && ignored("test-42-reader"));
    assert!(!ignored("task-api") && !ignored("latest-x"));
}
