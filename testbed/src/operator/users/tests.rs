//! What is decided about KafkaUsers without a broker.

use super::kafka::quota_changes;
use super::*;
use crate::admin::users::Acl;

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
fn changes_are_the_difference_to_what_was_read_and_are_noted() {
    let acl = |operation: i8| Acl {
        resource_type: 2,
        resource_name: "orders".to_owned(),
        pattern_type: 3,
        principal: "User:a".to_owned(),
        host: "*".to_owned(),
        operation,
        permission: 3,
    };
    let wanted = BTreeSet::from([acl(3), acl(4)]);
    let limits = BTreeMap::from([("producer_byte_rate".to_owned(), 10.0)]);
    let mut cache = Cache::default();
    let first = cache.changes("a", &wanted, &limits);
    assert_ne!(
        first,
        cache.changes("b", &BTreeSet::new(), &BTreeMap::new())
    );
    cache.note(&first);
    let nothing = cache.changes("a", &wanted, &limits);
    cache.note(&nothing);
    assert_eq!(nothing, cache.changes("a", &wanted, &limits));
    // Everything goes again.
    let last = cache.changes("a", &BTreeSet::new(), &BTreeMap::new());
    assert_ne!(last, nothing);
    cache.note(&last);
    assert_eq!(first, cache.changes("a", &wanted, &limits));
}
